//! A client for the sharing protocol of OneDrive, SharePoint and Microsoft Graph.
//!
//! This crate knows how to say the vocabulary of `sharing-model` to a service: where the service is, which token it
//! wants, and what its answers mean. It does not know what an access list or a run is, and it decides nothing for its
//! caller: it asks once, and tells what happened.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use sharing_http::{Client, Endpoint};
//! use sharing_model::{DriveRecipient, InviteRequest, ItemAddress, Role};
//!
//! // A service on loopback. Against Microsoft Graph, take `Endpoint::graph()` and a real token.
//! let server = sharing_mock::MockServer::start().await?;
//! let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
//!
//! let report: ItemAddress = "/drive/root:/Projects/Quarterly report.docx".parse()?;
//! let request = InviteRequest::builder()
//!     .recipient(DriveRecipient::email("ryan@contoso.com"))
//!     .role(Role::Write)
//!     .send_invitation(true)
//!     .build()?;
//! let granted = client.item(&report).invite(&request).await?;
//! assert_eq!(granted.value.unwrap()[0].holder(), "Ryan Gregg");
//! assert_eq!(server.outbox().len(), 1);
//! # Ok(()) }
//! ```

mod builder;
mod call;
mod client;
mod cloud;
mod credential;
mod endpoint;
mod error;
mod exchange;
mod execute;
mod governor;
mod item;
mod list;
mod observe;
mod permission;
mod render;
pub mod retry;
mod share;
mod throttle;
mod token_cache;

pub use builder::ClientBuilder;
pub use call::{Asking, Call};
pub use client::Client;
pub use cloud::{Cloud, GraphVersion, NoCloud};
pub use credential::{AccessToken, FixedToken, TokenError, TokenFuture, TokenSource};
pub use endpoint::{Endpoint, EndpointError};
pub use error::Error;
pub use governor::{
    Admission, Cause, Cost, Estimate, Governor, Limit, Limits, Standing, Subject, Verdict, Work,
};
pub use item::Item;
pub use list::List;
pub use observe::{End, Event};
pub use permission::ItemPermission;
pub use render::Rendered;
pub use share::Share;
pub use throttle::{Heard, RateLimit};
