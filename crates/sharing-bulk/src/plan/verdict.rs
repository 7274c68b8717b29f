//! `Verdict`: what the plan says of one row.

use std::fmt;

use serde::{Deserialize, Serialize};
use sharing_model::Role;

use crate::{Row, RunId};

/// A row, and what the plan says of it.
///
/// ```
/// use sharing_bulk::{Because, PlannedRow, Verdict};
///
/// let json = r#"{"line":7,"item":"/drive/root:/a","recipient":"ryan@contoso.com","role":"read","verdict":"nothing","because":"direct"}"#;
/// let planned: PlannedRow = serde_json::from_str(json)?;
/// assert_eq!(planned.row.line, 7);
/// assert_eq!(planned.verdict, Verdict::Nothing { because: Because::Direct });
/// assert_eq!(serde_json::to_string(&planned)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlannedRow {
    /// The row.
    pub row: Row,
    /// What is said of it.
    pub verdict: Verdict,
}

/// What the plan says of one row.
///
/// ```
/// use sharing_bulk::Verdict;
///
/// let refused = Verdict::Refused { reason: "line 3 wants write".to_owned() };
/// assert_eq!(refused.to_string(), "refused: line 3 wants write");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Verdict {
    /// A step is for it.
    Step,
    /// There is nothing to do.
    Nothing {
        /// Why.
        because: Because,
    },
    /// Nothing is done.
    Refused {
        /// Why, and what to do about it.
        reason: String,
    },
}

/// Why there is nothing to do for a row.
///
/// ```
/// assert_eq!(sharing_bulk::Because::Inherited.to_string(), "has it from a folder above");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Because {
    /// The recipient has just this on the item.
    Direct,
    /// The recipient has it, or more, from a folder above.
    Inherited,
    /// The recipient has a role that no invitation gives and that is not lowered unasked, such as owner.
    More(Role),
    /// This run of the journal invited the recipient, and the service lists guests only once they accept.
    Pending(RunId),
    /// This run of the journal may have invited the recipient, and nobody can tell.
    MayBePending(RunId),
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Direct => f.write_str("has it"),
            Self::Inherited => f.write_str("has it from a folder above"),
            Self::More(role) => write!(f, "is {role}"),
            Self::Pending(run) => {
                write!(f, "run {run} invited them, and the service lists guests once they accept")
            }
            Self::MayBePending(run) => write!(f, "run {run} may have mailed them"),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Step => f.write_str("to do"),
            Self::Nothing { because } => write!(f, "nothing to do: {because}"),
            Self::Refused { reason } => write!(f, "refused: {reason}"),
        }
    }
}

/// A row with its line beside it.
#[derive(Serialize, Deserialize)]
struct Flat {
    line: u64,
    #[serde(flatten)]
    row: crate::row::Flat,
    #[serde(flatten)]
    verdict: Verdict,
}

impl Serialize for PlannedRow {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let row = crate::row::Flat::from(&self.row);
        Flat { line: self.row.line, row, verdict: self.verdict.clone() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PlannedRow {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Flat { line, row, verdict } = Flat::deserialize(deserializer)?;
        let row = Row::try_from(row).map_err(serde::de::Error::custom)?.at(line);
        Ok(Self { row, verdict })
    }
}
