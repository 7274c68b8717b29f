//! Where an address leads: to a site, a drive, an item or a link.

use percent_encoding::percent_decode_str;
use sharing_model::{DriveAddress, ItemAddress, ItemKey, Segment, SharingUrl, SiteAddress};

use super::{PERSONAL_LINKS, Tenant};
use crate::{
    directory::{PrincipalIndex, PrincipalKind},
    drive::{DriveType, ItemIndex, Link, ROOT, Remote},
    identifier,
};

/// Why an address leads to no item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotFound {
    /// The drive's id has not the form of one.
    MalformedDrive,
    /// The item's id has not the form of one.
    MalformedItem,
    /// There is no such thing.
    Missing,
}

impl Tenant {
    pub(crate) fn drive_index(&self, address: &DriveAddress) -> Result<usize, NotFound> {
        let of = |who: Option<PrincipalIndex>| {
            who.and_then(|who| self.places.drive_of.get(&who).copied()).ok_or(NotFound::Missing)
        };
        let user = |name: &str| {
            use PrincipalKind::{Guest, User};
            self.directory.by_id(name, User).or_else(|| self.directory.by_id(name, Guest))
        };
        let by_id = |id: &str| match self.places.drives.get(id) {
            Some(drive) => Ok(*drive),
            None if identifier::is_drive_id(id) => Err(NotFound::Missing),
            None => Err(NotFound::MalformedDrive),
        };
        let of_site = |site: usize| self.sites[site].default_drive.ok_or(NotFound::Missing);
        match address {
            DriveAddress::Default | DriveAddress::Me => of(Some(self.me)),
            DriveAddress::User(id) => of(user(id.as_str())),
            DriveAddress::Group(id) => of(self.directory.by_id(id.as_str(), PrincipalKind::Group)),
            DriveAddress::Drive(id) => by_id(id.as_str()),
            DriveAddress::Site(site) => of_site(self.site(site)?),
            DriveAddress::SiteDrive { site, drive } => {
                let site = self.site(site)?;
                let drive = by_id(drive.as_str())?;
                if self.drives[drive].site == Some(site) { Ok(drive) } else { Err(NotFound::Missing) }
            }
            _ => Err(NotFound::Missing),
        }
    }

    /// The site that an address leads to.
    pub(crate) fn site(&self, address: &SiteAddress) -> Result<usize, NotFound> {
        match address {
            SiteAddress::Id(id) => self.site_index(id.as_str()),
            SiteAddress::ByPath { host, path } => {
                let path: String = path.iter().map(|name| format!("/{name}")).collect();
                self.site_index(&format!("{host}:{path}"))
            }
            _ => Err(NotFound::Missing),
        }
    }

    /// The container with this id.
    pub(crate) fn container(&self, id: &Segment) -> Result<usize, NotFound> {
        let drive = self.drive_index(&DriveAddress::Drive(id.clone()))?;
        let is_container = self.drives[drive].kind == DriveType::Container;
        is_container.then_some(drive).ok_or(NotFound::Missing)
    }

    /// Where an item of another drive is; nothing where it is not there.
    pub(crate) fn remote(&self, remote: &Remote) -> Option<(usize, ItemIndex)> {
        let drive = *self.places.drives.get(&remote.drive)?;
        Some((drive, self.drives[drive].by_id(&remote.item)?))
    }

    fn site_index(&self, id: &str) -> Result<usize, NotFound> {
        if id.eq_ignore_ascii_case("root") {
            return Ok(self.root_site);
        }
        self.places.sites.get(&id.to_lowercase()).copied().ok_or(NotFound::Missing)
    }

    /// The site that a browser shows at a URL.
    pub(crate) fn site_by_url(&self, url: &str) -> Option<usize> {
        let rest = url.strip_prefix("https://")?;
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        self.places.sites.get(&format!("{host}:{path}").to_lowercase()).copied()
    }

    /// The drive and the item that an address leads to.
    pub(crate) fn resolve(&self, address: &ItemAddress) -> Result<(usize, ItemIndex), NotFound> {
        if let ItemAddress::Shared { token } = address {
            return self.share(token).map(|(at, _)| at);
        }
        if let ItemAddress::SharedItem { token, id } = address {
            let ((drive, shared), _) = self.share(token)?;
            let item = self.drives[drive].by_id(id.as_str()).ok_or(NotFound::Missing)?;
            // Nobody comes by a link to what does not lie below it.
            return if self.drives[drive].is_below(item, shared) {
                Ok((drive, item))
            } else {
                Err(NotFound::Missing)
            };
        }
        if let ItemAddress::ListItem { site, list, item } = address {
            return self.row(site, list, item);
        }
        let ItemAddress::InDrive { drive, item, path } = address else { return Err(NotFound::Missing) };
        let drive_index = self.drive_index(drive)?;
        let drive = &self.drives[drive_index];
        let start = match item {
            ItemKey::Root => ROOT,
            ItemKey::Id(id) => match drive.by_id(id.as_str()) {
                Some(item) => item,
                None if identifier::is_item_id(id.as_str()) => return Err(NotFound::Missing),
                None => return Err(NotFound::MalformedItem),
            },
            ItemKey::Special(name) => drive.special(name.as_str()).ok_or(NotFound::Missing)?,
            _ => return Err(NotFound::Missing),
        };
        let item = path.iter().try_fold(start, |folder, name| drive.child(folder, name.as_str()));
        item.map(|item| (drive_index, item)).ok_or(NotFound::Missing)
    }

    /// The item that a row of a library's list is: rows are numbered from 1 in the order in which they were made, and
    /// the root has none.
    fn row(&self, site: &SiteAddress, list: &Segment, row: &Segment) -> Result<(usize, ItemIndex), NotFound> {
        let list = (self.site(site)?, list.as_str().to_lowercase());
        let drive = *self.places.lists.get(&list).ok_or(NotFound::Missing)?;
        let item: ItemIndex = row.as_str().parse().map_err(|_| NotFound::MalformedItem)?;
        ((1..self.drives[drive].len()).contains(&item)).then_some((drive, item)).ok_or(NotFound::Missing)
    }

    /// The item that a share's token leads to, and the link, where it is one's.
    pub(crate) fn share(&self, token: &Segment) -> Result<((usize, ItemIndex), Option<&Link>), NotFound> {
        if token.as_str().starts_with("s!") {
            return self.by_link(token.as_str()).map(|(at, link)| (at, Some(link))).ok_or(NotFound::Missing);
        }
        let url = SharingUrl::from_token(token.as_str()).map_err(|_| NotFound::Missing)?;
        let url = url.as_str();
        if let Some((at, link)) = self.by_link(url) {
            return Ok((at, Some(link)));
        }
        let at = self.by_owner_url(url).or_else(|| self.by_web_url(url)).ok_or(NotFound::Missing)?;
        Ok((at, None))
    }

    /// The item that a browser shows at a URL.
    fn by_web_url(&self, url: &str) -> Option<(usize, ItemIndex)> {
        // A drive's URL may be the start of another's: the longest decides.
        let starts = url.rmatch_indices('/').map(|(end, _)| end);
        let (end, drive) = std::iter::once(url.len())
            .chain(starts)
            .find_map(|end| Some((end, *self.places.drives_by_url.get(&url[..end])?)))?;
        let mut names = url[end..].split('/').filter(|name| !name.is_empty());
        let item = names.try_fold(ROOT, |folder, name| {
            self.drives[drive].child(folder, &percent_decode_str(name).decode_utf8().ok()?)
        });
        Some((drive, item?))
    }

    /// Whether the tenant has sites on a host, or links to personal drives stand there.
    pub(crate) fn has_host(&self, host: &str) -> bool {
        host == PERSONAL_LINKS || self.places.sites.contains_key(&host.to_lowercase())
    }
}
