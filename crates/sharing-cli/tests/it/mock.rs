//! `sharing mock`

use std::{
    io::{BufRead, BufReader},
    process::{Child, Stdio},
};

use crate::{assert_seen, sharing};

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
