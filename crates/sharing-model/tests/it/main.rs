//! The model against bodies in the service's shapes.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod fixtures;
mod kinds;
mod views;
