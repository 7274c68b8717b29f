//! What comes in goes out the same, known or not.

use std::{fmt::Write as _, fs, path::Path};

use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::kinds;

struct Fixture {
    file: String,
    kind: String,
    json: String,
}

fn fixtures() -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let index = fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let fixtures: Vec<_> = kinds::entries(&index)
        .map(|entry| Fixture {
            file: entry.file.to_owned(),
            kind: entry.kind.to_owned(),
            json: fs::read_to_string(folder.join(entry.file)).unwrap(),
        })
        .collect();
    let files = fs::read_dir(&folder).unwrap().count();
    assert_eq!(fixtures.len() + 1, files, "the index lists every file");
    fixtures
}

#[test]
fn every_fixture_comes_out_the_same() {
    let mut misfits = String::new();
    for fixture in fixtures() {
        let body = kinds::read(&fixture.kind, &fixture.json).unwrap().unwrap();
        assert_eq!(body.written, serde_json::from_str::<Value>(&fixture.json).unwrap(), "{}", fixture.file);
        for misfit in body.misfits {
            writeln!(misfits, "{}: {misfit}", fixture.file).unwrap();
        }
    }
    insta::assert_snapshot!(misfits);
}

/// Adds a property to every object of a body.
fn add_everywhere(value: &mut Value, name: &str, added: &Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| add_everywhere(value, name, added)),
        Value::Object(object) => {
            object.values_mut().for_each(|value| add_everywhere(value, name, added));
            object.insert(name.to_owned(), added.clone());
        }
        _ => {}
    }
}

/// Puts another value in the place of every property of one name.
fn replace_everywhere(value: &mut Value, name: &str, other: &Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| replace_everywhere(value, name, other)),
        Value::Object(object) => {
            for (key, value) in object {
                if key == name {
                    *value = other.clone();
                } else {
                    replace_everywhere(value, name, other);
                }
            }
        }
        _ => {}
    }
}

fn names(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| names(value, found)),
        Value::Object(object) => {
            for (key, value) in object {
                found.push(key.clone());
                names(value, found);
            }
        }
        _ => {}
    }
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e9..1e9f64).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(Value::from("0001-01-01T00:00:00Z")),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".{0,8}", inner, 0..4)
                .prop_map(|object| Value::Object(object.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn assert_the_same(fixture: &Fixture, value: &Value) -> Result<(), TestCaseError> {
    let json = value.to_string();
    let body = kinds::read(&fixture.kind, &json).unwrap();
    let body = body.map_err(|error| TestCaseError::fail(format!("{}: {error}", fixture.file)))?;
    // The text is read anew: printing a number with a fraction may lose its last digit.
    prop_assert_eq!(body.written, serde_json::from_str::<Value>(&json).unwrap(), "{}", &fixture.file);
    Ok(())
}

proptest! {
    #[test]
    fn unknown_properties_are_kept_at_every_level(
        fixture in prop::sample::select(fixtures()),
        name in "[@a-zA-Z._-]{1,12}",
        added in json(),
    ) {
        let mut value: Value = serde_json::from_str(&fixture.json).unwrap();
        add_everywhere(&mut value, &format!("{name}~"), &added);
        assert_the_same(&fixture, &value)?;
    }

    #[test]
    fn known_properties_of_another_shape_are_kept(
        fixture in prop::sample::select(fixtures()),
        which in any::<prop::sample::Index>(),
        other in json(),
    ) {
        let mut value: Value = serde_json::from_str(&fixture.json).unwrap();
        let mut found = Vec::new();
        names(&value, &mut found);
        if !found.is_empty() {
            let name: &String = which.get(&found);
            replace_everywhere(&mut value, name, &other);
            assert_the_same(&fixture, &value)?;
        }
    }
}

impl Clone for Fixture {
    fn clone(&self) -> Self {
        Self { file: self.file.clone(), kind: self.kind.clone(), json: self.json.clone() }
    }
}

impl std::fmt::Debug for Fixture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.file)
    }
}

#[test]
fn the_last_of_two_equal_names_counts() {
    let twice = r#"{ "id": "1", "roles": ["read"], "roles": null, "id": 7, "id": "2", "x": 1, "x": 2 }"#;
    let body = kinds::read("permission", twice).unwrap().unwrap();
    assert_eq!(body.written, serde_json::from_str::<Value>(twice).unwrap());
}

#[test]
fn the_outermost_value_must_be_of_its_shape() {
    for (kind, json, why) in [
        ("permission", "[]", "expected a permission object, found an array"),
        ("permission", "null", "expected a permission object, found null"),
        ("error", "\"no\"", "expected an object with an error, found a string"),
        ("permissionCollection", "7", "expected a collection object, found a number"),
    ] {
        assert_eq!(kinds::read(kind, json).unwrap().unwrap_err().to_string(), why);
    }
}
