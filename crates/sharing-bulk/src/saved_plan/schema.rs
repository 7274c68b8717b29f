//! The JSON Schema of a saved plan's lines.

use serde_json::{Value, json};

/// What a line of a saved plan may hold, as JSON Schema 2020-12: the head, an item, or the end.
///
/// ```
/// let schema = sharing_bulk::saved_plan_schema();
/// assert_eq!(schema["oneOf"].as_array().map(Vec::len), Some(3));
/// ```
#[must_use]
pub fn saved_plan_schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://sharing.example/schemas/v1.0/saved-plan.schema.json",
        "title": "SavedPlanLine",
        "description": "A line of a saved plan, which is NDJSON: a head first, then a line for each item, then an end. \
            A plan without its end was cut off.",
        "oneOf": [
            { "$ref": "#/$defs/PlanHead" },
            { "$ref": "#/$defs/ItemPlan" },
            { "$ref": "#/$defs/PlanSummary" }
        ],
        "$defs": {
            "PlanHead": object("What the plan was made of.", &["plan", "made", "source", "service", "options"], json!({
                "plan": { "description": "The version of the format.", "const": 1 },
                "made": moment("When it was made."),
                "source": text("Where the rows came from."),
                "service": text("The service that was read."),
                "options": { "$ref": "#/$defs/PlanOptions" }
            })),
            "PlanOptions": object("How it was planned.", &["now", "prune", "recipientsPerRequest", "domains"], json!({
                "now": moment("What times from now are counted from."),
                "prune": {
                    "description": "Who that is in no row loses access.",
                    "enum": ["nobody", "people", "people-and-groups"]
                },
                "recipientsPerRequest": { "type": "integer", "minimum": 1 },
                "domains": {
                    "description": "The organization's own mail domains, beside those that show.",
                    "type": "array", "items": { "type": "string" }, "uniqueItems": true
                }
            })),
            "ItemPlan": object("An item's plan.", &["item", "rows", "steps", "warnings", "tally"], json!({
                "item": text("Where the item lives."),
                "fingerprint": text("What its permissions were, in short. Where there is none, it could not be read."),
                "rows": { "type": "array", "items": { "$ref": "#/$defs/PlannedRow" } },
                "steps": { "type": "array", "items": { "$ref": "#/$defs/Step" } },
                "warnings": { "type": "array", "items": { "$ref": "#/$defs/Warning" } },
                "tally": { "$ref": "#/$defs/Tally" }
            })),
            "PlannedRow": planned_row(),
            "Step": step(),
            "Warning": warning(),
            "Tally": counts("What the steps amount to.", &TALLY),
            "PlanSummary": object("What the plan amounts to.", &["tally", "forecast"], json!({
                "tally": { "$ref": "#/$defs/Tally" },
                "forecast": { "$ref": "#/$defs/Forecast" }
            })),
            "Forecast": forecast()
        }
    })
}

const TALLY: [&str; 16] = [
    "items",
    "readAgain",
    "rows",
    "invitations",
    "recipients",
    "roleChanges",
    "expiryChanges",
    "revocations",
    "nothing",
    "refused",
    "mails",
    "externalMails",
    "externals",
    "inheritanceBreaks",
    "ownScopes",
    "lowered",
];

fn object(description: &str, required: &[&str], properties: Value) -> Value {
    json!({
        "description": description, "type": "object", "required": required, "properties": properties,
        "additionalProperties": false
    })
}

fn text(description: &str) -> Value {
    json!({ "description": description, "type": "string" })
}

fn moment(description: &str) -> Value {
    json!({ "description": description, "type": "string", "format": "date-time" })
}

fn lines() -> Value {
    json!({
        "description": "The lines of the rows that it is for.",
        "type": "array", "items": { "type": "integer", "minimum": 0 }
    })
}

fn counts(description: &str, names: &[&str]) -> Value {
    let each = names.iter().map(|name| ((*name).to_owned(), json!({ "type": "integer", "minimum": 0 })));
    object(description, names, each.collect::<serde_json::Map<_, _>>().into())
}

fn forecast() -> Value {
    let mut forecast = counts(
        "What it costs, and how long it takes under the limits that it was planned for.",
        &["reads", "requests", "units", "mails", "externalMails", "seconds"],
    );
    forecast["properties"]["limit"] =
        text("The limit that makes it so long; nothing where all may leave at once.");
    forecast["properties"]["time"] = text("Both in words.");
    if let Some(required) = forecast["required"].as_array_mut() {
        required.push("time".into());
    }
    forecast
}

fn planned_row() -> Value {
    let pending =
        |name: &str| object("A run of the journal.", &[name], json!({ name: { "type": "integer" } }));
    let more =
        object("A role that is not lowered unasked.", &["more"], json!({ "more": { "type": "string" } }));
    let mut row = object(
        "A row of the list, and what is said of it.",
        &["line", "item", "recipient", "role", "verdict"],
        json!({
            "line": { "type": "integer", "minimum": 0 },
            "item": text("Where the item lives, as the row says it."),
            "recipient": text("mail:ADDRESS, id:OBJECT-ID or alias:NAME, or one of these bare."),
            "role": text("What the recipient may do."),
            "expires": text("When the access ends: a moment, or a time such as +30d."),
            "notify": { "type": "boolean" },
            "message": text("The text of the mail."),
            "sign-in": { "type": "boolean" },
            "verdict": { "enum": ["step", "nothing", "refused"] },
            "because": { "oneOf": [
                { "enum": ["direct", "inherited"] }, more, pending("pending"), pending("may-be-pending")
            ] },
            "reason": text("Why it is refused, and what to do about it.")
        }),
    );
    let told = |verdict: &str, property: &str| {
        json!({
            "if": { "properties": { "verdict": { "const": verdict } } },
            "then": { "properties": { property: true }, "required": [property] }
        })
    };
    row["allOf"] = json!([told("nothing", "because"), told("refused", "reason")]);
    row
}

fn step() -> Value {
    let id = text("The permission's id.");
    let who = text("Who holds it.");
    let role = json!({ "type": ["string", "null"] });
    let end = json!({ "type": ["string", "null"], "format": "date-time" });
    let change = |word: &str, what: &str, mut own: Value| {
        let names: Vec<&str> = own.as_object().into_iter().flatten().map(|(name, _)| &**name).collect();
        let names: Vec<String> =
            ["item", "change", "rows"].iter().chain(&names).map(|name| (*name).to_owned()).collect();
        own["item"] = text("Where the item lives.");
        own["change"] = json!({ "const": word });
        own["rows"] = lines();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        object(what, &names, own)
    };
    json!({
        "description": "One request.",
        "oneOf": [
            change("invite", "Gives access.", json!({
                "request": { "description": "The body, by invite-request.schema.json.", "type": "object" }
            })),
            change("set-role", "Gives another role.", json!({
                "permission": id, "grantee": who, "from": role, "role": { "type": "string" }, "expires": end
            })),
            change("set-expiry", "Gives another end.", json!({
                "permission": id, "grantee": who, "from": end, "expires": moment("The new end.")
            })),
            change("revoke", "Takes access away.", json!({ "permission": id, "grantee": who, "role": role })),
            change("take-off-link", "Takes somebody off a link.", json!({
                "permission": id, "grantee": who,
                "request": { "description": "The body, by revoke-grants-request.schema.json.", "type": "object" }
            }))
        ]
    })
}

fn warning() -> Value {
    let word = |word: &str, mut own: Value| {
        let names: Vec<String> =
            own.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
        own["warning"] = json!({ "const": word });
        let names: Vec<&str> = names.iter().map(String::as_str).chain(["warning"]).collect();
        object("Worth a look.", &names, own)
    };
    let line = json!({ "type": "integer", "minimum": 0 });
    let name = json!({ "type": "string" });
    json!({
        "description": "What is worth a look before anything happens.",
        "oneOf": [
            word("inheritance-breaks", json!({})),
            word("last-writer-goes", json!({})),
            word("lowered", json!({ "line": line, "grantee": name, "from": name, "role": name })),
            word("may-be-meant", json!({ "line": line, "grantee": name })),
            word("unread", json!({ "reason": name })),
            word("several-addresses", json!({ "addresses": { "type": "array", "items": name } }))
        ]
    })
}
