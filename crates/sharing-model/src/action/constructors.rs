//! Each thing that there is to ask, by a constructor: one for each line of the table.

use super::{Action, ActionKind, Target};
use crate::{
    AddSharedFolderRequest, BatchRequest, ContainerPermissionRequest, CreateLinkRequest, DriveAddress,
    GrantRequest, InviteRequest, ItemAddress, Permission, RevokeGrantsRequest, Segment, SiteAddress,
    SitePermissionRequest, UpdatePermissionRequest, ValidatePermissionRequest,
};

impl Action {
    /// Asks for a drive.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect, DriveAddress};
    ///
    /// let action = Action::get_drive(DriveAddress::Me);
    /// assert_eq!(format!("{} {}", action.method(), action.path(Dialect::Graph)), "GET /me/drive");
    /// ```
    #[must_use]
    pub const fn get_drive(drive: DriveAddress) -> Self {
        Self::of(ActionKind::GetDrive, Target::Drive(drive))
    }

    /// Asks for a site.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect, Segment, SiteAddress};
    ///
    /// let host = Segment::new("contoso.sharepoint.com").unwrap();
    /// let path = ["sites", "projects"].map(|name| Segment::new(name).unwrap());
    /// let action = Action::get_site(SiteAddress::by_path(host, path));
    /// assert_eq!(action.path(Dialect::Graph), "/sites/contoso.sharepoint.com:/sites/projects");
    /// ```
    #[must_use]
    pub const fn get_site(site: SiteAddress) -> Self {
        Self::of(ActionKind::GetSite, Target::Site(site))
    }

    /// Asks for an item.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect};
    ///
    /// let action = Action::get_item("/drives/b!4e/items/01NQ".parse()?);
    /// assert_eq!(format!("{} {}", action.method(), action.path(Dialect::Graph)), "GET /drives/b!4e/items/01NQ");
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub const fn get_item(item: ItemAddress) -> Self {
        Self::of(ActionKind::GetItem, Target::Item(item))
    }

    /// Asks for the items in a folder.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect};
    ///
    /// let action = Action::list_children("/drive/root".parse()?);
    /// assert_eq!(format!("{} {}", action.method(), action.path(Dialect::Graph)), "GET /drive/root/children");
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub const fn list_children(folder: ItemAddress) -> Self {
        Self::of(ActionKind::ListChildren, Target::Item(folder))
    }

    /// Asks for the items below a folder that changed; for all of them at first.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect};
    ///
    /// let action = Action::list_changes("/drive/root:/Projects".parse()?);
    /// assert_eq!(format!("{} {}", action.method(), action.path(Dialect::Graph)), "GET /drive/root:/Projects:/delta");
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub const fn list_changes(folder: ItemAddress) -> Self {
        Self::of(ActionKind::ListChanges, Target::Item(folder))
    }

    /// Asks who has access to an item.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect};
    ///
    /// let action = Action::list_permissions("/drive/root:/Notes.txt".parse()?);
    /// assert_eq!(action.path(Dialect::Graph), "/drive/root:/Notes.txt:/permissions");
    /// assert!(!action.mails());
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub const fn list_permissions(item: ItemAddress) -> Self {
        Self::of(ActionKind::ListPermissions, Target::Item(item))
    }

    /// Asks for one permission of an item.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect, Segment};
    ///
    /// let action = Action::get_permission("/drive/items/01NQ".parse()?, Segment::new("aTowIy5m").unwrap());
    /// assert_eq!(action.method().as_str(), "GET");
    /// assert_eq!(action.path(Dialect::Graph), "/drive/items/01NQ/permissions/aTowIy5m");
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub const fn get_permission(item: ItemAddress, id: Segment) -> Self {
        Self::of(ActionKind::GetPermission, Target::Permission { item, id })
    }

    /// Gives an application a role: a permission with `grantedToV2` and `roles` alone.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect, Permission};
    ///
    /// let permission: Permission =
    ///     serde_json::from_str(r#"{ "roles": ["read"], "grantedToV2": { "application": { "id": "89ea5c94" } } }"#)?;
    /// let action = Action::create_permission("/drive/root".parse().unwrap(), &permission);
    /// assert_eq!(format!("{} {}", action.method(), action.path(Dialect::Graph)), "POST /drive/root/permissions");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn create_permission(item: ItemAddress, permission: &Permission) -> Self {
        Self::with_body(ActionKind::CreatePermission, Target::Item(item), permission)
    }

    /// Changes a permission's role or end.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect, Role, Segment, UpdatePermissionRequest};
    ///
    /// let id = Segment::new("aTowIy5m").unwrap();
    /// let action = Action::update_permission("/drive/root".parse()?, id, &UpdatePermissionRequest::role(Role::Read)?);
    /// assert_eq!(action.method().as_str(), "PATCH");
    /// assert_eq!(action.path(Dialect::Graph), "/drive/root/permissions/aTowIy5m");
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    #[must_use]
    pub fn update_permission(item: ItemAddress, id: Segment, request: &UpdatePermissionRequest) -> Self {
        Self::with_body(ActionKind::UpdatePermission, Target::Permission { item, id }, request)
    }

    /// Takes one permission of an item away.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect, Segment};
    ///
    /// let action = Action::delete_permission("/drive/items/01NQ".parse()?, Segment::new("aTowIy5m").unwrap());
    /// assert_eq!((action.method().as_str(), action.body()), ("DELETE", None));
    /// assert_eq!(action.path(Dialect::Graph), "/drive/items/01NQ/permissions/aTowIy5m");
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub const fn delete_permission(item: ItemAddress, id: Segment) -> Self {
        Self::of(ActionKind::DeletePermission, Target::Permission { item, id })
    }

    /// Gives recipients a role and, if the request says so, mails them.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect, DriveRecipient, InviteRequest, Role};
    ///
    /// let request = InviteRequest::builder().recipient(DriveRecipient::alias("ryan")).role(Role::Read).build()?;
    /// let action = Action::invite("/drive/items/01NQ".parse()?, &request);
    /// assert_eq!(format!("{} {}", action.method(), action.path(Dialect::Server)), "POST /drive/items/01NQ/invite");
    /// assert!(!action.mails());
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    #[must_use]
    pub fn invite(item: ItemAddress, request: &InviteRequest) -> Self {
        Self::with_body(ActionKind::Invite, Target::Item(item), request)
    }

    /// Makes a sharing link, or finds the one that there is.
    ///
    /// ```
    /// use sharing_model::{Action, CreateLinkRequest, Dialect, LinkType};
    ///
    /// let request = CreateLinkRequest::builder().link_type(LinkType::View).build()?;
    /// let action = Action::create_link("/drive/items/01NQ".parse()?, &request);
    /// assert_eq!(action.path(Dialect::Direct), "/drive/items/01NQ/oneDrive.createLink");
    /// assert_eq!(action.body().unwrap()["type"], "view");
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    #[must_use]
    pub fn create_link(item: ItemAddress, request: &CreateLinkRequest) -> Self {
        Self::with_body(ActionKind::CreateLink, Target::Item(item), request)
    }

    /// Takes people off a sharing link.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect, DriveRecipient, RevokeGrantsRequest, Segment};
    ///
    /// let request = RevokeGrantsRequest::new([DriveRecipient::email("ryan@contoso.com")])?;
    /// let action = Action::revoke_grants("/drive/items/01NQ".parse()?, Segment::new("7").unwrap(), &request);
    /// assert_eq!(action.path(Dialect::Graph), "/drive/items/01NQ/permissions/7/revokeGrants");
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    #[must_use]
    pub fn revoke_grants(item: ItemAddress, id: Segment, request: &RevokeGrantsRequest) -> Self {
        Self::with_body(ActionKind::RevokeGrants, Target::Permission { item, id }, request)
    }

    /// Asks what a sharing link leads to, by the share's id or token.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect, SharingUrl};
    ///
    /// let link: SharingUrl = "https://1drv.ms/w/s!AkijuZglD51u".parse()?;
    /// let action = Action::get_share(link.token());
    /// assert_eq!(action.path(Dialect::Graph), "/shares/u!aHR0cHM6Ly8xZHJ2Lm1zL3cvcyFBa2lqdVpnbEQ1MXU");
    /// # Ok::<(), sharing_model::SharingUrlError>(())
    /// ```
    #[must_use]
    pub const fn get_share(token: Segment) -> Self {
        Self::of(ActionKind::GetShare, Target::Share(token))
    }

    /// Asks for the permission that a sharing link gives, by the share's id or token.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect, Segment};
    ///
    /// let action = Action::get_share_permission(Segment::new("s!AkijuZglD51u").unwrap());
    /// assert_eq!(action.path(Dialect::Graph), "/shares/s!AkijuZglD51u/permission");
    /// ```
    #[must_use]
    pub const fn get_share_permission(token: Segment) -> Self {
        Self::of(ActionKind::GetSharePermission, Target::Share(token))
    }

    /// Lets more people use a sharing link, by the share's id or token.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect, DriveRecipient, GrantRequest, Role, Segment};
    ///
    /// let request = GrantRequest::new([DriveRecipient::email("ryan@contoso.com")], Role::Read)?;
    /// let action = Action::grant(Segment::new("s!AkijuZglD51u").unwrap(), &request);
    /// assert_eq!(action.path(Dialect::Graph), "/shares/s!AkijuZglD51u/permission/grant");
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    #[must_use]
    pub fn grant(token: Segment, request: &GrantRequest) -> Self {
        Self::with_body(ActionKind::Grant, Target::Share(token), request)
    }

    /// Takes people off a sharing link, by the share's id or token.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect, DriveRecipient, RevokeGrantsRequest, Segment};
    ///
    /// let request = RevokeGrantsRequest::new([DriveRecipient::email("ryan@contoso.com")])?;
    /// let action = Action::revoke_share_grants(Segment::new("s!AkijuZglD51u").unwrap(), &request);
    /// assert_eq!(action.path(Dialect::Graph), "/shares/s!AkijuZglD51u/permission/revokeGrants");
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    #[must_use]
    pub fn revoke_share_grants(token: Segment, request: &RevokeGrantsRequest) -> Self {
        Self::with_body(ActionKind::RevokeShareGrants, Target::Share(token), request)
    }

    /// Asks for the list that holds what a sharing link leads to, by the share's id or token.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect, Segment};
    ///
    /// let action = Action::get_share_list(Segment::new("u!aHR0").unwrap());
    /// assert_eq!(action.path(Dialect::Graph), "/shares/u!aHR0/list");
    /// ```
    #[must_use]
    pub const fn get_share_list(token: Segment) -> Self {
        Self::of(ActionKind::GetShareList, Target::Share(token))
    }

    /// Asks for the row of a list that a sharing link leads to, by the share's id or token.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect, Segment};
    ///
    /// let action = Action::get_share_list_item(Segment::new("u!aHR0").unwrap());
    /// assert_eq!(action.path(Dialect::Graph), "/shares/u!aHR0/listItem");
    /// ```
    #[must_use]
    pub const fn get_share_list_item(token: Segment) -> Self {
        Self::of(ActionKind::GetShareListItem, Target::Share(token))
    }

    /// Asks for what others have shared with whoever asks.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect};
    ///
    /// let action = Action::list_shared_with_me();
    /// assert_eq!(action.path(Dialect::Graph), "/me/drive/sharedWithMe");
    /// assert_eq!(action.path(Dialect::Direct), "/me/drive/oneDrive.sharedWithMe");
    /// ```
    #[must_use]
    pub const fn list_shared_with_me() -> Self {
        Self::of(ActionKind::ListSharedWithMe, Target::Drive(DriveAddress::Me))
    }

    /// Adds a folder that somebody else shared to a personal drive; `folder` is that drive's root.
    ///
    /// ```
    /// use sharing_model::{Action, AddSharedFolderRequest, Dialect};
    ///
    /// let request = AddSharedFolderRequest::new("1E2A3B4C5D6E7F80", "1E2A3B4C5D6E7F80!107")?;
    /// let action = Action::add_shared_folder("/me/drive/root".parse()?, &request);
    /// assert_eq!(format!("{} {}", action.method(), action.path(Dialect::Graph)), "POST /me/drive/root/children");
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    #[must_use]
    pub fn add_shared_folder(folder: ItemAddress, request: &AddSharedFolderRequest) -> Self {
        Self::with_body(ActionKind::AddSharedFolder, Target::Item(folder), request)
    }

    /// Shows that one knows the password of a link.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect, Segment, ValidatePermissionRequest};
    ///
    /// let request = ValidatePermissionRequest::new("launch2026")?;
    /// let action = Action::validate_permission("/drive/items/01NQ".parse()?, Segment::new("7").unwrap(), &request);
    /// assert_eq!(action.path(Dialect::Graph), "/drive/items/01NQ/permissions/7/validatePermission");
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    #[must_use]
    pub fn validate_permission(item: ItemAddress, id: Segment, request: &ValidatePermissionRequest) -> Self {
        Self::with_body(ActionKind::ValidatePermission, Target::Permission { item, id }, request)
    }

    /// Asks which applications have access to a site.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect, Segment, SiteAddress};
    ///
    /// let action = Action::list_site_permissions(SiteAddress::Id(Segment::new("root").unwrap()));
    /// assert_eq!(action.path(Dialect::Graph), "/sites/root/permissions");
    /// ```
    #[must_use]
    pub const fn list_site_permissions(site: SiteAddress) -> Self {
        Self::of(ActionKind::ListSitePermissions, Target::Site(site))
    }

    /// Asks for one permission of a site.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect, Segment, SiteAddress};
    ///
    /// let root = SiteAddress::Id(Segment::new("root").unwrap());
    /// let action = Action::get_site_permission(root, Segment::new("aTowaS50").unwrap());
    /// assert_eq!(action.path(Dialect::Graph), "/sites/root/permissions/aTowaS50");
    /// ```
    #[must_use]
    pub const fn get_site_permission(site: SiteAddress, id: Segment) -> Self {
        Self::of(ActionKind::GetSitePermission, Target::SitePermission { site, id })
    }

    /// Gives an application access to a site.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect, Role, Segment, SiteAddress, SitePermissionRequest};
    ///
    /// let root = SiteAddress::Id(Segment::new("root").unwrap());
    /// let request = SitePermissionRequest::application("89ea5c94-7736-4e25-95ad-3fa95f62b66e", Role::Write)?;
    /// let action = Action::create_site_permission(root, &request);
    /// assert_eq!(format!("{} {}", action.method(), action.path(Dialect::Graph)), "POST /sites/root/permissions");
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    #[must_use]
    pub fn create_site_permission(site: SiteAddress, request: &SitePermissionRequest) -> Self {
        Self::with_body(ActionKind::CreateSitePermission, Target::Site(site), request)
    }

    /// Asks who has access to a container of SharePoint Embedded.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect, Segment};
    ///
    /// let action = Action::list_container_permissions(Segment::new("b!4e").unwrap());
    /// assert_eq!(action.path(Dialect::Graph), "/storage/fileStorage/containers/b!4e/permissions");
    /// ```
    #[must_use]
    pub const fn list_container_permissions(container: Segment) -> Self {
        Self::of(ActionKind::ListContainerPermissions, Target::Container(container))
    }

    /// Gives somebody a role in a container of SharePoint Embedded.
    ///
    /// ```
    /// use sharing_model::{Action, ContainerPermissionRequest, Dialect, Role, Segment};
    ///
    /// let request = ContainerPermissionRequest::user("ryan@contoso.com", Role::from("reader"))?;
    /// let action = Action::create_container_permission(Segment::new("b!4e").unwrap(), &request);
    /// assert_eq!(action.path(Dialect::Graph), "/storage/fileStorage/containers/b!4e/permissions");
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    #[must_use]
    pub fn create_container_permission(container: Segment, request: &ContainerPermissionRequest) -> Self {
        Self::with_body(ActionKind::CreateContainerPermission, Target::Container(container), request)
    }

    /// Asks for up to 20 things at once.
    ///
    /// ```
    /// use sharing_model::{Action, BatchRequest, Dialect, DriveAddress};
    ///
    /// let drives = [Action::get_drive(DriveAddress::Me), Action::get_drive(DriveAddress::Default)];
    /// let action = Action::batch(&BatchRequest::of(&drives, Dialect::Graph));
    /// assert_eq!(format!("{} {}", action.method(), action.path(Dialect::Graph)), "POST /$batch");
    /// assert_eq!(action.body().unwrap()["requests"][0]["url"], "/me/drive");
    /// ```
    #[must_use]
    pub fn batch(request: &BatchRequest) -> Self {
        Self::with_body(ActionKind::Batch, Target::Service, request)
    }
}
