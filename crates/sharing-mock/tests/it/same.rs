//! The same seed and the same requests give the same answers, byte for byte.

use serde_json::json;
use sharing_mock::MockServer;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::REPORT;

/// Everything that comes back for a script of requests, headers and all.
async fn answers(seed: u64) -> String {
    let server = MockServer::builder().seed(seed).start().await.unwrap();
    server.clock().freeze();
    server.clock().set("2027-03-01T12:00:00Z".parse().unwrap());
    let invitation = json!({ "recipients": [{ "email": "ryan@contoso.com" }, { "email": "kim@fabrikam.com" }],
                             "requireSignIn": true, "sendInvitation": true, "roles": ["write"] });
    let link = json!({ "type": "view", "scope": "anonymous" });
    let batch = json!({ "requests": [{ "id": "1", "method": "GET", "url": "/drive/root/children" },
                                     { "id": "2", "method": "GET", "url": "/me/drive/root:/Nowhere" }] });
    let mut all = String::new();
    for (method, path, body) in [
        ("GET", "/v1.0/drive/root/children", None),
        ("POST", &*format!("/v1.0{REPORT}/invite"), Some(&invitation)),
        ("POST", &*format!("/v1.0{REPORT}/createLink"), Some(&link)),
        ("POST", &*format!("/_api/v2.0{REPORT}/oneDrive.createLink"), Some(&link)),
        ("GET", &*format!("/beta{REPORT}/permissions"), None),
        ("GET", "/v1.0/drive/root/delta", None),
        ("GET", "/v1.0/drive/items/nothing", None),
        ("POST", "/v1.0/$batch", Some(&batch)),
        ("POST", "/_space/other/v1.0/drive/root/invite", Some(&invitation)),
        ("GET", "/_mock/outbox", None),
        ("GET", "/_mock/state", None),
    ] {
        let body = body.map(ToString::to_string).unwrap_or_default();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: mock.test\r\nauthorization: Bearer any\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(server.url().trim_start_matches("http://")).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        // What looks into the mock has the machine's own date, and the other space its own clock.
        let lines = answer.lines().filter(|line| !(path.starts_with("/_") && line.starts_with("date: ")));
        all.extend(lines.flat_map(|line| [line, "\n"]));
    }
    all
}

#[tokio::test]
async fn byte_for_byte() {
    let (one, again, other) = (answers(7).await, answers(7).await, answers(8).await);
    assert_eq!(one, again);
    assert_ne!(one, other);
    assert!(one.contains("date: Mon, 01 Mar 2027 12:00:00 GMT"));
    assert_eq!(one.matches("HTTP/1.1 ").count(), 11);
}
