//! What the service says, in its shapes: one room for items, one for permissions, and here what both have in common.

mod item;
mod permission;
mod written;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::Value;
use sharing_model::{Collection, Dialect, DriveAddress, ItemAddress, ItemKey, SiteAddress};

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

/// Writes a word and an id as an OData key: in parentheses and quotes.
pub(crate) fn put_key(out: &mut String, word: &str, id: &str) {
    out.push_str(word);
    out.push_str("('");
    out.extend(utf8_percent_encode(id, KEY));
    out.push_str("')");
}

/// Writes a text in JSON's quotes, which comes in parts. Few need more than those.
fn put_text(out: &mut String, parts: &[&str]) {
    let is_plain = |byte: u8| (byte >= b' ') & (byte != b'"') & (byte != b'\\');
    // Without leaving early, many bytes are looked at in one go.
    if parts.iter().all(|part| part.bytes().fold(true, |plain, byte| plain & is_plain(byte))) {
        out.push('"');
        parts.iter().for_each(|part| out.push_str(part));
        out.push('"');
    } else {
        out.push_str(&Value::from(parts.concat()).to_string());
    }
}

impl Shapes<'_> {
    /// What an answer is, below `$metadata#`.
    pub(crate) fn context(&self, fragment: &str) -> String {
        self.context_parts(fragment).concat()
    }

    const fn context_parts<'b>(&'b self, fragment: &'b str) -> [&'b str; 3] {
        [self.base, "/$metadata#", fragment]
    }

    /// What an answer of permissions is that were just granted: a collection of what the dialect calls so, which is not
    /// put together anew for each invitation.
    pub(crate) const fn permissions(&self) -> &'static str {
        match self.dialect {
            Dialect::Graph => "Collection(microsoft.graph.permission)",
            _ => "Collection(oneDrive.permission)",
        }
    }

    /// An item as `@odata.context` writes it: the way by which it was asked for, with its id.
    pub(crate) fn place(&self, address: &ItemAddress, at: At) -> String {
        let mut out = String::with_capacity(160);
        self.put_place(&mut out, address, at);
        out
    }

    fn put_place(&self, out: &mut String, address: &ItemAddress, (drive, item): At) {
        let id = &self.tenant.drives[drive].item(item).id;
        match address {
            ItemAddress::InDrive { item, path, drive } => {
                self.put_drive(out, drive);
                if *item == ItemKey::Root && path.is_empty() {
                    out.push_str("/root");
                } else {
                    put_key(out, "/items", id);
                }
            }
            ItemAddress::Shared { token } => {
                put_key(out, "shares", token.as_str());
                out.push_str("/driveItem");
            }
            ItemAddress::SharedItem { token, .. } => {
                put_key(out, "shares", token.as_str());
                put_key(out, "/items", id);
            }
            ItemAddress::ListItem { site, list, item } => {
                put_key(out, "sites", self.site_id(site));
                put_key(out, "/lists", list.as_str());
                put_key(out, "/items", item.as_str());
                out.push_str("/driveItem");
            }
            _ => {
                put_key(out, "drives", &self.tenant.drives[drive].id);
                put_key(out, "/items", id);
            }
        }
    }

    fn put_drive(&self, out: &mut String, drive: &DriveAddress) {
        match drive {
            DriveAddress::Drive(id) => return put_key(out, "drives", id.as_str()),
            DriveAddress::SiteDrive { site, drive } => {
                put_key(out, "sites", self.site_id(site));
                return put_key(out, "/drives", drive.as_str());
            }
            DriveAddress::User(id) => put_key(out, "users", id.as_str()),
            DriveAddress::Group(id) => put_key(out, "groups", id.as_str()),
            DriveAddress::Site(site) => put_key(out, "sites", self.site_id(site)),
            _ => put_key(out, "users", &self.tenant.directory.get(self.tenant.me).id),
        }
        out.push_str("/drive");
    }

    /// A site's name in an OData key: the one that it was asked for by, or its id where that was a path.
    pub(crate) fn site_id<'b>(&'b self, site: &'b SiteAddress) -> &'b str {
        match site {
            SiteAddress::Id(id) => id.as_str(),
            by_path => self.tenant.site(by_path).map_or("", |site| &*self.tenant.sites[site].id),
        }
    }

    /// Where a new permission is: on the direct endpoint, by the OData keys of its site, where it has one, and drive.
    pub(crate) fn permission_url(&self, origin: &str, (drive, item): At, id: &str) -> String {
        let drive = &self.tenant.drives[drive];
        let mut out = [origin, "/_api/v2.0"].concat();
        if let Some(site) = drive.site {
            put_key(&mut out, "/sites", &self.tenant.sites[site].id);
        }
        put_key(&mut out, "/drives", &drive.id);
        put_key(&mut out, "/items", &drive.item(item).id);
        put_key(&mut out, "/permissions", id);
        out
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
        self.list_of(fragment, elements.iter().map(|element| element.get().len() + 1).sum(), links, |body| {
            for element in &elements {
                body.push_str(element.get());
                body.push(',');
            }
        })
    }

    /// The same of elements that are written right into the answer, each with a comma behind it.
    pub(crate) fn list_of(
        &self,
        fragment: &str,
        length: usize,
        links: Links,
        write: impl FnOnce(&mut String),
    ) -> Answer {
        let mut body = String::with_capacity(length + 512);
        body.push_str(r#"{"@odata.context":"#);
        put_text(&mut body, &self.context_parts(fragment));
        for (name, link) in [("@odata.nextLink", links.next), ("@odata.deltaLink", links.delta)] {
            if let Some(link) = link {
                body.push_str(",\"");
                body.push_str(name);
                body.push_str("\":");
                put_text(&mut body, &[&link]);
            }
        }
        body.push_str(r#","value":["#);
        write(&mut body);
        if body.ends_with(',') {
            body.pop();
        }
        body.push_str("]}");
        Answer::written(body)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::World;

    #[test]
    fn what_was_granted_is_called_as_the_dialect_calls_permissions() {
        let tenant = World::contoso().tenant(0);
        for dialect in [Dialect::Graph, Dialect::Direct, Dialect::DirectPersonal, Dialect::Server] {
            let shapes = Shapes { tenant: &tenant, dialect, base: "", hides_urls: false };
            assert_eq!(shapes.permissions(), format!("Collection({})", dialect.type_name("permission")));
        }
    }
}
