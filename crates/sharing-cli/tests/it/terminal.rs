//! The program on a terminal of 80 columns and 24 lines: tables that fit, colours, bars, and Ctrl-C.

use std::{
    fs,
    io::{Read, Write},
    num::NonZero,
    path::Path,
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::{
    Service,
    format::{Stage, assert_shown},
    sharing,
};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A terminal that runs the program, and what it shows.
struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    picture: vt100::Parser,
}

impl Terminal {
    fn run(command: &std::process::Command) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut on_terminal = CommandBuilder::new(command.get_program());
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
        // Lines that left the screen are kept.
        let picture = vt100::Parser::new(NonZero::new(24).unwrap(), NonZero::new(80).unwrap(), 500);
        Self { child, _master: pair.master, keyboard, output, picture }
    }

    /// Looks until the screen shows this, or the program has ended.
    fn until(&mut self, shows: impl Fn(&str) -> bool) -> String {
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

    /// What is on the screen when the program has ended, and its exit code.
    fn end(mut self) -> (String, u32, vt100::Parser) {
        let seen = self.until(|_| false);
        (seen, self.child.wait().unwrap().exit_code(), self.picture)
    }
}

#[test]
fn every_verb_on_a_terminal_of_eighty_columns() {
    let stage = Stage::set();
    for (name, words) in stage.verbs() {
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let (seen, _, _) = Terminal::run(&stage.service.sharing(&words)).end();
        assert_shown!(name, seen);
    }
}

#[test]
fn a_list_is_applied_on_a_terminal_of_eighty_columns() {
    let (seen, exit, picture) =
        Terminal::run(&sharing(&["--sandbox", "apply", "examples/access-list.csv"])).end();
    assert_eq!(exit, 0, "{seen}");
    assert!(!picture.screen().hide_cursor());
    assert_shown!("apply", seen);
}

#[test]
fn what_fits_is_a_table_and_what_does_not_a_record() {
    let service = Service::start();
    for (name, arguments) in [
        ("table", &["item", "children", "me:/", "--columns", "name,kind,size"][..]),
        ("records", &["item", "children", "me:/"]),
        ("failure", &["item", "show", "me:/Missing"]),
        ("help", &["item", "--help"]),
    ] {
        let (seen, _, picture) = Terminal::run(&service.sharing(arguments)).end();
        assert!(name != "table" || seen.lines().all(|line| line.chars().count() <= 80), "{seen}");
        assert_shown!(name, seen);
        // The heading, or `error:`.
        let first = picture.screen().cell(0, 0).unwrap();
        assert!(first.bold() == matches!(name, "table" | "failure") || name == "help", "{name}");
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

/// A list of two hundred rows, at a service that takes its time.
fn apply(folder: &Path) -> Terminal {
    let faults = folder.join("faults.json");
    fs::write(
        &faults,
        r#"{ "faults": [{ "match": { "methods": ["POST"] }, "then": { "latencyMs": 300 } }] }"#,
    )
    .unwrap();
    let world = ["--sandbox", "--world", "examples/world.json", "--faults"];
    let mut command = sharing(&world);
    command.arg(faults).args(["apply", "examples/rollout.csv", "--journal"]).arg(folder.join("runs.db"));
    Terminal::run(&command)
}

#[test]
fn a_bar_shows_how_far_it_is_and_ctrl_c_ends_it_cleanly() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = apply(folder.path());
    let seen =
        terminal.until(|seen| seen.contains(" requests") && seen.contains("left") && seen.contains('█'));
    assert!(seen.contains("left"), "{seen}");
    terminal.keyboard.write_all(b"\x03").unwrap();
    let seen = terminal.until(|seen| seen.contains("stopping once"));
    assert!(seen.contains("stopping once what is under way is answered"), "{seen}");
    let (seen, exit, picture) = terminal.end();
    assert_eq!(exit, 130, "{seen}");
    // What is said stands on a line of its own with no bar after it, the cursor shows, and the run can go on.
    let rows: Vec<_> = picture.screen().rows(0, 80).collect();
    let said =
        rows.iter().position(|row| row.starts_with("stopping once")).unwrap_or_else(|| panic!("{rows:#?}"));
    assert!(rows[said..].iter().all(|row| !row.contains('█')), "{rows:#?}");
    assert!(!picture.screen().hide_cursor());
    assert!(seen.contains("stopped: interrupted") && seen.contains("sharing runs resume 1"), "{seen}");
    let runs =
        sharing(&["runs", "show", "1", "--journal"]).arg(folder.path().join("runs.db")).output().unwrap();
    assert!(String::from_utf8(runs.stderr).unwrap().contains("interrupted"));
    assert!(fs::metadata(folder.path().join("runs.db")).unwrap().len() > 0);
}

#[test]
fn a_second_ctrl_c_ends_it_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = apply(folder.path());
    terminal.until(|seen| seen.contains('█'));
    terminal.keyboard.write_all(b"\x03").unwrap();
    terminal.until(|seen| seen.contains("stopping once"));
    terminal.keyboard.write_all(b"\x03").unwrap();
    let (seen, exit, _) = terminal.end();
    assert_eq!(exit, 130, "{seen}");
}
