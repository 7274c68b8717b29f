//! The smallest program that invites somebody to an item.
//!
//! ```sh
//! export SHARING_TOKEN=…
//! cargo run --example invite -- "/me/drive/root:/Projects/Plan.docx" ryan@contoso.com
//! ```
//!
//! Against a `sharing-mock`, say where it is with `SHARING_ENDPOINT`; it takes any token.

#![expect(clippy::print_stdout, reason = "a program prints")]

use std::{env, error::Error};

use sharing_http::{Client, Endpoint};
use sharing_model::{DriveRecipient, InviteRequest, ItemAddress, Role};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(item), Some(recipient)) = (arguments.next(), arguments.next()) else {
        return Err("say an item's address, and whom to invite".into());
    };
    let endpoint =
        env::var("SHARING_ENDPOINT").map_or_else(|_| Ok(Endpoint::graph()), |url| Endpoint::new(&url))?;
    let client = Client::new(endpoint, env::var("SHARING_TOKEN")?.into())?;
    println!("{}", invite(&client, &item, &recipient).await?);
    Ok(())
}

/// Lets somebody read an item, mails them, and says what came of it.
pub(crate) async fn invite(client: &Client, item: &str, recipient: &str) -> Result<String, Box<dyn Error>> {
    let item: ItemAddress = item.parse()?;
    let request = InviteRequest::builder()
        .recipient(DriveRecipient::from(recipient))
        .role(Role::Read)
        .message("Have a look.")
        .send_invitation(true)
        .build()?;
    match client.item(&item).invite(&request).await {
        Ok(granted) => {
            let holders: Vec<_> =
                granted.value.iter().flatten().map(|permission| permission.holder()).collect();
            Ok(format!("invited {}", holders.join(", ")))
        }
        // Nobody knows whether the mail went out. Asking again might send a second one; looking does not.
        Err(error) if error.is_in_doubt() => {
            let list = client.item(&item).permissions().await?;
            let holders: Vec<_> = list.value.iter().flatten().map(|permission| permission.holder()).collect();
            Ok(format!("the answer got lost; these have access: {}", holders.join(", ")))
        }
        Err(error) => Err(error.into()),
    }
}
