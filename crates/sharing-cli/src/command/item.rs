//! `sharing item`: which item an address means, and what there is to it.

use clap::Subcommand;
use serde::Serialize;
use sharing_model::{DriveItem, ItemAddress};

use super::audit::item;
use crate::{connection::ConnectionArguments, exit::Exit, failure::Failure, output::Output};

/// See what an address leads to.
#[derive(Debug, Subcommand)]
pub(crate) enum Item {
    /// Which item an address means: its name, and the address by ids that stays when it is renamed or moved.
    #[command(after_help = "Examples:
  sharing item resolve \"me:/Projects/Quarterly report.docx\"
  sharing item resolve -o json \\
    \"https://contoso.sharepoint.com/sites/launch:/Shared Documents/Plan.docx\"")]
    Resolve {
        /// The item: /drive/items/ID, me:/path, somebody@contoso.com:/path, https://…/sites/x:/Library/path, or a link.
        address: String,
    },
    /// What the service says of an item.
    #[command(after_help = "Example:\n  sharing item show me:/Projects -o yaml")]
    Show {
        /// The item.
        address: String,
    },
    /// What is in a folder.
    #[command(after_help = "Example:\n  sharing item children me:/ -o json --query \"value[?folder].name\"")]
    Children {
        /// The folder.
        address: String,
    },
}

/// An item by every name that it has.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Resolved {
    name: Option<String>,
    drive_id: Option<String>,
    item_id: Option<String>,
    address: Option<String>,
    web_url: Option<String>,
}

impl Item {
    pub(crate) async fn run(
        self,
        connection: &ConnectionArguments,
        output: &Output,
    ) -> Result<Exit, Failure> {
        match self {
            Self::Resolve { address } => {
                let item = get(&address, connection).await?;
                let resolved = Resolved {
                    address: by_id(&item),
                    drive_id: item.parent_reference.and_then(|parent| parent.drive_id),
                    name: item.name,
                    item_id: item.id,
                    web_url: item.web_url,
                };
                output.print(&resolved, &["NAME", "ADDRESS", "URL"], |resolved| {
                    let cells = [&resolved.name, &resolved.address, &resolved.web_url];
                    vec![cells.map(|cell| cell.clone().unwrap_or_default()).into()]
                })?;
            }
            Self::Show { address } => {
                let item = get(&address, connection).await?;
                output.print(&item, HEADER, |item| vec![row(item)])?;
            }
            Self::Children { address } => {
                let address = self::item(&address)?;
                let connection = connection.open().await?;
                let children = connection.client.item(&address).children().await?;
                output.print(&children, HEADER, |children| {
                    children.value.iter().flatten().map(row).collect()
                })?;
            }
        }
        Ok(Exit::Done)
    }
}

async fn get(address: &str, connection: &ConnectionArguments) -> Result<DriveItem, Failure> {
    let address: ItemAddress = item(address)?;
    let connection = connection.open().await?;
    Ok(connection.client.item(&address).get().await?)
}

const HEADER: &[&str] = &["NAME", "KIND", "SIZE", "SHARED", "CHANGED", "ADDRESS"];

fn row(item: &DriveItem) -> Vec<String> {
    let kind = if item.is_folder() { "folder" } else { "file" };
    // As the service says it: users, organization, anonymous.
    let shared = item.shared.as_ref().map(|shared| shared.scope.clone().unwrap_or_else(|| "yes".to_owned()));
    vec![
        item.name.clone().unwrap_or_default(),
        kind.to_owned(),
        item.size.map(|size| size.to_string()).unwrap_or_default(),
        shared.unwrap_or_else(|| "no".to_owned()),
        item.last_modified_date_time.as_ref().map(ToString::to_string).unwrap_or_default(),
        by_id(item).unwrap_or_default(),
    ]
}

/// The address that stays.
fn by_id(item: &DriveItem) -> Option<String> {
    let drive = item.parent_reference.as_ref()?.drive_id.as_ref()?;
    Some(format!("/drives/{drive}/items/{}", item.id.as_ref()?))
}
