//! HTTP itself: methods, encodings, dates, TLS.

use std::io::{Read as _, Write as _};

use flate2::{Compression, write::GzEncoder};
use reqwest::{Certificate, Client};
use serde_json::{Value, json};
use sharing_mock::MockServer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::{REPORT, Wire};

fn packed(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn invitation() -> String {
    json!({ "recipients": [{ "email": "ryan@contoso.com" }], "requireSignIn": true, "sendInvitation": false,
            "roles": ["read"] })
    .to_string()
}

#[tokio::test]
async fn a_packed_body_is_read() {
    let wire = Wire::start().await;
    let url = format!("{}/v1.0{REPORT}/invite", wire.server.url());
    for (encoding, body, status, rule) in [
        ("gzip", packed(invitation().as_bytes()), 200, None),
        ("GZIP", packed(invitation().as_bytes()), 200, None),
        ("identity", invitation().into_bytes(), 200, None),
        ("br", invitation().into_bytes(), 415, Some("content-encoding")),
        ("gzip", invitation().into_bytes(), 415, Some("content-encoding")),
        // Small on the wire, too large to hold.
        ("gzip", packed(&vec![b' '; 5 << 20]), 413, Some("body-size")),
    ] {
        let request = wire.http.post(&url).bearer_auth("any").header("content-type", "application/json");
        let response = request.header("content-encoding", encoding).body(body).send().await.unwrap();
        assert_eq!(response.status(), status, "{encoding}");
        let said = response.headers().get("x-mock-rule").map(|rule| rule.to_str().unwrap());
        assert_eq!(said, rule, "{encoding}");
    }
}

#[tokio::test]
async fn an_answer_is_packed_for_whoever_asks_for_it() {
    let wire = Wire::start().await;
    // This client unpacks nothing by itself.
    let http = reqwest::Client::builder().no_proxy().no_gzip().build().unwrap();
    let list = format!("{}/v1.0/drive/root/delta", wire.server.url());
    let ask = async |accepts: Option<&str>| {
        let request = http.get(&list).bearer_auth("any");
        let request = match accepts {
            Some(accepts) => request.header("accept-encoding", accepts),
            None => request,
        };
        let response = request.send().await.unwrap();
        let encoding =
            response.headers().get("content-encoding").map(|value| value.to_str().unwrap().to_owned());
        (encoding, response.bytes().await.unwrap())
    };
    let (plainly, plain) = ask(None).await;
    assert_eq!((plainly, ask(Some("br, gzip;q=0")).await.0), (None, None));
    let (encoding, packed) = ask(Some("gzip, deflate")).await;
    assert_eq!(encoding.as_deref(), Some("gzip"));
    assert!(packed.len() * 2 < plain.len(), "{} of {}", packed.len(), plain.len());
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(&*packed).read_to_end(&mut unpacked).unwrap();
    assert!(unpacked == plain);
}

#[tokio::test(start_paused = true)]
async fn who_needs_no_socket_has_a_connection_in_memory() {
    let server = MockServer::start().await.unwrap();
    let before = server.clock().now();
    let mut stream = server.connect();
    for path in ["/v1.0/drive/root", "/_mock/health"] {
        let request = format!("GET {path} HTTP/1.1\r\nhost: mock\r\nauthorization: Bearer any\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = vec![0; 64 << 10];
        let length = stream.read(&mut answer).await.unwrap();
        assert!(String::from_utf8_lossy(&answer[..length]).starts_with("HTTP/1.1 200 OK"), "{path}");
    }
    // Paused time stands still while an answer is waited for.
    assert_eq!(server.clock().now(), before);
    assert_eq!(server.requests().len(), 1);
    drop(server);
    assert_eq!(stream.read(&mut [0; 16]).await.unwrap_or(0), 0, "it ends with the server");
}

#[tokio::test]
async fn a_post_may_mean_another_method() {
    let wire = Wire::start().await;
    let answer = wire.post(&format!("/v1.0{REPORT}/invite"), &invitation()).await;
    let id = answer["value"][0]["id"].as_str().unwrap();
    let url = format!("{}/v1.0{REPORT}/permissions/{id}", wire.server.url());
    let send = async |method: &str, meant: &str| {
        let request = wire.http.request(method.parse().unwrap(), &url).bearer_auth("any");
        request.header("x-http-method-override", meant).send().await.unwrap().status().as_u16()
    };
    // Only a POST may: a GET is what it is.
    assert_eq!(send("GET", "DELETE").await, 200);
    assert_eq!(send("POST", "BREW").await, 405);
    assert_eq!(send("POST", "DELETE").await, 204);
    assert_eq!(send("GET", "").await, 404);
    let methods: Vec<_> = wire.server.requests().into_iter().map(|entry| entry.method).collect();
    assert_eq!(
        methods.iter().map(|method| &**method).collect::<Vec<_>>(),
        ["POST", "GET", "BREW", "DELETE", "GET"]
    );
}

#[tokio::test]
async fn other_methods_are_not_allowed() {
    let wire = Wire::start().await;
    for method in ["HEAD", "OPTIONS", "TRACE", "PUT", "BREW"] {
        let response = wire.send(method, &format!("/v1.0{REPORT}/permissions"), None).await;
        assert_eq!(response.status(), 405, "{method}");
        assert_eq!(response.headers()["allow"], "GET, POST", "{method}");
        let body = response.text().await.unwrap();
        assert_eq!(body.is_empty(), method == "HEAD", "{method}: {body}");
    }
}

/// What stands on an answer beside its body, without what differs from one to the next.
fn head(response: &reqwest::Response) -> String {
    let changing = ["date", "content-length", "request-id", "client-request-id"];
    let mut lines: Vec<_> = response
        .headers()
        .iter()
        .filter(|(name, _)| !changing.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap()))
        .collect();
    lines.sort();
    format!("{}\n{}\n", response.status(), lines.concat())
}

#[tokio::test]
async fn each_version_has_headers_of_its_own() {
    let wire = Wire::of(MockServer::builder().seed(7)).await;
    let mut seen = String::new();
    let mut see = |what: &str, response: &reqwest::Response| {
        seen.push_str(&format!("{what}\n{}", head(response)));
    };
    for (method, path, body) in [
        ("GET", format!("/v1.0{REPORT}"), None),
        ("GET", format!("/v1.0{REPORT}/permissions"), None),
        ("POST", format!("/beta{REPORT}/invite"), Some(invitation())),
        ("GET", "/v1.0/drive/items/01NQ5".to_owned(), None),
        ("GET", format!("/_api/v2.0{REPORT}/permissions"), None),
        ("GET", "/_api/v2.0/drive/items/01NQ5".to_owned(), None),
        ("POST", "/contoso.com/oauth2/v2.0/token".to_owned(), None),
    ] {
        let response = wire.send(method, &path, body.as_deref()).await;
        see(&format!("{method} {path}"), &response);
        if path.starts_with("/_api") {
            assert_eq!(response.headers()["sprequestguid"], response.headers()["request-id"]);
        }
    }
    let link = r#"{ "type": "view", "scope": "organization" }"#;
    let id = wire.send("POST", &format!("/v1.0{REPORT}/createLink"), Some(link)).await;
    let id = id.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
    // What is taken away tells of nobody.
    let gone = wire.send("DELETE", &format!("/v1.0{REPORT}/permissions/{id}"), None).await;
    see("DELETE", &gone);
    insta::with_settings!({ filters => vec![(r"127\.0\.0\.1:\d+", "[host]")] }, {
        insta::assert_snapshot!(seen);
    });
}

#[tokio::test]
async fn dates_are_the_spaces() {
    let wire = Wire::start().await;
    wire.server.clock().freeze();
    wire.server.clock().set("2027-03-01T08:05:09Z".parse().unwrap());
    let response = wire.send("GET", "/v1.0/drive", None).await;
    assert_eq!(response.headers()["date"], "Mon, 01 Mar 2027 08:05:09 GMT");
}

#[tokio::test]
async fn tls_is_spoken_with_a_certificate_to_trust() {
    let server = MockServer::builder().tls().start().await.unwrap();
    let certificate = Certificate::from_pem(server.certificate().unwrap().as_bytes()).unwrap();
    let http = Client::builder().no_proxy().tls_certs_only([certificate]).build().unwrap();
    for url in [server.url().to_owned(), server.url().replace("127.0.0.1", "localhost")] {
        let list =
            http.get(format!("{url}/v1.0{REPORT}/permissions")).bearer_auth("any").send().await.unwrap();
        let list: Value = list.json().await.unwrap();
        assert!(list["@odata.context"].as_str().unwrap().starts_with(&format!("{url}/v1.0/")), "{list}");
    }
    let stranger = Client::builder().no_proxy().build().unwrap();
    assert!(stranger.get(server.url()).send().await.unwrap_err().is_connect());
    server.stop().await.unwrap();
}
