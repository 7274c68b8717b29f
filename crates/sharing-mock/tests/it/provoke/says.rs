//! The ways in which the service says no, row by row in the table's order.

use super::row::{Ask, Row, Who, ask, row};

const INVITE: &str = "/v1.0/drive/root:/Notes.txt:/invite";
const LINK: &str = "/v1.0/drive/root:/Notes.txt:/createLink";
const RYAN: &str = r#"{ "recipients": [{ "email": "ryan@contoso.com" }], "roles": ["read"] }"#;
const NEW_GUEST: &str = r#"{ "recipients": [{ "email": "kim@fabrikam.com" }], "roles": ["read"] }"#;
const MEGAN: &str = r#"{ "recipients": [{ "email": "megan@fabrikam.com" }], "roles": ["read"] }"#;
const PRIYA_WRITES: &str = r#"{ "recipients": [{ "email": "priya@contoso.com" }], "roles": ["write"] }"#;
const FOR_PEOPLE: Ask = ask(
    "POST",
    LINK,
    r#"{ "type": "view", "scope": "users", "recipients": [{ "email": "ryan@contoso.com" }] }"#,
);
const FOR_ALL: Ask = ask("POST", LINK, r#"{ "type": "view", "scope": "organization" }"#);
const INVITED: Ask = ask("POST", INVITE, RYAN);
/// Sam's drive is a personal one.
const SAM: &[(&str, &str)] = &[("/me", r#""sam@outlook.com""#)];
/// He was given a folder of Ryan's.
const DRAFTS: &[(&str, &str)] = &[
    SAM[0],
    (
        "/drives/2/items/0/permissions",
        r#"[{ "to": "ryan@contoso.com", "roles": ["owner"] }, { "to": "sam@outlook.com", "roles": ["read"] }]"#,
    ),
];
const CHILDREN: &str = "/v1.0/drive/root/children";
const FOLDER: &str =
    r#"{ "remoteItem": { "id": "{/id}", "parentReference": { "driveId": "{/parentReference/driveId}" } } }"#;
const CONTAINER: &str = "/v1.0/storage/fileStorage/containers/{/id}/permissions";
const CLAIMS: &[Ask] = &[ask(
    "GET",
    "/v1.0/sites/contoso.sharepoint.com:/contentstorage/CSP_6f0d2b7a-91c4-4e58-a3b6-0c7d5e1f8294:/drive",
    "",
)];
const DAEMON: Who =
    Who::Application("3d5a7f52-6c0b-4f7e-9a41-8e2d1b6c9f03", "daemon~secret~of~the~mock~guards~nothing");
const LATE: Who =
    Who::Late("3d5a7f52-6c0b-4f7e-9a41-8e2d1b6c9f03", "daemon~secret~of~the~mock~guards~nothing");
const ELSE: Who =
    Who::Elsewhere("3d5a7f52-6c0b-4f7e-9a41-8e2d1b6c9f03", "daemon~secret~of~the~mock~guards~nothing");
const AUDITOR: Who =
    Who::Application("a1c94e60-7b3d-4d25-b0f6-52e8c7d10b94", "auditor~secret~of~the~mock~guards~nothing");
const LOCKED: &str = "/v1.0/groups/b93c60e7-5d18-4f2a-8a94-1c7e0f6d3b25/drive/root:/Checklist.xlsx:/invite";

pub(crate) const ROWS: &[Row] = &[
    row("body-json", "POST", INVITE, "{"),
    row("content-type", "POST", INVITE, "").with(&[("content-type", "text/plain")]),
    row("content-encoding", "POST", INVITE, RYAN).with(&[("content-encoding", "br")]),
    row("no-such-property", "POST", "/_api/v2.0/drive/root:/Notes.txt:/oneDrive.invite",
        r#"{ "recipients": [{ "email": "ryan@contoso.com" }], "roles": ["read"], "sendNotification": true }"#),
    row("path-segment", "GET", "/v1.0/drive/root/shared", ""),
    row("action-spelling", "POST", "/v1.0/drive/root:/Notes.txt:/oneDrive.invite", RYAN),
    row("action-spelling 2", "POST", "/api.onedrive.com/v1.0/drive/root/createLink", "{}"),
    row("method", "GET", INVITE, ""),
    row("query-option", "GET", "/v1.0/drive/root/permissions?$SELECT=id", ""),
    row("order-by", "GET", "/v1.0/drive/root/children?$orderby=lastModifiedDateTime", ""),
    row("drive-id", "GET", "/v1.0/drives/b!4e/root", ""),
    row("item-id-form", "GET", "/v1.0/drive/items/01NQ5", ""),
    row("item-missing 2", "GET", "/v1.0/drive/root:/Missing.docx", ""),
    row("item-missing", "GET", "/api.onedrive.com/v1.0/drive/root:/Missing.docx", ""),
    row("permission-missing", "GET", "/v1.0/drive/root/permissions/bm9ib2R5", ""),
    row("item-id", "POST", "/v1.0/drive/items/17/createLink", "{}"),
    row("item-name", "GET", "/v1.0/drive/root:/Projects%2FPlan.docx", ""),
    row("share-token", "GET", "/v1.0/shares/u!ZzZ/driveItem", ""),
    row("share-site", "GET", "/v1.0/shares/u!aHR0cHM6Ly9leGFtcGxlLnNoYXJlcG9pbnQuY29tLzp3Oi9nL3g", ""),
    row("delta-token", "GET", "/v1.0/drive/root/delta?token=yesterday", ""),
    row("token", "GET", "/v1.0/drive/root", "").who(Who::Nobody),
    row("token 2", "GET", "/_api/v2.0/drive/root", "").who(Who::Nobody),
    row("token-form", "GET", "/v1.0/drive/root", "").who(Who::Bearer("any")).strict(),
    row("token-signature", "GET", "/v1.0/drive/root", "").who(Who::Bearer("a.b.c")).strict(),
    row("token-refused", "GET", "/_api/v2.0/drive/root", "").who(Who::Bearer("any")).strict(),
    row("token-audience", "GET", "/v1.0/drive/root", "").who(ELSE).strict(),
    row("token-expired", "GET", "/v1.0/drive/root", "").who(LATE),
    row("token-expired 2", "GET", "/_api/v2.0/drive/root", "").who(LATE),
    row("token-person", "GET", "/v1.0/drive/root", "").who(Who::Nadia)
        .world(&[("/users/0/id", r#""9D1B6C0E-52B4-4F0C-8B6E-3A7F1E2D4C59""#)]),
    row("scope", "POST", "/v1.0/users/nadia@contoso.com/drive/root:/Notes.txt:/invite", RYAN).who(AUDITOR).strict(),
    row("app-only-me", "GET", "/v1.0/me/drive", "").who(DAEMON),
    row("access", "PATCH", "/v1.0/users/ryan@contoso.com/drive/root:/Travel.xlsx:/permissions/aTowIy5mfG1lbWJlcnNoaXB8bmFkaWFAY29udG9zby5jb20",
        r#"{ "roles": ["read"] }"#)
        .world(&[("/drives/2/items/1/permissions/1/roles", r#"["read"]"#)]),
    row("grant-delegated", "POST", "/v1.0/shares/{u!/link/webUrl}/permission/grant", PRIYA_WRITES)
        .after(&[ask("POST", "/v1.0/users/nadia@contoso.com/drive/root:/Notes.txt:/createLink",
            r#"{ "type": "edit", "scope": "users" }"#)])
        .who(DAEMON),
    row("recipient-guest", "POST", "/v1.0/users/nadia@contoso.com/drive/root:/Notes.txt:/invite", NEW_GUEST).who(DAEMON),
    row("app-only-guests", "POST", "/v1.0/users/nadia@contoso.com/drive/root:/Notes.txt:/invite", MEGAN)
        .world(&[("/policy", r#"{ "appOnlyGuestInvitations": false }"#)])
        .who(DAEMON),
    row("if-match-form", "DELETE", "/v1.0/drive/root/permissions/aTowIy5mfG1lbWJlcnNoaXB8bmFkaWFAY29udG9zby5jb20", "")
        .with(&[("if-match", "{5D76AE8F},1")]),
    row("if-match", "DELETE", "/v1.0/drive/root:/Notes.txt:/permissions/{/value/0/id}", "")
        .with(&[("if-match", "\"{5D76AE8F},1\"")])
        .after(&[INVITED]),
    row("if-match 2", "DELETE", "/v1.0/drive/root:/Budget.xlsx:/permissions/{/value/0/id}", "")
        .with(&[("if-match", "\"{5D76AE8F},1\"")])
        .after(&[ask("GET", "/v1.0/drive/root:/Budget.xlsx:/permissions", "")])
        .world(SAM),
    row("inherited", "DELETE",
        "/v1.0/drive/root:/Notes.txt:/permissions/aTowIy5mfG1lbWJlcnNoaXB8bmFkaWFAY29udG9zby5jb20", ""),
    row("link-role", "PATCH", "/v1.0/drive/root:/Notes.txt:/permissions/{/id}", r#"{ "roles": ["write"] }"#)
        .after(&[FOR_ALL]),
    row("grant-end", "PATCH", "/v1.0/drive/root:/Notes.txt:/permissions/{/value/0/id}", r#"{ "expirationDateTime": "2099-01-01T00:00:00Z" }"#)
        .after(&[INVITED]),
    row("recipient-resolved", "POST", INVITE, r#"{ "recipients": [{ "email": "nobody@contoso.com" }], "roles": ["read"] }"#),
    row("expiry-link-only", "POST", INVITE,
        r#"{ "recipients": [{ "email": "ryan@contoso.com" }], "roles": ["read"], "expirationDateTime": "2099-01-01T00:00:00Z" }"#),
    row("premium", "POST", "/v1.0/drive/root:/Budget.xlsx:/createLink", r#"{ "type": "view", "password": "seven of nine" }"#)
        .world(SAM),
    row("secure-sharing", "POST", "/v1.0/drive/root:/Budget.xlsx:/invite",
        r#"{ "recipients": [{ "email": "ryan@contoso.com" }], "roles": ["read"], "requireSignIn": true, "sendInvitation": true }"#)
        .world(SAM),
    row("recipient-external-id", "POST", INVITE,
        r#"{ "recipients": [{ "objectId": "A47C3E19-60D8-4F2B-9B15-E8D36C0A7142" }], "roles": ["read"] }"#),
    row("grantee", "POST", "/v1.0/drive/root:/Notes.txt:/permissions",
        r#"{ "roles": ["read"], "grantedToV2": { "user": { "id": "42F177F1-22C0-4BE3-900D-4507125C5C20" } } }"#),
    row("grant-roles", "POST", "/v1.0/shares/{u!/link/webUrl}/permission/grant", PRIYA_WRITES).after(&[FOR_PEOPLE]),
    row("grant-link", "POST", "/v1.0/shares/{u!/link/webUrl}/permission/grant",
        r#"{ "recipients": [{ "email": "priya@contoso.com" }], "roles": ["read"] }"#)
        .after(&[FOR_ALL]),
    row("revoke-link", "POST", "/v1.0/drive/root:/Notes.txt:/permissions/{/id}/revokeGrants",
        r#"{ "grantees": [{ "email": "ryan@contoso.com" }] }"#)
        .after(&[FOR_ALL]),
    row("remote-folder", "POST", CHILDREN, FOLDER)
        .after(&[ask("GET", "/v1.0/drive/root:/Documents", "")])
        .world(SAM),
    row("name-taken", "POST", CHILDREN,
        r#"{ "name": "pictures", "remoteItem": { "id": "{/id}", "parentReference": { "driveId": "{/parentReference/driveId}" } } }"#)
        .after(&[ask("GET", "/v1.0/users/ryan@contoso.com/drive/root:/Drafts", "")])
        .world(DRAFTS),
    row("password-none", "POST", "/v1.0/drive/root:/Notes.txt:/permissions/{/id}/validatePermission", r#"{ "password": "seven of nine" }"#)
        .after(&[FOR_ALL]),
    row("password-wrong", "POST", "/v1.0/drive/root:/Notes.txt:/permissions/{/id}/validatePermission", r#"{ "password": "seven of nine" }"#)
        .after(&[ask("POST", LINK, r#"{ "type": "view", "scope": "anonymous", "password": "one of ten" }"#)]),
    row("site-app-only", "GET", "/v1.0/sites/root/permissions", "").who(Who::Nadia),
    row("container-user", "POST", CONTAINER,
        r#"{ "roles": ["reader"], "grantedToV2": { "user": { "userPrincipalName": "nobody@contoso.com" } } }"#)
        .after(CLAIMS),
    row("owner-stays", "POST", CONTAINER,
        r#"{ "roles": ["reader"], "grantedToV2": { "user": { "userPrincipalName": "nadia@contoso.com" } } }"#)
        .after(CLAIMS),
    row("container-root", "POST", "/v1.0/drives/{/id}/root/invite", RYAN).after(CLAIMS),
    row("container-app-only", "POST", "/v1.0/drives/{/id}/root:/2026:/invite", RYAN).after(CLAIMS).who(DAEMON),
    row("container-mail", "POST", "/v1.0/drives/{/id}/root:/2026:/invite",
        r#"{ "recipients": [{ "email": "ryan@contoso.com" }], "roles": ["read"], "sendInvitation": true }"#)
        .after(CLAIMS),
    row("invitations", "POST", INVITE, RYAN).world(&[("/policy", r#"{ "invitations": false }"#)]),
    row("external-sharing", "POST", INVITE, NEW_GUEST)
        .world(&[("/policy", r#"{ "sharingCapabilities": "existingExternalUserSharingOnly" }"#)]),
    row("anonymous-links", "POST", LINK, r#"{ "type": "view", "scope": "anonymous" }"#)
        .world(&[("/policy", r#"{ "anonymousLinks": false }"#)]),
    row("default-link", "POST", LINK, "{}").world(&[("/policy", r#"{ "defaultLink": { "scope": "none" } }"#)]),
    row("microsoft-account", "POST", INVITE,
        r#"{ "recipients": [{ "email": "pat@northwindtraders.com" }], "roles": ["read"] }"#),
    row("locked", "POST", LOCKED, RYAN),
    row("batch-order", "POST", "/v1.0/$batch",
        r#"{ "requests": [{ "id": "1", "method": "GET", "url": "/drive/root", "dependsOn": ["2"] },
                          { "id": "2", "method": "GET", "url": "/drive/root" }] }"#),
];

/// Rows that are proven elsewhere: what no single answer shows.
pub(crate) const ELSEWHERE: &[(&str, &str)] = &[
    ("items-below", "limits::a_folder_with_too_much_below_is_refused_for_ever"),
    ("permission-scopes", "limits::a_library_has_so_many_permission_scopes_and_no_more"),
    ("body-size", "refusals::a_body_that_is_far_too_long_is_refused"),
    (
        "accountVerificationRequired, in an entry of a 207",
        "people::a_mail_that_does_not_arrive_is_told_and_takes_no_access_back",
    ),
    ("batch-nested", "batch::each_member_is_answered_as_if_it_were_alone"),
    ("batch-dependency", "batch::each_member_is_answered_as_if_it_were_alone"),
];

/// The limits, which refuse by 429 once too much was asked.
pub(crate) const LIMITS: &[(&str, &str)] = &[
    ("unitsPerMinute", "limits::the_smallest_tenant_stops_a_hasty_client_after_250_lists"),
    ("unitsPerDay", "limits::every_limit_refuses_in_its_turn"),
    ("tenantUnitsPerFiveMinutes", "limits::every_limit_refuses_in_its_turn"),
    ("sharingCallsPerFiveMinutes", "limits::every_limit_refuses_in_its_turn"),
    ("userRequestsPerFiveMinutes", "limits::every_limit_refuses_in_its_turn"),
    ("externalMailsPerHour", "limits::too_many_mails_to_people_outside_are_refused_before_anything_is_done"),
    ("anonymousLinksPerFiveMinutes", "limits::anonymous_links_have_a_limit_of_their_own"),
];
