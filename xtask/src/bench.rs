//! `cargo xtask bench`: what reading a page, asking the service and a request of the mock cost, and how long work takes
//! under the service's limits; last, how big the program is and how quick to start. The last lines of each bench say how it
//! compares.

use std::error::Error;

use crate::{startup, tool};

const BENCHES: [(&str, &str, &[&str]); 8] = [
    ("sharing-model", "page", &[]),
    ("sharing-http", "overhead", &[]),
    ("sharing-http", "limits", &[]),
    // Requests for ten thousand rows, beside one call for each.
    ("sharing-bulk", "rows", &[]),
    // The time and memory that a million rows take, beside a hundred thousand.
    ("sharing-bulk", "scale", &[]),
    // An audit of a hundred thousand items.
    ("sharing-bulk", "audit", &[]),
    ("sharing-mock", "wire", &[]),
    // What memory the mock holds after a million requests.
    ("sharing-mock", "wire", &["--", "memory"]),
];

/// The name of the last one, which is no bench of cargo's.
const STARTUP: &str = "startup";

/// Runs all of them, or those with this name.
pub(crate) fn run(only: Option<&str>) -> Result<(), Box<dyn Error>> {
    let is_meant = |name: &str| only.is_none_or(|only| only == name);
    if !BENCHES.iter().map(|(_, bench, _)| *bench).chain([STARTUP]).any(is_meant) {
        return Err("there is no bench of this name".into());
    }
    BENCHES.iter().filter(|(_, bench, _)| is_meant(bench)).try_for_each(|(package, bench, arguments)| {
        tool::cargo(&[&["bench", "--package", package, "--bench", bench], *arguments].concat(), &[])
    })?;
    if is_meant(STARTUP) { startup::run() } else { Ok(()) }
}
