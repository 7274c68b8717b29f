//! Items, drives, sites and shares in the service's shapes.

use serde_json::{Map, Value, json};
use sharing_model::{
    DateTime, DriveItem, IdentitySet, ItemReference, LinkScope, List, ListItem, Shared, SharedDriveItem,
};

use super::Shapes;
use crate::{
    access::At,
    drive::{Content, ItemIndex, ROOT, Remote},
    identifier,
};

impl Shapes<'_> {
    pub(crate) fn item(&self, drive_index: usize, index: ItemIndex) -> DriveItem {
        let drive = &self.tenant.drives[drive_index];
        let item = drive.item(index);
        let mut shape = DriveItem::default();
        shape.id = Some(item.id.clone());
        shape.name = Some(item.name.clone());
        let [e_tag, c_tag] = drive.tags(index);
        shape.e_tag = Some(e_tag);
        shape.c_tag = Some(c_tag);
        shape.web_url = Some(self.tenant.web_url(drive_index, index));
        let state = drive.state(index);
        shape.created_date_time = Some(item.created.at.into());
        shape.last_modified_date_time = Some(state.traces.modified.at.into());
        for (name, by) in [("createdBy", item.created.by), ("lastModifiedBy", state.traces.modified.by)] {
            let by = serde_json::to_value(self.tenant.directory.get(by).older()).unwrap_or_default();
            shape.additional.insert(name.to_owned(), by);
        }

        let parent = match item.parent {
            Some(above) => self.reference((drive_index, above)),
            None => self.drive_reference(drive_index),
        };
        shape.parent_reference = Some(parent);

        match &item.content {
            Content::Folder(folder) => {
                shape.folder = Some(facet(json!({ "childCount": folder.len() })));
                shape.size = Some(0);
            }
            Content::File { size, mime_type } => {
                shape.file = Some(facet(json!({ "mimeType": mime_type })));
                shape.size = Some(*size);
            }
            Content::Remote(remote) => {
                shape.remote_item = Some(self.elsewhere(remote));
                shape.size = Some(0);
            }
        }
        if index == ROOT {
            shape.root = Some(Map::new());
        } else if drive.is_unique(index) {
            let mut shared = Shared::default();
            let scopes = self.tenant.listed_links((drive_index, index)).map(|link| &link.scope);
            let widest = scopes.max_by_key(|scope| match scope {
                LinkScope::Anonymous => 2,
                LinkScope::Organization => 1,
                _ => 0,
            });
            shared.scope = Some(widest.unwrap_or(&LinkScope::Users).to_string());
            if let Some(stamp) = state.traces.shared {
                shared.owner = Some(self.owner(drive_index));
                shared.shared_by = Some(self.tenant.directory.get(stamp.by).older());
                shared.shared_date_time = Some(stamp.at.into());
            }
            shape.shared = Some(shared);
        }
        shape
    }

    /// An item as it stands among what was shared with somebody: what a reader needs at once, and all of it elsewhere.
    pub(crate) fn remote_item(&self, (drive, item): At) -> DriveItem {
        let whole = self.item(drive, item);
        let mut shape = DriveItem::default();
        shape.id.clone_from(&whole.id);
        shape.name.clone_from(&whole.name);
        shape.web_url.clone_from(&whole.web_url);
        shape.size = whole.size;
        shape.file.clone_from(&whole.file);
        shape.folder.clone_from(&whole.folder);
        shape.created_date_time.clone_from(&whole.created_date_time);
        shape.last_modified_date_time.clone_from(&whole.last_modified_date_time);
        shape.remote_item = Some(facet(serde_json::to_value(whole).unwrap_or_default()));
        shape
    }

    /// A folder of another drive as it stands among the items of this one: where it is, and what is told of it there.
    fn elsewhere(&self, remote: &Remote) -> Map<String, Value> {
        let mut shape = facet(json!({ "id": remote.item, "parentReference": { "driveId": remote.drive } }));
        if let Some((drive, item)) = self.tenant.remote(remote) {
            let whole = self.item(drive, item);
            shape.insert("parentReference".to_owned(), json!(self.drive_reference(drive)));
            shape.insert("name".to_owned(), json!(whole.name));
            shape.insert("webUrl".to_owned(), json!(whole.web_url));
            shape.insert("folder".to_owned(), json!(whole.folder));
        }
        shape
    }

    /// The list that a library is.
    pub(crate) fn library(&self, drive: usize) -> Option<List> {
        let drive = &self.tenant.drives[drive];
        let site = &self.tenant.sites[drive.site?];
        let mut shape = List::default();
        shape.id = Some(identifier::library(&drive.id)?.to_string());
        shape.name = drive.web_url.rsplit('/').next().map(str::to_owned);
        shape.display_name = Some(drive.name.to_string());
        shape.web_url = Some(drive.web_url.to_string());
        shape.created_date_time = created();
        shape.parent_reference = Some(in_site(&site.collection));
        shape.list = Some(facet(
            json!({ "contentTypesEnabled": false, "hidden": false, "template": "documentLibrary" }),
        ));
        Some(shape)
    }

    /// The row that an item of a library is; the root is none.
    pub(crate) fn row(&self, (index, item): At) -> Option<ListItem> {
        let drive = &self.tenant.drives[index];
        let site = &self.tenant.sites[drive.site?];
        if item == ROOT {
            return None;
        }
        let whole = self.item(index, item);
        let (kind, type_id) = if whole.is_folder() { ("Folder", "0x0120") } else { ("Document", "0x0101") };
        let mut shape = ListItem::default();
        shape.id = Some(item.to_string());
        shape.e_tag = whole.e_tag;
        shape.web_url = whole.web_url;
        shape.created_date_time = whole.created_date_time;
        shape.last_modified_date_time = whole.last_modified_date_time;
        shape.parent_reference = Some(in_site(&site.collection));
        shape.content_type = Some(facet(json!({ "id": type_id, "name": kind })));
        Some(shape)
    }

    /// How others refer to an item.
    pub(super) fn reference(&self, (drive_index, index): At) -> ItemReference {
        let drive = &self.tenant.drives[drive_index];
        let path: String = drive.path(index).iter().map(|name| format!("/{name}")).collect();
        let colon = if path.is_empty() { "" } else { ":" };
        let mut reference = self.drive_reference(drive_index);
        reference.id = Some(drive.item(index).id.clone());
        reference.name = Some(drive.item(index).name.clone());
        reference.path = Some(format!("/drives/{}/root{colon}{path}", drive.id));
        reference
    }

    fn drive_reference(&self, drive: usize) -> ItemReference {
        let drive = &self.tenant.drives[drive];
        let mut reference = ItemReference::default();
        reference.drive_id = Some(drive.id.to_string());
        reference.drive_type = Some(drive.drive_type.to_owned());
        reference.site_id = drive.site.map(|site| self.tenant.sites[site].collection.clone());
        reference
    }

    /// Where SharePoint has an item: the list's row that it is. Nothing of a personal drive's.
    pub(crate) fn sharepoint_ids(&self, (drive, index): At) -> Option<Map<String, Value>> {
        let drive = &self.tenant.drives[drive];
        let site = &self.tenant.sites[drive.site?];
        let mut ids = facet(json!({
            "listId": identifier::library(&drive.id)?.to_string(),
            "listItemUniqueId": drive.item(index).guid.to_string(),
            "siteId": site.collection,
            "siteUrl": site.url,
            "tenantId": &*self.tenant.directory.tenant_id,
            "webId": site.id.rsplit(',').next(),
        }));
        if index != ROOT {
            ids.insert("listItemId".to_owned(), index.to_string().into());
        }
        Some(ids)
    }

    pub(crate) fn drive(&self, index: usize) -> sharing_model::Drive {
        let drive = &self.tenant.drives[index];
        let mut shape = sharing_model::Drive::default();
        shape.id = Some(drive.id.to_string());
        shape.drive_type = Some(drive.drive_type.to_owned());
        shape.name = Some(drive.name.to_string());
        shape.web_url = Some(drive.web_url.to_string());
        shape.owner = Some(self.owner(index));
        shape
    }

    pub(crate) fn site(&self, index: usize) -> sharing_model::Site {
        let site = &self.tenant.sites[index];
        let mut shape = sharing_model::Site::default();
        shape.id = Some(site.id.clone());
        shape.display_name = Some(site.display_name.clone());
        shape.web_url = Some(site.url.clone());
        shape.created_date_time = created();
        shape.site_collection = Some(facet(json!({ "hostname": site.host() })));
        shape
    }

    pub(crate) fn share(&self, (drive, item): At, token: &str) -> SharedDriveItem {
        let mut shape = SharedDriveItem::default();
        shape.id = Some(token.to_owned());
        shape.name = Some(self.tenant.drives[drive].item(item).name.clone());
        shape.owner = Some(self.owner(drive));
        shape.web_url = Some(self.tenant.web_url(drive, item));
        shape
    }

    /// The items in a folder, in their order; none in a file.
    pub(crate) fn children_of(&self, (drive, item): At) -> Vec<ItemIndex> {
        match &self.tenant.drives[drive].item(item).content {
            Content::Folder(folder) => folder.iter().collect(),
            Content::File { .. } | Content::Remote(_) => Vec::new(),
        }
    }

    fn owner(&self, drive: usize) -> IdentitySet {
        self.tenant.directory.get(self.tenant.drives[drive].owner).older()
    }
}

/// How lists and their rows refer to their site.
fn in_site(collection: &str) -> ItemReference {
    let mut reference = ItemReference::default();
    reference.site_id = Some(collection.to_owned());
    reference
}

/// When everything in the sample tenant was made.
fn created() -> Option<DateTime> {
    serde_json::from_value("2026-01-05T08:30:00Z".into()).ok()
}

fn facet(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(facet) => facet,
        _ => Map::new(),
    }
}
