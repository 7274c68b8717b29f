//! `cargo xtask ci`: all that must be right before a change lands.

use std::{env, error::Error, path::Path, time::Instant};

use crate::{
    clients, conformance, consumers, corpus, docs, fixtures, fuzz, page, schemas,
    tool::{cargo, need},
};

/// How many seconds each fuzz target of the model runs: enough to find what was broken just now.
const FUZZING: u64 = 2;

/// One thing that CI checks.
struct Step {
    name: &'static str,
    /// What it needs besides Rust, where plain `cargo test` leaves it out.
    needs: Option<&'static str>,
    run: fn() -> Result<(), Box<dyn Error>>,
}

const fn step(name: &'static str, run: fn() -> Result<(), Box<dyn Error>>) -> Step {
    Step { name, needs: None, run }
}

impl Step {
    const fn needs(self, needs: &'static str) -> Self {
        Self { needs: Some(needs), ..self }
    }
}

const STEPS: &[Step] = &[
    step("formatting", || {
        cargo(&["fmt", "--all", "--check"], &[])?;
        cargo(&["fmt", "--check", "--manifest-path", fuzz::MANIFEST], &[])
    }),
    step("lints", || {
        cargo(&["clippy", "--workspace", "--all-targets", "--all-features", "--", "--deny", "warnings"], &[])
    }),
    step("tests and snapshots", || {
        // Where it is missing, plain `cargo test` leaves out what needs it, and says so; here that is an error.
        let found = "command -v pg_ctl || ls /usr/lib/postgresql/*/bin/pg_ctl";
        need("sh", &["-c", found], &["postgresql"])?;
        let found = "command -v gnome-keyring-daemon && command -v dbus-run-session && command -v dbus-send";
        need("sh", &["-c", found], &["gnome-keyring", "dbus"])?;
        fixtures::run(true)
    }),
    step("docs", || {
        cargo(
            &["doc", "--workspace", "--all-features", "--no-deps", "--document-private-items"],
            &[("RUSTDOCFLAGS", "--deny warnings")],
        )
    }),
    step("schemas", || schemas::run(true)),
    step("the program's manual", || docs::run(true)),
    step("consumers", consumers::run).needs("Node and Python"),
    step("clients", clients::run).needs("Node and Python"),
    step("page", page::run).needs("Node and Chromium"),
    step("conformance", conformance::run).needs("Python"),
    step("fuzzing", || fuzz::run(&fuzz::Options::of_model(FUZZING))).needs("a C++ compiler"),
    step("captured bodies", captured_bodies).needs("a folder of bodies, named by SHARING_CORPUS"),
];

pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    for step in STEPS {
        let needs = step.needs.map_or(String::new(), |needs| format!(", which needs {needs}"));
        eprintln!("== {}{needs}", step.name);
        let start = Instant::now();
        (step.run)().map_err(|error| format!("{}: {error}", step.name))?;
        eprintln!("== {}: {:.1} s", step.name, start.elapsed().as_secs_f64());
    }
    Ok(())
}

fn captured_bodies() -> Result<(), Box<dyn Error>> {
    if let Some(folder) = env::var_os(corpus::VARIABLE) {
        return corpus::run(Path::new(&folder));
    }
    eprintln!("left out: {} names no folder of bodies", corpus::VARIABLE);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};

    use super::*;

    #[test]
    fn plain_tests_say_what_they_leave_out() {
        let left_out: Vec<_> =
            STEPS.iter().filter_map(|step| Some(format!("{} (needs {})", step.name, step.needs?))).collect();
        assert_eq!(left_out.len(), 6, "tell which steps need more than Rust");
        // Written past the test runner, which shows what is printed only when a test fails.
        let told = format!("left out of `cargo test`: {}; `cargo xtask ci` runs them\n", left_out.join(", "));
        io::stderr().write_all(told.as_bytes()).unwrap();
    }
}
