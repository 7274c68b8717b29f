//! `sharing schema`: the JSON Schemas of what is sent, of what comes back, and of files.

use clap::Args;
use serde::Serialize;
use serde_json::Value;
use sharing_model::schema::roots;

use crate::{
    exit::Exit,
    failure::Failure,
    output::{self, Format, Output},
};

/// Print a JSON Schema, or which there are.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sharing schema
  sharing schema access-list > access-list.schema.json")]
pub(crate) struct Schema {
    /// Which one. Without it, all names are listed.
    name: Option<String>,
}

#[derive(Debug, Serialize)]
struct Named {
    name: &'static str,
    title: String,
}

impl Schema {
    pub(crate) fn run(self, output: &Output) -> Result<Exit, Failure> {
        let all = all();
        if let Some(name) = self.name {
            let found = all.iter().find(|(there, _)| *there == name);
            let Some((_, schema)) = found else {
                let known = all.iter().map(|(name, _)| (*name).to_owned()).collect();
                return Err(Failure::Schema { name, known });
            };
            // A schema has no columns: as a table it is what it is.
            if output.format() == Format::Table {
                output::write(&serde_json::to_string_pretty(schema)?)?;
            } else {
                output.print(schema, &["SCHEMA"], |schema| vec![vec![schema.to_string()]])?;
            }
            return Ok(Exit::Done);
        }
        let named: Vec<_> = all
            .into_iter()
            .map(|(name, schema)| {
                let title = schema.get("title").and_then(Value::as_str).unwrap_or_default();
                Named { name, title: title.to_owned() }
            })
            .collect();
        output.print(&named, &["NAME", "WHAT IT IS"], |named| {
            named.iter().map(|named| vec![named.name.to_owned(), named.title.clone()]).collect()
        })?;
        Ok(Exit::Done)
    }
}

/// Each schema by its name.
fn all() -> Vec<(&'static str, Value)> {
    let of_files = [
        ("access-list", sharing_bulk::access_list_schema()),
        ("saved-plan", sharing_bulk::saved_plan_schema()),
        ("fault-list", sharing_mock::fault_list_schema()),
        ("world", sharing_mock::world_schema()),
    ];
    let sent = roots().into_iter().map(|root| (root.name, root.schema.to_value()));
    let mut all: Vec<_> = sent.chain(of_files).collect();
    all.sort_by_key(|(name, _)| *name);
    all
}
