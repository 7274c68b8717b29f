//! Undoing a run: what it granted is taken back, what it changed is set back. What was there before stays, and of what
//! cannot be undone each row says why.

mod inverse;

use std::collections::BTreeSet;

use serde::Serialize;
use sharing_model::{BATCH_LIMIT, Permission};

use self::inverse::{Undone, inverses};
use super::{Run, RunError, Stop, plan::read_all};
use crate::{
    ClosedRow, Fingerprint, ListedItem, PlanOptions, PlannedItem, RunHead, RunId, RunState, Step, StepRecord,
    Word, journal::JournalError,
};

/// How many items are looked at in one go.
const ITEMS: u32 = 160;

/// The options of an undoing run: those of the run that it undoes, and which that is.
#[derive(Serialize)]
struct UndoOptions<'a> {
    #[serde(flatten)]
    plan: &'a PlanOptions,
    undoes: RunId,
}

impl Run {
    /// Plans the undoing of this run, as a run of its own: its steps take back what this run granted and set back the
    /// roles and ends that it changed, as far as they still are as it left them. It has a row for each that this run
    /// granted or changed, and for each whom it took access from; where nothing can be done, the row says why at once.
    ///
    /// # Errors
    ///
    /// When the journal fails, or the service cannot be asked.
    ///
    /// ```
    /// # async fn example(run: sharing_bulk::Run, journal: sharing_bulk::Journal) -> Result<(), sharing_bulk::RunError> {
    /// let undoing = run.plan_undo(&sharing_bulk::Stop::default()).await?;
    /// for record in journal.steps_after(undoing, 0, None, 100).await? {
    ///     println!("{:?}", record.step.change);
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn plan_undo(&self, stop: &Stop) -> Result<RunId, RunError> {
        let journal = &self.journal;
        let head = RunHead::new(&format!("undo of run {}", self.run), &self.client.endpoint().to_string());
        let options = UndoOptions { plan: &self.plan, undoes: self.run };
        let undoing = journal.begin(&head.options(&options).map_err(JournalError::from)?).await?;
        let mut after = 0;
        loop {
            if stop.is_asked() {
                return Ok(undoing);
            }
            let items = journal.items_after(self.run, after, ITEMS).await?;
            let Some(last) = items.last() else { break };
            after = last.item;
            let mut touched = Vec::new();
            for item in items {
                let steps = journal.steps_of(self.run, item.item).await?;
                let steps: Vec<_> = steps.into_iter().filter(has_done_something).collect();
                if !steps.is_empty() {
                    touched.push((item, steps));
                }
            }
            for touched in touched.chunks(BATCH_LIMIT) {
                let items: Vec<_> = touched.iter().map(|(item, _)| item.clone()).collect();
                for ((item, steps), read) in touched.iter().zip(read_all(&self.client, &items).await) {
                    let permissions = match read {
                        Ok(permissions) => Some(permissions),
                        Err(error) if error.status() == Some(404) => None,
                        Err(error) => return Err(RunError::Service(error)),
                    };
                    self.undo_item(undoing, item, steps, permissions.as_deref()).await?;
                }
            }
        }
        journal.advance(undoing, RunState::Planned).await?;
        Ok(undoing)
    }

    /// Puts the undoing of one item into the journal. Without permissions, the item is gone.
    async fn undo_item(
        &self,
        undoing: RunId,
        item: &ListedItem,
        steps: &[StepRecord],
        permissions: Option<&[Permission]>,
    ) -> Result<(), RunError> {
        let rows = self.journal.numbered_rows_of(self.run, item.item).await?.into_iter().collect();
        let mut grouped = Vec::with_capacity(steps.len());
        for record in steps {
            grouped.push((record, self.rows_by_recipient(record).await?));
        }
        let plan = PlanOptions { now: jiff::Timestamp::now(), ..self.plan.clone() };
        let undone = inverses(item, &rows, &grouped, permissions.unwrap_or_default(), &plan);
        let all: Vec<_> = undone.iter().flat_map(|undone| undone.rows.iter().cloned()).collect();
        if all.is_empty() {
            return Ok(());
        }
        self.journal.gather(undoing, &all).await?;
        let Some(into) = self.journal.unplanned(undoing, 1).await?.pop() else { return Ok(()) };
        let mut numbers = self.journal.numbered_rows_of(undoing, into.item).await?.into_iter();
        let (mut changes, mut closed, mut taken) = (Vec::new(), Vec::new(), BTreeSet::new());
        for Undone { rows, what } in undone {
            let rows: Vec<u64> = numbers.by_ref().take(rows.len()).map(|(number, _)| number).collect();
            let say = |word, why: &str, next: Option<&str>| {
                let row = move |number: &u64| {
                    let closed = ClosedRow::new(*number, word).because(why);
                    match next {
                        Some(next) => closed.next(next),
                        None => closed,
                    }
                };
                rows.iter().map(row).collect::<Vec<_>>()
            };
            match what {
                _ if permissions.is_none() => {
                    closed.extend(say(Word::Already, "the item is gone, and what was granted on it", None));
                }
                Ok(change) => {
                    let id = inverse::permission(&change).map(str::to_owned);
                    if id.is_some_and(|id| !taken.insert(id)) {
                        closed.extend(say(Word::Already, "it is taken back with another row", None));
                    } else {
                        changes.push((0, Step { item: into.address.clone(), change, rows }));
                    }
                }
                Err(left) => closed.extend(say(left.word, &left.why, left.next.as_deref())),
            }
        }
        // With a fingerprint, it is not taken for an item that is still to be planned.
        let fingerprint = Fingerprint::of(permissions.unwrap_or_default()).as_str().to_owned();
        let planned = PlannedItem::new(into.item, Some(fingerprint), changes, closed);
        Ok(self.journal.put_plans(undoing, &[planned]).await?)
    }
}

/// Whether something came of a step: all of it, or of one whose place smaller ones took, that of some recipients.
fn has_done_something(record: &StepRecord) -> bool {
    record.state == "done"
        || (record.state == "split"
            && record.outcome.as_ref().is_some_and(|outcome| outcome.rows.iter().any(inverse::is_granted)))
}
