//! `sharing mock`

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
};

use crate::{assert_seen, sharing, signal::send};

/// The service, served by the program; it ends with this.
struct Served(Child, String);

impl Served {
    fn with(arguments: &[&str]) -> Self {
        let mut child = sharing(&[&["mock"], arguments].concat()).stdout(Stdio::piped()).spawn().unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        Self(child, url.trim().to_owned())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a person sees of a service that serves, and ends at a signal.
pub(crate) fn seen_until_interrupted(mut command: Command) -> String {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    let mut shown = String::new();
    reader.read_line(&mut shown).unwrap();
    send("-INT", &child);
    reader.read_to_string(&mut shown).unwrap();
    let output = child.wait_with_output().unwrap();
    crate::told(&std::process::Output { stdout: shown.into(), ..output })
}

#[test]
fn it_serves_what_the_program_asks() {
    let served = Served::with(&["--seed", "7"]);
    let mut command =
        sharing(&["--endpoint", &served.1, "item", "show", "me:/Notes.txt", "--columns", "name,kind"]);
    assert_seen!(command.env("SHARING_TOKEN", "any"));
}

#[test]
fn what_it_cannot_serve_is_told() {
    assert_seen!(sharing(&["mock", "--world", "/nowhere/world.json"]));
    assert_seen!(sharing(&["mock", "--limits", "ever"]));
}
