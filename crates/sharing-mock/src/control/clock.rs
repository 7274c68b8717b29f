//! The space's clock, over the wire.

use std::time::Duration;

use hyper::{Response, StatusCode};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Call, Operation, Reply, RequestBody, Wrong, json};
use crate::{
    clock::{Clock, ClockMode},
    socket::Body,
};

const EXAMPLE: &str = r#"{ "set": "2027-03-01T12:00:00Z", "advanceMs": 1500, "mode": "frozen" }"#;

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        method: "GET",
        path: "/clock",
        id: "getClock",
        summary: "The time in the space, and how it moves.",
        query: &[],
        body: None,
        reply: Reply::ok(|schemas| schemas.subschema_for::<ClockState>()),
        handler: |call| show(&call.space.clock),
    },
    Operation {
        method: "PATCH",
        path: "/clock",
        id: "updateClock",
        summary: "Sets the time, moves it forward, stops it, or lets it tell the machine's time again.",
        query: &[],
        body: Some(RequestBody {
            schema: |schemas| schemas.subschema_for::<ClockChange>(),
            example: EXAMPLE,
            required: true,
        }),
        reply: Reply::ok(|schemas| schemas.subschema_for::<ClockState>()),
        handler: change,
    },
];

/// What a clock shows.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Clock")]
struct ClockState {
    /// The time in the space.
    #[schemars(extend("format" = "date-time"))]
    now: String,
    mode: ClockMode,
}

/// How a clock is to change: first its mode, then its time.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ClockChange {
    /// `real` tells the machine's time, `set` runs on from where it is, `frozen` stands still.
    mode: Option<ClockMode>,
    /// The time to set.
    #[schemars(extend("format" = "date-time"))]
    set: Option<String>,
    /// Milliseconds to move it forward.
    advance_ms: Option<u64>,
}

fn show(clock: &Clock) -> Result<Response<Body>, Wrong> {
    Ok(json(StatusCode::OK, &ClockState { now: clock.now().to_string(), mode: clock.mode() }))
}

fn change(call: &Call<'_>) -> Result<Response<Body>, Wrong> {
    let change: ClockChange = call.body(EXAMPLE)?;
    let set = change.set.map(|set| set.parse::<Timestamp>().map_err(|error| (set, error))).transpose();
    let set = set.map_err(|(set, error)| {
        Wrong::new("body: set", format!("{set:?}: {error}"), "a moment as in 2027-03-01T12:00:00Z")
    })?;
    let clock = &call.space.clock;
    match change.mode {
        Some(ClockMode::Real) if set.is_some() || change.advance_ms.is_some() => {
            let wrong = "a clock that tells the real time is not set or moved";
            return Err(Wrong::new("body: mode", wrong, "the mode set or frozen, or no mode"));
        }
        Some(ClockMode::Real) => clock.real(),
        Some(ClockMode::Frozen) => clock.freeze(),
        Some(ClockMode::Set) => clock.start(clock.now()),
        None => {}
    }
    if let Some(set) = set {
        clock.set(set);
    }
    if let Some(advance) = change.advance_ms {
        clock.advance(Duration::from_millis(advance));
    }
    show(clock)
}
