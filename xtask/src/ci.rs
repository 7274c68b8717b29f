//! `cargo xtask ci`: all that must be right before a change lands.

use std::{env, error::Error, path::Path, process::Command, time::Instant};

use crate::{artifact, consumers, corpus, fixtures, fuzz, schemas};

/// Names the folder of captured bodies, where there is one.
const CORPUS_VARIABLE: &str = "SHARING_CORPUS";

/// How many inputs each fuzz target runs: enough to find what was broken just now, in a second.
const INPUTS: u64 = 20_000;

pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    step("formatting", || {
        cargo(&["fmt", "--all", "--check"], &[])?;
        cargo(&["fmt", "--check", "--manifest-path", fuzz::MANIFEST], &[])
    })?;
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
    step("consumers", consumers::run)?;
    step("fuzzing", || fuzz::run(&fuzz::Options::all(INPUTS)))?;
    match env::var_os(CORPUS_VARIABLE) {
        Some(folder) => step("captured bodies", || corpus::run(Path::new(&folder))),
        None => {
            eprintln!("== left out: captured bodies; {CORPUS_VARIABLE} names no folder of them");
            Ok(())
        }
    }
}

fn step(name: &str, run: impl FnOnce() -> Result<(), Box<dyn Error>>) -> Result<(), Box<dyn Error>> {
    eprintln!("== {name}");
    let start = Instant::now();
    run().map_err(|error| format!("{name}: {error}"))?;
    eprintln!("== {name}: {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
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
