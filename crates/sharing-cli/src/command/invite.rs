//! `sharing invite`: gives people access to an item, and mails them.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use sharing_model::{Action, Circumstances, DriveRecipient, InviteRequest, ItemAddress, Permission, Role};

use super::list::moment;
use crate::{
    connection::ConnectionArguments, dry_run::DryRun, exit::Exit, failure::Failure, file, output::Output,
};

/// Give people access to an item, and mail them.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  sharing invite \"me:/Projects/Quarterly report.docx\" \\
      --to ryan@contoso.com --role write \\
      --message \"Here's the file that we're collaborating on.\"
  sharing invite me:/Notes.txt --to id:7B5E1F3A-08D2-4C96-9F47-C61B2A8E0D34 \\
      --role read --no-notify")]
pub(crate) struct Invite {
    /// The item: /drive/items/ID, me:/path, somebody@contoso.com:/path, https://…/sites/x:/Library/path, a pasted link, or
    /// any other form of address, unencoded.
    address: String,

    /// A recipient: mail:ADDRESS, id:OBJECT-ID, alias:NAME, or one of these bare. May be given again.
    #[arg(long, value_name = "WHO")]
    to: Vec<String>,

    /// What recipients may do: read or write.
    #[arg(long)]
    role: Option<String>,

    /// Plain text for the mail; at most 2000 characters.
    #[arg(long, value_name = "TEXT")]
    message: Option<String>,

    /// A file that holds the mail's text; - for standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "message")]
    message_file: Option<PathBuf>,

    /// When the access ends, as in 2027-01-31T00:00:00Z or +30d.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    expires: Option<Timestamp>,

    /// Let recipients open the item without signing in.
    #[arg(long)]
    no_sign_in: bool,

    /// Grant silently: send no mail.
    #[arg(long)]
    no_notify: bool,

    #[command(flatten)]
    dry_run: DryRun,
}

impl Invite {
    pub(crate) async fn run(
        self,
        connection: &ConnectionArguments,
        output: &Output,
    ) -> Result<Exit, Failure> {
        let (address, request) = self.request()?;
        if let Some(exit) = self.dry_run.show(&Action::invite(address.clone(), &request), connection)? {
            return Ok(exit);
        }
        let connection = connection.open().await?;
        let granted = connection.client.item(&address).invite(&request).await?;

        let mailed = request.send_invitation == Some(true);
        output.print(&granted, &["RECIPIENT", "ROLE", "MAIL", "PERMISSION"], |granted| {
            let permissions = granted.value.iter().flatten();
            permissions.map(|permission| row(permission, mailed)).collect()
        })?;
        let all_mailed = granted.value.iter().flatten().all(|permission| permission.error.is_none());
        Ok(if all_mailed { Exit::Done } else { Exit::Partial })
    }

    fn request(&self) -> Result<(ItemAddress, InviteRequest), Failure> {
        let mut builder = InviteRequest::builder()
            .circumstances(Circumstances::default().now(Timestamp::now()))
            .recipients(self.to.iter().map(|text| DriveRecipient::from(&**text)))
            .require_sign_in(!self.no_sign_in)
            .send_invitation(!self.no_notify);
        if let Some(role) = &self.role {
            builder = builder.role(Role::from(&**role));
        }
        if let Some(message) = &self.message {
            builder = builder.message(message);
        }
        if let Some(path) = &self.message_file {
            builder = builder.message(file::read(path)?.trim_end());
        }
        if let Some(expires) = self.expires {
            builder = builder.expires(expires);
        }
        Ok(builder.build_for(&self.address)?)
    }
}

fn row(permission: &Permission, mailed: bool) -> Vec<String> {
    let mail = match &permission.error {
        Some(error) => {
            let why = error.localized_message.as_ref().or(error.message.as_ref()).or(error.code.as_ref());
            format!("not sent: {}", why.map_or("the service does not say why", |why| why))
        }
        None if mailed => "sent".to_owned(),
        None => "none asked for".to_owned(),
    };
    vec![
        permission.holder(),
        super::permissions::roles(permission),
        mail,
        permission.id.clone().unwrap_or_default(),
    ]
}
