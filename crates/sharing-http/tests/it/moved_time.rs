//! Time that is moved as the work goes.

use std::{thread, time::Duration};

use tokio::{
    sync::mpsc,
    task,
    time::{self, Instant},
};

/// Does all the work, moving the time to the next moment that somebody waits for whenever nothing is under way.
pub(crate) async fn drive(all: impl Future<Output = ()>, next: impl Fn() -> Option<Instant>) {
    // As long as this thread is at work tokio leaves the time where it is, however long an answer takes.
    let (tick, mut ticks) = mpsc::channel(1);
    let ticking = task::spawn_blocking(move || {
        while tick.blocking_send(()).is_ok() {
            thread::sleep(Duration::from_micros(200));
        }
    });
    let mut all = std::pin::pin!(all);
    loop {
        tokio::select! {
            biased;
            () = &mut all => break,
            Some(()) = ticks.recv() => if let Some(next) = next() {
                // Tokio's timers have milliseconds.
                time::advance(next.saturating_duration_since(Instant::now()) + Duration::from_millis(1)).await;
            },
        }
    }
    drop(ticks);
    ticking.await.unwrap();
}
