//! The JSON Schemas of what is published, behind the feature `schema`.
//!
//! A request's schema says what may be sent and refuses the rest; a response's schema says what is known to come and
//! stays open.

use schemars::{
    JsonSchema, Schema, SchemaGenerator,
    generate::{Contract, SchemaSettings},
    json_schema,
};
use serde_json::{Value, json};

use crate::{
    Collection, DriveItem, DriveRecipient, ErrorResponse, InviteRequest, Permission, Role, Secret,
    rule::MESSAGE_LIMIT,
};

/// A published schema: the name of its file without the ending, and the schema.
///
/// ```
/// let roots = sharing_model::schema::roots();
/// assert!(roots.iter().any(|root| root.name == "invite-request"));
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Root {
    /// In kebab case, as in `invite-request`.
    pub name: &'static str,
    /// The schema, JSON Schema 2020-12.
    pub schema: Schema,
}

/// Every published schema.
#[must_use]
pub fn roots() -> Vec<Root> {
    vec![
        root::<DriveRecipient>("drive-recipient"),
        root::<InviteRequest>("invite-request"),
        root::<Permission>("permission"),
        root::<Collection<Permission>>("permission-collection"),
        root::<DriveItem>("drive-item"),
        root::<ErrorResponse>("error-response"),
    ]
}

fn root<T: JsonSchema>(name: &'static str) -> Root {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.contract = Contract::Serialize);
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("$id".to_owned(), format!("https://sharing.invalid/schemas/{name}.schema.json").into());
    Root { name, schema }
}

/// The documented words, each with its meaning, or any other string.
pub(crate) fn open_enumeration(words: &[(&str, &str)]) -> Schema {
    let known: Vec<Value> =
        words.iter().map(|(word, meaning)| json!({ "const": word, "description": meaning.trim() })).collect();
    json_schema!({ "anyOf": [{ "oneOf": known }, { "type": "string" }] })
}

impl JsonSchema for Secret {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Secret".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "writeOnly": true })
    }
}

impl JsonSchema for DriveRecipient {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "DriveRecipient".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let name =
            |description: &str| json!({ "type": "string", "minLength": 1, "description": description });
        json_schema!({
            "description": "Whom an invitation is for: a person or a group, by exactly one of email, alias and objectId.",
            "type": "object",
            "properties": {
                "email": name("The mail address."),
                "alias": name("The alias in the tenant's directory. The service often fails to resolve one."),
                "objectId": name("The directory's object id of a user or of a group."),
            },
            "patternProperties": { "^@": true },
            "additionalProperties": false,
            "minProperties": 1,
            "examples": [{ "email": "ryan@contoso.com" }],
        })
    }
}

impl JsonSchema for InviteRequest {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "InviteRequest".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Gives recipients a role on an item and, if asked to, mails them. requireSignIn and \
                            sendInvitation cannot both be false.",
            "type": "object",
            "required": ["recipients", "roles"],
            "properties": {
                "recipients": {
                    "description": "Whom it is for; at least one.",
                    "type": "array",
                    "minItems": 1,
                    "items": generator.subschema_for::<DriveRecipient>(),
                },
                "message": {
                    "description": "Plain text for the mail; at most 2000 characters.",
                    "type": "string",
                    "maxLength": MESSAGE_LIMIT,
                },
                "requireSignIn": { "description": "Whether recipients must sign in to open the item.", "type": "boolean" },
                "sendInvitation": {
                    "description": "Whether recipients get a mail; without one they are granted access silently.",
                    "type": "boolean",
                },
                "roles": {
                    "description": "What recipients may do. One role is the norm.",
                    "type": "array",
                    "minItems": 1,
                    "items": { "enum": [Role::Read, Role::Write] },
                },
                "expirationDateTime": {
                    "description": "When the permission ends, by RFC 3339 in UTC.",
                    "type": "string",
                    "format": "date-time",
                },
                "password": {
                    "description": "The password that recipients must give; personal drives only.",
                    "type": "string",
                    "writeOnly": true,
                },
                "retainInheritedPermissions": {
                    "description": "Whether an item that was not shared before keeps the permissions that it inherits.",
                    "type": "boolean",
                    "default": true,
                },
            },
            "patternProperties": { "^@": true },
            "additionalProperties": false,
            "examples": [{
                "recipients": [{ "email": "ryan@contoso.com" }],
                "message": "Here's the file that we're collaborating on.",
                "requireSignIn": true,
                "sendInvitation": true,
                "roles": ["write"],
            }],
        })
    }
}
