//! The operators' program `sharing`, as a library, so that the workspace's own tools can read its command tree.
//!
//! This crate knows arguments and pictures: what a person typed becomes a value of the model, and an answer becomes a
//! table or JSON. It does not know the protocol or the wire.

mod arguments;
mod command;
mod connection;
mod dry_run;
mod exit;
mod failure;
mod journal;
mod limits;
mod output;
mod progress;
mod signal;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::{arguments::Arguments, exit::Exit, failure::Failure, output::Output};

/// Runs the program with the process's own arguments, streams and environment.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            failure.print();
            failure.exit().into()
        }
    }
}

/// The tree of commands, arguments and help texts.
///
/// ```
/// assert!(sharing_cli::command().find_subcommand("invite").is_some());
/// ```
#[must_use]
pub fn command() -> clap::Command {
    Arguments::command()
}

fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let output = Output::new(arguments.output);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(command::run(arguments.command, &arguments.connection, &output))
}
