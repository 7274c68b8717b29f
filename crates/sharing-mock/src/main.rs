//! The program `sharing-mock`. All that it does is in the library beside it.

use std::process::ExitCode;

use clap::Parser;
use sharing_mock::program::Arguments;

#[tokio::main]
async fn main() -> ExitCode {
    match Arguments::parse().run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sharing-mock: {error}");
            ExitCode::FAILURE
        }
    }
}
