//! Planning into the journal: items are read, planned and written down, some at a time.

use std::collections::{HashMap, HashSet};

use futures_util::{StreamExt, TryStreamExt, stream};
use sharing_http::Error;
use sharing_model::{Action, BATCH_LIMIT, Collection, Permission};

use super::{Run, RunError, RunEvent, Stop, Tell, settle};
use crate::{
    Because, Change, ClosedRow, ItemPlan, ListedItem, PlannedItem, Row, RunState, Step, Tally, Verdict, Word,
    merge_spellings,
    planner::{Past, plan_read},
};

/// How many items are taken from the journal at once: so many plans are held in memory.
const ITEMS: u32 = 160;
/// How many batches of reads are under way at once.
const BATCHES: usize = 4;

/// What planning came to.
///
/// ```
/// fn amount(end: &sharing_bulk::PlanEnd) -> u64 {
///     end.tally.steps()
/// }
/// # let _ = amount;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlanEnd {
    /// Whether all items are planned; not where somebody asked to stop.
    pub is_whole: bool,
    /// What the items planned by now amount to; without those that an earlier round planned.
    pub tally: Tally,
}

impl Run {
    /// Reads who has access to the items of a run, and plans them. Nothing is changed. It goes on where it stopped.
    ///
    /// # Errors
    ///
    /// When the journal fails, the service cannot be asked, or the run's list was not read to its end.
    ///
    /// ```
    /// # async fn example(run: sharing_bulk::Run) -> Result<(), sharing_bulk::RunError> {
    /// let end = run.plan(&sharing_bulk::Stop::default(), &|_| {}).await?;
    /// println!("{} requests to send", end.tally.steps());
    /// # Ok(()) }
    /// ```
    pub async fn plan(&self, stop: &Stop, tell: Tell<'_>) -> Result<PlanEnd, RunError> {
        let mut tally = Tally::default();
        let state = self.journal.summary(self.run).await?.state;
        let is_over = matches!(state, RunState::Planned | RunState::Ended);
        if is_over {
            return Ok(PlanEnd { is_whole: true, tally });
        }
        if self.undoes.is_some() {
            // Its rows are those of another run, and not to be made so again.
            return Err(RunError::Incomplete(self.run));
        }
        let _lock = self.journal.lock()?;
        if state == RunState::Gathering {
            // An item that the list writes in two ways would be planned twice, and its people mailed twice.
            merge_spellings(&self.client, &self.journal, self.run).await?;
        }
        self.journal.advance(self.run, RunState::Planning).await?;
        loop {
            if stop.is_asked() {
                return Ok(PlanEnd { is_whole: false, tally });
            }
            let items = self.journal.unplanned(self.run, ITEMS).await?;
            if items.is_empty() {
                break;
            }
            let batches: Vec<Vec<ListedItem>> = items.chunks(BATCH_LIMIT).map(<[_]>::to_vec).collect();
            let reading = stream::iter(batches).map(|batch| self.plan_batch(batch));
            let planned: Vec<Vec<(PlannedItem, ItemPlan)>> = reading.buffered(BATCHES).try_collect().await?;
            let (planned, plans): (Vec<_>, Vec<_>) = planned.into_iter().flatten().unzip();
            self.journal.put_plans(self.run, &planned).await?;
            for plan in plans {
                tally += plan.tally;
                tell(&RunEvent::Planned { plan: Box::new(plan) });
            }
        }
        self.journal.advance(self.run, RunState::Planned).await?;
        Ok(PlanEnd { is_whole: true, tally })
    }

    async fn plan_batch(&self, items: Vec<ListedItem>) -> Result<Vec<(PlannedItem, ItemPlan)>, RunError> {
        let mut planned = Vec::with_capacity(items.len());
        let read = read_all(&self.client, &items).await;
        let service = self.client.endpoint().to_string();
        let past = Past { journal: &self.journal, service, before: Some(self.run) };
        for (item, read) in items.into_iter().zip(read) {
            let rows = self.journal.numbered_rows_of(self.run, item.item).await?;
            let (rows, numbers) = by_line(rows);
            let (plan, permissions) = plan_read(&item.address, rows, read, &self.plan, Some(&past)).await?;
            let domains = settle::domains(&permissions, &self.plan);
            planned.push((into_journal(item.item, &plan, &domains, &numbers), plan));
        }
        Ok(planned)
    }
}

/// The permissions of items: twenty in a request, and the further pages of those that have some.
pub(crate) async fn read_all(
    client: &sharing_http::Client,
    items: &[ListedItem],
) -> Vec<Result<Vec<Permission>, Error>> {
    let actions = items.iter().map(|item| Action::list_permissions(item.address.clone()));
    let mut all = Vec::with_capacity(items.len());
    for (item, reply) in items.iter().zip(client.batch(actions).await) {
        let list = match reply.and_then(|reply| reply.read::<Collection<Permission>>()) {
            // The first page is read again with the others, which seldom are.
            Ok(list) if list.next_link.is_some() => settle::permissions(client, &item.address).await,
            Ok(list) => Ok(list.value.unwrap_or_default()),
            Err(error) => Err(error),
        };
        all.push(list);
    }
    all
}

/// The rows by their lines, for a plan speaks of lines, and the numbers of these. Where several rows share a line, as in
/// JSON, the numbers stand for the lines.
fn by_line(rows: Vec<(u64, Row)>) -> (Vec<Row>, HashMap<u64, u64>) {
    let numbers: HashMap<u64, u64> = rows.iter().map(|(number, row)| (row.line, *number)).collect();
    if numbers.len() == rows.len() {
        return (rows.into_iter().map(|(_, row)| row).collect(), numbers);
    }
    (rows.into_iter().map(|(number, row)| row.at(number)).collect(), HashMap::new())
}

/// An item's plan as the journal has it.
fn into_journal(
    item: i64,
    plan: &ItemPlan,
    domains: &HashSet<String>,
    numbers: &HashMap<u64, u64>,
) -> PlannedItem {
    let number = |line: u64| numbers.get(&line).copied().unwrap_or(line);
    let outside = |change: &Change| match change {
        Change::Invite { request } if change.mails() => {
            let recipients = request.recipients.iter().flatten();
            recipients.filter(|recipient| !settle::is_inside(recipient, domains)).count() as u64
        }
        _ => 0,
    };
    let steps = plan.steps.iter().map(|step| {
        let rows = step.rows.iter().map(|line| number(*line)).collect();
        (outside(&step.change), Step { rows, ..step.clone() })
    });
    let is_read = plan.fingerprint.is_some();
    let closed = plan.rows.iter().filter_map(|planned| {
        let number = number(planned.row.line);
        match &planned.verdict {
            Verdict::Step => None,
            Verdict::Nothing { because } => Some(nothing(number, because)),
            Verdict::Refused { reason } => {
                let word = if is_read { Word::Refused } else { Word::Unresolved };
                let next = if is_read { "mend the row" } else { "mend it, then `sharing runs retry`" };
                Some(ClosedRow::new(number, word).because(reason.clone()).next(next))
            }
        }
    });
    PlannedItem::new(
        item,
        plan.fingerprint.as_ref().map(|fingerprint| fingerprint.as_str().to_owned()),
        steps.collect(),
        closed.collect(),
    )
}

/// What is said of a row for which there is nothing to do.
fn nothing(number: u64, because: &Because) -> ClosedRow {
    let (word, next) = match because {
        Because::Pending(_) => {
            (Word::PendingGuest, Some("to mail them again, invite them by `sharing invite`".to_owned()))
        }
        Because::MayBePending(run) => {
            let next = format!("ask them; if no mail came, `sharing runs retry {run} --in-doubt` mails them");
            (Word::InDoubt, Some(next))
        }
        _ => (Word::Already, None),
    };
    ClosedRow { next, ..ClosedRow::new(number, word).because(because.to_string()) }
}
