//! Planning into the journal: items are read, planned and written down, some at a time.

use std::collections::HashSet;

use futures_util::{StreamExt, TryStreamExt, stream};
use sharing_http::Error;
use sharing_model::{Action, BATCH_LIMIT, Collection, Permission};

use super::{Run, RunError, RunEvent, Stop, Tell, settle};
use crate::{
    Change, ClosedRow, ItemPlan, ListedItem, PlannedItem, Row, RunState, Tally, Verdict, Word,
    merge_spellings, plan_item, refuse_item,
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
                tell(&RunEvent::Planned { item: plan.item, steps: plan.steps.len() });
            }
        }
        self.journal.advance(self.run, RunState::Planned).await?;
        Ok(PlanEnd { is_whole: true, tally })
    }

    async fn plan_batch(&self, items: Vec<ListedItem>) -> Result<Vec<(PlannedItem, ItemPlan)>, RunError> {
        let mut planned = Vec::with_capacity(items.len());
        let read = read_all(&self.client, &items).await;
        for (item, read) in items.into_iter().zip(read) {
            let rows = self.journal.rows_of(self.run, item.item).await?;
            let mut invited = Vec::new();
            let (plan, domains) = match read {
                Ok(permissions) => {
                    let plan = plan_item(&item.address, rows.clone(), &permissions, &self.plan);
                    invited = self.invited_before(&item, &rows, &plan).await?;
                    let plan = match &*invited {
                        [] => plan,
                        invited => self.plan_without(&item, rows, invited, &permissions),
                    };
                    (plan, settle::domains(&permissions, &self.plan))
                }
                Err(error) => match error.status() {
                    // What is said of the item is said of its rows; anything else may pass.
                    Some(400 | 403 | 404 | 410 | 423) if error.missing_scopes().is_none() => {
                        let next = error.advice().map_or("look at the item", |advice| advice.next);
                        let reason = format!("{error}: {next}");
                        (refuse_item(&item.address, rows, &reason), Default::default())
                    }
                    _ => return Err(RunError::Service(error)),
                },
            };
            let mut into = into_journal(item.item, &plan, &domains);
            into.closed.extend(invited);
            planned.push((into, plan));
        }
        Ok(planned)
    }

    /// Rows that would invite whom an earlier run invited: guests whom the service lists only once they accept. Nobody is
    /// mailed twice because a list is applied again.
    async fn invited_before(
        &self,
        item: &ListedItem,
        rows: &[Row],
        plan: &ItemPlan,
    ) -> Result<Vec<ClosedRow>, RunError> {
        let invites = plan.steps.iter().filter(|step| matches!(step.change, Change::Invite { .. }));
        let asked: HashSet<u64> = invites.flat_map(|step| step.rows.iter().copied()).collect();
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let before = self.journal.invited(self.run, &item.address).await?;
        let asked = rows.iter().filter(|row| asked.contains(&row.line));
        let told = asked.filter_map(|row| {
            let invited = before.iter().find(|invited| invited.is(row))?;
            Some(invited.closed(row.line))
        });
        Ok(told.collect())
    }

    /// The plan of an item's other rows.
    fn plan_without(
        &self,
        item: &ListedItem,
        mut rows: Vec<Row>,
        told: &[ClosedRow],
        permissions: &[Permission],
    ) -> ItemPlan {
        let without: HashSet<u64> = told.iter().map(|row| row.number).collect();
        rows.retain(|row| !without.contains(&row.line));
        let mut plan = plan_item(&item.address, rows, permissions, &self.plan);
        plan.tally.rows += told.len() as u64;
        plan.tally.nothing += told.len() as u64;
        plan
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

/// An item's plan as the journal has it.
fn into_journal(item: i64, plan: &ItemPlan, domains: &HashSet<String>) -> PlannedItem {
    let outside = |change: &Change| match change {
        Change::Invite { request } if change.mails() => {
            let recipients = request.recipients.iter().flatten();
            recipients.filter(|recipient| !settle::is_inside(recipient, domains)).count() as u64
        }
        _ => 0,
    };
    let steps = plan.steps.iter().map(|step| (outside(&step.change), step.clone())).collect();
    let is_read = plan.fingerprint.is_some();
    let closed = plan.rows.iter().filter_map(|planned| {
        let number = planned.row.line;
        match &planned.verdict {
            Verdict::Step => None,
            Verdict::Nothing { because } => {
                Some(ClosedRow::new(number, Word::Already).because(because.to_string()))
            }
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
        steps,
        closed.collect(),
    )
}
