//! An access list, named on the command line.

use std::{io::Read, path::PathBuf};

use clap::Args;
use jiff::Timestamp;
use sharing_bulk::{AccessListReader, Expiry, Format, NoExpiry};
use sharing_model::{Circumstances, DriveKind, TokenKind};

use crate::{failure::Failure, file, voice::tell};

/// How many faults are printed; the others are counted.
pub(crate) const SHOWN: usize = 100;

#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    /// The access list: CSV, NDJSON or JSON; - for standard input.
    pub(crate) file: PathBuf,

    /// How the list is written: csv, ndjson or json. Told from the file's name unless given.
    #[arg(long, value_name = "FORMAT", value_parser = str::parse::<Format>)]
    pub(crate) list_format: Option<Format>,

    /// Where the items are: the rules of that kind of drive are kept, too.
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) drive: Option<DriveName>,

    /// Whose token it will be: an application cannot invite guests that are new.
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) token: Option<TokenName>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum DriveName {
    /// A consumer's OneDrive.
    Personal,
    /// OneDrive for work or school.
    Business,
    /// A library of a SharePoint site.
    Library,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum TokenName {
    /// A person's.
    Delegated,
    /// An application's own.
    Application,
}

impl ListArguments {
    /// The list, to be read row by row.
    pub(crate) fn open(&self, now: Timestamp) -> Result<AccessListReader<Box<dyn Read>>, Failure> {
        let input = file::open(&self.file)?;
        let format = self.list_format.or_else(|| Format::of(&self.file)).unwrap_or_default();
        let mut circumstances = Circumstances::default().now(now);
        circumstances.drive = self.drive.map(|name| match name {
            DriveName::Personal => DriveKind::Personal,
            DriveName::Business => DriveKind::Business,
            DriveName::Library => DriveKind::DocumentLibrary,
        });
        circumstances.token = self.token.map(|name| match name {
            TokenName::Delegated => TokenKind::Delegated,
            TokenName::Application => TokenKind::Application,
        });
        Ok(AccessListReader::new(input, format).under(circumstances))
    }
}

/// When something ends, as a list has it: a moment, or a time from now.
pub(crate) fn moment(text: &str) -> Result<Timestamp, String> {
    let expiry: Expiry = text.parse().map_err(|error: NoExpiry| error.to_string())?;
    Ok(expiry.at(Timestamp::now()))
}

/// The faults of a list: the first of them, and how many there are.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    shown: Vec<sharing_bulk::AccessListFault>,
    more: usize,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: sharing_bulk::AccessListFault) {
        if self.shown.len() < SHOWN {
            self.shown.push(fault);
        } else {
            self.more += 1;
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// Fails where there is one.
    pub(crate) fn none(self, path: &std::path::Path) -> Result<(), Failure> {
        if self.shown.is_empty() {
            return Ok(());
        }
        Err(Failure::AccessList { path: path.to_owned(), faults: self.shown, more: self.more })
    }

    /// An entry, unless there is something wrong with it.
    pub(crate) fn sort<T>(&mut self, entry: Result<T, sharing_bulk::AccessListFault>) -> Option<T> {
        entry.map_err(|fault| self.add(fault)).ok()
    }

    /// Prints them to standard error as what is only worth a look.
    pub(crate) fn warn(self, path: &std::path::Path) {
        if self.shown.is_empty() {
            return;
        }
        tell!("worth a look:");
        for warning in self.shown {
            tell!("  {}:{warning}", path.display());
        }
        if self.more > 0 {
            tell!("  and {} more", self.more);
        }
    }
}
