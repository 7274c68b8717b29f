//! `sharing link delete`

use clap::Args;
use sharing_model::Action;

use crate::{
    command::{audit::item, permissions::permission_id},
    connection::ConnectionArguments,
    dry_run::DryRun,
    exit::Exit,
    failure::Failure,
    voice::tell,
};

/// Take a sharing link away from an item: it lets nobody in any more.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  sharing link delete --dry-run me:/Projects \\\n      1a4824b0-63e6-5b69-b4a6-ee73db9a3baf"
)]
pub(crate) struct Delete {
    /// The item.
    address: String,

    /// The link's id, as `sharing link list` shows it below PERMISSION.
    id: String,

    #[command(flatten)]
    dry_run: DryRun,
}

impl Delete {
    pub(super) async fn run(self, connection: &ConnectionArguments) -> Result<Exit, Failure> {
        let (address, id) = (item(&self.address)?, permission_id(self.id)?);
        let action = Action::delete_permission(address.clone(), id.clone());
        if let Some(exit) = self.dry_run.show(&action, connection)? {
            return Ok(exit);
        }
        let connection = connection.open().await?;
        let item = connection.client.item(&address);
        // Somebody's own access is not taken away by a slip of an id.
        if item.permission(&id).get().await?.link.is_none() {
            return Err(Failure::NoLink(id.to_string()));
        }
        item.permission(&id).delete().await?;
        tell!("deleted link {id} of {address}");
        Ok(Exit::Done)
    }
}
