//! `DateTime`: a point in time as the service wrote it.

use std::{borrow::Cow, fmt};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::wire::{self, Read, Wire};

/// A point in time, kept as the service wrote it, so that what came in goes out the same.
///
/// Two are equal when they mean the same instant, however they are written.
///
/// ```
/// use sharing_model::DateTime;
///
/// let seen: DateTime = serde_json::from_str(r#""2026-07-15T14:00:00.000Z""#)?;
/// assert_eq!(serde_json::to_string(&seen)?, r#""2026-07-15T14:00:00.000Z""#);
/// assert_eq!(seen, DateTime::from("2026-07-15T14:00:00Z".parse::<jiff::Timestamp>().unwrap()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct DateTime {
    text: Box<str>,
    at: Timestamp,
}

impl DateTime {
    /// The instant.
    ///
    /// ```
    /// # use sharing_model::DateTime;
    /// let seen: DateTime = serde_json::from_str(r#""2026-07-15T16:00:00+02:00""#)?;
    /// assert_eq!(seen.timestamp(), "2026-07-15T14:00:00Z".parse().unwrap());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub const fn timestamp(&self) -> Timestamp {
        self.at
    }

    /// The text on the wire.
    ///
    /// ```
    /// # use sharing_model::DateTime;
    /// let seen: DateTime = serde_json::from_str(r#""2026-07-15T14:00:00.123Z""#)?;
    /// assert_eq!(seen.as_str(), "2026-07-15T14:00:00.123Z");
    /// // What goes out has whole seconds.
    /// assert_eq!(DateTime::from(seen.timestamp()).as_str(), "2026-07-15T14:00:00Z");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether this is `0001-01-01T00:00:00Z`, which the service sends for "none".
    ///
    /// ```
    /// # use sharing_model::DateTime;
    /// let none: DateTime = serde_json::from_str(r#""0001-01-01T00:00:00Z""#)?;
    /// assert!(none.is_none());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.at.as_second() == NONE_SECOND
    }
}

/// 0001-01-01T00:00:00Z, in seconds of the Unix epoch.
const NONE_SECOND: i64 = -62_135_596_800;

/// Written as requests write it: UTC, whole seconds.
impl From<Timestamp> for DateTime {
    fn from(at: Timestamp) -> Self {
        let at = Timestamp::from_second(at.as_second()).unwrap_or(at);
        Self { text: at.to_string().into(), at }
    }
}

impl PartialEq for DateTime {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl Eq for DateTime {}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl Wire for DateTime {
    fn expected() -> Cow<'static, str> {
        "a date-time such as 2026-07-15T14:00:00Z".into()
    }

    fn read_str(value: Cow<'_, str>) -> Read<Self> {
        match value.parse() {
            Ok(at) => Read::Fit(Self { text: value.into(), at }),
            Err(_) => Read::Misfit(value.into_owned().into()),
        }
    }
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::deserialize(deserializer)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for DateTime {
    fn schema_name() -> Cow<'static, str> {
        "DateTime".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "format": "date-time",
            "description": "A point in time by RFC 3339, in UTC. 0001-01-01T00:00:00Z means none.",
        })
    }
}
