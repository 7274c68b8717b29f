//! `cargo xtask fuzz`: every parser against inputs that nobody thought of.
//!
//! The targets are those of cargo-fuzz, which wants a nightly compiler for its sanitizers. The crates here have no
//! unsafe code for a sanitizer to look at; without one, the stable compiler builds them and nothing else is installed.

use std::{
    collections::BTreeSet,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use clap::Args;

use crate::{artifact, tool};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Files of xtask/fuzz/fuzz_targets, without their ending; all of them if none is named.
    targets: Vec<String>,
    /// How many inputs each target runs.
    #[arg(long, default_value_t = 1_000_000)]
    pub(crate) runs: u64,
    /// Run each target for so many seconds instead.
    #[arg(long, conflicts_with = "runs")]
    seconds: Option<u64>,
    /// Run this input alone, to reproduce a fault.
    #[arg(long, requires = "targets", conflicts_with_all = ["runs", "seconds"])]
    input: Option<PathBuf>,
}

impl Options {
    /// The targets of the model, each for so many seconds: those of the other crates take minutes to build.
    pub(crate) fn of_model(seconds: u64) -> Self {
        let targets = OF_MODEL.iter().map(|target| (*target).to_owned()).collect();
        Self { targets, runs: 0, seconds: Some(seconds), input: None }
    }
}

/// What `cargo fuzz` passes too: the branches that an input takes are counted, and libFuzzer sees what is compared.
const INSTRUMENTATION: &[&str] = &[
    "--cfg fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
];

/// The targets that need no crate but the model.
const OF_MODEL: [&str; 5] = ["action", "item_address", "permission_id", "published_type", "sharing_url"];

/// The package of the targets, as seen from the workspace's root.
pub(crate) const MANIFEST: &str = "xtask/fuzz/Cargo.toml";

const SECONDS_FOR_ONE_INPUT: u32 = 10;

pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let package = artifact::root().join("xtask/fuzz");
    let out = artifact::root().join("target/fuzz");
    let known = targets(&package.join("fuzz_targets"))?;
    if let Some(unknown) = options.targets.iter().find(|target| !known.contains(*target)) {
        let known: Vec<_> = known.iter().map(String::as_str).collect();
        return Err(format!("no fuzz target is called {unknown:?}; there are {}", known.join(", ")).into());
    }
    let chosen: Vec<_> =
        if options.targets.is_empty() { known.iter().collect() } else { Vec::from_iter(&options.targets) };
    let is_of_model = chosen.iter().all(|target| OF_MODEL.contains(&target.as_str()));
    let binaries = build(&out, is_of_model)?;
    for target in chosen {
        let binary = binaries.join(target);
        match &options.input {
            Some(input) => reproduce(&binary, input)?,
            None => fuzz(target, &binary, &package, &out, options)?,
        }
    }
    Ok(())
}

fn targets(folder: &Path) -> Result<BTreeSet<String>, Box<dyn Error>> {
    let mut targets = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        targets.extend(entry?.path().file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    Ok(targets)
}

/// Builds every target, or those of the model alone, and says where they are.
fn build(out: &Path, is_of_model: bool) -> Result<PathBuf, Box<dyn Error>> {
    // libFuzzer comes as C++ sources.
    tool::need("c++", &["--version"], &["g++"])?;
    // Only where a target platform is named does cargo leave build scripts uninstrumented.
    let host = Command::new("rustc").args(["--print", "host-tuple"]).output()?;
    let host = String::from_utf8(host.stdout)?.trim().to_owned();
    let folder = out.display().to_string();
    let mut arguments: Vec<&str> =
        vec!["build", "--release", "--manifest-path", MANIFEST, "--target", &host, "--target-dir", &folder];
    if is_of_model {
        arguments.push("--no-default-features");
    }
    tool::cargo(&arguments, &[("RUSTFLAGS", &INSTRUMENTATION.join(" "))])?;
    Ok(out.join(host).join("release"))
}

fn fuzz(
    target: &str,
    binary: &Path,
    package: &Path,
    out: &Path,
    options: &Options,
) -> Result<(), Box<dyn Error>> {
    let corpus = out.join("corpus").join(target);
    let artifacts = out.join("artifacts").join(target);
    fs::create_dir_all(&corpus)?;
    fs::create_dir_all(&artifacts)?;
    let start = Instant::now();
    let output = Command::new(binary)
        .arg(match options.seconds {
            Some(seconds) => format!("-max_total_time={seconds}"),
            None => format!("-runs={}", options.runs),
        })
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .arg(format!("-timeout={SECONDS_FOR_ONE_INPUT}"))
        .arg("-print_final_stats=1")
        // What it finds goes to the first folder; the second one is only read.
        .args([&corpus, &package.join("seeds").join(target)])
        .output()?;
    let seconds = start.elapsed().as_secs_f64();
    let log = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        for line in log.lines().filter(|line| !line.starts_with('#')) {
            eprintln!("{line}");
        }
        let input =
            log.lines().find_map(|line| line.split_once("Test unit written to ")).map(|(_, path)| path);
        return Err(match input {
            Some(path) => {
                format!("{target} fails; to reproduce it, run `cargo xtask fuzz {target} --input {path}`")
            }
            None => format!("{target} fails"),
        }
        .into());
    }
    let inputs = log.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    let mut coverage = log.lines().filter_map(|line| line.split_once(" cov: ")?.1.split(' ').next());
    let before = coverage.next().unwrap_or("0");
    let after = coverage.next_back().unwrap_or(before);
    eprintln!(
        "{target}: {} inputs in {seconds:.1} s, no fault; branches seen: {before} at first, {after} in the end",
        inputs.map_or("?", str::trim)
    );
    Ok(())
}

fn reproduce(binary: &Path, input: &Path) -> Result<(), Box<dyn Error>> {
    if Command::new(binary).arg(input).status()?.success() {
        eprintln!("{} passes", input.display());
        Ok(())
    } else {
        Err(format!("{} fails", input.display()).into())
    }
}
