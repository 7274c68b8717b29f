//! `sharing link create`

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use secrecy::ExposeSecret;
use sharing_model::{Action, CreateLinkRequest, DriveRecipient, ItemAddress, LinkScope, LinkType, Secret};

use super::{HEADER, row};
use crate::{
    command::list::moment, connection::ConnectionArguments, dry_run::DryRun, exit::Exit, failure::Failure,
    file, output::Output,
};

/// Make a sharing link for an item, or find the one of the same type and scope that there is.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sharing link create \"me:/Projects/Quarterly report.docx\" --type view \\
    --scope organization
  sharing link create me:/Projects --type edit --scope users \\
    --to ryan@contoso.com --notify")]
pub(crate) struct Create {
    /// The item, as /drive/items/ID, me:/path or any other form of address, unencoded.
    address: String,

    /// What the link lets its holder do: view, edit, embed, blocksDownload, createOnly or review.
    #[arg(long = "type", value_name = "TYPE")]
    link_type: Option<String>,

    /// Whom the link lets in: anonymous, organization or users. Without type and scope it is the organisation's
    /// default link.
    #[arg(long)]
    scope: Option<String>,

    /// When the link ends, as in 2027-01-31T00:00:00Z or +30d.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    expires: Option<Timestamp>,

    /// A file that holds the password that the link asks for; - for standard input.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,

    /// Somebody whom a link with the scope users is for: mail:ADDRESS, id:OBJECT-ID, alias:NAME, or one of these
    /// bare. May be given again.
    #[arg(long, value_name = "WHO")]
    to: Vec<String>,

    /// Mail those whom the link is for.
    #[arg(long, requires = "to")]
    notify: bool,

    #[command(flatten)]
    dry_run: DryRun,
}

impl Create {
    pub(crate) async fn run(
        self,
        connection: &ConnectionArguments,
        output: &Output,
    ) -> Result<Exit, Failure> {
        let dry_run = self.dry_run;
        let (address, request) = self.request()?;
        if let Some(exit) = dry_run.show(&Action::create_link(address.clone(), &request), connection)? {
            return Ok(exit);
        }
        let connection = connection.open().await?;
        let link = connection.client.item(&address).create_link(&request).await?;
        output.print(&link, HEADER, |link| vec![row(link)])?;
        Ok(Exit::Done)
    }

    fn request(self) -> Result<(ItemAddress, CreateLinkRequest), Failure> {
        let Self { address, link_type, scope, expires, password_file, to, notify, .. } = self;
        let mut builder = CreateLinkRequest::builder();
        if let Some(link_type) = link_type {
            builder = builder.link_type(LinkType::from(link_type));
        }
        if let Some(scope) = scope {
            builder = builder.scope(LinkScope::from(scope));
        }
        if let Some(expires) = expires {
            builder = builder.expires(expires);
        }
        if let Some(path) = password_file {
            let password = file::read_secret(&path)?;
            builder = builder.password(Secret::from(password.expose_secret()));
        }
        if !to.is_empty() {
            builder = builder.recipients(to.iter().map(|text| DriveRecipient::from(&**text)));
        }
        if notify {
            builder = builder.send_notification(true);
        }
        Ok(builder.build_for(&address)?)
    }
}
