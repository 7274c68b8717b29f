//! The program `sharing-mock`: the service on loopback until it is told to stop.

use std::{
    fs,
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser;
use sharing_mock::{AuthMode, FaultList, Limits, MockServer};

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

    /// Faults that requests are to meet, out of a JSON file; see schemas/mock/fault-list.schema.json.
    #[arg(long, value_name = "FILE", value_parser = fault_list)]
    faults: Option<FaultList>,

    /// Limits: the documented ones of a tenant with up to 1k, 5k, 15k, 50k or more licences, or those of a JSON file.
    #[arg(long, value_name = "1k|5k|15k|50k|more|FILE", value_parser = limits)]
    limits: Option<Limits>,
}

fn fault_list(file: &str) -> Result<FaultList, String> {
    let text = fs::read_to_string(file).map_err(|error| error.to_string())?;
    FaultList::from_json(&text).map_err(|error| error.to_string())
}

fn limits(tier_or_file: &str) -> Result<Limits, String> {
    if let Ok(tier) = tier_or_file.parse() {
        return Ok(Limits::tier(tier));
    }
    let text = fs::read_to_string(tier_or_file).map_err(|error| error.to_string())?;
    Limits::from_json(&text).map_err(|error| error.to_string())
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
    let server = MockServer::builder()
        .port(arguments.port)
        .auth(arguments.auth)
        .faults(arguments.faults.iter().flat_map(|list| list.faults.clone()))
        .limits(arguments.limits.clone().unwrap_or_default())
        .start()
        .await?;
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
