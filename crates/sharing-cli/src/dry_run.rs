//! `--dry-run`: the request that would be sent, to look at.

use clap::{Args, ValueEnum};
use sharing_http::{Endpoint, Rendered};
use sharing_model::Action;

use crate::{connection::ConnectionArguments, exit::Exit, failure::Failure, output};

#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct DryRun {
    /// Print the exact request, without its secrets, and send nothing: as HTTP, or as a command of curl.
    #[arg(
        long,
        value_enum,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "http",
        value_name = "http|curl",
        hide_possible_values = true
    )]
    dry_run: Option<Form>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    Http,
    Curl,
}

impl DryRun {
    /// Whether requests are to be looked at, and none to be sent.
    pub(crate) const fn is_asked(self) -> bool {
        self.dry_run.is_some()
    }

    /// Prints a request.
    pub(crate) fn print(self, action: &Action, endpoint: &Endpoint) -> Result<(), Failure> {
        let rendered = Rendered::new(action, endpoint);
        Ok(output::write(&match self.dry_run {
            Some(Form::Curl) => rendered.to_curl(),
            _ => rendered.to_string(),
        })?)
    }

    /// Prints the request and says that all is done, if that is all that was asked for.
    pub(crate) fn show(
        self,
        action: &Action,
        connection: &ConnectionArguments,
    ) -> Result<Option<Exit>, Failure> {
        self.show_all(&[action], connection)
    }

    /// The same of several requests.
    pub(crate) fn show_all(
        self,
        actions: &[&Action],
        connection: &ConnectionArguments,
    ) -> Result<Option<Exit>, Failure> {
        if !self.is_asked() {
            return Ok(None);
        }
        let endpoint = connection.endpoint()?;
        actions.iter().try_for_each(|action| self.print(action, &endpoint))?;
        Ok(Some(Exit::Done))
    }
}
