//! Signs a person in by a code that they type elsewhere, and lists what is in their drive.
//!
//! ```sh
//! cargo run --example device_code -- contoso.onmicrosoft.com 6b6a1b5e-…-client-id
//! ```
//!
//! The application must be a public client with the delegated permission `Files.Read`. Against a `sharing-mock`, say
//! where it is with `SHARING_ENDPOINT`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program prints")]

use std::{env, error::Error};

use futures_util::TryStreamExt;
use sharing_http::{Authority, Client, Cloud, DeviceCode, DevicePrompt, Endpoint, GraphVersion};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(tenant), Some(client_id)) = (arguments.next(), arguments.next()) else {
        return Err("say a tenant, and an application's client id".into());
    };
    let (endpoint, authority) = match env::var("SHARING_ENDPOINT") {
        Ok(url) => (Endpoint::new(&url)?, Authority::at(&url, &tenant)?),
        Err(_) => (Cloud::Global.endpoint(GraphVersion::V1), Authority::new(Cloud::Global, &tenant)?),
    };
    let prompt = |prompt: &DevicePrompt<'_>| eprintln!("{}", prompt.message());
    for name in names(endpoint, authority, &client_id, prompt).await? {
        println!("{name}");
    }
    Ok(())
}

/// The names in the root of the drive of whoever signs in.
pub(crate) async fn names(
    endpoint: Endpoint,
    authority: Authority,
    client_id: &str,
    prompt: impl Fn(&DevicePrompt<'_>) + Send + Sync + 'static,
) -> Result<Vec<String>, Box<dyn Error>> {
    let credential = DeviceCode::new(authority.endpoint(&endpoint), client_id, prompt)?;
    // The code is shown when the first request needs a token; later ones are refreshed without anybody.
    let client = Client::builder().endpoint(endpoint).credential(credential).build()?;
    let root = "/me/drive/root".parse()?;
    let children = client.item(&root).children().select(["name"]).elements();
    Ok(children.try_filter_map(|child| async { Ok(child.name) }).try_collect().await?)
}
