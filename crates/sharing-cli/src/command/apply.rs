//! `sharing apply`: makes it so.

mod saved;

use std::{
    io,
    path::Path,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use clap::Args;
use jiff::{Timestamp, Zoned, civil::Time};
use sharing_bulk::{
    Change, Journal, MaxFailures, PlanOptions, Run, RunEnd, RunError, RunEvent, RunHead, RunId, RunOptions,
    RunState, StepRecord, Stop, StopReason, Word,
};
use sharing_http::Client;

use super::{
    list::{Faults, ListArguments},
    plan::{self, Diff, PlanningArguments},
};
use crate::{
    connection::ConnectionArguments,
    dry_run::DryRun,
    exit::Exit,
    failure::Failure,
    journal::JournalArguments,
    output::Output,
    progress::Progress,
    signal,
    voice::{self, say, tell},
    wrap::{width, wrap},
};

/// Give everybody on an access list what it says, and mail nobody twice, whatever happens on the way.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  Try it; nothing leaves this machine:
    sharing --sandbox apply examples/access-list.csv
  Stop at six in the morning, or when ten rows have failed:
    sharing apply access.csv --until 06:00 --max-failures 10
  Make a plan so that was looked at before, if nothing has changed since:
    sharing plan access.csv -o json > access.plan
    sharing apply access.plan

Each request is written down before it leaves, and its answer after. What is in doubt after a crash is settled by reading \
who has access.\n\nExit codes: 0 all done, 3 some rows failed, 5 stopped early or throttled, 6 something was granted that \
does not show, 7 refused by policy, 130 interrupted.")]
pub(crate) struct Apply {
    #[command(flatten)]
    list: ListArguments,

    #[command(flatten)]
    planning: PlanningArguments,

    /// Of a saved plan: plan anew where somebody has changed an item since, instead of stopping.
    #[arg(long)]
    replan: bool,

    #[command(flatten)]
    dry_run: DryRun,

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

    /// Do not look in the end whether the service shows what was granted.
    #[arg(long, help_heading = "Run", conflicts_with = "read_back")]
    no_verify: bool,

    /// Read every item again in the end, also where the service's answers showed all that was granted.
    #[arg(long, help_heading = "Run")]
    read_back: bool,

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
            .read_back(self.read_back)
            .settle_after(self.settle_after)
            .lease(self.lease)
    }
}

impl Apply {
    pub(crate) fn file(&self) -> &Path {
        &self.list.file
    }

    pub(crate) async fn run(
        self,
        connection: &ConnectionArguments,
        output: &Output,
    ) -> Result<Exit, Failure> {
        let file = &self.list.file;
        let saved = saved::open(file)?.map(|plan| plan.head().clone());
        let options = match &saved {
            Some(head) => {
                let now = head.options.now;
                if self.planning.options(now) != PlanOptions::new(now) {
                    let why =
                        "it keeps to what it was planned with: only a list can be planned in another way";
                    return Err(Failure::plan(file, vec![why.to_owned()]));
                }
                head.options.clone()
            }
            None => self.planning.options(Timestamp::now()),
        };
        if saved.is_none() && file.as_os_str() != "-" {
            // All faults at once, and nothing is begun while one stands.
            self.check(options.now)?;
        }
        let progress = Progress::new();
        let telling = progress.clone();
        let opened = connection.open_for_run(move |event| telling.client(event)).await?;
        let client = &opened.client;
        let service = client.endpoint().to_string();
        // The sandbox is new each time.
        if let Some(head) = saved.as_ref().filter(|head| head.service != service && !connection.is_sandbox())
        {
            let why = format!("it was made for {}, and this is {service}", head.service);
            return Err(Failure::plan(file, vec![why]));
        }
        let journal = if self.dry_run.is_asked() {
            Journal::temporary().await?
        } else {
            self.run.journal.open(connection.is_sandbox()).await?
        };
        let head = RunHead::new(&file.display().to_string(), &service).options(&options);
        let id = journal.begin(&head.map_err(|error| Failure::Io(error.into()))?).await?;
        match &saved {
            Some(_) => saved::gather(file, &journal, id).await?,
            None => plan::gather(&self.list, options.now, options.prune, &journal, id).await?,
        }
        let stop = Stop::default();
        if !self.dry_run.is_asked() {
            signal::run(&stop, last_words(&self.run.journal, &journal, id));
        }
        let run = Run::open(client, &journal, id).await?;
        let diff = Mutex::new(Diff::to(&io::stderr(), false));
        let planned = run.plan(&stop, &|event| tell_plan(event, &progress, &diff)).await?;
        progress.finish();
        if saved.is_some() && planned.is_whole {
            self.compare(&journal, id).await?;
        }
        if self.dry_run.is_asked() {
            show(self.dry_run, client, &journal, id, None, |_| true).await?;
            return Ok(Exit::Done);
        }
        let diff = diff.into_inner().unwrap_or_else(PoisonError::into_inner);
        tell!("{}\nrun {id}", diff.summary(&connection.foretold()));
        go(&run, &self.run, &stop, output).await
    }

    /// Reads the whole list, and says everything that is wrong with it.
    fn check(&self, now: Timestamp) -> Result<(), Failure> {
        let mut faults = Faults::default();
        for row in self.list.open(now)? {
            faults.sort(row);
        }
        faults.none(&self.list.file)
    }

    /// Fails where the items are not what they were when the plan was saved, unless it may be planned anew.
    async fn compare(&self, journal: &Journal, run: RunId) -> Result<(), Failure> {
        let (count, items) = saved::moved(&self.list.file, journal, run).await?;
        if count == 0 {
            return Ok(());
        }
        if self.replan {
            tell!("{count} of its items have changed since, and were planned anew");
            return Ok(());
        }
        journal.advance(run, RunState::Ended).await?;
        let more = count - items.len();
        Err(Failure::Moved { path: self.list.file.clone(), items, more })
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
        let next = arguments.journal.next(run.journal(), &format!("sharing runs resume {}", run.id()));
        say!("stopped while planning; nothing was sent\nnext: {next}");
        return Ok(Exit::Interrupted);
    };
    super::runs::print(&end.summary, output)?;
    let is_all = account(run.journal(), run.id()).await?;
    if end.reason.is_some() {
        tell_stopped(run, arguments, &end);
    } else if end.summary.words.iter().any(|(word, _)| !word.is_good()) {
        let report = format!("sharing runs report {}", run.id());
        tell!("next: {}", arguments.journal.next(run.journal(), &report));
    }
    Ok(match exit(&end) {
        Exit::Done if !is_all => Exit::Partial,
        exit => exit,
    })
}

/// Tells how much of what is in no row was taken away, and of each permission that was not, why. Whether all was.
pub(crate) async fn account(journal: &Journal, id: RunId) -> Result<bool, Failure> {
    let (mut done, mut all, mut after) = (0, 0, 0);
    loop {
        let records = journal.steps_after(id, after, None, 1000).await.map_err(RunError::from)?;
        let Some(last) = records.last() else { break };
        after = last.number;
        for record in records.iter().filter(|record| record.step.rows.is_empty()) {
            all += 1;
            match &*record.state {
                "done" => done += 1,
                state @ ("refused" | "unsettled") => {
                    let why = record.outcome.as_ref().and_then(|outcome| outcome.why.as_deref());
                    let why = why.unwrap_or("nobody can tell what came of it");
                    let whose = match &record.step.change {
                        Change::Revoke { grantee, .. } | Change::TakeOffLink { grantee, .. } => grantee,
                        _ => "",
                    };
                    say!("{state}: {} {whose}: {why}", record.step.item);
                }
                _ => {}
            }
        }
    }
    if all > 0 {
        tell!("run {id}: {done} of {all} taken away");
    }
    Ok(done == all)
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
pub(crate) fn tell_stopped(run: &Run, arguments: &RunArguments, end: &RunEnd) {
    if let Some(reason) = &end.reason {
        let id = run.id();
        let next = arguments.journal.next(run.journal(), &format!("sharing runs resume {id}"));
        say!("run {id} stopped: {reason}\nnext: {next}");
    }
}

/// What a person is told where a run ends at once.
pub(crate) fn last_words(arguments: &JournalArguments, journal: &Journal, run: RunId) -> String {
    let next = arguments.next(journal, &format!("sharing runs resume {run}"));
    format!("stopped at once: what was under way may be done\nnext: {next}")
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

/// Shows an item's plan as `sharing plan` does, beside the progress. What is asked for is on standard output alone.
fn tell_plan(event: &RunEvent, progress: &Progress, diff: &Mutex<Diff>) {
    progress.run(event);
    if let RunEvent::Planned { plan } = event {
        let text = diff.lock().unwrap_or_else(PoisonError::into_inner).item(plan);
        if !voice::is_quiet() {
            progress.above(|| eprint!("{}", wrap(&text, width(io::stderr()))));
        }
    }
}

/// Prints each request of a run that would be sent: of its steps in this state, if one is said, and of these alone.
pub(crate) async fn show(
    dry_run: DryRun,
    client: &Client,
    journal: &Journal,
    run: RunId,
    state: Option<&str>,
    is_meant: impl Fn(&StepRecord) -> bool,
) -> Result<(), Failure> {
    let mut after = 0;
    loop {
        let steps = journal.steps_after(run, after, state, 100).await.map_err(RunError::from)?;
        let Some(last) = steps.last() else { return Ok(()) };
        after = last.number;
        for record in steps.iter().filter(|record| is_meant(record)) {
            dry_run.print(&record.step.action(), client.endpoint())?;
        }
    }
}
