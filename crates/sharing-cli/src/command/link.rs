//! `sharing link`: access for whoever holds a URL.

mod create;
mod delete;
mod grant;
mod list;

use clap::Subcommand;
use sharing_model::Permission;

use crate::{connection::ConnectionArguments, exit::Exit, failure::Failure, output::Output};

/// See, make and take away sharing links, and say whom they let in.
#[derive(Debug, Subcommand)]
pub(crate) enum Link {
    Create(create::Create),
    List(list::List),
    Delete(delete::Delete),
    Grant(grant::Grant),
    Revoke(grant::Revoke),
}

impl Link {
    pub(crate) async fn run(
        self,
        connection: &ConnectionArguments,
        output: &Output,
    ) -> Result<Exit, Failure> {
        match self {
            Self::Create(create) => create.run(connection, output).await,
            Self::List(list) => list.run(connection, output).await,
            Self::Delete(delete) => delete.run(connection).await,
            Self::Grant(grant) => grant.run(connection, output).await,
            Self::Revoke(revoke) => revoke.run(connection, output).await,
        }
    }
}

const HEADER: &[&str] = &["LINK", "ROLE", "EXPIRES", "PERMISSION", "URL"];

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
