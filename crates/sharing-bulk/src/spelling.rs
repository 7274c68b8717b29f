//! One item in several spellings: by path and by id, by link, or in another case of letters.
//!
//! Nobody may be mailed twice because a list writes one item in two ways. Where all addresses of a list are of one form,
//! different addresses are different items, and nothing is asked. Where they are not, each item is looked up.

use std::{
    collections::{BTreeSet, HashMap, HashSet, hash_map::RandomState},
    hash::BuildHasher,
};

use sharing_http::Client;
use sharing_model::{
    Action, BATCH_LIMIT, DriveAddress, DriveItem, ItemAddress, ItemKey, SharingUrl, SiteAddress,
};

use crate::{Journal, RunError, RunId};

const ITEMS: u32 = BATCH_LIMIT as u32;

/// In which way an address says where an item is.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// Relative to a drive that is said in this way: by id, or by path.
    InDrive(u8, bool),
    /// What a browser shows as its URL.
    Browser,
    /// A sharing link, of which one item may have many.
    Link,
    ListItem,
}

impl Form {
    fn of(address: &ItemAddress) -> Self {
        match address {
            ItemAddress::InDrive { drive, item, path } => {
                let drive = match drive {
                    DriveAddress::Default => 0,
                    DriveAddress::Me => 7,
                    DriveAddress::Drive(_) => 1,
                    DriveAddress::User(user) if user.as_str().contains('@') => 2,
                    DriveAddress::User(_) => 3,
                    DriveAddress::Group(_) => 4,
                    DriveAddress::Site(SiteAddress::Id(_)) => 5,
                    DriveAddress::Site(_) => 8,
                    DriveAddress::SiteDrive { site: SiteAddress::ByPath { .. }, .. } => 9,
                    _ => 6,
                };
                Self::InDrive(drive, matches!(item, ItemKey::Id(_)) && path.is_empty())
            }
            ItemAddress::Shared { token } => match SharingUrl::from_token(token.as_str()) {
                // In a link, the first part below the host is of the form `:w:`, or all of it is a token.
                Ok(url) if !url.as_str().contains("/:") && !url.as_str().contains("1drv.ms") => Self::Browser,
                _ => Self::Link,
            },
            ItemAddress::ListItem { .. } => Self::ListItem,
            _ => Self::Link,
        }
    }
}

/// Takes items that a gathered list writes in several ways for one, under the way that comes first. Gives how many were.
///
/// A list in one form costs nothing; else each item is read, twenty in a request. What cannot be read stays as it is.
///
/// # Errors
///
/// When the journal fails, or the service cannot be asked at all.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sharing_bulk::{AccessListReader, Format, Journal, RunHead, merge_spellings};
/// use sharing_http::{Client, Endpoint};
///
/// let server = sharing_mock::MockServer::start().await?;
/// let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
/// let list = "item,recipient,role\n/drive/root:/Notes.txt,ryan@contoso.com,read\n/me/drive/root:/notes.txt,ryan@contoso.com,read\n";
/// let rows: Vec<_> = AccessListReader::new(list.as_bytes(), Format::Csv).collect::<Result<_, _>>()?;
/// let journal = Journal::temporary().await?;
/// let run = journal.begin(&RunHead::new("list.csv", server.url())).await?;
/// journal.gather(run, &rows).await?;
/// assert_eq!(merge_spellings(&client, &journal, run).await?, 1);
/// # Ok(()) }
/// ```
pub async fn merge_spellings(client: &Client, journal: &Journal, run: RunId) -> Result<u64, RunError> {
    if !is_mixed(journal, run).await? {
        return Ok(0);
    }
    let (hasher, mut known, mut merged, mut after) = (RandomState::new(), HashMap::new(), 0, 0);
    loop {
        let items = journal.items_after(run, after, ITEMS).await?;
        let Some(last) = items.last() else { return Ok(merged) };
        after = last.item;
        let looks =
            items.iter().map(|item| Action::get_item(item.address.clone()).select(["id", "parentReference"]));
        for (item, reply) in items.iter().zip(client.batch(looks).await) {
            let read = match reply.and_then(|reply| reply.read::<DriveItem>()) {
                Ok(read) => read,
                Err(error) if matches!(error.status(), Some(400 | 403 | 404 | 410 | 423)) => continue,
                Err(error) => return Err(RunError::Service(error)),
            };
            let drive = read.parent_reference.and_then(|parent| parent.drive_id);
            let (Some(id), Some(drive)) = (read.id, drive) else { continue };
            let first = *known.entry(hasher.hash_one((drive, id))).or_insert(item.item);
            if first != item.item {
                journal.merge(run, item.item, first).await?;
                merged += 1;
            }
        }
    }
}

/// Whether different addresses of a list may mean one item.
async fn is_mixed(journal: &Journal, run: RunId) -> Result<bool, RunError> {
    let (hasher, mut forms, mut seen, mut after) = (RandomState::new(), BTreeSet::new(), HashSet::new(), 0);
    loop {
        let items = journal.items_after(run, after, ITEMS * 25).await?;
        let Some(last) = items.last() else { return Ok(false) };
        after = last.item;
        for item in &items {
            let form = Form::of(&item.address);
            let is_second_link = form == Form::Link && !seen.is_empty();
            let text = item.address.to_string();
            // Ids and tokens tell letters apart; names do not.
            let text = match form {
                Form::InDrive(_, false) => text.to_lowercase(),
                _ => text,
            };
            forms.insert(form);
            if is_second_link || forms.len() > 1 || !seen.insert(hasher.hash_one(text)) {
                return Ok(true);
            }
        }
    }
}
