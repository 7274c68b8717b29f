//! A check, and what it says.

use serde::Serialize;

use crate::failure::Failure;

/// What became of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    Good,
    /// Nobody can tell from here.
    Unknown,
    /// It works, and may surprise.
    Look,
    Bad,
}

#[derive(Debug, Serialize)]
pub(super) struct Check {
    pub(super) check: &'static str,
    pub(super) verdict: Verdict,
    pub(super) found: String,
    pub(super) remedy: String,
}

impl Check {
    pub(super) fn good(check: &'static str, found: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Good, found: found.into(), remedy: String::new() }
    }

    pub(super) fn new(
        check: &'static str,
        verdict: Verdict,
        found: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { check, verdict, found: found.into(), remedy: remedy.into() }
    }

    pub(super) fn cells(&self) -> Vec<String> {
        let verdict = match self.verdict {
            Verdict::Good => "good",
            Verdict::Unknown => "unknown",
            Verdict::Look => "worth a look",
            Verdict::Bad => "bad",
        };
        vec![self.check.to_owned(), verdict.to_owned(), self.found.clone(), self.remedy.clone()]
    }
}

/// A check that failed as a whole.
pub(super) fn failed(check: &'static str, failure: &Failure) -> Check {
    let found = std::iter::once(failure.to_string()).chain(failure.why()).collect::<Vec<_>>().join("; ");
    Check::new(check, Verdict::Bad, found, failure.next())
}
