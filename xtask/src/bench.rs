//! `cargo xtask bench`: what reading a page and asking the service cost, and how long work takes under the service's
//! limits. The last lines of each bench say how it compares.

use std::error::Error;

use crate::tool;

const BENCHES: [(&str, &str); 3] =
    [("sharing-model", "page"), ("sharing-http", "overhead"), ("sharing-http", "limits")];

pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    BENCHES
        .iter()
        .try_for_each(|(package, bench)| tool::cargo(&["bench", "--package", package, "--bench", bench], &[]))
}
