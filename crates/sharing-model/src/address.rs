//! `ItemAddress`: the one grammar for where an item lives.
//!
//! An address has two spellings of one value. A person types plain text (`/drive/root:/100% final #2.docx`), read by
//! `FromStr` and printed by `Display`. A URL carries it percent-encoded, read by [`ItemAddress::from_url_path`] and
//! printed by [`ItemAddress::to_url_path`]. The grammar is the same; only the segments are spelt differently.

mod error;
mod parser;
mod segment;
#[cfg(test)]
mod tests;
mod typed;

use std::{borrow::Cow, fmt, str::FromStr};

pub(crate) use self::segment::encode;
pub use self::{error::AddressError, segment::Segment};
use self::{
    parser::Spelling,
    segment::{hide, plain},
};
use crate::SharingUrl;

/// Which site.
///
/// ```
/// use sharing_model::{Segment, SiteAddress};
///
/// let names = ["sites", "launch"].map(|name| Segment::new(name).unwrap());
/// let site = SiteAddress::by_path(Segment::new("contoso.sharepoint.com").unwrap(), names);
/// assert_eq!(site.to_string(), "/sites/contoso.sharepoint.com:/sites/launch");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum SiteAddress {
    /// `/sites/{id}`; also `/sites/root`, and `/sites/{host}` for the host's root site.
    Id(Segment),
    /// `/sites/{host}:/{path}`: the site at a URL.
    ByPath {
        /// The host, as in `contoso.sharepoint.com`.
        host: Segment,
        /// The names below it, as in `sites` and `projects`; at least one.
        path: Vec<Segment>,
    },
}

/// Which drive.
///
/// ```
/// use sharing_model::{DriveAddress, Segment, SiteAddress};
///
/// let site = SiteAddress::Id(Segment::new("contoso.sharepoint.com,11,22").unwrap());
/// assert_eq!(DriveAddress::Site(site).to_string(), "/sites/contoso.sharepoint.com,11,22/drive");
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
    /// `/sites/{id}/drive` and `/sites/{host}:/{path}:/drive`: the site's default library.
    Site(SiteAddress),
    /// `/sites/{id}/drives/{id}` and `/sites/{host}:/{path}:/drives/{id}`: one library of a site.
    SiteDrive {
        /// The site.
        site: SiteAddress,
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
    /// An item below what a sharing link leads to: `/shares/{token}/items/{id}`.
    SharedItem {
        /// The share id or the encoded sharing URL.
        token: Segment,
        /// The item's id.
        id: Segment,
    },
    /// The file of a list's row: `/sites/{id}/lists/{id}/items/{number}/driveItem`, and the same below
    /// `/sites/{host}:/{path}:`.
    ListItem {
        /// The site.
        site: SiteAddress,
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
        parser::item(path, Spelling::Encoded)
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
        parser::split(path)
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

    /// What kind of address it is, without the names, ids and tokens in it: for logs.
    ///
    /// ```
    /// use sharing_model::ItemAddress;
    ///
    /// let item: ItemAddress = "/drives/b!4e/root:/Projects/Plan.docx".parse()?;
    /// assert_eq!(item.form(), "/drives/{}/root:/{}/{}");
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub fn form(&self) -> String {
        self.spell(hide)
    }

    fn spell(&self, segment: Spell) -> String {
        // Room for most addresses, and for what is asked of them.
        let mut out = String::with_capacity(128);
        match self {
            Self::InDrive { drive, item, path } => {
                drive.spell_onto(&mut out, segment);
                match item {
                    ItemKey::Root => out.push_str("/root"),
                    ItemKey::Id(id) => out.extend(["/items/", &segment(id)]),
                    ItemKey::Special(name) => out.extend(["/special/", &segment(name)]),
                }
                for (index, name) in path.iter().enumerate() {
                    out.push_str(if index == 0 { ":/" } else { "/" });
                    out.push_str(&segment(name));
                }
            }
            Self::Shared { token } => out.extend(["/shares/", &segment(token), "/driveItem"]),
            Self::SharedItem { token, id } => {
                out.extend(["/shares/", &segment(token), "/items/", &segment(id)]);
            }
            Self::ListItem { site, list, item } => {
                site.spell_before(&mut out, segment);
                out.extend(["/lists/", &segment(list), "/items/", &segment(item), "/driveItem"]);
            }
        }
        out
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
        parser::drive(path)
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

    /// What kind of address it is, without the ids in it: for logs.
    ///
    /// ```
    /// use sharing_model::{DriveAddress, Segment};
    ///
    /// let drive = DriveAddress::Drive(Segment::new("b!4e").unwrap());
    /// assert_eq!(drive.form(), "/drives/{}");
    /// ```
    #[must_use]
    pub fn form(&self) -> String {
        self.spell(hide)
    }

    fn spell(&self, segment: Spell) -> String {
        let mut out = String::new();
        self.spell_onto(&mut out, segment);
        out
    }

    fn spell_onto(&self, out: &mut String, segment: Spell) {
        match self {
            Self::Default => out.push_str("/drive"),
            Self::Me => out.push_str("/me/drive"),
            Self::Drive(id) => out.extend(["/drives/", &segment(id)]),
            Self::User(id) => out.extend(["/users/", &segment(id), "/drive"]),
            Self::Group(id) => out.extend(["/groups/", &segment(id), "/drive"]),
            Self::Site(site) => {
                site.spell_before(out, segment);
                out.push_str("/drive");
            }
            Self::SiteDrive { site, drive } => {
                site.spell_before(out, segment);
                out.extend(["/drives/", &segment(drive)]);
            }
        }
    }
}

impl SiteAddress {
    /// The site at a path of a host; without a path, the host's root site.
    ///
    /// ```
    /// use sharing_model::{Segment, SiteAddress};
    ///
    /// let host = Segment::new("contoso.sharepoint.com").unwrap();
    /// assert_eq!(SiteAddress::by_path(host.clone(), []), SiteAddress::Id(host));
    /// ```
    #[must_use]
    pub fn by_path(host: Segment, path: impl IntoIterator<Item = Segment>) -> Self {
        let path: Vec<_> = path.into_iter().collect();
        if path.is_empty() { Self::Id(host) } else { Self::ByPath { host, path } }
    }

    /// Reads the site that a URL's path starts with, and gives the rest, which is empty or starts with `/`.
    ///
    /// # Errors
    ///
    /// Where it starts with none, with the place and with what would be right.
    ///
    /// ```
    /// use sharing_model::SiteAddress;
    ///
    /// let (site, rest) = SiteAddress::split_url_path("/sites/contoso.sharepoint.com:/sites/a%20b:/permissions")?;
    /// assert_eq!((site.to_string().as_str(), rest), ("/sites/contoso.sharepoint.com:/sites/a b", "/permissions"));
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    pub fn split_url_path(path: &str) -> Result<(Self, &str), AddressError> {
        parser::site(path)
    }

    /// The site's address as a URL's path, percent-encoded, with nothing to follow it.
    ///
    /// ```
    /// use sharing_model::{Segment, SiteAddress};
    ///
    /// let host = Segment::new("contoso.sharepoint.com").unwrap();
    /// let site = SiteAddress::by_path(host, [Segment::new("a b").unwrap()]);
    /// assert_eq!(site.to_url_path(), "/sites/contoso.sharepoint.com:/a%20b");
    /// ```
    #[must_use]
    pub fn to_url_path(&self) -> String {
        self.spell(encode)
    }

    /// The same, ready for a segment to follow: a path ends with `:`.
    pub(crate) fn to_url_path_before(&self) -> String {
        let mut out = String::new();
        self.spell_before(&mut out, encode);
        out
    }

    /// What kind of address it is, without the ids and names in it: for logs.
    ///
    /// ```
    /// use sharing_model::{Segment, SiteAddress};
    ///
    /// assert_eq!(SiteAddress::Id(Segment::new("root").unwrap()).form(), "/sites/{}");
    /// ```
    #[must_use]
    pub fn form(&self) -> String {
        self.spell(hide)
    }

    fn spell(&self, segment: Spell) -> String {
        let mut out = String::new();
        self.spell_before(&mut out, segment);
        if matches!(self, Self::ByPath { .. }) {
            out.pop();
        }
        out
    }

    fn spell_before(&self, out: &mut String, segment: Spell) {
        match self {
            Self::Id(id) => out.extend(["/sites/", &segment(id)]),
            Self::ByPath { host, path } => {
                out.extend(["/sites/", &segment(host), ":"]);
                path.iter().for_each(|name| out.extend(["/", &segment(name)]));
                out.push(':');
            }
        }
    }
}

/// Plain text, as a person types it.
impl fmt::Display for SiteAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.spell(plain))
    }
}

/// Plain text, as a person types it.
impl fmt::Display for DriveAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.spell(plain))
    }
}

/// Plain text, as a person types it.
impl fmt::Display for ItemAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.spell(plain))
    }
}

/// Plain text, as a person types it: nothing is decoded. A pasted sharing link, or the item's URL in a browser, is
/// taken for what it leads to. A site's URL, `:`, and the path below it, unencoded, is taken for that URL: the path begins
/// with the library's name as URLs have it, such as `Shared Documents`. `me:` and a path is in the drive of whoever asks,
/// and somebody's user principal name, `:` and a path is in theirs.
///
/// ```
/// use sharing_model::ItemAddress;
///
/// let pasted: ItemAddress = "https://1drv.ms/w/s!AkijuZglD51u".parse()?;
/// assert_eq!(pasted.to_string(), "/shares/u!aHR0cHM6Ly8xZHJ2Lm1zL3cvcyFBa2lqdVpnbEQ1MXU/driveItem");
///
/// let typed: ItemAddress = "https://contoso.sharepoint.com/sites/launch:/Shared Documents/Plan #2.docx".parse()?;
/// let url = "https://contoso.sharepoint.com/sites/launch/Shared%20Documents/Plan%20%232.docx";
/// assert_eq!(typed, url.parse()?);
///
/// let short: ItemAddress = "kim@contoso.com:/Plans/Q4 budget.xlsx".parse()?;
/// assert_eq!(short, "/users/kim@contoso.com/drive/root:/Plans/Q4 budget.xlsx".parse()?);
/// # Ok::<(), sharing_model::AddressError>(())
/// ```
impl FromStr for ItemAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if let Some(address) = typed::in_drive_of(text)? {
            return Ok(address);
        }
        if let Ok(url) = typed::below_site(text)?.as_deref().unwrap_or(text).parse::<SharingUrl>() {
            return Ok(url.into());
        }
        parser::item(text, Spelling::Plain)
    }
}

/// How a segment is spelt.
type Spell = fn(&Segment) -> Cow<'_, str>;
