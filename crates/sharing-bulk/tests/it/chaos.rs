//! Chaos: runs that are made of a seed, under faults, limits, kills, jumps of the clock and changes by others; and what
//! must hold after each.
//!
//! `SHARING_CHAOS_SEEDS` says how many (200 where it says nothing), `SHARING_CHAOS_FROM` where they begin, and
//! `SHARING_CHAOS_TIMES` how often each is played. What fails says its seed, and how to play that one again: many times,
//! since a seed decides all but how those at work take turns.

use std::{
    collections::{BTreeMap, HashMap},
    env,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use fastrand::Rng;
use futures_util::{StreamExt, stream};
use serde_json::json;
use sharing_bulk::{
    ClosedRow, Journal, Place, PlanOptions, Row, Run, RunError, RunHead, RunId, RunOptions, RunState, Stop,
    Word,
};
use sharing_http::{Client, Endpoint, Event, Limit, Limits, retry::RetryPolicy};
use sharing_mock::{FaultRule, MockServer};
use sharing_model::{DriveRecipient, InviteRequest, Role, limits::Quota};
use tokio::time::timeout;

use crate::world::{mail, world};

/// How many scenes are played at once: they mostly wait.
const AT_ONCE: usize = 16;
/// The window of the limits that a scene may have. No scene lasts so long: what waits for it is killed.
const WINDOW: Duration = Duration::from_secs(300);
/// A run that does not end in so many lives never will.
const LIVES: usize = 80;
/// Who would wait longer is killed.
const LONG: Duration = Duration::from_secs(1);
/// How long one life may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// What somebody has on an item, or is to have, by the item's number and the person's address.
type Access = BTreeMap<(usize, String), Role>;

/// What a client did so far.
#[derive(Debug, Default)]
struct Asked {
    requests: AtomicU64,
    /// Whether it waits for long.
    waits: AtomicBool,
}

/// A service, what is done to it, and what is asked of it.
struct Scene {
    rng: Rng,
    server: MockServer,
    /// Where nobody must ever bring a token.
    stranger: MockServer,
    files: usize,
    people: usize,
    rows: Vec<Row>,
    /// What others gave to people whom the list does not name.
    others: Access,
    /// Sharing calls in a window, where that is limited.
    limit: Option<u64>,
    recipients_per_request: usize,
    place: Place,
    _folder: tempfile::TempDir,
}

impl Scene {
    async fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let (files, people) = (rng.usize(1..=5), rng.usize(2..=8));
        let limit = rng.bool().then(|| rng.u64(3..=9));
        let server = MockServer::builder().world(world(people + 3, files)).journal(100_000);
        let folder = tempfile::tempdir().unwrap();
        let mut scene = Self {
            server: server.start().await.unwrap(),
            stranger: MockServer::start().await.unwrap(),
            files,
            people,
            rows: Vec::new(),
            others: Access::new(),
            limit,
            recipients_per_request: rng.usize(1..=5),
            place: Place::file(folder.path().join("runs.db")),
            _folder: folder,
            rng,
        };
        scene.list();
        for _ in 0..scene.rng.usize(0..4) {
            scene.somebody_else().await;
        }
        // Now and then somebody on the list has something already.
        for row in scene.rows.clone() {
            if scene.rng.u8(0..8) == 0 {
                let role = if scene.rng.bool() { Role::Read } else { Role::Write };
                scene.give(&row.item.to_string(), address(&row), role).await;
            }
        }
        for rule in scene.faults() {
            scene.server.add_fault(rule).unwrap();
        }
        scene
            .server
            .set_limits(sharing_mock::Limits { sharing_calls_per_five_minutes: limit, ..Default::default() });
        scene
    }

    /// Some people on some files: of this tenant, from outside, and such as nobody knows.
    fn list(&mut self) {
        let strangers = ["kim@fabrikam.com", "lee@fabrikam.com", "nobody@contoso.com"].map(str::to_owned);
        let people: Vec<String> = (0..self.people).map(mail).chain(strangers).collect();
        for file in 0..self.files {
            for person in &people {
                if self.rng.u8(0..3) == 0 {
                    continue;
                }
                let role = if self.rng.bool() { "read" } else { "write" };
                let row = json!({
                    "item": format!("/drive/root:/file{file}.docx"), "recipient": person, "role": role,
                    "notify": self.rng.bool(),
                });
                self.rows.push(serde_json::from_value(row).unwrap());
            }
        }
    }

    /// What goes wrong, a few times each, and only for the program that is on trial.
    fn faults(&mut self) -> Vec<FaultRule> {
        let elsewhere = format!("{}/v1.0/drive/root", self.stranger.url());
        let effects = [
            json!({ "status": 429, "retryAfter": 0.01 }),
            json!({ "status": 503, "retryAfter": 0.01 }),
            json!({ "status": 500, "retryAfter": 0.01 }),
            json!({ "status": 504, "afterChange": true, "retryAfter": 0.01 }),
            json!({ "status": 502, "body": "html", "retryAfter": 0.01 }),
            json!({ "cut": "beforeRead" }),
            json!({ "cut": "afterRead" }),
            json!({ "cut": "afterChange" }),
            json!({ "truncateAfter": 20 }),
            json!({ "body": "empty" }),
            json!({ "latencyMs": 20 }),
            json!({ "redirect": elsewhere }),
        ];
        let actions = [json!(["invite"]), json!(["list permissions"]), json!(["batch"]), json!([])];
        (0..self.rng.usize(0..8))
            .map(|number| {
                let rule = json!({
                    "id": format!("chaos{number}"),
                    "match": {
                        "actions": actions[self.rng.usize(..actions.len())], "headers": { "user-agent": "*Chaos*" }
                    },
                    "probability": f64::from(self.rng.u8(5..60)) / 100.0,
                    "seed": self.rng.u16(..),
                    "times": self.rng.u8(1..6),
                    "then": effects[self.rng.usize(..effects.len())],
                });
                serde_json::from_value(rule).unwrap()
            })
            .collect()
    }

    /// Asks without faults, as another program would.
    fn another(&self) -> Client {
        let client = Client::builder().endpoint(Endpoint::new(self.server.url()).unwrap());
        client.token("another".into()).retry(RetryPolicy::never()).build().unwrap()
    }

    async fn give(&self, item: &str, person: &str, role: Role) -> bool {
        let request = InviteRequest::builder()
            .recipient(DriveRecipient::from(person))
            .role(role)
            .send_invitation(false)
            .require_sign_in(true)
            .build()
            .unwrap();
        self.another().item(&item.parse().unwrap()).invite(&request).await.is_ok()
    }

    /// Somebody else shares a file with somebody whom the list does not name.
    async fn somebody_else(&mut self) {
        let (file, person) = (self.rng.usize(..self.files), mail(self.people + self.rng.usize(..3)));
        let role = if self.rng.bool() { Role::Read } else { Role::Write };
        if self.others.contains_key(&(file, person.clone())) {
            return;
        }
        if self.give(&format!("/drive/root:/file{file}.docx"), &person, role.clone()).await {
            self.others.insert((file, person), role);
        }
    }

    /// What everybody has, read without faults and limits.
    async fn held(&self) -> Access {
        self.server.set_limits(sharing_mock::Limits::default());
        let mut held = Access::new();
        for file in 0..self.files {
            let item = format!("/drive/root:/file{file}.docx").parse().unwrap();
            let list = self.another().item(&item).permissions().await.unwrap();
            for permission in list.value.unwrap() {
                let told = serde_json::to_value(&permission).unwrap();
                let address = told["grantedToV2"]["user"]["email"].as_str();
                let address = address.or_else(|| told["invitation"]["email"].as_str());
                if let (Some(address), Some(role)) = (address, permission.roles.iter().flatten().next()) {
                    held.insert((file, address.to_owned()), role.clone());
                }
            }
        }
        held
    }

    /// The program, as it is after a start: it knows nothing of what an earlier one spent.
    fn client(&self, asked: &Arc<Asked>) -> Client {
        let limits = self.limit.map_or_else(Limits::none, |calls| {
            Limits::none().with(Limit::SharingCalls, Quota::new(calls, WINDOW))
        });
        let asked = Arc::clone(asked);
        Client::builder()
            .endpoint(Endpoint::new(self.server.url()).unwrap())
            .token("the token".into())
            .application("Contoso", "Chaos", "1.0")
            .limits(limits)
            .retry(RetryPolicy::default().pauses(Duration::from_millis(1), Duration::from_millis(4)))
            .on_event(move |event| match event {
                Event::Asking { .. } => {
                    asked.requests.fetch_add(1, SeqCst);
                }
                Event::Waiting { wait, .. } if *wait > LONG => asked.waits.store(true, SeqCst),
                _ => {}
            })
            .build()
            .unwrap()
    }

    /// A start of the program, which is killed after so many requests, or when it would wait for long. The run's word for
    /// why it ended early, and nothing where it was killed.
    async fn live(&self, run: RunId, kill_after: Option<u64>) -> Option<RunState> {
        let asked = Arc::new(Asked::default());
        let client = self.client(&asked);
        let governor = client.governor().clone();
        let journal = Journal::open(&self.place).await.unwrap();
        let life = tokio::spawn(async move {
            let run = Run::open(&client, &journal, run).await.unwrap();
            let options = RunOptions::default()
                // What an earlier life claimed while it was killed is taken over soon.
                .lease(Duration::from_secs(2))
                .settle_after(Duration::from_millis(30))
                .look_again(Duration::from_millis(1));
            run.go(&options, &Stop::default(), &|_| {}).await.unwrap().summary.state
        });
        let begun = tokio::time::Instant::now();
        while !life.is_finished() {
            // What is under way comes to its end before: else a slow machine would get nowhere.
            let standing = governor.standing();
            let held = standing.in_flight == 0 && standing.held_for.is_some_and(|wait| wait > LONG);
            let waits = held || asked.waits.load(SeqCst);
            if waits || kill_after.is_some_and(|requests| asked.requests.load(SeqCst) >= requests) {
                life.abort();
                break;
            }
            if begun.elapsed() > PATIENCE {
                let steps = Journal::open(&self.place).await.unwrap().steps_by_state(run).await.unwrap();
                panic!("it hangs: {steps:?}, {:?}", governor.standing());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        match life.await {
            Ok(state) => Some(state),
            Err(error) if error.is_cancelled() => None,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// Reads the list and plans it: anew, where the service cannot be asked.
    async fn plan(&self) -> RunId {
        let client = self.client(&Arc::default());
        let journal = Journal::open(&self.place).await.unwrap();
        let options =
            PlanOptions::new(jiff::Timestamp::now()).recipients_per_request(self.recipients_per_request);
        let head = RunHead::new("chaos", &client.endpoint().to_string()).options(&options).unwrap();
        for _ in 0..LIVES {
            let id = journal.begin(&head).await.unwrap();
            journal.gather(id, &self.rows).await.unwrap();
            let run = Run::open(&client, &journal, id).await.unwrap();
            match timeout(PATIENCE, run.plan(&Stop::default(), &|_| {})).await {
                Ok(Ok(_)) => return id,
                Ok(Err(RunError::Service(_))) => {}
                Ok(Err(error)) => panic!("{error}"),
                Err(_) => panic!("planning hangs: {:?}", client.governor().standing()),
            }
        }
        panic!("it cannot be planned");
    }

    /// Plays the whole scene, and checks what must hold.
    async fn play(mut self) {
        let before = self.held_at_first().await;
        let run = self.plan().await;
        let mut kills = self.rng.usize(0..5);
        let mut undisturbed = true;
        let mut lives = 0;
        loop {
            lives += 1;
            assert!(lives <= LIVES, "it does not end");
            let kill_after = (kills > 0).then(|| self.rng.u64(1..20));
            kills = kills.saturating_sub(1);
            if self.live(run, kill_after).await == Some(RunState::Ended) {
                break;
            }
            undisturbed &= kill_after.is_none();
            if self.rng.bool() {
                self.somebody_else().await;
            }
            // Whatever was spent is free again: who starts anew knows of nothing that was spent.
            self.server.clock().advance(WINDOW + Duration::from_secs(self.rng.u64(1..100_000)));
        }
        self.check(run, &before, undisturbed).await;
    }

    async fn held_at_first(&self) -> Access {
        let limits = self.server.limits();
        let held = self.held().await;
        self.server.set_limits(limits);
        held
    }

    async fn check(&self, run: RunId, before: &Access, undisturbed: bool) {
        let journal = Journal::open(&self.place).await.unwrap();
        let reported = journal.reported(run, 0, 10_000).await.unwrap();
        let words: HashMap<(String, String), &ClosedRow> = reported
            .iter()
            .map(|told| ((told.row.item.to_string(), address(&told.row).to_owned()), &told.closed))
            .collect();
        assert_eq!((reported.len(), words.len()), (self.rows.len(), self.rows.len()), "rows in are rows out");
        let tally = journal.steps_by_state(run).await.unwrap();
        assert_eq!(tally.open(), 0, "an ended run has no open steps: {tally:?}");

        let mut mails: HashMap<(String, String), usize> = HashMap::new();
        for mail in self.server.outbox() {
            *mails.entry((mail.item.trim_start_matches('/').to_owned(), mail.to)).or_default() += 1;
        }
        let held = self.held().await;
        for row in &self.rows {
            let (item, person) = (row.item.to_string(), address(row).to_owned());
            let ClosedRow { word, why, .. } = words[&(item.clone(), person.clone())];
            let name = item.rsplit('/').next().unwrap().to_owned();
            let file: usize = name["file".len()..].trim_end_matches(".docx").parse().unwrap();
            let mailed = mails.remove(&(name, person.clone())).unwrap_or_default();
            assert!(
                mailed <= usize::from(row.options.notify),
                "{person} was mailed {mailed} times of {item}"
            );
            let has = held.get(&(file, person.clone()));
            match *word {
                Word::Granted => {
                    // The item that could not be read again shows who of those outside has not accepted yet.
                    let is_seen = person.ends_with("@contoso.com") || why.is_none();
                    assert!(!is_seen || has == Some(&row.options.role), "{person} has {has:?} on {item}");
                    let had = before.contains_key(&(file, person.clone()));
                    assert!(
                        had || mailed == usize::from(row.options.notify),
                        "{person}'s mail of {item} is missing"
                    );
                }
                Word::Already => assert_eq!(has, before.get(&(file, person.clone())), "{person} on {item}"),
                Word::Unresolved | Word::PolicyBlocked | Word::Refused | Word::NotTried => {
                    assert_eq!(mailed, 0, "{person} was mailed of {item}, and it was {word:?}");
                    assert_eq!(
                        has,
                        before.get(&(file, person.clone())),
                        "{person} on {item}, which was {word:?}"
                    );
                }
                _ => {}
            }
        }
        assert!(mails.is_empty(), "mailed, and not on the list: {mails:?}");
        for ((file, person), role) in &self.others {
            assert_eq!(
                held.get(&(*file, person.clone())),
                Some(role),
                "{person}, whom others gave file {file}"
            );
        }
        if undisturbed {
            let limited =
                self.server.requests().iter().filter(|asked| asked.rule == Some("sharingCalls")).count();
            assert_eq!(limited, 0, "the limit on sharing calls was passed");
        }
        assert!(self.stranger.requests().is_empty(), "a token went where it must not go");

        // Who goes on with a run that has ended sends nothing.
        let requests = self.server.requests().len();
        assert_eq!(self.live(run, None).await, Some(RunState::Ended));
        assert_eq!(self.server.requests().len(), requests, "an ended run asks");
    }
}

/// All of these lists' recipients are mail addresses.
fn address(row: &Row) -> &str {
    row.recipient.email.as_deref().unwrap()
}

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok().map(|text| text.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::print_stdout, reason = "ten thousand take an hour")]
async fn whatever_happens_nobody_is_mailed_twice_and_nothing_is_taken_away() {
    let from = number("SHARING_CHAOS_FROM").unwrap_or(1);
    let seeds = number("SHARING_CHAOS_SEEDS").unwrap_or(200);
    let times = number("SHARING_CHAOS_TIMES").unwrap_or(1);
    let scenes = (from..from + seeds).flat_map(|seed| (0..times).map(move |_| seed));
    let mut played = stream::iter(scenes)
        .map(|seed| async move {
            let scene = tokio::spawn(async move {
                let scene = Scene::new(seed).await;
                timeout(10 * PATIENCE, scene.play()).await.expect("it ends in time");
            });
            (seed, scene.await)
        })
        .buffer_unordered(AT_ONCE);
    let mut ended = 0;
    while let Some((seed, end)) = played.next().await {
        assert!(
            end.is_ok(),
            "seed {seed} fails, as said above; it alone: cargo xtask chaos --seeds 1 --from {seed} --times 1000"
        );
        ended += 1;
        if ended % 500 == 0 {
            println!("{ended} of {}", seeds * times);
        }
    }
}
