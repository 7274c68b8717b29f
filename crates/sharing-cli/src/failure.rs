//! What went wrong, told to a person: what happened, why, and what to do next.

use std::{
    io,
    path::{Path, PathBuf},
};

use anstyle::{AnsiColor, Effects, Style};
use sharing_http::{AuthorityError, EndpointError, Error, SignInError, TokenError};
use sharing_model::{Advice, InvalidRequest, Mender, Retry};

use crate::{
    credential::{SECRET_VARIABLE, TOKEN_VARIABLE},
    exit::Exit,
    journal::JOURNAL_VARIABLE,
};

const WRONG: Style = AnsiColor::Red.on_default().effects(Effects::BOLD);
const WORD: Style = Style::new().effects(Effects::BOLD);

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
            | Self::SandboxSignIn => Exit::Usage,
            Self::NoToken
            | Self::TokenFile { .. }
            | Self::NotSignedIn
            | Self::NoSecret
            | Self::Token(_)
            | Self::SignIn(_) => Exit::SignIn,
            Self::Service(error) => of_service(error),
            Self::Run(_) | Self::Io(_) | Self::File { .. } | Self::Mock(_) => Exit::Error,
        }
    }

    /// Prints to standard error: what happened, why, who can mend it, and what to do next.
    pub(crate) fn print(&self) {
        anstream::eprintln!("{WRONG}error:{WRONG:#} {self}");
        for why in self.why() {
            anstream::eprintln!("  {why}");
        }
        anstream::eprintln!("{WORD}who can mend it:{WORD:#} {}", who(self.mender()));
        if let Some(next) = self.next() {
            anstream::eprintln!("{WORD}next:{WORD:#} {next}");
        }
    }

    /// Who can mend it.
    fn mender(&self) -> Mender {
        match self {
            Self::Service(error) => error.advice().map_or(Mender::Sender, |advice| advice.mender),
            _ => Mender::Sender,
        }
    }

    /// The service's name for the request, where it was sent.
    pub(crate) fn request_id(&self) -> Option<&str> {
        match self {
            Self::Service(error) => error.request_id(),
            Self::Token(error) => error.sign_in().and_then(SignInError::trace_id),
            _ => None,
        }
    }

    pub(crate) fn why(&self) -> Vec<String> {
        match self {
            Self::Invalid(invalid) => invalid
                .faults
                .iter()
                .map(|fault| match flag(&fault.property) {
                    Some(flag) => format!("{fault} ({flag})"),
                    None => fault.to_string(),
                })
                .collect(),
            Self::NoToken => {
                vec![format!("neither {TOKEN_VARIABLE}, --token-file nor a profile says how to sign in")]
            }
            Self::TokenFile { why, .. } => vec![why.clone()],
            Self::Token(error) => {
                let ids = error
                    .sign_in()
                    .map(|said| [("trace-id", said.trace_id()), ("correlation-id", said.correlation_id())]);
                let ids = ids.into_iter().flatten();
                ids.filter_map(|(name, id)| id.map(|id| format!("{name}: {id}"))).collect()
            }
            Self::Setup { faults, .. }
            | Self::Plan { faults, .. }
            | Self::Configuration { faults, .. }
            | Self::Query { faults, .. }
            | Self::Unexplained { faults, .. }
            | Self::Requests { faults, .. } => faults.clone(),
            Self::NoProfile { known, .. } if known.is_empty() => vec!["there are none yet".to_owned()],
            Self::NoProfile { known, .. } | Self::Column { known, .. } | Self::Schema { known, .. } => {
                vec![format!("there are: {}", known.join(", "))]
            }
            Self::UnknownCode { near, .. } if !near.is_empty() => {
                vec![format!("near it: {}", near.join(", "))]
            }
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

    pub(crate) fn next(&self) -> Option<String> {
        let next = match self {
            Self::Several { .. } => "say a mail address or id:…, which only one has".to_owned(),
            Self::NoSnapshot => {
                "name an audit by --world; `sharing audit ITEM --recursive -o ndjson` makes one".to_owned()
            }
            Self::Plan { .. } => "plan anew with `sharing plan LIST -o json`".to_owned(),
            Self::Moved { .. } => "look at a new plan, or say --replan".to_owned(),
            Self::NoSandbox => "add --sandbox, or leave them out".to_owned(),
            Self::NoToken => format!(
                "sign in with `sharing auth login`, or put a token into the environment variable {TOKEN_VARIABLE} or a file for --token-file; --sandbox needs none"
            ),
            Self::NotSignedIn => "sharing auth login --device-code".to_owned(),
            Self::NoSecret => format!(
                "put it into a file for --secret-file or into {SECRET_VARIABLE}, then `sharing auth login --client-secret`"
            ),
            Self::Token(error) => match error.sign_in().and_then(SignInError::next) {
                Some(next) => next.to_owned(),
                None => "sharing auth login, then sharing doctor".to_owned(),
            },
            Self::SignIn(_) => "sharing doctor".to_owned(),
            Self::SandboxSignIn => "leave --sandbox out".to_owned(),
            Self::NoSetting(name) => format!(
                "say it by --{name}, SHARING_{} or `sharing profile set NAME {name}=…`",
                name.to_uppercase().replace('-', "_")
            ),
            Self::NoProfile { .. } => {
                "sharing profile list, or make it with `sharing profile set NAME …`".to_owned()
            }
            Self::Configuration { .. } => "mend the file, or name another by --config".to_owned(),
            Self::UnknownCode { .. } => "sharing explain, which lists every code that is known".to_owned(),
            Self::NoPage => "leave -o html out".to_owned(),
            Self::Mock(_) => "sharing mock --help".to_owned(),
            Self::NoLink(_) => "sharing link list ITEM".to_owned(),
            Self::Requests { .. } => "mend them; none was sent".to_owned(),
            Self::JournalPassword | Self::NoJournal => format!(
                "put the journal's place into the environment variable {JOURNAL_VARIABLE}, or name a file that holds it by --journal-file"
            ),
            Self::Service(error) if error.is_in_doubt() => {
                "the service may have done it; look with `sharing permissions list` before you ask again"
                    .to_owned()
            }
            Self::Service(error) if error.token_error().is_some() => {
                let said = error.token_error().and_then(TokenError::sign_in);
                said.and_then(SignInError::next).unwrap_or("sharing auth login").to_owned()
            }
            Self::Service(error) if error.status().is_none() => "sharing doctor".to_owned(),
            Self::Service(error) => match (error.advice()?, error.retry_after()) {
                (Advice { retry: Retry::AfterDelay, .. }, Some(wait)) => {
                    format!("ask again after {} s", wait.as_secs_f64().ceil())
                }
                (advice, _) => advice.next.to_owned(),
            },
            _ => return None,
        };
        Some(next)
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

pub(crate) fn who(mender: Mender) -> &'static str {
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
