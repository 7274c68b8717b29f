//! A client for the sharing protocol of OneDrive, SharePoint and Microsoft Graph.
//!
//! This crate knows how to say the vocabulary of `sharing-model` to a service: where the service is, which token it
//! wants, what its answers mean, how fast it may be asked, and what may be said twice. It does not know what an access
//! list or a run is.
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
//!
//! # Asking
//!
//! [`Client::item`], [`share`](Client::share), [`drive`](Client::drive) and [`site_by_path`](Client::site_by_path) give
//! what can be asked. Each question is a [`Call`] or a [`List`]: a value until it is awaited, on which conditions and
//! options can be put (`if_match`, `select`, `filter`, …), and which can be [looked at](Call::render) instead of sent.
//! A list is awaited as a whole, or taken [page by page](List::pages) or [element by element](List::elements).
//! [`Client::batch`] asks for many things, twenty in a request.
//!
//! # What goes wrong
//!
//! An [`Error`] keeps all that the service said: status, codes, message, request id, headers; and
//! [`advice`](Error::advice) says who can mend it. What may safely be said twice is said again when it fails on the way,
//! within a [`RetryPolicy`](retry::RetryPolicy); the table in [`retry`] says what is done when. An invitation that may
//! have mailed somebody is never sent again: its error [is in doubt](Error::is_in_doubt), and looking at the item's
//! permissions tells.
//!
//! # The service's limits
//!
//! All clones of a client share a [`Governor`], which knows what each action costs and keeps below the documented
//! [`Limits`] of the tenant, heeds `Retry-After` and `RateLimit-*`, and says [how long](Governor::estimate) an amount of
//! work will take. Clients of one application share one: [`ClientBuilder::governor`].
//!
//! # Tokens
//!
//! A [`TokenSource`] gets them; the client keeps them, refreshes them early, and asks for a fresh one when the service
//! refuses the one it has. A token goes to the endpoint's own origin alone: no redirect, no link to a next page and no
//! proxy on loopback gets one. Connections are HTTPS except on loopback.
//!
//! # Seeing it work
//!
//! Each action is a [`tracing`] span `ask` with the fields `action`, `item` (the form of its address, never an id, a name
//! or a token), `attempt`, `status`, `request_id`, `client_request_id`, `units` and `waited_ms`.
//! [`ClientBuilder::on_event`] tells the same to a progress bar. No token, sharing link or password shows in any of it.
//!
//! The folder `examples/` has whole programs.

mod batch;
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
mod missing_scopes;
mod observe;
mod patience;
mod permission;
mod render;
pub mod retry;
mod share;
mod throttle;
mod token_cache;

pub use batch::Reply;
pub use builder::ClientBuilder;
pub use call::{Answered, Asking, Call};
pub use client::Client;
pub use cloud::{Cloud, GraphVersion, NoCloud};
#[cfg(feature = "azure-identity")]
pub use credential::azure::AzureCredential;
pub use credential::{AccessToken, FixedToken, TokenError, TokenFuture, TokenSource};
#[cfg(feature = "sign-in")]
pub use credential::{
    authority::{Authority, AuthorityError},
    client_certificate::ClientCertificate,
    client_secret::ClientSecret,
    device_code::{DeviceCode, DevicePrompt},
    sign_in_error::SignInError,
};
pub use endpoint::{Endpoint, EndpointError};
pub use error::Error;
pub use governor::{
    Admission, Cause, Cost, Estimate, Governor, Limit, Limits, Standing, Subject, Verdict, Work,
};
pub use item::Item;
pub use list::List;
pub use missing_scopes::MissingScopes;
pub use observe::{End, Event};
pub use permission::ItemPermission;
pub use render::Rendered;
pub use share::Share;
pub use throttle::{Heard, RateLimit};

/// The workspace's front page, whose example must compile.
#[cfg(all(doctest, feature = "sign-in"))]
#[doc = include_str!("../../../README.md")]
struct Readme;
