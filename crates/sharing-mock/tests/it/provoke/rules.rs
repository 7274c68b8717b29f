//! The model's rules for requests, row by row in their order.

use super::row::{Ask, Row, Who, ask, row};

const INVITE: &str = "/v1.0/drive/root:/Notes.txt:/invite";
const LINK: &str = "/v1.0/drive/root:/Notes.txt:/createLink";
const FOLDER_LINK: &str = "/v1.0/drive/root:/Projects:/createLink";
const PERMISSION: &str = "/v1.0/drive/root:/Notes.txt:/permissions/{/value/0/id}";
const LINK_PERMISSION: &str = "/v1.0/drive/root:/Notes.txt:/permissions/{/id}";
const GRANT: &str = "/v1.0/shares/{u!/link/webUrl}/permission/grant";
const REVOKE: &str = "/v1.0/drive/root:/Notes.txt:/permissions/{/id}/revokeGrants";
const BATCH: &str = "/v1.0/$batch";
const INVITED: &[Ask] =
    &[ask("POST", INVITE, r#"{ "recipients": [{ "email": "ryan@contoso.com" }], "roles": ["read"] }"#)];
const FOR_PEOPLE: &[Ask] = &[ask(
    "POST",
    LINK,
    r#"{ "type": "view", "scope": "users", "recipients": [{ "email": "ryan@contoso.com" }] }"#,
)];
const ANONYMOUS: &[Ask] = &[ask("POST", LINK, r#"{ "type": "view", "scope": "anonymous" }"#)];
const CHILDREN: &str = "/v1.0/drive/root/children";
const REMOTE: &str = r#"{ "remoteItem": { "id": "1E!7", "parentReference": { "driveId": "1E" } } }"#;
const SITE: &str = "/v1.0/sites/root/permissions";
const CONTAINER: &str = "/v1.0/storage/fileStorage/containers/{/id}/permissions";
const CLAIMS: &[Ask] = &[ask(
    "GET",
    "/v1.0/sites/contoso.sharepoint.com:/contentstorage/CSP_6f0d2b7a-91c4-4e58-a3b6-0c7d5e1f8294:/drive",
    "",
)];
const SAM: &[(&str, &str)] = &[("/me", r#""sam@outlook.com""#)];
const MONTH: &[(&str, &str)] = &[("/policy", r#"{ "longestLinkLifeDays": 30 }"#)];
const DAEMON: Who =
    Who::Application("3d5a7f52-6c0b-4f7e-9a41-8e2d1b6c9f03", "daemon~secret~of~the~mock~guards~nothing");

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    row("any: shape", "POST", INVITE, r#"{ "recipients": ["ryan@contoso.com"], "roles": "read" }"#),
    row("any: no-such-property", "POST", INVITE, r#"{ "recipients": [{ "Alias": "ryan" }], "roles": ["read"] }"#),

    row("invite: recipients-some", "POST", INVITE, r#"{ "recipients": [], "roles": ["read"] }"#),
    row("invite: recipient-named", "POST", INVITE, r#"{ "recipients": [{}], "roles": ["read"] }"#),
    row("invite: recipient-one-name", "POST", INVITE, r#"{ "recipients": [{ "email": "ryan@contoso.com", "alias": "ryan" }], "roles": ["read"] }"#),
    row("invite: recipient-email", "POST", INVITE, r#"{ "recipients": [{ "email": "ryan@" }], "roles": ["read"] }"#),
    row("invite: recipient-directory-id", "POST", INVITE, r#"{ "recipients": [{ "objectId": "12" }], "roles": ["read"] }"#),
    row("invite: recipient-twice", "POST", INVITE, r#"{ "recipients": [{ "alias": "ryan" }, { "alias": "Ryan" }], "roles": ["read"] }"#),
    row("invite: recipient-guest", "POST", "/v1.0/users/nadia@contoso.com/drive/root:/Notes.txt:/invite", r#"{ "recipients": [{ "email": "kim@fabrikam.com" }], "roles": ["read"] }"#).who(DAEMON),
    row("invite: message-length", "POST", INVITE, r#"{ "recipients": [{ "alias": "ryan" }], "roles": ["read"], "message": "[2001]" }"#),
    row("invite: flags", "POST", INVITE, r#"{ "recipients": [{ "alias": "ryan" }], "roles": ["read"], "requireSignIn": false, "sendInvitation": false }"#),
    row("invite: folder-sign-in", "POST", "/v1.0/drive/root:/Projects:/invite", r#"{ "recipients": [{ "alias": "ryan" }], "roles": ["read"], "requireSignIn": false, "sendInvitation": true }"#),
    row("invite: roles-some", "POST", INVITE, r#"{ "recipients": [{ "alias": "ryan" }], "roles": [] }"#),
    row("invite: roles-known", "POST", INVITE, r#"{ "recipients": [{ "alias": "ryan" }], "roles": ["Read"] }"#),
    row("invite: roles-owner", "POST", INVITE, r#"{ "recipients": [{ "alias": "ryan" }], "roles": ["owner"] }"#),
    row("invite: roles-one", "POST", INVITE, r#"{ "recipients": [{ "alias": "ryan" }], "roles": ["read", "write"] }"#),
    row("invite: expiry-future", "POST", INVITE, r#"{ "recipients": [{ "alias": "ryan" }], "roles": ["read"], "expirationDateTime": "2020-01-01T00:00:00Z" }"#),
    row("invite: expiry-never", "POST", INVITE, r#"{ "recipients": [{ "alias": "ryan" }], "roles": ["read"], "expirationDateTime": "0001-01-01T00:00:00Z" }"#),
    row("invite: expiry-policy", "POST", INVITE, r#"{ "recipients": [{ "alias": "ryan" }], "roles": ["read"], "expirationDateTime": "2099-01-01T00:00:00Z" }"#).world(MONTH),
    row("invite: expiry-link-only", "POST", INVITE, r#"{ "recipients": [{ "alias": "ryan" }], "roles": ["read"], "expirationDateTime": "2027-01-01T00:00:00Z" }"#),
    row("invite: password-personal", "POST", INVITE, r#"{ "recipients": [{ "alias": "ryan" }], "roles": ["read"], "password": "seven of nine" }"#),
    row("invite: root-personal", "POST", "/v1.0/drive/root/invite", r#"{ "recipients": [{ "email": "kim@fabrikam.com" }], "roles": ["read"] }"#).world(SAM),
    row("invite: keeps-inherited", "POST", INVITE, r#"{ "recipients": [{ "alias": "ryan" }], "roles": ["read"], "retainInheritedPermissions": false }"#),

    row("create link: type-known", "POST", LINK, r#"{ "type": "veiw" }"#),
    row("create link: type-embed", "POST", LINK, r#"{ "type": "embed" }"#),
    row("create link: type-business", "POST", "/v1.0/drive/root:/Budget.xlsx:/createLink", r#"{ "type": "review" }"#).world(SAM),
    row("create link: type-of-file", "POST", LINK, r#"{ "type": "createOnly" }"#),
    row("create link: type-of-folder", "POST", FOLDER_LINK, r#"{ "type": "review" }"#),
    row("create link: scope-known", "POST", LINK, r#"{ "scope": "existingAccess" }"#),
    row("create link: scope-organization", "POST", "/v1.0/drive/root:/Budget.xlsx:/createLink", r#"{ "type": "view", "scope": "organization" }"#).world(SAM),
    row("create link: recipients-of-users", "POST", LINK, r#"{ "type": "view", "scope": "organization", "recipients": [{ "alias": "ryan" }] }"#),
    row("create link: recipient-named", "POST", LINK, r#"{ "type": "view", "scope": "users", "recipients": [{}] }"#),
    row("create link: recipient-one-name", "POST", LINK, r#"{ "type": "view", "scope": "users", "recipients": [{ "email": "ryan@contoso.com", "alias": "ryan" }] }"#),
    row("create link: recipient-email", "POST", LINK, r#"{ "type": "view", "scope": "users", "recipients": [{ "email": "ryan@" }] }"#),
    row("create link: recipient-directory-id", "POST", LINK, r#"{ "type": "view", "scope": "users", "recipients": [{ "objectId": "12" }] }"#),
    row("create link: recipient-twice", "POST", LINK, r#"{ "type": "view", "scope": "users", "recipients": [{ "alias": "ryan" }, { "alias": "ryan" }] }"#),
    row("create link: expiry-future", "POST", LINK, r#"{ "type": "view", "expirationDateTime": "2020-01-01T00:00:00Z" }"#),
    row("create link: expiry-never", "POST", LINK, r#"{ "type": "view", "expirationDateTime": "0001-01-01T00:00:00Z" }"#),
    row("create link: expiry-policy", "POST", LINK, r#"{ "type": "view", "scope": "anonymous", "expirationDateTime": "2099-01-01T00:00:00Z" }"#).world(MONTH),
    row("create link: message-length", "POST", LINK, r#"{ "type": "view", "message": "[2001]" }"#),
    row("create link: keeps-inherited", "POST", LINK, r#"{ "type": "view", "retainInheritedPermissions": false }"#),

    row("update permission: update-something", "PATCH", PERMISSION, "{}").after(INVITED),
    row("update permission: roles-some", "PATCH", PERMISSION, r#"{ "roles": [] }"#).after(INVITED),
    row("update permission: roles-known", "PATCH", PERMISSION, r#"{ "roles": ["owner"] }"#).after(INVITED),
    row("update permission: expiry-future", "PATCH", LINK_PERMISSION, r#"{ "expirationDateTime": "2020-01-01T00:00:00Z" }"#).after(ANONYMOUS),
    row("update permission: expiry-never", "PATCH", LINK_PERMISSION, r#"{ "expirationDateTime": "0001-01-01T00:00:00Z" }"#).after(ANONYMOUS),
    row("update permission: expiry-policy", "PATCH", LINK_PERMISSION, r#"{ "expirationDateTime": "2099-01-01T00:00:00Z" }"#).after(ANONYMOUS).world(MONTH),

    row("grant: recipients-some", "POST", GRANT, r#"{ "recipients": [], "roles": ["read"] }"#).after(FOR_PEOPLE),
    row("grant: recipient-named", "POST", GRANT, r#"{ "recipients": [{}], "roles": ["read"] }"#).after(FOR_PEOPLE),
    row("grant: recipient-one-name", "POST", GRANT, r#"{ "recipients": [{ "email": "ryan@contoso.com", "alias": "ryan" }], "roles": ["read"] }"#).after(FOR_PEOPLE),
    row("grant: recipient-email", "POST", GRANT, r#"{ "recipients": [{ "email": "ryan@" }], "roles": ["read"] }"#).after(FOR_PEOPLE),
    row("grant: recipient-directory-id", "POST", GRANT, r#"{ "recipients": [{ "objectId": "12" }], "roles": ["read"] }"#).after(FOR_PEOPLE),
    row("grant: recipient-twice", "POST", GRANT, r#"{ "recipients": [{ "alias": "priya" }, { "alias": "priya" }], "roles": ["read"] }"#).after(FOR_PEOPLE),
    row("grant: roles-some", "POST", GRANT, r#"{ "recipients": [{ "alias": "priya" }], "roles": [] }"#).after(FOR_PEOPLE),
    row("grant: roles-known", "POST", GRANT, r#"{ "recipients": [{ "alias": "priya" }], "roles": ["owner"] }"#).after(FOR_PEOPLE),
    row("grant: grant-delegated", "POST", GRANT, r#"{ "recipients": [{ "alias": "priya" }], "roles": ["read"] }"#)
        .after(&[ask("POST", "/v1.0/users/nadia@contoso.com/drive/root:/Notes.txt:/createLink", r#"{ "type": "view", "scope": "users" }"#)]).who(DAEMON),

    row("revoke grants: recipients-some", "POST", REVOKE, r#"{ "grantees": [] }"#).after(FOR_PEOPLE),
    row("revoke grants: recipient-named", "POST", REVOKE, r#"{ "grantees": [{}] }"#).after(FOR_PEOPLE),
    row("revoke grants: recipient-one-name", "POST", REVOKE, r#"{ "grantees": [{ "email": "ryan@contoso.com", "alias": "ryan" }] }"#).after(FOR_PEOPLE),
    row("revoke grants: recipient-email", "POST", REVOKE, r#"{ "grantees": [{ "email": "ryan@" }] }"#).after(FOR_PEOPLE),
    row("revoke grants: recipient-directory-id", "POST", REVOKE, r#"{ "grantees": [{ "objectId": "12" }] }"#).after(FOR_PEOPLE),
    row("revoke grants: recipient-twice", "POST", REVOKE, r#"{ "grantees": [{ "alias": "ryan" }, { "alias": "ryan" }] }"#).after(FOR_PEOPLE),
    row("revoke grants: revoke-grants-not-personal", "POST", "/v1.0/drive/root:/Budget.xlsx:/permissions/{/id}/revokeGrants", r#"{ "grantees": [{ "email": "kim@fabrikam.com" }] }"#)
        .after(&[ask("POST", "/v1.0/drive/root:/Budget.xlsx:/createLink", r#"{ "type": "view", "scope": "users", "recipients": [{ "email": "kim@fabrikam.com" }] }"#)]).world(SAM),

    row("add shared folder: folder-remote", "POST", CHILDREN, r#"{ "name": "Team" }"#).world(SAM),
    row("add shared folder: folder-name", "POST", CHILDREN, r#"{ "name": "a/b", "remoteItem": { "id": "1E!7", "parentReference": { "driveId": "1E" } } }"#).world(SAM),
    row("add shared folder: folder-personal", "POST", CHILDREN, REMOTE),
    row("add shared folder: folder-root", "POST", "/v1.0/drive/root:/Documents:/children", REMOTE).world(SAM),
    row("validate permission: password-some", "POST", "/v1.0/drive/root:/Notes.txt:/permissions/{/id}/validatePermission", "{}").after(ANONYMOUS),
    row("create site permission: roles-some", "POST", SITE, r#"{ "roles": [], "grantedToIdentities": [{ "application": { "id": "89ea5c94-7736-4e25-95ad-3fa95f62b66e" } }] }"#).who(DAEMON),
    row("create site permission: roles-known", "POST", SITE, r#"{ "roles": ["reader"], "grantedToIdentities": [{ "application": { "id": "89ea5c94-7736-4e25-95ad-3fa95f62b66e" } }] }"#).who(DAEMON),
    row("create site permission: site-grantee", "POST", SITE, r#"{ "roles": ["read"], "grantedToIdentities": [{ "user": { "id": "42F177F1-22C0-4BE3-900D-4507125C5C20" } }] }"#).who(DAEMON),
    row("create container permission: roles-some", "POST", CONTAINER, r#"{ "roles": [], "grantedToV2": { "user": { "userPrincipalName": "ryan@contoso.com" } } }"#).after(CLAIMS),
    row("create container permission: roles-known", "POST", CONTAINER, r#"{ "roles": ["read"], "grantedToV2": { "user": { "userPrincipalName": "ryan@contoso.com" } } }"#).after(CLAIMS),
    row("create container permission: roles-one", "POST", CONTAINER, r#"{ "roles": ["reader", "writer"], "grantedToV2": { "user": { "userPrincipalName": "ryan@contoso.com" } } }"#).after(CLAIMS),
    row("create container permission: container-grantee", "POST", CONTAINER, r#"{ "roles": ["reader"], "grantedToV2": { "user": { "email": "ryan@contoso.com" } } }"#).after(CLAIMS),
    row("batch: requests-some", "POST", BATCH, r#"{ "requests": [] }"#),
    row("batch: requests-limit", "POST", BATCH, r#"{ "requests": [{ "id": "1" }, { "id": "2" }, { "id": "3" }, { "id": "4" }, { "id": "5" }, { "id": "6" }, { "id": "7" }, { "id": "8" }, { "id": "9" }, { "id": "10" }, { "id": "11" }, { "id": "12" }, { "id": "13" }, { "id": "14" }, { "id": "15" }, { "id": "16" }, { "id": "17" }, { "id": "18" }, { "id": "19" }, { "id": "20" }, { "id": "21" }] }"#),
    row("batch: request-id", "POST", BATCH, r#"{ "requests": [{ "id": "1", "method": "GET", "url": "/drive" }, { "id": "1", "method": "GET", "url": "/drive" }] }"#),
    row("batch: request-method", "POST", BATCH, r#"{ "requests": [{ "id": "1", "method": "TRACE", "url": "/drive" }] }"#),
    row("batch: request-url", "POST", BATCH, r#"{ "requests": [{ "id": "1", "method": "GET" }] }"#),
    row("batch: request-headers", "POST", BATCH, r#"{ "requests": [{ "id": "1", "method": "POST", "url": "/drive/root:/Notes.txt:/invite", "body": {} }] }"#),
];
