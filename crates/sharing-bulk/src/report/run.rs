//! A run's rows, as a report shows them.

use serde::{Serialize, Serializer};

use super::ReportRow;
use crate::ReportedRow;

/// One row, flat: what was wanted, what became of it, and what to do next.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Flat<'a> {
    line: u64,
    item: String,
    recipient: String,
    role: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    outcome: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
}

impl<'a> From<&'a ReportedRow> for Flat<'a> {
    fn from(reported: &'a ReportedRow) -> Self {
        let ReportedRow { row, closed } = reported;
        Self {
            line: row.line,
            item: row.item.to_string(),
            recipient: row.whom(),
            role: row.options.role.as_str(),
            expires: row.options.expires.map(|expires| expires.to_string()),
            outcome: closed.word.to_string(),
            why: closed.why.as_deref(),
            next: closed.next.as_deref(),
            request_id: closed.request_id.as_deref(),
        }
    }
}

impl Serialize for ReportedRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Flat::from(self).serialize(serializer)
    }
}

impl ReportRow for ReportedRow {
    const COLUMNS: &'static [&'static str] =
        &["line", "item", "recipient", "role", "expires", "outcome", "why", "next", "request-id"];
    const WHO: &'static str = "recipient";
    const STATE: &'static str = "outcome";
    const SHOWN: &'static [&'static str] = &["line", "item", "recipient", "role", "outcome", "next"];

    fn cells(&self) -> Vec<String> {
        let flat = Flat::from(self);
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        vec![
            flat.line.to_string(),
            flat.item,
            flat.recipient,
            flat.role.to_owned(),
            flat.expires.unwrap_or_default(),
            flat.outcome,
            text(flat.why),
            text(flat.next),
            text(flat.request_id),
        ]
    }
}
