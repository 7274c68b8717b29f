//! `sharing doctor`

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sharing_mock::MockServer;

use crate::{Service, auth::assert_signed_in, sharing};

/// A token that says this of itself.
fn token(claims: &str) -> String {
    format!("head.{}.signature", BASE64_URL_SAFE_NO_PAD.encode(claims))
}

#[test]
fn each_thing_that_is_wrong_has_a_verdict_and_a_remedy() {
    assert_signed_in!(sharing(&["--sandbox", "doctor"]));
    assert_signed_in!(sharing(&["doctor"]));
    assert_signed_in!(sharing(&["doctor", "--profile", "nobody"]));
    let mut nobody_there = sharing(&["doctor", "--endpoint", "http://127.0.0.1:1"]);
    assert_signed_in!(
        nobody_there.env("SHARING_TOKEN", "any").env("HTTPS_PROXY", "http://me:hush@proxy:8080")
    );

    let service = Service::start();
    let with = |claims: &str, arguments: &[&str]| {
        let mut command = service.sharing(&[&["doctor"], arguments].concat());
        command.env("SHARING_TOKEN", token(claims));
        command
    };
    assert_signed_in!(with(r#"{"upn":"nadia@contoso.com","scp":"Files.Read","exp":4102444800}"#, &[]));
    assert_signed_in!(with(r#"{"appid":"1","roles":[],"exp":1}"#, &["me:/Missing"]));
}

#[test]
fn a_clock_that_is_wrong_is_told() {
    let service = Service::with(MockServer::builder().clock("2020-01-01T00:00:00Z".parse().unwrap()));
    let output = service.sharing(&["doctor", "-o", "json"]).output().unwrap();
    let checks: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    let clock = checks.iter().find(|check| check["check"] == "clock").unwrap();
    assert_eq!(clock["verdict"], "bad", "{clock}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_link_for_anybody_shows_that_the_policy_allows_it() {
    let service = Service::start();
    let link = ["link", "create", "me:/Notes.txt", "--type", "view", "--scope", "anonymous"];
    assert!(service.sharing(&link).output().unwrap().status.success());
    let output = service.sharing(&["doctor", "me:/Notes.txt", "--query", "[?check=='policy'].verdict"]);
    let output = { output }.arg("-ojson").output().unwrap();
    assert_eq!(serde_json::from_slice::<Vec<String>>(&output.stdout).unwrap(), ["good"]);
}
