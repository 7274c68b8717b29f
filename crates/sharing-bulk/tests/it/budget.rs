//! What a list costs, and how long it takes under the service's limits.

use std::io::{self, Write};

use sharing_bulk::{Forecast, Tally};
use sharing_http::Limits;
use sharing_model::limits::LicenceTier;

use crate::{
    moved_clock,
    ten_thousand::{self, Mailed},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_want_the_same_of_an_item_cost_one_read_and_one_invitation() {
    let measured = ten_thousand::measure(20, 40, Mailed::Nobody).await;
    assert_eq!((measured.asked("ListPermissions"), measured.asked("Invite")), (20, 20));
    assert_eq!(measured.units(), 5 * (20 + 20));
    assert!(!measured.again.contains_key("Invite"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_mail_go_beside_those_that_do_not() {
    let measured = ten_thousand::measure(20, 40, Mailed::EveryOther).await;
    assert_eq!((measured.asked("ListPermissions"), measured.asked("Invite")), (20, 40));
    assert!(!measured.again.contains_key("Invite"));
}

#[tokio::test(start_paused = true)]
async fn a_run_takes_no_longer_than_the_limits_demand() {
    // 2,600 resource units, of which the smallest tenant has 1,250 a minute.
    let run = moved_clock::measure(260, 3).await;
    // Written past the test runner, which shows what is printed only when a test fails.
    io::stderr().write_all(format!("{run}\n").as_bytes()).unwrap();
    assert_eq!((run.reads, run.invitations, run.refused), (260, 260, 0), "{run}");
    assert_eq!(run.bound().as_secs(), 120);
    assert!(run.took <= run.bound().mul_f64(1.03), "{run}");
}

#[tokio::test(start_paused = true)]
async fn what_is_foretold_is_what_it_takes() {
    // Reading all takes a minute, and only then the 300 sharing calls of five minutes begin, and one more.
    let run = moved_clock::measure(301, 1).await;
    let mut tally = Tally::default();
    (tally.items, tally.invitations) = (run.reads, run.invitations);
    let forecast = Forecast::of(&tally, Limits::of(LicenceTier::UpTo1k));
    assert_eq!((run.reads, run.invitations, forecast.seconds), (301, 301, 360));
    let took = run.took.as_secs_f64();
    assert!((360.0..=360.0 * 1.03).contains(&took), "{run}");
    assert_eq!(forecast.time, "6 min, because of the limit on sharing calls");
}
