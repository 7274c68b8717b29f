//! Steps in the journal: what an item's plan asks for, and what became of it.

use serde::{Deserialize, Serialize};
use sqlx::{Row as _, any::AnyRow};

use super::{
    ClosedRow, Journal, JournalError, RunId, Word,
    sql::{self, places, rows_at_once},
};
use crate::{Change, Step};

/// An item's plan on its way into the journal.
///
/// ```
/// let planned = sharing_bulk::PlannedItem::new(1, None, vec![], vec![]);
/// assert!(planned.steps.is_empty());
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PlannedItem {
    /// The item's number in the run.
    pub item: i64,
    /// What was read of it, in short.
    pub fingerprint: Option<String>,
    /// What is to be asked, each with how many of its mails go to people outside.
    pub steps: Vec<(u64, Step)>,
    /// The rows that need no step, with what is said of them.
    pub closed: Vec<ClosedRow>,
}

impl PlannedItem {
    /// A plan.
    ///
    /// ```
    /// assert_eq!(sharing_bulk::PlannedItem::new(7, None, vec![], vec![]).item, 7);
    /// ```
    #[must_use]
    pub const fn new(
        item: i64,
        fingerprint: Option<String>,
        steps: Vec<(u64, Step)>,
        closed: Vec<ClosedRow>,
    ) -> Self {
        Self { item, fingerprint, steps, closed }
    }
}

/// How a step ended.
///
/// ```
/// assert_eq!(serde_json::to_value(sharing_bulk::StepEnd::Done)?, "done");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum StepEnd {
    /// The service did it.
    Done,
    /// The service said no.
    Refused,
    /// Nobody can tell whether the service did it.
    Unsettled,
    /// Smaller steps took its place.
    Split,
}

impl StepEnd {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Unsettled => "unsettled",
            Self::Split => "split",
        }
    }
}

/// What came of a step.
///
/// ```
/// use sharing_bulk::{Outcome, StepEnd};
///
/// let outcome = Outcome::new(StepEnd::Done);
/// assert_eq!((outcome.end, outcome.request_id), (StepEnd::Done, None));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Outcome {
    /// How it ended.
    pub end: StepEnd,
    /// The service's name for the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The client's name for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_request_id: Option<String>,
    /// What its rows are, as far as the answer tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<Word>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What to do next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Rows of which the answer says something of their own, by their number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<ClosedRow>,
    /// Whether the service has shown what was asked for: by its answer, or by the item's permissions. Where it has not,
    /// the item is read again before its rows get their word.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shown: bool,
}

impl Outcome {
    /// An end of which nothing more is known.
    ///
    /// ```
    /// let outcome = sharing_bulk::Outcome::new(sharing_bulk::StepEnd::Unsettled);
    /// assert!(outcome.rows.is_empty());
    /// ```
    #[must_use]
    pub const fn new(end: StepEnd) -> Self {
        Self {
            end,
            request_id: None,
            client_request_id: None,
            word: None,
            why: None,
            next: None,
            rows: Vec::new(),
            shown: false,
        }
    }
}

/// A step as the journal has it.
///
/// ```
/// fn is_done(record: &sharing_bulk::StepRecord) -> bool {
///     record.state == "done"
/// }
/// # let _ = is_done;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StepRecord {
    /// Its number in the run.
    pub number: i64,
    /// Its item's number.
    pub item: i64,
    /// What goes first: 0 without mail, 1 mails, 2 mails to people outside, 3 what takes away.
    pub rank: i64,
    /// How many of its mails go to people outside.
    pub outside: u64,
    /// `waiting`, `claimed`, `sent`, `doubt`, `settling`, or how it ended.
    pub state: String,
    /// What is asked.
    pub step: Step,
    /// When its intent was committed, in milliseconds since 1970. A step that waits to be asked again has it only where
    /// nobody knows what came of that.
    pub sent_at: Option<i64>,
    /// How often somebody looked what came of it.
    pub looked: i64,
    /// What came of it.
    pub outcome: Option<Outcome>,
}

pub(super) const COLUMNS: &str = "step, item, rank, state, step_json, sent_at, looked, outcome_json, outside";

impl StepRecord {
    pub(super) fn read(row: &AnyRow) -> Result<Self, JournalError> {
        let outcome: Option<String> = row.try_get(7)?;
        Ok(Self {
            number: row.try_get(0)?,
            item: row.try_get(1)?,
            rank: row.try_get(2)?,
            state: row.try_get(3)?,
            step: serde_json::from_str(&row.try_get::<String, _>(4)?)?,
            sent_at: row.try_get(5)?,
            looked: row.try_get(6)?,
            outside: u64::try_from(row.try_get::<i64, _>(8)?).unwrap_or(0),
            outcome: outcome.map(|text| serde_json::from_str(&text)).transpose()?,
        })
    }
}

/// How many steps are in which state.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use sharing_bulk::{Journal, RunHead};
/// # let journal = Journal::temporary().await?;
/// # let run = journal.begin(&RunHead::new("access.csv", "http://127.0.0.1:4000")).await?;
/// let tally = journal.steps_by_state(run).await?;
/// assert_eq!((tally.count("waiting"), tally.open()), (0, 0));
/// # Ok(()) }
impl Journal {
    /// Puts plans of items into the journal: all of them, or none.
    ///
    /// # Errors
    ///
    /// When the database fails.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_bulk::{Journal, PlannedItem, RunHead};
    /// # let journal = Journal::temporary().await?;
    /// # let run = journal.begin(&RunHead::new("access.csv", "http://127.0.0.1:4000")).await?;
    /// let row = r#"{ "item": "/drive/root:/Projects", "recipient": "ryan@contoso.com", "role": "write" }"#;
    /// journal.gather(run, &[serde_json::from_str(row)?]).await?;
    /// let item = journal.unplanned(run, 1).await?[0].item;
    /// journal.put_plans(run, &[PlannedItem::new(item, None, vec![], vec![])]).await?;
    /// assert!(journal.unplanned(run, 1).await?.is_empty());
    /// # Ok(()) }
    /// ```
    pub async fn put_plans(&self, run: RunId, items: &[PlannedItem]) -> Result<(), JournalError> {
        let mut transaction = self.begin_writing().await?;
        let steps: Vec<_> = items
            .iter()
            .flat_map(|item| {
                item.steps.iter().map(|(outside, step)| NewStep {
                    item: item.item,
                    rank: rank(step, *outside),
                    outside: *outside,
                    state: "waiting",
                    step,
                })
            })
            .collect();
        add_steps(&mut transaction, run, &steps).await?;
        for items in items.chunks(rows_at_once(2)) {
            let text = format!(
                "UPDATE items SET state = 'planned', fingerprint = told.column2 FROM (VALUES {}) AS told \
                 WHERE items.run = $1 AND items.item = told.column1",
                places(1, items.len(), 2)
            );
            let mut query = sql::query(text).bind(run.0);
            for item in items {
                query = query.bind(item.item).bind(item.fingerprint.clone());
            }
            query.execute(&mut *transaction).await?;
        }
        let closed: Vec<_> =
            items.iter().flat_map(|item| item.closed.iter().map(|row| (item.item, row))).collect();
        super::close::put_words(&mut transaction, run, &closed).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The steps of an item, oldest first.
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
    /// assert!(journal.steps_of(run, 1).await?.is_empty());
    /// # Ok(()) }
    /// ```
    pub async fn steps_of(&self, run: RunId, item: i64) -> Result<Vec<StepRecord>, JournalError> {
        let text = format!("SELECT {COLUMNS} FROM steps WHERE run = $1 AND item = $2 ORDER BY step");
        let found = sql::kept(text).bind(run.0).bind(item).fetch_all(self.pool()).await?;
        found.iter().map(StepRecord::read).collect()
    }

    /// The next steps after one by number, in this state or in any.
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
    /// assert!(journal.steps_after(run, 0, Some("done"), 100).await?.is_empty());
    /// # Ok(()) }
    /// ```
    pub async fn steps_after(
        &self,
        run: RunId,
        after: i64,
        state: Option<&str>,
        limit: u32,
    ) -> Result<Vec<StepRecord>, JournalError> {
        let filter = if state.is_some() { "AND state = $4" } else { "" };
        let text = format!(
            "SELECT {COLUMNS} FROM steps WHERE run = $1 AND step > $2 {filter} ORDER BY step LIMIT $3"
        );
        let mut query = sql::kept(text).bind(run.0).bind(after).bind(i64::from(limit));
        if let Some(state) = state {
            query = query.bind(state.to_owned());
        }
        query.fetch_all(self.pool()).await?.iter().map(StepRecord::read).collect()
    }
}

/// A step on its way into the journal.
pub(super) struct NewStep<'a> {
    pub(super) item: i64,
    pub(super) rank: i64,
    pub(super) outside: u64,
    pub(super) state: &'static str,
    pub(super) step: &'a Step,
}

/// Adds steps.
pub(super) async fn add_steps(
    transaction: &mut sqlx::Transaction<'static, sqlx::Any>,
    run: RunId,
    steps: &[NewStep<'_>],
) -> Result<(), JournalError> {
    for steps in steps.chunks(rows_at_once(10)) {
        let amount = steps.len() as i64;
        let text = "UPDATE runs SET last_step = last_step + $2 WHERE run = $1 RETURNING last_step";
        let counted = sql::kept(text.to_owned()).bind(run.0).bind(amount);
        let counted = counted.fetch_optional(&mut **transaction).await?.ok_or(JournalError::NoRun(run))?;
        let first = counted.try_get::<i64, _>(0)? - amount + 1;
        let text = format!(
            "INSERT INTO steps \
             (run, step, item, rank, mails, outside, state, step_json, not_before, looked) VALUES {}",
            places(0, steps.len(), 10)
        );
        let mut query = sql::query(text);
        for (number, new) in (first..).zip(steps) {
            let outside = i64::try_from(new.outside).unwrap_or(i64::MAX);
            query = query.bind(run.0).bind(number).bind(new.item).bind(new.rank);
            query = query.bind(i64::from(new.step.change.mails())).bind(outside).bind(new.state);
            query = query.bind(serde_json::to_string(new.step)?).bind(0_i64).bind(0_i64);
        }
        query.execute(&mut **transaction).await?;
    }
    Ok(())
}

/// What goes first: what mails nobody, then mails, then mails to people outside, which few an hour may be; what takes
/// away comes last, so that a run that stops halfway leaves more access rather than less.
fn rank(step: &Step, outside: u64) -> i64 {
    match &step.change {
        Change::Revoke { .. } | Change::TakeOffLink { .. } => 3,
        change if change.lowers() => 3,
        change if !change.mails() => 0,
        _ if outside == 0 => 1,
        _ => 2,
    }
}
