//! `AddSharedFolderRequest`: somebody else's folder in one's own personal drive.

use serde_json::{Map, Value};

use crate::{Circumstances, Fault, InvalidRequest, ItemReference, rule, wire::object};

/// Adds a folder that somebody else shared to a personal drive, where it stands as an item of its own.
///
/// Protocol: `POST /drive/root/children` with `remoteItem`.
///
/// ```
/// use sharing_model::AddSharedFolderRequest;
///
/// let request = AddSharedFolderRequest::new("1E2A3B4C5D6E7F80", "1E2A3B4C5D6E7F80!107")?.named("Team documents")?;
/// assert_eq!(request.name.as_deref(), Some("Team documents"));
/// # Ok::<(), sharing_model::InvalidRequest>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AddSharedFolderRequest {
    /// What the folder is called here; its own name, where nothing is said.
    pub name: Option<String>,
    /// The folder, where it is.
    pub remote_item: Option<RemoteItem>,
    /// All that is not above, as it came.
    pub additional: Map<String, Value>,
}

object!(AddSharedFolderRequest is "a driveItem object with a remoteItem" {
    name: "name",
    remote_item: "remoteItem",
});

/// An item of another drive.
///
/// ```
/// use sharing_model::RemoteItem;
///
/// let item: RemoteItem = serde_json::from_str(r#"{ "id": "107", "parentReference": { "driveId": "1E" } }"#)?;
/// assert_eq!(item.parent_reference.unwrap().drive_id.as_deref(), Some("1E"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RemoteItem {
    /// The item's id there.
    pub id: Option<String>,
    /// Where it is: its drive's id.
    pub parent_reference: Option<ItemReference>,
    /// All that is not above, as it came.
    pub additional: Map<String, Value>,
}

object!(RemoteItem is "a remoteItem object" {
    id: "id",
    parent_reference: "parentReference",
});

impl AddSharedFolderRequest {
    /// A request for the folder with this id in the drive with this id.
    ///
    /// # Errors
    ///
    /// When one of the two is empty.
    ///
    /// ```
    /// use sharing_model::AddSharedFolderRequest;
    ///
    /// let request = AddSharedFolderRequest::new("1E", "107")?;
    /// assert_eq!(
    ///     serde_json::to_string(&request).unwrap(),
    ///     r#"{"remoteItem":{"id":"107","parentReference":{"driveId":"1E"}}}"#
    /// );
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn new(drive_id: impl Into<String>, item_id: impl Into<String>) -> Result<Self, InvalidRequest> {
        let parent = ItemReference { drive_id: Some(drive_id.into()), ..ItemReference::default() };
        let remote_item =
            RemoteItem { id: Some(item_id.into()), parent_reference: Some(parent), ..RemoteItem::default() };
        Self { remote_item: Some(remote_item), ..Self::default() }.checked()
    }

    /// The same, under another name.
    ///
    /// # Errors
    ///
    /// When no item can have this name.
    ///
    /// ```
    /// use sharing_model::AddSharedFolderRequest;
    ///
    /// let request = AddSharedFolderRequest::new("1E", "107")?;
    /// assert_eq!(request.named("a/b").unwrap_err().faults[0].rule, "folder-name");
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn named(self, name: impl Into<String>) -> Result<Self, InvalidRequest> {
        Self { name: Some(name.into()), ..self }.checked()
    }

    fn checked(self) -> Result<Self, InvalidRequest> {
        InvalidRequest::unless(self.validate(&Circumstances::default())).map(|()| self)
    }

    /// All that is wrong with this request under the given circumstances, warnings included.
    ///
    /// ```
    /// use sharing_model::{AddSharedFolderRequest, Circumstances, DriveKind};
    ///
    /// let request = AddSharedFolderRequest::new("1E", "107")?;
    /// let at_work = Circumstances::default().drive(DriveKind::Business);
    /// assert_eq!(request.validate(&at_work)[0].rule, "folder-personal");
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    #[must_use]
    pub fn validate(&self, circumstances: &Circumstances) -> Vec<Fault> {
        rule::check(self, rule::ADD_SHARED_FOLDER, circumstances)
    }
}
