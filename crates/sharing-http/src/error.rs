//! `Error`: what went wrong between a question and its answer.

use std::{fmt, time::Duration};

use reqwest::{StatusCode, header::HeaderMap};
use sharing_model::{ActionKind, Advice, ErrorResponse, Method};

/// What went wrong when something was asked of the service.
///
/// Shows the action, what the service said and its request id; never a token, and no URL, for a share's URL is a secret.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    action: Option<ActionKind>,
    client_request_id: Option<String>,
    kind: Kind,
}

#[derive(Debug)]
pub(crate) enum Kind {
    /// The service answered, and said no.
    Refused(Box<Refused>),
    /// The service could not be asked, or its answer did not come.
    Transport(reqwest::Error),
    /// The service said yes, and then something that is no answer.
    Unreadable { status: StatusCode, request_id: Option<String>, why: String },
    /// The service's list goes on at another origin, where the token must not go.
    ForeignLink { origin: String },
    /// The client could not be made.
    Setup(String),
}

#[derive(Debug)]
pub(crate) struct Refused {
    status: StatusCode,
    response: ErrorResponse,
    request_id: Option<String>,
    retry_after: Option<Duration>,
}

impl Refused {
    /// Reads what can be read: a body that is no JSON object, a gateway's page for instance, loses neither the status
    /// nor the headers.
    pub(crate) fn read(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let response: ErrorResponse = serde_json::from_slice(body).unwrap_or_default();
        let innermost = response.error.iter().flat_map(|error| {
            std::iter::successors(Some(error), |error| error.inner())
                .filter_map(|error| error.request_id.as_deref())
        });
        let request_id = header("request-id").or_else(|| innermost.last()).map(str::to_owned);
        let retry_after = header("retry-after")
            .and_then(|value| value.trim().parse().ok())
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        Self { status, request_id, retry_after, response }
    }
}

impl Error {
    pub(crate) fn setup(why: impl fmt::Display) -> Self {
        Self(Box::new(Inner { action: None, client_request_id: None, kind: Kind::Setup(why.to_string()) }))
    }

    pub(crate) fn new(action: ActionKind, client_request_id: String, kind: Kind) -> Self {
        Self(Box::new(Inner { action: Some(action), client_request_id: Some(client_request_id), kind }))
    }

    fn refused(&self) -> Option<&Refused> {
        match &self.0.kind {
            Kind::Refused(refused) => Some(refused),
            _ => None,
        }
    }

    /// What was asked.
    #[must_use]
    pub fn action(&self) -> Option<ActionKind> {
        self.0.action
    }

    /// The status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match &self.0.kind {
            Kind::Refused(refused) => Some(refused.status.as_u16()),
            Kind::Unreadable { status, .. } => Some(status.as_u16()),
            _ => None,
        }
    }

    /// The outermost code of the service's error, which is stable.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.codes().next()
    }

    /// The codes of the service's error, outermost first; the innermost says most.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.refused().into_iter().flat_map(|refused| refused.response.codes())
    }

    /// What the service said, for a person to read. Not stable.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.refused()?.response.error.as_ref()?.message.as_deref()
    }

    /// The whole body of the service's error, as far as it was one.
    #[must_use]
    pub fn response(&self) -> Option<&ErrorResponse> {
        self.refused().map(|refused| &refused.response)
    }

    /// The service's name for the request, which its support asks for.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Refused(refused) => refused.request_id.as_deref(),
            Kind::Unreadable { request_id, .. } => request_id.as_deref(),
            _ => None,
        }
    }

    /// What the service's error means: who can mend it, and how.
    #[must_use]
    pub fn advice(&self) -> Option<Advice> {
        self.refused().map(|refused| refused.response.advice(refused.status.as_u16()))
    }

    /// This client's name for the request, sent with it as `client-request-id`.
    #[must_use]
    pub fn client_request_id(&self) -> Option<&str> {
        self.0.client_request_id.as_deref()
    }

    /// How long the service wants to be left alone.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.refused()?.retry_after
    }

    /// Whether the service may have done what was asked all the same: the answer to a change got lost or cannot be
    /// read. Look before asking again; an invitation may have been mailed.
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        let changes = self.0.action.is_some_and(|action| action.facts().method != Method::Get);
        changes
            && match &self.0.kind {
                Kind::Transport(error) => !error.is_connect() && !error.is_builder(),
                Kind::Unreadable { .. } => true,
                // A gateway that gave up does not know what the service behind it did.
                Kind::Refused(refused) => matches!(refused.status.as_u16(), 408 | 500 | 502 | 504),
                Kind::ForeignLink { .. } | Kind::Setup(_) => false,
            }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(action) = self.0.action {
            write!(f, "{action}: ")?;
        }
        match &self.0.kind {
            Kind::Refused(refused) => {
                write!(f, "{}", refused.status)?;
                let codes: Vec<_> = self.codes().collect();
                if !codes.is_empty() {
                    write!(f, ", {}", codes.join(" / "))?;
                }
                if let Some(message) = self.message() {
                    write!(f, ": {message}")?;
                }
            }
            Kind::Transport(error) if error.is_timeout() => {
                f.write_str("the service did not answer in time")?
            }
            Kind::Transport(error) if error.is_connect() => f.write_str("the service cannot be reached")?,
            Kind::Transport(_) => f.write_str("the connection broke")?,
            Kind::Unreadable { status, why, .. } => {
                write!(f, "{status}, but the answer cannot be read: {why}")?
            }
            Kind::ForeignLink { origin } => {
                write!(f, "the list goes on at {origin}, where this endpoint's token must not go")?;
            }
            Kind::Setup(why) => write!(f, "the client cannot be set up: {why}")?,
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.kind {
            Kind::Transport(error) => Some(error),
            _ => None,
        }
    }
}
