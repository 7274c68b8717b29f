//! The worlds that are asked, and what is asked of them.

use serde_json::{Value, json};
use sharing_mock::World;

use crate::load::Request;

/// How many files a folder has.
const IN_A_FOLDER: usize = 100;
/// How many items are asked for in turn.
const ASKED: usize = 1_000;

const SITE: &str = "https://contoso-my.sharepoint.com/personal/person0_contoso_com";

fn mail(person: usize) -> String {
    format!("person{person}@contoso.com")
}

// Names are as long in a large world as in a small one, so that what is said of them is, too.

fn folder_name(folder: usize) -> String {
    format!("Folder {folder:04}")
}

fn file_name(file: usize) -> String {
    format!("File {file:02}.docx")
}

/// A drive with so many files, each with so many permissions of its own.
pub(crate) fn of(items: usize, grantees: usize) -> World {
    let users: Vec<Value> = (0..grantees + 10)
        .map(|person| json!({ "displayName": format!("Person {person}"), "mail": mail(person) }))
        .collect();
    let permissions: Vec<Value> = (0..grantees)
        .map(|person| json!({ "to": mail(person), "roles": [if person == 0 { "owner" } else { "read" }] }))
        .collect();
    let folder = |folder: usize| {
        let file = |file| json!({ "name": file_name(file), "size": 1, "permissions": permissions });
        json!({ "name": folder_name(folder), "children": (0..IN_A_FOLDER).map(file).collect::<Vec<_>>() })
    };
    let world = json!({
        "tenant": { "name": "Contoso", "domain": "contoso.com" },
        "me": mail(0),
        "users": users,
        "sites": [{ "url": SITE, "of": mail(0) }],
        "drives": [{
            "type": "business", "name": "Documents", "owner": mail(0), "site": SITE,
            "items": (0..items / IN_A_FOLDER).map(folder).collect::<Vec<_>>()
        }]
    });
    world.to_string().parse().unwrap_or_else(|error| panic!("the world of the bench: {error}"))
}

/// The paths of some items, all over the drive.
fn paths(items: usize) -> impl Iterator<Item = String> {
    (0..ASKED.min(items)).map(move |number| {
        let item = number * (items / ASKED.min(items));
        let (folder, file) = (item / IN_A_FOLDER, item % IN_A_FOLDER);
        let path = [folder_name(folder), file_name(file)].join("/").replace(' ', "%20");
        format!("/v1.0/me/drive/root:/{path}:")
    })
}

pub(crate) fn lists(items: usize) -> Vec<Request> {
    paths(items).map(|path| get(&format!("{path}/permissions"))).collect()
}

pub(crate) fn invitations(items: usize) -> Vec<Request> {
    let person = |number: usize| mail(10 + number % 10);
    paths(items).enumerate().map(|(number, path)| invite(&path, &person(number))).collect()
}

/// Reads and invitations of the sample tenant, half and half.
pub(crate) fn sample() -> Vec<Request> {
    let path = "/v1.0/me/drive/root:/Projects/Quarterly%20report.docx:";
    let list = get(&format!("{path}/permissions"));
    ["ryan@contoso.com", "priya@contoso.com", "kim@fabrikam.com"]
        .into_iter()
        .flat_map(|to| [list.clone(), invite(path, to)])
        .collect()
}

fn get(path: &str) -> Request {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer any\r\n\r\n").into_bytes()
}

fn invite(path: &str, to: &str) -> Request {
    let body = json!({
        "recipients": [{ "email": to }], "roles": ["read"], "message": "Have a look.",
        "requireSignIn": true, "sendInvitation": true
    })
    .to_string();
    format!(
        "POST {path}/invite HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer any\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
