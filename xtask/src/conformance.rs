//! `cargo xtask conformance`: schemathesis asks the mock what `schemas/openapi.json` lets be asked, at a pinned version, and
//! judges the answers by that document: no server error, no status that it does not have, no body that it refuses.

use std::{
    error::Error,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use crate::{
    artifact,
    tool::{ask, cargo, copy, installed, need},
};

/// How long it may ask, in seconds.
const SECONDS: &str = "100";

pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let root = artifact::root();
    let folder = root.join("target/conformance");
    let names = ["requirements.txt", "conform.py", "hooks.py", "schemathesis.toml"];
    copy("xtask/conformance", &names, &folder)?;
    installed(&folder, "requirements.txt", || {
        need("python3", &["-c", "import ensurepip, venv"], &["python3", "python3-venv"])?;
        ask(Command::new("python3").args(["-m", "venv", "--clear", "."]).current_dir(&folder))?;
        copy("xtask/conformance", &names, &folder)?;
        let arguments =
            ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"];
        ask(Command::new("bin/python").args(arguments).current_dir(&folder))
    })?;
    cargo(&["build", "--quiet", "--package", "sharing-mock"], &[])?;
    let mock = Mock::start(&root.join("target/debug/sharing-mock"))?;
    ask(Command::new("bin/python")
        .arg("conform.py")
        .arg(root.join("schemas/openapi.json"))
        .args([&*mock.url, SECONDS])
        .current_dir(&folder))
}

/// The program, stopped when it is dropped.
struct Mock {
    process: Child,
    url: String,
}

impl Mock {
    /// Starts it on any free port; it takes the tokens of its own login alone.
    fn start(program: &std::path::Path) -> Result<Self, Box<dyn Error>> {
        let mut command = Command::new(program);
        command.args(["--port", "0", "--auth", "strict"]).stdout(Stdio::piped());
        let mut process = command.spawn()?;
        let mut url = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut url)?;
        }
        let url = url.split_whitespace().last().unwrap_or_default().to_owned();
        if url.is_empty() {
            return Err("sharing-mock did not say where it serves".into());
        }
        Ok(Self { process, url })
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        // It has no state to lose, and where it is gone already there is nothing to stop.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
