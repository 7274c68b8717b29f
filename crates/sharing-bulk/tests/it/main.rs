//! Runs against the mock.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod run;
mod world;
