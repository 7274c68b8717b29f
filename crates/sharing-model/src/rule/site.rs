//! The rules for giving applications a role in a site.

use super::{EVERYWHERE, MALFORMED, Rule, one, some, unknown_roles};
use crate::{Role, SitePermissionRequest};

pub(crate) static CREATE_SITE_PERMISSION: &[Rule<SitePermissionRequest>] = &[
    Rule {
        name: "roles-some",
        limit: "a role: read, write, manage, fullcontrol or owner",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "site: create permission, roles",
        answer: MALFORMED,
        broken: |request, _| some("roles", request.roles.as_deref(), &request.additional),
    },
    Rule {
        name: "roles-known",
        limit: "read, write, manage, fullcontrol or owner",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "site: create permission, roles",
        answer: MALFORMED,
        broken: |request, _| {
            let more = ["manage", "fullcontrol"].map(Role::from);
            let known: Vec<_> = [Role::Read, Role::Write, Role::Owner].into_iter().chain(more).collect();
            unknown_roles(request.roles.as_deref(), &known)
        },
    },
    Rule {
        name: "site-grantee",
        limit: "one application, by grantedToIdentities[0].application.id",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "site: create permission; no user can be given access to a site so",
        answer: MALFORMED,
        broken: |request, _| match request.granted_to_identities.as_deref() {
            Some([set]) => {
                let id = set.application.as_ref().and_then(|application| application.id.as_deref());
                let others = [&set.user, &set.group, &set.device, &set.site_group];
                if others.into_iter().any(Option::is_some) {
                    one("grantedToIdentities[0]", "somebody who is no application")
                } else if id.is_none_or(str::is_empty) {
                    one("grantedToIdentities[0].application.id", "none")
                } else {
                    vec![]
                }
            }
            Some(sets) if sets.len() > 1 => one("grantedToIdentities", format!("{} of them", sets.len())),
            sets => some("grantedToIdentities", sets, &request.additional),
        },
    },
];
