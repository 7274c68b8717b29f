use super::*;

fn request<'a>(method: &'a str, path: &'a str) -> Asked<'a> {
    Asked { method, path, action: None, item: &|| None, header: &|_| None, in_batch: false }
}

fn faults(rules: impl IntoIterator<Item = FaultRule>) -> Faults {
    let mut faults = Faults::new(7);
    for rule in rules {
        faults.add(rule);
    }
    faults
}

/// Which of so many equal requests are struck.
fn struck(faults: &mut Faults, asked: &Asked<'_>, requests: usize) -> Vec<usize> {
    (1..=requests).filter(|_| faults.decide(asked).unwrap().is_some()).collect()
}

#[test]
fn a_rule_meets_what_all_its_parts_meet() {
    let notes = || Some(AskedItem { id: "01NQ".to_owned(), path: "/Projects/Notes.txt".to_owned() });
    let header = |name: &str| name.eq_ignore_ascii_case("user-agent").then_some("NONISV|Contoso|App/1.0");
    let asked = Asked {
        method: "POST",
        path: "/v1.0/drive/root:/Projects/My%20Notes.txt:/invite",
        action: Some(ActionKind::Invite),
        item: &notes,
        header: &header,
        in_batch: true,
    };
    let rule = || FaultRule::status(500);
    for (meets, rule) in [
        (true, rule()),
        (true, rule().method("GET").method("POST")),
        (false, rule().method("GET")),
        (true, rule().path("/v1.0/*My Notes.txt:/invite")),
        (false, rule().path("/v1.0/drive")),
        (true, rule().on(ActionKind::CreateLink).on(ActionKind::Invite)),
        (false, rule().on(ActionKind::CreateLink)),
        (true, rule().item("01NQ")),
        (true, rule().item("/projects/*.TXT")),
        (false, rule().item("/Notes.txt")),
        (true, rule().with("user-agent", "NONISV|*")),
        (false, rule().with("user-agent", "ISV|*")),
        (false, rule().with("prefer", "*")),
        (true, rule().in_batch(true)),
        (false, rule().in_batch(false)),
        (false, rule().method("POST").item("/Notes.txt")),
        (false, FaultRule { off: true, ..rule() }),
    ] {
        assert_eq!(faults([rule.clone()]).decide(&asked).unwrap().is_some(), meets, "{rule:?}");
    }
}

#[test]
fn nobody_looks_for_the_item_unless_a_rule_asks() {
    let never = || -> Option<AskedItem> { panic!("nobody asked for it") };
    let asked = Asked { item: &never, ..request("GET", "/v1.0/drive") };
    assert!(faults([FaultRule::status(500).item("/a").method("POST")]).decide(&asked).unwrap().is_none());
}

#[test]
fn nth_and_times_say_which_are_struck() {
    let asked = request("GET", "/v1.0/drive");
    let rule = || FaultRule::status(500);
    for (rule, expected) in [
        (rule(), vec![1, 2, 3, 4, 5]),
        (rule().times(2), vec![1, 2]),
        (rule().nth(3), vec![3]),
        (rule().nth(2).times(2), vec![2, 3]),
        (rule().probability(0.0), vec![]),
        (rule().probability(1.0), vec![1, 2, 3, 4, 5]),
    ] {
        let mut faults = faults([rule]);
        let struck: Vec<_> = (1..=5).filter(|_| faults.decide(&asked).unwrap().is_some()).collect();
        assert_eq!(struck, expected);
        let state = &faults.states()[0];
        assert_eq!((state.met, state.hits), (5, expected.len() as u64));
    }
}

#[test]
fn chance_is_the_seeds() {
    let asked = request("GET", "/v1.0/drive");
    let often = || FaultRule::status(500).probability(0.3).named("often");
    let alone = struck(&mut faults([often()]), &asked, 1_000).len();
    assert!((250..350).contains(&alone), "{alone}");
    let which = |faults: &mut Faults| -> Vec<bool> {
        (0..50).map(|_| faults.decide(&asked).unwrap().is_some_and(|fault| &*fault.id == "often")).collect()
    };
    let first = which(&mut faults([often()]));
    assert_eq!(first, which(&mut faults([often()])));
    // Another rule that never strikes changes nothing.
    assert_eq!(first, which(&mut faults([FaultRule::status(404).probability(0.0), often()])));
    assert_ne!(first, which(&mut faults([FaultRule { seed: Some(1), ..often() }])));
}

#[test]
fn the_first_that_strikes_decides_but_lateness_adds_up() {
    let late = |ms| FaultRule::latency(std::time::Duration::from_millis(ms));
    let mut faults = faults([
        late(100),
        late(20),
        FaultRule::status(500).late(std::time::Duration::from_millis(3)).times(1),
        FaultRule::status(404),
    ]);
    let asked = request("GET", "/v1.0/drive");
    let statuses: Vec<_> = (0..2)
        .map(|_| {
            let fault = faults.decide(&asked).unwrap().unwrap();
            (fault.then.status, fault.latency_ms)
        })
        .collect();
    assert_eq!(statuses, [(Some(500), 123), (Some(404), 120)]);
    assert!(faults.remove("fault-3") && faults.remove("fault-4") && !faults.remove("fault-4"));
    let fault = faults.decide(&asked).unwrap().unwrap();
    assert_eq!((&*fault.id, fault.latency_ms), ("fault-2", 120));
}

#[test]
fn a_header_comes_before_the_rules_and_counts_by_itself() {
    let mut faults = faults([FaultRule::status(404)]);
    let header = |name: &str| (name == HEADER).then_some("503; times=1");
    let asked = Asked { header: &header, ..request("GET", "/v1.0/drive") };
    let mut decide = |asked: &Asked<'_>| faults.decide(asked).unwrap().unwrap().then.status;
    assert_eq!(decide(&asked), Some(503));
    assert_eq!(decide(&asked), Some(404));
    assert_eq!(decide(&Asked { path: "/v1.0/drive/root", ..asked }), Some(503));

    let header = |name: &str| (name == HEADER).then_some("teapot");
    assert!(faults.decide(&Asked { header: &header, ..asked }).is_err());
}

#[test]
fn a_rule_with_an_id_that_there_is_takes_its_place() {
    let mut faults = faults([FaultRule::status(500).named("a"), FaultRule::status(501).named("fault-1")]);
    assert_eq!(&*faults.add(FaultRule::status(502)), "fault-2");
    assert_eq!(&*faults.add(FaultRule::status(503).named("a")), "a");
    let ids: Vec<_> = faults
        .states()
        .iter()
        .map(|state| (state.rule.id.clone().unwrap(), state.rule.then.status.unwrap()))
        .collect();
    assert_eq!(ids, [("a".to_owned(), 503), ("fault-1".to_owned(), 501), ("fault-2".to_owned(), 502)]);
    faults.replace(vec![FaultRule::status(504)]);
    assert_eq!(faults.states().len(), 1);
}
