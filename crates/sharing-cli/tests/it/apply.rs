//! `sharing apply` and `sharing runs`.

use std::{fs, path::Path};

use sharing_mock::MockServer;
use tempfile::TempDir;

use crate::{Service, assert_seen, sharing};

const LIST: &str = "item,recipient,role,notify\n\
    /drive/root:/Notes.txt,ryan@contoso.com,write,true\n\
    /drive/root:/Notes.txt,priya@contoso.com,read,\n\
    /drive/root:/Notes.txt,nobody@contoso.com,read,\n\
    /drive/root:/Projects/Quarterly report.docx,kim@fabrikam.com,read,true\n\
    /drive/root:/Gone.docx,ryan@contoso.com,read,\n";

fn list(folder: &Path) -> String {
    let path = folder.join("access.csv");
    fs::write(&path, LIST).unwrap();
    path.to_str().unwrap().to_owned()
}

fn journal(folder: &TempDir) -> String {
    folder.path().join("runs.db").to_str().unwrap().to_owned()
}

#[test]
fn a_list_is_applied_and_each_row_has_its_word() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start();
    let (list, journal) = (list(folder.path()), journal(&folder));
    let run = |arguments: &[&str]| {
        let mut command = service.sharing(arguments);
        command.env("SHARING_JOURNAL", &journal);
        command
    };
    assert_seen!(run(&["apply", &list]));
    assert_seen!(run(&["runs", "show", "1"]));
    assert_seen!(run(&["runs", "report", "1"]));
    assert_seen!(run(&["runs", "report", "1", "-o", "csv"]));
    let page = crate::seen(&mut run(&["runs", "report", "1", "-o", "html"]));
    assert!(page.contains("\n<!doctype html>") && page.contains("kim@fabrikam.com"));
    let lines = crate::seen(&mut run(&["runs", "report", "1", "-o", "ndjson"]));
    assert_eq!(lines.matches("{\"line\":").count(), 5, "{lines}");
    assert_seen!(run(&["runs", "retry", "1", "--only", "unresolved"]));
    assert_seen!(run(&["runs", "undo", "1"]));
    assert_seen!(run(&["runs", "undo", "1", "--yes"]));
    assert_eq!(service.server().outbox().len(), 2);
}

#[test]
fn a_dry_run_shows_each_request_and_sends_none() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start();
    assert_seen!(service.sharing(&["apply", &list(folder.path()), "--dry-run"]));
    assert!(service.server().outbox().is_empty());
}

#[test]
fn a_list_with_faults_is_not_begun() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("access.csv");
    fs::write(
        &path,
        "item,recipient,role\n/drive/root:/a,ryan@,read\n/drive/root:/a,kim@fabrikam.com,owner\n",
    )
    .unwrap();
    assert_seen!(sharing(&["--sandbox", "apply", path.to_str().unwrap()]));
}

#[test]
fn a_password_is_no_argument_and_never_shows() {
    let url = "postgres://ops:hunter2@127.0.0.1:1/runs";
    let shown = crate::seen(&mut sharing(&["--sandbox", "runs", "list", "--journal", url]));
    assert!(shown.starts_with("exit code: 2") && !shown.contains("hunter2"), "{shown}");
    let mut command = sharing(&["--sandbox", "runs", "list"]);
    let shown = crate::seen(command.env("SHARING_JOURNAL", url));
    assert!(shown.starts_with("exit code: 1") && !shown.contains("hunter2"), "{shown}");
    assert!(shown.contains("ops:***@127.0.0.1"), "{shown}");
    assert_seen!(sharing(&["--sandbox", "runs", "show", "7"]));
}

#[test]
fn the_shell_is_told_that_the_time_is_up() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start();
    let run = |arguments: &[&str]| {
        let mut command = service.sharing(arguments);
        command.env("SHARING_JOURNAL", journal(&folder));
        command
    };
    assert_seen!(run(&["apply", &list(folder.path()), "--until", "2026-01-31T06:00:00Z"]));
    assert!(service.server().outbox().is_empty());
    assert_seen!(run(&["runs", "resume", "1"]));
    assert_eq!(service.server().outbox().len(), 2);
}

#[test]
fn the_shell_is_told_that_something_was_granted_and_does_not_show() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start();
    let path = folder.path().join("access.csv");
    fs::write(&path, "item,recipient,role\n/drive/root:/Notes.txt,ryan@contoso.com,write\n").unwrap();
    let stale = r#"{ "match": { "actions": ["list permissions"] }, "then": { "staleChanges": 1 } }"#;
    service.server().add_fault(serde_json::from_str(stale).unwrap()).unwrap();
    let mut command = service.sharing(&["apply", path.to_str().unwrap(), "--read-back"]);
    assert_seen!(command.env("SHARING_JOURNAL", journal(&folder)));
}

#[test]
fn a_saved_plan_is_made_so_unless_the_world_has_moved() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start();
    let run = |arguments: &[&str]| {
        let mut command = service.sharing(arguments);
        command.env("SHARING_JOURNAL", journal(&folder));
        command
    };
    let saved = run(&["plan", &list(folder.path()), "-o", "json"]).output().unwrap().stdout;
    let plan = folder.path().join("access.plan");
    fs::write(&plan, &saved).unwrap();
    let plan = plan.to_str().unwrap();
    assert_seen!(run(&["apply", plan, "--prune"]));

    // Somebody else gives access meanwhile.
    let invited = ["invite", "/drive/root:/Notes.txt", "--to", "tomas@contoso.com", "--role", "read"];
    assert!(run(&[&invited[..], &["--no-notify"]].concat()).status().unwrap().success());
    let before = service.server().requests().len();
    assert_seen!(run(&["apply", plan]));
    assert!(service.server().requests()[before..].iter().all(|asked| !asked.path.ends_with("/invite")));
    assert_seen!(run(&["apply", plan, "--replan"]));
    assert_eq!(service.server().outbox().len(), 2);
    let lines = crate::seen(&mut run(&["runs", "report", "2"]));
    assert!(lines.contains("\n6     /drive/root:/Gone.docx"), "{lines}");

    // Cut off, it is none.
    let half = folder.path().join("half.plan");
    let end = saved.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    fs::write(&half, &saved[..end]).unwrap();
    assert_seen!(run(&["apply", half.to_str().unwrap()]));
    let other = Service::start();
    let elsewhere = crate::seen(&mut other.sharing(&["apply", plan]));
    assert!(
        elsewhere.starts_with("exit code: 2") && elsewhere.contains("it was made for http"),
        "{elsewhere}"
    );
}

#[test]
fn the_example_is_applied_in_the_sandbox() {
    let mut sandbox = sharing(&["--sandbox", "apply", "examples/access-list.csv"]);
    assert_seen!(sandbox.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")));
}

#[test]
fn the_rollout_is_applied_and_applied_again_they_write_nothing() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let folder = tempfile::tempdir().unwrap();
    let world = fs::read_to_string(format!("{root}/examples/world.json")).unwrap().parse().unwrap();
    let service = Service::with(MockServer::builder().world(world));
    let apply = || {
        let mut command = service.sharing(&["apply", "examples/rollout.csv", "--limits", "none"]);
        command.current_dir(root).env("SHARING_JOURNAL", journal(&folder));
        crate::seen(&mut command)
    };
    let first = apply();
    assert!(first.starts_with("exit code: 0"), "{first}");
    let (requests, mails) = (service.server().requests().len(), service.server().outbox().len());
    assert!(mails > 0);
    let second = apply();
    assert!(second.starts_with("exit code: 0"), "{second}");
    assert_eq!(service.server().outbox().len(), mails);
    for asked in &service.server().requests()[requests..] {
        let is_read = asked.method.as_ref() == "GET" || asked.path.ends_with("$batch");
        assert!(is_read, "{} {}", asked.method, asked.path);
    }
}
