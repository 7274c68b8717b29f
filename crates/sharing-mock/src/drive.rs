//! Drives: folders, files, and who may do what with them.
//!
//! As in SharePoint, an item either inherits all of its permissions from the folder above or has a list of its own.
//! Sharing an item that inherits gives it a list of its own, which starts as a copy.
//!
//! What is looked for is found by an index: an item by its id or its name in a folder, a permission by its grantee, a
//! link by its id or its URL. A copy of a drive shares all that did not change since, so that it costs nothing.

use std::{collections::HashMap, sync::Arc};

use indexmap::IndexMap;
use rpds::VectorSync;
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

/// An item's own list of who has access: by grantee, and by the link's id.
#[derive(Debug, Clone, Default)]
struct Access {
    grants: IndexMap<PrincipalIndex, Grant>,
    links: IndexMap<String, Link>,
}

/// What is in a folder.
#[derive(Debug, Clone, Default)]
pub(crate) struct Folder {
    /// By name in lower case, in the order in which they came.
    children: IndexMap<String, ItemIndex>,
    /// How many items there are below, at any depth.
    below: u64,
}

impl Folder {
    pub(crate) fn len(&self) -> usize {
        self.children.len()
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = ItemIndex> {
        self.children.values().copied()
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Content {
    Folder(Folder),
    File { size: i64, mime_type: String },
}

impl Content {
    pub(crate) fn empty_folder() -> Self {
        Self::Folder(Folder::default())
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) guid: Uuid,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) parent: Option<ItemIndex>,
    pub(crate) content: Content,
}

/// What changes of an item while it stays where it is.
#[derive(Debug, Clone)]
struct State {
    /// The drive's count of changes as of this item's latest.
    changed: u64,
    /// `None`: inherits all.
    own: Option<Access>,
    /// Counted up by each change.
    version: u32,
}

/// The items of a drive, which stay as they are for as long as only permissions change.
#[derive(Debug, Clone, Default)]
struct Tree {
    items: Vec<Item>,
    by_id: HashMap<String, ItemIndex>,
}

#[derive(Debug, Clone)]
pub(crate) struct Drive {
    pub(crate) id: String,
    /// `personal`, `business` or `documentLibrary`.
    pub(crate) drive_type: &'static str,
    /// Where a browser shows the drive's root.
    pub(crate) web_url: String,
    /// The site that holds the drive: an index into the tenant's sites.
    pub(crate) site: usize,
    tree: Arc<Tree>,
    states: VectorSync<State>,
    /// How many items have a list of their own.
    unique_scopes: usize,
    /// How many changes there were since the drive was made.
    changes: u64,
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
            tree: Arc::default(),
            states: VectorSync::new_sync(),
            unique_scopes: 1,
            changes: 0,
            links_made: 0,
        };
        drive.add(None, "root", Content::empty_folder());
        let grants = IndexMap::from([(owner, grant)]);
        let own = Some(Access { grants, links: IndexMap::new() });
        drive.states.set_mut(ROOT, State { changed: 0, own, version: 1 });
        drive
    }

    fn add(&mut self, parent: Option<ItemIndex>, name: &str, content: Content) -> ItemIndex {
        let tree = Arc::make_mut(&mut self.tree);
        let index = tree.items.len();
        let above = parent.map_or(self.id.clone(), |parent| tree.items[parent].guid.to_string());
        let guid = identifier::guid(&format!("{above}/{name}"));
        let id = identifier::item_id(&self.id, guid);
        if let Some(Content::Folder(folder)) = parent.map(|parent| &mut tree.items[parent].content) {
            folder.children.insert(name.to_lowercase(), index);
        }
        let mut above = parent;
        while let Some(item) = above.map(|above| &mut tree.items[above]) {
            if let Content::Folder(folder) = &mut item.content {
                folder.below += 1;
            }
            above = item.parent;
        }
        tree.by_id.insert(id.clone(), index);
        tree.items.push(Item { guid, id, name: name.to_owned(), parent, content });
        self.states.push_back_mut(State { changed: 0, own: None, version: 1 });
        index
    }

    /// Adds a file and the folders above it that are not there yet.
    pub(crate) fn add_file(&mut self, path: &str, size: i64, mime_type: &str) -> ItemIndex {
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        let parent = folders.split('/').filter(|name| !name.is_empty()).fold(ROOT, |parent, name| {
            self.child(parent, name).unwrap_or_else(|| self.add(Some(parent), name, Content::empty_folder()))
        });
        self.add(Some(parent), name, Content::File { size, mime_type: mime_type.to_owned() })
    }

    pub(crate) fn item(&self, index: ItemIndex) -> &Item {
        &self.tree.items[index]
    }

    /// The item's eTag and cTag.
    pub(crate) fn tags(&self, item: ItemIndex) -> [String; 2] {
        let guid = self.item(item).guid.to_string().to_uppercase();
        [format!("\"{{{guid}}},{}\"", self.version(item)), format!("\"c:{{{guid}}},1\"")]
    }

    /// How many changes there were since the drive was made.
    pub(crate) const fn changes(&self) -> u64 {
        self.changes
    }

    /// How many there were as of this item's latest.
    pub(crate) fn changed(&self, item: ItemIndex) -> u64 {
        self.states[item].changed
    }

    /// Counted up by each change of an item.
    pub(crate) fn version(&self, item: ItemIndex) -> u32 {
        self.states[item].version
    }

    /// How many items there are below an item, at any depth.
    pub(crate) fn items_below(&self, item: ItemIndex) -> u64 {
        match &self.item(item).content {
            Content::Folder(folder) => folder.below,
            Content::File { .. } => 0,
        }
    }

    /// How many items have a list of their own, the root included.
    pub(crate) const fn unique_scopes(&self) -> usize {
        self.unique_scopes
    }

    /// The item with this id. Ids are case-sensitive.
    pub(crate) fn by_id(&self, id: &str) -> Option<ItemIndex> {
        self.tree.by_id.get(id).copied()
    }

    /// The item in a folder by its name. Names are not case-sensitive.
    pub(crate) fn child(&self, folder: ItemIndex, name: &str) -> Option<ItemIndex> {
        let Content::Folder(folder) = &self.item(folder).content else { return None };
        folder.children.get(&name.to_lowercase()).copied()
    }

    /// The item itself and every folder above it, up to the root.
    fn upward(&self, item: ItemIndex) -> impl Iterator<Item = ItemIndex> {
        std::iter::successors(Some(item), |item| self.item(*item).parent)
    }

    /// The names from the root down to the item, without the root's.
    pub(crate) fn path(&self, item: ItemIndex) -> Vec<&str> {
        let named = self.upward(item).filter(|item| *item != ROOT);
        let mut names: Vec<_> = named.map(|item| &*self.item(item).name).collect();
        names.reverse();
        names
    }

    /// Every item below a folder, and the folder itself.
    pub(crate) fn below(&self, folder: ItemIndex) -> Vec<ItemIndex> {
        let mut found = vec![folder];
        let mut next = 0;
        while let Some(item) = found.get(next) {
            if let Content::Folder(folder) = &self.item(*item).content {
                found.extend(folder.iter());
            }
            next += 1;
        }
        found
    }

    /// Whether the item has permissions of its own rather than those of the folder above.
    pub(crate) fn is_unique(&self, item: ItemIndex) -> bool {
        self.states[item].own.is_some()
    }

    /// The list that is in force for an item, its own or inherited. A path is short, so that looking upward is quick
    /// however many items inherit, and sharing a folder needs to tell none of them.
    fn access(&self, item: ItemIndex) -> Option<&Access> {
        self.upward(item).find_map(|item| self.states[item].own.as_ref())
    }

    /// Who may do what with the item, inherited or not.
    pub(crate) fn grants(&self, item: ItemIndex) -> impl Iterator<Item = &Grant> {
        self.access(item).into_iter().flat_map(|access| access.grants.values())
    }

    /// What one principal may do with the item, inherited or not.
    pub(crate) fn grant_to(&self, item: ItemIndex, to: PrincipalIndex) -> Option<&Grant> {
        self.access(item)?.grants.get(&to)
    }

    /// The links that lead to the item, inherited or not.
    pub(crate) fn links(&self, item: ItemIndex) -> impl Iterator<Item = &Link> {
        self.access(item).into_iter().flat_map(|access| access.links.values())
    }

    /// The link with this id, inherited or not.
    pub(crate) fn link(&self, item: ItemIndex, id: &str) -> Option<&Link> {
        self.access(item)?.links.get(id)
    }

    pub(crate) const fn links_made(&self) -> usize {
        self.links_made
    }

    /// The item's own list, made a copy of the inherited one where it had none. Counts as a change.
    fn change(&mut self, item: ItemIndex) -> &mut Access {
        let inherited = match self.is_unique(item) {
            true => Access::default(),
            false => {
                self.unique_scopes += 1;
                self.access(item).cloned().unwrap_or_default()
            }
        };
        self.changes += 1;
        let state = &mut self.states[item];
        state.changed = self.changes;
        state.version += 1;
        state.own.get_or_insert(inherited)
    }

    /// Grants a role. An owner stays one; anybody else has the new role from now on.
    pub(crate) fn grant(&mut self, item: ItemIndex, grant: Grant) {
        let held = self.change(item).grants.entry(grant.to).or_insert_with(|| grant.clone());
        if !held.roles.contains(&Role::Owner) {
            *held = grant;
        }
    }

    /// Takes a principal's permission away.
    pub(crate) fn revoke(&mut self, item: ItemIndex, from: PrincipalIndex) {
        self.change(item).grants.shift_remove(&from);
    }

    /// Adds a link, or puts it in the place of the one with its id. Says whether it is new.
    pub(crate) fn put_link(&mut self, item: ItemIndex, link: Link) -> bool {
        let is_new = self.change(item).links.insert(link.id.clone(), link).is_none();
        self.links_made += usize::from(is_new);
        is_new
    }

    /// Takes a link away.
    pub(crate) fn remove_link(&mut self, item: ItemIndex, id: &str) -> Option<Link> {
        self.change(item).links.shift_remove(id)
    }
}
