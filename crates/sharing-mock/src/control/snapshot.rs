//! Snapshots of a space's state: taken, and restored.

use hyper::{Response, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Call, Operation, Reply, Wrong, json, nothing};
use crate::socket::Body;

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        method: "POST",
        path: "/snapshots",
        id: "takeSnapshot",
        summary: "Remembers the items, people, permissions and mails of the space as they are. The oldest of 100 makes room.",
        query: &[],
        body: None,
        reply: Reply::created(|schemas| schemas.subschema_for::<Taken>()),
        handler: |call| Ok(json(StatusCode::CREATED, &Taken { id: call.space.take_snapshot().to_string() })),
    },
    Operation {
        method: "POST",
        path: "/snapshots/{id}/restore",
        id: "restoreSnapshot",
        summary: "Makes items, people, permissions and mails as they were when the snapshot was taken.",
        query: &[],
        body: None,
        reply: Reply::NOTHING,
        handler: restore,
    },
];

/// A snapshot that was taken.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Snapshot")]
struct Taken {
    id: String,
}

fn restore(call: &Call<'_>) -> Result<Response<Body>, Wrong> {
    let id = call.parameter.unwrap_or_default();
    if id.parse().is_ok_and(|id| call.space.restore_snapshot(id)) {
        return Ok(nothing());
    }
    let wrong = format!("the space has no snapshot {id:?}");
    Err(Wrong::new("path: id", wrong, "an id that POST /_mock/snapshots gave").status(StatusCode::NOT_FOUND))
}
