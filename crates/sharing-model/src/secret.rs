//! `Secret`: a text that must not be shown.

use std::{borrow::Cow, fmt};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::wire::{self, Read, Wire};

/// A text that goes out on the wire and shows nowhere else: a password, a token.
///
/// ```
/// use sharing_model::Secret;
///
/// let password = Secret::from("correct horse");
/// assert_eq!(format!("{password:?}"), "Secret([REDACTED])");
/// assert_eq!(password.expose(), "correct horse");
/// ```
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// The text itself.
    ///
    /// ```
    /// # use sharing_model::{InviteRequest, Secret};
    /// let request: InviteRequest = serde_json::from_str(r#"{ "password": "correct horse" }"#)?;
    /// assert_eq!(request.password.as_ref().map(Secret::expose), Some("correct horse"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(SecretString::from(text))
    }
}

impl From<SecretString> for Secret {
    fn from(text: SecretString) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([REDACTED])")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

impl Wire for Secret {
    fn expected() -> Cow<'static, str> {
        "a string".into()
    }

    fn read_str(value: Cow<'_, str>) -> Read<Self> {
        Read::Fit(Self(value.into_owned().into()))
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::deserialize(deserializer)
    }
}
