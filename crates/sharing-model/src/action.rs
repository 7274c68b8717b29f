//! `Action`: one thing to ask of the service, as a value.
//!
//! A client sends it, a mock reads it, a batch carries it, a person can look at it: each URL is spelt here and nowhere
//! else, and one table says what there is to know about each kind.

use std::fmt;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::{
    AddressError, BatchRequest, CreateLinkRequest, Dialect, DriveAddress, GrantRequest, InviteRequest,
    ItemAddress, Permission, RevokeGrantsRequest, Segment, UpdatePermissionRequest,
    address::encode,
    scope::{self, Scopes},
};

/// An HTTP method that the protocol uses.
///
/// ```
/// assert_eq!(sharing_model::Method::Patch.as_str(), "PATCH");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

impl Method {
    /// The method on the wire.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect, Method};
    ///
    /// let delete = Action::parse(Method::Delete.as_str(), "/drive/items/01NQ/permissions/7", &[Dialect::Graph])?;
    /// assert_eq!(delete.method(), Method::Delete);
    /// # Ok::<(), sharing_model::NoAction>(())
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What is asked.
///
/// ```
/// use sharing_model::ActionKind;
///
/// assert_eq!(ActionKind::Invite.facts().units, 5);
/// assert_eq!(ActionKind::ListPermissions.to_string(), "list permissions");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ActionKind {
    /// A drive.
    GetDrive,
    /// A site.
    GetSite,
    /// An item.
    GetItem,
    /// The items in a folder.
    ListChildren,
    /// The items below a folder that changed.
    ListChanges,
    /// Who has access to an item.
    ListPermissions,
    /// One permission.
    GetPermission,
    /// Giving an application, or a group of a SharePoint Embedded container, a role.
    CreatePermission,
    /// Changing a permission's role or end.
    UpdatePermission,
    /// Taking one permission away.
    DeletePermission,
    /// Giving recipients a role and, if asked to, mailing them.
    Invite,
    /// Making a sharing link, or finding the one that there is.
    CreateLink,
    /// Taking people off a sharing link.
    RevokeGrants,
    /// What a sharing link leads to.
    GetShare,
    /// Letting more people use a sharing link.
    Grant,
    /// Up to 20 actions in one request.
    Batch,
}

impl ActionKind {
    /// Every kind, in the table's order.
    ///
    /// ```
    /// use sharing_model::ActionKind;
    ///
    /// assert!(ActionKind::all().any(|kind| kind == ActionKind::CreateLink));
    /// ```
    pub fn all() -> impl Iterator<Item = Self> {
        ACTIONS.iter().map(|facts| facts.kind)
    }

    /// What is known about this kind.
    ///
    /// ```
    /// use sharing_model::{ActionKind, Method};
    ///
    /// let facts = ActionKind::CreateLink.facts();
    /// assert_eq!(facts.method, Method::Post);
    /// // A new link is 201; one that there was already is 200.
    /// assert_eq!(facts.statuses, [200, 201]);
    /// ```
    #[must_use]
    pub fn facts(self) -> &'static ActionFacts {
        // The table's order is the enumeration's; a test holds them together.
        &ACTIONS[self as usize]
    }
}

impl fmt::Display for ActionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.facts().name)
    }
}

/// Whether an action may be said again when its answer got lost.
///
/// ```
/// use sharing_model::{ActionKind, Repeat};
///
/// let mailing: Vec<_> = ActionKind::all().filter(|kind| kind.facts().repeat == Repeat::MailsAgain).collect();
/// assert_eq!(mailing, [ActionKind::Invite, ActionKind::CreateLink]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Repeat {
    /// Saying it twice comes to the same as saying it once.
    Safe,
    /// Saying it twice mails twice, where it mails at all.
    MailsAgain,
    /// What comes of it depends on what is in it.
    DependsOnMembers,
}

/// What an answer's body is.
///
/// ```
/// use sharing_model::{ActionKind, AnswerBody};
///
/// // One permission for each recipient, but a single one for a link.
/// assert_eq!(ActionKind::Invite.facts().answer, AnswerBody::Permissions);
/// assert_eq!(ActionKind::CreateLink.facts().answer, AnswerBody::Permission);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AnswerBody {
    /// No body.
    Nothing,
    /// A [`Drive`](crate::Drive).
    Drive,
    /// A [`Site`](crate::Site).
    Site,
    /// A [`DriveItem`](crate::DriveItem).
    DriveItem,
    /// A [`Collection`](crate::Collection) of [`DriveItem`](crate::DriveItem).
    DriveItems,
    /// A [`Permission`].
    Permission,
    /// A [`Collection`](crate::Collection) of [`Permission`].
    Permissions,
    /// A [`SharedDriveItem`](crate::SharedDriveItem).
    SharedDriveItem,
    /// A [`BatchResponse`](crate::BatchResponse).
    BatchResponse,
}

/// What is known about a kind of action: one line of the table that client, mock, batch and documents read.
///
/// ```
/// use sharing_model::{ActionKind, AnswerBody, Repeat};
///
/// let facts = ActionKind::DeletePermission.facts();
/// assert_eq!((facts.answer, facts.repeat), (AnswerBody::Nothing, Repeat::Safe));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActionFacts {
    /// The kind.
    pub kind: ActionKind,
    /// A name for logs and messages, as in `list permissions`.
    pub name: &'static str,
    /// The method.
    pub method: Method,
    /// What it is asked of, and what follows that thing's address in the path.
    place: Place,
    /// What the answer's body is.
    pub answer: AnswerBody,
    /// The statuses of an answer that says yes.
    pub statuses: &'static [u16],
    /// What it costs, in SharePoint's resource units.
    pub units: u32,
    /// Whether it may be said again when its answer got lost.
    pub repeat: Repeat,
    /// The scopes of which it needs one.
    pub scopes: Scopes,
}

/// What an action is asked of, and what follows that thing's address in its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// `{drive}`
    Drive,
    /// `/sites/{id}`
    Site,
    /// `{item}`, a relation of it as in `{item}/permissions`, or an action on it that the dialect spells.
    Item(Suffix),
    /// `{item}/permissions/{id}`, or an action on it.
    Permission(Suffix),
    /// `/shares/{token}`
    Share,
    /// `/shares/{token}/permission/{action}`
    SharePermission(&'static str),
    /// `/$batch`
    Batch,
}

/// What follows an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Suffix {
    Nothing,
    Relation(&'static str),
    Action(&'static str),
}

const PERMISSIONS: &str = "permissions";
const BATCH: &str = "/$batch";

const PERMISSION_LIST: Place = Place::Item(Suffix::Relation(PERMISSIONS));
const PERMISSION: Place = Place::Permission(Suffix::Nothing);

#[rustfmt::skip]
static ACTIONS: &[ActionFacts] = {
    use {ActionKind as K, AnswerBody as A, Method::{Delete, Get, Patch, Post}, Place::{Item, Permission}, Repeat as R};
    use Suffix::{Action, Nothing, Relation};
    use scope::{APPLICATIONS, NONE, READ, REVOKE, WRITE};
    &[
        facts(K::GetDrive,         "get drive",         Get,    Place::Drive,                       A::Drive,           &[200],      1, R::Safe,             READ),
        facts(K::GetSite,          "get site",          Get,    Place::Site,                        A::Site,            &[200],      1, R::Safe,             READ),
        facts(K::GetItem,          "get item",          Get,    Item(Nothing),                      A::DriveItem,       &[200, 304], 1, R::Safe,             READ),
        facts(K::ListChildren,     "list children",     Get,    Item(Relation("children")),         A::DriveItems,      &[200],      2, R::Safe,             READ),
        facts(K::ListChanges,      "list changes",      Get,    Item(Action("delta")),              A::DriveItems,      &[200],      2, R::Safe,             READ),
        facts(K::ListPermissions,  "list permissions",  Get,    PERMISSION_LIST,                    A::Permissions,     &[200, 304], 5, R::Safe,             READ),
        facts(K::GetPermission,    "get permission",    Get,    PERMISSION,                         A::Permission,      &[200],      5, R::Safe,             READ),
        facts(K::CreatePermission, "create permission", Post,   PERMISSION_LIST,                    A::Permission,      &[201],      5, R::Safe,             APPLICATIONS),
        facts(K::UpdatePermission, "update permission", Patch,  PERMISSION,                         A::Permission,      &[200],      5, R::Safe,             WRITE),
        facts(K::DeletePermission, "delete permission", Delete, PERMISSION,                         A::Nothing,         &[204],      5, R::Safe,             WRITE),
        facts(K::Invite,           "invite",            Post,   Item(Action("invite")),             A::Permissions,     &[200, 207], 5, R::MailsAgain,       WRITE),
        facts(K::CreateLink,       "create link",       Post,   Item(Action("createLink")),         A::Permission,      &[200, 201], 5, R::MailsAgain,       WRITE),
        facts(K::RevokeGrants,     "revoke grants",     Post,   Permission(Action("revokeGrants")), A::Permission,      &[200],      5, R::Safe,             REVOKE),
        facts(K::GetShare,         "get share",         Get,    Place::Share,                       A::SharedDriveItem, &[200],      1, R::Safe,             WRITE),
        facts(K::Grant,            "grant",             Post,   Place::SharePermission("grant"),    A::Permissions,     &[200],      5, R::Safe,             WRITE),
        facts(K::Batch,            "batch",             Post,   Place::Batch,                       A::BatchResponse,   &[200],      0, R::DependsOnMembers, NONE),
    ]
};

#[expect(clippy::too_many_arguments, reason = "a line of the table")]
const fn facts(
    kind: ActionKind,
    name: &'static str,
    method: Method,
    place: Place,
    answer: AnswerBody,
    statuses: &'static [u16],
    units: u32,
    repeat: Repeat,
    scopes: Scopes,
) -> ActionFacts {
    ActionFacts { kind, name, method, place, answer, statuses, units, repeat, scopes }
}

impl ActionFacts {
    /// The path with its variable parts named in braces, for documents: `{item}/permissions/{permission-id}`.
    ///
    /// ```
    /// use sharing_model::{ActionKind, Dialect};
    ///
    /// assert_eq!(ActionKind::Invite.facts().template(Dialect::Direct), "{item}/oneDrive.invite");
    /// ```
    #[must_use]
    pub fn template(&self, dialect: Dialect) -> String {
        let suffix = |base: &str, suffix| match suffix {
            Suffix::Nothing => base.to_owned(),
            Suffix::Relation(name) => format!("{base}/{name}"),
            Suffix::Action(name) => format!("{base}/{}", dialect.action(name)),
        };
        match self.place {
            Place::Drive => "{drive}".to_owned(),
            Place::Site => "/sites/{site-id}".to_owned(),
            Place::Item(follows) => suffix("{item}", follows),
            Place::Permission(follows) => suffix("{item}/permissions/{permission-id}", follows),
            Place::Share => "/shares/{share-token}".to_owned(),
            Place::SharePermission(name) => {
                format!("/shares/{{share-token}}/permission/{}", dialect.action(name))
            }
            Place::Batch => BATCH.to_owned(),
        }
    }
}

/// What an action is asked of.
///
/// ```
/// use sharing_model::{Action, Segment, Target};
///
/// let token = Segment::new("s!AkijuZglD51u").unwrap();
/// assert_eq!(Action::get_share(token.clone()).target(), &Target::Share(token));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Target {
    /// A drive.
    Drive(DriveAddress),
    /// A site, by its id.
    Site(Segment),
    /// An item.
    Item(ItemAddress),
    /// One permission of an item.
    Permission {
        /// The item.
        item: ItemAddress,
        /// The permission's id.
        id: Segment,
    },
    /// A share, by its id or its encoded sharing URL.
    Share(Segment),
    /// The service as a whole.
    Service,
}

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
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    kind: ActionKind,
    target: Target,
    body: Option<Value>,
    if_match: Option<String>,
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

    /// Asks for a site by its id.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect, Segment};
    ///
    /// let action = Action::get_site(Segment::new("contoso.sharepoint.com,11,22").unwrap());
    /// assert_eq!(action.path(Dialect::Graph), "/sites/contoso.sharepoint.com,11,22");
    /// ```
    #[must_use]
    pub const fn get_site(site: Segment) -> Self {
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
        Self { kind, target, body: None, if_match: None }
    }

    fn with_body(kind: ActionKind, target: Target, body: &impl serde::Serialize) -> Self {
        // The protocol's types have string keys and finite numbers: they always are JSON.
        Self { body: serde_json::to_value(body).ok(), ..Self::of(kind, target) }
    }

    /// The same, to be done only while the item has this eTag.
    ///
    /// ```
    /// use sharing_model::{Action, Segment};
    ///
    /// let id = Segment::new("aTowIy5m").unwrap();
    /// let action = Action::delete_permission("/drive/items/01NQ".parse()?, id).if_match("\"{5D76AE8F},1\"");
    /// assert_eq!(action.headers(), [("If-Match", "\"{5D76AE8F},1\"")]);
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub fn if_match(self, e_tag: impl Into<String>) -> Self {
        Self { if_match: Some(e_tag.into()), ..self }
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
    /// assert!(matches!(action.target(), Target::Site(site) if site.as_str() == "contoso.sharepoint.com"));
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

    /// The permission that it is about, if it is about one.
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
            Target::Permission { id, .. } => Some(id),
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

    /// The headers that belong to it, besides those that every request has.
    ///
    /// ```
    /// use sharing_model::{Action, InviteRequest, ItemAddress};
    ///
    /// let item: ItemAddress = "/drive/items/01NQ".parse()?;
    /// assert!(Action::get_item(item.clone()).headers().is_empty());
    /// let invite = Action::invite(item, &InviteRequest::default());
    /// assert_eq!(invite.headers(), [("Content-Type", "application/json")]);
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub fn headers(&self) -> Vec<(&'static str, &str)> {
        let content_type = self.body.is_some().then_some(("Content-Type", "application/json"));
        let if_match = self.if_match.as_deref().map(|e_tag| ("If-Match", e_tag));
        content_type.into_iter().chain(if_match).collect()
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

    /// Whether it mails somebody, or may: then saying it again when its answer got lost could mail them twice.
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
        let says = |flag: &str| self.body.as_ref().and_then(|body| body.get(flag)).and_then(Value::as_bool);
        match self.kind {
            // What the service does where the request does not say is not documented.
            ActionKind::Invite => says("sendInvitation").unwrap_or(true),
            ActionKind::CreateLink => says("sendNotification").unwrap_or(false),
            ActionKind::Batch => true,
            _ => false,
        }
    }

    /// The path below the endpoint's base URL, percent-encoded.
    ///
    /// ```
    /// use sharing_model::{Action, CreateLinkRequest, Dialect};
    ///
    /// let action = Action::create_link("/drive/root:/100% final.docx".parse()?, &CreateLinkRequest::default());
    /// assert_eq!(action.path(Dialect::Graph), "/drive/root:/100%25%20final.docx:/createLink");
    /// assert_eq!(action.path(Dialect::DirectPersonal), "/drive/root:/100%25%20final.docx:/action.createLink");
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub fn path(&self, dialect: Dialect) -> String {
        let mut path = match &self.target {
            Target::Drive(drive) => drive.to_url_path(),
            Target::Site(site) => format!("/sites/{}", encode(site)),
            Target::Item(item) => item.to_url_path(),
            Target::Permission { item, id } => format!("{}/{PERMISSIONS}/{}", item.to_url_path(), encode(id)),
            Target::Share(token) => format!("/shares/{}", encode(token)),
            Target::Service => String::new(),
        };
        match self.kind.facts().place {
            Place::Item(Suffix::Relation(name)) | Place::Permission(Suffix::Relation(name)) => {
                path.extend(["/", name])
            }
            Place::Item(Suffix::Action(name)) | Place::Permission(Suffix::Action(name)) => {
                path.extend(["/", &dialect.action(name)]);
            }
            Place::SharePermission(name) => path.extend(["/permission/", &dialect.action(name)]),
            Place::Batch => path.push_str(BATCH),
            Place::Drive | Place::Site | Place::Share | Place::Item(_) | Place::Permission(_) => {}
        }
        path
    }

    /// Reads what a request asks: the other direction of [`method`](Self::method) and [`path`](Self::path). Headers and
    /// body are left out.
    ///
    /// Several dialects may be spoken at one place: an action's name is taken in any of them.
    ///
    /// # Errors
    ///
    /// What is no action, as the service would tell it apart.
    ///
    /// ```
    /// use sharing_model::{Action, ActionKind, Dialect};
    ///
    /// let action = Action::parse("POST", "/drive/items/01NQ/oneDrive.invite", &[Dialect::Direct])?;
    /// assert_eq!(action.kind(), ActionKind::Invite);
    /// # Ok::<(), sharing_model::NoAction>(())
    /// ```
    pub fn parse(method: &str, path: &str, dialects: &[Dialect]) -> Result<Self, NoAction> {
        let (target, rest) = Target::split_url_path(path).map_err(NoAction::Address)?;
        let rest: Vec<&str> = rest.split('/').filter(|segment| !segment.is_empty()).collect();
        let spells = |segment: &str, name| dialects.iter().any(|dialect| dialect.spells(segment, name));
        let follows = |rest: &[&str], suffix| match (rest, suffix) {
            ([], Suffix::Nothing) => true,
            ([segment], Suffix::Relation(name)) => *segment == name,
            ([segment], Suffix::Action(name)) => spells(segment, name),
            _ => false,
        };
        let is_at = |place| match (&target, place) {
            (Target::Drive(_), Place::Drive)
            | (Target::Site(_), Place::Site)
            | (Target::Share(_), Place::Share) => rest.is_empty(),
            (Target::Item(_), Place::Item(suffix)) => follows(&rest, suffix),
            (Target::Item(_), Place::Permission(suffix)) => match &*rest {
                [PERMISSIONS, _, rest @ ..] => follows(rest, suffix),
                _ => false,
            },
            (Target::Share(_), Place::SharePermission(name)) => {
                matches!(&*rest, ["permission", segment] if spells(segment, name))
            }
            (Target::Service, Place::Batch) => true,
            _ => false,
        };
        let known: Vec<_> = ACTIONS.iter().filter(|facts| is_at(facts.place)).collect();
        let Some(facts) = known.iter().find(|facts| facts.method.as_str() == method) else {
            return Err(if known.is_empty() {
                // The first segment that leads nowhere.
                let at = match rest.first() {
                    Some(&PERMISSIONS) => 2,
                    Some(&"permission") => 1,
                    _ => 0,
                };
                let segment = rest.get(at).or(rest.last()).copied().unwrap_or_default();
                NoAction::Segment(segment.to_owned())
            } else {
                NoAction::Method { allowed: known.iter().map(|facts| facts.method).collect() }
            });
        };
        let target = match (facts.place, target, &*rest) {
            (Place::Permission(_), Target::Item(item), [_, id, ..]) => {
                let id = decode(id).ok_or_else(|| NoAction::Segment((*id).to_owned()))?;
                Target::Permission { item, id }
            }
            (_, target, _) => target,
        };
        Ok(Self::of(facts.kind, target))
    }
}

impl Target {
    /// Reads what a URL's path starts with; an item where it can be one.
    fn split_url_path(path: &str) -> Result<(Self, &str), AddressError> {
        if path == BATCH {
            return Ok((Self::Service, ""));
        }
        let error = match ItemAddress::split_url_path(path) {
            Ok((item, rest)) => return Ok((Self::Item(item), rest)),
            Err(error) => error,
        };
        if let Ok(drive) = DriveAddress::from_url_path(path) {
            return Ok((Self::Drive(drive), ""));
        }
        // As in an address, the slash at the very start may be forgotten.
        let mut segments = path.strip_prefix('/').unwrap_or(path).splitn(3, '/');
        let (word, key) = (segments.next(), segments.next().and_then(decode));
        match (word, key) {
            (Some("sites"), Some(site)) if segments.next().is_none() => Ok((Self::Site(site), "")),
            (Some("shares"), Some(token)) => {
                let rest = segments.next().map_or("", |rest| &path[path.len() - rest.len() - 1..]);
                Ok((Self::Share(token), rest))
            }
            _ => Err(error),
        }
    }
}

fn decode(segment: &str) -> Option<Segment> {
    Segment::new(percent_decode_str(segment).decode_utf8().ok()?)
}

/// Why a request is no action.
///
/// ```
/// use sharing_model::{Action, Dialect, NoAction};
///
/// let error = Action::parse("PUT", "/drive/root/permissions", &[Dialect::Graph]).unwrap_err();
/// assert_eq!(error.to_string(), "method not allowed; allowed here: GET, POST");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoAction {
    /// Its path starts with nothing that has an address.
    Address(AddressError),
    /// This segment, after an address, names nothing.
    Segment(String),
    /// Its path names something that cannot be asked by this method.
    Method {
        /// The methods by which it can be asked.
        allowed: Vec<Method>,
    },
}

impl fmt::Display for NoAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(error) => error.fmt(f),
            Self::Segment(segment) => write!(f, "no action is called {segment:?}"),
            Self::Method { allowed } => {
                let allowed: Vec<_> = allowed.iter().map(|method| method.as_str()).collect();
                write!(f, "method not allowed; allowed here: {}", allowed.join(", "))
            }
        }
    }
}

impl std::error::Error for NoAction {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_the_order_of_the_enumeration() {
        for (index, facts) in ACTIONS.iter().enumerate() {
            assert_eq!(facts.kind as usize, index);
            assert_eq!(facts.kind.facts(), facts);
        }
    }

    fn every_action() -> Vec<Action> {
        let item: ItemAddress = "/drive/root:/a b/c#1.docx".parse().unwrap();
        let id = Segment::new("aTowIy5m=+ é").unwrap();
        vec![
            Action::get_drive(DriveAddress::Me),
            Action::get_site(id.clone()),
            Action::get_item(item.clone()),
            Action::list_children(item.clone()),
            Action::list_changes(item.clone()),
            Action::list_permissions(item.clone()),
            Action::get_permission(item.clone(), id.clone()),
            Action::create_permission(item.clone(), &Permission::default()),
            Action::update_permission(item.clone(), id.clone(), &UpdatePermissionRequest::default()),
            Action::delete_permission(item.clone(), id.clone()),
            Action::invite(item.clone(), &InviteRequest::default()),
            Action::create_link(item.clone(), &CreateLinkRequest::default()),
            Action::revoke_grants(item, id.clone(), &RevokeGrantsRequest::default()),
            Action::get_share(id.clone()),
            Action::grant(id, &GrantRequest::default()),
            Action::batch(&BatchRequest::default()),
        ]
    }

    #[test]
    fn every_action_is_read_as_it_is_printed() {
        let actions = every_action();
        assert_eq!(actions.len(), ACTIONS.len());
        for dialect in [Dialect::Graph, Dialect::Direct, Dialect::DirectPersonal, Dialect::Server] {
            for action in &actions {
                let read =
                    Action::parse(action.method().as_str(), &action.path(dialect), &[dialect]).unwrap();
                assert_eq!(read, Action { body: None, ..action.clone() });
                assert_eq!(action.body().is_some(), matches!(action.method(), Method::Post | Method::Patch));
            }
        }
    }

    #[test]
    fn the_table_as_a_person_reads_it() {
        let lines: Vec<_> = ACTIONS
            .iter()
            .map(|facts| {
                format!(
                    "{:<17}  {:<6} {:<53} {:?} {:?}, {} units, {:?}",
                    facts.name,
                    facts.method,
                    facts.template(Dialect::Direct),
                    facts.statuses,
                    facts.answer,
                    facts.units,
                    facts.repeat
                )
            })
            .collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn what_is_no_action_says_why() {
        let why = |method, path| Action::parse(method, path, &[Dialect::Graph]).unwrap_err().to_string();
        assert_eq!(why("GET", "/drive/items/1/shared"), r#"no action is called "shared""#);
        assert_eq!(why("POST", "/drive/items/1/oneDrive.invite"), r#"no action is called "oneDrive.invite""#);
        assert_eq!(why("GET", "/drive/items/1/permissions/2/3"), r#"no action is called "3""#);
        assert_eq!(why("GET", "/shares/u!a/permission/revoke"), r#"no action is called "revoke""#);
        assert_eq!(why("PUT", "/drive/items/1/invite"), "method not allowed; allowed here: POST");
        assert_eq!(
            why("TRACE", "/drive/items/1/permissions/2"),
            "method not allowed; allowed here: GET, PATCH, DELETE"
        );
        assert!(
            why("GET", "/x/sites/1").contains("expected drive")
                && why("GET", "x/sites/1").contains("expected drive")
        );
        assert!(why("GET", "/me/messages").contains("expected drive"));
        assert!(why("GET", "/sites/1/pages").contains("expected drive, drives or lists"));
    }
}
