//! The program `sharing`. All that it does is in the library beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    sharing_cli::main()
}
