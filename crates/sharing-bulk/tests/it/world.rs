//! A tenant of any size, and lists that fit it.

use serde_json::{Value, json};
use sharing_bulk::{Journal, PlanOptions, Row, Run, RunHead, RunId};
use sharing_http::Client;
use sharing_mock::World;

const SITE: &str = "https://contoso-my.sharepoint.com/personal/nadia_contoso_com";

/// A tenant with so many people, and a drive of so many files.
pub(crate) fn world(people: usize, files: usize) -> World {
    let users = (0..people).map(|n| json!({ "displayName": format!("Person {n}"), "mail": mail(n) }));
    let me = json!({ "displayName": "Nadia Okafor", "mail": "nadia@contoso.com" });
    let items: Vec<Value> =
        (0..files).map(|n| json!({ "name": format!("file{n}.docx"), "size": 1 })).collect();
    let world = json!({
        "tenant": { "name": "Contoso", "domain": "contoso.com" },
        "me": "nadia@contoso.com",
        "users": std::iter::once(me).chain(users).collect::<Vec<_>>(),
        "sites": [{ "url": SITE, "of": "nadia@contoso.com" }],
        "drives": [{
            "type": "business", "name": "Documents", "owner": "nadia@contoso.com", "site": SITE, "items": items
        }],
    });
    world.to_string().parse().unwrap()
}

pub(crate) fn mail(person: usize) -> String {
    format!("person{person}@contoso.com")
}

pub(crate) fn row(item: usize, recipient: &str, notify: bool) -> Row {
    let row = json!({
        "item": format!("/drive/root:/file{item}.docx"), "recipient": recipient, "role": "write", "notify": notify
    });
    serde_json::from_value(row).unwrap()
}

/// Each of the files for so many people each, of whom every other one is mailed.
pub(crate) fn rows(files: usize, people: usize) -> Vec<Row> {
    rows_mailing(files, people, |person| person % 2 == 0)
}

/// Each of the files for so many people each, of whom these are mailed.
pub(crate) fn rows_mailing(files: usize, people: usize, mailed: impl Fn(usize) -> bool) -> Vec<Row> {
    let pairs = (0..files).flat_map(|file| (0..people).map(move |person| (file, person)));
    pairs.map(|(file, person)| row(file, &mail(person), mailed(person))).collect()
}

/// Gathers rows as a run.
pub(crate) async fn begin(client: &Client, journal: &Journal, rows: &[Row]) -> RunId {
    let options = PlanOptions::new(jiff::Timestamp::now()).recipients_per_request(10);
    let head = RunHead::new("test", &client.endpoint().to_string()).options(&options).unwrap();
    let run = journal.begin(&head).await.unwrap();
    journal.gather(run, rows).await.unwrap();
    run
}

/// The same, planned.
pub(crate) async fn planned(client: &Client, journal: &Journal, rows: &[Row]) -> Run {
    let run = begin(client, journal, rows).await;
    let run = Run::open(client, journal, run).await.unwrap();
    run.plan(&sharing_bulk::Stop::default(), &|_| {}).await.unwrap();
    run
}
