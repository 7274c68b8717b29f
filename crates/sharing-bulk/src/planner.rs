//! Planning a list: its items are read some at a time, and their plans stream out.

use futures_util::{StreamExt, TryStreamExt, stream, stream::BoxStream};
use sharing_http::Client;

use crate::{
    ItemPlan, Journal, ListedItem, PlanOptions, RunError, RunId, plan_item, refuse_item, run::read_all,
};

/// How many items are read in one request.
const ITEMS: u32 = sharing_model::BATCH_LIMIT as u32;
/// How many such requests are under way at once.
const BATCHES: usize = 4;

/// The plans of all items of a list that was gathered in a journal, in the order in which the list first names them.
/// Nothing is sent but reads, twenty in a request, and nothing is written down; what is held in memory does not grow with
/// the list.
///
/// An item that the service says no to is a plan in which every row is refused.
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
/// let plans: Vec<_> = plans(&client, &journal, run, &options).try_collect().await?;
/// assert_eq!((plans[0].tally.recipients, plans[1].tally.refused), (1, 1));
/// # Ok(()) }
/// ```
#[must_use]
pub fn plans<'a>(
    client: &'a Client,
    journal: &'a Journal,
    run: RunId,
    options: &'a PlanOptions,
) -> BoxStream<'a, Result<ItemPlan, RunError>> {
    let batches = stream::try_unfold(0, move |after| async move {
        let items = journal.items_after(run, after, ITEMS).await?;
        let last = items.last().map(|item| item.item);
        Ok::<_, RunError>(last.map(|last| (items, last)))
    });
    let plan = move |items: Vec<ListedItem>| async move {
        let mut plans = Vec::with_capacity(items.len());
        let read = read_all(client, &items).await;
        for (item, read) in items.iter().zip(read) {
            let rows = journal.lines_of(run, item.item).await?;
            plans.push(match read {
                Ok(permissions) => plan_item(&item.address, rows, &permissions, options),
                Err(error) => match error.status() {
                    // What is said of the item is said of its rows; anything else may pass.
                    Some(400 | 403 | 404 | 410 | 423) if error.missing_scopes().is_none() => {
                        let next = error.advice().map_or("look at the item", |advice| advice.next);
                        refuse_item(&item.address, rows, &format!("{error}: {next}"))
                    }
                    _ => return Err(RunError::Service(error)),
                },
            });
        }
        Ok(stream::iter(plans.into_iter().map(Ok)))
    };
    batches.map_ok(plan).try_buffered(BATCHES).try_flatten().boxed()
}
