//! The examples of each verb's help, which are run as a shell runs them.

use std::{fs, os::unix, path::Path, process::Command};

use clap::Command as Verb;
use sharing_mock::{Application, MockServer};

use crate::{REPORT, Service, at_home};

/// Every verb, with the words that lead to it.
fn verbs(verb: &Verb, words: &[String], found: &mut Vec<(Vec<String>, Verb)>) {
    found.push((words.to_vec(), verb.clone()));
    for next in verb.get_subcommands().filter(|next| next.get_name() != "help") {
        verbs(next, &[words, &[next.get_name().to_owned()]].concat(), found);
    }
}

/// All verbs of the program.
pub(crate) fn all() -> Vec<(Vec<String>, Verb)> {
    let mut found = Vec::new();
    verbs(&sharing_cli::command(), &[], &mut found);
    found
}

/// The lines of a help text that are commands of this program, each with the lines that it goes on in.
fn examples(help: &str) -> Vec<String> {
    let mut examples: Vec<String> = Vec::new();
    for line in help.lines() {
        let line = line.trim();
        match examples.last_mut().filter(|last| last.ends_with('\\')) {
            Some(last) => {
                last.pop();
                last.push_str(line);
            }
            None if line.starts_with("sharing ") || line.contains("$(sharing ") => {
                // What stands far to the right says what it is for.
                examples.push(line.split("   ").next().unwrap_or_default().to_owned());
            }
            None => {}
        }
    }
    examples
}

/// What needs more than this machine, or does not end by itself.
const READ_ALONE: &[&str] = &[
    "--azure-cli",
    "--managed-identity",
    "sharing mock",
    "https://graph.microsoft.com",
    "contoso.sharepoint.com",
];

#[test]
fn every_example_works_as_it_stands() {
    let (mut count, mut wrong) = (0, Vec::new());
    for (words, verb) in all() {
        let help = verb.get_after_help().map(ToString::to_string).unwrap_or_default();
        let examples = examples(&help);
        let is_leaf = verb.get_subcommands().next().is_none();
        assert!(!is_leaf || !examples.is_empty(), "sharing {} has no example", words.join(" "));
        for line in help.lines().filter(|line| line.starts_with("  ")) {
            let is_wide = line.chars().count() > 80 && line.split(' ').all(|word| word.len() < 60);
            assert!(!is_wide, "a terminal of 80 columns breaks this: {line}");
        }
        for example in examples {
            count += 1;
            if READ_ALONE.iter().any(|part| example.contains(part)) {
                parses(&example);
            } else {
                wrong.extend(works(&example));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 60, "{count} examples");
}

/// That the program takes an example's words, which a shell splits.
pub(crate) fn parses(example: &str) {
    let from = example.find("sharing ").unwrap();
    let example = example[from..].split(['>', ')', '|']).next().unwrap_or_default();
    let words = Command::new("sh").args(["-c", &format!("printf '%s\\n' {example}")]).output().unwrap();
    let words = String::from_utf8(words.stdout).unwrap();
    if let Err(error) = sharing_cli::command().try_get_matches_from(words.lines()) {
        panic!("{example}: {error}");
    }
}

/// What is wrong with an example, which is run in a folder that has the files, against a service that has the items.
fn works(example: &str) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::with(MockServer::builder().approve_devices_after(0));
    prepare(&service, folder.path());
    if example.contains(" runs ") {
        for _ in 0..7 {
            run(&service, folder.path(), &["apply", "access.csv"]);
        }
    }
    let login =
        if example.contains("--device-code") { Application::console() } else { Application::daemon() };
    let script =
        example.replace("CLIENT-ID", &login.id).replace("http://127.0.0.1:4000", service.server().url());
    let mut command = Command::new("sh");
    let path =
        format!("{}:{}", folder.path().join("bin").display(), std::env::var("PATH").unwrap_or_default());
    let url = service.server().url();
    at_home(&mut command, folder.path());
    command.args(["-c", &script]).current_dir(folder.path()).env("PATH", path).env("SHARING_AUTHORITY", url);
    command
        .env("SHARING_JOURNAL", folder.path().join("runs.db"))
        .env("PROFILE", folder.path().join("profile.ps1"));
    if !example.contains("--sandbox") {
        command.env("SHARING_ENDPOINT", url);
    }
    if !example.contains("auth login") {
        command.env("SHARING_TOKEN", "any");
    }
    let output = command.output().unwrap();
    let code = output.status.code();
    // 10 is said on purpose, 3 tells of what the sample tenant has not.
    let is_right = code == Some(0) || (code == Some(10) && example.contains("--exit-code"));
    (!is_right).then(|| format!("{example}: {output:?}"))
}

/// The files and the state that examples speak of.
fn prepare(service: &Service, folder: &Path) {
    let at = |name: &str| folder.join(name);
    fs::create_dir_all(at("bin")).unwrap();
    for shell in
        [".local/share/bash-completion/completions", ".zfunc", ".config/fish/completions", "examples"]
    {
        fs::create_dir_all(at(shell)).unwrap();
    }
    unix::fs::symlink(env!("CARGO_BIN_EXE_sharing"), at("bin/sharing")).unwrap();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    for entry in fs::read_dir(&examples).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), at("examples").join(entry.file_name())).unwrap();
    }
    let list = "item,recipient,role\nme:/Notes.txt,ryan@contoso.com,read\n";
    for name in ["access.csv", "october.csv"] {
        fs::write(at(name), list).unwrap();
    }
    fs::write(at("november.csv"), list.replace("read", "write")).unwrap();
    fs::write(
        at("access.ndjson"),
        "{\"item\": \"me:/Notes.txt\", \"recipient\": \"ryan@contoso.com\", \"role\": \"read\"}\n",
    )
    .unwrap();
    fs::write(
        at("faults.json"),
        r#"{ "faults": [{ "nth": 2, "then": { "status": 503, "retryAfter": 1 } }] }"#,
    )
    .unwrap();
    fs::write(at("answer.json"), r#"{"error": {"code": "accessDenied"}}"#).unwrap();
    let invite = r#"{"recipients": [{"email": "ryan@contoso.com"}], "roles": ["read"], "requireSignIn": true, "sendInvitation": true}"#;
    fs::write(at("invite.json"), invite).unwrap();
    fs::write(at("secret.txt"), Application::daemon().secrets[0].expose()).unwrap();
    let daemon = Application::daemon();
    fs::write(at("app.pem"), format!("{}{}", daemon.certificates[0], Application::daemon_key())).unwrap();
    fs::write(at("requests.ndjson"), "{\"method\": \"GET\", \"url\": \"/me/drive/root\"}\n").unwrap();
    run(service, folder, &["invite", REPORT, "--to", "ryan@contoso.com", "--role", "write"]);
    let run = |line: &str| run(service, folder, &line.split(' ').collect::<Vec<_>>());
    run("link create me:/Projects --type edit --scope users --to ryan@contoso.com");
    run(&format!("profile set work tenant=contoso.com client-id={}", Application::console().id));
    fs::write(at("audit.ndjson"), run("audit me:/ -r -o ndjson")).unwrap();
    fs::write(at("access.plan"), run("plan access.csv -o json")).unwrap();
}

/// Runs the program, which must succeed, with the journal that the examples have; what it printed.
fn run(service: &Service, folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let mut command = service.sharing(arguments);
    at_home(&mut command, folder);
    command.current_dir(folder).env("SHARING_JOURNAL", folder.join("runs.db"));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    output.stdout
}
