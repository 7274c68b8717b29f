//! `cargo xtask supply`: what we take from others and what others take from us. Licences, sources and double versions of
//! dependencies, every set of features, each crate as it would be published, and what a new version breaks.
//!
//! `cargo xtask sbom` writes what each crate is made of, for those who must know.

use std::{error::Error, fs, path::PathBuf, process::Command};

use crate::{
    artifact,
    tool::{ask, cargo},
};

/// A subcommand of cargo's at its pinned version.
struct Tool {
    name: &'static str,
    version: &'static str,
}

const DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2" };
const HACK: Tool = Tool { name: "cargo-hack", version: "0.6.46" };
const CYCLONEDX: Tool = Tool { name: "cargo-cyclonedx", version: "0.5.9" };
const SEMVER_CHECKS: Tool = Tool { name: "cargo-semver-checks", version: "0.51.0" };

impl Tool {
    /// The program, which is built below `target/` unless it is there.
    fn installed(&self) -> Result<PathBuf, Box<dyn Error>> {
        let folder = artifact::root().join("target/tools").join(format!("{}-{}", self.name, self.version));
        let program = folder.join("bin").join(self.name);
        if !program.exists() {
            eprintln!("building {} {}", self.name, self.version);
            // It runs for seconds: what it takes to build is what counts.
            ask(Command::new(env!("CARGO"))
                .args(["install", self.name, "--version", self.version, "--locked", "--debug", "--quiet"])
                .arg("--root")
                .arg(&folder)
                .arg("--target-dir")
                .arg(artifact::root().join("target/tools/build"))
                .env("CARGO_PROFILE_DEV_DEBUG", "0"))?;
        }
        Ok(program)
    }

    /// Runs it in the workspace's root, as cargo would.
    fn run(&self, arguments: &[&str]) -> Result<(), Box<dyn Error>> {
        let name = self.name.trim_start_matches("cargo-");
        ask(Command::new(self.installed()?).arg(name).args(arguments).current_dir(artifact::root()))
    }
}

/// What is published; the workshop is not.
const PUBLISHED: [&str; 5] = ["sharing-model", "sharing-http", "sharing-mock", "sharing-bulk", "sharing-cli"];

/// These, as cargo is told of them.
fn published() -> Vec<&'static str> {
    PUBLISHED.iter().flat_map(|package| ["--package", package]).collect()
}

pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    DENY.run(&["--all-features", "check", "bans", "licenses", "sources"])?;
    features()?;
    package()?;
    semver()
}

/// Each set of features builds, with the oldest compiler that `rust-version` promises: the one that is to be had here.
fn features() -> Result<(), Box<dyn Error>> {
    HACK.run(&[&["check", "--quiet", "--feature-powerset"], &*published()].concat())
}

/// Each crate builds from its packaged form alone, as those who take it from the registry build it.
///
/// In a folder of its own each time: Cargo takes what comes from a registry for unchangeable, also from the one that it
/// makes there of what is packaged, and would build what it unpacked from that at an earlier time.
fn package() -> Result<(), Box<dyn Error>> {
    let target = artifact::root().join("target");
    fs::create_dir_all(&target)?;
    let folder = tempfile::Builder::new().prefix("package-").tempdir_in(target)?;
    let folder = folder.path().to_str().ok_or("the path of the workspace is no UTF-8")?;
    let package = ["package", "--quiet", "--allow-dirty", "--target-dir", folder];
    cargo(&[&package, &*published()].concat(), &[])
}

/// What changed since the last tag breaks nobody, unless the version says so.
fn semver() -> Result<(), Box<dyn Error>> {
    let told = Command::new("git")
        .args(["describe", "--tags", "--abbrev=0", "--match", "v*"])
        .current_dir(artifact::root())
        .output()?;
    let tag = String::from_utf8(told.stdout)?;
    let tag = tag.trim();
    if tag.is_empty() {
        eprintln!("there is no tag yet whose promises could be broken");
        return Ok(());
    }
    SEMVER_CHECKS.run(&[&["check-release", "--baseline-rev", tag], &*published()].concat())
}

/// Writes `target/sbom/CRATE.cdx.json` for each crate that is published, in the form of CycloneDX.
pub(crate) fn sbom() -> Result<(), Box<dyn Error>> {
    let root = artifact::root();
    let folder = root.join("target/sbom");
    fs::create_dir_all(&folder)?;
    CYCLONEDX.run(&["--format", "json", "--all-features", "--override-filename", "bom"])?;
    for package in PUBLISHED {
        let written = root.join("crates").join(package).join("bom.json");
        fs::rename(&written, folder.join(format!("{package}.cdx.json")))?;
    }
    // Of what is not published, nobody needs one.
    let rest = root.join("xtask/bom.json");
    if rest.exists() {
        fs::remove_file(rest)?;
    }
    eprintln!("written: {}/*.cdx.json", folder.display());
    Ok(())
}
