//! The time in a space: the real one, or one that a test sets, moves and stops.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// The time of a space. Expiry, tokens, limits, dates in answers and the journal all ask it.
///
/// It runs on tokio's time, so that a paused runtime moves it too.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
///
/// let server = sharing_mock::MockServer::start().await?;
/// let clock = server.clock();
/// clock.freeze();
/// let before = clock.now();
/// clock.advance(Duration::from_secs(3600));
/// assert_eq!(clock.now().duration_since(before), jiff::SignedDuration::from_hours(1));
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Clock {
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy)]
struct State {
    /// The time at `since`.
    base: Timestamp,
    since: Instant,
    mode: ClockMode,
}

/// How a clock moves.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
/// use sharing_mock::ClockMode;
///
/// let server = sharing_mock::MockServer::start().await?;
/// assert_eq!(server.clock().mode(), ClockMode::Real);
/// server.clock().freeze();
/// assert_eq!(server.clock().mode(), ClockMode::Frozen);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ClockMode {
    /// It tells the machine's time.
    Real,
    /// It was set or moved, and runs on from there.
    Set,
    /// It stands still until it is moved.
    Frozen,
}

impl Clock {
    /// A clock that tells the machine's time, or starts at the moment given.
    pub(crate) fn new(start: Option<Timestamp>) -> Self {
        let state = match start {
            Some(start) => State::at(start, ClockMode::Set),
            None => State::at(Timestamp::now(), ClockMode::Real),
        };
        Self { state: Mutex::new(state) }
    }

    /// Starts anew at a moment, and runs.
    pub(crate) fn start(&self, start: Timestamp) {
        *self.state() = State::at(start, ClockMode::Set);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time in this space.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// assert!(server.clock().now() > "2026-01-01T00:00:00Z".parse().unwrap());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.state().now()
    }

    /// How it moves.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// # use sharing_mock::ClockMode;
    /// # let server = sharing_mock::MockServer::start().await?;
    /// server.clock().advance(std::time::Duration::from_secs(1));
    /// assert_eq!(server.clock().mode(), ClockMode::Set);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn mode(&self) -> ClockMode {
        self.state().mode
    }

    /// Sets it. It runs on from there, unless it is frozen.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// server.clock().freeze();
    /// server.clock().set("2027-03-01T12:00:00Z".parse()?);
    /// assert_eq!(server.clock().now().to_string(), "2027-03-01T12:00:00Z");
    /// # Ok(()) }
    /// ```
    pub fn set(&self, now: Timestamp) {
        let mut state = self.state();
        let mode = if state.mode == ClockMode::Frozen { ClockMode::Frozen } else { ClockMode::Set };
        *state = State::at(now, mode);
    }

    /// Moves it forward. It runs on from there, unless it is frozen.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// let before = server.clock().now();
    /// server.clock().advance(std::time::Duration::from_secs(90));
    /// assert!(server.clock().now().duration_since(before) >= jiff::SignedDuration::from_secs(90));
    /// # Ok(()) }
    /// ```
    pub fn advance(&self, by: Duration) {
        let mut state = self.state();
        let mode = if state.mode == ClockMode::Frozen { ClockMode::Frozen } else { ClockMode::Set };
        *state = State::at(later(state.now(), by), mode);
    }

    /// Stops it where it is.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// server.clock().freeze();
    /// assert_eq!(server.clock().now(), server.clock().now());
    /// # Ok(()) }
    /// ```
    pub fn freeze(&self) {
        let mut state = self.state();
        *state = State::at(state.now(), ClockMode::Frozen);
    }

    /// Lets it tell the machine's time again.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// # use sharing_mock::ClockMode;
    /// # let server = sharing_mock::MockServer::start().await?;
    /// server.clock().freeze();
    /// server.clock().real();
    /// assert_eq!(server.clock().mode(), ClockMode::Real);
    /// # Ok(()) }
    /// ```
    pub fn real(&self) {
        *self.state() = State::at(Timestamp::now(), ClockMode::Real);
    }
}

impl State {
    fn at(base: Timestamp, mode: ClockMode) -> Self {
        Self { base, since: Instant::now(), mode }
    }

    fn now(&self) -> Timestamp {
        match self.mode {
            ClockMode::Frozen => self.base,
            ClockMode::Real | ClockMode::Set => later(self.base, self.since.elapsed()),
        }
    }
}

/// A moment after another; the end of time where there is none.
fn later(moment: Timestamp, by: Duration) -> Timestamp {
    moment.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_paused_runtime_moves_it() {
        let start = "2026-11-25T16:00:00Z".parse().unwrap();
        let clock = Clock::new(Some(start));
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(clock.now().to_string(), "2026-11-25T16:01:00Z");
        clock.freeze();
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(clock.now().to_string(), "2026-11-25T16:01:00Z");
        clock.advance(Duration::from_millis(1500));
        assert_eq!(clock.now().to_string(), "2026-11-25T16:01:01.5Z");
        assert_eq!(clock.mode(), ClockMode::Frozen);
        clock.advance(Duration::MAX);
        assert_eq!(clock.now(), Timestamp::MAX);
    }
}
