//! One request and its answer on the wire. The only place where a token leaves.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::Poll,
    time::SystemTime,
};

use bytes::Bytes;
use reqwest::{
    Method, Response, StatusCode, Version,
    header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH},
};
use sharing_model::Action;
use tokio::time::Instant;
use url::Url;
use uuid::{Uuid, fmt::Hyphenated};

use crate::{
    Endpoint, Heard,
    client::Inner,
    error::{Kind, Refused},
    patience::Late,
    token_cache::Bearer,
};

/// This client's name for a request, which the service gives back.
pub(crate) const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");
/// The service's name for a request.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
pub(crate) const JSON: &str = "application/json";

/// A request, ready to be sent: all but the token, and the name of its own.
#[derive(Debug)]
pub(crate) struct Prepared {
    request: reqwest::Request,
    /// Whether 304 is an answer and not a refusal.
    may_be_unchanged: bool,
}

impl Prepared {
    /// An action as it goes on the wire, at the place of its own or where a link of the service's leads.
    pub(crate) fn new(action: &Action, link: Option<&str>, endpoint: &Endpoint) -> Result<Self, Kind> {
        let setup = |error: &dyn std::fmt::Display| Kind::Setup(error.to_string());
        let url = match link {
            None => endpoint.locate(action),
            Some(link) => parse(link)?,
        };
        let method =
            Method::from_bytes(action.method().as_str().as_bytes()).map_err(|error| setup(&error))?;
        let mut prepared = Self::at(method, url, endpoint)?;
        let headers = prepared.request.headers_mut();
        for (name, value) in action.headers() {
            let name = HeaderName::try_from(name).map_err(|error| setup(&error))?;
            let value = HeaderValue::try_from(value)
                .map_err(|_| Kind::Setup(format!("{name} has characters that no header can have")))?;
            prepared.may_be_unchanged |= name == IF_NONE_MATCH;
            headers.insert(name, value);
        }
        if let Some(body) = action.body() {
            let body = serde_json::to_vec(body).map_err(|error| setup(&error))?;
            *prepared.request.body_mut() = Some(body.into());
        }
        Ok(prepared)
    }

    /// One more page of a batch's answers.
    pub(crate) fn page(link: &str, endpoint: &Endpoint) -> Result<Self, Kind> {
        Self::at(Method::GET, parse(link)?, endpoint)
    }

    fn at(method: Method, url: Url, endpoint: &Endpoint) -> Result<Self, Kind> {
        if !endpoint.is_origin_of(&url) {
            return Err(Kind::ForeignLink { origin: url.origin().ascii_serialization() });
        }
        Ok(Self { request: reqwest::Request::new(method, url), may_be_unchanged: false })
    }

    /// Asks once.
    pub(crate) async fn exchange(
        self,
        client: &Inner,
        bearer: &Bearer,
        client_request_id: Uuid,
    ) -> Result<Answer, Kind> {
        self.send(client, bearer, client_request_id, Instant::now())?.answer().await
    }

    /// Sends it, once, as soon as the answer is awaited. Its time runs from now on.
    pub(crate) fn send(
        self,
        client: &Inner,
        bearer: &Bearer,
        client_request_id: Uuid,
        now: Instant,
    ) -> Result<Sent<impl Future<Output = reqwest::Result<Response>> + use<>>, Kind> {
        let Self { mut request, may_be_unchanged } = self;
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, bearer.header().clone());
        headers.insert(CLIENT_REQUEST_ID, header_of(client_request_id)?);
        let late = client.patience.begin(now);
        Ok(Sent { coming: client.http.execute(request), late, limit: client.body_limit, may_be_unchanged })
    }
}

/// A request on its way.
pub(crate) struct Sent<F> {
    coming: F,
    late: Late,
    /// How many bytes the answer may have.
    limit: usize,
    may_be_unchanged: bool,
}

impl<F: Future<Output = reqwest::Result<Response>>> Sent<F> {
    /// The answer, whole.
    pub(crate) async fn answer(self) -> Result<Answer, Kind> {
        let Self { coming, late, limit, may_be_unchanged } = self;
        let mut late = pin!(late);
        let mut response = in_time(late.as_mut(), pin!(coming)).await?;
        let status = response.status();
        let says_yes = status.is_success() || (may_be_unchanged && status == StatusCode::NOT_MODIFIED);
        // Where HTTP/1.1 says how long the answer is, nobody need ask whether there is more.
        let length = response.content_length().filter(|_| response.version() == Version::HTTP_11);
        let (mut body, mut pieces) = (Bytes::new(), Vec::new());
        let too_long = loop {
            match in_time(late.as_mut(), pin!(response.chunk())).await {
                // Most bodies come whole, and nothing of them is copied.
                Ok(Some(whole)) if body.is_empty() => body = whole,
                Ok(Some(piece)) => {
                    if pieces.is_empty() {
                        pieces.extend_from_slice(&body);
                    }
                    pieces.extend_from_slice(&piece);
                }
                // A refusal is one, however much of its explanation comes.
                Err(why) if says_yes => return Err(why),
                Ok(None) | Err(_) => break false,
            }
            if body.len().max(pieces.len()) > limit {
                break true;
            }
            if length == Some(body.len() as u64) {
                break false;
            }
        };
        if !pieces.is_empty() {
            body = pieces.into();
        }
        let headers = std::mem::take(response.headers_mut());
        let mut answer = Answer { status, says_yes, headers, body };
        if too_long {
            if says_yes {
                return Err(answer.too_long(limit));
            }
            answer.body.clear();
        }
        Ok(answer)
    }
}

/// A name for a request that no other has. It is no secret, so it need not be hard to guess.
pub(crate) fn new_name() -> Uuid {
    uuid::Builder::from_random_bytes(fastrand::u128(..).to_ne_bytes()).into_uuid()
}

fn parse(link: &str) -> Result<Url, Kind> {
    link.parse().map_err(|error: url::ParseError| Kind::Link(error.to_string()))
}

fn header_of(id: Uuid) -> Result<HeaderValue, Kind> {
    let mut text = [0; Hyphenated::LENGTH];
    id.as_hyphenated().encode_lower(&mut text);
    // Owned bytes can be cloned, as each header on its way to the wire is, without another allocation.
    HeaderValue::from_maybe_shared(Bytes::from_owner(text)).map_err(|error| Kind::Setup(error.to_string()))
}

/// What comes from the service, if it comes in time.
async fn in_time<T>(
    mut late: Pin<&mut Late>,
    mut coming: Pin<&mut impl Future<Output = reqwest::Result<T>>>,
) -> Result<T, Kind> {
    poll_fn(|context| match coming.as_mut().poll(context) {
        // The URL may hold a share's token, which must not show in an error.
        Poll::Ready(come) => Poll::Ready(come.map_err(|error| Kind::Transport(error.without_url()))),
        Poll::Pending => late.as_mut().poll(context).map(|()| Err(Kind::Late)),
    })
    .await
}

/// The service's name for a request, as its answer says it.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    headers.get(REQUEST_ID)?.to_str().ok()
}

/// Reads the body of an answer that says yes.
pub(crate) type Read<T> = fn(StatusCode, &[u8]) -> Result<T, String>;

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) says_yes: bool,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }

    /// What it says to what was asked, or why not.
    pub(crate) fn judge<T>(&self, read: Read<T>) -> Result<T, Kind> {
        if !self.says_yes {
            return Err(Kind::Refused(Box::new(Refused::read(self))));
        }
        read(self.status, &self.body).map_err(|why| Kind::Unreadable {
            status: self.status,
            request_id: self.request_id().map(str::to_owned),
            why,
        })
    }

    /// What it says of the service's limits.
    pub(crate) fn heard(&self) -> Heard {
        Heard::read_at(self.status.as_u16(), &self.headers, SystemTime::now)
    }

    fn too_long(&self, limit: usize) -> Kind {
        Kind::Unreadable {
            status: self.status,
            request_id: self.request_id().map(str::to_owned),
            why: format!("it is longer than {limit} bytes"),
        }
    }
}
