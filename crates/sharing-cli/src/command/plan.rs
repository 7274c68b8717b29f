//! `sharing plan`: what an access list would change, before anything is changed.

mod diff;

use std::io::{self, Write};

use clap::Args;
use futures_util::{TryStreamExt, stream::BoxStream};
use jiff::Timestamp;
use sharing_bulk::{
    Entry, Forecast, ItemPlan, Journal, PlanHead, PlanOptions, Prune, Row, RunError, RunHead, RunId,
    SavedPlanWriter, Tally, merge_spellings, plans,
};
use sharing_model::ItemAddress;

pub(crate) use self::diff::Diff;
use super::list::{Faults, ListArguments};
use crate::{
    connection::ConnectionArguments,
    exit::Exit,
    failure::Failure,
    journal::JournalArguments,
    limits::LimitsArgument,
    output::{Format, Output, Sink, Stdout},
    voice::tell,
    wrap::{width, wrap},
};

/// How many rows are written to the journal at once.
const ROWS: usize = 500;

/// Show what an access list would change, what that costs, and how long it takes. Nothing is changed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  See what the sample list would change; nothing leaves this machine:
    sharing --sandbox plan examples/access-list.csv
  Keep the plan, look at it, and make it so later:
    sharing plan access.csv -o json > access.plan
    sharing apply access.plan

  + gets access    ~ gets another role or another end    - loses access
  = has it         ! worth a look                        x refused

Of a list, only what is said is changed: whoever is in no row of an item keeps what they have, unless --prune. \
A row with a lesser role than the recipient has on the item itself lowers it, and the plan says so.
A saved plan (-o json) is NDJSON: a head, a line for each item, and an end with what it amounts to.

Exit codes: 3 rows are refused; with --exit-code, 10 there is something to do, 0 there is nothing.")]
pub(crate) struct Plan {
    #[command(flatten)]
    list: ListArguments,

    #[command(flatten)]
    planning: PlanningArguments,

    /// Show also the rows for which there is nothing to do.
    #[arg(long)]
    all: bool,

    /// Tell by the exit code whether there is something to do.
    #[arg(long)]
    exit_code: bool,

    #[command(flatten)]
    journal: JournalArguments,
}

/// How to plan.
#[derive(Debug, Args)]
pub(crate) struct PlanningArguments {
    /// Take access away from people who are in no row of an item: never from owners, nor what is inherited, nor links.
    #[arg(long)]
    prune: bool,

    /// With --prune, also from the directory's groups.
    #[arg(long, requires = "prune")]
    prune_groups: bool,

    /// How many recipients go in one request.
    #[arg(long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=500))]
    recipients_per_request: u16,

    /// A domain whose people are not external, beside those of who has access as a member. May be given again.
    #[arg(long, value_name = "DOMAIN")]
    domain: Vec<String>,
}

impl PlanningArguments {
    pub(crate) fn options(&self, now: Timestamp) -> PlanOptions {
        let prune = match (self.prune, self.prune_groups) {
            (false, _) => Prune::Nobody,
            (true, false) => Prune::People,
            (true, true) => Prune::PeopleAndGroups,
        };
        let options =
            PlanOptions::new(now).prune(prune).recipients_per_request(self.recipients_per_request.into());
        self.domain.iter().fold(options, |options, domain| options.domain(domain))
    }
}

impl Plan {
    pub(crate) async fn run(
        self,
        connection: &ConnectionArguments,
        output: &Output,
    ) -> Result<Exit, Failure> {
        let now = Timestamp::now();
        let journal = Journal::temporary().await?;
        let source = self.list.file.display().to_string();
        let run = journal.begin(&RunHead::new(&source, "")).await?;
        let options = self.planning.options(now);
        gather(&self.list, now, options.prune, &journal, run).await?;

        let past = self.journal.open_past(connection.is_sandbox()).await?;
        let limits = connection.foretold();
        let connection = connection.open().await?;
        merge_spellings(&connection.client, &journal, run).await?;
        let head = PlanHead::new(&source, connection.client.endpoint().to_string(), options);
        let client = &connection.client;
        let plans = plans(client, &journal, run, &head.options, past.as_ref());
        let tally = match output.format() {
            Format::Json | Format::Ndjson | Format::Yaml => {
                let mut sink = output.sink();
                let tally = save(plans, &head, &limits, &mut sink).await?;
                output.close(sink)?;
                tally
            }
            Format::Table => self.show(plans, &limits).await?,
            Format::Csv | Format::Html => return Err(Failure::PlanFormat),
        };
        Ok(match tally {
            Tally { refused: 1.., .. } => Exit::Partial,
            tally if self.exit_code && tally.steps() > 0 => Exit::Changes,
            _ => Exit::Done,
        })
    }

    /// Prints the plan as a diff.
    async fn show(&self, mut plans: Plans<'_>, limits: &LimitsArgument) -> Result<Tally, Failure> {
        let mut diff = Diff::to(&io::stdout(), self.all);
        let width = width(io::stdout());
        let mut out = io::BufWriter::new(Stdout::new());
        while let Some(plan) = plans.try_next().await? {
            out.write_all(wrap(&diff.item(&plan), width).as_bytes())?;
        }
        writeln!(out, "{}", wrap(&diff.summary(limits), width))?;
        out.flush()?;
        if diff.tally.steps() > 0 {
            tell!("nothing was changed\nnext: the same with apply in place of plan");
        }
        Ok(diff.tally)
    }
}

type Plans<'a> = BoxStream<'a, Result<ItemPlan, RunError>>;

/// Prints the plan to be applied later.
async fn save(
    mut plans: Plans<'_>,
    head: &PlanHead,
    limits: &LimitsArgument,
    sink: &mut Sink,
) -> Result<Tally, Failure> {
    let out = io::BufWriter::new(sink);
    let (mut saved, mut tally) = (SavedPlanWriter::new(out, head)?, Tally::default());
    while let Some(plan) = plans.try_next().await? {
        saved.item(&plan)?;
        tally += plan.tally;
    }
    saved.finish(&tally, &Forecast::of(&tally, limits.of_client()))?;
    Ok(tally)
}

/// Reads a list into a journal; fails with all faults where there is one. What an audit's list only names is looked at
/// where it is asked whose access is to go.
pub(crate) async fn gather(
    list: &ListArguments,
    now: Timestamp,
    prune: Prune,
    journal: &Journal,
    run: RunId,
) -> Result<(), Failure> {
    let mut reader = list.open(now)?;
    let (mut faults, mut warnings) = (Faults::default(), Faults::default());
    let mut gathering = Gathering::new(journal, run);
    while let Some(entry) = reader.entry() {
        for warning in reader.take_warnings() {
            warnings.add(warning);
        }
        // After a fault nothing is planned: the rest is read for its faults alone.
        if let Some(entry) = faults.sort(entry).filter(|_| faults.is_empty())
            && (prune != Prune::Nobody || matches!(entry, Entry::Row(_)))
        {
            gathering.add(entry).await?;
        }
    }
    warnings.warn(&list.file);
    faults.none(&list.file)?;
    gathering.put().await
}

/// What is on its way into a run, some at a time.
pub(super) struct Gathering<'a> {
    journal: &'a Journal,
    run: RunId,
    items: Vec<ItemAddress>,
    rows: Vec<Row>,
}

impl<'a> Gathering<'a> {
    pub(super) const fn new(journal: &'a Journal, run: RunId) -> Self {
        Self { journal, run, items: Vec::new(), rows: Vec::new() }
    }

    pub(super) async fn add(&mut self, entry: Entry) -> Result<(), Failure> {
        match entry {
            Entry::Row(row) => self.rows.push(row),
            // An audit names an item on many rows, one after the other.
            Entry::Item(item) if self.items.last() != Some(&item) => self.items.push(item),
            _ => {}
        }
        if self.rows.len() + self.items.len() == ROWS { self.put().await } else { Ok(()) }
    }

    /// Puts in what is still outside.
    pub(super) async fn put(&mut self) -> Result<(), Failure> {
        self.journal.gather_items(self.run, &self.items).await?;
        self.journal.gather(self.run, &self.rows).await?;
        self.items.clear();
        self.rows.clear();
        Ok(())
    }
}
