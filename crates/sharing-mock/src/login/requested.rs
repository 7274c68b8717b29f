//! What a request for a token asks to be allowed: its `scope`.

use serde::{Deserialize, Serialize};

use super::{Realm, refused::Refused};
use crate::{application::Application, service::Request, token::audience};

/// Scopes that speak of signing in, not of a resource.
const ABOUT_SIGNING_IN: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// A resource, and what is to be allowed there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Requested {
    /// The resource's name, as the token's audience has it.
    pub(crate) resource: String,
    /// Names of scopes without the resource, sorted.
    pub(crate) scopes: Vec<String>,
    /// What was asked about signing in, sorted.
    pub(crate) signing_in: Vec<String>,
}

impl Requested {
    /// Reads the scope of a person's sign-in: names of scopes of one resource, or its `.default`.
    pub(crate) fn delegated(
        scope: &str,
        application: &Application,
        request: &Request<'_>,
        realm: &Realm<'_>,
    ) -> Result<Self, Refused> {
        let (signing_in, others): (Vec<&str>, Vec<&str>) =
            scope.split_whitespace().partition(|name| ABOUT_SIGNING_IN.contains(name));
        let mut resource = None;
        let mut scopes = Vec::new();
        for &given in &others {
            let (of, name) = given.rsplit_once('/').unwrap_or((audience::GRAPH, given));
            if resource.is_some_and(|resource| resource != of) {
                return Err(Refused::scope(given, "it is of another resource than the one before it"));
            }
            resource = Some(of);
            match name {
                "" => return Err(Refused::scope(given, "it has no name")),
                ".default" if others.len() > 1 => {
                    return Err(Refused::scope(given, "/.default stands alone"));
                }
                ".default" => scopes.clone_from(&application.scopes),
                name => scopes.push(name.to_owned()),
            }
        }
        let resource = resource.unwrap_or(audience::GRAPH);
        known(resource, request, realm)?;
        if others.is_empty() {
            // So does the service, where nothing of a resource is asked.
            scopes.push("User.Read".to_owned());
        }
        scopes.sort_unstable();
        scopes.dedup();
        let mut signing_in: Vec<_> = signing_in.into_iter().map(str::to_owned).collect();
        signing_in.sort_unstable();
        signing_in.dedup();
        Ok(Self { resource: resource.to_owned(), scopes, signing_in })
    }

    /// Reads the scope of an application that signs in itself: `{resource}/.default`, and nothing else.
    pub(crate) fn of_application(
        scope: &str,
        request: &Request<'_>,
        realm: &Realm<'_>,
    ) -> Result<String, Refused> {
        let resource = scope.strip_suffix("/.default").ok_or_else(|| Refused::default_scope(scope))?;
        // The name of a resource may end in a slash of its own, and then the token's audience has it.
        if resource.contains(char::is_whitespace) {
            return Err(Refused::default_scope(scope));
        }
        known(resource, request, realm)?;
        Ok(resource.to_owned())
    }

    pub(crate) fn asks_for(&self, about_signing_in: &str) -> bool {
        self.signing_in.iter().any(|scope| scope == about_signing_in)
    }

    /// How an answer tells what was allowed.
    pub(crate) fn granted(&self) -> String {
        [self.scopes.as_slice(), &self.signing_in].concat().join(" ")
    }
}

fn known(resource: &str, request: &Request<'_>, realm: &Realm<'_>) -> Result<(), Refused> {
    if audience::is_known(resource, audience::host_of(request.origin)) {
        return Ok(());
    }
    Err(Refused::resource(resource, realm.domain()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::login;

    fn delegated(scope: &str) -> Result<Requested, Refused> {
        login::tests::asked(b"", |request, realm| {
            Requested::delegated(scope, &Application::console(), request, realm)
        })
    }

    #[test]
    fn scopes_are_of_one_resource() {
        let read = delegated("Files.ReadWrite openid Files.Read offline_access Files.Read").unwrap();
        assert_eq!(read.resource, "https://graph.microsoft.com");
        assert_eq!(read.granted(), "Files.Read Files.ReadWrite offline_access openid");

        let read = delegated("https://graph.microsoft.us/.default").unwrap();
        assert_eq!(read.scopes, ["Files.ReadWrite.All", "User.Read"]);
        let read = delegated("http://127.0.0.1:4000/Files.Read").unwrap();
        assert_eq!(
            (read.resource.as_str(), &read.scopes[..]),
            ("http://127.0.0.1:4000", &["Files.Read".to_owned()][..])
        );
        assert_eq!(delegated("openid").unwrap().scopes, ["User.Read"]);

        for (scope, rule) in [
            ("https://graph.microsoft.com/A https://contoso.sharepoint.com/B", "AADSTS70011"),
            ("https://graph.microsoft.com/.default https://graph.microsoft.com/B", "AADSTS70011"),
            ("https://graph.microsoft.com/", "AADSTS70011"),
            ("https://example.com/.default", "AADSTS500011"),
        ] {
            assert_eq!(delegated(scope).unwrap_err().rule, rule, "{scope}");
        }
    }

    #[test]
    fn an_application_asks_for_the_default() {
        let read = |scope| {
            login::tests::asked(b"", |request, realm| Requested::of_application(scope, request, realm))
        };
        assert_eq!(read("https://graph.microsoft.com/.default").unwrap(), "https://graph.microsoft.com");
        assert_eq!(read("https://graph.microsoft.com//.default").unwrap(), "https://graph.microsoft.com/");
        assert_eq!(
            read("https://contoso.sharepoint.com/.default").unwrap(),
            "https://contoso.sharepoint.com"
        );
        assert_eq!(read("Files.Read.All").unwrap_err().rule, "AADSTS1002012");
        assert_eq!(
            read("https://graph.microsoft.com/.default a/.default").unwrap_err().rule,
            "AADSTS1002012"
        );
        assert_eq!(read("https://example.com/.default").unwrap_err().rule, "AADSTS500011");
    }
}
