//! Addresses that a person can type.

use crate::{REPORT, Service, sharing};

/// The address by ids that an address leads to.
fn resolved(service: &Service, address: &str) -> String {
    let output =
        service.sharing(&["item", "resolve", address, "-o", "csv", "--columns", "address"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    text.strip_prefix("address\n").unwrap_or_else(|| panic!("{address}: {told}")).trim().to_owned()
}

#[test]
fn every_form_leads_to_the_item() {
    let service = Service::start();
    let by_id = resolved(&service, REPORT);
    let link = service
        .sharing(&["link", "create", REPORT, "--type", "view", "--scope", "organization", "-o", "json"])
        .output()
        .unwrap();
    let link: serde_json::Value = serde_json::from_slice(&link.stdout).unwrap();
    let url = link["link"]["webUrl"].as_str().unwrap();
    let site = "https://contoso-my.sharepoint.com/personal/nadia_contoso_com";
    for address in [
        by_id.as_str(),
        "me:/Projects/Quarterly report.docx",
        "nadia@contoso.com:/Projects/Quarterly report.docx",
        "/me/drive/root:/Projects/Quarterly report.docx",
        &format!("{site}:/Documents/Projects/Quarterly report.docx"),
        &format!("{site}/Documents/Projects/Quarterly%20report.docx"),
        url,
    ] {
        assert_eq!(resolved(&service, address), by_id, "{address}");
    }
}

#[test]
fn recipients_are_a_mail_address_an_id_or_an_alias() {
    for who in [
        "mail:ryan@contoso.com",
        "ryan@contoso.com",
        "alias:ryan",
        "ryan",
        "9D1B6C0E-52B4-4F0C-8B6E-3A7F1E2D4C58",
    ] {
        let mut command =
            sharing(&["--sandbox", "invite", "me:/Notes.txt", "--to", who, "--role", "read", "--no-notify"]);
        assert!(command.output().unwrap().status.success(), "{who}");
    }
}

#[test]
fn a_message_comes_from_a_file_or_standard_input() {
    let service = Service::start();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("message.txt");
    std::fs::write(&file, "Have a look.\n").unwrap();
    let invite = |from: &str| {
        let to = ["--to", "ryan@contoso.com", "--role", "read", "--message-file", from];
        service.sharing(&[&["invite", REPORT], &to[..]].concat())
    };
    assert!(invite(file.to_str().unwrap()).output().unwrap().status.success());
    let mut piped = invite("-");
    assert!(piped.stdin(std::fs::File::open(&file).unwrap()).output().unwrap().status.success());
    let said: Vec<_> = service.server().outbox().into_iter().map(|mail| mail.message).collect();
    assert_eq!(said, [Some("Have a look.".to_owned()), Some("Have a look.".to_owned())]);
}
