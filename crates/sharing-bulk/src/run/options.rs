//! `RunOptions`: when to stop, and how sure to be.

use std::{fmt, str::FromStr, time::Duration};

use jiff::Timestamp;

/// How many rows may fail before a run stops.
///
/// ```
/// use sharing_bulk::MaxFailures;
///
/// let share: MaxFailures = "5%".parse()?;
/// assert_eq!((share.of(200), "3".parse::<MaxFailures>()?.of(200)), (10, 3));
/// assert!("many".parse::<MaxFailures>().is_err());
/// # Ok::<(), sharing_bulk::NoMaxFailures>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MaxFailures {
    /// So many.
    Rows(u64),
    /// So many of a hundred.
    Percent(u8),
}

/// What is no [`MaxFailures`].
///
/// ```
/// assert!("101%".parse::<sharing_bulk::MaxFailures>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a number of rows such as 10, or a share of them such as 5%")]
pub struct NoMaxFailures(());

impl MaxFailures {
    /// The number, of so many rows.
    ///
    /// ```
    /// assert_eq!(sharing_bulk::MaxFailures::Percent(1).of(50), 0);
    /// ```
    #[must_use]
    pub const fn of(self, rows: u64) -> u64 {
        match self {
            Self::Rows(failures) => failures,
            Self::Percent(percent) => rows / 100 * percent as u64 + rows % 100 * percent as u64 / 100,
        }
    }
}

impl FromStr for MaxFailures {
    type Err = NoMaxFailures;

    fn from_str(text: &str) -> Result<Self, NoMaxFailures> {
        match text.strip_suffix('%') {
            Some(percent) => match percent.parse() {
                Ok(percent @ 0..=100) => Ok(Self::Percent(percent)),
                _ => Err(NoMaxFailures(())),
            },
            None => text.parse().map(Self::Rows).map_err(|_| NoMaxFailures(())),
        }
    }
}

impl fmt::Display for MaxFailures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rows(rows) => rows.fmt(f),
            Self::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

/// When a run stops, and how sure it is to be.
///
/// ```
/// use sharing_bulk::{MaxFailures, RunOptions};
///
/// let options = RunOptions::default().max_failures(MaxFailures::Rows(10)).verify(false);
/// assert!(!options.verify && options.until.is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunOptions {
    /// How many rows may fail; any number where nothing is said.
    pub max_failures: Option<MaxFailures>,
    /// When to stop.
    pub until: Option<Timestamp>,
    /// Whether it is looked in the end whether the service shows what was granted. Its answers show that of most; an item
    /// is read again where they leave it open: where somebody is missing in them, or is from outside.
    pub verify: bool,
    /// Whether every item is read again, also where the answers showed all.
    pub read_back: bool,
    /// This worker's name, which no other has.
    pub worker: String,
    /// How long a worker may be silent before others take over what it claimed. On a file there are no others.
    pub lease: Duration,
    /// How long after its intent a request whose answer was lost may still be at work in the service: before that,
    /// reading that nothing came of it says nothing.
    pub settle_after: Duration,
    /// How long to wait before an item is read again that does not show yet what it was given.
    pub look_again: Duration,
}

impl Default for RunOptions {
    /// Any number of failures, no end, verified; a minute's lease, half a minute to settle, two seconds to look again.
    fn default() -> Self {
        Self {
            max_failures: None,
            until: None,
            verify: true,
            read_back: false,
            worker: format!("{}-{:016x}", std::process::id(), fastrand::u64(..)),
            lease: Duration::from_secs(60),
            settle_after: Duration::from_secs(30),
            look_again: Duration::from_secs(2),
        }
    }
}

impl RunOptions {
    /// The same, stopping when more rows than this have failed.
    ///
    /// ```
    /// use sharing_bulk::{MaxFailures, RunOptions};
    ///
    /// let few = RunOptions::default().max_failures(MaxFailures::Percent(1));
    /// assert_eq!(few.max_failures, Some(MaxFailures::Percent(1)));
    /// ```
    #[must_use]
    pub fn max_failures(self, failures: impl Into<Option<MaxFailures>>) -> Self {
        Self { max_failures: failures.into(), ..self }
    }

    /// The same, stopping at a time.
    ///
    /// ```
    /// let soon = jiff::Timestamp::now();
    /// assert_eq!(sharing_bulk::RunOptions::default().until(soon).until, Some(soon));
    /// ```
    #[must_use]
    pub fn until(self, time: impl Into<Option<Timestamp>>) -> Self {
        Self { until: time.into(), ..self }
    }

    /// The same, looking in the end whether the service shows what was granted, or not.
    ///
    /// ```
    /// assert!(!sharing_bulk::RunOptions::default().verify(false).verify);
    /// ```
    #[must_use]
    pub fn verify(self, verify: bool) -> Self {
        Self { verify, ..self }
    }

    /// The same, reading every item again, also where the answers showed all: one read more for each item that changed.
    ///
    /// ```
    /// assert!(sharing_bulk::RunOptions::default().read_back(true).read_back);
    /// ```
    #[must_use]
    pub fn read_back(self, read_back: bool) -> Self {
        Self { read_back, ..self }
    }

    /// The same, with another lease: a few seconds at least, or others take over what is still under way.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let options = sharing_bulk::RunOptions::default().lease(Duration::from_secs(5));
    /// assert_eq!(options.lease.as_secs(), 5);
    /// ```
    #[must_use]
    pub fn lease(self, time: Duration) -> Self {
        Self { lease: time, ..self }
    }

    /// The same, with another time after which what was not done will not be done.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let patient = sharing_bulk::RunOptions::default().settle_after(Duration::from_secs(150));
    /// assert_eq!(patient.settle_after.as_secs(), 150);
    /// ```
    #[must_use]
    pub fn settle_after(self, time: Duration) -> Self {
        Self { settle_after: time, ..self }
    }

    /// The same, waiting another time before an item is read again.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let options = sharing_bulk::RunOptions::default().look_again(Duration::ZERO);
    /// assert!(options.look_again.is_zero());
    /// ```
    #[must_use]
    pub fn look_again(self, time: Duration) -> Self {
        Self { look_again: time, ..self }
    }
}
