//! Runs to their end, and to ends before that.

use std::{sync::Mutex, time::Duration};

use sharing_bulk::{
    Journal, MaxFailures, Run, RunEvent, RunOptions, RunState, StepEnd, Stop, StopReason, Word,
};
use sharing_http::{Client, Endpoint, Limits, retry::RetryPolicy};
use sharing_mock::{FaultPreset, FaultRule, MockServer};
use sharing_model::ActionKind;

use crate::world::{mail, planned, row, rows, world};

async fn service(people: usize, files: usize) -> (MockServer, Client) {
    let server = MockServer::builder().world(world(people, files)).start().await.unwrap();
    let client = client(&server);
    (server, client)
}

fn client(server: &MockServer) -> Client {
    let quick = RetryPolicy::default().pauses(Duration::from_millis(1), Duration::from_millis(5));
    Client::builder()
        .endpoint(Endpoint::new(server.url()).unwrap())
        .token("any".into())
        .limits(Limits::none())
        .retry(quick)
        .build()
        .unwrap()
}

fn quick() -> RunOptions {
    RunOptions::default().settle_after(Duration::from_millis(50)).look_again(Duration::from_millis(1))
}

#[tokio::test]
async fn every_row_is_granted_and_who_wants_a_mail_gets_one() {
    let (server, client) = service(10, 6).await;
    let journal = Journal::temporary().await.unwrap();
    let list = rows(6, 10);
    let run = planned(&client, &journal, &list).await;
    let end = run.go(&quick(), &Stop::default(), &|_| {}).await.unwrap();
    assert_eq!(end.reason, None);
    assert_eq!(end.summary.words, [(Word::Granted, 60)]);
    assert_eq!(end.summary.state, RunState::Ended);
    assert_eq!(server.outbox().len(), 30);
    let reported = journal.reported(run.id(), 0, 100).await.unwrap();
    assert!(reported.iter().all(|row| row.closed.request_id.is_some()));
    assert_eq!(reported.iter().map(|reported| &reported.row.recipient).collect::<Vec<_>>().len(), 60);

    // The same list again asks for nothing.
    let before = server.requests().len();
    let run = planned(&client, &journal, &list).await;
    let end = run.go(&quick(), &Stop::default(), &|_| {}).await.unwrap();
    assert_eq!(end.summary.words, [(Word::Already, 60)]);
    let requests = server.requests();
    assert!(
        requests[before..]
            .iter()
            .all(|request| request.method.as_ref() == "GET" || request.path.ends_with("$batch"))
    );
}

#[tokio::test]
async fn what_mails_nobody_goes_first() {
    let (server, client) = service(10, 4).await;
    let journal = Journal::temporary().await.unwrap();
    let run = planned(&client, &journal, &rows(4, 10)).await;
    run.go(&quick(), &Stop::default(), &|_| {}).await.unwrap();
    let _ = server;
    let steps = journal.steps_after(run.id(), 0, None, 100).await.unwrap();
    let mut sent: Vec<_> =
        steps.iter().map(|step| (step.sent_at.unwrap(), step.step.change.mails())).collect();
    sent.sort_unstable();
    let first_mail = sent.iter().position(|(_, mails)| *mails).unwrap();
    assert!(sent[first_mail + 3..].iter().all(|(_, mails)| *mails), "{sent:?}");
}

#[tokio::test]
async fn one_whom_nobody_knows_does_not_sink_the_others() {
    let (server, client) = service(9, 1).await;
    let journal = Journal::temporary().await.unwrap();
    let mut list = rows(1, 9);
    list.insert(4, row(0, "nobody@contoso.com", true));
    let run = planned(&client, &journal, &list).await;
    let end = run.go(&quick(), &Stop::default(), &|_| {}).await.unwrap();
    assert_eq!(end.summary.words, [(Word::Granted, 9), (Word::Unresolved, 1)]);
    let reported = journal.reported(run.id(), 4, 1).await.unwrap().remove(0);
    assert_eq!(reported.closed.word, Word::Unresolved);
    assert!(reported.closed.request_id.is_some() && reported.closed.next.is_some());
    let mut mailed: Vec<_> = server.outbox().into_iter().map(|mail| mail.to).collect();
    mailed.sort();
    assert_eq!(mailed, [0, 2, 4, 6, 8].map(mail));
}

#[tokio::test]
async fn an_answer_that_got_lost_is_looked_for_and_nobody_is_mailed_twice() {
    let (server, client) = service(4, 2).await;
    let cut = serde_json::from_str::<FaultRule>(
        r#"{ "match": { "actions": ["invite"] }, "times": 2, "then": { "cut": "afterChange" } }"#,
    );
    server.add_fault(cut.unwrap()).unwrap();
    let cut = serde_json::from_str::<FaultRule>(
        r#"{ "match": { "actions": ["invite"] }, "times": 3, "then": { "cut": "afterRead" } }"#,
    );
    server.add_fault(cut.unwrap()).unwrap();
    let journal = Journal::temporary().await.unwrap();
    let run = planned(&client, &journal, &rows(2, 4)).await;
    let doubts = Mutex::new(0);
    let end = run
        .go(&quick(), &Stop::default(), &|event| {
            if matches!(event, RunEvent::InDoubt { .. }) {
                *doubts.lock().unwrap() += 1;
            }
        })
        .await
        .unwrap();
    assert_eq!(end.summary.words, [(Word::Granted, 8)]);
    assert_eq!(server.outbox().len(), 4);
    assert!(*doubts.lock().unwrap() > 0);
}

/// Looked for once, and asked again by a worker that died while the service did it: what the next is told is no word on
/// what that one did.
#[tokio::test]
async fn a_refusal_says_nothing_of_what_a_worker_that_died_had_sent() {
    let elsewhere = r#"{ "redirect": "http://127.0.0.1:9/" }"#;
    let nobody = r#"{ "status": 400, "code": "noResolvedUsers" }"#;
    for refusal in [elsewhere, nobody] {
        let (server, first) = service(2, 1).await;
        for (times, effect) in [
            // The first answer gets lost, and the second attempt tells nothing: in doubt, looked for, asked again.
            (1, r#"{ "cut": "afterRead" }"#),
            (1, elsewhere),
            // It is done, and the client waits to ask again.
            (1, r#"{ "status": 504, "afterChange": true, "retryAfter": 60 }"#),
            (9, refusal),
        ] {
            let rule =
                format!(r#"{{ "match": {{ "actions": ["invite"] }}, "times": {times}, "then": {effect} }}"#);
            server.add_fault(serde_json::from_str::<FaultRule>(&rule).unwrap()).unwrap();
        }
        let journal = Journal::temporary().await.unwrap();
        let list = [row(0, &mail(0), false), row(0, &mail(1), false)];
        let run = planned(&first, &journal, &list).await;
        let id = run.id();
        let worker = tokio::spawn(async move { run.go(&quick(), &Stop::default(), &|_| {}).await });
        let was_done = || server.requests().iter().any(|asked| asked.status == 504);
        while !was_done() {
            assert!(!worker.is_finished());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        worker.abort();
        assert!(worker.await.is_err());

        let next = Run::open(&client(&server), &journal, id).await.unwrap();
        let lease = quick().lease(Duration::from_millis(40));
        let end = next.go(&lease, &Stop::default(), &|_| {}).await.unwrap();
        assert_eq!(end.summary.words, [(Word::Granted, 2)], "{refusal}");
    }
}

#[tokio::test]
async fn where_reading_cannot_tell_a_person_decides() {
    let (server, client) = service(1, 1).await;
    let cut = serde_json::from_str::<FaultRule>(
        r#"{ "match": { "actions": ["invite"] }, "times": 1, "then": { "cut": "afterChange" } }"#,
    );
    server.add_fault(cut.unwrap()).unwrap();
    let journal = Journal::temporary().await.unwrap();
    let list = [row(0, &mail(0), true), row(0, "kim@fabrikam.com", true)];
    let run = planned(&client, &journal, &list).await;
    let end = run.go(&quick(), &Stop::default(), &|_| {}).await.unwrap();
    assert_eq!(end.summary.words, [(Word::Granted, 1), (Word::InDoubt, 1)]);
    assert_eq!(server.outbox().len(), 2);

    // Without a word from that person it stays so.
    journal.reopen(run.id(), &[Word::Refused]).await.unwrap();
    let end = run.go(&quick(), &Stop::default(), &|_| {}).await.unwrap();
    assert_eq!((end.summary.count(Word::InDoubt), server.outbox().len()), (1, 2));
    // With it they are mailed again.
    journal.reopen(run.id(), &[Word::InDoubt]).await.unwrap();
    let end = run.go(&quick(), &Stop::default(), &|_| {}).await.unwrap();
    assert_eq!(end.summary.words, [(Word::Granted, 1), (Word::PendingGuest, 1)]);
    assert_eq!(server.outbox().len(), 3);
}

#[tokio::test]
async fn a_refusal_of_everything_stops_it_after_the_first_few() {
    let (server, client) = service(2, 50).await;
    server.add_fault(FaultRule::preset(FaultPreset::SharingFailed).on(ActionKind::Invite)).unwrap();
    let journal = Journal::temporary().await.unwrap();
    let run = planned(&client, &journal, &rows(50, 2)).await;
    let end = run.go(&quick(), &Stop::default(), &|_| {}).await.unwrap();
    assert!(matches!(end.reason, Some(StopReason::Systemic { .. })), "{end:?}");
    let invitations = server.requests().iter().filter(|request| request.path.ends_with("/invite")).count();
    assert!(invitations < 30, "{invitations}");
    assert!(end.summary.count(Word::PolicyBlocked) >= 3);
    assert_eq!(end.summary.state, RunState::Planned);

    // Mended, it goes on; those that were refused are tried again when somebody says so.
    for fault in server.faults() {
        server.remove_fault(&fault.rule.id.unwrap());
    }
    journal.reopen(run.id(), &[Word::PolicyBlocked]).await.unwrap();
    let end = run.go(&quick(), &Stop::default(), &|_| {}).await.unwrap();
    assert_eq!(end.summary.words, [(Word::Granted, 100)]);
    assert_eq!(server.outbox().len(), 50);
}

#[tokio::test]
async fn too_many_failures_stop_it() {
    let (_server, client) = service(1, 1).await;
    let journal = Journal::temporary().await.unwrap();
    let list: Vec<_> = (0..8).map(|n| row(0, &format!("nobody{n}@contoso.com"), false)).collect();
    let run = planned(&client, &journal, &list).await;
    let options = quick().max_failures(MaxFailures::Rows(2));
    let end = run.go(&options, &Stop::default(), &|_| {}).await.unwrap();
    assert!(matches!(end.reason, Some(StopReason::Failures { rows: 3.. })), "{end:?}");
    assert_eq!(end.summary.stopped.as_deref(), Some(&*end.reason.unwrap().to_string()));
}

#[tokio::test]
async fn somebody_stops_it_and_it_goes_on() {
    let (server, client) = service(4, 40).await;
    let journal = Journal::temporary().await.unwrap();
    let run = planned(&client, &journal, &rows(40, 4)).await;
    let stop = Stop::default();
    let end = run
        .go(&quick(), &stop, &|event| {
            if matches!(event, RunEvent::Ended { .. }) {
                stop.ask();
            }
        })
        .await
        .unwrap();
    assert_eq!(end.reason, Some(StopReason::Interrupted));
    let granted = end.summary.count(Word::Granted);
    assert!((1..160).contains(&granted), "{granted}");
    assert_eq!(journal.steps_by_state(run.id()).await.unwrap().count("sent"), 0);
    let run = Run::open(&client, &journal, run.id()).await.unwrap();
    let end = run.go(&quick(), &Stop::default(), &|_| {}).await.unwrap();
    assert_eq!(end.summary.words, [(Word::Granted, 160)]);
    assert_eq!(server.outbox().len(), 80);
    let past = RunOptions::default().until(jiff::Timestamp::UNIX_EPOCH);
    let run = planned(&client, &journal, &[row(0, "kim@fabrikam.com", false)]).await;
    assert_eq!(run.go(&past, &Stop::default(), &|_| {}).await.unwrap().reason, Some(StopReason::Deadline));
}

#[tokio::test]
async fn what_a_run_granted_is_taken_back_and_nothing_else() {
    let (server, client) = service(4, 2).await;
    let journal = Journal::temporary().await.unwrap();
    let before = planned(&client, &journal, &[row(0, &mail(0), false)]).await;
    before.go(&quick(), &Stop::default(), &|_| {}).await.unwrap();
    let run = planned(&client, &journal, &rows(2, 4)).await;
    run.go(&quick(), &Stop::default(), &|_| {}).await.unwrap();
    let undoing = run.plan_undo(&Stop::default()).await.unwrap();
    let steps = journal.steps_after(undoing, 0, None, 100).await.unwrap();
    assert_eq!(steps.len(), 7);
    let undoing = Run::open(&client, &journal, undoing).await.unwrap();
    undoing.go(&quick(), &Stop::default(), &|_| {}).await.unwrap();
    let left = client.item(&"/drive/root:/file0.docx".parse().unwrap()).permissions().await.unwrap();
    let mut left: Vec<_> = left.value.unwrap().iter().map(sharing_model::Permission::holder).collect();
    left.sort();
    assert_eq!(left, ["Nadia Okafor", "Person 0"]);
    assert!(
        journal
            .steps_after(undoing.id(), 0, Some("done"), 100)
            .await
            .unwrap()
            .iter()
            .all(|step| { step.outcome.as_ref().is_some_and(|outcome| outcome.end == StepEnd::Done) })
    );
    assert_eq!(server.outbox().len(), 3);
}

/// Plans and applies rows with these options, and undoes that.
async fn applied_and_undone(
    client: &sharing_http::Client,
    journal: &Journal,
    rows: &[sharing_bulk::Row],
    options: sharing_bulk::PlanOptions,
) -> (Run, sharing_bulk::RunEnd) {
    let head = sharing_bulk::RunHead::new("test", &client.endpoint().to_string()).options(&options).unwrap();
    let run = journal.begin(&head).await.unwrap();
    journal.gather(run, rows).await.unwrap();
    let run = Run::open(client, journal, run).await.unwrap();
    run.plan(&Stop::default(), &|_| {}).await.unwrap();
    run.go(&quick(), &Stop::default(), &|_| {}).await.unwrap();
    let undoing = run.plan_undo(&Stop::default()).await.unwrap();
    let undoing = Run::open(client, journal, undoing).await.unwrap();
    let end = undoing.go(&quick(), &Stop::default(), &|_| {}).await.unwrap();
    (undoing, end)
}

async fn roles(client: &sharing_http::Client) -> Vec<(String, String)> {
    let held = client.item(&"/drive/root:/file0.docx".parse().unwrap()).permissions().await.unwrap();
    let role = |held: &sharing_model::Permission| held.roles.as_ref().unwrap()[0].to_string();
    let mut held: Vec<_> = held.value.unwrap().iter().map(|held| (held.holder(), role(held))).collect();
    held.sort();
    held
}

#[tokio::test]
async fn what_cannot_be_undone_says_so_row_by_row() {
    let (server, client) = service(3, 1).await;
    let journal = Journal::temporary().await.unwrap();
    let before = planned(&client, &journal, &[row(0, &mail(0), false), row(0, &mail(1), false)]).await;
    before.go(&quick(), &Stop::default(), &|_| {}).await.unwrap();
    let had = roles(&client).await;

    let row_of = |who: &str, role: &str, notify: bool| -> sharing_bulk::Row {
        let item = "/drive/root:/file0.docx";
        let row = serde_json::json!({ "item": item, "recipient": who, "role": role, "notify": notify });
        serde_json::from_value(row).unwrap()
    };
    let list = [
        row_of(&mail(1), "read", false),
        row_of(&mail(2), "read", false),
        row_of("kim@fabrikam.com", "read", true),
    ];
    let options = || sharing_bulk::PlanOptions::new(jiff::Timestamp::now());
    let (undoing, end) = applied_and_undone(&client, &journal, &list, options()).await;
    assert_eq!(end.summary.words, [(Word::Refused, 1), (Word::TakenBack, 2)]);
    let told = journal.reported(undoing.id(), 0, 10).await.unwrap();
    let left = told.iter().filter(|row| row.closed.word == Word::Refused);
    let left: Vec<_> = left.map(|row| (row.row.whom(), row.closed.why.clone().unwrap())).collect();
    assert!(left[0].0 == "kim@fabrikam.com" && left[0].1.contains("guests"), "{left:?}");
    assert_eq!(roles(&client).await, had);
    // Its rows are not made so by a retry.
    journal.reopen(undoing.id(), &[Word::Unresolved, Word::Refused]).await.unwrap();
    undoing.plan(&Stop::default(), &|_| {}).await.unwrap();
    undoing.go(&quick(), &Stop::default(), &|_| {}).await.unwrap();
    assert_eq!((roles(&client).await, server.outbox().len()), (had.clone(), 1));

    // What a list took away is given back, without a mail.
    let (_, end) = applied_and_undone(
        &client,
        &journal,
        &[row(0, &mail(0), false)],
        options().prune(sharing_bulk::Prune::People),
    )
    .await;
    assert_eq!(end.summary.words, [(Word::TakenBack, 1)]);
    assert_eq!((roles(&client).await, server.outbox().len()), (had, 1));
}

#[tokio::test]
async fn an_item_that_could_not_be_read_is_read_again_when_it_is_tried_again() {
    let (server, client) = service(2, 2).await;
    let refused = r#"{ "match": { "actions": ["list permissions"], "item": "/file1.docx" }, "then": { "status": 404 } }"#;
    server.add_fault(serde_json::from_str::<FaultRule>(refused).unwrap()).unwrap();
    let journal = Journal::temporary().await.unwrap();
    let run = planned(&client, &journal, &rows(2, 2)).await;
    let end = run.go(&quick(), &Stop::default(), &|_| {}).await.unwrap();
    assert_eq!(end.summary.words, [(Word::Granted, 2), (Word::Unresolved, 2)]);
    for fault in server.faults() {
        server.remove_fault(&fault.rule.id.unwrap());
    }
    assert_eq!(journal.reopen(run.id(), &[Word::PolicyBlocked]).await.unwrap(), 0);
    assert_eq!(journal.reopen(run.id(), &[Word::Unresolved]).await.unwrap(), 1);
    run.plan(&Stop::default(), &|_| {}).await.unwrap();
    let end = run.go(&quick(), &Stop::default(), &|_| {}).await.unwrap();
    assert_eq!(end.summary.words, [(Word::Granted, 4)]);
}
