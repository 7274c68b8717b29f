//! The program as a whole: help, sign-in, and where a token goes.

use std::fs;

use crate::{REPORT, Service, assert_seen, sharing};

#[test]
fn without_a_token_nothing_is_asked() {
    assert_seen!(sharing(&["permissions", "list", REPORT]));
    assert_seen!(sharing(&["permissions", "list", REPORT, "--token-file", "/nowhere/token"]));
}

#[test]
fn a_token_comes_from_a_file_and_shows_nowhere() {
    let service = Service::start();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    fs::write(&file, "a-very-secret-token\n").unwrap();
    let output =
        sharing(&["permissions", "list", "/drive/root:/Missing", "--endpoint", service.server().url()])
            .arg("--token-file")
            .arg(&file)
            .output()
            .unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("404 Not Found, itemNotFound"), "{error}");
    assert!(!error.contains("a-very-secret-token"));
}

#[test]
fn a_token_never_goes_in_the_clear() {
    assert_seen!(
        sharing(&["permissions", "list", REPORT, "--endpoint", "http://graph.microsoft.com/v1.0"])
            .env("SHARING_TOKEN", "any")
    );
}

#[test]
fn nobody_there() {
    assert_seen!(
        sharing(&["permissions", "list", REPORT, "--endpoint", "http://127.0.0.1:1"])
            .env("SHARING_TOKEN", "any")
    );
}

#[test]
fn the_sandbox_is_no_place_for_an_endpoint() {
    assert_seen!(sharing(&["--sandbox", "--endpoint", "http://127.0.0.1:1", "permissions", "list", REPORT]));
}

#[test]
fn the_environment_says_the_endpoint_unless_the_sandbox_is_asked_for() {
    let nowhere = "http://127.0.0.1:1";
    let status = |arguments: &[&str]| {
        let mut command = sharing(arguments);
        let output = command.env("SHARING_ENDPOINT", nowhere).env("SHARING_TOKEN", "any").output().unwrap();
        output.status.code()
    };
    assert_eq!(status(&["permissions", "list", REPORT]), Some(1));
    assert_eq!(status(&["--sandbox", "permissions", "list", REPORT]), Some(0));
}

#[test]
fn a_dry_run_shows_the_request_and_sends_nothing() {
    let service = Service::start();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    fs::write(&file, "correct-horse").unwrap();
    let ryan = "aTowIy5mfG1lbWJlcnNoaXB8cnlhbkBjb250b3NvLmNvbQ";
    assert_seen!(service.sharing(&[
        "invite",
        REPORT,
        "--to",
        "ryan@contoso.com",
        "--role",
        "write",
        "--dry-run"
    ]));
    let file = file.to_str().unwrap();
    assert_seen!(service.sharing(&[
        "link",
        "create",
        REPORT,
        "--type",
        "view",
        "--dry-run",
        "--password-file",
        file
    ]));
    assert_seen!(service.sharing(&["permissions", "update", REPORT, ryan, "--role", "read", "--dry-run"]));
    assert_seen!(service.sharing(&["permissions", "delete", REPORT, ryan, "--dry-run"]));
    // It needs no token, and speaks the endpoint's dialect.
    let direct = "https://contoso.sharepoint.com/_api/v2.0";
    assert_seen!(sharing(&[
        "--endpoint",
        direct,
        "invite",
        "/drive/root",
        "--to",
        "ryan@contoso.com",
        "--role",
        "read",
        "--dry-run"
    ]));
    assert!(service.server().outbox().is_empty());
}

#[test]
fn every_verb_that_changes_something_can_be_looked_at_first() {
    let service = Service::start();
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("runs.db");
    let journal = journal.to_str().unwrap();
    let apply = ["apply", "examples/access-list.csv", "--journal", journal];
    assert!(service.sharing(&apply).output().unwrap().status.success());
    let refused = folder.path().join("refused.csv");
    fs::write(&refused, "item,recipient,role\nme:/Notes.txt,nobody@contoso.com,read\n").unwrap();
    let apply = ["apply", refused.to_str().unwrap(), "--journal", journal];
    assert_eq!(service.sharing(&apply).output().unwrap().status.code(), Some(3));
    let mailed = service.server().outbox().len();
    let link = "1a4824b0-63e6-5b69-b4a6-ee73db9a3baf";
    for arguments in [
        &["link", "delete", "me:/Projects", link][..],
        &["link", "grant", "u!aHR0cHM6Ly9jb250b3NvLnNoYXJlcG9pbnQuY29t", "--to", "ryan", "--role", "read"],
        &["link", "revoke", "me:/Projects", link, "--from", "ryan@contoso.com"],
        &["revoke", "--from", "tomas@contoso.com", "--under", "me:/"],
        &["runs", "undo", "1", "--journal", journal],
        &["runs", "resume", "1", "--journal", journal],
        &["runs", "retry", "2", "--journal", journal],
        &["apply", "examples/access-list.csv", "--prune", "--journal", journal],
    ] {
        assert_seen!(service.sharing(&[arguments, &["--dry-run"]].concat()));
        let curl = service.sharing(&[arguments, &["--dry-run=curl"]].concat()).output().unwrap();
        let text = String::from_utf8(curl.stdout).unwrap();
        assert!(text.is_empty() || text.starts_with("curl --request "), "{text}");
    }
    assert_eq!(service.server().outbox().len(), mailed);
}
