//! One call of the control API: what came, and how it is answered.

use std::{collections::BTreeMap, sync::Arc};

use hyper::{
    HeaderMap, Response, StatusCode,
    header::{self, HeaderValue},
};
use percent_encoding::percent_decode_str;
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use super::Parameter;
use crate::{
    fault::InvalidFaults,
    socket::{Body, full},
    space::{Space, Spaces},
};

/// What a handler is given.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) spaces: &'a Spaces,
    pub(crate) space: &'a Arc<Space>,
    /// What stands for the segment in braces.
    pub(crate) parameter: Option<&'a str>,
    pub(crate) query: Option<&'a str>,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

impl Call<'_> {
    /// Reads the body. The fault names the place in it.
    pub(crate) fn body<T: DeserializeOwned>(&self, example: &str) -> Result<T, Wrong> {
        let mut deserializer = serde_json::Deserializer::from_slice(self.body);
        let read = serde_path_to_error::deserialize(&mut deserializer);
        let read = read.map_err(|error| (error.path().to_string(), error.into_inner()));
        let read =
            read.and_then(|read| deserializer.end().map(|()| read).map_err(|error| (String::new(), error)));
        read.map_err(|(path, error)| {
            let place =
                if path.is_empty() || path == "." { "body".to_owned() } else { format!("body: {path}") };
            Wrong::new(place, error.to_string(), format!("as in {example}"))
        })
    }

    /// Reads the query, whose parameters must be known.
    pub(crate) fn query(&self, known: &[Parameter]) -> Result<BTreeMap<String, String>, Wrong> {
        let mut faults = Vec::new();
        let mut read = BTreeMap::new();
        for pair in self.query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let decode = |text: &str| {
                let text = text.replace('+', " ");
                percent_decode_str(&text).decode_utf8_lossy().into_owned()
            };
            let (name, value) = (decode(name), decode(value));
            if known.iter().any(|known| known.name == name) {
                read.insert(name, value);
            } else {
                let known: Vec<_> = known.iter().map(|known| known.name).collect();
                let right = match &known[..] {
                    [] => "no parameter".to_owned(),
                    known => format!("one of {}", known.join(", ")),
                };
                faults.push(WrongPart {
                    place: format!("query: {name}"),
                    wrong: "no such parameter".into(),
                    right,
                });
            }
        }
        if faults.is_empty() { Ok(read) } else { Err(Wrong { status: StatusCode::BAD_REQUEST, faults }) }
    }
}

/// Why a call is refused.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) status: StatusCode,
    pub(crate) faults: Vec<WrongPart>,
}

/// One thing that is wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Fault")]
pub(crate) struct WrongPart {
    /// Where: a header, a parameter of the query, or a place in the body.
    pub(crate) place: String,
    /// What is wrong there.
    pub(crate) wrong: String,
    /// What would be right.
    pub(crate) right: String,
}

/// The body of every refusal of the control API: all that is wrong.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Refusal")]
pub(crate) struct Refused<'a> {
    pub(crate) errors: &'a [WrongPart],
}

impl Wrong {
    /// One thing that is wrong, by 400.
    pub(crate) fn new(place: impl Into<String>, wrong: impl Into<String>, right: impl Into<String>) -> Self {
        let fault = WrongPart { place: place.into(), wrong: wrong.into(), right: right.into() };
        Self { status: StatusCode::BAD_REQUEST, faults: vec![fault] }
    }

    /// All that is wrong with a body of faults or limits, by 400.
    pub(crate) fn body(error: &InvalidFaults, example: &str) -> Self {
        let part = |line: &str| {
            // A place has no space in it; what has none is about the whole body.
            let (place, what) =
                line.split_once(": ").filter(|(place, _)| !place.contains(' ')).unwrap_or(("", line));
            let place = if place.is_empty() { "body".to_owned() } else { format!("body: {place}") };
            let (wrong, right) = match what.rsplit_once("; ") {
                Some((wrong, right)) => (wrong.to_owned(), right.to_owned()),
                None => (what.to_owned(), format!("as in {example}")),
            };
            WrongPart { place, wrong, right }
        };
        let faults = error.lines().iter().map(|line| part(line)).collect();
        Self { status: StatusCode::BAD_REQUEST, faults }
    }

    /// The same, by another status.
    pub(crate) fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }
}

/// An answer of JSON.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response<Body> {
    // What is shown has string keys and finite numbers: it always is JSON.
    let mut response = Response::new(full(serde_json::to_string(body).unwrap_or_default()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// An answer without a body.
pub(crate) fn nothing() -> Response<Body> {
    let mut response = Response::new(full(""));
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// A refusal, with all that is wrong.
pub(crate) fn refuse(status: StatusCode, faults: &[WrongPart]) -> Response<Body> {
    json(status, &Refused { errors: faults })
}
