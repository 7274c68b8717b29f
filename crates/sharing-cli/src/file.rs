//! Files that are named on the command line; `-` is standard input.

use std::{
    fs,
    io::{self, Read},
    path::Path,
};

use secrecy::SecretString;

use crate::failure::Failure;

/// The text of a file.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    let text = if path.as_os_str() == "-" {
        let mut text = String::new();
        io::stdin().lock().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(path)
    };
    text.map_err(|error| Failure::File { path: path.to_owned(), error })
}

/// A secret out of a file, without the end of its line.
pub(crate) fn read_secret(path: &Path) -> Result<SecretString, Failure> {
    Ok(read(path)?.trim_end_matches(['\r', '\n']).into())
}
