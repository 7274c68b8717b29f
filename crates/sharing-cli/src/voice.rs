//! What is said to people, on standard error: how much of it, and in which form.

use std::{
    io,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

use clap::{ArgAction, Args, ValueEnum};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{Layer, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

/// Set once, before the first word.
static IS_QUIET: AtomicBool = AtomicBool::new(false);

#[derive(Debug, Args)]
#[command(next_help_heading = "Words for people")]
pub(crate) struct VoiceArguments {
    /// Say nothing on standard error but what went wrong.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,

    /// Tell on standard error what is asked and answered; twice, in more detail; three times, all of it. No secret shows.
    #[arg(short, long, global = true, action = ArgAction::Count)]
    verbose: u8,

    /// How --verbose tells it.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORMAT")]
    log_format: LogFormat,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    /// A line for a person.
    #[default]
    Text,
    /// A line of JSON.
    Json,
}

impl VoiceArguments {
    /// From here on it is said as it was wished for.
    pub(crate) fn set(&self) {
        IS_QUIET.store(self.quiet, Relaxed);
        let level = match self.verbose {
            0 => return,
            1 => LevelFilter::INFO,
            2 => LevelFilter::DEBUG,
            _ => LevelFilter::TRACE,
        };
        // Our own crates keep secrets out of what they tell; others promise nothing.
        let ours = ["sharing_cli", "sharing_http", "sharing_bulk", "sharing_model"];
        let targets = Targets::new().with_targets(ours.map(|name| (name, level)));
        let layer = tracing_subscriber::fmt::layer().with_writer(io::stderr);
        let layer = match self.log_format {
            LogFormat::Text => layer.with_ansi(is_coloured()).boxed(),
            LogFormat::Json => layer.json().boxed(),
        };
        tracing_subscriber::registry().with(layer.with_filter(targets)).init();
    }
}

/// Whether standard error takes colours.
pub(crate) fn is_coloured() -> bool {
    anstream::stderr().current_choice() != anstream::ColorChoice::Never
}

/// Whether only what went wrong is said.
pub(crate) fn is_quiet() -> bool {
    IS_QUIET.load(Relaxed)
}

/// Says lines to a person, as a terminal has room for them.
macro_rules! say {
    ($($said:tt)*) => {
        anstream::eprintln!("{}", $crate::wrap::wrap(&format!($($said)*), $crate::wrap::width(::std::io::stderr())))
    };
}
pub(crate) use say;

/// Says lines to a person, unless it is to be quiet.
macro_rules! tell {
    ($($said:tt)*) => {
        if !$crate::voice::is_quiet() {
            $crate::voice::say!($($said)*);
        }
    };
}
pub(crate) use tell;
