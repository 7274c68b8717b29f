//! `cargo xtask bench`: every claim of speed and size, measured beside a yardstick in the same run. Each bench writes its
//! figures below `target/bench/`; here they become one table, are held to their budgets, and after a full run are
//! BENCHMARKS.md.

use std::{error::Error, fs, process::Command};

use clap::Args;
use comfy_table::{ContentArrangement, Table, presets};
use serde::{Deserialize, Serialize};

use crate::{artifact, startup, tool};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Only the bench of this name: page, overhead, limits, rows, scale, audit, wire, memory or startup.
    name: Option<String>,
    /// A tenth of the work: to see that all runs. Its figures are no claim, and no budget is judged.
    #[arg(long)]
    quick: bool,
}

/// A bench: its name, of which its file of figures has its name, too, and what runs it.
struct Bench {
    name: &'static str,
    run: Run,
}

enum Run {
    /// A bench of cargo's: the package, the bench, its argument.
    Cargo(&'static str, &'static str, Option<&'static str>),
    Own(fn() -> Result<Vec<Figure>, Box<dyn Error>>),
}

const fn bench(package: &'static str, name: &'static str) -> Bench {
    Bench { name, run: Run::Cargo(package, name, None) }
}

const BENCHES: [Bench; 9] = [
    // Reading a page into types.
    bench("sharing-model", "page"),
    // What the client costs.
    bench("sharing-http", "overhead"),
    // How long a thousand invitations take under the service's limits.
    bench("sharing-http", "limits"),
    // Requests for a thousand to a hundred thousand rows, beside one call for each.
    bench("sharing-bulk", "rows"),
    // The time and memory that a million rows take, beside a hundred thousand.
    bench("sharing-bulk", "scale"),
    // An audit of a hundred thousand items.
    bench("sharing-bulk", "audit"),
    // What a request of the mock costs.
    bench("sharing-mock", "wire"),
    // What memory the mock holds after a million requests.
    Bench { name: "memory", run: Run::Cargo("sharing-mock", "wire", Some("memory")) },
    // How big the program is, and how quick to start.
    Bench { name: "startup", run: Run::Own(startup::measure) },
];

/// One figure, as a bench writes it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Figure {
    pub(crate) what: String,
    pub(crate) ours: String,
    pub(crate) yardstick: String,
    pub(crate) figure: f64,
    pub(crate) unit: String,
    pub(crate) at_least: Option<f64>,
    pub(crate) at_most: Option<f64>,
}

impl Figure {
    fn budget(&self) -> String {
        let least = self.at_least.map(|least| format!("at least {least}"));
        let most = self.at_most.map(|most| format!("at most {most}"));
        least.or(most).unwrap_or_default()
    }

    fn is_met(&self) -> bool {
        self.at_least.is_none_or(|least| self.figure >= least)
            && self.at_most.is_none_or(|most| self.figure <= most)
    }

    fn verdict(&self) -> &'static str {
        match (self.at_least.or(self.at_most), self.is_met()) {
            (None, _) => "",
            (Some(_), true) => "met",
            (Some(_), false) => "NOT MET",
        }
    }
}

/// Runs all of them, or the one with this name, and prints one table. Fails where a budget is not met.
#[expect(clippy::print_stdout, reason = "the table is what is asked for")]
pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let is_meant = |bench: &&Bench| options.name.as_ref().is_none_or(|name| name == bench.name);
    let chosen: Vec<&Bench> = BENCHES.iter().filter(is_meant).collect();
    if chosen.is_empty() {
        let names: Vec<_> = BENCHES.iter().map(|bench| bench.name).collect();
        return Err(format!("there is no bench of this name; there are {}", names.join(", ")).into());
    }
    let mut figures = Vec::new();
    for bench in chosen {
        figures.extend(bench.measure(options.quick)?);
    }
    let mut table = table(&figures);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    println!("{}", table.load_style(presets::UTF8_FULL_CONDENSED));
    if options.quick {
        eprintln!("a quick run: no budget is judged");
        return Ok(());
    }
    if options.name.is_none() {
        table.set_content_arrangement(ContentArrangement::Disabled);
        let text = format!("{}\n{}\n", front_page()?, table.load_style(presets::ASCII_MARKDOWN));
        fs::write(artifact::root().join("BENCHMARKS.md"), text)?;
    }
    let over: Vec<_> = figures.iter().filter(|figure| !figure.is_met()).map(|figure| &*figure.what).collect();
    if over.is_empty() { Ok(()) } else { Err(format!("over budget: {}", over.join("; ")).into()) }
}

impl Bench {
    fn measure(&self, quick: bool) -> Result<Vec<Figure>, Box<dyn Error>> {
        let file = artifact::root().join("target/bench").join(self.name).with_extension("json");
        match self.run {
            Run::Own(measure) => {
                let figures = measure()?;
                fs::create_dir_all(artifact::root().join("target/bench"))?;
                fs::write(&file, serde_json::to_string_pretty(&figures)? + "\n")?;
                Ok(figures)
            }
            Run::Cargo(package, bench, argument) => {
                // What an earlier run wrote is no figure of this one.
                if file.exists() {
                    fs::remove_file(&file)?;
                }
                let mut arguments = vec!["bench", "--package", package, "--bench", bench, "--"];
                arguments.extend(argument);
                arguments.extend(quick.then_some("--quick"));
                tool::cargo(&arguments, &[])?;
                let text =
                    fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
                let mut figures: Vec<Figure> = serde_json::from_str(&text)?;
                if quick {
                    // Too little was done to say whether the budget is kept.
                    figures.iter_mut().for_each(|figure| (figure.at_least, figure.at_most) = (None, None));
                }
                Ok(figures)
            }
        }
    }
}

fn table(figures: &[Figure]) -> Table {
    let mut table = Table::new();
    table.set_header(["what", "ours", "yardstick", "figure", "budget", "verdict"]);
    for figure in figures {
        table.add_row([
            figure.what.clone(),
            figure.ours.clone(),
            figure.yardstick.clone(),
            format!("{:.3} {}", figure.figure, figure.unit),
            figure.budget(),
            figure.verdict().to_owned(),
        ]);
    }
    table
}

fn front_page() -> Result<String, Box<dyn Error>> {
    let told = |command: &mut Command| -> Result<String, Box<dyn Error>> {
        Ok(String::from_utf8(command.output()?.stdout)?.trim().to_owned())
    };
    let rustc = told(Command::new("rustc").arg("--version"))?;
    let cores = std::thread::available_parallelism()?;
    Ok(format!(
        "# Benchmarks\n\nWhat `cargo xtask bench` measured: {rustc}, {cores} cores, {}. Each figure stands beside its yardstick, \
         measured in the same run; where it has a budget, the run fails unless it is met. Another machine gives other rates, \
         and much the same ratios.\n",
        std::env::consts::OS
    ))
}
