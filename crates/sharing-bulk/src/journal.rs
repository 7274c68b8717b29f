//! `Journal`: what a run means to do, is doing and has done, kept where it survives the process.
//!
//! Before a request leaves, its intent is committed; after the answer, its outcome. SQLite keeps it in a file, which one
//! process at a time works on; PostgreSQL keeps it where several machines share one run.

mod claim;
mod close;
mod error;
mod gather;
mod invited;
mod late;
mod listed;
mod place;
mod runs;
mod sql;
mod steps;
mod tally;
mod write;

#[cfg(test)]
mod tests;

use std::{
    fmt,
    fs::{File, TryLockError},
    sync::Arc,
    time::Duration,
};

use sqlx::{
    Any, AnyConnection, AnyPool, Connection, Executor, SqlSafeStr, Transaction,
    any::{AnyPoolOptions, install_default_drivers},
    migrate::{Migration, MigrationType, Migrator},
};

pub(crate) use self::write::{Entry, Part};
pub use self::{
    claim::{Claim, Lease},
    close::{ClosedRow, ReportedRow, Word},
    error::JournalError,
    gather::ListedItem,
    place::{NoPlace, Place},
    runs::{RunHead, RunId, RunState, RunSummary},
    steps::{Outcome, PlannedItem, StepEnd, StepRecord},
    tally::StepTally,
};
use self::{place::Kind, sql::Dialect};

const MIGRATIONS: [(i64, &str, &str); 2] = [
    (1, "journal", include_str!("../migrations/0001_journal.sql")),
    (2, "late answers", include_str!("../migrations/0002_late_answers.sql")),
];

/// What is set on each connection of SQLite. `FULL`: an intent that power loss could take back would be no intent.
const PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 60000; \
                       PRAGMA cache_size = -4000; PRAGMA temp_store = FILE;";

/// More than the streams of this crate hold at once while others ask.
const CONNECTIONS: u32 = 8;

/// Whoever waits for a connection waits for a commit: time says nothing, and a test moves it.
const PATIENCE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Where runs are written down: intents before requests leave, outcomes after the answers. Cheap to clone.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sharing_bulk::{Journal, Place, RunHead};
///
/// let folder = tempfile::tempdir()?;
/// let journal = Journal::open(&Place::file(folder.path().join("runs.db"))).await?;
/// let run = journal.begin(&RunHead::new("access.csv", "https://graph.microsoft.com/v1.0")).await?;
/// let row = r#"{ "item": "/drive/root:/Projects", "recipient": "ryan@contoso.com", "role": "write" }"#;
/// journal.gather(run, &[serde_json::from_str(row)?]).await?;
/// assert_eq!(journal.summary(run).await?.rows, 1);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Journal(Arc<Inner>);

struct Inner {
    pool: AnyPool,
    dialect: Dialect,
    place: Place,
    /// Whose file it is alone; dropped after the connections.
    folder: Option<tempfile::TempDir>,
}

impl Journal {
    /// Opens a journal, and makes it where there is none.
    ///
    /// # Errors
    ///
    /// When the place cannot be reached, or a newer version made the journal.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_bulk::{Journal, Place};
    ///
    /// let folder = tempfile::tempdir()?;
    /// let journal = Journal::open(&Place::file(folder.path().join("runs.db"))).await?;
    /// assert!(journal.runs().await?.is_empty());
    /// # Ok(()) }
    /// ```
    pub async fn open(place: &Place) -> Result<Self, JournalError> {
        Self::open_with(place.clone(), None).await
    }

    /// A journal in a temporary file, for what nobody will want to resume.
    ///
    /// # Errors
    ///
    /// When no temporary file can be made.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// assert!(sharing_bulk::Journal::temporary().await?.runs().await?.is_empty());
    /// # Ok(()) }
    /// ```
    pub async fn temporary() -> Result<Self, JournalError> {
        let folder = tempfile::tempdir().map_err(JournalError::Lock)?;
        let place = Place::file(folder.path().join("journal.db"));
        Self::open_with(place, Some(folder)).await
    }

    async fn open_with(place: Place, folder: Option<tempfile::TempDir>) -> Result<Self, JournalError> {
        install_default_drivers();
        let (url, dialect, connections) = match &place.0 {
            Kind::File(path) => {
                let path = path.to_string_lossy();
                let mut url = String::from("sqlite://");
                // What means something in a URL is written out.
                url.extend(path.chars().map(|c| match c {
                    '%' => "%25".to_owned(),
                    '?' => "%3f".to_owned(),
                    '#' => "%23".to_owned(),
                    other => other.to_string(),
                }));
                (url + "?mode=rwc", Dialect::Sqlite, CONNECTIONS)
            }
            Kind::Postgres(url) => (url.to_string(), Dialect::Postgres, CONNECTIONS),
        };
        let open = |error| JournalError::Open { place: place.to_string(), error };
        let options = AnyPoolOptions::new().max_connections(connections).acquire_timeout(PATIENCE);
        let options =
            options.idle_timeout(None).max_lifetime(None).test_before_acquire(dialect == Dialect::Postgres);
        let options = options.after_connect(move |connection, _| {
            Box::pin(async move {
                if dialect == Dialect::Sqlite {
                    connection.execute(PRAGMAS.into_sql_str()).await?;
                }
                Ok(())
            })
        });
        // A pool tries again and again where nobody answers; whoever opens a journal wants to know.
        let mut first = AnyConnection::connect(&url).await.map_err(open)?;
        if dialect == Dialect::Sqlite {
            // Only a statement reads the file, and tells whether it is a journal at all.
            first.execute(PRAGMAS.into_sql_str()).await.map_err(open)?;
        }
        first.close().await.map_err(open)?;
        let pool = options.connect(&url).await.map_err(open)?;
        let migrations = MIGRATIONS.map(|(version, name, text)| {
            Migration::new(version, name.into(), MigrationType::Simple, text.into_sql_str(), false)
        });
        let migrated = Migrator::with_migrations(migrations.into()).run(&pool).await;
        migrated.map_err(|error| JournalError::Version { place: place.to_string(), error })?;
        Ok(Self(Arc::new(Inner { pool, dialect, place, folder })))
    }

    /// Where it is kept.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// assert!(!sharing_bulk::Journal::temporary().await?.place().is_shared());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.0.place
    }

    /// Whether it goes when nobody holds it any more.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// assert!(sharing_bulk::Journal::temporary().await?.is_temporary());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        self.0.folder.is_some()
    }

    /// Makes this process the only one that works on the journal, where it is a file: whoever else claimed work is dead
    /// then. Where it is shared, leases tell.
    pub(crate) fn lock(&self) -> Result<Option<File>, JournalError> {
        let Kind::File(path) = &self.0.place.0 else { return Ok(None) };
        let mut beside = path.clone().into_os_string();
        beside.push(".lock");
        let file = File::options().create(true).truncate(false).write(true).open(beside);
        let file = file.map_err(JournalError::Lock)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Err(JournalError::Busy { place: self.0.place.to_string() }),
            Err(TryLockError::Error(error)) => Err(JournalError::Lock(error)),
        }
    }

    fn pool(&self) -> &AnyPool {
        &self.0.pool
    }

    fn spell(&self, text: &str) -> String {
        self.0.dialect.spell(text)
    }

    async fn begin_writing(&self) -> Result<Transaction<'static, Any>, JournalError> {
        Ok(self.pool().begin_with(self.0.dialect.begin()).await?)
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").field("place", &self.0.place).finish_non_exhaustive()
    }
}
