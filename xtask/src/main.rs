//! `cargo xtask`: what the workspace does with itself. Each task that writes files has `--check`, which writes nothing
//! and fails where a file is not what it would write.

#[cfg(test)]
mod arrows;
mod artifact;
mod bench;
mod chaos;
mod ci;
mod clients;
mod conformance;
mod consumers;
mod corpus;
mod docs;
mod example;
mod fixtures;
mod fuzz;
mod install;
mod mock;
mod mutant;
mod openapi;
mod page;
#[cfg(test)]
mod protocol;
mod schemas;
mod startup;
mod supply;
mod tool;

use std::{error::Error, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};

/// The workspace's own tasks.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Write schemas/ from the types of sharing-model: JSON Schemas and an OpenAPI document.
    Schemas(Mode),
    /// Write crates/sharing-cli/docs/ from the program's own command tree: man pages and a reference.
    Docs(Mode),
    /// Write the insta snapshots anew from what the tests see, and remove those that no test refers to.
    Fixtures(Mode),
    /// Read bodies that somebody captured from a service, and tell which do not come out as the same JSON value.
    Corpus {
        /// The folder; its INDEX.tsv has a line for each body: the file, a tab, its kind.
        folder: PathBuf,
    },
    /// Measure every claim of speed and size beside its yardstick, print one table, and fail where a budget is not met. A full
    /// run writes BENCHMARKS.md.
    Bench(bench::Options),
    /// Run the parsers on inputs that nobody thought of, a million each, and fail on a panic or a broken promise.
    Fuzz(fuzz::Options),
    /// Apply access lists under faults, limits, kills and changes by others, and check that nobody is mailed twice.
    Chaos(chaos::Options),
    /// Try schemas/ with validators and generators of other languages, installed below target/ at pinned versions.
    Consumers,
    /// Let the clients of other languages, installed below target/ at pinned versions, work against the mock.
    Clients,
    /// Use the mock's page in Chromium, and take screenshots of it below target/.
    Page,
    /// Ask the mock all that schemas/openapi.json lets be asked, with schemathesis, and judge the answers by it.
    Conformance,
    /// Check what we take and what we give: licences, sources, sets of features, packages, what a new version breaks.
    Supply,
    /// Write what each crate is made of, as CycloneDX, below target/sbom/.
    Sbom,
    /// Run all that CI runs: formatting, lints, tests, docs, and every file that is generated.
    Ci,
}

#[derive(Debug, Clone, Copy, Args)]
struct Mode {
    /// Write nothing; fail where something would be written.
    #[arg(long)]
    check: bool,
}

fn main() -> ExitCode {
    let result: Result<(), Box<dyn Error>> = match Arguments::parse().task {
        Task::Schemas(mode) => schemas::run(mode.check),
        Task::Docs(mode) => docs::run(mode.check),
        Task::Fixtures(mode) => fixtures::run(mode.check),
        Task::Corpus { folder } => corpus::run(&folder),
        Task::Bench(options) => bench::run(&options),
        Task::Fuzz(options) => fuzz::run(&options),
        Task::Chaos(options) => chaos::run(&options),
        Task::Consumers => consumers::run(),
        Task::Clients => clients::run(),
        Task::Page => page::run(),
        Task::Conformance => conformance::run(),
        Task::Supply => supply::run(),
        Task::Sbom => supply::sbom(),
        Task::Ci => ci::run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}
