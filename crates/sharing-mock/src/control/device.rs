//! The devices that wait for somebody to type their code, over the wire.

use hyper::{Response, StatusCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Call, Operation, Reply, RequestBody, Wrong, json};
use crate::{login::device::Device, socket::Body};

const EXAMPLE: &str = r#"{ "approve": true, "person": "ryan@contoso.com" }"#;

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        method: "GET",
        path: "/device-codes",
        id: "listDeviceCodes",
        summary: "The devices whose codes can be typed, oldest first.",
        query: &[],
        body: None,
        reply: Reply::ok(|schemas| schemas.subschema_for::<Devices>()),
        handler: |call| {
            let value = call.space.device_codes();
            Ok(json(StatusCode::OK, &Devices { value }))
        },
    },
    Operation {
        method: "POST",
        path: "/device-codes/{userCode}",
        id: "decideDeviceCode",
        summary: "Types a device's code: a person approves, or declines.",
        query: &[],
        body: Some(RequestBody {
            schema: |schemas| schemas.subschema_for::<Decision>(),
            example: EXAMPLE,
            required: true,
        }),
        reply: Reply::ok(|schemas| schemas.subschema_for::<Device>()),
        handler: decide,
    },
];

/// The devices that wait.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "DeviceCodes")]
struct Devices {
    value: Vec<Device>,
}

/// What a person says to a device.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "DeviceDecision")]
struct Decision {
    /// Whether the person agrees.
    approve: bool,
    /// Who that is, by principal name or object id; the sample user where nobody is named.
    person: Option<String>,
}

fn decide(call: &Call<'_>) -> Result<Response<Body>, Wrong> {
    let decision: Decision = call.body(EXAMPLE)?;
    if let Some(person) = &decision.person
        && call.space.tenant().person(person).is_none()
    {
        let right = "the principal name or the object id of somebody in the tenant";
        return Err(Wrong::new("body: person", format!("nobody is {person:?}"), right));
    }
    let code = call.parameter.unwrap_or_default();
    let approved_by = decision.approve.then_some(decision.person.as_deref());
    match call.space.decide_device(code, approved_by) {
        Some(device) => Ok(json(StatusCode::OK, &device)),
        None => {
            let wrong = format!("no device waits under the code {code:?}");
            Err(Wrong::new("path", wrong, "one of /_mock/device-codes").status(StatusCode::NOT_FOUND))
        }
    }
}
