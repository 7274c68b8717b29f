//! A clock that moves as fast as the work does: what a run waits for the service's limits passes at once.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use sharing_http::{Governor, Standing};
use tokio::{sync::mpsc, task, time, time::Instant};

/// How often it looks whether somebody waits.
const LOOK: Duration = Duration::from_micros(200);
/// After so many looks that find the same, a request may wait for a moment, as the mock does before an answer is cut.
const A_MOMENT: u32 = 25;
/// After so many, somebody waits for something longer that the governor does not know, such as a pause before a retry.
const LONGER: u32 = 500;

/// The time of this process, moved. The mock's and the client's time is tokio's, which is paused: it moves when nothing is
/// under way, and then to the moment that the client's governor waits for.
#[derive(Debug, Clone, Default)]
pub(crate) struct MovedClock(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    governor: Option<Governor>,
    /// When the first request was under way, and the last.
    asked: Option<(Instant, Instant)>,
}

impl MovedClock {
    /// Stops the real time. It is for a runtime of one thread.
    pub(crate) fn start() -> Self {
        let clock = Self::default();
        // As long as this thread is at work tokio leaves the time where it is, however long an answer takes.
        let (tick, ticks) = mpsc::channel(1);
        task::spawn_blocking(move || {
            while tick.blocking_send(()).is_ok() {
                thread::sleep(LOOK);
            }
        });
        time::pause();
        task::spawn(clock.clone().drive(ticks));
        clock
    }

    /// Moves the time for whoever waits for this governor.
    pub(crate) fn follow(&self, governor: &Governor) {
        self.state().governor = Some(governor.clone());
    }

    /// How long the service was asked, by the moved time.
    pub(crate) fn took(&self) -> Duration {
        self.state().asked.map_or(Duration::ZERO, |(first, last)| last - first)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn drive(self, mut ticks: mpsc::Receiver<()>) {
        let (mut last, mut still) = (None, 0);
        while ticks.recv().await.is_some() {
            let Some(standing) = self.look() else { continue };
            let wait = match standing.held_for {
                // Tokio's timers have milliseconds.
                Some(wait) if standing.in_flight == 0 => wait + Duration::from_millis(1),
                _ if last != Some((standing.in_flight, standing.waiting)) => {
                    last = Some((standing.in_flight, standing.waiting));
                    still = 0;
                    continue;
                }
                _ => {
                    still += 1;
                    match still {
                        still if still % LONGER == 0 => Duration::from_secs(1),
                        still if still % A_MOMENT == 0 => Duration::from_millis(1),
                        _ => continue,
                    }
                }
            };
            time::advance(wait).await;
        }
    }

    /// What the governor has under way, which is noted.
    fn look(&self) -> Option<Standing> {
        let mut state = self.state();
        let standing = state.governor.as_ref()?.standing();
        if standing.in_flight > 0 {
            let now = Instant::now();
            state.asked = Some((state.asked.map_or(now, |(first, _)| first), now));
        }
        Some(standing)
    }
}
