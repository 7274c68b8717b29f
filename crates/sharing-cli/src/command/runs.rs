//! `sharing runs`: what runs there are, and what became of them.

mod report;

use clap::Subcommand;
use sharing_bulk::{
    Change, Journal, ReportedRow, Run, RunError, RunId, RunState, RunSummary, StepRecord, Stop, Word,
};

use super::apply::{RunArguments, go, last_words, show as show_requests};
use crate::{
    connection::ConnectionArguments,
    dry_run::DryRun,
    exit::Exit,
    failure::Failure,
    journal::JournalArguments,
    output::Output,
    progress::Progress,
    signal,
    voice::{say, tell},
};

/// See runs, go on with them, try again what failed, and undo them.
#[derive(Debug, Subcommand)]
pub(crate) enum Runs {
    /// The runs of a journal, the newest first.
    #[command(after_help = "Example:\n  sharing runs list")]
    List {
        #[command(flatten)]
        journal: JournalArguments,
    },
    /// What became of a run, in numbers.
    #[command(after_help = "Example:\n  sharing runs show 7")]
    Show {
        /// The run.
        run: RunId,
        #[command(flatten)]
        journal: JournalArguments,
    },
    /// Go on with a run that stopped, or help with one that other machines are at.
    #[command(after_help = "Example:\n  sharing runs resume 7")]
    Resume {
        /// The run.
        run: RunId,
        #[command(flatten)]
        dry_run: DryRun,
        #[command(flatten)]
        arguments: RunArguments,
    },
    /// Try rows again that failed. Those in doubt only where you say so: they may have been mailed.
    #[command(after_help = "Example:\n  sharing runs retry 7 --only unresolved")]
    Retry {
        /// The run.
        run: RunId,
        /// Only rows with this word; can be said again.
        #[arg(long, value_enum, value_name = "WORD")]
        only: Vec<Failed>,
        /// Also rows in doubt: whoever was mailed, and is not listed yet, is mailed again.
        #[arg(long)]
        in_doubt: bool,
        #[command(flatten)]
        dry_run: DryRun,
        #[command(flatten)]
        arguments: RunArguments,
    },
    /// Take back what a run granted, and set back the roles that it changed. What was there before stays.
    #[command(
        after_help = "Example:\n  sharing runs undo 7         what would be done\n  sharing runs undo 7 --yes   do it"
    )]
    Undo {
        /// The run.
        run: RunId,
        /// Do it. Without this, it is only shown.
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        dry_run: DryRun,
        #[command(flatten)]
        arguments: RunArguments,
    },
    /// Every row of a run, and what became of it.
    #[command(after_help = "Example:\n  sharing runs report 7 -o html > run-7.html")]
    Report {
        /// The run.
        run: RunId,
        #[command(flatten)]
        journal: JournalArguments,
    },
}

/// The words of rows that can be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Failed {
    Unresolved,
    PolicyBlocked,
    Refused,
}

impl From<Failed> for Word {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Unresolved => Self::Unresolved,
            Failed::PolicyBlocked => Self::PolicyBlocked,
            Failed::Refused => Self::Refused,
        }
    }
}

impl Runs {
    pub(crate) async fn run(
        self,
        connection: &ConnectionArguments,
        output: &Output,
    ) -> Result<Exit, Failure> {
        let is_sandbox = connection.is_sandbox();
        match self {
            Self::List { journal } => {
                let runs = journal.open(is_sandbox).await?.runs().await.map_err(RunError::from)?;
                output.print(&runs, &["RUN", "MADE", "STATE", "ROWS", "FROM", "SERVICE"], |runs| {
                    runs.iter().map(line).collect()
                })?;
                Ok(Exit::Done)
            }
            Self::Show { run, journal } => {
                let opened = journal.open(is_sandbox).await?;
                let summary = opened.summary(run).await.map_err(RunError::from)?;
                if let Some(why) = &summary.stopped {
                    let next = journal.next(&opened, &format!("sharing runs resume {run}"));
                    say!("run {run} stopped: {why}\nnext: {next}");
                }
                print(&summary, output)?;
                Ok(Exit::Done)
            }
            Self::Report { run, journal } => {
                report::report(&journal.open(is_sandbox).await?, run, output).await
            }
            Self::Resume { run, dry_run, arguments } => {
                let journal = arguments.journal.open(is_sandbox).await?;
                if dry_run.is_asked() {
                    let open = connection.open().await?;
                    show_requests(dry_run, &open.client, &journal, run, Some("waiting"), |_| true).await?;
                    return Ok(Exit::Done);
                }
                resume(connection, &journal, run, &arguments, output).await
            }
            Self::Retry { run, only, in_doubt, dry_run, arguments } => {
                let journal = arguments.journal.open(is_sandbox).await?;
                let mut words: Vec<Word> = only.into_iter().map(Word::from).collect();
                if words.is_empty() && !in_doubt {
                    words = vec![Word::Unresolved, Word::PolicyBlocked, Word::Refused];
                }
                if in_doubt {
                    words.push(Word::InDoubt);
                }
                if dry_run.is_asked() {
                    let open = connection.open().await?;
                    for state in ["refused", "unsettled"] {
                        let is_meant = |record: &StepRecord| {
                            record
                                .outcome
                                .as_ref()
                                .and_then(|outcome| outcome.word)
                                .is_some_and(|word| words.contains(&word))
                        };
                        show_requests(dry_run, &open.client, &journal, run, Some(state), is_meant).await?;
                    }
                    return Ok(Exit::Done);
                }
                let again = journal.reopen(run, &words).await.map_err(RunError::from)?;
                tell!("run {run}: {again} requests are tried again");
                resume(connection, &journal, run, &arguments, output).await
            }
            Self::Undo { run, yes, dry_run, arguments } => {
                let journal = arguments.journal.open(is_sandbox).await?;
                let open = connection.open_for_run(|_| {}).await?;
                let stop = Stop::default();
                let done = Run::open(&open.client, &journal, run).await?;
                let undoing = done.plan_undo(&stop).await?;
                if dry_run.is_asked() {
                    journal.advance(undoing, RunState::Ended).await.map_err(RunError::from)?;
                    show_requests(dry_run, &open.client, &journal, undoing, None, |_| true).await?;
                    return Ok(Exit::Done);
                }
                if !yes {
                    let steps = show(&journal, undoing, output).await?;
                    tell_left(&journal, undoing).await?;
                    journal.advance(undoing, RunState::Ended).await.map_err(RunError::from)?;
                    let next = arguments.journal.next(&journal, &format!("sharing runs undo {run} --yes"));
                    tell!("{steps} changes; nothing was sent\nnext: {next}");
                    return Ok(Exit::Done);
                }
                signal::run(&stop, last_words(&arguments.journal, &journal, undoing));
                let undoing = Run::open(&open.client, &journal, undoing).await?;
                go(&undoing, &arguments, &stop, output).await
            }
        }
    }
}

async fn resume(
    connection: &ConnectionArguments,
    journal: &Journal,
    run: RunId,
    arguments: &RunArguments,
    output: &Output,
) -> Result<Exit, Failure> {
    let progress = Progress::new();
    let open = connection.open_for_run(move |event| progress.client(event)).await?;
    let stop = Stop::default();
    signal::run(&stop, last_words(&arguments.journal, journal, run));
    let run = Run::open(&open.client, journal, run).await?;
    go(&run, arguments, &stop, output).await
}

fn line(run: &RunSummary) -> Vec<String> {
    vec![
        run.run.to_string(),
        run.made_at.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
        run.state.to_string(),
        run.rows.to_string(),
        run.source.clone(),
        run.service.clone(),
    ]
}

/// What became of a run, in numbers.
pub(crate) fn print(summary: &RunSummary, output: &Output) -> Result<(), Failure> {
    output.note("run", summary);
    output.print(summary, &["ROWS", "WHAT BECAME OF THEM"], |summary| {
        let told: u64 = summary.words.iter().map(|(_, count)| count).sum();
        let left = summary.rows - told;
        let words = summary.words.iter().map(|(word, count)| vec![count.to_string(), word.to_string()]);
        words.chain((left > 0).then(|| vec![left.to_string(), Word::NotTried.to_string()])).collect()
    })?;
    Ok(())
}

/// Tells of each row that cannot be undone, and why.
async fn tell_left(journal: &Journal, run: RunId) -> Result<(), Failure> {
    let mut after = 0;
    loop {
        let rows = journal.reported(run, after, 500).await.map_err(RunError::from)?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.closed.number;
        for ReportedRow { row, closed, .. } in rows.iter().filter(|row| row.closed.word == Word::Refused) {
            let (why, next) = (closed.why.as_deref().unwrap_or_default(), closed.next.as_deref());
            say!("{}: {}: {why}; {}", row.item, row.whom(), next.unwrap_or("look at the item"));
        }
    }
}

/// Shows the changes of a run that is planned. How many there are.
async fn show(journal: &Journal, run: RunId, output: &Output) -> Result<usize, Failure> {
    let mut all: Vec<StepRecord> = Vec::new();
    loop {
        let after = all.last().map_or(0, |last| last.number);
        let steps = journal.steps_after(run, after, None, 500).await.map_err(RunError::from)?;
        if steps.is_empty() {
            break;
        }
        all.extend(steps);
    }
    let steps: Vec<_> = all.iter().map(|record| &record.step).collect();
    output.print(&steps, &["ITEM", "CHANGE"], |steps| {
        steps.iter().map(|step| vec![step.item.to_string(), change(&step.change)]).collect()
    })?;
    Ok(all.len())
}

fn change(change: &Change) -> String {
    match change {
        Change::Revoke { grantee, role: Some(role), .. } => format!("take {role} from {grantee}"),
        Change::Revoke { grantee, .. } => format!("take access from {grantee}"),
        Change::SetRole { grantee, role, .. } => format!("make {grantee} {role} again"),
        Change::SetExpiry { grantee, expires, .. } => format!("let it end for {grantee} at {expires} again"),
        Change::Invite { request } => {
            let who = request.recipients.iter().flatten().filter_map(|recipient| recipient.name());
            format!("give access back to {}", who.collect::<Vec<_>>().join(", "))
        }
        other => format!("{other:?}"),
    }
}
