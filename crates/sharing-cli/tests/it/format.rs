//! Every verb that prints data, in every format; `--query` and `--columns`.

use crate::{REPORT, Service, assert_seen, seen, sharing};

/// What a verb prints in each format.
fn every_format(mut run: impl FnMut(&str) -> std::process::Command) -> String {
    ["table", "json", "ndjson", "csv", "yaml"]
        .map(|format| format!("===== {format} =====\n{}", seen(&mut run(format))))
        .join("\n")
}

/// A service with something on it, and every verb that prints data about it.
pub(crate) struct Stage {
    pub(crate) service: Service,
    folder: tempfile::TempDir,
}

impl Stage {
    pub(crate) fn set() -> Self {
        let stage = Self { service: Service::start(), folder: tempfile::tempdir().unwrap() };
        let invite = ["invite", REPORT, "--to", "ryan@contoso.com", "--role", "write", "--no-notify"];
        assert!(stage.service.sharing(&invite).output().unwrap().status.success());
        let journal = stage.path("runs.db");
        let apply = ["apply", "examples/access-list.csv", "--journal", &journal];
        assert!(stage.service.sharing(&apply).output().unwrap().status.success());
        std::fs::write(stage.path("requests.ndjson"), "{\"method\": \"GET\", \"url\": \"/me/drive\"}\n")
            .unwrap();
        stage
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// The name and the words of each verb.
    pub(crate) fn verbs(&self) -> Vec<(&'static str, Vec<String>)> {
        let (journal, requests) = (self.path("runs.db"), self.path("requests.ndjson"));
        let verbs: [(&'static str, &[&str]); 15] = [
            ("invite", &["invite", REPORT, "--to", "ryan@contoso.com", "--role", "write", "--no-notify"]),
            ("permissions-list", &["permissions", "list", REPORT]),
            ("link-create", &["link", "create", REPORT, "--type", "view", "--scope", "organization"]),
            ("link-list", &["link", "list", REPORT]),
            ("item-show", &["item", "show", REPORT]),
            ("item-children", &["item", "children", "me:/"]),
            ("audit", &["audit", "me:/Projects", "--recursive"]),
            ("plan", &["plan", "examples/access-list.csv", "--journal", &journal]),
            ("diff", &["diff", "examples/access-list.csv", "live"]),
            ("validate", &["validate", "examples/access-list.csv"]),
            ("runs-list", &["runs", "list", "--journal", &journal]),
            ("runs-show", &["runs", "show", "1", "--journal", &journal]),
            ("runs-report", &["runs", "report", "1", "--journal", &journal]),
            ("explain", &["explain", "sharingDisabled"]),
            ("batch", &["batch", &requests]),
        ];
        verbs.map(|(name, words)| (name, words.iter().map(|word| (*word).to_owned()).collect())).into()
    }
}

/// Compares with the snapshot of this name, without what differs from run to run.
macro_rules! assert_shown {
    ($name:expr, $shown:expr) => {
        insta::with_settings!({ filters => vec![
            (r"127\.0\.0\.1:\d+", "[host]"),
            (r"[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", "[request-id]"),
            (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z", "[time]"),
            (r"/tmp/[^ ]*/", "[folder]/"),
        ] }, {
            insta::assert_snapshot!($name, $shown);
        });
    };
}
pub(crate) use assert_shown;

#[test]
fn every_verb_in_every_format() {
    let stage = Stage::set();
    for (name, words) in stage.verbs() {
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let shown = every_format(|format| stage.service.sharing(&[&words[..], &["-o", format]].concat()));
        assert_shown!(name, shown);
    }
}

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
