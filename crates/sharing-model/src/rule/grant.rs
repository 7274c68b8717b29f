//! The rules for people on and off a link.

use super::{
    EVERYWHERE, MALFORMED, Rule,
    Verdict::{Pass, Refuse, Warn},
    one, shared, some, unknown_roles,
};
use crate::{GrantRequest, RevokeGrantsRequest, Role, TokenKind};

pub(crate) static GRANT: &[Rule<GrantRequest>] = &[
    shared::recipients_some(),
    shared::recipient_named(),
    shared::recipient_one_name(),
    shared::recipient_email(),
    shared::recipient_directory_id(),
    shared::recipient_twice(),
    Rule {
        name: "roles-some",
        limit: "the link's own role: read or write",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "permission: grant, roles",
        answer: MALFORMED,
        broken: |request, _| some("roles", request.roles.as_deref(), &request.additional),
    },
    Rule {
        name: "roles-known",
        limit: "the link's own role: read or write",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "permission: grant, roles",
        answer: MALFORMED,
        broken: |request, _| unknown_roles(request.roles.as_deref(), &[Role::Read, Role::Write]),
    },
    Rule {
        name: "grant-delegated",
        limit: "a signed-in person's token: an application's is answered 403",
        on: [Warn; 4],
        items: &[],
        token: Some(TokenKind::Application),
        source: "microsoft-graph-docs-contrib#804",
        answer: None,
        broken: |_, _| one("recipients", "an application's token"),
    },
];

pub(crate) static REVOKE_GRANTS: &[Rule<RevokeGrantsRequest>] = &[
    shared::recipients_some(),
    shared::recipient_named(),
    shared::recipient_one_name(),
    shared::recipient_email(),
    shared::recipient_directory_id(),
    shared::recipient_twice(),
    Rule {
        name: "revoke-grants-not-personal",
        limit: "a business drive or a library: personal drives do not have this action",
        on: [Refuse, Pass, Pass, Pass],
        items: &[],
        token: None,
        source: "permission: revokeGrants",
        answer: MALFORMED,
        broken: |_, _| one("grantees", "a personal drive"),
    },
];
