//! Where refresh tokens and secrets are kept between two runs: in the system's keyring, else in a file that its owner alone
//! reads.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret, SecretString};

use crate::{failure::Failure, file, settings::folders};

/// Where something is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kept {
    Keyring,
    File(PathBuf),
}

impl std::fmt::Display for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Keyring => f.write_str("the system's keyring"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

/// What is kept by this name, and where.
pub(crate) fn get(name: &str) -> Result<Option<(SecretString, Kept)>, Failure> {
    if let Some(secret) = keyring::get(name) {
        return Ok(Some((secret, Kept::Keyring)));
    }
    let path = place()?;
    let secret = read(&path)?.remove(name);
    Ok(secret.map(|secret| (secret.into(), Kept::File(path))))
}

/// Keeps it by this name.
pub(crate) fn set(name: &str, secret: &SecretString) -> Result<Kept, Failure> {
    let path = place()?;
    let in_file = read(&path)?.contains_key(name);
    if keyring::set(name, secret) {
        if in_file {
            change(&path, |secrets| secrets.remove(name))?;
        }
        return Ok(Kept::Keyring);
    }
    change(&path, |secrets| secrets.insert(name.to_owned(), secret.expose_secret().to_owned()))?;
    Ok(Kept::File(path))
}

/// Forgets it; whether there was anything.
pub(crate) fn forget(name: &str) -> Result<bool, Failure> {
    let in_keyring = keyring::forget(name);
    let path = place()?;
    let in_file = read(&path)?.contains_key(name);
    if in_file {
        change(&path, |secrets| secrets.remove(name))?;
    }
    Ok(in_keyring || in_file)
}

fn place() -> Result<PathBuf, Failure> {
    Ok(folders()?.data_local_dir().join("secrets.json"))
}

fn read(path: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let wrong = |error| Failure::File { path: path.to_owned(), error };
    match fs::read(path) {
        // What it says is no business of a message.
        Ok(text) => {
            serde_json::from_slice(&text).map_err(|_| wrong(io::Error::other("it is no JSON of ours")))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(wrong(error)),
    }
}

/// Writes the file anew, whole or not at all, for its owner alone.
fn change(
    path: &Path,
    change: impl FnOnce(&mut BTreeMap<String, String>) -> Option<String>,
) -> Result<(), Failure> {
    let mut secrets = read(path)?;
    change(&mut secrets);
    file::replace(path, &serde_json::to_vec(&secrets)?, true)
}

#[cfg(feature = "keyring")]
mod keyring {
    use std::{env, thread};

    use keyring::Entry;
    use secrecy::{ExposeSecret, SecretString};

    /// `off` keeps everything in the file.
    const KEYRING_VARIABLE: &str = "SHARING_KEYRING";

    /// Asks the keyring, on a thread of its own: it waits for another process. Nothing where there is no keyring.
    fn ask<T: Send>(name: &str, ask: impl FnOnce(Entry) -> Option<T> + Send) -> Option<T> {
        if env::var(KEYRING_VARIABLE).is_ok_and(|said| said == "off") {
            return None;
        }
        thread::scope(|scope| scope.spawn(|| ask(Entry::new("sharing", name).ok()?)).join().ok().flatten())
    }

    pub(super) fn get(name: &str) -> Option<SecretString> {
        ask(name, |entry| entry.get_password().ok().map(Into::into))
    }

    pub(super) fn set(name: &str, secret: &SecretString) -> bool {
        ask(name, |entry| entry.set_password(secret.expose_secret()).ok()).is_some()
    }

    pub(super) fn forget(name: &str) -> bool {
        ask(name, |entry| entry.delete_credential().ok()).is_some()
    }
}

#[cfg(not(feature = "keyring"))]
mod keyring {
    use secrecy::SecretString;

    pub(super) const fn get(_name: &str) -> Option<SecretString> {
        None
    }

    pub(super) const fn set(_name: &str, _secret: &SecretString) -> bool {
        false
    }

    pub(super) const fn forget(_name: &str) -> bool {
        false
    }
}
