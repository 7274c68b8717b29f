//! Health, the journal, the outbox and the spaces, over the wire.

use hyper::{Response, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;
use sharing_model::ActionKind;

use super::{
    Call, Operation, Parameter, Reply, RequestBody, Wrong, document, expectation, json, live, nothing,
};
use crate::{journal::Entry, outbox::Mail, scope_report::ScopeReport, socket::Body, space::DEFAULT};

/// Which requests to show.
const FILTER: &[Parameter] = &[
    Parameter { name: "since", description: "Only those with a greater number.", kind: "integer" },
    Parameter { name: "method", description: "Only those with this method, as in POST.", kind: "string" },
    Parameter { name: "action", description: "Only those with this action, as in invite.", kind: "string" },
    Parameter {
        name: "status",
        description: "Only those answered so; 0 is a cut connection.",
        kind: "integer",
    },
    Parameter { name: "limit", description: "Only the latest so many.", kind: "integer" },
];

pub(super) static OPERATIONS: &[Operation] = &[
    Operation {
        method: "GET",
        path: "/health",
        id: "getHealth",
        summary: "Whether it serves, since when, and how many spaces there are.",
        query: &[],
        body: None,
        reply: Reply::ok(|schemas| schemas.subschema_for::<Health>()),
        handler: health,
    },
    Operation {
        method: "GET",
        path: "/openapi.json",
        id: "getDocument",
        summary: "This document.",
        query: &[],
        body: None,
        reply: Reply::ok(|_| schemars::json_schema!({ "type": "object", "required": ["openapi", "paths"] })),
        handler: |_| Ok(json(StatusCode::OK, document::document())),
    },
    Operation {
        method: "GET",
        path: "/requests",
        id: "listRequests",
        summary: "The journal of the space: its latest requests, oldest first.",
        query: FILTER,
        body: None,
        reply: Reply::ok(|schemas| schemas.subschema_for::<Listed<Entry>>()),
        handler: requests,
    },
    Operation {
        method: "DELETE",
        path: "/requests",
        id: "clearRequests",
        summary: "Forgets the requests of the space.",
        query: &[],
        body: None,
        reply: Reply::NOTHING,
        handler: |call| {
            call.space.journal().clear();
            Ok(nothing())
        },
    },
    Operation {
        method: "POST",
        path: "/requests/assert",
        id: "assertRequests",
        summary: "Judges the journal by what is expected of it: how many requests of a kind, and in which order.",
        query: &[],
        body: Some(RequestBody {
            schema: |schemas| schemas.subschema_for::<expectation::Expectations>(),
            example: expectation::EXAMPLE,
            required: true,
        }),
        reply: Reply::ok(|schemas| schemas.subschema_for::<expectation::Verdict>()),
        handler: |call| {
            let expected: expectation::Expectations = call.body(expectation::EXAMPLE)?;
            Ok(json(StatusCode::OK, &expected.judge(&call.space.journal())?))
        },
    },
    Operation {
        method: "GET",
        path: "/events",
        id: "streamEvents",
        summary: "Requests and mails of the space as they come, as server-sent events named request and mail.",
        query: &[],
        body: None,
        reply: Reply {
            status: 200,
            media_type: "text/event-stream",
            schema: Some(|_| schemars::json_schema!({ "type": "string" })),
        },
        handler: live::events,
    },
    Operation {
        method: "GET",
        path: "/outbox",
        id: "listMails",
        summary: "The mails that the service would have sent, oldest first.",
        query: &[],
        body: None,
        reply: Reply::ok(|schemas| schemas.subschema_for::<Listed<Mail>>()),
        handler: |call| {
            let tenant = call.space.tenant();
            let (dropped, value) = (tenant.outbox.dropped(), tenant.mails().collect());
            Ok(json(StatusCode::OK, &Listed { dropped, value }))
        },
    },
    Operation {
        method: "DELETE",
        path: "/outbox",
        id: "clearMails",
        summary: "Forgets the mails of the space.",
        query: &[],
        body: None,
        reply: Reply::NOTHING,
        handler: |call| {
            call.space.tenant().outbox.clear();
            Ok(nothing())
        },
    },
    Operation {
        method: "GET",
        path: "/scopes",
        id: "reportScopes",
        summary: "What was asked with which kind of token, and the fewest scopes that allow all of it.",
        query: &[],
        body: None,
        reply: Reply::ok(|schemas| schemas.subschema_for::<ScopeReports>()),
        handler: |call| Ok(json(StatusCode::OK, &ScopeReports { value: call.space.scopes.report() })),
    },
    Operation {
        method: "POST",
        path: "/reset",
        id: "resetSpace",
        summary: "Makes the space as it was before its first request.",
        query: &[],
        body: None,
        reply: Reply::NOTHING,
        handler: |call| {
            call.space.reset();
            Ok(nothing())
        },
    },
    Operation {
        method: "GET",
        path: "/spaces",
        id: "listSpaces",
        summary: "The spaces that there are, the default one first.",
        query: &[],
        body: None,
        reply: Reply::ok(|schemas| schemas.subschema_for::<SpaceList>()),
        handler: |call| {
            let value = call.spaces.all().into_iter().map(|space| {
                let (requests, mails) = (space.journal().count(), space.tenant().outbox.count());
                SpaceState { name: space.name().to_owned(), requests, mails }
            });
            let body = SpaceList { evicted: call.spaces.evicted(), value: value.collect() };
            Ok(json(StatusCode::OK, &body))
        },
    },
    Operation {
        method: "DELETE",
        path: "/spaces/{name}",
        id: "deleteSpace",
        summary: "Gives a space up. Whoever names it next gets a new one.",
        query: &[],
        body: None,
        reply: Reply::NOTHING,
        handler: |call| {
            let name = call.parameter.unwrap_or_default();
            if call.spaces.remove(name) {
                return Ok(nothing());
            }
            let (wrong, right, status) = match name {
                DEFAULT => ("the default space stays", "POST /_mock/reset", StatusCode::CONFLICT),
                _ => ("there is no such space", "a name out of GET /_mock/spaces", StatusCode::NOT_FOUND),
            };
            Err(Wrong::new("path: name", wrong, right).status(status))
        },
    },
];

/// How the server is.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Health {
    /// `ok`: it would not answer otherwise.
    status: &'static str,
    version: &'static str,
    /// Milliseconds since it began to serve.
    uptime_ms: u64,
    /// How many spaces there are, with the default one.
    spaces: usize,
    /// How many spaces were given up to make room for others.
    evicted: u64,
}

/// What is left of a bounded record, oldest first.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "{T}List")]
struct Listed<T> {
    /// How many made room for later ones and are gone.
    dropped: u64,
    value: Vec<T>,
}

/// A report for each kind of token that came.
#[derive(Debug, Serialize, JsonSchema)]
struct ScopeReports {
    value: Vec<ScopeReport>,
}

/// The spaces of a server.
#[derive(Debug, Serialize, JsonSchema)]
struct SpaceList {
    /// How many were given up to make room for others.
    evicted: u64,
    value: Vec<SpaceState>,
}

/// A space, in short.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Space")]
struct SpaceState {
    name: String,
    /// How many requests it answered.
    requests: u64,
    /// How many mails it would have sent.
    mails: u64,
}

fn health(call: &Call<'_>) -> Result<Response<Body>, Wrong> {
    let health = Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
        uptime_ms: call.spaces.began.elapsed().as_millis().try_into().unwrap_or(u64::MAX),
        spaces: call.spaces.all().len(),
        evicted: call.spaces.evicted(),
    };
    Ok(json(StatusCode::OK, &health))
}

fn requests(call: &Call<'_>) -> Result<Response<Body>, Wrong> {
    let query = call.query(FILTER)?;
    let number = |name: &str| -> Result<Option<u64>, Wrong> {
        let read = query.get(name).map(|text| text.parse().map_err(|_| text));
        read.transpose().map_err(|text| {
            Wrong::new(format!("query: {name}"), format!("{text:?} is no number"), "a whole number from 0")
        })
    };
    let (since, status, limit) = (number("since")?, number("status")?, number("limit")?);
    let (method, action) = (query.get("method"), query.get("action"));
    if let Some(action) = action {
        known_action(action).map_err(|(wrong, right)| Wrong::new("query: action", wrong, right))?;
    }
    let journal = call.space.journal();
    let wanted = journal.entries().rev().filter(|entry| {
        since.is_none_or(|since| entry.number > since)
            && status.is_none_or(|status| u64::from(entry.status) == status)
            && method.is_none_or(|method| entry.method.eq_ignore_ascii_case(method))
            && action.is_none_or(|action| entry.action == Some(action))
    });
    let limit = limit.and_then(|limit| limit.try_into().ok()).unwrap_or(usize::MAX);
    let mut value: Vec<_> = wanted.take(limit).collect();
    value.reverse();
    Ok(json(StatusCode::OK, &Listed { dropped: journal.dropped(), value }))
}

/// Refuses what is no action's name: what is wrong, and what would be right.
pub(super) fn known_action(name: &str) -> Result<(), (String, String)> {
    let names = || ActionKind::all().map(|kind| kind.facts().name);
    if names().any(|known| known == name) {
        return Ok(());
    }
    let names: Vec<_> = names().collect();
    Err((format!("{name:?} is no action"), format!("one of {}", names.join(", "))))
}
