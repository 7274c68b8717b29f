//! Who holds what on an item now, found by name.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use sharing_model::{DriveRecipient, GranteeKind, Permission, PermissionKind, Role, Segment};

use super::principal::Principal;

/// One holder of one permission.
#[derive(Debug)]
pub(super) struct Held<'a> {
    pub(super) permission: &'a Permission,
    pub(super) kind: GranteeKind,
    pub(super) principal: Principal,
    pub(super) is_inherited: bool,
    /// The strongest role of it.
    pub(super) role: Option<Role>,
}

impl Held<'_> {
    pub(super) fn id(&self) -> Option<Segment> {
        Segment::new(self.permission.id.as_deref()?)
    }

    pub(super) fn covers(&self, role: &Role) -> bool {
        self.permission.covers(role)
    }

    /// How a person would call them: the address first, which stands in a list.
    pub(super) fn name(&self) -> String {
        let mail = self.principal.mails.iter().find(|mail| !mail.contains("#ext#"));
        mail.cloned().unwrap_or_else(|| self.permission.holder())
    }
}

/// Everybody who holds something on an item, without links and without what has ended.
#[derive(Debug, Default)]
pub(super) struct Holders<'a> {
    pub(super) all: Vec<Held<'a>>,
    by_mail: HashMap<String, Vec<usize>>,
    by_id: HashMap<String, Vec<usize>>,
    by_alias: HashMap<String, Vec<usize>>,
}

impl<'a> Holders<'a> {
    pub(super) fn of(permissions: &'a [Permission], now: Timestamp) -> Self {
        let mut holders = Self::default();
        let live = permissions.iter().filter(|permission| {
            permission.kind() != PermissionKind::Link && permission.expires().is_none_or(|end| end > now)
        });
        for permission in live {
            for (kind, principal) in Principal::all_of(permission) {
                holders.add(Held {
                    permission,
                    kind,
                    principal,
                    is_inherited: permission.is_inherited(),
                    role: strongest(permission),
                });
            }
        }
        holders
    }

    fn add(&mut self, held: Held<'a>) {
        let index = self.all.len();
        let Principal { mails, ids, aliases, .. } = &held.principal;
        for (names, map) in
            [(mails, &mut self.by_mail), (ids, &mut self.by_id), (aliases, &mut self.by_alias)]
        {
            for name in names {
                map.entry(name.clone()).or_default().push(index);
            }
        }
        self.all.push(held);
    }

    /// All that a recipient holds, as far as their name tells.
    pub(super) fn by(&self, recipient: &DriveRecipient) -> &[usize] {
        let (map, name) = match recipient {
            DriveRecipient { email: Some(mail), .. } => (&self.by_mail, mail),
            DriveRecipient { object_id: Some(id), .. } => (&self.by_id, id),
            DriveRecipient { alias: Some(alias), .. } => (&self.by_alias, alias),
            _ => return &[],
        };
        let found = map.get(&name.to_lowercase()).map_or(&[][..], Vec::as_slice);
        // Several people may have one alias at several domains: then it tells nobody.
        let is_one = |index: &usize| self.all[*index].principal == self.all[found[0]].principal;
        if recipient.alias.is_some() && !found.iter().all(is_one) { &[] } else { found }
    }

    /// The domains of those who are members of the tenant.
    pub(super) fn domains(&self) -> BTreeSet<&str> {
        let members = self.all.iter().filter(|held| held.principal.is_member);
        members.flat_map(|held| &held.principal.mails).filter_map(|mail| domain(mail)).collect()
    }
}

pub(super) fn domain(mail: &str) -> Option<&str> {
    mail.rsplit_once('@').map(|(_, domain)| domain)
}

fn strongest(permission: &Permission) -> Option<Role> {
    permission
        .roles
        .iter()
        .flatten()
        .fold(None, |best: Option<&Role>, role| match best {
            Some(best) if best.includes(role) => Some(best),
            _ => Some(role),
        })
        .cloned()
}
