//! What a test expects of the journal, for languages that have no client of the mock.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Wrong, inspect::known_action};
use crate::journal::{Entry, Journal};

pub(super) const EXAMPLE: &str = r#"{ "expect": [{ "action": "invite", "status": 200, "times": 1 }, { "method": "GET", "atLeast": 1 }], "inOrder": true }"#;

/// What is expected of the requests of a space.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Expectations {
    /// Each judged by itself.
    expect: Vec<Expectation>,
    /// Whether the first request of each must come after the first of the one before it.
    #[serde(default)]
    in_order: bool,
}

/// How many requests of a kind are expected. Without a number: at least one.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Expectation {
    /// As in POST.
    method: Option<String>,
    /// An action's name, as in `invite`.
    action: Option<String>,
    /// The path without the space's prefix and the query; `*` stands for any characters.
    path: Option<String>,
    /// The answer's status; 0 is a cut connection.
    status: Option<u16>,
    /// The name of the rule that decided.
    rule: Option<String>,
    /// Whether it came in a batch.
    in_batch: Option<bool>,
    /// Exactly so many.
    times: Option<usize>,
    /// So many or more.
    at_least: Option<usize>,
    /// So many or fewer.
    at_most: Option<usize>,
}

/// Whether the requests are as expected.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Verdict {
    passed: bool,
    /// In a sentence for each that is not so; empty where all are.
    explanation: Vec<String>,
    /// The numbers of the requests that meet each expectation, in its place.
    requests: Vec<Vec<u64>>,
    /// How many requests the journal no longer holds.
    dropped: u64,
}

impl Expectations {
    /// Judges the journal; refuses what makes no sense.
    pub(super) fn judge(&self, journal: &Journal) -> Result<Verdict, Wrong> {
        let mut explanation = Vec::new();
        let mut requests = Vec::new();
        // After which request the next in order must come.
        let mut after = Some(0);
        let mut bounded = false;
        for (index, expectation) in self.expect.iter().enumerate() {
            let (least, most) = expectation.bounds(index)?;
            bounded |= most < usize::MAX;
            let met = journal.entries().filter(|entry| expectation.meets(entry));
            let met: Vec<u64> = met.map(|entry| entry.number).collect();
            let what = expectation.describe();
            if met.len() < least || met.len() > most {
                let wanted = match (least, most) {
                    (least, usize::MAX) => format!("at least {least}"),
                    (0, most) => format!("at most {most}"),
                    (least, most) if least == most => format!("exactly {least}"),
                    (least, most) => format!("{least} to {most}"),
                };
                explanation.push(format!(
                    "expect[{index}]: {wanted} of {what}, but there were {}{}",
                    met.len(),
                    list(&met)
                ));
            } else if let (true, Some(before)) = (self.in_order, after) {
                let next = met.iter().find(|number| **number > before);
                if next.is_none() && least > 0 {
                    explanation.push(format!(
                        "expect[{index}]: {what} should come after request {before}, but came before it{}",
                        list(&met)
                    ));
                }
                after = next.copied().or(after.filter(|_| least == 0));
            }
            requests.push(met);
        }
        let dropped = journal.dropped();
        // What is gone can only have been more.
        if dropped > 0 && (bounded || !explanation.is_empty()) {
            explanation.push(format!(
                "the journal no longer holds {dropped} earlier requests; DELETE /_mock/requests before the test"
            ));
        }
        Ok(Verdict { passed: explanation.is_empty(), explanation, requests, dropped })
    }
}

impl Expectation {
    /// At least and at most how many.
    fn bounds(&self, index: usize) -> Result<(usize, usize), Wrong> {
        let wrong = |name: &str, wrong: String, right: &str| {
            Err(Wrong::new(format!("body: expect[{index}].{name}"), wrong, right))
        };
        if let Some(Err((what, right))) = self.action.as_deref().map(known_action) {
            return wrong("action", what, &right);
        }
        match (self.times, self.at_least, self.at_most) {
            (Some(times), None, None) => Ok((times, times)),
            (Some(_), ..) => {
                wrong("times", "times beside atLeast or atMost".into(), "either times, or the others")
            }
            (None, None, None) => Ok((1, usize::MAX)),
            (None, least, most) => match (least.unwrap_or(0), most.unwrap_or(usize::MAX)) {
                (least, most) if least <= most => Ok((least, most)),
                (least, most) => {
                    wrong("atLeast", format!("{least} is more than atMost, {most}"), "at most atMost")
                }
            },
        }
    }

    fn meets(&self, entry: &Entry) -> bool {
        self.method.as_ref().is_none_or(|method| entry.method.eq_ignore_ascii_case(method))
            && self.action.as_deref().is_none_or(|action| entry.action == Some(action))
            && self.path.as_deref().is_none_or(|pattern| fits(pattern, &entry.path))
            && self.status.is_none_or(|status| entry.status == status)
            && self.rule.as_deref().is_none_or(|rule| entry.rule == Some(rule))
            && self.in_batch.is_none_or(|in_batch| entry.in_batch == in_batch)
    }

    fn describe(&self) -> String {
        let mut text = "requests".to_owned();
        let texts = [
            ("method", self.method.clone()),
            ("action", self.action.clone()),
            ("path", self.path.clone()),
            ("status", self.status.map(|status| status.to_string())),
            ("rule", self.rule.clone()),
            ("inBatch", self.in_batch.map(|in_batch| in_batch.to_string())),
        ];
        for (name, value) in texts {
            if let Some(value) = value {
                // Writing into a text does not fail.
                let _ = write!(text, " {name}={value}");
            }
        }
        text
    }
}

/// The numbers of requests, in brackets.
fn list(numbers: &[u64]) -> String {
    if numbers.is_empty() {
        return String::new();
    }
    let shown: Vec<_> = numbers.iter().take(20).map(|number| format!("#{number}")).collect();
    let more = if numbers.len() > shown.len() { ", …" } else { "" };
    format!(" ({}{more})", shown.join(", "))
}

/// Whether a path is as a pattern says, in which `*` stands for any characters.
fn fits(pattern: &str, path: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == path };
    let Some(mut path) = path.strip_prefix(first) else { return false };
    let mut parts = rest.split('*');
    // What follows the last star ends the path; what stands between stars is found as early as can be.
    let last = parts.next_back().unwrap_or_default();
    for part in parts {
        match path.split_once(part) {
            Some((_, after)) => path = after,
            None => return false,
        }
    }
    path.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, path, is_so) in [
            ("/v1.0/drive", "/v1.0/drive", true),
            ("/v1.0/drive", "/v1.0/drive/root", false),
            ("/v1.0/*/invite", "/v1.0/drive/root/invite", true),
            ("*", "", true),
            ("/*/root*/invite", "/v1.0/drive/root:/a:/invite", true),
            ("/a*a", "/a", false),
            ("*/permissions", "/v1.0/drive/root/permissions/1", false),
        ] {
            assert_eq!(fits(pattern, path), is_so, "{pattern} {path}");
        }
    }
}
