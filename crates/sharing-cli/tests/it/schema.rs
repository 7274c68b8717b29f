//! `sharing schema` and `sharing completions`

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
