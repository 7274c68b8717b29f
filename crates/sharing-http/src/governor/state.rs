//! `State`: who waits, what is spent, and who goes next. Every question is asked with the time, so nothing here waits.

use std::{collections::BTreeMap, time::Duration};

use tokio::{runtime, sync::oneshot, time::Instant};

use super::{
    Cause, Grant, Limits, Standing, Verdict,
    concurrency::Concurrency,
    estimate::{self, Estimate, Work},
    limits::{Cost, Limit},
    refusals::{NEVER, Refusals, Subject},
    window::Window,
};
use crate::Heard;

/// A place in the queue: by age, and among those that stand behind the same one, again by age.
pub(super) type Place = (u64, u64);

/// A request that is asked again lets so many others go first: enough to tell by them whether the service refuses this
/// one for what it is, too few to keep it waiting.
const YIELD: usize = 8;

/// Without a word from the service, the first pause, which doubles with each that follows, and the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const PAUSES: u32 = 6;

/// Waiters that spend the same special limits stand in one lane. The oldest of all goes first; where it is held by a
/// limit that a younger one in another lane does not spend, that one may pass.
const LANES: usize = 4;

pub(super) struct State {
    limits: Limits,
    /// Of what is limited, in the order of [`Limit::ALL`].
    windows: Vec<(Limit, Window)>,
    lanes: [BTreeMap<Place, Waiter>; LANES],
    queued: u64,
    in_flight: usize,
    units_in_flight: u64,
    concurrency: Concurrency,
    /// Counts the complaints, so that many answers of one moment count as one.
    complaints: u64,
    /// Complaints in a row that did not say how long to wait.
    wordless: u32,
    paused_until: Option<Instant>,
    allowance: Option<Allowance>,
    refusals: Refusals,
    latency: Option<Duration>,
    held: Option<Hold>,
    /// Whether the agenda says that somebody waits: each answer asks, and the agenda has a lock of its own.
    pub(super) on_agenda: bool,
    /// The runtimes in which a task of the governor keeps the time.
    pub(super) timekeepers: Vec<runtime::Id>,
}

pub(super) struct Waiter {
    pub(super) cost: Cost,
    pub(super) sender: oneshot::Sender<Grant>,
}

/// One that goes now.
pub(super) struct Turn {
    pub(super) waiter: Waiter,
    pub(super) pass: Pass,
    pub(super) waited_for: Option<Cause>,
}

/// What a request that was let through is remembered by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pass {
    pub(super) cost: Cost,
    pub(super) admitted: Instant,
    complaints: u64,
}

/// What holds the oldest waiter, and until when, where that is known.
#[derive(Debug, Clone, Copy)]
struct Hold {
    cause: Cause,
    until: Option<Instant>,
}

/// What the service says is left for whatever this application asks, here or elsewhere.
struct Allowance {
    units: u64,
    until: Instant,
}

impl State {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            windows: Limit::ALL
                .into_iter()
                .filter_map(|limit| Some((limit, Window::new(limits.quota(limit)?))))
                .collect(),
            lanes: Default::default(),
            queued: 0,
            in_flight: 0,
            units_in_flight: 0,
            concurrency: Concurrency::new(limits.concurrency),
            complaints: 0,
            wordless: 0,
            paused_until: None,
            allowance: None,
            refusals: Refusals::default(),
            latency: None,
            held: None,
            on_agenda: false,
            timekeepers: Vec::new(),
        }
    }

    pub(super) const fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(super) fn waiting(&self) -> usize {
        self.lanes.iter().map(BTreeMap::len).sum()
    }

    /// Lets a request through at once, if nobody waits and nothing holds it.
    pub(super) fn pass(&mut self, cost: Cost, now: Instant) -> Option<Pass> {
        (self.waiting() == 0 && self.hold(&cost, now).is_none()).then(|| self.take(cost, now))
    }

    /// Queues a waiter: last, or behind the first few if it was asked before.
    pub(super) fn queue(&mut self, waiter: Waiter, again: bool) -> (usize, Place) {
        let lane = lane(&waiter.cost);
        self.queued += 1;
        let place = if again {
            let firsts = self.lanes.iter().flat_map(|waiters| waiters.keys().take(YIELD));
            let mut firsts: Vec<_> = firsts.collect();
            firsts.sort_unstable();
            firsts.truncate(YIELD);
            (firsts.last().map_or(0, |ahead| ahead.0), self.queued)
        } else {
            (self.queued, 0)
        };
        self.lanes[lane].insert(place, waiter);
        (lane, place)
    }

    /// A waiter goes away. Whether it was still waiting.
    pub(super) fn leave(&mut self, lane: usize, place: Place) -> bool {
        self.lanes[lane].remove(&place).is_some()
    }

    /// Lets through all that may go now, and tells when to look again, where time alone will change something.
    pub(super) fn dispatch(&mut self, now: Instant) -> (Vec<Turn>, Option<Instant>) {
        let waited_for = self.held.take().map(|hold| hold.cause);
        let (mut turns, mut look_again) = (Vec::new(), None);
        let mut barred = [false; LANES];
        while let Some((lane, cost)) = self.oldest(&barred) {
            let Some(hold) = self.hold(&cost, now) else {
                if let Some((_, waiter)) = self.lanes[lane].pop_first() {
                    turns.push(Turn { pass: self.take(waiter.cost, now), waiter, waited_for });
                }
                continue;
            };
            look_again = earlier(look_again, hold.until);
            self.held.get_or_insert(hold);
            match hold.cause {
                Cause::Limit(limit) if limit.is_special() => bar(&mut barred, limit),
                _ => break,
            }
        }
        (turns, look_again)
    }

    fn oldest(&self, barred: &[bool; LANES]) -> Option<(usize, Cost)> {
        let lanes = self.lanes.iter().enumerate().filter(|(lane, _)| !barred[*lane]);
        let heads = lanes.filter_map(|(lane, waiters)| Some((lane, waiters.first_key_value()?)));
        let (lane, (_, waiter)) = heads.min_by_key(|(_, (place, _))| **place)?;
        Some((lane, waiter.cost))
    }

    /// What holds a request of this cost.
    fn hold(&mut self, cost: &Cost, now: Instant) -> Option<Hold> {
        self.paused_until = self.paused_until.filter(|until| *until > now);
        if let Some(until) = self.paused_until {
            return Some(Hold { cause: Cause::Pause, until: Some(until) });
        }
        if self.in_flight >= self.concurrency.allowed() {
            return Some(Hold { cause: Cause::Concurrency, until: None });
        }
        self.allowance.take_if(|allowance| allowance.until <= now);
        if let Some(allowance) = self.allowance.as_ref().filter(|allowance| cost.units > allowance.units) {
            let cause = Cause::Limit(Limit::UnitsPerMinute);
            return Some(Hold { cause, until: Some(allowance.until) });
        }
        // Limits that everybody spends come first: nobody may pass one who is held by them.
        self.windows
            .iter_mut()
            .filter_map(|(limit, window)| {
                let amount = cost.amount(*limit);
                let fits = amount == 0 || window.fits(amount, now);
                (!fits)
                    .then(|| Hold { cause: Cause::Limit(*limit), until: window.fits_at(amount) })
                    .map(|hold| (!limit.is_special(), hold))
            })
            .max_by_key(|(common, hold)| (*common, hold.until))
            .map(|(_, hold)| hold)
    }

    fn take(&mut self, cost: Cost, now: Instant) -> Pass {
        for (window, amount) in self.spends(cost) {
            window.take(amount);
        }
        if let Some(allowance) = &mut self.allowance {
            allowance.units = allowance.units.saturating_sub(cost.units);
        }
        self.in_flight += 1;
        self.units_in_flight = self.units_in_flight.saturating_add(cost.units);
        Pass { cost, admitted: now, complaints: self.complaints }
    }

    /// A request that was let through never left.
    pub(super) fn give_back(&mut self, pass: Pass) {
        for (window, amount) in self.spends(pass.cost) {
            window.give_back(amount);
        }
        if let Some(allowance) = &mut self.allowance {
            allowance.units = allowance.units.saturating_add(pass.cost.units);
        }
        self.landed(pass);
    }

    /// A request's answer came, or never will.
    pub(super) fn answered(&mut self, pass: Pass, now: Instant) {
        for (window, amount) in self.spends(pass.cost) {
            window.answered(amount, now);
        }
        self.landed(pass);
    }

    const fn landed(&mut self, pass: Pass) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.units_in_flight = self.units_in_flight.saturating_sub(pass.cost.units);
    }

    fn spends(&mut self, cost: Cost) -> impl Iterator<Item = (&mut Window, u64)> {
        self.windows.iter_mut().map(move |(limit, window)| (window, cost.amount(*limit)))
    }

    /// Learns from an answer.
    pub(super) fn hear(
        &mut self,
        pass: Pass,
        cost: Cost,
        subject: impl FnOnce() -> Option<Subject>,
        heard: &Heard,
        now: Instant,
    ) -> Verdict {
        self.heed(heard, now);
        let (shares, fresh) = (cost.sharing_calls > 0, pass.complaints == self.complaints);
        if !heard.is_throttled() {
            if heard.status < 500 {
                self.refusals.passed(subject, shares);
                self.wordless = if fresh { 0 } else { self.wordless };
            }
            if fresh {
                // The one that just landed was under way, too.
                self.concurrency.grow(self.in_flight + 1);
            }
            let latency = now - pass.admitted;
            self.latency = Some(self.latency.map_or(latency, |mean| (mean * 7 + latency) / 8));
            return Verdict::Passed;
        }
        let refused = if heard.status == 429 { subject() } else { None };
        let times = refused.map_or(1, |subject| self.refusals.refused(subject, shares));
        let wait = heard.wait().filter(|wait| !wait.is_zero());
        let wait = wait.unwrap_or(FIRST_PAUSE * (1 << self.wordless.min(PAUSES)));
        if times >= NEVER {
            return Verdict::NeverClears { times };
        }
        // Where others passed and this one did not, again, it alone has to wait.
        if times == 1 {
            if fresh {
                self.complaints += 1;
                self.concurrency.shrink();
                self.wordless = if heard.wait().is_some() { 0 } else { self.wordless.saturating_add(1) };
            }
            self.paused_until = self.paused_until.max(Some(now + wait));
        }
        Verdict::Throttled { wait }
    }

    /// Takes the service's word for what is left. What is under way it may not have counted yet.
    pub(super) fn heed(&mut self, heard: &Heard, now: Instant) {
        let Some(rate_limit) = heard.rate_limit else { return };
        let units = rate_limit.remaining.saturating_sub(self.units_in_flight);
        let reset = rate_limit.reset.min(Duration::from_secs(24 * 60 * 60));
        self.allowance = Some(Allowance { units, until: now + reset });
        let documented = self.limits.quota(Limit::UnitsPerMinute);
        let window = self.windows.iter_mut().find(|(limit, _)| *limit == Limit::UnitsPerMinute);
        if let (Some(limit), Some(documented), Some((_, window))) = (rate_limit.limit, documented, window) {
            window.set_amount(limit.clamp(1, documented.amount));
        }
    }

    pub(super) fn estimate(&mut self, work: &Work, now: Instant) -> Estimate {
        let paused = self.paused_until.map(|until| (Cause::Pause, until.saturating_duration_since(now)));
        let at_once = self.latency.map(|latency| {
            let rounds = work.calls().div_ceil(self.limits.concurrency as u64);
            (Cause::Concurrency, latency.saturating_mul(u32::try_from(rounds).unwrap_or(u32::MAX)))
        });
        let windows = self
            .windows
            .iter_mut()
            .map(|(limit, window)| (Cause::Limit(*limit), estimate::of_window(work, *limit, window, now)));
        Estimate::longest(paused.into_iter().chain(at_once).chain(windows))
    }

    pub(super) fn standing(&self, now: Instant) -> Standing {
        let held = self.held.filter(|_| self.waiting() > 0);
        Standing {
            in_flight: self.in_flight,
            waiting: self.waiting(),
            concurrency: self.concurrency.allowed(),
            held_by: held.map(|hold| hold.cause),
            held_for: held.and_then(|hold| hold.until).map(|until| until.saturating_duration_since(now)),
        }
    }
}

fn lane(cost: &Cost) -> usize {
    usize::from(cost.sharing_calls > 0) | usize::from(cost.external_mails > 0) << 1
}

/// Bars the lanes whose waiters spend a special limit.
fn bar(barred: &mut [bool; LANES], limit: Limit) {
    let bit = if limit == Limit::SharingCalls { 1 } else { 2 };
    for (lane, barred) in barred.iter_mut().enumerate() {
        *barred |= lane & bit != 0;
    }
}

fn earlier(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    one.into_iter().chain(other).min()
}
