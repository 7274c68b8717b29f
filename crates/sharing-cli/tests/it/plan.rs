//! `sharing plan`

use std::fs;

use sharing_mock::MockServer;

use crate::{Service, assert_seen, sharing};

/// The workspace's folder, where the README's commands are typed.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The tenant that the larger examples are about.
fn rollout() -> Service {
    let world = fs::read_to_string(format!("{ROOT}/examples/world.json")).unwrap().parse().unwrap();
    Service::with(MockServer::builder().world(world))
}

#[test]
fn the_example_as_a_diff() {
    assert_seen!(sharing(&["--sandbox", "plan", "examples/access-list.csv", "--all"]));
}

#[test]
fn the_rollout_has_two_hundred_rows_that_can_all_be_made_so() {
    let service = rollout();
    assert_seen!(service.sharing(&["validate", "examples/rollout.csv"]));
    assert_seen!(service.sharing(&["plan", "examples/rollout.csv", "--all", "--exit-code"]));
    assert_seen!(sharing(&["validate", "examples/rollout-with-faults.csv"]));
    // Nothing is asked while a fault stands.
    let before = service.server().requests().len();
    assert!(
        !service.sharing(&["plan", "examples/rollout-with-faults.csv"]).output().unwrap().status.success()
    );
    assert_eq!(service.server().requests().len(), before);
}

#[test]
fn what_changes_what_goes_and_what_is_refused() {
    let service = rollout();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("list.ndjson");
    let fabrikam =
        "/drives/b!M2A9Q3txwlKOzfHm0q5GiCNdACSRRdhTmF7tH5MkY7lAGHzPkKerXaOHykfnVt-9/root:/Contracts/Fabrikam";
    let row = |item: &str, recipient: &str, role: &str| {
        serde_json::json!({ "item": item, "recipient": recipient, "role": role }).to_string() + "\n"
    };
    let list = [
        row(fabrikam, "amara.adeyemi@contoso.com", "write"),
        row(fabrikam, "bruno.costa@contoso.com", "read"),
        row(fabrikam, "projects@contoso.com", "read"),
        row("/me/drive/root:/Notes.txt", "kim@fabrikam.com", "read"),
        row("/me/drive/root:/Notes.txt", "kim@fabrikam.com", "write"),
        row("/me/drive/root:/gone.txt", "kim@fabrikam.com", "read"),
    ];
    fs::write(&file, list.concat()).unwrap();
    let file = file.to_str().unwrap();
    assert_seen!(service.sharing(&["plan", file, "--prune", "--exit-code"]));
    let before = service.server().outbox().len();
    let saved = service.sharing(&["plan", file, "--prune", "-o", "json"]).output().unwrap();
    assert_eq!((saved.status.code(), before), (Some(3), 0));
    insta::with_settings!({ filters => vec![
        (r"127\.0\.0\.1:\d+", "[host]"),
        (r"\x22/tmp/[^\x22]*/", "\"[folder]/"),
        (r"\d{4}-\d\d-\d\dT[0-9:.]+Z", "[time]"),
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", "[request-id]"),
    ] }, {
        insta::assert_snapshot!(String::from_utf8(saved.stdout).unwrap());
    });
}

#[test]
fn a_list_that_asks_for_nothing_new() {
    let service = rollout();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("list.json");
    let item = "/drives/b!M2A9Q3txwlKOzfHm0q5GiCNdACSRRdhTmF7tH5MkY7lAGHzPkKerXaOHykfnVt-9/root:/Contracts/Fabrikam/Amendment.docx";
    let list = serde_json::json!([{ "item": item, "recipient": "bruno.costa@contoso.com", "role": "read" }]);
    fs::write(&file, list.to_string()).unwrap();
    assert_seen!(service.sharing(&["plan", file.to_str().unwrap(), "--all", "--exit-code"]));
}

#[test]
fn a_review_that_strikes_all_rows_of_an_item_but_its_owners() {
    let service = Service::start();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (list, plan, journal) = (path("reviewed.csv"), path("plan.json"), path("runs.db"));
    let run = |arguments: &[&str]| {
        let mut command = service.sharing(arguments);
        command.env("SHARING_JOURNAL", &journal);
        command
    };
    for to in ["ryan@contoso.com", "priya@contoso.com"] {
        let invited = run(&["invite", "me:/Notes.txt", "--to", to, "--role", "read", "--no-notify"]);
        assert!({ invited }.output().unwrap().status.success());
    }
    let is_struck = |row: &&str| row.contains(",direct,") || row.contains(",invited,");
    let audit = || {
        let audited = run(&["audit", "me:/", "-r", "-o", "csv"]).output().unwrap().stdout;
        String::from_utf8(audited).unwrap()
    };
    let (before, mut reviewed) = (audit(), String::new());
    assert_eq!(before.lines().filter(is_struck).count(), 2);
    before.lines().filter(|row| !is_struck(row)).for_each(|row| reviewed += &format!("{row}\n"));
    fs::write(&list, reviewed).unwrap();

    assert_seen!(run(&["diff", &list, "live"]));
    assert_seen!(run(&["plan", &list]));
    assert_seen!(run(&["plan", &list, "--prune"]));
    // Who could not be taken off is told, and the shell, too.
    // Ryan's: which of the two requests comes first is not said.
    let ryan = "/v1.0/**/permissions/aTowIy5mfG1lbWJlcnNoaXB8cnlhbkBjb250b3NvLmNvbQ";
    let matched = serde_json::json!({ "methods": ["DELETE"], "path": ryan });
    let fault = serde_json::json!({ "match": matched, "times": 1, "then": { "status": 403 } });
    service.server().add_fault(serde_json::from_value(fault).unwrap()).unwrap();
    assert_seen!(run(&["apply", &list, "--prune"]));
    // A saved plan has the items, too.
    let saved = run(&["plan", &list, "--prune", "-o", "json"]).output().unwrap().stdout;
    fs::write(&plan, saved).unwrap();
    assert_seen!(run(&["apply", &plan]));
    assert_eq!(audit().lines().find(is_struck), None);
}

#[test]
fn an_item_that_is_only_named_and_that_nobody_finds() {
    let service = Service::start();
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("reviewed.csv");
    fs::write(&list, "item,recipient,role,how\n/drive/root:/gone.txt,nadia@contoso.com,owner,owner\n")
        .unwrap();
    assert_seen!(service.sharing(&["plan", list.to_str().unwrap(), "--prune"]));
}

#[test]
fn a_guest_whom_an_earlier_run_invited_is_not_planned_again() {
    let service = Service::start();
    let folder = tempfile::tempdir().unwrap();
    let (list, journal) = (folder.path().join("list.csv"), folder.path().join("runs.db"));
    fs::write(&list, "item,recipient,role,notify\n/drive/root:/Notes.txt,kim@fabrikam.com,read,true\n")
        .unwrap();
    let list = list.to_str().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = service.sharing(arguments);
        command.env("SHARING_JOURNAL", &journal);
        command
    };
    // Where there is no journal, none is made.
    assert!(crate::seen(&mut run(&["plan", list])).contains("+ kim@fabrikam.com  read, with a mail"));
    assert!(!journal.exists());
    assert!(run(&["apply", list]).output().unwrap().status.success());
    assert_seen!(run(&["plan", list, "--all", "--exit-code"]));
}
