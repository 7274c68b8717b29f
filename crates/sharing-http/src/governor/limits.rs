//! `Limits`: what a client keeps to, and `Cost`: what it spends of them.

use std::{
    fmt,
    iter::Sum,
    ops::{Add, Mul},
    time::Duration,
};

use sharing_model::{
    ActionKind,
    limits::{self, LicenceTier, Quota},
};

/// One of the limits that a client keeps to by counting what it spends.
///
/// ```
/// use sharing_http::{Limit, Limits};
///
/// let quota = Limits::default().quota(Limit::SharingCalls).unwrap();
/// assert_eq!(format!("{quota}: {}", Limit::SharingCalls), "300 per 5 min: sharing calls");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Limit {
    /// Resource units of the application in the tenant, in a minute.
    UnitsPerMinute,
    /// Resource units of the application in the tenant, in 24 hours.
    UnitsPerDay,
    /// Requests of the user whose delegated tokens are used.
    UserRequests,
    /// Calls that share something: invite, create link, grant.
    SharingCalls,
    /// Mails to people outside the tenant.
    ExternalMails,
}

impl Limit {
    pub(super) const ALL: [Self; 5] = [
        Self::UnitsPerMinute,
        Self::UnitsPerDay,
        Self::UserRequests,
        Self::SharingCalls,
        Self::ExternalMails,
    ];

    /// Whether only some requests spend it, so that the others need not wait for it.
    pub(super) const fn is_special(self) -> bool {
        matches!(self, Self::SharingCalls | Self::ExternalMails)
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::UnitsPerMinute => "resource units a minute",
            Self::UnitsPerDay => "resource units a day",
            Self::UserRequests => "requests of a user",
            Self::SharingCalls => "sharing calls",
            Self::ExternalMails => "external mails",
        })
    }
}

/// What a client keeps to.
///
/// ```
/// use std::time::Duration;
/// use sharing_http::{Limit, Limits};
/// use sharing_model::limits::{LicenceTier, Quota};
///
/// // What is documented for a tenant of 12,000 licences, for an application's own token.
/// let limits = Limits::of(LicenceTier::of(12_000)).with(Limit::UserRequests, None);
/// assert_eq!(limits.quota(Limit::UnitsPerMinute).unwrap().amount, 3_750);
/// // Half of the sharing calls, because another program needs the rest.
/// let limits = limits.with(Limit::SharingCalls, Quota::new(150, Duration::from_secs(300))).concurrency(4);
/// assert_eq!(limits.quota(Limit::SharingCalls).unwrap().to_string(), "150 per 5 min");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub(super) quotas: [Option<Quota>; Limit::ALL.len()],
    pub(super) concurrency: usize,
}

/// Requests at once, where the caller does not say. More do not make a run faster that is held by its budget.
const CONCURRENCY: usize = 16;
/// Far longer than any run.
const LONGEST_WINDOW: Duration = Duration::from_secs(366 * 24 * 60 * 60);

impl Limits {
    /// The documented limits of a tenant of this size, for an application that acts for one user.
    ///
    /// ```
    /// use sharing_http::{Limit, Limits};
    /// use sharing_model::limits::LicenceTier;
    ///
    /// let limits = Limits::of(LicenceTier::UpTo50k);
    /// assert_eq!(limits.quota(Limit::UnitsPerDay).unwrap().amount, 4_800_000);
    /// ```
    #[must_use]
    pub fn of(tier: LicenceTier) -> Self {
        Self::none()
            .with(Limit::UnitsPerMinute, tier.units_per_minute())
            .with(Limit::UnitsPerDay, tier.units_per_day())
            .with(Limit::UserRequests, limits::USER_REQUESTS)
            .with(Limit::SharingCalls, limits::SHARING_CALLS)
            .with(Limit::ExternalMails, limits::EXTERNAL_MAILS)
    }

    /// No limit but how many requests are under way at once: for a service that has none. What it says in its answers
    /// is heeded all the same.
    ///
    /// ```
    /// use sharing_http::{Limit, Limits};
    ///
    /// assert_eq!(Limits::none().quota(Limit::UnitsPerMinute), None);
    /// ```
    #[must_use]
    pub const fn none() -> Self {
        Self { quotas: [None; Limit::ALL.len()], concurrency: CONCURRENCY }
    }

    /// The same with another quota, or without one. An amount of 0 counts as 1, and a window of more than a year as one
    /// of a year.
    ///
    /// ```
    /// use std::time::Duration;
    /// use sharing_http::{Limit, Limits};
    /// use sharing_model::limits::Quota;
    ///
    /// let limits = Limits::none().with(Limit::UnitsPerMinute, Quota::new(600, Duration::from_secs(60)));
    /// assert_eq!(limits.quota(Limit::UnitsPerMinute).unwrap().to_string(), "600 per min");
    /// ```
    #[must_use]
    pub fn with(mut self, limit: Limit, quota: impl Into<Option<Quota>>) -> Self {
        let sane = |quota: Quota| Quota::new(quota.amount.max(1), quota.window.min(LONGEST_WINDOW));
        self.quotas[limit as usize] = quota.into().map(sane);
        self
    }

    /// The same with another number of requests at once, at least 1.
    ///
    /// ```
    /// use sharing_http::{Governor, Limits};
    ///
    /// let governor = Governor::new(Limits::none().concurrency(4));
    /// assert!(governor.standing().concurrency <= 4);
    /// ```
    #[must_use]
    pub const fn concurrency(self, requests: usize) -> Self {
        Self { concurrency: if requests == 0 { 1 } else { requests }, ..self }
    }

    /// The quota that is kept to, if any.
    ///
    /// ```
    /// use sharing_http::{Limit, Limits};
    ///
    /// assert_eq!(Limits::default().quota(Limit::UserRequests).unwrap().to_string(), "3000 per 5 min");
    /// ```
    #[must_use]
    pub const fn quota(&self, limit: Limit) -> Option<Quota> {
        self.quotas[limit as usize]
    }
}

/// The documented limits of the smallest tenant, which hold for every other too.
impl Default for Limits {
    fn default() -> Self {
        Self::of(LicenceTier::default())
    }
}

/// What a request spends.
///
/// ```
/// use sharing_http::Cost;
/// use sharing_model::ActionKind;
///
/// let invite = Cost::of(ActionKind::Invite);
/// assert_eq!((invite.units, invite.requests, invite.sharing_calls), (5, 1, 1));
/// // A batch is charged by its members.
/// let batch: Cost = [ActionKind::Invite, ActionKind::GetItem].map(Cost::of).into_iter().sum();
/// assert_eq!((batch.units, batch.requests), (6, 2));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Cost {
    /// Resource units.
    pub units: u64,
    /// Requests; each member of a batch is one.
    pub requests: u64,
    /// Calls of the sharing APIs.
    pub sharing_calls: u64,
    /// Mails to people outside the tenant.
    pub external_mails: u64,
}

impl Cost {
    /// What one action of this kind costs, without a query and without mails.
    ///
    /// ```
    /// use sharing_http::Cost;
    /// use sharing_model::ActionKind;
    ///
    /// assert_eq!(Cost::of(ActionKind::ListPermissions).units, 5);
    /// ```
    #[must_use]
    pub fn of(kind: ActionKind) -> Self {
        let facts = kind.facts();
        Self {
            units: facts.units.into(),
            requests: 1,
            sharing_calls: facts.sharing.into(),
            external_mails: 0,
        }
    }

    /// The same with other resource units, because of a query for instance.
    ///
    /// ```
    /// use sharing_http::Cost;
    /// use sharing_model::ActionKind;
    ///
    /// let changes = ActionKind::ListChanges;
    /// let since = Cost::of(changes).with_units(changes.facts().units_with("token=aTE09NjM3").into());
    /// assert_eq!((Cost::of(changes).units, since.units), (2, 1));
    /// ```
    #[must_use]
    pub const fn with_units(self, units: u64) -> Self {
        Self { units, ..self }
    }

    /// The same with this many mails to people outside the tenant.
    ///
    /// ```
    /// use sharing_http::Cost;
    /// use sharing_model::ActionKind;
    ///
    /// assert_eq!(Cost::of(ActionKind::Invite).with_external_mails(3).external_mails, 3);
    /// ```
    #[must_use]
    pub const fn with_external_mails(self, external_mails: u64) -> Self {
        Self { external_mails, ..self }
    }

    pub(super) const fn amount(&self, limit: Limit) -> u64 {
        match limit {
            Limit::UnitsPerMinute | Limit::UnitsPerDay => self.units,
            Limit::UserRequests => self.requests,
            Limit::SharingCalls => self.sharing_calls,
            Limit::ExternalMails => self.external_mails,
        }
    }
}

impl Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            units: self.units.saturating_add(other.units),
            requests: self.requests.saturating_add(other.requests),
            sharing_calls: self.sharing_calls.saturating_add(other.sharing_calls),
            external_mails: self.external_mails.saturating_add(other.external_mails),
        }
    }
}

impl Mul<u64> for Cost {
    type Output = Self;

    fn mul(self, times: u64) -> Self {
        Self {
            units: self.units.saturating_mul(times),
            requests: self.requests.saturating_mul(times),
            sharing_calls: self.sharing_calls.saturating_mul(times),
            external_mails: self.external_mails.saturating_mul(times),
        }
    }
}

impl Sum for Cost {
    fn sum<I: Iterator<Item = Self>>(costs: I) -> Self {
        costs.fold(Self::default(), Add::add)
    }
}
