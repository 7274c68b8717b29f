//! The schemas of requests. The rules in `rule/` that need no knowledge of the drive, the item or the time are here too,
//! as far as a schema can say them.
//!
//! Each request is one object with optional members: generators make a plain type of that. What holds between members
//! stands in `not` and `dependentSchemas`, which generators leave alone and validators heed.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use crate::{
    AddSharedFolderRequest, BATCH_LIMIT, BatchMember, BatchRequest, ContainerPermissionRequest,
    CreateLinkRequest, DriveRecipient, GrantRequest, InviteRequest, LinkScope, LinkType, MESSAGE_LIMIT,
    RevokeGrantsRequest, Role, SitePermissionRequest, UpdatePermissionRequest, ValidatePermissionRequest,
};

/// An object that may have these members, annotations, and nothing else. The one annotation that clients do send is
/// named, since generators do not heed patterns.
fn closed(description: &str, required: &[&str], mut properties: Value) -> Schema {
    properties["@odata.type"] =
        json!({ "description": "The type's name, as OData says it. Never needed.", "type": "string" });
    let mut schema = json_schema!({
        "description": description,
        "type": "object",
        "properties": properties,
        "patternProperties": { "^@": true },
        "additionalProperties": false,
    });
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    schema
}

/// What holds where none of these members is there.
fn none_of(members: &[&str]) -> Value {
    let absent: serde_json::Map<_, _> =
        members.iter().map(|member| ((*member).to_owned(), false.into())).collect();
    json!({ "properties": absent })
}

fn recipients(generator: &mut SchemaGenerator, least: usize, description: &str) -> Value {
    json!({
        "description": description,
        "type": "array",
        "minItems": least,
        "uniqueItems": true,
        "items": generator.subschema_for::<DriveRecipient>(),
    })
}

fn roles(description: &str) -> Value {
    json!({
        "description": description,
        "type": "array",
        "minItems": 1,
        "items": { "type": "string", "enum": [Role::Read, Role::Write] },
    })
}

fn message(description: &str) -> Value {
    json!({ "description": description, "type": "string", "maxLength": MESSAGE_LIMIT })
}

/// A moment, but not the one that the service sends for none.
fn expiry(description: &str) -> Value {
    json!({
        "description": description,
        "type": "string",
        "format": "date-time",
        "not": { "type": "string", "pattern": "^0001-01-01T00:00:00" },
    })
}

fn password(description: &str) -> Value {
    json!({ "description": description, "type": "string", "format": "password", "writeOnly": true })
}

fn keeps_inherited() -> Value {
    json!({
        "description": "Whether an item that was not shared before keeps the permissions that it inherits. false takes \
                        access away from people.",
        "type": "boolean",
        "default": true,
    })
}

impl JsonSchema for DriveRecipient {
    fn schema_name() -> Cow<'static, str> {
        "DriveRecipient".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut schema = closed(
            "Whom an invitation, a link or a grant is for: a person or a group, by exactly one of email, alias and \
             objectId.",
            &[],
            json!({
                "email": {
                    "description": "The mail address.",
                    "type": "string",
                    "pattern": r"^[^\s\x00-\x1f,;<>]+@[^\s\x00-\x1f,;<>@.]([^\s\x00-\x1f,;<>@]*[^\s\x00-\x1f,;<>@.])?$",
                },
                "alias": {
                    "description": "The alias in the tenant's directory. The service often fails to resolve one.",
                    "type": "string",
                    "minLength": 1,
                },
                "objectId": {
                    "description": "The directory's object id of a user or of a group. A number is none: it names a \
                                    user or group of a site, which cannot be invited.",
                    "type": "string",
                    "pattern": "[^0-9]",
                },
            }),
        );
        schema.insert("not".to_owned(), none_of(&["email", "alias", "objectId"]));
        schema.insert(
            "dependentSchemas".to_owned(),
            json!({
                "email": { "properties": { "alias": false, "objectId": false } },
                "alias": { "properties": { "objectId": false } },
            }),
        );
        schema
    }
}

impl JsonSchema for InviteRequest {
    fn schema_name() -> Cow<'static, str> {
        "InviteRequest".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = closed(
            "Gives recipients a role on an item and, if asked to, mails them. requireSignIn and sendInvitation cannot \
             both be false. The body of POST {item}/invite.",
            &["recipients", "roles"],
            json!({
                "recipients": recipients(generator, 1, "Whom it is for; at least one, each once."),
                "message": message("Plain text for the mail; at most 2000 characters."),
                "requireSignIn": {
                    "description": "Whether recipients must sign in to open the item.",
                    "type": "boolean",
                },
                "sendInvitation": {
                    "description": "Whether recipients get a mail; without one they are granted access silently.",
                    "type": "boolean",
                },
                "roles": roles("What recipients may do. One role is the norm: write includes read."),
                "expirationDateTime": expiry("When the permission ends."),
                "password": password("The password that recipients must give; personal drives only."),
                "retainInheritedPermissions": keeps_inherited(),
            }),
        );
        schema.insert(
            "not".to_owned(),
            json!({
                "properties": { "requireSignIn": { "const": false }, "sendInvitation": { "const": false } },
                "required": ["requireSignIn", "sendInvitation"],
            }),
        );
        schema
    }
}

impl JsonSchema for CreateLinkRequest {
    fn schema_name() -> Cow<'static, str> {
        "CreateLinkRequest".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let scopes = [LinkScope::Anonymous, LinkScope::Organization, LinkScope::Users];
        closed(
            "Makes a sharing link for an item, or finds the one that there is. Without type and scope it is the link \
             that the organisation chose as its default. The body of POST {item}/createLink.",
            &[],
            json!({
                "type": {
                    "description": "What the link lets its holder do. Personal drives have view, edit and embed; other \
                                    drives have no embed. createOnly is for folders, review and blocksDownload are for \
                                    files.",
                    "type": "string",
                    "enum": LinkType::KNOWN,
                },
                "scope": {
                    "description": "Whom the link lets in. Personal drives have no organization.",
                    "type": "string",
                    "enum": scopes,
                },
                "expirationDateTime":
                    expiry("When the link ends. The service silently shortens it to what the tenant allows."),
                "password": password("The password that whoever opens the link must give."),
                "recipients": recipients(generator, 0, "The people that a link with the scope users is for."),
                "retainInheritedPermissions": keeps_inherited(),
                "sendNotification": {
                    "description": "Whether recipients get a mail.",
                    "type": "boolean",
                    "default": false,
                },
                "message": message("Plain text for the mail; at most 2000 characters."),
            }),
        )
    }
}

impl JsonSchema for GrantRequest {
    fn schema_name() -> Cow<'static, str> {
        "GrantRequest".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        closed(
            "Lets more people use a sharing link. The body of POST /shares/{token}/permission/grant.",
            &["recipients", "roles"],
            json!({
                "recipients":
                    recipients(generator, 1, "Who may use the link from now on; at least one, each once."),
                "roles": roles("The link's own role: the service refuses another."),
            }),
        )
    }
}

impl JsonSchema for RevokeGrantsRequest {
    fn schema_name() -> Cow<'static, str> {
        "RevokeGrantsRequest".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        closed(
            "Takes people off a sharing link that was made for people. The body of POST \
             {item}/permissions/{id}/revokeGrants.",
            &["grantees"],
            json!({
                "grantees": recipients(generator, 1, "Who may no longer use the link; at least one, each once."),
            }),
        )
    }
}

impl JsonSchema for UpdatePermissionRequest {
    fn schema_name() -> Cow<'static, str> {
        "UpdatePermissionRequest".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut schema = closed(
            "Changes a permission's role or its end; one of the two at least. The body of PATCH \
             {item}/permissions/{id}.",
            &[],
            json!({
                "roles": roles("The new roles. A sharing link's can be changed on personal drives only."),
                "expirationDateTime": expiry("When the permission ends from now on."),
            }),
        );
        schema.insert("not".to_owned(), none_of(&["roles", "expirationDateTime"]));
        schema
    }
}

/// A text that is not empty.
fn text(description: &str) -> Value {
    json!({ "description": description, "type": "string", "minLength": 1 })
}

/// An object inside a request, closed as the request itself is.
fn inside(description: &str, required: &[&str], properties: Value) -> Value {
    closed(description, required, properties).to_value()
}

impl JsonSchema for AddSharedFolderRequest {
    fn schema_name() -> Cow<'static, str> {
        "AddSharedFolderRequest".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let parent = inside(
            "Where the folder is.",
            &["driveId"],
            json!({ "driveId": text("The id of the drive that the folder is in.") }),
        );
        let remote = inside(
            "The folder, where it is.",
            &["id", "parentReference"],
            json!({ "id": text("The folder's id there."), "parentReference": parent }),
        );
        let mut name = text("What the folder is called here; its own name, where nothing is said.");
        name["pattern"] = r#"^[^\x00-\x1f\x7f/\\*<>?:|]+$"#.into();
        name["not"] = json!({ "enum": [".", ".."] });
        closed(
            "Adds a folder that somebody else shared to the root of a personal drive. The body of POST {item}/children.",
            &["remoteItem"],
            json!({ "name": name, "remoteItem": remote }),
        )
    }
}

impl JsonSchema for ValidatePermissionRequest {
    fn schema_name() -> Cow<'static, str> {
        "ValidatePermissionRequest".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut secret = password("The link's password.");
        secret["minLength"] = 1.into();
        closed(
            "Shows that one knows a link's password. The body of POST {item}/permissions/{id}/validatePermission.",
            &["password"],
            json!({
                "challengeToken": password("What the service gave with its question for a password."),
                "password": secret,
            }),
        )
    }
}

impl JsonSchema for SitePermissionRequest {
    fn schema_name() -> Cow<'static, str> {
        "SitePermissionRequest".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let application = inside(
            "The application.",
            &["id"],
            json!({
                "id": text("Its client id."),
                "displayName": { "description": "The name to show.", "type": "string" },
            }),
        );
        let set = inside("Whom the role is for.", &["application"], json!({ "application": application }));
        let words = ["read", "write", "manage", "fullcontrol", "owner"];
        closed(
            "Gives an application a role in a site. The body of POST /sites/{id}/permissions.",
            &["roles", "grantedToIdentities"],
            json!({
                "roles": {
                    "description": "What the application may do.",
                    "type": "array",
                    "minItems": 1,
                    "items": { "type": "string", "enum": words },
                },
                "grantedToIdentities": {
                    "description": "The application.",
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 1,
                    "items": set,
                },
            }),
        )
    }
}

impl JsonSchema for ContainerPermissionRequest {
    fn schema_name() -> Cow<'static, str> {
        "ContainerPermissionRequest".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let user = inside(
            "The user.",
            &["userPrincipalName"],
            json!({ "userPrincipalName": text("What the user signs in with.") }),
        );
        closed(
            "Gives a user a role in a container of SharePoint Embedded, and so in all that is in it. The body of POST \
             /storage/fileStorage/containers/{id}/permissions.",
            &["roles", "grantedToV2"],
            json!({
                "roles": {
                    "description": "The role, by the containers' own words.",
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 1,
                    "items": { "type": "string", "enum": ["reader", "writer", "manager", "owner"] },
                },
                "grantedToV2": inside("Whom the role is for.", &["user"], json!({ "user": user })),
            }),
        )
    }
}

impl JsonSchema for BatchRequest {
    fn schema_name() -> Cow<'static, str> {
        "BatchRequest".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        closed(
            "Up to 20 requests in one; each is judged, charged and answered by itself. The body of POST /$batch.",
            &["requests"],
            json!({
                "requests": {
                    "description": "The requests, with ids that differ.",
                    "type": "array",
                    "minItems": 1,
                    "maxItems": BATCH_LIMIT,
                    "items": generator.subschema_for::<BatchMember>(),
                },
            }),
        )
    }
}

impl JsonSchema for BatchMember {
    fn schema_name() -> Cow<'static, str> {
        "BatchMember".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let text =
            |description: &str| json!({ "description": description, "type": "string", "minLength": 1 });
        let mut schema = closed(
            "One request of a batch.",
            &["id", "method", "url"],
            json!({
                "id": text("The name of the request within the batch."),
                "method": {
                    "description": "The method.",
                    "type": "string",
                    "enum": BatchRequest::METHODS,
                },
                "url": text("The path below the version's root."),
                "headers": {
                    "description": "The headers. A request with a body needs its own Content-Type.",
                    "type": "object",
                    "additionalProperties": { "type": "string" },
                },
                "body": {
                    "description": "The body: JSON, or base64 in a string.",
                    "type": ["object", "array", "string", "number", "boolean"],
                },
                "dependsOn": {
                    "description": "The ids of requests that must succeed before this one is tried.",
                    "type": "array",
                    "items": { "type": "string" },
                },
            }),
        );
        schema.insert("dependentRequired".to_owned(), json!({ "body": ["headers"] }));
        schema
    }
}
