//! `sharing link grant` and `sharing link revoke`: whom a link lets in.

use clap::Args;
use sharing_model::{
    Action, DriveRecipient, GrantRequest, InvalidRequest, ItemAddress, Permission, RevokeGrantsRequest, Role,
    Segment,
};

use super::{HEADER, row};
use crate::{
    command::{
        audit::item,
        permissions::{self, permission_id},
    },
    connection::ConnectionArguments,
    dry_run::DryRun,
    exit::Exit,
    failure::Failure,
    output::Output,
};

/// Let people in through a link that is for certain people. Nobody is mailed.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  sharing link grant https://contoso-my.sharepoint.com/:f:/g/personal/nadia_contoso_com/EtpUUzs4IARSodE3DF3ncOgBGkgksGPmW2m0pu5z25o7rw \\\n    --to priya@contoso.com --role write"
)]
pub(crate) struct Grant {
    /// The link's URL, or its share id.
    link: String,

    /// Whom to let in: mail:ADDRESS, id:OBJECT-ID, alias:NAME, or one of these bare. May be given again.
    #[arg(long, value_name = "WHO", required = true)]
    to: Vec<String>,

    /// What they may do: read or write, as the link does.
    #[arg(long)]
    role: String,

    #[command(flatten)]
    dry_run: DryRun,
}

/// Take people off a link. The link stays.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sharing link revoke https://contoso-my.sharepoint.com/:f:/g/personal/nadia_contoso_com/EtpUUzs4IARSodE3DF3ncOgBGkgksGPmW2m0pu5z25o7rw \\\n    --from ryan@contoso.com
  sharing link revoke me:/Projects 1a4824b0-63e6-5b69-b4a6-ee73db9a3baf \\
    --from ryan@contoso.com")]
pub(crate) struct Revoke {
    /// The link's URL or its share id; or the item that the link is of.
    #[arg(value_name = "LINK|ADDRESS")]
    place: String,

    /// With an item: the link's id, as `sharing link list` shows it below PERMISSION.
    id: Option<String>,

    /// Whom to take off. May be given again.
    #[arg(long, value_name = "WHO", required = true)]
    from: Vec<String>,

    #[command(flatten)]
    dry_run: DryRun,
}

impl Grant {
    pub(super) async fn run(
        self,
        connection: &ConnectionArguments,
        output: &Output,
    ) -> Result<Exit, Failure> {
        let (share, to) = (share(&self.link)?, people(&self.to));
        let request = GrantRequest::new(to, Role::from(&*self.role))?;
        if let Some(exit) = self.dry_run.show(&Action::grant(share.clone(), &request), connection)? {
            return Ok(exit);
        }
        let connection = connection.open().await?;
        let granted = connection.client.share(&share).grant(&request).await?;
        output.print(&granted, permissions::HEADER, |granted| {
            granted.value.iter().flatten().map(permissions::row).collect()
        })?;
        Ok(Exit::Done)
    }
}

impl Revoke {
    pub(super) async fn run(
        self,
        connection: &ConnectionArguments,
        output: &Output,
    ) -> Result<Exit, Failure> {
        let request = RevokeGrantsRequest::new(people(&self.from))?;
        let link: Permission = match self.id {
            Some(id) => {
                let (address, id) = (item(&self.place)?, permission_id(id)?);
                let action = Action::revoke_grants(address.clone(), id.clone(), &request);
                if let Some(exit) = self.dry_run.show(&action, connection)? {
                    return Ok(exit);
                }
                let connection = connection.open().await?;
                connection.client.item(&address).permission(&id).revoke_grants(&request).await?
            }
            None => {
                let share = share(&self.place)?;
                let action = Action::revoke_share_grants(share.clone(), &request);
                if let Some(exit) = self.dry_run.show(&action, connection)? {
                    return Ok(exit);
                }
                let connection = connection.open().await?;
                connection.client.share(&share).revoke_grants(&request).await?
            }
        };
        output.print(&link, HEADER, |link| vec![row(link)])?;
        Ok(Exit::Done)
    }
}

fn people(names: &[String]) -> Vec<DriveRecipient> {
    names.iter().map(|name| DriveRecipient::from(&**name)).collect()
}

/// The token of a link, by its URL or as a share id.
fn share(text: &str) -> Result<Segment, Failure> {
    match text.parse::<ItemAddress>() {
        Ok(ItemAddress::Shared { token }) => Ok(token),
        Ok(_) => Err(Failure::NoLink(text.to_owned())),
        Err(error) if text.contains('/') => Err(InvalidRequest::from(error).into()),
        Err(_) => Segment::new(text).ok_or_else(|| Failure::NoLink(text.to_owned())),
    }
}
