//! What the service says, in its shapes: one room for items, one for permissions, and here what both have in common.

mod item;
mod permission;
mod written;

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;
use sharing_model::{Collection, Dialect, DriveAddress, ItemAddress, ItemKey, Segment};

pub(crate) use self::{
    permission::Writes,
    written::{Json, Written},
};
use crate::{access::At, answer::Answer, query::Query, tenant::Tenant};

/// Turns the tenant's state into the service's shapes, for one request.
pub(crate) struct Shapes<'a> {
    pub(crate) tenant: &'a Tenant,
    pub(crate) dialect: Dialect,
    /// The URL of the version that was asked, as in `http://127.0.0.1:4000/v1.0`.
    pub(crate) base: &'a str,
    /// Whether what a link is used by is kept from whoever asks, who could not have made it.
    pub(crate) hides_urls: bool,
}

/// What stands in an OData key as it is.
const KEY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b',')
    .remove(b'@');

/// An id as an OData key: in parentheses and quotes.
fn key(id: &str) -> impl fmt::Display + '_ {
    fmt::from_fn(move |f| {
        f.write_str("('")?;
        utf8_percent_encode(id, KEY).try_for_each(|part| f.write_str(part))?;
        f.write_str("')")
    })
}

impl Shapes<'_> {
    /// What an answer is, below `$metadata#`.
    pub(crate) fn context(&self, fragment: &str) -> String {
        format!("{}/$metadata#{fragment}", self.base)
    }

    /// An item as `@odata.context` and `Location` write it: the way by which it was asked for, with its id.
    pub(crate) fn place(&self, address: &ItemAddress, (drive, item): At) -> String {
        let id = &self.tenant.drives[drive].item(item).id;
        match address {
            ItemAddress::InDrive { item: ItemKey::Root, path, drive } if path.is_empty() => {
                format!("{}/root", self.drive_place(drive))
            }
            ItemAddress::InDrive { drive, .. } => format!("{}/items{}", self.drive_place(drive), key(id)),
            ItemAddress::Shared { token } => format!("shares{}/driveItem", key(token.as_str())),
            ItemAddress::SharedItem { token, .. } => {
                format!("shares{}/items{}", key(token.as_str()), key(id))
            }
            ItemAddress::ListItem { site, list, item } => {
                let [site, list, item] = [site, list, item].map(|segment| key(segment.as_str()));
                format!("sites{site}/lists{list}/items{item}/driveItem")
            }
            _ => format!("drives{}/items{}", key(&self.tenant.drives[drive].id), key(id)),
        }
    }

    /// Where a new permission is: on the direct endpoint, by the OData keys of its site, where it has one, and drive.
    pub(crate) fn permission_url(&self, origin: &str, (drive, item): At, id: &str) -> String {
        let drive = &self.tenant.drives[drive];
        let [in_drive, item, id] = [&*drive.id, &*drive.item(item).id, id].map(key);
        let site =
            drive.site.map_or_else(String::new, |site| format!("/sites{}", key(&self.tenant.sites[site].id)));
        format!("{origin}/_api/v2.0{site}/drives{in_drive}/items{item}/permissions{id}")
    }

    fn drive_place<'a>(&'a self, drive: &'a DriveAddress) -> impl fmt::Display + 'a {
        let key = |segment: &'a Segment| key(segment.as_str());
        fmt::from_fn(move |f| match drive {
            DriveAddress::Drive(id) => write!(f, "drives{}", key(id)),
            DriveAddress::User(id) => write!(f, "users{}/drive", key(id)),
            DriveAddress::Group(id) => write!(f, "groups{}/drive", key(id)),
            DriveAddress::Site(id) => write!(f, "sites{}/drive", key(id)),
            DriveAddress::SiteDrive { site, drive } => write!(f, "sites{}/drives{}", key(site), key(drive)),
            _ => write!(f, "users{}/drive", self::key(&self.tenant.directory.get(self.tenant.me).id)),
        })
    }

    /// One thing as an answer: what it is, and of it what a query asks for.
    pub(crate) fn entity(&self, fragment: &str, shape: impl Serialize, query: &Query) -> Answer {
        let mut value = serde_json::to_value(shape).unwrap_or_default();
        if let Value::Object(object) = &mut value {
            query.select(object);
            object.insert("@odata.context".to_owned(), self.context(fragment).into());
        }
        Answer::ok(value)
    }

    /// A page of a list as an answer: of each element what a query asks for.
    pub(crate) fn list<T: Serialize>(
        &self,
        fragment: &str,
        elements: Vec<T>,
        query: &Query,
        links: Links,
    ) -> Answer {
        if query.is_whole() {
            return Answer::ok(self.collection(fragment, elements, links));
        }
        let values = elements.into_iter().filter_map(|element| match serde_json::to_value(element).ok()? {
            Value::Object(mut object) => {
                query.select(&mut object);
                Some(object)
            }
            _ => None,
        });
        Answer::ok(self.collection(fragment, values.collect(), links))
    }

    /// The same of elements that were written before, which are put in as they are.
    pub(crate) fn written_list(
        &self,
        fragment: &str,
        elements: Vec<Json>,
        query: &Query,
        links: Links,
    ) -> Answer {
        if !query.is_whole() {
            return self.list(fragment, elements, query, links);
        }
        // The elements stand last, between the two of these.
        const END: &str = "]}";
        let mut answer = Answer::ok(self.collection(fragment, Vec::<()>::new(), links));
        if let Some(body) = &mut answer.body
            && body.ends_with(END)
        {
            body.truncate(body.len() - END.len());
            body.reserve_exact(
                elements.iter().map(|element| element.get().len() + 1).sum::<usize>() + END.len(),
            );
            for (index, element) in elements.iter().enumerate() {
                body.extend((index > 0).then_some(','));
                body.push_str(element.get());
            }
            body.push_str(END);
        }
        answer
    }

    fn collection<T>(&self, fragment: &str, elements: Vec<T>, links: Links) -> Collection<T> {
        let mut collection = Collection::from(elements);
        collection.context = Some(self.context(fragment));
        collection.next_link = links.next;
        collection.delta_link = links.delta;
        collection
    }
}

/// Where a list goes on: on its next page, or with later changes.
#[derive(Debug, Default)]
pub(crate) struct Links {
    pub(crate) next: Option<String>,
    pub(crate) delta: Option<String>,
}
