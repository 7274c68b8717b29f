//! The JSON Schemas of what is published, behind the feature `schema`.
//!
//! A request's schema says what may be sent and refuses the rest; those are written by hand, in `schema/request.rs`. A
//! response's schema says what is known to come and stays open; those are derived from the types.
//!
//! ```
//! let roots = sharing_model::schema::roots();
//! let invite = roots.iter().find(|root| root.name == "invite-request").unwrap();
//! assert_eq!(invite.schema.get("additionalProperties"), Some(&false.into()));
//! ```

mod request;

use schemars::{
    JsonSchema, Schema, SchemaGenerator,
    generate::{Contract, SchemaSettings},
    json_schema,
    transform::RecursiveTransform,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use crate::{
    AddSharedFolderRequest, BatchRequest, BatchResponse, Collection, ContainerPermissionRequest,
    CreateLinkRequest, Drive, DriveItem, DriveRecipient, ErrorResponse, GrantRequest, Identity, IdentitySet,
    InviteRequest, ItemReference, List, ListItem, Permission, RevokeGrantsRequest, Secret,
    SharePointIdentitySet, SharedDriveItem, SharingInvitation, SharingLink, Site, SitePermissionRequest,
    TokenResponse, UpdatePermissionRequest, ValidatePermissionRequest,
};

/// The version of the schemas: a segment of their ids, and the folder that they are in.
///
/// ```
/// let id = sharing_model::schema::roots()[0].schema.get("$id").unwrap().to_string();
/// assert!(id.contains(sharing_model::schema::VERSION));
/// ```
pub const VERSION: &str = "v1.0";

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
    /// The type's name, as in `InviteRequest`: the schema's title, and its name among the [`components`].
    pub title: String,
    /// The schema, JSON Schema 2020-12.
    pub schema: Schema,
    rewrite: fn(&[u8]) -> serde_json::Result<Value>,
}

impl Root {
    /// Reads JSON as this type and writes what was read: an object comes out as it went in, whatever is in it.
    ///
    /// # Errors
    ///
    /// When it is no JSON object.
    ///
    /// ```
    /// let roots = sharing_model::schema::roots();
    /// let permission = roots.iter().find(|root| root.name == "permission").unwrap();
    /// let json = serde_json::json!({ "id": 7, "roles": ["sp.full control"], "colour": null });
    /// assert_eq!(permission.rewrite(json.to_string().as_bytes())?, json);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn rewrite(&self, json: &[u8]) -> serde_json::Result<Value> {
        (self.rewrite)(json)
    }
}

struct Published {
    name: &'static str,
    title: fn() -> String,
    rewrite: fn(&[u8]) -> serde_json::Result<Value>,
    root: fn(SchemaGenerator) -> Schema,
    component: fn(&mut SchemaGenerator) -> Schema,
}

const fn published<T: JsonSchema + DeserializeOwned + Serialize>(name: &'static str) -> Published {
    Published {
        name,
        title: || T::schema_name().into_owned(),
        rewrite: |json| serde_json::to_value(serde_json::from_slice::<T>(json)?),
        root: |generator| generator.into_root_schema_for::<T>(),
        component: |generator| generator.subschema_for::<T>(),
    }
}

const PUBLISHED: &[Published] = &[
    published::<DriveRecipient>("drive-recipient"),
    published::<InviteRequest>("invite-request"),
    published::<CreateLinkRequest>("create-link-request"),
    published::<GrantRequest>("grant-request"),
    published::<RevokeGrantsRequest>("revoke-grants-request"),
    published::<UpdatePermissionRequest>("update-permission-request"),
    published::<AddSharedFolderRequest>("add-shared-folder-request"),
    published::<ValidatePermissionRequest>("validate-permission-request"),
    published::<SitePermissionRequest>("site-permission-request"),
    published::<ContainerPermissionRequest>("container-permission-request"),
    published::<BatchRequest>("batch-request"),
    published::<Permission>("permission"),
    published::<Collection<Permission>>("permission-collection"),
    published::<SharingLink>("sharing-link"),
    published::<SharingInvitation>("sharing-invitation"),
    published::<Identity>("identity"),
    published::<IdentitySet>("identity-set"),
    published::<SharePointIdentitySet>("share-point-identity-set"),
    published::<ItemReference>("item-reference"),
    published::<DriveItem>("drive-item"),
    published::<Collection<DriveItem>>("drive-item-collection"),
    published::<SharedDriveItem>("shared-drive-item"),
    published::<Drive>("drive"),
    published::<Site>("site"),
    published::<List>("list"),
    published::<ListItem>("list-item"),
    published::<BatchResponse>("batch-response"),
    published::<ErrorResponse>("error-response"),
    published::<TokenResponse>("token-response"),
];

/// Every published schema.
///
/// ```
/// let names: Vec<_> = sharing_model::schema::roots().iter().map(|root| root.name).collect();
/// assert!(names.contains(&"permission-collection"));
/// ```
#[must_use]
pub fn roots() -> Vec<Root> {
    let root = |published: &Published| {
        let mut schema = (published.root)(generator("/$defs"));
        let id = format!("https://sharing.example/schemas/{VERSION}/{}.schema.json", published.name);
        schema.insert("$id".to_owned(), id.into());
        if let Some(Value::Object(definitions)) = schema.get_mut("$defs") {
            entitle(definitions);
        }
        Root { name: published.name, title: (published.title)(), schema, rewrite: published.rewrite }
    };
    PUBLISHED.iter().map(root).collect()
}

/// The same schemas and those that they refer to, by name, referring to each other below `at`, such as
/// `/components/schemas` of an OpenAPI document.
///
/// ```
/// let components = sharing_model::schema::components("/components/schemas");
/// assert!(components.contains_key("SharingLink") && components.contains_key("LinkScope"));
/// ```
#[must_use]
pub fn components(at: &'static str) -> Map<String, Value> {
    let mut generator = generator(at);
    for published in PUBLISHED {
        (published.component)(&mut generator);
    }
    let mut definitions = generator.take_definitions(true);
    entitle(&mut definitions);
    definitions
}

/// Titles each definition by its name: some generators heed nothing else.
fn entitle(definitions: &mut Map<String, Value>) {
    for (name, schema) in definitions {
        schema["title"] = name.as_str().into();
    }
}

fn generator(definitions: &'static str) -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        // What may come, so that no member of an answer is required.
        settings.contract = Contract::Deserialize;
        settings.definitions_path = definitions.into();
    });
    settings.with_transform(RecursiveTransform(describe)).into_generator()
}

/// Makes a description that was written for Rust's documents one that stands alone.
fn describe(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = stands_alone(text);
    }
}

/// Without Rust's examples, lines for the workspace's own readers, links and hard line ends.
fn stands_alone(text: &str) -> String {
    let prose = text.split_once("```").map_or(text, |(prose, _)| prose);
    let paragraphs = prose.split("\n\n").map(|paragraph| {
        let lines = paragraph.lines().map(str::trim).filter(|line| !line.starts_with("Protocol:"));
        lines.collect::<Vec<_>>().join(" ").trim().to_owned()
    });
    let text = paragraphs.filter(|paragraph| !paragraph.is_empty()).collect::<Vec<_>>().join("\n\n");
    without_links(&text)
}

/// The text with what each link shows in place of the link.
fn without_links(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, link)) = rest.split_once("[`") {
        let Some((name, after)) = link.split_once("`]") else { break };
        out.extend([before, "`", name, "`"]);
        let target = after.strip_prefix('(').and_then(|target| target.split_once(')'));
        rest = target.map_or(after, |(_, after)| after);
    }
    out + rest
}

/// The documented words, each with its meaning, or any other string.
pub(crate) fn open_enumeration(words: &[(&str, &str)]) -> Schema {
    let known: Vec<Value> =
        words.iter().map(|(word, meaning)| json!({ "const": word, "description": meaning.trim() })).collect();
    json_schema!({
        "description": "One of these words, or another: the service may add some at any time.",
        "anyOf": [{ "oneOf": known }, { "type": "string" }],
    })
}

impl JsonSchema for Secret {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Secret".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "password" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_loses_what_only_rust_readers_need() {
        let text = "Gives a [`Role`](crate::Role) to\nsomebody, as [`Role`] says.\n\nSecond.\n\nProtocol: `POST`.\n\n\
                    ```\nassert!(true);\n```";
        assert_eq!(stands_alone(text), "Gives a `Role` to somebody, as `Role` says.\n\nSecond.");
        assert_eq!(stands_alone("An open [`bracket"), "An open [`bracket");
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let components = components("/components/schemas");
        for root in roots() {
            assert_eq!(root.schema.get("title").unwrap(), &root.title);
            assert!(components.contains_key(&root.title), "{}", root.title);
        }
        let text = serde_json::to_string(&components).unwrap();
        for reference in text.split("#/components/schemas/").skip(1) {
            let name = reference.split('"').next().unwrap();
            assert!(components.contains_key(name), "{name}");
        }
    }
}
