//! The control API: what its document says is what it does.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{REPORT, Wire};

/// A schema of the document, with what it refers to.
fn schema(document: &Value, schema: &Value) -> Value {
    let mut whole = schema.clone();
    whole["components"] = document["components"].clone();
    whole
}

#[tokio::test]
async fn every_operation_answers_as_its_document_says() {
    let wire = Wire::start().await;
    let document = wire.get("/_mock/openapi.json").await;
    assert_eq!(document["openapi"], "3.1.0");
    let refusal = &document["components"]["responses"]["Refusal"]["content"]["application/json"]["schema"];
    let mut asked = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            asked.push(operation["operationId"].as_str().unwrap());
            // What has to be there first, once for each operation.
            wire.send("POST", "/_mock/snapshots", None).await;
            let resting = r#"{ "off": true, "then": { "status": 500 } }"#;
            wire.send("PUT", "/_mock/faults/1", Some(resting)).await;
            wire.send("GET", "/_space/a/v1.0/drive", None).await;
            let guest = r#"{ "recipients": [{ "email": "kim@fabrikam.com" }], "roles": ["read"], "requireSignIn": true }"#;
            wire.send("POST", "/v1.0/drive/root:/Notes.txt:/invite", Some(guest)).await;
            let console = format!("client_id={}&scope=Files.Read", sharing_mock::Application::console().id);
            wire.send("POST", "/common/oauth2/v2.0/devicecode", Some(&console)).await;
            let code = &wire.server.device_codes()[0].user_code;
            let path = path.replace("{name}", "a").replace("{id}", "1").replace("{userCode}", code);
            let content = &operation["requestBody"]["content"]["application/json"];
            let example = content["example"].clone();
            let body = (!example.is_null()).then(|| example.to_string());
            if body.is_some() {
                let schema = schema(&document, &content["schema"]);
                jsonschema::validate(&schema, &example).unwrap_or_else(|error| panic!("{path}: {error}"));
            }
            let response = wire.send(&method.to_uppercase(), &path, body.as_deref()).await;
            let status = response.status().as_u16().to_string();
            let described = &operation["responses"][&status];
            assert!(described.is_object(), "{method} {path}: {status} is not in the document");
            let Some((media_type, content)) =
                described["content"].as_object().and_then(|all| all.iter().next())
            else {
                assert_eq!(response.text().await.unwrap(), "", "{method} {path}");
                continue;
            };
            assert_eq!(response.headers()["content-type"], media_type.as_str());
            if media_type == "application/json" {
                let body: Value = response.json().await.unwrap();
                let schema = schema(&document, &content["schema"]);
                jsonschema::validate(&schema, &body)
                    .unwrap_or_else(|error| panic!("{method} {path}: {error}"));
            }

            // A method that is not there is told, with those that are.
            let refused = wire.send("PURGE", &path, None).await;
            assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED);
            let allow = refused.headers()["allow"].to_str().unwrap().to_lowercase();
            assert!(allow.contains(method), "{path}: {allow}");
            let body: Value = refused.json().await.unwrap();
            jsonschema::validate(&schema(&document, refusal), &body).unwrap();
        }
    }
    asked.sort_unstable();
    insta::assert_json_snapshot!(asked);
}

#[tokio::test]
async fn the_document_is_as_it_was_read() {
    insta::assert_json_snapshot!(Wire::start().await.get("/_mock/openapi.json").await);
}

#[tokio::test]
async fn a_refusal_names_the_place_what_was_wrong_and_what_would_be_right() {
    let wire = Wire::start().await;
    let mut shown = Vec::new();
    for (method, path, body) in [
        ("GET", "/_mock/nothing", None),
        ("GET", "/_mock/requests?since=x", None),
        ("GET", "/_mock/requests?action=share", None),
        ("GET", "/_mock/requests?verb=GET&page=2", None),
        ("PATCH", "/_mock/clock", Some("")),
        ("PATCH", "/_mock/clock", Some(r#"{ "set": "tomorrow" }"#)),
        ("PATCH", "/_mock/clock", Some(r#"{ "advanceMs": -1 }"#)),
        ("PATCH", "/_mock/clock", Some(r#"{ "mode": "slow" }"#)),
        ("PATCH", "/_mock/clock", Some(r#"{ "now": 1 }"#)),
        ("PATCH", "/_mock/clock", Some(r#"{ "mode": "real", "advanceMs": 1 }"#)),
        ("POST", "/_mock/requests/assert", Some(r#"{ "expect": [{ "action": "share" }] }"#)),
        ("POST", "/_mock/requests/assert", Some(r#"{ "expect": [{}, { "times": "2" }] }"#)),
        ("POST", "/_mock/requests/assert", Some(r#"{ "expect": [{ "times": 2, "atLeast": 1 }] }"#)),
        ("DELETE", "/_mock/spaces/nobody", None),
        ("POST", "/_mock/snapshots/9/restore", None),
    ] {
        let response = wire.send(method, path, body).await;
        let status = response.status().as_u16();
        let answer: Value = response.json().await.unwrap();
        shown.push(json!({ "asked": format!("{method} {path}"), "body": body, "status": status, "errors": answer["errors"] }));
    }
    insta::assert_json_snapshot!(shown);
}

#[tokio::test]
async fn the_journal_tells_of_each_request_what_became_of_it() {
    let wire = Wire::start().await;
    wire.server.clock().freeze();
    wire.server.clock().set("2027-03-01T12:00:00Z".parse().unwrap());
    wire.get(&format!("/v1.0{REPORT}/permissions?$top=5")).await;
    wire.send("POST", &format!("/v1.0{REPORT}/invite"), Some(r#"{ "recipients": [] }"#)).await;
    wire.send("GET", "/v1.0/me/messages", None).await;
    let batch = json!({ "requests": [
        { "id": "1", "method": "GET", "url": "/drive/root" },
        { "id": "2", "method": "GET", "url": "/drive/root:/Nowhere" },
    ] });
    wire.post("/v1.0/$batch", &batch.to_string()).await;
    let mut journal = wire.get("/_mock/requests").await;
    for entry in journal["value"].as_array_mut().unwrap() {
        assert!(entry["microseconds"].take().is_u64());
    }
    insta::assert_json_snapshot!(journal);

    let numbers = async |query: &str| -> Vec<u64> {
        let journal = wire.get(&format!("/_mock/requests?{query}")).await;
        journal["value"].as_array().unwrap().iter().map(|entry| entry["number"].as_u64().unwrap()).collect()
    };
    assert_eq!(numbers("since=4").await, [5, 6]);
    assert_eq!(numbers("method=post").await, [2, 6]);
    assert_eq!(numbers("action=list%20permissions&status=200").await, [1]);
    assert!(numbers("action=list+permissions&status=404").await.is_empty());
    assert_eq!(numbers("limit=2").await, [5, 6]);
    wire.send("DELETE", "/_mock/requests", None).await;
    assert!(numbers("").await.is_empty());
}

#[tokio::test]
async fn expectations_are_judged_and_explained() {
    let wire = Wire::start().await;
    wire.get(&format!("/v1.0{REPORT}/permissions")).await;
    wire.send("POST", &format!("/v1.0{REPORT}/invite"), Some(r#"{ "recipients": [] }"#)).await;
    wire.get(&format!("/v1.0{REPORT}/permissions")).await;
    let mut shown = Vec::new();
    for (expected, passed) in [
        (json!({ "expect": [] }), true),
        (
            json!({ "expect": [{ "action": "list permissions", "times": 2 }, { "path": "*/invite", "status": 400 }] }),
            true,
        ),
        (
            json!({ "expect": [{ "action": "list permissions" }, { "method": "POST" }, { "method": "GET" }], "inOrder": true }),
            true,
        ),
        (json!({ "expect": [{ "method": "POST" }, { "action": "invite" }], "inOrder": true }), false),
        (
            json!({ "expect": [{ "action": "invite", "times": 2 }, { "method": "DELETE", "atMost": 0 }] }),
            false,
        ),
        (json!({ "expect": [{ "method": "GET", "atMost": 1 }, { "method": "PATCH" }] }), false),
        (json!({ "expect": [{ "method": "GET", "atLeast": 3, "atMost": 4, "inBatch": false }] }), false),
    ] {
        let verdict = wire.post("/_mock/requests/assert", &expected.to_string()).await;
        assert_eq!(verdict["passed"], passed, "{expected}: {verdict}");
        shown.push(json!({ "expected": expected, "verdict": verdict }));
    }
    insta::assert_json_snapshot!(shown);
}

#[tokio::test]
async fn requests_and_mails_are_shown_as_they_come() {
    let wire = Wire::start().await;
    wire.get("/v1.0/drive").await;
    let url = format!("{}/_mock/events", wire.server.url());
    let mut stream = wire.http.get(&url).send().await.unwrap();
    assert_eq!(stream.chunk().await.unwrap().unwrap(), ": listening\n\n");
    let body = json!({ "recipients": [{ "email": "ryan@contoso.com" }], "requireSignIn": true,
                       "sendInvitation": true, "roles": ["read"] });
    wire.post(&format!("/v1.0{REPORT}/invite"), &body.to_string()).await;
    let mut text = String::new();
    while !text.contains("event: request") {
        let chunk =
            tokio::time::timeout(Duration::from_secs(10), stream.chunk()).await.unwrap().unwrap().unwrap();
        text.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    // The request before the stream began is not among them.
    let names: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("event: ")).collect();
    let ids: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("id: ")).collect();
    assert_eq!((names, ids), (vec!["mail", "request"], vec!["1-1", "2-1"]));
    let data: Vec<Value> = text
        .lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .map(|data| serde_json::from_str(data).unwrap())
        .collect();
    assert_eq!((&data[0]["to"], &data[1]["action"]), (&json!("ryan@contoso.com"), &json!("invite")));

    // Whoever was away goes on where it was.
    let mut again = wire.http.get(&url).header("last-event-id", "1-1").send().await.unwrap();
    let mut missed = String::new();
    while !missed.contains("data: ") {
        missed.push_str(std::str::from_utf8(&again.chunk().await.unwrap().unwrap()).unwrap());
    }
    assert!(missed.contains("id: 2-1") && !missed.contains("event: mail"), "{missed}");

    // A stream does not keep the server alive.
    tokio::time::timeout(Duration::from_secs(4), wire.server.stop()).await.unwrap().unwrap();
    assert_eq!(stream.chunk().await.unwrap(), None);
}

#[tokio::test]
async fn a_clock_is_set_moved_and_stopped() {
    let wire = Wire::start().await;
    assert_eq!(wire.get("/_mock/clock").await["mode"], "real");
    let change = async |body: Value| -> Value {
        let response = wire.send("PATCH", "/_space/one/_mock/clock", Some(&body.to_string())).await;
        assert_eq!(response.status(), 200);
        response.json().await.unwrap()
    };
    let frozen = change(json!({ "mode": "frozen", "set": "2027-03-01T12:00:00Z" })).await;
    assert_eq!(frozen, json!({ "now": "2027-03-01T12:00:00Z", "mode": "frozen" }));
    assert_eq!(change(json!({ "advanceMs": 90_000 })).await["now"], "2027-03-01T12:01:30Z");
    let running = change(json!({ "mode": "set" })).await;
    assert!(running["now"].as_str().unwrap().starts_with("2027-03-01T12:01:3"), "{running}");
    assert_eq!(change(json!({ "mode": "real" })).await["mode"], "real");
    assert_eq!(wire.get("/_mock/clock").await["mode"], "real");
}
