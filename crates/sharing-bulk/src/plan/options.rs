//! `PlanOptions`: how to plan.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Whose access a plan takes away without a row that says so.
///
/// Never that of owners, what is inherited, links, applications and the groups of sites.
///
/// ```
/// assert_eq!(sharing_bulk::Prune::default(), sharing_bulk::Prune::Nobody);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Prune {
    /// Nobody's.
    #[default]
    Nobody,
    /// That of people, who are in no row of the item.
    People,
    /// That of people and of the directory's groups, who are in no row of the item.
    PeopleAndGroups,
}

/// How to plan.
///
/// ```
/// use sharing_bulk::{PlanOptions, Prune};
///
/// let now = "2026-12-01T00:00:00Z".parse().unwrap();
/// let options = PlanOptions::new(now).prune(Prune::People).recipients_per_request(20);
/// assert_eq!((options.now, options.recipients_per_request), (now, 20));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PlanOptions {
    /// When the plan is made: `+30d` counts from here, and what has ended by now counts no more.
    pub now: Timestamp,
    /// Whose access is taken away without a row that says so.
    pub prune: Prune,
    /// How many recipients go in one request. The service documents no limit; 50 is cautious.
    pub recipients_per_request: usize,
    /// Domains whose people are not external, beside those of who has access already as a member of the tenant.
    pub domains: BTreeSet<String>,
}

impl PlanOptions {
    /// A plan that takes nothing away, with 50 recipients in a request.
    ///
    /// ```
    /// let options = sharing_bulk::PlanOptions::new("2026-12-01T00:00:00Z".parse().unwrap());
    /// assert_eq!(options.recipients_per_request, 50);
    /// ```
    #[must_use]
    pub const fn new(now: Timestamp) -> Self {
        Self { now, prune: Prune::Nobody, recipients_per_request: 50, domains: BTreeSet::new() }
    }

    /// Whose access is taken away without a row that says so.
    ///
    /// ```
    /// # use sharing_bulk::{PlanOptions, Prune};
    /// let options = PlanOptions::new("2026-12-01T00:00:00Z".parse().unwrap()).prune(Prune::People);
    /// assert_eq!(options.prune, Prune::People);
    /// ```
    #[must_use]
    pub fn prune(self, prune: Prune) -> Self {
        Self { prune, ..self }
    }

    /// How many recipients go in one request; at least one.
    ///
    /// ```
    /// # use sharing_bulk::PlanOptions;
    /// let options = PlanOptions::new("2026-12-01T00:00:00Z".parse().unwrap()).recipients_per_request(0);
    /// assert_eq!(options.recipients_per_request, 1);
    /// ```
    #[must_use]
    pub fn recipients_per_request(self, recipients: usize) -> Self {
        Self { recipients_per_request: recipients.max(1), ..self }
    }

    /// A domain whose people are not external.
    ///
    /// ```
    /// # use sharing_bulk::PlanOptions;
    /// let options = PlanOptions::new("2026-12-01T00:00:00Z".parse().unwrap()).domain("Contoso.com");
    /// assert!(options.domains.contains("contoso.com"));
    /// ```
    #[must_use]
    pub fn domain(mut self, domain: &str) -> Self {
        self.domains.insert(domain.trim_start_matches('@').to_ascii_lowercase());
        self
    }
}
