//! The client under the service's limits.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
    time::Duration,
};

use sharing_http::{AccessToken, Client, Endpoint, Governor, Limit, Limits, TokenFuture, TokenSource};
use sharing_mock::{LimitWindow, MockServer};
use sharing_model::limits::Quota;
use tokio::time::Instant;

use crate::thousand::{INVITATIONS, bound, by_a_plain_loop, by_the_client, drive, invitation, item};

#[tokio::test(start_paused = true)]
async fn a_thousand_invitations_take_no_longer_than_the_limits_demand() {
    compare(LimitWindow::Fixed).await;
}

#[tokio::test(start_paused = true)]
async fn nor_where_the_service_counts_in_sliding_windows() {
    compare(LimitWindow::Sliding).await;
}

async fn compare(window: LimitWindow) {
    let (client, said) = by_the_client(window).await;
    let plain = by_a_plain_loop(window).await;
    let told = format!("{window:?} windows, client:     {client}\n{window:?} windows, plain loop: {plain}\n");
    // Written past the test runner, which shows what is printed only when a test fails.
    io::stderr().write_all(told.as_bytes()).unwrap();

    assert_eq!((client.invited, plain.invited), (INVITATIONS, INVITATIONS));
    assert!(client.took <= bound().mul_f64(1.03), "{client}");
    assert!(client.refused * 1_000 < client.requests, "{client}");
    assert!(said <= client.took && client.took <= said.mul_f64(1.03), "{said:?} were said, {client}");
}

/// Remembers when it was asked; its tokens are good for a minute.
#[derive(Debug, Default, Clone)]
struct Minutes(Arc<Mutex<Vec<Instant>>>);

impl TokenSource for Minutes {
    fn token(&self) -> TokenFuture<'_> {
        self.0.lock().unwrap().push(Instant::now());
        Box::pin(async { Ok(AccessToken::new("any".into()).expires_in(Duration::from_secs(60))) })
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_does_not_grow_old_while_its_request_waits() {
    let server = MockServer::start().await.unwrap();
    let quota = Quota::new(1, Duration::from_secs(300));
    let governor = Governor::new(Limits::none().with(Limit::SharingCalls, quota));
    let source = Minutes::default();
    let client = Client::builder()
        .endpoint(Endpoint::new(&format!("{}/v1.0", server.url())).unwrap())
        .credential(source.clone())
        .governor(governor.clone())
        .build()
        .unwrap();
    let start = Instant::now();
    let all = async {
        let [first, second] = [0, 1].map(|n| client.item(&item()).invite(&invitation(n)).into_future());
        let (first, second) = tokio::join!(first, second);
        first.and(second).unwrap();
    };
    let next = || governor.standing().held_for.map(|wait| Instant::now() + wait);
    drive(all, next).await;
    let fetched: Vec<_> = source.0.lock().unwrap().iter().map(|then| (*then - start).as_secs()).collect();
    assert_eq!(fetched, [0, 300]);
}
