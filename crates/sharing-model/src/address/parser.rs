//! The grammar of addresses, read from left to right.

use percent_encoding::percent_decode_str;

use super::{AddressError, DriveAddress, ItemAddress, ItemKey, Segment, SiteAddress};

/// How segments are spelt.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Spelling {
    /// As a person types them.
    Plain,
    /// As a URL's path has them.
    Encoded,
}

/// An item's address and nothing else.
pub(super) fn item(text: &str, spelling: Spelling) -> Result<ItemAddress, AddressError> {
    let mut parser = Parser::new(text, spelling);
    let address = parser.address()?;
    parser.end(address)
}

/// The item's address that a URL's path starts with, and the rest.
pub(super) fn split(path: &str) -> Result<(ItemAddress, &str), AddressError> {
    let mut parser = Parser::new(path, Spelling::Encoded);
    let address = parser.address()?;
    match parser.rest() {
        rest if rest.is_empty() || rest.starts_with('/') => Ok((address, rest)),
        _ => Err(parser.error(parser.at, "a slash or the end of the address")),
    }
}

/// A drive's address, as a URL's path has it, and nothing else.
pub(super) fn drive(path: &str) -> Result<DriveAddress, AddressError> {
    let mut parser = Parser::new(path, Spelling::Encoded);
    match parser.place()? {
        Place::Drive(drive) => parser.end(drive),
        Place::Item(_) => Err(parser.error(0, "a drive, not an item")),
    }
}

/// The site that a URL's path starts with, and the rest.
pub(super) fn site(path: &str) -> Result<(SiteAddress, &str), AddressError> {
    let mut parser = Parser::new(path, Spelling::Encoded);
    let start = parser.word();
    let ("sites", key) = parser.keyword()? else { return Err(parser.error(start, "sites")) };
    let site = parser.site(key)?;
    match parser.rest() {
        rest if rest.is_empty() || rest.starts_with('/') => Ok((site, rest)),
        _ => Err(parser.error(parser.at, "a slash or the end of the address")),
    }
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
        let word = self.keyword()?;
        if let ("items", None) = word
            && let Some((item, path)) = self.path_as_id()
        {
            return Ok(ItemAddress::InDrive { drive, item, path });
        }
        let item = match word {
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

    /// An address by path in the place of an id, and encoded as one: `root%3A%2FProjects%2FPlan.docx%3A`. So clients write
    /// it that know of ids alone.
    fn path_as_id(&mut self) -> Option<(ItemKey, Vec<Segment>)> {
        let (start, path) = self.encoded_path()?;
        Some((if start.as_str() == "root" { ItemKey::Root } else { ItemKey::Id(start) }, path))
    }

    /// What stands before the `:/` of such a segment, and the names behind it.
    fn encoded_path(&mut self) -> Option<(Segment, Vec<Segment>)> {
        let token = self.rest().strip_prefix('/').filter(|_| self.spelling == Spelling::Encoded)?;
        let token = &token[..token.find(['/', ':']).unwrap_or(token.len())];
        let text = percent_decode_str(token).decode_utf8().ok()?;
        let (start, path) = text.split_once(":/")?;
        let path = path.strip_suffix(':').unwrap_or(path);
        let path = path.split('/').map(Segment::new).collect::<Option<_>>()?;
        let start = Segment::new(start)?;
        self.at += 1 + token.len();
        Some((start, path))
    }

    /// What follows `/sites`: an id, or a host and the path below it.
    fn site(&mut self, key: Option<Key<'a>>) -> Result<SiteAddress, AddressError> {
        if key.is_none()
            && let Some((host, path)) = self.encoded_path()
        {
            return Ok(SiteAddress::by_path(host, path));
        }
        let host = self.key(key, "a site's id")?;
        // The root site's path is nothing but its slash.
        if let ":/" | ":/:" = self.rest() {
            self.at = self.input.len();
        }
        Ok(SiteAddress::by_path(host, self.path()?))
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
                let site = self.site(key)?;
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
                        let address = Place::Item(ItemAddress::ListItem { site, list, item });
                        // The one action that rows have without it.
                        if self.spelling == Spelling::Encoded
                            && self.rest().eq_ignore_ascii_case("/createLink")
                        {
                            return Ok(address);
                        }
                        return self.then("driveItem", address);
                    }
                    _ => return Err(self.error(start, "drive, drives or lists")),
                }
            }
            ("shares", key) => {
                let token = self.key(key, "a share id or an encoded sharing URL")?;
                let start = self.word();
                return match self.keyword()? {
                    // The older word for the same relation.
                    ("driveItem" | "root", None) => Ok(Place::Item(ItemAddress::Shared { token })),
                    ("items", key) => {
                        let id = self.key(key, "an item's id")?;
                        Ok(Place::Item(ItemAddress::SharedItem { token, id }))
                    }
                    _ => Err(self.error(start, "driveItem, root or items")),
                };
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
        let keyed = token.strip_suffix(')').and_then(|token| {
            let (word, rest) = token.split_once('(')?;
            let quote = ["'", "%27"].into_iter().find(|quote| rest.starts_with(quote))?;
            let text = rest.strip_prefix(quote)?.strip_suffix(quote)?;
            Some((word, Key { text, at: start + word.len() + 1 + quote.len() }))
        });
        let (word, key) = keyed.map_or((token, None), |(word, key)| (word, Some(key)));
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
            Spelling::Encoded if token.contains('%') => {
                let mut decoded = Vec::with_capacity(token.len());
                decoded.extend(percent_decode_str(token));
                String::from_utf8(decoded).ok()
            }
            _ => Some(token.to_owned()),
        };
        decoded.and_then(Segment::new).ok_or_else(|| self.error(start, expected))
    }

    /// Up to the next `/` or `:`.
    fn token(&mut self) -> &'a str {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let ends = |(at, byte): (usize, &u8)| match byte {
            b'/' | b':' => true,
            b'%' => self.is_encoded_colon(&bytes[at..]),
            _ => false,
        };
        let token = &rest[..bytes.iter().enumerate().position(ends).unwrap_or(bytes.len())];
        self.at += token.len();
        token
    }

    fn eat(&mut self, c: char) -> bool {
        let rest = self.rest();
        let length = match c {
            _ if rest.starts_with(c) => 1,
            ':' if self.is_encoded_colon(rest.as_bytes()) => 3,
            _ => 0,
        };
        self.at += length;
        length > 0
    }

    /// Whether a colon starts here that a client took for a name's own character. No name has any.
    fn is_encoded_colon(&self, text: &[u8]) -> bool {
        self.spelling == Spelling::Encoded
            && text.get(..3).is_some_and(|found| found.eq_ignore_ascii_case(b"%3A"))
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
