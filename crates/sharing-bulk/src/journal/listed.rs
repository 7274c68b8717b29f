//! What was gathered, as the list has it.

use sqlx::Row as _;

use super::{Journal, JournalError, RunId, sql};
use crate::Row;

impl Journal {
    /// The rows of an item in the order of the list, each with its line there.
    ///
    /// # Errors
    ///
    /// When the database fails, or holds what is no row.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_bulk::{Journal, Row, RunHead};
    /// let journal = Journal::temporary().await?;
    /// let run = journal.begin(&RunHead::new("access.csv", "https://graph.microsoft.com/v1.0")).await?;
    /// let row = r#"{ "item": "/drive/root:/Projects", "recipient": "ryan@contoso.com", "role": "write" }"#;
    /// journal.gather(run, &[serde_json::from_str::<Row>(row)?.at(7)]).await?;
    /// let item = journal.unplanned(run, 1).await?[0].item;
    /// assert_eq!(journal.lines_of(run, item).await?[0].line, 7);
    /// # Ok(()) }
    /// ```
    pub async fn lines_of(&self, run: RunId, item: i64) -> Result<Vec<Row>, JournalError> {
        let rows = self.numbered_rows_of(run, item).await?;
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }

    /// An item's rows as the list has them, each with its number among all rows that were gathered.
    pub(crate) async fn numbered_rows_of(
        &self,
        run: RunId,
        item: i64,
    ) -> Result<Vec<(u64, Row)>, JournalError> {
        let text = "SELECT number, line, row_json FROM rows WHERE run = $1 AND item = $2 ORDER BY number";
        let found = sql::kept(text.to_owned()).bind(run.0).bind(item).fetch_all(self.pool()).await?;
        let row = |row: sqlx::any::AnyRow| {
            let read: Row = serde_json::from_str(&row.try_get::<String, _>(2)?)?;
            let number =
                |index| Ok::<_, sqlx::Error>(u64::try_from(row.try_get::<i64, _>(index)?).unwrap_or(0));
            Ok((number(0)?, read.at(number(1)?)))
        };
        found.into_iter().map(row).collect()
    }

    /// Takes an item of a list that is not planned yet for another one, which the list writes in another way.
    pub(crate) async fn merge(&self, run: RunId, item: i64, into: i64) -> Result<(), JournalError> {
        let mut transaction = self.begin_writing().await?;
        let rows = "UPDATE rows SET item = $3 WHERE run = $1 AND item = $2";
        let rows = sql::kept(rows.to_owned()).bind(run.0).bind(item).bind(into);
        rows.execute(&mut *transaction).await?;
        let forgotten = "DELETE FROM items WHERE run = $1 AND item = $2 AND state = 'gathered'";
        sql::kept(forgotten.to_owned()).bind(run.0).bind(item).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(())
    }
}
