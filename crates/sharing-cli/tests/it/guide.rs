//! The operator's guide: what it has typed in the sandbox works, and everything else is at least understood.

use std::{os::unix, process::Command};

use crate::{at_home, help::parses};

const GUIDE: &str = include_str!("../../GUIDE.md");

/// The commands of the guide, line by line; text in between is left out.
fn commands(text: &str) -> Vec<&str> {
    let mut is_inside = false;
    let lines = text.lines().map(str::trim_start).filter(|line| {
        let is_fence = line.starts_with("```");
        if is_fence {
            is_inside = *line == "```sh";
        }
        is_inside && !is_fence
    });
    lines.collect()
}

#[test]
fn the_sandbox_does_what_the_guide_says() {
    let folder = tempfile::tempdir().unwrap();
    unix::fs::symlink(env!("CARGO_BIN_EXE_sharing"), folder.path().join("sharing")).unwrap();
    let (_, sandbox) = GUIDE.split_once("## In a minute").unwrap();
    let (sandbox, _) = sandbox.split_once("For a service that stays").unwrap();
    let script: Vec<_> =
        commands(sandbox).into_iter().filter(|line| !line.starts_with("cargo install")).collect();
    assert!(script.len() > 6, "{script:?}");
    let mut command = Command::new("sh");
    at_home(&mut command, folder.path());
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
    command.args(["-ec", &script.join("\n")]).current_dir(folder.path()).env("PATH", path);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8(output.stdout).unwrap().contains("2     granted"));
}

#[test]
fn every_command_of_the_guide_is_one() {
    let text = commands(GUIDE).join("\n").replace("\\\n", "");
    let commands: Vec<_> = text.lines().filter(|line| line.starts_with("sharing ")).collect();
    assert!(commands.len() > 18, "{commands:?}");
    for command in commands {
        // What stands behind # is for people.
        parses(command.split("  #").next().unwrap_or_default());
    }
}
