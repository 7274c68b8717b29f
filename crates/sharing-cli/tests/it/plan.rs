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
