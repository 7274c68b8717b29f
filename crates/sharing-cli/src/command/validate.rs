//! `sharing validate`: checks an access list without asking any service.

use std::{collections::HashSet, fs, path::PathBuf};

use clap::Args;
use serde::Serialize;
use sharing_bulk::AccessList;

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
    invitations: usize,
}

impl Validate {
    pub(crate) fn run(self, output: &Output) -> Result<Exit, Failure> {
        let text = fs::read_to_string(&self.file)
            .map_err(|error| Failure::File { path: self.file.clone(), error })?;
        let list =
            AccessList::from_csv(&text).map_err(|error| Failure::AccessList { path: self.file, error })?;
        let items: HashSet<_> = list.rows().iter().map(|row| &row.item).collect();
        let summary =
            Summary { rows: list.rows().len(), items: items.len(), invitations: list.invitations().len() };
        output.print(&summary, &["ROWS", "ITEMS", "INVITATIONS"], |summary| {
            let cells = [summary.rows, summary.items, summary.invitations];
            vec![cells.iter().map(ToString::to_string).collect()]
        })?;
        Ok(Exit::Done)
    }
}
