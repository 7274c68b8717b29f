use sharing_model::limits::LicenceTier;

use super::*;

const SHARING: Charge<'_> = Charge { application: "app", user: Some("nadia"), units: 5, sharing: true };
const READING: Charge<'_> = Charge { application: "app", user: None, units: 5, sharing: false };

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

fn refused(limiter: &mut Limiter, charge: &Charge<'_>, second: i64) -> Option<(&'static str, u64)> {
    limiter.charge(charge, at(second)).refused.map(|over| (over.limit, over.retry_after))
}

#[test]
fn no_limit_holds_unless_it_is_set() {
    let mut limiter = Limiter::new(Limits::default());
    for _ in 0..100_000 {
        assert_eq!(limiter.charge(&SHARING, at(0)), Charged { refused: None, rate: None });
    }
    assert!(limiter.gauges(at(0)).is_empty());
}

#[test]
fn the_smallest_tenant_makes_300_sharing_calls_in_five_minutes() {
    let mut limiter = Limiter::new(Limits::tier(LicenceTier::UpTo1k));
    let mut refusals = Vec::new();
    for second in 0..300 {
        for _ in 0..5 {
            refusals.extend(refused(&mut limiter, &SHARING, second).map(|(limit, _)| (limit, second)));
        }
    }
    assert_eq!(refusals[0], ("unitsPerMinute", 50), "250 calls are a minute's units");
    let sharing = refusals.iter().find(|(limit, _)| *limit == "sharingCallsPerFiveMinutes");
    assert_eq!(sharing, Some(&("sharingCallsPerFiveMinutes", 60)), "the 50 that were refused count too");
    assert_eq!(refusals.len(), 5 * 300 - 250);

    let mut limiter = Limiter::new(Limits::tier(LicenceTier::UpTo1k));
    assert!((0..300).all(|second| refused(&mut limiter, &SHARING, second / 2).is_none()));
    assert_eq!(refused(&mut limiter, &SHARING, 150), Some(("sharingCallsPerFiveMinutes", 150)));
    assert!(refused(&mut limiter, &READING, 150).is_none(), "reading is no sharing");
    assert_eq!(refused(&mut limiter, &SHARING, 300), None);
}

#[test]
fn an_early_caller_is_refused_again_and_told_so() {
    let limits = Limits { user_requests_per_five_minutes: Some(1), ..Limits::default() };
    let mut limiter = Limiter::new(limits);
    limiter.charge(&SHARING, at(0));
    let reasons: Vec<_> = [10, 60, 299]
        .iter()
        .map(|second| limiter.charge(&SHARING, at(*second)).refused.unwrap().reason)
        .collect();
    insta::assert_snapshot!(reasons.join("\n"));
    assert_eq!(refused(&mut limiter, &SHARING, 300), None);
    assert!(refused(&mut limiter, &Charge { user: Some("ryan"), ..SHARING }, 300).is_none());
    assert!(refused(&mut limiter, &READING, 300).is_none(), "a token of its own has no user");
}

#[test]
fn the_headers_come_from_80_percent_of_a_minute_and_for_applications() {
    let limits =
        Limits { units_per_minute: Some(50), sharing_calls_per_five_minutes: Some(9), ..Limits::default() };
    let mut limiter = Limiter::new(limits.clone());
    let rates: Vec<_> = (0..12).map(|second| limiter.charge(&READING, at(second)).rate).collect();
    let mut expected = [None; 12];
    expected[7..].copy_from_slice(&[
        Some([50, 10, 53]),
        Some([50, 5, 52]),
        Some([50, 0, 51]),
        Some([50, 0, 50]),
        Some([50, 0, 49]),
    ]);
    assert_eq!(rates, expected);

    // A delegated token sees none of them, unless all do.
    let mut limiter = Limiter::new(limits.clone());
    assert!((0..12).all(|_| limiter.charge(&SHARING, at(0)).rate.is_none()));
    let mut limiter = Limiter::new(Limits { rate_limit_headers: RateLimitHeaders::All, ..limits });
    let charged: Vec<_> = (0..10).map(|_| limiter.charge(&SHARING, at(0))).collect();
    assert_eq!(charged[8].rate, Some([50, 5, 60]));
    // Refused by another limit: its wait alone.
    assert_eq!(charged[9].refused.as_ref().unwrap().limit, "sharingCallsPerFiveMinutes");
    assert_eq!(charged[9].rate, None);
}

#[test]
fn mails_count_for_the_user_and_for_the_site() {
    let mut limiter = Limiter::new(Limits { external_mails_per_hour: Some(3), ..Limits::default() });
    let mut mails = |user, site, mails| {
        limiter.charge_mails(user, site, mails, at(0)).map(|over| (over.limit, over.retry_after))
    };
    assert_eq!(mails("nadia", "one", 2), None);
    assert_eq!(mails("nadia", "two", 0), None);
    assert_eq!(mails("ryan", "one", 1), None);
    assert_eq!(mails("ryan", "one", 1), Some(("externalMailsPerHour", 3_600)));
    assert_eq!(mails("nadia", "two", 2), Some(("externalMailsPerHour", 3_600)));
    assert_eq!(mails("priya", "three", 3), None);
    assert!(limiter.charge_anonymous_link("one", at(0)).is_none(), "not limited");
}

#[test]
fn the_longest_wait_is_told() {
    let limits =
        Limits { units_per_minute: Some(5), sharing_calls_per_five_minutes: Some(1), ..Limits::default() };
    let mut limiter = Limiter::new(limits);
    limiter.charge(&SHARING, at(0));
    assert_eq!(refused(&mut limiter, &SHARING, 20), Some(("sharingCallsPerFiveMinutes", 280)));
}

#[test]
fn memory_is_bounded_by_the_callers_that_came_last() {
    let mut limiter = Limiter::new(Limits { units_per_minute: Some(5), ..Limits::default() });
    for number in 0..3 * CALLERS {
        let application = format!("app {number}");
        limiter.charge(&Charge { application: &application, ..READING }, at(number.try_into().unwrap()));
    }
    assert_eq!(limiter.gauges(at(0)).len(), CALLERS);
}

#[test]
fn gauges_say_what_is_used() {
    let mut limiter = Limiter::new(Limits::tier(LicenceTier::UpTo1k));
    (0..3).for_each(|_| drop(limiter.charge(&SHARING, at(0))));
    limiter.charge_mails("nadia", "contoso.sharepoint.com,1,2", 201, at(30));
    insta::assert_json_snapshot!(limiter.gauges(at(45)));
    // Other numbers, the same use; a limit that is gone forgets.
    limiter.set(Limits { units_per_minute: Some(16), ..Limits::default() });
    let gauges = limiter.gauges(at(45));
    assert_eq!((gauges.len(), gauges[0].used, gauges[0].remaining), (1, 15, 1));
}
