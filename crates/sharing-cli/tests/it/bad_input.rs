//! What the program says to input that is wrong: the tables below `bad_input/`, each entry with what is given, the exit
//! code and standard error to the letter. With INSTA_UPDATE=always, what it says now is written into them.

use std::{
    collections::BTreeMap,
    env, fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::Stdio,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::sharing;

/// The tables, and how many entries each has: one that gets lost is missed.
const AREAS: &[(&str, usize)] = &[
    ("access_lists", 57),
    ("addresses", 37),
    ("answers", 39),
    ("batches", 17),
    ("bodies", 14),
    ("faults", 25),
    ("flags", 69),
    ("plans", 10),
    ("profiles", 31),
    ("worlds", 29),
];

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// What is wrong, in a few words. No two of a table are called the same.
    case: String,
    /// The files of the folder that the program runs in.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    files: BTreeMap<String, Text>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    environment: BTreeMap<String, String>,
    /// What a service answers, one after the other. Without it, the program asks nobody or the sandbox.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    answers: Vec<Answer>,
    arguments: Vec<String>,
    exit: i32,
    /// Standard output, line by line, where there is any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    output: Vec<String>,
    /// Standard error, line by line.
    error: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    status: u16,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    body: Text,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Text {
    Exact(String),
    Lines(Vec<String>),
    Bytes { bytes: Vec<u8> },
    Json(Map<String, Value>),
}

impl Text {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Exact(text) => text.clone().into_bytes(),
            Self::Lines(lines) => lines.iter().flat_map(|line| [line, "\n"]).collect::<String>().into_bytes(),
            Self::Bytes { bytes } => bytes.clone(),
            Self::Json(object) => serde_json::to_vec(object).unwrap(),
        }
    }
}

#[test]
fn what_is_wrong_is_told_to_the_letter() {
    let update = env::var("INSTA_UPDATE").is_ok_and(|update| update == "always");
    let mut wrong = Vec::new();
    for (area, count) in AREAS {
        let file = path(area);
        let given = fs::read_to_string(&file).unwrap();
        let entries: Vec<Entry> =
            serde_json::from_str(&given).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let told = tell_all(&entries);
        if update {
            fs::write(&file, written(&told)).unwrap();
            continue;
        }
        assert_eq!(entries.len(), *count, "entries of {area}");
        let right: Vec<_> = entries.iter().filter(|entry| entry.exit == 0).map(|entry| &entry.case).collect();
        assert!(right.is_empty(), "nothing is wrong in {area} with {right:?}");
        let names: std::collections::BTreeSet<_> = entries.iter().map(|entry| &entry.case).collect();
        assert_eq!(names.len(), entries.len(), "two entries of {area} are called the same");
        for (expected, found) in entries.iter().zip(&told) {
            if expected != found {
                wrong.push(format!("{area}: {}\n{}", expected.case, difference(expected, found)));
            }
        }
        assert_eq!(given, written(&entries), "{} is not written as it would be", file.display());
    }
    assert!(
        wrong.is_empty(),
        "{} entries say something else; see whether it is better, and INSTA_UPDATE=always writes it:\n\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn path(area: &str) -> PathBuf {
    PathBuf::from(format!("{}/tests/it/bad_input/{area}.json", env!("CARGO_MANIFEST_DIR")))
}

/// The same entries with what the program says now, in their order. Some wait for another process most of their time.
fn tell_all(entries: &[Entry]) -> Vec<Entry> {
    let next = AtomicUsize::new(0);
    let mut told: Vec<_> = thread::scope(|scope| {
        let work = || {
            let numbers = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
            let mine = numbers.map_while(|number| Some((number, entries.get(number)?)));
            mine.map(|(number, entry)| (number, entry.told())).collect::<Vec<_>>()
        };
        let workers: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    told.sort_by_key(|(number, _)| *number);
    told.into_iter().map(|(_, entry)| entry).collect()
}

impl Entry {
    /// The same with what the program says now.
    fn told(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in &self.files {
            fs::write(folder.path().join(name), text.bytes()).unwrap();
        }
        let arguments: Vec<_> = self.arguments.iter().map(String::as_str).collect();
        let mut command = sharing(&arguments);
        command.current_dir(folder.path()).env("HOME", folder.path()).envs(&self.environment);
        command.stdin(Stdio::null());
        let output = if self.answers.is_empty() {
            command.output().unwrap()
        } else {
            answering(&self.answers, |url| {
                command.args(["--endpoint", url]).env("SHARING_TOKEN", "a-secret-token").output().unwrap()
            })
        };
        let lines = |bytes| {
            let text = String::from_utf8(bytes).unwrap();
            assert!(!text.contains("a-secret-token"), "{text}");
            let text = text.replace(&folder.path().display().to_string(), "[folder]");
            text.lines().map(without_what_varies).collect::<Vec<_>>()
        };
        let exit = output.status.code().unwrap_or_else(|| panic!("{}: {}", self.case, output.status));
        Self { exit, output: lines(output.stdout), error: lines(output.stderr), ..self.clone() }
    }
}

/// Without the ports and the names of requests, which are others each time.
fn without_what_varies(line: &str) -> String {
    if let Some((before, _)) = line.split_once("client-request-id: ") {
        return format!("{before}client-request-id: [id]");
    }
    let Some((before, after)) = line.split_once("127.0.0.1:") else { return line.to_owned() };
    format!("{before}[service]{}", after.trim_start_matches(|digit: char| digit.is_ascii_digit()))
}

/// Runs this beside a service that answers so.
fn answering<T>(answers: &[Answer], run: impl FnOnce(&str) -> T) -> T {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut answers = answers.iter();
            for connection in listener.incoming() {
                if is_over.load(Ordering::Relaxed) {
                    break;
                }
                // The last one stands for all that follow.
                let answer = if answers.len() > 1 { answers.next() } else { answers.clone().next() };
                answer.unwrap().send(&mut connection.unwrap(), &address.to_string());
            }
        });
        let result = run(&format!("http://{address}/v1.0"));
        is_over.store(true, Ordering::Relaxed);
        drop(TcpStream::connect(address));
        result
    })
}

impl Answer {
    fn send(&self, connection: &mut TcpStream, service: &str) {
        let mut request = Vec::new();
        let mut some = [0; 4 << 10];
        while !is_whole(&request) {
            match connection.read(&mut some).unwrap() {
                0 => return,
                read => request.extend_from_slice(&some[..read]),
            }
        }
        let mut body = self.body.bytes();
        if let Ok(text) = std::str::from_utf8(&body) {
            body = text.replace("[service]", service).into_bytes();
        }
        let mut head = format!("HTTP/1.1 {} Said\r\nConnection: close\r\n", self.status);
        if !self.headers.contains_key("Content-Length") {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        connection.write_all(&[head.as_bytes(), b"\r\n", &body].concat()).unwrap();
    }
}

/// Whether a request has come as long as it says that it is.
fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

/// A table as it stands in its file: a line for each thing that is given, and for each line that the program says.
fn written(entries: &[Entry]) -> String {
    let entry = |entry: &Entry| {
        let Value::Object(said) = serde_json::to_value(entry).unwrap() else {
            panic!("an entry is an object")
        };
        let order = ["case", "files", "environment", "answers", "arguments", "exit"];
        let mut text = String::from("  {\n");
        for name in order {
            if let Some(value) = said.get(name) {
                text += &format!("    \"{name}\": {value},\n");
            }
        }
        for (name, lines) in [("output", &entry.output), ("error", &entry.error)] {
            let lines: Vec<_> =
                lines.iter().map(|line| format!("\n      {}", Value::from(line.as_str()))).collect();
            if lines.is_empty() && name == "output" {
                continue;
            }
            text += &format!("    \"{name}\": [{}\n    ],\n", lines.join(","));
        }
        text.trim_end_matches(",\n").to_owned() + "\n  }"
    };
    format!("[\n{}\n]\n", entries.iter().map(entry).collect::<Vec<_>>().join(",\n"))
}

fn difference(expected: &Entry, found: &Entry) -> String {
    let mut told = String::new();
    if expected.exit != found.exit {
        told += &format!("  exit code {} expected, {} found\n", expected.exit, found.exit);
    }
    for (expected, found) in [(&expected.output, &found.output), (&expected.error, &found.error)] {
        for line in expected.iter().filter(|line| !found.contains(line)) {
            told += &format!("  - {line}\n");
        }
        for line in found.iter().filter(|line| !expected.contains(line)) {
            told += &format!("  + {line}\n");
        }
    }
    told
}
