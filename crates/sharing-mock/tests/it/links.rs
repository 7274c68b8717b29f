//! Sharing links: made, found again, used by more people and by fewer.

use serde_json::{Value, json};
use sharing_mock::{MockServer, World};
use sharing_model::{ItemAddress, SharingUrl};

use crate::{REPORT, Wire, bare};

async fn make(wire: &Wire, body: &Value) -> (u16, Value) {
    let response = wire.send("POST", &format!("/v1.0{REPORT}/createLink"), Some(&body.to_string())).await;
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn a_link_is_made_once_and_then_found() {
    let wire = Wire::start().await;
    let view = json!({ "type": "view", "scope": "organization" });
    let (status, link) = make(&wire, &view).await;
    assert_eq!((status, &link["roles"]), (201, &json!(["read"])));
    assert!(link["link"]["webUrl"].as_str().unwrap().starts_with("https://contoso-my.sharepoint.com/:w:/"));
    assert_eq!(make(&wire, &view).await, (200, link.clone()));
    let (status, edit) = make(&wire, &json!({ "type": "edit", "scope": "organization" })).await;
    assert_eq!((status, &edit["roles"]), (201, &json!(["write"])));
    assert_ne!(edit["id"], link["id"]);

    let id = link["id"].as_str().unwrap();
    let read = wire.get(&format!("/v1.0{REPORT}/permissions/{id}")).await;
    assert_eq!((&read["link"], &read["shareId"]), (&link["link"], &link["shareId"]));
    assert_eq!(wire.get(&format!("/v1.0{REPORT}/permissions")).await["value"].as_array().unwrap().len(), 3);
    let deleted = wire.send("DELETE", &format!("/v1.0{REPORT}/permissions/{id}"), None).await;
    assert_eq!(deleted.status(), 204);
    assert_eq!(make(&wire, &view).await.0, 201);
}

#[tokio::test]
async fn what_was_asked_to_block_downloads_comes_back_as_a_view() {
    let wire = Wire::start().await;
    let (_, link) =
        make(&wire, &json!({ "type": "blocksDownload", "scope": "organization", "password": "x" })).await;
    assert_eq!(link["link"]["type"], "view");
    assert_eq!(link["link"]["preventsDownload"], true);
    assert_eq!(link["hasPassword"], true);
    assert!(!link.to_string().contains("\"x\""));
}

#[tokio::test]
async fn a_links_url_leads_to_its_item_and_people_come_and_go() {
    let wire = Wire::start().await;
    let people = json!({ "type": "edit", "scope": "users", "recipients": [{ "email": "ryan@contoso.com" }],
                         "sendNotification": true });
    let (_, link) = make(&wire, &people).await;
    assert_eq!(wire.server.outbox().len(), 1);
    let url: SharingUrl = link["link"]["webUrl"].as_str().unwrap().parse().unwrap();
    assert_eq!(link["shareId"], url.token().as_str());

    let share = ItemAddress::from(url.clone()).to_url_path();
    let item = bare(wire.get(&format!("/v1.0{share}")).await);
    assert_eq!(item, bare(wire.get(&format!("/v1.0{REPORT}")).await));
    let site = wire.get(&format!("/v1.0/shares/{}/site", url.token())).await;
    assert_eq!(site["webUrl"], "https://contoso-my.sharepoint.com/personal/nadia_contoso_com");
    let list = wire.get(&format!("/v1.0/shares/{}/list", url.token())).await;
    assert_eq!(
        (&list["displayName"], &list["list"]["template"]),
        (&json!("Documents"), &json!("documentLibrary"))
    );
    let row = wire.get(&format!("/v1.0/shares/{}/listItem", url.token())).await;
    assert_eq!((&row["webUrl"], &row["contentType"]["name"]), (&item["webUrl"], &json!("Document")));
    // The row leads to the item again.
    let (list, row) = (list["id"].as_str().unwrap(), row["id"].as_str().unwrap());
    let by_row = format!("/v1.0/sites/{}/lists/{list}/items/{row}/driveItem", site["id"].as_str().unwrap());
    assert_eq!(bare(wire.get(&by_row).await), item);
    let seen = wire.get(&format!("/v1.0/shares/{}", url.token())).await;
    assert_eq!(seen["name"], "Quarterly report.docx");

    let seen = wire.get(&format!("/v1.0/shares/{}/permission", url.token())).await;
    assert_eq!(seen["id"], link["id"]);
    let below =
        wire.get(&format!("/v1.0/shares/{}/items/{}", url.token(), item["id"].as_str().unwrap())).await;
    assert_eq!(bare(below), item);
    let grant = format!("/v1.0/shares/{}/permission/grant", url.token());
    let more = json!({ "recipients": [{ "email": "priya@contoso.com" }], "roles": ["write"] });
    let granted = wire.post(&grant, &more.to_string()).await;
    // The answer names nobody, and one who was granted alone is in the URL, which still leads to the item.
    assert_eq!(granted["value"][0]["grantedToIdentities"], json!([]));
    let url: SharingUrl = granted["value"][0]["link"]["webUrl"].as_str().unwrap().parse().unwrap();
    assert!(url.as_str().ends_with("?email=priya%40contoso.com"));
    let seen = wire.get(&format!("/v1.0/shares/{}/permission", url.token())).await;
    assert_eq!(seen["grantedToIdentitiesV2"].as_array().unwrap().len(), 2);
    let other_role = json!({ "recipients": [{ "email": "priya@contoso.com" }], "roles": ["read"] });
    assert_eq!(wire.send("POST", &grant, Some(&other_role.to_string())).await.status(), 400);

    let id = link["id"].as_str().unwrap();
    let permission = format!("/v1.0{REPORT}/permissions/{id}");
    let leaving = json!({ "grantees": [{ "email": "ryan@contoso.com" }] }).to_string();
    wire.post(&format!("/v1.0/shares/{}/permission/revokeGrants", url.token()), &leaving).await;
    let left = wire.get(&permission).await;
    assert_eq!(left["grantedToIdentities"][0]["user"]["displayName"], "Priya Raman");
    assert_eq!(left["grantedToIdentities"].as_array().unwrap().len(), 1);

    let role = wire.send("PATCH", &permission, Some(r#"{ "roles": ["read"] }"#)).await;
    assert_eq!(role.json::<Value>().await.unwrap()["error"]["code"], "badArgument");
    let end =
        wire.send("PATCH", &permission, Some(r#"{ "expirationDateTime": "2099-01-01T00:00:00Z" }"#)).await;
    assert_eq!(end.json::<Value>().await.unwrap()["expirationDateTime"], "2099-01-01T00:00:00Z");
}

#[tokio::test]
async fn a_link_ends_no_later_than_the_tenant_and_the_account_let_it() {
    let mut world: Value = serde_json::from_str(&World::contoso().to_string()).unwrap();
    world["policy"]["longestLinkLifeDays"] = 30.into();
    for (me, item, premium, answer) in [
        ("nadia@contoso.com", "Notes.txt", false, (200, json!("2027-01-01T12:00:00Z"))),
        ("sam@outlook.com", "Budget.xlsx", true, (200, json!("2027-01-01T12:00:00Z"))),
        ("sam@outlook.com", "Budget.xlsx", false, (403, json!(null))),
    ] {
        world["me"] = me.into();
        world["drives"][4]["premium"] = premium.into();
        let server = MockServer::builder().world(world.to_string().parse().unwrap());
        let wire = Wire::of(server).await;
        wire.send("PATCH", "/_mock/clock", Some(r#"{ "mode": "frozen", "set": "2026-12-02T12:00:00Z" }"#))
            .await;
        let item = format!("/v1.0/drive/root:/{item}:");
        let link = json!({ "type": "view", "scope": "anonymous" }).to_string();
        let link = wire.send("POST", &format!("{item}/createLink"), Some(&link)).await;
        let link: Value = link.json().await.unwrap();
        let permission = format!("{item}/permissions/{}", link["id"].as_str().unwrap());
        let later = r#"{ "expirationDateTime": "2099-01-01T00:00:00Z" }"#;
        let changed = wire.send("PATCH", &permission, Some(later)).await;
        let status = changed.status().as_u16();
        let changed: Value = changed.json().await.unwrap();
        assert_eq!((status, changed["expirationDateTime"].clone()), answer, "{me}");
    }
}

#[tokio::test]
async fn what_makes_no_link_is_refused() {
    let wire = Wire::start().await;
    for body in [
        json!({ "type": "embed" }),
        json!({ "type": "createOnly", "scope": "organization" }),
        json!({ "type": "veiw" }),
        json!({ "scope": "users", "recipients": [{ "email": "nobody@contoso.com" }] }),
        json!({ "scope": "existingAccess" }),
        json!({ "kind": "view" }),
    ] {
        assert_eq!(make(&wire, &body).await.0, 400, "{body}");
    }
    assert_eq!(wire.get(&format!("/v1.0{REPORT}/permissions")).await["value"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_application_is_given_a_role() {
    let wire = Wire::start().await;
    let body = json!({ "grantedToV2": { "application": { "id": "89EA5C94-0001-4E25-95AD-3FA95F62B66E" } }, "roles": ["write"] });
    let path = format!("/v1.0{REPORT}/permissions");
    let created = wire.send("POST", &path, Some(&body.to_string())).await;
    assert_eq!(created.status(), 201);
    let created: Value = created.json().await.unwrap();
    assert_eq!(created["grantedToV2"]["application"]["id"], "89EA5C94-0001-4E25-95AD-3FA95F62B66E");
    for body in [
        json!({ "roles": ["write"] }),
        json!({ "grantedToV2": { "user": { "id": "x" } }, "roles": ["write"] }),
    ] {
        assert_eq!(wire.send("POST", &path, Some(&body.to_string())).await.status(), 400);
    }
    assert_eq!(wire.get(&path).await["value"].as_array().unwrap().len(), 2);
}
