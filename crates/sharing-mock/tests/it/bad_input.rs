//! What the service says to requests that are wrong: the table `bad_input/requests.json`, each entry with what is sent,
//! the status, the error's body to the letter, and what the mock adds in headers. With INSTA_UPDATE=always, what it says
//! now is written into the table.

use std::{collections::BTreeMap, env, fs};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sharing_mock::MockServer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/bad_input/requests.json");

/// How many entries there are: one that gets lost is missed.
const ENTRIES: usize = 107;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// What is wrong, in a few words. No two are called the same.
    case: String,
    /// Method and target.
    request: String,
    /// Beside or instead of those that every entry has: host, token and the body's type.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    status: u16,
    /// The rule that refused, and what was wrong, as the mock's own headers say it.
    rule: Option<String>,
    reason: Option<String>,
    answer: Value,
}

#[tokio::test]
async fn what_is_wrong_is_told_to_the_letter() {
    let given = fs::read_to_string(FILE).unwrap();
    let entries: Vec<Entry> = serde_json::from_str(&given).unwrap();
    let mut told = Vec::new();
    for entry in &entries {
        told.push(entry.told().await);
    }
    if env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(FILE, written(&told)).unwrap();
        return;
    }
    assert_eq!(entries.len(), ENTRIES);
    // A batch is answered with 200, whatever is wrong with its members.
    let is_right = |entry: &&Entry| entry.status < 300 && !entry.answer.to_string().contains("\"error\":{");
    let right: Vec<_> = entries.iter().filter(is_right).map(|entry| &entry.case).collect();
    assert!(right.is_empty(), "nothing is wrong with {right:?}");
    let names: std::collections::BTreeSet<_> = entries.iter().map(|entry| &entry.case).collect();
    assert_eq!(names.len(), entries.len(), "two entries are called the same");
    let wrong: Vec<_> = entries.iter().zip(&told).filter(|(expected, found)| expected != found).collect();
    let shown: Vec<_> = wrong
        .iter()
        .map(|(expected, found)| format!("{}\n- {}\n+ {}", expected.case, said(expected), said(found)))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} entries say something else; see whether it is better, and INSTA_UPDATE=always writes it:\n\n{}",
        wrong.len(),
        shown.join("\n")
    );
    assert_eq!(given, written(&entries), "{FILE} is not written as it would be");
}

fn said(entry: &Entry) -> String {
    format!("{} {:?} {:?} {}", entry.status, entry.rule, entry.reason, entry.answer)
}

impl Entry {
    /// The same with what the service says now.
    async fn told(&self) -> Self {
        let clock = "2026-11-25T16:00:00Z".parse().unwrap();
        let server = MockServer::builder().clock(clock).start().await.unwrap();
        let mut wire = server.connect();
        wire.write_all(&self.bytes()).await.unwrap();
        let mut answer = Vec::new();
        wire.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let header = |name: &str| {
            let mut headers = head.lines().filter_map(|line| line.split_once(": "));
            headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
        };
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Self {
            status,
            rule: header("x-mock-rule"),
            reason: header("x-mock-reason"),
            answer: serde_json::from_str(body).unwrap_or_else(|_| body.into()),
            ..self.clone()
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut headers: BTreeMap<_, _> =
            [("host", "graph"), ("authorization", "Bearer any"), ("connection", "close")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into();
        if let Some(body) = &self.body {
            headers.insert("content-type".to_owned(), "application/json".to_owned());
            headers.insert("content-length".to_owned(), body.len().to_string());
        }
        headers.extend(self.headers.clone());
        let mut request = format!("{} HTTP/1.1\r\n", self.request);
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request += &format!("{name}: {value}\r\n");
        }
        (request + "\r\n" + self.body.as_deref().unwrap_or_default()).into_bytes()
    }
}

/// The table as it stands in its file: a line for each thing that is sent and said.
fn written(entries: &[Entry]) -> String {
    let entry = |entry: &Entry| {
        let said = serde_json::to_value(entry).unwrap();
        let order = ["case", "request", "headers", "body", "status", "rule", "reason", "answer"];
        let lines = order.iter().filter_map(|name| Some(format!("    \"{name}\": {}", said.get(name)?)));
        format!("  {{\n{}\n  }}", lines.collect::<Vec<_>>().join(",\n"))
    };
    format!("[\n{}\n]\n", entries.iter().map(entry).collect::<Vec<_>>().join(",\n"))
}
