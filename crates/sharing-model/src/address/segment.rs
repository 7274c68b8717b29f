//! `Segment`: what stands between two slashes of an address, and how it is spelt.

use std::{borrow::Cow, fmt};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// One segment of an address: an id, a name or a token, decoded. Never empty, never `.` or `..`, and free of the
/// characters that no item's name can have.
///
/// ```
/// use sharing_model::Segment;
///
/// assert_eq!(Segment::new("Quarterly report.docx").unwrap().as_str(), "Quarterly report.docx");
/// assert!(Segment::new("a/b").is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Segment(pub(super) String);

impl Segment {
    /// Whether a text has a character that ends a segment, or that the service allows in no name.
    fn has_forbidden(text: &str) -> bool {
        let is_forbidden = |byte| {
            byte < b' ' || matches!(byte, b'/' | b'\\' | b':' | b'*' | b'?' | b'<' | b'>' | b'|' | 0x7f)
        };
        // Almost all texts are ASCII, of which each byte is a character.
        text.bytes().any(is_forbidden) || (!text.is_ascii() && text.contains(char::is_control))
    }

    /// A segment, if the text can be one.
    ///
    /// ```
    /// use sharing_model::Segment;
    ///
    /// assert!(Segment::new("i:0#.f|membership").is_none());
    /// assert!(Segment::new("..").is_none());
    /// assert!(Segment::new("Agreement #12.pdf").is_some());
    /// ```
    #[must_use]
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        let legal = !matches!(text.as_str(), "" | "." | "..") && !Self::has_forbidden(&text);
        legal.then_some(Self(text))
    }

    /// A segment of base64url, which has no character that a segment must not have.
    pub(crate) const fn of_base64url(text: String) -> Self {
        Self(text)
    }

    /// The decoded text.
    ///
    /// ```
    /// use sharing_model::{DriveAddress, Segment};
    ///
    /// let user = DriveAddress::from_url_path("/users/kim%40contoso.com/drive")?;
    /// assert!(matches!(user, DriveAddress::User(name) if name.as_str() == "kim@contoso.com"));
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What RFC 3986 allows in a path segment, without `:`, which ends a path here.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b'@');

/// A segment as a URL's path spells it.
pub(crate) fn encode(segment: &Segment) -> Cow<'_, str> {
    utf8_percent_encode(&segment.0, SEGMENT).into()
}

/// A segment as a person types it.
pub(super) fn plain(segment: &Segment) -> Cow<'_, str> {
    Cow::Borrowed(&segment.0)
}

/// A segment in a log.
pub(super) fn hide(_: &Segment) -> Cow<'_, str> {
    Cow::Borrowed("{}")
}
