//! `Step`: one request that the plan asks for.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sharing_model::{
    Action, InviteRequest, ItemAddress, RevokeGrantsRequest, Role, Segment, UpdatePermissionRequest,
};

/// One request that the plan asks for, and the rows that it is for.
///
/// ```
/// use sharing_bulk::{Change, Step};
/// use sharing_model::{Role, Segment};
///
/// let step = Step {
///     item: "/drive/items/01NQ5".parse()?,
///     change: Change::SetRole {
///         permission: Segment::new("CCFC7CA3").unwrap(),
///         grantee: "ryan@contoso.com".to_owned(),
///         from: Some(Role::Read),
///         role: Role::Write,
///         expires: None,
///     },
///     rows: vec![7],
/// };
/// let action = step.action();
/// assert_eq!(action.body().unwrap().to_string(), r#"{"roles":["write"]}"#);
/// assert_eq!(serde_json::from_str::<Step>(&serde_json::to_string(&step)?)?, step);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs, reason = "a run, a report and a test make steps of their own")]
pub struct Step {
    /// The item.
    #[serde(with = "crate::text")]
    pub item: ItemAddress,
    /// What is done to it.
    #[serde(flatten)]
    pub change: Change,
    /// The lines of the rows that it is for; none for who is in no row.
    pub rows: Vec<u64>,
}

/// What a step does to an item's permissions.
///
/// ```
/// use sharing_bulk::Change;
/// use sharing_model::{Role, Segment};
///
/// let change = Change::Revoke {
///     permission: Segment::new("CCFC7CA3").unwrap(),
///     grantee: "ryan@contoso.com".to_owned(),
///     role: Some(Role::Write),
/// };
/// assert!(!change.mails());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Change {
    /// Gives recipients access, and mails them where the request says so.
    Invite {
        /// The request, with every recipient.
        request: InviteRequest,
    },
    /// Gives a permission another role, and another end where one is said.
    SetRole {
        /// The permission's id.
        #[serde(with = "crate::text::segment")]
        permission: Segment,
        /// Who holds it, to show.
        grantee: String,
        /// The role that it has.
        from: Option<Role>,
        /// The role that it gets.
        role: Role,
        /// The end that it gets with it.
        expires: Option<Timestamp>,
    },
    /// Gives a permission another end.
    SetExpiry {
        /// The permission's id.
        #[serde(with = "crate::text::segment")]
        permission: Segment,
        /// Who holds it, to show.
        grantee: String,
        /// The end that it has.
        from: Option<Timestamp>,
        /// The end that it gets.
        expires: Timestamp,
    },
    /// Takes a permission away.
    Revoke {
        /// The permission's id.
        #[serde(with = "crate::text::segment")]
        permission: Segment,
        /// Who holds it, to show.
        grantee: String,
        /// The role that it has.
        role: Option<Role>,
    },
    /// Takes somebody off a link that is for certain people; the link stays.
    TakeOffLink {
        /// The link's permission.
        #[serde(with = "crate::text::segment")]
        permission: Segment,
        /// Who, to show.
        grantee: String,
        /// The request.
        request: RevokeGrantsRequest,
    },
}

impl Step {
    /// What is sent: the same value is said to be dry, rendered, journalled.
    ///
    /// ```
    /// # let step: sharing_bulk::Step = serde_json::from_str(
    /// #     r#"{"item":"/drive/items/01NQ5","change":"revoke","permission":"CCFC","grantee":"Ryan","role":"read","rows":[]}"#,
    /// # )?;
    /// use sharing_model::Dialect;
    ///
    /// assert_eq!(step.action().path(Dialect::Graph), "/drive/items/01NQ5/permissions/CCFC");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn action(&self) -> Action {
        let item = self.item.clone();
        match &self.change {
            Change::Invite { request } => Action::invite(item, request),
            Change::SetRole { permission, role, expires, .. } => {
                let mut request = UpdatePermissionRequest::default();
                request.roles = Some(vec![role.clone()]);
                request.expiration_date_time = expires.map(Into::into);
                Action::update_permission(item, permission.clone(), &request)
            }
            Change::SetExpiry { permission, expires, .. } => {
                let mut request = UpdatePermissionRequest::default();
                request.expiration_date_time = Some((*expires).into());
                Action::update_permission(item, permission.clone(), &request)
            }
            Change::Revoke { permission, .. } => Action::delete_permission(item, permission.clone()),
            Change::TakeOffLink { permission, request, .. } => {
                Action::revoke_grants(item, permission.clone(), request)
            }
        }
    }
}

impl Change {
    /// Whether it mails somebody.
    ///
    /// ```
    /// # use sharing_bulk::Change;
    /// let silent: Change =
    ///     serde_json::from_str(r#"{ "change": "invite", "request": { "sendInvitation": false } }"#)?;
    /// assert!(!silent.mails());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn mails(&self) -> bool {
        matches!(self, Self::Invite { request } if request.send_invitation != Some(false))
    }

    /// How many recipients it is for: those of an invitation, else the one who holds the permission.
    ///
    /// ```
    /// # use sharing_bulk::Change;
    /// let json = r#"{ "change": "invite", "request": { "recipients": [{ "alias": "a" }, { "alias": "b" }] } }"#;
    /// assert_eq!(serde_json::from_str::<Change>(json)?.recipients(), 2);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn recipients(&self) -> usize {
        match self {
            Self::Invite { request } => request.recipients.as_ref().map_or(0, Vec::len),
            _ => 1,
        }
    }

    /// Whether somebody can do less afterwards than before.
    ///
    /// ```
    /// # use sharing_bulk::Change;
    /// let json = r#"{ "change": "set-role", "permission": "C", "grantee": "Ryan", "from": "write", "role": "read" }"#;
    /// assert!(serde_json::from_str::<Change>(json)?.lowers());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn lowers(&self) -> bool {
        match self {
            Self::Invite { .. } | Self::SetExpiry { from: None, .. } => false,
            Self::SetRole { from, role, .. } => from.as_ref().is_some_and(|from| !role.includes(from)),
            Self::SetExpiry { from: Some(from), expires, .. } => expires < from,
            Self::Revoke { .. } | Self::TakeOffLink { .. } => true,
        }
    }
}
