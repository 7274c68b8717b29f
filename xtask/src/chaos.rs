//! `cargo xtask chaos`: runs that are made of a seed, under faults, limits, kills and changes by others; as many as asked.

use std::error::Error;

use clap::Args;

use crate::tool;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many runs.
    #[arg(long, default_value_t = 10_000)]
    seeds: u64,
    /// The first one's seed.
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// How often each is played: a seed decides all but how those at work take turns.
    #[arg(long, default_value_t = 1)]
    times: u64,
}

pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let (seeds, from, times) =
        (options.seeds.to_string(), options.from.to_string(), options.times.to_string());
    tool::cargo(
        &["test", "--release", "--package", "sharing-bulk", "--test", "it", "chaos::", "--", "--nocapture"],
        &[("SHARING_CHAOS_SEEDS", &seeds), ("SHARING_CHAOS_FROM", &from), ("SHARING_CHAOS_TIMES", &times)],
    )
}
