//! The rules for making links.

use super::{
    Broken, EVERYWHERE, MALFORMED, Rule,
    Verdict::{Pass, Refuse, Warn},
    one, shared,
};
use crate::{CreateLinkRequest, ItemKind, LinkScope, LinkType};

pub(crate) static CREATE_LINK: &[Rule<CreateLinkRequest>] = &[
    Rule {
        name: "type-known",
        limit: "one of view, edit, embed, blocksDownload, createOnly, review, addressBar and adminDefault",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "driveItem: createLink, type",
        answer: MALFORMED,
        broken: |request, _| match &request.link_type {
            Some(LinkType::Other(word)) => one("type", format!("{word:?}")),
            _ => vec![],
        },
    },
    Rule {
        name: "type-embed",
        limit: "a type other than embed, which personal drives alone have",
        on: [Pass, Refuse, Refuse, Pass],
        items: &[],
        token: None,
        source: "driveItem: createLink, type",
        answer: MALFORMED,
        broken: |request, _| is_type(request, &[LinkType::Embed]),
    },
    Rule {
        name: "type-business",
        limit: "view, edit or embed: personal drives have no other types",
        on: [Refuse, Pass, Pass, Pass],
        items: &[],
        token: None,
        source: "driveItem: createLink, type",
        answer: MALFORMED,
        broken: |request, _| {
            use LinkType::{AddressBar, AdminDefault, BlocksDownload, CreateOnly, Review};
            is_type(request, &[AddressBar, AdminDefault, BlocksDownload, CreateOnly, Review])
        },
    },
    Rule {
        name: "type-of-file",
        limit: "a type other than createOnly, which is for folders",
        on: EVERYWHERE,
        items: &[ItemKind::File],
        token: None,
        source: "driveItem: createLink, type",
        answer: MALFORMED,
        broken: |request, _| is_type(request, &[LinkType::CreateOnly]),
    },
    Rule {
        name: "type-of-folder",
        limit: "a type other than review and blocksDownload, which are for files",
        on: EVERYWHERE,
        items: &[ItemKind::Folder, ItemKind::Root],
        token: None,
        source: "driveItem: createLink, type",
        answer: MALFORMED,
        broken: |request, _| is_type(request, &[LinkType::Review, LinkType::BlocksDownload]),
    },
    Rule {
        name: "scope-known",
        limit: "one of anonymous, organization and users",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "driveItem: createLink, scope",
        answer: MALFORMED,
        broken: |request, _| match &request.scope {
            Some(scope @ (LinkScope::Other(_) | LinkScope::ExistingAccess)) => {
                one("scope", format!("{:?}", scope.as_str()))
            }
            _ => vec![],
        },
    },
    Rule {
        name: "scope-organization",
        limit: "a scope other than organization, which personal drives do not have",
        on: [Refuse, Pass, Pass, Pass],
        items: &[],
        token: None,
        source: "driveItem: createLink, scope",
        answer: MALFORMED,
        broken: |request, _| match &request.scope {
            Some(LinkScope::Organization) => one("scope", "organization"),
            _ => vec![],
        },
    },
    Rule {
        name: "recipients-of-users",
        limit: "recipients only with the scope users",
        on: [Warn; 4],
        items: &[],
        token: None,
        source: "driveItem: createLink, recipients",
        answer: None,
        broken: |request, _| match (&request.scope, request.recipients.as_deref()) {
            (Some(LinkScope::Users), _) | (_, None | Some([])) => vec![],
            (_, Some(recipients)) => one("recipients", format!("{} of them", recipients.len())),
        },
    },
    shared::recipient_named(),
    shared::recipient_one_name(),
    shared::recipient_email(),
    shared::recipient_directory_id(),
    shared::recipient_twice(),
    shared::expiry_future(),
    shared::expiry_never(),
    shared::expiry_policy(),
    shared::message_length(),
    shared::keeps_inherited(),
];

fn is_type(request: &CreateLinkRequest, types: &[LinkType]) -> Broken {
    match &request.link_type {
        Some(link_type) if types.contains(link_type) => one("type", link_type.to_string()),
        _ => vec![],
    }
}
