//! How big the program is, and how quick to start.

use std::{error::Error, fs, process::Command, time::Instant};

use crate::{bench::Figure, tool};

const RUNS: usize = 51;
const START_BUDGET_MS: f64 = 10.0;
const SIZE_BUDGET_MB: f64 = 25.0;

/// Builds it as operators have it, and measures both.
pub(crate) fn measure() -> Result<Vec<Figure>, Box<dyn Error>> {
    let program = tool::built("sharing-cli", "sharing", &["--release"])?;
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
