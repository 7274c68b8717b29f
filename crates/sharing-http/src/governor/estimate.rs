//! `Estimate`: how long an amount of work takes, and which limit makes it so.

use std::time::Duration;

use tokio::time::Instant;

use super::{
    Cause,
    limits::{Cost, Limit},
    window::Window,
};

/// An amount of work: what it costs together.
///
/// ```
/// use sharing_http::{Cost, Work};
/// use sharing_model::ActionKind;
///
/// let work = Work::of(Cost::of(ActionKind::ListPermissions), 10).and(Cost::of(ActionKind::Invite), 1_000);
/// assert_eq!(work.calls(), 1_010);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    calls: u64,
    total: Cost,
    /// The largest amounts of which all costs are multiples: what is left of a quota below one of them is of no use.
    steps: Cost,
}

impl Work {
    /// So many calls of this cost.
    ///
    /// ```
    /// use sharing_http::{Cost, Work};
    /// use sharing_model::ActionKind;
    ///
    /// assert_eq!(Work::of(Cost::of(ActionKind::Invite), 3).calls(), 3);
    /// ```
    #[must_use]
    pub fn of(cost: Cost, times: u64) -> Self {
        Self::default().and(cost, times)
    }

    /// The same, and so many calls of this cost.
    ///
    /// ```
    /// use sharing_http::{Cost, Work};
    /// use sharing_model::ActionKind;
    ///
    /// // Ten people, each looked for and then invited.
    /// let work = Work::of(Cost::of(ActionKind::ListPermissions), 10).and(Cost::of(ActionKind::Invite), 10);
    /// assert_eq!(work.calls(), 20);
    /// ```
    #[must_use]
    pub fn and(self, cost: Cost, times: u64) -> Self {
        if times == 0 {
            return self;
        }
        Self {
            calls: self.calls.saturating_add(times),
            total: self.total + cost * times,
            steps: self.steps.common_divisors(cost),
        }
    }

    /// How many calls it is.
    ///
    /// ```
    /// assert_eq!(sharing_http::Work::default().calls(), 0);
    /// ```
    #[must_use]
    pub const fn calls(&self) -> u64 {
        self.calls
    }
}

impl Cost {
    fn common_divisors(self, other: Self) -> Self {
        Self {
            units: divisor(self.units, other.units),
            requests: divisor(self.requests, other.requests),
            sharing_calls: divisor(self.sharing_calls, other.sharing_calls),
            external_mails: divisor(self.external_mails, other.external_mails),
        }
    }
}

/// The greatest common one; 0 is a multiple of everything.
const fn divisor(one: u64, other: u64) -> u64 {
    if other == 0 { one } else { divisor(other, one % other) }
}

/// How long it takes until the last call of some work may leave.
///
/// ```
/// use std::time::Duration;
/// use sharing_http::{Cause, Cost, Governor, Limit, Limits, Work};
/// use sharing_model::ActionKind;
///
/// let governor = Governor::new(Limits::default());
/// let estimate = governor.estimate(&Work::of(Cost::of(ActionKind::Invite), 1_000));
/// // 300 at once, 300 after five minutes, 300 after ten, and the rest after a quarter of an hour.
/// assert_eq!(estimate.duration, Duration::from_secs(900));
/// assert_eq!(estimate.cause, Some(Cause::Limit(Limit::SharingCalls)));
/// assert_eq!(estimate.to_string(), "15 min, because of the limit on sharing calls");
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Estimate {
    /// How long.
    pub duration: Duration,
    /// What makes it that long. Nothing where all may leave at once.
    pub cause: Option<Cause>,
}

impl Estimate {
    pub(super) fn longest(causes: impl Iterator<Item = (Cause, Duration)>) -> Self {
        let longest =
            causes.filter(|(_, duration)| !duration.is_zero()).max_by_key(|(_, duration)| *duration);
        longest.map_or_else(Self::default, |(cause, duration)| Self { duration, cause: Some(cause) })
    }
}

impl std::fmt::Display for Estimate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Some(cause) = self.cause else { return f.write_str("at once") };
        let seconds = self.duration.as_secs() + u64::from(self.duration.subsec_nanos() > 0);
        let (minutes, seconds) = (seconds / 60, seconds % 60);
        let (hours, minutes) = (minutes / 60, minutes % 60);
        let parts = [(hours, "h"), (minutes, "min"), (seconds, "s")];
        let parts =
            parts.iter().filter(|(amount, _)| *amount > 0).map(|(amount, unit)| format!("{amount} {unit}"));
        write!(f, "{}, because of {cause}", parts.collect::<Vec<_>>().join(" "))
    }
}

/// How long until one quota has let all of the work through, from what is spent of it now.
pub(super) fn of_window(work: &Work, limit: Limit, window: &mut Window, now: Instant) -> Duration {
    let (total, step) = (work.total.amount(limit), work.steps.amount(limit).max(1));
    let quota = window.quota();
    let useful = (quota.amount - quota.amount % step).max(1);
    let (free, pattern) = window.pattern(now);
    let free = free.min(useful);
    let Some(after) = total.checked_sub(free).filter(|after| *after > 0) else { return Duration::ZERO };
    // What is spent now is free again one window later, so what a window lets through it lets through again in the next.
    let (windows, mut rest) = ((after - 1) / useful, (after - 1) % useful + 1);
    let last = pattern.into_iter().chain([(quota.window, free)]).find(|(_, amount)| {
        rest = rest.saturating_sub(*amount);
        rest == 0
    });
    let within = last.map_or(quota.window, |(wait, _)| wait);
    quota.window.saturating_mul(u32::try_from(windows).unwrap_or(u32::MAX)).saturating_add(within)
}
