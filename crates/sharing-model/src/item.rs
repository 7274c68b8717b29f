//! Items, and what sharing needs to know of them, of their drives and of their sites.

use serde_json::{Map, Value};

use crate::{DateTime, IdentitySet, Permission, wire::object};

/// Where an item stands: its drive, and its id or its path there.
///
/// As the value of a permission's `inheritedFrom` it may be empty (`{}`): inherited, from an ancestor that the
/// service does not name. That is kept apart from a missing one.
///
/// ```
/// use sharing_model::ItemReference;
///
/// let parent: ItemReference = serde_json::from_str(r#"{ "driveId": "b!4e", "path": "/drives/b!4e/root:/Projects" }"#)?;
/// assert_eq!(parent.drive_id.as_deref(), Some("b!4e"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct ItemReference {
    /// The drive's id.
    pub drive_id: Option<String>,
    /// The drive's kind: `personal`, `business` or `documentLibrary`.
    pub drive_type: Option<String>,
    /// The item's id.
    pub id: Option<String>,
    /// The item's name.
    pub name: Option<String>,
    /// The path of the item, as in `/drives/{id}/root:/Projects`.
    pub path: Option<String>,
    /// An id that addresses the item below `/shares`.
    pub share_id: Option<String>,
    /// The ids that SharePoint's own interfaces know the item by.
    pub sharepoint_ids: Option<Map<String, Value>>,
    /// The id of the site that holds the drive.
    pub site_id: Option<String>,
    /// All that is not above, as it came.
    #[cfg_attr(feature = "schema", schemars(flatten))]
    pub additional: Map<String, Value>,
}

object!(ItemReference is "an itemReference object" {
    drive_id: "driveId",
    drive_type: "driveType",
    id: "id",
    name: "name",
    path: "path",
    share_id: "shareId",
    sharepoint_ids: "sharepointIds",
    site_id: "siteId",
});

/// How an item is shared. Absent when the item has inherited permissions only.
///
/// ```
/// use sharing_model::DriveItem;
///
/// let item: DriveItem = serde_json::from_str(r#"{ "id": "01", "shared": { "scope": "users" } }"#)?;
/// assert_eq!(item.shared.unwrap().scope.as_deref(), Some("users"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct Shared {
    /// Who owns the shared item.
    pub owner: Option<IdentitySet>,
    /// The widest audience: `anonymous`, `organization`, `users`, or `unknown` right after creation.
    pub scope: Option<String>,
    /// Who shared the item.
    pub shared_by: Option<IdentitySet>,
    /// When the item was shared.
    pub shared_date_time: Option<DateTime>,
    /// All that is not above, as it came.
    #[cfg_attr(feature = "schema", schemars(flatten))]
    pub additional: Map<String, Value>,
}

object!(Shared is "a shared object" {
    owner: "owner",
    scope: "scope",
    shared_by: "sharedBy",
    shared_date_time: "sharedDateTime",
});

/// A file or a folder: the properties that sharing needs. Others come too.
///
/// ```
/// use sharing_model::DriveItem;
///
/// let report: DriveItem = serde_json::from_str(r#"{ "id": "01NQ", "name": "Quarterly report.docx", "file": {} }"#)?;
/// assert!(!report.is_folder());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct DriveItem {
    /// The id, unique in its drive. Case-sensitive.
    pub id: Option<String>,
    /// The name, with its extension.
    pub name: Option<String>,
    /// The version of the item: content and metadata.
    pub e_tag: Option<String>,
    /// The version of the item's content.
    pub c_tag: Option<String>,
    /// The URL that shows the item in a browser.
    pub web_url: Option<String>,
    /// The size in bytes.
    pub size: Option<i64>,
    /// When the item was created.
    pub created_date_time: Option<DateTime>,
    /// When the item was last modified.
    pub last_modified_date_time: Option<DateTime>,
    /// The folder that holds the item, and its drive.
    pub parent_reference: Option<ItemReference>,
    /// Present when the item is a file.
    pub file: Option<Map<String, Value>>,
    /// Present when the item is a folder.
    pub folder: Option<Map<String, Value>>,
    /// Present when the item is the root of its drive.
    pub root: Option<Map<String, Value>>,
    /// Present when the item itself is shared.
    pub shared: Option<Shared>,
    /// The item elsewhere that this one stands for, in lists of what was shared with somebody.
    pub remote_item: Option<Map<String, Value>>,
    /// All that is not above, as it came.
    #[cfg_attr(feature = "schema", schemars(flatten))]
    pub additional: Map<String, Value>,
}

object!(DriveItem is "a driveItem object" {
    id: "id",
    name: "name",
    e_tag: "eTag",
    c_tag: "cTag",
    web_url: "webUrl",
    size: "size",
    created_date_time: "createdDateTime",
    last_modified_date_time: "lastModifiedDateTime",
    parent_reference: "parentReference",
    file: "file",
    folder: "folder",
    root: "root",
    shared: "shared",
    remote_item: "remoteItem",
});

impl DriveItem {
    /// Whether the item is a folder. The root of a drive is one.
    ///
    /// ```
    /// use sharing_model::DriveItem;
    ///
    /// let root: DriveItem = serde_json::from_str(r#"{ "id": "01NQ", "root": {} }"#)?;
    /// assert!(root.is_folder());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn is_folder(&self) -> bool {
        self.folder.is_some() || self.root.is_some()
    }
}

/// What a sharing link leads to, seen from the outside.
///
/// Protocol: `GET /shares/{token}`.
///
/// ```
/// use sharing_model::SharedDriveItem;
///
/// let share: SharedDriveItem = serde_json::from_str(r#"{ "id": "B64397C8", "name": "Projects" }"#)?;
/// assert_eq!(share.name.as_deref(), Some("Projects"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct SharedDriveItem {
    /// The share's id, which is not the item's.
    pub id: Option<String>,
    /// The name to show.
    pub name: Option<String>,
    /// Who owns the shared item.
    pub owner: Option<IdentitySet>,
    /// The URL that shows the item in a browser.
    pub web_url: Option<String>,
    /// The item, where it was asked for too.
    pub drive_item: Option<DriveItem>,
    /// The permission that the share gives, where it was asked for too.
    pub permission: Option<Permission>,
    /// All that is not above, as it came.
    #[cfg_attr(feature = "schema", schemars(flatten))]
    pub additional: Map<String, Value>,
}

object!(SharedDriveItem is "a sharedDriveItem object" {
    id: "id",
    name: "name",
    owner: "owner",
    web_url: "webUrl",
    drive_item: "driveItem",
    permission: "permission",
});
