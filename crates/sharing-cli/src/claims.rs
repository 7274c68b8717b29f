//! What a token says of itself. It is shown to people, never trusted.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sharing_model::TokenKind;

/// The claims that people ask for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Claims {
    upn: Option<String>,
    preferred_username: Option<String>,
    unique_name: Option<String>,
    app_displayname: Option<String>,
    appid: Option<String>,
    azp: Option<String>,
    scp: Option<String>,
    roles: Vec<String>,
    exp: Option<i64>,
    iat: Option<i64>,
}

impl Claims {
    /// Those of a token, if it is one that says something.
    pub(crate) fn of(token: &SecretString) -> Option<Self> {
        let payload = token.expose_secret().split('.').nth(1)?;
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    }

    /// Whose token it is: a person, or an application.
    pub(crate) fn account(&self) -> Option<&str> {
        let person =
            self.upn.as_deref().or(self.preferred_username.as_deref()).or(self.unique_name.as_deref());
        let application =
            || self.app_displayname.as_deref().or(self.appid.as_deref()).or(self.azp.as_deref());
        person.or_else(application)
    }

    /// In whose name it asks.
    pub(crate) const fn kind(&self) -> TokenKind {
        if self.scp.is_some() { TokenKind::Delegated } else { TokenKind::Application }
    }

    /// What it allows.
    pub(crate) fn scopes(&self) -> Vec<&str> {
        match &self.scp {
            Some(scopes) => scopes.split_whitespace().collect(),
            None => self.roles.iter().map(String::as_str).collect(),
        }
    }

    pub(crate) fn expires(&self) -> Option<Timestamp> {
        Timestamp::from_second(self.exp?).ok()
    }

    pub(crate) fn issued(&self) -> Option<Timestamp> {
        Timestamp::from_second(self.iat?).ok()
    }
}
