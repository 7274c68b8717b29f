//! Many requests in one, and what stands around items.

use serde_json::{Value, json};

use crate::{REPORT, Wire};

#[tokio::test]
async fn each_member_is_answered_as_if_it_were_alone() {
    let wire = Wire::start().await;
    let invite = json!({ "recipients": [{ "email": "ryan@contoso.com" }], "roles": ["read"], "requireSignIn": true,
                         "sendInvitation": true });
    let headers = json!({ "Content-Type": "application/json" });
    let batch = json!({ "requests": [
        { "id": "list", "method": "GET", "url": format!("{REPORT}/permissions") },
        { "id": "invite", "method": "POST", "url": format!("{REPORT}/invite"), "headers": headers, "body": invite },
        { "id": "after", "method": "GET", "url": format!("{REPORT}/permissions"), "dependsOn": ["invite"] },
        { "id": "missing", "method": "GET", "url": "drive/root:/missing" },
        { "id": "needs it", "method": "GET", "url": "/drive/root", "dependsOn": ["missing"] },
        { "id": "untyped", "method": "POST", "url": format!("{REPORT}/invite"), "headers": {}, "body": invite },
        { "id": "nested", "method": "POST", "url": "/$batch", "headers": headers, "body": { "requests": [] } },
    ] });
    let answer = wire.post("/v1.0/$batch", &batch.to_string()).await;
    let statuses: Vec<_> = answer["responses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|response| (response["id"].as_str().unwrap(), response["status"].as_i64().unwrap()))
        .collect();
    assert_eq!(
        statuses,
        [
            ("list", 200),
            ("invite", 200),
            ("after", 200),
            ("missing", 404),
            ("needs it", 424),
            ("untyped", 400),
            ("nested", 400)
        ]
    );
    assert_eq!(answer["responses"][2]["body"]["value"].as_array().unwrap().len(), 2);
    assert_eq!(answer["responses"][3]["body"]["error"]["code"], "itemNotFound");
    // What the part of the service that answered says is the member's; what names the request is the batch's.
    let headers = |member: usize| answer["responses"][member]["headers"].as_object().unwrap();
    assert_eq!(headers(0)["OData-Version"], "4.0");
    assert_eq!(headers(0)["Cache-Control"], "no-store, no-cache");
    assert!(headers(0)["Content-Type"].as_str().unwrap().starts_with("application/json;"));
    assert!(headers(0).contains_key("Deprecation") && !headers(3).contains_key("Deprecation"));
    assert!(headers(1)["Location"].as_str().unwrap().starts_with("http://"));
    assert_eq!(headers(3)["x-mock-rule"], "item-missing");
    for name in ["date", "request-id", "vary"] {
        assert!(!headers(0).keys().any(|known| known.eq_ignore_ascii_case(name)), "{name}");
    }
    assert_eq!(wire.server.outbox().len(), 1);
}

#[tokio::test]
async fn a_malformed_batch_is_refused_as_a_whole() {
    let wire = Wire::start().await;
    let get = |id: &str| json!({ "id": id, "method": "GET", "url": "/drive/root" });
    let many: Vec<Value> = (0..21).map(|id| get(&id.to_string())).collect();
    for requests in [
        json!([]),
        json!(many),
        json!([get("1"), get("1")]),
        json!([{ "id": "1", "method": "GET", "url": "/drive/root", "dependsOn": ["2"] }, get("2")]),
        json!([{ "id": "1", "method": "GET", "url": "/drive/root", "dependsOn": null }]),
        json!([get("1"), { "id": "2", "method": "GET", "url": "/drive/root", "dependsOn": "1" }]),
        json!([{ "method": "GET", "url": "/drive/root" }]),
        json!([{ "id": "1", "method": "POST", "url": "/drive/root/invite", "body": {} }]),
        json!([{ "id": "1", "method": "TRACE", "url": "/drive/root" }]),
    ] {
        let response =
            wire.send("POST", "/v1.0/$batch", Some(&json!({ "requests": requests }).to_string())).await;
        assert_eq!(response.status(), 400, "{requests}");
    }
}

#[tokio::test]
async fn drives_sites_and_what_is_below_them() {
    let wire = Wire::start().await;
    let drive = wire.get("/v1.0/me/drive").await;
    assert_eq!(drive["driveType"], "business");
    assert_eq!(wire.get(&format!("/v1.0/drives/{}", drive["id"].as_str().unwrap())).await, drive);
    let site = wire.get("/v1.0/sites/root").await;
    assert_eq!(wire.get(&format!("/v1.0/sites/{}", site["id"].as_str().unwrap())).await, site);
    assert_eq!(wire.get("/v1.0/sites/contoso.sharepoint.com").await, site);
    let launch = wire.get("/v1.0/sites/contoso.sharepoint.com:/sites/launch").await;
    assert_eq!(launch["webUrl"], "https://contoso.sharepoint.com/sites/launch");
    assert_eq!(wire.get(&format!("/v1.0/sites/{}", launch["id"].as_str().unwrap())).await, launch);

    let library = wire.get("/v1.0/sites/contoso.sharepoint.com:/sites/launch:/drive").await;
    assert_eq!(
        wire.get(&format!("/v1.0/sites/{}/drive", launch["id"].as_str().unwrap())).await["id"],
        library["id"]
    );
    let root = wire.get("/v1.0/sites/contoso.sharepoint.com:/sites/Launch:/drive/root").await;
    assert_eq!(root["parentReference"]["driveId"], library["id"]);
    let context = root["@odata.context"].as_str().unwrap();
    assert!(
        context.contains(&format!("#sites('{}')/drive/root", launch["id"].as_str().unwrap())),
        "{context}"
    );

    let changes = wire.get("/v1.0/me/drive/root/delta").await;
    let names: Vec<_> =
        changes["value"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"root") && names.contains(&"Plan.docx"), "{names:?}");
    assert!(changes["@odata.deltaLink"].as_str().unwrap().contains("/v1.0/me/drive/root/delta?"));
}
