//! The sharing service of OneDrive, SharePoint and Microsoft Graph on loopback, to embed in a test or to run.
//!
//! This crate knows what the service knows: items, people, permissions and the mails it would have sent. What an
//! invitation grants, a list shows. It does not know the client: the two meet on the wire and in the model, so that
//! each tests the other. It reaches nothing and mails nobody.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use sharing_mock::MockServer;
//!
//! let server = MockServer::start().await?;
//! let item = reqwest::Client::new()
//!     .get(format!("{}/v1.0/drive/root:/Projects/Quarterly report.docx", server.url()))
//!     .bearer_auth("any token")
//!     .send()
//!     .await?;
//! assert_eq!(item.status(), 200);
//! assert!(server.outbox().is_empty());
//! # Ok(()) }
//! ```
//!
//! The service speaks three versions: `/v1.0` and `/beta` as Graph spells them, `/_api/v2.0` as the direct endpoints do,
//! with the plain and with the `oneDrive.` spelling of actions. A bearer token is required and any is accepted, unless
//! [`AuthMode::Strict`] is asked for. Tokens come from `/{tenant}/oauth2/v2.0/token`, as those of the service do. Bodies are
//! the service's own; why a request was refused is said in the header `x-mock-reason`.
//!
//! Tests that share a process need not share a tenant: the header `x-mock-space` or a path that starts with
//! `/_space/{name}` chooses a space, with a tenant, a clock, faults, limits and a journal of its own;
//! [`MockServer::space`] is its handle. Below `/_mock/` is what no service has: requests, mails, clock, state, snapshots
//! and faults for any language, as `/_mock/openapi.json` tells. The same seed and the same requests give the same
//! answers, byte for byte, as long as the clock is set and stands still.
//!
//! Faults are asked for by rules ([`FaultRule`]), from the builder, the control API or a file, and by the request header
//! `x-mock-fault`, as in `x-mock-fault: 429; retry-after=2`. [`Limits`] are off until they are set. What happens can be seen
//! on a page at `/_mock/`.

mod access;
mod act;
mod answer;
mod application;
mod arrival;
mod batch;
mod builder;
mod clock;
mod condition;
mod control;
mod directory;
mod drive;
mod fault;
mod handle;
mod head;
mod identifier;
mod journal;
mod limit;
mod login;
mod notice;
mod outbox;
mod pack;
mod past;
mod pipeline;
mod policy;
#[cfg(feature = "program")]
pub mod program;
mod published;
mod query;
mod refusal;
mod right;
mod scope_report;
mod server;
mod service;
mod shape;
mod socket;
mod space;
mod tenant;
#[cfg(feature = "tls")]
mod tls;
#[cfg(not(feature = "tls"))]
#[path = "no_tls.rs"]
mod tls;
mod token;
#[cfg(all(feature = "validate", debug_assertions))]
mod validate;
mod world;

/// Whether this build compares each answer with the published document and schemas, and ends the process where one is
/// none that they describe: with the feature `validate`, in builds with debug assertions. A test crate holds it, so that it
/// cannot be off unseen.
///
/// ```
/// assert_eq!(sharing_mock::VALIDATES, cfg!(debug_assertions), "the tests of this crate have the feature");
/// ```
pub const VALIDATES: bool = cfg!(all(feature = "validate", debug_assertions));

pub use application::Application;
pub use builder::MockServerBuilder;
pub use clock::{Clock, ClockMode};
pub use fault::{
    Cut, FaultBody, FaultEffect, FaultList, FaultMatch, FaultPreset, FaultRule, FaultState, InvalidFaults,
    fault_list_schema,
};
pub use handle::{InvalidSpaceName, MockSpace};
pub use journal::Entry;
pub use limit::{LimitGauge, LimitWindow, Limits, RateLimitHeaders};
pub use login::{
    Person,
    device::{Device, Waiting},
};
pub use outbox::Mail;
pub use refusal::{RefusalFacts, refusals};
pub use scope_report::{ActionUse, ScopeReport, TokenUse};
pub use server::MockServer;
pub use token::AuthMode;
pub use world::world_schema;
pub use world::{World, WorldError};
