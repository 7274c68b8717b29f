//! `sharing invite`

use crate::{REPORT, Service, assert_seen, sharing};

const MESSAGE: &str = "Here's the file that we're collaborating on.";

#[test]
fn a_table_in_the_sandbox() {
    assert_seen!(sharing(&[
        "--sandbox",
        "invite",
        REPORT,
        "--to",
        "ryan@contoso.com",
        "--role",
        "write",
        "--message",
        MESSAGE
    ]));
}

#[test]
fn json_and_nothing_else_on_standard_output() {
    let mut command = sharing(&[
        "--sandbox",
        "-o",
        "json",
        "invite",
        REPORT,
        "--to",
        "ryan@contoso.com",
        "--role",
        "write",
    ]);
    let output = command.output().unwrap();
    let body: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(body["value"][0]["roles"][0], "write");
    assert_seen!(command);
}

#[test]
fn every_fault_at_once_and_nothing_sent() {
    let service = Service::start();
    let message = "é".repeat(2001);
    assert_seen!(service.sharing(&[
        "invite",
        "/me/messages/1",
        "--message",
        &message,
        "--no-sign-in",
        "--no-notify"
    ]));
    assert_seen!(service.sharing(&["invite", REPORT, "--to", "ryan@", "--to", "", "--role", "owner"]));
    assert!(service.server().outbox().is_empty());
}

#[test]
fn a_real_service_is_asked_with_the_token() {
    let service = Service::start();
    assert_seen!(service.sharing(&[
        "invite",
        REPORT,
        "--to",
        "mail:ryan@contoso.com",
        "--to",
        "alias:priya",
        "--to",
        "7B5E1F3A-08D2-4C96-9F47-C61B2A8E0D34",
        "--to",
        "kim@fabrikam.com",
        "--role",
        "read",
        "--message",
        MESSAGE
    ]));
    let mails = service.server().outbox();
    let to: Vec<_> = mails.iter().map(|mail| &*mail.to).collect();
    assert_eq!(to, ["ryan@contoso.com", "priya@contoso.com", "projects@contoso.com", "kim@fabrikam.com"]);
    assert_eq!(mails[0].message.as_deref(), Some(MESSAGE));
}

#[test]
fn no_mail_is_sent_that_nobody_asked_for() {
    let service = Service::start();
    assert_seen!(service.sharing(&[
        "invite",
        REPORT,
        "--to",
        "ryan@contoso.com",
        "--role",
        "read",
        "--no-notify"
    ]));
    assert!(service.server().outbox().is_empty());
}

#[test]
fn a_refusal_says_what_to_do() {
    let service = Service::start();
    assert_seen!(service.sharing(&["invite", REPORT, "--to", "nobody@contoso.com", "--role", "read"]));
    assert_seen!(service.sharing(&[
        "invite",
        "/drive/root:/Missing",
        "--to",
        "ryan@contoso.com",
        "--role",
        "read"
    ]));
}

#[test]
fn the_direct_endpoint_is_spoken_to_in_its_dialect() {
    let service = Service::start();
    let endpoint = format!("{}/_api/v2.0", service.server().url());
    for dialect in ["direct", "server"] {
        let mut command = sharing(&[
            "--endpoint",
            &endpoint,
            "--dialect",
            dialect,
            "invite",
            REPORT,
            "--to",
            "ryan@contoso.com",
            "--role",
            "read",
        ]);
        assert!(command.env("SHARING_TOKEN", "any").status().unwrap().success());
    }
    let mut wrong = sharing(&[
        "--endpoint",
        &endpoint,
        "--dialect",
        "direct-personal",
        "invite",
        REPORT,
        "--to",
        "ryan@contoso.com",
        "--role",
        "read",
    ]);
    assert_eq!(wrong.env("SHARING_TOKEN", "any").status().unwrap().code(), Some(1));
}
