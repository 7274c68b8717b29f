//! An item's own list of who has access: what each grantee may do, and the links.

use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use sharing_model::{DateTime, LinkScope, LinkType, Role, Secret};

use super::IndexMap;
use crate::directory::PrincipalIndex;

/// What one principal may do with an item.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Grant {
    pub(crate) to: PrincipalIndex,
    pub(crate) roles: Arc<[Role]>,
    /// Whether the invitation that made it asked for sign-in; `None` when no invitation did.
    pub(crate) sign_in_required: Option<bool>,
    /// Who invited, where somebody did.
    pub(crate) invited_by: Option<PrincipalIndex>,
    pub(crate) expires: Option<DateTime>,
}

/// Roles to hold. Almost all grants have one of three, which they share.
pub(crate) fn shared_roles(roles: &[Role]) -> Arc<[Role]> {
    static USUAL: LazyLock<[Arc<[Role]>; 3]> =
        LazyLock::new(|| [Role::Read, Role::Write, Role::Owner].map(|role| [role].into()));
    USUAL.iter().find(|usual| ***usual == *roles).map_or_else(|| roles.into(), Arc::clone)
}

impl Grant {
    /// A grant that nobody was invited to and that does not end.
    pub(crate) const fn new(to: PrincipalIndex, roles: Arc<[Role]>) -> Self {
        Self { to, roles, sign_in_required: None, invited_by: None, expires: None }
    }

    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        is_over(self.expires.as_ref(), now)
    }
}

/// A sharing link.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Link {
    pub(crate) id: String,
    pub(crate) url: String,
    pub(crate) link_type: LinkType,
    pub(crate) scope: LinkScope,
    pub(crate) prevents_download: bool,
    /// Who may use a link with the scope `users`.
    pub(crate) users: Vec<PrincipalIndex>,
    pub(crate) expires: Option<DateTime>,
    pub(crate) password: Option<Secret>,
}

impl Link {
    /// The roles that the link's type gives.
    pub(crate) fn roles(&self) -> Vec<Role> {
        vec![match self.link_type {
            LinkType::Edit | LinkType::CreateOnly => Role::Write,
            _ => Role::Read,
        }]
    }

    pub(crate) fn add_users(&mut self, users: &[PrincipalIndex]) {
        for user in users {
            if !self.users.contains(user) {
                self.users.push(*user);
            }
        }
    }

    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        is_over(self.expires.as_ref(), now)
    }

    /// The id by which the shares of personal drives are addressed, where the link has one.
    pub(crate) fn share_id(&self) -> Option<&str> {
        let name = self.url.strip_prefix("https://1drv.ms/")?.split('/').nth(1)?;
        name.starts_with("s!").then_some(name)
    }
}

fn is_over(end: Option<&DateTime>, now: Timestamp) -> bool {
    end.is_some_and(|end| !end.is_none() && end.timestamp() <= now)
}

/// Who has access, by grantee and by the link's id, in the order in which they came.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct List {
    pub(crate) grants: IndexMap<PrincipalIndex, Arc<Grant>>,
    pub(crate) links: IndexMap<String, Link>,
}

impl List {
    /// How many permissions it has.
    pub(crate) fn len(&self) -> usize {
        self.grants.len() + self.links.len()
    }
}
