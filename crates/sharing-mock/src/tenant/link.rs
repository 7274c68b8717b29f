//! Links of a tenant: how their URLs are written, where they lead, and who is let in by them.

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use sharing_model::LinkScope;
use uuid::Uuid;

use super::{PERSONAL_LINKS, Site, Tenant};
use crate::{
    directory::PrincipalIndex,
    drive::{Content, Drive, Item, ItemIndex, Link},
    identifier,
};

/// Where a link leads: its id, and each item that has it in a list of its own, the one that was there first at the
/// start.
#[derive(Debug, Clone, Default)]
pub(super) struct Leads {
    id: String,
    to: Vec<(usize, ItemIndex)>,
}

/// What kind of item a URL leads to, in a letter.
fn letter(item: &Item) -> char {
    match item.name.rsplit_once('.').map(|(_, ending)| ending) {
        _ if matches!(item.content, Content::Folder(_) | Content::Remote(_)) => 'f',
        Some("docx") => 'w',
        Some("xlsx") => 'x',
        Some("pptx") => 'p',
        Some("pdf") => 'b',
        _ => 't',
    }
}

/// The URL of an item of a personal drive that is its owner's own: no link, though it stands where links do.
pub(crate) fn owner_url(drive: &Drive, item: &Item) -> String {
    let token = BASE64URL_NOPAD.encode(item.id.as_bytes());
    format!("https://{PERSONAL_LINKS}/{}/c/{}/{token}", letter(item), drive.id)
}

/// The URL of a link: where it leads to, for whom, and a number that cannot be guessed on the real service.
pub(crate) fn link_url(site: Option<&Site>, item: &Item, link: Uuid) -> String {
    let is_folder = matches!(item.content, Content::Folder(_));
    let kind = letter(item);
    let Some(site) = site else {
        return format!("https://{PERSONAL_LINKS}/{kind}/{}", identifier::share_id(link));
    };
    // A team's site stands after `s`, a person's after `g`, the first of a host after nothing but `g`.
    let place = match site.path().strip_prefix("/sites/") {
        Some(name) => format!("s/{name}"),
        None => format!("g{}", site.path()),
    };
    let token = identifier::link_token(is_folder, item.guid, link);
    format!("https://{}/:{kind}:/{place}/{token}", site.host())
}

/// The names by which a link is found, with its id.
fn names(link: &Link) -> Vec<(String, String)> {
    let names = [Some(&*link.url), link.share_id()];
    names.into_iter().flatten().map(|name| (name.to_owned(), link.id.clone())).collect()
}

/// Why a link lets somebody not in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotFollowed {
    /// There is no link with this URL, or it is over.
    NoLink,
    /// It is for others.
    NotFor,
}

impl Tenant {
    /// The item of a personal drive that its owner's own URL leads to.
    pub(super) fn by_owner_url(&self, url: &str) -> Option<(usize, ItemIndex)> {
        let rest = url.strip_prefix("https://")?.strip_prefix(PERSONAL_LINKS)?;
        let (drive, token) = rest.split_once("/c/")?.1.split_once('/')?;
        let drive = *self.places.drives.get(drive)?;
        let id = String::from_utf8(BASE64URL_NOPAD.decode(token.as_bytes()).ok()?).ok()?;
        Some((drive, self.drives[drive].by_id(&id)?))
    }

    /// The item that a link leads to, and the link, by its URL or its share's id; nothing once it is over.
    pub(crate) fn by_link(&self, url: &str) -> Option<((usize, ItemIndex), &Link)> {
        let leads = self.by_link.get(url)?;
        let at = *leads.to.first()?;
        let link = self.drives[at.0].link(at.1, &leads.id)?;
        (!link.is_over(self.now)).then_some((at, link))
    }

    /// Adds a link, or puts it in the place of the one with its id.
    pub(crate) fn put_link(&mut self, at: (usize, ItemIndex), link: Link) {
        let stamp = self.touch(at);
        let names = [Some(link.url.clone()), link.share_id().map(str::to_owned)];
        let id = link.id.clone();
        if self.drive_mut(at.0).put_link(at.1, link, stamp) {
            names.into_iter().flatten().for_each(|name| self.note_link(name, &id, at));
        }
    }

    /// Takes a link away. Where it was inherited it stays with the folder above.
    pub(crate) fn remove_link(&mut self, at: (usize, ItemIndex), id: &str) {
        let stamp = self.touch(at);
        let Some(link) = self.drive_mut(at.0).remove_link(at.1, id, stamp) else { return };
        let by_link = Arc::make_mut(&mut self.by_link);
        for name in [Some(&*link.url), link.share_id()].into_iter().flatten() {
            let Some(leads) = by_link.get_mut(name) else { continue };
            leads.to.retain(|place| *place != at);
            if leads.to.is_empty() {
                by_link.remove_mut(name);
            }
        }
    }

    /// Notes where the links that are in force for an item lead, as its own.
    pub(super) fn note_links(&mut self, at: (usize, ItemIndex)) {
        let links: Vec<_> = self.drives[at.0].links(at.1).map(names).collect();
        links.into_iter().flatten().for_each(|(name, id)| self.note_link(name, &id, at));
    }

    fn note_link(&mut self, name: String, id: &str, at: (usize, ItemIndex)) {
        let by_link = Arc::make_mut(&mut self.by_link);
        let mut leads = by_link.get(&name).cloned().unwrap_or_default();
        id.clone_into(&mut leads.id);
        if let Err(place) = leads.to.binary_search(&at) {
            leads.to.insert(place, at);
        }
        by_link.insert_mut(name, leads);
    }

    /// The links of an item that are in force.
    pub(crate) fn listed_links(&self, (drive, item): (usize, ItemIndex)) -> impl Iterator<Item = &Link> {
        self.drives[drive].links(item).filter(|link| !link.is_over(self.now))
    }

    /// Somebody follows a link. A link for the organisation remembers whoever came; one for people lets in only them,
    /// and whoever was invited has accepted by it.
    pub(crate) fn follow(
        &mut self,
        url: &str,
        who: PrincipalIndex,
    ) -> Result<(usize, ItemIndex), NotFollowed> {
        let (at, link) = self.by_link(url).ok_or(NotFollowed::NoLink)?;
        let is_guest = self.directory.get(who).kind.is_guest();
        let mut link = link.clone();
        match link.scope {
            LinkScope::Organization if is_guest => return Err(NotFollowed::NotFor),
            LinkScope::Organization if !link.users.contains(&who) => {
                link.users.push(who);
                self.put_link(at, link);
            }
            LinkScope::Users if !link.users.contains(&who) => return Err(NotFollowed::NotFor),
            _ => {}
        }
        self.accepts(who);
        Ok(at)
    }

    /// The URL of a new link to an item.
    pub(crate) fn link_url(&self, (drive, item): (usize, ItemIndex), link: Uuid) -> String {
        let drive = &self.drives[drive];
        link_url(drive.site.map(|site| &self.sites[site]), drive.item(item), link)
    }
}
