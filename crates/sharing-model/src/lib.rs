//! The vocabulary of the sharing protocol of OneDrive, SharePoint and Microsoft Graph.
//!
//! This crate knows every word of the protocol and its rules. It does not know how to reach a service: it opens no
//! socket, reads no clock and awaits nothing, so it compiles for any target.
//!
//! - **Lossless in.** What the service says is read tolerantly and kept whole: unknown properties, unknown words, `null`
//!   and values of another shape come out as they came in.
//! - **Strict out.** A request that the service is known to refuse cannot be built, and the error names every fault.
//! - **Spelt once.** An [`Action`] is what to ask of which item; an [`ItemAddress`] is where an item lives. A client
//!   prints them and a service parses them.
//!
//! ```
//! use sharing_model::{Action, Collection, Dialect, DriveRecipient, InviteRequest, Permission, Role};
//!
//! let (item, request) = InviteRequest::builder()
//!     .recipient(DriveRecipient::email("ryan@contoso.com"))
//!     .role(Role::Write)
//!     .message("Here's the file that we're collaborating on.")
//!     .send_invitation(true)
//!     .build_for("/drive/items/01NQ5")?;
//! let action = Action::invite(item, &request);
//! assert_eq!(action.method().as_str(), "POST");
//! assert_eq!(action.path(Dialect::Graph), "/drive/items/01NQ5/invite");
//!
//! let answer = r#"{ "value": [ { "id": "CCFC7CA3", "roles": ["write"],
//!                                "grantedTo": { "user": { "displayName": "Ryan Gregg" } } } ] }"#;
//! let permissions: Collection<Permission> = serde_json::from_str(answer)?;
//! assert_eq!(permissions.value.unwrap()[0].holder(), "Ryan Gregg");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod action;
mod address;
mod advice;
mod batch;
mod collection;
mod container_permission;
mod date_time;
mod dialect;
mod drive;
mod error;
mod grant;
mod grantee;
mod identity;
mod invite;
mod item;
pub mod limits;
mod link;
mod list;
mod login_name;
mod permission;
mod recipient;
mod role;
mod rule;
#[cfg(feature = "schema")]
pub mod schema;
mod scope;
mod secret;
mod shared_folder;
mod sharing_url;
mod site_permission;
mod token;
mod update;
mod validation;
mod wire;

pub use action::{Action, ActionFacts, ActionKind, AnswerBody, Method, NoAction, Prefer, Repeat, Target};
pub use address::{AddressError, DriveAddress, ItemAddress, ItemKey, Segment, SiteAddress};
pub use advice::{Advice, Mender, Retry};
pub use batch::{BATCH_LIMIT, BatchAnswer, BatchMember, BatchRequest, BatchResponse};
pub use collection::Collection;
pub use container_permission::ContainerPermissionRequest;
pub use date_time::DateTime;
pub use dialect::Dialect;
pub use drive::{Drive, DriveKind, Site};
pub use error::{ErrorResponse, ServiceError};
pub use grant::{GrantRequest, RevokeGrantsRequest};
pub use grantee::{Grantee, GranteeKind};
pub use identity::{Identity, IdentitySet, SharePointIdentitySet};
pub use invite::{InviteRequest, InviteRequestBuilder};
pub use item::{DriveItem, ItemReference, Shared, SharedDriveItem};
pub use link::{CreateLinkRequest, CreateLinkRequestBuilder, LinkScope, LinkType, SharingLink};
pub use list::{List, ListItem};
pub use login_name::{LoginName, LoginNameKind};
pub use permission::{Inheritance, Permission, PermissionKind, SharingInvitation};
pub use recipient::DriveRecipient;
pub use role::Role;
pub use rule::{
    Circumstances, Fault, InvalidRequest, ItemKind, MESSAGE_LIMIT, RuleFacts, Severity, TokenKind, rules,
};
pub use scope::Scopes;
pub use secret::Secret;
pub use shared_folder::{AddSharedFolderRequest, RemoteItem};
pub use sharing_url::{SharingUrl, SharingUrlError};
pub use site_permission::SitePermissionRequest;
pub use token::TokenResponse;
pub use update::UpdatePermissionRequest;
pub use validation::ValidatePermissionRequest;
pub use wire::Misfit;
