//! Programs of others that a task needs.

use std::{
    error::Error,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::artifact;

/// That a program runs. Where it does not, its packages are installed if we may.
pub(crate) fn need(program: &str, arguments: &[&str], packages: &[&str]) -> Result<(), Box<dyn Error>> {
    let runs = || Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success());
    if runs() {
        return Ok(());
    }
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
    if root {
        ask(Command::new("apt-get").args(["update", "--quiet=2"]))?;
        ask(Command::new("apt-get")
            .args(["install", "--quiet=2", "--yes", "--no-install-recommends"])
            .args(packages))?;
    }
    if runs() {
        Ok(())
    } else {
        Err(format!("{program} does not run: install {}", packages.join(" and ")).into())
    }
}

/// Runs a command, which must succeed.
pub(crate) fn ask(command: &mut Command) -> Result<(), Box<dyn Error>> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(|error| format!("{program}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{program}` fails, as said above").into()) }
}

/// Runs cargo in the workspace's root.
pub(crate) fn cargo(arguments: &[&str], environment: &[(&str, &str)]) -> Result<(), Box<dyn Error>> {
    let status = Command::new(env!("CARGO"))
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(artifact::root())
        .status()?;
    if status.success() { Ok(()) } else { Err(format!("`cargo {}` fails", arguments.join(" ")).into()) }
}

/// Copies files from a folder below the workspace's root, since node looks for packages where a script is.
pub(crate) fn copy(from: &str, names: &[&str], folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let from = artifact::root().join(from);
    names.iter().try_for_each(|name| fs::copy(from.join(name), folder.join(name)).map(drop))
}

/// Installs unless it was installed from this very list of versions.
pub(crate) fn installed(
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
