//! How big the program is, and how quick to start.

use std::{error::Error, fs, path::PathBuf, process::Command, time::Instant};

use serde_json::Value;

use crate::{artifact, bench::Figure};

const RUNS: usize = 51;
const START_BUDGET_MS: f64 = 10.0;
const SIZE_BUDGET_MB: f64 = 25.0;

/// Builds it as operators have it, and measures both.
pub(crate) fn measure() -> Result<Vec<Figure>, Box<dyn Error>> {
    let program = built()?;
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        let output = Command::new(&program).arg("--version").output()?;
        times.push(start.elapsed());
        if !output.status.success() {
            return Err("`sharing --version` fails".into());
        }
    }
    times.sort_unstable();
    let median = times.get(RUNS / 2).map_or(0.0, |time| time.as_secs_f64() * 1e3);
    let size = fs::metadata(&program)?.len() as f64 / 1e6;
    let figure = |what: &str, figure: f64, unit: &str, most: f64| Figure {
        what: what.to_owned(),
        ours: format!("{figure:.1} {unit}"),
        yardstick: String::new(),
        figure,
        unit: unit.to_owned(),
        at_least: None,
        at_most: Some(most),
    };
    Ok(vec![
        figure(&format!("`sharing --version`, median of {RUNS}"), median, "ms", START_BUDGET_MS),
        figure("the program `sharing`, stripped", size, "MB", SIZE_BUDGET_MB),
    ])
}

/// Where cargo puts the program.
fn built() -> Result<PathBuf, Box<dyn Error>> {
    let output = Command::new(env!("CARGO"))
        .args(["build", "--release", "--package", "sharing-cli", "--bin", "sharing"])
        .args(["--message-format", "json-render-diagnostics"])
        .stderr(std::process::Stdio::inherit())
        .current_dir(artifact::root())
        .output()?;
    let messages = String::from_utf8(output.stdout)?;
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut executables = messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from));
    executables.next_back().ok_or_else(|| "`cargo build --release` makes no program".into())
}
