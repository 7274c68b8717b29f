//! `Error`: what went wrong between a question and its answer.

use std::{fmt, time::Duration};

use reqwest::{StatusCode, header::HeaderMap};
use sharing_model::{ActionKind, Advice, ErrorResponse, Method, ServiceError};

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
        let inside = response.error.iter().flat_map(ServiceError::chain);
        let innermost = inside.filter_map(|error| error.request_id.as_deref());
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
    /// # use sharing_http::{Client, Endpoint};
    /// // Nobody listens here any more, so nobody answers.
    /// let server = sharing_mock::MockServer::start().await?;
    /// let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
    /// server.stop().await?;
    /// let error = client.item(&"/drive/root".parse()?).get().await.unwrap_err();
    /// assert_eq!(error.status(), None);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match &self.0.kind {
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
        match &self.0.kind {
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
    /// # use sharing_http::{Client, Endpoint};
    /// # let listener = TcpListener::bind("127.0.0.1:0")?;
    /// # let client = Client::new(Endpoint::new(&format!("http://{}", listener.local_addr()?))?, "any token".into())?;
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
        self.refused()?.retry_after
    }

    /// Whether the service may have done what was asked all the same: the answer to a change got lost or cannot be
    /// read. Look before asking again; an invitation may have been mailed.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use std::{io::Read, net::TcpListener};
    /// # use sharing_http::{Client, Endpoint};
    /// # use sharing_model::Segment;
    /// # let listener = TcpListener::bind("127.0.0.1:0")?;
    /// # let client = Client::new(Endpoint::new(&format!("http://{}", listener.local_addr()?))?, "any token".into())?;
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
