//! `sharing apply`: makes it so.

use std::{
    fs::File,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;
use jiff::{Timestamp, Zoned, civil::Time};
use sharing_bulk::{
    AccessListReader, Format, Journal, MaxFailures, PlanOptions, Prune, Run, RunEnd, RunError, RunHead,
    RunId, RunOptions, Stop, StopReason, Tally, Word,
};
use sharing_http::Client;
use sharing_model::Circumstances;

use super::list::SHOWN;
use crate::{
    connection::ConnectionArguments,
    exit::Exit,
    failure::Failure,
    journal::JournalArguments,
    output::{self, Output},
    progress::Progress,
    signal,
};

/// How many rows go to the journal in one go.
const ROWS: usize = 1_600;

/// Give everybody on an access list what it says, and mail nobody twice, whatever happens on the way.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  Try it; nothing leaves this machine:
    sharing --sandbox apply examples/access-list.csv
  Stop at six in the morning, or when ten rows have failed; go on with `sharing runs resume`:
    sharing apply access.csv --until 06:00 --max-failures 10

Each request is written down before it leaves, and its answer after. What is in doubt after a crash is settled by reading\n\
who has access. Exit codes: 0 all done, 3 some rows failed, 5 stopped early or throttled, 6 something was granted that\n\
does not show, 7 refused by policy, 130 interrupted.")]
pub(crate) struct Apply {
    /// The access list: CSV, NDJSON or JSON by its name.
    file: PathBuf,

    /// Take access away from people whom no row names. Never from owners, nor what is inherited.
    #[arg(long)]
    prune: bool,

    /// How many people go in one request.
    #[arg(long, value_name = "N", default_value_t = 50)]
    recipients_per_request: usize,

    /// A domain of the tenant's own, besides those that the items show; can be said again.
    #[arg(long, value_name = "DOMAIN")]
    domain: Vec<String>,

    /// Print each request that would be sent, without its secrets, and send none.
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    run: RunArguments,
}

/// How a run runs: what `apply` and `runs resume` have in common.
#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    #[command(flatten)]
    pub(crate) journal: JournalArguments,

    /// Stop when more rows than this have failed: a number, or a share such as 5%.
    #[arg(long, value_name = "N|P%", help_heading = "Run")]
    max_failures: Option<MaxFailures>,

    /// Stop at this time: as in 06:00, the next time that it is so here, or as in 2027-01-31T06:00:00Z.
    #[arg(long, value_name = "TIME", value_parser = until, help_heading = "Run")]
    until: Option<Timestamp>,

    /// Do not read the items again in the end.
    #[arg(long, help_heading = "Run")]
    no_verify: bool,

    /// How long a request whose answer got lost may still be at work in the service: so long, nothing is asked again.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "30", help_heading = "Run")]
    settle_after: Duration,

    /// With a shared journal: how long a worker may be silent before others take over its work.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "60", help_heading = "Run")]
    lease: Duration,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "a number of seconds such as 30".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|_| "a number of seconds such as 30".to_owned())
}

fn until(text: &str) -> Result<Timestamp, String> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    let wrong = || "a time of day such as 06:00, or a moment such as 2027-01-31T06:00:00Z".to_owned();
    let time: Time = text.parse().map_err(|_| wrong())?;
    let now = Zoned::now();
    let today = now.with().time(time).build().map_err(|_| wrong())?;
    let next = if today > now { today } else { today.tomorrow().map_err(|_| wrong())? };
    Ok(next.timestamp())
}

impl RunArguments {
    fn options(&self) -> RunOptions {
        RunOptions::default()
            .max_failures(self.max_failures)
            .until(self.until)
            .verify(!self.no_verify)
            .settle_after(self.settle_after)
            .lease(self.lease)
    }
}

impl Apply {
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    pub(crate) async fn run(
        self,
        connection: &ConnectionArguments,
        output: &Output,
    ) -> Result<Exit, Failure> {
        let now = Timestamp::now();
        // All faults at once, and nothing is begun while one stands.
        check(&self.file, now)?;
        let progress = Progress::new();
        let telling = progress.clone();
        let connection_open = connection.open_for_run(move |event| telling.client(event)).await?;
        let client = &connection_open.client;
        let journal = if self.dry_run {
            Journal::temporary().await.map_err(RunError::from)?
        } else {
            self.run.journal.open(connection.is_sandbox()).await?
        };
        let mut options = PlanOptions::new(now).recipients_per_request(self.recipients_per_request);
        if self.prune {
            options = options.prune(Prune::People);
        }
        for domain in &self.domain {
            options = options.domain(domain);
        }
        let id = gather(&journal, client, &self.file, &options).await?;
        let stop = Stop::default();
        signal::listen(&stop)?;
        let run = Run::open(client, &journal, id).await?;
        let planned = run.plan(&stop, &|event| progress.run(event)).await?;
        if self.dry_run {
            progress.finish();
            return show(client, &journal, id).await;
        }
        progress.finish();
        eprintln!("run {id}: {}", amount(&planned.tally));
        go(&run, &self.run, &stop, output).await
    }
}

/// Takes a run to its end, and says what became of it.
pub(crate) async fn go(
    run: &Run,
    arguments: &RunArguments,
    stop: &Stop,
    output: &Output,
) -> Result<Exit, Failure> {
    let Some(end) = end(run, arguments, stop).await? else {
        eprintln!("stopped while planning; nothing was sent\nnext: sharing runs resume {}", run.id());
        return Ok(Exit::Interrupted);
    };
    super::runs::print(&end.summary, output)?;
    if end.reason.is_some() {
        tell_stopped(run.id(), &end);
    } else if end.summary.words.iter().any(|(word, _)| !word.is_good()) {
        eprintln!("next: sharing runs report {}", run.id());
    }
    Ok(exit(&end))
}

/// Takes a run to its end; none where it was stopped while it was planned.
pub(crate) async fn end(run: &Run, arguments: &RunArguments, stop: &Stop) -> Result<Option<RunEnd>, Failure> {
    let progress = Progress::new();
    let planned = run.plan(stop, &|event| progress.run(event)).await?;
    if !planned.is_whole {
        progress.finish();
        return Ok(None);
    }
    let end = run.go(&arguments.options(), stop, &|event| progress.run(event)).await;
    progress.finish();
    Ok(Some(end?))
}

/// Tells why a run stopped, where it did.
pub(crate) fn tell_stopped(run: RunId, end: &RunEnd) {
    if let Some(reason) = &end.reason {
        eprintln!("run {run} stopped: {reason}\nnext: sharing runs resume {run}");
    }
}

/// What the shell is told.
pub(crate) fn exit(end: &RunEnd) -> Exit {
    match &end.reason {
        Some(StopReason::Interrupted) => return Exit::Interrupted,
        Some(StopReason::Deadline | StopReason::Unavailable { .. }) => return Exit::Throttled,
        Some(StopReason::Systemic { sign_in: true, .. }) => return Exit::SignIn,
        Some(StopReason::Systemic { .. }) => return Exit::Policy,
        Some(_) => return Exit::Partial,
        None => {}
    }
    let count = |word| end.summary.count(word);
    let bad = [
        Word::Unresolved,
        Word::PolicyBlocked,
        Word::InDoubt,
        Word::Refused,
        Word::NotTried,
        Word::GrantedNotNotified,
    ];
    let failed: u64 = bad.into_iter().map(count).sum();
    match (count(Word::MissingAfter200), failed) {
        (0, 0) => Exit::Done,
        (1.., _) => Exit::Mismatch,
        (0, failed) if failed == count(Word::PolicyBlocked) && failed == end.summary.rows => Exit::Policy,
        (0, _) => Exit::Partial,
    }
}

/// Reads the whole list, and says everything that is wrong with it.
fn check(path: &Path, now: Timestamp) -> Result<(), Failure> {
    let (mut faults, mut more) = (Vec::new(), 0);
    for row in list(path, now)? {
        match row {
            Ok(_) => {}
            Err(fault) if faults.len() < SHOWN => faults.push(fault),
            Err(_) => more += 1,
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Failure::AccessList { path: path.to_owned(), faults, more }) }
}

fn list(path: &Path, now: Timestamp) -> Result<AccessListReader<File>, Failure> {
    let file = File::open(path).map_err(|error| Failure::File { path: path.to_owned(), error })?;
    let format = Format::of(path).unwrap_or_default();
    Ok(AccessListReader::new(file, format).under(Circumstances::default().now(now)))
}

/// Puts the list into the journal, as a run of its own.
async fn gather(
    journal: &Journal,
    client: &Client,
    path: &Path,
    options: &PlanOptions,
) -> Result<RunId, Failure> {
    let journal_failed = |error| Failure::Run(RunError::Journal(error));
    let head = RunHead::new(&path.display().to_string(), &client.endpoint().to_string()).options(options);
    let head = head.map_err(|error| Failure::Io(error.into()))?;
    let run = journal.begin(&head).await.map_err(journal_failed)?;
    let mut rows = Vec::with_capacity(ROWS);
    for row in list(path, options.now)? {
        // Somebody changed the file since it was checked.
        let row =
            row.map_err(|fault| Failure::AccessList { path: path.to_owned(), faults: vec![fault], more: 0 })?;
        rows.push(row);
        if rows.len() == ROWS {
            journal.gather(run, &rows).await.map_err(journal_failed)?;
            rows.clear();
        }
    }
    journal.gather(run, &rows).await.map_err(journal_failed)?;
    Ok(run)
}

/// Prints each request that would be sent.
async fn show(client: &Client, journal: &Journal, run: RunId) -> Result<Exit, Failure> {
    let mut after = 0;
    loop {
        let steps = journal.steps_after(run, after, None, 100).await.map_err(RunError::from)?;
        let Some(last) = steps.last() else { return Ok(Exit::Done) };
        after = last.number;
        for record in &steps {
            output::write(&client.render(&record.step.action()).to_string())?;
        }
    }
}

fn amount(tally: &Tally) -> String {
    let counts = [
        (tally.rows, "rows"),
        (tally.items, "items"),
        (tally.nothing, "with nothing to do"),
        (tally.refused, "refused"),
        (tally.steps(), "requests"),
        (tally.mails, "mails"),
    ];
    let told = counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
    told.collect::<Vec<_>>().join(", ")
}
