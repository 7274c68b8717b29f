//! The limits that SharePoint documents, as data: a client stays below them, a mock enforces them.
//!
//! They are defaults and may change: whoever reads them takes plain numbers in their place too.

use std::{fmt, str::FromStr, time::Duration};

use percent_encoding::percent_decode_str;

use crate::{ActionFacts, ActionKind};

/// So much in any stretch of time of this length.
///
/// ```
/// use std::time::Duration;
/// use sharing_model::limits::{Quota, SHARING_CALLS};
///
/// assert_eq!(SHARING_CALLS, Quota::new(300, Duration::from_secs(300)));
/// assert_eq!(SHARING_CALLS.to_string(), "300 per 5 min");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "a quota is an amount and a time")]
pub struct Quota {
    /// How much: resource units, requests or mails.
    pub amount: u64,
    /// In how long a time.
    pub window: Duration,
}

impl Quota {
    /// An amount in a stretch of time.
    ///
    /// ```
    /// use std::time::Duration;
    /// use sharing_model::limits::Quota;
    ///
    /// assert_eq!(Quota::new(1_250, Duration::from_secs(60)).to_string(), "1250 per min");
    /// ```
    #[must_use]
    pub const fn new(amount: u64, window: Duration) -> Self {
        Self { amount, window }
    }
}

impl fmt::Display for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { amount, window } = self;
        let unit = [(86_400, "day"), (3_600, "h"), (60, "min"), (1, "s")]
            .into_iter()
            .find(|(seconds, _)| window.subsec_nanos() == 0 && window.as_secs() % seconds == 0);
        match unit {
            Some((seconds, unit)) if window.as_secs() == seconds => write!(f, "{amount} per {unit}"),
            Some((seconds, unit)) => write!(f, "{amount} per {} {unit}", window.as_secs() / seconds),
            None => write!(f, "{amount} per {window:?}"),
        }
    }
}

const MINUTE: Duration = Duration::from_secs(60);
const FIVE_MINUTES: Duration = Duration::from_secs(300);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

/// Calls of the "Specific Sharing APIs", for one application in one tenant. Which these are is not documented; the table
/// takes `invite`, `createLink` and `grant` for them ([`ActionFacts::sharing`]).
pub const SHARING_CALLS: Quota = Quota::new(300, FIVE_MINUTES);

/// Requests with the delegated tokens of one user.
pub const USER_REQUESTS: Quota = Quota::new(3_000, FIVE_MINUTES);

/// Sharing mails to people outside the tenant: for one user, and again for one site.
pub const EXTERNAL_MAILS: Quota = Quota::new(200, HOUR);

/// Anonymous links made on one site.
pub const ANONYMOUS_LINKS: Quota = Quota::new(3_000, FIVE_MINUTES);

/// Resource units that a SharePoint Embedded container bears.
pub const CONTAINER_UNITS: Quota = Quota::new(3_000, MINUTE);

/// Items of one library that may have permissions of their own. One more is refused.
pub const PERMISSION_SCOPES: u64 = 50_000;

/// Items of one library that should have permissions of their own at most: with more of them the library gets slow.
pub const PERMISSION_SCOPES_ADVISED: u64 = 5_000;

/// Grantees that one item may have of its own.
pub const GRANTEES_PER_ITEM: u64 = 5_000;

/// Items that may lie below one whose inheritance would break by sharing it. With more, the service answers 429, and
/// waiting never clears it.
pub const ITEMS_BELOW: u64 = 100_000;

/// How many users a tenant has licences for: what its budget of resource units goes by.
///
/// ```
/// use sharing_model::limits::LicenceTier;
///
/// let tier = LicenceTier::of(12_000);
/// assert_eq!(tier, LicenceTier::UpTo15k);
/// assert_eq!(tier.units_per_minute().to_string(), "3750 per min");
/// assert_eq!(tier.units_per_day().to_string(), "3600000 per day");
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "the documented tiers; with other limits, take plain numbers")]
pub enum LicenceTier {
    /// Up to 1,000 licences: the tightest limits, so those that always hold.
    #[default]
    UpTo1k,
    /// Up to 5,000 licences.
    UpTo5k,
    /// Up to 15,000 licences.
    UpTo15k,
    /// Up to 50,000 licences.
    UpTo50k,
    /// More than 50,000 licences.
    Above50k,
}

/// A line of the documented table: licences at most, a name, units an application has in a minute and in a day, and
/// units that all applications of the tenant have together in five minutes.
type Line = (LicenceTier, u64, &'static str, u64, u64, u64);

#[rustfmt::skip]
const TIERS: [Line; 5] = [
    (LicenceTier::UpTo1k,    1_000,    "1k",  1_250, 1_200_000, 18_750),
    (LicenceTier::UpTo5k,    5_000,    "5k",  2_500, 2_400_000, 37_500),
    (LicenceTier::UpTo15k,  15_000,   "15k",  3_750, 3_600_000, 56_250),
    (LicenceTier::UpTo50k,  50_000,   "50k",  5_000, 4_800_000, 75_000),
    (LicenceTier::Above50k, u64::MAX, "more", 6_250, 6_000_000, 93_750),
];

impl LicenceTier {
    /// Every tier, the smallest first.
    ///
    /// ```
    /// use sharing_model::limits::LicenceTier;
    ///
    /// let names: Vec<_> = LicenceTier::all().map(|tier| tier.to_string()).collect();
    /// assert_eq!(names, ["1k", "5k", "15k", "50k", "more"]);
    /// ```
    pub fn all() -> impl Iterator<Item = Self> {
        TIERS.iter().map(|line| line.0)
    }

    /// The tier of a tenant with so many licences.
    ///
    /// ```
    /// use sharing_model::limits::LicenceTier;
    ///
    /// assert_eq!(LicenceTier::of(1_000), LicenceTier::UpTo1k);
    /// assert_eq!(LicenceTier::of(1_001), LicenceTier::UpTo5k);
    /// ```
    #[must_use]
    pub fn of(licences: u64) -> Self {
        TIERS.iter().find(|line| licences <= line.1).map_or(Self::Above50k, |line| line.0)
    }

    /// Resource units for one application in one tenant in a minute.
    ///
    /// ```
    /// assert_eq!(sharing_model::limits::LicenceTier::UpTo1k.units_per_minute().amount, 1_250);
    /// ```
    #[must_use]
    pub const fn units_per_minute(self) -> Quota {
        Quota::new(TIERS[self as usize].3, MINUTE)
    }

    /// Resource units for one application in one tenant in 24 hours.
    ///
    /// ```
    /// assert_eq!(sharing_model::limits::LicenceTier::UpTo1k.units_per_day().amount, 1_200_000);
    /// ```
    #[must_use]
    pub const fn units_per_day(self) -> Quota {
        Quota::new(TIERS[self as usize].4, DAY)
    }

    /// Resource units for all applications of the tenant together in 5 minutes.
    ///
    /// ```
    /// assert_eq!(sharing_model::limits::LicenceTier::Above50k.tenant_units().amount, 93_750);
    /// ```
    #[must_use]
    pub const fn tenant_units(self) -> Quota {
        Quota::new(TIERS[self as usize].5, FIVE_MINUTES)
    }
}

impl fmt::Display for LicenceTier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(TIERS[*self as usize].2)
    }
}

/// What is no [`LicenceTier`].
///
/// ```
/// let error = "10k".parse::<sharing_model::limits::LicenceTier>().unwrap_err();
/// assert_eq!(error.to_string(), r#"no tier is called "10k": expected 1k, 5k, 15k, 50k or more"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoTier(String);

impl fmt::Display for NoTier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no tier is called {:?}: expected 1k, 5k, 15k, 50k or more", self.0)
    }
}

impl std::error::Error for NoTier {}

/// Reads a tier's name.
///
/// ```
/// use sharing_model::limits::LicenceTier;
///
/// assert_eq!("50k".parse(), Ok(LicenceTier::UpTo50k));
/// ```
impl FromStr for LicenceTier {
    type Err = NoTier;

    fn from_str(name: &str) -> Result<Self, NoTier> {
        TIERS.iter().find(|line| line.2 == name).map(|line| line.0).ok_or_else(|| NoTier(name.to_owned()))
    }
}

/// What any permission operation costs.
const PERMISSION_UNITS: u32 = 5;
/// What changes cost after a token: those since then alone.
const CHANGES_SINCE_UNITS: u32 = 1;

impl ActionFacts {
    /// What it costs with this query (without its `?`), in SharePoint's resource units: the changes since a token cost
    /// less than all, and an item with its permissions costs as much as its permissions.
    ///
    /// ```
    /// use sharing_model::ActionKind;
    ///
    /// let changes = ActionKind::ListChanges.facts();
    /// assert_eq!((changes.units_with(""), changes.units_with("token=aTE09NjM3")), (2, 1));
    /// let item = ActionKind::GetItem.facts();
    /// assert_eq!((item.units_with("$select=id"), item.units_with("$expand=permissions")), (1, 5));
    /// ```
    #[must_use]
    pub fn units_with(&self, query: &str) -> u32 {
        if query.is_empty() {
            return self.units;
        }
        let options = || {
            query.split('&').map(|option| {
                let (name, value) = option.split_once('=').unwrap_or((option, ""));
                let decode = |text| percent_decode_str(text).decode_utf8_lossy().to_ascii_lowercase();
                (decode(name), decode(value))
            })
        };
        let expands = options().any(|(name, value)| {
            name.trim_start_matches('$') == "expand"
                && value.split(',').any(|property| {
                    property
                        .trim()
                        .strip_prefix("permissions")
                        .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
                })
        });
        let since = self.kind == ActionKind::ListChanges
            && options().any(|(name, value)| {
                matches!(&*name, "token" | "$deltatoken" | "$skiptoken") && !value.is_empty()
            });
        if expands {
            self.units.max(PERMISSION_UNITS)
        } else if since {
            CHANGES_SINCE_UNITS
        } else {
            self.units
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tiers_are_in_the_order_of_the_enumeration_and_by_name() {
        for (index, tier) in LicenceTier::all().enumerate() {
            assert_eq!(tier as usize, index);
            assert_eq!(tier.to_string().parse(), Ok(tier));
            assert_eq!(LicenceTier::of(TIERS[index].1), tier);
        }
        assert_eq!(LicenceTier::of(u64::MAX), LicenceTier::Above50k);
    }

    #[test]
    fn the_limits_as_a_person_reads_them() {
        let tiers = LicenceTier::all().map(|tier| {
            format!(
                "{tier:<4}  {}, {}, {} for the tenant",
                tier.units_per_minute(),
                tier.units_per_day(),
                tier.tenant_units()
            )
        });
        let quotas = [SHARING_CALLS, USER_REQUESTS, EXTERNAL_MAILS, ANONYMOUS_LINKS, CONTAINER_UNITS];
        let lines: Vec<_> = tiers.chain(quotas.map(|quota| quota.to_string())).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn a_query_decides_what_an_action_costs() {
        let units = |kind: ActionKind, query| kind.facts().units_with(query);
        assert_eq!(units(ActionKind::ListChildren, "$expand=permissions"), 5);
        assert_eq!(units(ActionKind::ListChildren, "%24expand=thumbnails%2CPermissions($select=id)"), 5);
        assert_eq!(units(ActionKind::ListChildren, "$expand=permissionsets"), 2);
        assert_eq!(units(ActionKind::ListChildren, "$skiptoken=abc"), 2);
        assert_eq!(units(ActionKind::ListChanges, "token="), 2);
        assert_eq!(units(ActionKind::ListChanges, "$top=5&$deltatoken=1"), 1);
        assert_eq!(units(ActionKind::ListChanges, "token=1&$expand=permissions"), 5);
        assert_eq!(units(ActionKind::Batch, ""), 0);
    }
}
