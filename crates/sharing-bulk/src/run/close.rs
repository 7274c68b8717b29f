//! The end: each row gets its word. Where the answers left it open whether the service shows what was granted, the item is
//! read again first.

use std::collections::{BTreeMap, HashMap};

use sharing_model::{GranteeKind, Permission, Role};
use tokio::time::sleep;

use super::{Run, RunError, RunEvent, RunOptions, Tell, plan::read_all, settle};
use crate::{ClosedRow, ListedItem, Row, RunState, StepRecord, Verdict, Word, journal::Lease, plan_item};

/// How many items are closed in one transaction, and read in batches.
const ITEMS: u32 = 160;
/// How often an item is read again that does not show yet what it was given.
const LOOKS: usize = 2;

type Words = BTreeMap<u64, ClosedRow>;

impl Run {
    /// Gives every row its word for good. One worker at a time does.
    pub(super) async fn close_for_good(
        &self,
        options: &RunOptions,
        lease: &Lease,
        alone: bool,
        tell: Tell<'_>,
    ) -> Result<(), RunError> {
        if alone {
            // Whoever closed before is dead.
            self.journal.leaves_closing(self.run).await?;
        }
        while self.journal.summary(self.run).await?.state != RunState::Ended {
            if !self.journal.takes_closing(self.run, lease).await? {
                sleep(options.lease.min(super::LOOK_AGAIN)).await;
                continue;
            }
            loop {
                let items = self.journal.unclosed(self.run, ITEMS).await?;
                if items.is_empty() {
                    break;
                }
                self.journal.goes_on_closing(self.run, lease).await?;
                let closed = self.words(&items, options.verify.then_some(options)).await?;
                let rows = closed.iter().map(|(_, rows)| rows.len() as u64).sum();
                self.journal.close(self.run, &closed, true).await?;
                tell(&RunEvent::Verified { rows });
            }
            self.journal.advance(self.run, RunState::Ended).await?;
            self.journal.leaves_closing(self.run).await?;
        }
        Ok(())
    }

    /// Gives words to the rows whose steps have ended, without reading anything: the run goes on later.
    pub(super) async fn close_so_far(&self) -> Result<(), RunError> {
        let mut after = 0;
        loop {
            let items = self.journal.items_after(self.run, after, ITEMS).await?;
            let Some(last) = items.last() else { return Ok(()) };
            after = last.item;
            let closed = self.words(&items, None).await?;
            self.journal.close(self.run, &closed, false).await?;
        }
    }

    /// What became of the rows of these items that are in any step.
    async fn words(
        &self,
        items: &[ListedItem],
        verify: Option<&RunOptions>,
    ) -> Result<Vec<(i64, Vec<ClosedRow>)>, RunError> {
        let mut all: Vec<(i64, Words)> = Vec::with_capacity(items.len());
        let mut touched = Vec::new();
        for item in items {
            let mut words = Words::new();
            let mut is_open = false;
            for step in self.journal.steps_of(self.run, item.item).await? {
                is_open |= told(&step, &mut words);
            }
            let is_open = is_open || verify.is_some_and(|options| options.read_back);
            if is_open && words.values().any(|row| is_claimed(row.word)) {
                touched.push((all.len(), item.clone()));
            }
            all.push((item.item, words));
        }
        if let Some(options) = verify {
            for touched in touched.chunks(sharing_model::BATCH_LIMIT) {
                self.verify(touched, &mut all, options).await?;
            }
        }
        Ok(all.into_iter().map(|(item, words)| (item, words.into_values().collect())).collect())
    }

    /// Reads items again, and corrects what is said of their rows.
    async fn verify(
        &self,
        touched: &[(usize, ListedItem)],
        all: &mut [(i64, Words)],
        options: &RunOptions,
    ) -> Result<(), RunError> {
        let items: Vec<_> = touched.iter().map(|(_, item)| item.clone()).collect();
        let read = read_all(&self.client, &items).await;
        for ((index, item), read) in touched.iter().zip(read) {
            let rows = self.journal.rows_of(self.run, item.item).await?;
            let words = &mut all[*index].1;
            let mut read = read;
            for look in 0.. {
                let permissions = match &read {
                    Ok(permissions) => permissions,
                    Err(error) => {
                        let why = format!("the service said yes, and the item cannot be read again: {error}");
                        for row in words.values_mut().filter(|row| row.word == Word::Granted) {
                            row.why.get_or_insert_with(|| why.clone());
                        }
                        break;
                    }
                };
                let missing = self.missing(item, &rows, words, permissions);
                if missing.is_empty() {
                    break;
                }
                // What was just granted may take a moment to show.
                if look < LOOKS && missing.values().any(|word| *word == Word::MissingAfter200) {
                    sleep(options.look_again).await;
                    read = settle::permissions(&self.client, &item.address).await;
                    continue;
                }
                for (number, word) in missing {
                    let request = words.get(&number).and_then(|row| row.request_id.clone());
                    words.insert(number, missed(number, word).request(request));
                }
                break;
            }
        }
        Ok(())
    }

    /// The rows that were granted and do not show, each with the word for it.
    fn missing(
        &self,
        item: &ListedItem,
        rows: &[Row],
        words: &Words,
        permissions: &[Permission],
    ) -> HashMap<u64, Word> {
        let is_claimed = |row: &&Row| words.get(&row.line).is_some_and(|closed| is_claimed(closed.word));
        let claimed: Vec<_> = rows.iter().filter(is_claimed).cloned().collect();
        let plan = plan_item(&item.address, claimed, permissions, &self.plan);
        let domains = settle::domains(permissions, &self.plan);
        let absent = plan.rows.into_iter().filter(|row| !matches!(row.verdict, Verdict::Nothing { .. }));
        absent
            .map(|planned| {
                let row = planned.row;
                let word = if !settle::is_inside(&row.recipient, &domains) {
                    Word::PendingGuest
                } else if has_group(permissions, &row.options.role) {
                    Word::CoveredByGroup
                } else {
                    Word::MissingAfter200
                };
                (row.line, word)
            })
            .collect()
    }
}

/// Whether a word says that somebody has access by what the run did.
const fn is_claimed(word: Word) -> bool {
    matches!(word, Word::Granted | Word::GrantedNotNotified)
}

/// Whether a group has the role: the service then lists none of its members.
fn has_group(permissions: &[Permission], role: &Role) -> bool {
    permissions
        .iter()
        .filter(|permission| permission.covers(role))
        .any(|permission| permission.grantees().iter().any(|grantee| grantee.kind() == GranteeKind::Group))
}

fn missed(number: u64, word: Word) -> ClosedRow {
    let row = ClosedRow::new(number, word);
    match word {
        Word::PendingGuest => row.because("the service lists guests once they accept"),
        Word::CoveredByGroup => row
            .because("a group has the same access, and the service lists it in the place of its members")
            .next("if they are not in that group, look at the item"),
        _ => row.because("the service said yes, and does not list them").next(
            "look at the item in a quarter of an hour; then ask the service's support with the request id",
        ),
    }
}

/// What a step says of its rows, and whether it leaves open that the service shows it.
fn told(record: &StepRecord, words: &mut Words) -> bool {
    let Some(outcome) = &record.outcome else { return false };
    let is_ended = matches!(&*record.state, "done" | "refused" | "unsettled");
    let mut own = Words::new();
    if let (Some(word), true) = (outcome.word, is_ended) {
        for row in &record.step.rows {
            let mut closed = ClosedRow::new(*row, word).request(outcome.request_id.clone());
            closed.why.clone_from(&outcome.why);
            closed.next.clone_from(&outcome.next);
            own.insert(*row, closed);
        }
    }
    if is_ended || record.state == "split" {
        own.extend(outcome.rows.iter().map(|row| (row.number, row.clone())));
    }
    for (number, row) in own {
        // Of a row that needed several steps, the one that failed is told.
        if words.get(&number).is_none_or(|known| known.word.is_good()) {
            words.insert(number, row);
        }
    }
    !outcome.shown
}
