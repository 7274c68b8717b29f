//! `cargo xtask ci`: all that must be right before a change lands.

use std::{error::Error, process::Command, time::Instant};

use crate::{artifact, consumers, fixtures, schemas};

pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    step("formatting", || cargo(&["fmt", "--all", "--check"], &[]))?;
    step("lints", || {
        cargo(&["clippy", "--workspace", "--all-targets", "--all-features", "--", "--deny", "warnings"], &[])
    })?;
    step("tests and snapshots", || fixtures::run(true))?;
    step("docs", || {
        cargo(
            &["doc", "--workspace", "--all-features", "--no-deps", "--document-private-items"],
            &[("RUSTDOCFLAGS", "--deny warnings")],
        )
    })?;
    step("schemas", || schemas::run(true))?;
    step("consumers", consumers::run)
}

fn step(name: &str, run: impl FnOnce() -> Result<(), Box<dyn Error>>) -> Result<(), Box<dyn Error>> {
    eprintln!("== {name}");
    let start = Instant::now();
    run().map_err(|error| format!("{name}: {error}"))?;
    eprintln!("== {name}: {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}

fn cargo(arguments: &[&str], environment: &[(&str, &str)]) -> Result<(), Box<dyn Error>> {
    let status = Command::new(env!("CARGO"))
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(artifact::root())
        .status()?;
    if status.success() { Ok(()) } else { Err(format!("`cargo {}` fails", arguments.join(" ")).into()) }
}
