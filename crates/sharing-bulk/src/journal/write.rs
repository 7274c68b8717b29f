//! What happens to steps, committed in groups: one transaction for all that is written at a moment.

use std::{collections::HashSet, time::Duration};

use sqlx::Row as _;

use super::{
    Journal, JournalError, Lease, Outcome, RunId, StepEnd,
    sql::{self, places, rows_at_once},
    steps::{NewStep, add_steps},
};
use crate::Step;

/// One thing to write down.
#[derive(Debug)]
pub(crate) enum Entry {
    /// A request is about to leave.
    Intent { step: i64 },
    /// The service answered.
    Answered { step: i64, outcome: Outcome },
    /// Reading told how it ended.
    Ended { step: i64, outcome: Outcome },
    /// Smaller steps take its place, at once with its outcome.
    Split { step: i64, item: i64, rank: i64, outcome: Outcome, parts: Vec<Part> },
    /// Nobody knows what came of it; look no earlier than so long from now.
    Doubt { step: i64, wait: Duration, looked: i64 },
    /// Its intent did not hold: whoever claims it asks.
    Unclaimed { step: i64 },
    /// Nothing came of this attempt, or so many looks told that nothing came of any: ask again. `sent_at` is that of an
    /// earlier attempt of which nobody knows what came of it.
    Again { step: i64, sent_at: Option<i64>, looked: i64 },
}

/// A smaller step.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) step: Step,
    /// How many of its mails go to people outside.
    pub(crate) outside: u64,
    /// Whether it may have been done already.
    pub(crate) in_doubt: bool,
}

impl Journal {
    /// Writes all of it, or nothing. What comes back is the intents that hold: a worker whose lease lapsed has none.
    pub(crate) async fn write(
        &self,
        run: RunId,
        lease: &Lease,
        entries: &[Entry],
    ) -> Result<HashSet<i64>, JournalError> {
        let mut transaction = self.begin_writing().await?;
        let mut held = HashSet::new();
        let intents: Vec<i64> = entries
            .iter()
            .filter_map(|entry| match entry {
                Entry::Intent { step } => Some(*step),
                _ => None,
            })
            .collect();
        for steps in intents.chunks(rows_at_once(1)) {
            let text = self.spell(&format!(
                "UPDATE steps SET state = 'sent', sent_at = {{now}} FROM (VALUES {}) AS told \
                 WHERE steps.run = $1 AND steps.step = told.column1 AND steps.worker = $2 AND steps.state = 'claimed' \
                 AND EXISTS (SELECT 1 FROM workers \
                 WHERE workers.run = $1 AND workers.worker = $2 AND workers.lease_until > {{now}}) \
                 RETURNING steps.step",
                places(2, steps.len(), 1)
            ));
            let mut query = sql::query(text).bind(run.0).bind(lease.worker.clone());
            for step in steps {
                query = query.bind(*step);
            }
            for row in query.fetch_all(&mut *transaction).await? {
                held.insert(row.try_get(0)?);
            }
        }
        let mut ended = Vec::new();
        for entry in entries {
            match entry {
                Entry::Answered { step, outcome }
                | Entry::Ended { step, outcome }
                | Entry::Split { step, outcome, .. } => ended.push((*step, outcome)),
                Entry::Doubt { step, wait, looked } => {
                    let text = self.spell(
                        "UPDATE steps SET state = 'doubt', worker = NULL, not_before = {now} + $4, looked = $5 \
                         WHERE run = $1 AND step = $2 AND worker = $3 AND state IN ('sent', 'settling')",
                    );
                    let wait = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
                    let query = sql::kept(text).bind(run.0).bind(*step).bind(lease.worker.clone());
                    query.bind(wait).bind(*looked).execute(&mut *transaction).await?;
                }
                Entry::Unclaimed { step } => {
                    let text = "UPDATE steps SET state = 'waiting', worker = NULL \
                                WHERE run = $1 AND step = $2 AND worker = $3 AND state = 'claimed'";
                    let query = sql::kept(text.to_owned()).bind(run.0).bind(*step);
                    query.bind(lease.worker.clone()).execute(&mut *transaction).await?;
                }
                Entry::Again { step, sent_at, looked } => {
                    let text = "UPDATE steps SET state = 'waiting', worker = NULL, sent_at = $4, looked = $5 \
                                WHERE run = $1 AND step = $2 AND worker = $3";
                    let query = sql::kept(text.to_owned()).bind(run.0).bind(*step).bind(lease.worker.clone());
                    query.bind(*sent_at).bind(*looked).execute(&mut *transaction).await?;
                }
                Entry::Intent { .. } => {}
            }
        }
        let mut accepted = HashSet::new();
        for ended in ended.chunks(rows_at_once(3)) {
            let text = format!(
                "UPDATE steps SET state = told.column2, outcome_json = told.column3, worker = NULL \
                 FROM (VALUES {}) AS told \
                 WHERE steps.run = $1 AND steps.step = told.column1 AND steps.worker = $2 RETURNING steps.step",
                places(2, ended.len(), 3)
            );
            let mut query = sql::query(text).bind(run.0).bind(lease.worker.clone());
            for (step, outcome) in ended {
                query = query.bind(*step).bind(outcome.end.as_str()).bind(serde_json::to_string(outcome)?);
            }
            for row in query.fetch_all(&mut *transaction).await? {
                accepted.insert(row.try_get::<i64, _>(0)?);
            }
        }
        for entry in entries {
            if let Entry::Answered { step, outcome } = entry
                && !accepted.contains(step)
            {
                self.note_late(&mut transaction, run, lease, *step, outcome).await?;
            }
        }
        let parts: Vec<_> = entries
            .iter()
            .filter_map(|entry| match entry {
                // Whoever took the step over goes on from the whole of it.
                Entry::Split { step, item, rank, parts, outcome }
                    if accepted.contains(step) && outcome.end == StepEnd::Split =>
                {
                    Some(parts.iter().map(|part| NewStep {
                        item: *item,
                        rank: *rank,
                        outside: part.outside,
                        state: if part.in_doubt { "doubt" } else { "waiting" },
                        step: &part.step,
                    }))
                }
                _ => None,
            })
            .flatten()
            .collect();
        add_steps(&mut transaction, run, &parts).await?;
        transaction.commit().await?;
        Ok(held)
    }
}
