//! Files that are named on the command line; `-` is standard input.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::Path,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

use secrecy::SecretString;

use crate::failure::Failure;

/// Standard input, for the one who says `-` first: whoever came second would read nothing, and take that for the whole.
fn stdin() -> Result<io::Stdin, Failure> {
    static IS_TAKEN: AtomicBool = AtomicBool::new(false);
    if IS_TAKEN.swap(true, Relaxed) { Err(Failure::StandardInput) } else { Ok(io::stdin()) }
}

/// A file, to be read piece by piece.
pub(crate) fn open(path: &Path) -> Result<Box<dyn Read>, Failure> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(stdin()?));
    }
    let file = File::open(path).map_err(|error| Failure::File { path: path.to_owned(), error })?;
    Ok(Box::new(file))
}

/// The text of a file.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let read = open(path)?.read_to_string(&mut text);
    read.map(|_| text).map_err(|error| Failure::File { path: path.to_owned(), error })
}

/// What is wrong with JSON, without the place, which the error tells by itself.
pub(crate) fn without_place(error: &serde_json::Error) -> String {
    let what = error.to_string();
    what.strip_suffix(&format!(" at line {} column {}", error.line(), error.column()))
        .unwrap_or(&what)
        .to_owned()
}

/// A secret out of a file, without the end of its line.
pub(crate) fn read_secret(path: &Path) -> Result<SecretString, Failure> {
    let text = read(path)?;
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err(Failure::Empty { path: path.to_owned() }),
        secret => Ok(secret.into()),
    }
}

/// Writes a file anew, whole or not at all; its folder is made where there is none. One that `is_secret` is for its owner
/// alone.
pub(crate) fn replace(path: &Path, text: &[u8], is_secret: bool) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    let mut beside = tempfile::Builder::new();
    #[cfg(unix)]
    if !is_secret {
        beside.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    }
    let written = fs::create_dir_all(folder).and_then(|()| {
        let mut file = beside.tempfile_in(folder)?;
        file.write_all(text)?;
        file.persist(path).map_err(|error| error.error)
    });
    written.map(drop).map_err(|error| Failure::Unwritten { path: path.to_owned(), error })
}
