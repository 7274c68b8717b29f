//! `--dry-run`: the request that would be sent, to look at.

use std::io;

use clap::Args;
use serde_json::Value;
use sharing_model::Action;

use crate::{connection::ConnectionArguments, exit::Exit, failure::Failure, output};

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
        let mut lines = vec![
            format!("{} {}", action.method(), connection.endpoint()?.url_of(action)),
            "Authorization: Bearer [REDACTED]".to_owned(),
        ];
        lines.extend(action.headers().iter().map(|(name, value)| format!("{name}: {value}")));
        if let Some(body) = action.body() {
            let body = serde_json::to_string_pretty(&without_secrets(body)).map_err(io::Error::from)?;
            lines.extend([String::new(), body]);
        }
        output::write(&lines.join("\n"))?;
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
