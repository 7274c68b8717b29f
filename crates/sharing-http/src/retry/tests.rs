//! The table, line by line, and what holds for every line.

use std::time::Duration;

use proptest::prelude::*;
use sharing_model::{
    AddSharedFolderRequest, CreateLinkRequest, InviteRequest, ItemAddress, Permission, Segment,
    UpdatePermissionRequest,
};

use super::*;

fn root() -> ItemAddress {
    "/drive/root".parse().unwrap()
}

fn invite(mails: bool) -> Action {
    let request: InviteRequest =
        serde_json::from_value(serde_json::json!({ "sendInvitation": mails })).unwrap();
    Action::invite(root(), &request)
}

fn id() -> Segment {
    Segment::new("7").unwrap()
}

fn add() -> Action {
    Action::add_shared_folder(root(), &AddSharedFolderRequest::default())
}

/// One line of the table: what came of it, and what is done for one that reads, one that changes and may be said twice,
/// one that may not.
fn line(outcome: Outcome) -> [Decision; 3] {
    let first = Attempt::first(RetryPolicy::default());
    let [mails, adds] = [invite(true), add()].map(|action| decide(&action, outcome, &first));
    assert_eq!(mails, adds, "{outcome:?}");
    let [reads, changes] =
        [Action::get_item(root()), invite(false)].map(|action| decide(&action, outcome, &first));
    [reads, changes, mails]
}

#[test]
fn the_table() {
    let again = Decision::Wait(Duration::from_secs(1));
    let nine = Some(Duration::from_secs(9));
    let refused = |status| Outcome::Refused { status, wait: None };
    let asked = |status| Outcome::Refused { status, wait: nine };

    assert_eq!(line(Outcome::Unreachable), [again; 3]);
    assert_eq!(line(Outcome::NeverClears), [Decision::GiveUp; 3]);
    assert_eq!(line(refused(429)), [again; 3]);
    assert_eq!(line(refused(424)), [again; 3]);
    for status in [429, 503] {
        assert_eq!(line(asked(status)), [Decision::Wait(Duration::from_secs(9)); 3]);
    }
    for status in [408, 500, 502, 503, 504, 509] {
        assert_eq!(line(refused(status)), [again, again, Decision::InDoubt], "{status}");
    }
    for outcome in [Outcome::Lost, Outcome::Unreadable] {
        assert_eq!(line(outcome), [again, again, Decision::InDoubt]);
    }
    assert_eq!(line(refused(401)), [Decision::Renew; 3]);
    for status in [520, 599] {
        assert_eq!(line(refused(status)), [Decision::GiveUp, Decision::InDoubt, Decision::InDoubt]);
    }
    for status in [301, 302, 304, 400, 403, 404, 405, 409, 410, 412, 413, 415, 423, 501, 505, 507] {
        assert_eq!(line(refused(status)), [Decision::GiveUp; 3], "{status}");
    }
}

#[test]
fn after_a_lost_answer_a_refusal_may_mean_that_it_was_done() {
    let again = Attempt { number: 2, in_doubt: true, ..Attempt::first(RetryPolicy::default()) };
    let delete = Action::delete_permission(root(), id());
    let refused = |status| Outcome::Refused { status, wait: None };
    assert_eq!(decide(&delete, refused(404), &again), Decision::Done);
    assert_eq!(decide(&delete, refused(404), &Attempt { in_doubt: false, ..again }), Decision::GiveUp);
    let update = Action::update_permission(root(), id(), &UpdatePermissionRequest::default());
    assert_eq!(decide(&update, refused(412), &again), Decision::GiveUp);
    let conditional = update.if_match("\"1\"");
    assert_eq!(decide(&conditional, refused(412), &again), Decision::InDoubt);
    assert_eq!(decide(&conditional, refused(412), &Attempt { in_doubt: false, ..again }), Decision::GiveUp);
    // It stays in doubt however often the service is busy afterwards.
    let last = Attempt { number: 6, ..again };
    assert_eq!(decide(&delete, refused(429), &last), Decision::InDoubt);
    assert_eq!(decide(&Action::get_item(root()), Outcome::Lost, &last), Decision::GiveUp);
}

#[test]
fn patience_has_an_end() {
    let first = Attempt::first(RetryPolicy::default());
    let look = Action::get_item(root());
    let hour = Outcome::Refused { status: 429, wait: Some(Duration::from_secs(3600)) };
    assert_eq!(decide(&look, hour, &first), Decision::GiveUp);
    let patient = RetryPolicy::default().longest_wait(Duration::from_secs(3600));
    assert_eq!(decide(&look, hour, &Attempt::first(patient)), Decision::Wait(Duration::from_secs(3600)));
    assert_eq!(decide(&look, Outcome::Lost, &Attempt { number: 6, ..first }), Decision::GiveUp);
    assert_eq!(decide(&look, Outcome::Lost, &Attempt { within_budget: false, ..first }), Decision::GiveUp);
    assert_eq!(decide(&look, Outcome::Lost, &Attempt::first(RetryPolicy::never())), Decision::GiveUp);
    let renewed = Attempt { renewed: true, ..first };
    assert_eq!(decide(&look, Outcome::Refused { status: 401, wait: None }, &renewed), Decision::GiveUp);
}

#[test]
fn pauses_grow_up_to_their_limit() {
    let policy = RetryPolicy::default().pauses(Duration::from_secs(1), Duration::from_secs(8));
    let pauses: Vec<_> = policy.growing().take(20).collect();
    for (pause, least) in pauses.iter().zip([1, 2, 4, 8, 8]) {
        assert!((least..=2 * least).contains(&pause.as_secs()), "{pauses:?}");
    }
    assert_eq!(pauses.len(), 20);
}

fn actions() -> impl Strategy<Value = Action> {
    let link: CreateLinkRequest =
        serde_json::from_value(serde_json::json!({ "sendNotification": true })).unwrap();
    prop::sample::select(vec![
        Action::get_item(root()),
        Action::list_permissions(root()),
        Action::delete_permission(root(), id()),
        Action::delete_permission(root(), id()).if_match("\"1\""),
        Action::update_permission(root(), id(), &UpdatePermissionRequest::default()),
        Action::create_permission(root(), &Permission::default()),
        add(),
        Action::create_link(root(), &CreateLinkRequest::default()),
        Action::create_link(root(), &link),
        Action::invite(root(), &InviteRequest::default()),
        invite(true),
        invite(false),
    ])
}

fn outcomes() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        Just(Outcome::Unreachable),
        Just(Outcome::Lost),
        Just(Outcome::Unreadable),
        Just(Outcome::NeverClears),
        (100..600u16, prop::option::of(0..5_000u64)).prop_map(|(status, seconds)| Outcome::Refused {
            status,
            wait: seconds.map(Duration::from_secs)
        }),
    ]
}

fn attempts() -> impl Strategy<Value = Attempt> {
    (1..10u32, 0..100u64, any::<[bool; 3]>()).prop_map(|(number, pause, [renewed, in_doubt, budget])| {
        Attempt {
            number,
            pause: Duration::from_secs(pause),
            renewed,
            in_doubt,
            within_budget: budget,
            policy: RetryPolicy::default(),
        }
    })
}

proptest! {
    /// What mails, or adds, is said again only where the service says that it did nothing, or never heard of it.
    #[test]
    fn what_may_not_be_repeated_is_not(action in actions(), outcome in outcomes(), attempt in attempts()) {
        let decision = decide(&action, outcome, &attempt);
        let did_nothing = match outcome {
            Outcome::Unreachable => true,
            Outcome::Refused { status: 401 | 424 | 429, .. } => true,
            Outcome::Refused { status: 503, wait } => wait.is_some(),
            _ => false,
        };
        if !action.may_be_repeated() && matches!(decision, Decision::Wait(_)) {
            prop_assert!(did_nothing && !attempt.in_doubt, "{decision:?}");
        }
        if !action.may_be_repeated() && decision == Decision::Renew {
            prop_assert_eq!(outcome, Outcome::Refused { status: 401, wait: match outcome {
                Outcome::Refused { wait, .. } => wait,
                _ => None,
            } });
        }
    }

    /// What may have been done is never reported as not done, and a reader is never in doubt.
    #[test]
    fn doubt_is_told(action in actions(), outcome in outcomes(), attempt in attempts()) {
        let decision = decide(&action, outcome, &attempt);
        let reads = action.method() == Method::Get;
        prop_assert!(!(reads && matches!(decision, Decision::InDoubt | Decision::Done)));
        if !reads && outcome.may_be_done() {
            prop_assert!(matches!(decision, Decision::Wait(_) | Decision::InDoubt));
        }
    }

    /// It ends, and waits no shorter than the service asks and no longer than the policy allows.
    #[test]
    fn it_ends(action in actions(), outcome in outcomes(), attempt in attempts()) {
        if let Decision::Wait(wait) = decide(&action, outcome, &attempt) {
            prop_assert!(attempt.number < attempt.policy.attempts && attempt.within_budget);
            prop_assert!(wait >= attempt.pause);
            if let Outcome::Refused { wait: Some(asked), .. } = outcome {
                prop_assert!(wait >= asked && asked <= attempt.policy.longest_wait);
            }
        }
    }
}
