//! `cargo xtask schemas`: the JSON Schemas that teams in other languages consume.

use std::{collections::BTreeMap, error::Error};

use crate::artifact;

pub(crate) fn run(check: bool) -> Result<(), Box<dyn Error>> {
    let mut files = BTreeMap::new();
    for root in sharing_model::schema::roots() {
        let text = serde_json::to_string_pretty(&root.schema)?;
        files.insert(format!("{}.schema.json", root.name), text + "\n");
    }
    let folder = artifact::root().join("schemas");
    artifact::write_or_check(&folder, ".schema.json", &files, check, "cargo xtask schemas")
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
