//! The same seed and the same requests give the same answers, byte for byte; another seed gives other ids.

use serde_json::{Value, json};
use sharing_mock::{Application, MockServer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::REPORT;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// One after another, each on a connection of its own, and everything that came back.
struct Session {
    server: MockServer,
    count: usize,
    all: String,
}

impl Session {
    async fn start(seed: u64) -> Self {
        let server = MockServer::builder().seed(seed).start().await.unwrap();
        server.clock().freeze();
        server.clock().set("2027-03-01T12:00:00Z".parse().unwrap());
        Self { server, count: 0, all: String::new() }
    }

    /// The body of the answer.
    async fn send(&mut self, method: &str, path: &str, kind: &str, body: &str) -> Value {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: mock.test\r\nauthorization: Bearer any\r\nconnection: close\r\n\
             content-type: {kind}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(self.server.url().trim_start_matches("http://")).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        // What looks into the mock has the machine's own date, and the other space its own clock.
        let lines = answer.lines().filter(|line| !(path.starts_with("/_") && line.starts_with("date: ")));
        self.all.extend(lines.flat_map(|line| [line, "\n"]));
        self.count += 1;
        let body = answer.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
        serde_json::from_str(body).unwrap_or_default()
    }

    async fn get(&mut self, path: &str) -> Value {
        self.send("GET", path, JSON, "").await
    }

    async fn post(&mut self, path: &str, body: Value) -> Value {
        self.send("POST", path, JSON, &body.to_string()).await
    }

    async fn sign_in(&mut self, what: &str, form: &[(&str, &str)]) -> Value {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        self.send("POST", &format!("/contoso.com/oauth2/v2.0/{what}"), FORM, &body).await
    }
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer} in {value}"))
}

/// A longer session: everything that comes back, and whatever was given an id on the way.
async fn session(seed: u64) -> (String, usize, Vec<String>) {
    let mut it = Session::start(seed).await;
    let mut ids = Vec::new();
    let report = format!("/v1.0{REPORT}");
    let people = json!({ "recipients": [{ "email": "ryan@contoso.com" }, { "email": "kim@fabrikam.com" }],
                         "requireSignIn": true, "sendInvitation": true, "roles": ["write"] });
    it.get("/v1.0/drive/root/children").await;
    it.post(&format!("{report}/invite"), people.clone()).await;
    it.post("/_mock/redeem", json!({ "mail": "kim@fabrikam.com" })).await;
    let list = it.get(&format!("{report}/permissions")).await;
    let kim = list["value"].as_array().unwrap().last().unwrap().clone();
    ids.push(text(&kim, "/grantedToV2/user/id").to_owned());

    for (path, kind) in [
        (format!("{report}/createLink"), json!({ "type": "view", "scope": "anonymous" })),
        (
            format!("/_api/v2.0{REPORT}/oneDrive.createLink"),
            json!({ "type": "edit", "scope": "organization" }),
        ),
        (
            format!("{report}/createLink"),
            json!({ "type": "view", "scope": "users",
                                                  "recipients": [{ "email": "lee@fabrikam.com" }] }),
        ),
    ] {
        let link = it.post(&path, kind).await;
        ids.extend([text(&link, "/id").to_owned(), text(&link, "/link/webUrl").to_owned()]);
        it.get(&format!("{report}/permissions/{}", text(&link, "/id"))).await;
    }
    let share = ids.last().unwrap().parse::<sharing_model::SharingUrl>().unwrap().token();
    it.get(&format!("/v1.0/shares/{share}/driveItem")).await;
    it.post(
        &format!("/v1.0/shares/{share}/permission/grant"),
        json!({ "recipients": [{ "alias": "priya" }], "roles": ["read"] }),
    )
    .await;
    let permission = format!("{report}/permissions/{}", text(&kim, "/id"));
    it.send("PATCH", &permission, JSON, r#"{ "roles": ["read"] }"#).await;
    it.send("DELETE", &permission, JSON, "").await;
    it.get(&format!("/beta{REPORT}/permissions")).await;
    it.get("/v1.0/drive/root/delta").await;
    it.get("/v1.0/drive/items/nothing").await;
    it.post(
        "/v1.0/$batch",
        json!({ "requests": [
        { "id": "1", "method": "GET", "url": "/drive/root/children" },
        { "id": "2", "method": "GET", "url": "/me/drive/root:/Nowhere" },
        { "id": "3", "method": "POST", "url": format!("{REPORT}/invite"), "body": people,
          "headers": { "Content-Type": "application/json" } },
    ] }),
    )
    .await;
    it.post("/_space/other/v1.0/drive/root/invite", people).await;

    let (daemon, console) = (Application::daemon(), Application::console());
    let own = it
        .sign_in(
            "token",
            &[
                ("grant_type", "client_credentials"),
                ("client_id", &daemon.id),
                ("client_secret", daemon.secrets[0].expose()),
                ("scope", "https://graph.microsoft.com/.default"),
            ],
        )
        .await;
    ids.push(text(&own, "/access_token").to_owned());
    let scope = "Files.ReadWrite offline_access openid";
    let device = it.sign_in("devicecode", &[("client_id", &console.id), ("scope", scope)]).await;
    ids.extend([text(&device, "/user_code").to_owned(), text(&device, "/device_code").to_owned()]);
    it.get("/_mock/device-codes").await;
    let typed = format!("/_mock/device-codes/{}", text(&device, "/user_code"));
    it.post(&typed, json!({ "approve": true, "person": "ryan@contoso.com" })).await;
    let signed_in = it
        .sign_in(
            "token",
            &[
                ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                ("client_id", &console.id),
                ("device_code", text(&device, "/device_code")),
            ],
        )
        .await;
    ids.extend(
        ["/access_token", "/id_token", "/refresh_token"].map(|name| text(&signed_in, name).to_owned()),
    );
    let refreshed = it
        .sign_in(
            "token",
            &[
                ("grant_type", "refresh_token"),
                ("client_id", &console.id),
                ("refresh_token", text(&signed_in, "/refresh_token")),
            ],
        )
        .await;
    ids.push(text(&refreshed, "/access_token").to_owned());
    it.get("/_mock/outbox").await;
    it.get("/_mock/state").await;
    (it.all, it.count, ids)
}

#[tokio::test]
async fn byte_for_byte() {
    let (one, again, other) = (session(7).await, session(7).await, session(8).await);
    assert!(one.0 == again.0, "another answer to the same requests");
    assert!(one.0.contains("date: Mon, 01 Mar 2027 12:00:00 GMT"));
    assert!(one.0.contains(r#""time":"2027-03-01T12:00:00Z""#), "a mail's time is the space's");
    assert_eq!(one.0.matches("HTTP/1.1 ").count(), one.1);
    assert_eq!(one.0.matches("HTTP/1.1 5").count(), 0);

    for (one, other) in one.2.iter().zip(&other.2) {
        assert_ne!(one, other, "another seed, other ids");
    }
    // What is in the world has its ids whatever the seed is.
    for known in ["9D1B6C0E-52B4-4F0C-8B6E-3A7F1E2D4C58", "aTowIy5mfG1lbWJlcnNoaXB8bmFkaWFAY29udG9zby5jb20"] {
        assert!(one.0.contains(known) && other.0.contains(known));
    }
}
