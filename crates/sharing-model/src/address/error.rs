//! `AddressError`: where a text ceases to be an address.

use std::fmt;

use crate::{Fault, InvalidRequest, Severity};

/// Why a text is no drive item's address.
///
/// ```
/// use sharing_model::ItemAddress;
///
/// let error = "/me/messages/1".parse::<ItemAddress>().unwrap_err();
/// assert_eq!(error.column(), 5);
/// assert_eq!(error.to_string(), r#"column 5 of "/me/messages/1": expected drive, found "messages""#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressError {
    pub(super) input: String,
    pub(super) column: usize,
    pub(super) expected: &'static str,
    pub(super) found: String,
}

impl AddressError {
    /// The character, counted from 1, at which the text ceases to be an address.
    ///
    /// ```
    /// use sharing_model::ItemAddress;
    ///
    /// let error = "/drive/root:/Projects/*.docx".parse::<ItemAddress>().unwrap_err();
    /// assert_eq!(error.column(), 23);
    /// ```
    #[must_use]
    pub const fn column(&self) -> usize {
        self.column
    }

    /// What would have been right there.
    ///
    /// ```
    /// use sharing_model::ItemAddress;
    ///
    /// let error = "/drive/item/01NQ".parse::<ItemAddress>().unwrap_err();
    /// assert_eq!(error.expected(), "root, items or special");
    /// ```
    #[must_use]
    pub const fn expected(&self) -> &'static str {
        self.expected
    }

    /// What stands there.
    ///
    /// ```
    /// use sharing_model::ItemAddress;
    ///
    /// assert_eq!("/drive/item/01NQ".parse::<ItemAddress>().unwrap_err().found(), r#""item""#);
    /// assert_eq!("/drive".parse::<ItemAddress>().unwrap_err().found(), "the end");
    /// ```
    #[must_use]
    pub fn found(&self) -> &str {
        &self.found
    }
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "column {} of {:?}: expected {}, found {}",
            self.column, self.input, self.expected, self.found
        )
    }
}

impl std::error::Error for AddressError {}

impl From<AddressError> for Fault {
    fn from(error: AddressError) -> Self {
        Self {
            property: "item".to_owned(),
            rule: "item-address",
            limit: "a drive item's address, such as /drive/items/{id} or /drive/root:/path".into(),
            found: format!(
                "{:?}: at column {} stands {}, not {}",
                error.input, error.column, error.found, error.expected
            ),
            severity: Severity::Error,
            source: "addressing a driveItem",
            answer: None,
        }
    }
}

impl From<AddressError> for InvalidRequest {
    fn from(error: AddressError) -> Self {
        Self { faults: vec![error.into()] }
    }
}
