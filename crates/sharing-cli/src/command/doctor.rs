//! `sharing doctor`: whether all is well, and what to do where it is not.

mod check;
mod local;
mod service;

use clap::Args;

use self::check::{Check, Verdict};
use crate::{connection::ConnectionArguments, exit::Exit, failure::Failure, output::Output};

/// See whether all is well: settings, proxy, token, scopes, endpoint, clock, sharing policy, limits. Changes nothing.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sharing doctor
  sharing doctor --profile work \\
    \"https://contoso.sharepoint.com/sites/launch:/Shared Documents\"

Each check says what was found and what to do. Exit code: 0 where nothing is bad, 4 where the sign-in is, else 1.")]
pub(crate) struct Doctor {
    /// An item to look at; without it, the root of the drive of whoever is signed in.
    address: Option<String>,
}

impl Doctor {
    pub(crate) async fn run(
        self,
        connection: &ConnectionArguments,
        output: &Output,
    ) -> Result<Exit, Failure> {
        let address = self.address.as_deref().unwrap_or("me:/");
        let address = super::audit::item(address)?;
        let mut checks = vec![local::settings(connection), local::proxy()];
        let opened = connection.open().await;
        match opened {
            Ok(connection_open) => {
                let token = local::token(connection, &mut checks).await;
                service::look(&connection_open, &address, token.as_ref(), &mut checks).await;
            }
            Err(failure) => checks.push(check::failed("token", &failure)),
        }
        checks.push(local::limits(connection));
        output.print(&checks, &["CHECK", "VERDICT", "FOUND", "WHAT TO DO"], |checks| {
            checks.iter().map(Check::cells).collect()
        })?;
        let is_bad = |names: &[&str]| {
            checks.iter().any(|check| check.verdict == Verdict::Bad && names.contains(&check.check))
        };
        Ok(if is_bad(&["token", "scopes"]) {
            Exit::SignIn
        } else if checks.iter().any(|check| check.verdict == Verdict::Bad) {
            Exit::Error
        } else {
            Exit::Done
        })
    }
}
