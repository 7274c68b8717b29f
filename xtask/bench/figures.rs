//! What a bench has measured, for `cargo xtask bench` to read: each figure beside a yardstick of the same run, and the
//! budget that it has to keep. The benches of all crates take this file in.

use std::{fmt::Display, fs, path::Path};

use serde_json::{Value, json};

/// What a figure has to keep.
#[derive(Debug, Clone, Copy)]
#[allow(dead_code, reason = "no bench has all of them")]
pub(crate) enum Budget {
    AtLeast(f64),
    AtMost(f64),
    /// It is told, and not judged.
    None,
}

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

    /// One more: what was measured, what came of it, what came of the yardstick, and the figure of the two, with its unit.
    pub(crate) fn add(
        &mut self,
        what: impl Display,
        [ours, yardstick]: [String; 2],
        (figure, unit): (f64, &str),
        budget: Budget,
    ) {
        let (at_least, at_most) = match budget {
            Budget::AtLeast(least) => (Some(least), None),
            Budget::AtMost(most) => (None, Some(most)),
            Budget::None => (None, None),
        };
        self.figures.push(json!({
            "what": what.to_string(),
            "ours": ours,
            "yardstick": yardstick,
            "figure": figure,
            "unit": unit,
            "atLeast": at_least,
            "atMost": at_most,
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
#[allow(dead_code, reason = "not every bench has a shorter run")]
pub(crate) fn is_quick() -> bool {
    std::env::args().any(|argument| argument == "--quick")
}
