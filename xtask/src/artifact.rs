//! Files that are generated and committed.

use std::{
    collections::BTreeMap,
    error::Error,
    fs, io,
    path::{Path, PathBuf},
};

/// The workspace's root.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Makes the files below `folder` whose names end with `ending` be exactly these, by name; or, when checking, fails
/// where they are not and names the command that makes them so.
pub(crate) fn write_or_check(
    folder: &Path,
    ending: &str,
    files: &BTreeMap<String, String>,
    check: bool,
    command: &str,
) -> Result<(), Box<dyn Error>> {
    let mut stale = Vec::new();
    for (name, text) in files {
        let path = folder.join(name);
        if read(&path)?.as_ref() != Some(text) {
            stale.push(path.clone());
            if !check {
                fs::create_dir_all(folder)?;
                fs::write(&path, text)?;
            }
        }
    }
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(ending) && !files.contains_key(&name) {
            stale.push(folder.join(&name));
            if !check {
                fs::remove_file(folder.join(&name))?;
            }
        }
    }
    for path in &stale {
        let path = path.strip_prefix(root()).unwrap_or(path);
        eprintln!("{} {}", if check { "stale" } else { "wrote" }, path.display());
    }
    if check && !stale.is_empty() {
        return Err(format!("{} stale files; run `{command}` and commit what it writes", stale.len()).into());
    }
    Ok(())
}

fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
