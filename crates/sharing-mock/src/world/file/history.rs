//! When an item was made and by whom, and what happened to it since.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::world::schema;

/// When an item was made, by whom, and what happened since.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(in crate::world) struct History {
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::world) created: Option<Moment>,
    /// When it was changed last: when it was made, unless said otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::world) modified: Option<Moment>,
    /// When it was shared last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::world) shared: Option<Moment>,
    /// Counted up by each change, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::world) version: Option<u32>,
    /// The drive's count of changes as of this item's latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::world) changed: Option<u64>,
}

impl History {
    /// Whether nothing is said.
    pub(in crate::world) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A moment, and whose it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::world) struct Moment {
    /// When.
    #[schemars(schema_with = "schema::date_time")]
    pub(in crate::world) at: Timestamp,
    /// Who: the drive's owner, unless said otherwise.
    #[serde(default)]
    pub(in crate::world) by: Option<String>,
}
