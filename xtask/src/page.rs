//! `cargo xtask page`: the mock's page, used as a person uses it, in Debian's Chromium.

use std::{
    error::Error,
    fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use crate::{
    artifact,
    tool::{ask, cargo, copy, installed, need},
};

/// Where the scripts are, below the workspace's root.
const FROM: &str = "xtask/page";

/// A program that ends with this value.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let folder = artifact::root().join("target/page");
    copy(FROM, &["package.json", "package-lock.json", "page.mjs"], &folder)?;
    need("node", &["--version"], &["nodejs", "npm"])?;
    need("chromium", &["--version"], &["chromium", "fonts-dejavu-core"])?;
    installed(&folder, "package-lock.json", || {
        need("npm", &["--version"], &["npm"])?;
        let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
        ask(Command::new("npm").args(arguments).current_dir(&folder))
    })?;
    cargo(&["build", "--quiet", "--package", "sharing-mock", "--bin", "sharing-mock"], &[])?;
    let program = artifact::root().join("target/debug/sharing-mock");
    let mut mock = Running(Command::new(program).args(["--port", "0"]).stdout(Stdio::piped()).spawn()?);
    let output = mock.0.stdout.take().ok_or("no standard output")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let url = line.trim();
    let pictures = folder.join("screenshots");
    fs::create_dir_all(&pictures)?;
    ask(Command::new("node").arg("page.mjs").arg(url).arg(&pictures).current_dir(&folder))?;
    eprintln!("page: look at the screenshots in {}", pictures.display());
    Ok(())
}
