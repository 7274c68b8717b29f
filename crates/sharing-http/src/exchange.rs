//! One request and its answer on the wire. The only place where a token leaves.

use std::{
    pin::{Pin, pin},
    time::SystemTime,
};

use bytes::Bytes;
use futures_util::future::{Either, select};
use reqwest::{
    Method, StatusCode,
    header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH},
};
use sharing_model::Action;
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

/// A request, ready to be sent as often as need be.
#[derive(Debug)]
pub(crate) struct Prepared<'a> {
    method: Method,
    url: &'a Url,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Option<Vec<u8>>,
    /// Whether 304 is an answer and not a refusal.
    may_be_unchanged: bool,
}

impl<'a> Prepared<'a> {
    /// An action as it goes on the wire, at the place of its own or at one that the service named.
    pub(crate) fn new(action: &Action, url: &'a Url, endpoint: &Endpoint) -> Result<Self, Kind> {
        if !endpoint.is_origin_of(url) {
            return Err(Kind::ForeignLink { origin: url.origin().ascii_serialization() });
        }
        let setup = |error: &dyn std::fmt::Display| Kind::Setup(error.to_string());
        let method =
            Method::from_bytes(action.method().as_str().as_bytes()).map_err(|error| setup(&error))?;
        let mut headers = Vec::new();
        for (name, value) in action.headers() {
            let name = HeaderName::try_from(name).map_err(|error| setup(&error))?;
            let value = HeaderValue::try_from(value)
                .map_err(|_| Kind::Setup(format!("{name} has characters that no header can have")))?;
            headers.push((name, value));
        }
        let body = action.body().map(serde_json::to_vec).transpose().map_err(|error| setup(&error))?;
        let may_be_unchanged = headers.iter().any(|(name, _)| name == IF_NONE_MATCH);
        Ok(Self { method, url, headers, body, may_be_unchanged })
    }

    /// One more page of a batch's answers.
    pub(crate) fn page(url: &'a Url, endpoint: &Endpoint) -> Result<Self, Kind> {
        if !endpoint.is_origin_of(url) {
            return Err(Kind::ForeignLink { origin: url.origin().ascii_serialization() });
        }
        Ok(Self { method: Method::GET, url, headers: Vec::new(), body: None, may_be_unchanged: false })
    }

    /// Asks once.
    pub(crate) async fn exchange(
        &self,
        client: &Inner,
        bearer: &Bearer,
        client_request_id: Uuid,
    ) -> Result<Answer, Kind> {
        let mut late = client.patience.begin();
        let request = self.request(bearer, client_request_id)?;
        let mut response = in_time(&mut late, pin!(client.http.execute(request))).await?;
        let status = response.status();
        let says_yes = self.says_yes(status);
        let (mut body, mut pieces) = (Bytes::new(), Vec::new());
        let too_long = loop {
            match in_time(&mut late, pin!(response.chunk())).await {
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
            if body.len().max(pieces.len()) > client.body_limit {
                break true;
            }
        };
        if !pieces.is_empty() {
            body = pieces.into();
        }
        let mut answer = Answer { status, headers: std::mem::take(response.headers_mut()), body };
        if too_long {
            if says_yes {
                return Err(answer.too_long(client.body_limit));
            }
            answer.body.clear();
        }
        Ok(answer)
    }

    fn request(&self, bearer: &Bearer, id: Uuid) -> Result<reqwest::Request, Kind> {
        let mut request = reqwest::Request::new(self.method.clone(), self.url.clone());
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, bearer.header().clone());
        headers.insert(CLIENT_REQUEST_ID, header_of(id)?);
        for (name, value) in &self.headers {
            headers.insert(name, value.clone());
        }
        *request.body_mut() = self.body.clone().map(reqwest::Body::from);
        Ok(request)
    }

    fn says_yes(&self, status: StatusCode) -> bool {
        status.is_success() || (self.may_be_unchanged && status == StatusCode::NOT_MODIFIED)
    }

    /// What the answer says, or why not.
    pub(crate) fn judge<T>(&self, answer: &Answer, read: Read<T>) -> Result<T, Kind> {
        if !self.says_yes(answer.status) {
            return Err(Kind::Refused(Box::new(Refused::read(answer))));
        }
        read(answer.status, &answer.body).map_err(|why| Kind::Unreadable {
            status: answer.status,
            request_id: answer.request_id().map(str::to_owned),
            why,
        })
    }
}

fn header_of(id: Uuid) -> Result<HeaderValue, Kind> {
    let mut text = [0; Hyphenated::LENGTH];
    id.as_hyphenated().encode_lower(&mut text);
    // Owned bytes can be cloned, as each header on its way to the wire is, without another allocation.
    HeaderValue::from_maybe_shared(Bytes::from_owner(text)).map_err(|error| Kind::Setup(error.to_string()))
}

/// What comes from the service, if it comes in time.
async fn in_time<T>(
    late: &mut Late,
    coming: Pin<&mut impl Future<Output = reqwest::Result<T>>>,
) -> Result<T, Kind> {
    match select(coming, late).await {
        // The URL may hold a share's token, which must not show in an error.
        Either::Left((come, _)) => come.map_err(|error| Kind::Transport(error.without_url())),
        Either::Right(_) => Err(Kind::Late),
    }
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
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
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
