//! `Patience`: how long a request and its whole answer may take.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use futures_util::{FutureExt, future::Shared};
use tokio::{
    runtime::{self, Handle},
    time::{Instant, Sleep, sleep},
};

/// Requests that begin within so small a part of the time are given up by one timer: a timer for each is a good part of
/// what the client costs.
const PART: u32 = 32;

/// Ends when a request is late, the answer's end included. The http client has a clock for that, too, which costs more.
pub(crate) type Late = Shared<Sleep>;

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
    late: Late,
}

impl Patience {
    pub(crate) fn new(time: Duration) -> Self {
        Self { time, latest: Mutex::new(None) }
    }

    /// What ends in this time from now, or a little later.
    pub(crate) fn begin(&self) -> Late {
        let runtime = Handle::current().id();
        let now = Instant::now();
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(timer) = &*latest
            && timer.runtime == runtime
            && timer.rings.saturating_duration_since(now) >= self.time
        {
            return timer.late.clone();
        }
        let sleep = sleep(self.time.saturating_add(self.time / PART));
        let rings = sleep.deadline();
        let late = sleep.shared();
        *latest = Some(Timer { runtime, rings, late: late.clone() });
        late
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: Duration = Duration::from_secs(64);

    /// After how long a request is late that begins now.
    async fn patience(patience: &Patience) -> Duration {
        let (began, late) = (Instant::now(), patience.begin());
        late.await;
        began.elapsed()
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
        let one = patience.begin();
        tokio::time::advance(TIME / PART).await;
        assert!(patience.begin().ptr_eq(&one));
        tokio::time::advance(Duration::from_millis(1)).await;
        assert!(!patience.begin().ptr_eq(&one));
    }

    #[test]
    fn each_runtime_has_a_timer_of_its_own() {
        let patience = Patience::new(Duration::from_millis(10));
        let runtimes =
            [(); 2].map(|()| runtime::Builder::new_current_thread().enable_time().build().unwrap());
        let [one, other] = runtimes.each_ref().map(|runtime| {
            let _inside = runtime.enter();
            patience.begin()
        });
        assert!(!one.ptr_eq(&other), "the first one's clock moves only while it is driven");
        drop(runtimes);
        let runtime = runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async { patience.begin().await });
    }

    #[tokio::test]
    async fn whoever_never_grows_impatient_may_say_so() {
        assert!(Patience::new(Duration::MAX).begin().peek().is_none());
    }
}
