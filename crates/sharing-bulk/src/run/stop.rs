//! What stops a run before its end.

use std::{fmt, sync::Arc, time::Duration};

use serde::Serialize;
use tokio::sync::watch;

use super::{RunOptions, ask::Asked};
use crate::RunSummary;

/// So many refusals in a row that would meet every other step, too, stop a run.
const SYSTEMIC: u32 = 3;
/// So many items that may not be shared, before any that may, stop it.
const DENIED: u32 = 10;
/// So many failures in a row to reach the service at all stop it.
const UNREACHABLE: u32 = 8;

/// Asks a run to stop: what is under way is finished, and nothing more begins. Cheap to clone; clones ask as one.
///
/// ```
/// let stop = sharing_bulk::Stop::default();
/// stop.clone().ask();
/// assert!(stop.is_asked());
/// ```
#[derive(Debug, Clone)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Default for Stop {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Stop {
    /// Asks.
    ///
    /// ```
    /// sharing_bulk::Stop::default().ask();
    /// ```
    pub fn ask(&self) {
        self.0.send_replace(true);
    }

    /// Whether anybody asked.
    ///
    /// ```
    /// assert!(!sharing_bulk::Stop::default().is_asked());
    /// ```
    #[must_use]
    pub fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until somebody asks.
    pub(super) async fn asked(&self) {
        let mut asked = self.0.subscribe();
        // The sender lives as long as `self`.
        drop(asked.wait_for(|asked| *asked).await);
    }
}

/// Keeps steps from leaving.
#[derive(Debug, Clone, Default)]
pub(super) struct Brake(Stop);

impl Brake {
    pub(super) fn pull(&self) {
        self.0.ask();
    }

    pub(super) async fn pulled(&self) {
        self.0.asked().await;
    }
}

/// Why a run stopped before its end.
///
/// ```
/// use sharing_bulk::StopReason;
///
/// assert_eq!(StopReason::Deadline.to_string(), "the time is up");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum StopReason {
    /// Somebody asked.
    Interrupted,
    /// The time is up.
    Deadline,
    /// Too many rows failed.
    Failures {
        /// How many.
        rows: u64,
    },
    /// The service refuses in a way that would meet every other step, too.
    Systemic {
        /// What it says.
        why: String,
        /// Whether signing in again is what it asks for.
        sign_in: bool,
    },
    /// The service cannot be reached, or asks to be left alone for longer than the client is willing to wait.
    Unavailable {
        /// What it says.
        why: String,
    },
}

impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted => f.write_str("interrupted"),
            Self::Deadline => f.write_str("the time is up"),
            Self::Failures { rows } => write!(f, "{rows} rows failed"),
            Self::Systemic { why, .. } => write!(f, "everything is refused: {why}"),
            Self::Unavailable { why } => write!(f, "the service cannot be asked: {why}"),
        }
    }
}

/// How a run ended.
///
/// ```
/// fn is_whole(end: &sharing_bulk::RunEnd) -> bool {
///     end.reason.is_none()
/// }
/// # let _ = is_whole;
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RunEnd {
    /// Why it stopped before its end; nothing where it came to it.
    pub reason: Option<StopReason>,
    /// What became of its rows.
    pub summary: RunSummary,
}

/// Counts what fails.
#[derive(Debug)]
pub(super) struct Failures {
    most: Option<u64>,
    rows: u64,
    systemic: u32,
    /// Nothing once anything has passed.
    denied: Option<u32>,
    unreachable: u32,
    pause: Option<Duration>,
    last: Option<StopReason>,
}

/// What a step that did not end well means for the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It would meet every step.
    Systemic { why: String, sign_in: bool },
    /// The service does not let this be done to the item; perhaps to none.
    Denied { why: String },
    /// There is no use in asking at all.
    NoToken { why: String },
    /// The service could not be asked.
    Unavailable { why: String },
}

impl Failures {
    pub(super) fn new(options: &RunOptions, rows: u64) -> Self {
        let most = options.max_failures.map(|most| most.of(rows));
        Self { most, rows: 0, systemic: 0, denied: Some(0), unreachable: 0, pause: None, last: None }
    }

    pub(super) fn count(&mut self, asked: &Asked) {
        self.rows += asked.failed_rows;
        match &asked.trouble {
            None if asked.passed => {
                (self.systemic, self.denied, self.unreachable, self.last) = (0, None, 0, None);
            }
            None => {}
            Some(Trouble::Systemic { why, sign_in }) => {
                self.systemic += 1;
                self.last = Some(StopReason::Systemic { why: why.clone(), sign_in: *sign_in });
            }
            Some(Trouble::Denied { why }) => {
                if let Some(denied) = &mut self.denied {
                    *denied += 1;
                    if *denied >= DENIED {
                        self.systemic = SYSTEMIC;
                        self.last = Some(StopReason::Systemic { why: why.clone(), sign_in: true });
                    }
                }
            }
            Some(Trouble::NoToken { why }) => {
                self.systemic = SYSTEMIC;
                self.last = Some(StopReason::Systemic { why: why.clone(), sign_in: true });
            }
            Some(Trouble::Unavailable { why }) => {
                self.unreachable += 1;
                self.pause = Some(Duration::from_millis(250) * self.unreachable);
                self.last = Some(StopReason::Unavailable { why: why.clone() });
            }
        }
    }

    /// How long to rest, once.
    pub(super) fn pause(&mut self) -> Option<Duration> {
        self.pause.take()
    }

    pub(super) fn reason(&self) -> Option<StopReason> {
        if self.systemic >= SYSTEMIC || self.unreachable >= UNREACHABLE {
            return self.last.clone();
        }
        self.most.filter(|most| self.rows > *most).map(|_| StopReason::Failures { rows: self.rows })
    }
}
