//! Answers that come when the worker's lease has lapsed.

use super::{Journal, JournalError, Lease, Outcome, RunId, sql};

impl Journal {
    /// Keeps an answer to a step that others have taken for a dead worker's. What the service said is better known than
    /// what reading may tell: unless the step has ended or has been sent again, it ends as the answer says, and whoever
    /// had taken it over lets it go.
    pub(super) async fn note_late(
        &self,
        transaction: &mut sqlx::Transaction<'static, sqlx::Any>,
        run: RunId,
        lease: &Lease,
        step: i64,
        outcome: &Outcome,
    ) -> Result<(), JournalError> {
        let json = serde_json::to_string(outcome)?;
        let text = self.spell(
            "INSERT INTO late_answers (run, step, worker, told_at, outcome_json) VALUES ($1, $2, $3, {now}, $4) \
             ON CONFLICT (run, step, worker) DO NOTHING",
        );
        let query = sql::kept(text).bind(run.0).bind(step).bind(lease.worker.clone()).bind(json.clone());
        query.execute(&mut **transaction).await?;
        let text = "UPDATE steps SET state = $3, outcome_json = $4, worker = NULL WHERE run = $1 AND step = $2 \
                    AND state IN ('waiting', 'claimed', 'doubt', 'settling')";
        let query = sql::kept(text.to_owned()).bind(run.0).bind(step).bind(outcome.end.as_str()).bind(json);
        query.execute(&mut **transaction).await?;
        Ok(())
    }

    /// How many answers of a run came late.
    #[cfg(test)]
    pub(super) async fn late_answers(&self, run: RunId) -> Result<i64, JournalError> {
        use sqlx::Row as _;

        let text = "SELECT COUNT(*) FROM late_answers WHERE run = $1";
        Ok(sql::kept(text.to_owned()).bind(run.0).fetch_one(self.pool()).await?.try_get(0)?)
    }
}
