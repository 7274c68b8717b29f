//! Every form in which the protocol addresses an item: each leads over the wire to the item that it means, in each
//! version that has it.

use serde_json::Value;
use sharing_model::SharingUrl;

use crate::Wire;

/// The form, in which words in braces stand for what the service said of the items; and whose item it leads to.
const FORMS: &[(&str, Item)] = &[
    ("/drives/{drive}/items/{item}", Item::Press),
    ("/drives/{drive}/root:/Press:", Item::Press),
    ("/drives/{drive}/root:/press", Item::Press),
    ("/drives/{drive}/items/{root}:/Press:", Item::Press),
    ("/drives/{drive}/items/root:/Press:", Item::Press),
    ("/drives/{drive}/special/photos", Item::Press),
    ("/drives/{drive}/root", Item::Root),
    ("/drives/{drive}/items/root", Item::Root),
    ("/groups/{group}/drive/items/{item}", Item::Press),
    ("/groups/{group}/drive/root:/Press:", Item::Press),
    ("/sites/{site}/drive/items/{item}", Item::Press),
    ("/sites/{site}/drive/root:/Press:", Item::Press),
    ("/sites/{site}/drives/{drive}/items/{item}", Item::Press),
    ("/sites/{site}/drives/{drive}/root:/Press:", Item::Press),
    ("/sites/{collection}/drives/{drive}/items/{item}", Item::Press),
    ("/sites/{site}/lists/{list}/items/{row}/driveItem", Item::Press),
    ("/sites/{site}/lists/Documents/items/{row}/driveItem", Item::Press),
    ("/sites/{host}:/sites/launch:/drive/items/{item}", Item::Press),
    ("/sites/{host}:/sites/launch:/drive/root:/Press:", Item::Press),
    ("/sites/{host}:/sites/launch:/drives/{drive}/items/{item}", Item::Press),
    ("/sites/{host}:/sites/launch:/drives/{drive}/root:/Press:", Item::Press),
    ("/sites/{host}:/sites/launch:/drives/{drive}/root", Item::Root),
    ("/sites/{host}:/sites/launch:/lists/{list}/items/{row}/driveItem", Item::Press),
    ("/sites/{host}:/sites/launch:/lists/Documents/items/{row}/driveItem", Item::Press),
    ("/sites/{host}%3A%2Fsites%2Flaunch%3A/drives/{drive}/items/{item}", Item::Press),
    ("/shares/{share}/driveItem", Item::Press),
    ("/shares/{share}/root", Item::Press),
    ("/shares/{share}/items/{item}", Item::Press),
    ("/shares/{share id}/driveItem", Item::Press),
    ("/drives('{drive}')/items('{item}')", Item::Press),
    ("/sites('{site}')/drives('{drive}')/items('{item}')", Item::Press),
    ("/shares('{share}')/driveItem", Item::Press),
    ("/me/drive/items/{own}", Item::Own),
    ("/me/drive/root:/Notes.txt:", Item::Own),
    ("/me/drive/special/Projects:/Launch/Plan.docx:", Item::Plan),
    ("/drive/items/{own}", Item::Own),
    ("/drive/root:/Notes.txt:", Item::Own),
    ("/users/nadia@contoso.com/drive/items/{own}", Item::Own),
    ("/users/9D1B6C0E-52B4-4F0C-8B6E-3A7F1E2D4C58/drive/root:/Notes.txt:", Item::Own),
];

#[derive(Clone, Copy)]
enum Item {
    Press,
    Root,
    Own,
    Plan,
}

/// All but the endpoint of personal drives, which has neither sites nor groups.
const VERSIONS: [&str; 4] = ["/v1.0", "/beta", "/_api/v2.0", "/_api/v2.1"];

#[tokio::test]
async fn each_form_leads_to_its_item() {
    let wire = Wire::start().await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let group = "b93c60e7-5d18-4f2a-8a94-1c7e0f6d3b25";
    let press = wire
        .get(&format!("/v1.0/groups/{group}/drive/root:/Press:?$select=id,sharepointIds,parentReference"))
        .await;
    let link = wire.get(&format!("/v1.0/groups/{group}/drive/root:/Press:/permissions")).await;
    let link =
        link["value"].as_array().unwrap().iter().find(|entry| entry.get("link").is_some()).unwrap().clone();
    let [own, plan] = [
        wire.get("/v1.0/drive/root:/Notes.txt").await,
        wire.get("/v1.0/drive/root:/Projects/Launch/Plan.docx").await,
    ];
    let site = wire.get("/v1.0/sites/contoso.sharepoint.com:/sites/launch").await;
    let ids = &press["sharepointIds"];
    let words = [
        ("drive", text(&press["parentReference"]["driveId"])),
        ("item", text(&press["id"])),
        ("root", text(&press["parentReference"]["id"])),
        ("group", group.to_owned()),
        ("site", text(&site["id"])),
        ("collection", text(&ids["siteId"])),
        ("host", "contoso.sharepoint.com".to_owned()),
        ("list", text(&ids["listId"])),
        ("row", text(&ids["listItemId"])),
        ("share", text(&link["link"]["webUrl"]).parse::<SharingUrl>().unwrap().token().to_string()),
        ("share id", text(&link["shareId"])),
        ("own", text(&own["id"])),
    ];
    let mut wrong = Vec::new();
    for version in VERSIONS {
        for (form, item) in FORMS {
            let address = words
                .iter()
                .fold((*form).to_owned(), |form, (word, value)| form.replace(&format!("{{{word}}}"), value));
            let expected = match item {
                Item::Press => &press["id"],
                Item::Root => &press["parentReference"]["id"],
                Item::Own => &own["id"],
                Item::Plan => &plan["id"],
            };
            let answer = wire.send("GET", &format!("{version}{address}"), None).await;
            let status = answer.status().as_u16();
            let found: Value = answer.json().await.unwrap();
            if (status, &found["id"]) != (200, expected) {
                wrong.push(format!("{version}{form}: {status} {found}"));
            }
            // What is asked of an item follows each of them; a path has a colon before it.
            let colon = if address.contains(":/") && !address.ends_with(':') && form.contains("root:/") {
                ":"
            } else {
                ""
            };
            let list = wire.send("GET", &format!("{version}{address}{colon}/permissions"), None).await;
            if list.status() != 200 {
                wrong.push(format!("{version}{form}/permissions: {}", list.status()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn the_endpoint_of_personal_drives_has_its_own_forms() {
    let wire = Wire::start().await;
    let mut world: Value = serde_json::from_str(&wire.server.world().to_string()).unwrap();
    world["me"] = "sam@outlook.com".into();
    wire.server.set_world(&world.to_string().parse().unwrap());
    let v1 = "/api.onedrive.com/v1.0";
    let item = wire.get(&format!("{v1}/drive/root:/Documents/Recipes.docx")).await;
    let (drive, id) = (item["parentReference"]["driveId"].as_str().unwrap(), item["id"].as_str().unwrap());
    for form in [
        format!("/drive/items/{id}"),
        format!("/drives/{drive}/items/{id}"),
        format!("/drives/{drive}/root:/Documents/Recipes.docx:"),
        "/drive/special/documents:/Recipes.docx:".to_owned(),
    ] {
        assert_eq!(wire.get(&format!("{v1}{form}")).await["id"], item["id"], "{form}");
        assert!(wire.get(&format!("{v1}{form}/permissions")).await["value"].is_array(), "{form}");
    }
}

/// What a share has besides its item.
#[tokio::test]
async fn a_share_has_its_relations() {
    let wire = Wire::start().await;
    let press = "/v1.0/sites/contoso.sharepoint.com:/sites/launch:/drive/root:/Press:";
    let list = wire.get(&format!("{press}/permissions")).await;
    let link = list["value"].as_array().unwrap().iter().find(|entry| entry.get("link").is_some()).unwrap();
    let share = format!("/v1.0/shares/{}", link["shareId"].as_str().unwrap());
    for relation in ["", "/driveItem", "/root", "/listItem", "/list", "/site", "/permission"] {
        assert!(wire.get(&format!("{share}{relation}")).await["id"].is_string(), "{relation}");
    }
}
