//! The mock as a program, for what asks it from outside of Rust.

use std::{
    error::Error,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use crate::tool;

/// Runs until this is dropped.
pub(crate) struct Mock {
    process: Child,
    pub(crate) url: String,
}

impl Mock {
    /// Builds it, and starts it on any free port.
    pub(crate) fn start(arguments: &[&str]) -> Result<Self, Box<dyn Error>> {
        let program = tool::built("sharing-mock", "sharing-mock", &[])?;
        let mut command = Command::new(program);
        let mut process = command.args(["--port", "0"]).args(arguments).stdout(Stdio::piped()).spawn()?;
        let output = process.stdout.take();
        // From here on it is stopped whatever happens.
        let mut mock = Self { process, url: String::new() };
        let output = output.ok_or("sharing-mock has no standard output")?;
        BufReader::new(output).read_line(&mut mock.url)?;
        mock.url.truncate(mock.url.trim_end().len());
        if mock.url.is_empty() {
            return Err("sharing-mock did not say where it serves".into());
        }
        Ok(mock)
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        // It has no state to lose, and where it is gone already there is nothing to stop.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
