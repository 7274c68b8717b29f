//! The JSON Schema of an access list.

use serde_json::{Value, json};

use crate::How;

/// The JSON Schema of an access list in JSON: an array of rows. A line of NDJSON is one of its elements, and the columns
/// of CSV are called as its properties are.
///
/// ```
/// let schema = sharing_bulk::access_list_schema();
/// assert_eq!(schema["items"]["required"], serde_json::json!(["item", "recipient", "role"]));
/// ```
#[must_use]
pub fn access_list_schema() -> Value {
    let others = How::ALL.into_iter().filter(|how| !how.is_plannable()).map(How::as_str);
    let others: Vec<_> = others.collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://sharing.example/schemas/v1.0/access-list.schema.json",
        "title": "AccessList",
        "description": "Who should have, or who has, which access to what: a row for each item and recipient. As \
            NDJSON, each line is one of these rows; as CSV, a header has the names of their properties.",
        "type": "array",
        "items": {
            "title": "AccessListRow",
            "description": "One recipient's access to one item.",
            "type": "object",
            "required": ["item", "recipient", "role"],
            "if": { "properties": { "how": { "enum": others } }, "required": ["how"] },
            "else": {
                "properties": {
                    "recipient": { "type": "string", "minLength": 1 },
                    "role": { "type": "string", "enum": ["read", "write"] }
                }
            },
            "additionalProperties": false,
            "properties": {
                "item": {
                    "description": "Where the item lives: an address such as /drive/root:/Projects/Plan.docx or \
                        /drives/{id}/items/{id}, unencoded; a sharing link; or the item's URL in a browser.",
                    "type": "string",
                    "minLength": 1
                },
                "recipient": {
                    "description": "mail:ADDRESS, id:OBJECT-ID or alias:NAME; or one of these bare: a mail address \
                        has an @, an object id is a GUID, and anything else is an alias.",
                    "type": "string"
                },
                "role": {
                    "description": "What the recipient may do.",
                    "type": "string"
                },
                "expires": {
                    "description": "When the access ends: a moment by RFC 3339 with its zone, or a time after the \
                        plan is made, in hours, days of 24 hours, or weeks. Without it, an end that there is stays.",
                    "type": "string",
                    "pattern": "^(\\+[0-9]+[hdw]|[0-9]{4}-.+)$",
                    "examples": ["2027-01-31T00:00:00Z", "+30d"]
                },
                "notify": {
                    "description": "Whether the recipient gets a mail; none unless this is true.",
                    "type": "boolean",
                    "default": false
                },
                "message": {
                    "description": "The text of the mail.",
                    "type": "string",
                    "maxLength": 2000
                },
                "sign-in": {
                    "description": "Whether the recipient must sign in. Cannot be false where notify is false, on \
                        business drives and in libraries.",
                    "type": "boolean",
                    "default": true
                },
                "how": {
                    "description": "How the recipient came by it, as an audit writes it. Rows that are neither direct \
                        nor invited are left out of a plan, whatever else they say.",
                    "type": "string",
                    "enum": How::ALL.map(How::as_str)
                },
                "name": { "description": "Who it is, as an audit writes it.", "type": "string" },
                "kind": { "description": "What the grantee is, as an audit writes it.", "type": "string" },
                "external": { "description": "Whether it is somebody outside, as an audit writes it." , "type": "boolean" },
                "from": { "description": "The folder above, as an audit writes it.", "type": "string" },
                "through": { "description": "The link, as an audit writes it.", "type": "string" },
                "permission-id": { "description": "The permission's id, as an audit writes it.", "type": "string" },
                "error": { "description": "Why nothing could be read, as an audit writes it.", "type": "string" }
            }
        }
    })
}
