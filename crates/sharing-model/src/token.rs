//! `TokenResponse`: what a login endpoint answers.

use serde_json::{Map, Value};

use crate::{Secret, wire::object};

/// A token, as a login endpoint hands it out.
///
/// Protocol: `POST https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token`.
///
/// ```
/// use sharing_model::TokenResponse;
///
/// let token: TokenResponse = serde_json::from_str(r#"{ "token_type": "Bearer", "expires_in": 3599, "access_token": "ey" }"#)?;
/// assert_eq!(token.access_token.as_ref().unwrap().expose(), "ey");
/// assert!(!format!("{token:?}").contains("ey\""));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Printed for debugging it shows no secret.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TokenResponse {
    /// `Bearer`.
    pub token_type: Option<String>,
    /// How many seconds the token is good for.
    pub expires_in: Option<i64>,
    /// How many seconds the token is good for while the login endpoint is down.
    pub ext_expires_in: Option<i64>,
    /// The scopes of the token, with spaces between.
    pub scope: Option<String>,
    /// The token.
    pub access_token: Option<Secret>,
    /// What gets the next token without asking the person again.
    pub refresh_token: Option<Secret>,
    /// Who signed in.
    pub id_token: Option<Secret>,
    /// All that is not above, as it came.
    #[cfg_attr(feature = "schema", schemars(flatten))]
    pub additional: Map<String, Value>,
}

object!(TokenResponse is "a token response object" {
    token_type: "token_type",
    expires_in: "expires_in",
    ext_expires_in: "ext_expires_in",
    scope: "scope",
    access_token: "access_token",
    refresh_token: "refresh_token",
    id_token: "id_token",
});
