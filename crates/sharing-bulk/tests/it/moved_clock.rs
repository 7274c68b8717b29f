//! A run under the limits of the smallest tenant, with the time moved.
//!
//! Time is tokio's, paused: it moves when nothing is under way, and then to the moment that the client's governor waits
//! for. So minutes pass in a second, and what is measured is waiting alone.

#[path = "../../../sharing-http/tests/it/moved_time.rs"]
mod moved_time;

use std::{fmt, time::Duration};

use sharing_bulk::{Journal, PlanOptions, Run, RunHead, RunOptions, Stop};
use sharing_http::{Client, Cost, Endpoint, Governor, Limits};
use sharing_mock::MockServer;
use sharing_model::{
    ActionKind,
    limits::{LicenceTier, Quota, SHARING_CALLS},
};
use tokio::time::Instant;

use self::moved_time::drive;
use crate::world;

const TIER: LicenceTier = LicenceTier::UpTo1k;

/// What came of it.
#[derive(Debug)]
pub(crate) struct Moved {
    pub(crate) rows: usize,
    /// From the first read to the last word.
    pub(crate) took: Duration,
    pub(crate) reads: u64,
    pub(crate) invitations: u64,
    /// How many requests the service answered with 429.
    pub(crate) refused: u64,
}

impl Moved {
    /// The shortest time in which the documented limits allow so many requests: a window's amount at once, and as much
    /// again with each window that passes.
    pub(crate) fn bound(&self) -> Duration {
        let units = [(ActionKind::ListPermissions, self.reads), (ActionKind::Invite, self.invitations)];
        let units = units.iter().map(|(kind, times)| Cost::of(*kind).units * times).sum();
        let of = |amount: u64, quota: Quota| {
            quota.window * u32::try_from(amount.div_ceil(quota.amount).saturating_sub(1)).unwrap()
        };
        of(units, TIER.units_per_minute()).max(of(self.invitations, SHARING_CALLS))
    }
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (took, bound) = (self.took.as_secs_f64(), self.bound().as_secs_f64());
        write!(
            f,
            "{} rows under the smallest tenant's limits: {} reads and {} invitations in {took:.1} s, beside the \
             documented bound of {bound:.1} s; {} answered 429",
            self.rows, self.reads, self.invitations, self.refused
        )
    }
}

/// Plans and applies so many people on so many items. Nobody is mailed.
pub(crate) async fn measure(items: usize, people: usize) -> Moved {
    let limits = sharing_mock::Limits::tier(TIER);
    let server = MockServer::builder().world(world::world(people, items)).limits(limits).journal(100_000);
    let server = server.start().await.unwrap();
    let governor = Governor::new(Limits::of(TIER));
    let client = Client::builder().endpoint(Endpoint::new(server.url()).unwrap()).token("any".into());
    let client = client.governor(governor.clone()).build().unwrap();

    let rows = world::rows_mailing(items, people, |_| false);

    let start = Instant::now();
    let all = async {
        let journal = Journal::temporary().await.unwrap();
        let options = PlanOptions::new(jiff::Timestamp::now());
        let head = RunHead::new("a list", &client.endpoint().to_string()).options(&options).unwrap();
        let run = journal.begin(&head).await.unwrap();
        journal.gather(run, &rows).await.unwrap();
        let run = Run::open(&client, &journal, run).await.unwrap();
        run.plan(&Stop::default(), &|_| {}).await.unwrap();
        let end = run.go(&RunOptions::default(), &Stop::default(), &|_| {}).await.unwrap();
        assert_eq!(end.summary.count(sharing_bulk::Word::Granted), rows.len() as u64);
    };
    let next = || {
        let standing = governor.standing();
        standing.held_for.filter(|_| standing.in_flight == 0).map(|wait| Instant::now() + wait)
    };
    drive(all, next).await;
    let took = start.elapsed();
    let requests = server.requests();
    let count = |ending: &str| requests.iter().filter(|asked| asked.path.ends_with(ending)).count() as u64;
    let refused = requests.iter().filter(|asked| asked.status == 429).count() as u64;
    Moved { rows: rows.len(), took, reads: count("/permissions"), invitations: count("/invite"), refused }
}
