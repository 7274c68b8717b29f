//! The socket: HTTP in, HTTP out, and nothing of what the service knows.

use std::{
    error::Error,
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use http_body_util::{BodyExt, Either, Full, combinators::UnsyncBoxBody};
use hyper::{
    HeaderMap, Response, StatusCode,
    body::{Body as _, Bytes, Frame, Incoming, SizeHint},
    header::{self, HeaderName, HeaderValue, IntoHeaderName},
    http::request::Parts,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    rt::TokioIo,
    server::graceful::{GracefulConnection, GracefulShutdown},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    time::Sleep,
};
use uuid::Uuid;

use crate::{
    answer::Answer,
    arrival::{self, Place},
    control,
    fault::Damage,
    head, pack,
    pipeline::Way,
    service::Request,
    space::Spaces,
    tls::Tls,
};

/// No request of this protocol comes near it.
const BODY_LIMIT: usize = 4 << 20;

/// How long a client may take to agree on a key.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How long the requests in flight may take once the server is told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// How long what is left in a buffer gets before the connection is closed on purpose.
const FLUSH: Duration = Duration::from_millis(10);

/// All there, as almost every body is, or in pieces.
pub(crate) type Body = Either<Full<Bytes>, UnsyncBoxBody<Bytes, BodyError>>;

pub(crate) type BodyError = Box<dyn Error + Send + Sync>;

/// The connection is closed instead of an answer.
#[derive(Debug)]
pub(crate) struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is cut")
    }
}

impl Error for Cut {}

/// What a connection leads to.
#[derive(Debug)]
pub(crate) struct Door {
    pub(crate) spaces: Arc<Spaces>,
    /// `http` or `https`.
    pub(crate) scheme: &'static str,
    /// Where it listens, for clients that do not say where they think they are.
    pub(crate) authority: String,
}

/// Serves until it is told to stop; then returns when the requests in flight are answered.
pub(crate) async fn serve(
    listener: TcpListener,
    door: Arc<Door>,
    tls: Option<Tls>,
    stopped: impl Future<Output = ()>,
) {
    let connections = GracefulShutdown::new();
    let mut stopped = std::pin::pin!(stopped);
    loop {
        let stream = tokio::select! {
            () = &mut stopped => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                // The peer is gone, or there are no descriptors: others may still come.
                Err(_) => {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                    continue;
                }
            },
        };
        // An answer is written at once: waiting for more to send would only delay it.
        let _ = stream.set_nodelay(true);
        let (door, watcher) = (Arc::clone(&door), connections.watcher());
        // What breaks a connection concerns its two ends alone.
        match tls.clone() {
            None => {
                tokio::spawn(async move { watcher.watch(connection(stream, door)).await.ok() });
            }
            Some(tls) => {
                tokio::spawn(async move {
                    let stream = tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await.ok()?.ok()?;
                    watcher.watch(connection(stream, door)).await.ok()
                });
            }
        }
    }
    drop(listener);
    let _ = tokio::time::timeout(GRACE, connections.shutdown()).await;
}

pub(crate) fn connection<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(
    stream: S,
    door: Arc<Door>,
) -> impl GracefulConnection<Error = hyper::Error> + Send {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let door = Arc::clone(&door);
        async move {
            let (parts, body) = request.into_parts();
            handle(&door, &parts, body).await
        }
    });
    http1::Builder::new().serve_connection(TokioIo::new(stream), service)
}

async fn handle(door: &Door, parts: &Parts, body: Incoming) -> Result<Response<Body>, Cut> {
    let Place { space, prefix, path } = match arrival::place(&door.spaces, parts) {
        Ok(place) => place,
        Err(wrong) => return Ok(control::refuse(wrong.status, &wrong.faults)),
    };
    let below = path.strip_prefix("/_mock").filter(|below| below.is_empty() || below.starts_with('/'));
    if let Some(below) = below {
        return Ok(match arrival::read(body, &parts.headers, control::BODY_LIMIT).await? {
            Ok(body) => control::answer(&door.spaces, &space, parts, below, &body),
            Err(unread) => {
                let wrong = control::Wrong::new("body", &*unread.reason, "a shorter body, plain or by gzip");
                control::refuse(unread.status(), &wrong.faults)
            }
        });
    }
    let text = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let origin = [door.scheme, "://", text(header::HOST).unwrap_or(&door.authority), prefix].concat();
    let mut id = Uuid::encode_buffer();
    let id = &*space.request_id().hyphenated().encode_lower(&mut id);
    let head = Request {
        method: arrival::method(parts),
        path,
        query: parts.uri.query(),
        origin: &origin,
        headers: &parts.headers,
        body: &[],
        id,
        client_id: text(head::CLIENT_REQUEST_ID).unwrap_or(id),
        now: space.clock.now(),
        in_batch: false,
        stale: None,
    };
    let way = Way::begin(&space, &head);
    let answer = if way.ends_before_read() {
        way.end(&head)
    } else {
        match arrival::read(body, &parts.headers, BODY_LIMIT).await? {
            Ok(body) => way.end(&Request { body: &body, ..head }),
            Err(unread) => way.refuse(&head, unread.refusal()),
        }
    };
    let Some(damage) = answer.damage.as_deref().cloned() else { return Ok(respond(answer, &head)) };
    tokio::time::sleep(damage.late).await;
    if damage.cut {
        return Err(Cut);
    }
    Ok(damaged(respond(answer, &head), &damage))
}

/// An answer as it goes out.
fn respond(answer: Answer, request: &Request<'_>) -> Response<Body> {
    let mut headers = head::headers(&answer, request);
    let body = pack::pack(request.headers, &mut headers, answer.body.unwrap_or_default().into());
    let mut response = Response::new(full(body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = headers;
    response
}

/// Puts on what a fault says of the answer.
fn damaged(mut response: Response<Body>, damage: &Damage) -> Response<Body> {
    for (name, value) in &damage.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    let Some(bytes) = damage.truncate_after else { return response };
    let length = response.body().size_hint().exact().unwrap_or_default();
    response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    response.map(|body| Either::Right(Truncated { body, left: bytes, rest: None }.boxed_unsync()))
}

/// A body that breaks off: the connection is closed before all that was announced is sent.
struct Truncated {
    body: Body,
    left: usize,
    /// A moment in which what was sent so far leaves: an error takes along what is still in the buffer.
    rest: Option<Pin<Box<Sleep>>>,
}

impl hyper::body::Body for Truncated {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if self.left == 0 {
            let rest = self.rest.get_or_insert_with(|| Box::pin(tokio::time::sleep(FLUSH)));
            ready!(rest.as_mut().poll(context));
            return Poll::Ready(Some(Err("a fault breaks the answer off here".into())));
        }
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        Poll::Ready(frame.map(|frame| {
            frame.map(|frame| {
                frame.map_data(|mut data| {
                    data.truncate(self.left);
                    self.left -= data.len();
                    data
                })
            })
        }))
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A body that is all there.
pub(crate) fn full(body: impl Into<Bytes>) -> Body {
    Either::Left(Full::new(body.into()))
}

/// A header holds visible ASCII; what is none is escaped.
pub(crate) fn insert(headers: &mut HeaderMap, name: impl IntoHeaderName, value: &str) {
    let value = HeaderValue::from_str(value).or_else(|_| {
        let escaped: String = value
            .chars()
            .map(|c| match c {
                ' '..='~' => c.to_string(),
                c => c.escape_default().to_string(),
            })
            .collect();
        HeaderValue::try_from(escaped)
    });
    if let Ok(value) = value {
        headers.insert(name, value);
    }
}
