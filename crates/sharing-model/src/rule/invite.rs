//! The rules for invitations.

use super::{
    EVERYWHERE, MALFORMED, NOT_PERSONAL, Rule,
    Verdict::{Pass, Refuse, Warn},
    each_recipient, one, shared, some, unknown_roles,
};
use crate::{InviteRequest, ItemKind, Role, TokenKind};

pub(crate) static INVITE: &[Rule<InviteRequest>] = &[
    shared::recipients_some(),
    shared::recipient_named(),
    shared::recipient_one_name(),
    shared::recipient_email(),
    shared::recipient_directory_id(),
    shared::recipient_twice(),
    Rule {
        name: "recipient-guest",
        limit: "guests that there are already: an application cannot invite new ones",
        on: [Warn; 4],
        items: &[],
        token: Some(TokenKind::Application),
        source: "driveItem: invite, application permissions; onedrive-api-docs#1779",
        answer: None,
        broken: |request, _| {
            each_recipient("recipients", request.recipients.as_deref(), &mut |recipient| {
                recipient.email.as_ref().map(|email| (".email", format!("{email:?}, who may be new")))
            })
        },
    },
    shared::message_length(),
    Rule {
        name: "flags",
        limit: "requireSignIn and sendInvitation cannot both be false",
        on: NOT_PERSONAL,
        items: &[],
        token: None,
        source: "driveItem: invite; onedrive-api-docs#627",
        answer: Some(("invalidRequest", "RequireSignIn and SendInvitation cannot both be false")),
        broken: |request, _| match (request.require_sign_in, request.send_invitation) {
            (Some(false), Some(false)) => one("requireSignIn, sendInvitation", "both false"),
            _ => vec![],
        },
    },
    Rule {
        name: "folder-sign-in",
        limit: "true for a folder of a business drive or a library",
        on: [Pass, Refuse, Refuse, Pass],
        items: &[ItemKind::Folder, ItemKind::Root],
        token: None,
        source: "microsoft-graph-docs#17383",
        answer: MALFORMED,
        broken: |request, _| match request.require_sign_in {
            Some(false) => one("requireSignIn", "false"),
            _ => vec![],
        },
    },
    Rule {
        name: "roles-some",
        limit: "a role: read or write",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "driveItem: invite, roles",
        answer: MALFORMED,
        broken: |request, _| some("roles", request.roles.as_deref(), &request.additional),
    },
    Rule {
        name: "roles-known",
        limit: "read or write; an invitation grants no other role",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "driveItem: invite, roles",
        answer: MALFORMED,
        broken: |request, _| unknown_roles(request.roles.as_deref(), &[Role::Read, Role::Write, Role::Owner]),
    },
    Rule {
        name: "roles-owner",
        limit: "read or write; nobody becomes an owner by invitation",
        on: [Refuse, Refuse, Warn, Refuse],
        items: &[],
        token: None,
        source: "driveItem: invite, roles",
        answer: MALFORMED,
        broken: |request, _| {
            let roles = request.roles.iter().flatten().enumerate().filter(|(_, role)| **role == Role::Owner);
            roles.map(|(index, role)| (format!("roles[{index}]"), role.to_string())).collect()
        },
    },
    Rule {
        name: "roles-one",
        limit: "one role; write includes read",
        on: [Warn; 4],
        items: &[],
        token: None,
        source: "permission, roles",
        answer: None,
        broken: |request, _| match request.roles.as_deref() {
            Some(roles @ [_, _, ..]) => one("roles", format!("{} roles", roles.len())),
            _ => vec![],
        },
    },
    shared::expiry_future(),
    shared::expiry_never(),
    shared::expiry_policy(),
    Rule {
        name: "expiry-link-only",
        limit: "none: business drives and libraries document an expiry for links only",
        on: [Pass, Warn, Warn, Pass],
        items: &[],
        token: None,
        source: "driveItem: invite, expirationDateTime",
        answer: None,
        broken: |request, _| match &request.expiration_date_time {
            Some(expiry) => one("expirationDateTime", expiry.to_string()),
            None => vec![],
        },
    },
    Rule {
        name: "password-personal",
        limit: "no password: only personal drives take one",
        on: [Pass, Refuse, Refuse, Warn],
        items: &[],
        token: None,
        source: "driveItem: invite, password",
        answer: MALFORMED,
        broken: |request, _| if request.password.is_some() { one("password", "one") } else { vec![] },
    },
    Rule {
        name: "root-personal",
        limit: "an item below the root: a personal drive's root cannot be shared",
        on: [Refuse, Pass, Pass, Pass],
        items: &[ItemKind::Root],
        token: None,
        source: "driveItem: invite, personal drives",
        answer: MALFORMED,
        broken: |_, _| one("item", "the root"),
    },
    shared::keeps_inherited(),
];
