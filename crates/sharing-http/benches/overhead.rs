//! What the client costs: its requests per second beside those of a bare loop of `reqwest`, with as many at once, on the
//! same mock, in turns within one run.
//!
//! Once client and service share a thread: nobody waits to be woken, so that the figure is steady and tells what work
//! costs. Once the service has its own thread, as it has in life. And each time beside two loops: one that sends a token
//! and no more, and one that sends what the client sends, too: the user agent and the `client-request-id`, which the
//! service reads and gives back. The difference between the two is none of the client's making.
//!
//! `cargo bench -p sharing-http --bench overhead`, or with `-- 4000` for another number of requests a turn, or with `-- --quick`
//! for a few turns. With `-- ours`, `-- bare` or `-- alike` only one of them asks, on one thread, for a profiler to look at.

#![expect(clippy::print_stdout, reason = "a bench prints")]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a bench may panic")]

#[path = "../../../xtask/bench/figures.rs"]
mod figures;

use std::time::Instant;

use figures::Figures;
use futures_util::{StreamExt, stream};
use sharing_http::{Client, Endpoint, Limits};
use sharing_mock::MockServer;
use sharing_model::{Collection, ItemAddress, Permission};
use tokio::runtime::Builder;

const AT_ONCE: usize = 8;
const TURNS: usize = 61;
/// The client's own.
const USER_AGENT: &str = concat!("NONISV|Sharing|sharing-http/", env!("CARGO_PKG_VERSION"));

/// Who asks, and whom.
struct Asking {
    client: Client,
    notes: ItemAddress,
    bare: reqwest::Client,
    url: String,
}

impl Asking {
    fn new(server: &MockServer) -> Self {
        Self {
            client: Client::builder()
                .endpoint(Endpoint::new(server.url()).unwrap())
                .token("any".into())
                .limits(Limits::none().concurrency(AT_ONCE))
                .build()
                .unwrap(),
            notes: "/drive/root:/Notes.txt".parse().unwrap(),
            bare: reqwest::Client::builder().no_proxy().build().unwrap(),
            url: format!("{}/v1.0/drive/root:/Notes.txt:/permissions", server.url()),
        }
    }

    async fn ours(&self) {
        let list = self.client.item(&self.notes).permissions().await.unwrap();
        assert_eq!(list.value.unwrap().len(), 1);
    }

    async fn bare(&self) {
        self.read(self.bare.get(&self.url).bearer_auth("any")).await;
    }

    async fn alike(&self) {
        let request = self.bare.get(&self.url).bearer_auth("any").header("user-agent", USER_AGENT);
        let id = uuid::Builder::from_random_bytes(fastrand::u128(..).to_ne_bytes()).into_uuid();
        self.read(request.header("client-request-id", id.to_string())).await;
    }

    async fn read(&self, request: reqwest::RequestBuilder) {
        let list: Collection<Permission> = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(list.value.unwrap().len(), 1);
    }
}

/// Requests per second of as many calls as there are, `AT_ONCE` at a time.
async fn rate<F: Future<Output = ()>>(requests: usize, ask: impl Fn() -> F) -> f64 {
    let start = Instant::now();
    stream::iter(0..requests).map(|_| ask()).buffer_unordered(AT_ONCE).collect::<()>().await;
    #[expect(clippy::cast_precision_loss, reason = "nobody waits for that many requests")]
    let requests = requests as f64;
    requests / start.elapsed().as_secs_f64()
}

fn median(rates: &[f64]) -> f64 {
    let mut rates = rates.to_vec();
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// Lets all three ask in turns, and prints what came of it.
async fn compare(asking: &Asking, requests: usize, threads: &str, figures: &mut Figures) {
    let mut rates = [const { Vec::new() }; 3];
    // The first turn of each warms up.
    let turns = if figures::is_quick() { TURNS / 6 } else { TURNS };
    for turn in 0..=turns {
        for place in 0..rates.len() {
            let who = (place + turn) % rates.len();
            let rate = match who {
                0 => rate(requests, || asking.ours()).await,
                1 => rate(requests, || asking.bare()).await,
                _ => rate(requests, || asking.alike()).await,
            };
            if turn > 0 {
                rates[who].push(rate);
            }
        }
    }
    println!("{requests} lists of permissions a turn, {AT_ONCE} at once, {threads}, median of {turns} turns");
    let [ours, bare, alike] = &rates;
    println!("  sharing-http                     {:>8.0} requests/s", median(ours));
    for (beside, name) in [(bare, "bare reqwest"), (alike, "bare reqwest, the same headers")] {
        let ratio = median(&ours.iter().zip(beside).map(|(ours, bare)| ours / bare).collect::<Vec<_>>());
        println!("  {name:<31}  {:>8.0} requests/s, ratio {ratio:.3}", median(beside));
        figures.add(
            format!("lists of permissions, {AT_ONCE} at once, {threads}, beside a loop of {name}"),
            [ours, beside].map(|rates| format!("{:.0} requests/s", median(rates))),
            (ratio, "of it"),
            0.95..,
        );
    }
}

fn main() {
    let requests = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(1_000);
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let mut figures = Figures::of("overhead");
    runtime.block_on(async {
        let server = MockServer::start().await.unwrap();
        let asking = Asking::new(&server);
        match std::env::args().nth(1).as_deref() {
            Some("ours") => println!("{:.0} requests/s", rate(20 * requests, || asking.ours()).await),
            Some("bare") => println!("{:.0} requests/s", rate(20 * requests, || asking.bare()).await),
            Some("alike") => println!("{:.0} requests/s", rate(20 * requests, || asking.alike()).await),
            _ => compare(&asking, requests, "on one thread", &mut figures).await,
        }
    });
    if std::env::args().skip(1).any(|argument| ["ours", "bare", "alike"].contains(&argument.as_str())) {
        return;
    }
    let service = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = service.block_on(MockServer::start()).unwrap();
    let asking = Asking::new(&server);
    runtime.block_on(compare(&asking, requests, "the service on its own thread", &mut figures));
    figures.write();
}
