//! `sharing auth`: who asks the service, and with which token.

mod login;
mod status;

use std::io::Write;

use clap::Subcommand;
use secrecy::ExposeSecret;
use sharing_http::TokenSource;

use crate::{
    connection::ConnectionArguments,
    credential::{refresh_token_name, secret_name},
    exit::Exit,
    failure::Failure,
    keep,
    output::{Output, Stdout},
    voice::tell,
};

/// Sign in, and see who is signed in.
#[derive(Debug, Subcommand)]
pub(crate) enum Auth {
    Login(login::Login),
    /// Who is signed in, what the token allows, and where the sign-in is kept.
    #[command(after_help = "Example:\n  sharing auth status")]
    Status,
    /// Print a fresh token, for another program. Whoever reads it can do all that it allows.
    #[command(
        after_help = "Example:\n  curl -H \"Authorization: Bearer $(sharing auth token)\" \\\n    https://graph.microsoft.com/v1.0/me/drive"
    )]
    Token,
    /// Forget the refresh token or the secret that is kept.
    #[command(after_help = "Example:\n  sharing auth logout")]
    Logout,
}

impl Auth {
    pub(crate) async fn run(
        self,
        connection: &ConnectionArguments,
        output: &Output,
    ) -> Result<Exit, Failure> {
        if connection.is_sandbox() {
            return Err(Failure::SandboxSignIn);
        }
        match self {
            Self::Login(login) => Box::pin(login.run(connection, output)).await,
            Self::Status => {
                let token = connection.credential()?.token().await.map_err(Failure::Token)?;
                let (profile, _) = connection.profile()?;
                status::print(&connection.settings()?, profile, &token, output)
            }
            Self::Token => {
                let token = connection.credential()?.token().await.map_err(Failure::Token)?;
                writeln!(Stdout::new(), "{}", token.secret().expose_secret())?;
                Ok(Exit::Done)
            }
            Self::Logout => {
                let settings = connection.settings()?;
                let names = [refresh_token_name(&settings)?, secret_name(&settings)?];
                let mut had_any = false;
                for name in names {
                    had_any |= keep::forget(&name)?;
                }
                tell!(
                    "{}",
                    if had_any { "signed out: what was kept is forgotten" } else { "nothing was kept" }
                );
                Ok(Exit::Done)
            }
        }
    }
}
