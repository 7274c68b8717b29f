//! `cargo xtask clients`: the clients that others use, at pinned versions and unchanged, work against the mock.
//!
//! Each invites, lists, patches, makes a link, waits out a 429, sends a batch and deletes, in a space of its own, and
//! asks the mock's journal and outbox whether that is what came.

use std::{
    error::Error,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use crate::{
    artifact,
    install::Place,
    tool::{ask, cargo},
};

pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let place = Place::new("clients");
    let node = place.node("package-lock.json", &["package.json", "package-lock.json", "client.mjs"])?;
    let python = place.python(&["requirements.txt", "client.py"])?;
    cargo(&["build", "--package", "sharing-mock", "--bin", "sharing-mock"], &[])?;
    let mock = Mock::start()?;
    // Both are always asked.
    let with_node = ask(Command::new("node").arg("client.mjs").arg(&mock.url).current_dir(&node));
    let with_python = ask(Command::new("bin/python").arg("client.py").arg(&mock.url).current_dir(&python));
    with_node.and(with_python)
}

/// The mock as a program, which stops when this is dropped.
struct Mock {
    process: Child,
    url: String,
}

impl Mock {
    fn start() -> Result<Self, Box<dyn Error>> {
        let program = artifact::root().join("target/debug/sharing-mock");
        let mut process = Command::new(&program).stdout(Stdio::piped()).spawn()?;
        let out = process.stdout.take();
        // From here on it is stopped whatever happens.
        let mut mock = Self { process, url: String::new() };
        let out = out.ok_or("the mock has no standard output")?;
        BufReader::new(out).read_line(&mut mock.url)?;
        mock.url.truncate(mock.url.trim_end().len());
        Ok(mock)
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
