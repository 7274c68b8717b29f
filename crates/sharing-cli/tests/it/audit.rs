//! `sharing audit`

use std::fs;

use serde_json::json;

use crate::{assert_seen, sharing};

/// A drive on which all ways of having access come up. A fault keeps one item's permissions from being read.
pub(crate) fn world(folder: &tempfile::TempDir) -> String {
    let owner = json!({ "to": "nadia@contoso.com", "roles": ["owner"] });
    let user = |name: &str, mail: &str| json!({ "displayName": name, "mail": mail });
    let world = json!({
        "tenant": { "name": "Contoso", "domain": "contoso.com" },
        "me": "nadia@contoso.com",
        "users": [
            user("Nadia Okafor", "nadia@contoso.com"), user("Ryan Gregg", "ryan@contoso.com"),
            user("Priya Raman", "priya@contoso.com"),
            { "displayName": "Megan Bowen", "mail": "megan@fabrikam.com", "userType": "guest", "externalUserState": "accepted" },
        ],
        "groups": [{ "displayName": "Reviewers", "kind": "security", "mail": "reviewers@contoso.com", "members": ["priya@contoso.com"] }],
        "sites": [{ "url": "https://contoso-my.sharepoint.com/personal/nadia_contoso_com", "of": "nadia@contoso.com" }],
        "drives": [{
            "type": "business", "owner": "nadia@contoso.com", "name": "Documents",
            "site": "https://contoso-my.sharepoint.com/personal/nadia_contoso_com",
            "items": [
                { "name": "Press", "permissions": [
                    owner, { "to": "reviewers@contoso.com", "roles": ["read"] },
                    { "to": "megan@fabrikam.com", "roles": ["write"], "expires": "2027-01-31T00:00:00Z" },
                  ],
                  "links": [
                    { "type": "view", "scope": "anonymous", "expires": "2099-01-01T00:00:00Z" },
                    { "type": "edit", "scope": "users", "users": ["ryan@contoso.com"] },
                  ],
                  "children": [{ "name": "Logo.png" }, { "name": "=Plan.docx", "permissions": [owner, { "to": "ryan@contoso.com", "roles": ["read"] }] }] },
                { "name": "Secret", "permissions": [owner, { "to": "priya@contoso.com", "roles": ["read"] }], "children": [{ "name": "Notes.txt" }] },
                { "name": "Private.txt" },
            ],
        }],
    });
    let path = folder.path().join("world.json");
    fs::write(&path, world.to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The program on that drive.
fn audit(world: &str, arguments: &[&str]) -> std::process::Command {
    sharing(&[&["--sandbox", "--world", world, "audit"], arguments].concat())
}

#[test]
fn a_whole_drive_by_its_changes() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(&folder);
    assert_seen!(audit(&world, &["/drive/root", "--recursive"]));
    for format in ["csv", "json", "ndjson"] {
        assert_seen!(audit(&world, &["/drive/root", "--recursive", "-o", format]));
    }
}

#[test]
fn a_folder_by_its_children() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(&folder);
    assert_seen!(audit(&world, &["/me/drive/root:/Press", "-r"]));
    // What is inherited shows as such on an item of its own.
    assert_seen!(audit(&world, &["/drive/root:/Press/Logo.png"]));
}

#[test]
fn filters() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(&folder);
    for filter in [
        &["--external"][..],
        &["--external", "--domain", "contoso.com", "--domain", "fabrikam.com"],
        &["--links"],
        &["--expiring-within", "520w"],
        &["--grantee", "Ryan Gregg"],
        &["--grantee", "mail:RYAN@contoso.com", "--direct"],
    ] {
        assert_seen!(audit(&world, &[&["/drive/root", "-r", "-o", "csv"], filter].concat()));
    }
    assert_seen!(audit(&world, &["/drive/root:/Press/Logo.png", "--inherited", "-o", "csv"]));
    assert_seen!(audit(&world, &["/drive/root", "--expiring-within", "soon"]));
}

#[test]
fn what_cannot_be_read_is_a_row_and_an_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(&folder);
    let faults = json!({ "faults": [
        { "match": { "actions": ["list permissions"], "item": "/Press" }, "then": { "preset": "accessDenied" } },
        { "match": { "actions": ["list children"], "item": "/Secret" }, "then": { "preset": "accessDenied" } },
    ] });
    let path = folder.path().join("faults.json");
    fs::write(&path, faults.to_string()).unwrap();
    let faults = path.to_str().unwrap();
    assert_seen!(audit(&world, &["/drive/root", "-r", "--faults", faults]));
    assert_seen!(audit(&world, &["/drive/root", "-r", "--faults", faults, "-o", "csv"]));
    assert_seen!(audit(&world, &["/drive/root:/Secret", "-r", "--faults", faults, "-o", "csv"]));
    assert_seen!(audit(&world, &["/drive/root:/Nowhere", "-r", "-o", "csv"]));
}

#[test]
fn what_is_no_world_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.json");
    fs::write(
        &path,
        r#"{ "tenant": { "name": "Contoso", "domain": "contoso.com" }, "me": "nadia@contoso.com" }"#,
    )
    .unwrap();
    assert_seen!(audit(path.to_str().unwrap(), &["/drive/root"]));
    assert_seen!(sharing(&["audit", "/drive/root", "--world", "world.json"]));
    assert_seen!(sharing(&["--sandbox", "--limits", "2k", "audit", "/drive/root"]));
}

#[test]
fn what_it_writes_is_an_access_list() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(&folder);
    for format in ["csv", "json", "ndjson"] {
        let list = folder.path().join(format!("list.{format}"));
        let written = audit(&world, &["/drive/root", "-r", "-o", format]).output().unwrap();
        fs::write(&list, written.stdout).unwrap();
        assert_seen!(sharing(&["validate", list.to_str().unwrap()]));
    }
}
