//! `sharing revoke`

use std::{fs, process::Command};

use serde_json::json;
use sharing_mock::{MockServer, World};

use crate::{Service, assert_seen, audit::world, sharing};

/// The program in a sandbox of that world.
fn revoke(world: &str, who: &str, arguments: &[&str]) -> Command {
    let fixed = ["--sandbox", "--world", world, "revoke", "--under", "/drive/root", "--from", who];
    sharing(&[&fixed, arguments].concat())
}

#[test]
fn what_would_be_taken_away_is_shown_first() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(&folder);
    assert_seen!(revoke(&world, "ryan@contoso.com", &[]));
    assert_seen!(revoke(&world, "ryan@contoso.com", &["-o", "json"]));
    assert_seen!(revoke(&world, "ryan@contoso.com", &["--yes"]));
    // An owner keeps what is theirs, and of whom nobody knows there is nothing to take.
    assert_seen!(revoke(&world, "nadia@contoso.com", &["--yes"]));
    assert_seen!(revoke(&world, "nobody@contoso.com", &["--yes"]));
    assert_seen!(sharing(&["--sandbox", "revoke", "--from", "ryan@contoso.com", "--under", "nowhere"]));
}

/// What an audit of the service's drive says, as CSV.
fn audited(service: &Service) -> Vec<String> {
    let output = service.sharing(&["audit", "/drive/root", "-r", "-o", "csv"]).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// Access of one's own, and one's place on a link for certain people: both go over the wire, and nothing else does.
#[test]
fn what_was_taken_away_is_gone_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let file = fs::read_to_string(world(&folder)).unwrap();
    let service = Service::with(MockServer::builder().world(file.parse::<World>().unwrap()));
    let before = audited(&service);
    let theirs = |line: &&String| line.contains("ryan@contoso.com");
    assert_eq!(before.iter().filter(theirs).count(), 2);

    let journal = folder.path().join("runs.db");
    let mut revoke =
        service.sharing(&["revoke", "--under", "/drive/root", "--from", "ryan@contoso.com", "--yes"]);
    assert_seen!(revoke.arg("--journal").arg(&journal));

    let asked = service.server().requests();
    let changes = asked.iter().filter_map(|request| request.action).filter(|action| {
        !["batch", "get item", "get drive", "list permissions", "list children", "list changes"]
            .contains(action)
    });
    let mut changes: Vec<_> = changes.collect();
    changes.sort_unstable();
    assert_eq!(changes, ["delete permission", "revoke grants"]);
    let left: Vec<_> = before.iter().filter(|line| !theirs(line)).cloned().collect();
    assert_eq!(audited(&service), left);
    // The run is written down like any other.
    let shown = service.sharing(&["runs", "list", "-o", "json"]).arg("--journal").arg(&journal).output();
    let shown = String::from_utf8(shown.unwrap().stdout).unwrap();
    assert!(shown.contains("revoke from ryan@contoso.com under /drive/root"), "{shown}");
}

#[test]
fn what_is_refused_or_not_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(&folder);
    let faults = json!({ "faults": [
        { "match": { "actions": ["list permissions"], "item": "/Secret" }, "then": { "preset": "accessDenied" } },
        { "match": { "actions": ["delete permission"] }, "then": { "preset": "accessDenied" } },
    ] });
    let path = folder.path().join("faults.json");
    fs::write(&path, faults.to_string()).unwrap();
    assert_seen!(revoke(&world, "ryan@contoso.com", &["--yes", "--faults", path.to_str().unwrap()]));
}

#[test]
fn a_name_that_several_have_is_nobodys() {
    let folder = tempfile::tempdir().unwrap();
    let path = world(&folder);
    let text = fs::read_to_string(&path).unwrap().replace("Priya Raman", "Ryan Gregg");
    fs::write(&path, text).unwrap();
    assert_seen!(revoke(&path, "Ryan Gregg", &["--yes"]));
    assert_seen!(revoke(&path, "mail:RYAN@contoso.com", &[]));
}
