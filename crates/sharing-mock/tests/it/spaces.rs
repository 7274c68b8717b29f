//! Spaces: tests that share a process share nothing else.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{REPORT, Wire};

fn invitation() -> String {
    json!({ "recipients": [{ "email": "ryan@contoso.com" }], "requireSignIn": true, "sendInvitation": true,
            "roles": ["read"] })
    .to_string()
}

#[tokio::test]
async fn one_space_sees_nothing_of_another() {
    let wire = Wire::start().await;
    wire.post(&format!("/_space/one/v1.0{REPORT}/invite"), &invitation()).await;
    for (prefix, permissions, mails, requests) in
        [("/_space/one", 2, 1, 2), ("/_space/two", 1, 0, 1), ("", 1, 0, 1)]
    {
        let list = wire.get(&format!("{prefix}/v1.0{REPORT}/permissions")).await;
        assert_eq!(list["value"].as_array().unwrap().len(), permissions, "{prefix}");
        let outbox = wire.get(&format!("{prefix}/_mock/outbox")).await;
        assert_eq!(outbox["value"].as_array().unwrap().len(), mails, "{prefix}");
        let journal = wire.get(&format!("{prefix}/_mock/requests")).await;
        assert_eq!(journal["value"].as_array().unwrap().len(), requests, "{prefix}");
    }
}

#[tokio::test]
async fn a_header_and_a_prefix_lead_to_the_same_space() {
    let wire = Wire::start().await;
    let url = format!("{}/v1.0{REPORT}/invite", wire.server.url());
    let invite = wire.http.post(url).bearer_auth("any").header("x-mock-space", "one");
    let response = invite.header("content-type", "application/json").body(invitation()).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let list = wire.get(&format!("/_space/one/v1.0{REPORT}/permissions")).await;
    assert_eq!(list["value"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn every_url_in_an_answer_stays_in_the_space() {
    let wire = Wire::start().await;
    let base = format!("{}/_space/one/", wire.server.url());
    let list = wire.get(&format!("/_space/one/v1.0{REPORT}/permissions")).await;
    assert!(list["@odata.context"].as_str().unwrap().starts_with(&base), "{list}");
    let changes = wire.get("/_space/one/v1.0/drive/root/delta").await;
    assert!(changes["@odata.deltaLink"].as_str().unwrap().starts_with(&base), "{changes}");

    let body = Some(r#"{ "type": "view", "scope": "organization" }"#);
    let made = wire.send("POST", &format!("/_space/one/v1.0{REPORT}/createLink"), body).await;
    assert_eq!(made.status(), 201);
    let location = made.headers()["location"].to_str().unwrap().to_owned();
    assert!(location.starts_with(&base), "{location}");
}

#[tokio::test]
async fn what_is_no_space_is_told() {
    let wire = Wire::start().await;
    let long = "x".repeat(65);
    for (path, header) in [
        ("/_space/a%20b/v1.0/drive", None),
        ("/_space//v1.0/drive", None),
        (&*format!("/_space/{long}/v1.0/drive"), None),
        ("/v1.0/drive", Some("a/b")),
        ("/_space/one/v1.0/drive", Some("two")),
    ] {
        let mut request = wire.http.get(format!("{}{path}", wire.server.url())).bearer_auth("any");
        if let Some(header) = header {
            request = request.header("x-mock-space", header);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 400, "{path}");
        let body: Value = response.json().await.unwrap();
        let fault = &body["errors"][0];
        assert!(["place", "wrong", "right"].iter().all(|part| fault[*part].is_string()), "{body}");
    }
}

#[tokio::test]
async fn a_space_is_reset_and_given_up_alone() {
    let wire = Wire::start().await;
    let list = format!("v1.0{REPORT}/permissions");
    let fresh = wire.get(&format!("/_space/other/{list}")).await["value"].clone();
    for space in ["one", "two"] {
        wire.post(&format!("/_space/{space}/v1.0{REPORT}/invite"), &invitation()).await;
    }
    assert_eq!(wire.send("POST", "/_space/one/_mock/reset", None).await.status(), 204);
    assert_eq!(wire.get(&format!("/_space/one/{list}")).await["value"], fresh);
    assert_ne!(wire.get(&format!("/_space/two/{list}")).await["value"], fresh);
    assert_eq!(wire.send("DELETE", "/_mock/spaces/two", None).await.status(), 204);
    assert_eq!(wire.get(&format!("/_space/two/{list}")).await["value"], fresh);
    assert_eq!(wire.send("DELETE", "/_mock/spaces/default", None).await.status(), 409);
}

#[tokio::test]
async fn a_snapshot_is_restored() {
    let wire = Wire::start().await;
    let list = format!("/v1.0{REPORT}/permissions");
    let before = wire.get(&list).await;
    let taken = wire.send("POST", "/_mock/snapshots", None).await;
    assert_eq!(taken.status(), 201);
    let id = taken.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
    wire.post(&format!("/v1.0{REPORT}/invite"), &invitation()).await;
    assert_eq!(wire.server.outbox().len(), 1);
    let restore = format!("/_mock/snapshots/{id}/restore");
    // A snapshot is restored as often as one likes.
    for _ in 0..2 {
        assert_eq!(wire.send("POST", &restore, None).await.status(), 204);
        assert_eq!(wire.get(&list).await, before);
        assert!(wire.server.outbox().is_empty());
    }
    assert_eq!(wire.send("POST", "/_space/other/_mock/snapshots/1/restore", None).await.status(), 404);
}
