//! Faults on demand, as a client meets them on the wire.

use std::{io::ErrorKind, time::Duration};

use serde_json::{Value, json};
use sharing_mock::{Cut, FaultBody, FaultPreset, FaultRule, MockServer};
use sharing_model::ActionKind;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{REPORT, Wire};

const INVITATION: &str = r#"{ "recipients": [ { "email": "ryan@contoso.com" } ], "roles": [ "write" ],
                              "requireSignIn": true, "sendInvitation": true }"#;

async fn wire(rule: FaultRule) -> Wire {
    Wire::of(MockServer::builder().fault(rule)).await
}

/// All bytes that come back for a request's bytes until the connection is closed.
async fn raw(wire: &Wire, request: &str) -> Vec<u8> {
    let address = wire.server.url().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer).await {
        Ok(_) => {}
        // What was not read when the connection was closed makes it a reset.
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
    }
    answer
}

fn invite_text(body: &str, length: usize) -> String {
    format!(
        "POST /v1.0{REPORT}/invite HTTP/1.1\r\nhost: x\r\nauthorization: Bearer any\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

#[tokio::test]
async fn a_connection_is_cut_before_the_request_is_read() {
    let wire = wire(FaultRule::cut(Cut::BeforeRead)).await;
    // The rest of the body never comes: whoever reads it would wait for ever.
    assert_eq!(raw(&wire, &invite_text("{", 10_000)).await, b"");
    assert!(wire.server.outbox().is_empty());
    let [entry] = &wire.server.requests()[..] else { panic!("one request") };
    assert_eq!((entry.status, entry.rule), (0, Some("fault")));
    assert_eq!(entry.reason.as_deref(), Some("the fault fault-1 struck: nothing was done"));
}

#[tokio::test]
async fn a_connection_is_cut_after_the_request_is_read_and_nothing_is_done() {
    let wire = wire(FaultRule::cut(Cut::AfterRead)).await;
    assert_eq!(raw(&wire, &invite_text(INVITATION, INVITATION.len())).await, b"");
    assert!(wire.server.outbox().is_empty());
}

#[tokio::test]
async fn an_answer_is_lost_after_the_change_was_made() {
    let wire = wire(FaultRule::cut(Cut::AfterChange).on(ActionKind::Invite).times(1)).await;
    assert_eq!(raw(&wire, &invite_text(INVITATION, INVITATION.len())).await, b"");
    assert_eq!(wire.server.outbox().len(), 1);
    let held = wire.get(&format!("/v1.0{REPORT}/permissions")).await;
    let holds = |entry: &Value| entry["grantedToV2"]["user"]["email"] == "ryan@contoso.com";
    assert!(held["value"].as_array().unwrap().iter().any(holds));
    // Whoever asks again, mails again.
    wire.post(&format!("/v1.0{REPORT}/invite"), INVITATION).await;
    assert_eq!(wire.server.outbox().len(), 2);
    assert_eq!((wire.server.faults()[0].met, wire.server.faults()[0].hits), (2, 1));
}

#[tokio::test]
async fn a_client_gets_an_error_and_no_answer_from_a_cut() {
    let wire = wire(FaultRule::cut(Cut::AfterChange)).await;
    let url = format!("{}/v1.0/drive/root", wire.server.url());
    let error = wire.http.get(url).bearer_auth("any").send().await.unwrap_err();
    assert!(error.is_request(), "{error:?}");
}

#[tokio::test]
async fn a_refusal_has_the_services_body_and_says_in_headers_that_it_is_a_fault() {
    let rule = FaultRule::preset(FaultPreset::SharingDisabled).named("policy").header("x-extra", "1");
    let wire = wire(rule).await;
    let response = wire.send("POST", &format!("/v1.0{REPORT}/invite"), Some(INVITATION)).await;
    assert_eq!(response.status(), 403);
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("x-mock-rule"), "fault");
    assert_eq!(header("x-mock-reason"), "the fault policy struck: nothing was done");
    assert_eq!((header("x-extra"), header("content-type")), ("1".to_owned(), "application/json".to_owned()));
    let id = header("request-id");
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["error"]["code"], "accessDenied");
    assert_eq!(body["error"]["innerError"]["code"], "sharingDisabled");
    assert_eq!(body["error"]["innerError"]["request-id"], *id);
    assert!(wire.server.outbox().is_empty());
}

#[tokio::test]
async fn a_refusal_after_the_change_was_made_refuses_what_was_done() {
    let wire = wire(FaultRule::preset(FaultPreset::GatewayTimeout).after_change()).await;
    let response = wire.send("POST", &format!("/v1.0{REPORT}/invite"), Some(INVITATION)).await;
    assert_eq!(response.status(), 504);
    assert_eq!(response.json::<Value>().await.unwrap()["error"]["code"], 504);
    assert_eq!(wire.server.outbox().len(), 1);
}

#[tokio::test]
async fn every_preset_can_be_asked_for_over_the_wire() {
    let wire = Wire::start().await;
    for preset in FaultPreset::ALL {
        let name = serde_json::to_value(preset).unwrap();
        let url = format!("{}/v1.0/drive/root", wire.server.url());
        let response =
            wire.http.get(url).header("x-mock-fault", name.as_str().unwrap()).send().await.unwrap();
        assert_eq!(preset.about().split(':').next(), Some(response.status().as_str()), "{preset:?}");
        assert_eq!(response.headers()["x-mock-rule"], "fault");
    }
}

#[tokio::test]
async fn bodies_that_are_none_keep_their_status() {
    for (body, content_type, text) in [
        (FaultBody::Empty, "application/json", ""),
        (FaultBody::Html, "text/html; charset=utf-8", "<!DOCTYPE html>\n<html><head><title>200 Bad Gateway"),
        (FaultBody::NotJson, "application/json", "{\"value\": [ this"),
    ] {
        let wire = wire(FaultRule::body(body)).await;
        let response = wire.send("GET", "/v1.0/drive/root", None).await;
        assert_eq!(response.status(), 200);
        assert!(response.headers()["content-type"].to_str().unwrap().starts_with(content_type));
        let got = response.text().await.unwrap();
        assert!(got.starts_with(text) && got.is_empty() == text.is_empty(), "{got}");
    }
}

#[tokio::test]
async fn a_body_breaks_off_though_its_length_was_announced() {
    let wire = wire(FaultRule::truncate(25)).await;
    let get = "GET /v1.0/drive/root HTTP/1.1\r\nhost: x\r\nauthorization: Bearer any\r\n\r\n";
    let answer = String::from_utf8(raw(&wire, get).await).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert_eq!(body.len(), 25);
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    assert!(length.parse::<usize>().unwrap() > 25);

    let response = wire.send("GET", "/v1.0/drive/root", None).await;
    assert_eq!(response.status(), 200);
    assert!(response.bytes().await.unwrap_err().is_decode());
}

#[tokio::test]
async fn a_read_sees_an_old_state() {
    let wire = Wire::start().await;
    let list = format!("/v1.0{REPORT}/permissions");
    let before = wire.get(&list).await;
    wire.post(&format!("/v1.0{REPORT}/invite"), INVITATION).await;
    wire.server.clock().advance(Duration::from_secs(60));
    let between = wire.get(&list).await;
    wire.post(&format!("/v1.0{REPORT}/invite"), &INVITATION.replace("ryan", "priya")).await;
    let after = wire.get(&list).await;
    assert!(before != between && between != after);

    for (rule, seen) in [
        (FaultRule::stale(1), &between),
        (FaultRule::stale(2), &before),
        (FaultRule::stale_by(30), &between),
        (FaultRule::stale_by(3_600), &before),
    ] {
        let id = wire.server.add_fault(rule.method("GET")).unwrap();
        assert_eq!(&wire.get(&list).await, seen);
        assert!(wire.server.remove_fault(&id));
    }
    assert_eq!(wire.get(&list).await, after, "a look back changes nothing");
}

#[tokio::test]
async fn a_redirect_and_a_next_link_lead_elsewhere() {
    let wire = wire(FaultRule::redirect("http://127.0.0.1:9/elsewhere").nth(1)).await;
    let http =
        reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let url = format!("{}/v1.0/drive/root/permissions", wire.server.url());
    let response = http.get(&url).bearer_auth("any").send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["location"]),
        (307, &"http://127.0.0.1:9/elsewhere".parse().unwrap())
    );

    wire.server
        .add_fault(FaultRule::next_link("http://127.0.0.1:9/page2").on(ActionKind::ListPermissions))
        .unwrap();
    let page = wire.get("/v1.0/drive/root/permissions").await;
    assert_eq!(page["@odata.nextLink"], "http://127.0.0.1:9/page2");
    assert!(!page["value"].as_array().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_answer_comes_late() {
    let wire = wire(FaultRule::latency(Duration::from_secs(90)).times(1)).await;
    let start = tokio::time::Instant::now();
    wire.get("/v1.0/drive/root").await;
    let late = start.elapsed();
    assert!(late >= Duration::from_secs(90) && late < Duration::from_secs(91), "{late:?}");
}

#[tokio::test]
async fn an_item_is_met_by_every_address_that_it_has() {
    let wire = wire(FaultRule::preset(FaultPreset::Locked).item("/projects/quarterly REPORT.docx")).await;
    let rule = wire.server.faults().remove(0).rule;
    wire.server.remove_fault("fault-1");
    let id = wire.get(&format!("/v1.0{REPORT}")).await["id"].as_str().unwrap().to_owned();
    wire.server.add_fault(rule).unwrap();
    for path in [format!("/v1.0{REPORT}"), format!("/beta/me/drive/items/{id}/permissions")] {
        assert_eq!(wire.send("GET", &path, None).await.status(), 423, "{path}");
    }
    assert_eq!(wire.send("GET", "/v1.0/drive/root:/Notes.txt", None).await.status(), 200);
    wire.server.remove_fault("fault-1");
    wire.server.add_fault(FaultRule::status(500).item(&id)).unwrap();
    assert_eq!(wire.send("GET", &format!("/v1.0{REPORT}"), None).await.status(), 500);
}

fn batch(urls: &[&str]) -> String {
    let requests: Vec<_> = urls
        .iter()
        .enumerate()
        .map(|(id, url)| json!({ "id": id.to_string(), "method": "GET", "url": url }))
        .collect();
    json!({ "requests": requests }).to_string()
}

#[tokio::test]
async fn a_member_of_a_batch_is_met_by_itself() {
    let rule = FaultRule::preset(FaultPreset::Throttled).retry_after(2.5).in_batch(true).nth(2);
    let wire = wire(rule).await;
    let answer = wire.post("/v1.0/$batch", &batch(&["/drive", "/drive/root", "/drive"])).await;
    let statuses: Vec<_> =
        answer["responses"].as_array().unwrap().iter().map(|member| member["status"].clone()).collect();
    assert_eq!(statuses, [200, 429, 200]);
    assert_eq!(answer["responses"][1]["headers"]["Retry-After"], "2.5");
    assert_eq!(answer["responses"][1]["body"]["error"]["innerError"]["code"], "throttledRequest");

    // A header of the member is the member's.
    let body = json!({ "requests": [
        { "id": "1", "method": "GET", "url": "/drive" },
        { "id": "2", "method": "GET", "url": "/drive", "headers": { "x-mock-fault": "html; 502" } }
    ] });
    let answer = wire.post("/v1.0/$batch", &body.to_string()).await;
    let member = answer["responses"].as_array().unwrap().iter().find(|member| member["id"] == "2").unwrap();
    assert_eq!(member["status"], 502);
    assert!(member["body"].as_str().unwrap().starts_with("<!DOCTYPE html>"));
}

#[tokio::test]
async fn a_member_that_is_cut_cuts_the_batch() {
    let invite = json!({
        "id": "1", "method": "POST", "url": format!("{REPORT}/invite"),
        "headers": { "content-type": "application/json" },
        "body": serde_json::from_str::<Value>(INVITATION).unwrap()
    });
    let again = json!({ "id": "2", "method": "POST", "url": invite["url"], "headers": invite["headers"], "body": invite["body"] });
    let body = json!({ "requests": [ invite, again ] }).to_string();
    let wire = wire(FaultRule::cut(Cut::AfterChange).on(ActionKind::Invite)).await;
    let text = format!(
        "POST /v1.0/$batch HTTP/1.1\r\nhost: x\r\nauthorization: Bearer any\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    assert_eq!(raw(&wire, &text).await, b"");
    assert_eq!(wire.server.outbox().len(), 1, "the second was never asked");
}

#[tokio::test]
async fn a_header_asks_for_a_fault_and_a_wrong_one_is_refused() {
    let wire = Wire::start().await;
    let ask = |fault: &'static str| {
        let url = format!("{}/v1.0/drive/root", wire.server.url());
        wire.http.get(url).bearer_auth("any").header("x-mock-fault", fault).send()
    };
    let response = ask("429; retry-after=2").await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["retry-after"]),
        (429, &"2".parse().unwrap())
    );
    let response = ask("429; retry=2").await.unwrap();
    assert_eq!(response.status(), 400);
    let reason = response.headers()["x-mock-reason"].to_str().unwrap();
    assert!(reason.starts_with("x-mock-fault: retry: there are times, nth, code"), "{reason}");
    assert!(ask("cut-after-read").await.is_err());
    let statuses = [ask("503; times=1").await.unwrap().status(), ask("503; times=1").await.unwrap().status()];
    assert_eq!(statuses.map(|status| status.as_u16()), [503, 200]);
}

#[tokio::test]
async fn faults_that_cannot_be_are_told_before_the_server_starts() {
    let error = MockServer::builder().fault(FaultRule::status(200)).start().await.unwrap_err();
    assert_eq!(error.to_string(), "faults[0].then.status: 200 is no refusal's; 400 to 599");
    let wire = Wire::start().await;
    assert!(wire.server.add_fault(FaultRule::default()).is_err());
}

async fn control(wire: &Wire, method: &str, path: &str, body: Option<&str>) -> (u16, Value) {
    let response = wire.send(method, &format!("/_mock{path}"), body).await;
    (response.status().as_u16(), response.json().await.unwrap_or_default())
}

#[tokio::test]
async fn faults_are_set_over_the_wire() {
    let wire = Wire::start().await;
    let rule = r#"{ "match": { "actions": ["invite"] }, "nth": 2, "then": { "preset": "locked" } }"#;
    let (status, added) = control(&wire, "POST", "/faults", Some(rule)).await;
    assert_eq!((status, &added["id"], &added["hits"]), (201, &json!("fault-1"), &json!(0)));
    for expected in [200, 423, 200] {
        let response = wire.send("POST", &format!("/v1.0{REPORT}/invite"), Some(INVITATION)).await;
        assert_eq!(response.status(), expected);
    }
    let (_, state) = control(&wire, "GET", "/faults/fault-1", None).await;
    assert_eq!((&state["met"], &state["hits"]), (&json!(3), &json!(1)));

    let (status, _) = control(&wire, "PUT", "/faults/mine", Some(r#"{ "then": { "status": 503 } }"#)).await;
    assert_eq!(status, 200);
    let (_, all) = control(&wire, "GET", "/faults", None).await;
    let ids: Vec<_> = all["faults"].as_array().unwrap().iter().map(|fault| fault["id"].clone()).collect();
    assert_eq!(ids, ["fault-1", "mine"]);
    assert_eq!(control(&wire, "DELETE", "/faults/mine", None).await.0, 204);
    assert_eq!(control(&wire, "DELETE", "/faults/mine", None).await.0, 404);
    let list = r#"{ "faults": [ { "then": { "latencyMs": 1 } } ] }"#;
    assert_eq!(control(&wire, "PUT", "/faults", Some(list)).await.1["faults"][0]["id"], "fault-2");
    assert_eq!(control(&wire, "DELETE", "/faults", None).await.0, 204);
    assert!(wire.server.faults().is_empty());
    let (_, presets) = control(&wire, "GET", "/fault-presets", None).await;
    assert_eq!(presets["value"].as_array().unwrap().len(), FaultPreset::ALL.len());
}

#[tokio::test]
async fn a_wrong_fault_is_refused_with_all_that_is_wrong() {
    let wire = Wire::start().await;
    let mut seen = Vec::new();
    for (method, path, body) in [
        ("POST", "/faults", r#"{ "then": { "stauts": 500 } }"#),
        ("POST", "/faults", r#"{ "times": 0, "then": { "status": 200 } }"#),
        ("PUT", "/faults/mine", r#"{ "id": "yours", "then": { "status": 500 } }"#),
        ("PUT", "/faults", r#"{ "faults": [ { "then": {} } ] }"#),
        ("PUT", "/limits", r#"{ "tier": "2k" }"#),
    ] {
        let (status, answer) = control(&wire, method, path, Some(body)).await;
        assert_eq!(status, 400);
        seen.push(answer);
    }
    insta::assert_json_snapshot!(seen);
    assert!(wire.server.faults().is_empty());
}
