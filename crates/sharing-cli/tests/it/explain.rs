//! `sharing explain`

use std::{fs, process::Stdio};

use crate::{assert_seen, sharing};

#[test]
fn a_code_a_status_or_nothing() {
    assert_seen!(sharing(&["explain", "noResolvedUsers"]));
    assert_seen!(sharing(&["explain", "503", "-o", "json"]));
    assert_seen!(sharing(&["explain", "sharing"]));
    let all = sharing(&["explain", "-o", "ndjson"]).output().unwrap();
    assert_eq!(
        String::from_utf8(all.stdout).unwrap().lines().count(),
        sharing_model::Advice::catalogue().len()
    );
}

#[test]
fn an_error_as_the_service_sent_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("answer.json");
    let body = r#"{ "error": { "code": "accessDenied", "innerError": { "code": "sharingDisabled" } } }"#;
    fs::write(&file, body).unwrap();
    assert_seen!(sharing(&["explain", file.to_str().unwrap(), "--status", "403"]));
    let mut piped = sharing(&["explain", "-"]);
    assert_seen!(piped.stdin(Stdio::from(fs::File::open(&file).unwrap())));
}

#[test]
fn an_error_of_an_older_interface() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("answer.json");
    let body = r#"{ "odata.error": { "code": "-2147024891, System.UnauthorizedAccessException",
                    "message": { "lang": "en-US", "value": "Access denied." } } }"#;
    fs::write(&file, body).unwrap();
    assert_seen!(sharing(&["explain", file.to_str().unwrap(), "--status", "403"]));
}

#[test]
fn a_request_with_all_that_is_wrong_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("request.json");
    for body in [
        r#"{ "recipients": [{ "email": "ryan@" }], "roles": ["owner"], "requireSignIn": false, "sendInvitation": false }"#,
        r#"{ "recipients": [{ "email": "ryan@contoso.com" }], "roles": ["read"], "requireSignIn": true, "sendInvitation": true }"#,
        r#"{ "type": "veiw", "scope": "everybody" }"#,
        r#"{ "name": "Notes.txt" }"#,
        r#"no JSON"#,
    ] {
        fs::write(&file, body).unwrap();
        assert_seen!(sharing(&["explain", file.to_str().unwrap()]));
    }
}
