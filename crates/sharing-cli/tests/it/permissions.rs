//! `sharing permissions`

use crate::{REPORT, Service, assert_seen, sharing};

/// Ryan Gregg's, on any item.
const RYANS: &str = "aTowIy5mfG1lbWJlcnNoaXB8cnlhbkBjb250b3NvLmNvbQ";

#[test]
fn list_get_and_delete() {
    let service = Service::start();
    let invited =
        service.sharing(&["invite", REPORT, "--to", "ryan@contoso.com", "--role", "write"]).status().unwrap();
    assert!(invited.success());
    assert_seen!(service.sharing(&["permissions", "list", REPORT]));
    assert_seen!(service.sharing(&["permissions", "list", REPORT, "-o", "json"]));
    assert_seen!(service.sharing(&["permissions", "get", REPORT, RYANS]));
    assert_seen!(service.sharing(&["permissions", "delete", REPORT, RYANS]));
    assert_seen!(service.sharing(&["permissions", "get", REPORT, RYANS]));
}

#[test]
fn a_role_is_changed() {
    let service = Service::start();
    let invited =
        service.sharing(&["invite", REPORT, "--to", "ryan@contoso.com", "--role", "write"]).status().unwrap();
    assert!(invited.success());
    assert_seen!(service.sharing(&["permissions", "update", REPORT, RYANS, "--role", "read"]));
    assert_seen!(service.sharing(&["permissions", "update", REPORT, RYANS, "--role", "owner"]));
    assert_seen!(service.sharing(&["permissions", "update", REPORT, RYANS]));
    assert_seen!(service.sharing(&["permissions", "update", REPORT, RYANS, "--expires", "tomorrow"]));
}

#[test]
fn inherited_permissions_are_shown_as_such_and_stay() {
    let service = Service::start();
    let owners = "aTowIy5mfG1lbWJlcnNoaXB8bmFkaWFAY29udG9zby5jb20";
    assert_seen!(service.sharing(&["permissions", "list", "/me/drive/root:/Notes.txt"]));
    assert_seen!(service.sharing(&["permissions", "delete", "/me/drive/root:/Notes.txt", owners]));
}

#[test]
fn what_cannot_be_an_id_is_not_sent() {
    assert_seen!(sharing(&["--sandbox", "permissions", "get", REPORT, "../invite"]));
}
