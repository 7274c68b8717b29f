//! `sharing validate`: checks an access list without asking any service.

use std::{
    collections::{HashSet, hash_map::RandomState},
    hash::BuildHasher,
};

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;
use sharing_bulk::Agreement;

use super::list::{Faults, ListArguments};
use crate::{exit::Exit, failure::Failure, output::Output};

/// Check an access list, offline: every fault with its line and column.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sharing validate examples/access-list.csv
  sharing validate access.ndjson --drive business --token application

A list has a row for each item and recipient, as CSV with a header, as NDJSON, or as an array of JSON.
  item       where it lives: an address such as me:/path or
             /drives/ID/items/ID, a sharing link, or its URL in a browser
  recipient  mail:ADDRESS, id:OBJECT-ID, alias:NAME, or one of these bare
  role       read or write
and if you like
  expires    when it ends, as in 2027-01-31T00:00:00Z or +30d
  notify     true for a mail; else there is none
  message    its text, at most 2000 characters
  sign-in    false for who need not sign in")]
pub(crate) struct Validate {
    #[command(flatten)]
    list: ListArguments,
}

/// What a list amounts to.
#[derive(Debug, Serialize)]
struct Summary {
    rows: u64,
    items: usize,
    recipients: usize,
    mails: u64,
}

impl Validate {
    pub(crate) fn run(self, output: &Output) -> Result<Exit, Failure> {
        let mut list = self.list.open(Timestamp::now())?;
        let (mut faults, mut agreement) = (Faults::default(), Agreement::default());
        let hasher = RandomState::new();
        let (mut items, mut recipients) = (HashSet::new(), HashSet::new());
        let (mut rows, mut mails, mut warnings) = (0, 0, Faults::default());
        while let Some(row) = list.next() {
            for warning in list.take_warnings() {
                warnings.add(warning);
            }
            let Some(row) = faults.sort(row) else { continue };
            if let Some(fault) = agreement.check(&row) {
                faults.add(fault);
            }
            rows += 1;
            mails += u64::from(row.options.notify);
            items.insert(hasher.hash_one(&row.item));
            recipients.insert(hasher.hash_one(row.whom().to_lowercase()));
        }
        warnings.warn(&self.list.file);
        faults.none(&self.list.file)?;
        let summary = Summary { rows, items: items.len(), recipients: recipients.len(), mails };
        output.print(&summary, &["ROWS", "ITEMS", "RECIPIENTS", "MAILS"], |summary| {
            let Summary { rows, items, recipients, mails } = summary;
            vec![vec![rows.to_string(), items.to_string(), recipients.to_string(), mails.to_string()]]
        })?;
        Ok(Exit::Done)
    }
}
