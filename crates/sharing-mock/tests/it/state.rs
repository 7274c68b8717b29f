//! What one request changes, the next one shows.

use serde_json::{Value, json};
use sharing_mock::{MockServer, World};

use crate::{REPORT, Wire};

fn invitation(who: &[&str], notify: bool) -> String {
    let recipients: Vec<Value> = who.iter().map(|email| json!({ "email": email })).collect();
    json!({ "recipients": recipients, "requireSignIn": true, "sendInvitation": notify, "roles": ["read"],
            "message": "Have a look." })
    .to_string()
}

fn grantees(list: &Value) -> Vec<(&str, bool)> {
    let entries = list["value"].as_array().unwrap().iter();
    let who = |entry: &'_ Value| entry.get("inheritedFrom").is_some();
    entries.map(|entry| (entry["grantedTo"]["user"]["displayName"].as_str().unwrap(), who(entry))).collect()
}

#[tokio::test]
async fn what_an_invitation_grants_a_list_shows() {
    let wire = Wire::start().await;
    wire.server.clock().freeze();
    wire.server.clock().set("2026-11-25T16:00:00Z".parse().unwrap());
    let report = format!("/v1.0{REPORT}");
    let before = wire.get(&report).await;
    assert_eq!(grantees(&wire.get(&format!("{report}/permissions")).await), [("Nadia Okafor", true)]);

    let answer = wire
        .post(&format!("{report}/invite"), &invitation(&["ryan@contoso.com", "KIM@fabrikam.com"], true))
        .await;
    assert_eq!(answer["value"][1]["invitation"]["email"], "KIM@fabrikam.com");
    assert_eq!(answer["value"][1]["grantedTo"]["user"].get("id"), None);

    // Sharing breaks inheritance: what was inherited is the item's own from now on.
    let list = wire.get(&format!("{report}/permissions")).await;
    assert_eq!(
        grantees(&list),
        [("Nadia Okafor", false), ("Ryan Gregg", false)],
        "a guest is listed once the invitation is accepted"
    );
    assert!(wire.server.accept("kim@fabrikam.com"));
    let list = wire.get(&format!("{report}/permissions")).await;
    assert_eq!(grantees(&list)[2], ("KIM@fabrikam.com", false));
    assert!(list["value"][2]["grantedToV2"]["user"]["id"].is_string());
    let after = wire.get(&report).await;
    assert_ne!(after["eTag"], before["eTag"]);
    assert_eq!(after["shared"]["scope"], "users");

    let outbox = wire.get("/_mock/outbox").await;
    let mails = &outbox["value"];
    assert_eq!(*mails, serde_json::to_value(wire.server.outbox()).unwrap());
    insta::assert_json_snapshot!(mails);
}

#[tokio::test]
async fn the_same_person_has_the_same_permission() {
    let wire = Wire::start().await;
    let invite = format!("/v1.0{REPORT}/invite");
    let first = wire.post(&invite, &invitation(&["ryan@contoso.com"], false)).await;
    let again = wire.post(&invite, &invitation(&["Ryan@Contoso.com"], false)).await;
    assert_eq!(first["value"][0]["id"], again["value"][0]["id"]);
    assert_eq!(wire.get(&format!("/v1.0{REPORT}/permissions")).await["value"].as_array().unwrap().len(), 2);
    assert!(wire.server.outbox().is_empty());
}

#[tokio::test]
async fn a_folders_permissions_reach_what_is_in_it() {
    let wire = Wire::start().await;
    wire.post("/v1.0/drive/root:/Projects:/invite", &invitation(&["priya@contoso.com"], false)).await;
    let below = wire.get("/v1.0/drive/root:/Projects/Launch/Plan.docx:/permissions").await;
    assert_eq!(grantees(&below), [("Nadia Okafor", true), ("Priya Raman", true)]);
    let beside = wire.get("/v1.0/drive/root:/Notes.txt:/permissions").await;
    assert_eq!(grantees(&beside), [("Nadia Okafor", true)]);
}

#[tokio::test]
async fn a_permission_is_read_and_taken_away() {
    let wire = Wire::start().await;
    let answer = wire.post(&format!("/v1.0{REPORT}/invite"), &invitation(&["ryan@contoso.com"], false)).await;
    let id = answer["value"][0]["id"].as_str().unwrap();
    let permission = format!("/v1.0{REPORT}/permissions/{id}");
    assert_eq!(wire.get(&permission).await["grantedToV2"]["user"]["displayName"], "Ryan Gregg");

    let deleted = wire.send("DELETE", &permission, None).await;
    assert_eq!(deleted.status(), 204);
    assert_eq!(deleted.headers().get("content-type"), None);
    assert_eq!(deleted.text().await.unwrap(), "");
    assert_eq!(wire.send("GET", &permission, None).await.status(), 404);
    assert_eq!(wire.send("DELETE", &permission, None).await.status(), 404);
}

#[tokio::test]
async fn a_role_is_changed_where_it_was_granted() {
    let wire = Wire::start().await;
    let answer =
        wire.post("/v1.0/drive/root:/Projects:/invite", &invitation(&["ryan@contoso.com"], false)).await;
    let id = answer["value"][0]["id"].as_str().unwrap();
    let permission = format!("/v1.0/drive/root:/Projects:/permissions/{id}");
    let changed = wire.send("PATCH", &permission, Some(r#"{ "roles": ["write"] }"#)).await;
    assert_eq!(changed.status(), 200);
    assert_eq!(wire.get(&permission).await["roles"], json!(["write"]));

    let below = format!("/v1.0{REPORT}/permissions/{id}");
    for (path, body, status, code) in [
        (&permission, "{}", 400, "invalidRequest"),
        (&permission, r#"{ "roles": ["owner"] }"#, 400, "invalidRequest"),
        (&below, r#"{ "roles": ["read"] }"#, 403, "notAllowed"),
    ] {
        let refused = wire.send("PATCH", path, Some(body)).await;
        assert_eq!(refused.status(), status);
        assert_eq!(refused.json::<Value>().await.unwrap()["error"]["code"], code);
    }
    assert_eq!(wire.get(&permission).await["roles"], json!(["write"]));
}

#[tokio::test]
async fn what_somebody_holds_ends_on_a_personal_drive_alone() {
    let end = r#"{ "roles": ["write"], "expirationDateTime": "2099-01-01T00:00:00Z" }"#;
    let mut world: Value = serde_json::from_str(&World::contoso().to_string()).unwrap();
    world["drives"][4]["premium"] = true.into();
    for (me, item, ends) in [
        ("sam@outlook.com", "Budget.xlsx", json!("2099-01-01T00:00:00Z")),
        ("nadia@contoso.com", "Notes.txt", json!(null)),
    ] {
        world["me"] = me.into();
        let server = MockServer::builder().world(world.to_string().parse().unwrap());
        let wire = Wire::of(server).await;
        let item = format!("/v1.0/drive/root:/{item}:");
        let answer = wire.post(&format!("{item}/invite"), &invitation(&["kim@fabrikam.com"], false)).await;
        let permission = format!("{item}/permissions/{}", answer["value"][0]["id"].as_str().unwrap());
        let changed = wire.send("PATCH", &permission, Some(end)).await;
        assert_eq!(
            (changed.status().as_u16(), changed.headers().contains_key("x-mock-warning")),
            (200, ends.is_null())
        );
        let changed: Value = changed.json().await.unwrap();
        assert_eq!((&changed["roles"], &changed["expirationDateTime"]), (&json!(["write"]), &ends), "{me}");
    }
}

#[tokio::test]
async fn an_owner_stays_whatever_the_answer_says() {
    let wire = Wire::start().await;
    wire.post(&format!("/v1.0{REPORT}/invite"), &invitation(&["ryan@contoso.com"], false)).await;
    let list = wire.get(&format!("/v1.0{REPORT}/permissions")).await;
    let owner = list["value"][0]["id"].as_str().unwrap();
    let deleted = wire.send("DELETE", &format!("/v1.0{REPORT}/permissions/{owner}"), None).await;
    assert_eq!(deleted.status(), 204);
    assert!(deleted.headers().contains_key("x-mock-reason"));
    assert_eq!(wire.get(&format!("/v1.0{REPORT}/permissions")).await, list);
}

#[tokio::test]
async fn one_stranger_fails_the_whole_invitation() {
    let wire = Wire::start().await;
    let report = format!("/v1.0{REPORT}");
    let before = wire.get(&format!("{report}/permissions")).await;
    for stranger in ["nobody@contoso.com", "kim@fabrikam"] {
        let body = invitation(&["ryan@contoso.com", "kim@fabrikam.com", stranger], true);
        let response = wire.send("POST", &format!("{report}/invite"), Some(&body)).await;
        assert_eq!(response.status(), 400);
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["error"]["code"], "noResolvedUsers");
    }
    assert_eq!(wire.get(&format!("{report}/permissions")).await, before);
    assert!(wire.server.outbox().is_empty());
}

#[tokio::test]
async fn two_servers_share_nothing() {
    let (one, other) = (Wire::start().await, Wire::start().await);
    let untouched = other.get(&format!("/v1.0{REPORT}")).await;
    assert_eq!(untouched["id"], one.get(&format!("/v1.0{REPORT}")).await["id"]);
    one.post(&format!("/v1.0{REPORT}/invite"), &invitation(&["ryan@contoso.com"], true)).await;
    assert_eq!(other.get(&format!("/v1.0{REPORT}")).await, untouched);
    assert!(other.server.outbox().is_empty());
}

#[tokio::test]
async fn a_distribution_list_is_nobody_and_a_group_is_somebody() {
    let wire = Wire::start().await;
    let invite = format!("/v1.0{REPORT}/invite");
    let refused = wire.send("POST", &invite, Some(&invitation(&["lagos@contoso.com"], false))).await;
    assert_eq!(refused.json::<Value>().await.unwrap()["error"]["code"], "noResolvedUsers");

    let answer =
        wire.post(&invite, &invitation(&["reviewers@contoso.com", "megan@fabrikam.com"], false)).await;
    assert_eq!(answer["value"][0]["grantedTo"]["user"]["displayName"], "Reviewers");
    let by_alias = json!({ "recipients": [{ "alias": "reviewers" }], "roles": ["read"] }).to_string();
    assert_eq!(wire.post(&invite, &by_alias).await["value"][0]["id"], answer["value"][0]["id"]);
    // An account without a licence is known, and nobody.
    let ines = wire.send("POST", &invite, Some(&invitation(&["ines@contoso.com"], false))).await;
    assert_eq!(ines.json::<Value>().await.unwrap()["error"]["code"], "noResolvedUsers");
    // A guest who has accepted has an id, and nothing to accept.
    assert!(answer["value"][1]["grantedTo"]["user"]["id"].is_string());
    assert!(answer["value"][1].get("invitation").is_none());
}

#[tokio::test]
async fn the_first_sharing_of_an_item_may_drop_what_it_inherits() {
    for first in ["invite", "createLink"] {
        let wire = Wire::start().await;
        let folder = "/v1.0/drive/root:/Projects:";
        wire.post(&format!("{folder}/invite"), &invitation(&["ryan@contoso.com"], false)).await;
        let link = r#"{ "type": "view", "scope": "organization" }"#;
        assert_eq!(wire.send("POST", &format!("{folder}/createLink"), Some(link)).await.status(), 201);
        let of_folder = wire.get(&format!("{folder}/permissions")).await;
        let report = format!("/v1.0{REPORT}");
        assert_eq!(
            wire.get(&format!("{report}/permissions")).await["value"].as_array().unwrap().len(),
            of_folder["value"].as_array().unwrap().len()
        );

        let body = match first {
            "invite" => json!({ "recipients": [{ "email": "priya@contoso.com" }], "requireSignIn": true,
                                "roles": ["read"], "retainInheritedPermissions": false }),
            _ => json!({ "type": "view", "scope": "users", "recipients": [{ "email": "priya@contoso.com" }],
                         "retainInheritedPermissions": false }),
        };
        let response = wire.send("POST", &format!("{report}/{first}"), Some(&body.to_string())).await;
        assert!(response.status().is_success(), "{first}");
        let list = wire.get(&format!("{report}/permissions")).await;
        let entries = list["value"].as_array().unwrap();
        assert_eq!(entries.len(), 2, "the owner and what was just given: {list}");
        assert_eq!(entries[0]["roles"], json!(["owner"]));
        assert!(list.to_string().contains("Priya Raman") && !list.to_string().contains("Ryan Gregg"));
        assert_eq!(wire.get(&format!("{folder}/permissions")).await, of_folder, "the folder keeps its own");

        // There is nothing inherited any more: only the first time drops anything.
        wire.post(&format!("{report}/invite"), &invitation(&["ryan@contoso.com"], false)).await;
        wire.send("POST", &format!("{report}/{first}"), Some(&body.to_string())).await;
        let list = wire.get(&format!("{report}/permissions")).await;
        assert!(list.to_string().contains("Ryan Gregg"), "{first}");
    }
}
