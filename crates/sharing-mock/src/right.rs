//! What whoever asks may do with an item, and what of its permissions they may see.

use sharing_model::{ActionKind, LinkScope, Method, Role, TokenKind};

use crate::{
    access::{At, Held},
    directory::PrincipalIndex,
    drive::{Drive, Grant, Link, ROOT},
    refusal::{ACCESS_DENIED, MISSING, Refusal},
    tenant::Tenant,
};

/// What somebody may do with an item: each includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Right {
    /// Not even know of it.
    Nothing,
    Read,
    /// Change it, and share it.
    Write,
    /// See everybody who has access.
    Own,
}

impl Right {
    fn of(roles: &[Role]) -> Self {
        let right = |role: &Role| match role {
            Role::Owner => Self::Own,
            Role::Write => Self::Write,
            Role::Other(other) if ["sp.full control", "manager"].contains(&&*other.to_lowercase()) => {
                Self::Own
            }
            _ => Self::Read,
        };
        roles.iter().map(right).max().unwrap_or(Self::Nothing)
    }
}

impl Tenant {
    /// What whoever asks may do with an item. An application may do what its scopes let it, which is judged before.
    pub(crate) fn right(&self, (drive, item): At) -> Right {
        let drive = &self.drives[drive];
        if self.token == TokenKind::Application || drive.owner == self.me {
            return Right::Own;
        }
        let own = drive.grant_to(item, self.me).map_or(Right::Nothing, |grant| self.right_of(grant));
        if own == Right::Own {
            return own;
        }
        let by_groups = drive.grants(item).filter(|grant| self.is_member(self.me, grant.to));
        let by_groups = by_groups.map(|grant| self.right_of(grant));
        let by_links =
            drive.links(item).filter(|link| link.users.contains(&self.me) && !link.is_over(self.now));
        let by_links = by_links.map(|link| Right::of(&link.roles()));
        by_groups.chain(by_links).fold(own, Right::max)
    }

    /// The items of others' drives that somebody was given: by a permission or a link of their own, which the folder
    /// above does not give already.
    pub(crate) fn shared_with(&self, who: PrincipalIndex) -> Vec<At> {
        let has = |drive: &Drive, item| {
            drive.grant_to(item, who).is_some_and(|grant| !grant.is_over(self.now))
                || drive.links(item).any(|link| link.users.contains(&who) && !link.is_over(self.now))
        };
        let others = self.drives.iter().enumerate().filter(|(_, drive)| drive.owner != who);
        let given = others.flat_map(|(index, drive)| {
            let items = (ROOT + 1..drive.len()).filter(move |item| {
                let above = drive.item(*item).parent.unwrap_or(ROOT);
                drive.is_unique(*item) && has(drive, *item) && !has(drive, above)
            });
            items.map(move |item| (index, item))
        });
        given.collect()
    }

    fn right_of(&self, grant: &Grant) -> Right {
        if grant.is_over(self.now) { Right::Nothing } else { Right::of(&grant.roles) }
    }

    /// Whether somebody is in what may be a group.
    pub(crate) fn is_member(&self, who: PrincipalIndex, group: PrincipalIndex) -> bool {
        let group = self.directory.get(group);
        group.kind.is_group() && group.members.contains(&who)
    }

    /// Refuses an action for which whoever asks has not the right. What they may not read is not there for them.
    pub(crate) fn refuse_right(&self, right: Right, kind: ActionKind) -> Result<(), Refusal> {
        // Whoever may read an item may show that they know a password.
        let changes = kind.facts().method != Method::Get && kind != ActionKind::ValidatePermission;
        let who = || self.directory.get(self.me).mail.clone();
        match right {
            Right::Nothing => Err(Refusal::of(&MISSING, format!("{} has no access to it", who()))),
            Right::Read if changes => Err(Refusal::of(&ACCESS_DENIED, format!("{} may only read it", who()))),
            _ => Ok(()),
        }
    }

    /// What whoever holds a link may do by it; nothing where it is for others.
    pub(crate) fn right_by(&self, link: &Link) -> Right {
        let who = self.directory.get(self.me);
        let lets_in = match link.scope {
            LinkScope::Organization => !who.kind.is_guest(),
            LinkScope::Users => link.users.contains(&self.me),
            _ => true,
        };
        if lets_in { Right::of(&link.roles()) } else { Right::Nothing }
    }

    /// Whether a permission is one that whoever asks may see: an owner sees all, others what applies to them.
    pub(crate) fn sees(&self, right: Right, held: &Held<'_>) -> bool {
        right == Right::Own
            || match held {
                Held::Grant(grant) => grant.to == self.me || self.is_member(self.me, grant.to),
                Held::Link(link) => self.right_by(link) > Right::Nothing,
            }
    }
}
