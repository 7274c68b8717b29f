//! What no service has: a look inside, below `/_mock/`.

use hyper::{
    Response, StatusCode,
    header::{self, HeaderValue},
};
use serde::Serialize;
use serde_json::json;

use crate::{
    socket::{Body, full},
    space::Space,
};

/// Answers a request below `/_mock/`.
pub(crate) fn answer(space: &Space, method: &str, path: &str) -> Response<Body> {
    match (method, path) {
        ("GET", "outbox") => reply(StatusCode::OK, &space.tenant().outbox),
        ("GET", "requests") => {
            let journal = space.journal();
            let entries: Vec<_> = journal.entries().collect();
            reply(StatusCode::OK, &json!({ "dropped": journal.dropped(), "value": entries }))
        }
        (_, "outbox" | "requests") => refuse(StatusCode::METHOD_NOT_ALLOWED, "allowed here: GET"),
        _ => refuse(StatusCode::NOT_FOUND, "there is /_mock/outbox and /_mock/requests"),
    }
}

fn reply(status: StatusCode, body: &impl Serialize) -> Response<Body> {
    // What is shown has string keys and finite numbers: it always is JSON.
    let mut response = Response::new(full(serde_json::to_string(body).unwrap_or_default()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn refuse(status: StatusCode, why: &str) -> Response<Body> {
    reply(status, &json!({ "error": { "message": why } }))
}
