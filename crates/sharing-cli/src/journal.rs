//! Where runs are written down: which journal is meant, and what goes wrong with it.

use std::{env, fs, path::PathBuf};

use clap::Args;
use sharing_bulk::{Journal, Place, RunError};

use crate::failure::Failure;

/// The environment variable that says where the journal is; a password has its place there, and not in an argument.
pub(crate) const JOURNAL_VARIABLE: &str = "SHARING_JOURNAL";

#[derive(Debug, Args)]
#[command(next_help_heading = "Journal")]
pub(crate) struct JournalArguments {
    /// Where runs are written down: a file, or postgres://USER@HOST/DATABASE, which several machines can share. Without
    /// it, the environment variable SHARING_JOURNAL says it, else it is a file in your state folder. A password is no
    /// argument: put the URL into SHARING_JOURNAL or a file, or use PGPASSWORD.
    #[arg(long, value_name = "FILE|URL")]
    journal: Option<Place>,

    /// A file that holds the journal's URL.
    #[arg(long, value_name = "FILE", conflicts_with = "journal")]
    journal_file: Option<PathBuf>,
}

impl JournalArguments {
    /// Opens it. In the sandbox, whose service ends with the process, a run is kept only where somebody says so.
    pub(crate) async fn open(&self, is_sandbox: bool) -> Result<Journal, Failure> {
        let told = self.told()?;
        if told.is_none() && is_sandbox {
            return Ok(Journal::temporary().await.map_err(RunError::from)?);
        }
        let place = match told {
            Some(place) => place,
            None => own(true)?,
        };
        Ok(Journal::open(&place).await.map_err(RunError::from)?)
    }

    /// Opens it to look at what was, where there is one.
    pub(crate) async fn open_past(&self, is_sandbox: bool) -> Result<Option<Journal>, Failure> {
        let place = match self.told()? {
            Some(place) => place,
            None if is_sandbox => return Ok(None),
            None => match own(false) {
                Ok(place) => place,
                Err(Failure::NoJournal) => return Ok(None),
                Err(failure) => return Err(failure),
            },
        };
        if place.is_missing() {
            return Ok(None);
        }
        Ok(Some(Journal::open(&place).await.map_err(RunError::from)?))
    }

    /// What to type next about a run that is in this journal, as long as the run is there.
    pub(crate) fn next(&self, journal: &Journal, command: &str) -> String {
        if journal.is_temporary() {
            return "this run ended with the sandbox; with --journal FILE it is kept, for `sharing runs report`"
                .to_owned();
        }
        match (&self.journal, &self.journal_file) {
            (Some(place), _) => format!("{command} --journal {}", typed(&place.to_string())),
            (None, Some(path)) => format!("{command} --journal-file {}", typed(&path.display().to_string())),
            (None, None) => command.to_owned(),
        }
    }

    fn told(&self) -> Result<Option<Place>, Failure> {
        if let Some(place) = &self.journal {
            if place.has_password() {
                return Err(Failure::JournalPassword);
            }
            return Ok(Some(place.clone()));
        }
        let text = match &self.journal_file {
            Some(path) => {
                let text = fs::read_to_string(path);
                Some(text.map_err(|error| Failure::File { path: path.clone(), error })?)
            }
            None => env::var(JOURNAL_VARIABLE).ok(),
        };
        let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        Ok(text.map(str::parse).transpose()?)
    }
}

/// As a shell takes it for one word.
fn typed(word: &str) -> String {
    let is_plain = word.chars().all(|c| c.is_alphanumeric() || "/._-:@%+=,".contains(c));
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// The journal of whoever runs the program, as the XDG directories have it.
fn own(make: bool) -> Result<Place, Failure> {
    let folder = env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    let folder = folder.or_else(|| env::home_dir().map(|home| home.join(".local/state")));
    let folder = folder.ok_or(Failure::NoJournal)?.join("sharing");
    if make {
        fs::create_dir_all(&folder).map_err(|error| Failure::Unwritten { path: folder.clone(), error })?;
    }
    Ok(Place::file(folder.join("runs.db")))
}
