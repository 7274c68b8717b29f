//! What a bench has measured, for `cargo xtask bench` to read: each figure beside a yardstick of the same run, and the
//! budget that it has to keep. The benches of all crates take this file in.

use std::{
    fmt::Display,
    fs,
    ops::{Bound, RangeBounds},
    path::Path,
};

use serde_json::{Value, json};

/// The figures of one bench.
#[derive(Debug)]
pub(crate) struct Figures {
    bench: &'static str,
    figures: Vec<Value>,
}

impl Figures {
    pub(crate) const fn of(bench: &'static str) -> Self {
        Self { bench, figures: Vec::new() }
    }

    /// One more: what was measured, what came of it, what came of the yardstick, the figure of the two with its unit, and
    /// where it has to be: `0.95..` for at least so much, `..=1.03` for at most, `..` where it is told and not judged.
    pub(crate) fn add(
        &mut self,
        what: impl Display,
        [ours, yardstick]: [String; 2],
        (figure, unit): (f64, &str),
        budget: impl RangeBounds<f64>,
    ) {
        let end = |bound: Bound<&f64>| match bound {
            Bound::Included(at) | Bound::Excluded(at) => Some(*at),
            Bound::Unbounded => None,
        };
        self.figures.push(json!({
            "what": what.to_string(),
            "ours": ours,
            "yardstick": yardstick,
            "figure": figure,
            "unit": unit,
            "atLeast": end(budget.start_bound()),
            "atMost": end(budget.end_bound()),
        }));
    }

    /// Writes `target/bench/NAME.json`.
    pub(crate) fn write(self) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/bench");
        fs::create_dir_all(&folder).expect("the folder of figures");
        let text = format!("{:#}\n", Value::from(self.figures));
        fs::write(folder.join(self.bench).with_extension("json"), text).expect("the file of figures");
    }
}

/// Whether a tenth is enough: to see that all runs, not to judge.
pub(crate) fn is_quick() -> bool {
    std::env::args().any(|argument| argument == "--quick")
}
