//! Drives: folders, files, and who may do what with them.
//!
//! As in SharePoint, an item either inherits all of its permissions from the folder above or has a list of its own.
//! Sharing an item that inherits gives it a list of its own, which starts as a copy.

use std::collections::HashMap;

use sharing_model::{DateTime, LinkScope, LinkType, Role};
use uuid::Uuid;

use crate::{directory::PrincipalIndex, identifier};

/// An index into a drive's items.
pub(crate) type ItemIndex = usize;

/// The root of every drive.
pub(crate) const ROOT: ItemIndex = 0;

/// What one principal may do with an item.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) to: PrincipalIndex,
    pub(crate) roles: Vec<Role>,
    /// Whether the invitation that made it asked for sign-in; `None` when no invitation did.
    pub(crate) sign_in_required: Option<bool>,
}

/// A sharing link.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) id: String,
    pub(crate) url: String,
    pub(crate) link_type: LinkType,
    pub(crate) scope: LinkScope,
    pub(crate) prevents_download: bool,
    /// Who may use a link with the scope `users`.
    pub(crate) users: Vec<PrincipalIndex>,
    pub(crate) expires: Option<DateTime>,
    pub(crate) has_password: bool,
}

impl Link {
    /// The roles that the link's type gives.
    pub(crate) fn roles(&self) -> Vec<Role> {
        vec![match self.link_type {
            LinkType::Edit | LinkType::CreateOnly => Role::Write,
            _ => Role::Read,
        }]
    }

    pub(crate) fn add_users(&mut self, users: &[PrincipalIndex]) {
        for user in users {
            if !self.users.contains(user) {
                self.users.push(*user);
            }
        }
    }
}

/// An item's own list of who has access.
#[derive(Debug, Clone, Default)]
struct Access {
    grants: Vec<Grant>,
    links: Vec<Link>,
}

#[derive(Debug)]
pub(crate) enum Content {
    Folder(Vec<ItemIndex>),
    File { size: i64, mime_type: &'static str },
}

#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) guid: Uuid,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) parent: Option<ItemIndex>,
    pub(crate) content: Content,
    /// `None`: inherits all.
    own: Option<Access>,
    /// Counted up by each change.
    pub(crate) version: u32,
}

#[derive(Debug)]
pub(crate) struct Drive {
    pub(crate) id: String,
    /// `business` or `documentLibrary`.
    pub(crate) drive_type: &'static str,
    /// Where a browser shows the drive's root.
    pub(crate) web_url: String,
    /// The site that holds the drive: an index into the tenant's sites.
    pub(crate) site: usize,
    items: Vec<Item>,
    by_id: HashMap<String, ItemIndex>,
    /// How many links there ever were, so that each has a name of its own.
    links_made: usize,
}

impl Drive {
    /// An empty drive whose root is held by an owner.
    pub(crate) fn new(
        id: String,
        drive_type: &'static str,
        web_url: &str,
        site: usize,
        owner: PrincipalIndex,
    ) -> Self {
        let grant = Grant { to: owner, roles: vec![Role::Owner], sign_in_required: None };
        let mut drive = Self {
            id,
            drive_type,
            web_url: web_url.to_owned(),
            site,
            items: Vec::new(),
            by_id: HashMap::new(),
            links_made: 0,
        };
        drive.add(None, "root", Content::Folder(Vec::new()));
        drive.items[ROOT].own = Some(Access { grants: vec![grant], links: Vec::new() });
        drive
    }

    fn add(&mut self, parent: Option<ItemIndex>, name: &str, content: Content) -> ItemIndex {
        let index = self.items.len();
        let above = parent.map_or(self.id.clone(), |parent| self.items[parent].guid.to_string());
        let guid = identifier::guid(&format!("{above}/{name}"));
        let id = identifier::item_id(&self.id, guid);
        if let Some(Content::Folder(children)) = parent.map(|parent| &mut self.items[parent].content) {
            children.push(index);
        }
        self.by_id.insert(id.clone(), index);
        self.items.push(Item { guid, id, name: name.to_owned(), parent, content, own: None, version: 1 });
        index
    }

    /// Adds a file and the folders above it that are not there yet.
    pub(crate) fn add_file(&mut self, path: &str, size: i64, mime_type: &'static str) -> ItemIndex {
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let parent = folders.split('/').filter(|name| !name.is_empty()).fold(ROOT, |parent, name| {
            self.child(parent, name)
                .unwrap_or_else(|| self.add(Some(parent), name, Content::Folder(Vec::new())))
        });
        self.add(Some(parent), name, Content::File { size, mime_type })
    }

    pub(crate) fn item(&self, index: ItemIndex) -> &Item {
        &self.items[index]
    }

    /// The item with this id. Ids are case-sensitive.
    pub(crate) fn by_id(&self, id: &str) -> Option<ItemIndex> {
        self.by_id.get(id).copied()
    }

    /// The item in a folder by its name. Names are not case-sensitive.
    pub(crate) fn child(&self, folder: ItemIndex, name: &str) -> Option<ItemIndex> {
        let Content::Folder(children) = &self.items[folder].content else { return None };
        let name = name.to_lowercase();
        children.iter().copied().find(|child| self.items[*child].name.to_lowercase() == name)
    }

    /// The names from the root down to the item, without the root's.
    pub(crate) fn path(&self, item: ItemIndex) -> Vec<&str> {
        let mut names: Vec<_> = std::iter::successors(Some(item), |item| self.items[*item].parent)
            .filter(|item| *item != ROOT)
            .map(|item| &*self.items[item].name)
            .collect();
        names.reverse();
        names
    }

    /// Every item below a folder, and the folder itself.
    pub(crate) fn below(&self, folder: ItemIndex) -> Vec<ItemIndex> {
        let mut found = vec![folder];
        let mut next = 0;
        while let Some(item) = found.get(next) {
            if let Content::Folder(children) = &self.items[*item].content {
                found.extend(children);
            }
            next += 1;
        }
        found
    }

    /// Whether the item has permissions of its own rather than those of the folder above.
    pub(crate) fn is_unique(&self, item: ItemIndex) -> bool {
        self.items[item].own.is_some()
    }

    /// The list that is in force for an item, its own or inherited.
    fn access(&self, item: ItemIndex) -> Option<&Access> {
        std::iter::successors(Some(item), |item| self.items[*item].parent)
            .find_map(|item| self.items[item].own.as_ref())
    }

    /// Who may do what with the item, inherited or not.
    pub(crate) fn grants(&self, item: ItemIndex) -> &[Grant] {
        self.access(item).map_or(&[], |access| &access.grants)
    }

    /// The links that lead to the item, inherited or not.
    pub(crate) fn links(&self, item: ItemIndex) -> &[Link] {
        self.access(item).map_or(&[], |access| &access.links)
    }

    pub(crate) const fn links_made(&self) -> usize {
        self.links_made
    }

    /// The item that has a link with this URL as its own, and the link.
    pub(crate) fn by_link(&self, url: &str) -> Option<(ItemIndex, &Link)> {
        self.items.iter().enumerate().find_map(|(index, item)| {
            let link = item.own.as_ref()?.links.iter().find(|link| link.url == url)?;
            Some((index, link))
        })
    }

    /// The item's own list, made a copy of the inherited one where it had none. Counts as a change.
    fn change(&mut self, item: ItemIndex) -> &mut Access {
        let inherited = self.access(item).cloned().unwrap_or_default();
        let item = &mut self.items[item];
        item.version += 1;
        item.own.get_or_insert(inherited)
    }

    /// Grants a role. An owner stays one; anybody else has the new role from now on.
    pub(crate) fn grant(&mut self, item: ItemIndex, grant: Grant) {
        let grants = &mut self.change(item).grants;
        match grants.iter_mut().find(|held| held.to == grant.to) {
            Some(held) if held.roles.contains(&Role::Owner) => {}
            Some(held) => *held = grant,
            None => grants.push(grant),
        }
    }

    /// Takes a principal's permission away.
    pub(crate) fn revoke(&mut self, item: ItemIndex, from: PrincipalIndex) {
        self.change(item).grants.retain(|grant| grant.to != from);
    }

    /// Adds a link, or puts it in the place of the one with its id.
    pub(crate) fn put_link(&mut self, item: ItemIndex, link: Link) {
        let links = &mut self.change(item).links;
        match links.iter_mut().find(|known| known.id == link.id) {
            Some(known) => *known = link,
            None => {
                links.push(link);
                self.links_made += 1;
            }
        }
    }

    /// Takes a link away.
    pub(crate) fn remove_link(&mut self, item: ItemIndex, id: &str) {
        self.change(item).links.retain(|link| link.id != id);
    }
}
