//! What somebody else than the owner may see, and what a personal drive tells of whom.

use serde_json::{Value, json};
use sharing_model::SharingUrl;

use crate::{REPORT, Wire};

/// From now on any token speaks for somebody else, in the same state.
fn speak_for(wire: &Wire, who: &str) {
    let mut world: Value = serde_json::from_str(&wire.server.world().to_string()).unwrap();
    world["me"] = who.into();
    wire.server.set_world(&world.to_string().parse().unwrap());
}

/// The same address for everybody.
async fn by_id(wire: &Wire, path: &str) -> String {
    let item = wire.get(path).await;
    let drive = item["parentReference"]["driveId"].as_str().unwrap();
    format!("/drives/{drive}/items/{}", item["id"].as_str().unwrap())
}

async fn status(wire: &Wire, method: &str, path: &str, body: Option<&str>) -> u16 {
    wire.send(method, path, body).await.status().as_u16()
}

fn invitation(who: &[&str], sign_in: bool) -> String {
    let recipients: Vec<Value> = who.iter().map(|email| json!({ "email": email })).collect();
    json!({ "recipients": recipients, "requireSignIn": sign_in, "sendInvitation": true, "roles": ["read"] })
        .to_string()
}

#[tokio::test]
async fn others_see_what_is_theirs_and_no_url() {
    let wire = Wire::start().await;
    let item = format!("/v1.0{}", by_id(&wire, &format!("/v1.0{REPORT}")).await);
    wire.post(&format!("{item}/invite"), &invitation(&["priya@contoso.com", "tomas@contoso.com"], true))
        .await;
    for scope in ["organization", "users"] {
        let link = json!({ "type": "edit", "scope": scope }).to_string();
        assert_eq!(status(&wire, "POST", &format!("{item}/createLink"), Some(&link)).await, 201);
    }
    let all = wire.get(&format!("{item}/permissions")).await;
    let all = all["value"].as_array().unwrap();
    assert_eq!(all.len(), 5);
    assert!(all.iter().all(|entry| entry["shareId"].is_string()));
    let id = |name: &str| {
        let entry = all.iter().find(|entry| entry["grantedTo"]["user"]["displayName"] == name);
        entry.unwrap()["id"].as_str().unwrap().to_owned()
    };

    speak_for(&wire, "priya@contoso.com");
    let seen = wire.get(&format!("{item}/permissions")).await;
    let [own, link] = &seen["value"].as_array().unwrap()[..] else { panic!("{seen}") };
    assert_eq!(own["grantedTo"]["user"]["displayName"], "Priya Raman");
    assert_eq!(link["link"]["scope"], "organization");
    assert!(!seen.to_string().contains("shareId") && !seen.to_string().contains("webUrl"), "{seen}");
    assert_eq!(status(&wire, "GET", &format!("{item}/permissions/{}", id("Priya Raman")), None).await, 200);
    assert_eq!(status(&wire, "GET", &format!("{item}/permissions/{}", id("Nadia Okafor")), None).await, 404);
    assert_eq!(
        status(&wire, "POST", &format!("{item}/invite"), Some(&invitation(&["kim@fabrikam.com"], true)))
            .await,
        403
    );

    speak_for(&wire, "ryan@contoso.com");
    assert_eq!(
        status(&wire, "GET", &format!("{item}/permissions"), None).await,
        404,
        "it is not there for him"
    );
}

#[tokio::test]
async fn a_link_gives_lasting_access_to_who_prefers_that() {
    let wire = Wire::start().await;
    let item = format!("/v1.0{}", by_id(&wire, &format!("/v1.0{REPORT}")).await);
    let make = async |scope: &str| {
        let body = json!({ "type": "view", "scope": scope }).to_string();
        let made: Value =
            wire.send("POST", &format!("{item}/createLink"), Some(&body)).await.json().await.unwrap();
        let url: SharingUrl = made["link"]["webUrl"].as_str().unwrap().parse().unwrap();
        format!("{}/v1.0/shares/{}/driveItem", wire.server.url(), url.token())
    };
    let (for_all, for_others) = (make("organization").await, make("users").await);
    speak_for(&wire, "ryan@contoso.com");
    let ask = async |share: &str, prefer: Option<&str>| {
        let mut request = wire.http.get(share).bearer_auth("any");
        if let Some(prefer) = prefer {
            request = request.header("prefer", prefer);
        }
        request.send().await.unwrap().status().as_u16()
    };
    for once in [None, Some("redeemSharingLinkIfNecessary")] {
        assert_eq!(ask(&for_all, once).await, 200, "{once:?}");
        assert_eq!(status(&wire, "GET", &item, None).await, 404, "{once:?}: access is over with the request");
    }
    assert_eq!(ask(&for_others, Some("redeemSharingLink")).await, 403);
    assert_eq!(status(&wire, "GET", &item, None).await, 404);
    assert_eq!(ask(&for_all, Some("respond-async, redeemSharingLink")).await, 200);
    assert_eq!(status(&wire, "GET", &item, None).await, 200);
    assert_eq!(status(&wire, "GET", &format!("{item}/permissions"), None).await, 200);
}

#[tokio::test]
async fn a_mail_that_does_not_arrive_is_told_and_takes_no_access_back() {
    let wire = Wire::start().await;
    let beta = format!("/beta{REPORT}");
    let both = invitation(&["ryan@contoso.com", "dana@contoso.com"], true);
    let answer = wire.send("POST", &format!("{beta}/invite"), Some(&both)).await;
    assert_eq!(answer.status(), 207);
    let answer: Value = answer.json().await.unwrap();
    insta::assert_json_snapshot!(answer["value"]);
    let mails: Vec<_> = wire.server.outbox().into_iter().map(|mail| mail.to).collect();
    assert_eq!(mails, ["ryan@contoso.com"]);
    let list = wire.get(&format!("{beta}/permissions")).await.to_string();
    assert!(list.contains("Dana Fischer"), "{list}");
    // Nobody is to be mailed: nothing can fail.
    let silent = both.replace("\"sendInvitation\":true", "\"sendInvitation\":false");
    assert_eq!(status(&wire, "POST", &format!("{beta}/invite"), Some(&silent)).await, 200);
}

#[tokio::test]
async fn a_personal_drive_tells_from_where_and_hides_links_from_all_but_its_owner() {
    let wire = Wire::start().await;
    speak_for(&wire, "sam@outlook.com");
    let folder = format!("/v1.0{}", by_id(&wire, "/v1.0/me/drive/root:/Documents").await);
    let file = format!("/v1.0{}", by_id(&wire, "/v1.0/me/drive/root:/Documents/Recipes.docx").await);
    wire.post(&format!("{folder}/invite"), &invitation(&["kim@fabrikam.com"], false)).await;
    assert!(wire.server.accept("kim@fabrikam.com"));
    let link = json!({ "type": "view", "scope": "users", "recipients": [{ "email": "kim@fabrikam.com" }] })
        .to_string();
    assert_eq!(status(&wire, "POST", &format!("{folder}/createLink"), Some(&link)).await, 201);

    let own = wire.get(&format!("{file}/permissions")).await;
    let of_folder = wire.get(&format!("{folder}/permissions")).await;
    for (entry, above) in own["value"].as_array().unwrap().iter().zip(of_folder["value"].as_array().unwrap())
    {
        let mut entry = entry.clone();
        let from = entry.as_object_mut().unwrap().remove("inheritedFrom").unwrap();
        assert_eq!(&entry, above, "what is inherited is the entry above");
        assert!(folder.ends_with(from["id"].as_str().unwrap()), "{from}");
    }
    // The owner's facet is no link, and leads to the folder all the same.
    let url: SharingUrl = own["value"][0]["link"]["webUrl"].as_str().unwrap().parse().unwrap();
    let led = wire.get(&format!("/v1.0/shares/{}/driveItem", url.token())).await;
    assert_eq!(led["name"], "Documents");

    speak_for(&wire, "kim@fabrikam.com");
    let kims = wire.get(&format!("{file}/permissions")).await;
    assert!(!kims.to_string().contains("webUrl"), "{kims}");
    insta::assert_json_snapshot!(json!({ "sam": own["value"], "kim": kims["value"] }));
}
