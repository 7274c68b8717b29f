//! `Action`: one thing to ask of the service, as a value.
//!
//! A client sends it, a mock reads it, a batch carries it, a person can look at it: each URL is spelt here and nowhere
//! else, and one table says what there is to know about each kind.

mod options;
mod parse;
mod path;
mod table;
mod target;
#[cfg(test)]
mod tests;

use serde_json::Value;

use self::options::Options;
pub use self::{
    options::Prefer,
    parse::NoAction,
    table::{ActionFacts, ActionKind, AnswerBody, Method, Repeat},
    target::Target,
};
use crate::{
    AddSharedFolderRequest, BatchRequest, ContainerPermissionRequest, CreateLinkRequest, DriveAddress,
    GrantRequest, InviteRequest, ItemAddress, Permission, RevokeGrantsRequest, Segment, SiteAddress,
    SitePermissionRequest, UpdatePermissionRequest, ValidatePermissionRequest,
};

/// One thing to ask of the service.
///
/// ```
/// use sharing_model::{Action, Dialect, DriveRecipient, InviteRequest, Role};
///
/// let (item, request) = InviteRequest::builder()
///     .recipient(DriveRecipient::email("ryan@contoso.com"))
///     .role(Role::Write)
///     .build_for("/drive/root:/Projects/Quarterly report.docx")?;
/// let action = Action::invite(item, &request);
/// assert_eq!(action.path(Dialect::Graph), "/drive/root:/Projects/Quarterly%20report.docx:/invite");
/// assert_eq!(action.path(Dialect::Direct), "/drive/root:/Projects/Quarterly%20report.docx:/oneDrive.invite");
/// assert_eq!(action.body().unwrap()["roles"][0], "write");
/// # Ok::<(), sharing_model::InvalidRequest>(())
/// ```
///
/// Printed for debugging it shows what is asked, but no id, name, token or body: some of them are secrets.
#[derive(Clone, PartialEq)]
pub struct Action {
    kind: ActionKind,
    target: Target,
    body: Option<Value>,
    options: Options,
}

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

    const fn of(kind: ActionKind, target: Target) -> Self {
        Self { kind, target, body: None, options: Options::NONE }
    }

    fn with_body(kind: ActionKind, target: Target, body: &impl serde::Serialize) -> Self {
        // The protocol's types have string keys and finite numbers: they always are JSON.
        Self { body: serde_json::to_value(body).ok(), ..Self::of(kind, target) }
    }

    /// What is asked.
    ///
    /// ```
    /// use sharing_model::{Action, ActionKind, Dialect};
    ///
    /// let action = Action::parse("POST", "/drive/root/permissions", &[Dialect::Graph])?;
    /// assert_eq!(action.kind(), ActionKind::CreatePermission);
    /// # Ok::<(), sharing_model::NoAction>(())
    /// ```
    #[must_use]
    pub const fn kind(&self) -> ActionKind {
        self.kind
    }

    /// What it is asked of.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect, Target};
    ///
    /// let action = Action::parse("GET", "/sites/contoso.sharepoint.com", &[Dialect::Graph])?;
    /// assert!(matches!(action.target(), Target::Site(site) if site.to_string() == "/sites/contoso.sharepoint.com"));
    /// # Ok::<(), sharing_model::NoAction>(())
    /// ```
    #[must_use]
    pub const fn target(&self) -> &Target {
        &self.target
    }

    /// The item that it is asked of, or whose permission it is about.
    ///
    /// ```
    /// use sharing_model::{Action, DriveAddress, ItemAddress, Segment};
    ///
    /// let notes: ItemAddress = "/drive/root:/Notes.txt".parse()?;
    /// let action = Action::get_permission(notes.clone(), Segment::new("aTowIy5m").unwrap());
    /// assert_eq!(action.item(), Some(&notes));
    /// assert_eq!(Action::get_drive(DriveAddress::Me).item(), None);
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub const fn item(&self) -> Option<&ItemAddress> {
        match &self.target {
            Target::Item(item) | Target::Permission { item, .. } => Some(item),
            _ => None,
        }
    }

    /// The permission of an item or a site that it is about, if it is about one.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect, Segment};
    ///
    /// let action = Action::parse("PATCH", "/drive/items/01NQ/permissions/aTowIy5m", &[Dialect::Graph])?;
    /// assert_eq!(action.permission_id().map(Segment::as_str), Some("aTowIy5m"));
    /// # Ok::<(), sharing_model::NoAction>(())
    /// ```
    #[must_use]
    pub const fn permission_id(&self) -> Option<&Segment> {
        match &self.target {
            Target::Permission { id, .. } | Target::SitePermission { id, .. } => Some(id),
            _ => None,
        }
    }

    /// The method.
    ///
    /// ```
    /// use sharing_model::{Action, DriveAddress, Method};
    ///
    /// assert_eq!(Action::get_drive(DriveAddress::Default).method(), Method::Get);
    /// ```
    #[must_use]
    pub fn method(&self) -> Method {
        self.kind.facts().method
    }

    /// The body, if it has one. May hold a secret, a link's password for instance.
    ///
    /// ```
    /// use sharing_model::{Action, Role, Segment, UpdatePermissionRequest};
    ///
    /// let request = UpdatePermissionRequest::role(Role::Write)?;
    /// let action = Action::update_permission("/drive/items/01NQ".parse()?, Segment::new("7").unwrap(), &request);
    /// assert_eq!(action.body(), Some(&serde_json::json!({ "roles": ["write"] })));
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    #[must_use]
    pub const fn body(&self) -> Option<&Value> {
        self.body.as_ref()
    }

    /// Whether it mails somebody, or may.
    ///
    /// ```
    /// use sharing_model::{Action, InviteRequest};
    ///
    /// let silent: InviteRequest = serde_json::from_str(r#"{ "sendInvitation": false }"#)?;
    /// let item: sharing_model::ItemAddress = "/drive/root".parse().unwrap();
    /// assert!(!Action::invite(item.clone(), &silent).mails());
    /// assert!(Action::invite(item, &InviteRequest::default()).mails());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn mails(&self) -> bool {
        match self.kind.facts().repeat {
            Repeat::Safe | Repeat::AddsAgain => false,
            Repeat::MailsAgain { asked_by, unsaid } => {
                let said = self.body.as_ref().and_then(|body| body.get(asked_by));
                said.and_then(Value::as_bool).unwrap_or(unsaid)
            }
            Repeat::DependsOnMembers => true,
        }
    }

    /// Whether saying it twice comes to the same as saying it once, so that it may be said again when its answer got lost.
    ///
    /// ```
    /// use sharing_model::{Action, AddSharedFolderRequest, InviteRequest};
    ///
    /// let root: sharing_model::ItemAddress = "/drive/root".parse()?;
    /// assert!(Action::list_permissions(root.clone()).may_be_repeated());
    /// // It would mail twice.
    /// assert!(!Action::invite(root.clone(), &InviteRequest::default()).may_be_repeated());
    /// // The second would be refused, for the first is there.
    /// assert!(!Action::add_shared_folder(root, &AddSharedFolderRequest::default()).may_be_repeated());
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub fn may_be_repeated(&self) -> bool {
        match self.kind.facts().repeat {
            Repeat::Safe => true,
            Repeat::MailsAgain { .. } => !self.mails(),
            Repeat::AddsAgain | Repeat::DependsOnMembers => false,
        }
    }
}
