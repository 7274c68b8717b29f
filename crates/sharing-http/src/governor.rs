//! `Governor`: spends a budget instead of running into the wall.
//!
//! It is asked before each request leaves, told what the answer said, and shared by all that ask with one
//! application's tokens. It knows what is documented ([`Limits`]), heeds what the service says ([`Heard`]), and lets
//! requests through in the order in which they came.

mod concurrency;
mod estimate;
mod limits;
mod refusals;
mod state;
#[cfg(test)]
mod tests;
mod window;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    runtime::{self, Handle},
    sync::{oneshot, watch},
    time::{Instant, timeout_at},
};

use self::state::{Pass, Place, State, Waiter};
pub use self::{
    estimate::{Estimate, Work},
    limits::{Cost, Limit, Limits},
    refusals::Subject,
};
use crate::Heard;

/// Lets requests through as fast as the service's limits allow, and no faster. Cheap to clone; clones spend one budget.
///
/// What a request spends is free again one window after its answer, so that the service, wherever its own window
/// begins, never counts more than it allows. A 429 or 503 stops everybody for as long as the service says, then one
/// request goes first, then more and more. Whoever stops waiting (drops the future) gives its place to the next.
///
/// Times are tokio's, so a test that pauses them moves them.
///
/// ```
/// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
/// use std::time::Duration;
/// use sharing_http::{Cause, Cost, Governor, Heard, Limit, Limits, Subject};
/// use sharing_model::{ActionKind, limits::Quota};
///
/// let limits = Limits::none().with(Limit::SharingCalls, Quota::new(1, Duration::from_secs(300)));
/// let governor = Governor::new(limits);
/// let (cost, notes) = (Cost::of(ActionKind::Invite), Some(Subject::of("/drive/root:/Notes.txt")));
///
/// let first = governor.admit(cost, notes).await;
/// // Here the request leaves, and its answer comes.
/// first.answered(&Heard::new(200));
///
/// let second = governor.admit(cost, notes).await;
/// assert!(second.waited() >= Duration::from_secs(300));
/// assert_eq!(second.waited_for(), Some(Cause::Limit(Limit::SharingCalls)));
/// # second.answered(&Heard::new(200));
/// # }
/// ```
#[derive(Clone)]
pub struct Governor(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    agenda: watch::Sender<Agenda>,
}

/// What the timekeepers have to do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Agenda {
    /// Whether anybody waits.
    waiting: bool,
    /// When time alone lets somebody through.
    look_again: Option<Instant>,
}

/// What a request waits for.
///
/// ```
/// use sharing_http::{Cause, Limit};
///
/// assert_eq!(Cause::Limit(Limit::SharingCalls).to_string(), "the limit on sharing calls");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// A limit's quota is spent.
    Limit(Limit),
    /// The service asked to be left alone.
    Pause,
    /// As many requests are under way as there may be at once.
    Concurrency,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Limit(limit) => write!(f, "the limit on {limit}"),
            Self::Pause => f.write_str("the service's wish to be left alone"),
            Self::Concurrency => f.write_str("the number of requests at once"),
        }
    }
}

/// What an answer means for the request.
///
/// ```
/// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
/// use std::time::Duration;
/// use sharing_http::{Cost, Governor, Heard, Limits, Verdict};
///
/// let governor = Governor::new(Limits::default());
/// let refused = Heard::new(429).retry_after(Duration::from_secs(9));
/// let verdict = governor.admit(Cost::default(), None).await.answered(&refused);
/// assert_eq!(verdict, Verdict::Throttled { wait: Duration::from_secs(9) });
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The service did not complain.
    Passed,
    /// The service wants to be left alone for so long.
    Throttled {
        /// How long; where the service did not say, longer each time.
        wait: Duration,
    },
    /// Refused with 429 again and again while others like it passed: waiting will not clear it. The service does this
    /// to items with more than 100,000 others below them ([`ITEMS_BELOW`](sharing_model::limits::ITEMS_BELOW)), whose
    /// inheritance it cannot break.
    NeverClears {
        /// How many times it was refused.
        times: u32,
    },
}

/// How things stand, for a progress bar.
///
/// ```
/// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
/// use std::time::Duration;
/// use sharing_http::{Cause, Cost, Governor, Heard, Limits};
///
/// let governor = Governor::new(Limits::default());
/// let admission = governor.admit(Cost::default(), None).await;
/// assert_eq!(governor.standing().in_flight, 1);
/// admission.answered(&Heard::new(503).retry_after(Duration::from_secs(30)));
///
/// let waiting = governor.clone();
/// let waiter = tokio::spawn(async move { waiting.admit(Cost::default(), None).await.unsent() });
/// tokio::task::yield_now().await;
/// let standing = governor.standing();
/// assert_eq!((standing.waiting, standing.held_by), (1, Some(Cause::Pause)));
/// assert_eq!(standing.held_for, Some(Duration::from_secs(30)));
/// # waiter.await.unwrap();
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Standing {
    /// Requests let through whose answers are to come.
    pub in_flight: usize,
    /// Requests that wait to be let through.
    pub waiting: usize,
    /// How many may be under way at once, for now.
    pub concurrency: usize,
    /// What the oldest waiter waits for.
    pub held_by: Option<Cause>,
    /// For how long, where that is known: when an answer comes, it is not.
    pub held_for: Option<Duration>,
}

impl Governor {
    /// A governor that keeps to these limits, of which nothing is spent yet.
    ///
    /// ```
    /// use sharing_http::{Governor, Limits};
    ///
    /// assert_eq!(Governor::new(Limits::none()).standing().waiting, 0);
    /// ```
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        let state = Mutex::new(State::new(limits));
        Self(Arc::new(Shared { state, agenda: watch::Sender::default() }))
    }

    /// Waits until a request of this cost may leave. Those that came before go before, except that one that is held by
    /// a limit of a few (sharing calls, mails) does not hold those that do not spend it. Must be awaited in a tokio
    /// runtime with time.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
    /// use sharing_http::{Cost, Governor, Heard, Limits, Verdict};
    /// use sharing_model::ActionKind;
    ///
    /// let governor = Governor::new(Limits::default());
    /// let admission = governor.admit(Cost::of(ActionKind::GetDrive), None).await;
    /// assert!(admission.waited().is_zero());
    /// assert_eq!(admission.answered(&Heard::new(200)), Verdict::Passed);
    /// # }
    /// ```
    pub async fn admit(&self, cost: Cost, subject: Option<Subject>) -> Admission {
        self.wait(cost, subject, false).await
    }

    /// The same for a request that was asked before: it goes soon, after the few that wait longest. If they pass and
    /// it does not, it is refused for what it is.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
    /// use std::time::Duration;
    /// use sharing_http::{Cause, Cost, Governor, Heard, Limits};
    ///
    /// let governor = Governor::new(Limits::default());
    /// let first = governor.admit(Cost::default(), None).await;
    /// first.answered(&Heard::new(503).retry_after(Duration::from_secs(9)));
    /// let second = governor.admit_again(Cost::default(), None).await;
    /// assert_eq!((second.waited().as_secs(), second.waited_for()), (9, Some(Cause::Pause)));
    /// # second.answered(&Heard::new(200));
    /// # }
    /// ```
    pub async fn admit_again(&self, cost: Cost, subject: Option<Subject>) -> Admission {
        self.wait(cost, subject, true).await
    }

    pub(crate) async fn wait(&self, cost: Cost, subject: Option<Subject>, again: bool) -> Admission {
        match self.at_once(cost, subject, Instant::now()) {
            Some(admission) => admission,
            // What waits is kept elsewhere: most requests need not, and their futures are to be small.
            None => Box::pin(self.queue(cost, subject, again)).await,
        }
    }

    /// Leave for a request that need not wait for it; nothing where it has to [wait](Self::wait).
    pub(crate) fn at_once(&self, cost: Cost, subject: Option<Subject>, now: Instant) -> Option<Admission> {
        let pass = self.0.lock().pass(cost, now)?;
        let grant = Grant { shared: Arc::clone(&self.0), pass, waited_for: None, open: true };
        Some(Admission { grant, subject, waited: Duration::ZERO })
    }

    async fn queue(&self, cost: Cost, subject: Option<Subject>, again: bool) -> Admission {
        let (shared, since) = (&self.0, Instant::now());
        loop {
            let mut waiting = {
                let mut state = shared.lock();
                let (sender, receiver) = oneshot::channel();
                let (lane, place) = state.queue(Waiter { cost, sender }, again);
                shared.keep_time(&mut state);
                shared.settle(state, Instant::now());
                Waiting { shared, lane, place, receiver, waits: true }
            };
            // A sender leaves the queue with a grant alone. Were it otherwise, the request would queue once more.
            if let Ok(grant) = (&mut waiting.receiver).await {
                waiting.waits = false;
                let waited = grant.pass.admitted.saturating_duration_since(since);
                return Admission { grant, subject, waited };
            }
        }
    }

    /// How long some work takes from now on, and what makes it that long.
    ///
    /// ```
    /// use sharing_http::{Cost, Governor, Limits, Work};
    /// use sharing_model::ActionKind;
    ///
    /// let governor = Governor::new(Limits::default());
    /// let mailing = Cost::of(ActionKind::Invite).with_external_mails(1);
    /// let estimate = governor.estimate(&Work::of(mailing, 10_000));
    /// assert_eq!(estimate.to_string(), "49 h, because of the limit on external mails");
    /// assert_eq!(governor.estimate(&Work::of(mailing, 1)).to_string(), "at once");
    /// ```
    #[must_use]
    pub fn estimate(&self, work: &Work) -> Estimate {
        self.0.lock().estimate(work, Instant::now())
    }

    /// How things stand now.
    ///
    /// ```
    /// use sharing_http::{Governor, Limits};
    ///
    /// let standing = Governor::new(Limits::default()).standing();
    /// assert_eq!((standing.in_flight, standing.held_by), (0, None));
    /// ```
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.0.lock().standing(Instant::now())
    }

    /// The limits that it keeps to.
    ///
    /// ```
    /// use sharing_http::{Governor, Limits};
    ///
    /// assert_eq!(Governor::new(Limits::default()).limits(), Limits::default());
    /// ```
    #[must_use]
    pub fn limits(&self) -> Limits {
        *self.0.lock().limits()
    }
}

impl fmt::Debug for Governor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Governor")
            .field("limits", &self.limits())
            .field("standing", &self.standing())
            .finish()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that holds the lock calls anybody else's code: what is inside is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets through all that may go now, and sets the agenda.
    fn settle(self: &Arc<Self>, mut state: MutexGuard<'_, State>, now: Instant) {
        if state.waiting() == 0 && !state.on_agenda {
            return;
        }
        let (turns, look_again) = state.dispatch(now);
        state.on_agenda = state.waiting() > 0;
        let agenda = Agenda { waiting: state.on_agenda, look_again };
        self.agenda.send_if_modified(|old| std::mem::replace(old, agenda) != agenda);
        drop(state);
        for turn in turns {
            let grant =
                Grant { shared: Arc::clone(self), pass: turn.pass, waited_for: turn.waited_for, open: true };
            // Whoever is gone by now drops the grant, which gives it back.
            drop(turn.waiter.sender.send(grant));
        }
    }

    /// Sees to it that a task looks at the clock in this runtime as long as anybody waits. One task in each runtime,
    /// because one that is not driven, or is gone, must not hold those who wait in another.
    fn keep_time(self: &Arc<Self>, state: &mut State) {
        let Ok(handle) = Handle::try_current() else { return };
        let runtime = handle.id();
        if !state.timekeepers.contains(&runtime) {
            state.timekeepers.push(runtime);
            handle.spawn(Timekeeper { shared: Arc::clone(self), runtime, on_duty: true }.run());
        }
    }
}

/// Looks at the clock for those who wait. It may be dropped with its runtime at any time.
struct Timekeeper {
    shared: Arc<Shared>,
    runtime: runtime::Id,
    on_duty: bool,
}

impl Timekeeper {
    async fn run(mut self) {
        let mut agenda = self.shared.agenda.subscribe();
        loop {
            let Agenda { waiting, look_again } = *agenda.borrow_and_update();
            // Whichever ends it means the same: look. The sender lives as long as `self`.
            match look_again {
                _ if !waiting => {}
                Some(then) => drop(timeout_at(then, agenda.changed()).await),
                None => drop(agenda.changed().await),
            }
            let mut state = self.shared.lock();
            if state.waiting() == 0 {
                // Under the same lock: whoever waits next finds nobody on duty and starts another.
                state.timekeepers.retain(|runtime| *runtime != self.runtime);
                self.on_duty = false;
                return;
            }
            let now = Instant::now();
            if look_again.is_some_and(|then| then <= now) {
                self.shared.settle(state, now);
            }
        }
    }
}

impl Drop for Timekeeper {
    fn drop(&mut self) {
        if self.on_duty {
            self.shared.lock().timekeepers.retain(|runtime| *runtime != self.runtime);
        }
    }
}

/// One that waits. Dropping it gives its place to the next.
struct Waiting<'a> {
    shared: &'a Arc<Shared>,
    lane: usize,
    place: Place,
    receiver: oneshot::Receiver<Grant>,
    waits: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if self.waits {
            let mut state = self.shared.lock();
            if state.leave(self.lane, self.place) {
                self.shared.settle(state, Instant::now());
            }
        }
    }
}

/// A place among those under way. Dropping it says that nothing left.
struct Grant {
    shared: Arc<Shared>,
    pass: Pass,
    waited_for: Option<Cause>,
    open: bool,
}

impl Drop for Grant {
    fn drop(&mut self) {
        if self.open {
            let mut state = self.shared.lock();
            state.give_back(self.pass);
            self.shared.settle(state, Instant::now());
        }
    }
}

/// Leave for one request. Dropped without an answer, what it costs counts as spent: the request may have arrived.
///
/// ```
/// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
/// use sharing_http::{Cost, Governor, Limits};
///
/// let governor = Governor::new(Limits::default());
/// let admission = governor.admit(Cost::default(), None).await;
/// drop(admission);
/// assert_eq!(governor.standing().in_flight, 0);
/// # }
/// ```
#[must_use = "a request may leave; tell what it was answered"]
pub struct Admission {
    grant: Grant,
    subject: Option<Subject>,
    waited: Duration,
}

impl Admission {
    /// How long the request had to wait.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
    /// use sharing_http::{Cost, Governor, Limits};
    ///
    /// let admission = Governor::new(Limits::default()).admit(Cost::default(), None).await;
    /// assert!(admission.waited().is_zero());
    /// # }
    /// ```
    #[must_use]
    pub const fn waited(&self) -> Duration {
        self.waited
    }

    /// What it waited for last, if it had to wait.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
    /// use sharing_http::{Cost, Governor, Limits};
    ///
    /// let admission = Governor::new(Limits::default()).admit(Cost::default(), None).await;
    /// assert_eq!(admission.waited_for(), None);
    /// # }
    /// ```
    #[must_use]
    pub const fn waited_for(&self) -> Option<Cause> {
        self.grant.waited_for
    }

    /// The request was answered.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
    /// use std::time::Duration;
    /// use sharing_http::{Cost, Governor, Heard, Limits, Verdict};
    ///
    /// let governor = Governor::new(Limits::default());
    /// let admission = governor.admit(Cost::default(), None).await;
    /// let verdict = admission.answered(&Heard::new(503).retry_after(Duration::from_secs(9)));
    /// assert_eq!(verdict, Verdict::Throttled { wait: Duration::from_secs(9) });
    /// # }
    /// ```
    pub fn answered(self, heard: &Heard) -> Verdict {
        self.answered_about(heard, || None)
    }

    /// The same, and what it was about, for whom it matters: nearly never, so that nobody need have told it before.
    pub(crate) fn answered_about(self, heard: &Heard, subject: impl FnOnce() -> Option<Subject>) -> Verdict {
        let (cost, told) = (self.grant.pass.cost, self.subject);
        self.finish(|state, pass, now| state.hear(pass, cost, || told.or_else(subject), heard, now))
    }

    /// A batch was answered: as a whole, and each member by itself, with what it cost and what it was about. The
    /// verdicts are the members'.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
    /// use std::time::Duration;
    /// use sharing_http::{Cost, Governor, Heard, Limits, Subject, Verdict};
    /// use sharing_model::ActionKind;
    ///
    /// let governor = Governor::new(Limits::default());
    /// let invite = Cost::of(ActionKind::Invite);
    /// let admission = governor.admit(invite * 2, None).await;
    /// let refused = Heard::new(429).retry_after(Duration::from_secs(9));
    /// let members = [(Subject::of("a"), Heard::new(200)), (Subject::of("b"), refused)];
    /// let members = members.map(|(subject, heard)| (invite, Some(subject), heard));
    /// let verdicts = admission.batch_answered(&Heard::new(200), members);
    /// assert_eq!(verdicts, [Verdict::Passed, Verdict::Throttled { wait: Duration::from_secs(9) }]);
    /// # }
    /// ```
    pub fn batch_answered(
        self,
        heard: &Heard,
        members: impl IntoIterator<Item = (Cost, Option<Subject>, Heard)>,
    ) -> Vec<Verdict> {
        // Nobody else's code runs under the lock.
        let members: Vec<_> = members.into_iter().collect();
        let cost = self.grant.pass.cost;
        self.finish(|state, pass, now| {
            // Where the members speak for themselves, that the whole passed says nothing of them.
            if heard.is_throttled() || members.is_empty() {
                state.hear(pass, cost, || None, heard, now);
            } else {
                state.heed(heard, now);
            }
            let members = members.iter();
            members.map(|(cost, subject, heard)| state.hear(pass, *cost, || *subject, heard, now)).collect()
        })
    }

    /// The request never left, because no connection came about for instance: it spent nothing.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
    /// use std::time::Duration;
    /// use sharing_http::{Cost, Governor, Limit, Limits};
    /// use sharing_model::{ActionKind, limits::Quota};
    ///
    /// let limits = Limits::none().with(Limit::SharingCalls, Quota::new(1, Duration::from_secs(300)));
    /// let governor = Governor::new(limits);
    /// governor.admit(Cost::of(ActionKind::Invite), None).await.unsent();
    /// assert!(governor.admit(Cost::of(ActionKind::Invite), None).await.waited().is_zero());
    /// # }
    /// ```
    pub fn unsent(mut self) {
        self.grant.open = false;
        let mut state = self.grant.shared.lock();
        state.give_back(self.grant.pass);
        self.grant.shared.settle(state, Instant::now());
    }

    fn finish<T>(mut self, hear: impl FnOnce(&mut State, Pass, Instant) -> T) -> T {
        self.grant.open = false;
        let (shared, pass, now) = (&self.grant.shared, self.grant.pass, Instant::now());
        let mut state = shared.lock();
        state.answered(pass, now);
        let heard = hear(&mut state, pass, now);
        shared.settle(state, now);
        heard
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        if std::mem::take(&mut self.grant.open) {
            let mut state = self.grant.shared.lock();
            let now = Instant::now();
            state.answered(self.grant.pass, now);
            self.grant.shared.settle(state, now);
        }
    }
}

impl fmt::Debug for Admission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut admission = f.debug_struct("Admission");
        admission.field("cost", &self.grant.pass.cost).field("waited", &self.waited);
        admission.field("waited_for", &self.grant.waited_for).finish_non_exhaustive()
    }
}
