//! `--dry-run`: the request that would be sent, to look at.

use clap::Args;
use sharing_http::Rendered;
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
        output::write(&Rendered::new(action, &connection.endpoint()?).to_string())?;
        Ok(Some(Exit::Done))
    }
}
