//! What went wrong, told to a person: what happened, why, and what to do next.

use std::{
    io,
    path::{Path, PathBuf},
};

use sharing_http::{EndpointError, Error};
use sharing_model::{Advice, InvalidRequest, Mender, Retry};

use crate::{connection::TOKEN_VARIABLE, exit::Exit, journal::JOURNAL_VARIABLE};

#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("nothing was sent: {}", count(.0))]
    Invalid(#[from] InvalidRequest),
    #[error("nothing was sent: the permission's id cannot be {0:?}")]
    PermissionId(String),
    #[error("nothing was sent: there is no token")]
    NoToken,
    #[error("nothing was sent: the token file {} cannot be read", path.display())]
    TokenFile { path: PathBuf, error: io::Error },
    #[error("nothing was sent: {0}")]
    Endpoint(#[from] EndpointError),
    #[error("{0}")]
    Service(#[from] Error),
    #[error("{0}")]
    Run(sharing_bulk::RunError),
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{} cannot be read: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("nothing was sent: --world, --faults and a file of limits are the sandbox's")]
    NoSandbox,
    #[error("{} cannot be the sandbox's", path.display())]
    Setup { path: PathBuf, faults: Vec<String> },
    #[error("{0}")]
    Place(#[from] sharing_bulk::NoPlace),
    #[error("nothing was sent: a password in an argument is everybody's who sees the process")]
    JournalPassword,
    #[error("nothing was sent: there is no folder for the journal")]
    NoJournal,
    #[error("{} has faults: {}", path.display(), faults.len() + more)]
    AccessList { path: PathBuf, faults: Vec<sharing_bulk::AccessListFault>, more: usize },
    #[error("nothing was sent: a rehearsal needs to know what there is")]
    NoSnapshot,
    #[error("nothing was sent: the plan {} cannot be applied", path.display())]
    Plan { path: PathBuf, faults: Vec<String> },
    #[error("nothing was sent: since {} was planned, {} of its items have changed", path.display(), items.len() + more)]
    Moved { path: PathBuf, items: Vec<String>, more: usize },
    #[error("nothing was changed: {who} may be several")]
    Several { who: String, people: Vec<String> },
}

fn count(invalid: &InvalidRequest) -> String {
    match invalid.faults.len() {
        1 => "1 fault".to_owned(),
        faults => format!("{faults} faults"),
    }
}

impl Failure {
    /// A file for the sandbox is none.
    pub(crate) fn setup(path: &Path, faults: Vec<String>) -> Self {
        Self::Setup { path: path.to_owned(), faults }
    }

    /// A saved plan is none, or not for this.
    pub(crate) fn plan(path: &Path, faults: Vec<String>) -> Self {
        Self::Plan { path: path.to_owned(), faults }
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Invalid(_)
            | Self::PermissionId(_)
            | Self::Endpoint(_)
            | Self::NoSandbox
            | Self::NoSnapshot
            | Self::Setup { .. }
            | Self::AccessList { .. }
            | Self::Plan { .. }
            | Self::Moved { .. }
            | Self::Several { .. } => Exit::Usage,
            Self::Place(_) | Self::JournalPassword | Self::NoJournal => Exit::Usage,
            Self::NoToken | Self::TokenFile { .. } => Exit::SignIn,
            Self::Service(error) => of_service(error),
            Self::Run(_) | Self::Io(_) | Self::File { .. } => Exit::Error,
        }
    }

    /// Prints to standard error.
    pub(crate) fn print(&self) {
        eprintln!("error: {self}");
        for why in self.why() {
            eprintln!("  {why}");
        }
        if let Some(next) = self.next() {
            eprintln!("next: {next}");
        }
    }

    fn why(&self) -> Vec<String> {
        match self {
            Self::Invalid(invalid) => invalid
                .faults
                .iter()
                .map(|fault| match flag(&fault.property) {
                    Some(flag) => format!("{fault} ({flag})"),
                    None => fault.to_string(),
                })
                .collect(),
            Self::TokenFile { error, .. } => vec![error.to_string()],
            Self::Setup { faults, .. } | Self::Plan { faults, .. } => faults.clone(),
            Self::Moved { items, more, .. } => {
                let more = (*more > 0).then(|| format!("and {more} more"));
                items.iter().cloned().chain(more).collect()
            }
            Self::Several { people, .. } => people.clone(),
            Self::AccessList { path, faults, more } => {
                let more = (*more > 0).then(|| format!("and {more} more"));
                faults.iter().map(|fault| format!("{}:{fault}", path.display())).chain(more).collect()
            }
            Self::Service(error) => {
                let why = error.advice().map(|advice| advice.why.to_owned());
                let source = std::error::Error::source(error).map(innermost);
                let ids =
                    [("request-id", error.request_id()), ("client-request-id", error.client_request_id())];
                let ids = ids.into_iter().filter_map(|(name, id)| id.map(|id| format!("{name}: {id}")));
                why.into_iter().chain(source).chain(ids).collect()
            }
            _ => vec![],
        }
    }

    fn next(&self) -> Option<String> {
        let next = match self {
            Self::Several { .. } => "say a mail address or id:…, which only one has".to_owned(),
            Self::NoSnapshot => {
                "name an audit by --world; `sharing audit ITEM --recursive -o ndjson` makes one".to_owned()
            }
            Self::Plan { .. } => "plan anew with `sharing plan LIST -o json`".to_owned(),
            Self::Moved { .. } => "look at a new plan, or say --replan".to_owned(),
            Self::NoSandbox => "add --sandbox, or leave them out".to_owned(),
            Self::NoToken => format!(
                "put a token into the environment variable {TOKEN_VARIABLE} or name a file by --token-file; --sandbox needs none"
            ),
            Self::JournalPassword | Self::NoJournal => format!(
                "put the journal's place into the environment variable {JOURNAL_VARIABLE}, or name a file that holds it by --journal-file"
            ),
            Self::Service(error) if error.is_in_doubt() => {
                "the service may have done it; look with `sharing permissions list` before you ask again"
                    .to_owned()
            }
            Self::Service(error) => match (error.advice()?, error.retry_after()) {
                (Advice { retry: Retry::AfterDelay, .. }, Some(wait)) => {
                    format!("ask again after {} s", wait.as_secs_f64().ceil())
                }
                (advice, _) => format!("{} ({} can mend it)", advice.next, who(advice.mender)),
            },
            _ => return None,
        };
        Some(next)
    }
}

fn of_service(error: &Error) -> Exit {
    match (error.status(), error.advice()) {
        (Some(429 | 503), _) => Exit::Throttled,
        (_, Some(Advice { retry: Retry::AfterSignIn, .. })) => Exit::SignIn,
        (_, Some(Advice { mender: Mender::Admin, .. })) => Exit::Policy,
        // The token lacks a scope, or its owner a right.
        (Some(403), _) => Exit::SignIn,
        _ => Exit::Error,
    }
}

fn who(mender: Mender) -> &'static str {
    match mender {
        Mender::Owner => "the item's or the site's owner",
        Mender::Admin => "the tenant's administrator",
        Mender::Microsoft => "Microsoft",
        _ => "you",
    }
}

/// The flag that a property of the request came from.
fn flag(property: &str) -> Option<&'static str> {
    match property.split(['[', '.', ',']).next()? {
        "item" => Some("ADDRESS"),
        "recipients" => Some("--to"),
        "roles" => Some("--role"),
        "message" => Some("--message"),
        "type" => Some("--type"),
        "scope" => Some("--scope"),
        "expirationDateTime" => Some("--expires"),
        "password" => Some("--password-file"),
        "requireSignIn" => Some("--no-sign-in with --no-notify"),
        _ => None,
    }
}

/// The cause of all causes, which is the one that says something.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.last().map(ToString::to_string).unwrap_or_default()
}

impl From<sharing_bulk::RunError> for Failure {
    fn from(error: sharing_bulk::RunError) -> Self {
        match error {
            sharing_bulk::RunError::Service(error) => Self::Service(error),
            other => Self::Run(other),
        }
    }
}

impl From<sharing_bulk::JournalError> for Failure {
    fn from(error: sharing_bulk::JournalError) -> Self {
        Self::Run(error.into())
    }
}
