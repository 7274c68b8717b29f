//! The rules for giving somebody a role in a container of SharePoint Embedded.

use super::{EVERYWHERE, MALFORMED, Rule, one, some, unknown_roles};
use crate::{ContainerPermissionRequest, Role};

pub(crate) static CREATE_CONTAINER_PERMISSION: &[Rule<ContainerPermissionRequest>] = &[
    Rule {
        name: "roles-some",
        limit: "a role: reader, writer, manager or owner",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "fileStorageContainer: create permission, roles",
        answer: MALFORMED,
        broken: |request, _| some("roles", request.roles.as_deref(), &request.additional),
    },
    Rule {
        name: "roles-known",
        limit: "reader, writer, manager or owner; the words of items, read and write, are none of them",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "fileStorageContainer: create permission, roles",
        answer: MALFORMED,
        broken: |request, _| {
            let known = ["reader", "writer", "manager", "owner"].map(Role::from);
            unknown_roles(request.roles.as_deref(), &known)
        },
    },
    Rule {
        name: "roles-one",
        limit: "one role",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "fileStorageContainer: create permission, roles",
        answer: MALFORMED,
        broken: |request, _| match request.roles.as_deref() {
            Some(roles) if roles.len() > 1 => one("roles", format!("{} of them", roles.len())),
            _ => vec![],
        },
    },
    Rule {
        name: "container-grantee",
        limit: "a user, by grantedToV2.user.userPrincipalName",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "fileStorageContainer: create permission, grantedToV2",
        answer: MALFORMED,
        broken: |request, _| {
            let user = request.granted_to_v2.as_ref().and_then(|set| set.user.as_ref());
            let name = user.and_then(|user| user.user_principal_name.as_deref());
            // What came in another shape is told apart as a misfit.
            let is_misfit = request.additional.get("grantedToV2").is_some_and(|value| !value.is_null());
            if name.is_none_or(str::is_empty) && !is_misfit {
                one("grantedToV2.user.userPrincipalName", "none")
            } else {
                vec![]
            }
        },
    },
];
