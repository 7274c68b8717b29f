//! Ten thousand rows over two hundred items, planned and applied against a mock in the process: how many requests that
//! takes, beside one call for each row.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use sharing_bulk::{Forecast, Journal, Run, RunOptions, Stop, Tally};
use sharing_http::{Client, Cost, Endpoint, Event, Governor, Limits, Work};
use sharing_mock::MockServer;
use sharing_model::{ActionKind, limits::LicenceTier};

use crate::world;

/// What was asked, by kind: how often, and for how many resource units.
type Asked = BTreeMap<String, (u64, u64)>;

/// Who is mailed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mailed {
    Nobody,
    EveryOther,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) rows: u64,
    pub(crate) items: u64,
    pub(crate) planned: Asked,
    pub(crate) applied: Asked,
    pub(crate) again: Asked,
    pub(crate) planning: Duration,
    pub(crate) applying: Duration,
    pub(crate) forecast: Forecast,
}

impl Measured {
    /// How often something was asked, while it was planned and applied.
    pub(crate) fn asked(&self, kind: &str) -> u64 {
        let times = |asked: &Asked| asked.get(kind).map_or(0, |(times, _)| *times);
        times(&self.planned) + times(&self.applied)
    }

    /// The resource units of all that was asked, while it was planned and applied.
    pub(crate) fn units(&self) -> u64 {
        self.planned.values().chain(self.applied.values()).map(|(_, units)| units).sum()
    }

    /// How long the smallest tenant's limits make one call for each row, and what it costs.
    pub(crate) fn of_one_call_a_row(&self) -> (u64, String) {
        let cost = Cost::of(ActionKind::Invite);
        let estimate = Governor::new(Limits::of(LicenceTier::UpTo1k)).estimate(&Work::of(cost, self.rows));
        (cost.units * self.rows, estimate.to_string())
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} rows over {} items", self.rows, self.items)?;
        for (what, asked, took) in [
            ("planned", &self.planned, Some(self.planning)),
            ("applied and verified", &self.applied, Some(self.applying)),
            ("planned again", &self.again, None),
        ] {
            let took = took.map(|took| format!(" in {:.2} s", took.as_secs_f64())).unwrap_or_default();
            writeln!(f, "  {what}{took}")?;
            for (kind, (times, units)) in asked {
                writeln!(f, "    {kind:<18} {times:>6}  {units:>6} units")?;
            }
        }
        let (units, time) = self.of_one_call_a_row();
        writeln!(f, "  under the smallest tenant's limits: {}", self.forecast)?;
        write!(f, "  one call a row: {} invitations, {units} units, {time}", self.rows)
    }
}

/// Plans and applies so many people on so many items, and plans again. Either nobody is mailed, so that the rows of an item
/// want the same, or every other person is.
pub(crate) async fn measure(items: usize, people: usize, mailed: Mailed) -> Measured {
    let server = MockServer::builder().world(world::world(people, items)).start().await.unwrap();
    let asked = Arc::new(Mutex::new(Asked::new()));
    let count = Arc::clone(&asked);
    let client = Client::builder()
        .endpoint(Endpoint::new(server.url()).unwrap())
        .token("any".into())
        .limits(Limits::none())
        .on_event(move |event| {
            if let Event::Ended { action, units, .. } = event {
                let mut count = count.lock().unwrap();
                let (times, sum) = count.entry(format!("{action:?}")).or_default();
                *times += 1;
                *sum += u64::from(*units);
            }
        })
        .build()
        .unwrap();
    let since = || std::mem::take(&mut *asked.lock().unwrap());

    let rows = match mailed {
        Mailed::Nobody => world::rows_mailing(items, people, |_| false),
        Mailed::EveryOther => world::rows(items, people),
    };
    let journal = Journal::temporary().await.unwrap();
    let begun = Instant::now();
    let (run, tally) = planned(&client, &journal, &rows).await;
    let (planning, planned_by) = (begun.elapsed(), since());

    let begun = Instant::now();
    run.go(&RunOptions::default(), &Stop::default(), &|_| {}).await.unwrap();
    let (applying, applied) = (begun.elapsed(), since());

    let (_, rest) = planned(&client, &journal, &rows).await;
    assert_eq!((rest.steps(), rest.nothing), (0, rest.rows));
    Measured {
        rows: tally.rows,
        items: tally.items,
        planned: planned_by,
        applied,
        again: since(),
        planning,
        applying,
        forecast: Forecast::of(&tally, Limits::of(LicenceTier::UpTo1k)),
    }
}

async fn planned(client: &Client, journal: &Journal, rows: &[sharing_bulk::Row]) -> (Run, Tally) {
    let options = sharing_bulk::PlanOptions::new(jiff::Timestamp::now());
    let head = sharing_bulk::RunHead::new("ten thousand", &client.endpoint().to_string());
    let run = journal.begin(&head.options(&options).unwrap()).await.unwrap();
    journal.gather(run, rows).await.unwrap();
    let run = Run::open(client, journal, run).await.unwrap();
    let end = run.plan(&Stop::default(), &|_| {}).await.unwrap();
    (run, end.tally)
}
