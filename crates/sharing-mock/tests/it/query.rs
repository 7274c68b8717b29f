//! Which elements, which of their properties, how many at once, and only where something changed.

use serde_json::{Value, json};
use sharing_mock::{MockServer, World};

use crate::{REPORT, Wire};

/// The names in a list.
fn names(list: &Value) -> Vec<&str> {
    list["value"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

/// Where a list goes on, below the server's URL.
fn link<'a>(wire: &Wire, list: &'a Value, name: &str) -> &'a str {
    list[name].as_str().unwrap().strip_prefix(wire.server.url()).unwrap()
}

#[tokio::test]
async fn links_are_told_apart_in_both_spellings() {
    let wire = Wire::start().await;
    let list = format!("/v1.0{REPORT}/permissions");
    for scope in ["anonymous", "organization"] {
        let body = json!({ "type": "view", "scope": scope }).to_string();
        wire.send("POST", &format!("/v1.0{REPORT}/createLink"), Some(&body)).await;
    }
    assert_eq!(wire.get(&list).await["value"].as_array().unwrap().len(), 3);
    for (filter, count) in [
        ("$filter=Link%20ne%20null", 2),
        ("filter=link+ne+null", 2),
        ("$filter=Link ne null and Link/Scope eq 'anonymous'", 1),
        ("$filter=link/scope eq 'users'", 0),
    ] {
        let found = wire.get(&format!("{list}?{filter}")).await;
        assert_eq!(found["value"].as_array().unwrap().len(), count, "{filter}");
    }
    let found = wire.get(&format!("{list}?$filter=link ne null&$select=id,link")).await;
    let first = found["value"][0].as_object().unwrap();
    assert!(
        first.contains_key("id") && first.contains_key("link") && !first.contains_key("roles"),
        "{first:?}"
    );
}

#[tokio::test]
async fn pages_follow_one_another() {
    let wire = Wire::start().await;
    let all = wire.get("/v1.0/drive/root:/Projects:/children").await;
    assert!(all.get("@odata.nextLink").is_none());
    let (mut next, mut seen) =
        ("/v1.0/drive/root:/Projects:/children?$top=2&$select=name".to_owned(), Vec::new());
    loop {
        let page = wire.get(&next).await;
        seen.extend(names(&page).into_iter().map(str::to_owned));
        if page.get("@odata.nextLink").is_none() {
            break;
        }
        assert_eq!(page["value"].as_array().unwrap().len(), 2);
        assert_eq!(page["value"][0].get("size"), None);
        next = link(&wire, &page, "@odata.nextLink").to_owned();
    }
    assert_eq!(seen, names(&all));
}

#[tokio::test]
async fn a_folder_is_read_with_what_is_in_it() {
    let wire = Wire::start().await;
    let folder = wire.get("/v1.0/drive/root:/Projects?$expand=children").await;
    assert_eq!(folder["children"].as_array().unwrap().len(), 3);
    let refused = wire.send("GET", "/v1.0/drive/root?$expand=permissions", None).await;
    assert_eq!(refused.status(), 400);
}

#[tokio::test]
async fn a_folder_is_sorted_by_what_its_drive_knows() {
    let wire = Wire::start().await;
    let names = async |query: &str| {
        let list = wire.get(&format!("/v1.0/drive/root/children?$select=name&{query}")).await;
        names(&list).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let mut sorted = names("").await;
    sorted.sort_by_key(|name| name.to_lowercase());
    assert_eq!(names("$orderby=name").await, sorted);
    sorted.reverse();
    assert_eq!(names("$orderby=name desc").await, sorted);
    assert_eq!(names("$orderby=url desc").await, sorted);
    // The next page goes on in the same order.
    let first = wire.get("/v1.0/drive/root/children?$select=name&$orderby=name desc&$top=1").await;
    let second = wire.get(link(&wire, &first, "@odata.nextLink")).await;
    assert_eq!([&first, &second].map(|page| page["value"][0]["name"].clone()), [&*sorted[0], &*sorted[1]]);

    let mut personal: Value = serde_json::from_str(&World::contoso().to_string()).unwrap();
    personal["me"] = json!("sam@outlook.com");
    let sam = Wire::of(MockServer::builder().world(personal.to_string().parse().unwrap())).await;
    let by_size = sam.get("/v1.0/drive/root/children?orderby=size desc,lastModifiedDateTime,name desc").await;
    assert_eq!(self::names(&by_size), ["Budget.xlsx", "Pictures", "Documents"]);
    for query in ["$orderby=size", "$orderby=name down"] {
        let refused = wire.send("GET", &format!("/v1.0/drive/root/children?{query}"), None).await;
        assert_eq!(refused.status(), 400, "{query}");
    }
    let refused = wire.send("GET", "/v1.0/drive/root/permissions?$orderby=id", None).await;
    assert_eq!(refused.headers()["x-mock-rule"], "query-option");
}

#[tokio::test]
async fn what_others_shared_is_listed_once_and_where_it_is() {
    let wire = Wire::start().await;
    let ryan = "/v1.0/users/ryan@contoso.com/drive/root:/Travel.xlsx:";
    let shared = async || wire.get("/v1.0/me/drive/sharedWithMe()").await;
    let travel = wire.get(ryan).await;
    let list = shared().await;
    let found = list["value"].as_array().unwrap().iter().find(|item| item["id"] == travel["id"]).unwrap();
    assert_eq!(found["name"], "Travel.xlsx");
    assert_eq!(found["remoteItem"]["parentReference"]["driveId"], travel["parentReference"]["driveId"]);
    assert_eq!(
        wire.get("/_api/v2.0/me/drive/oneDrive.sharedWithMe").await["value"][0]["id"],
        list["value"][0]["id"]
    );
    // What lies in a folder that is shared is not told again, nor is what is one's own.
    let own = wire.get(&format!("/v1.0{REPORT}")).await;
    assert!(list["value"].as_array().unwrap().iter().all(|item| item["id"] != own["id"]));
    let path = wire.send("POST", "/v1.0/me/drive/sharedWithMe", Some("{}")).await;
    assert_eq!((path.status().as_u16(), &path.headers()["allow"]), (405, &"GET".parse().unwrap()));
}

#[tokio::test]
async fn a_list_of_changes_goes_on_where_it_ended() {
    let wire = Wire::start().await;
    let first = wire.get("/v1.0/drive/root/delta?$top=4").await;
    assert!(first.get("@odata.deltaLink").is_none());
    // Shared while the pages are read: told after them.
    let invite = json!({ "recipients": [{ "email": "ryan@contoso.com" }], "roles": ["read"] }).to_string();
    wire.post("/v1.0/drive/root:/Notes.txt:/invite", &invite).await;
    let rest = wire.get(link(&wire, &first, "@odata.nextLink")).await;
    let delta = link(&wire, &rest, "@odata.deltaLink").to_owned();
    let changed = wire.get(&delta).await;
    assert_eq!(names(&changed), ["Notes.txt"]);
    let delta = link(&wire, &changed, "@odata.deltaLink");
    assert_eq!(wire.get(delta).await["value"], json!([]));
    assert_eq!(wire.get("/v1.0/drive/root/delta?token=latest").await["value"], json!([]));

    // The same as OData's function writes it.
    for path in [
        "/v1.0/drive/root/delta(token='latest')",
        "/beta/drive/root/microsoft.graph.delta(token=%27latest%27)",
    ] {
        let none = wire.get(path).await;
        assert_eq!(none["value"], json!([]), "{path}");
        assert!(none["@odata.deltaLink"].as_str().unwrap().contains("/root/delta?token="), "{none}");
    }
    assert_ne!(wire.get("/v1.0/drive/root/delta()").await["value"], json!([]));
    let stale = wire.send("GET", "/v1.0/drive/root/delta(token='yesterday')", None).await;
    assert_eq!(stale.status(), 410);
    assert_eq!(wire.send("GET", "/v1.0/drive/root/children(token='latest')", None).await.status(), 400);

    let stale = wire.send("GET", "/v1.0/drive/root/delta?token=yesterday", None).await;
    assert_eq!(stale.status(), 410);
    let fresh = stale.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(fresh, format!("{}/v1.0/drive/root/delta", wire.server.url()));
}

#[tokio::test]
async fn what_did_not_change_is_not_sent_again_and_what_did_is_not_overwritten() {
    let wire = Wire::start().await;
    let item = wire.get(&format!("/v1.0{REPORT}")).await;
    let tag = item["eTag"].as_str().unwrap().to_owned();
    let ask = |method: &str, path: &str, header: &'static str| {
        let method = method.parse::<reqwest::Method>().unwrap();
        let url = format!("{}{path}", wire.server.url());
        wire.http.request(method, url).bearer_auth("any").header(header, &tag)
    };
    let permissions = format!("/v1.0{REPORT}/permissions");
    for path in [&format!("/v1.0{REPORT}"), &permissions] {
        let same = ask("GET", path, "if-none-match").send().await.unwrap();
        assert_eq!(same.status(), 304, "{path}");
        assert_eq!(same.text().await.unwrap(), "");
    }

    let invite = json!({ "recipients": [{ "email": "ryan@contoso.com" }], "roles": ["read"] }).to_string();
    let made = wire.post(&format!("/v1.0{REPORT}/invite"), &invite).await;
    assert_eq!(ask("GET", &permissions, "if-none-match").send().await.unwrap().status(), 200);
    let permission = format!("{permissions}/{}", made["value"][0]["id"].as_str().unwrap());
    let role = json!({ "roles": ["write"] });
    let late = ask("PATCH", &permission, "if-match").json(&role).send().await.unwrap();
    assert_eq!(late.status(), 412);
    assert_eq!(ask("DELETE", &permission, "if-match").send().await.unwrap().status(), 412);
    assert_eq!(wire.get(&permission).await["roles"], json!(["read"]));

    let item = wire.get(&format!("/v1.0{REPORT}")).await;
    let now = wire.http.delete(format!("{}{permission}", wire.server.url())).bearer_auth("any");
    let now = now.header("if-match", item["eTag"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(now.status(), 204);
}
