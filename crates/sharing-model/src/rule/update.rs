//! The rules for changing a permission.

use super::{EVERYWHERE, MALFORMED, Rule, one, shared, unknown_roles};
use crate::{Role, UpdatePermissionRequest};

pub(crate) static UPDATE: &[Rule<UpdatePermissionRequest>] = &[
    Rule {
        name: "update-something",
        limit: "roles or expirationDateTime",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "permission: update",
        answer: Some((
            "invalidRequest",
            "Invalid input: No Information provided to update the specifed permission",
        )),
        broken: |request, _| {
            let has = |name: &str| request.additional.contains_key(name);
            let nothing = request.roles.is_none() && request.expiration_date_time.is_none();
            if nothing && !has("roles") && !has("expirationDateTime") {
                one("roles", "neither")
            } else {
                vec![]
            }
        },
    },
    Rule {
        name: "roles-some",
        limit: "a role",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "permission: update, roles",
        answer: MALFORMED,
        broken: |request, _| match request.roles.as_deref() {
            Some([]) => one("roles", "an empty list"),
            _ => vec![],
        },
    },
    Rule {
        name: "roles-known",
        limit: "read or write; no other role can be given",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "permission: update, roles",
        answer: MALFORMED,
        broken: |request, _| unknown_roles(request.roles.as_deref(), &[Role::Read, Role::Write]),
    },
    shared::expiry_future(),
    shared::expiry_never(),
    shared::expiry_policy(),
];
