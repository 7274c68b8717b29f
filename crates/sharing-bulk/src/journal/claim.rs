//! Who works on what: claims, and leases that lapse.

use std::time::Duration;

use sqlx::Row as _;

use super::{Journal, JournalError, RunId, StepRecord, sql, steps::COLUMNS};

/// A worker, and how long it may be silent before others take over what it has claimed.
///
/// ```
/// use std::time::Duration;
/// use sharing_bulk::Lease;
///
/// assert_eq!(Lease::new("db-host-7", Duration::from_secs(60)).worker, "db-host-7");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lease {
    /// The worker's name, which no other has.
    pub worker: String,
    /// How long it may be silent.
    pub time: Duration,
}

impl Lease {
    /// A worker's lease.
    ///
    /// ```
    /// let lease = sharing_bulk::Lease::new("a", std::time::Duration::from_secs(60));
    /// assert_eq!(lease.time.as_secs(), 60);
    /// ```
    #[must_use]
    pub fn new(worker: &str, time: Duration) -> Self {
        Self { worker: worker.to_owned(), time }
    }
}

/// What a worker claimed.
///
/// ```
/// assert!(sharing_bulk::Claim::default().steps.is_empty());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claim {
    /// Steps to ask, in order.
    pub steps: Vec<StepRecord>,
    /// Steps of which nobody knows what came of them.
    pub doubts: Vec<StepRecord>,
}

fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

impl Journal {
    /// Says that a worker lives, from now on for as long as its lease.
    pub(crate) async fn renew(&self, run: RunId, lease: &Lease) -> Result<(), JournalError> {
        let text = self.spell(
            "INSERT INTO workers (run, worker, lease_until) VALUES ($1, $2, {now} + $3) \
             ON CONFLICT (run, worker) DO UPDATE SET lease_until = excluded.lease_until",
        );
        let query = sql::kept(text).bind(run.0).bind(lease.worker.clone()).bind(milliseconds(lease.time));
        query.execute(self.pool()).await?;
        Ok(())
    }

    /// Ends a worker's lease, and gives back what it claimed and did not send.
    pub(crate) async fn leave(&self, run: RunId, lease: &Lease) -> Result<(), JournalError> {
        let mut transaction = self.begin_writing().await?;
        for text in [
            "UPDATE steps SET state = 'waiting', worker = NULL WHERE run = $1 AND state = 'claimed' AND worker = $2",
            "UPDATE steps SET state = 'doubt', worker = NULL \
             WHERE run = $1 AND state IN ('sent', 'settling') AND worker = $2",
            "DELETE FROM workers WHERE run = $1 AND worker = $2",
        ] {
            let query = sql::kept(text.to_owned()).bind(run.0).bind(lease.worker.clone());
            query.execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Takes back what dead workers claimed. What they had sent goes in doubt where it mails, and is asked again where
    /// it does not. `alone`: this worker has the journal's lock, so that all others are dead.
    pub(crate) async fn lapse(&self, run: RunId, lease: &Lease, alone: bool) -> Result<u64, JournalError> {
        let living = if alone { "" } else { "AND lease_until > {now}" };
        let text = self.spell(&format!(
            "UPDATE steps SET worker = NULL, state = CASE \
             WHEN state = 'claimed' OR (state = 'sent' AND mails = 0) THEN 'waiting' ELSE 'doubt' END \
             WHERE run = $1 AND state IN ('claimed', 'sent', 'settling') AND worker <> $2 \
             AND worker NOT IN (SELECT worker FROM workers WHERE run = $1 {living} {})",
            if alone { "AND worker = $2" } else { "" }
        ));
        let query = sql::kept(text).bind(run.0).bind(lease.worker.clone());
        Ok(query.execute(self.pool()).await?.rows_affected())
    }

    /// Claims steps to ask, those of a lower rank first, none above `highest`.
    pub(crate) async fn claim(
        &self,
        run: RunId,
        lease: &Lease,
        limit: usize,
        highest: i64,
    ) -> Result<Vec<StepRecord>, JournalError> {
        let text = self.spell(&format!(
            "WITH next AS MATERIALIZED (SELECT step AS number FROM steps WHERE run = $1 AND state = 'waiting' \
             AND rank <= $4 ORDER BY rank, step LIMIT $3 {{skip locked}}) \
             UPDATE steps SET state = 'claimed', worker = $2 FROM next \
             WHERE steps.run = $1 AND steps.step = next.number AND steps.state = 'waiting' RETURNING {COLUMNS}"
        ));
        let query = sql::kept(text).bind(run.0).bind(lease.worker.clone());
        let query = query.bind(i64::try_from(limit).unwrap_or(i64::MAX)).bind(highest);
        let found = query.fetch_all(self.pool()).await?;
        let mut steps = found.iter().map(StepRecord::read).collect::<Result<Vec<_>, _>>()?;
        steps.sort_by_key(|step| (step.rank, step.number));
        Ok(steps)
    }

    /// Claims steps in doubt that may be looked at by now.
    pub(crate) async fn claim_doubts(
        &self,
        run: RunId,
        lease: &Lease,
        limit: usize,
    ) -> Result<Vec<StepRecord>, JournalError> {
        let text = self.spell(&format!(
            "WITH next AS MATERIALIZED (SELECT step AS number FROM steps WHERE run = $1 AND state = 'doubt' \
             AND not_before <= {{now}} ORDER BY rank, step LIMIT $3 {{skip locked}}) \
             UPDATE steps SET state = 'settling', worker = $2 FROM next \
             WHERE steps.run = $1 AND steps.step = next.number AND steps.state = 'doubt' RETURNING {COLUMNS}"
        ));
        let query = sql::kept(text).bind(run.0).bind(lease.worker.clone());
        let found = query.bind(i64::try_from(limit).unwrap_or(i64::MAX)).fetch_all(self.pool()).await?;
        found.iter().map(StepRecord::read).collect()
    }

    /// How long until the next step in doubt may be looked at; `None` where there is none.
    pub(crate) async fn next_doubt(&self, run: RunId) -> Result<Option<Duration>, JournalError> {
        let text = self.spell("SELECT MIN(not_before) - {now} FROM steps WHERE run = $1 AND state = 'doubt'");
        let found = sql::kept(text).bind(run.0).fetch_one(self.pool()).await?;
        let wait: Option<i64> = found.try_get(0)?;
        Ok(wait.map(|wait| Duration::from_millis(u64::try_from(wait).unwrap_or(0))))
    }

    /// Whether this worker is the one that closes the run: one at a time does.
    pub(crate) async fn takes_closing(&self, run: RunId, lease: &Lease) -> Result<bool, JournalError> {
        let text = self.spell(
            "INSERT INTO workers (run, worker, lease_until) VALUES ($1, $2, {now} + $3) \
             ON CONFLICT (run, worker) DO UPDATE SET lease_until = excluded.lease_until \
             WHERE workers.lease_until <= {now}",
        );
        let query = sql::kept(text).bind(run.0).bind(CLOSER).bind(milliseconds(lease.time));
        Ok(query.execute(self.pool()).await?.rows_affected() == 1)
    }

    /// Says that closing goes on.
    pub(crate) async fn goes_on_closing(&self, run: RunId, lease: &Lease) -> Result<(), JournalError> {
        self.renew(run, &Lease::new(CLOSER, lease.time)).await
    }

    /// Lets others close.
    pub(crate) async fn leaves_closing(&self, run: RunId) -> Result<(), JournalError> {
        let text = "DELETE FROM workers WHERE run = $1 AND worker = $2";
        sql::kept(text.to_owned()).bind(run.0).bind(CLOSER).execute(self.pool()).await?;
        Ok(())
    }
}

/// The name under which the one that closes a run has its lease. No worker is called so.
const CLOSER: &str = "(closing)";
