//! `Patience`: how long a request and its whole answer may take.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    runtime::{self, Handle},
    sync::{Notify, futures::OwnedNotified},
    time::{Instant, sleep},
};

/// Requests that begin within so small a part of the time are given up by one timer, which a task of its own looks at: a
/// timer for each is a good part of what the client costs.
const PART: u32 = 32;
/// Whoever wants to wait for ever waits so long: there are times that no clock can hold.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Ends when a request is late, the answer's end included. The http client has a clock for that, too, which costs more.
pub(crate) type Late = OwnedNotified;

/// How long each request may take.
#[derive(Debug)]
pub(crate) struct Patience {
    time: Duration,
    latest: Mutex<Option<Timer>>,
}

#[derive(Debug)]
struct Timer {
    /// Whose clock it goes by: one that is not driven does not move.
    runtime: runtime::Id,
    rings: Instant,
    bell: Arc<Notify>,
}

impl Patience {
    pub(crate) fn new(time: Duration) -> Self {
        Self { time: time.min(LONGEST), latest: Mutex::new(None) }
    }

    /// What ends in this time from now, or a little later.
    pub(crate) fn begin(&self, now: Instant) -> Late {
        self.bell(now).notified_owned()
    }

    fn bell(&self, now: Instant) -> Arc<Notify> {
        let handle = Handle::current();
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(timer) = &*latest
            && timer.runtime == handle.id()
            && timer.rings.saturating_duration_since(now) >= self.time
        {
            return Arc::clone(&timer.bell);
        }
        let sleep = sleep(self.time + self.time / PART);
        let (rings, bell) = (sleep.deadline(), Arc::new(Notify::new()));
        *latest = Some(Timer { runtime: handle.id(), rings, bell: Arc::clone(&bell) });
        let rung = Arc::clone(&bell);
        handle.spawn(async move {
            sleep.await;
            rung.notify_waiters();
        });
        bell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: Duration = Duration::from_secs(64);

    /// After how long a request is late that begins now.
    async fn patience(patience: &Patience) -> Duration {
        let now = Instant::now();
        patience.begin(now).await;
        now.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_is_late_too_early_nor_much_later() {
        let shared = Patience::new(TIME);
        let requests = [0, 1, 2, 3, 63, 64, 200].map(Duration::from_secs).map(|begins| {
            let shared = &shared;
            async move {
                tokio::time::sleep(begins).await;
                patience(shared).await
            }
        });
        for took in futures_util::future::join_all(requests).await {
            assert!((TIME..=TIME + Duration::from_millis(2_001)).contains(&took), "{took:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn those_that_begin_together_share_a_timer() {
        let patience = Patience::new(TIME);
        let one = patience.bell(Instant::now());
        tokio::time::advance(TIME / PART).await;
        assert!(Arc::ptr_eq(&patience.bell(Instant::now()), &one));
        tokio::time::advance(Duration::from_millis(1)).await;
        assert!(!Arc::ptr_eq(&patience.bell(Instant::now()), &one));
    }

    #[test]
    fn each_runtime_has_a_timer_of_its_own() {
        let patience = Patience::new(Duration::from_millis(10));
        let runtimes =
            [(); 2].map(|()| runtime::Builder::new_current_thread().enable_time().build().unwrap());
        let [one, other] = runtimes.each_ref().map(|runtime| {
            let _inside = runtime.enter();
            patience.bell(Instant::now())
        });
        assert!(!Arc::ptr_eq(&one, &other), "the first one's clock moves only while it is driven");
        drop(runtimes);
        let runtime = runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async { patience.begin(Instant::now()).await });
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_never_grows_impatient_may_say_so() {
        let patience = Patience::new(Duration::MAX);
        let one = patience.bell(Instant::now());
        let late = patience.begin(Instant::now());
        assert!(Arc::ptr_eq(&patience.bell(Instant::now()), &one), "not a timer for each");
        assert!(tokio::time::timeout(LONGEST - Duration::from_secs(1), late).await.is_err());
    }
}
