//! `Password`: a word that must not be shown.

use std::{borrow::Cow, fmt};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::wire::{self, Read, Wire};

/// The password of a sharing link. It goes out in the request's body and shows nowhere else.
///
/// ```
/// use sharing_model::Password;
///
/// let password = Password::from("correct horse");
/// assert_eq!(format!("{password:?}"), "Password([REDACTED])");
/// assert_eq!(password.expose(), "correct horse");
/// ```
#[derive(Clone)]
pub struct Password(SecretString);

impl Password {
    /// The password itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<&str> for Password {
    fn from(text: &str) -> Self {
        Self(SecretString::from(text))
    }
}

impl From<SecretString> for Password {
    fn from(text: SecretString) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password([REDACTED])")
    }
}

impl PartialEq for Password {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Password {}

impl Wire for Password {
    fn expected() -> Cow<'static, str> {
        "a string".into()
    }

    fn read_str(value: Cow<'_, str>) -> Read<Self> {
        Read::Fit(Self(value.into_owned().into()))
    }
}

impl Serialize for Password {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::deserialize(deserializer)
    }
}
