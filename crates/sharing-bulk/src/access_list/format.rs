//! `Format`: how an access list is written.

use std::{fmt, path::Path, str::FromStr};

/// How an access list is written.
///
/// ```
/// use std::path::Path;
/// use sharing_bulk::Format;
///
/// assert_eq!(Format::of(Path::new("access.NDJSON")), Some(Format::Ndjson));
/// assert_eq!(Format::of(Path::new("access.xlsx")), None);
/// assert_eq!("json".parse(), Ok(Format::Json));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// A header, then a row for each item and recipient, by RFC 4180.
    #[default]
    Csv,
    /// An object a line.
    Ndjson,
    /// One array of objects.
    Json,
}

const NAMES: [(&str, Format); 4] =
    [("csv", Format::Csv), ("ndjson", Format::Ndjson), ("jsonl", Format::Ndjson), ("json", Format::Json)];

impl Format {
    /// The format that a file's extension says.
    ///
    /// ```
    /// # use std::path::Path;
    /// # use sharing_bulk::Format;
    /// assert_eq!(Format::of(Path::new("list.jsonl")), Some(Format::Ndjson));
    /// ```
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        path.extension()?.to_str()?.parse().ok()
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(NAMES.iter().find(|(_, format)| format == self).map_or("", |(name, _)| name))
    }
}

/// What is no [`Format`].
///
/// ```
/// let error = "xlsx".parse::<sharing_bulk::Format>().unwrap_err();
/// assert_eq!(error.to_string(), r#"no access list is written as "xlsx": expected csv, ndjson or json"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no access list is written as {0:?}: expected csv, ndjson or json")]
pub struct NoFormat(String);

impl FromStr for Format {
    type Err = NoFormat;

    fn from_str(name: &str) -> Result<Self, NoFormat> {
        let known = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        known.map(|(_, format)| *format).ok_or_else(|| NoFormat(name.to_owned()))
    }
}
