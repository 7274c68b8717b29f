//! The page that maps the service's documents to the code and to the tests, held against both.

use std::{fs, path::PathBuf};

use crate::artifact;

/// A link of the page to a name in a source file, such as ``[`Role`](src/role.rs)``.
struct Named<'a> {
    name: &'a str,
    file: PathBuf,
}

fn page() -> PathBuf {
    artifact::root().join("crates/sharing-model/PROTOCOL.md")
}

/// The links of a cell to names in source files.
fn names(cell: &str) -> Vec<Named<'_>> {
    let folder = page().parent().unwrap().to_owned();
    let links = cell.split("[`").skip(1).filter_map(|rest| {
        let (name, rest) = rest.split_once("`](")?;
        let (file, _) = rest.split_once(')')?;
        Some(Named { name, file: folder.join(file) })
    });
    links.filter(|named| named.file.extension().is_some_and(|ending| ending == "rs")).collect()
}

/// Whether this text says what the name is: a type, a function, a constant.
fn declares(text: &str, name: &str) -> bool {
    let kinds = ["fn", "struct", "enum", "trait", "type", "const", "static"];
    kinds.iter().any(|kind| {
        let declaration = format!("{kind} {name}");
        text.match_indices(&declaration).any(|(at, found)| {
            let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
            !text[at + found.len()..].starts_with(is_part) && !text[..at].ends_with(is_part)
        })
    })
}

/// Whether this text has a test of this name: what stands before it, up to an empty line or a brace, says so.
fn tests(text: &str, name: &str) -> bool {
    text.match_indices(&format!("fn {name}(")).any(|(at, _)| {
        let before = &text[..at];
        let from = before.rfind(['{', '}', ';']).map_or(0, |end| end + 1);
        before[from..].contains("#[test]") || before[from..].contains("#[tokio::test")
    })
}

#[test]
fn every_table_leads_to_code_and_to_tests_that_there_are() {
    let text = fs::read_to_string(page()).unwrap();
    let mut rows = 0;
    let mut wrong = Vec::new();
    for line in text.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<_> = line.trim_matches('|').split(" | ").collect();
        let [documents, code, held_by] = cells[..] else { panic!("{line}: three cells") };
        if documents.trim() == "the documents" || documents.starts_with(" ---") {
            continue;
        }
        rows += 1;
        let (code, held_by) = (names(code), names(held_by));
        if code.is_empty() || held_by.is_empty() {
            wrong.push(format!("{documents}: no code, or no test"));
        }
        let mut check =
            |named: &Named<'_>, is_there: fn(&str, &str) -> bool| match fs::read_to_string(&named.file) {
                Ok(text) if is_there(&text, named.name) => {}
                Ok(_) => wrong.push(format!("{} is not in {}", named.name, named.file.display())),
                Err(error) => wrong.push(format!("{}: {error}", named.file.display())),
            };
        code.iter().for_each(|named| check(named, declares));
        held_by.iter().for_each(|named| check(named, tests));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(rows > 40, "only {rows} rows were read");
}

#[test]
fn a_name_that_is_not_there_is_missed() {
    let text = "#[test]\nfn one() {}\nfn two() {}\nstruct Role;\n#[tokio::test(start_paused = true)]\nasync fn three() {}";
    assert!(tests(text, "one") && tests(text, "three"));
    assert!(!tests(text, "two") && !tests(text, "on"));
    assert!(declares(text, "Role") && !declares(text, "Rol") && !declares(text, "role"));
}
