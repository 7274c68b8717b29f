//! Limits, as a client meets them on the wire.

use std::time::Duration;

use reqwest::Response;
use serde_json::{Value, json};
use sharing_mock::{Application, Limits, MockServer, RateLimitHeaders};
use sharing_model::limits::LicenceTier;

use crate::{REPORT, Wire};

async fn wire(limits: Limits) -> Wire {
    let wire = Wire::of(MockServer::builder().limits(limits)).await;
    wire.server.clock().freeze();
    wire
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

/// A token that an application has of its own.
async fn token(wire: &Wire, application: &Application) -> String {
    let url = format!("{}/contoso.com/oauth2/v2.0/token", wire.server.url());
    let secret = application.secrets[0].expose();
    let body = format!(
        "client_id={}&client_secret={secret}&grant_type=client_credentials&scope=https://graph.microsoft.com/.default",
        application.id
    );
    let request = wire.http.post(url).header("content-type", "application/x-www-form-urlencoded").body(body);
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

async fn list(wire: &Wire, token: &str) -> Response {
    let url = format!("{}/v1.0/users/nadia@contoso.com{REPORT}/permissions", wire.server.url());
    wire.http.get(url).bearer_auth(token).send().await.unwrap()
}

fn invitation(to: &[&str]) -> String {
    let recipients: Vec<_> = to.iter().map(|mail| json!({ "email": mail })).collect();
    json!({ "recipients": recipients, "roles": ["read"], "requireSignIn": true, "sendInvitation": true })
        .to_string()
}

#[tokio::test]
async fn an_application_is_told_what_is_left_and_when_to_come_again() {
    let wire = wire(Limits { units_per_minute: Some(25), ..Limits::default() }).await;
    let application = token(&wire, &Application::daemon()).await;
    let mut seen = Vec::new();
    for seconds in [0, 1, 1, 1, 1, 1, 10, 45] {
        wire.server.clock().advance(Duration::from_secs(seconds));
        let response = list(&wire, &application).await;
        let told = [
            "ratelimit-limit",
            "ratelimit-remaining",
            "ratelimit-reset",
            "retry-after",
            "x-mock-rule",
            "x-mock-reason",
        ]
        .map(|name| header(&response, name).unwrap_or("-").to_owned());
        seen.push(format!("{} {}", response.status().as_u16(), told.join(" ")));
    }
    insta::assert_snapshot!(seen.join("\n"));

    // Another application has a budget of its own.
    let other = token(&wire, &Application::auditor()).await;
    assert_eq!(list(&wire, &other).await.status(), 200);
}

#[tokio::test]
async fn the_refusal_is_the_services_own_and_on_record() {
    let wire = wire(Limits { sharing_calls_per_five_minutes: Some(1), ..Limits::default() }).await;
    let invite = format!("/v1.0{REPORT}/invite");
    wire.post(&invite, &invitation(&["ryan@contoso.com"])).await;
    let response = wire.send("POST", &invite, Some(&invitation(&["ryan@contoso.com"]))).await;
    assert_eq!((response.status().as_u16(), header(&response, "retry-after")), (429, Some("300")));
    assert_eq!(header(&response, "ratelimit-limit"), None, "another limit has its wait alone");
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["error"]["code"], "activityLimitReached");
    assert_eq!(body["error"]["message"], "The request has been throttled");
    assert_eq!(body["error"]["innerError"]["code"], "throttledRequest");
    let entry = wire.server.requests().pop().unwrap();
    assert_eq!((entry.status, entry.rule), (429, Some("sharingCallsPerFiveMinutes")));
    assert_eq!(wire.server.outbox().len(), 1);

    wire.server.clock().advance(Duration::from_secs(299));
    assert_eq!(wire.send("POST", &invite, Some(&invitation(&["ryan@contoso.com"]))).await.status(), 429);
    wire.server.clock().advance(Duration::from_secs(1));
    wire.post(&invite, &invitation(&["ryan@contoso.com"])).await;
}

#[tokio::test]
async fn the_smallest_tenant_stops_a_hasty_client_after_250_lists() {
    let wire = wire(Limits::tier(LicenceTier::UpTo1k)).await;
    for _ in 0..250 {
        assert_eq!(list(&wire, "any").await.status(), 200);
    }
    let response = list(&wire, "any").await;
    assert_eq!(
        (header(&response, "x-mock-rule"), header(&response, "retry-after")),
        (Some("unitsPerMinute"), Some("60"))
    );
    assert_eq!(header(&response, "ratelimit-limit"), None, "a token of no application, by default");
}

#[tokio::test]
async fn every_limit_refuses_in_its_turn() {
    let none = Limits::default;
    for (name, limits) in [
        ("unitsPerDay", Limits { units_per_day: Some(10), ..none() }),
        ("tenantUnitsPerFiveMinutes", Limits { tenant_units_per_five_minutes: Some(10), ..none() }),
        ("sharingCallsPerFiveMinutes", Limits { sharing_calls_per_five_minutes: Some(2), ..none() }),
        ("userRequestsPerFiveMinutes", Limits { user_requests_per_five_minutes: Some(2), ..none() }),
    ] {
        let wire = wire(limits).await;
        let invite = format!("/v1.0{REPORT}/invite");
        for _ in 0..2 {
            wire.post(&invite, &invitation(&["ryan@contoso.com"])).await;
        }
        let over = async |early: bool| {
            let response = wire.send("POST", &invite, Some(&invitation(&["ryan@contoso.com"]))).await;
            assert_eq!((response.status().as_u16(), header(&response, "x-mock-rule")), (429, Some(name)));
            assert_eq!(header(&response, "x-mock-reason").unwrap().contains("asked again"), early, "{name}");
            header(&response, "retry-after").unwrap().parse().map(Duration::from_secs).unwrap()
        };
        let wait = over(false).await;
        // Who comes a second too early is refused again, and that counts as well.
        wire.server.clock().advance(wait - Duration::from_secs(1));
        let again = over(true).await;
        assert_eq!(wire.server.gauges()[0].refused, 2, "{name}");
        wire.server.clock().advance(again);
        wire.post(&invite, &invitation(&["ryan@contoso.com"])).await;
        assert_eq!(wire.server.outbox().len(), 3, "{name}");
    }
}

#[tokio::test]
async fn each_member_of_a_batch_is_charged_by_itself() {
    let limits = Limits {
        user_requests_per_five_minutes: Some(3),
        units_per_minute: Some(100),
        rate_limit_headers: RateLimitHeaders::All,
        ..Limits::default()
    };
    let wire = wire(limits).await;
    let requests: Vec<_> =
        (0..5).map(|id| json!({ "id": id.to_string(), "method": "GET", "url": "/drive/root" })).collect();
    let answer = wire.post("/v1.0/$batch", &json!({ "requests": requests }).to_string()).await;
    let mut statuses: Vec<_> = answer["responses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|member| (member["status"].as_i64().unwrap(), member["headers"]["Retry-After"].as_str()))
        .collect();
    statuses.sort_unstable();
    assert_eq!(statuses[2..], [(200, None), (429, Some("300")), (429, Some("300"))]);
    let used: Vec<_> =
        wire.server.gauges().iter().map(|gauge| (gauge.limit, gauge.used, gauge.refused)).collect();
    assert_eq!(used, [("unitsPerMinute", 5, 0), ("userRequestsPerFiveMinutes", 5, 2)]);
}

#[tokio::test]
async fn too_many_mails_to_people_outside_are_refused_before_anything_is_done() {
    let wire = wire(Limits { external_mails_per_hour: Some(2), ..Limits::default() }).await;
    let invite = format!("/v1.0{REPORT}/invite");
    // Mails inside the tenant are free, and so are invitations without a mail.
    let inside = ["ryan@contoso.com", "priya@contoso.com", "kim@fabrikam.com"];
    wire.post(&invite, &invitation(&inside)).await;
    let before = wire.get(&format!("/v1.0{REPORT}/permissions")).await;
    let many = invitation(&["lee@fabrikam.com", "ola@fabrikam.com", "ryan@contoso.com"]);
    let response = wire.send("POST", &invite, Some(&many)).await;
    assert_eq!(
        (response.status().as_u16(), header(&response, "x-mock-rule")),
        (429, Some("externalMailsPerHour"))
    );
    assert_eq!(header(&response, "retry-after"), Some("3600"));
    assert_eq!(wire.get(&format!("/v1.0{REPORT}/permissions")).await, before);
    assert_eq!(wire.server.outbox().len(), 3);
    let silent = many.replace("\"sendInvitation\":true", "\"sendInvitation\":false");
    wire.post(&invite, &silent).await;
}

#[tokio::test]
async fn anonymous_links_have_a_limit_of_their_own() {
    let wire = wire(Limits { anonymous_links_per_five_minutes: Some(1), ..Limits::default() }).await;
    let link = format!("/v1.0{REPORT}/createLink");
    let make = |kind, scope| {
        let body = json!({ "type": kind, "scope": scope }).to_string();
        let (wire, link) = (&wire, &link);
        async move { wire.send("POST", link, Some(&body)).await.status().as_u16() }
    };
    assert_eq!(make("view", "anonymous").await, 201);
    assert_eq!(make("view", "anonymous").await, 200, "the same link, found again");
    assert_eq!(make("view", "organization").await, 201);
    assert_eq!(make("edit", "anonymous").await, 429);
    let held = wire.get(&format!("/v1.0{REPORT}/permissions")).await;
    let links = held["value"].as_array().unwrap().iter().filter(|entry| entry.get("link").is_some()).count();
    assert_eq!(links, 2, "the refused one was not made");
}

#[tokio::test]
async fn what_is_no_action_counts_too() {
    let wire = wire(Limits { user_requests_per_five_minutes: Some(2), ..Limits::default() }).await;
    for expected in [400, 400, 429] {
        assert_eq!(wire.send("GET", "/v1.0/drive/root/nonsense", None).await.status(), expected);
    }
}

#[tokio::test]
async fn a_folder_with_too_much_below_is_refused_for_ever() {
    let wire = wire(Limits { items_below: Some(2), ..Limits::default() }).await;
    let invite = |path: &'static str| {
        let (wire, path) = (&wire, format!("/v1.0{path}:/invite"));
        async move { wire.send("POST", &path, Some(&invitation(&["ryan@contoso.com"]))).await }
    };
    for seconds in [0, 30, 86_400] {
        wire.server.clock().advance(Duration::from_secs(seconds));
        let response = invite("/groups/B93C60E7-5D18-4F2A-8A94-1C7E0F6D3B25/drive/root:/Archive").await;
        assert_eq!(
            (response.status().as_u16(), header(&response, "x-mock-rule")),
            (429, Some("items-below"))
        );
        assert_eq!(header(&response, "retry-after"), Some("30"), "as if waiting helped");
    }
    assert_eq!(invite("/drive/root:/Notes.txt").await.status(), 200);
    wire.server.set_limits(Limits::default());
    assert_eq!(
        invite("/groups/B93C60E7-5D18-4F2A-8A94-1C7E0F6D3B25/drive/root:/Archive").await.status(),
        200,
        "no limit holds unless it is set"
    );
}

#[tokio::test]
async fn a_library_has_so_many_permission_scopes_and_no_more() {
    let wire = wire(Limits { permission_scopes: Some(0), ..Limits::default() }).await;
    let invite = "/v1.0/drive/root:/Notes.txt:/invite";
    let response = wire.send("POST", invite, Some(&invitation(&["ryan@contoso.com"]))).await;
    assert_eq!(
        (response.status().as_u16(), header(&response, "x-mock-rule")),
        (403, Some("permission-scopes"))
    );
}

#[tokio::test]
async fn limits_are_set_and_seen_over_the_wire() {
    let wire = wire(Limits::default()).await;
    let set = wire.send("PUT", "/_mock/limits", Some(r#"{ "tier": "1k", "unitsPerMinute": 9 }"#)).await;
    let set: Value = set.json().await.unwrap();
    assert_eq!(
        (&set["limits"]["unitsPerMinute"], &set["limits"]["itemsBelow"]),
        (&json!(9), &json!(100_000))
    );
    assert_eq!(
        [list(&wire, "any").await.status(), list(&wire, "any").await.status()].map(|status| status.as_u16()),
        [200, 429]
    );
    let gauges = wire.get("/_mock/limits").await["gauges"].take();
    let minute = &gauges[0];
    assert_eq!(
        (&minute["limit"], &minute["used"], &minute["refused"]),
        (&json!("unitsPerMinute"), &json!(10), &json!(1))
    );
    assert_eq!(wire.send("DELETE", "/_mock/limits/usage", None).await.status(), 204);
    assert_eq!(list(&wire, "any").await.status(), 200);
    wire.send("PUT", "/_mock/limits", Some("{}")).await;
    assert_eq!(wire.get("/_mock/limits").await["gauges"], json!([]));
}

#[tokio::test]
async fn who_has_access_is_seen_at_a_glance() {
    let wire = Wire::start().await;
    wire.post(&format!("/v1.0{REPORT}/invite"), &invitation(&["kim@fabrikam.com"])).await;
    let seen = wire.get("/_mock/permissions?item=QUARTERLY").await;
    assert_eq!(
        (&seen["count"], &seen["value"][0]["path"]),
        (&json!(1), &json!("/Projects/Quarterly report.docx"))
    );
    let holders = seen["value"][0]["holders"].as_array().unwrap();
    let kim = holders.iter().find(|holder| holder["address"] == "kim@fabrikam.com").unwrap();
    assert_eq!((&kim["kind"], &kim["roles"]), (&json!("invited"), &json!(["read"])));
    let few = wire.get("/_mock/permissions?limit=1").await;
    assert!(few["value"].as_array().unwrap().len() == 1 && few["count"].as_u64() > Some(1));
    assert_eq!(wire.send("GET", "/_mock/permissions?limit=many", None).await.status(), 400);
}

#[tokio::test]
async fn the_page_is_one_document_that_asks_nobody_else() {
    let wire = Wire::start().await;
    for path in ["/_mock", "/_mock/", "/_space/other/_mock/"] {
        let response = wire.send("GET", path, None).await;
        assert_eq!((response.status().as_u16(), header(&response, "content-type")), (200, Some("text/html")));
        assert!(header(&response, "content-security-policy").unwrap().starts_with("default-src 'none'"));
        let page = response.text().await.unwrap();
        assert!(!page.contains("innerHTML") && !page.contains(" src=") && page.ends_with("</html>\n"));
    }
}
