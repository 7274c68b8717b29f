//! The program is killed again and again, while the service throttles, fails and hangs up; and in the end everybody has
//! what the list says, and nobody was mailed twice.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use sharing_mock::{FaultList, MockServer, World};
use tempfile::TempDir;

use crate::{Service, postgres::Postgres};

pub(crate) const FILES: usize = 40;
const PEOPLE: usize = 50;
const SITE: &str = "https://contoso-my.sharepoint.com/personal/nadia_contoso_com";
/// Where the process is killed: so many times, after so many requests since it began, by this seed.
const KILLS: usize = 100;
const MOST_REQUESTS: u64 = 7;
const SEED: u64 = 20_261_125;
/// A run that hangs is no run.
const PATIENCE: Duration = Duration::from_secs(120);

/// Throttling, failures and cut connections, before and after the change was made.
const FAULTS: &str = r#"{ "faults": [
    { "match": { "actions": ["invite", "list permissions"] }, "probability": 0.02, "seed": 1, "then": { "status": 429, "retryAfter": 0.02 } },
    { "match": { "actions": ["invite"] }, "probability": 0.02, "seed": 2, "then": { "status": 503, "retryAfter": 0.02 } },
    { "match": { "actions": ["invite"] }, "probability": 0.02, "seed": 3, "then": { "status": 500, "retryAfter": 0.02 } },
    { "match": { "actions": ["invite"] }, "probability": 0.02, "seed": 4, "then": { "status": 504, "afterChange": true, "retryAfter": 0.02 } },
    { "match": { "actions": ["invite"] }, "probability": 0.03, "seed": 5, "then": { "cut": "afterRead" } },
    { "match": { "actions": ["invite"] }, "probability": 0.03, "seed": 6, "then": { "cut": "afterChange" } },
    { "match": { "actions": ["invite"] }, "probability": 0.03, "seed": 7, "then": { "truncateAfter": 20 } }
] }"#;

fn mail(person: usize) -> String {
    format!("person{person}@contoso.com")
}

fn world() -> World {
    let me = json!({ "displayName": "Nadia Okafor", "mail": "nadia@contoso.com" });
    let people = (0..PEOPLE).map(|n| json!({ "displayName": format!("Person {n}"), "mail": mail(n) }));
    let items: Vec<Value> =
        (0..FILES).map(|n| json!({ "name": format!("file{n}.docx"), "size": 1 })).collect();
    let world = json!({
        "tenant": { "name": "Contoso", "domain": "contoso.com" },
        "me": "nadia@contoso.com",
        "users": std::iter::once(me).chain(people).collect::<Vec<_>>(),
        "sites": [{ "url": SITE, "of": "nadia@contoso.com" }],
        "drives": [{
            "type": "business", "name": "Documents", "owner": "nadia@contoso.com", "site": SITE, "items": items
        }],
    });
    world.to_string().parse().unwrap()
}

/// Everybody on every file: every other one reads and is mailed, the others write and are not.
fn list(folder: &Path) -> PathBuf {
    let mut text = "item,recipient,role,notify\n".to_owned();
    for file in 0..FILES {
        for person in 0..PEOPLE {
            let (role, notify) = if person % 2 == 0 { ("read", "true") } else { ("write", "false") };
            writeln!(text, "/drive/root:/file{file}.docx,{},{role},{notify}", mail(person)).unwrap();
        }
    }
    let path = folder.join("access.csv");
    std::fs::write(&path, text).unwrap();
    path
}

/// A service with faults, and where a run against it is written down.
pub(crate) struct Scene {
    service: Service,
    folder: TempDir,
    journal: String,
}

impl Scene {
    pub(crate) fn new(journal: Option<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let faults = FaultList::from_json(FAULTS).unwrap().faults;
        let service = Service::with(MockServer::builder().world(world()).faults(faults).journal(100_000));
        let journal = journal.unwrap_or_else(|| folder.path().join("runs.db").to_str().unwrap().to_owned());
        Self { service, folder, journal }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.service.sharing(arguments);
        command.args(["--limits", "none"]).env("SHARING_JOURNAL", &self.journal);
        command
    }

    pub(crate) fn spawn(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.args(["--settle-after", "0.3", "--lease", "3"]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    pub(crate) fn apply(&self) -> Child {
        let list = list(self.folder.path());
        self.spawn(&["apply", list.to_str().unwrap(), "--recipients-per-request", "5"])
    }

    fn requests(&self) -> u64 {
        self.service.server().requests().last().map_or(0, |request| request.number)
    }

    /// Waits until the service has answered so many requests, or the process has ended. Whether it has.
    pub(crate) fn has_ended_by(&self, child: &mut Child, requests: u64) -> bool {
        let begun = Instant::now();
        while self.requests() < requests {
            if child.try_wait().unwrap().is_some() {
                return true;
            }
            assert!(begun.elapsed() < PATIENCE, "the run hangs after {} requests", self.requests());
            thread::sleep(Duration::from_micros(500));
        }
        false
    }

    /// In the outbox and in the state of the service: everybody has what the list says, and got at most the one mail
    /// that it says. In the report: no row is lost.
    pub(crate) fn check(&self, run: &str) {
        let mut mails: HashMap<(String, String), usize> = HashMap::new();
        for mail in self.service.server().outbox() {
            *mails.entry((mail.item, mail.to)).or_default() += 1;
        }
        let twice: Vec<_> = mails.iter().filter(|(_, count)| **count > 1).collect();
        assert!(twice.is_empty(), "mailed twice: {twice:?}");
        assert_eq!(mails.len(), FILES * PEOPLE / 2, "each who wants a mail got one");
        for (item, to) in mails.keys() {
            let person: usize = to["person".len()..to.find('@').unwrap()].parse().unwrap();
            assert!(person.is_multiple_of(2) && item.contains("file"), "{to} wants no mail on {item}");
        }

        for fault in self.service.server().faults() {
            self.service.server().remove_fault(&fault.rule.id.unwrap());
        }
        for file in 0..FILES {
            let address = format!("/drive/root:/file{file}.docx");
            let told = self.command(&["permissions", "list", &address, "-o", "json"]).output().unwrap();
            let told: Value = serde_json::from_slice(&told.stdout).unwrap();
            let held: HashSet<(String, String)> = told["value"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|held| {
                    let mail = held["grantedToV2"]["user"]["email"].as_str()?;
                    Some((mail.to_owned(), held["roles"][0].as_str()?.to_owned()))
                })
                .collect();
            for person in 0..PEOPLE {
                let role = if person % 2 == 0 { "read" } else { "write" };
                assert!(
                    held.contains(&(mail(person), role.to_owned())),
                    "{} on {address}: {held:?}",
                    mail(person)
                );
            }
        }

        let report = self.command(&["runs", "report", run, "-o", "json"]).output().unwrap();
        let report: Vec<Value> = serde_json::from_slice(&report.stdout).unwrap();
        let lines: HashSet<u64> = report.iter().map(|row| row["line"].as_u64().unwrap()).collect();
        assert_eq!((report.len(), lines.len()), (FILES * PEOPLE, FILES * PEOPLE), "rows in are rows out");
        let other: Vec<_> = report.iter().filter(|row| row["outcome"] != "granted").collect();
        assert!(other.is_empty(), "{other:?}");
    }
}

/// Waits until a process has ended, with this code.
pub(crate) fn ended(child: &mut Child) -> Option<i32> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        if begun.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("the run does not end");
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// After how many requests the next dies: numbers that are the same each time, from 1.
fn chance() -> impl FnMut() -> u64 {
    let mut chance = SEED;
    // A generator as good as it has to be: Knuth's.
    move || {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        1 + (chance >> 33) % MOST_REQUESTS
    }
}

#[test]
fn killed_a_hundred_times_it_grants_every_row_and_mails_nobody_twice() {
    let mut after = chance();
    let mut kills = 0;
    let mut runs = 0;
    while kills < KILLS {
        let scene = Scene::new(None);
        runs += 1;
        let mut child = scene.apply();
        while kills < KILLS {
            let until = scene.requests() + after();
            if scene.has_ended_by(&mut child, until) {
                break;
            }
            // SIGKILL: nothing of the process runs any more.
            child.kill().unwrap();
            ended(&mut child);
            kills += 1;
            child = scene.spawn(&["runs", "resume", "1"]);
        }
        assert_eq!(ended(&mut child), Some(0), "after {kills} kills");
        scene.check("1");
    }
    assert!(runs <= 3, "a run takes many of the {KILLS} kills: {runs}");
}

#[test]
fn three_workers_share_a_run_and_any_of_them_dies() {
    let Some(database) = Postgres::start("three workers on one journal") else { return };
    let mut after = chance();
    for (victim, run) in [(0, "1"), (1, "2"), (2, "3")] {
        let scene = Scene::new(Some(database.url()));
        let mut workers = vec![scene.apply()];
        // The others join once the first sends what it planned; then one dies.
        assert!(!scene.has_ended_by(&mut workers[0], FILES as u64 + 10));
        workers.extend((0..2).map(|_| scene.spawn(&["runs", "resume", run])));
        let until = scene.requests() + 60 + 10 * after();
        assert!(!scene.has_ended_by(&mut workers[victim], until), "worker {victim} of run {run} has ended");
        workers[victim].kill().unwrap();
        let codes: Vec<_> = workers.iter_mut().map(ended).collect();
        let expected = [0, 1, 2].map(|worker| (worker != victim).then_some(0));
        assert_eq!(codes, expected, "run {run}");
        scene.check(run);
    }
}
