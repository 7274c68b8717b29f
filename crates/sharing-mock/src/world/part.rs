//! Reading with all faults at once: what does not fit is put aside with its fault, and the rest is read.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use serde_json::{Map, Value};
use serde_path_to_error::Segment;

use crate::fault::plain;

/// A list of which each element is read by itself, so that one that does not fit hides none of the others.
#[derive(Debug, Clone)]
pub(super) struct Parts<T>(Vec<Read<T>>);

/// What was read, as far as it fits, and what does not.
#[derive(Debug, Clone)]
pub(super) struct Read<T> {
    /// Nothing where it cannot be without what does not fit.
    pub(super) part: Option<T>,
    pub(super) faults: Vec<String>,
}

impl<T> Parts<T> {
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The elements as far as they fit.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().filter_map(|read| read.part.as_ref())
    }

    /// The elements as far as they fit, each with its place. What does not fit is told, and whatever the elements do not
    /// know.
    pub(super) fn sound<'a>(&'a self, place: &str, faults: &mut Vec<String>) -> Vec<(String, &'a T)>
    where
        T: Part,
    {
        let mut sound = Vec::with_capacity(self.0.len());
        for (index, read) in self.0.iter().enumerate() {
            let place = format!("{place}[{index}]");
            faults.extend(read.faults.iter().map(|fault| format!("{place}{fault}")));
            if let Some(part) = &read.part {
                unknown(&place, part.additional(), faults);
                sound.push((place, part));
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
        Self(parts.into_iter().map(|part| Read { part: Some(part), faults: Vec::new() }).collect())
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Parts<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Vec::<Value>::deserialize(deserializer)?.into_iter().map(read).collect()))
    }
}

/// Reads a value, and says where in it and why something does not fit: `.size: invalid type: …`. What does not fit is
/// taken out, so that the rest is read all the same.
pub(super) fn read<T: DeserializeOwned>(mut value: Value) -> Read<T> {
    let mut faults = Vec::new();
    let mut taken = Vec::new();
    loop {
        let error = match serde_path_to_error::deserialize(&value) {
            Ok(part) => return Read { part: Some(part), faults },
            Err(error) => error,
        };
        let path = error.path().to_string();
        let dot = if path == "." || path.starts_with('[') { "" } else { "." };
        let name = if path == "." { "" } else { &path };
        let what = plain(&error.inner().to_string());
        // What is missing because it was taken out was told.
        if !taken.iter().any(|name| what == format!("missing field `{name}`")) {
            faults.push(format!("{dot}{name}: {what}"));
        }
        let segments: Vec<_> = error.path().iter().collect();
        match take_out(&mut value, &segments) {
            Some(name) => taken.push(name),
            None => return Read { part: None, faults },
        }
    }
}

/// Takes out what a path leads to: the member, or the list that has it as an element. Says which that was.
fn take_out(value: &mut Value, path: &[&Segment]) -> Option<String> {
    let [Segment::Map { key }, below @ ..] = path else { return None };
    let object = value.as_object_mut()?;
    let found = object.get_mut(key).and_then(|member| take_out(member, below));
    found.or_else(|| object.remove(key).map(|_| key.clone()))
}

impl<T: Serialize> Serialize for Parts<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
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
