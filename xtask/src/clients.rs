//! `cargo xtask clients`: the clients that others use, at pinned versions and unchanged, work against the mock.
//!
//! Each invites, lists, patches, makes a link, waits out a 429, sends a batch and deletes, in a space of its own, and
//! asks the mock's journal and outbox whether that is what came.

use std::{error::Error, process::Command};

use crate::{install::Place, mock::Mock, tool::ask};

pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let place = Place::new("clients");
    let node = place.node("package-lock.json", &["package.json", "package-lock.json", "client.mjs"])?;
    let python = place.python(&["requirements.txt", "client.py"])?;
    let mock = Mock::start(&[])?;
    // Both are always asked.
    let with_node = ask(Command::new("node").arg("client.mjs").arg(&mock.url).current_dir(&node));
    let with_python = ask(Command::new("bin/python").arg("client.py").arg(&mock.url).current_dir(&python));
    with_node.and(with_python)
}
