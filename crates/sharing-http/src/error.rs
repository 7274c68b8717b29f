//! `Error`: what went wrong between a question and its answer.

use std::{error::Error as _, fmt, iter, sync::Arc, time::Duration};

use reqwest::{StatusCode, header::HeaderMap};
use sharing_model::{ActionKind, Advice, ErrorResponse, ServiceError};
use uuid::Uuid;

use crate::{MissingScopes, TokenError, Verdict, exchange::Answer, retry::Outcome, token_cache::Bearer};

/// What went wrong when something was asked of the service.
///
/// Shows the action, what the service said and its request id; never a token, and no URL, for a share's URL is a secret.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sharing_http::{Client, Endpoint};
/// use sharing_model::ItemAddress;
///
/// let server = sharing_mock::MockServer::start().await?;
/// let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
/// let plan: ItemAddress = "/drive/root:/Plan.docx".parse()?;
/// let error = client.item(&plan).get().await.unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "get item: 404 Not Found, itemNotFound: The resource could not be found."
/// );
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    action: Option<ActionKind>,
    client_request_id: Option<String>,
    in_doubt: bool,
    attempts: u32,
    /// Shared by the members of a batch that failed as a whole.
    kind: Arc<Kind>,
}

#[derive(Debug)]
pub(crate) enum Kind {
    /// The service answered, and said no.
    Refused(Box<Refused>),
    /// The service could not be asked, or its answer did not come.
    Transport(reqwest::Error),
    /// The service was asked, and did not answer in time.
    Late,
    /// The service said yes, and then something that is no answer.
    Unreadable { status: StatusCode, request_id: Option<String>, why: String },
    /// It leads to another origin, where the token must not go.
    ForeignLink { origin: String },
    /// A link to a page is no URL.
    Link(String),
    /// There is no token.
    Token(TokenError),
    /// The client could not be made.
    Setup(String),
}

impl Kind {
    /// What came of the attempt, as far as the decision whether to ask again goes; nothing where the fault is not the
    /// service's.
    pub(crate) fn outcome(&self) -> Option<Outcome> {
        match self {
            Self::Refused(refused) if refused.never_clears => Some(Outcome::NeverClears),
            Self::Refused(refused) => {
                Some(Outcome::Refused { status: refused.status.as_u16(), wait: refused.wait })
            }
            Self::Transport(error) if error.is_builder() => None,
            Self::Transport(error) if error.is_connect() || was_turned_away(error) => {
                Some(Outcome::Unreachable)
            }
            Self::Transport(_) | Self::Late => Some(Outcome::Lost),
            Self::Unreadable { .. } => Some(Outcome::Unreadable),
            Self::ForeignLink { .. } | Self::Link(_) | Self::Token(_) | Self::Setup(_) => None,
        }
    }

    /// Whether no connection came about, so that the service never heard of it.
    pub(crate) fn is_unreachable(&self) -> bool {
        matches!(self, Self::Transport(error) if error.is_connect())
    }

    /// The same, with what the governor makes of it.
    pub(crate) fn with_verdict(mut self, verdict: Option<Verdict>) -> Self {
        if let Self::Refused(refused) = &mut self {
            refused.never_clears = matches!(verdict, Some(Verdict::NeverClears { .. }));
        }
        self
    }
}

/// Whether the service said, in the words of HTTP/2, that it never looked at the request: it closes the connection in an
/// orderly way, or refuses the stream.
fn was_turned_away(error: &reqwest::Error) -> bool {
    let mut causes = iter::successors(error.source(), |cause| (*cause).source());
    let Some(error) = causes.find_map(|cause| cause.downcast_ref::<h2::Error>()) else { return false };
    error.is_remote()
        && ((error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR))
            || (error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM)))
}

impl Kind {
    /// The same, with what the token that was refused says of itself.
    pub(crate) fn with_token(mut self, action: ActionKind, bearer: &Bearer) -> Self {
        if let Self::Refused(refused) = &mut self
            && refused.status == StatusCode::FORBIDDEN
        {
            refused.missing_scopes = MissingScopes::of(action, bearer.secret());
        }
        self
    }
}

/// An answer that says no. Its headers may hold what must not show.
pub(crate) struct Refused {
    status: StatusCode,
    response: ErrorResponse,
    request_id: Option<String>,
    wait: Option<Duration>,
    never_clears: bool,
    missing_scopes: Option<MissingScopes>,
    headers: HeaderMap,
}

impl fmt::Debug for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refused")
            .field("status", &self.status)
            .field("response", &self.response)
            .field("request_id", &self.request_id)
            .field("wait", &self.wait)
            .finish_non_exhaustive()
    }
}

impl Refused {
    /// Reads what can be read: a body that is no JSON object, a gateway's page for instance, loses neither the status
    /// nor the headers.
    pub(crate) fn read(answer: &Answer) -> Self {
        let response: ErrorResponse = serde_json::from_slice(&answer.body).unwrap_or_default();
        let response = response.or_older();
        let inside = response.error.iter().flat_map(ServiceError::chain);
        let innermost = inside.filter_map(|error| error.request_id.as_deref());
        let request_id = answer.request_id().or_else(|| innermost.last()).map(str::to_owned);
        let wait = answer.heard().wait();
        let (status, headers) = (answer.status, answer.headers.clone());
        Self { status, response, request_id, wait, never_clears: false, missing_scopes: None, headers }
    }
}

impl Error {
    pub(crate) fn setup(why: impl fmt::Display) -> Self {
        let kind = Arc::new(Kind::Setup(why.to_string()));
        Self(Box::new(Inner { action: None, client_request_id: None, in_doubt: false, attempts: 0, kind }))
    }

    pub(crate) fn new(
        action: ActionKind,
        client_request_id: Option<Uuid>,
        kind: impl Into<Arc<Kind>>,
    ) -> Self {
        let (action, kind) = (Some(action), kind.into());
        let client_request_id = client_request_id.map(|id| id.to_string());
        Self(Box::new(Inner { action, client_request_id, in_doubt: false, attempts: 1, kind }))
    }

    pub(crate) fn in_doubt(mut self, in_doubt: bool) -> Self {
        self.0.in_doubt = in_doubt;
        self
    }

    pub(crate) fn after(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    fn refused(&self) -> Option<&Refused> {
        match &*self.0.kind {
            Kind::Refused(refused) => Some(refused),
            _ => None,
        }
    }

    /// What was asked.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// # let missing: sharing_model::ItemAddress = "/drive/root:/Plan.docx".parse()?;
    /// use sharing_model::ActionKind;
    ///
    /// let error = client.item(&missing).permissions().await.unwrap_err();
    /// assert_eq!(error.action(), Some(ActionKind::ListPermissions));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn action(&self) -> Option<ActionKind> {
        self.0.action
    }

    /// The status of the answer, if there was one.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_http::{Client, Endpoint, retry::RetryPolicy};
    /// // Nobody listens here any more, so nobody answers.
    /// let server = sharing_mock::MockServer::start().await?;
    /// let client = Client::builder().endpoint(Endpoint::new(server.url())?).token("any token".into());
    /// let client = client.retry(RetryPolicy::never()).build()?;
    /// server.stop().await?;
    /// let error = client.item(&"/drive/root".parse()?).get().await.unwrap_err();
    /// assert_eq!(error.status(), None);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match &*self.0.kind {
            Kind::Refused(refused) => Some(refused.status.as_u16()),
            Kind::Unreadable { status, .. } => Some(status.as_u16()),
            _ => None,
        }
    }

    /// The outermost code of the service's error, which is stable.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// # let missing: sharing_model::ItemAddress = "/drive/root:/Plan.docx".parse()?;
    /// let error = client.item(&missing).get().await.unwrap_err();
    /// assert_eq!(error.code(), Some("itemNotFound"));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.codes().next()
    }

    /// The codes of the service's error, outermost first; the innermost says most.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// # let missing: sharing_model::ItemAddress = "/drive/root:/Plan.docx".parse()?;
    /// let error = client.item(&missing).get().await.unwrap_err();
    /// assert_eq!(error.codes().last(), Some("itemNotFound"));
    /// # Ok(()) }
    /// ```
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.refused().into_iter().flat_map(|refused| refused.response.codes())
    }

    /// What the service said, for a person to read. Not stable.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// # let missing: sharing_model::ItemAddress = "/drive/root:/Plan.docx".parse()?;
    /// let error = client.item(&missing).get().await.unwrap_err();
    /// assert_eq!(error.message(), Some("The resource could not be found."));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.refused()?.response.error.as_ref()?.message.as_deref()
    }

    /// The whole body of the service's error, as far as it was one.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// # let missing: sharing_model::ItemAddress = "/drive/root:/Plan.docx".parse()?;
    /// let error = client.item(&missing).get().await.unwrap_err();
    /// let inner = error.response().and_then(|response| response.error.as_ref()?.inner());
    /// assert!(inner.unwrap().date.is_some());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn response(&self) -> Option<&ErrorResponse> {
        self.refused().map(|refused| &refused.response)
    }

    /// The service's name for the request, which its support asks for.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// # let missing: sharing_model::ItemAddress = "/drive/root:/Plan.docx".parse()?;
    /// let error = client.item(&missing).get().await.unwrap_err();
    /// println!("The service knows this request as {}.", error.request_id().unwrap());
    /// assert_ne!(error.request_id(), error.client_request_id());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match &*self.0.kind {
            Kind::Refused(refused) => refused.request_id.as_deref(),
            Kind::Unreadable { request_id, .. } => request_id.as_deref(),
            _ => None,
        }
    }

    /// What the service's error means: who can mend it, and how.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// # let missing: sharing_model::ItemAddress = "/drive/root:/Plan.docx".parse()?;
    /// use sharing_model::{Mender, Retry};
    ///
    /// let advice = client.item(&missing).get().await.unwrap_err().advice().unwrap();
    /// assert_eq!((advice.mender, advice.retry), (Mender::Sender, Retry::Never));
    /// assert!(advice.next.starts_with("check the address"));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn advice(&self) -> Option<Advice> {
        self.refused().map(|refused| refused.response.advice(refused.status.as_u16()))
    }

    /// The scopes that the token lacks, where that is why the service answered 403.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// # let missing: sharing_model::ItemAddress = "/drive/root:/Plan.docx".parse()?;
    /// // What is not there is missing whatever the token allows.
    /// assert!(client.item(&missing).get().await.unwrap_err().missing_scopes().is_none());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn missing_scopes(&self) -> Option<&MissingScopes> {
        self.refused()?.missing_scopes.as_ref()
    }

    /// Why there was no token to ask with, where that is what went wrong.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_http::{Authority, Client, ClientSecret, Endpoint};
    ///
    /// let server = sharing_mock::MockServer::start().await?;
    /// let nowhere = Authority::at(server.url(), "fabrikam.com")?;
    /// let credential = ClientSecret::new(nowhere, "a client id", "a secret".into())?;
    /// let client = Client::builder().endpoint(Endpoint::new(server.url())?).credential(credential).build()?;
    /// let error = client.item(&"/drive/root".parse()?).get().await.unwrap_err();
    /// assert_eq!(error.token_error().unwrap().sign_in().unwrap().numbers(), [90002]);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn token_error(&self) -> Option<&TokenError> {
        match &*self.0.kind {
            Kind::Token(error) => Some(error),
            _ => None,
        }
    }

    /// This client's name for the request, sent with it as `client-request-id`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// # let missing: sharing_model::ItemAddress = "/drive/root:/Plan.docx".parse()?;
    /// let [first, again] = [client.item(&missing).get().await, client.item(&missing).get().await];
    /// // Each request has a name of its own.
    /// assert_ne!(first.unwrap_err().client_request_id(), again.unwrap_err().client_request_id());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn client_request_id(&self) -> Option<&str> {
        self.0.client_request_id.as_deref()
    }

    /// How long the service wants to be left alone.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use std::{io::{Read, Write}, net::TcpListener, time::Duration};
    /// # use sharing_http::{Client, Endpoint, retry::RetryPolicy};
    /// # let listener = TcpListener::bind("127.0.0.1:0")?;
    /// # let endpoint = Endpoint::new(&format!("http://{}", listener.local_addr()?))?;
    /// # let client = Client::builder().endpoint(endpoint).token("any token".into()).retry(RetryPolicy::never()).build()?;
    /// # std::thread::spawn(move || -> std::io::Result<()> {
    /// #     let (mut stream, _) = listener.accept()?;
    /// #     let _ = stream.read(&mut [0; 4096])?;
    /// #     stream.write_all(b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 9\r\ncontent-length: 0\r\n\r\n")
    /// # });
    /// // Of a service that has been asked too much:
    /// let error = client.item(&"/drive/root".parse()?).get().await.unwrap_err();
    /// assert_eq!((error.status(), error.retry_after()), (Some(429), Some(Duration::from_secs(9))));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.refused()?.wait
    }

    /// Whether the service may have done what was asked all the same: the answer to a change got lost or cannot be
    /// read. Look before asking again; an invitation may have been mailed.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use std::{io::Read, net::TcpListener};
    /// # use sharing_http::{Client, Endpoint, retry::RetryPolicy};
    /// # use sharing_model::Segment;
    /// # let listener = TcpListener::bind("127.0.0.1:0")?;
    /// # let endpoint = Endpoint::new(&format!("http://{}", listener.local_addr()?))?;
    /// # let client = Client::builder().endpoint(endpoint).token("any token".into()).retry(RetryPolicy::never()).build()?;
    /// # std::thread::spawn(move || {
    /// #     while let Ok((mut stream, _)) = listener.accept() { let _ = stream.read(&mut [0; 4096]); }
    /// # });
    /// // Of a service that takes the request and hangs up:
    /// let (root, id) = ("/drive/root".parse()?, Segment::new("aTowIy5m").unwrap());
    /// let permission = client.item(&root).permission(&id);
    /// assert!(permission.delete().await.unwrap_err().is_in_doubt());
    /// assert!(!permission.get().await.unwrap_err().is_in_doubt());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        self.0.in_doubt
    }

    /// Whether the service asks to be left alone, because of this caller or because it is busy.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// # let missing: sharing_model::ItemAddress = "/drive/root:/Plan.docx".parse()?;
    /// assert!(!client.item(&missing).get().await.unwrap_err().is_throttled());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        match self.refused() {
            Some(Refused { status, wait, .. }) => {
                matches!(status.as_u16(), 429 | 509) || (status.as_u16() == 503 && wait.is_some())
            }
            None => false,
        }
    }

    /// Whether waiting will not help, though the service says 429: it refused this item again and again while others
    /// passed. It does so to items with more than 100,000 others below them, whose inheritance it cannot break: share
    /// something further down.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// # let missing: sharing_model::ItemAddress = "/drive/root:/Plan.docx".parse()?;
    /// assert!(!client.item(&missing).get().await.unwrap_err().never_clears());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn never_clears(&self) -> bool {
        self.refused().is_some_and(|refused| refused.never_clears)
    }

    /// How often it was tried; 0 where it was not.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// # let missing: sharing_model::ItemAddress = "/drive/root:/Plan.docx".parse()?;
    /// // There is no point in asking again for what is not there.
    /// assert_eq!(client.item(&missing).get().await.unwrap_err().attempts(), 1);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// A header of the answer that said no, by its name: `SharePoint-CreateSharingLink-Error`, for instance, says which
    /// switch forbids a link. Headers do not show when the error is printed, for some hold secrets.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// # let missing: sharing_model::ItemAddress = "/drive/root:/Plan.docx".parse()?;
    /// let error = client.item(&missing).get().await.unwrap_err();
    /// assert_eq!(error.header("Content-Type"), Some("application/json"));
    /// assert_eq!(error.header("SharePoint-CreateSharingLink-Error"), None);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.refused()?.headers.get(name)?.to_str().ok()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(action) = self.0.action {
            write!(f, "{action}: ")?;
        }
        match &*self.0.kind {
            Kind::Refused(refused) => {
                write!(f, "{}", refused.status)?;
                let codes: Vec<_> = self.codes().collect();
                if !codes.is_empty() {
                    write!(f, ", {}", codes.join(" / "))?;
                }
                if let Some(message) = self.message() {
                    write!(f, ": {message}")?;
                }
                if let Some(missing) = &refused.missing_scopes {
                    write!(f, "; {missing}")?;
                }
                if refused.never_clears {
                    f.write_str("; others pass, so waiting will not help: too much is below the item")?;
                }
            }
            Kind::Late => f.write_str("the service did not answer in time")?,
            Kind::Transport(error) if error.is_connect() => f.write_str("the service cannot be reached")?,
            Kind::Transport(_) => f.write_str("the connection broke")?,
            Kind::Unreadable { status, why, .. } => {
                write!(f, "{status}, but the answer cannot be read: {why}")?
            }
            Kind::ForeignLink { origin } => {
                write!(f, "the list goes on at {origin}, where this endpoint's token must not go")?;
            }
            Kind::Link(why) => write!(f, "the link to a page is no URL: {why}")?,
            Kind::Token(error) => write!(f, "there is no token: {error}")?,
            Kind::Setup(why) => write!(f, "the client cannot be set up: {why}")?,
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.0.kind {
            Kind::Transport(error) => Some(error),
            Kind::Token(error) => error.source(),
            _ => None,
        }
    }
}
