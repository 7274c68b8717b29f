//! `cargo xtask bench`: what reading costs. The last line of each bench says how it compares.

use std::error::Error;

use crate::tool;

pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    tool::cargo(&["bench", "--package", "sharing-model", "--bench", "page"], &[])
}
