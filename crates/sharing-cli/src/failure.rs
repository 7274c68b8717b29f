//! What went wrong, told to a person: what happened, why, and what to do next.

use std::{io, path::PathBuf};

use sharing_http::{EndpointError, Error};
use sharing_model::InvalidRequest;

use crate::{connection::TOKEN_VARIABLE, exit::Exit};

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
    Io(#[from] io::Error),
    #[error("{} cannot be read: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error("{} has faults: {}", path.display(), error.faults.len())]
    AccessList { path: PathBuf, error: sharing_bulk::AccessListError },
}

fn count(invalid: &InvalidRequest) -> String {
    match invalid.faults.len() {
        1 => "1 fault".to_owned(),
        faults => format!("{faults} faults"),
    }
}

impl Failure {
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Invalid(_) | Self::PermissionId(_) | Self::Endpoint(_) | Self::AccessList { .. } => {
                Exit::Usage
            }
            Self::NoToken | Self::TokenFile { .. } => Exit::SignIn,
            Self::Service(error) => match error.status() {
                Some(401 | 403) => Exit::SignIn,
                Some(429 | 503) => Exit::Throttled,
                _ => Exit::Error,
            },
            Self::Io(_) | Self::File { .. } => Exit::Error,
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
            Self::AccessList { path, error } => {
                error.faults.iter().map(|fault| format!("{}:{fault}", path.display())).collect()
            }
            Self::Service(error) => {
                let source = std::error::Error::source(error).map(innermost);
                let ids =
                    [("request-id", error.request_id()), ("client-request-id", error.client_request_id())];
                let ids = ids.into_iter().filter_map(|(name, id)| id.map(|id| format!("{name}: {id}")));
                source.into_iter().chain(ids).collect()
            }
            _ => vec![],
        }
    }

    fn next(&self) -> Option<String> {
        let next = match self {
            Self::NoToken => format!(
                "put a token into the environment variable {TOKEN_VARIABLE} or name a file by --token-file; --sandbox needs none"
            ),
            Self::Service(error) if error.is_in_doubt() => {
                "the service may have done it; look with `sharing permissions list` before you ask again"
                    .to_owned()
            }
            Self::Service(error) => match (error.status()?, error.retry_after()) {
                (401, _) => "get a new token".to_owned(),
                (403, _) => {
                    let scopes = error.action().map(|action| action.facts().scopes.delegated.join(", "))?;
                    format!("use a token with one of the scopes {scopes}, of somebody who may share the item")
                }
                (404, _) => {
                    "check the address; ids are case-sensitive, and a token sees only what its owner may see"
                        .to_owned()
                }
                (429 | 503, Some(wait)) => format!("ask again after {} s", wait.as_secs_f64().ceil()),
                (429 | 503, None) => "ask again in a few minutes".to_owned(),
                _ if error.code() == Some("noResolvedUsers") => {
                    "nobody was invited; check each recipient: one who cannot be found fails all".to_owned()
                }
                _ => return None,
            },
            _ => return None,
        };
        Some(next)
    }
}

/// The flag that a property of the request came from.
fn flag(property: &str) -> Option<&'static str> {
    match property.split(['[', '.', ',']).next()? {
        "item" => Some("ADDRESS"),
        "recipients" => Some("--to"),
        "roles" => Some("--role"),
        "message" => Some("--message"),
        "requireSignIn" => Some("--no-sign-in with --no-notify"),
        _ => None,
    }
}

/// The cause of all causes, which is the one that says something.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.last().map(ToString::to_string).unwrap_or_default()
}
