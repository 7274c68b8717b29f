//! What imports what, held against the arrows of ARCHITECTURE.md.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    process::Command,
};

use serde_json::Value;

use crate::artifact;

type Arrows = BTreeMap<String, BTreeSet<String>>;

/// The arrows as they are drawn: lines such as `a  <-  b  <-  c`, in which b imports a, and c imports b.
fn drawn() -> Arrows {
    let text = fs::read_to_string(artifact::root().join("ARCHITECTURE.md")).unwrap();
    let mut arrows = Arrows::new();
    for line in text.lines().filter(|line| line.contains("  <-  ")) {
        let crates: Vec<_> = line.split("<-").filter_map(|name| name.split_whitespace().next()).collect();
        for pair in crates.windows(2) {
            arrows.entry(pair[1].to_owned()).or_default().insert(pair[0].to_owned());
        }
    }
    arrows
}

/// All that a crate may import: what the arrows lead to, one after the other.
fn allowed(arrows: &Arrows, name: &str) -> BTreeSet<String> {
    let direct = arrows.get(name).cloned().unwrap_or_default();
    direct.iter().flat_map(|next| allowed(arrows, next)).chain(direct.clone()).collect()
}

/// What each crate of the workspace imports from it, besides what its tests do.
fn imported() -> Arrows {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut asked = Command::new(cargo);
    asked.args(["metadata", "--format-version", "1", "--no-deps", "--offline"]).current_dir(artifact::root());
    let told = asked.output().unwrap();
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    let packages = told["packages"].as_array().unwrap();
    let name = |package: &Value| package["name"].as_str().unwrap().to_owned();
    let own: BTreeSet<_> = packages.iter().map(name).collect();
    let imports = |package: &Value| {
        let all = package["dependencies"].as_array().unwrap().iter();
        all.filter(|import| import["kind"].is_null())
            .map(name)
            .filter(|import| own.contains(import))
            .collect()
    };
    packages.iter().map(|package| (name(package), imports(package))).collect()
}

#[test]
fn crates_import_what_the_arrows_say() {
    let (drawn, imported) = (drawn(), imported());
    assert!(imported.len() > 5 && drawn.len() > 4, "{imported:?} {drawn:?}");
    for (name, imports) in &imported {
        let allowed = allowed(&drawn, name);
        let wrong: Vec<_> = imports.difference(&allowed).collect();
        assert!(wrong.is_empty(), "{name} imports {wrong:?}, and no arrow of ARCHITECTURE.md leads there");
    }
    for (name, arrows) in &drawn {
        let missing: Vec<_> = arrows.difference(&imported[name]).collect();
        assert!(missing.is_empty(), "ARCHITECTURE.md draws {name} to import {missing:?}, which it does not");
    }
}
