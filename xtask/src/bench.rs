//! `cargo xtask bench`: what reading costs. The last line of each bench says how it compares.

use std::error::Error;

use crate::ci;

pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    ci::cargo(&["bench", "--package", "sharing-model", "--bench", "page"], &[])
}
