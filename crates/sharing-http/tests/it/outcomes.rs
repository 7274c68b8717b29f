//! The table of the module `retry`, provoked line by line: each fault, on an action that reads, on one that changes and
//! mails nobody, and on one that mails.

use std::time::Duration;

use sharing_http::{Client, Endpoint, Error, retry::RetryPolicy};
use sharing_mock::{Cut, FaultBody, FaultPreset, FaultRule, MockServer};
use sharing_model::{Action, ActionKind, DriveRecipient, InviteRequest, ItemAddress, Role};
use tokio::time::Instant;

const CLASSES: [Class; 3] = [Class::Reads, Class::Changes, Class::Mails];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Reads,
    Changes,
    Mails,
}

fn client(server: &MockServer) -> Client {
    let policy = RetryPolicy::default().pauses(Duration::from_secs(1), Duration::from_secs(1));
    let builder = Client::builder().endpoint(Endpoint::new(server.url()).unwrap()).token("any".into());
    builder.retry(policy.attempts(3)).build().unwrap()
}

async fn ask(client: &Client, class: Class) -> Result<(), Error> {
    let notes: ItemAddress = "/drive/root:/Notes.txt".parse().unwrap();
    let item = client.item(&notes);
    let request =
        InviteRequest::builder().recipient(DriveRecipient::email("ryan@contoso.com")).role(Role::Read);
    match class {
        Class::Reads => item.permissions().await.map(drop),
        Class::Changes => item.invite(&request.build().unwrap()).await.map(drop),
        Class::Mails => item.invite(&request.send_invitation(true).build().unwrap()).await.map(drop),
    }
}

/// What came of an action, in the table's words.
fn word(result: &Result<(), Error>) -> &'static str {
    match result {
        Ok(()) => "again",
        Err(error) if error.is_in_doubt() => "in doubt",
        Err(_) => "give up",
    }
}

struct Row {
    name: &'static str,
    fault: FaultRule,
    /// How long the service asks to be left alone.
    wait: Duration,
    /// Whether the service does what is asked all the same.
    does: bool,
}

fn row(name: &'static str, fault: FaultRule) -> Row {
    Row { name, fault, wait: Duration::ZERO, does: false }
}

fn waits(name: &'static str, status: u16, seconds: f64) -> Row {
    let fault = FaultRule::status(status).retry_after(seconds);
    Row { wait: Duration::from_secs_f64(seconds), ..row(name, fault) }
}

fn does(name: &'static str, fault: FaultRule) -> Row {
    Row { does: true, ..row(name, fault) }
}

fn rows() -> Vec<Row> {
    let mut page = FaultRule::status(503);
    page.then.body = Some(FaultBody::Html);
    let date = FaultRule::status(429).retry_after_date(30);
    vec![
        row("429", FaultRule::status(429)),
        waits("429, Retry-After: 9", 429, 9.0),
        waits("429, Retry-After: 2.128", 429, 2.128),
        // A second may have passed since.
        Row { wait: Duration::from_secs(28), ..row("429, Retry-After: a date", date) },
        waits("503, Retry-After: 30", 503, 30.0),
        row("408", FaultRule::status(408)),
        row("500", FaultRule::status(500)),
        row("502", FaultRule::status(502)),
        row("503, no Retry-After", FaultRule::preset(FaultPreset::ServiceNotAvailableEmpty)),
        row("504", FaultRule::status(504)),
        row("509", FaultRule::status(509)),
        row("503, Retry-After, a page", page),
        row("cut before the request is read", FaultRule::cut(Cut::BeforeRead)),
        row("cut after the request is read", FaultRule::cut(Cut::AfterRead)),
        does("500 after the change", FaultRule::status(500).after_change()),
        does("504 after the change", FaultRule::status(504).after_change()),
        does("cut after the change", FaultRule::cut(Cut::AfterChange)),
        does("cut in the middle of the answer", FaultRule::truncate(20)),
        does("a page instead of the answer", FaultRule::body(FaultBody::Html)),
        does("nothing instead of the answer", FaultRule::body(FaultBody::Empty)),
        does("no JSON in the answer", FaultRule::body(FaultBody::NotJson)),
        does("an answer that comes too late", FaultRule::latency(Duration::from_secs(200))),
        row("401", FaultRule::status(401)),
        row("403", FaultRule::status(403)),
        row("404", FaultRule::status(404)),
        row("423", FaultRule::status(423)),
        row("501", FaultRule::status(501)),
        row("507", FaultRule::status(507)),
        row("520", FaultRule::status(520)),
        row("a redirect to another port", FaultRule::redirect("http://127.0.0.1:9/v1.0/drive/root")),
    ]
}

#[tokio::test(start_paused = true)]
async fn each_line_of_the_table() {
    let mut table = Vec::new();
    for Row { name, fault, wait, does } in rows() {
        let mut words = Vec::new();
        for class in CLASSES {
            let action = if class == Class::Reads { ActionKind::ListPermissions } else { ActionKind::Invite };
            let rule = fault.clone().on(action).times(1);
            let server = MockServer::builder().fault(rule).start().await.unwrap();
            let client = client(&server);
            let start = Instant::now();
            let result = ask(&client, class).await;
            let took = start.elapsed();
            let word = word(&result);
            words.push(word);

            let case = format!("{name}, {class:?}: {result:?} after {took:?}");
            let mails = server.outbox().len();
            match (class, word) {
                (Class::Mails, "again") => assert_eq!(mails, 1, "{case}"),
                (Class::Mails, "in doubt") => {
                    assert!(mails <= 1, "{case}");
                    let error = result.as_ref().unwrap_err();
                    assert!(error.client_request_id().is_some(), "{case}");
                    assert_eq!(error.attempts(), 1, "{case}");
                    assert_eq!(mails == 1, does, "{case}");
                }
                _ => assert_eq!(mails, 0, "{case}"),
            }
            if word == "again" {
                assert!(took >= wait, "{case}");
            }
            if class == Class::Changes && word == "again" {
                let notes = "/drive/root:/Notes.txt".parse().unwrap();
                let list = client.item(&notes).permissions().await.unwrap().value.unwrap();
                let ryans = list.iter().filter(|permission| permission.holder() == "Ryan Gregg").count();
                assert_eq!(ryans, 1, "{case}");
            }
        }
        table.push(format!("{name:<34} {:<9} {:<9} {}", words[0], words[1], words[2]));
    }
    insta::assert_snapshot!(table.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn what_fails_for_good_is_asked_only_so_often() {
    for class in CLASSES {
        let server = MockServer::builder().fault(FaultRule::status(429)).start().await.unwrap();
        let error = ask(&client(&server), class).await.unwrap_err();
        assert_eq!((error.status(), error.attempts()), (Some(429), 3), "{class:?}");
        assert!(error.is_throttled() && !error.is_in_doubt());
        assert!(server.outbox().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_deletion_whose_answer_got_lost_is_done() {
    let rule = FaultRule::cut(Cut::AfterChange).on(ActionKind::DeletePermission).times(1);
    let server = MockServer::builder().fault(rule).start().await.unwrap();
    let client = client(&server);
    ask(&client, Class::Changes).await.unwrap();
    let notes = "/drive/root:/Notes.txt".parse().unwrap();
    let list = client.item(&notes).permissions().await.unwrap().value.unwrap();
    let ryan = list.iter().find(|permission| permission.holder() == "Ryan Gregg").unwrap();
    let id = sharing_model::Segment::new(ryan.id.clone().unwrap()).unwrap();
    client.item(&notes).permission(&id).delete().await.unwrap();
    assert_eq!(client.item(&notes).permissions().await.unwrap().value.unwrap().len(), list.len() - 1);
}

#[tokio::test(start_paused = true)]
async fn a_next_link_to_another_port_is_not_followed() {
    let elsewhere = MockServer::start().await.unwrap();
    let rule = FaultRule::next_link(format!("{}/v1.0/drive/root/children", elsewhere.url()));
    let server = MockServer::builder().fault(rule.on(ActionKind::ListChildren)).start().await.unwrap();
    let root = "/drive/root".parse().unwrap();
    let error = client(&server).item(&root).children().await.unwrap_err();
    assert!(error.to_string().contains("where this endpoint's token must not go"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn nobody_is_mailed_twice_by_a_batch() {
    let notes: ItemAddress = "/drive/root:/Notes.txt".parse().unwrap();
    let request =
        InviteRequest::builder().recipient(DriveRecipient::email("ryan@contoso.com")).role(Role::Read);
    let invite = Action::invite(notes.clone(), &request.send_invitation(true).build().unwrap());
    let member = |fault: FaultRule| fault.on(ActionKind::Invite).in_batch(true).times(1);
    let whole = |fault: FaultRule| fault.on(ActionKind::Batch).times(1);
    for (name, fault, in_doubt, mails) in [
        ("a member is throttled", member(FaultRule::status(429).retry_after(9.0)), false, 1),
        ("a member fails", member(FaultRule::status(500)), true, 0),
        ("a member times out", member(FaultRule::status(504).after_change()), true, 1),
        ("the batch is throttled", whole(FaultRule::status(429).retry_after(9.0)), false, 1),
        ("the batch is lost on its way", whole(FaultRule::cut(Cut::AfterRead)), true, 0),
        ("the batch's answer is lost", whole(FaultRule::cut(Cut::AfterChange)), true, 1),
    ] {
        let server = MockServer::builder().fault(fault).start().await.unwrap();
        let client = client(&server);
        let replies = client.batch([invite.clone(), Action::list_permissions(notes.clone())]).await;
        assert!(replies[1].is_ok(), "{name}: {replies:?}");
        let invited = &replies[0];
        assert_eq!(invited.as_ref().is_err_and(Error::is_in_doubt), in_doubt, "{name}: {invited:?}");
        assert_eq!(server.outbox().len(), mails, "{name}: {invited:?}");
    }
}
