//! `sharing profile`, and what flags, environment and profile say together.

use std::{fs, path::Path, process::Command};

use crate::{assert_seen, at_home, sharing};

fn program(home: &Path, arguments: &[&str]) -> Command {
    let mut command = sharing(arguments);
    at_home(&mut command, home);
    command
}

#[test]
fn profiles_are_made_listed_used_and_changed() {
    let home = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| program(home.path(), arguments);
    assert_seen!(run(&["profile", "list"]));
    assert_seen!(run(&[
        "profile",
        "set",
        "work",
        "tenant=contoso.com",
        "credential=device-code",
        "client-id=1"
    ]));
    assert_seen!(run(&["profile", "set", "gov", "cloud=us-gov", "scopes=Files.Read,Sites.Read.All"]));
    assert_seen!(run(&["profile", "list"]));
    assert_seen!(run(&["profile", "use", "gov"]));
    assert_seen!(run(&["profile", "show"]));
    assert_seen!(run(&["profile", "set", "gov", "scopes="]));
    assert_seen!(run(&["profile", "show", "-o", "json"]));
}

#[test]
fn what_cannot_be_is_told_and_nothing_is_written() {
    let home = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| program(home.path(), arguments);
    assert_seen!(run(&["profile", "set", "work", "secret=hush"]));
    assert_seen!(run(&["profile", "set", "work", "credential=password"]));
    assert_seen!(run(&["profile", "set", "work", "tenant"]));
    assert_seen!(run(&["profile", "use", "work"]));
    assert!(!home.path().join(".config/sharing").exists());
}

#[test]
fn a_flag_stands_over_the_environment_and_that_over_the_profile() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sharing.toml");
    fs::write(&file, "profile = \"a\"\n[profiles.a]\ntenant = \"a.com\"\ncloud = \"china\"\nclient-id = \"1\"\n[profiles.b]\n").unwrap();
    let mut command = sharing(&["profile", "show", "--client-id", "3", "-o", "csv"]);
    assert_seen!(
        command.env("SHARING_CONFIG", &file).env("SHARING_TENANT", "b.com").env("SHARING_CLIENT_ID", "2")
    );
    let dry = ["invite", "me:/", "--to", "ryan@contoso.com", "--role", "read", "--dry-run"];
    for (arguments, variable, host) in [
        (&[][..], None, "microsoftgraph.chinacloudapi.cn"),
        (&[], Some(("SHARING_CLOUD", "us-gov")), "graph.microsoft.us"),
        (&["--cloud", "us-gov-dod"], Some(("SHARING_CLOUD", "us-gov")), "dod-graph.microsoft.us"),
        (&["--profile", "b"], None, "graph.microsoft.com"),
        (&[], Some(("SHARING_PROFILE", "b")), "graph.microsoft.com"),
        (&["--endpoint", "https://contoso.sharepoint.com/_api/v2.0"], None, "contoso.sharepoint.com"),
    ] {
        let mut command = sharing(&[&dry[..], arguments].concat());
        command.env("SHARING_CONFIG", &file).envs(variable);
        let output = String::from_utf8(command.output().unwrap().stdout).unwrap();
        assert!(output.starts_with(&format!("POST https://{host}/")), "{arguments:?}: {output}");
    }
}

#[test]
fn a_file_that_says_nonsense_is_told_with_the_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sharing.toml");
    fs::write(&file, "[profiles.a]\ntenants = \"a.com\"\n").unwrap();
    assert_seen!(sharing(&["profile", "list", "--config", file.to_str().unwrap()]));
    assert_seen!(sharing(&["profile", "show", "--profile", "nobody"]));
    assert_seen!(sharing(&["item", "show", "me:/", "--profile", "nobody"]));
    assert_seen!(sharing(&["item", "show", "me:/", "--cloud", "germany"]));
}
