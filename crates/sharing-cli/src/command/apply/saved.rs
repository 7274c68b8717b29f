//! A plan that was saved, on its way into a run: its rows, and whether the world is still what it was made of.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use sharing_bulk::{Entry, Journal, RunId, SavedPlan};

use crate::{
    command::{list::SHOWN, plan::Gathering},
    failure::Failure,
};

/// How a saved plan begins. A list of one long line is not read to its end to see that it is none.
const BEGINNING: &[u8] = b"{\"plan\":";

/// The plan in a file; none where the file is a list.
pub(super) fn open(path: &Path) -> Result<Option<SavedPlan<BufReader<File>>>, Failure> {
    if path.as_os_str() == "-" {
        return Ok(None);
    }
    let unread = |error| Failure::File { path: path.to_owned(), error };
    let mut file = BufReader::new(File::open(path).map_err(unread)?);
    if !file.fill_buf().map_err(unread)?.starts_with(BEGINNING) {
        return Ok(None);
    }
    SavedPlan::open(file).map(Some).map_err(|error| Failure::plan(path, vec![error.to_string()]))
}

/// Puts the rows of a plan, and the items without one, into a run, with their lines in the list that it was made of.
pub(super) async fn gather(path: &Path, journal: &Journal, run: RunId) -> Result<(), Failure> {
    let mut gathering = Gathering::new(journal, run);
    for item in open(path)?.into_iter().flatten() {
        let item = item.map_err(|error| Failure::plan(path, vec![error.to_string()]))?;
        if item.rows.is_empty() {
            gathering.add(Entry::Item(item.item)).await?;
        }
        for planned in item.rows {
            gathering.add(planned.row.into()).await?;
        }
    }
    gathering.put().await
}

/// Compares what was read for a run with what the plan was made of: how many items are not what they were, and the first
/// of them.
pub(super) async fn moved(
    path: &Path,
    journal: &Journal,
    run: RunId,
) -> Result<(usize, Vec<String>), Failure> {
    let (mut count, mut first) = (0, Vec::new());
    for item in open(path)?.into_iter().flatten() {
        let item = item.map_err(|error| Failure::plan(path, vec![error.to_string()]))?;
        let now = journal.fingerprint_of(run, &item.item).await?;
        if now.as_deref() != item.fingerprint.as_ref().map(|fingerprint| fingerprint.as_str()) {
            count += 1;
            if first.len() < SHOWN {
                first.push(item.item.to_string());
            }
        }
    }
    Ok((count, first))
}
