//! What is said of each row in the end.

use std::fmt;

use serde::{Deserialize, Serialize};
use sqlx::{Row as _, any::AnyRow};

use super::{
    Journal, JournalError, ListedItem, RunId,
    sql::{self, places, rows_at_once},
};
use crate::Row;

/// What became of a row.
///
/// ```
/// use sharing_bulk::Word;
///
/// assert_eq!(Word::GrantedNotNotified.to_string(), "granted-not-notified");
/// assert!(Word::Already.is_good() && !Word::InDoubt.is_good());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Word {
    /// The run gave what the row says.
    Granted,
    /// They had it before.
    Already,
    /// The service took the invitation, and lists the guest only once they accept.
    PendingGuest,
    /// The service took the invitation, and lists a group that has the same in its place.
    CoveredByGroup,
    /// They have access, and no mail went out.
    GrantedNotNotified,
    /// The service does not know the recipient or the item.
    Unresolved,
    /// The tenant, the site or the item does not allow it.
    PolicyBlocked,
    /// The service said that it is done, and it is not there.
    MissingAfter200,
    /// Nobody can tell whether it was done; a person decides.
    InDoubt,
    /// Refused for another reason.
    Refused,
    /// What an earlier run gave or changed is as it was before.
    TakenBack,
    /// Not tried yet.
    NotTried,
}

pub(super) const WORDS: [(Word, &str); 12] = [
    (Word::Granted, "granted"),
    (Word::Already, "already"),
    (Word::PendingGuest, "pending-guest"),
    (Word::CoveredByGroup, "covered-by-group"),
    (Word::GrantedNotNotified, "granted-not-notified"),
    (Word::Unresolved, "unresolved"),
    (Word::PolicyBlocked, "policy-blocked"),
    (Word::MissingAfter200, "missing-after-200"),
    (Word::InDoubt, "in-doubt"),
    (Word::Refused, "refused"),
    (Word::TakenBack, "taken-back"),
    (Word::NotTried, "not-tried"),
];

impl Word {
    /// The word itself.
    ///
    /// ```
    /// assert_eq!(sharing_bulk::Word::MissingAfter200.as_str(), "missing-after-200");
    /// ```
    #[must_use]
    pub fn as_str(self) -> &'static str {
        WORDS.iter().find(|(word, _)| *word == self).map_or("", |(_, name)| name)
    }

    pub(super) fn read(text: &str) -> Result<Self, JournalError> {
        let known = WORDS.iter().find(|(_, name)| *name == text).map(|(word, _)| *word);
        known.ok_or_else(|| JournalError::Unreadable(format!("the word of a row is {text:?}")))
    }

    /// Whether the row has what it says, as far as can be known, so that nobody has to do anything.
    ///
    /// ```
    /// assert!(!sharing_bulk::Word::Unresolved.is_good());
    /// ```
    #[must_use]
    pub const fn is_good(self) -> bool {
        matches!(
            self,
            Self::Granted | Self::Already | Self::PendingGuest | Self::CoveredByGroup | Self::TakenBack
        )
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What is said of a row in the end.
///
/// ```
/// use sharing_bulk::{ClosedRow, Word};
///
/// let closed = ClosedRow::new(7, Word::Already).because("has it");
/// assert_eq!((closed.number, closed.why.as_deref()), (7, Some("has it")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ClosedRow {
    /// The row's number in the run.
    pub number: u64,
    /// What became of it.
    pub word: Word,
    /// The service's name for the request that did it or was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Why, for a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What to do next, where anything is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl ClosedRow {
    /// A row with its word.
    ///
    /// ```
    /// use sharing_bulk::{ClosedRow, Word};
    ///
    /// assert_eq!(ClosedRow::new(1, Word::Granted).request_id, None);
    /// ```
    #[must_use]
    pub const fn new(number: u64, word: Word) -> Self {
        Self { number, word, request_id: None, why: None, next: None }
    }

    /// The same, and why.
    ///
    /// ```
    /// use sharing_bulk::{ClosedRow, Word};
    ///
    /// assert_eq!(ClosedRow::new(1, Word::Already).because("is owner").why.as_deref(), Some("is owner"));
    /// ```
    #[must_use]
    pub fn because(self, why: impl Into<String>) -> Self {
        Self { why: Some(why.into()), ..self }
    }

    /// The same, and what to do next.
    ///
    /// ```
    /// use sharing_bulk::{ClosedRow, Word};
    ///
    /// let closed = ClosedRow::new(1, Word::InDoubt).next("ask them");
    /// assert_eq!(closed.next.as_deref(), Some("ask them"));
    /// ```
    #[must_use]
    pub fn next(self, next: impl Into<String>) -> Self {
        Self { next: Some(next.into()), ..self }
    }

    /// The same, with the service's name for the request.
    ///
    /// ```
    /// use sharing_bulk::{ClosedRow, Word};
    ///
    /// let closed = ClosedRow::new(1, Word::Granted).request(Some("7b0f".to_owned()));
    /// assert_eq!(closed.request_id.as_deref(), Some("7b0f"));
    /// ```
    #[must_use]
    pub fn request(self, request_id: Option<String>) -> Self {
        Self { request_id, ..self }
    }
}

/// A row of a run, with what became of it: what a report is made of.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sharing_bulk::{Journal, RunHead, Word};
///
/// let journal = Journal::temporary().await?;
/// let run = journal.begin(&RunHead::new("access.csv", "http://127.0.0.1:4000")).await?;
/// let row = r#"{ "item": "/drive/root:/Projects", "recipient": "ryan@contoso.com", "role": "write" }"#;
/// journal.gather(run, &[serde_json::from_str::<sharing_bulk::Row>(row)?.at(9)]).await?;
/// let reported = journal.reported(run, 0, 100).await?;
/// assert_eq!((reported[0].row.line, reported[0].closed.word), (9, Word::NotTried));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReportedRow {
    /// The row, with its line in the file.
    pub row: Row,
    /// What became of it.
    pub closed: ClosedRow,
}

impl Journal {
    /// Rows of a run in the order of the list, after the one with this number.
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
    /// assert!(journal.reported(run, 0, 1_000).await?.is_empty());
    /// # Ok(()) }
    /// ```
    pub async fn reported(
        &self,
        run: RunId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<ReportedRow>, JournalError> {
        let text = "SELECT number, line, row_json, word, request_id, why, next FROM rows \
                    WHERE run = $1 AND number > $2 ORDER BY number LIMIT $3";
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let query = sql::kept(text.to_owned()).bind(run.0).bind(after).bind(i64::from(limit));
        query.fetch_all(self.pool()).await?.iter().map(reported).collect()
    }

    /// The next items that are planned and not closed.
    pub(crate) async fn unclosed(&self, run: RunId, limit: u32) -> Result<Vec<ListedItem>, JournalError> {
        self.items_in(run, "planned", limit).await
    }

    /// The next items after this one, closed or not.
    pub(crate) async fn items_after(
        &self,
        run: RunId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<ListedItem>, JournalError> {
        self.listed("item > $2", run, super::sql::Value::Number(after), limit).await
    }

    /// Says what became of the rows of items, and, for good, that these items are closed.
    pub(crate) async fn close(
        &self,
        run: RunId,
        items: &[(i64, Vec<ClosedRow>)],
        for_good: bool,
    ) -> Result<(), JournalError> {
        let mut transaction = self.begin_writing().await?;
        let rows: Vec<_> =
            items.iter().flat_map(|(item, rows)| rows.iter().map(move |row| (*item, row))).collect();
        put_words(&mut transaction, run, &rows).await?;
        for items in items.chunks(rows_at_once(1)).filter(|_| for_good) {
            let text = format!(
                "UPDATE items SET state = 'closed' FROM (VALUES {}) AS told \
                 WHERE items.run = $1 AND items.item = told.column1",
                places(1, items.len(), 1)
            );
            let mut query = sql::query(text).bind(run.0);
            for (item, _) in items {
                query = query.bind(*item);
            }
            query.execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

/// Says what became of rows: each with its item.
pub(super) async fn put_words(
    transaction: &mut sqlx::Transaction<'static, sqlx::Any>,
    run: RunId,
    rows: &[(i64, &ClosedRow)],
) -> Result<(), JournalError> {
    for rows in rows.chunks(rows_at_once(6)) {
        let text = format!(
            "UPDATE rows SET word = told.column3, request_id = told.column4, why = told.column5, \
             next = told.column6 FROM (VALUES {}) AS told \
             WHERE rows.run = $1 AND rows.item = told.column1 AND rows.number = told.column2",
            places(1, rows.len(), 6)
        );
        let mut query = sql::query(text).bind(run.0);
        for (item, row) in rows {
            query = query.bind(*item).bind(i64::try_from(row.number).unwrap_or(i64::MAX));
            query = query.bind(row.word.as_str()).bind(row.request_id.clone());
            query = query.bind(row.why.clone()).bind(row.next.clone());
        }
        query.execute(&mut **transaction).await?;
    }
    Ok(())
}

fn reported(found: &AnyRow) -> Result<ReportedRow, JournalError> {
    let row: Row = serde_json::from_str(&found.try_get::<String, _>(2)?)?;
    let line = u64::try_from(found.try_get::<i64, _>(1)?).unwrap_or(0);
    let word: Option<String> = found.try_get(3)?;
    let closed = ClosedRow {
        number: u64::try_from(found.try_get::<i64, _>(0)?).unwrap_or(0),
        word: word.map_or(Ok(Word::NotTried), |word| Word::read(&word))?,
        request_id: found.try_get(4)?,
        why: found.try_get(5)?,
        next: found.try_get(6)?,
    };
    Ok(ReportedRow { row: row.at(line), closed })
}
