//! The program's exit codes.

use std::process::ExitCode;

/// What the program tells the shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    Error = 1,
    /// What was typed, or a file that it names, cannot work.
    Usage = 2,
    /// Some of it was done, and standard error says what was not.
    Partial = 3,
    /// Sign in, or ask for consent.
    SignIn = 4,
    /// Come back later.
    Throttled = 5,
    /// What was granted does not show.
    Mismatch = 6,
    /// The tenant, the site or the item does not allow it.
    Policy = 7,
    /// `--exit-code` was said, and there is something to do.
    Changes = 10,
    /// A signal stopped it. It can go on.
    Interrupted = 130,
}

impl Exit {
    /// In a word, for programs.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Error => "error",
            Self::Usage => "usage",
            Self::Partial => "partial",
            Self::SignIn => "sign-in",
            Self::Throttled => "throttled",
            Self::Mismatch => "mismatch",
            Self::Policy => "policy",
            Self::Changes => "changes",
            Self::Interrupted => "interrupted",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
