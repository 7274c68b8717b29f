//! `cargo xtask consumers`: the tools of teams in other languages, at pinned versions, try what is in `schemas/`.
//!
//! Two validators must think of each example what the index says. Of each body that is one change away from a good
//! example they must think what our own types think of it, by [`example::objections`]; and so of recorded bodies where
//! SHARING_CORPUS names a folder of them with an INDEX.tsv (`file`, `kind`, …). Two generators make types that compile and
//! that take every valid example.

use std::{env, error::Error, fs, path::Path, process::Command};

use serde_json::{Value, json};
use sharing_model::schema::VERSION;

use crate::{
    artifact,
    corpus::{self, kinds},
    example::{self, Example},
    install::Place,
    mutant,
    tool::ask,
};

pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let root = artifact::root();
    let folder = root.join("target/consumers");
    let examples = example::all()?;
    let (mut cases, wrong) = judge(&examples)?;
    cases.extend(mutants(&examples));
    if let Some(corpus) = env::var_os(corpus::VARIABLE) {
        cases.extend(bodies(Path::new(&corpus))?);
    }
    let plan = json!({
        "schemas": root.join("schemas").join(VERSION),
        "openapi": root.join("schemas/openapi.json"),
        "cases": cases,
    });
    let place = Place::new("consumers");
    let files = ["package.json", "package-lock.json", "tsconfig.json", "consume.mjs"];
    let node = place.node("package-lock.json", &files)?;
    let python = place.python(&["requirements.txt", "consume.py"])?;
    let path = folder.join("plan.json");
    fs::write(&path, serde_json::to_string(&plan)?)?;
    // Both are always asked: a body that both take the other way is another matter than one on which they differ.
    let with_node = ask(Command::new("node").arg("consume.mjs").arg(&path).current_dir(&node));
    let with_python = ask(Command::new("bin/python").arg("consume.py").arg(&path).current_dir(&python));
    with_node.and(with_python)?;
    if wrong == 0 {
        Ok(())
    } else {
        Err(format!("our own types say no to {wrong} verdicts of the index").into())
    }
}

/// The examples, each with the index's verdict, and how many of these verdicts our own types do not share.
fn judge(examples: &[Example]) -> Result<(Vec<Value>, usize), Box<dyn Error>> {
    let mut wrong = 0;
    for example in examples {
        let found = example::objections(&example.schema, &example.body).ok_or("no such schema")?;
        if found.is_empty() != example.reason.is_none() {
            wrong += 1;
            let expected = if found.is_empty() { "invalid" } else { "valid" };
            eprintln!("Rust: {}: expected {expected}: {}", example.file, found.join("; "));
        }
    }
    eprintln!("our own types: {} examples, {wrong} not as the index says", examples.len());
    let case = |it: &Example| {
        let valid = it.reason.is_none();
        json!({ "name": it.file, "schema": it.schema, "body": it.body, "valid": valid, "example": true })
    };
    Ok((examples.iter().map(case).collect(), wrong))
}

/// The bodies that are one change away from a good example, each with our own verdict.
fn mutants(examples: &[Example]) -> Vec<Value> {
    // A world holds by what refers to what in it, and a fault or a step by what goes with what, which no schema says.
    let said = |schema: &str| !["access-list", "saved-plan", "world", "fault-list"].contains(&schema);
    let good = examples.iter().filter(|example| example.reason.is_none() && said(&example.schema));
    let cases = good.flat_map(|example| {
        let bodies = mutant::of(&example.body).into_iter();
        bodies.filter_map(|body| case(&format!("like {}: {body}", example.file), &example.schema, &body))
    });
    let cases: Vec<_> = cases.collect();
    eprintln!("our own types: {} bodies like an example, {} refused", cases.len(), refused(&cases));
    cases
}

/// A body with our own verdict; `None` where there is no such schema.
fn case(name: &str, schema: &str, body: &Value) -> Option<Value> {
    let valid = example::objections(schema, body)?.is_empty();
    Some(json!({ "name": name, "schema": schema, "body": body, "valid": valid, "example": false }))
}

fn refused(cases: &[Value]) -> usize {
    cases.iter().filter(|case| case["valid"] == false).count()
}

/// The bodies of a corpus whose kind has a schema, each with our own verdict.
fn bodies(corpus: &Path) -> Result<Vec<Value>, Box<dyn Error>> {
    let index = fs::read_to_string(corpus.join("INDEX.tsv"))?;
    let mut cases = Vec::new();
    let mut without_schema = 0;
    for entry in kinds::entries(&index) {
        let body: Option<Value> = serde_json::from_str(&fs::read_to_string(corpus.join(entry.file))?).ok();
        match body.and_then(|body| case(entry.file, schema_of(entry.kind), &body)) {
            Some(case) => cases.push(case),
            None => without_schema += 1,
        }
    }
    let (all, refused) = (cases.len(), refused(&cases));
    eprintln!("our own types: {all} recorded bodies, {refused} refused; {without_schema} have no schema");
    Ok(cases)
}

/// The name of the schema for a kind of recorded body. A site's permissions are permissions.
fn schema_of(kind: &str) -> &str {
    match kind {
        "inviteRequest" => "invite-request",
        "createLinkRequest" => "create-link-request",
        "grantRequest" => "grant-request",
        "revokeGrantsRequest" => "revoke-grants-request",
        "permissionUpdateRequest" => "update-permission-request",
        "batchRequest" => "batch-request",
        "batchResponse" => "batch-response",
        "permission" | "sitePermission" => "permission",
        "permissionCollection" | "sitePermissionCollection" => "permission-collection",
        "driveItem" => "drive-item",
        "driveItemCollection" => "drive-item-collection",
        "sharedDriveItem" => "shared-drive-item",
        "error" => "error-response",
        "tokenResponse" => "token-response",
        other => other,
    }
}
