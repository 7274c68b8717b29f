//! Every exit code: somebody gets it from the program, and it is written where people look for it.

use std::{
    collections::BTreeSet,
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{
    sharing,
    signal::send,
    stage::{assert_fits, assert_shown, each},
    terminal::Terminal,
};

/// What leads to an exit code, in the sandbox. It is `{folder}` where the files are.
const PROVOKED: &[(i32, &str)] = &[
    (0, "item show me:/Notes.txt"),
    (1, "item show me:/Missing"),
    (2, "item show nowhere"),
    (3, "apply {folder}/unresolved.csv"),
    (4, "item show me:/Notes.txt --faults {folder}/expired.json"),
    (5, "item show me:/Notes.txt --faults {folder}/throttled.json"),
    (6, "apply {folder}/access.csv --read-back --faults {folder}/stale.json"),
    (7, "invite me:/Notes.txt --to megan@fabrikam.com --role read --faults {folder}/forbidden.json"),
    (10, "plan {folder}/access.csv --exit-code"),
];

/// The code of what a signal ended.
const INTERRUPTED: i32 = 130;

/// A folder with lists, and with faults that the sandbox is to have.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let fault = |rule: &str| format!("{{ \"faults\": [{rule}] }}");
    write("access.csv", "item,recipient,role\nme:/Notes.txt,ryan@contoso.com,write\n");
    write(
        "unresolved.csv",
        "item,recipient,role\nme:/Notes.txt,ryan@contoso.com,write\nme:/Notes.txt,nobody@contoso.com,read\n",
    );
    write("expired.json", &fault(r#"{ "then": { "status": 401 } }"#));
    write("throttled.json", &fault(r#"{ "then": { "status": 429, "retryAfter": 86400 } }"#));
    write(
        "stale.json",
        &fault(r#"{ "match": { "actions": ["list permissions"] }, "then": { "staleChanges": 1 } }"#),
    );
    write(
        "forbidden.json",
        &fault(r#"{ "match": { "actions": ["invite"] }, "then": { "preset": "sharingDisabled" } }"#),
    );
    folder
}

/// The program in the sandbox; of a line's words, none has a space.
fn command(line: &str, folder: &Path) -> Command {
    let line = line.replace("{folder}", folder.to_str().unwrap());
    sharing(&["--sandbox"].into_iter().chain(line.split(' ')).collect::<Vec<_>>())
}

#[test]
fn each_is_provoked_piped_and_on_a_terminal() {
    let folder = folder();
    let seen = each(PROVOKED, |(_, line)| {
        let piped = crate::seen(&mut command(line, folder.path()));
        let (seen, exit, _) = Terminal::long(&command(line, folder.path())).end();
        (piped, seen, exit)
    });
    for ((code, line), (piped, seen, exit)) in PROVOKED.iter().zip(seen) {
        assert!(piped.starts_with(&format!("exit code: {code}\n")), "{line}: {piped}");
        assert_shown!(format!("{code}"), piped);
        assert_eq!(i32::try_from(exit), Ok(*code), "{line}: {seen}");
        assert_fits(line, &seen);
        assert_shown!(format!("{code}-on-a-terminal"), seen);
    }
}

/// A service that takes what is asked, and never answers.
fn asking(listener: &TcpListener) -> Command {
    let place = format!("http://{}", listener.local_addr().unwrap());
    let mut command = sharing(&["item", "show", "me:/Notes.txt", "--endpoint", &place]);
    command.env("SHARING_TOKEN", "any").stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn a_signal_is_told_piped_and_on_a_terminal() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    for signal in ["-INT", "-TERM"] {
        let child = asking(&listener).spawn().unwrap();
        let _asked = listener.accept().unwrap();
        send(signal, &child);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(INTERRUPTED));
        assert_shown!("130", crate::told(&output));
    }
    let mut terminal = Terminal::long(&asking(&listener));
    let _asked = listener.accept().unwrap();
    terminal.press_ctrl_c();
    let (seen, exit, _) = terminal.end();
    assert_eq!(i32::try_from(exit), Ok(INTERRUPTED), "{seen}");
    assert_shown!("130-on-a-terminal", seen);
}

/// The numbers that lines begin with, in a table or behind commas.
fn codes(text: &str) -> BTreeSet<i32> {
    let starts = text.split(['\n', ',']).map(|part| part.trim_start_matches(['|', ' ']));
    starts.filter_map(|part| part.split(' ').next()?.parse().ok()).collect()
}

#[test]
fn what_is_written_lists_these_and_no_others() {
    let mut provoked: BTreeSet<_> = PROVOKED.iter().map(|(code, _)| *code).collect();
    assert_eq!(provoked.len(), PROVOKED.len());
    provoked.insert(INTERRUPTED);
    let source = include_str!("../../src/exit.rs");
    let (source, _) = source.split_once("impl Exit").unwrap();
    let of_source = source.split(" = ").skip(1).filter_map(|rest| rest.split(',').next()?.parse().ok());
    assert_eq!(of_source.collect::<BTreeSet<i32>>(), provoked);

    let guide = include_str!("../../GUIDE.md");
    let (_, guide) = guide.split_once("| code |").unwrap();
    let (guide, _) = guide.split_once("\n\n").unwrap();
    assert_eq!(codes(guide), provoked);

    let help = sharing_cli::command().get_after_help().unwrap().to_string();
    let (_, help) = help.split_once("Exit codes: ").unwrap();
    assert_eq!(codes(help), provoked);
    for file in ["docs/reference.md", "docs/man/sharing.1"] {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(file);
        let text = fs::read_to_string(path).unwrap().replace('\n', " ");
        assert!(text.contains("Exit codes: "), "{file}");
    }
}
