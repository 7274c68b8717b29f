//! Limits like the service's: what a caller may use in a stretch of time, and what it is told when that is too much.
//!
//! Pure: times come in. Refused calls count like others, and whoever comes again before the time that it was told is
//! refused again.

mod bucket;
mod call;
mod settings;

use std::collections::HashMap;

use jiff::Timestamp;
use serde::Serialize;
use sharing_model::limits::{ANONYMOUS_LINKS, EXTERNAL_MAILS, SHARING_CALLS, USER_REQUESTS};

use self::bucket::{Bucket, Over};
pub use self::settings::{LimitWindow, Limits, RateLimitHeaders};
use crate::tenant::Bounds;

/// How many callers each limit remembers: those that came last.
const CALLERS: usize = 1_024;

/// From this part of the units of a minute on, answers say how many are left.
const TOLD_FROM: (u64, u64) = (8, 10);

/// Limits that are about a stretch of time, in the order of [`Kind`].
#[rustfmt::skip]
const KINDS: [Facts; 8] = [
    Facts { kind: Kind::UnitsPerMinute,    name: "unitsPerMinute",               seconds: 60,     counts: "resource units" },
    Facts { kind: Kind::UnitsPerDay,       name: "unitsPerDay",                  seconds: 86_400, counts: "resource units" },
    Facts { kind: Kind::TenantUnits,       name: "tenantUnitsPerFiveMinutes",    seconds: 300,    counts: "resource units" },
    Facts { kind: Kind::SharingCalls,      name: "sharingCallsPerFiveMinutes",   seconds: SHARING_CALLS.window.as_secs(),   counts: "sharing calls" },
    Facts { kind: Kind::UserRequests,      name: "userRequestsPerFiveMinutes",   seconds: USER_REQUESTS.window.as_secs(),   counts: "requests" },
    Facts { kind: Kind::UserExternalMails, name: "externalMailsPerHour",         seconds: EXTERNAL_MAILS.window.as_secs(),  counts: "external mails" },
    Facts { kind: Kind::SiteExternalMails, name: "externalMailsPerHour",         seconds: EXTERNAL_MAILS.window.as_secs(),  counts: "external mails" },
    Facts { kind: Kind::AnonymousLinks,    name: "anonymousLinksPerFiveMinutes", seconds: ANONYMOUS_LINKS.window.as_secs(), counts: "anonymous links" },
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    UnitsPerMinute,
    UnitsPerDay,
    TenantUnits,
    SharingCalls,
    UserRequests,
    UserExternalMails,
    SiteExternalMails,
    AnonymousLinks,
}

struct Facts {
    kind: Kind,
    name: &'static str,
    seconds: u64,
    counts: &'static str,
}

impl Kind {
    const fn facts(self) -> &'static Facts {
        &KINDS[self as usize]
    }

    const fn max(self, limits: &Limits) -> Option<u64> {
        match self {
            Self::UnitsPerMinute => limits.units_per_minute,
            Self::UnitsPerDay => limits.units_per_day,
            Self::TenantUnits => limits.tenant_units_per_five_minutes,
            Self::SharingCalls => limits.sharing_calls_per_five_minutes,
            Self::UserRequests => limits.user_requests_per_five_minutes,
            Self::UserExternalMails | Self::SiteExternalMails => limits.external_mails_per_hour,
            Self::AnonymousLinks => limits.anonymous_links_per_five_minutes,
        }
    }
}

/// A call, as the limits see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Charge<'a> {
    /// The application's id.
    pub(crate) application: &'a str,
    /// In whose name it calls; nobody's with a token of its own.
    pub(crate) user: Option<&'a str>,
    /// Resource units.
    pub(crate) units: u32,
    /// Whether it is one of the sharing calls.
    pub(crate) sharing: bool,
}

/// What comes of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Charged {
    /// Why it is refused, if it is.
    pub(crate) refused: Option<OverLimit>,
    /// `RateLimit-Limit`, `-Remaining` and `-Reset`, where the answer has them.
    pub(crate) rate: Option<[u64; 3]>,
}

/// Why a call is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OverLimit {
    /// The limit's name.
    pub(crate) limit: &'static str,
    /// In seconds.
    pub(crate) retry_after: u64,
    /// In a sentence, for whoever debugs.
    pub(crate) reason: String,
}

/// How much of a limit is used.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sharing_mock::{Limits, MockServer};
///
/// let limits = Limits { units_per_minute: Some(10), ..Limits::default() };
/// let server = MockServer::builder().limits(limits).start().await?;
/// let permissions = format!("{}/v1.0/drive/root/permissions", server.url());
/// reqwest::Client::new().get(permissions).bearer_auth("any").send().await?.error_for_status()?;
/// let [gauge] = &server.gauges()[..] else { panic!("one limit") };
/// assert_eq!((gauge.limit, gauge.max, gauge.used), ("unitsPerMinute", 10, 5));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LimitGauge {
    /// The limit, by its name among the limits.
    pub limit: &'static str,
    /// Whose it is: an application's id, a user's, a site's, or nobody's in particular.
    pub of: Option<String>,
    /// What it counts.
    pub counts: &'static str,
    /// How much may be used.
    pub max: u64,
    /// How much is, refused calls included.
    pub used: u64,
    /// How much is left.
    pub remaining: u64,
    /// In how many seconds more is free; 0 where all is.
    pub reset_seconds: u64,
    /// The length of the stretch of time, in seconds.
    pub window_seconds: u64,
    /// How many calls it refused.
    pub refused: u64,
}

/// The limits of a space, and what was used of them.
#[derive(Debug)]
pub(crate) struct Limiter {
    limits: Limits,
    /// Of each kind, by caller.
    buckets: [HashMap<Box<str>, Bucket>; KINDS.len()],
}

impl Limiter {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, buckets: Default::default() }
    }

    /// Whether nothing that takes time is limited.
    fn is_off(&self) -> bool {
        KINDS.iter().all(|facts| facts.kind.max(&self.limits).is_none())
    }

    pub(crate) const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The limits that no waiting helps with.
    pub(crate) const fn bounds(&self) -> Bounds {
        Bounds { items_below: self.limits.items_below, permission_scopes: self.limits.permission_scopes }
    }

    /// Other limits from now on. What was used stays used, as far as it is measured alike.
    pub(crate) fn set(&mut self, limits: Limits) {
        if limits.window != self.limits.window {
            self.buckets = Default::default();
        }
        for facts in &KINDS {
            if facts.kind.max(&limits).is_none() {
                self.buckets[facts.kind as usize].clear();
            }
        }
        self.limits = limits;
    }

    /// Forgets what was used, and who was told to wait.
    pub(crate) fn clear(&mut self) {
        self.buckets = Default::default();
    }

    /// Counts a call, and says what comes of it.
    pub(crate) fn charge(&mut self, charge: &Charge<'_>, now: Timestamp) -> Charged {
        let now = now.as_millisecond();
        let units = u64::from(charge.units);
        let mut over = None;
        let minute = self.take(Kind::UnitsPerMinute, charge.application, units, now, &mut over);
        let by_minute = over.is_some();
        self.take(Kind::UnitsPerDay, charge.application, units, now, &mut over);
        self.take(Kind::TenantUnits, "", units, now, &mut over);
        if charge.sharing {
            self.take(Kind::SharingCalls, charge.application, 1, now, &mut over);
        }
        if let Some(user) = charge.user {
            self.take(Kind::UserRequests, user, 1, now, &mut over);
        }
        let told = match self.limits.rate_limit_headers {
            RateLimitHeaders::Applications => charge.user.is_none(),
            RateLimitHeaders::All => true,
            RateLimitHeaders::None => false,
        };
        // A refusal by another limit has its wait alone.
        let rate = minute.filter(|_| told && (by_minute || over.is_none())).and_then(|(max, used, reset)| {
            let left = if by_minute { 0 } else { max.saturating_sub(used) };
            (by_minute || used.saturating_mul(TOLD_FROM.1) >= max.saturating_mul(TOLD_FROM.0))
                .then_some([max, left, reset])
        });
        Charged { refused: over, rate }
    }

    /// Counts mails to people outside.
    pub(crate) fn charge_mails(
        &mut self,
        user: &str,
        site: &str,
        mails: u64,
        now: Timestamp,
    ) -> Option<OverLimit> {
        let now = now.as_millisecond();
        let mut over = None;
        if mails > 0 {
            self.take(Kind::UserExternalMails, user, mails, now, &mut over);
            self.take(Kind::SiteExternalMails, site, mails, now, &mut over);
        }
        over
    }

    /// Counts a new anonymous link.
    pub(crate) fn charge_anonymous_link(&mut self, site: &str, now: Timestamp) -> Option<OverLimit> {
        let mut over = None;
        self.take(Kind::AnonymousLinks, site, 1, now.as_millisecond(), &mut over);
        over
    }

    /// Every limit that holds, for each caller that used it.
    pub(crate) fn gauges(&self, now: Timestamp) -> Vec<LimitGauge> {
        let now = now.as_millisecond();
        let mut gauges = Vec::new();
        for facts in &KINDS {
            let Some(max) = facts.kind.max(&self.limits) else { continue };
            let gauge = |of: Option<&str>, bucket: Option<&Bucket>| {
                let used = bucket.map_or(0, |bucket| bucket.used(now));
                LimitGauge {
                    limit: facts.name,
                    of: of.filter(|of| !of.is_empty()).map(str::to_owned),
                    counts: facts.counts,
                    max,
                    used,
                    remaining: max.saturating_sub(used),
                    reset_seconds: bucket.map_or(0, |bucket| seconds(bucket.resets(now))),
                    window_seconds: facts.seconds,
                    refused: bucket.map_or(0, |bucket| bucket.refused),
                }
            };
            let buckets = &self.buckets[facts.kind as usize];
            let mut callers: Vec<_> = buckets.iter().collect();
            callers.sort_by_key(|(caller, _)| *caller);
            gauges.extend(callers.iter().map(|(caller, bucket)| gauge(Some(caller), Some(bucket))));
            // Both limits on mails have one name: once is enough to say that nobody used it.
            if buckets.is_empty() && facts.kind != Kind::SiteExternalMails {
                gauges.push(gauge(None, None));
            }
        }
        gauges
    }

    /// Counts what a caller uses of one limit. Returns the limit, how much is used, and in how many seconds more is free.
    fn take(
        &mut self,
        kind: Kind,
        caller: &str,
        cost: u64,
        now: i64,
        over: &mut Option<OverLimit>,
    ) -> Option<(u64, u64, u64)> {
        let max = kind.max(&self.limits)?;
        let facts = kind.facts();
        let buckets = &mut self.buckets[kind as usize];
        if !buckets.contains_key(caller) {
            if buckets.len() >= CALLERS {
                make_room(buckets);
            }
            let length = i64::try_from(facts.seconds).unwrap_or(i64::MAX);
            buckets.insert(caller.into(), Bucket::new(self.limits.window, length, now));
        }
        let bucket = buckets.get_mut(caller)?;
        let refused = bucket.charge(cost, max, now);
        let used = bucket.used(now);
        if let Some(refused) = refused {
            let told = explain(facts, refused, used, max);
            // The longest wait is the one that counts.
            if over.as_ref().is_none_or(|over| over.retry_after < told.retry_after) {
                *over = Some(told);
            }
        }
        Some((max, used, seconds(bucket.resets(now))))
    }
}

fn explain(facts: &Facts, over: Over, used: u64, max: u64) -> OverLimit {
    let Facts { name, counts, seconds: window, .. } = facts;
    let retry_after = seconds(over.wait);
    let reason = match over.early {
        Some(early) => format!(
            "{name}: asked again {} s before the Retry-After of the last refusal was over; refused again for \
             {retry_after} s, and counted",
            seconds(early)
        ),
        None => format!("{name}: {used} {counts} in {window} s, this one included, of {max}"),
    };
    OverLimit { limit: name, retry_after, reason }
}

/// Whole seconds, so that nobody comes too early.
fn seconds(milliseconds: i64) -> u64 {
    u64::try_from(milliseconds).unwrap_or(0).div_ceil(1_000)
}

/// Forgets the caller that has been away longest.
fn make_room(buckets: &mut HashMap<Box<str>, Bucket>) {
    let oldest = buckets.iter().min_by_key(|(_, bucket)| bucket.touched).map(|(caller, _)| caller.clone());
    if let Some(oldest) = oldest {
        buckets.remove(&oldest);
    }
}

#[cfg(test)]
mod tests;
