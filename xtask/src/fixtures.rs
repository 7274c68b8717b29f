//! `cargo xtask fixtures`: the insta snapshots of the tests.

use std::{
    collections::BTreeSet,
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use crate::{artifact, tool};

pub(crate) fn run(check: bool) -> Result<(), Box<dyn Error>> {
    let root = artifact::root();
    // It is not there yet where cargo builds elsewhere.
    fs::create_dir_all(root.join("target"))?;
    let references = root.join("target/snapshot-references");
    match fs::remove_file(&references) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    tool::cargo(
        &["test", "--workspace", "--all-features"],
        &[
            ("INSTA_UPDATE", if check { "no" } else { "always" }),
            ("INSTA_SNAPSHOT_REFERENCES_FILE", &references.to_string_lossy()),
            // A test that cannot run is no test that passed.
            ("SHARING_POSTGRES_REQUIRED", "1"),
            ("SHARING_KEYRING_REQUIRED", "1"),
        ],
    )?;

    let mut referred = BTreeSet::new();
    for line in fs::read_to_string(&references)?.lines() {
        referred.insert(fs::canonicalize(line)?);
    }
    let mut snapshots = Vec::new();
    for folder in ["crates", "xtask"] {
        find_snapshots(&root.join(folder), &mut snapshots)?;
    }
    let unreferred: Vec<_> = snapshots.into_iter().filter(|path| !referred.contains(path)).collect();
    for path in &unreferred {
        let shown = path.strip_prefix(&root).unwrap_or(path).display();
        if check {
            eprintln!("no test refers to {shown}");
        } else {
            fs::remove_file(path)?;
            eprintln!("removed {shown}");
        }
    }
    if check && !unreferred.is_empty() {
        return Err("stale snapshots; run `cargo xtask fixtures` and commit what it writes".into());
    }
    Ok(())
}

fn find_snapshots(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find_snapshots(&path, found)?;
        } else if path.extension().is_some_and(|ending| ending == "snap") {
            found.push(fs::canonicalize(path)?);
        }
    }
    Ok(())
}
