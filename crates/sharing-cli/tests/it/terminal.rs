//! The program on a terminal of 80 columns and 24 lines: tables that fit, colours, bars, and Ctrl-C.

use std::{
    fs,
    io::{Read, Write},
    num::NonZero,
    path::PathBuf,
    process::Command,
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use serde_json::json;
use sharing_mock::{MockServer, World};

use crate::{Service, stage::assert_shown};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A terminal that runs the program, and what it shows.
pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    picture: vt100::Parser,
}

impl Terminal {
    pub(crate) fn run(command: &Command) -> Self {
        Self::of(command, 24)
    }

    /// One with more lines than anybody has, so that all of them are looked at.
    pub(crate) fn long(command: &Command) -> Self {
        Self::of(command, 2_000)
    }

    fn of(command: &Command, rows: u16) -> Self {
        let size = PtySize { rows, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        // At Ctrl-C a terminal's driver throws away what nobody has read yet. Whoever sits before one has read it long
        // before; this test may be slower than the program.
        let mut on_terminal = CommandBuilder::new("sh");
        on_terminal.args(["-c", r#"stty noflsh && exec "$0" "$@""#]);
        on_terminal.arg(command.get_program());
        on_terminal.args(command.get_args());
        on_terminal.cwd(command.get_current_dir().unwrap());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => on_terminal.env(name, value),
                None => on_terminal.env_remove(name),
            }
        }
        on_terminal.env("TERM", "xterm-256color");
        let child = pair.slave.spawn_command(on_terminal).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (tell, output) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = reader.read(&mut buffer) {
                if tell.send(buffer[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        let keyboard = pair.master.take_writer().unwrap();
        let picture = vt100::Parser::new(NonZero::new(rows).unwrap(), NonZero::new(80).unwrap(), 0);
        Self { child, _master: pair.master, keyboard, output, picture }
    }

    /// Looks until the screen shows this, or the program has ended.
    pub(crate) fn until(&mut self, shows: impl Fn(&str) -> bool) -> String {
        let since = Instant::now();
        loop {
            let seen = self.picture.screen().contents();
            if shows(&seen) {
                return seen;
            }
            assert!(since.elapsed() < PATIENCE, "{seen}");
            match self.output.recv_timeout(PATIENCE) {
                Ok(bytes) => self.picture.process(&bytes),
                Err(_) => return self.picture.screen().contents(),
            }
        }
    }

    /// Looks until the screen shows this line and the cursor is below it, where the next ^C is shown.
    fn until_said(&mut self, line: &str) {
        let since = Instant::now();
        loop {
            let screen = self.picture.screen();
            let said = screen.rows(0, 80).position(|row| row.contains(line));
            if said.is_some_and(|row| usize::from(screen.cursor_position().0) > row) {
                return;
            }
            assert!(since.elapsed() < PATIENCE, "{}", screen.contents());
            self.picture.process(&self.output.recv_timeout(PATIENCE).unwrap());
        }
    }

    pub(crate) fn press_ctrl_c(&mut self) {
        self.keyboard.write_all(b"\x03").unwrap();
    }

    /// What is on the screen when the program has ended, and its exit code.
    pub(crate) fn end(mut self) -> (String, u32, vt100::Parser) {
        while let Ok(bytes) = self.output.recv_timeout(PATIENCE) {
            self.picture.process(&bytes);
        }
        let seen = self.picture.screen().contents();
        (seen, self.child.wait().unwrap().exit_code(), self.picture)
    }
}

#[test]
fn what_fits_is_a_table_and_what_does_not_a_record() {
    let service = Service::start();
    for (name, arguments) in [
        ("table", &["item", "children", "me:/", "--columns", "name,kind,size"][..]),
        ("records", &["item", "children", "me:/"]),
        ("failure", &["item", "show", "me:/Missing"]),
    ] {
        let (seen, _, picture) = Terminal::run(&service.sharing(arguments)).end();
        assert!(name != "table" || seen.lines().all(|line| line.chars().count() <= 80), "{seen}");
        assert_shown!(name, seen);
        // The heading, or `error:`.
        let first = picture.screen().cell(0, 0).unwrap();
        assert_eq!(first.bold(), name != "records", "{name}");
    }
}

#[test]
fn no_colour_where_somebody_wants_none() {
    let service = Service::start();
    let show = ["item", "show", "me:/Missing"];
    for (variable, flag) in [(Some(("NO_COLOR", "1")), &[][..]), (None, &["--color", "never"])] {
        let mut command = service.sharing(&[&show[..], flag].concat());
        command.envs(variable);
        let (_, _, picture) = Terminal::run(&command).end();
        assert!(!picture.screen().cell(0, 0).unwrap().bold());
    }
}

/// Thirty files, on each of which everybody on a list has something.
const FILES: usize = 30;
const PEOPLE: usize = 4;

/// A service with files, and a folder with the lists and the journal of somebody who works on it.
struct Desk {
    service: Service,
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let people = (0..PEOPLE).map(|n| json!({ "displayName": format!("Person {n}"), "mail": mail(n) }));
        let me = json!({ "displayName": "Nadia Okafor", "mail": "nadia@contoso.com" });
        let site = "https://contoso-my.sharepoint.com/personal/nadia_contoso_com";
        let world = json!({
            "tenant": { "name": "Contoso", "domain": "contoso.com" },
            "me": "nadia@contoso.com",
            "users": std::iter::once(me).chain(people).collect::<Vec<_>>(),
            "sites": [{ "url": site, "of": "nadia@contoso.com" }],
            "drives": [{
                "type": "business", "name": "Documents", "owner": "nadia@contoso.com", "site": site,
                "items": (0..FILES).map(|n| json!({ "name": format!("{n}.docx"), "size": 1 })).collect::<Vec<_>>(),
            }],
        });
        let builder = MockServer::builder().world(world.to_string().parse::<World>().unwrap());
        let desk = Self { service: Service::with(builder), folder: tempfile::tempdir().unwrap() };
        let list = |name: &str, rows: &mut dyn Iterator<Item = String>| {
            let text = format!("item,recipient,role\n{}", rows.collect::<String>());
            fs::write(desk.path(name), text).unwrap();
        };
        let row = |file: usize, person: usize| format!("me:/{file}.docx,{},read\n", mail(person));
        list("given.csv", &mut (0..FILES).map(|file| row(file, 0)));
        list("wanted.csv", &mut (0..FILES).flat_map(|file| (1..PEOPLE).map(move |person| row(file, person))));
        list("many.csv", &mut (0..400).map(|file| row(file, 0)));
        fs::write(
            desk.path("audit.ndjson"),
            r#"{"item": "/drive/root:/0.docx", "recipient": "person0@contoso.com", "role": "read", "how": "direct"}"#,
        )
        .unwrap();
        let given = desk.sharing(&["apply", "given.csv"]).output().unwrap();
        assert!(given.status.success(), "{given:?}");
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn sharing(&self, arguments: &[&str]) -> Command {
        let mut command = self.service.sharing(arguments);
        command.current_dir(self.folder.path()).env("SHARING_JOURNAL", self.path("runs.db"));
        command.args(["--limits", "none"]);
        command
    }

    /// From now on the service takes so long for what is asked by these methods.
    fn is_slow(&self, methods: &[&str], milliseconds: u64) {
        let fault = json!({ "match": { "methods": methods }, "then": { "latencyMs": milliseconds } });
        self.service.server().add_fault(serde_json::from_value(fault).unwrap()).unwrap();
    }

    fn requests(&self) -> usize {
        self.service.server().requests().len()
    }
}

fn mail(person: usize) -> String {
    format!("person{person}@contoso.com")
}

/// Presses Ctrl-C, and looks at what is left: no bar, no half line, the cursor below all that is said, and in the end how to
/// go on. What the screen shows.
fn interrupted(mut terminal: Terminal, next: &str) -> String {
    terminal.press_ctrl_c();
    let (seen, exit, picture) = terminal.end();
    assert_eq!(exit, 130, "{seen}");
    let screen = picture.screen();
    let rows: Vec<_> = screen.rows(0, 80).collect();
    for left in ["█", "^C", " left", "seen, the permissions"] {
        assert!(rows.iter().all(|row| !row.contains(left)), "{left}: {rows:#?}");
    }
    let last = rows.iter().rposition(|row| !row.is_empty()).unwrap();
    assert_eq!(screen.cursor_position(), (u16::try_from(last).unwrap() + 1, 0), "{rows:#?}");
    assert!(!screen.hide_cursor());
    let (_, said) = seen.trim_end().rsplit_once("\nnext: ").unwrap_or_else(|| panic!("{seen}"));
    assert_eq!(said.split_whitespace().collect::<Vec<_>>().join(" "), next);
    seen
}

/// Waits until the service has been asked so often.
fn until_asked(desk: &Desk, requests: usize) {
    let since = Instant::now();
    while desk.requests() < requests {
        assert!(since.elapsed() < PATIENCE);
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn ctrl_c_ends_what_only_reads_at_once() {
    for arguments in [
        &["plan", "wanted.csv"][..],
        &["audit", "me:/", "--recursive"],
        &["revoke", "--from", "person0@contoso.com", "--under", "me:/"],
        &["diff", "given.csv", "live"],
        &["apply", "wanted.csv", "--dry-run"],
    ] {
        let desk = Desk::new();
        let before = desk.requests();
        let is_audit = arguments[0] == "audit";
        // Of an audit it is told how far it is, where it takes longer than a moment.
        if is_audit {
            // Rows come in the order of items: all but the last of them are told.
            let last = r#"{ "match": { "actions": ["list permissions"], "item": "/29.docx" }, "then": { "latencyMs": 20000 } }"#;
            desk.service.server().add_fault(serde_json::from_str(last).unwrap()).unwrap();
        }
        desk.is_slow(&["GET", "POST"], 600);
        let mut terminal = Terminal::run(&desk.sharing(arguments));
        if is_audit {
            terminal.until(|seen| seen.contains("seen, the permissions"));
        } else {
            until_asked(&desk, before + 1);
        }
        let seen = interrupted(terminal, "the same again");
        assert!(seen.contains("interrupted: nothing was changed"), "{seen}");
    }
}

#[test]
fn a_bar_shows_how_far_a_run_is_and_ctrl_c_ends_it_cleanly() {
    for (arguments, next) in [
        (&["apply", "wanted.csv", "--recipients-per-request", "1"][..], "sharing runs resume 2"),
        (&["revoke", "--from", "person0@contoso.com", "--under", "me:/", "--yes"], "sharing runs resume 2"),
        (
            &["rehearse", "many.csv", "--world", "audit.ndjson", "--journal", "rehearsed.db"],
            "sharing runs resume 1 --journal rehearsed.db",
        ),
    ] {
        let desk = Desk::new();
        desk.is_slow(&["DELETE"], 300);
        let invitations = r#"{ "match": { "actions": ["invite"] }, "then": { "latencyMs": 300 } }"#;
        desk.service.server().add_fault(serde_json::from_str(invitations).unwrap()).unwrap();
        let mut terminal = Terminal::run(&desk.sharing(arguments));
        terminal.until(|seen| ["█", " requests", " left", "/s"].iter().all(|part| seen.contains(part)));
        let seen = interrupted(terminal, next);
        assert!(
            seen.contains("\nstopping once what is under way is answered; again, to stop at once\n"),
            "{seen}"
        );
        assert!(seen.contains("stopped: interrupted"), "{seen}");
    }
}

#[test]
fn ctrl_c_while_a_run_is_planned_leaves_one_that_resumes() {
    let desk = Desk::new();
    desk.is_slow(&["GET", "POST"], 300);
    let before = desk.requests();
    let terminal = Terminal::run(&desk.sharing(&["apply", "wanted.csv"]));
    until_asked(&desk, before + 1);
    let seen = interrupted(terminal, "sharing runs resume 2");
    assert!(seen.contains("stopped while planning; nothing was sent"), "{seen}");
}

#[test]
fn a_second_ctrl_c_ends_it_at_once() {
    let desk = Desk::new();
    let invitations = r#"{ "match": { "actions": ["invite"] }, "then": { "latencyMs": 20000 } }"#;
    desk.service.server().add_fault(serde_json::from_str(invitations).unwrap()).unwrap();
    let mut terminal = Terminal::run(&desk.sharing(&["apply", "wanted.csv"]));
    terminal.until(|seen| seen.contains('█'));
    terminal.press_ctrl_c();
    terminal.until_said("stopping once what is under way is answered; again, to stop at once");
    let seen = interrupted(terminal, "sharing runs resume 2");
    assert!(seen.contains("stopped at once: what was under way may be done"), "{seen}");
}

#[test]
fn ctrl_c_ends_what_waits_for_somebody_to_type() {
    let desk = Desk::new();
    let mut terminal = Terminal::run(&desk.sharing(&["validate", "-", "--verbose"]));
    terminal.keyboard.write_all(b"item,recipient,role\n").unwrap();
    terminal.until(|seen| seen.contains("item,recipient"));
    // Whoever listens does so by then: the program reads.
    thread::sleep(Duration::from_millis(300));
    let seen = interrupted(terminal, "the same again");
    assert!(seen.contains("interrupted: nothing was changed"), "{seen}");
}
