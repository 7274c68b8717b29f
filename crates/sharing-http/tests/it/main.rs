//! The client against the service, and against worse.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[cfg(feature = "azure-identity")]
mod azure;
mod batch;
mod calls;
mod examples;
mod limits;
mod outcomes;
mod secrets;
mod service;
#[cfg(feature = "sign-in")]
mod sign_in;
mod stranger;
mod thousand;
