//! The operators' program `sharing`, as a library, so that the workspace's own tools can read its command tree.
//!
//! This crate knows arguments and pictures: what a person typed becomes a value of the model, and an answer becomes a
//! table or JSON. It does not know the protocol or the wire.
//!
//! [`main`] is the whole program; [`command()`] is what can be typed, from which the manual is made:
//!
//! ```
//! let mut sharing = sharing_cli::command();
//! let help = sharing.find_subcommand_mut("invite").unwrap().render_help().to_string();
//! assert!(help.contains("--to <WHO>"), "{help}");
//! ```

mod arguments;
mod claims;
mod clock;
mod command;
mod connection;
mod credential;
mod dry_run;
mod exit;
mod failure;
mod file;
mod journal;
mod keep;
mod limits;
mod output;
mod progress;
mod settings;
mod signal;
mod summary;
mod voice;
mod wrap;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use crate::{
    arguments::{Arguments, Command},
    connection::ConnectionArguments,
    exit::Exit,
    failure::Failure,
    output::Output,
    summary::Summary,
};

/// Runs the program with the process's own arguments, streams and environment.
#[must_use]
pub fn main() -> ExitCode {
    let matches = Arguments::command().get_matches();
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let summary = Summary::of(&matches, arguments.summary_file.clone());
    let (outcome, noted) = run(arguments);
    let outcome = summary.write(outcome, noted);
    match outcome {
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

/// What became of it, and what the summary is to say.
fn run(arguments: Arguments) -> (Result<Exit, Failure>, serde_json::Map<String, serde_json::Value>) {
    arguments.voice.set();
    let output = match Output::new(&arguments.output) {
        Ok(output) => output,
        Err(failure) => return (Err(failure), serde_json::Map::new()),
    };
    let outcome = at_work(arguments.command, &arguments.connection, &output);
    (outcome, output.noted())
}

/// Does what was asked for, to its end or until somebody wants it to end at once.
fn at_work(command: Command, connection: &ConnectionArguments, output: &Output) -> Result<Exit, Failure> {
    if let Some(last_words) = command.last_words() {
        signal::listen(last_words)?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let outcome = runtime.block_on(async {
        tokio::select! {
            outcome = command::run(command, connection, output) => Some(outcome),
            () = signal::ended() => None,
        }
    });
    outcome.unwrap_or_else(|| {
        signal::say_last_words();
        Ok(Exit::Interrupted)
    })
}
