//! `sharing permissions`: who has access to an item.

use clap::Subcommand;
use jiff::Timestamp;
use sharing_model::{Action, Inheritance, Permission, Segment, UpdatePermissionRequest};

use super::{audit::item, list::moment};
use crate::{
    connection::ConnectionArguments, dry_run::DryRun, exit::Exit, failure::Failure, output::Output,
    voice::tell,
};

/// See who has access to an item, change it, and take it away.
#[derive(Debug, Subcommand)]
pub(crate) enum Permissions {
    /// Who has access to an item.
    #[command(after_help = "Example:\n  sharing permissions list \"me:/Projects/Quarterly report.docx\"")]
    List {
        /// The item, as /drive/items/ID, me:/path or any other form of address, unencoded.
        address: String,
    },
    /// One permission of an item.
    #[command(
        after_help = "Example:\n  sharing permissions get \"me:/Projects/Quarterly report.docx\" \\\n    aTowIy5mfG1lbWJlcnNoaXB8cnlhbkBjb250b3NvLmNvbQ"
    )]
    Get {
        /// The item.
        address: String,
        /// The permission's id, as a list shows it.
        id: String,
    },
    /// Give a permission another role or another end.
    #[command(
        after_help = "Example:\n  sharing permissions update \"me:/Projects/Quarterly report.docx\" \\\n    aTowIy5mfG1lbWJlcnNoaXB8cnlhbkBjb250b3NvLmNvbQ --role read"
    )]
    #[command(
        group(clap::ArgGroup::new("change").required(true)),
        override_usage = "sharing permissions update [OPTIONS] --role <ROLE> <ADDRESS> <ID>\n       sharing permissions update [OPTIONS] --expires <TIME> <ADDRESS> <ID>"
    )]
    Update {
        /// The item.
        address: String,
        /// The permission's id, as a list shows it.
        id: String,
        /// The new role: read or write. A link keeps the role of its type.
        #[arg(long, group = "change")]
        role: Option<String>,
        /// The new end, as in 2027-01-31T00:00:00Z or +30d.
        #[arg(long, value_name = "TIME", value_parser = moment, group = "change")]
        expires: Option<Timestamp>,
        #[command(flatten)]
        dry_run: DryRun,
    },
    /// Take one permission away from an item. Nobody is told.
    #[command(
        after_help = "Example:\n  sharing permissions delete \"me:/Projects/Quarterly report.docx\" \\\n    aTowIy5mfG1lbWJlcnNoaXB8cnlhbkBjb250b3NvLmNvbQ"
    )]
    Delete {
        /// The item.
        address: String,
        /// The permission's id, as a list shows it.
        id: String,
        #[command(flatten)]
        dry_run: DryRun,
    },
}

pub(super) const HEADER: &[&str] = &["GRANTEE", "ROLE", "FROM", "EXPIRES", "PERMISSION"];

impl Permissions {
    pub(crate) async fn run(
        self,
        connection: &ConnectionArguments,
        output: &Output,
    ) -> Result<Exit, Failure> {
        match self {
            Self::List { address } => {
                let address = item(&address)?;
                let connection = connection.open().await?;
                let list = connection.client.item(&address).permissions().await?;
                output.print(&list, HEADER, |list| list.value.iter().flatten().map(row).collect())?;
            }
            Self::Get { address, id } => {
                let (address, id) = (item(&address)?, permission_id(id)?);
                let connection = connection.open().await?;
                let permission = connection.client.item(&address).permission(&id).get().await?;
                output.print(&permission, HEADER, |permission| vec![row(permission)])?;
            }
            Self::Update { address, id, role, expires, dry_run } => {
                let (address, id) = (item(&address)?, permission_id(id)?);
                let request = match (role, expires) {
                    (Some(role), _) => UpdatePermissionRequest::role(role.into())?,
                    (None, Some(end)) => UpdatePermissionRequest::expires(end)?,
                    (None, None) => UpdatePermissionRequest::default(),
                };
                let action = Action::update_permission(address.clone(), id.clone(), &request);
                if let Some(exit) = dry_run.show(&action, connection)? {
                    return Ok(exit);
                }
                let connection = connection.open().await?;
                let permission = connection.client.item(&address).permission(&id).update(&request).await?;
                output.print(&permission, HEADER, |permission| vec![row(permission)])?;
            }
            Self::Delete { address, id, dry_run } => {
                let (address, id) = (item(&address)?, permission_id(id)?);
                let action = Action::delete_permission(address.clone(), id.clone());
                if let Some(exit) = dry_run.show(&action, connection)? {
                    return Ok(exit);
                }
                let connection = connection.open().await?;
                connection.client.item(&address).permission(&id).delete().await?;
                tell!("deleted permission {id} of {address}");
            }
        }
        Ok(Exit::Done)
    }
}

pub(super) fn permission_id(id: String) -> Result<Segment, Failure> {
    Segment::new(&*id).ok_or(Failure::PermissionId(id))
}

pub(super) fn row(permission: &Permission) -> Vec<String> {
    let named = match permission.inheritance() {
        Inheritance::Unsaid => Some("the item itself"),
        Inheritance::From(ancestor) => ancestor.path.as_deref().or(ancestor.name.as_deref()),
        _ => None,
    };
    vec![
        permission.holder(),
        roles(permission),
        named.unwrap_or("a folder above").to_owned(),
        expires(permission),
        permission.id.clone().unwrap_or_default(),
    ]
}

/// When a permission ends, in one cell.
pub(super) fn expires(permission: &Permission) -> String {
    permission.expires().map_or("never".to_owned(), |at| at.to_string())
}

/// The roles of a permission, in one cell.
pub(super) fn roles(permission: &Permission) -> String {
    let roles: Vec<_> = permission.roles.iter().flatten().map(|role| role.as_str()).collect();
    roles.join(", ")
}
