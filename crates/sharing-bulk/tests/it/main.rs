//! Runs against the mock.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod budget;
mod chaos;
mod moved_clock;
mod run;
mod ten_thousand;
mod world;

// Each answer of the mock is compared with the published schemas, in every test of this crate.
const _: () =
    assert!(sharing_mock::VALIDATES || !cfg!(debug_assertions), "sharing-mock is built without `validate`");
