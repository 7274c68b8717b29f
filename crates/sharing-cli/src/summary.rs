//! `--summary-file`: how it ended, in one line of JSON, for whoever started the program.

use std::{fs, path::PathBuf, time::Instant};

use clap::ArgMatches;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{exit::Exit, failure::Failure};

/// What is known at the start.
#[derive(Debug)]
pub(crate) struct Summary {
    file: Option<PathBuf>,
    verb: String,
    begun: Timestamp,
    since: Instant,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    verb: String,
    exit: u8,
    outcome: &'static str,
    begun: Timestamp,
    seconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(flatten)]
    noted: Map<String, Value>,
}

impl Summary {
    pub(crate) fn of(matches: &ArgMatches, file: Option<PathBuf>) -> Self {
        let inwards = std::iter::successors(matches.subcommand(), |(_, matches)| matches.subcommand());
        let verb = inwards.map(|(name, _)| name).collect::<Vec<_>>().join(" ");
        Self { file, verb, begun: Timestamp::now(), since: Instant::now() }
    }

    /// Writes it, if that was asked for. A summary that cannot be written is a failure of its own, after any other.
    pub(crate) fn write(
        self,
        outcome: Result<Exit, Failure>,
        noted: Map<String, Value>,
    ) -> Result<Exit, Failure> {
        let Some(path) = self.file else { return outcome };
        let failure = outcome.as_ref().err();
        let exit = outcome.as_ref().map_or_else(Failure::exit, |exit| *exit);
        let line = Line {
            verb: self.verb,
            exit: exit as u8,
            outcome: exit.word(),
            begun: self.begun,
            seconds: self.since.elapsed().as_secs_f64(),
            error: failure.map(ToString::to_string),
            next: failure.map(Failure::next),
            request_id: failure.and_then(Failure::request_id).map(str::to_owned),
            noted,
        };
        let text = serde_json::to_string(&line)?;
        let written = fs::write(&path, text + "\n").map_err(|error| Failure::Unwritten { path, error });
        outcome.and_then(|exit| written.map(|()| exit))
    }
}
