//! `ItemAddress`: the one grammar for where an item lives.
//!
//! An address has two spellings of one value. A person types plain text (`/drive/root:/100% final #2.docx`), read by
//! `FromStr` and printed by `Display`. A URL carries it percent-encoded, read by [`ItemAddress::from_url_path`] and
//! printed by [`ItemAddress::to_url_path`]. The grammar is the same; only the segments are spelt differently.

use std::{fmt, str::FromStr};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::{Fault, InvalidRequest, Severity, SharingUrl};

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
pub struct Segment(String);

impl Segment {
    /// Characters that end a segment, or that the service allows in no name.
    const FORBIDDEN: &'static [char] = &['/', '\\', ':', '*', '?', '<', '>', '|'];

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
        let legal = !text.is_empty()
            && text != "."
            && text != ".."
            && !text.contains(Self::FORBIDDEN)
            && !text.contains(char::is_control);
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

/// Which drive.
///
/// ```
/// use sharing_model::{DriveAddress, Segment};
///
/// let site = DriveAddress::Site(Segment::new("contoso.sharepoint.com,11,22").unwrap());
/// assert_eq!(site.to_string(), "/sites/contoso.sharepoint.com,11,22/drive");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DriveAddress {
    /// `/drive`: the signed-in user's drive; on a direct endpoint the drive of its site or user.
    Default,
    /// `/me/drive`: the signed-in user's drive.
    Me,
    /// `/drives/{id}`.
    Drive(Segment),
    /// `/users/{id or user principal name}/drive`.
    User(Segment),
    /// `/groups/{id}/drive`.
    Group(Segment),
    /// `/sites/{id}/drive`: the site's default library.
    Site(Segment),
    /// `/sites/{id}/drives/{id}`: one library of a site.
    SiteDrive {
        /// The site's id.
        site: Segment,
        /// The drive's id.
        drive: Segment,
    },
}

/// Which item of a drive a path starts at.
///
/// ```
/// use sharing_model::{ItemAddress, ItemKey};
///
/// let plan: ItemAddress = "/me/drive/special/documents:/Plan.docx".parse()?;
/// let ItemAddress::InDrive { item, path, .. } = plan else { panic!("it is in a drive") };
/// assert!(matches!(item, ItemKey::Special(name) if name.as_str() == "documents"));
/// assert_eq!(path[0].as_str(), "Plan.docx");
/// # Ok::<(), sharing_model::AddressError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ItemKey {
    /// `/root`.
    Root,
    /// `/items/{id}`.
    Id(Segment),
    /// `/special/{name}`, such as `documents` or `approot`.
    Special(Segment),
}

/// Where an item lives: every form in which the protocol addresses one.
///
/// ```
/// use sharing_model::ItemAddress;
///
/// let typed: ItemAddress = "/drive/root:/Projects/Quarterly report.docx".parse()?;
/// assert_eq!(typed.to_url_path(), "/drive/root:/Projects/Quarterly%20report.docx:");
/// assert_eq!(ItemAddress::from_url_path("/drive/root:/Projects/Quarterly%20report.docx")?, typed);
/// # Ok::<(), sharing_model::AddressError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ItemAddress {
    /// In a drive, by id or by path: `/drive/items/{id}`, `/drives/{id}/root:/path:`, …
    InDrive {
        /// The drive.
        drive: DriveAddress,
        /// The item, or the one that the path starts at.
        item: ItemKey,
        /// The names below that item; empty for the item itself.
        path: Vec<Segment>,
    },
    /// What a sharing link leads to: `/shares/{token}/driveItem`.
    Shared {
        /// The share id or the encoded sharing URL.
        token: Segment,
    },
    /// The file of a list's row: `/sites/{id}/lists/{id}/items/{number}/driveItem`.
    ListItem {
        /// The site's id.
        site: Segment,
        /// The list's id.
        list: Segment,
        /// The row's number.
        item: Segment,
    },
}

impl ItemAddress {
    /// The item with this id in this drive.
    ///
    /// ```
    /// use sharing_model::{DriveAddress, ItemAddress, Segment};
    ///
    /// let address = ItemAddress::item(DriveAddress::Me, Segment::new("01NQ").unwrap());
    /// assert_eq!(address.to_string(), "/me/drive/items/01NQ");
    /// ```
    #[must_use]
    pub const fn item(drive: DriveAddress, id: Segment) -> Self {
        Self::InDrive { drive, item: ItemKey::Id(id), path: Vec::new() }
    }

    /// Reads an address from a URL's path, percent-encoded and without the version (`/v1.0`).
    ///
    /// # Errors
    ///
    /// Where it is none, with the place and with what would be right.
    ///
    /// ```
    /// use sharing_model::ItemAddress;
    ///
    /// let item = ItemAddress::from_url_path("/drives/b%214e/items/01NQ")?;
    /// assert_eq!(item, "/drives/b!4e/items/01NQ".parse()?);
    /// assert!(ItemAddress::from_url_path("/drives/b%214e/items/01NQ/permissions").is_err());
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    pub fn from_url_path(path: &str) -> Result<Self, AddressError> {
        Parser::new(path, Spelling::Encoded).whole()
    }

    /// Reads the address that a URL's path starts with, and gives the rest, which is empty or starts with `/`.
    ///
    /// # Errors
    ///
    /// Where it starts with none, with the place and with what would be right.
    ///
    /// ```
    /// use sharing_model::ItemAddress;
    ///
    /// let (item, rest) = ItemAddress::split_url_path("/drive/root:/a%20b.docx:/permissions/7")?;
    /// assert_eq!((item.to_string().as_str(), rest), ("/drive/root:/a b.docx", "/permissions/7"));
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    pub fn split_url_path(path: &str) -> Result<(Self, &str), AddressError> {
        let mut parser = Parser::new(path, Spelling::Encoded);
        let address = parser.address()?;
        match parser.rest() {
            rest if rest.is_empty() || rest.starts_with('/') => Ok((address, rest)),
            _ => Err(parser.error(parser.at, "a slash or the end of the address")),
        }
    }

    /// The address as a URL's path, percent-encoded, ready for a segment to follow: a path ends with `:`.
    ///
    /// ```
    /// use sharing_model::ItemAddress;
    ///
    /// let agreement: ItemAddress = "/drive/root:/Contracts/Agreement #12.pdf".parse()?;
    /// assert_eq!(agreement.to_url_path(), "/drive/root:/Contracts/Agreement%20%2312.pdf:");
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub fn to_url_path(&self) -> String {
        let mut out = self.spell(encode);
        if matches!(self, Self::InDrive { path, .. } if !path.is_empty()) {
            out.push(':');
        }
        out
    }

    fn spell(&self, segment: fn(&Segment) -> String) -> String {
        match self {
            Self::InDrive { drive, item, path } => {
                let mut out = drive.spell(segment);
                match item {
                    ItemKey::Root => out.push_str("/root"),
                    ItemKey::Id(id) => out.extend(["/items/", &segment(id)]),
                    ItemKey::Special(name) => out.extend(["/special/", &segment(name)]),
                }
                for (index, name) in path.iter().enumerate() {
                    out.push_str(if index == 0 { ":/" } else { "/" });
                    out.push_str(&segment(name));
                }
                out
            }
            Self::Shared { token } => format!("/shares/{}/driveItem", segment(token)),
            Self::ListItem { site, list, item } => {
                format!("/sites/{}/lists/{}/items/{}/driveItem", segment(site), segment(list), segment(item))
            }
        }
    }
}

impl DriveAddress {
    /// Reads a drive's address from a URL's path, percent-encoded and without the version (`/v1.0`).
    ///
    /// # Errors
    ///
    /// Where it is none, with the place and with what would be right.
    ///
    /// ```
    /// use sharing_model::DriveAddress;
    ///
    /// assert_eq!(DriveAddress::from_url_path("/drives/b%214e")?.to_string(), "/drives/b!4e");
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    pub fn from_url_path(path: &str) -> Result<Self, AddressError> {
        let mut parser = Parser::new(path, Spelling::Encoded);
        match parser.place()? {
            Place::Drive(drive) => parser.end(drive),
            Place::Item(_) => Err(parser.error(0, "a drive, not an item")),
        }
    }

    /// The drive's address as a URL's path, percent-encoded.
    ///
    /// ```
    /// use sharing_model::{DriveAddress, Segment};
    ///
    /// let guest = DriveAddress::User(Segment::new("kim_fabrikam.com#EXT#@contoso.onmicrosoft.com").unwrap());
    /// assert_eq!(guest.to_url_path(), "/users/kim_fabrikam.com%23EXT%23@contoso.onmicrosoft.com/drive");
    /// ```
    #[must_use]
    pub fn to_url_path(&self) -> String {
        self.spell(encode)
    }

    fn spell(&self, segment: fn(&Segment) -> String) -> String {
        match self {
            Self::Default => "/drive".to_owned(),
            Self::Me => "/me/drive".to_owned(),
            Self::Drive(id) => format!("/drives/{}", segment(id)),
            Self::User(id) => format!("/users/{}/drive", segment(id)),
            Self::Group(id) => format!("/groups/{}/drive", segment(id)),
            Self::Site(id) => format!("/sites/{}/drive", segment(id)),
            Self::SiteDrive { site, drive } => format!("/sites/{}/drives/{}", segment(site), segment(drive)),
        }
    }
}

/// Plain text, as a person types it.
impl fmt::Display for DriveAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.spell(|segment| segment.0.clone()))
    }
}

/// Plain text, as a person types it.
impl fmt::Display for ItemAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.spell(|segment| segment.0.clone()))
    }
}

/// Plain text, as a person types it: nothing is decoded. A pasted sharing link, or the item's URL in a browser, is
/// taken for what it leads to.
///
/// ```
/// use sharing_model::ItemAddress;
///
/// let pasted: ItemAddress = "https://1drv.ms/w/s!AkijuZglD51u".parse()?;
/// assert_eq!(pasted.to_string(), "/shares/u!aHR0cHM6Ly8xZHJ2Lm1zL3cvcyFBa2lqdVpnbEQ1MXU/driveItem");
/// # Ok::<(), sharing_model::AddressError>(())
/// ```
impl FromStr for ItemAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if let Ok(url) = text.parse::<SharingUrl>() {
            return Ok(url.into());
        }
        Parser::new(text, Spelling::Plain).whole()
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
pub(crate) fn encode(segment: &Segment) -> String {
    utf8_percent_encode(&segment.0, SEGMENT).to_string()
}

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
    input: String,
    column: usize,
    expected: &'static str,
    found: String,
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

#[derive(Clone, Copy, PartialEq)]
enum Spelling {
    Plain,
    Encoded,
}

/// Reads from left to right; `at` is where the next token starts.
struct Parser<'a> {
    input: &'a str,
    at: usize,
    spelling: Spelling,
}

const DRIVE_FORMS: &str =
    "drive, drives, me, users, groups, sites or shares, or a link that starts with https://";
const ITEM_FORMS: &str = "root, items or special";

impl<'a> Parser<'a> {
    fn new(input: &'a str, spelling: Spelling) -> Self {
        Self { input, at: 0, spelling }
    }

    fn rest(&self) -> &'a str {
        &self.input[self.at..]
    }

    fn whole(mut self) -> Result<ItemAddress, AddressError> {
        let address = self.address()?;
        self.end(address)
    }

    /// What was read, if nothing follows but a slash.
    fn end<T>(mut self, read: T) -> Result<T, AddressError> {
        if self.rest() == "/" {
            self.at += 1;
        }
        if self.rest().is_empty() { Ok(read) } else { Err(self.error(self.word(), "the end of the address")) }
    }

    fn address(&mut self) -> Result<ItemAddress, AddressError> {
        let drive = match self.place()? {
            Place::Drive(drive) => drive,
            Place::Item(item) => return Ok(item),
        };
        let start = self.word();
        let item = match self.keyword()? {
            ("root", None) => ItemKey::Root,
            ("items", key) => match self.key(key, "an item's id")? {
                // The service takes it for an alias of /root.
                id if id.as_str() == "root" => ItemKey::Root,
                id => ItemKey::Id(id),
            },
            ("special", key) => ItemKey::Special(self.key(key, "the name of a special folder")?),
            _ => return Err(self.error(start, ITEM_FORMS)),
        };
        Ok(ItemAddress::InDrive { drive, item, path: self.path()? })
    }

    /// A drive, or one of the two forms of item that name none.
    fn place(&mut self) -> Result<Place, AddressError> {
        let start = self.word();
        let drive = match self.keyword()? {
            ("drive", None) => DriveAddress::Default,
            ("me", None) => self.then("drive", DriveAddress::Me)?,
            ("drives", key) => DriveAddress::Drive(self.key(key, "a drive's id")?),
            ("users", key) => {
                let user = self.key(key, "a user's id or user principal name")?;
                self.then("drive", DriveAddress::User(user))?
            }
            ("groups", key) => {
                let group = self.key(key, "a group's id")?;
                self.then("drive", DriveAddress::Group(group))?
            }
            ("sites", key) => {
                let site = self.key(key, "a site's id")?;
                let start = self.word();
                match self.keyword()? {
                    ("drive", None) => DriveAddress::Site(site),
                    ("drives", key) => {
                        let drive = self.key(key, "a drive's id")?;
                        DriveAddress::SiteDrive { site, drive }
                    }
                    ("lists", key) => {
                        let list = self.key(key, "a list's id")?;
                        let items = self.word();
                        let ("items", key) = self.keyword()? else {
                            return Err(self.error(items, "items"));
                        };
                        let item = self.key(key, "a row's number")?;
                        return self
                            .then("driveItem", Place::Item(ItemAddress::ListItem { site, list, item }));
                    }
                    _ => return Err(self.error(start, "drive, drives or lists")),
                }
            }
            ("shares", key) => {
                let token = self.key(key, "a share id or an encoded sharing URL")?;
                return self.then("driveItem", Place::Item(ItemAddress::Shared { token }));
            }
            _ => return Err(self.error(start, DRIVE_FORMS)),
        };
        Ok(Place::Drive(drive))
    }

    /// `:/name/name` with or without a closing `:`; nothing where none starts.
    fn path(&mut self) -> Result<Vec<Segment>, AddressError> {
        let mut path = Vec::new();
        if !self.eat(':') {
            return Ok(path);
        }
        while self.eat('/') {
            // One slash too many at the end of a folder's path is what people type.
            if !path.is_empty() && (self.rest().is_empty() || self.rest().starts_with(':')) {
                break;
            }
            let start = self.at;
            let token = self.token();
            path.push(self.segment(token, start, "a name without \\ * ? < > | and other than . and ..")?);
        }
        if path.is_empty() {
            return Err(self.error(self.at, "a slash and a path"));
        }
        self.eat(':');
        Ok(path)
    }

    fn then<T>(&mut self, word: &'static str, value: T) -> Result<T, AddressError> {
        let start = self.word();
        match self.keyword()? {
            (found, None) if found == word => Ok(value),
            _ => Err(self.error(start, word)),
        }
    }

    /// A word of the grammar, in any case of letters, and the raw text of a key in OData's parentheses: `items('01NQ')`.
    fn keyword(&mut self) -> Result<(&'static str, Option<Key<'a>>), AddressError> {
        const WORDS: &[&str] = &[
            "drive",
            "drives",
            "me",
            "users",
            "groups",
            "sites",
            "shares",
            "lists",
            "root",
            "items",
            "special",
            "driveItem",
        ];
        let start = self.at;
        // Forgotten at the very start is what people type; anywhere else it is a fault.
        if !self.eat('/') && start != 0 {
            return Ok(("", None));
        }
        let start = self.at;
        let token = self.token();
        let (word, key) = match token.split_once('(') {
            Some((word, rest)) => match rest.strip_suffix("')").and_then(|key| key.strip_prefix('\'')) {
                Some(key) => (word, Some(Key { text: key, at: start + word.len() + 2 })),
                None => (token, None),
            },
            None => (token, None),
        };
        let known = WORDS.iter().find(|known| known.eq_ignore_ascii_case(word));
        Ok((known.copied().unwrap_or(""), key))
    }

    /// The key that stood in parentheses, else the next segment.
    fn key(&mut self, key: Option<Key<'a>>, expected: &'static str) -> Result<Segment, AddressError> {
        if let Some(key) = key {
            return self.segment(&key.text.replace("''", "'"), key.at, expected);
        }
        if !self.eat('/') {
            return Err(self.error(self.at, expected));
        }
        let start = self.at;
        let token = self.token();
        self.segment(token, start, expected)
    }

    fn segment(&self, token: &str, start: usize, expected: &'static str) -> Result<Segment, AddressError> {
        let decoded = match self.spelling {
            Spelling::Plain => Some(token.to_owned()),
            Spelling::Encoded => percent_decode_str(token).decode_utf8().ok().map(String::from),
        };
        decoded.and_then(Segment::new).ok_or_else(|| self.error(start, expected))
    }

    /// Up to the next `/` or `:`.
    fn token(&mut self) -> &'a str {
        let rest = self.rest();
        let token = &rest[..rest.find(['/', ':']).unwrap_or(rest.len())];
        self.at += token.len();
        token
    }

    fn eat(&mut self, c: char) -> bool {
        let eats = self.rest().starts_with(c);
        self.at += usize::from(eats);
        eats
    }

    /// Where the next word starts, after the slash that leads to it.
    fn word(&self) -> usize {
        self.at + usize::from(self.rest().starts_with('/'))
    }

    fn error(&self, start: usize, expected: &'static str) -> AddressError {
        let rest = &self.input[start..];
        let found = match &rest[..rest.find('/').unwrap_or(rest.len())] {
            "" if rest.is_empty() => "the end".to_owned(),
            "" => "nothing".to_owned(),
            found => format!("{found:?}"),
        };
        AddressError {
            input: self.input.to_owned(),
            column: self.input[..start].chars().count() + 1,
            expected,
            found,
        }
    }
}

/// What an address starts with.
enum Place {
    Drive(DriveAddress),
    Item(ItemAddress),
}

struct Key<'a> {
    text: &'a str,
    at: usize,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(text: &str) -> Result<String, String> {
        text.parse::<ItemAddress>().map(|address| address.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn every_form_is_read_and_printed() {
        for form in [
            "/drive/items/01NQ",
            "/drive/root",
            "/drive/root:/Projects/Quarterly report.docx",
            "/drive/special/documents:/a",
            "/drives/b!4e/items/01NQ",
            "/drives/b!4e/root:/100% [final] #2 'é' \"x\".docx",
            "/drives/b!4e/items/01NQ:/below/it",
            "/me/drive/items/ABC!123",
            "/users/ryan@contoso.com/drive/root",
            "/groups/6f1d/drive/items/01NQ",
            "/sites/contoso.sharepoint.com,1b4b,7ef2/drive/items/01NQ",
            "/sites/root/drives/b!4e/items/01NQ",
            "/sites/root/lists/docs/items/7/driveItem",
            "/shares/u!aHR0cHM/driveItem",
        ] {
            assert_eq!(plain(form).as_deref(), Ok(form));
            let address: ItemAddress = form.parse().unwrap();
            assert_eq!(ItemAddress::from_url_path(&address.to_url_path()), Ok(address));
        }
    }

    #[test]
    fn what_people_and_services_also_write_is_read() {
        assert_eq!(plain("drive/items/01NQ").unwrap(), "/drive/items/01NQ");
        assert_eq!(plain("/drive/items/root").unwrap(), "/drive/root");
        assert_eq!(plain("/Drive/Root:/Projects/:").unwrap(), "/drive/root:/Projects");
        assert_eq!(plain("/drives('b!4e')/items('01''NQ')").unwrap(), "/drives/b!4e/items/01'NQ");
        let encoded = ItemAddress::from_url_path("/drives('b%214e')/root:/a%2520b").unwrap();
        assert_eq!(encoded.to_string(), "/drives/b!4e/root:/a%20b");
        assert_eq!(encoded.to_url_path(), "/drives/b!4e/root:/a%2520b:");
    }

    #[test]
    fn what_is_no_address_is_refused_with_its_place() {
        let refusals: Vec<String> = [
            "",
            "/",
            "/me/messages/1",
            "/drive",
            "/drive/items",
            "/drive/items/",
            "/drive/items/01NQ/permissions",
            "/drive/root:",
            "/drive/root:/",
            "/drive/root:/a//b",
            "/drive/root:/a/../b",
            "/drive/root:/what?.docx",
            "/drives/b!4e/list/1",
            "/sites/root/pages/1",
            "/sites/root/lists/1/rows/1/driveItem",
            "/shares/u!abc",
            "http://contoso.sharepoint.com/x.docx",
            "/drive/root:/é:/x",
        ]
        .iter()
        .map(|text| plain(text).unwrap_err())
        .collect();
        insta::assert_snapshot!(refusals.join("\n"));
    }

    #[test]
    fn an_encoded_dot_segment_or_slash_is_refused() {
        for path in ["/drive/items/%2e%2e", "/drive/root:/a%2fb", "/drive/items/%ff", "/drive/root:/%00"] {
            assert!(ItemAddress::from_url_path(path).is_err(), "{path}");
        }
    }

    #[test]
    fn what_follows_an_address_starts_with_a_slash() {
        for path in ["/drive/root:/a:permissions", "/drive/root:/a::", "/shares/u!a/driveItem:"] {
            let error = ItemAddress::split_url_path(path).unwrap_err();
            assert_eq!(error.expected(), "a slash or the end of the address", "{path}");
        }
    }

    fn segment() -> impl Strategy<Value = Segment> {
        "[^/\\\\:*?<>|\\p{Cc}]{1,12}".prop_filter_map("legal", Segment::new)
    }

    fn address() -> impl Strategy<Value = ItemAddress> {
        let drive = prop_oneof![
            Just(DriveAddress::Default),
            Just(DriveAddress::Me),
            segment().prop_map(DriveAddress::Drive),
            segment().prop_map(DriveAddress::User),
            segment().prop_map(DriveAddress::Group),
            segment().prop_map(DriveAddress::Site),
            (segment(), segment()).prop_map(|(site, drive)| DriveAddress::SiteDrive { site, drive }),
        ];
        let id = segment().prop_filter("an alias of /root", |id| id.as_str() != "root");
        let item =
            prop_oneof![Just(ItemKey::Root), id.prop_map(ItemKey::Id), segment().prop_map(ItemKey::Special)];
        prop_oneof![
            (drive, item, prop::collection::vec(segment(), 0..4))
                .prop_map(|(drive, item, path)| ItemAddress::InDrive { drive, item, path }),
            segment().prop_map(|token| ItemAddress::Shared { token }),
            (segment(), segment(), segment()).prop_map(|(site, list, item)| ItemAddress::ListItem {
                site,
                list,
                item
            }),
        ]
    }

    proptest! {
        #[test]
        fn parse_and_print_are_inverse(address in address(), rest in "(/[a-z]{1,5}){0,2}") {
            prop_assert_eq!(&address.to_string().parse::<ItemAddress>().unwrap(), &address);
            prop_assert_eq!(&ItemAddress::from_url_path(&address.to_url_path()).unwrap(), &address);
            let whole = format!("{}{rest}", address.to_url_path());
            prop_assert_eq!(ItemAddress::split_url_path(&whole).unwrap(), (address, rest.as_str()));
        }

        #[test]
        fn no_input_panics(text in ".{0,40}") {
            let _ = text.parse::<ItemAddress>();
            let _ = ItemAddress::from_url_path(&text);
        }

        #[test]
        fn nothing_almost_like_an_address_panics(text in "(/|:|drive|root|items|sites|\\('|'\\)|%2|é|x){0,12}") {
            if let Ok(address) = text.parse::<ItemAddress>() {
                prop_assert_eq!(address.to_string().parse::<ItemAddress>().unwrap(), address);
            }
            let _ = ItemAddress::split_url_path(&text);
        }
    }
}
