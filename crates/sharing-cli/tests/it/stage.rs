//! Every verb, with something that it can be run on: what it prints in each format, on a terminal, and what its help says.

use std::{
    collections::BTreeSet,
    fs,
    num::NonZero,
    os::unix,
    path::Path,
    process::Command,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    thread,
};

use sharing_mock::Application;

use crate::{
    REPORT, Service, at_home, help::all, mock::seen_until_interrupted, seen, sharing, terminal::Terminal,
};

/// A verb, what is run before it, and what it is run with.
struct Case {
    verb: &'static [&'static str],
    before: &'static [&'static [&'static str]],
    with: &'static [&'static str],
}

const fn case(verb: &'static [&'static str], with: &'static [&'static str]) -> Case {
    Case { verb, before: &[], with }
}

impl Case {
    const fn after(self, before: &'static [&'static [&'static str]]) -> Self {
        Self { before, ..self }
    }

    /// As its snapshots are named.
    fn name(&self) -> String {
        self.verb.join("-")
    }
}

const INVITE: &[&str] = &["invite", REPORT, "--to", "ryan@contoso.com", "--role", "write", "--no-notify"];
const APPLY: &[&str] = &["apply", "examples/access-list.csv"];
const LINK: &[&str] =
    &["link", "create", REPORT, "--type", "view", "--scope", "users", "--to", "ryan@contoso.com"];
const LOGIN: &[&str] = &["auth", "login", "--client-secret", "--secret-file", "secret.txt"];
const PROFILE: &[&str] =
    &["profile", "set", "work", "tenant=contoso.com", "credential=device-code", "client-id=1"];

/// Ryan Gregg's permission, on any item.
const RYANS: &str = "aTowIy5mfG1lbWJlcnNoaXB8cnlhbkBjb250b3NvLmNvbQ";
/// The link that `LINK` makes, and its URL.
const LINKS: &str = "1a4824b0-63e6-5b69-b4a6-ee73db9a3baf";
const URL: &str = "https://contoso-my.sharepoint.com/:w:/g/personal/nadia_contoso_com/ESh99c6YQbxZgGcb1qAAgxMBbRZrpLSjXtm5ZXpAe7ytug";

const CASES: &[Case] = &[
    case(&["invite"], &[REPORT, "--to", "ryan@contoso.com", "--role", "write", "--no-notify"])
        .after(&[INVITE]),
    case(&["permissions", "list"], &[REPORT]).after(&[INVITE, APPLY]),
    case(&["permissions", "get"], &[REPORT, RYANS]).after(&[INVITE]),
    case(&["permissions", "update"], &[REPORT, RYANS, "--role", "read"]).after(&[INVITE]),
    case(&["permissions", "delete"], &[REPORT, RYANS]).after(&[INVITE]),
    case(&["link", "create"], &[REPORT, "--type", "view", "--scope", "organization"]),
    case(&["link", "list"], &[REPORT]).after(&[LINK]),
    case(&["link", "delete"], &[REPORT, LINKS]).after(&[LINK]),
    case(&["link", "grant"], &[URL, "--to", "priya@contoso.com", "--role", "read"]).after(&[LINK]),
    case(&["link", "revoke"], &[REPORT, LINKS, "--from", "ryan@contoso.com"]).after(&[LINK]),
    case(&["item", "resolve"], &[REPORT]),
    case(&["item", "show"], &[REPORT]),
    case(&["item", "children"], &["me:/"]),
    case(&["audit"], &["me:/Projects", "--recursive"]).after(&[INVITE]),
    case(&["validate"], &["examples/access-list.csv"]),
    case(&["plan"], &["examples/access-list.csv"]),
    case(&["apply"], &["examples/access-list.csv"]),
    case(&["runs", "list"], &[]).after(&[APPLY]),
    case(&["runs", "show"], &["1"]).after(&[APPLY]),
    case(&["runs", "resume"], &["1"]).after(&[APPLY]),
    case(&["runs", "retry"], &["1"]).after(&[APPLY]),
    case(&["runs", "undo"], &["1"]).after(&[APPLY]),
    case(&["runs", "report"], &["1"]).after(&[APPLY]),
    case(&["revoke"], &["--from", "tomas@contoso.com", "--under", "me:/"]).after(&[APPLY]),
    case(&["diff"], &["examples/access-list.csv", "live"]),
    case(&["rehearse"], &["examples/access-list.csv", "--world", "audit.ndjson"]),
    case(&["batch"], &["requests.ndjson"]),
    case(&["explain"], &["sharingDisabled"]),
    case(&["doctor"], &[]),
    case(&["auth", "login"], &["--client-secret", "--secret-file", "secret.txt"]),
    case(&["auth", "status"], &[]).after(&[LOGIN]),
    case(&["auth", "token"], &[]).after(&[LOGIN]),
    case(&["auth", "logout"], &[]).after(&[LOGIN]),
    case(&["profile", "list"], &[]).after(&[PROFILE]),
    case(&["profile", "show"], &[]).after(&[PROFILE]),
    case(&["profile", "set"], &["work", "tenant=contoso.com"]),
    case(&["profile", "use"], &["work"]).after(&[PROFILE]),
    case(&["schema"], &[]),
    case(&["mock"], &[]),
    case(&["completions"], &["fish"]),
];

/// A service, a home, and a folder with files: for one case alone.
struct Stage {
    service: Service,
    folder: tempfile::TempDir,
}

impl Stage {
    /// Ready for a case.
    fn set(case: &Case) -> Self {
        let stage = Self { service: Service::start(), folder: tempfile::tempdir().unwrap() };
        let at = |name: &str| stage.folder.path().join(name);
        unix::fs::symlink(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples"), at("examples"))
            .unwrap();
        fs::write(at("requests.ndjson"), "{\"method\": \"GET\", \"url\": \"/me/drive\"}\n").unwrap();
        fs::write(at("secret.txt"), Application::daemon().secrets[0].expose()).unwrap();
        let held = r#"{"item": "/drive/root:/Notes.txt", "recipient": "ryan@contoso.com", "role": "read", "how": "direct"}"#;
        fs::write(at("audit.ndjson"), held).unwrap();
        for words in case.before {
            let output = stage.run(words).output().unwrap();
            assert!(output.status.success(), "{words:?}: {output:?}");
        }
        stage
    }

    fn run(&self, words: &[&str]) -> Command {
        let mut command = sharing(words);
        at_home(&mut command, self.folder.path());
        let url = self.service.server().url();
        command.current_dir(self.folder.path()).env("SHARING_JOURNAL", self.folder.path().join("runs.db"));
        match words[0] {
            "profile" => &mut command,
            "auth" => command
                .env("SHARING_ENDPOINT", url)
                .env("SHARING_AUTHORITY", url)
                .envs([("SHARING_TENANT", "contoso.com"), ("SHARING_CLIENT_ID", &*Application::daemon().id)]),
            _ => command.env("SHARING_ENDPOINT", url).env("SHARING_TOKEN", "any"),
        };
        command
    }

    fn case(&self, case: &Case, more: &[&str]) -> Command {
        self.run(&[case.verb, case.with, more].concat())
    }
}

/// The work for each of them, some at a time: each is a process or more, which waits most of its time.
pub(crate) fn each<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let workers = 2 * thread::available_parallelism().map_or(1, NonZero::get);
    let mut done: Vec<(usize, R)> = thread::scope(|scope| {
        let worker = || {
            let mut done = Vec::new();
            while let Some((number, one)) = {
                let number = next.fetch_add(1, Relaxed);
                all.get(number).map(|one| (number, one))
            } {
                done.push((number, work(one)));
            }
            done
        };
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Compares with the snapshot of this name, without what differs from run to run.
macro_rules! assert_shown {
    ($name:expr, $shown:expr) => {
        insta::with_settings!({ filters => vec![
            (r"127\.0\.0\.1:\d+", "[host]"),
            (r"[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", "[request-id]"),
            (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z", "[time]"),
            (r"good for \d+ minutes", "good for [minutes]"),
            (r"-?\d+ s from", "[seconds] from"),
            (r"eyJ[\w.-]+", "[token]"),
            (r"/tmp/\.tmp\w+/", "[folder]/"),
        ] }, {
            insta::assert_snapshot!($name, $shown);
        });
    };
}
pub(crate) use assert_shown;

/// Fails where a line is broken by the terminal, and not by the program: a word alone may be wider, as it is there to be
/// copied.
pub(crate) fn assert_fits(name: &str, shown: &str) {
    for line in shown.lines() {
        let is_word = line.split_whitespace().count() == 1;
        assert!(is_word || line.chars().count() <= 80, "{name}: {} columns: {line}", line.chars().count());
    }
}

#[test]
fn every_verb_has_a_case() {
    let leaves = all().into_iter().filter(|(_, verb)| verb.get_subcommands().next().is_none());
    let verbs: BTreeSet<String> = leaves.map(|(words, _)| words.join(" ")).collect();
    let cases: BTreeSet<String> = CASES.iter().map(|case| case.verb.join(" ")).collect();
    assert_eq!(verbs, cases);
    assert_eq!(CASES.len(), cases.len());
}

const FORMATS: [&str; 5] = ["table", "json", "ndjson", "csv", "yaml"];

/// What is printed is read by a shell or a header, and not by a person.
fn is_for_a_program(case: &Case) -> bool {
    matches!(case.verb, ["completions"] | ["auth", "token"])
}

/// Of a script of a thousand lines no more than the first; every verb is looked for in it elsewhere.
fn shortened(case: &Case, seen: String) -> String {
    if case.verb != ["completions"] {
        return seen;
    }
    seen.lines().take(5).map(|line| format!("{line}\n")).collect()
}

#[test]
fn every_verb_in_every_format() {
    let all: Vec<_> = CASES.iter().flat_map(|case| FORMATS.map(|format| (case, format))).collect();
    let seen = each(&all, |(case, format)| {
        let stage = Stage::set(case);
        let mut command = stage.case(case, &["--output", format]);
        let seen = if case.verb == ["mock"] { seen_until_interrupted(command) } else { seen(&mut command) };
        shortened(case, seen)
    });
    for (case, seen) in CASES.iter().zip(seen.chunks(FORMATS.len())) {
        let sections = FORMATS.iter().zip(seen).map(|(format, seen)| format!("===== {format} =====\n{seen}"));
        assert_shown!(case.name(), sections.collect::<Vec<_>>().join("\n"));
    }
}

#[test]
fn every_verb_on_a_terminal_of_eighty_columns() {
    let seen = each(CASES, |case| {
        let stage = Stage::set(case);
        let mut terminal = Terminal::long(&stage.case(case, &[]));
        if case.verb == ["mock"] {
            terminal.until(|seen| seen.contains("http://"));
            terminal.press_ctrl_c();
        }
        let (seen, exit, picture) = terminal.end();
        assert!(!picture.screen().hide_cursor());
        (seen, exit)
    });
    for (case, (seen, exit)) in CASES.iter().zip(seen) {
        let name = format!("{}-on-a-terminal", case.name());
        let seen = shortened(case, format!("exit code: {exit}\n{seen}"));
        if !is_for_a_program(case) {
            assert_fits(&name, &seen);
        }
        assert_shown!(name, seen);
    }
}

#[test]
fn every_help_text_piped_and_on_a_terminal_of_eighty_columns() {
    let verbs: Vec<_> = all().into_iter().map(|(words, _)| words).collect();
    let seen = each(&verbs, |words| {
        let words: Vec<_> = words.iter().map(String::as_str).chain(["--help"]).collect();
        let (on_terminal, exit, _) = Terminal::long(&sharing(&words)).end();
        assert_eq!(exit, 0);
        let piped = sharing(&words).output().unwrap();
        assert!(piped.status.success(), "{words:?}");
        (String::from_utf8(piped.stdout).unwrap(), on_terminal)
    });
    for (words, (piped, on_terminal)) in verbs.iter().zip(seen) {
        let name = [&["help".to_owned()], &**words].concat().join("-");
        let on_a_terminal = format!("{name}-on-a-terminal");
        assert_fits(&on_a_terminal, &on_terminal);
        insta::assert_snapshot!(on_a_terminal, on_terminal);
        insta::assert_snapshot!(name, piped);
    }
}
