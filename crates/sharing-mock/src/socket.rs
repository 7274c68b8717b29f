//! The socket: HTTP in, HTTP out, and nothing of what the service knows.

use std::{
    convert::Infallible,
    fmt,
    future::Future,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use http_body_util::{BodyExt, Full, LengthLimitError, Limited, combinators::UnsyncBoxBody};
use hyper::{
    HeaderMap, Response, StatusCode,
    body::{Body as _, Bytes, Frame, Incoming, SizeHint},
    header::{self, HeaderName, HeaderValue},
    http::request::Parts,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    time::Sleep,
};

use crate::{
    answer::Answer,
    control,
    fault::Damage,
    pipeline::Way,
    refusal::{BODY_TOO_LARGE, Refusal},
    service::Request,
    space::{NoSpace, Space, Spaces},
};

/// No request of this protocol comes near it.
const BODY_LIMIT: usize = 4 << 20;

/// How long the requests in flight may take once the server is told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// How long what is left in a buffer gets before the connection is closed on purpose.
const FLUSH: Duration = Duration::from_millis(10);

pub(crate) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// The connection is closed instead of an answer.
#[derive(Debug)]
pub(crate) struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is cut")
    }
}

impl std::error::Error for Cut {}

/// Serves until it is told to stop; then returns when the requests in flight are answered.
pub(crate) async fn serve(listener: TcpListener, spaces: Arc<Spaces>, stopped: impl Future<Output = ()>) {
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
        let connection = connection(stream, Arc::clone(&spaces));
        let connection = connections.watch(connection);
        // What breaks a connection concerns its two ends alone.
        tokio::spawn(async { connection.await.ok() });
    }
    drop(listener);
    let _ = tokio::time::timeout(GRACE, connections.shutdown()).await;
}

fn connection(
    stream: TcpStream,
    spaces: Arc<Spaces>,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send {
    // An answer is written at once: waiting for more to send would only delay it.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let spaces = Arc::clone(&spaces);
        async move {
            let (parts, body) = request.into_parts();
            handle(&spaces, &parts, body).await
        }
    });
    http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service)
}

async fn handle(spaces: &Spaces, parts: &Parts, body: Incoming) -> Result<Response<Body>, Cut> {
    let Place { space, prefix, path } = match place(spaces, parts) {
        Ok(place) => place,
        Err(wrong) => return Ok(control::refuse(wrong.status, &wrong.faults)),
    };
    if let Some(below) =
        path.strip_prefix("/_mock").filter(|below| below.is_empty() || below.starts_with('/'))
    {
        return Ok(match read(body, control::BODY_LIMIT).await? {
            Ok(body) => control::answer(spaces, &space, parts, below, &body),
            Err(TooLong(reason)) => {
                let wrong = control::Wrong::new("body", reason, "a shorter body");
                control::refuse(StatusCode::PAYLOAD_TOO_LARGE, &wrong.faults)
            }
        });
    }
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let origin = format!("http://{}{prefix}", text("host").unwrap_or("localhost"));
    let id = space.request_id();
    let head = Request {
        method: parts.method.as_str(),
        path,
        query: parts.uri.query(),
        origin: &origin,
        headers: &parts.headers,
        body: &[],
        id: &id,
        client_id: text("client-request-id").unwrap_or(&id),
        now: space.clock.now(),
        in_batch: false,
        stale: None,
    };
    let way = Way::begin(&space, &head);
    let answer = if way.ends_before_read() {
        way.end(&head)
    } else {
        match read(body, BODY_LIMIT).await? {
            Ok(body) => way.end(&Request { body: &body, ..head }),
            Err(TooLong(reason)) => way.refuse(&head, Refusal::of(&BODY_TOO_LARGE, reason)),
        }
    };
    let Some(damage) = answer.damage.as_deref().cloned() else { return Ok(respond(answer, &head)) };
    tokio::time::sleep(damage.late).await;
    if damage.cut {
        return Err(Cut);
    }
    Ok(damaged(respond(answer, &head), &damage))
}

/// Where a request goes.
struct Place<'a> {
    space: Arc<Space>,
    /// What of the path names the space.
    prefix: &'a str,
    path: &'a str,
}

/// Finds the space: by the path's prefix, by the header, or the default one.
fn place<'a>(spaces: &Spaces, parts: &'a Parts) -> Result<Place<'a>, control::Wrong> {
    const PREFIX: &str = "/_space/";
    const HEADER: &str = "x-mock-space";

    let path = parts.uri.path();
    let header = parts.headers.get(HEADER).map(|name| name.to_str().unwrap_or("\u{fffd}"));
    let wrong = |place: &str, name: &str| {
        control::Wrong::new(place, format!("{name:?} is no name of a space"), NoSpace::RIGHT)
    };
    let Some(below) = path.strip_prefix(PREFIX) else {
        let space = match header {
            Some(name) => spaces.get(name).map_err(|NoSpace(name)| wrong("header: x-mock-space", &name))?,
            None => Arc::clone(&spaces.default),
        };
        return Ok(Place { space, prefix: "", path });
    };
    let name = below.split('/').next().unwrap_or_default();
    if let Some(header) = header.filter(|header| *header != name) {
        let different = format!("{header:?}, but the path says {name:?}");
        return Err(control::Wrong::new("header: x-mock-space", different, "the same, or no header"));
    }
    let space = spaces.get(name).map_err(|NoSpace(name)| wrong("path: /_space/{name}", &name))?;
    let (prefix, path) = path.split_at(PREFIX.len() + name.len());
    Ok(Place { space, prefix, path })
}

/// A body has more bytes than it may.
struct TooLong(String);

/// Reads a body, up to a limit.
async fn read(body: Incoming, limit: usize) -> Result<Result<Bytes, TooLong>, Cut> {
    match Limited::new(body, limit).collect().await {
        Ok(body) => Ok(Ok(body.to_bytes())),
        Err(error) if error.is::<LengthLimitError>() => {
            Ok(Err(TooLong(format!("a body has at most {limit} bytes"))))
        }
        // The client is gone before it had said all.
        Err(_) => Err(Cut),
    }
}

/// Puts on what every answer of the service has.
fn respond(answer: Answer, request: &Request<'_>) -> Response<Body> {
    let mut headers = HeaderMap::with_capacity(12);
    if answer.body.is_some() {
        let content_type = if answer.status < 400 {
            "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
        } else {
            "application/json"
        };
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-cache"));
    headers.insert("odata-version", HeaderValue::from_static("4.0"));
    insert(&mut headers, "request-id", request.id);
    insert(&mut headers, "client-request-id", request.client_id);
    for (name, value) in answer.headers() {
        insert(&mut headers, name, value);
    }
    let mut response = Response::new(full(answer.body.unwrap_or_default()));
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
    response.map(|body| Truncated { body, left: bytes, rest: None }.boxed_unsync())
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
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.left == 0 {
            let rest = self.rest.get_or_insert_with(|| Box::pin(tokio::time::sleep(FLUSH)));
            ready!(rest.as_mut().poll(context));
            return Poll::Ready(Some(Err(io::Error::other("a fault breaks the answer off here"))));
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
    Full::new(body.into()).map_err(|never: Infallible| match never {}).boxed_unsync()
}

/// A header holds visible ASCII; what is none is escaped.
pub(crate) fn insert(headers: &mut HeaderMap, name: &'static str, value: &str) {
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
