//! The client against the service, and against worse.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[cfg(feature = "azure-identity")]
mod azure;
mod batch;
mod calls;
mod examples;
mod limits;
mod outcomes;
mod places;
mod proxy;
mod secrets;
mod service;
#[cfg(feature = "sign-in")]
mod sign_in;
mod stranger;
mod thousand;
mod turned_away;

// Each answer of the mock is compared with the published schemas, in every test of this crate.
const _: () =
    assert!(sharing_mock::VALIDATES || !cfg!(debug_assertions), "sharing-mock is built without `validate`");
