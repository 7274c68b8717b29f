//! Shared folders among one's own, passwords of links, and who may do what with whole sites and containers.

use serde_json::{Value, json};

use crate::Wire;

const CLAIMS: &str =
    "/v1.0/sites/contoso.sharepoint.com:/contentstorage/CSP_6f0d2b7a-91c4-4e58-a3b6-0c7d5e1f8294:/drive";

/// The sample tenant, changed, as the service's world from now on.
fn change(wire: &Wire, change: impl FnOnce(&mut Value)) {
    let mut world: Value = serde_json::from_str(&wire.server.world().to_string()).unwrap();
    change(&mut world);
    wire.server.set_world(&world.to_string().parse().unwrap_or_else(|error| panic!("{error}")));
}

async fn status(wire: &Wire, path: &str, body: &Value) -> (u16, Value) {
    let answer = wire.send("POST", path, Some(&body.to_string())).await;
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

/// Sam, who was given a folder of Ryan's, and how that folder is named elsewhere.
async fn sam(wire: &Wire) -> Value {
    change(wire, |world| {
        world["me"] = "sam@outlook.com".into();
        world["drives"][2]["items"][0]["permissions"] = json!([
            { "to": "ryan@contoso.com", "roles": ["owner"] },
            { "to": "sam@outlook.com", "roles": ["read"] },
        ]);
    });
    let drafts = wire.get("/v1.0/users/ryan@contoso.com/drive/root:/Drafts").await;
    json!({ "id": drafts["id"], "parentReference": { "driveId": drafts["parentReference"]["driveId"] } })
}

fn names(list: &Value) -> Vec<&str> {
    list["value"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_shared_folder_stands_among_ones_own() {
    let wire = Wire::start().await;
    let remote = sam(&wire).await;
    let children = "/v1.0/drive/root/children";
    let latest = wire.get("/v1.0/drive/root/delta?token=latest").await;
    let (code, added) = status(&wire, children, &json!({ "name": "From Ryan", "remoteItem": remote })).await;
    assert_eq!((code, &added["name"], &added["remoteItem"]["id"]), (201, &json!("From Ryan"), &remote["id"]));
    assert_eq!(added["remoteItem"]["folder"]["childCount"], 1);
    assert_eq!(names(&wire.get(children).await), ["Documents", "Pictures", "Budget.xlsx", "From Ryan"]);
    let found = wire.get("/v1.0/drive/root:/from ryan").await;
    assert_eq!(found["id"], added["id"]);
    let since = latest["@odata.deltaLink"].as_str().unwrap().replace(wire.server.url(), "");
    assert_eq!(names(&wire.get(&since).await), ["From Ryan"], "a list of changes has it");

    // A name is one item's, in any case of letters; without one the folder keeps its own.
    let (code, _) = status(&wire, children, &json!({ "name": "FROM RYAN", "remoteItem": remote })).await;
    assert_eq!(code, 409);
    let (code, added) = status(&wire, children, &json!({ "remoteItem": remote })).await;
    assert_eq!((code, &added["name"]), (201, &json!("Drafts")));

    // A dump has them, and comes back to the same.
    let dump = wire.server.world().to_string();
    wire.server.set_world(&dump.parse().unwrap());
    assert_eq!(wire.server.world().to_string(), dump);
    assert_eq!(names(&wire.get(children).await)[3..], ["From Ryan", "Drafts"]);

    // What was not shared with the drive's owner, and what is nowhere, is none.
    let (code, _) = status(
        &wire,
        children,
        &json!({ "remoteItem": { "id": "1!2", "parentReference": { "driveId": "1" } } }),
    )
    .await;
    assert_eq!(code, 404);
    change(&wire, |world| {
        world["drives"][2]["items"][0]["permissions"].as_array_mut().unwrap().pop();
    });
    let again = json!({ "name": "Again", "remoteItem": remote });
    let (code, _) = status(&wire, children, &again).await;
    assert_eq!(code, 404, "whoever may not read it does not know of it");
    change(&wire, |world| {
        world["drives"][2]["items"][0]["links"] =
            json!([{ "type": "view", "scope": "users", "users": ["sam@outlook.com"] }]);
    });
    let (code, _) = status(&wire, children, &again).await;
    assert_eq!(code, 403, "a link alone is no permission of his own");
}

#[tokio::test]
async fn an_old_state_is_without_a_folder_that_came_later() {
    let wire = Wire::start().await;
    let remote = sam(&wire).await;
    let children = "/v1.0/drive/root/children";
    for name in ["One", "Two"] {
        assert_eq!(status(&wire, children, &json!({ "name": name, "remoteItem": remote })).await.0, 201);
    }
    let stale = |changes: u32| {
        let url = format!("{}{children}", wire.server.url());
        wire.http.get(url).bearer_auth("any").header("x-mock-fault", format!("stale-changes={changes}"))
    };
    let old: Value = stale(1).send().await.unwrap().json().await.unwrap();
    assert_eq!(names(&old)[3..], ["One"], "{old}");
    let old: Value = stale(2).send().await.unwrap().json().await.unwrap();
    assert_eq!(names(&old).len(), 3, "{old}");
    assert_eq!(names(&wire.get(children).await)[3..], ["One", "Two"]);
}

#[tokio::test]
async fn a_remote_folder_in_a_world_file_is_one() {
    let wire = Wire::start().await;
    let mut world: Value = serde_json::from_str(&wire.server.world().to_string()).unwrap();
    let drafts = world["drives"][2]["items"][0]["id"].clone();
    let drive = world["drives"][2]["id"].clone();
    let items = world["drives"][4]["items"].as_array_mut().unwrap();
    items.push(json!({ "name": "Ours", "remote": { "drive": drive, "item": drafts } }));
    items.push(json!({ "name": "None", "remote": { "drive": drive, "item": "01NQ" } }));
    items.push(
        json!({ "name": "Both", "size": 7, "remote": { "drive": drive, "item": drafts, "name": "x" } }),
    );
    world["drives"][0]["items"][1]["remote"] = json!({ "drive": drive, "item": drafts });
    let error = world.to_string().parse::<sharing_mock::World>().unwrap_err();
    insta::assert_snapshot!(error.faults().join("\n"));
}

#[tokio::test]
async fn a_password_is_judged_by_the_link_that_has_it() {
    let wire = Wire::start().await;
    let press = "/v1.0/sites/contoso.sharepoint.com:/sites/launch:/drive/root:/Press:";
    let list = wire.get(&format!("{press}/permissions")).await;
    let link = list["value"].as_array().unwrap().iter().find(|entry| entry["hasPassword"] == true).unwrap();
    let id = link["id"].as_str().unwrap();
    for action in ["validatePermission", "microsoft.graph.validatePermission"] {
        let path = format!("{press}/permissions/{id}/{action}");
        assert_eq!(status(&wire, &path, &json!({ "password": "launch2026" })).await, (204, Value::Null));
        let (code, answer) = status(&wire, &path, &json!({ "password": "launch2027" })).await;
        assert_eq!((code, &answer["error"]["code"]), (403, &json!("accessDenied")));
    }
    // Whoever comes by the link alone may, too.
    let share = link["shareId"].as_str().unwrap();
    change(&wire, |world| world["me"] = "sam@outlook.com".into());
    let path = format!("/_api/v2.0/shares/{share}/driveItem/permissions/{id}/oneDrive.validatePermission");
    assert_eq!(
        status(&wire, &path, &json!({ "password": "launch2026", "challengeToken": "x" })).await.0,
        204
    );
}

#[tokio::test]
async fn a_sites_permissions_are_for_applications() {
    let wire = Wire::start().await;
    let launch = "/v1.0/sites/contoso.sharepoint.com:/sites/launch:/permissions";
    let body = |role: &str| {
        json!({ "roles": [role], "grantedToIdentities": [{ "application": {
            "id": "89ea5c94-7736-4e25-95ad-3fa95f62b66e", "displayName": "Contoso time manager" } }] })
    };
    let (code, made) = status(&wire, launch, &body("write")).await;
    assert_eq!((code, &made["roles"]), (201, &json!(["write"])));
    assert_eq!(made["grantedToIdentitiesV2"][0]["application"]["displayName"], "Contoso time manager");

    let list = wire.get(launch).await;
    let who = |entry: &Value| entry["grantedToIdentities"][0]["application"]["displayName"].clone();
    let holders: Vec<_> = list["value"].as_array().unwrap().iter().map(who).collect();
    assert_eq!(holders, ["Contoso console", "Contoso time manager"]);
    assert_eq!(list["value"][1].get("roles"), None, "a list does not tell what each may do");
    let id = made["id"].as_str().unwrap();
    assert_eq!(wire.get(&format!("{launch}/{id}")).await["roles"], json!(["write"]));

    // The same application has the same permission, with another role.
    let (code, again) = status(&wire, launch, &body("fullcontrol")).await;
    assert_eq!((code, &again["id"]), (201, &made["id"]));
    let dump = wire.server.world().to_string();
    wire.server.set_world(&dump.parse().unwrap());
    assert_eq!(wire.server.world().to_string(), dump);
    assert_eq!(wire.get(&format!("{launch}/{id}")).await["roles"], json!(["fullcontrol"]));
    assert_eq!(wire.send("GET", &format!("{launch}/{id}x"), None).await.status(), 404);
    assert_eq!(wire.get("/v1.0/sites/root/permissions").await["value"], json!([]));
}

#[tokio::test]
async fn a_containers_roles_reach_what_is_in_it() {
    let wire = Wire::start().await;
    let id = wire.get(CLAIMS).await["id"].as_str().unwrap().to_owned();
    let path = format!("/v1.0/storage/fileStorage/containers/{id}/permissions");
    let body = |name: &str, role: &str| json!({ "roles": [role], "grantedToV2": { "user": { "userPrincipalName": name } } });
    let (code, made) = status(&wire, &path, &body("ryan@contoso.com", "reader")).await;
    assert_eq!((code, &made["roles"]), (201, &json!(["reader"])));
    assert_eq!(made["grantedToV2"]["user"]["userPrincipalName"], "ryan@contoso.com");
    let (code, again) = status(&wire, &path, &body("RYAN@contoso.com", "manager")).await;
    assert_eq!((code, &again["id"], &again["roles"]), (201, &made["id"], &json!(["manager"])));
    let list = wire.get(&path).await;
    let roles: Vec<_> =
        list["value"].as_array().unwrap().iter().map(|entry| entry["roles"][0].clone()).collect();
    assert_eq!(roles, ["owner", "writer", "manager"]);

    // The items know them by the words of items, and as inherited.
    let claim = format!("/v1.0/drives/{id}/root:/2026/Claim%201.pdf:/permissions");
    let held = wire.get(&claim).await;
    let held: Vec<_> =
        held["value"].as_array().unwrap().iter().map(|entry| entry["roles"][0].clone()).collect();
    assert_eq!(held, ["owner", "write", "manager"]);

    let dump = wire.server.world().to_string();
    wire.server.set_world(&dump.parse().unwrap());
    assert_eq!(wire.server.world().to_string(), dump);

    // Managers give roles, writers none, and for others the container is not there.
    for (who, expected) in [("ryan@contoso.com", 201), ("priya@contoso.com", 403), ("tomas@contoso.com", 404)]
    {
        change(&wire, |world| world["me"] = who.into());
        assert_eq!(status(&wire, &path, &body("dana@contoso.com", "reader")).await.0, expected, "{who}");
    }
    let other = "/v1.0/storage/fileStorage/containers/b!M2A9Q3txwlKOzfHm0q5GiCNdACSRRdhTmF7tH5MkY7lAGHzPkKerXaOHykfnVt-9/permissions";
    assert_eq!(wire.send("GET", other, None).await.status(), 404, "a library is no container");
}

#[tokio::test]
async fn people_are_invited_within_a_container_without_a_mail() {
    let wire = Wire::start().await;
    let id = wire.get(CLAIMS).await["id"].as_str().unwrap().to_owned();
    let invite = json!({ "recipients": [{ "email": "ryan@contoso.com" }], "roles": ["read"],
        "requireSignIn": true, "sendInvitation": false });
    assert_eq!(status(&wire, &format!("/v1.0/drives/{id}/root:/2026:/invite"), &invite).await.0, 200);
    assert!(wire.server.outbox().is_empty());
}
