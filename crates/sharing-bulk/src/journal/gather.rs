//! Rows on their way into the journal, and out of it by item.

use std::collections::HashMap;

use serde::Serialize;
use sharing_model::ItemAddress;
use sqlx::Row as _;

use super::{
    Journal, JournalError, RunId,
    sql::{self, Value, bind, places, rows_at_once},
};
use crate::Row;

/// An item that the list is about.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sharing_bulk::{Journal, RunHead};
///
/// let journal = Journal::temporary().await?;
/// let run = journal.begin(&RunHead::new("access.csv", "http://127.0.0.1:4000")).await?;
/// let row = r#"{ "item": "/drive/root:/Projects", "recipient": "ryan@contoso.com", "role": "write" }"#;
/// journal.gather(run, &[serde_json::from_str(row)?]).await?;
/// let items = journal.unplanned(run, 10).await?;
/// assert_eq!(items[0].address.to_string(), "/drive/root:/Projects");
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ListedItem {
    /// Its number in the run: the number of the row that first names it, or one of its own where it came without a row.
    pub item: i64,
    /// Where it lives.
    #[serde(serialize_with = "as_text")]
    pub address: ItemAddress,
}

fn as_text<S: serde::Serializer>(address: &ItemAddress, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(address)
}

impl Journal {
    /// Adds rows to a run, in the order of the list. They are numbered from 1, together with the
    /// [items](Self::gather_items) that come without a row.
    ///
    /// # Errors
    ///
    /// When the database fails; then none of these rows is added.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_bulk::{Journal, RunHead};
    /// # let journal = Journal::temporary().await?;
    /// # let run = journal.begin(&RunHead::new("access.csv", "http://127.0.0.1:4000")).await?;
    /// let row = r#"{ "item": "/drive/root:/Projects", "recipient": "ryan@contoso.com", "role": "write" }"#;
    /// let row: sharing_bulk::Row = serde_json::from_str(row)?;
    /// journal.gather(run, &[row.clone(), row]).await?;
    /// assert_eq!(journal.summary(run).await?.rows, 2);
    /// # Ok(()) }
    /// ```
    pub async fn gather(&self, run: RunId, rows: &[Row]) -> Result<(), JournalError> {
        let mut transaction = self.begin_writing().await?;
        for rows in rows.chunks(rows_at_once(5)) {
            let first = first_number(&mut transaction, run, rows.len()).await?;
            let addresses: Vec<_> = rows.iter().map(|row| row.item.to_string()).collect();
            let mut items: HashMap<&str, i64> = HashMap::new();
            for (number, address) in (first..).zip(&addresses) {
                items.entry(address).or_insert(number);
            }
            let mut fresh: Vec<_> = items.iter().map(|(address, number)| (*number, *address)).collect();
            fresh.sort_unstable();
            let inserted = put_items(&mut transaction, run, &fresh).await?;
            // Items that were there before keep their number.
            if inserted < fresh.len() as u64 {
                let known =
                    addresses_of(&mut transaction, run, fresh.iter().map(|(_, address)| *address)).await?;
                for (address, number) in &known {
                    if let Some(item) = items.get_mut(&**address) {
                        *item = *number;
                    }
                }
            }

            let text = format!(
                "INSERT INTO rows (run, number, item, line, row_json) VALUES {}",
                places(0, rows.len(), 5)
            );
            let mut query = sql::query(text);
            for ((number, row), address) in (first..).zip(rows).zip(&addresses) {
                let item = items.get(&**address).copied().unwrap_or(number);
                let line = i64::try_from(row.line).unwrap_or(i64::MAX);
                query =
                    query.bind(run.0).bind(number).bind(item).bind(line).bind(serde_json::to_string(row)?);
            }
            query.execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Adds items that the list is about and of which it has no row (yet): with [`Prune`](crate::Prune), nobody that it
    /// takes access from keeps it there.
    ///
    /// # Errors
    ///
    /// When the database fails; then none of these items is added.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_bulk::{Journal, RunHead};
    /// # let journal = Journal::temporary().await?;
    /// # let run = journal.begin(&RunHead::new("reviewed.csv", "http://127.0.0.1:4000")).await?;
    /// journal.gather_items(run, &["/drive/root:/Projects".parse()?]).await?;
    /// assert_eq!(journal.unplanned(run, 10).await?.len(), 1);
    /// assert_eq!(journal.summary(run).await?.rows, 0);
    /// # Ok(()) }
    /// ```
    pub async fn gather_items(&self, run: RunId, items: &[ItemAddress]) -> Result<(), JournalError> {
        let mut transaction = self.begin_writing().await?;
        for items in items.chunks(rows_at_once(4)) {
            let first = first_number(&mut transaction, run, items.len()).await?;
            let addresses: Vec<_> = items.iter().map(ItemAddress::to_string).collect();
            let numbered: Vec<_> = (first..).zip(addresses.iter().map(String::as_str)).collect();
            put_items(&mut transaction, run, &numbered).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Adds an item that no row names, by the number that it has in another run.
    pub(crate) async fn add_item(
        &self,
        run: RunId,
        item: i64,
        address: &ItemAddress,
    ) -> Result<i64, JournalError> {
        let mut transaction = self.begin_writing().await?;
        put_items(&mut transaction, run, &[(item, &*address.to_string())]).await?;
        transaction.commit().await?;
        Ok(item)
    }

    /// The next items that are not planned yet, in the order in which the list first names them.
    ///
    /// # Errors
    ///
    /// When the database fails.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_bulk::{Journal, RunHead};
    /// # let journal = Journal::temporary().await?;
    /// # let run = journal.begin(&RunHead::new("access.csv", "http://127.0.0.1:4000")).await?;
    /// assert!(journal.unplanned(run, 10).await?.is_empty());
    /// # Ok(()) }
    /// ```
    pub async fn unplanned(&self, run: RunId, limit: u32) -> Result<Vec<ListedItem>, JournalError> {
        self.items_in(run, "gathered", limit).await
    }

    /// What was read of an item when it was planned, in short: the word of its
    /// [`Fingerprint`](crate::Fingerprint). Nothing where it could not be read, or is none of the run's.
    ///
    /// # Errors
    ///
    /// When the database fails.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_bulk::{Journal, RunHead};
    /// # let journal = Journal::temporary().await?;
    /// # let run = journal.begin(&RunHead::new("access.csv", "http://127.0.0.1:4000")).await?;
    /// assert_eq!(journal.fingerprint_of(run, &"/drive/root:/Projects".parse()?).await?, None);
    /// # Ok(()) }
    /// ```
    pub async fn fingerprint_of(
        &self,
        run: RunId,
        item: &ItemAddress,
    ) -> Result<Option<String>, JournalError> {
        let text = "SELECT fingerprint FROM items WHERE run = $1 AND address = $2";
        let query = sql::kept(text.to_owned()).bind(run.0).bind(item.to_string());
        Ok(query.fetch_optional(self.pool()).await?.map(|row| row.try_get(0)).transpose()?.flatten())
    }

    pub(super) async fn items_in(
        &self,
        run: RunId,
        state: &str,
        limit: u32,
    ) -> Result<Vec<ListedItem>, JournalError> {
        self.listed("state = $2", run, Value::from(state), limit).await
    }

    pub(super) async fn listed(
        &self,
        which: &str,
        run: RunId,
        value: Value,
        limit: u32,
    ) -> Result<Vec<ListedItem>, JournalError> {
        let text =
            format!("SELECT item, address FROM items WHERE run = $1 AND {which} ORDER BY item LIMIT $3");
        let query = bind(sql::kept(text).bind(run.0), value).bind(i64::from(limit));
        let found = query.fetch_all(self.pool()).await?;
        let item = |row: sqlx::any::AnyRow| {
            let address: String = row.try_get(1)?;
            let address = address.parse().map_err(|error| JournalError::Unreadable(format!("{error}")))?;
            Ok(ListedItem { item: row.try_get(0)?, address })
        };
        found.into_iter().map(item).collect()
    }

    /// The rows of an item, in the order of the list. Their `line` is their number in the run, which is unique; where
    /// they stood in the file, the report says.
    ///
    /// # Errors
    ///
    /// When the database fails.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_bulk::{Journal, RunHead};
    /// # let journal = Journal::temporary().await?;
    /// # let run = journal.begin(&RunHead::new("access.csv", "http://127.0.0.1:4000")).await?;
    /// let row = r#"{ "item": "/drive/root:/Projects", "recipient": "ryan@contoso.com", "role": "write" }"#;
    /// journal.gather(run, &[serde_json::from_str::<sharing_bulk::Row>(row)?.at(9)]).await?;
    /// let rows = journal.rows_of(run, journal.unplanned(run, 1).await?[0].item).await?;
    /// assert_eq!((rows.len(), rows[0].line), (1, 1));
    /// # Ok(()) }
    /// ```
    pub async fn rows_of(&self, run: RunId, item: i64) -> Result<Vec<Row>, JournalError> {
        let rows = self.numbered_rows_of(run, item).await?;
        Ok(rows.into_iter().map(|(number, row)| row.at(number)).collect())
    }
}

/// The first of so many numbers that nothing in the run has.
async fn first_number(
    transaction: &mut sqlx::Transaction<'static, sqlx::Any>,
    run: RunId,
    amount: usize,
) -> Result<i64, JournalError> {
    let text = "UPDATE runs SET last_row = last_row + $2 WHERE run = $1 RETURNING last_row";
    let amount = amount as i64;
    let counted = sql::kept(text.to_owned()).bind(run.0).bind(amount);
    let counted = counted.fetch_optional(&mut **transaction).await?.ok_or(JournalError::NoRun(run))?;
    Ok(counted.try_get::<i64, _>(0)? - amount + 1)
}

/// Puts items with their numbers into the run; gives how many were not there before.
async fn put_items(
    transaction: &mut sqlx::Transaction<'static, sqlx::Any>,
    run: RunId,
    items: &[(i64, &str)],
) -> Result<u64, JournalError> {
    let text = format!(
        "INSERT INTO items (run, item, address, state) VALUES {} ON CONFLICT (run, address) DO NOTHING",
        places(0, items.len(), 4)
    );
    let mut query = sql::query(text);
    for (number, address) in items {
        query = query.bind(run.0).bind(*number).bind((*address).to_owned()).bind("gathered");
    }
    Ok(query.execute(&mut **transaction).await?.rows_affected())
}

async fn addresses_of(
    transaction: &mut sqlx::Transaction<'static, sqlx::Any>,
    run: RunId,
    addresses: impl ExactSizeIterator<Item = &str>,
) -> Result<Vec<(String, i64)>, JournalError> {
    let count = addresses.len();
    let text = format!(
        "SELECT address, item FROM items WHERE run = $1 AND address IN (SELECT column1 FROM (VALUES {}) AS named)",
        places(1, count, 1)
    );
    let mut query = sql::query(text).bind(run.0);
    for address in addresses {
        query = bind(query, Value::from(address));
    }
    let found = query.fetch_all(&mut **transaction).await?;
    found.into_iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}
