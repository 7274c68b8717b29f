//! What no service has: a look inside, below `/_mock/`. One table says what there is; the router and the OpenAPI
//! document are made of it.

mod call;
mod clock;
mod device;
mod document;
mod expectation;
mod faults;
mod inspect;
mod limits;
mod live;
mod operation;
mod page;
mod permissions;
mod snapshot;
mod state;

use std::sync::Arc;

use hyper::{Response, StatusCode, body::Bytes, http::request::Parts};

pub(crate) use self::{
    call::{Call, Wrong, json, nothing, refuse},
    operation::{Body as RequestBody, Operation, Parameter, Reply},
};
use crate::{
    socket::Body,
    space::{Space, Spaces},
};

/// No body of the control API is longer; a world may be long.
pub(crate) const BODY_LIMIT: usize = 256 << 20;

/// Everything that can be asked, room by room.
pub(crate) static OPERATIONS: &[&[Operation]] = &[
    page::OPERATIONS,
    inspect::OPERATIONS,
    permissions::OPERATIONS,
    clock::OPERATIONS,
    faults::OPERATIONS,
    limits::OPERATIONS,
    device::OPERATIONS,
    snapshot::OPERATIONS,
    state::OPERATIONS,
];

fn operations() -> impl Iterator<Item = &'static Operation> {
    OPERATIONS.iter().copied().flatten()
}

/// Answers a request below `/_mock`; the path starts with a slash.
pub(crate) fn answer(
    spaces: &Spaces,
    space: &Arc<Space>,
    parts: &Parts,
    path: &str,
    body: &Bytes,
) -> Response<Body> {
    let path = if path.is_empty() { "/" } else { path };
    let mut allowed = Vec::new();
    for operation in operations() {
        let Some(parameter) = operation.meets(path) else { continue };
        if operation.method != parts.method.as_str() {
            allowed.push(operation.method);
            continue;
        }
        let call = Call { spaces, space, parameter, query: parts.uri.query(), headers: &parts.headers, body };
        return (operation.handler)(&call).unwrap_or_else(|wrong| refuse(wrong.status, &wrong.faults));
    }
    if allowed.is_empty() {
        let mut paths: Vec<_> = operations().map(|operation| operation.path).collect();
        paths.dedup();
        let wrong =
            Wrong::new("path", format!("there is no /_mock{path}"), format!("one of {}", paths.join(", ")));
        return refuse(StatusCode::NOT_FOUND, &wrong.faults);
    }
    let allowed = allowed.join(", ");
    let wrong = Wrong::new("method", format!("{} is not allowed here", parts.method), &*allowed);
    let mut response = refuse(StatusCode::METHOD_NOT_ALLOWED, &wrong.faults);
    crate::socket::insert(response.headers_mut(), "allow", &allowed);
    response
}
