//! Each rule has a request that breaks it, and is silent where it does not apply.

use std::{collections::BTreeSet, fmt::Write as _};

use serde::de::DeserializeOwned;

use super::{CREATE_LINK, GRANT, INVITE, REVOKE_GRANTS, Rule, UPDATE};
use crate::{
    Circumstances, CreateLinkRequest, DriveKind, Fault, GrantRequest, InviteRequest, ItemKind,
    RevokeGrantsRequest, Severity, TokenKind, UpdatePermissionRequest,
};

fn nowhere() -> Circumstances {
    Circumstances::default()
}

fn strict() -> Circumstances {
    nowhere().latest_expiry("2027-01-31T00:00:00Z".parse().unwrap())
}

fn personal() -> Circumstances {
    nowhere().drive(DriveKind::Personal)
}

fn business() -> Circumstances {
    nowhere().drive(DriveKind::Business)
}

/// Checks each request under its circumstances and shows the faults; every rule of the table must be among them.
fn shown<R: DeserializeOwned>(
    rules: &[Rule<R>],
    validate: impl Fn(&R, &Circumstances) -> Vec<Fault>,
    cases: &[(Circumstances, &str)],
) -> String {
    let (mut shown, mut broken) = (String::new(), BTreeSet::new());
    for (circumstances, json) in cases {
        let known = [
            circumstances.drive.map(|drive| format!("{drive:?}")),
            circumstances.item.map(|item| format!("{item:?}")),
            circumstances.token.map(|token| format!("{token:?}")),
        ];
        let known: Vec<_> = known.into_iter().flatten().collect();
        let start: String = json.chars().take(120).collect();
        writeln!(shown, "{start} [{}]", known.join(", ")).unwrap();
        for fault in validate(&serde_json::from_str(json).unwrap(), circumstances) {
            let severity = if fault.severity == Severity::Error { "refused" } else { "warning" };
            writeln!(shown, "  {severity} by {}: {fault}", fault.rule).unwrap();
            broken.insert(fault.rule);
        }
    }
    let unbroken: Vec<_> = rules.iter().map(|rule| rule.name).filter(|name| !broken.contains(name)).collect();
    assert!(unbroken.is_empty(), "no case breaks {unbroken:?}");
    shown
}

#[test]
fn invitations() {
    let past = nowhere().now("2026-11-22T00:00:00Z".parse().unwrap());
    let long = format!(
        r#"{{ "message": "{}", "recipients": [{{ "alias": "ryan" }}], "roles": ["read"] }}"#,
        "é".repeat(2001)
    );
    let just = long.replacen('é', "", 1);
    let flags = r#"{ "recipients": [{ "alias": "ryan" }], "roles": ["read"], "requireSignIn": false, "sendInvitation": false }"#;
    let owner = r#"{ "recipients": [{ "alias": "ryan" }], "roles": ["owner"] }"#;
    let guest = r#"{ "recipients": [{ "email": "kim@fabrikam.com" }], "roles": ["read"] }"#;
    let expiring = r#"{ "recipients": [{ "alias": "ryan" }], "roles": ["read"], "expirationDateTime": "2026-01-01T00:00:00Z" }"#;
    let password = r#"{ "recipients": [{ "alias": "ryan" }], "roles": ["read"], "password": "secret" }"#;
    let open = r#"{ "recipients": [{ "alias": "ryan" }], "roles": ["read"], "requireSignIn": false, "sendInvitation": true }"#;
    insta::assert_snapshot!(shown(
        INVITE,
        InviteRequest::validate,
        &[
            (nowhere(), "{}"),
            (nowhere(), r#"{ "recipients": null, "roles": null }"#),
            (nowhere(), r#"{ "recipients": [], "roles": [] }"#),
            (
                nowhere(),
                r##"{ "recipients": [{ "Alias": "ryan", "@odata.type": "#x" }], "roles": ["read"], "notify": true }"##
            ),
            (nowhere(), r#"{ "recipients": "ryan@contoso.com", "roles": "read", "requireSignIn": "no" }"#),
            (
                nowhere(),
                r#"{ "recipients": [{}, { "email": "" }, { "email": "ryan@" }, { "objectId": "12" }], "roles": ["read"] }"#
            ),
            (
                nowhere(),
                r#"{ "recipients": [{ "email": "ryan@contoso.com", "alias": "ryan" }, { "email": "RYAN@contoso.com" }], "roles": ["read"] }"#
            ),
            (nowhere(), r#"{ "recipients": [{ "alias": "ryan" }], "roles": ["Read", "sp.full control"] }"#),
            (nowhere(), r#"{ "recipients": [{ "alias": "ryan" }], "roles": ["read", "write"] }"#),
            (nowhere(), owner),
            (nowhere().drive(DriveKind::DocumentLibrary), owner),
            (nowhere(), guest),
            (nowhere().token(TokenKind::Application), guest),
            (nowhere(), &long),
            (nowhere(), &just),
            (nowhere(), flags),
            (personal(), flags),
            (business().item(ItemKind::File), open),
            (business().item(ItemKind::Folder), open),
            (personal().item(ItemKind::Root), open),
            (nowhere(), expiring),
            (business(), expiring),
            (past, expiring),
            (
                nowhere(),
                r#"{ "recipients": [{ "alias": "ryan" }], "roles": ["read"], "expirationDateTime": "0001-01-01T00:00:00Z" }"#
            ),
            (
                nowhere(),
                r#"{ "recipients": [{ "alias": "ryan" }], "roles": ["read"], "expirationDateTime": "tomorrow" }"#
            ),
            (
                strict(),
                r#"{ "recipients": [{ "alias": "ryan" }], "roles": ["read"], "expirationDateTime": "2027-02-01T00:00:00Z" }"#
            ),
            (nowhere(), password),
            (personal(), password),
            (business(), password),
            (
                nowhere(),
                r#"{ "recipients": [{ "alias": "ryan" }], "roles": ["read"], "retainInheritedPermissions": false }"#
            ),
        ]
    ));
}

#[test]
fn links() {
    let past = nowhere().now("2026-11-22T00:00:00Z".parse().unwrap());
    let review = r#"{ "type": "review", "scope": "users" }"#;
    let upload = r#"{ "type": "createOnly", "scope": "anonymous" }"#;
    let embed = r#"{ "type": "embed" }"#;
    let organization = r#"{ "type": "view", "scope": "organization" }"#;
    let long = format!(r#"{{ "message": "{}" }}"#, "x".repeat(2001));
    insta::assert_snapshot!(shown(
        CREATE_LINK,
        CreateLinkRequest::validate,
        &[
            (nowhere(), "{}"),
            (nowhere(), r#"{ "type": "veiw", "scope": "existingAccess" }"#),
            (nowhere(), r#"{ "type": 1, "scope": ["users"] }"#),
            (personal(), embed),
            (business(), embed),
            (personal(), review),
            (business().item(ItemKind::File), review),
            (business().item(ItemKind::Folder), review),
            (business().item(ItemKind::File), upload),
            (business().item(ItemKind::Folder), upload),
            (personal(), organization),
            (business(), organization),
            (nowhere(), r#"{ "scope": "anonymous", "recipients": [{ "alias": "ryan" }] }"#),
            (
                nowhere(),
                r#"{ "scope": "users", "recipients": [{}, { "email": "x" }, { "objectId": "7" }, { "alias": "a", "email": "a@b.c" }, { "email": "A@b.c" }] }"#
            ),
            (past, r#"{ "expirationDateTime": "2026-01-01T00:00:00Z" }"#),
            (nowhere(), r#"{ "expirationDateTime": "0001-01-01T00:00:00Z" }"#),
            (strict(), r#"{ "expirationDateTime": "2027-01-31T00:00:00Z" }"#),
            (strict(), r#"{ "expirationDateTime": "2027-02-01T00:00:00Z" }"#),
            (nowhere(), r#"{ "retainInheritedPermissions": false }"#),
            (nowhere(), &long),
        ]
    ));
}

#[test]
fn grants() {
    let fine = r#"{ "recipients": [{ "email": "ryan@contoso.com" }], "roles": ["read"] }"#;
    insta::assert_snapshot!(shown(
        GRANT,
        GrantRequest::validate,
        &[
            (nowhere(), "{}"),
            (nowhere(), fine),
            (nowhere().token(TokenKind::Application), fine),
            (
                nowhere(),
                r#"{ "recipients": [{}, { "email": "x" }, { "objectId": "7" }, { "alias": "a", "email": "a@b.c" }, { "email": "A@b.c" }], "roles": ["owner"] }"#
            ),
        ]
    ));
}

#[test]
fn revoked_grants() {
    let fine = r#"{ "grantees": [{ "email": "ryan@contoso.com" }] }"#;
    insta::assert_snapshot!(shown(
        REVOKE_GRANTS,
        RevokeGrantsRequest::validate,
        &[
            (nowhere(), "{}"),
            (nowhere(), fine),
            (personal(), fine),
            (
                nowhere(),
                r#"{ "grantees": [{}, { "email": "x" }, { "objectId": "7" }, { "alias": "a", "email": "a@b.c" }, { "email": "A@b.c" }] }"#
            ),
        ]
    ));
}

#[test]
fn updates() {
    let past = nowhere().now("2026-11-22T00:00:00Z".parse().unwrap());
    insta::assert_snapshot!(shown(
        UPDATE,
        UpdatePermissionRequest::validate,
        &[
            (nowhere(), "{}"),
            (nowhere(), r#"{ "role": "read" }"#),
            (nowhere(), r#"{ "roles": [] }"#),
            (nowhere(), r#"{ "roles": ["owner"] }"#),
            (nowhere(), r#"{ "roles": "read" }"#),
            (nowhere(), r#"{ "roles": ["read"], "expirationDateTime": null }"#),
            (past, r#"{ "expirationDateTime": "2026-01-01T00:00:00Z" }"#),
            (nowhere(), r#"{ "expirationDateTime": "0001-01-01T00:00:00Z" }"#),
            (strict(), r#"{ "expirationDateTime": "2027-01-31T00:00:00Z" }"#),
            (strict(), r#"{ "expirationDateTime": "2027-02-01T00:00:00Z" }"#),
        ]
    ));
}

#[test]
fn an_items_address_is_judged_with_the_request() {
    let fault = |address: &str, drive| {
        let builder = InviteRequest::builder()
            .recipient(crate::DriveRecipient::alias("ryan"))
            .role(crate::Role::Read)
            .circumstances(nowhere().drive(drive));
        builder.build_for(address).unwrap_err().to_string()
    };
    assert_eq!(
        fault("/drive/items/12", DriveKind::Business),
        "item: a drive item's id; a number is that of a list's row; found 12"
    );
    assert_eq!(
        fault("/drive/root", DriveKind::Personal),
        "item: an item below the root: a personal drive's root cannot be shared; found the root"
    );
}

#[test]
fn a_password_of_another_shape_does_not_show() {
    let request: InviteRequest = serde_json::from_str(r#"{ "password": ["secret"] }"#).unwrap();
    let faults = format!("{:?}", request.validate(&nowhere()));
    assert!(faults.contains("REDACTED") && !faults.contains("secret\""), "{faults}");
}
