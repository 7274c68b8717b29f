//! `Action`: one thing to ask of the service, as a value.
//!
//! A client sends it, a mock reads it, a person can look at it: each URL is spelt here and nowhere else.

use std::fmt;

use serde_json::Value;

use crate::{
    AddressError, Dialect, InviteRequest, ItemAddress, Segment,
    address::encode,
    scope::{self, Scopes},
};

/// An HTTP method that the protocol uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `DELETE`
    Delete,
}

impl Method {
    /// The method on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What is asked of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ActionKind {
    /// The item itself.
    GetItem,
    /// The items in a folder.
    ListChildren,
    /// Who has access to the item.
    ListPermissions,
    /// One permission.
    GetPermission,
    /// Taking one permission away.
    DeletePermission,
    /// Giving recipients a role and, if asked to, mailing them.
    Invite,
}

/// What is known about a kind of action: one line of the table that client, mock and documents read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActionFacts {
    /// The kind.
    pub kind: ActionKind,
    /// A name for logs and messages, as in `list permissions`.
    pub name: &'static str,
    /// The method.
    pub method: Method,
    /// What follows the item's address.
    suffix: Suffix,
    /// What it costs, in SharePoint's resource units.
    pub units: u32,
    /// The scopes of which it needs one.
    pub scopes: Scopes,
}

/// What follows an item's address in an action's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Suffix {
    Nothing,
    /// A relation, as in `/permissions`.
    Relation(&'static str),
    /// One permission, as in `/permissions/{id}`.
    Permission,
    /// An action that the dialect spells, as in `/oneDrive.invite`.
    Action(&'static str),
}

const PERMISSIONS: &str = "permissions";

static ACTIONS: &[ActionFacts] = &[
    facts(ActionKind::GetItem, "get item", Method::Get, Suffix::Nothing, 1, scope::READ),
    facts(
        ActionKind::ListChildren,
        "list children",
        Method::Get,
        Suffix::Relation("children"),
        2,
        scope::READ,
    ),
    facts(
        ActionKind::ListPermissions,
        "list permissions",
        Method::Get,
        Suffix::Relation(PERMISSIONS),
        5,
        scope::READ,
    ),
    facts(ActionKind::GetPermission, "get permission", Method::Get, Suffix::Permission, 5, scope::READ),
    facts(
        ActionKind::DeletePermission,
        "delete permission",
        Method::Delete,
        Suffix::Permission,
        5,
        scope::WRITE,
    ),
    facts(ActionKind::Invite, "invite", Method::Post, Suffix::Action("invite"), 5, scope::WRITE),
];

const fn facts(
    kind: ActionKind,
    name: &'static str,
    method: Method,
    suffix: Suffix,
    units: u32,
    scopes: Scopes,
) -> ActionFacts {
    ActionFacts { kind, name, method, suffix, units, scopes }
}

impl ActionKind {
    /// What is known about this kind.
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

/// One thing to ask of the service about one item.
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
    item: ItemAddress,
    permission_id: Option<Segment>,
    body: Option<Value>,
}

impl Action {
    /// Asks for the item itself.
    #[must_use]
    pub const fn get_item(item: ItemAddress) -> Self {
        Self::of(ActionKind::GetItem, item)
    }

    /// Asks for the items in a folder.
    #[must_use]
    pub const fn list_children(item: ItemAddress) -> Self {
        Self::of(ActionKind::ListChildren, item)
    }

    /// Asks who has access to the item.
    #[must_use]
    pub const fn list_permissions(item: ItemAddress) -> Self {
        Self::of(ActionKind::ListPermissions, item)
    }

    /// Asks for one permission.
    #[must_use]
    pub fn get_permission(item: ItemAddress, id: Segment) -> Self {
        Self { permission_id: Some(id), ..Self::of(ActionKind::GetPermission, item) }
    }

    /// Takes one permission away.
    #[must_use]
    pub fn delete_permission(item: ItemAddress, id: Segment) -> Self {
        Self { permission_id: Some(id), ..Self::of(ActionKind::DeletePermission, item) }
    }

    /// Gives recipients a role and, if the request says so, mails them.
    #[must_use]
    pub fn invite(item: ItemAddress, request: &InviteRequest) -> Self {
        // Every key is a string and every number finite: such a value is always JSON.
        let body = serde_json::to_value(request).ok();
        Self { body, ..Self::of(ActionKind::Invite, item) }
    }

    const fn of(kind: ActionKind, item: ItemAddress) -> Self {
        Self { kind, item, permission_id: None, body: None }
    }

    /// What is asked.
    #[must_use]
    pub const fn kind(&self) -> ActionKind {
        self.kind
    }

    /// The item that it is asked of.
    #[must_use]
    pub const fn item(&self) -> &ItemAddress {
        &self.item
    }

    /// The permission that it is about, if it is about one.
    #[must_use]
    pub const fn permission_id(&self) -> Option<&Segment> {
        self.permission_id.as_ref()
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> Method {
        self.kind.facts().method
    }

    /// The body, if it has one. May hold a secret, a link's password for instance.
    #[must_use]
    pub const fn body(&self) -> Option<&Value> {
        self.body.as_ref()
    }

    /// The path below the endpoint's base URL, percent-encoded.
    #[must_use]
    pub fn path(&self, dialect: Dialect) -> String {
        let mut path = self.item.to_url_path();
        match self.kind.facts().suffix {
            Suffix::Nothing => {}
            Suffix::Relation(name) => path.extend(["/", name]),
            Suffix::Action(name) => path.extend(["/", &dialect.action(name)]),
            Suffix::Permission => {
                path.extend(["/", PERMISSIONS, "/"]);
                path.extend(self.permission_id.iter().map(encode));
            }
        }
        path
    }

    /// Reads what a request asks: the other direction of [`method`](Self::method) and [`path`](Self::path). The body
    /// is left out.
    ///
    /// Several dialects may be spoken at one place: an action's name is taken in any of them.
    ///
    /// # Errors
    ///
    /// What is not an action, as the service would tell it apart.
    ///
    /// ```
    /// use sharing_model::{Action, ActionKind, Dialect};
    ///
    /// let action = Action::parse("POST", "/drive/items/01NQ/oneDrive.invite", &[Dialect::Direct])?;
    /// assert_eq!(action.kind(), ActionKind::Invite);
    /// # Ok::<(), sharing_model::NoAction>(())
    /// ```
    pub fn parse(method: &str, path: &str, dialects: &[Dialect]) -> Result<Self, NoAction> {
        let (item, rest) = ItemAddress::split_url_path(path).map_err(NoAction::Address)?;
        let mut segments = rest.split('/').skip(1).filter(|segment| !segment.is_empty());
        let (relation, id, more) = (segments.next(), segments.next(), segments.next());

        let is_named = |suffix: Suffix| match suffix {
            Suffix::Nothing => relation.is_none(),
            Suffix::Relation(name) => relation == Some(name) && id.is_none(),
            Suffix::Permission => relation == Some(PERMISSIONS) && id.is_some(),
            Suffix::Action(name) => {
                id.is_none()
                    && dialects.iter().any(|dialect| relation.is_some_and(|word| dialect.spells(word, name)))
            }
        };
        let known: Vec<_> = ACTIONS.iter().filter(|facts| more.is_none() && is_named(facts.suffix)).collect();
        let Some(facts) = known.iter().find(|facts| facts.method.as_str() == method) else {
            return Err(if known.is_empty() {
                let segment = match relation {
                    Some(PERMISSIONS) => more.or(id),
                    _ => relation,
                };
                NoAction::Segment(segment.unwrap_or_default().to_owned())
            } else {
                NoAction::Method { allowed: known.iter().map(|facts| facts.method).collect() }
            });
        };
        let permission_id = match (facts.suffix, id) {
            (Suffix::Permission, Some(id)) => {
                Some(decode(id).ok_or_else(|| NoAction::Segment(id.to_owned()))?)
            }
            _ => None,
        };
        Ok(Self { permission_id, ..Self::of(facts.kind, item) })
    }
}

fn decode(segment: &str) -> Option<Segment> {
    let text = percent_encoding::percent_decode_str(segment).decode_utf8().ok()?;
    Segment::new(text)
}

/// Why a request is no action.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoAction {
    /// Its path starts with no item's address.
    Address(AddressError),
    /// This segment, after an item's address, names nothing.
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

    #[test]
    fn every_action_is_read_as_it_is_printed() {
        let item: ItemAddress = "/drive/root:/a b/c#1.docx".parse().unwrap();
        let id = Segment::new("aTowIy5m=+/".replace('/', "_")).unwrap();
        let request = InviteRequest::default();
        for dialect in [Dialect::Graph, Dialect::Direct, Dialect::DirectPersonal, Dialect::Server] {
            for action in [
                Action::get_item(item.clone()),
                Action::list_children(item.clone()),
                Action::list_permissions(item.clone()),
                Action::get_permission(item.clone(), id.clone()),
                Action::delete_permission(item.clone(), id.clone()),
                Action::invite(item.clone(), &request),
            ] {
                let read =
                    Action::parse(action.method().as_str(), &action.path(dialect), &[dialect]).unwrap();
                assert_eq!(read, Action { body: None, ..action });
            }
        }
    }

    #[test]
    fn what_is_no_action_says_why() {
        let why = |method, path| Action::parse(method, path, &[Dialect::Graph]).unwrap_err().to_string();
        assert_eq!(why("GET", "/drive/items/1/shared"), r#"no action is called "shared""#);
        assert_eq!(why("POST", "/drive/items/1/oneDrive.invite"), r#"no action is called "oneDrive.invite""#);
        assert_eq!(why("GET", "/drive/items/1/permissions/2/3"), r#"no action is called "3""#);
        assert_eq!(why("PUT", "/drive/items/1/invite"), "method not allowed; allowed here: POST");
        assert_eq!(
            why("TRACE", "/drive/items/1/permissions/2"),
            "method not allowed; allowed here: GET, DELETE"
        );
        assert!(why("GET", "/me/messages").contains("expected drive"));
    }
}
