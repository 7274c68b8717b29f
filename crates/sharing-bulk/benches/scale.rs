//! What a list of a million rows costs: the time, and the memory of the process that plans and applies it, beside a
//! hundred thousand. `--quick` takes a tenth of both.
//!
//! The shape is that of a large rollout: 50 people on each item, so a million rows over 20,000 items. The service is the
//! mock in this process, without limits. The engine is a process of its own, which this program starts as itself: what the
//! kernel says of its memory is of the engine alone. Rows come from a file, and the journal is a file.

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
#[path = "../tests/it/world.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod world;

use std::{
    env,
    fs::{self, File},
    io::{BufReader, BufWriter},
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use serde_json::{Value, json};
use sharing_bulk::{
    AccessListReader, AccessListWriter, Format, Journal, Place, PlanOptions, ReportFormat, ReportWriter, Run,
    RunHead, RunOptions, Stop, Word,
};
use sharing_http::{Client, Endpoint, Limits};
use sharing_mock::MockServer;

use figures::Figures;

/// How many people each item is given to.
const PEOPLE: usize = 50;
/// How many rows are read before they are written down together.
const ROWS: usize = 1_600;
/// How much longer ten times the rows may take.
const MOST_TIMES: f64 = 10.5;

fn main() {
    let arguments: Vec<String> = env::args().collect();
    // `cargo test --benches` only tries whether the bench builds and starts.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if let Some(at) = arguments.iter().position(|argument| argument == "engine") {
        let [url, list, folder] = [1, 2, 3].map(|next| arguments[at + next].clone());
        println!("{}", runtime.block_on(engine(&url, Path::new(&list), Path::new(&folder))));
        return;
    }
    let sizes = if figures::is_quick() { [10_000, 100_000] } else { [100_000, 1_000_000] };
    let measured = sizes.map(|rows| {
        let measured = runtime.block_on(measure(rows));
        println!("{}", told(&measured));
        measured
    });
    let number = |size: usize, name: &str| measured[size][name].as_f64().unwrap();
    let times = number(1, "seconds") / number(0, "seconds");
    let computing = number(1, "engineSeconds") / number(0, "engineSeconds");
    let more = number(1, "peakMebibytes") - number(0, "peakMebibytes");
    let [tenth, all] = [0, 1].map(|size| number(size, "rows"));
    let what = |what: &str| format!("{all:.0} rows planned, applied and reported: {what}");
    let mut figures = Figures::of("scale");
    figures.add(
        what("time beside a tenth of them"),
        [1, 0].map(|size| format!("{:.1} s", number(size, "seconds"))),
        (times, "times as long"),
        ..=MOST_TIMES,
    );
    figures.add(
        what("the engine's own computing beside that for a tenth"),
        [1, 0].map(|size| format!("{:.1} s", number(size, "engineSeconds"))),
        (computing, "times as long"),
        ..,
    );
    figures.add(
        what("the engine's memory beside a tenth of them"),
        [1, 0].map(|size| format!("{:.1} MiB", number(size, "peakMebibytes"))),
        (number(1, "peakMebibytes"), "MiB"),
        ..=process::MOST_MEBIBYTES,
    );
    println!("{tenth:.0} and {all:.0} rows: {times:.2} times as long, {more:+.1} MiB");
    figures.write();
}

fn told(measured: &Value) -> String {
    let number = |name: &str| measured[name].as_f64().unwrap();
    let mut text = format!("{} rows over {} items\n", measured["rows"], measured["items"]);
    for part in ["gather", "plan", "apply", "report"] {
        text += &format!("  {part:<7} {:>8.1} s\n", number(&format!("{part}Seconds")));
    }
    let rate = number("rows") / number("seconds");
    text += &format!(
        "  in all  {:>8.1} s, {rate:.0} rows a second, of which the engine computed {:.1} s\n",
        number("seconds"),
        number("engineSeconds")
    );
    text + &format!(
        "  the engine's memory: {:.1} MiB at the most; its journal: {:.0} MiB",
        number("peakMebibytes"),
        number("journalMebibytes")
    )
}

/// Plans and applies so many rows in a process of its own.
async fn measure(rows: usize) -> Value {
    let items = rows / PEOPLE;
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("access.csv");
    let mut writer = AccessListWriter::new(BufWriter::new(File::create(&list).unwrap()), Format::Csv);
    for item in 0..items {
        for person in 0..PEOPLE {
            writer.write(&world::row(item, &world::mail(person), false)).unwrap();
        }
    }
    writer.finish().unwrap();
    let server =
        MockServer::builder().world(world::world(PEOPLE, items)).journal(1_000).start().await.unwrap();

    let mut engine = Command::new(env::current_exe().unwrap());
    engine.args(["--bench", "engine", server.url()]).arg(&list).arg(folder.path());
    let ended = tokio::task::spawn_blocking(move || engine.stderr(Stdio::inherit()).output().unwrap());
    let ended = ended.await.unwrap();
    assert!(ended.status.success(), "the engine failed");
    let measured: Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!((&measured["rows"], &measured["granted"]), (&json!(rows), &json!(rows)));
    measured
}

/// The engine: reads the list, plans, applies and reports it.
async fn engine(url: &str, list: &Path, folder: &Path) -> Value {
    let client = Client::builder().endpoint(Endpoint::new(url).unwrap()).token("any".into());
    let client = client.limits(Limits::none()).build().unwrap();
    let place = folder.join("runs.db");
    let journal = Journal::open(&Place::file(&place)).await.unwrap();
    let options = PlanOptions::new(jiff::Timestamp::now());
    let head = RunHead::new("access.csv", &client.endpoint().to_string()).options(&options).unwrap();

    let begun = Instant::now();
    let run = journal.begin(&head).await.unwrap();
    let mut rows = Vec::with_capacity(ROWS);
    for row in AccessListReader::new(BufReader::new(File::open(list).unwrap()), Format::Csv) {
        rows.push(row.unwrap());
        if rows.len() == ROWS {
            journal.gather(run, &rows).await.unwrap();
            rows.clear();
        }
    }
    journal.gather(run, &rows).await.unwrap();
    let gathered = begun.elapsed();

    let run = Run::open(&client, &journal, run).await.unwrap();
    let tally = run.plan(&Stop::default(), &|_| {}).await.unwrap().tally;
    let planned = begun.elapsed() - gathered;
    let end = run.go(&RunOptions::default(), &Stop::default(), &|_| {}).await.unwrap();
    let applied = begun.elapsed() - gathered - planned;

    let page = BufWriter::new(File::create(folder.join("run.html")).unwrap());
    let mut page = ReportWriter::new(page, ReportFormat::Html, "A run", "").unwrap();
    let mut after = 0;
    loop {
        let rows = journal.reported(run.id(), after, 500).await.unwrap();
        let Some(last) = rows.last() else { break };
        after = last.closed.number;
        for row in &rows {
            page.row(row).unwrap();
        }
    }
    assert_eq!(page.finish().unwrap().1.rows, tally.rows, "rows in are rows out");
    let all = begun.elapsed();

    let mebibytes = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    json!({
        "rows": tally.rows,
        "items": tally.items,
        "invitations": tally.invitations,
        "granted": end.summary.count(Word::Granted),
        "gatherSeconds": gathered.as_secs_f64(),
        "planSeconds": planned.as_secs_f64(),
        "applySeconds": applied.as_secs_f64(),
        "reportSeconds": (all - gathered - planned - applied).as_secs_f64(),
        "seconds": all.as_secs_f64(),
        "engineSeconds": process::computed().as_secs_f64(),
        "peakMebibytes": mebibytes(process::peak_memory()),
        "journalMebibytes": mebibytes(fs::metadata(&place).unwrap().len()),
    })
}
