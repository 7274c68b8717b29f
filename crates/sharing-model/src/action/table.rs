//! What there is to know about each kind of action: one table, from which everybody reads.

use std::fmt;

use crate::{
    Dialect,
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
    /// The permission that a sharing link gives.
    GetSharePermission,
    /// Letting more people use a sharing link.
    Grant,
    /// Taking people off a sharing link, by the share.
    RevokeShareGrants,
    /// The list of a site that holds what a sharing link leads to.
    GetShareList,
    /// The row of that list.
    GetShareListItem,
    /// What others have shared with whoever asks.
    ListSharedWithMe,
    /// Adding a folder of somebody else's to a personal drive.
    AddSharedFolder,
    /// Showing that one knows a permission's password.
    ValidatePermission,
    /// Which applications have access to a site.
    ListSitePermissions,
    /// One permission of a site.
    GetSitePermission,
    /// Giving an application access to a site.
    CreateSitePermission,
    /// Who has access to a container of SharePoint Embedded.
    ListContainerPermissions,
    /// Giving somebody a role in a container of SharePoint Embedded.
    CreateContainerPermission,
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
/// let mailing = |kind: &ActionKind| matches!(kind.facts().repeat, Repeat::MailsAgain { .. });
/// let mailing: Vec<_> = ActionKind::all().filter(mailing).collect();
/// assert_eq!(mailing, [ActionKind::Invite, ActionKind::CreateLink]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Repeat {
    /// Saying it twice comes to the same as saying it once.
    Safe,
    /// Saying it twice mails twice, where it mails at all.
    MailsAgain {
        /// The property of its body that says whether it mails.
        asked_by: &'static str,
        /// What is reckoned with where the body does not say.
        unsaid: bool,
    },
    /// Saying it twice adds a second one, or is refused because the first is there.
    AddsAgain,
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
    /// A [`Permission`](crate::Permission).
    Permission,
    /// A [`Collection`](crate::Collection) of [`Permission`](crate::Permission).
    Permissions,
    /// A [`SharedDriveItem`](crate::SharedDriveItem).
    SharedDriveItem,
    /// A [`List`](crate::List).
    List,
    /// A [`ListItem`](crate::ListItem).
    ListItem,
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
    pub(super) place: Place,
    /// What the answer's body is.
    pub answer: AnswerBody,
    /// The statuses of an answer that says yes.
    pub statuses: &'static [u16],
    /// What it costs, in SharePoint's resource units, without a query ([`units_with`](Self::units_with) takes one).
    pub units: u32,
    /// Whether it is one of the "Specific Sharing APIs", of which an application has [few](crate::limits::SHARING_CALLS).
    pub sharing: bool,
    /// Whether it may be said again when its answer got lost.
    pub repeat: Repeat,
    /// The scopes of which it needs one.
    pub scopes: Scopes,
}

/// What an action is asked of, and what follows that thing's address in its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// `{drive}`
    Drive,
    /// `/sites/{id}`, or a relation of it
    Site(Suffix),
    /// `/sites/{id}/permissions/{id}`
    SitePermission,
    /// `/storage/fileStorage/containers/{id}/permissions`
    ContainerPermissions,
    /// `{item}`, a relation of it as in `{item}/permissions`, or an action on it that the dialect spells.
    Item(Suffix),
    /// `{item}/permissions/{id}`, or an action on it.
    Permission(Suffix),
    /// `/shares/{token}`
    Share,
    /// `/shares/{token}/permission`, or an action on it
    SharePermission(Suffix),
    /// `/shares/{token}/` and a relation of it
    ShareRelation(&'static str),
    /// `/me/drive/sharedWithMe`, a function that the dialect spells
    SharedWithMe,
    /// `/$batch`
    Batch,
}

/// What follows an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Suffix {
    Nothing,
    Relation(&'static str),
    Action(&'static str),
}

pub(super) const PERMISSIONS: &str = "permissions";
/// The one function among the actions: OData lets its argument stand in the path.
pub(super) const DELTA: &str = "delta";
/// The one function of a drive.
pub(super) const SHARED_WITH_ME: &str = "sharedWithMe";
pub(super) const BATCH: &str = "/$batch";
pub(super) const CONTAINERS: &str = "/storage/fileStorage/containers";
pub(super) const CHILDREN: &str = "children";

const PERMISSION_LIST: Place = Place::Item(Suffix::Relation(PERMISSIONS));
const PERMISSION: Place = Place::Permission(Suffix::Nothing);
// What the service does where an invitation does not say is not documented.
const INVITES: Repeat = Repeat::MailsAgain { asked_by: "sendInvitation", unsaid: true };
const LINKS: Repeat = Repeat::MailsAgain { asked_by: "sendNotification", unsaid: false };
const SITE_PERMISSIONS: Place = Place::Site(Suffix::Relation(PERMISSIONS));

#[rustfmt::skip]
pub(super) static ACTIONS: &[ActionFacts] = {
    use {ActionKind as K, AnswerBody as A, Method::{Delete, Get, Patch, Post}, Place::{Item, Permission, SharePermission, ShareRelation}, Repeat as R};
    use Suffix::{Action, Nothing, Relation};
    use scope::{APPLICATIONS, CONTAINER, NONE, READ, REVOKE, SITE, WRITE};
    &[
        facts(K::GetDrive,         "get drive",         Get,    Place::Drive,                       A::Drive,           &[200],      1, R::Safe,             READ),
        facts(K::GetSite,          "get site",          Get,    Place::Site(Nothing),               A::Site,            &[200],      1, R::Safe,             READ),
        facts(K::GetItem,          "get item",          Get,    Item(Nothing),                      A::DriveItem,       &[200, 304], 1, R::Safe,             READ),
        facts(K::ListChildren,     "list children",     Get,    Item(Relation(CHILDREN)),           A::DriveItems,      &[200],      2, R::Safe,             READ),
        facts(K::ListChanges,      "list changes",      Get,    Item(Action(DELTA)),                A::DriveItems,      &[200],      2, R::Safe,             READ),
        facts(K::ListPermissions,  "list permissions",  Get,    PERMISSION_LIST,                    A::Permissions,     &[200, 304], 5, R::Safe,             READ),
        facts(K::GetPermission,    "get permission",    Get,    PERMISSION,                         A::Permission,      &[200],      5, R::Safe,             READ),
        facts(K::CreatePermission, "create permission", Post,   PERMISSION_LIST,                    A::Permission,      &[201],      5, R::Safe,             APPLICATIONS),
        facts(K::UpdatePermission, "update permission", Patch,  PERMISSION,                         A::Permission,      &[200],      5, R::Safe,             WRITE),
        facts(K::DeletePermission, "delete permission", Delete, PERMISSION,                         A::Nothing,         &[204],      5, R::Safe,             WRITE),
        facts(K::Invite,           "invite",            Post,   Item(Action("invite")),             A::Permissions,     &[200, 207], 5, INVITES,             WRITE),
        facts(K::CreateLink,       "create link",       Post,   Item(Action("createLink")),         A::Permission,      &[200, 201], 5, LINKS,               WRITE),
        facts(K::RevokeGrants,     "revoke grants",     Post,   Permission(Action("revokeGrants")), A::Permission,      &[200],      5, R::Safe,             REVOKE),
        facts(K::GetShare,         "get share",         Get,    Place::Share,                       A::SharedDriveItem, &[200],      1, R::Safe,             WRITE),
        facts(K::GetSharePermission, "get share permission", Get, SharePermission(Nothing),         A::Permission,      &[200],      5, R::Safe,             WRITE),
        facts(K::Grant,            "grant",             Post,   SharePermission(Action("grant")),   A::Permissions,     &[200],      5, R::Safe,             WRITE),
        facts(K::RevokeShareGrants, "revoke share grants", Post, SharePermission(Action("revokeGrants")), A::Permission, &[200],     5, R::Safe,             REVOKE),
        facts(K::GetShareList,     "get share list",    Get,    ShareRelation("list"),              A::List,            &[200],      1, R::Safe,             WRITE),
        facts(K::GetShareListItem, "get share list item", Get,  ShareRelation("listItem"),          A::ListItem,        &[200],      1, R::Safe,             WRITE),
        facts(K::ListSharedWithMe, "list shared with me", Get,  Place::SharedWithMe,                A::DriveItems,      &[200],      2, R::Safe,             READ),
        facts(K::AddSharedFolder,  "add shared folder", Post,   Item(Relation(CHILDREN)),           A::DriveItem,       &[201],      2, R::AddsAgain,        WRITE),
        facts(K::ValidatePermission, "validate permission", Post, Permission(Action("validatePermission")), A::Nothing, &[204],     5, R::Safe,             WRITE),
        facts(K::ListSitePermissions, "list site permissions", Get, SITE_PERMISSIONS,               A::Permissions,     &[200],      5, R::Safe,             SITE),
        facts(K::GetSitePermission, "get site permission", Get, Place::SitePermission,              A::Permission,      &[200],      5, R::Safe,             SITE),
        facts(K::CreateSitePermission, "create site permission", Post, SITE_PERMISSIONS,            A::Permission,      &[201],      5, R::Safe,             SITE),
        facts(K::ListContainerPermissions, "list container permissions", Get, Place::ContainerPermissions, A::Permissions, &[200],   5, R::Safe,             CONTAINER),
        facts(K::CreateContainerPermission, "create container permission", Post, Place::ContainerPermissions, A::Permission, &[201], 5, R::Safe,             CONTAINER),
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
    // Which these are the service does not say; these three are what sharing is.
    let sharing = matches!(kind, ActionKind::Invite | ActionKind::CreateLink | ActionKind::Grant);
    ActionFacts { kind, name, method, place, answer, statuses, units, sharing, repeat, scopes }
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
            Place::Site(follows) => suffix("/sites/{site-id}", follows),
            Place::SitePermission => format!("/sites/{{site-id}}/{PERMISSIONS}/{{permission-id}}"),
            Place::ContainerPermissions => format!("{CONTAINERS}/{{container-id}}/{PERMISSIONS}"),
            Place::Item(follows) => suffix("{item}", follows),
            Place::Permission(follows) => suffix("{item}/permissions/{permission-id}", follows),
            Place::Share => "/shares/{share-token}".to_owned(),
            Place::SharePermission(follows) => suffix("/shares/{share-token}/permission", follows),
            Place::ShareRelation(name) => format!("/shares/{{share-token}}/{name}"),
            Place::SharedWithMe => format!("/me/drive/{}", dialect.action(SHARED_WITH_ME)),
            Place::Batch => BATCH.to_owned(),
        }
    }
}
