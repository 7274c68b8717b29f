//! `StepTally`: how many steps are in which state.

use sqlx::{Row as _, any::AnyRow};

use super::{Journal, JournalError, RunId, sql};

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
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StepTally {
    /// The states that there are, with how many steps.
    pub states: Vec<(String, u64)>,
}

impl StepTally {
    /// How many steps are in this state.
    ///
    /// ```
    /// assert_eq!(sharing_bulk::StepTally::default().count("done"), 0);
    /// ```
    #[must_use]
    pub fn count(&self, state: &str) -> u64 {
        self.states.iter().find(|(known, _)| known == state).map_or(0, |(_, count)| *count)
    }

    /// How many have not ended.
    ///
    /// ```
    /// assert_eq!(sharing_bulk::StepTally::default().open(), 0);
    /// ```
    #[must_use]
    pub fn open(&self) -> u64 {
        ["waiting", "claimed", "sent", "doubt", "settling"].iter().map(|state| self.count(state)).sum()
    }

    /// How many there are, without those whose place smaller ones took.
    ///
    /// ```
    /// assert_eq!(sharing_bulk::StepTally::default().all(), 0);
    /// ```
    #[must_use]
    pub fn all(&self) -> u64 {
        self.states.iter().filter(|(state, _)| state != "split").map(|(_, count)| count).sum()
    }
}

impl Journal {
    /// How many steps are in which state.
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
    /// assert_eq!(journal.steps_by_state(run).await?.all(), 0);
    /// # Ok(()) }
    /// ```
    pub async fn steps_by_state(&self, run: RunId) -> Result<StepTally, JournalError> {
        let text = "SELECT state, COUNT(*) FROM steps WHERE run = $1 GROUP BY state ORDER BY state";
        let found = sql::kept(text.to_owned()).bind(run.0).fetch_all(self.pool()).await?;
        let count =
            |row: AnyRow| Ok((row.try_get(0)?, u64::try_from(row.try_get::<i64, _>(1)?).unwrap_or(0)));
        Ok(StepTally { states: found.into_iter().map(count).collect::<Result<_, JournalError>>()? })
    }
}
