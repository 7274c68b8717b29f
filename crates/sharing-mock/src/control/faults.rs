//! The space's faults, over the wire.

use hyper::{Response, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Call, Operation, Reply, RequestBody, Wrong, json, nothing};
use crate::{
    fault::{FaultList, FaultPreset, FaultRule, FaultState, check, check_one, read},
    socket::Body,
};

const EXAMPLE: &str = r#"{ "match": { "actions": ["invite"] }, "times": 1, "then": { "preset": "throttled", "retryAfter": 2 } }"#;

const EXAMPLES: &str =
    r#"{ "faults": [ { "match": { "path": "/beta/*" }, "then": { "status": 503, "retryAfter": 2 } } ] }"#;

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        method: "GET",
        path: "/faults",
        id: "listFaults",
        summary: "The faults of the space in the order in which they are asked, each with what it did.",
        query: &[],
        body: None,
        reply: Reply::ok(|schemas| schemas.subschema_for::<FaultStates>()),
        handler: |call| Ok(list(call)),
    },
    Operation {
        method: "PUT",
        path: "/faults",
        id: "replaceFaults",
        summary: "Sets the faults of the space in the place of all that there were.",
        query: &[],
        body: Some(RequestBody {
            schema: |schemas| schemas.subschema_for::<FaultList>(),
            example: EXAMPLES,
            required: true,
        }),
        reply: Reply::ok(|schemas| schemas.subschema_for::<FaultStates>()),
        handler: |call| {
            let faults: FaultList = read(call.body).map_err(|error| Wrong::body(&error, EXAMPLES))?;
            check(&faults.faults).map_err(|error| Wrong::body(&error, EXAMPLES))?;
            call.space.faults().replace(faults.faults);
            Ok(list(call))
        },
    },
    Operation {
        method: "POST",
        path: "/faults",
        id: "addFault",
        summary: "Adds a fault after the others, or in the place of the one with its id.",
        query: &[],
        body: Some(RequestBody {
            schema: |schemas| schemas.subschema_for::<FaultRule>(),
            example: EXAMPLE,
            required: true,
        }),
        reply: Reply::created(|schemas| schemas.subschema_for::<FaultState>()),
        handler: |call| add(call, None, StatusCode::CREATED),
    },
    Operation {
        method: "DELETE",
        path: "/faults",
        id: "clearFaults",
        summary: "Takes all faults of the space away.",
        query: &[],
        body: None,
        reply: Reply::NOTHING,
        handler: |call| {
            call.space.faults().replace(Vec::new());
            Ok(nothing())
        },
    },
    Operation {
        method: "GET",
        path: "/faults/{id}",
        id: "getFault",
        summary: "A fault, with what it did.",
        query: &[],
        body: None,
        reply: Reply::ok(|schemas| schemas.subschema_for::<FaultState>()),
        handler: |call| {
            let id = call.parameter.unwrap_or_default();
            let state = call.space.faults().state(id).ok_or_else(|| missing(id))?;
            Ok(json(StatusCode::OK, &state))
        },
    },
    Operation {
        method: "PUT",
        path: "/faults/{id}",
        id: "setFault",
        summary: "Sets the fault with this id: in its place where there is one, after the others where there is none.",
        query: &[],
        body: Some(RequestBody {
            schema: |schemas| schemas.subschema_for::<FaultRule>(),
            example: EXAMPLE,
            required: true,
        }),
        reply: Reply::ok(|schemas| schemas.subschema_for::<FaultState>()),
        handler: |call| add(call, call.parameter, StatusCode::OK),
    },
    Operation {
        method: "DELETE",
        path: "/faults/{id}",
        id: "removeFault",
        summary: "Takes a fault away.",
        query: &[],
        body: None,
        reply: Reply::NOTHING,
        handler: |call| {
            let id = call.parameter.unwrap_or_default();
            if call.space.faults().remove(id) { Ok(nothing()) } else { Err(missing(id)) }
        },
    },
    Operation {
        method: "GET",
        path: "/fault-presets",
        id: "listFaultPresets",
        summary: "The service's own refusals that a fault can ask for by name.",
        query: &[],
        body: None,
        reply: Reply::ok(|schemas| schemas.subschema_for::<Presets>()),
        handler: |_| {
            let value = FaultPreset::ALL.iter().map(|preset| Preset { name: *preset, about: preset.about() });
            Ok(json(StatusCode::OK, &Presets { value: value.collect() }))
        },
    },
];

/// Faults, and what each did.
#[derive(Debug, Serialize, JsonSchema)]
struct FaultStates {
    faults: Vec<FaultState>,
}

/// Every preset.
#[derive(Debug, Serialize, JsonSchema)]
struct Presets {
    value: Vec<Preset>,
}

/// A refusal that can be asked for.
#[derive(Debug, Serialize, JsonSchema)]
struct Preset {
    name: FaultPreset,
    /// Its status, and when the service says it.
    about: String,
}

fn list(call: &Call<'_>) -> Response<Body> {
    json(StatusCode::OK, &FaultStates { faults: call.space.faults().states() })
}

fn add(call: &Call<'_>, id: Option<&str>, status: StatusCode) -> Result<Response<Body>, Wrong> {
    let mut rule: FaultRule = read(call.body).map_err(|error| Wrong::body(&error, EXAMPLE))?;
    if let Some(id) = id {
        if rule.id.as_deref().is_some_and(|own| own != id) {
            return Err(Wrong::new(
                "body: id",
                "it is another one than the path's",
                format!("{id:?}, or none"),
            ));
        }
        rule.id = Some(id.to_owned());
    }
    check_one(&rule).map_err(|error| Wrong::body(&error, EXAMPLE))?;
    let mut faults = call.space.faults();
    let id = faults.add(rule);
    Ok(json(status, &faults.state(&id)))
}

fn missing(id: &str) -> Wrong {
    let wrong = format!("the space has no fault {id:?}");
    Wrong::new("path: id", wrong, "an id out of GET /_mock/faults").status(StatusCode::NOT_FOUND)
}
