//! `sharing schema` and `sharing completions`

use std::collections::BTreeSet;

use crate::{assert_seen, sharing};

#[test]
fn schemas_are_listed_and_printed() {
    assert_seen!(sharing(&["schema"]));
    assert_seen!(sharing(&["schema", "invite"]));
    for name in ["invite-request", "access-list", "world"] {
        let output = sharing(&["schema", name]).output().unwrap();
        let schema: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(schema["$schema"].as_str().unwrap().contains("2020-12"), "{name}");
    }
    assert_seen!(sharing(&["schema", "grant-request", "--query", "required", "-o", "yaml"]));
}

#[test]
fn every_published_schema_is_there() {
    let output = sharing(&["schema", "-o", "json", "--query", "[].name"]).output().unwrap();
    let names: BTreeSet<String> = serde_json::from_slice(&output.stdout).unwrap();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas/v1.0");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let published = files.filter_map(|name| Some(name.to_str()?.strip_suffix(".schema.json")?.to_owned()));
    assert_eq!(names, published.collect());
}

#[test]
fn each_shell_can_complete_every_verb() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let output = sharing(&["completions", shell]).output().unwrap();
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success());
        for verb in sharing_cli::command().get_subcommands() {
            assert!(script.contains(verb.get_name()), "{shell}: {}", verb.get_name());
        }
    }
}
