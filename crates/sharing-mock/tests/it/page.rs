//! The protocol's page "send a sharing invitation": its example, letter for letter.

use serde_json::{Value, json};
use sharing_mock::World;
use sharing_model::{Collection, InviteRequest, Permission};

use crate::{REPORT, Wire, bare};

const REQUEST: &str = r#"{
  "recipients": [
    {
      "email": "ryan@contoso.com"
    }
  ],
  "message": "Here's the file that we're collaborating on.",
  "requireSignIn": true,
  "sendInvitation": true,
  "roles": [ "write" ]
}"#;

#[test]
fn its_request_is_an_invite_request_and_comes_out_the_same() {
    let request: InviteRequest = serde_json::from_str(REQUEST).unwrap();
    let page: Value = serde_json::from_str(REQUEST).unwrap();
    assert_eq!(serde_json::to_value(&request).unwrap(), page);
    assert!(request.validate(&sharing_model::Circumstances::default()).is_empty());
}

#[tokio::test]
async fn every_address_form_answers_under_every_version_in_every_spelling() {
    let wire = Wire::start().await;
    let mut mails = 0;
    for (version, actions) in [
        ("/v1.0", &["invite", "microsoft.graph.invite"][..]),
        ("/beta", &["invite"]),
        ("/_api/v2.0", &["invite", "oneDrive.invite"]),
    ] {
        let item = wire.get(&format!("{version}{REPORT}")).await;
        let (id, parent) = (item["id"].as_str().unwrap(), &item["parentReference"]);
        let drive = parent["driveId"].as_str().unwrap();
        let site = parent["siteId"].as_str().unwrap();
        for form in [
            format!("/drives/{drive}/items/{id}"),
            format!("/drive/items/{id}"),
            format!("/sites/{site}/drive/items/{id}"),
            format!("/sites/{site}/drives/{}/items/{id}", drive.replace('!', "%21")),
            format!("/me/drive/items/{id}"),
            format!("/users/nadia@contoso.com/drive/items/{id}"),
            REPORT.to_owned(),
        ] {
            for action in actions {
                let body = wire.post(&format!("{version}{form}/{action}"), REQUEST).await;
                let user = &body["value"][0]["grantedTo"]["user"];
                assert_eq!(user["displayName"], "Ryan Gregg");
                assert_eq!(user["id"], "42F177F1-22C0-4BE3-900D-4507125C5C20");
                assert_eq!(body["value"][0]["roles"], json!(["write"]));
                assert_eq!(body["value"].as_array().unwrap().len(), 1);

                let read: Collection<Permission> = serde_json::from_value(body.clone()).unwrap();
                assert_eq!(serde_json::to_value(&read).unwrap(), body);
                assert!(read.misfits().is_empty());
                mails += 1;
            }
        }
    }
    assert_eq!(wire.server.outbox().len(), mails);
}

#[tokio::test]
async fn what_clients_encode_more_than_they_need_to_is_read() {
    let wire = Wire::start().await;
    let item = wire.get(&format!("/v1.0{REPORT}")).await;
    let (id, drive) = (item["id"].as_str().unwrap(), item["parentReference"]["driveId"].as_str().unwrap());
    let bang = drive.replace('!', "%21");
    for address in [
        format!("/drives/{bang}/items/{id}"),
        format!("/drives(%27{bang}%27)/items(%27{id}%27)"),
        format!("/drives/{bang}/items/root%3A%2FProjects%2FQuarterly%20report.docx%3A"),
        format!("/drives/{bang}/items/root:/Projects/Quarterly%20report.docx:"),
        "/drive/root%3A/Projects/Quarterly%20report.docx%3A".to_owned(),
        "/users/nadia%40contoso.com/drive/root:/Projects/Quarterly%20report%2Edocx:".to_owned(),
    ] {
        let list = wire.get(&format!("/v1.0{address}/permissions")).await;
        assert_eq!(list["value"][0]["grantedTo"]["user"]["displayName"], "Nadia Okafor", "{address}");
    }
    let sam = wire.server.space("sam").unwrap();
    let sams =
        World::contoso().to_string().replace(r#""me": "nadia@contoso.com""#, r#""me": "sam@outlook.com""#);
    assert_eq!(wire.send("PUT", "/_space/sam/_mock/state", Some(&sams)).await.status(), 204);
    let budget = wire.get("/_space/sam/v1.0/drive/root:/Budget.xlsx").await;
    let id = budget["id"].as_str().unwrap();
    assert!(id.contains('!') && sam.requests().len() == 1);
    let again = wire.get(&format!("/_space/sam/v1.0/me/drive/items/{}", id.replace('!', "%21"))).await;
    assert_eq!(again["name"], "Budget.xlsx");
    let by_site = wire.get("/v1.0/sites/contoso.sharepoint.com%3A%2Fsites%2Flaunch").await;
    assert_eq!(by_site, wire.get("/v1.0/sites/contoso.sharepoint.com:/sites/launch:").await);
}

#[tokio::test]
async fn a_library_is_reached_by_its_site_and_by_its_group() {
    let wire = Wire::start().await;
    let by_site = wire.get("/v1.0/sites/root/drive/root:/Contracts/Fabrikam/Agreement%20%2312.pdf").await;
    assert_eq!(by_site["parentReference"]["driveType"], "documentLibrary");
    let group = "/v1.0/groups/7b5e1f3a-08d2-4c96-9f47-c61b2a8e0d34/drive";
    let annex = wire.get(&format!("{group}/root:/contracts/FABRIKAM/Annex%20100%25%20final.pdf")).await;
    assert_eq!(annex["parentReference"]["id"], by_site["parentReference"]["id"]);
    let children = wire.get(&format!("{group}/root:/Contracts/Fabrikam:/children")).await;
    assert_eq!(children["value"], json!([bare(by_site), bare(annex)]));
}

#[tokio::test]
async fn an_item_is_a_row_of_its_librarys_list() {
    let wire = Wire::start().await;
    let folder = "/v1.0/sites/root/drive/root:/Contracts/Fabrikam";
    let items = wire.get(&format!("{folder}:/children?$select=name,sharepointIds")).await;
    for item in items["value"].as_array().unwrap() {
        let ids = |name: &str| item["sharepointIds"][name].as_str().unwrap();
        for list in [ids("listId").to_owned(), ids("listId").to_uppercase(), "Documents".to_owned()] {
            let row = format!("/v1.0/sites/{}/lists/{list}/items/{}", ids("siteId"), ids("listItemId"));
            let found = wire.get(&format!("{row}/driveItem")).await;
            assert_eq!((&found["name"], &found["id"]), (&item["name"], &item["id"]), "{row}");
            let invited = wire.post(&format!("{row}/driveItem/invite"), REQUEST).await;
            assert_eq!(invited["value"][0]["grantedTo"]["user"]["displayName"], "Ryan Gregg");
        }
        let row = format!("/v1.0/sites/root/lists/documents/items/{}", ids("listItemId"));
        let link = r#"{ "type": "view", "scope": "organization" }"#;
        assert_eq!(wire.send("POST", &format!("{row}/createLink"), Some(link)).await.status(), 201);
        // The row's number is no item's id.
        let wrong = format!("/v1.0/sites/root/drive/items/{}/createLink", ids("listItemId"));
        let wrong = wire.send("POST", &wrong, Some(link)).await;
        assert_eq!(wrong.status(), 400);
        assert_eq!(wrong.json::<Value>().await.unwrap()["error"]["code"], "notSupported");
    }
    for (row, status) in [("0", 404), ("99999", 404), ("first", 404)] {
        let row = format!("/v1.0/sites/root/lists/documents/items/{row}/driveItem");
        assert_eq!(wire.send("GET", &row, None).await.status(), status, "{row}");
    }
    assert_eq!(wire.send("GET", "/v1.0/sites/root/lists/none/items/1/driveItem", None).await.status(), 404);
    // What is told only where it is asked for.
    assert!(wire.get(folder).await.get("sharepointIds").is_none());
}

#[tokio::test]
async fn answers_look_as_they_do_on_the_wire() {
    let wire = Wire::start().await;
    let mut seen = Vec::new();
    let group = r#"{ "recipients": [ { "objectId": "7b5e1f3a-08d2-4c96-9f47-c61b2a8e0d34" }, { "alias": "priya" },
                                     { "email": "kim@fabrikam.com" } ],
                     "requireSignIn": true, "sendInvitation": false, "roles": [ "read" ] }"#;
    wire.server.clock().set("2026-11-25T16:00:00Z".parse().unwrap());
    wire.server.clock().freeze();
    for (name, version) in [("graph", "/v1.0"), ("direct", "/_api/v2.0")] {
        seen.push((format!("{name}: item"), wire.get(&format!("{version}{REPORT}")).await));
        seen.push((format!("{name}: invite"), wire.post(&format!("{version}{REPORT}/invite"), group).await));
        seen.push((format!("{name}: list"), wire.get(&format!("{version}{REPORT}/permissions")).await));
    }
    insta::with_settings!({ filters => vec![(r"127\.0\.0\.1:\d+", "[host]")] }, {
        insta::assert_json_snapshot!(seen);
    });
}
