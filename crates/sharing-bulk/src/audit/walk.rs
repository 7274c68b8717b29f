//! Which items are shared: by the changes of a whole drive, or folder by folder.

use std::collections::{HashMap, VecDeque};

use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};
use sharing_http::{Client, Error};
use sharing_model::{
    Action, BATCH_LIMIT, Collection, DriveAddress, DriveItem, ItemAddress, ItemKey, Prefer, Segment,
};

use super::{AuditProgress, is_about_all};

/// What a walk comes by.
#[derive(Debug)]
pub(super) enum Found {
    /// An item whose permissions are to be read.
    Shared(ItemAddress),
    /// A folder that does not tell what is in it.
    Unlisted(ItemAddress, Error),
}

/// What a walk needs to know of an item.
const NEEDED: [&str; 7] = ["id", "name", "parentReference", "folder", "root", "shared", "deleted"];

/// Where the walk starts, by which all below it is addressed.
#[derive(Debug, Clone)]
struct Base {
    drive: DriveAddress,
    item: ItemKey,
    path: Vec<Segment>,
    /// The drive by its id, for what has no path.
    id: Option<Segment>,
}

impl Base {
    /// As it was asked for where it has a drive, else by the ids that the service tells.
    fn of(address: &ItemAddress, item: &DriveItem) -> Option<Self> {
        let id =
            item.parent_reference.as_ref().and_then(|parent| parent.drive_id.clone()).and_then(Segment::new);
        if let ItemAddress::InDrive { drive, item, path } = address {
            return Some(Self { drive: drive.clone(), item: item.clone(), path: path.clone(), id });
        }
        let key = item.id.clone().and_then(Segment::new)?;
        Some(Self { drive: DriveAddress::Drive(id.clone()?), item: ItemKey::Id(key), path: Vec::new(), id })
    }

    /// What lies below it by these names, or else by its id.
    fn below(&self, names: Option<Vec<Segment>>, id: Option<&str>) -> Option<ItemAddress> {
        match names {
            Some(names) => {
                let path = self.path.iter().cloned().chain(names).collect();
                Some(ItemAddress::InDrive { drive: self.drive.clone(), item: self.item.clone(), path })
            }
            None => {
                let drive = DriveAddress::Drive(self.id.clone()?);
                Some(ItemAddress::item(drive, Segment::new(id?)?))
            }
        }
    }
}

/// The items to read, the one asked for first.
pub(super) async fn found(
    client: &Client,
    address: &ItemAddress,
    item: &DriveItem,
    recursive: bool,
    progress: AuditProgress,
) -> Result<BoxStream<'static, Result<Found, Error>>, Error> {
    progress.add_items(1);
    let own = stream::once(std::future::ready(Ok(Found::Shared(address.clone()))));
    let Some(base) = Base::of(address, item).filter(|_| recursive && item.is_folder()) else {
        return Ok(own.boxed());
    };
    let personal = item.parent_reference.as_ref().and_then(|parent| parent.drive_type.as_deref());
    // Business drives and libraries have a delta for the root alone.
    if item.root.is_some() || personal == Some("personal") {
        let changes = client.item(address).delta().select(NEEDED).prefer(Prefer::HierarchicalSharing);
        let mut pages = changes.pages();
        match pages.try_next().await {
            Ok(first) => {
                let pages = stream::iter(first.map(Ok)).chain(pages).boxed();
                let below = by_changes(pages, base, item.id.clone().unwrap_or_default(), progress);
                return Ok(own.chain(below).boxed());
            }
            // A service without a delta, or without one here.
            Err(error) if matches!(error.status(), Some(400 | 404 | 405 | 501)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(own.chain(by_folders(client.clone(), base, progress)).boxed())
}

/// By the changes since the beginning: all items in any order, a folder before what is in it.
fn by_changes(
    pages: BoxStream<'static, Result<Collection<DriveItem>, Error>>,
    base: Base,
    root: String,
    progress: AuditProgress,
) -> BoxStream<'static, Result<Found, Error>> {
    let mut folders = Folders { root, names: HashMap::new() };
    let found = pages.map_ok(move |page| {
        let mut found = Vec::new();
        for item in page.value.into_iter().flatten() {
            if item.additional.contains_key("deleted") || item.id.as_deref() == Some(&*folders.root) {
                continue;
            }
            progress.add_items(1);
            if item.is_folder() {
                folders.learn(&item);
            }
            if item.shared.is_some() {
                let address = base.below(folders.path(&item), item.id.as_deref());
                found.extend(address.map(|address| Ok(Found::Shared(address))));
            }
        }
        stream::iter(found)
    });
    found.try_flatten().boxed()
}

/// The names of folders, by their ids: a delta does not tell paths.
struct Folders {
    root: String,
    /// The id of the folder above, and the name.
    names: HashMap<String, (String, Segment)>,
}

impl Folders {
    fn learn(&mut self, item: &DriveItem) {
        let parent = item.parent_reference.as_ref().and_then(|parent| parent.id.clone());
        let name = item.name.clone().and_then(Segment::new);
        if let (Some(id), Some(parent), Some(name)) = (item.id.clone(), parent, name) {
            self.names.insert(id, (parent, name));
        }
    }

    /// The names from the root on, where all of them are known.
    fn path(&self, item: &DriveItem) -> Option<Vec<Segment>> {
        let mut names = vec![Segment::new(item.name.clone()?)?];
        let mut above = item.parent_reference.as_ref()?.id.as_deref()?;
        while above != self.root {
            let (parent, name) = self.names.get(above)?;
            names.push(name.clone());
            // What a service says wrong is no reason to go round forever.
            if names.len() > 1_000 {
                return None;
            }
            above = parent;
        }
        names.reverse();
        Some(names)
    }
}

/// A folder still to be listed: its names below the base, or its id.
type Folder = (Option<Vec<Segment>>, Option<String>);

/// Folder by folder, the deepest first, twenty at a time.
fn by_folders(
    client: Client,
    base: Base,
    progress: AuditProgress,
) -> BoxStream<'static, Result<Found, Error>> {
    let (folders, found, rest) = (vec![(Some(Vec::new()), None)], VecDeque::new(), VecDeque::new());
    let walk = Walk { client, base, progress, folders, found, rest };
    stream::try_unfold(walk, |mut walk| async move {
        loop {
            if let Some(found) = walk.found.pop_front() {
                return Ok(Some((found, walk)));
            }
            if walk.rest.is_empty() && walk.folders.is_empty() {
                return Ok(None);
            }
            if !walk.go_on().await? {
                Box::pin(walk.step()).await?;
            }
        }
    })
    .boxed()
}

type Pages = BoxStream<'static, Result<Collection<DriveItem>, Error>>;

struct Walk {
    client: Client,
    base: Base,
    progress: AuditProgress,
    folders: Vec<Folder>,
    found: VecDeque<Found>,
    /// Folders of which not all pages were taken.
    rest: VecDeque<(ItemAddress, Option<Vec<Segment>>, Pages)>,
}

impl Walk {
    /// Lists the next folders: the first page of each.
    async fn step(&mut self) -> Result<(), Error> {
        let next = self.folders.split_off(self.folders.len().saturating_sub(BATCH_LIMIT));
        let next: Vec<_> = next
            .into_iter()
            .filter_map(|(names, id)| Some((self.base.below(names.clone(), id.as_deref())?, names)))
            .collect();
        let actions = next.iter().map(|(folder, _)| Action::list_children(folder.clone()).select(NEEDED));
        let replies = self.client.batch(actions).await;
        for ((folder, names), reply) in next.into_iter().zip(replies) {
            match reply.and_then(|reply| reply.read::<Collection<DriveItem>>()) {
                Ok(page) => {
                    let link = page.next_link.clone();
                    self.sort(names.as_deref(), page);
                    if let Some(link) = link {
                        let pages = self.client.item(&folder).children().resume(link).pages();
                        self.rest.push_back((folder, names, pages));
                    }
                }
                Err(error) => self.unlisted(folder, error)?,
            }
        }
        Ok(())
    }

    /// Takes the next page of a folder that has more; says whether there was one.
    async fn go_on(&mut self) -> Result<bool, Error> {
        let Some((folder, names, mut pages)) = self.rest.pop_front() else { return Ok(false) };
        match pages.try_next().await {
            Ok(Some(page)) => {
                self.sort(names.as_deref(), page);
                self.rest.push_front((folder, names, pages));
            }
            Ok(None) => {}
            Err(error) => self.unlisted(folder, error)?,
        }
        Ok(true)
    }

    fn unlisted(&mut self, folder: ItemAddress, error: Error) -> Result<(), Error> {
        if is_about_all(&error) {
            return Err(error);
        }
        self.found.push_back(Found::Unlisted(folder, error));
        Ok(())
    }

    /// Folders to list, and items to read.
    fn sort(&mut self, above: Option<&[Segment]>, page: Collection<DriveItem>) {
        for item in page.value.into_iter().flatten() {
            self.progress.add_items(1);
            let name = item.name.clone().and_then(Segment::new);
            let names = above.zip(name).map(|(above, name)| above.iter().cloned().chain([name]).collect());
            if item.shared.is_some() {
                let address = self.base.below(Option::clone(&names), item.id.as_deref());
                self.found.extend(address.map(Found::Shared));
            }
            if item.is_folder() {
                self.folders.push((names, item.id));
            }
        }
    }
}
