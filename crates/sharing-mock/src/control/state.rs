//! The space's state as a world file, and what people do outside of the protocol: accept, and follow.

use hyper::{
    Response, StatusCode,
    header::{CONTENT_TYPE, HeaderValue},
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::{Call, Operation, Reply, RequestBody, Wrong, call::WrongPart, json, nothing};
use crate::{
    socket::{Body, full},
    tenant::NotFollowed,
    world::World,
};

const WORLD: &str = r#"{ "tenant": { "name": "Fabrikam", "domain": "fabrikam.com" }, "me": "kim@fabrikam.com",
    "users": [{ "displayName": "Kim Akers", "mail": "kim@fabrikam.com" }] }"#;

const REDEEM: &str = r#"{ "mail": "kim@fabrikam.com" }"#;

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        method: "GET",
        path: "/state",
        id: "getState",
        summary: "The items, people, permissions and policy of the space, as a world file in one canonical form.",
        query: &[],
        body: None,
        reply: Reply::ok(world_schema),
        handler: |call| {
            let world = World::of(call.space.tenant().clone());
            let mut response = Response::new(full(world.to_string()));
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            Ok(response)
        },
    },
    Operation {
        method: "PUT",
        path: "/state",
        id: "replaceState",
        summary: "Makes the space's items, people, permissions and policy as a world file says, with an empty outbox.",
        query: &[],
        body: Some(RequestBody { schema: world_schema, example: WORLD, required: true }),
        reply: Reply::NOTHING,
        handler: replace,
    },
    Operation {
        method: "POST",
        path: "/redeem",
        id: "redeem",
        summary: "Somebody accepts the invitation sent to a mail address, or follows a link.",
        query: &[],
        body: Some(RequestBody {
            schema: |schemas| schemas.subschema_for::<Redeem>(),
            example: REDEEM,
            required: true,
        }),
        reply: Reply::ok(|schemas| schemas.subschema_for::<Redeemed>()),
        handler: redeem,
    },
];

fn world_schema(_: &mut SchemaGenerator) -> Schema {
    // Its own schema is published beside: it would be most of this document.
    json_schema!({ "type": "object", "description": "A world file, as schemas/v1.0/world.schema.json says." })
}

/// Who does what.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Redeem {
    /// Who: for an invitation the mail address that it was sent to; for a link a mail address, principal name or id.
    mail: String,
    /// The link to follow; without one, the invitation is accepted.
    link: Option<String>,
}

/// What became of it.
#[derive(Debug, Serialize, JsonSchema)]
struct Redeemed {
    /// Whether there was something to accept yet; for a link, whether it let in.
    changed: bool,
}

fn replace(call: &Call<'_>) -> Result<Response<Body>, Wrong> {
    let text =
        std::str::from_utf8(call.body).map_err(|error| Wrong::new("body", error.to_string(), "UTF-8"))?;
    let world: World = text.parse().map_err(|error: crate::world::WorldError| {
        let part = |fault: &String| {
            let (place, wrong) = fault.split_once(": ").unwrap_or(("", fault));
            WrongPart {
                place: format!("body: {place}"),
                wrong: wrong.to_owned(),
                right: "a world file".to_owned(),
            }
        };
        Wrong { status: StatusCode::BAD_REQUEST, faults: error.faults().iter().map(part).collect() }
    })?;
    call.space.set_world(&world);
    Ok(nothing())
}

fn redeem(call: &Call<'_>) -> Result<Response<Body>, Wrong> {
    let Redeem { mail, link } = call.body(REDEEM)?;
    let now = call.space.clock.now();
    let mut tenant = call.space.tenant();
    let missing = |wrong: String, right| Wrong::new("body: mail", wrong, right).status(StatusCode::NOT_FOUND);
    let Some(link) = link else {
        let changed = tenant.accept(&mail).ok_or_else(|| {
            missing(format!("nobody was invited by {mail:?}"), "a mail address that an invitation named")
        })?;
        return Ok(json(StatusCode::OK, &Redeemed { changed }));
    };
    tenant.now = now;
    let who = tenant.directory.by_any_name(&mail);
    let who =
        who.ok_or_else(|| missing(format!("nobody is {mail:?}"), "a mail address, principal name or id"))?;
    match tenant.follow(&link, who) {
        Ok(_) => Ok(json(StatusCode::OK, &Redeemed { changed: true })),
        Err(NotFollowed::NoLink) => {
            let wrong = Wrong::new("body: link", format!("there is no link {link:?}"), "a link's webUrl");
            Err(wrong.status(StatusCode::NOT_FOUND))
        }
        Err(NotFollowed::NotFor) => {
            let wrong =
                Wrong::new("body: mail", format!("the link is not for {mail:?}"), "somebody whom it lets in");
            Err(wrong.status(StatusCode::CONFLICT))
        }
    }
}
