//! Who has access to what below a folder: each permission that is not inherited, a line each.
//!
//! ```sh
//! export SHARING_TOKEN=…
//! cargo run --example audit -- /me/drive/root
//! ```
//!
//! A delta tells which items are shared, so only those are asked for their permissions: on a drive with a million items
//! that is a small part of the calls. Memory does not grow with the tree.

#![expect(clippy::print_stdout, reason = "a program prints")]

use std::{env, error::Error};

use futures_util::{Stream, TryStreamExt};
use sharing_http::{Client, Endpoint};
use sharing_model::{DriveAddress, DriveItem, ItemAddress, Permission, Segment};

/// How many items are asked for their permissions at once; the client's governor keeps below the service's limits.
const AT_ONCE: usize = 8;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args().nth(1).unwrap_or_else(|| "/me/drive/root".to_owned());
    let endpoint =
        env::var("SHARING_ENDPOINT").map_or_else(|_| Ok(Endpoint::graph()), |url| Endpoint::new(&url))?;
    let client = Client::new(endpoint, env::var("SHARING_TOKEN")?.into())?;
    let mut lines = Box::pin(audit(&client, &folder.parse()?));
    while let Some(line) = lines.try_next().await? {
        println!("{line}");
    }
    Ok(())
}

/// A line for each permission that an item below the folder has of its own.
pub(crate) fn audit<'a>(
    client: &'a Client,
    folder: &ItemAddress,
) -> impl Stream<Item = Result<String, sharing_http::Error>> + use<'a> {
    let items = client.item(folder).delta().elements();
    let shared = items.try_filter_map(|item| async move { Ok(item.shared.is_some().then_some(item)) });
    let asked = shared.map_ok(move |item| async move {
        let Some(address) = address(&item) else { return Ok(Vec::new()) };
        let list = client.item(&address).permissions().await?;
        let own = list.value.into_iter().flatten().filter(|permission| !permission.is_inherited());
        Ok(own.map(|permission| line(&item, &permission)).collect())
    });
    asked
        .try_buffered(AT_ONCE)
        .map_ok(|lines| futures_util::stream::iter(lines.into_iter().map(Ok)))
        .try_flatten()
}

/// The item by its ids: they stay when somebody moves it.
fn address(item: &DriveItem) -> Option<ItemAddress> {
    let drive = Segment::new(item.parent_reference.as_ref()?.drive_id.clone()?)?;
    Some(ItemAddress::item(DriveAddress::Drive(drive), Segment::new(item.id.clone()?)?))
}

fn line(item: &DriveItem, permission: &Permission) -> String {
    let roles: Vec<_> = permission.roles.iter().flatten().map(|role| role.as_str()).collect();
    format!("{}\t{}\t{}", item.name.as_deref().unwrap_or("?"), permission.holder(), roles.join(" "))
}
