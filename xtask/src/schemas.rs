//! `cargo xtask schemas`: what teams in other languages consume.

use std::{collections::BTreeMap, error::Error};

use serde_json::{Value, json};
use sharing_model::schema::{VERSION, roots};

use crate::{
    artifact,
    example::{self, Example},
    openapi,
};

pub(crate) fn run(check: bool) -> Result<(), Box<dyn Error>> {
    let command = "cargo xtask schemas";
    let examples = example::all()?;
    let mut files = BTreeMap::new();
    for root in roots() {
        let mut schema = root.schema;
        schema.insert("examples".to_owned(), json!([first(&examples, root.name)?]));
        let text = serde_json::to_string_pretty(&schema)?;
        files.insert(format!("{}.schema.json", root.name), text + "\n");
    }
    for (name, mut schema) in [
        ("access-list", sharing_bulk::access_list_schema()),
        ("saved-plan", sharing_bulk::saved_plan_schema()),
        ("world", sharing_mock::world_schema()),
        ("fault-list", sharing_mock::fault_list_schema()),
    ] {
        schema["examples"] = json!([first(&examples, name)?]);
        files.insert(format!("{name}.schema.json"), serde_json::to_string_pretty(&schema)? + "\n");
    }
    let folder = artifact::root().join("schemas");
    artifact::write_or_check(&folder.join(VERSION), ".schema.json", &files, check, command)?;

    let document = serde_json::to_string_pretty(&openapi::document(&examples)?)?;
    let files = BTreeMap::from([("openapi.json".to_owned(), document + "\n")]);
    artifact::write_or_check(&folder, ".json", &files, check, command)
}

/// The example that a schema shows.
pub(crate) fn first<'a>(examples: &'a [Example], schema: &str) -> Result<&'a Value, String> {
    let mut good = examples.iter().filter(|example| example.schema == schema && example.reason.is_none());
    good.next().map(|example| &example.body).ok_or_else(|| format!("{schema} has no valid example"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_schemas_are_those_of_the_types() {
        if let Err(error) = super::run(true) {
            panic!("{error}");
        }
    }
}
