//! `Warning`: what is worth a look before anything happens.

use std::fmt;

use serde::{Deserialize, Serialize};
use sharing_model::Role;

/// What is worth a look before anything happens to an item.
///
/// ```
/// use sharing_bulk::Warning;
///
/// let warning = Warning::InheritanceBreaks;
/// assert_eq!(
///     warning.to_string(),
///     "inheritance breaks here: the item keeps who has access now, and follows the folder above no more"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "warning", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Warning {
    /// The item gets its first permission of its own.
    InheritanceBreaks,
    /// Who could write can afterwards write no more, and nobody else can.
    LastWriterGoes,
    /// Somebody can do less afterwards, because a row says so.
    Lowered {
        /// The line of the row.
        line: u64,
        /// Who.
        grantee: String,
        /// The role that they have.
        from: Role,
        /// The role that they get.
        role: Role,
    },
    /// Somebody is not revoked, because a row may mean them.
    MayBeMeant {
        /// The line of the row.
        line: u64,
        /// Who.
        grantee: String,
    },
    /// The list only names the item, and who has access to it could not be read: nothing was taken away.
    Unread {
        /// What the service said, and what to do.
        reason: String,
    },
    /// The list writes one item in several ways.
    SeveralAddresses {
        /// How, this one among them.
        addresses: Vec<String>,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InheritanceBreaks => f.write_str(
                "inheritance breaks here: the item keeps who has access now, and follows the folder above no more",
            ),
            Self::LastWriterGoes => f.write_str("the last who can write goes"),
            Self::Lowered { line, grantee, from, role } => {
                write!(f, "line {line} takes {from} from {grantee}, who keeps {role}")
            }
            Self::MayBeMeant { line, grantee } => {
                write!(f, "{grantee} is not revoked, because line {line} may mean them by another name")
            }
            Self::Unread { reason } => write!(f, "not looked at, and nobody is revoked: {reason}"),
            Self::SeveralAddresses { addresses } => {
                write!(f, "the list writes this item in several ways: {}", addresses.join(", "))
            }
        }
    }
}
