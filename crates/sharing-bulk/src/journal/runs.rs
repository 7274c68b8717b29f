//! The runs of a journal: begun, found, and added up.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{Row as _, any::AnyRow};

use super::{Journal, JournalError, Word, sql};

/// A run's name: its number in the journal.
///
/// ```
/// assert_eq!("7".parse::<sharing_bulk::RunId>()?.to_string(), "7");
/// # Ok::<(), std::num::ParseIntError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(pub(super) i64);

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for RunId {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// What is known of a run before it has rows.
///
/// ```
/// let head = sharing_bulk::RunHead::new("access.csv", "https://graph.microsoft.com/v1.0");
/// assert_eq!(head.source, "access.csv");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunHead {
    /// Where the rows come from: a file, or the run that is undone.
    pub source: String,
    /// The base URL of the service that is asked. A run goes on with no other.
    pub service: String,
    /// How it is planned, so that whoever resumes it plans alike.
    pub options: serde_json::Value,
}

impl RunHead {
    /// A run of this source against this service.
    ///
    /// ```
    /// assert!(sharing_bulk::RunHead::new("access.csv", "http://127.0.0.1:4000").options.is_null());
    /// ```
    #[must_use]
    pub fn new(source: &str, service: &str) -> Self {
        Self { source: source.to_owned(), service: service.to_owned(), options: serde_json::Value::Null }
    }

    /// The same, planned with these options.
    ///
    /// # Errors
    ///
    /// When the options are no JSON.
    ///
    /// ```
    /// let head = sharing_bulk::RunHead::new("a.csv", "http://127.0.0.1:4000").options(&["any"])?;
    /// assert_eq!(head.options[0], "any");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn options(mut self, options: &impl Serialize) -> Result<Self, serde_json::Error> {
        self.options = serde_json::to_value(options)?;
        Ok(self)
    }
}

/// How far a run is.
///
/// ```
/// assert_eq!(sharing_bulk::RunState::Planned.to_string(), "planned");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum RunState {
    /// Its rows are being read. A run that ends here sent nothing and cannot go on.
    Gathering,
    /// Its items are being read and planned.
    Planning,
    /// It is planned, and steps are or may be under way.
    Planned,
    /// Every row has a word.
    Ended,
}

const STATES: [(RunState, &str); 4] = [
    (RunState::Gathering, "gathering"),
    (RunState::Planning, "planning"),
    (RunState::Planned, "planned"),
    (RunState::Ended, "ended"),
];

impl RunState {
    pub(super) fn as_str(self) -> &'static str {
        STATES.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }

    fn read(text: &str) -> Result<Self, JournalError> {
        let known = STATES.iter().find(|(_, name)| *name == text).map(|(state, _)| *state);
        known.ok_or_else(|| JournalError::Unreadable(format!("the state of a run is {text:?}")))
    }
}

impl fmt::Display for RunState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A run, and what became of its rows so far.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sharing_bulk::{Journal, RunHead, RunState};
///
/// let journal = Journal::temporary().await?;
/// let run = journal.begin(&RunHead::new("access.csv", "http://127.0.0.1:4000")).await?;
/// let summary = journal.summary(run).await?;
/// assert_eq!((summary.state, summary.rows, summary.words.len()), (RunState::Gathering, 0, 0));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RunSummary {
    /// Its name.
    pub run: RunId,
    /// When it was begun.
    pub made_at: Timestamp,
    /// Where its rows come from.
    pub source: String,
    /// The service that it asks.
    pub service: String,
    /// How far it is.
    pub state: RunState,
    /// Why it stopped, where it stopped before its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<String>,
    /// How many rows it has.
    pub rows: u64,
    /// How many items they name.
    pub items: u64,
    /// How many rows have which word; those without one are missing here.
    pub words: Vec<(Word, u64)>,
    /// How it was planned.
    #[serde(skip)]
    pub options: serde_json::Value,
}

impl RunSummary {
    /// How many rows have this word.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_bulk::{Journal, RunHead, Word};
    /// # let journal = Journal::temporary().await?;
    /// # let run = journal.begin(&RunHead::new("access.csv", "http://127.0.0.1:4000")).await?;
    /// assert_eq!(journal.summary(run).await?.count(Word::Granted), 0);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn count(&self, word: Word) -> u64 {
        self.words.iter().filter(|(known, _)| *known == word).map(|(_, count)| count).sum()
    }
}

impl Journal {
    /// Begins a run that has no rows yet.
    ///
    /// # Errors
    ///
    /// When the database fails.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_bulk::{Journal, RunHead};
    ///
    /// let journal = Journal::temporary().await?;
    /// let run = journal.begin(&RunHead::new("access.csv", "http://127.0.0.1:4000")).await?;
    /// assert_eq!(run.to_string(), "1");
    /// # Ok(()) }
    /// ```
    pub async fn begin(&self, head: &RunHead) -> Result<RunId, JournalError> {
        let text = "INSERT INTO runs (run, made_at, source, service, options, state, last_row, last_step) \
                    SELECT COALESCE(MAX(run), 0) + 1, {now}, $1, $2, $3, 'gathering', 0, 0 FROM runs RETURNING run";
        let text = self.spell(text);
        loop {
            let query = sql::kept(text.clone()).bind(head.source.clone()).bind(head.service.clone());
            match query.bind(head.options.to_string()).fetch_one(self.pool()).await {
                Ok(row) => return Ok(RunId(row.try_get(0)?)),
                // Another machine begins a run at the same moment: the next number is free.
                Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Says how far a run is.
    ///
    /// # Errors
    ///
    /// When the database fails.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_bulk::{Journal, RunHead, RunState};
    /// # let journal = Journal::temporary().await?;
    /// # let run = journal.begin(&RunHead::new("access.csv", "http://127.0.0.1:4000")).await?;
    /// journal.advance(run, RunState::Planning).await?;
    /// assert_eq!(journal.summary(run).await?.state, RunState::Planning);
    /// # Ok(()) }
    /// ```
    pub async fn advance(&self, run: RunId, state: RunState) -> Result<(), JournalError> {
        let query = sql::kept("UPDATE runs SET state = $2 WHERE run = $1".to_owned());
        query.bind(run.0).bind(state.as_str()).execute(self.pool()).await?;
        Ok(())
    }

    /// Says why a run stopped before its end; `None` once it goes on.
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
    /// journal.note_stop(run, Some("interrupted")).await?;
    /// assert_eq!(journal.summary(run).await?.stopped.as_deref(), Some("interrupted"));
    /// # Ok(()) }
    /// ```
    pub async fn note_stop(&self, run: RunId, why: Option<&str>) -> Result<(), JournalError> {
        let query = sql::kept("UPDATE runs SET stopped = $2 WHERE run = $1".to_owned());
        query.bind(run.0).bind(why.map(str::to_owned)).execute(self.pool()).await?;
        Ok(())
    }

    /// A run, and what became of its rows so far.
    ///
    /// # Errors
    ///
    /// When there is no such run, and when the database fails.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let journal = sharing_bulk::Journal::temporary().await?;
    /// assert_eq!(journal.summary("7".parse()?).await.unwrap_err().to_string(), "the journal has no run 7");
    /// # Ok(()) }
    /// ```
    pub async fn summary(&self, run: RunId) -> Result<RunSummary, JournalError> {
        let text = "SELECT run, made_at, source, service, options, state, stopped, \
                    (SELECT COUNT(*) FROM items WHERE items.run = runs.run) FROM runs WHERE run = $1";
        let found = sql::kept(text.to_owned()).bind(run.0).fetch_optional(self.pool()).await?;
        self.summed(&found.ok_or(JournalError::NoRun(run))?).await
    }

    /// All runs, the newest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_bulk::{Journal, RunHead};
    ///
    /// let journal = Journal::temporary().await?;
    /// for source in ["a.csv", "b.csv"] {
    ///     journal.begin(&RunHead::new(source, "http://127.0.0.1:4000")).await?;
    /// }
    /// assert_eq!(journal.runs().await?[0].source, "b.csv");
    /// # Ok(()) }
    /// ```
    pub async fn runs(&self) -> Result<Vec<RunSummary>, JournalError> {
        let text = "SELECT run, made_at, source, service, options, state, stopped, \
                    (SELECT COUNT(*) FROM items WHERE items.run = runs.run) FROM runs ORDER BY run DESC";
        let mut runs = Vec::new();
        for found in sql::kept(text.to_owned()).fetch_all(self.pool()).await? {
            runs.push(self.summed(&found).await?);
        }
        Ok(runs)
    }

    /// Lets rows with these words be tried again, where a step of theirs was refused or is in doubt: a run that has ended
    /// goes on then. With [`Word::InDoubt`], people who may have been mailed are mailed again; with [`Word::Unresolved`],
    /// items that could not be read are read and planned anew. How many requests are asked again.
    ///
    /// # Errors
    ///
    /// When the database fails.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_bulk::{Journal, RunHead, Word};
    /// # let journal = Journal::temporary().await?;
    /// # let run = journal.begin(&RunHead::new("access.csv", "http://127.0.0.1:4000")).await?;
    /// assert_eq!(journal.reopen(run, &[Word::Unresolved]).await?, 0);
    /// # Ok(()) }
    /// ```
    pub async fn reopen(&self, run: RunId, words: &[Word]) -> Result<u64, JournalError> {
        let mut again: u64 = 0;
        let mut transaction = self.begin_writing().await?;
        for (state, word) in words
            .iter()
            .map(|word| (if *word == Word::InDoubt { "unsettled" } else { "refused" }, word.as_str()))
        {
            // The word stands in the outcome as JSON of this crate's own making.
            let text = "UPDATE steps SET state = 'waiting', outcome_json = NULL, looked = 0, \
                        sent_at = CASE WHEN state = 'refused' THEN NULL ELSE sent_at END \
                        WHERE run = $1 AND state = $2 AND outcome_json LIKE $3";
            let query =
                sql::kept(text.to_owned()).bind(run.0).bind(state).bind(format!("%\"word\":\"{word}\"%"));
            again += query.execute(&mut *transaction).await?.rows_affected();
        }
        if words.contains(&Word::Unresolved) {
            let rows = "UPDATE rows SET word = NULL, request_id = NULL, why = NULL, next = NULL WHERE run = $1 \
                        AND item IN \
                        (SELECT item FROM items WHERE run = $1 AND fingerprint IS NULL AND state <> 'gathered')";
            sql::kept(rows.to_owned()).bind(run.0).execute(&mut *transaction).await?;
            let items = "UPDATE items SET state = 'gathered' WHERE run = $1 AND fingerprint IS NULL \
                         AND state <> 'gathered' \
                         AND EXISTS (SELECT 1 FROM rows WHERE rows.run = $1 AND rows.item = items.item)";
            again +=
                sql::kept(items.to_owned()).bind(run.0).execute(&mut *transaction).await?.rows_affected();
        }
        for text in [
            "UPDATE items SET state = 'planned' WHERE run = $1 AND state = 'closed' AND EXISTS \
             (SELECT 1 FROM steps WHERE steps.run = $1 AND steps.item = items.item AND steps.state = 'waiting')",
            "UPDATE runs SET state = CASE \
             WHEN EXISTS (SELECT 1 FROM items WHERE items.run = $1 AND items.state = 'gathered') THEN 'planning' \
             WHEN EXISTS (SELECT 1 FROM items WHERE items.run = $1 AND items.state = 'planned') THEN 'planned' \
             ELSE state END WHERE run = $1 AND state IN ('planned', 'ended')",
        ] {
            sql::kept(text.to_owned()).bind(run.0).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(again)
    }

    async fn summed(&self, found: &AnyRow) -> Result<RunSummary, JournalError> {
        let run: i64 = found.try_get(0)?;
        let text = "SELECT word, COUNT(*) FROM rows WHERE run = $1 GROUP BY word ORDER BY word";
        let (mut rows, mut words) = (0, Vec::new());
        for counted in sql::kept(text.to_owned()).bind(run).fetch_all(self.pool()).await? {
            let count = u64::try_from(counted.try_get::<i64, _>(1)?).unwrap_or(0);
            rows += count;
            if let Some(word) = counted.try_get::<Option<String>, _>(0)? {
                words.push((Word::read(&word)?, count));
            }
        }
        let unreadable = |error: jiff::Error| JournalError::Unreadable(error.to_string());
        Ok(RunSummary {
            run: RunId(run),
            made_at: Timestamp::from_millisecond(found.try_get(1)?).map_err(unreadable)?,
            source: found.try_get(2)?,
            service: found.try_get(3)?,
            options: serde_json::from_str(&found.try_get::<String, _>(4)?)?,
            state: RunState::read(&found.try_get::<String, _>(5)?)?,
            stopped: found.try_get(6)?,
            items: u64::try_from(found.try_get::<i64, _>(7)?).unwrap_or(0),
            rows,
            words,
        })
    }
}
