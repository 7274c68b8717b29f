//! `sharing validate`: checks an access list without asking any service.

use std::{collections::HashSet, fs::File, path::PathBuf};

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;
use sharing_bulk::{AccessListReader, Format};
use sharing_model::Circumstances;

use crate::{exit::Exit, failure::Failure, output::Output};

/// Check an access list, offline: every fault with its line and column.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  sharing validate examples/access-list.csv\n\n\
A list is CSV with the columns item, recipient and role, and if you like message, notify (true or false)\n\
and sign-in (true or false).")]
pub(crate) struct Validate {
    /// The access list, as CSV.
    file: PathBuf,
}

/// What a list amounts to.
#[derive(Debug, Serialize)]
struct Summary {
    rows: usize,
    items: usize,
}

/// How many faults are printed; the others are counted.
pub(crate) const SHOWN: usize = 100;

impl Validate {
    pub(crate) fn run(self, output: &Output) -> Result<Exit, Failure> {
        let file =
            File::open(&self.file).map_err(|error| Failure::File { path: self.file.clone(), error })?;
        let format = Format::of(&self.file).unwrap_or_default();
        let list = AccessListReader::new(file, format).under(Circumstances::default().now(Timestamp::now()));
        let (mut rows, mut items, mut faults, mut more) = (0, HashSet::new(), Vec::new(), 0);
        for row in list {
            match row {
                Ok(row) => {
                    rows += 1;
                    items.insert(row.item);
                }
                Err(fault) if faults.len() < SHOWN => faults.push(fault),
                Err(_) => more += 1,
            }
        }
        if !faults.is_empty() {
            return Err(Failure::AccessList { path: self.file, faults, more });
        }
        let summary = Summary { rows, items: items.len() };
        output.print(&summary, &["ROWS", "ITEMS"], |summary| {
            vec![[summary.rows, summary.items].iter().map(ToString::to_string).collect()]
        })?;
        Ok(Exit::Done)
    }
}
