//! The space's limits, over the wire.

use hyper::{Response, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Call, Operation, Reply, RequestBody, Wrong, json, nothing};
use crate::{
    fault::read,
    limit::{LimitGauge, Limits},
    socket::Body,
};

const EXAMPLE: &str = r#"{ "tier": "1k", "itemsBelow": 3, "window": "sliding" }"#;

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        method: "GET",
        path: "/limits",
        id: "getLimits",
        summary: "The limits of the space, and how much of each is used by whom.",
        query: &[],
        body: None,
        reply: Reply::ok(|schemas| schemas.subschema_for::<LimitState>()),
        handler: |call| Ok(show(call)),
    },
    Operation {
        method: "PUT",
        path: "/limits",
        id: "setLimits",
        summary: "Sets the limits of the space: those of a licence tier, numbers, or none with {}. What was used stays used.",
        query: &[],
        body: Some(RequestBody {
            schema: |schemas| schemas.subschema_for::<Limits>(),
            example: EXAMPLE,
            required: true,
        }),
        reply: Reply::ok(|schemas| schemas.subschema_for::<LimitState>()),
        handler: |call| {
            let limits: Limits = read(call.body).map_err(|error| Wrong::body(&error, EXAMPLE))?;
            call.space.set_limits(limits);
            Ok(show(call))
        },
    },
    Operation {
        method: "DELETE",
        path: "/limits/usage",
        id: "clearUsage",
        summary: "Forgets what was used of the limits, and who was told to wait.",
        query: &[],
        body: None,
        reply: Reply::NOTHING,
        handler: |call| {
            call.space.limits().clear();
            Ok(nothing())
        },
    },
];

/// Limits, and what is used of them.
#[derive(Debug, Serialize, JsonSchema)]
struct LimitState {
    limits: Limits,
    gauges: Vec<LimitGauge>,
}

fn show(call: &Call<'_>) -> Response<Body> {
    let now = call.space.clock.now();
    let limiter = call.space.limits();
    json(StatusCode::OK, &LimitState { limits: limiter.limits().clone(), gauges: limiter.gauges(now) })
}
