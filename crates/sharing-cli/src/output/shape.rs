//! `--query` and `--columns`: data in another shape.

use std::io;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Format, Output, table, write};
use crate::{failure::Failure, wrap::width};

impl Output {
    /// Prints what of a value was asked for.
    pub(super) fn shape(&self, value: Value) -> Result<(), Failure> {
        let found = match &self.query {
            Some(query) => {
                let found = query.search(&value).and_then(|found| {
                    serde_json::to_value(&*found).map_err(|error| {
                        let why = jmespath::ErrorReason::Parse(error.to_string());
                        jmespath::JmespathError::new(query.as_str(), 0, why)
                    })
                });
                found.map_err(|error| Failure::Query {
                    expression: query.as_str().to_owned(),
                    faults: error.to_string().lines().map(str::to_owned).collect(),
                })?
            }
            None => value,
        };
        let found = self.only_columns(found)?;
        let text = match self.format {
            Format::Json => serde_json::to_string_pretty(&found)?,
            Format::Yaml => yaml(&found)?,
            Format::Ndjson => {
                let lines = entries(&found).into_iter().map(serde_json::to_string);
                lines.collect::<Result<Vec<_>, _>>()?.join("\n")
            }
            Format::Table => {
                let (header, rows) = self.cells(&found);
                let header: Vec<_> = header.iter().map(|name| name.to_uppercase()).collect();
                table::picture(&header, rows, width(io::stdout()))
            }
            Format::Csv => {
                let (header, rows) = self.cells(&found);
                table::csv(&header, rows)?
            }
            Format::Html => return Err(Failure::NoPage),
        };
        // Nothing that was found is no line.
        if text.is_empty() { Ok(()) } else { Ok(write(&text)?) }
    }

    /// The columns that were asked for, of a table.
    pub(super) fn chosen<'a>(
        &self,
        header: &[&'a str],
        rows: Vec<Vec<String>>,
    ) -> Result<(Vec<&'a str>, Vec<Vec<String>>), Failure> {
        if self.columns.is_empty() {
            return Ok((header.to_vec(), rows));
        }
        let places = self.columns.iter().map(|name| {
            let place = header.iter().position(|there| there.eq_ignore_ascii_case(name));
            place.ok_or_else(|| Failure::Column {
                name: name.clone(),
                known: header.iter().map(|name| name.to_lowercase()).collect(),
            })
        });
        let places = places.collect::<Result<Vec<_>, _>>()?;
        let header = places.iter().filter_map(|place| header.get(*place).copied()).collect();
        let row = |row: Vec<String>| {
            places.iter().map(|place| row.get(*place).cloned().unwrap_or_default()).collect()
        };
        Ok((header, rows.into_iter().map(row).collect()))
    }

    /// The same entries with no other properties than those that were asked for.
    fn only_columns(&self, value: Value) -> Result<Value, Failure> {
        if self.columns.is_empty() {
            return Ok(value);
        }
        let entries = entries(&value);
        for name in &self.columns {
            let known = |entry: &&Value| entry.as_object().is_some_and(|object| object.contains_key(name));
            if !entries.is_empty() && !entries.iter().any(known) {
                let mut known: Vec<_> =
                    entries.iter().filter_map(|entry| entry.as_object()).flatten().collect();
                known.sort_by_key(|(name, _)| *name);
                known.dedup_by_key(|(name, _)| *name);
                let known = known.into_iter().map(|(name, _)| name.clone()).collect();
                return Err(Failure::Column { name: name.clone(), known });
            }
        }
        let only = |entry: &Value| {
            let cells = self.columns.iter().filter_map(|name| Some((name.clone(), entry.get(name)?.clone())));
            Value::Object(cells.collect::<Map<_, _>>())
        };
        Ok(match (&value, entries.as_slice()) {
            (Value::Object(_), [entry]) if std::ptr::eq(*entry, &raw const value) => only(entry),
            _ => entries.into_iter().map(only).collect(),
        })
    }

    /// Entries as rows: each property that any of them has is a column.
    fn cells(&self, value: &Value) -> (Vec<String>, Vec<Vec<String>>) {
        let entries = entries(value);
        let mut header = self.columns.clone();
        if header.is_empty() {
            for (name, _) in entries.iter().filter_map(|entry| entry.as_object()).flatten() {
                if !header.contains(name) {
                    header.push(name.clone());
                }
            }
        }
        if header.is_empty() {
            return (vec!["value".to_owned()], entries.into_iter().map(|entry| vec![cell(entry)]).collect());
        }
        let row = |entry: &Value| match entry {
            Value::Object(object) => {
                header.iter().map(|name| object.get(name).map(cell).unwrap_or_default()).collect()
            }
            other => vec![cell(other)],
        };
        let rows = entries.into_iter().map(row).collect();
        (header, rows)
    }
}

/// The entries of a list, of what the service answers as one, or the one that it is.
fn entries(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(entries) => entries.iter().collect(),
        Value::Object(object) => match object.get("value") {
            Some(Value::Array(entries)) => entries.iter().collect(),
            _ => vec![value],
        },
        Value::Null => vec![],
        _ => vec![value],
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

pub(super) fn yaml(value: &impl Serialize) -> Result<String, Failure> {
    let text = serde_saphyr::to_string(value).map_err(|error| std::io::Error::other(error.to_string()))?;
    Ok(text.trim_end().to_owned())
}
