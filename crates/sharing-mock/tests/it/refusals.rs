//! The service's own refusals, and why, in a header.

use std::fmt::Write as _;

use reqwest::Response;
use serde_json::Value;

use crate::{REPORT, Wire};

async fn show(response: Response) -> String {
    let status = response.status();
    let headers = response.headers().clone();
    let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let body: Value = response.json().await.unwrap();
    let error = &body["error"];
    let inner = ["innerError", "innererror"].iter().find(|name| error.get(**name).is_some()).unwrap();
    assert_eq!(error[*inner]["request-id"], header("request-id").unwrap());
    // SharePoint itself says more than Graph does.
    let content_type = header("content-type").unwrap();
    assert_eq!(content_type.split(';').next(), Some("application/json"));
    assert_eq!(content_type.ends_with("; charset=utf-8"), header("sprequestguid").is_some());

    let mut shown = format!("{status}  {}: {}\n", error["code"], error["message"]);
    for name in ["allow", "www-authenticate", "x-mock-reason"] {
        if let Some(value) = header(name) {
            writeln!(shown, "  {name}: {value}").unwrap();
        }
    }
    writeln!(shown, "  {inner}").unwrap();
    shown
}

#[tokio::test]
async fn addresses_methods_and_tokens() {
    let wire = Wire::start().await;
    let mut shown = String::new();
    for (method, path) in [
        ("GET", "/v1.0/drive/root:/Projects/Missing.docx"),
        ("GET", "/v1.0/drive/items/01NQ5"),
        ("GET", "/v1.0/drive/items/01AZJL5PMPVZ3F3EETVZC2MKGAOJBFLFEY/permissions"),
        ("GET", "/v1.0/drives/b!4e/root"),
        ("GET", "/v1.0/drives/b!dmVLG22QlE2PSW0AqVB7UOhZ8n7tjkVGkgqLNnuw2ODRDvn3haLiQIhB5UYNdqMy/root"),
        ("GET", "/v1.0/sites/elsewhere/drive/root"),
        ("GET", "/v1.0/drive/root/permissions/bm9ib2R5"),
        ("GET", "/v1.0/me/messages/1"),
        ("GET", "/v1.0/me"),
        ("GET", "/v1.0/sites/root/drives"),
        ("GET", "/v1.0/drive/root/shared"),
        ("GET", "/v2.0/drive/root"),
        ("POST", "/v1.0/drive/root/oneDrive.invite"),
        ("POST", "/_api/v2.0/drive/root/onedrive.invite"),
        ("GET", "/v1.0/drive/root/invite"),
        ("PUT", "/_api/v2.0/drive/root/permissions"),
        ("TRACE", "/v1.0/drive/root/permissions/bm9ib2R5"),
        (
            "DELETE",
            "/v1.0/drive/root:/Notes.txt:/permissions/aTowIy5mfG1lbWJlcnNoaXB8bmFkaWFAY29udG9zby5jb20",
        ),
    ] {
        let response = wire.send(method, path, None).await;
        write!(shown, "{method} {path}\n  {}", show(response).await).unwrap();
    }
    for (version, authorization) in [
        ("/v1.0", None),
        ("/_api/v2.0", None),
        ("/v1.0", Some("Bearer ")),
        ("/v1.0", Some("Basic bmFkaWE6c2VjcmV0")),
    ] {
        let request = wire.http.get(format!("{}{version}/drive/root", wire.server.url()));
        let request = match authorization {
            Some(value) => request.header("authorization", value),
            None => request,
        };
        let response = request.send().await.unwrap();
        write!(
            shown,
            "GET {version}/drive/root, Authorization: {authorization:?}\n  {}",
            show(response).await
        )
        .unwrap();
    }
    insta::assert_snapshot!(shown);
}

#[tokio::test]
async fn invitations() {
    let wire = Wire::start().await;
    let list = format!("/v1.0{REPORT}/permissions");
    let before = wire.get(&list).await;
    let long = format!(
        r#"{{ "recipients": [{{ "email": "ryan@contoso.com" }}], "roles": ["read"], "message": "{}" }}"#,
        "é".repeat(2001)
    );
    let mut shown = String::new();
    for body in [
        "",
        "{",
        "[]",
        r#"{ "roles": ["read"] }"#,
        r#"{ "recipients": [], "roles": ["read"] }"#,
        r#"{ "recipients": ["ryan@contoso.com"], "roles": "read" }"#,
        r#"{ "recipients": [{}], "roles": ["read"] }"#,
        r#"{ "recipients": [{ "email": "ryan@contoso.com" }] }"#,
        r#"{ "recipients": [{ "email": "ryan@contoso.com" }], "roles": [] }"#,
        r#"{ "recipients": [{ "email": "ryan@contoso.com" }], "roles": ["owner", "Read"] }"#,
        r#"{ "recipients": [{ "email": "ryan@contoso.com" }], "roles": ["read"], "requireSignIn": false, "sendInvitation": false }"#,
        r#"{ "recipients": [{ "Alias": "ryan", "email": "ryan@contoso.com" }], "roles": ["read"], "sendNotification": true }"#,
        r#"{ "recipients": [{ "email": "ryan@contoso.com" }], "roles": ["read"], "expirationDateTime": "2020-01-01T00:00:00Z" }"#,
        r#"{ "recipients": [{ "email": "ryan@contoso.com" }], "roles": ["read"], "expirationDateTime": "tomorrow" }"#,
        r#"{ "recipients": [{ "email": "ryan@contoso.com" }], "roles": ["read"], "password": "secret word" }"#,
        r#"{ "recipients": [{ "email": "nobody@contoso.com" }, { "alias": "nobody" }], "roles": ["read"] }"#,
        &long,
    ] {
        let response = wire.send("POST", &format!("/v1.0{REPORT}/invite"), Some(body)).await;
        assert_eq!(response.status(), 400, "{body}");
        let body: String = body.chars().take(100).collect();
        write!(shown, "{body}\n  {}", show(response).await).unwrap();
    }
    assert!(!shown.contains("secret word: found"));
    insta::assert_snapshot!(shown);

    let url = format!("{}/v1.0{REPORT}/invite", wire.server.url());
    let untyped = wire.http.post(url).bearer_auth("any").body(long).send().await.unwrap();
    assert_eq!(untyped.status(), 400);
    assert_eq!(wire.get(&list).await, before);
    assert!(wire.server.outbox().is_empty());
}

#[tokio::test]
async fn what_the_service_takes_is_taken() {
    let wire = Wire::start().await;
    let message = "é".repeat(2000);
    for body in [
        format!(
            r#"{{ "recipients": [{{ "email": "ryan@contoso.com" }}], "roles": ["read"], "message": "{message}" }}"#
        ),
        r##"{ "recipients": [{ "@odata.type": "oneDrive.driveRecipient", "email": "ryan@contoso.com" }],
              "roles": ["read", "write"], "requireSignIn": true, "sendInvitation": false, "password": null,
              "@odata.type": "#oneDrive.invite" }"##
            .to_owned(),
    ] {
        wire.post(&format!("/_api/v2.0{REPORT}/invite"), &body).await;
    }
}

#[tokio::test]
async fn a_body_that_is_far_too_long_is_refused() {
    let wire = Wire::start().await;
    let body = " ".repeat(5 << 20);
    let response = wire.send("POST", &format!("/v1.0{REPORT}/invite"), Some(&body)).await;
    assert_eq!(response.status(), 413);
}

#[tokio::test]
async fn a_clients_name_for_a_request_comes_back() {
    let wire = Wire::start().await;
    let url = format!("{}/v1.0/drive/root:/nothing", wire.server.url());
    let request = wire.http.get(url).bearer_auth("any").header("client-request-id", "my-name");
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["client-request-id"], "my-name");
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["error"]["innerError"]["client-request-id"], "my-name");
}
