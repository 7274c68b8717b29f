//! `AccessListFault`: what is wrong with an access list, and where.

use std::fmt;

use sharing_model::Severity;

/// One thing that is wrong with an access list, with its place.
///
/// ```
/// use sharing_bulk::{AccessListReader, Format};
///
/// let text = "item,recipient,role\n/drive/root:/a,ryan@contoso.com,owner\n";
/// let fault = AccessListReader::new(text.as_bytes(), Format::Csv).next().unwrap().unwrap_err();
/// assert_eq!(
///     fault.to_string(),
///     "2:33: role: read or write; nobody becomes an owner by invitation; found owner"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessListFault {
    /// The line, counted from 1.
    pub line: u64,
    /// The character in the line, counted from 1.
    pub column: u64,
    /// What is wrong, and what would be right.
    pub what: String,
    /// Whether nothing can be done while it stands, or it is only worth a look.
    pub severity: Severity,
}

/// Where a cell or a property begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) line: u64,
    pub(super) column: u64,
}

impl Place {
    pub(super) const START: Self = Self { line: 1, column: 1 };

    /// Where one is after having read this text from here.
    pub(super) fn after(self, text: &[u8]) -> Self {
        let mut place = self;
        for byte in text {
            match byte {
                b'\n' => place = Self { line: place.line + 1, column: 1 },
                // What continues a character begins none.
                byte if byte & 0xC0 == 0x80 => {}
                _ => place.column += 1,
            }
        }
        place
    }

    pub(super) fn fault(self, what: impl Into<String>) -> AccessListFault {
        AccessListFault { line: self.line, column: self.column, what: what.into(), severity: Severity::Error }
    }
}

impl fmt::Display for AccessListFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.what)
    }
}

impl std::error::Error for AccessListFault {}
