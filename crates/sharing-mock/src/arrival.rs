//! A request as it arrives: which space it is for, which method it means, and its body out of what it was packed in.

use std::{io::Read, sync::Arc};

use flate2::read::MultiGzDecoder;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::{
    HeaderMap, StatusCode,
    body::{Body as _, Bytes, Incoming},
    header::{CONTENT_ENCODING, HeaderName},
    http::request::Parts,
};

use crate::{
    control,
    refusal::{BODY_ENCODING, BODY_TOO_LARGE, Refusal, RefusalFacts},
    socket::{BodyError, Cut},
    space::{NoSpace, Space, Spaces},
};

/// Where a request goes.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    pub(crate) space: Arc<Space>,
    /// What of the path names the space.
    pub(crate) prefix: &'a str,
    pub(crate) path: &'a str,
}

/// Finds the space: by the path's prefix, by the header, or the default one.
pub(crate) fn place<'a>(spaces: &Spaces, parts: &'a Parts) -> Result<Place<'a>, control::Wrong> {
    const PREFIX: &str = "/_space/";
    const HEADER: HeaderName = HeaderName::from_static("x-mock-space");

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

/// The method that is meant: a POST may say that it is another, for clients and proxies that know few.
pub(crate) fn method(parts: &Parts) -> &str {
    const OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");

    let own = parts.method.as_str();
    if own != "POST" {
        return own;
    }
    let meant = parts.headers.get(OVERRIDE).and_then(|value| value.to_str().ok());
    meant.filter(|meant| !meant.is_empty()).unwrap_or(own)
}

/// Why a body is not read.
#[derive(Debug)]
pub(crate) struct Unread {
    by: &'static RefusalFacts,
    pub(crate) reason: String,
}

impl Unread {
    pub(crate) fn refusal(self) -> Refusal {
        Refusal::of(self.by, self.reason)
    }

    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.by.status).unwrap_or(StatusCode::BAD_REQUEST)
    }
}

/// All of a body. There is mostly none, or it comes in one piece, and nothing needs to be put together.
async fn whole(mut body: Limited<Incoming>) -> Result<Bytes, BodyError> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let Some(frame) = body.frame().await else { return Ok(Bytes::new()) };
    let first = frame?.into_data().unwrap_or_default();
    if body.is_end_stream() {
        return Ok(first);
    }
    let rest = body.collect().await?.to_bytes();
    Ok([first, rest].concat().into())
}

/// Reads a body, up to a limit, which holds for what it was packed from too.
pub(crate) async fn read(
    body: Incoming,
    headers: &HeaderMap,
    limit: usize,
) -> Result<Result<Bytes, Unread>, Cut> {
    let too_long = || Unread { by: &BODY_TOO_LARGE, reason: format!("a body has at most {limit} bytes") };
    let body = match whole(Limited::new(body, limit)).await {
        Ok(body) => body,
        Err(error) if error.is::<LengthLimitError>() => return Ok(Err(too_long())),
        // The client is gone before it had said all.
        Err(_) => return Err(Cut),
    };
    // Where there is nothing, nothing is packed.
    let encoding = if body.is_empty() { None } else { headers.get(CONTENT_ENCODING) };
    let Some(encoding) = encoding else { return Ok(Ok(body)) };
    let encoding = encoding.to_str().unwrap_or("\u{fffd}");
    let wrong = |reason: String| Ok(Err(Unread { by: &BODY_ENCODING, reason }));
    if encoding.eq_ignore_ascii_case("identity") {
        return Ok(Ok(body));
    }
    if !encoding.eq_ignore_ascii_case("gzip") {
        return wrong(format!("Content-Encoding: {encoding:?} is neither gzip nor identity"));
    }
    let mut unpacked = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    match MultiGzDecoder::new(&*body).take(most).read_to_end(&mut unpacked) {
        Ok(length) if length > limit => Ok(Err(too_long())),
        Ok(_) => Ok(Ok(unpacked.into())),
        Err(error) => wrong(format!("Content-Encoding says gzip, but the body is none: {error}")),
    }
}
