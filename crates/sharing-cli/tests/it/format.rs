//! What is chosen of data, and how it is printed: `--query`, `--columns`, `--quiet` and `--color`.

use crate::{assert_seen, seen, sharing};

#[test]
fn a_query_finds_what_it_asks_for() {
    let run = |query: &str, format: &str| {
        sharing(&["--sandbox", "item", "children", "me:/", "-o", format, "--query", query])
    };
    assert_seen!(run("value[].name", "json"));
    assert_seen!(run("value[].{name: name, size: size}", "table"));
    assert_seen!(run("value[].{name: name, size: size}", "csv"));
    assert_seen!(run("value[?folder].name", "ndjson"));
    assert_seen!(run("value[?name=='nothing']", "yaml"));
    assert_seen!(run("value[", "json"));
    assert_seen!(run("abs(value)", "json"));
}

#[test]
fn columns_are_chosen_of_tables_by_their_headings_and_of_json_by_properties() {
    let run = |columns: &str, format: &str| {
        sharing(&["--sandbox", "item", "children", "me:/", "-o", format, "--columns", columns])
    };
    assert_seen!(run("kind,name", "table"));
    assert_seen!(run("Name", "csv"));
    assert_seen!(run("size,name", "ndjson"));
    assert_seen!(run("name", "yaml"));
    assert_seen!(run("owner", "table"));
    assert_seen!(run("owner", "json"));
    assert_seen!(sharing(&["--sandbox", "audit", "me:/Projects", "-r", "--columns", "recipient,role"]));
    assert_seen!(sharing(&["--sandbox", "item", "show", "me:/", "-o", "html"]));
}

#[test]
fn quiet_says_only_what_went_wrong() {
    assert_seen!(sharing(&["--sandbox", "-q", "audit", "me:/Projects", "-r", "-o", "csv"]));
    assert_seen!(sharing(&["--sandbox", "-q", "item", "show", "me:/Missing"]));
}

#[test]
fn colours_only_where_they_are_asked_for() {
    let coloured = |command: &mut std::process::Command| seen(command).contains("\x1b[");
    let table = ["--sandbox", "item", "show", "me:/Notes.txt"];
    assert!(!coloured(&mut sharing(&table)));
    assert!(coloured(sharing(&table).args(["--color", "always"])));
    assert!(!coloured(sharing(&table).env("NO_COLOR", "1")));
    assert!(coloured(sharing(&table).env("NO_COLOR", "1").args(["--color", "always"])));
}

#[test]
fn a_reader_who_has_seen_enough_is_no_failure() {
    let line = format!("'{}' --sandbox audit me:/ -r -o csv | head -1", env!("CARGO_BIN_EXE_sharing"));
    let output = std::process::Command::new("sh").args(["-c", &line]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 1, "{output:?}");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("rror"), "{output:?}");
}

#[test]
fn standard_input_is_read_once_and_what_cannot_be_written_is_told_so() {
    assert_seen!(sharing(&["diff", "-", "-"]));
    assert_seen!(sharing(&[
        "profile",
        "set",
        "work",
        "tenant=contoso.com",
        "--config",
        "/dev/null/sharing.toml"
    ]));
}

#[cfg(unix)]
#[test]
fn words_are_coloured_on_a_terminal_also_the_most_verbose() {
    let command = sharing(&["--sandbox", "-vvv", "item", "show", "me:/Notes.txt"]);
    let (seen, exit, _) = crate::terminal::Terminal::long(&command).end();
    assert_eq!(exit, 0, "{seen}");
    assert!(seen.contains("get item") && !seen.contains("panicked"), "{seen}");
}
