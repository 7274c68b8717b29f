//! `sharing completions`: what a shell needs to complete words.

use std::io::Write;

use clap::Args;
use clap_complete::Shell;

use crate::{exit::Exit, failure::Failure, output::Stdout};

/// Print the completions of a shell.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sharing completions bash > ~/.local/share/bash-completion/completions/sharing
  sharing completions zsh > ~/.zfunc/_sharing
  sharing completions fish > ~/.config/fish/completions/sharing.fish
  sharing completions powershell >> $PROFILE")]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let mut out = Vec::new();
        clap_complete::generate(self.shell, &mut crate::command(), "sharing", &mut out);
        Stdout::new().write_all(&out)?;
        Ok(Exit::Done)
    }
}
