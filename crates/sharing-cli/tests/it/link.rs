//! `sharing link`

use std::fs;

use crate::{REPORT, Service, assert_seen, sharing};

#[test]
fn a_link_is_made_and_listed() {
    let service = Service::start();
    assert_seen!(service.sharing(&["link", "create", REPORT, "--type", "view", "--scope", "organization"]));
    let people = [
        "link",
        "create",
        REPORT,
        "--type",
        "edit",
        "--scope",
        "users",
        "--to",
        "ryan@contoso.com",
        "--notify",
    ];
    assert_seen!(service.sharing(&people));
    assert_eq!(service.server().outbox().len(), 1);
    assert_seen!(service.sharing(&["permissions", "list", REPORT]));
}

#[test]
fn every_fault_at_once() {
    assert_seen!(sharing(&[
        "--sandbox",
        "link",
        "create",
        "/me/messages",
        "--type",
        "veiw",
        "--scope",
        "everybody",
        "--to",
        "ryan@"
    ]));
}

#[test]
fn a_password_comes_from_a_file_and_shows_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    fs::write(&file, "correct-horse\n").unwrap();
    let mut command =
        sharing(&["--sandbox", "-o", "json", "link", "create", REPORT, "--type", "view", "--password-file"]);
    let output = command.arg(&file).output().unwrap();
    let link: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(link["hasPassword"], true);
    for stream in [output.stdout, output.stderr] {
        assert!(!String::from_utf8(stream).unwrap().contains("correct-horse"));
    }
}
