//! `MissingScopes`: what a token would have to be allowed for an action that was refused.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Deserialize;
use sharing_model::{ActionKind, Scopes, TokenKind};

/// The tenant of all personal accounts.
const PERSONAL_TENANT: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// Why a 403 is the token's fault: it has none of the scopes of which the action needs one.
///
/// The token says itself what it allows; where it does not, or where it would do, nobody can tell more than the service.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sharing_http::{Authority, Client, ClientSecret, Endpoint};
/// # use sharing_mock::{Application, AuthMode, MockServer};
/// # let server = MockServer::builder().auth(AuthMode::Strict).start().await?;
/// # let endpoint = Endpoint::new(server.url())?;
/// # let authority = Authority::at(server.url(), "contoso.com")?.endpoint(&endpoint);
/// # let secret = secrecy::SecretString::from(Application::auditor().secrets[0].expose());
/// # let credential = ClientSecret::new(authority, &Application::auditor().id, secret)?;
/// # let client = Client::builder().endpoint(endpoint).credential(credential).build()?;
/// # let notes = "/users/nadia@contoso.com/drive/root:/Notes.txt".parse()?;
/// # let link = sharing_model::CreateLinkRequest::builder().build()?;
/// // An auditor may read, and no more:
/// let error = client.item(&notes).create_link(&link).await.unwrap_err();
/// let missing = error.missing_scopes().unwrap();
/// assert_eq!(missing.held(), ["Files.Read.All"]);
/// assert_eq!(missing.one_of(), ["Files.ReadWrite.All", "Sites.ReadWrite.All"]);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingScopes {
    token: TokenKind,
    held: Vec<String>,
    one_of: &'static [&'static str],
}

/// What is read of a token: nothing of it is believed, it only explains a refusal.
#[derive(Debug, Deserialize)]
struct Claims {
    scp: Option<String>,
    roles: Option<Vec<String>>,
    idtyp: Option<String>,
    tid: Option<String>,
}

impl MissingScopes {
    /// What is missing for an action, if the token says what it allows and that is too little.
    pub(crate) fn of(action: ActionKind, token: &str) -> Option<Self> {
        let mut parts = token.split('.');
        let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
        let claims = BASE64_URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
        let claims: Claims = serde_json::from_slice(&claims).ok()?;

        let (token, held) = match (claims.scp, claims.roles) {
            (Some(scp), _) => {
                (TokenKind::Delegated, scp.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
            }
            (None, Some(roles)) => (TokenKind::Application, roles),
            // An application that was allowed nothing.
            (None, None) if claims.idtyp.as_deref() == Some("app") => (TokenKind::Application, Vec::new()),
            (None, None) => return None,
        };
        let is_personal = claims.tid.as_deref() == Some(PERSONAL_TENANT);
        let one_of = action.facts().scopes.of(token, is_personal);
        let does = held.iter().any(|scope| one_of.contains(&Scopes::in_graph(scope)));
        (!does && !one_of.is_empty()).then_some(Self { token, held, one_of })
    }

    /// On whose behalf the token speaks: who can allow it more, follows from it. An application's is an administrator's
    /// to allow.
    ///
    /// ```
    /// use sharing_http::MissingScopes;
    /// use sharing_model::TokenKind;
    ///
    /// let who = |missing: &MissingScopes| match missing.token() {
    ///     TokenKind::Application => "an administrator",
    ///     _ => "whoever signs in, or an administrator",
    /// };
    /// # let _ = who;
    /// ```
    #[must_use]
    pub const fn token(&self) -> TokenKind {
        self.token
    }

    /// What the token allows, as it says itself.
    ///
    /// ```
    /// use sharing_http::MissingScopes;
    ///
    /// let show = |missing: &MissingScopes| println!("The token has {}.", missing.held().join(", "));
    /// # let _ = show;
    /// ```
    #[must_use]
    pub fn held(&self) -> &[String] {
        &self.held
    }

    /// The scopes of which the action needs one, least privilege first.
    ///
    /// ```
    /// use sharing_http::MissingScopes;
    ///
    /// let show = |missing: &MissingScopes| println!("Consent to {}.", missing.one_of()[0]);
    /// # let _ = show;
    /// ```
    #[must_use]
    pub const fn one_of(&self) -> &'static [&'static str] {
        self.one_of
    }
}

impl fmt::Display for MissingScopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = if self.held.is_empty() { "no scope".to_owned() } else { self.held.join(", ") };
        write!(f, "the token has {held}; this needs one of {}", self.one_of.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> String {
        format!("e30.{}.signature", BASE64_URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn a_token_says_what_is_missing() {
        let missing = |claims: &str| {
            let missing = MissingScopes::of(ActionKind::Invite, &token(claims))?;
            Some((missing.token(), missing.one_of()[0], missing.held().len()))
        };
        let (delegated, application) = (TokenKind::Delegated, TokenKind::Application);
        assert_eq!(missing(r#"{ "scp": "Files.Read User.Read" }"#), Some((delegated, "Files.ReadWrite", 2)));
        assert_eq!(missing(r#"{ "scp": "Files.Read Files.ReadWrite.All" }"#), None);
        // The direct endpoint's name for the same.
        assert_eq!(missing(r#"{ "scp": "MyFiles.Write" }"#), None);
        assert_eq!(
            missing(r#"{ "roles": ["Files.Read.All"] }"#),
            Some((application, "Files.ReadWrite.All", 1))
        );
        assert_eq!(missing(r#"{ "idtyp": "app" }"#), Some((application, "Files.ReadWrite.All", 0)));
        // Who says nothing lacks nothing that could be told.
        assert_eq!(missing(r#"{ "sub": "somebody" }"#), None);
        assert_eq!(missing("no JSON"), None);
        // No scope allows a personal account this.
        let personal = format!(r#"{{ "scp": "Files.ReadWrite", "tid": "{PERSONAL_TENANT}" }}"#);
        assert_eq!(MissingScopes::of(ActionKind::RevokeGrants, &token(&personal)), None);
    }

    #[test]
    fn what_is_no_token_of_this_kind_says_nothing() {
        for token in ["", "any token", "a.b", "a.b.c", "..", "e30.e30.", "EwB4A8l6BAAU"] {
            assert_eq!(MissingScopes::of(ActionKind::Invite, token), None, "{token}");
        }
    }
}
