//! The control API's OpenAPI document, made of the table of operations.

use std::sync::LazyLock;

use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::{Operation, call::Refused, operations};
use crate::published::published;

/// Faults as a header asks for them.
const FAULTS: &[(&str, &str)] = &[
    ("status", "429; retry-after=2"),
    ("preset", "noResolvedUsers"),
    ("cut", "cut-after-change"),
    ("late", "latency-ms=1500"),
];

/// What stands on the service's answers beside what the service says.
const HEADERS: &[(&str, &str)] = &[
    ("x-mock-rule", "Which rule decided, by name: ERRORS.md tells how to provoke each that refuses."),
    (
        "x-mock-reason",
        "Why it was decided so, in a sentence that names the place. The body stays the service's.",
    ),
    ("x-mock-warning", "What the service lets pass, though its documents do not."),
];

/// The document; it is the same for every server of this version.
pub(crate) fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(make);
    &DOCUMENT
}

fn make() -> Value {
    let mut schemas = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into());
    schemas.meta_schema = None;
    let mut schemas = schemas.with_transform(published()).for_deserialize().into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations() {
        let path = paths.entry(format!("/_mock{}", operation.path)).or_insert_with(|| json!({}));
        path[operation.method.to_lowercase()] = describe(operation, &mut schemas);
    }
    let refusal = schemas.subschema_for::<Refused<'_>>();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "sharing-mock",
            "summary": "A look into the sharing service on loopback.",
            "description": "What no service has, below /_mock/. The service itself is described by schemas/openapi.json; \
                            what it takes and answers beside that, in headers, is among the components here: x-mock-space \
                            and x-mock-fault may stand on any of its requests, and the others may stand on its answers.",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [
            { "url": "/" },
            { "url": "/_space/{space}", "variables": { "space": { "default": "default" } } },
        ],
        "paths": paths,
        "components": {
            "schemas": schemas.take_definitions(true),
            "parameters": {
                "Space": {
                    "name": "x-mock-space", "in": "header", "required": false,
                    "description": "The space that is meant; the default one where it is not said.",
                    "schema": { "type": "string", "pattern": "^[A-Za-z0-9._~-]{1,64}$", "default": "default" },
                },
                "Fault": {
                    "name": "x-mock-fault", "in": "header", "required": false,
                    "description": "A fault that this one request is to meet: its parts, divided by semicolons, are a status, \
                                    the name of a preset, a body, a cut, or a member of an effect with its value.",
                    "schema": { "type": "string" },
                    "examples": FAULTS.iter().map(|(name, value)| ((*name).to_owned(), json!({ "value": value })))
                        .collect::<Map<_, _>>(),
                },
            },
            "headers": HEADERS.iter().map(|(name, description)| {
                ((*name).to_owned(), json!({ "description": description, "schema": { "type": "string" } }))
            }).collect::<Map<_, _>>(),
            "responses": {
                "Refusal": {
                    "description": "Something is wrong with the request: where, what, and what would be right.",
                    "content": { "application/json": { "schema": refusal } },
                },
            },
        },
    })
}

fn describe(operation: &Operation, schemas: &mut SchemaGenerator) -> Value {
    let mut parameters = vec![json!({ "$ref": "#/components/parameters/Space" })];
    if let Some(name) = operation.parameter() {
        parameters
            .push(json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }));
    }
    for query in operation.query {
        let schema = match query.kind {
            "integer" => json!({ "type": "integer", "minimum": 0 }),
            kind => json!({ "type": kind }),
        };
        parameters.push(
            json!({ "name": query.name, "in": "query", "description": query.description, "schema": schema }),
        );
    }
    let mut reply = json!({ "description": operation.summary });
    if let Some(schema) = operation.reply.schema {
        reply["content"] = json!({ (operation.reply.media_type): { "schema": schema(schemas) } });
    }
    let mut responses = json!({ "4XX": { "$ref": "#/components/responses/Refusal" } });
    responses[operation.reply.status.to_string()] = reply;
    let mut described = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "parameters": parameters,
        "responses": responses,
    });
    if let Some(body) = &operation.body {
        let example: Value = serde_json::from_str(body.example).unwrap_or_default();
        described["requestBody"] = json!({
            "required": body.required,
            "content": { "application/json": { "schema": (body.schema)(schemas), "example": example } },
        });
    }
    described
}
