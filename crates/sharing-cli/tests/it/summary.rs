//! `--summary-file`, `--verbose` and `--log-format`

use std::fs;

use serde_json::Value;

use crate::{REPORT, Service, sharing};

/// The summary of a run of the program.
fn summary(arguments: &[&str]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("summary.json");
    let output = sharing(arguments).arg("--summary-file").arg(&file).output().unwrap();
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(text.lines().count(), 1);
    let mut line: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(line["exit"], output.status.code().unwrap());
    assert!(line["seconds"].as_f64().unwrap() > 0.0);
    line["seconds"].take();
    line["begun"].take();
    line
}

#[test]
fn one_line_says_how_it_ended() {
    let service = Service::start();
    let nowhere = ["--sandbox", "item", "show", "me:/Missing"];
    let applied = ["--sandbox", "apply", "examples/access-list.csv"];
    let lines = [&["--sandbox", "item", "show", "me:/Notes.txt"][..], &nowhere, &["item", "show", REPORT]]
        .map(summary)
        .map(|line| serde_json::to_string(&line).unwrap());
    insta::with_settings!({ filters => vec![
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", "[request-id]"),
    ] }, {
        insta::assert_snapshot!(lines.join("\n"));
    });
    let line = summary(&applied);
    assert_eq!(line["verb"], "apply");
    assert!(line["run"]["words"].is_array() || line["run"]["words"].is_object(), "{line}");
    drop(service);
}

#[test]
fn a_summary_that_cannot_be_written_is_an_error() {
    let output = sharing(&["schema", "--summary-file", "/nowhere/summary.json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn it_tells_what_is_asked_and_answered() {
    let service = Service::start();
    let output = service.sharing(&["-vv", "--log-format", "json", "item", "show", REPORT]).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|line| line["fields"]["message"] == "answered"), "{text}");
    let output = service.sharing(&["-vv", "item", "show", REPORT]).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("answered") && !text.contains('\x1b'), "{text}");
}
