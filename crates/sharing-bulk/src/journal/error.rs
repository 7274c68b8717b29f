//! `JournalError`: what went wrong with a journal.

use crate::RunId;

/// What went wrong with a journal. Shows no password.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use sharing_bulk::{Journal, Place};
///
/// let error = Journal::open(&Place::file("/proc/no/such/folder/runs.db")).await.unwrap_err();
/// assert!(error.to_string().starts_with("the journal /proc/no/such/folder/runs.db cannot be opened"));
/// # }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// It cannot be opened.
    #[error("the journal {place} cannot be opened: {error}")]
    Open {
        /// Where it was to be, without its password.
        place: String,
        /// What the database says.
        error: sqlx::Error,
    },
    /// A newer version of this crate made it.
    #[error("the journal {place} is of another version: {error}")]
    Version {
        /// Where it is, without its password.
        place: String,
        /// What differs.
        error: sqlx::migrate::MigrateError,
    },
    /// The database failed.
    #[error("the journal failed: {0}")]
    Database(#[from] sqlx::Error),
    /// Another process is at work on it.
    #[error("another process is at work on the journal {place}")]
    Busy {
        /// Where it is.
        place: String,
    },
    /// A file beside it cannot be made.
    #[error("the journal's lock cannot be had: {0}")]
    Lock(std::io::Error),
    /// There is no such run.
    #[error("the journal has no run {0}")]
    NoRun(RunId),
    /// What stands in it cannot be read.
    #[error("the journal says what this version cannot read: {0}")]
    Unreadable(String),
}

impl From<serde_json::Error> for JournalError {
    fn from(error: serde_json::Error) -> Self {
        Self::Unreadable(error.to_string())
    }
}
