use std::time::Duration;

use serde_json::json;

use super::*;
use crate::{Change, Row, Step};

fn row(item: &str, mail: &str, notify: bool) -> Row {
    let row = json!({ "item": item, "recipient": mail, "role": "read", "notify": notify });
    serde_json::from_value(row).unwrap()
}

fn invitation(item: &ListedItem, notify: bool, row: u64) -> Step {
    let request = json!({ "recipients": [{ "email": "ryan@contoso.com" }], "roles": ["read"], "sendInvitation": notify });
    let change = Change::Invite { request: serde_json::from_value(request).unwrap() };
    Step { item: item.address.clone(), change, rows: vec![row] }
}

/// A run of two steps on one item: the first without a mail, the second with one.
async fn planned() -> (Journal, RunId) {
    let journal = Journal::temporary().await.unwrap();
    let run = journal.begin(&RunHead::new("access.csv", "http://127.0.0.1:4000")).await.unwrap();
    let rows =
        [row("/drive/root:/a", "ryan@contoso.com", false), row("/drive/root:/a", "lee@contoso.com", true)];
    journal.gather(run, &rows).await.unwrap();
    let item = journal.unplanned(run, 1).await.unwrap().remove(0);
    let steps = vec![(0, invitation(&item, false, 1)), (0, invitation(&item, true, 2))];
    let planned = PlannedItem::new(item.item, Some("as it was".to_owned()), steps, Vec::new());
    journal.put_plans(run, &[planned]).await.unwrap();
    journal.advance(run, RunState::Planned).await.unwrap();
    (journal, run)
}

/// A lease that holds, and one that has lapsed when it is taken.
fn lease(worker: &str, holds: bool) -> Lease {
    Lease::new(worker, if holds { Duration::from_secs(600) } else { Duration::ZERO })
}

async fn at_work(journal: &Journal, run: RunId, worker: &str, holds: bool) -> Lease {
    let lease = lease(worker, holds);
    journal.renew(run, &lease).await.unwrap();
    lease
}

async fn states(journal: &Journal, run: RunId) -> Vec<String> {
    let steps = journal.steps_after(run, 0, None, 10).await.unwrap();
    steps.into_iter().map(|step| step.state).collect()
}

fn granted() -> Outcome {
    let mut outcome = Outcome::new(StepEnd::Done);
    outcome.word = Some(Word::Granted);
    outcome
}

#[tokio::test]
async fn a_file_that_is_no_journal_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("runs.db");
    std::fs::write(&file, "item,recipient,role\n".repeat(100)).unwrap();
    let error = Journal::open(&Place::file(&file)).await.unwrap_err().to_string();
    assert!(error.contains("runs.db cannot be opened") && error.contains("not a database"), "{error}");
}

#[tokio::test]
async fn rows_are_numbered_in_the_order_of_the_list_whichever_item_they_are_for() {
    let journal = Journal::temporary().await.unwrap();
    let run = journal.begin(&RunHead::new("access.csv", "http://127.0.0.1:4000")).await.unwrap();
    let list: Vec<_> =
        (0..1_000).map(|n| row(&format!("/drive/root:/{}", n % 7), "ryan@contoso.com", false)).collect();
    for rows in list.chunks(301) {
        journal.gather(run, rows).await.unwrap();
    }
    let items = journal.unplanned(run, 100).await.unwrap();
    assert_eq!(items.iter().map(|item| item.item).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7]);
    for item in items {
        let rows = journal.rows_of(run, item.item).await.unwrap();
        let numbers: Vec<_> = rows.iter().map(|row| row.line).collect();
        let expected: Vec<_> =
            (1..=1_000).filter(|number| (number - 1) % 7 + 1 == item.item as u64).collect();
        assert_eq!(numbers, expected);
    }
}

#[tokio::test]
async fn a_step_is_one_workers_until_its_lease_lapses() {
    let (journal, run) = planned().await;
    let first = at_work(&journal, run, "first", true).await;
    let second = at_work(&journal, run, "second", true).await;
    assert_eq!(journal.claim(run, &first, 1, i64::MAX).await.unwrap()[0].number, 1);
    assert_eq!(journal.claim(run, &second, 9, i64::MAX).await.unwrap()[0].number, 2);
    assert!(journal.claim(run, &first, 9, i64::MAX).await.unwrap().is_empty());
    let intents = [Entry::Intent { step: 1 }, Entry::Intent { step: 2 }];
    assert_eq!(journal.write(run, &first, &intents).await.unwrap(), [1].into());
    assert_eq!(states(&journal, run).await, ["sent", "claimed"]);
    // Both are alive.
    assert_eq!(journal.lapse(run, &second, false).await.unwrap(), 0);
    at_work(&journal, run, "first", false).await;
    assert_eq!(journal.lapse(run, &second, false).await.unwrap(), 1);
    // Without a mail, asking again harms nobody.
    assert_eq!(states(&journal, run).await, ["waiting", "claimed"]);
}

#[tokio::test]
async fn a_mail_that_may_have_left_is_in_doubt() {
    let (journal, run) = planned().await;
    let dead = at_work(&journal, run, "dead", true).await;
    journal.claim(run, &dead, 9, i64::MAX).await.unwrap();
    journal.write(run, &dead, &[Entry::Intent { step: 2 }]).await.unwrap();
    at_work(&journal, run, "dead", false).await;
    let living = at_work(&journal, run, "living", true).await;
    assert_eq!(journal.lapse(run, &living, false).await.unwrap(), 2);
    assert_eq!(states(&journal, run).await, ["waiting", "doubt"]);
    assert_eq!(journal.claim_doubts(run, &living, 9).await.unwrap()[0].number, 2);
}

#[tokio::test]
async fn a_worker_whose_lease_has_lapsed_sends_nothing() {
    let (journal, run) = planned().await;
    let late = at_work(&journal, run, "late", false).await;
    journal.claim(run, &late, 9, i64::MAX).await.unwrap();
    let intents = [Entry::Intent { step: 1 }, Entry::Intent { step: 2 }];
    assert!(journal.write(run, &late, &intents).await.unwrap().is_empty());
    assert_eq!(states(&journal, run).await, ["claimed", "claimed"]);
}

#[tokio::test]
async fn an_answer_that_comes_when_others_took_over_is_not_lost() {
    let (journal, run) = planned().await;
    let slow = at_work(&journal, run, "slow", true).await;
    journal.claim(run, &slow, 9, i64::MAX).await.unwrap();
    journal.write(run, &slow, &[Entry::Intent { step: 1 }, Entry::Intent { step: 2 }]).await.unwrap();
    at_work(&journal, run, "slow", false).await;
    let other = at_work(&journal, run, "other", true).await;
    journal.lapse(run, &other, false).await.unwrap();
    // The other asks the first again, and reads what came of the second.
    journal.claim(run, &other, 9, i64::MAX).await.unwrap();
    journal.write(run, &other, &[Entry::Intent { step: 1 }]).await.unwrap();
    journal.claim_doubts(run, &other, 9).await.unwrap();
    assert_eq!(states(&journal, run).await, ["sent", "settling"]);

    let answers = [1, 2].map(|step| Entry::Answered { step, outcome: granted() });
    journal.write(run, &slow, &answers).await.unwrap();
    assert_eq!(states(&journal, run).await, ["sent", "done"]);
    assert_eq!(journal.late_answers(run).await.unwrap(), 2);
    // Who took over has nothing more to say of what the service answered.
    journal.write(run, &other, &[Entry::Again { step: 2, sent_at: None, looked: 1 }]).await.unwrap();
    journal.write(run, &other, &[Entry::Answered { step: 1, outcome: granted() }]).await.unwrap();
    assert_eq!(states(&journal, run).await, ["done", "done"]);
}
