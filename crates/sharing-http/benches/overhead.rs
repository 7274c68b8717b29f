//! What the client costs: its requests per second beside those of a bare loop of `reqwest`, with as many at once, on the
//! same mock, in turns within one run.
//!
//! `cargo bench -p sharing-http --bench overhead`, or with `-- 4000` for another number of requests a turn. With `-- ours`
//! or `-- bare` only one of the two asks, for a profiler to look at.

#![expect(clippy::print_stdout, reason = "a bench prints")]
#![expect(clippy::unwrap_used, reason = "a bench may panic")]

use std::{sync::Arc, time::Instant};

use futures_util::{StreamExt, stream};
use sharing_http::{Client, Endpoint, Limits};
use sharing_mock::MockServer;
use sharing_model::{Collection, ItemAddress, Permission};

const AT_ONCE: usize = 8;
const TURNS: usize = 31;

/// Requests per second of as many calls as there are, `AT_ONCE` at a time.
async fn rate<F: Future<Output = ()>>(requests: usize, ask: impl Fn() -> F) -> f64 {
    let start = Instant::now();
    stream::iter(0..requests).map(|_| ask()).buffer_unordered(AT_ONCE).collect::<()>().await;
    #[expect(clippy::cast_precision_loss, reason = "nobody waits for that many requests")]
    let requests = requests as f64;
    requests / start.elapsed().as_secs_f64()
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

fn main() {
    let requests = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(1_000);
    let service = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = service.block_on(MockServer::start()).unwrap();
    let url = format!("{}/v1.0/drive/root:/Notes.txt:/permissions", server.url());

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = Client::builder()
        .endpoint(Endpoint::new(server.url()).unwrap())
        .token("any".into())
        .limits(Limits::none().concurrency(AT_ONCE))
        .build()
        .unwrap();
    let notes: Arc<ItemAddress> = Arc::new("/drive/root:/Notes.txt".parse().unwrap());
    let bare = reqwest::Client::builder().no_proxy().build().unwrap();

    let asking = || {
        let (client, notes) = (client.clone(), Arc::clone(&notes));
        async move {
            let list = client.item(&notes).permissions().await.unwrap();
            assert_eq!(list.value.unwrap().len(), 1);
        }
    };
    let looping = || {
        let request = bare.get(&url).bearer_auth("any");
        async move {
            let list: Collection<Permission> = request.send().await.unwrap().json().await.unwrap();
            assert_eq!(list.value.unwrap().len(), 1);
        }
    };
    match std::env::args().nth(1).as_deref() {
        Some("ours") => return println!("{:.0} requests/s", runtime.block_on(rate(20 * requests, asking))),
        Some("bare") => return println!("{:.0} requests/s", runtime.block_on(rate(20 * requests, looping))),
        _ => {}
    }
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    // The first turn of each warms up.
    for turn in 0..=TURNS {
        let (one, other) = runtime.block_on(async {
            if turn % 2 == 0 {
                let one = rate(requests, asking).await;
                (one, rate(requests, looping).await)
            } else {
                let other = rate(requests, looping).await;
                (rate(requests, asking).await, other)
            }
        });
        if turn > 0 {
            ours.push(one);
            theirs.push(other);
        }
    }
    let ratio = median(ours.iter().zip(&theirs).map(|(ours, theirs)| ours / theirs).collect());
    println!("{requests} lists of permissions a turn, {AT_ONCE} at once, median of {TURNS} turns");
    println!("  sharing-http    {:>8.0} requests/s", median(ours));
    println!("  bare reqwest    {:>8.0} requests/s", median(theirs));
    println!("  ratio           {ratio:>8.3}");
}
