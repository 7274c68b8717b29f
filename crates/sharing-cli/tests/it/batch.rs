//! `sharing batch`

use std::fs;

use crate::{Service, assert_seen};

const REQUESTS: &str = r#"{"method": "GET", "url": "/me/drive/root:/Notes.txt:/permissions"}
{"method": "post", "url": "/me/drive/root:/Projects/Quarterly report.docx:/invite", "body": {"recipients": [{"email": "ryan@contoso.com"}], "roles": ["write"], "requireSignIn": true, "sendInvitation": true}}

{"method": "GET", "url": "/me/drive/root:/Missing?$select=id,name"}
{"method": "POST", "url": "/me/drive/root:/Notes.txt:/createLink", "body": {"type": "view", "scope": "organization"}}
"#;

#[test]
fn each_request_has_a_fate_of_its_own() {
    let service = Service::start();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("requests.ndjson");
    fs::write(&file, REQUESTS).unwrap();
    let file = file.to_str().unwrap();
    assert_seen!(service.sharing(&["batch", file, "--dry-run=curl"]));
    assert!(service.server().outbox().is_empty());
    assert_seen!(service.sharing(&["batch", file]));
    assert_eq!(service.server().outbox().len(), 1);
    assert_seen!(service.sharing(&["batch", file, "-o", "ndjson", "--columns", "line,status,action"]));
}

#[test]
fn nothing_is_sent_while_one_is_known_to_be_refused() {
    let service = Service::start();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("requests.ndjson");
    let wrong = r#"{"method": "POST", "url": "/me/drive/root:/Notes.txt:/invite", "body": {"recipients": [{"email": "ryan@contoso.com"}], "roles": ["owner"], "requireSignIn": true, "sendInvitation": true}}
{"method": "GET", "url": "/me/messages"}
{"method": "GET", "url": "/me/drive/root?$expand=children"}
{"method": "GET", "url": "/me/drive/root", "body": {}}
{"url": "/me/drive/root"}
no JSON
"#;
    fs::write(&file, format!("{REQUESTS}{wrong}")).unwrap();
    assert_seen!(service.sharing(&["batch", file.to_str().unwrap()]));
    assert!(service.server().outbox().is_empty());
}
