//! Drives: folders, files, and who may do what with them.
//!
//! As in SharePoint, an item either inherits all of its permissions from the folder above or has a list of its own.
//! Sharing an item that inherits gives it a list of its own, which starts as a copy.

use std::collections::HashMap;

use sharing_model::Role;
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
    own_grants: Option<Vec<Grant>>,
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
        };
        drive.add(None, "root", Content::Folder(Vec::new()));
        drive.items[ROOT].own_grants = Some(vec![grant]);
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
        self.items.push(Item {
            guid,
            id,
            name: name.to_owned(),
            parent,
            content,
            own_grants: None,
            version: 1,
        });
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

    /// Whether the item has permissions of its own rather than those of the folder above.
    pub(crate) fn is_unique(&self, item: ItemIndex) -> bool {
        self.items[item].own_grants.is_some()
    }

    /// Who may do what with the item, inherited or not.
    pub(crate) fn grants(&self, item: ItemIndex) -> &[Grant] {
        std::iter::successors(Some(item), |item| self.items[*item].parent)
            .find_map(|item| self.items[item].own_grants.as_deref())
            .unwrap_or_default()
    }

    /// Grants a role. An owner stays one; anybody else has the new role from now on.
    pub(crate) fn grant(&mut self, item: ItemIndex, grant: Grant) {
        let mut grants = self.grants(item).to_vec();
        match grants.iter_mut().find(|held| held.to == grant.to) {
            Some(held) if held.roles.contains(&Role::Owner) => {}
            Some(held) => *held = grant,
            None => grants.push(grant),
        }
        self.items[item].own_grants = Some(grants);
        self.items[item].version += 1;
    }

    /// Takes a principal's own permission away, if there is one.
    pub(crate) fn revoke(&mut self, item: ItemIndex, from: PrincipalIndex) {
        if let Some(grants) = &mut self.items[item].own_grants {
            grants.retain(|grant| grant.to != from);
            self.items[item].version += 1;
        }
    }
}
