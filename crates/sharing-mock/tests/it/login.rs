//! Signing in over the wire, and what a strict service makes of tokens.

use std::fmt::Write as _;

use reqwest::{Client, Response};
use serde_json::{Value, json};
use sharing_mock::{Application, AuthMode, MockServer};

struct Login {
    server: MockServer,
    http: Client,
}

impl Login {
    async fn strict() -> Self {
        let start = "2027-03-01T12:00:00Z".parse().unwrap();
        let server = MockServer::builder().auth(AuthMode::Strict).clock(start).start().await.unwrap();
        server.clock().freeze();
        Self { server, http: Client::builder().no_proxy().build().unwrap() }
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let body: Vec<_> = form.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = self.http.post(format!("{}{path}", self.server.url())).body(body.join("&"));
        request.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap()
    }

    /// A token of an application, for a service.
    async fn token(&self, application: &Application, resource: &str) -> String {
        let scope = format!("{resource}/.default");
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &*application.id),
            ("client_secret", application.secrets[0].expose()),
            ("scope", &*scope),
        ];
        let answer: Value = self.post("/contoso.com/oauth2/v2.0/token", &form).await.json().await.unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    async fn ask(&self, method: &str, path: &str, token: &str, body: Option<Value>) -> Response {
        let method = method.parse().unwrap();
        let request = self.http.request(method, format!("{}{path}", self.server.url())).bearer_auth(token);
        match body {
            Some(body) => request.json(&body),
            None => request,
        }
        .send()
        .await
        .unwrap()
    }
}

async fn show(response: Response) -> String {
    let (status, headers) = (response.status(), response.headers().clone());
    let body: Value = response.json().await.unwrap();
    let mut shown = format!("{status} {} {}\n", body["error"]["code"], body["error"]["message"]);
    for name in ["www-authenticate", "x-mock-rule", "x-mock-reason"] {
        if let Some(value) = headers.get(name) {
            writeln!(shown, "  {name}: {}", value.to_str().unwrap()).unwrap();
        }
    }
    shown
}

const ROOT: &str = "/users/nadia@contoso.com/drive/root";

#[tokio::test]
async fn a_strict_service_refuses_in_its_own_words() {
    let login = Login::strict().await;
    let graph = "https://graph.microsoft.com";
    let auditor = login.token(&Application::auditor(), graph).await;
    let elsewhere = login.token(&Application::auditor(), "https://contoso.sharepoint.com").await;
    let invitation = json!({ "recipients": [{ "email": "ryan@contoso.com" }], "roles": ["read"] });
    let mut shown = String::new();
    let mut cases = vec![
        ("GET", format!("/v1.0{ROOT}"), "any token", None),
        ("GET", format!("/_api/v2.0{ROOT}"), "any token", None),
        ("GET", format!("/v1.0{ROOT}"), "ey.of.another", None),
        ("GET", format!("/v1.0{ROOT}"), &*elsewhere, None),
        ("GET", format!("/_api/v2.0{ROOT}"), &*auditor, None),
        ("GET", "/v1.0/me/drive".to_owned(), &*auditor, None),
        ("POST", format!("/v1.0{ROOT}:/Notes.txt:/invite"), &*auditor, Some(invitation)),
    ];
    for (method, path, token, body) in cases.drain(..) {
        let response = login.ask(method, &path, token, body).await;
        writeln!(shown, "{method} {path}\n  {}", show(response).await).unwrap();
    }
    assert_eq!(login.ask("GET", &format!("/v1.0{ROOT}"), &auditor, None).await.status(), 200);
    assert_eq!(login.ask("GET", &format!("/_api/v2.0{ROOT}"), &elsewhere, None).await.status(), 200);

    login.server.clock().advance(std::time::Duration::from_secs(3_599));
    for (version, token) in [("/v1.0", &auditor), ("/_api/v2.0", &elsewhere)] {
        let response = login.ask("GET", &format!("{version}{ROOT}"), token, None).await;
        writeln!(shown, "GET {version}{ROOT}, an hour later\n  {}", show(response).await).unwrap();
    }
    insta::assert_snapshot!(shown);
    assert!(login.server.outbox().is_empty());
}

#[tokio::test]
async fn a_person_types_a_device_s_code_over_the_wire() {
    let login = Login::strict().await;
    let id = Application::console().id;
    let form = [("client_id", &*id), ("scope", "Files.Read offline_access")];
    let device: Value =
        login.post("/organizations/oauth2/v2.0/devicecode", &form).await.json().await.unwrap();
    let code = device["user_code"].as_str().unwrap();
    let poll = || async {
        let form = [
            ("client_id", &*id),
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("device_code", device["device_code"].as_str().unwrap()),
        ];
        let answer = login.post("/organizations/oauth2/v2.0/token", &form).await;
        answer.json::<Value>().await.unwrap()
    };
    assert_eq!(poll().await["error"], "authorization_pending");
    assert_eq!(poll().await["error"], "slow_down");

    let url = format!("{}/_mock/device-codes", login.server.url());
    let waiting: Value = login.http.get(&url).send().await.unwrap().json().await.unwrap();
    assert_eq!(
        (&waiting["value"][0]["userCode"], &waiting["value"][0]["state"]),
        (&json!(code), &json!("pending"))
    );
    for (code, decision, status) in [
        (code, json!({ "approve": true, "person": "nobody@contoso.com" }), 400),
        (code, json!({ "approve": "yes" }), 400),
        ("AAAAAAAAA", json!({ "approve": true }), 404),
        (code, json!({ "approve": true, "person": "ryan@contoso.com" }), 200),
        (code, json!({ "approve": false }), 404),
    ] {
        let decided = login.http.post(format!("{url}/{code}")).json(&decision).send().await.unwrap();
        assert_eq!(decided.status(), status, "{decision}");
    }
    login.server.clock().advance(std::time::Duration::from_secs(10));
    let token = poll().await;
    assert_eq!(token["scope"], "Files.Read offline_access");
    let token = token["access_token"].as_str().unwrap();
    let me: Value = login.ask("GET", "/v1.0/me/drive", token, None).await.json().await.unwrap();
    assert_eq!(me["owner"]["user"]["displayName"], "Ryan Gregg");
    assert_eq!(login.server.scopes()[0].held, ["Files.Read"]);
}

#[tokio::test]
async fn the_same_requests_give_the_same_tokens() {
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let login = Login::strict().await;
        tokens.push(login.token(&Application::daemon(), "https://graph.microsoft.com").await);
    }
    assert_eq!(tokens[0], tokens[1]);
}
