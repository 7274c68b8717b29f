//! `Forecast`: what a plan will cost, and how long it will take.

use std::fmt;

use serde::{Deserialize, Serialize};
use sharing_http::{Cost, Governor, Limits, Work};
use sharing_model::ActionKind;

use crate::Tally;

/// What it will cost to make a plan so, and how long it will take under the service's limits.
///
/// Each item is read once before, to see that it is as it was planned; each step is a request, whose answer shows whom the
/// service has now; and each item that people outside are invited to is read once after, for of them answers do not tell.
/// Time is what the limits make of it: none is spent on the network.
///
/// ```
/// use sharing_bulk::{Forecast, Tally};
/// use sharing_http::Limits;
///
/// let tally = Tally { items: 200, read_again: 200, invitations: 200, mails: 500, external_mails: 500, ..Tally::default() };
/// let forecast = Forecast::of(&tally, Limits::default());
/// assert_eq!((forecast.requests, forecast.units), (600, 3_000));
/// // 200 mails at once, 200 after an hour, and 100 after two.
/// assert_eq!(forecast.to_string(), "2 h, because of the limit on external mails");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Forecast {
    /// Requests that read.
    pub reads: u64,
    /// Requests, all in all.
    pub requests: u64,
    /// Resource units.
    pub units: u64,
    /// Mails.
    pub mails: u64,
    /// Of these, mails to people outside of the tenant.
    pub external_mails: u64,
    /// Seconds until the last request may leave.
    pub seconds: u64,
    /// The limit that makes it so long; nothing where all may leave at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// Both in words.
    pub time: String,
}

impl Forecast {
    /// That of a plan under these limits, from a standing start.
    ///
    /// ```
    /// use sharing_bulk::{Forecast, Tally};
    /// use sharing_http::Limits;
    ///
    /// let nothing = Forecast::of(&Tally { items: 3, rows: 7, nothing: 7, ..Tally::default() }, Limits::none());
    /// assert_eq!((nothing.requests, nothing.to_string().as_str()), (3, "at once"));
    /// ```
    #[must_use]
    pub fn of(tally: &Tally, limits: Limits) -> Self {
        let read = Cost::of(ActionKind::ListPermissions);
        let reads = tally.items + tally.read_again;
        let changes = [
            (Cost::of(ActionKind::Invite), tally.invitations),
            (Cost::of(ActionKind::UpdatePermission), tally.role_changes + tally.expiry_changes),
            (Cost::of(ActionKind::DeletePermission), tally.revocations),
        ];
        let reading = Work::of(read, tally.items);
        let mails = Work::of(Cost::default().with_external_mails(1), tally.external_mails);
        let changing = changes.iter().fold(mails, |work, (cost, times)| work.and(*cost, *times));
        let changing = changing.and(read, tally.read_again);
        let all = changing.and(read, tally.items);
        let governor = Governor::new(limits);
        let mut estimate = governor.estimate(&all);
        // All is read before anything is changed: what the two wait for is not waited for at once.
        let [reading, changing] = [reading, changing].map(|work| governor.estimate(&work));
        if reading.duration + changing.duration > estimate.duration {
            estimate.duration = reading.duration + changing.duration;
            estimate.cause =
                if reading.duration > changing.duration { reading.cause } else { changing.cause };
        }
        let nanos = u64::from(estimate.duration.subsec_nanos() > 0);
        Self {
            reads,
            requests: reads + changes.iter().map(|(_, times)| times).sum::<u64>(),
            units: read.units * reads + changes.iter().map(|(cost, times)| cost.units * times).sum::<u64>(),
            mails: tally.mails,
            external_mails: tally.external_mails,
            seconds: estimate.duration.as_secs() + nanos,
            limit: estimate.cause.map(|cause| cause.to_string()),
            time: estimate.to_string(),
        }
    }
}

/// The time and the limit that makes it so long.
impl fmt::Display for Forecast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.time)
    }
}
