//! `cargo xtask conformance`: schemathesis asks the mock what `schemas/openapi.json` lets be asked, at a pinned version, and
//! judges the answers by that document: no server error, no status that it does not have, no body that it refuses.

use std::{error::Error, process::Command};

use crate::{artifact, install::Place, mock::Mock, tool::ask};

/// How long it may ask, in seconds.
const SECONDS: &str = "100";

pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let files = ["requirements.txt", "conform.py", "hooks.py", "schemathesis.toml"];
    let folder = Place::new("conformance").python(&files)?;
    // It takes the tokens of its own login alone.
    let mock = Mock::start(&["--auth", "strict"])?;
    ask(Command::new("bin/python")
        .arg("conform.py")
        .arg(artifact::root().join("schemas/openapi.json"))
        .args([&*mock.url, SECONDS])
        .current_dir(&folder))
}
