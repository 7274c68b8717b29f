//! `sharing validate`

use std::fs;

use crate::{assert_seen, sharing};

#[test]
fn the_example_is_in_order() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/access-list.csv");
    let output = sharing(&["validate", example]).output().unwrap();
    assert!(output.status.success());
    insta::assert_snapshot!(String::from_utf8(output.stdout).unwrap());
}

#[test]
fn every_fault_has_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("list.csv");
    fs::write(&file, "item,recipient,role\n/me/messages,ryan@contoso.com,read\n/drive/root,,owner\n")
        .unwrap();
    assert_seen!(sharing(&["validate"]).arg(&file));
    assert_seen!(sharing(&["validate", "/nowhere/list.csv"]));
}
