//! `AuditRow`: one way in which somebody has access to an item.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sharing_model::{
    DriveRecipient, Grantee, GranteeKind, Inheritance, ItemAddress, LinkScope, LoginNameKind, Permission,
    PermissionKind, Role,
};

/// How somebody came by access.
///
/// Only [`Direct`](Self::Direct) and [`Invited`](Self::Invited) rows say what an invitation can say: planning leaves the
/// others out.
///
/// ```
/// use sharing_bulk::How;
///
/// assert!(How::Direct.is_plannable());
/// assert_eq!((How::Unread.to_string(), How::Link.is_plannable()), ("unread".to_owned(), false));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum How {
    /// Granted on the item itself.
    Direct,
    /// Invited to the item itself, and not yet come.
    Invited,
    /// Granted on a folder above.
    Inherited,
    /// Owns it.
    Owner,
    /// By a link: the link itself where there is no recipient, else somebody whom the link is for.
    Link,
    /// In a way that no invitation makes: a group of the site, an application, a role of SharePoint's.
    Other,
    /// Not known: the permissions could not be read. The row's `error` says why.
    Unread,
}

impl How {
    /// Each of them, as lists are written.
    pub(crate) const ALL: [Self; 7] =
        [Self::Direct, Self::Invited, Self::Inherited, Self::Owner, Self::Link, Self::Other, Self::Unread];

    /// Whether an invitation could say the same.
    ///
    /// ```
    /// assert!(!sharing_bulk::How::Owner.is_plannable());
    /// ```
    #[must_use]
    pub const fn is_plannable(self) -> bool {
        matches!(self, Self::Direct | Self::Invited)
    }

    /// The word in a list.
    ///
    /// ```
    /// assert_eq!(sharing_bulk::How::Inherited.as_str(), "inherited");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Invited => "invited",
            Self::Inherited => "inherited",
            Self::Owner => "owner",
            Self::Link => "link",
            Self::Other => "other",
            Self::Unread => "unread",
        }
    }
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::str::FromStr for How {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|how| how.as_str().eq_ignore_ascii_case(word)).ok_or(())
    }
}

/// One way in which somebody has access to an item: a row of an access list, and how they came by it.
///
/// A permission that several people hold is a row for each; a link is a row of its own, and a row for each person whom
/// it is for.
///
/// ```
/// use sharing_bulk::{AuditRow, How};
///
/// let permission = serde_json::from_str(
///     r#"{ "id": "aTow", "roles": ["write"], "grantedToV2": { "user": { "displayName": "Ryan Gregg", "email": "ryan@contoso.com" } } }"#,
/// )?;
/// let rows = AuditRow::of(&"/drive/root:/Projects".parse().unwrap(), &permission, &["contoso.com".to_owned()]);
/// assert_eq!((rows[0].recipient.as_str(), rows[0].role.as_str(), rows[0].how), ("ryan@contoso.com", "write", How::Direct));
/// assert!(!rows[0].external);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct AuditRow {
    /// The item.
    #[serde(with = "crate::text")]
    pub item: ItemAddress,
    /// Who, as an access list writes it; empty for a link itself, and for who cannot be invited.
    #[serde(default)]
    pub recipient: String,
    /// The strongest role, in the service's word.
    #[serde(default)]
    pub role: String,
    /// When it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// How they came by it.
    pub how: How,
    /// The name to show.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What the grantee is: `user`, `group`, `site-group`, `application`, `device`, `invited`, `link`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// Whether it is somebody outside of the organization, or a link for anybody.
    #[serde(default, skip_serializing_if = "is_false")]
    pub external: bool,
    /// The folder above that it comes from, as far as the service tells.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub from: String,
    /// The link's scope and type, such as `anonymous view`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub through: String,
    /// The permission's id.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub permission_id: String,
    /// Why nothing could be read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub error: String,
    /// Each name that the grantee goes by: mail, id, principal.
    #[serde(skip)]
    names: Vec<String>,
}

/// The columns of an audit, in the order in which they are written. The first four are an access list's.
pub(crate) const COLUMNS: &[&str] = &[
    "item",
    "recipient",
    "role",
    "expires",
    "how",
    "name",
    "kind",
    "external",
    "from",
    "through",
    "permission-id",
    "error",
];

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl AuditRow {
    /// The rows that a permission of an item is. `domains` are the organization's own; where there are none, only
    /// guests, open invitations and links for anybody count as external.
    ///
    /// ```
    /// use sharing_bulk::{AuditRow, How};
    ///
    /// let link = serde_json::from_str(r#"{ "id": "7", "roles": ["read"], "link": { "type": "view", "scope": "anonymous" } }"#)?;
    /// let rows = AuditRow::of(&"/drive/root:/Projects".parse().unwrap(), &link, &[]);
    /// assert_eq!((rows[0].how, rows[0].through.as_str(), rows[0].external), (How::Link, "anonymous view", true));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn of(item: &ItemAddress, permission: &Permission, domains: &[String]) -> Vec<Self> {
        let role = strongest(permission);
        let from = match permission.inheritance() {
            Inheritance::From(above) => above.path.clone().or_else(|| above.name.clone()).unwrap_or_default(),
            Inheritance::Undisclosed => "a folder above".to_owned(),
            _ => String::new(),
        };
        let bare = Self {
            item: item.clone(),
            recipient: String::new(),
            role: role.map_or(String::new(), Role::to_string),
            expires: permission.expires(),
            how: How::Other,
            name: permission.holder(),
            kind: String::new(),
            external: false,
            from,
            through: String::new(),
            permission_id: permission.id.clone().unwrap_or_default(),
            error: String::new(),
            names: Vec::new(),
        };
        let grantees = permission.grantees();
        if permission.kind() == PermissionKind::Link {
            return links(&bare, permission, &grantees, domains);
        }
        let owns = role.is_some_and(|role| role.includes(&Role::Owner));
        if grantees.is_empty() {
            let how = if permission.is_inherited() { How::Inherited } else { How::Other };
            return vec![Self { how, ..bare }];
        }
        let each = grantees.iter().map(|grantee| {
            let row = bare.clone().held_by(grantee, permission, domains);
            let how = match grantee.kind() {
                _ if owns => How::Owner,
                _ if permission.is_inherited() => How::Inherited,
                _ if row.recipient.is_empty() || !is_invitable(role) => How::Other,
                GranteeKind::Invited => How::Invited,
                _ if is_open(permission) => How::Invited,
                _ => How::Direct,
            };
            Self { how, ..row }
        });
        each.collect()
    }

    /// The row of an item whose permissions cannot be read.
    pub(crate) fn unread(item: ItemAddress, error: &sharing_http::Error) -> Self {
        let id = error.request_id().map(|id| format!(" (request-id {id})")).unwrap_or_default();
        Self {
            item,
            recipient: String::new(),
            role: String::new(),
            expires: None,
            how: How::Unread,
            name: String::new(),
            kind: String::new(),
            external: false,
            from: String::new(),
            through: String::new(),
            permission_id: String::new(),
            error: format!("{error}{id}"),
            names: Vec::new(),
        }
    }

    /// Whether the grantee goes by this name: a mail address, an id, a principal or a display name, with or without
    /// `mail:`, `id:` or `alias:` before it, in any case.
    ///
    /// ```
    /// use sharing_bulk::AuditRow;
    ///
    /// let permission = serde_json::from_str(r#"{ "roles": ["read"], "grantedTo": { "user": { "email": "Ryan@contoso.com" } } }"#)?;
    /// let rows = AuditRow::of(&"/drive/root".parse().unwrap(), &permission, &[]);
    /// assert!(rows[0].is_of("mail:ryan@contoso.com") && !rows[0].is_of("priya@contoso.com"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn is_of(&self, who: &str) -> bool {
        let who = DriveRecipient::from(who);
        // An alias is what stands before the @ of most people's mail address.
        let alias = who.alias.as_deref().filter(|alias| !alias.contains(char::is_whitespace));
        let is_alias = |name: &str| {
            let local = name.split_once('@').map(|(local, _)| local);
            local.zip(alias).is_some_and(|(local, alias)| local.eq_ignore_ascii_case(alias))
        };
        if self.names.iter().any(|name| is_alias(name)) {
            return true;
        }
        let Some(who) = who.name() else { return false };
        let own = self.names.iter().map(String::as_str).chain([&*self.name, bare(&self.recipient)]);
        own.filter(|name| !name.is_empty()).any(|name| name.eq_ignore_ascii_case(who))
    }

    /// The cells, in the order of the columns of an audit.
    pub(crate) fn cells(&self) -> Vec<String> {
        vec![
            self.item.to_string(),
            self.recipient.clone(),
            self.role.clone(),
            self.expires.map(|at| at.to_string()).unwrap_or_default(),
            self.how.to_string(),
            self.name.clone(),
            self.kind.clone(),
            if self.external { "true".to_owned() } else { String::new() },
            self.from.clone(),
            self.through.clone(),
            self.permission_id.clone(),
            self.error.clone(),
        ]
    }

    fn held_by(mut self, grantee: &Grantee<'_>, permission: &Permission, domains: &[String]) -> Self {
        // A permission's id tells only of its one holder.
        let login =
            grantee.login_name().or_else(|| (self.kind != "link").then(|| permission.login_name()).flatten());
        let login_kind = login.as_ref().map(sharing_model::LoginName::kind);
        let principal = login.as_ref().map(|login| login.principal().to_owned());
        let named = |kinds: &[LoginNameKind]| {
            principal.clone().filter(|_| login_kind.is_some_and(|kind| kinds.contains(&kind)))
        };
        let mail = grantee.email().map(str::to_owned);
        let id = grantee.id().map(str::to_owned);
        let invitable =
            matches!(grantee.kind(), GranteeKind::User | GranteeKind::Group | GranteeKind::Invited);
        if invitable {
            // A mail address is what people read; a principal's name mostly is one, too.
            let user = named(&[LoginNameKind::User]).filter(|name| name.contains('@'));
            let group = named(&[LoginNameKind::Group, LoginNameKind::SecurityGroup]);
            let id = id.clone().or(group).map(|id| format!("id:{id}"));
            let guest = matches!(grantee.kind(), GranteeKind::Group);
            self.recipient =
                if guest { mail.clone().or(id) } else { mail.clone().or(user).or(id) }.unwrap_or_default();
        }
        if let Some(name) = grantee.name() {
            name.clone_into(&mut self.name);
        }
        kind(grantee.kind()).clone_into(&mut self.kind);
        let foreign = |mail: &str| {
            let domain = mail.rsplit_once('@').map(|(_, domain)| domain);
            domain.is_some_and(|domain| !domains.iter().any(|own| own.eq_ignore_ascii_case(domain)))
        };
        let is_guest = login_kind == Some(LoginNameKind::Guest);
        let outside = !domains.is_empty() && mail.as_deref().is_some_and(foreign);
        let uninvited = domains.is_empty() && grantee.kind() == GranteeKind::Invited;
        self.external = is_guest || outside || uninvited;
        self.names = [mail, id, principal].into_iter().flatten().collect();
        self
    }
}

/// A link's rows: its own, and one for each person whom it is for.
fn links(
    bare: &AuditRow,
    permission: &Permission,
    grantees: &[Grantee<'_>],
    domains: &[String],
) -> Vec<AuditRow> {
    let link = permission.link.as_ref();
    let scope = link.and_then(|link| link.scope.as_ref());
    let link_type = link.and_then(|link| link.link_type.as_ref());
    let words = [scope.map(LinkScope::as_str), link_type.map(sharing_model::LinkType::as_str)];
    let words: Vec<_> = words.into_iter().flatten().collect();
    let own = AuditRow {
        how: How::Link,
        kind: "link".to_owned(),
        through: words.join(" "),
        external: scope == Some(&LinkScope::Anonymous),
        ..bare.clone()
    };
    let people = grantees.iter().map(|grantee| own.clone().held_by(grantee, permission, domains));
    std::iter::once(own.clone()).chain(people.collect::<Vec<_>>()).collect()
}

fn strongest(permission: &Permission) -> Option<&Role> {
    let roles = permission.roles.iter().flatten();
    roles.reduce(|strongest, role| if role.includes(strongest) { role } else { strongest })
}

fn is_invitable(role: Option<&Role>) -> bool {
    matches!(role, Some(Role::Read | Role::Write))
}

/// Whether it is an invitation that nobody has taken up.
fn is_open(permission: &Permission) -> bool {
    permission.kind() == PermissionKind::Invitation
}

/// A recipient without the word before it that says what it is.
fn bare(recipient: &str) -> &str {
    ["mail:", "id:", "alias:"].iter().find_map(|word| recipient.strip_prefix(word)).unwrap_or(recipient)
}

const fn kind(kind: GranteeKind) -> &'static str {
    match kind {
        GranteeKind::User => "user",
        GranteeKind::Group => "group",
        GranteeKind::SiteGroup | GranteeKind::SharePointGroup => "site-group",
        GranteeKind::Application => "application",
        GranteeKind::Device => "device",
        GranteeKind::Invited => "invited",
        _ => "unknown",
    }
}
