//! What went wrong, and which exit code that is. `told.rs` tells it to a person.

mod told;

use std::{
    io,
    path::{Path, PathBuf},
};

use sharing_http::{AuthorityError, EndpointError, Error, SignInError, TokenError};
use sharing_model::{Advice, InvalidRequest, Mender, Retry};

pub(crate) use self::told::who;
use crate::exit::Exit;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("nothing was sent: {}", count(.0))]
    Invalid(#[from] InvalidRequest),
    #[error("nothing was sent: the permission's id cannot be {0:?}")]
    PermissionId(String),
    #[error("nothing was sent: there is no token")]
    NoToken,
    #[error("nothing was sent: the token file {} cannot be read", path.display())]
    TokenFile { path: PathBuf, why: String },
    #[error("nothing was sent: nobody is signed in")]
    NotSignedIn,
    #[error("nothing was sent: there is no secret of the application")]
    NoSecret,
    #[error("there is no token: {0}")]
    Token(TokenError),
    #[error("nothing was sent: the sign-in cannot be prepared: {0}")]
    SignIn(String),
    #[error("nothing was sent: the sandbox needs no sign-in")]
    SandboxSignIn,
    #[error("nothing was sent: {0}")]
    Authority(#[from] AuthorityError),
    #[error("nothing was sent: nobody says the {0}")]
    NoSetting(&'static str),
    #[error("nothing was sent: {name} cannot be this: {why}")]
    Setting { name: String, why: String },
    #[error("nothing was sent: the configuration {} cannot be read", path.display())]
    Configuration { path: PathBuf, faults: Vec<String> },
    #[error("nothing was sent: there is no profile {name:?}")]
    NoProfile { name: String, known: Vec<String> },
    #[error("nothing was sent: this machine has no folder for the program's files")]
    NoHome,
    #[error("--query {expression:?} finds nothing that can be printed")]
    Query { expression: String, faults: Vec<String> },
    #[error("there is no column {name:?}")]
    Column { name: String, known: Vec<String> },
    #[error("a page is made of an audit, a diff or a run alone")]
    NoPage,
    #[error("{0:?} is no sharing link")]
    NoLink(String),
    #[error("there is no schema {name:?}")]
    Schema { name: String, known: Vec<String> },
    #[error("nothing is known of {code:?}")]
    UnknownCode { code: String, near: Vec<String> },
    #[error("{} cannot be explained", path.display())]
    Unexplained { path: PathBuf, faults: Vec<String> },
    #[error("nothing was sent: {} has requests with faults: {}", path.display(), faults.len())]
    Requests { path: PathBuf, faults: Vec<String> },
    #[error("the sandbox cannot be served: {0}")]
    Mock(String),
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
    #[error("{} cannot be written: {error}", path.display())]
    Unwritten { path: PathBuf, error: io::Error },
    #[error("nothing was sent: {} is empty", path.display())]
    Empty { path: PathBuf },
    #[error("a plan is a table for people, or JSON to be applied later")]
    PlanFormat,
    #[error("nothing was sent: standard input cannot be read twice")]
    StandardInput,
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

    /// The same, by an error with a line for each fault.
    pub(crate) fn setup_by_line(path: &Path, error: &impl ToString) -> Self {
        Self::setup(path, error.to_string().lines().map(str::to_owned).collect())
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
            Self::Authority(_)
            | Self::NoSetting(_)
            | Self::Setting { .. }
            | Self::Configuration { .. }
            | Self::NoProfile { .. }
            | Self::NoHome
            | Self::Query { .. }
            | Self::Column { .. }
            | Self::NoPage
            | Self::NoLink(_)
            | Self::Schema { .. }
            | Self::UnknownCode { .. }
            | Self::Unexplained { .. }
            | Self::Requests { .. }
            | Self::Empty { .. }
            | Self::StandardInput
            | Self::PlanFormat
            | Self::SandboxSignIn => Exit::Usage,
            Self::NoToken
            | Self::TokenFile { .. }
            | Self::NotSignedIn
            | Self::NoSecret
            | Self::Token(_)
            | Self::SignIn(_) => Exit::SignIn,
            Self::Service(error) => of_service(error),
            Self::Run(_) | Self::Io(_) | Self::File { .. } | Self::Unwritten { .. } | Self::Mock(_) => {
                Exit::Error
            }
        }
    }
}

fn of_service(error: &Error) -> Exit {
    match (error.status(), error.advice()) {
        _ if error.token_error().is_some() => Exit::SignIn,
        (Some(429 | 503), _) => Exit::Throttled,
        (_, Some(Advice { retry: Retry::AfterSignIn, .. })) => Exit::SignIn,
        (_, Some(Advice { mender: Mender::Admin, .. })) => Exit::Policy,
        // The token lacks a scope, or its owner a right.
        (Some(403), _) => Exit::SignIn,
        _ => Exit::Error,
    }
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

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Io(error.into())
    }
}

impl From<SignInError> for Failure {
    fn from(error: SignInError) -> Self {
        Self::SignIn(error.to_string())
    }
}
