//! `--dry-run`: the request that would be sent, to look at.

use std::io::{self, Write};

use clap::Args;
use serde_json::Value;
use sharing_model::Action;

use crate::{connection::ConnectionArguments, exit::Exit, failure::Failure};

#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct DryRun {
    /// Print the exact request, without its secrets, and send nothing.
    #[arg(long)]
    dry_run: bool,
}

impl DryRun {
    /// Prints the request and says that all is done, if that is all that was asked for.
    pub(crate) fn show(
        self,
        action: &Action,
        connection: &ConnectionArguments,
    ) -> Result<Option<Exit>, Failure> {
        if !self.dry_run {
            return Ok(None);
        }
        let mut request = format!("{} {}\n", action.method(), connection.endpoint()?.url_of(action));
        request.push_str("Authorization: Bearer [REDACTED]\n");
        for (name, value) in action.headers() {
            request.push_str(&format!("{name}: {value}\n"));
        }
        if let Some(body) = action.body() {
            let body = serde_json::to_string_pretty(&without_secrets(body)).map_err(io::Error::from)?;
            request.push_str(&format!("\n{body}\n"));
        }
        io::stdout().lock().write_all(request.as_bytes())?;
        Ok(Some(Exit::Done))
    }
}

fn without_secrets(body: &Value) -> Value {
    let mut body = body.clone();
    if let Some(password) = body.get_mut("password") {
        *password = "[REDACTED]".into();
    }
    body
}
