//! `Rendered`: the exact request, to look at.

use std::fmt;

use serde_json::Value;
use sharing_model::Action;

use crate::{Endpoint, exchange};

/// What stands in for a secret.
const REDACTED: &str = "[REDACTED]";

/// The exact request of an action, with its token and passwords left out: as HTTP, or as a `curl` command.
///
/// A share's token is part of its URL, and stays.
///
/// ```
/// use sharing_http::{Endpoint, Rendered};
/// use sharing_model::{Action, Segment};
///
/// let action = Action::delete_permission("/drive/items/01NQ".parse()?, Segment::new("aTowIy5m").unwrap());
/// let rendered = Rendered::new(&action, &Endpoint::graph());
/// assert!(rendered.to_string().starts_with(
///     "DELETE https://graph.microsoft.com/v1.0/drive/items/01NQ/permissions/aTowIy5m\nAuthorization: Bearer [REDACTED]\n"
/// ));
/// # Ok::<(), sharing_model::AddressError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    method: &'static str,
    url: String,
    headers: Vec<(&'static str, String)>,
    body: Option<Value>,
}

impl Rendered {
    /// What a client of this endpoint would send.
    ///
    /// ```
    /// use sharing_http::{Endpoint, Rendered};
    /// use sharing_model::{Action, DriveAddress};
    ///
    /// let rendered = Rendered::new(&Action::get_drive(DriveAddress::Me), &Endpoint::graph());
    /// assert_eq!(rendered.url(), "https://graph.microsoft.com/v1.0/me/drive");
    /// ```
    #[must_use]
    pub fn new(action: &Action, endpoint: &Endpoint) -> Self {
        let own = action.headers().into_iter().map(|(name, value)| (name, value.to_owned()));
        Self {
            method: action.method().as_str(),
            url: endpoint.url_of(action),
            headers: [("Accept", exchange::JSON.to_owned())].into_iter().chain(own).collect(),
            body: action.body().map(without_secrets),
        }
    }

    /// Where it would go.
    ///
    /// ```
    /// use sharing_http::{Endpoint, Rendered};
    /// use sharing_model::Action;
    ///
    /// let rendered = Rendered::new(&Action::list_children("/me/drive/root".parse()?), &Endpoint::graph());
    /// assert!(rendered.url().ends_with("/me/drive/root/children"));
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// As a command of `curl` that takes the token from the environment variable `SHARING_TOKEN`.
    ///
    /// ```
    /// use sharing_http::{Endpoint, Rendered};
    /// use sharing_model::Action;
    ///
    /// let action = Action::get_item("/drive/root:/Nadia's notes.txt".parse()?);
    /// let curl = Rendered::new(&action, &Endpoint::graph()).to_curl();
    /// assert!(curl.starts_with("curl --request GET 'https://graph.microsoft.com/v1.0/drive/root:/Nadia'\\''s%20notes.txt:'"));
    /// assert!(curl.contains("--header \"Authorization: Bearer $SHARING_TOKEN\""));
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub fn to_curl(&self) -> String {
        let quote = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
        let mut parts = vec![
            format!("curl --request {} {}", self.method, quote(&self.url)),
            "--header \"Authorization: Bearer $SHARING_TOKEN\"".to_owned(),
        ];
        let headers = self.headers.iter();
        parts.extend(headers.map(|(name, value)| format!("--header {}", quote(&format!("{name}: {value}")))));
        parts.extend(self.body.as_ref().map(|body| format!("--data {}", quote(&body.to_string()))));
        parts.join(" \\\n  ")
    }
}

/// As HTTP, with the body laid out.
impl fmt::Display for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}\nAuthorization: Bearer {REDACTED}", self.method, self.url)?;
        for (name, value) in &self.headers {
            write!(f, "\n{name}: {value}")?;
        }
        match &self.body {
            Some(body) => write!(f, "\n\n{body:#}"),
            None => Ok(()),
        }
    }
}

/// Leaves out every password, in a batch's members too.
fn without_secrets(body: &Value) -> Value {
    match body {
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                let value = if name == "password" { REDACTED.into() } else { without_secrets(value) };
                (name.clone(), value)
            };
            Value::Object(members.iter().map(member).collect())
        }
        Value::Array(elements) => elements.iter().map(without_secrets).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use sharing_model::{BatchRequest, CreateLinkRequest, Dialect, LinkType, Secret, Segment};

    use super::*;

    fn link() -> Action {
        let request = CreateLinkRequest::builder()
            .link_type(LinkType::View)
            .password(Secret::from("correct horse"))
            .build()
            .unwrap();
        Action::create_link("/drive/root:/It's here/100%.docx".parse().unwrap(), &request)
    }

    #[test]
    fn as_http_and_as_curl() {
        let batch = Action::batch(&BatchRequest::of(&[link()], Dialect::Graph));
        let delete =
            Action::delete_permission("/drive/items/01NQ".parse().unwrap(), Segment::new("7").unwrap())
                .if_match("\"{5D76AE8F},1\"");
        let direct = Endpoint::new("https://contoso.sharepoint.com/_api/v2.0").unwrap();
        let shown: Vec<_> = [(link(), direct), (batch, Endpoint::graph()), (delete, Endpoint::graph())]
            .iter()
            .map(|(action, endpoint)| Rendered::new(action, endpoint))
            .map(|rendered| format!("{rendered}\n\n{}", rendered.to_curl()))
            .collect();
        insta::assert_snapshot!(shown.join("\n\n----\n\n"));
        assert!(!format!("{:?}", Rendered::new(&link(), &Endpoint::graph())).contains("correct horse"));
    }
}
