//! The rules for making links.

use super::{
    Broken, EVERYWHERE, MALFORMED, Rule,
    Verdict::{Pass, Refuse, Warn},
    many_names, nameless, never, no_mail_address, one, past, site_number, too_long, twice,
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
    Rule {
        name: "recipient-named",
        limit: "an email, an alias or an objectId",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "driveRecipient",
        answer: MALFORMED,
        broken: |request, _| nameless("recipients", request.recipients.as_deref()),
    },
    Rule {
        name: "recipient-one-name",
        limit: "exactly one of email, alias and objectId",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "driveRecipient; which one counts is not documented",
        answer: None,
        broken: |request, _| many_names("recipients", request.recipients.as_deref()),
    },
    Rule {
        name: "recipient-email",
        limit: "a mail address such as ryan@contoso.com",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "driveRecipient, email",
        answer: None,
        broken: |request, _| no_mail_address("recipients", request.recipients.as_deref()),
    },
    Rule {
        name: "recipient-directory-id",
        limit: "a directory's object id; the group of a site cannot be invited",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "driveRecipient, objectId",
        answer: None,
        broken: |request, _| site_number("recipients", request.recipients.as_deref()),
    },
    Rule {
        name: "recipient-twice",
        limit: "each recipient once",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "driveItem: createLink, recipients",
        answer: None,
        broken: |request, _| twice("recipients", request.recipients.as_deref()),
    },
    Rule {
        name: "expiry-future",
        limit: "a moment that is still to come",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "driveItem: createLink, expirationDateTime",
        answer: MALFORMED,
        broken: |request, circumstances| past(request.expiration_date_time.as_ref(), circumstances),
    },
    Rule {
        name: "expiry-never",
        limit: "a moment, or nothing for never; the service only sends this one",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "permission, expirationDateTime",
        answer: MALFORMED,
        broken: |request, _| never(request.expiration_date_time.as_ref()),
    },
    Rule {
        name: "message-length",
        limit: "at most 2000 characters",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "driveItem: invite, message",
        answer: MALFORMED,
        broken: |request, _| too_long(request.message.as_deref()),
    },
    Rule {
        name: "keeps-inherited",
        limit: "true; false takes inherited access away when an item is first shared",
        on: [Warn; 4],
        items: &[],
        token: None,
        source: "driveItem: createLink, retainInheritedPermissions",
        answer: None,
        broken: |request, _| match request.retain_inherited_permissions {
            Some(false) => one("retainInheritedPermissions", "false"),
            _ => vec![],
        },
    },
];

fn is_type(request: &CreateLinkRequest, types: &[LinkType]) -> Broken {
    match &request.link_type {
        Some(link_type) if types.contains(link_type) => one("type", link_type.to_string()),
        _ => vec![],
    }
}
