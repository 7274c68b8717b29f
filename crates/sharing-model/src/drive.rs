//! `Drive` and `Site`: where items live, as far as sharing needs to know.

use serde_json::{Map, Value};

use crate::{DateTime, IdentitySet, wire::object};

/// A drive: the properties that sharing needs. Others come too.
///
/// ```
/// use sharing_model::{Drive, DriveKind};
///
/// let drive: Drive = serde_json::from_str(r#"{ "id": "b!4e", "driveType": "documentLibrary" }"#)?;
/// assert_eq!(drive.kind(), Some(DriveKind::DocumentLibrary));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct Drive {
    /// The id. Case-sensitive.
    pub id: Option<String>,
    /// The drive's kind: `personal`, `business` or `documentLibrary`.
    pub drive_type: Option<String>,
    /// The name to show.
    pub name: Option<String>,
    /// The URL that shows the drive in a browser.
    pub web_url: Option<String>,
    /// Whose drive it is.
    pub owner: Option<IdentitySet>,
    /// The ids that SharePoint's own interfaces know the drive by.
    #[cfg_attr(feature = "schema", schemars(rename = "sharePointIds"))]
    pub share_point_ids: Option<Map<String, Value>>,
    /// All that is not above, as it came.
    #[cfg_attr(feature = "schema", schemars(flatten))]
    pub additional: Map<String, Value>,
}

object!(Drive is "a drive object" {
    id: "id",
    drive_type: "driveType",
    name: "name",
    web_url: "webUrl",
    owner: "owner",
    share_point_ids: "sharePointIds",
});

impl Drive {
    /// The drive's kind, where it is one of the documented.
    ///
    /// ```
    /// use sharing_model::Drive;
    ///
    /// let drive: Drive = serde_json::from_str(r#"{ "driveType": "archive" }"#)?;
    /// assert_eq!((drive.kind(), drive.drive_type.as_deref()), (None, Some("archive")));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn kind(&self) -> Option<DriveKind> {
        self.drive_type.as_deref().and_then(DriveKind::of)
    }
}

/// The kind of drive that holds an item: the service's `driveType`.
///
/// ```
/// assert_eq!(sharing_model::DriveKind::of("business"), Some(sharing_model::DriveKind::Business));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DriveKind {
    /// A consumer's OneDrive: `personal`.
    Personal,
    /// A OneDrive for work or school: `business`.
    Business,
    /// A library of a SharePoint site: `documentLibrary`.
    DocumentLibrary,
}

impl DriveKind {
    /// The kind that a `driveType` names.
    ///
    /// ```
    /// use sharing_model::DriveKind;
    ///
    /// assert_eq!(DriveKind::of("documentLibrary"), Some(DriveKind::DocumentLibrary));
    /// assert_eq!(DriveKind::of("archive"), None);
    /// ```
    #[must_use]
    pub fn of(drive_type: &str) -> Option<Self> {
        match drive_type {
            "personal" => Some(Self::Personal),
            "business" => Some(Self::Business),
            "documentLibrary" => Some(Self::DocumentLibrary),
            _ => None,
        }
    }
}

/// A SharePoint site: the properties that sharing needs. Others come too.
///
/// ```
/// use sharing_model::Site;
///
/// let site: Site = serde_json::from_str(r#"{ "id": "contoso.sharepoint.com,1b4b,7ef2", "displayName": "Projects" }"#)?;
/// assert_eq!(site.display_name.as_deref(), Some("Projects"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct Site {
    /// The id: the host's name and the GUIDs of the site collection and of the web, with commas between.
    pub id: Option<String>,
    /// The name in the URL.
    pub name: Option<String>,
    /// The name to show.
    pub display_name: Option<String>,
    /// The URL that shows the site in a browser.
    pub web_url: Option<String>,
    /// When the site was created.
    pub created_date_time: Option<DateTime>,
    /// Present when the site is the root of its site collection.
    pub root: Option<Map<String, Value>>,
    /// The site collection that the site belongs to.
    pub site_collection: Option<Map<String, Value>>,
    /// All that is not above, as it came.
    #[cfg_attr(feature = "schema", schemars(flatten))]
    pub additional: Map<String, Value>,
}

object!(Site is "a site object" {
    id: "id",
    name: "name",
    display_name: "displayName",
    web_url: "webUrl",
    created_date_time: "createdDateTime",
    root: "root",
    site_collection: "siteCollection",
});
