//! A drive as it is filled from a world: item by item, from the root down.

use std::sync::Arc;

use smol_str::StrExt as _;
use uuid::Uuid;

use super::{Content, Counts, Drive, DriveType, Item, ItemIndex, Link, Stamp, State, states::States};
use crate::{directory::PrincipalIndex, identifier};

/// What a drive begins with.
#[derive(Debug, Clone)]
pub(crate) struct NewDrive {
    pub(crate) id: String,
    pub(crate) kind: DriveType,
    pub(crate) name: String,
    pub(crate) web_url: String,
    pub(crate) site: Option<usize>,
    pub(crate) owner: PrincipalIndex,
    pub(crate) is_premium: bool,
}

/// An item to add to a drive.
#[derive(Debug, Clone)]
pub(crate) struct NewItem<'a> {
    pub(crate) name: &'a str,
    /// Its id, where it has one already.
    pub(crate) id: Option<(Uuid, String)>,
    pub(crate) content: Content,
    pub(crate) created: Stamp,
    pub(crate) said_below: Option<u64>,
    pub(crate) state: State,
}

impl Drive {
    /// A drive without even a root: that is the first item to add.
    pub(crate) fn new(new: NewDrive) -> Self {
        let NewDrive { id, kind, name, web_url, site, owner, is_premium } = new;
        Self {
            id: id.into(),
            kind,
            drive_type: kind.as_str(),
            name: name.into(),
            web_url: web_url.into(),
            site,
            owner,
            is_premium,
            tree: Arc::default(),
            states: States::default(),
            counts: Counts::default(),
        }
    }

    /// Adds an item. Its parent is a folder that has no item of that name, or there is no item yet.
    pub(crate) fn add(&mut self, parent: Option<ItemIndex>, new: NewItem<'_>) -> ItemIndex {
        let NewItem { name, id, content, created, said_below, state } = new;
        let tree = Arc::make_mut(&mut self.tree);
        let index = tree.items.len();
        let (guid, id) = id.unwrap_or_else(|| {
            let above = parent.map_or(self.id.to_string(), |parent| tree.items[parent].guid.to_string());
            let guid = identifier::guid(&format!("{above}/{name}"));
            let id = match self.kind {
                DriveType::Personal => identifier::personal_item_id(&self.id, parent.is_none(), guid),
                _ => identifier::item_id(&self.id, guid),
            };
            (guid, id)
        });
        if let Some(Content::Folder(folder)) = parent.map(|parent| &mut tree.items[parent].content) {
            folder.children.insert(name.to_lowercase_smolstr(), index);
        }
        let mut above = parent;
        while let Some(item) = above.map(|above| &mut tree.items[above]) {
            if let Content::Folder(folder) = &mut item.content {
                folder.below += 1;
            }
            above = item.parent;
        }
        tree.by_id.insert(id.clone(), index);
        let name = name.to_owned();
        tree.items.push(Item { guid, id, name, parent, content, created, said_below });
        self.counts.unique_scopes += usize::from(state.own.is_some());
        self.states.push(state);
        self.counts.items = index + 1;
        index
    }

    /// Takes away the item that was added last.
    pub(super) fn remove_last(&mut self) {
        let tree = Arc::make_mut(&mut self.tree);
        let Some(item) = tree.items.pop() else { return };
        tree.by_id.remove(&item.id);
        if let Some(Content::Folder(folder)) = item.parent.map(|parent| &mut tree.items[parent].content) {
            folder.children.shift_remove(&item.name.to_lowercase_smolstr());
        }
        let mut above = item.parent;
        while let Some(item) = above.map(|above| &mut tree.items[above]) {
            if let Content::Folder(folder) = &mut item.content {
                folder.below -= 1;
            }
            above = item.parent;
        }
        self.states.pop();
        self.counts.items = tree.items.len();
    }

    /// Lets `/special/` find a folder by a name.
    pub(crate) fn make_special(&mut self, name: &str, item: ItemIndex) {
        Arc::make_mut(&mut self.tree).special.insert(name.to_lowercase(), item);
    }

    /// Gives an item's own list its links, without that being a change.
    pub(crate) fn set_links(&mut self, item: ItemIndex, links: Vec<Link>) {
        self.counts.links_made += links.len();
        if let Some(own) = &mut self.states[item].own {
            own.links = links.into_iter().map(|link| (link.id.clone(), link)).collect();
        }
    }
}
