//! Packages of other languages, at pinned versions, below `target/`.

use std::{
    error::Error,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    artifact,
    tool::{ask, need},
};

/// Where a task's scripts stand, and where its packages are installed: folders of the task's name.
pub(crate) struct Place {
    /// Below the workspace's root.
    scripts: String,
    folder: PathBuf,
}

impl Place {
    pub(crate) fn new(task: &str) -> Self {
        Self { scripts: format!("xtask/{task}"), folder: artifact::root().join("target").join(task) }
    }

    /// Installs what a lock file of npm lists; returns the folder, which holds these files too.
    pub(crate) fn node(&self, lock: &str, files: &[&str]) -> Result<PathBuf, Box<dyn Error>> {
        let folder = self.folder.join("node");
        copy(&self.scripts, files, &folder)?;
        installed(&folder, lock, || {
            need("node", &["--version"], &["nodejs", "npm"])?;
            need("npm", &["--version"], &["npm"])?;
            let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
            ask(Command::new("npm").args(arguments).current_dir(&folder))
        })?;
        Ok(folder)
    }

    /// Makes an environment of Python with what `requirements.txt` lists; returns the folder, which holds these files too.
    pub(crate) fn python(&self, files: &[&str]) -> Result<PathBuf, Box<dyn Error>> {
        let folder = self.folder.join("python");
        copy(&self.scripts, files, &folder)?;
        installed(&folder, "requirements.txt", || {
            need("python3", &["-c", "import ensurepip, venv"], &["python3", "python3-venv"])?;
            ask(Command::new("python3").args(["-m", "venv", "--clear", "."]).current_dir(&folder))?;
            // Making the environment anew cleared the folder.
            copy(&self.scripts, files, &folder)?;
            let arguments =
                ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"];
            ask(Command::new("bin/python").args(arguments).current_dir(&folder))
        })?;
        Ok(folder)
    }
}

/// Copies files from a folder below the workspace's root, since node looks for packages where a script is.
fn copy(from: &str, names: &[&str], folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let from = artifact::root().join(from);
    names.iter().try_for_each(|name| fs::copy(from.join(name), folder.join(name)).map(drop))
}

/// Installs unless it was installed from this very list of versions.
fn installed(
    folder: &Path,
    list: &str,
    install: impl FnOnce() -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let wanted = fs::read(folder.join(list))?;
    let stamp: PathBuf = folder.join("installed");
    if fs::read(&stamp).is_ok_and(|there| there == wanted) {
        return Ok(());
    }
    install()?;
    Ok(fs::write(stamp, wanted)?)
}
