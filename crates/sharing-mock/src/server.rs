//! The socket: HTTP in, HTTP out, and nothing of what the service knows.

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::{
    answer::{Answer, Refusal},
    identifier,
    service::{self, Service},
    tenant::Mail,
};

/// No request of this protocol comes near it.
const BODY_LIMIT: usize = 4 << 20;

/// The service on a port of its own on loopback, with the sample tenant Contoso. Dropping it stops it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
/// use sharing_mock::MockServer;
///
/// let server = MockServer::start().await?;
/// assert!(server.url().starts_with("http://127.0.0.1:"));
/// # Ok(()) }
/// ```
#[must_use = "dropping the server stops it"]
pub struct MockServer {
    url: String,
    service: Arc<Service>,
    /// Dropped with the server, which tells the task to finish.
    stop: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
}

impl MockServer {
    /// Starts on any free port of loopback. Returns once it answers.
    ///
    /// # Errors
    ///
    /// When no port can be had.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// use sharing_mock::MockServer;
    ///
    /// // Each has a port and a tenant of its own.
    /// let (one, other) = (MockServer::start().await?, MockServer::start().await?);
    /// assert_ne!(one.url(), other.url());
    /// # Ok(()) }
    /// ```
    pub async fn start() -> io::Result<Self> {
        Self::start_on(0).await
    }

    /// Starts on a port of loopback; 0 means any free one.
    ///
    /// # Errors
    ///
    /// When the port cannot be had: it is taken, or this user may not.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_mock::MockServer;
    ///
    /// let server = MockServer::start_on(0).await?;
    /// let taken = server.url().rsplit(':').next().unwrap().parse()?;
    /// assert_eq!(MockServer::start_on(taken).await.unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
    /// # Ok(()) }
    /// ```
    pub async fn start_on(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let service = Arc::new(Service::contoso());
        let wire = Arc::new(Wire { service: Arc::clone(&service), requests: AtomicU64::new(0) });
        let router = Router::new().fallback(answer).with_state(wire);
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async {
            // An error here means that the server was dropped, which also means stop.
            let _ = stopped.await;
        };
        let task =
            tokio::spawn(async { axum::serve(listener, router).with_graceful_shutdown(stopped).await });
        Ok(Self { url, service, stop, task })
    }

    /// Where it listens, without a version, as in `http://127.0.0.1:40123`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// for version in ["/v1.0", "/beta", "/_api/v2.0"] {
    ///     let root = format!("{}{version}/drive/root", server.url());
    ///     assert_eq!(reqwest::Client::new().get(root).bearer_auth("any").send().await?.status(), 200);
    /// }
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The mails that the service would have sent, oldest first.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// let invitation = serde_json::json!({
    ///     "recipients": [{ "email": "ryan@contoso.com" }, { "email": "kim@fabrikam.com" }],
    ///     "roles": ["read"], "requireSignIn": true, "sendInvitation": true
    /// });
    /// let invite = format!("{}/v1.0/drive/root:/Notes.txt:/invite", server.url());
    /// reqwest::Client::new().post(invite).bearer_auth("any").json(&invitation).send().await?.error_for_status()?;
    /// let to: Vec<_> = server.outbox().into_iter().map(|mail| mail.to).collect();
    /// assert_eq!(to, ["ryan@contoso.com", "kim@fabrikam.com"]);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn outbox(&self) -> Vec<Mail> {
        self.service.outbox()
    }

    /// Stops listening and returns when the requests in flight are answered.
    ///
    /// # Errors
    ///
    /// When listening had failed before.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// # use sharing_mock::MockServer;
    /// let server = MockServer::start().await?;
    /// let address = server.url().trim_start_matches("http://").to_owned();
    /// server.stop().await?;
    /// assert!(std::net::TcpStream::connect(address).is_err());
    /// # Ok(()) }
    /// ```
    pub async fn stop(self) -> io::Result<()> {
        drop(self.stop);
        self.task.await.map_err(io::Error::other)?
    }
}

impl fmt::Debug for MockServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockServer").field("url", &self.url).finish_non_exhaustive()
    }
}

struct Wire {
    service: Arc<Service>,
    requests: AtomicU64,
}

async fn answer(State(wire): State<Arc<Wire>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let number = wire.requests.fetch_add(1, Ordering::Relaxed);
    let request_id = identifier::guid(&format!("request {number}")).to_string();
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let client_request_id = header("client-request-id").unwrap_or(&request_id).to_owned();

    let outcome = match to_bytes(body, BODY_LIMIT).await {
        Ok(body) => wire.service.answer(&service::Request {
            method: parts.method.as_str(),
            path: parts.uri.path(),
            host: header("host").unwrap_or("localhost"),
            authorization: header("authorization"),
            content_type: header("content-type"),
            body: &body,
            id: &request_id,
            client_id: &client_request_id,
        }),
        Err(_) => {
            let reason = format!("a body has at most {BODY_LIMIT} bytes");
            Err(Refusal::new(413, "invalidRequest", "Request Entity Too Large", reason))
        }
    };

    let answer = outcome.unwrap_or_else(|refusal| {
        let dialect = service::dialect_of(parts.uri.path());
        let body = refusal.body(dialect, &request_id, &client_request_id);
        let mut answer =
            Answer { status: refusal.status, ..Answer::ok(body) }.with("x-mock-reason", refusal.reason);
        answer.headers.extend(refusal.headers);
        answer
    });
    respond(answer, &request_id, &client_request_id)
}

/// Puts on what every answer of the service has.
fn respond(answer: Answer, request_id: &str, client_request_id: &str) -> Response<Body> {
    let has_body = answer.body.is_some();
    let mut response = Response::new(answer.body.map_or_else(Body::empty, Body::from));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);

    let headers = response.headers_mut();
    if has_body {
        let content_type = if answer.status < 400 {
            "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
        } else {
            "application/json"
        };
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-cache"));
    headers.insert("odata-version", HeaderValue::from_static("4.0"));
    insert(headers, "request-id", request_id);
    insert(headers, "client-request-id", client_request_id);
    for (name, value) in &answer.headers {
        insert(headers, name, value);
    }
    response
}

/// A header holds visible ASCII; what is none is escaped.
fn insert(headers: &mut HeaderMap, name: &'static str, value: &str) {
    let escaped: String = value
        .chars()
        .map(|c| match c {
            ' '..='~' => c.to_string(),
            c => c.escape_default().to_string(),
        })
        .collect();
    if let Ok(value) = HeaderValue::try_from(escaped) {
        headers.insert(name, value);
    }
}
