//! What an audit of a tree of 100,000 items costs: time, requests, and the memory of the process that audits, beside one of
//! 10,000. `--quick` takes a tenth of both.
//!
//! Folders of a hundred files are all over the drive, and every tenth file is shared with three people. The drive's root is
//! audited by its changes, and a folder of it, which has no changes of its own, folder by folder. The service is the mock
//! in this process, without limits; the engine is a process of its own, which this program starts as itself.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a program for developers"
)]

#[path = "../../../xtask/bench/figures.rs"]
mod figures;
#[path = "measure/process.rs"]
mod process;

use std::{
    env,
    fs::File,
    io::BufWriter,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use futures_util::TryStreamExt;
use serde_json::{Value, json};
use sharing_bulk::{Audit, AuditRow, ReportFormat, ReportWriter};
use sharing_http::{Client, Endpoint, Event, Limits};
use sharing_mock::{MockServer, World};

use figures::Figures;

/// How many files a folder has.
const FILES: usize = 100;
/// The folder that all others are in.
const TOP: &str = "All";

fn main() {
    let arguments: Vec<String> = env::args().collect();
    // `cargo test --benches` only tries whether the bench builds and starts.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if let Some(at) = arguments.iter().position(|argument| argument == "engine") {
        println!("{}", runtime.block_on(engine(&arguments[at + 1], &arguments[at + 2])));
        return;
    }
    let sizes = if figures::is_quick() { [1_000, 10_000] } else { [10_000, 100_000] };
    let mut measured = Vec::new();
    for items in sizes {
        let server =
            runtime.block_on(MockServer::builder().world(world(items)).journal(1_000).start()).unwrap();
        for (how, item) in
            [("by changes", "/drive/root".to_owned()), ("by folders", format!("/drive/root:/{TOP}"))]
        {
            let engine = Command::new(env::current_exe().unwrap())
                .args(["--bench", "engine", server.url(), &item])
                .stderr(Stdio::inherit())
                .output()
                .unwrap();
            assert!(engine.status.success(), "the engine failed");
            let mut figures: Value = serde_json::from_slice(&engine.stdout).unwrap();
            figures["how"] = how.into();
            println!("{}", told(&figures));
            measured.push(figures);
        }
        let _inside = runtime.enter();
        drop(server);
    }
    let mut figures = Figures::of("audit");
    let (tenth, all) = measured.split_at(measured.len() / 2);
    for (all, tenth) in all.iter().zip(tenth) {
        let number = |of: &Value, name: &str| of[name].as_f64().unwrap();
        let what = |what: &str| {
            format!("an audit of {} items {}: {what}", all["items"], all["how"].as_str().unwrap())
        };
        figures.add(
            what("requests beside one read of each item"),
            [all["requests"].to_string(), all["items"].to_string()],
            (number(all, "requests") / number(all, "items"), "of them"),
            ..,
        );
        figures.add(
            what("time beside a tenth of them"),
            [all, tenth].map(|of| format!("{:.1} s", number(of, "seconds"))),
            (number(all, "seconds") / number(tenth, "seconds"), "times as long"),
            ..,
        );
        figures.add(
            what("the engine's memory beside a tenth of them"),
            [all, tenth].map(|of| format!("{:.1} MiB", number(of, "peakMebibytes"))),
            (number(all, "peakMebibytes"), "MiB"),
            ..=process::MOST_MEBIBYTES,
        );
    }
    figures.write();
}

fn told(measured: &Value) -> String {
    let number = |name: &str| measured[name].as_f64().unwrap();
    format!(
        "{} items {}: {} rows in {:.1} s, {} requests, the engine's memory {:.1} MiB at the most",
        measured["items"],
        measured["how"].as_str().unwrap(),
        measured["rows"],
        number("seconds"),
        measured["requests"],
        number("peakMebibytes")
    )
}

/// The engine: audits an item and all below it, and writes the rows as a list.
async fn engine(url: &str, item: &str) -> Value {
    let requests = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&requests);
    let client = Client::builder()
        .endpoint(Endpoint::new(url).unwrap())
        .token("any".into())
        .limits(Limits::none())
        .on_event(move |event| {
            if let Event::Ended { .. } = event {
                count.fetch_add(1, Ordering::Relaxed);
            }
        })
        .build()
        .unwrap();
    let begun = Instant::now();
    let audit = Audit::new(&client, item.parse().unwrap()).recursive(true);
    let progress = audit.progress();
    let mut rows = audit.rows();
    let list = BufWriter::new(File::create("/dev/null").unwrap());
    let mut list: ReportWriter<_, AuditRow> = ReportWriter::new(list, ReportFormat::Csv, "", "").unwrap();
    while let Some(row) = rows.try_next().await.unwrap() {
        list.row(&row).unwrap();
    }
    let rows = list.finish().unwrap().1.rows;
    assert_eq!(progress.unread(), 0);
    json!({
        "items": progress.items(),
        "rows": rows,
        "requests": requests.load(Ordering::Relaxed),
        "seconds": begun.elapsed().as_secs_f64(),
        "engineSeconds": process::computed().as_secs_f64(),
        "peakMebibytes": process::peak_memory() as f64 / f64::from(1 << 20),
    })
}

/// A drive with so many files.
fn world(items: usize) -> World {
    let mail = |person: usize| format!("person{person}@contoso.com");
    let users: Vec<Value> =
        (0..4).map(|n| json!({ "displayName": format!("Person {n}"), "mail": mail(n) })).collect();
    let shared: Vec<Value> =
        (0..4).map(|n| json!({ "to": mail(n), "roles": [if n == 0 { "owner" } else { "read" }] })).collect();
    let file = |n: usize| match n % 10 {
        0 => json!({ "name": format!("File {n}.docx"), "size": 1, "permissions": shared }),
        _ => json!({ "name": format!("File {n}.docx"), "size": 1 }),
    };
    let folder = |n: usize| json!({ "name": format!("Folder {n}"), "children": (0..FILES).map(file).collect::<Vec<_>>() });
    let site = "https://contoso-my.sharepoint.com/personal/person0_contoso_com";
    let world = json!({
        "tenant": { "name": "Contoso", "domain": "contoso.com" },
        "me": mail(0),
        "users": users,
        "sites": [{ "url": site, "of": mail(0) }],
        "drives": [{
            "type": "business", "name": "Documents", "owner": mail(0), "site": site,
            "items": [{ "name": TOP, "children": (0..items / FILES).map(folder).collect::<Vec<_>>() }],
        }],
    });
    world.to_string().parse().unwrap_or_else(|error| panic!("the world of the bench: {error}"))
}
