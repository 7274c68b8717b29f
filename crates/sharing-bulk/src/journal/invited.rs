//! Whom earlier runs invited, and the service does not list yet.

use sharing_model::ItemAddress;
use sqlx::{Row as _, any::AnyRow};

use super::{Journal, JournalError, RunId, Word, sql};
use crate::{Because, Row};

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

    /// Why there is nothing to do for the row that does.
    pub(crate) const fn because(&self) -> Because {
        match self.word {
            Word::InDoubt => Because::MayBePending(self.run),
            _ => Because::Pending(self.run),
        }
    }
}

impl Journal {
    /// Whom runs invited to an item of a service without seeing them there, the latest first; of a run itself, those
    /// before it.
    pub(crate) async fn invited(
        &self,
        service: &str,
        before: Option<RunId>,
        item: &ItemAddress,
    ) -> Result<Vec<Invited>, JournalError> {
        let text = "SELECT rows.run, rows.row_json, rows.word FROM items \
                    JOIN rows ON rows.run = items.run AND rows.item = items.item \
                    WHERE items.address = $3 AND rows.word IN ('pending-guest', 'in-doubt') \
                    AND items.run IN (SELECT run FROM runs WHERE service = $1 AND run < $2) \
                    ORDER BY rows.run DESC, rows.number";
        let before = before.map_or(i64::MAX, |run| run.0);
        let query = sql::kept(text.to_owned()).bind(service.to_owned()).bind(before).bind(item.to_string());
        query.fetch_all(self.pool()).await?.iter().map(Invited::read).collect()
    }
}
