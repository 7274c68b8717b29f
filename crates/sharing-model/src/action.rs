//! `Action`: one thing to ask of the service, as a value.
//!
//! A client sends it, a mock reads it, a batch carries it, a person can look at it: each URL is spelt here and nowhere
//! else, and one table says what there is to know about each kind.

mod constructors;
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
use crate::{ItemAddress, Segment};

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
    /// Elsewhere, since most actions have none and each is moved about.
    options: Option<Box<Options>>,
}

impl Action {
    const fn of(kind: ActionKind, target: Target) -> Self {
        Self { kind, target, body: None, options: None }
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
