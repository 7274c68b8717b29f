//! A thousand invitations of one person each, against a service that limits as SharePoint does for its smallest tenants:
//! by the client, and by a plain loop that honours `Retry-After` and knows nothing else.
//!
//! Time is tokio's, paused: it moves when all who work wait for it, and then to the moment that the first of them waits
//! for. So a quarter of an hour passes in a second, and what is measured is waiting alone.

#[path = "moved_time.rs"]
mod moved_time;

use std::{
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use sharing_http::{Client, Cost, Endpoint, Event, Governor, Limits, Work};
use sharing_mock::{LimitWindow, MockServer};
use sharing_model::{
    ActionKind, DriveRecipient, InviteRequest, ItemAddress, Role,
    limits::{LicenceTier, SHARING_CALLS},
};
use tokio::{
    task::JoinSet,
    time::{self, Instant},
};

pub(crate) use self::moved_time::drive;

pub(crate) const INVITATIONS: usize = 1_000;
/// How many the plain loop has under way at once: as many as the client.
const AT_ONCE: usize = 16;
const TIER: LicenceTier = LicenceTier::UpTo1k;

/// What came of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    /// How long the last answer took.
    pub(crate) took: Duration,
    /// How many requests the service counted.
    pub(crate) requests: usize,
    /// How many of them it answered with 429.
    pub(crate) refused: usize,
    /// How many it answered with what it granted.
    pub(crate) invited: usize,
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { took, requests, refused, invited } = self;
        let (seconds, of_bound) = (took.as_secs_f64(), took.as_secs_f64() / bound().as_secs_f64());
        let share = 100.0 * *refused as f64 / *requests as f64;
        write!(f, "{invited} invited in {seconds:.1} s, {of_bound:.3} of the documented bound; ")?;
        write!(f, "{refused} of {requests} requests answered 429, {share:.2} %")
    }
}

/// The shortest time in which the documented limits allow it: the first 300 at once, and 300 more in every five minutes.
pub(crate) fn bound() -> Duration {
    SHARING_CALLS.window * ((INVITATIONS as u64).div_ceil(SHARING_CALLS.amount) as u32 - 1)
}

/// By the client, which keeps to the documented limits. Also what it said beforehand how long it would take.
pub(crate) async fn by_the_client(window: LimitWindow) -> (Run, Duration) {
    let governor = Governor::new(Limits::of(TIER));
    let said = governor.estimate(&Work::of(Cost::of(ActionKind::Invite), INVITATIONS as u64)).duration;
    let clock = Arc::new(Clock::default());
    let waits = Arc::clone(&clock);
    let server = server(window).await;
    let client = Client::builder()
        .endpoint(Endpoint::new(&format!("{}/v1.0", server.url())).unwrap())
        .token("any".into())
        .governor(governor.clone())
        .on_event(move |event| {
            if let Event::Waiting { wait, .. } = event {
                waits.wait_until(Instant::now() + *wait);
            }
        })
        .build()
        .unwrap();
    let all = async {
        let mut tasks = JoinSet::new();
        for n in 0..INVITATIONS {
            let client = client.clone();
            tasks.spawn(async move { client.item(&item()).invite(&invitation(n)).await.unwrap() });
        }
        tasks.join_all().await;
    };
    let next = || {
        let standing = governor.standing();
        let first = standing.held_for.map(|wait| Instant::now() + wait);
        (standing.in_flight == 0).then(|| first.into_iter().chain(clock.next()).min()).flatten()
    };
    (measure(&server, all, next).await, said)
}

/// By a plain loop: as many at once, and where the service says how long to wait, it waits.
pub(crate) async fn by_a_plain_loop(window: LimitWindow) -> Run {
    let server = server(window).await;
    let url = format!("{}/v1.0/drive/root:/Notes.txt:/invite", server.url());
    // Connections that rest while it waits are closed by the mock.
    let http =
        reqwest::Client::builder().no_proxy().pool_idle_timeout(Duration::from_secs(20)).build().unwrap();
    let (clock, turn) = (Arc::new(Clock::default()), Arc::new(AtomicUsize::new(0)));
    let all = async {
        let mut workers = JoinSet::new();
        for _ in 0..AT_ONCE {
            let (clock, turn, http, url) = (Arc::clone(&clock), Arc::clone(&turn), http.clone(), url.clone());
            workers.spawn(async move {
                loop {
                    let n = turn.fetch_add(1, Ordering::Relaxed);
                    if n >= INVITATIONS {
                        return;
                    }
                    while let Some(wait) = ask(&http, &url, &invitation(n), &clock).await {
                        clock.wait_until(Instant::now() + wait);
                        time::sleep(wait).await;
                    }
                }
            });
        }
        workers.join_all().await;
    };
    let next = || (clock.in_flight.load(Ordering::Relaxed) == 0).then(|| clock.next()).flatten();
    measure(&server, all, next).await
}

/// Asks once. How long to wait, where the service refuses.
async fn ask(http: &reqwest::Client, url: &str, request: &InviteRequest, clock: &Clock) -> Option<Duration> {
    clock.in_flight.fetch_add(1, Ordering::Relaxed);
    let answer = http.post(url).bearer_auth("any").json(request).send().await.unwrap();
    let status = answer.status();
    let retry_after = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
    answer.bytes().await.unwrap();
    clock.in_flight.fetch_sub(1, Ordering::Relaxed);
    (status == 429).then(|| Duration::from_secs_f64(retry_after.unwrap().parse().unwrap()))
}

/// What those who work wait for, as far as they tell.
#[derive(Default)]
struct Clock {
    in_flight: AtomicUsize,
    ends: Mutex<Vec<Instant>>,
}

impl Clock {
    fn wait_until(&self, then: Instant) {
        self.ends.lock().unwrap().push(then);
    }

    fn next(&self) -> Option<Instant> {
        let (mut ends, now) = (self.ends.lock().unwrap(), Instant::now());
        ends.retain(|end| *end > now);
        ends.iter().min().copied()
    }
}

/// Does all the work, and looks at what came of it.
async fn measure(
    server: &MockServer,
    all: impl Future<Output = ()>,
    next: impl Fn() -> Option<Instant>,
) -> Run {
    let start = Instant::now();
    drive(all, next).await;
    let took = start.elapsed();
    let requests = server.requests();
    let answered = |status| requests.iter().filter(|request| request.status == status).count();
    Run { took, requests: requests.len(), refused: answered(429), invited: answered(200) }
}

async fn server(window: LimitWindow) -> MockServer {
    let limits = sharing_mock::Limits { window, ..sharing_mock::Limits::tier(TIER) };
    MockServer::builder().limits(limits).journal(10 * INVITATIONS).start().await.unwrap()
}

pub(crate) fn item() -> ItemAddress {
    "/drive/root:/Notes.txt".parse().unwrap()
}

/// Silent: with mails to people outside, the bound would be five hours.
pub(crate) fn invitation(n: usize) -> InviteRequest {
    InviteRequest::builder()
        .recipient(DriveRecipient::email(format!("guest{n}@fabrikam.com")))
        .role(Role::Read)
        .require_sign_in(true)
        .send_invitation(false)
        .build()
        .unwrap()
}
