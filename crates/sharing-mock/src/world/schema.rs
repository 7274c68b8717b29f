//! The JSON Schema of world files: closed, and with the words that a member may have where its type takes any.

use serde_json::Value;

use crate::published::published;

pub(super) fn date_time(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": ["string", "null"], "format": "date-time" })
}

pub(super) fn link_type(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let words =
        ["view", "edit", "embed", "blocksDownload", "createOnly", "review", "addressBar", "adminDefault"];
    schemars::json_schema!({ "type": "string", "enum": words })
}

pub(super) fn link_scope(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": "string", "enum": ["anonymous", "organization", "users"] })
}

pub(super) fn roles(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let words = "^(read|write|owner|member|manage|manager|fullcontrol|[sS][pP][.].+)$";
    schemars::json_schema!({ "type": "array", "minItems": 1, "items": { "type": "string", "pattern": words } })
}

/// The schema, closed: what it does not name may not be there.
pub(super) fn schema() -> Value {
    use schemars::{generate::SchemaSettings, transform::RecursiveTransform};
    use sharing_model::schema::VERSION;

    let closed = RecursiveTransform(|schema: &mut schemars::Schema| {
        if schema.get("properties").is_some() {
            schema.insert("additionalProperties".to_owned(), false.into());
        }
    });
    let settings = SchemaSettings::draft2020_12().with_transform(closed).with_transform(published());
    let generator = settings.into_generator();
    let mut schema = generator.into_root_schema_for::<super::file::World>();
    let id = format!("https://sharing.example/schemas/{VERSION}/world.schema.json");
    schema.insert("$id".to_owned(), id.into());
    schema.to_value()
}
