//! The program `sharing-mock`: the service on loopback until it is told to stop.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser;
use sharing_mock::{AuthMode, MockServer};

/// The sharing service of OneDrive, SharePoint and Microsoft Graph on loopback.
///
/// Prints its URL on standard output once it listens. Any bearer token will do, unless --auth strict asks for
/// one of its own login. The mails that it would have sent are at
/// /_mock/outbox. Stops on Ctrl-C and on SIGTERM.
#[derive(Debug, Parser)]
#[command(
    name = "sharing-mock",
    version,
    after_help = "Example:\n  sharing-mock --port 4000\n  curl -H 'Authorization: Bearer any' \
                  'http://127.0.0.1:4000/v1.0/drive/root:/Projects/Quarterly%20report.docx:/permissions'"
)]
struct Arguments {
    /// The port to listen on; 0 for any free one.
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// Which bearer tokens to take: any, or strict for those of its own login alone, each for what its scopes allow.
    #[arg(long, default_value_t, value_name = "any|strict")]
    auth: AuthMode,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sharing-mock: cannot serve on port {}: {error}", arguments.port);
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> io::Result<()> {
    let server = MockServer::builder().port(arguments.port).auth(arguments.auth).start().await?;
    writeln!(io::stdout().lock(), "{}", server.url())?;
    stopped().await?;
    server.stop().await
}

#[cfg(unix)]
async fn stopped() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn stopped() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
