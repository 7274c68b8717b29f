//! Drives: folders, files, and who may do what with them.
//!
//! As in SharePoint, an item either inherits all of its permissions from the folder above or has a list of its own.
//! Sharing an item that inherits gives it a list of its own, which starts as a copy.
//!
//! What is looked for is found by an index: an item by its id or its name in a folder, a permission by its grantee, a
//! link by its id or its URL. A copy of a drive shares all that did not change since, so that it costs nothing.

mod change;
mod fill;
mod list;
mod states;

use std::{collections::HashMap, sync::Arc};

use foldhash::fast::FixedState;
use jiff::Timestamp;
use smol_str::{SmolStr, StrExt as _};
use uuid::Uuid;

use self::states::States;
pub(crate) use self::{
    fill::{NewDrive, NewItem},
    list::{Grant, Link, List, shared_roles},
};
use crate::{
    directory::{Principal, PrincipalIndex},
    identifier,
};

/// What is found by a key and keeps its order. Each request looks into several: the hash is a quick one.
pub(crate) type IndexMap<K, V> = indexmap::IndexMap<K, V, FixedState>;

/// An index into a drive's items.
pub(crate) type ItemIndex = usize;

/// The root of every drive.
pub(crate) const ROOT: ItemIndex = 0;

/// What is in a folder.
#[derive(Debug, Clone, Default)]
pub(crate) struct Folder {
    /// By name in lower case, in the order in which they came. Most names are short enough to stand right there.
    children: IndexMap<SmolStr, ItemIndex>,
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
    File {
        size: i64,
        mime_type: String,
    },
    /// A folder of another drive that stands here, too.
    Remote(Remote),
}

/// An item of another drive, by ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remote {
    pub(crate) drive: String,
    pub(crate) item: String,
}

impl Content {
    pub(crate) fn empty_folder() -> Self {
        Self::Folder(Folder::default())
    }

    /// How many items there are below, at any depth.
    fn below(&self) -> u64 {
        match self {
            Self::Folder(folder) => folder.below,
            Self::File { .. } | Self::Remote(_) => 0,
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) guid: Uuid,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) parent: Option<ItemIndex>,
    pub(crate) content: Content,
    /// When it was made, and by whom.
    pub(crate) created: Stamp,
    /// How many items are said to be below, where it is not those that are.
    pub(crate) said_below: Option<u64>,
}

/// A moment, and whose it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) at: Timestamp,
    pub(crate) by: PrincipalIndex,
}

/// What changes of an item while it stays where it is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct State {
    /// `None`: inherits all.
    pub(crate) own: Option<List>,
    pub(crate) traces: Traces,
    /// Who has it checked out, so that nobody else may change it.
    pub(crate) locked_by: Option<PrincipalIndex>,
}

/// What changes leave on an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Traces {
    /// The drive's count of changes as of this item's latest.
    pub(crate) changed: u64,
    /// Counted up by each change.
    pub(crate) version: u32,
    pub(crate) modified: Stamp,
    /// When the item was shared last, and by whom.
    pub(crate) shared: Option<Stamp>,
}

/// What somebody held of an item with a list of its own, before that was touched and nothing else of the list.
#[derive(Debug, Clone)]
pub(crate) struct HeldBefore {
    who: PrincipalIndex,
    grant: Option<Arc<Grant>>,
    traces: Traces,
}

/// The items of a drive, which stay as they are for as long as only permissions change.
#[derive(Debug, Clone, Default)]
struct Tree {
    items: Vec<Item>,
    by_id: HashMap<String, ItemIndex, FixedState>,
    /// Folders by the name under which `/special/` finds them.
    special: IndexMap<String, ItemIndex>,
}

/// A kind of drive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum DriveType {
    /// A person's at home.
    Personal,
    /// A person's at work.
    Business,
    /// A library of a site.
    DocumentLibrary,
    /// A container of SharePoint Embedded, which is a library to whoever looks at it as a drive.
    Container,
}

impl DriveType {
    /// The service's word.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::Business => "business",
            Self::DocumentLibrary | Self::Container => "documentLibrary",
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Drive {
    pub(crate) id: Arc<str>,
    pub(crate) kind: DriveType,
    /// The kind, in the service's word.
    pub(crate) drive_type: &'static str,
    /// The name to show.
    pub(crate) name: Arc<str>,
    /// Where a browser shows the drive's root.
    pub(crate) web_url: Arc<str>,
    /// The site that holds the drive, an index into the tenant's sites; a personal drive is in none.
    pub(crate) site: Option<usize>,
    pub(crate) owner: PrincipalIndex,
    /// Whether a personal account has paid, for links that end and have passwords.
    pub(crate) is_premium: bool,
    tree: Arc<Tree>,
    states: States,
    pub(crate) counts: Counts,
}

/// What a drive counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// How many items there are.
    items: usize,
    /// How many items have a list of their own.
    unique_scopes: usize,
    /// How many changes there were since the drive was made.
    pub(crate) changes: u64,
    /// How many links there ever were, so that each has a name of its own.
    pub(crate) links_made: usize,
}

impl Drive {
    /// The folder that `/special/` finds by a name.
    pub(crate) fn special(&self, name: &str) -> Option<ItemIndex> {
        let name = name.to_lowercase();
        self.tree.special.get(&name).copied().or_else(|| self.child(ROOT, &name))
    }

    /// Every special folder, by its name.
    pub(crate) fn specials(&self) -> impl Iterator<Item = (&str, ItemIndex)> {
        self.tree.special.iter().map(|(name, item)| (&**name, *item))
    }

    /// The GUID of a link that is still to be made for an item, when `more` are to be made before it. `seeded` is what
    /// its name begins with.
    pub(crate) fn link_guid(&self, seeded: &str, item: ItemIndex, more: usize) -> Uuid {
        identifier::guid(&format!("{seeded}{} link {}", self.item(item).id, self.counts.links_made + more))
    }

    /// How many items there are.
    pub(crate) fn len(&self) -> usize {
        self.tree.items.len()
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
        self.counts.changes
    }

    /// How many there were as of this item's latest.
    pub(crate) fn changed(&self, item: ItemIndex) -> u64 {
        self.states[item].traces.changed
    }

    /// What of an item changes while it stays where it is.
    pub(crate) fn state(&self, item: ItemIndex) -> &State {
        &self.states[item]
    }

    /// Counted up by each change of an item.
    pub(crate) fn version(&self, item: ItemIndex) -> u32 {
        self.states[item].traces.version
    }

    /// How many items there are, or are said to be, below an item at any depth.
    pub(crate) fn items_below(&self, item: ItemIndex) -> u64 {
        let item = self.item(item);
        item.said_below.unwrap_or_else(|| item.content.below())
    }

    /// The id of the permission that a principal holds directly.
    pub(crate) fn permission_id<'a>(&self, who: &'a Principal) -> &'a str {
        match self.kind {
            DriveType::Personal => &who.personal_permission_id,
            _ => &who.permission_id,
        }
    }

    /// How many items have a list of their own, the root included.
    pub(crate) const fn unique_scopes(&self) -> usize {
        self.counts.unique_scopes
    }

    /// The item with this id. Ids are case-sensitive.
    pub(crate) fn by_id(&self, id: &str) -> Option<ItemIndex> {
        self.tree.by_id.get(id).copied()
    }

    /// The item in a folder by its name. Names are not case-sensitive.
    pub(crate) fn child(&self, folder: ItemIndex, name: &str) -> Option<ItemIndex> {
        let Content::Folder(folder) = &self.item(folder).content else { return None };
        folder.children.get(&name.to_lowercase_smolstr()).copied()
    }

    /// The item itself and every folder above it, up to the root.
    fn upward(&self, item: ItemIndex) -> impl Iterator<Item = ItemIndex> {
        std::iter::successors(Some(item), |item| self.item(*item).parent)
    }

    /// Whether an item is a folder's, at any depth, or the folder itself.
    pub(crate) fn is_below(&self, item: ItemIndex, folder: ItemIndex) -> bool {
        self.upward(item).any(|above| above == folder)
    }

    /// The names from the root down to the item, without the root's.
    pub(crate) fn path(&self, item: ItemIndex) -> Vec<&str> {
        let named = self.upward(item).filter(|item| *item != ROOT);
        let mut names: Vec<_> = named.map(|item| &*self.item(item).name).collect();
        names.reverse();
        names
    }

    /// Every item below a folder, and the folder itself, in the order in which they were made: a folder before what is in
    /// it, and what comes later at the end.
    pub(crate) fn below(&self, folder: ItemIndex) -> impl Iterator<Item = ItemIndex> {
        let below = usize::try_from(self.item(folder).content.below()).unwrap_or(usize::MAX);
        // What is below a small folder is mostly made right after it: nobody looks on once all are found.
        let found = (folder..self.len()).filter(move |item| folder == ROOT || self.is_below(*item, folder));
        found.take(below.saturating_add(1))
    }

    /// Whether the item has permissions of its own rather than those of the folder above.
    pub(crate) fn is_unique(&self, item: ItemIndex) -> bool {
        self.states[item].own.is_some()
    }

    /// The item whose list is in force for an item: itself, or the one that it inherits from.
    pub(crate) fn holder(&self, item: ItemIndex) -> ItemIndex {
        self.upward(item).find(|above| self.is_unique(*above)).unwrap_or(ROOT)
    }

    /// The list that is in force for an item, its own or inherited. A path is short, so that looking upward is quick
    /// however many items inherit, and sharing a folder needs to tell none of them.
    pub(crate) fn list(&self, item: ItemIndex) -> Option<&List> {
        self.upward(item).find_map(|item| self.states[item].own.as_ref())
    }

    /// Who may do what with the item, inherited or not.
    pub(crate) fn grants(&self, item: ItemIndex) -> impl Iterator<Item = &Grant> {
        self.list(item).into_iter().flat_map(|list| list.grants.values().map(|grant| &**grant))
    }

    /// What one principal may do with the item, inherited or not.
    pub(crate) fn grant_to(&self, item: ItemIndex, to: PrincipalIndex) -> Option<&Grant> {
        self.list(item)?.grants.get(&to).map(|grant| &**grant)
    }

    /// The links that lead to the item, inherited or not.
    pub(crate) fn links(&self, item: ItemIndex) -> impl Iterator<Item = &Link> {
        self.list(item).into_iter().flat_map(|list| list.links.values())
    }

    /// The link with this id, inherited or not.
    pub(crate) fn link(&self, item: ItemIndex, id: &str) -> Option<&Link> {
        self.list(item)?.links.get(id)
    }
}
