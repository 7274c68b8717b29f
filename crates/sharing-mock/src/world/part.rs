//! Reading with all faults at once: what does not fit is put aside with its fault, and the rest is read.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use serde_json::{Map, Value};

/// A list of which each element is read by itself, so that one that does not fit hides none of the others.
#[derive(Debug, Clone)]
pub(super) struct Parts<T>(pub(super) Vec<Result<T, String>>);

impl<T> Parts<T> {
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The elements that fit, each with its place. The faults of the others are told, and those of whatever the
    /// elements do not know.
    pub(super) fn sound<'a>(&'a self, place: &str, faults: &mut Vec<String>) -> Vec<(String, &'a T)>
    where
        T: Part,
    {
        let mut sound = Vec::with_capacity(self.0.len());
        for (index, part) in self.0.iter().enumerate() {
            let place = format!("{place}[{index}]");
            match part {
                Ok(part) => {
                    unknown(&place, part.additional(), faults);
                    sound.push((place, part));
                }
                Err(fault) => faults.push(format!("{place}{fault}")),
            }
        }
        sound
    }
}

/// What an object has that it does not know.
pub(super) trait Part {
    fn additional(&self) -> &Map<String, Value>;
}

/// Tells of each member that an object does not know.
pub(super) fn unknown(place: &str, additional: &Map<String, Value>, faults: &mut Vec<String>) {
    let dot = if place.is_empty() { "" } else { "." };
    faults.extend(additional.keys().map(|name| format!("{place}{dot}{name}: there is no such member")));
}

impl<T> Default for Parts<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> From<Vec<T>> for Parts<T> {
    fn from(parts: Vec<T>) -> Self {
        Self(parts.into_iter().map(Ok).collect())
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Parts<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Vec::<Value>::deserialize(deserializer)?.into_iter().map(read).collect()))
    }
}

/// Reads a value, or says where in it and why it does not fit: `.size: invalid type: …`.
pub(super) fn read<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let dot = if path == "." || path.starts_with('[') { "" } else { "." };
        let path = if path == "." { "" } else { &path };
        format!("{dot}{path}: {}", error.inner())
    })
}

impl<T: Serialize> Serialize for Parts<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().flatten())
    }
}

impl<T: schemars::JsonSchema> schemars::JsonSchema for Parts<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        Vec::<T>::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Vec::<T>::json_schema(generator)
    }
}
