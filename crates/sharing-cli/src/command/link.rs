//! `sharing link`: access for whoever holds a URL.

use std::{fs, path::PathBuf};

use clap::Subcommand;
use jiff::Timestamp;
use sharing_model::{
    Action, CreateLinkRequest, DriveRecipient, ItemAddress, LinkScope, LinkType, Permission, Secret,
};

use crate::{connection::ConnectionArguments, dry_run::DryRun, exit::Exit, failure::Failure, output::Output};

/// Make sharing links.
#[derive(Debug, Subcommand)]
pub(crate) enum Link {
    /// Make a sharing link for an item, or find the one of the same type and scope that there is.
    #[command(after_help = "Examples:
  sharing link create \"/drive/root:/Projects/Quarterly report.docx\" --type view --scope organization
  sharing link create /drive/root:/Projects --type edit --scope users --to ryan@contoso.com --notify")]
    Create {
        /// The item, as /drive/items/ID, /drive/root:/path or any other form of address, unencoded.
        address: String,

        /// What the link lets its holder do: view, edit, embed, blocksDownload, createOnly or review.
        #[arg(long = "type", value_name = "TYPE")]
        link_type: Option<String>,

        /// Whom the link lets in: anonymous, organization or users. Without type and scope it is the organisation's
        /// default link.
        #[arg(long)]
        scope: Option<String>,

        /// When the link ends, as in 2027-01-31T00:00:00Z.
        #[arg(long, value_name = "TIME")]
        expires: Option<Timestamp>,

        /// A file that holds the password that the link asks for.
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
    },
}

impl Link {
    pub(crate) async fn run(
        self,
        connection: &ConnectionArguments,
        output: &Output,
    ) -> Result<Exit, Failure> {
        let Self::Create { dry_run, .. } = self;
        let (address, request) = self.request()?;
        if let Some(exit) = dry_run.show(&Action::create_link(address.clone(), &request), connection)? {
            return Ok(exit);
        }
        let connection = connection.open().await?;
        let link = connection.client.item(&address).create_link(&request).await?;
        output.print(&link, &["LINK", "ROLE", "EXPIRES", "PERMISSION", "URL"], |link| vec![row(link)])?;
        Ok(Exit::Done)
    }

    fn request(self) -> Result<(ItemAddress, CreateLinkRequest), Failure> {
        let Self::Create { address, link_type, scope, expires, password_file, to, notify, .. } = self;
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
            let text = fs::read_to_string(&path).map_err(|error| Failure::File { path, error })?;
            builder = builder.password(Secret::from(text.trim_end_matches(['\r', '\n'])));
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

fn row(link: &Permission) -> Vec<String> {
    let url = link.link.as_ref().and_then(|link| link.web_url.clone());
    vec![
        link.holder(),
        super::permissions::roles(link),
        super::permissions::expires(link),
        link.id.clone().unwrap_or_default(),
        // Who could not have made the link is not told its URL.
        url.unwrap_or_else(|| "not shown to you".to_owned()),
    ]
}
