//! Whom earlier runs invited, and the service does not list yet.

use sharing_model::ItemAddress;
use sqlx::{Row as _, any::AnyRow};

use super::{ClosedRow, Journal, JournalError, RunId, Word, sql};
use crate::Row;

/// Somebody whom a run invited, or may have.
pub(crate) struct Invited {
    run: RunId,
    row: Row,
    word: Word,
}

impl Invited {
    fn read(found: &AnyRow) -> Result<Self, JournalError> {
        Ok(Self {
            run: RunId(found.try_get(0)?),
            row: serde_json::from_str(&found.try_get::<String, _>(1)?)?,
            word: Word::read(&found.try_get::<String, _>(2)?)?,
        })
    }

    /// Whether a row asks for the same again.
    pub(crate) fn is(&self, row: &Row) -> bool {
        self.row.recipient == row.recipient && self.row.options.role == row.options.role
    }

    /// What is said of the row that does.
    pub(crate) fn closed(&self, number: u64) -> ClosedRow {
        let (run, closed) = (self.run, ClosedRow::new(number, self.word));
        match self.word {
            Word::InDoubt => closed
                .because(format!("run {run} may have mailed them"))
                .next(format!("ask them; if no mail came, `sharing runs retry {run} --in-doubt` mails them")),
            _ => closed
                .because(format!("run {run} invited them, and the service lists guests once they accept"))
                .next("to mail them again, invite them by `sharing invite`"),
        }
    }
}

impl Journal {
    /// Whom earlier runs invited to an item of the same service without seeing them there, the latest first.
    pub(crate) async fn invited(&self, run: RunId, item: &ItemAddress) -> Result<Vec<Invited>, JournalError> {
        let text = "SELECT rows.run, rows.row_json, rows.word FROM items \
                    JOIN rows ON rows.run = items.run AND rows.item = items.item \
                    WHERE items.address = $2 AND rows.word IN ('pending-guest', 'in-doubt') \
                    AND items.run IN (SELECT earlier.run FROM runs AS earlier JOIN runs AS own \
                    ON own.service = earlier.service AND own.run > earlier.run WHERE own.run = $1) \
                    ORDER BY rows.run DESC, rows.number";
        let query = sql::kept(text.to_owned()).bind(run.0).bind(item.to_string());
        query.fetch_all(self.pool()).await?.iter().map(Invited::read).collect()
    }
}
