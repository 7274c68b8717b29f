//! `cargo xtask corpus`: bodies that somebody captured from a service, against the types that read them.

#[path = "../../crates/sharing-model/tests/it/kinds.rs"]
pub(crate) mod kinds;

use std::{collections::BTreeMap, error::Error, fs, path::Path};

use serde_json::Value;

/// The environment variable that names a folder of captured bodies, where there is one.
pub(crate) const VARIABLE: &str = "SHARING_CORPUS";

/// Reads every body that the folder's `INDEX.tsv` lists as the type of its kind, and fails where one does not come out
/// as the same JSON value.
pub(crate) fn run(folder: &Path) -> Result<(), Box<dyn Error>> {
    let index = folder.join("INDEX.tsv");
    let index = fs::read_to_string(&index).map_err(|error| format!("{}: {error}", index.display()))?;
    let (mut same, mut misfits, mut different) = (0, 0, 0);
    let mut untyped = BTreeMap::<&str, u32>::new();
    for entry in kinds::entries(&index) {
        let path = folder.join(entry.file);
        let json = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        match kinds::read(entry.kind, &json) {
            None => *untyped.entry(entry.kind).or_default() += 1,
            Some(Ok(body)) if body.written == serde_json::from_str::<Value>(&json)? => {
                same += 1;
                misfits += usize::from(!body.misfits.is_empty());
                for misfit in body.misfits {
                    eprintln!("{}: {misfit}", entry.file);
                }
            }
            Some(read) => {
                different += 1;
                let why = match read {
                    Ok(_) => "comes out as another value".to_owned(),
                    Err(error) => error.to_string(),
                };
                eprintln!("{} ({}): {why}", entry.file, entry.kind);
            }
        }
    }
    eprintln!(
        "{same} bodies come out the same, {misfits} of them with values of another shape; {different} do not"
    );
    for (kind, bodies) in untyped {
        eprintln!("{bodies} bodies of kind {kind} have no type here");
    }
    if different == 0 { Ok(()) } else { Err("not every body comes out the same".into()) }
}
