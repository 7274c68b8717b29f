//! `sharing link list`

use clap::Args;

use super::{HEADER, row};
use crate::{
    command::audit::item, connection::ConnectionArguments, exit::Exit, failure::Failure, output::Output,
};

/// The sharing links of an item.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  sharing link list me:/Projects -o json --query \"value[].link.webUrl\"")]
pub(crate) struct List {
    /// The item.
    address: String,
}

impl List {
    pub(super) async fn run(
        self,
        connection: &ConnectionArguments,
        output: &Output,
    ) -> Result<Exit, Failure> {
        let address = item(&self.address)?;
        let connection = connection.open().await?;
        let mut permissions = connection.client.item(&address).permissions().await?;
        for all in permissions.value.iter_mut() {
            all.retain(|permission| permission.link.is_some());
        }
        output.print(&permissions, HEADER, |links| links.value.iter().flatten().map(row).collect())?;
        Ok(Exit::Done)
    }
}
