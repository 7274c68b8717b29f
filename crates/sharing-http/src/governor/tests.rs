//! The governor against a service that counts, with time under the test's control.

use std::{future::Future, pin::pin, sync::Mutex, task::Poll};

use proptest::prelude::*;
use sharing_model::{
    ActionKind,
    limits::{LicenceTier, Quota},
};
use tokio::{
    task::{JoinSet, yield_now},
    time::{advance, sleep, timeout},
};

use super::*;
use crate::RateLimit;

const INVITE: Cost = Cost { units: 5, requests: 1, sharing_calls: 1, external_mails: 0 };
const READ: Cost = Cost { units: 1, requests: 1, sharing_calls: 0, external_mails: 0 };
const MINUTE: Duration = Duration::from_secs(60);

fn governor(limit: Limit, amount: u64) -> Governor {
    Governor::new(Limits::none().with(limit, Quota::new(amount, MINUTE)).concurrency(1_000_000))
}

fn ok() -> Heard {
    Heard::new(200)
}

fn refused(seconds: u64) -> Heard {
    Heard::new(429).retry_after(Duration::from_secs(seconds))
}

/// Whether a future is ready by now.
async fn is_ready<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    let mut future = future;
    std::future::poll_fn(|context| {
        Poll::Ready(match future.as_mut().poll(context) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        })
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn what_is_spent_is_free_one_window_after_the_answer() {
    let governor = governor(Limit::UnitsPerMinute, 5);
    let start = Instant::now();
    let slow = governor.admit(INVITE, None).await;
    sleep(Duration::from_secs(10)).await;
    slow.answered(&ok());
    let next = governor.admit(INVITE, None).await;
    let waited = start.elapsed().as_secs_f64();
    assert!((70.0..70.1).contains(&waited), "{waited}");
    assert_eq!(next.waited_for(), Some(Cause::Limit(Limit::UnitsPerMinute)));
}

#[tokio::test(start_paused = true)]
async fn a_burst_is_spent_at_once_and_the_rest_a_window_later() {
    let governor = Governor::new(Limits::of(LicenceTier::UpTo1k));
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..1_000 {
        let governor = governor.clone();
        tasks.spawn(async move {
            let admission = governor.admit(INVITE, None).await;
            sleep(Duration::from_millis(100)).await;
            admission.answered(&ok());
            start.elapsed()
        });
    }
    let mut ends = tasks.join_all().await;
    ends.sort_unstable();
    // 250 a minute by units, 300 in five minutes by sharing calls.
    let seconds: Vec<_> = [0, 249, 250, 299, 300, 599, 600, 999].map(|n| ends[n].as_secs()).into();
    assert_eq!(seconds, [0, 1, 60, 60, 300, 361, 601, 902], "{:?}", ends[999]);
}

#[tokio::test(start_paused = true)]
async fn they_go_in_the_order_in_which_they_came() {
    let governor = governor(Limit::UnitsPerMinute, 7);
    let order = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = JoinSet::new();
    for n in 0..100 {
        let (governor, order) = (governor.clone(), Arc::clone(&order));
        // A cheap one must not slip past a dear one.
        let cost = if n % 3 == 0 { INVITE } else { READ };
        tasks.spawn(async move {
            let admission = governor.admit(cost, None).await;
            order.lock().unwrap().push(n);
            admission.answered(&ok());
        });
    }
    tasks.join_all().await;
    assert_eq!(*order.lock().unwrap(), (0..100).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn who_shares_nothing_need_not_wait_for_those_who_do() {
    let limits = Limits::none()
        .with(Limit::SharingCalls, Quota::new(1, MINUTE))
        .with(Limit::UserRequests, Quota::new(3, MINUTE * 2));
    let governor = Governor::new(limits);
    governor.admit(INVITE, None).await.answered(&ok());
    let mut second = pin!(governor.admit(INVITE, None));
    assert!(is_ready(second.as_mut()).await.is_none());
    // A read passes; then all are held by what everybody spends, and the oldest goes first.
    assert!(governor.admit(READ, None).await.waited().is_zero());
    governor.admit(READ, None).await.answered(&ok());
    let mut read = pin!(governor.admit(READ, None));
    assert!(is_ready(read.as_mut()).await.is_none());
    let start = Instant::now();
    drop(second.await);
    assert_eq!(start.elapsed().as_secs(), 120);
    assert!(is_ready(read.as_mut()).await.is_some());
}

#[tokio::test(start_paused = true)]
async fn whoever_stops_waiting_gives_its_place_to_the_next() {
    let governor = governor(Limit::UnitsPerMinute, 5);
    governor.admit(INVITE, None).await.answered(&ok());
    {
        let mut first = pin!(governor.admit(INVITE, None));
        assert!(is_ready(first.as_mut()).await.is_none());
        let mut second = pin!(governor.admit(INVITE, None));
        assert!(is_ready(second.as_mut()).await.is_none());
        assert_eq!(governor.standing().waiting, 2);
    }
    assert_eq!(governor.standing().waiting, 0);

    // Let through, and gone before it noticed: nothing left, so nothing is spent.
    let mut third = Box::pin(governor.admit(INVITE, None));
    assert!(is_ready(third.as_mut()).await.is_none());
    sleep(MINUTE * 2).await;
    assert_eq!(governor.standing().in_flight, 1);
    drop(third);
    assert_eq!(governor.standing().in_flight, 0);
    assert!(governor.admit(INVITE, None).await.waited().is_zero());
    // Let through and dropped without an answer: the request may have arrived.
    assert!(governor.admit(INVITE, None).await.waited() >= MINUTE);
}

#[tokio::test(start_paused = true)]
async fn one_complaint_stops_everybody_and_then_one_goes_first() {
    let governor = Governor::new(Limits::none().concurrency(64));
    for _ in 0..200 {
        let round: Vec<_> =
            (0..governor.standing().concurrency).map(|_| governor.admit(READ, None)).collect();
        let mut admitted = Vec::new();
        for admission in round {
            admitted.push(admission.await);
        }
        for admission in admitted {
            admission.answered(&ok());
        }
    }
    assert_eq!(governor.standing().concurrency, 64);
    let mut under_way = Vec::new();
    for _ in 0..64 {
        under_way.push(governor.admit(READ, None).await);
    }
    // All 64 are refused: that is one complaint, and the longest wait holds.
    for (n, admission) in under_way.into_iter().enumerate() {
        admission.answered(&if n % 2 == 0 {
            refused(31)
        } else {
            Heard::new(503).retry_after(Duration::from_secs(9))
        });
    }
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..1_000 {
        let governor = governor.clone();
        tasks.spawn(async move {
            let admission = governor.admit(READ, None).await;
            let left = start.elapsed();
            sleep(Duration::from_secs(1)).await;
            admission.answered(&ok());
            left.as_secs()
        });
    }
    let left = tasks.join_all().await;
    let in_second = |second| left.iter().filter(|left| **left == second).count();
    assert_eq!(in_second(30), 0);
    assert_eq!([31, 32, 33, 34, 35, 36, 37, 38].map(in_second), [1, 2, 4, 8, 16, 32, 32, 33]);
}

#[tokio::test(start_paused = true)]
async fn without_a_word_from_the_service_each_pause_is_longer() {
    let governor = Governor::new(Limits::none());
    let mut waits = Vec::new();
    for _ in 0..9 {
        let admission = governor.admit(READ, None).await;
        waits.push(admission.waited().as_secs());
        admission.answered(&Heard::new(429));
    }
    assert_eq!(waits, [0, 1, 2, 4, 8, 16, 32, 64, 64]);
    governor.admit(READ, None).await.answered(&ok());
    // A wait of nothing is no word either.
    governor.admit(READ, None).await.answered(&Heard::new(503).retry_after(Duration::ZERO));
    assert_eq!(governor.admit(READ, None).await.waited().as_secs(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_the_service_says_is_left_is_all_that_is_spent() {
    let governor = governor(Limit::UnitsPerMinute, 1_250);
    let (one, other) = (governor.admit(INVITE, None).await, governor.admit(INVITE, None).await);
    // Another program spends of the same budget. Of the 12 units left, 5 may be on their way.
    one.answered(&ok().rate_limit(RateLimit::new(1_200, 12, Duration::from_secs(20))));
    drop(governor.admit(INVITE, None).await);
    assert!(governor.admit(READ, None).await.waited().is_zero());
    let start = Instant::now();
    drop(other);
    let held = governor.admit(INVITE, None).await;
    assert_eq!(start.elapsed().as_secs(), 20);
    assert_eq!(held.waited_for(), Some(Cause::Limit(Limit::UnitsPerMinute)));
}

#[tokio::test(start_paused = true)]
async fn a_lower_limit_that_the_service_names_is_kept_to() {
    let governor = governor(Limit::UnitsPerMinute, 1_000);
    let named = ok().rate_limit(RateLimit::new(50, 45, Duration::from_secs(1)));
    governor.admit(INVITE, None).await.answered(&named);
    sleep(Duration::from_secs(2)).await;
    for _ in 0..9 {
        assert!(governor.admit(INVITE, None).await.waited().is_zero());
    }
    assert!(governor.admit(INVITE, None).await.waited() > Duration::from_secs(50));
}

/// Asks for one item until it passes or waiting is in vain, as a client does.
async fn ask(governor: Governor, subject: Subject, huge: bool) -> (Verdict, u32) {
    let mut attempts = 0;
    loop {
        let admission = match attempts {
            0 => governor.admit(INVITE, Some(subject)).await,
            _ => governor.admit_again(INVITE, Some(subject)).await,
        };
        attempts += 1;
        sleep(Duration::from_millis(200)).await;
        match admission.answered(&if huge { refused(30) } else { ok() }) {
            Verdict::Throttled { wait } => sleep(wait).await,
            verdict => return (verdict, attempts),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_429_that_waiting_never_clears_is_told_from_the_one_that_it_does() {
    let governor = Governor::new(Limits::default());
    let start = Instant::now();
    let huge = tokio::spawn(ask(governor.clone(), Subject::of("huge"), true));
    let mut tasks = JoinSet::new();
    for n in 0..1_000 {
        tasks.spawn(ask(governor.clone(), Subject::of(&n), false));
    }
    let (verdict, attempts) = huge.await.unwrap();
    assert_eq!(verdict, Verdict::NeverClears { times: 4 });
    assert_eq!(attempts, 4);
    // It was told by the others, and held them up once.
    assert!(tasks.join_all().await.iter().all(|asked| *asked == (Verdict::Passed, 1)));
    let seconds = start.elapsed().as_secs();
    assert!((900..940).contains(&seconds), "{seconds}");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_refuses_everybody_refuses_nobody_for_what_it_is() {
    let governor = Governor::new(Limits::none());
    for _ in 0..20 {
        for item in ["a", "b", "c"] {
            let admission = governor.admit_again(INVITE, Some(Subject::of(item))).await;
            assert_eq!(admission.answered(&refused(1)), Verdict::Throttled { wait: Duration::from_secs(1) });
        }
    }
}

#[tokio::test(start_paused = true)]
async fn members_of_a_batch_are_heard_each_for_itself() {
    let governor = Governor::new(Limits::none().concurrency(8));
    let huge = Subject::of("huge");
    let mut verdicts = Vec::new();
    for n in 0..4 {
        let members = [(INVITE, Some(huge), refused(9)), (INVITE, Some(Subject::of(&n)), ok())];
        let admission = governor.admit(INVITE * 2, None).await;
        verdicts.extend(admission.batch_answered(&ok(), members));
    }
    assert_eq!(verdicts[0], Verdict::Throttled { wait: Duration::from_secs(9) });
    assert_eq!(verdicts[6..], [Verdict::NeverClears { times: 4 }, Verdict::Passed]);
    // Where all members are refused, none of them passed.
    for _ in 0..9 {
        let members = ["a", "b"].map(|item| (READ, Some(Subject::of(item)), refused(9)));
        let admission = governor.admit(READ * 2, None).await;
        let wait = Duration::from_secs(9);
        assert_eq!(admission.batch_answered(&ok(), members), [Verdict::Throttled { wait }; 2]);
    }
}

#[tokio::test(start_paused = true)]
async fn more_than_the_whole_quota_goes_alone() {
    let governor = governor(Limit::SharingCalls, 10);
    let start = Instant::now();
    governor.admit(INVITE * 20, None).await.answered(&ok());
    drop(governor.admit(INVITE, None).await);
    assert_eq!(start.elapsed().as_secs(), 60);
    drop(governor.admit(INVITE * 20, None).await);
    assert_eq!(start.elapsed().as_secs(), 120);
}

#[tokio::test(start_paused = true)]
async fn estimates_come_true() {
    let limits = Limits::of(LicenceTier::UpTo1k);
    for (first, then) in [(0, 1_000), (120, 700), (40, 261), (300, 1), (0, 300)] {
        let governor = Governor::new(limits);
        for _ in 0..first {
            governor.admit(INVITE, None).await.answered(&ok());
        }
        sleep(Duration::from_secs(100)).await;
        let estimate = governor.estimate(&Work::of(INVITE, then));
        let start = Instant::now();
        for _ in 0..then {
            governor.admit(INVITE, None).await.answered(&ok());
        }
        let (said, took) = (estimate.duration.as_secs_f64(), start.elapsed().as_secs_f64());
        assert!(said <= took + 1.0 && took <= said * 1.01 + 61.0, "{first}, {then}: {said} s, {took} s");
    }
}

#[test]
fn an_estimate_names_what_makes_it_long() {
    let governor = Governor::new(Limits::of(LicenceTier::UpTo1k));
    let of = |kind, times| governor.estimate(&Work::of(Cost::of(kind), times)).to_string();
    assert_eq!(of(ActionKind::Invite, 0), "at once");
    assert_eq!(of(ActionKind::Invite, 250), "at once");
    assert_eq!(of(ActionKind::Invite, 251), "1 min, because of the limit on resource units a minute");
    assert_eq!(of(ActionKind::Invite, 10_000), "2 h 45 min, because of the limit on sharing calls");
    assert_eq!(of(ActionKind::GetItem, 10_000), "15 min, because of the limit on requests of a user");
    assert_eq!(
        of(ActionKind::ListPermissions, 1_000_000),
        "96 h, because of the limit on resource units a day"
    );
}

#[tokio::test(start_paused = true)]
async fn an_estimate_knows_how_long_answers_take() {
    let governor = Governor::new(Limits::none().concurrency(2));
    let admission = governor.admit(READ, None).await;
    sleep(Duration::from_secs(1)).await;
    admission.answered(&ok());
    let estimate = governor.estimate(&Work::of(READ, 100));
    assert_eq!(estimate.to_string(), "50 s, because of the number of requests at once");
}

#[test]
fn those_who_wait_in_one_runtime_need_no_other() {
    let runtime =
        || tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let governor = governor(Limit::UserRequests, 1);
    let (left, gone, stays) = (runtime(), runtime(), runtime());
    for runtime in [&left, &gone] {
        runtime.block_on(async {
            drop(governor.admit(READ, None).await);
            // It waits, then gives up; the runtime keeps the task that looks at the clock, and nobody drives it.
            assert!(timeout(Duration::from_secs(1), governor.admit(READ, None)).await.is_err());
            advance(MINUTE * 2).await;
        });
    }
    drop(gone);
    stays.block_on(async {
        drop(governor.admit(READ, None).await);
        assert!(governor.admit(READ, None).await.waited() >= MINUTE);
    });
}

#[tokio::test(start_paused = true)]
async fn a_crowd_costs_no_more_for_each_than_a_few() {
    // Not a measurement: were the queue or the windows walked for each, this would not end.
    let governor = governor(Limit::UserRequests, 1_000);
    let mut tasks = JoinSet::new();
    for _ in 0..100_000 {
        let governor = governor.clone();
        tasks.spawn(async move { drop(governor.admit(READ, None).await) });
    }
    tasks.join_all().await;
    assert_eq!(governor.standing().waiting, 0);
}

#[tokio::test(start_paused = true)]
async fn nobody_looks_at_the_clock_when_nobody_waits() {
    let governor = governor(Limit::UserRequests, 1);
    drop(governor.admit(READ, None).await);
    drop(governor.admit(READ, None).await);
    while !governor.0.lock().timekeepers.is_empty() {
        yield_now().await;
    }
    assert_eq!(Arc::strong_count(&governor.0), 1);
}

/// A service that counts what arrives when, and allows so much in any stretch of time of one length.
#[derive(Default)]
struct Service {
    arrived: Mutex<Vec<(Instant, u64)>>,
}

impl Service {
    /// The most that arrived in any stretch of this length, wherever it begins: no fixed window can count more.
    fn most_in(&self, window: Duration) -> u64 {
        let mut arrived = self.arrived.lock().unwrap().clone();
        arrived.sort_unstable();
        let (mut most, mut sum, mut oldest) = (0, 0, 0);
        for (then, amount) in &arrived {
            sum += amount;
            // Both ends count: no service is stricter.
            while arrived[oldest].0 + window < *then {
                sum -= arrived[oldest].1;
                oldest += 1;
            }
            most = most.max(sum);
        }
        most
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_window_of_the_service_is_ever_exceeded(
        requests in prop::collection::vec((0..4_u64, 0..40_000_u64, 0..40_000_u64, 0..10_u8), 1..150),
        units in 5..40_u64,
        calls in 1..12_u64,
        concurrency in 1..40_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.unwrap().block_on(async {
            let limits = Limits::none()
                .with(Limit::UnitsPerMinute, Quota::new(units, MINUTE))
                .with(Limit::SharingCalls, Quota::new(calls, MINUTE * 5))
                .concurrency(concurrency);
            let governor = Governor::new(limits);
            let (minute, sharing) = (Arc::new(Service::default()), Arc::new(Service::default()));
            let mut tasks = JoinSet::new();
            for (cost, there, back, what) in requests {
                let (governor, minute, sharing) = (governor.clone(), Arc::clone(&minute), Arc::clone(&sharing));
                tasks.spawn(async move {
                    let cost = if cost == 0 { INVITE } else { READ * cost };
                    let admission = governor.admit(cost, None).await;
                    if what == 9 {
                        return admission.unsent();
                    }
                    sleep(Duration::from_millis(there)).await;
                    minute.arrived.lock().unwrap().push((Instant::now(), cost.units));
                    sharing.arrived.lock().unwrap().push((Instant::now(), cost.sharing_calls));
                    sleep(Duration::from_millis(back)).await;
                    match what {
                        // Lost on the way back.
                        7 => drop(admission),
                        8 => assert_ne!(admission.answered(&refused(7)), Verdict::Passed),
                        _ => assert_eq!(admission.answered(&ok()), Verdict::Passed),
                    }
                });
            }
            tasks.join_all().await;
            prop_assert!(minute.most_in(MINUTE) <= units);
            prop_assert!(sharing.most_in(MINUTE * 5) <= calls);
            let standing = governor.standing();
            prop_assert_eq!((standing.in_flight, standing.waiting), (0, 0));
            Ok(())
        })?;
    }

    #[test]
    fn a_window_is_remembered_in_bounded_memory(
        answers in prop::collection::vec((0..2_000_u64, 0..9_u64), 0..2_500),
    ) {
        let mut window = window::Window::new(Quota::new(1_000, Duration::from_secs(100)));
        let mut now = Instant::now();
        for (later, amount) in answers {
            now += Duration::from_millis(later);
            window.take(amount);
            window.answered(amount, now);
        }
        // The pieces, the one that is let go last, what is under way.
        prop_assert!(window.pattern(now).1.len() <= 1_003);
    }
}
