//! Programs of others that a task needs.

use std::{
    error::Error,
    path::PathBuf,
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::artifact;

/// That a program runs. Where it does not, its packages are installed if we may.
pub(crate) fn need(program: &str, arguments: &[&str], packages: &[&str]) -> Result<(), Box<dyn Error>> {
    let runs = || Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success());
    if runs() {
        return Ok(());
    }
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
    if root {
        ask(Command::new("apt-get").args(["update", "--quiet=2"]))?;
        ask(Command::new("apt-get")
            .args(["install", "--quiet=2", "--yes", "--no-install-recommends"])
            .args(packages))?;
    }
    if runs() {
        Ok(())
    } else {
        Err(format!("{program} does not run: install {}", packages.join(" and ")).into())
    }
}

/// Runs a command, which must succeed.
pub(crate) fn ask(command: &mut Command) -> Result<(), Box<dyn Error>> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(|error| format!("{program}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{program}` fails, as said above").into()) }
}

/// Runs cargo in the workspace's root.
pub(crate) fn cargo(arguments: &[&str], environment: &[(&str, &str)]) -> Result<(), Box<dyn Error>> {
    let status = Command::new(env!("CARGO"))
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(artifact::root())
        .status()?;
    if status.success() { Ok(()) } else { Err(format!("`cargo {}` fails", arguments.join(" ")).into()) }
}

/// Builds a program of the workspace, and says where cargo put it.
pub(crate) fn built(package: &str, program: &str, arguments: &[&str]) -> Result<PathBuf, Box<dyn Error>> {
    let output = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", package, "--bin", program])
        .args(["--message-format", "json-render-diagnostics"])
        .args(arguments)
        .stderr(Stdio::inherit())
        .current_dir(artifact::root())
        .output()?;
    let messages = String::from_utf8(output.stdout)?;
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut executables = messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from));
    executables.next_back().ok_or_else(|| format!("`cargo build` makes no program {program}").into())
}
