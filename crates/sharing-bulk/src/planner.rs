//! Planning a list: its items are read some at a time, and their plans stream out.

use std::collections::HashMap;

use futures_util::{StreamExt, TryStreamExt, stream, stream::BoxStream};
use sharing_http::{Client, Error};
use sharing_model::{ItemAddress, Permission};

use crate::{
    Because, Change, ItemPlan, Journal, ListedItem, PlanOptions, PlannedRow, Row, RunError, RunId, Verdict,
    plan_item, refuse_item, run::read_all,
};

/// How many items are read in one request.
const ITEMS: u32 = sharing_model::BATCH_LIMIT as u32;
/// How many such requests are under way at once.
const BATCHES: usize = 4;

/// The plans of all items of a list that was gathered in a journal, in the order in which the list first names them.
/// Nothing is sent but reads, twenty in a request, and nothing is written down; what is held in memory does not grow with
/// the list.
///
/// An item that the service says no to is a plan in which every row is refused. Guests whom a run of `past` invited, and
/// whom the service does not list yet, are not invited again.
///
/// # Errors
///
/// When the journal fails, or the service cannot be asked at all.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use futures_util::TryStreamExt;
/// use sharing_bulk::{AccessListReader, Format, Journal, PlanOptions, RunHead, plans};
/// use sharing_http::{Client, Endpoint};
///
/// let server = sharing_mock::MockServer::start().await?;
/// let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
/// let list = "item,recipient,role\n/drive/root:/Notes.txt,ryan@contoso.com,read\n/drive/root:/gone,kim@fabrikam.com,read\n";
/// let rows: Vec<_> = AccessListReader::new(list.as_bytes(), Format::Csv).collect::<Result<_, _>>()?;
/// let journal = Journal::temporary().await?;
/// let run = journal.begin(&RunHead::new("list.csv", server.url())).await?;
/// journal.gather(run, &rows).await?;
///
/// let options = PlanOptions::new("2026-12-01T00:00:00Z".parse()?);
/// let plans: Vec<_> = plans(&client, &journal, run, &options, None).try_collect().await?;
/// assert_eq!((plans[0].tally.recipients, plans[1].tally.refused), (1, 1));
/// # Ok(()) }
/// ```
#[must_use]
pub fn plans<'a>(
    client: &'a Client,
    journal: &'a Journal,
    run: RunId,
    options: &'a PlanOptions,
    past: Option<&'a Journal>,
) -> BoxStream<'a, Result<ItemPlan, RunError>> {
    let batches = stream::try_unfold(0, move |after| async move {
        let items = journal.items_after(run, after, ITEMS).await?;
        let last = items.last().map(|item| item.item);
        Ok::<_, RunError>(last.map(|last| (items, last)))
    });
    let plan = move |items: Vec<ListedItem>| async move {
        let mut plans = Vec::with_capacity(items.len());
        let read = read_all(client, &items).await;
        let past = past.map(|journal| Past { journal, service: client.endpoint().to_string(), before: None });
        for (item, read) in items.iter().zip(read) {
            let rows = journal.lines_of(run, item.item).await?;
            plans.push(plan_read(&item.address, rows, read, options, past.as_ref()).await?.0);
        }
        Ok(stream::iter(plans.into_iter().map(Ok)))
    };
    batches.map_ok(plan).try_buffered(BATCHES).try_flatten().boxed()
}

/// The runs of a journal that a plan heeds.
pub(crate) struct Past<'a> {
    pub(crate) journal: &'a Journal,
    pub(crate) service: String,
    /// Only those before this one.
    pub(crate) before: Option<RunId>,
}

/// The plan of an item that was read, and what was read. Where the service says no to the item, all its rows are refused.
pub(crate) async fn plan_read(
    item: &ItemAddress,
    rows: Vec<Row>,
    read: Result<Vec<Permission>, Error>,
    options: &PlanOptions,
    past: Option<&Past<'_>>,
) -> Result<(ItemPlan, Vec<Permission>), RunError> {
    let permissions = match read {
        Ok(permissions) => permissions,
        Err(error) => match error.status() {
            // What is said of the item is said of its rows; anything else may pass.
            Some(400 | 403 | 404 | 410 | 423) if error.missing_scopes().is_none() => {
                let next = error.advice().map_or("look at the item", |advice| advice.next);
                return Ok((refuse_item(item, rows, &format!("{error}: {next}")), Vec::new()));
            }
            _ => return Err(RunError::Service(error)),
        },
    };
    let plan = plan_item(item, rows, &permissions, options);
    let Some(past) = past.filter(|_| invites(&plan).next().is_some()) else { return Ok((plan, permissions)) };
    let invited = past.journal.invited(&past.service, past.before, item).await?;
    let asked: std::collections::HashSet<u64> = invites(&plan).collect();
    let pending: HashMap<u64, Because> = plan
        .rows
        .iter()
        .filter(|planned| asked.contains(&planned.row.line))
        .filter_map(|planned| {
            let before = invited.iter().find(|invited| invited.is(&planned.row))?;
            Some((planned.row.line, before.because()))
        })
        .collect();
    let plan = if pending.is_empty() { plan } else { plan_without(plan, &pending, &permissions, options) };
    Ok((plan, permissions))
}

/// The rows that invitations are for.
fn invites(plan: &ItemPlan) -> impl Iterator<Item = u64> {
    let invites = plan.steps.iter().filter(|step| matches!(step.change, Change::Invite { .. }));
    invites.flat_map(|step| step.rows.iter().copied())
}

/// The same plan, in which nothing is to do for these rows.
fn plan_without(
    plan: ItemPlan,
    pending: &HashMap<u64, Because>,
    permissions: &[Permission],
    options: &PlanOptions,
) -> ItemPlan {
    let (told, rows): (Vec<_>, Vec<_>) =
        plan.rows.into_iter().map(|planned| planned.row).partition(|row| pending.contains_key(&row.line));
    let mut plan = plan_item(&plan.item, rows, permissions, options);
    plan.tally.rows += told.len() as u64;
    plan.tally.nothing += told.len() as u64;
    plan.rows.extend(told.into_iter().filter_map(|row| {
        let because = pending.get(&row.line)?.clone();
        Some(PlannedRow { row, verdict: Verdict::Nothing { because } })
    }));
    plan.rows.sort_by_key(|planned| planned.row.line);
    plan
}
