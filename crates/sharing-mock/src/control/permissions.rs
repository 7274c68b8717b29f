//! Who has access to what, at a glance.

use hyper::{Response, StatusCode};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use sharing_model::{LinkScope, Role};

use super::{Call, Operation, Parameter, Reply, Wrong, json};
use crate::{
    directory::PrincipalKind,
    drive::{Content, Drive, ItemIndex, ROOT},
    socket::Body,
    tenant::Tenant,
};

/// How many items are shown where it is not said.
const LIMIT: usize = 200;

const FILTER: &[Parameter] = &[
    Parameter {
        name: "item",
        description: "Only items whose path has this in it, in any case.",
        kind: "string",
    },
    Parameter {
        name: "limit",
        description: "At most so many items; 200 where it is not said.",
        kind: "integer",
    },
];

pub(super) static OPERATIONS: &[Operation] = &[Operation {
    method: "GET",
    path: "/permissions",
    id: "listPermissions",
    summary: "The items that have permissions of their own, and who holds them. All others have those of the folder above.",
    query: FILTER,
    body: None,
    reply: Reply::ok(|schemas| schemas.subschema_for::<SharedItems>()),
    handler: show,
}];

/// Items that have permissions of their own.
#[derive(Debug, Serialize, JsonSchema)]
struct SharedItems {
    /// How many there are; not all of them may be shown.
    count: usize,
    value: Vec<SharedItem>,
}

/// An item that has permissions of its own.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SharedItem {
    drive_id: String,
    /// Where a browser shows the drive.
    drive_url: String,
    id: String,
    /// In its drive, as in `/Projects/Notes.txt`.
    path: String,
    is_folder: bool,
    holders: Vec<Holder>,
}

/// One permission.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Holder {
    /// The permission's id.
    id: String,
    kind: HolderKind,
    /// A name; of a link, whom it is for.
    name: String,
    /// A mail address, or a link's URL.
    address: String,
    roles: Vec<Role>,
    /// When it ends.
    expires: Option<String>,
}

/// Who holds a permission.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum HolderKind {
    User,
    Guest,
    /// A guest who has not accepted the invitation yet.
    Invited,
    Group,
    Application,
    Link,
}

fn show(call: &Call<'_>) -> Result<Response<Body>, Wrong> {
    let query = call.query(FILTER)?;
    let wanted = query.get("item").map(|item| item.to_lowercase()).unwrap_or_default();
    let limit = match query.get("limit").map(|limit| limit.parse::<usize>().map_err(|_| limit)) {
        Some(Ok(limit)) => limit,
        None => LIMIT,
        Some(Err(limit)) => {
            let wrong = format!("{limit:?} is no number");
            return Err(Wrong::new("query: limit", wrong, "a whole number from 0"));
        }
    };
    let now = call.space.clock.now();
    let tenant = call.space.tenant();
    let mut shown = SharedItems { count: 0, value: Vec::new() };
    for drive in &tenant.drives {
        for item in drive.below(ROOT) {
            if !drive.is_unique(item) {
                continue;
            }
            let path = format!("/{}", drive.path(item).join("/"));
            if !path.to_lowercase().contains(&wanted) {
                continue;
            }
            shown.count += 1;
            if shown.value.len() < limit {
                shown.value.push(shared(&tenant, drive, item, path, now));
            }
        }
    }
    Ok(json(StatusCode::OK, &shown))
}

fn shared(tenant: &Tenant, drive: &Drive, item: ItemIndex, path: String, now: Timestamp) -> SharedItem {
    let grants = drive.grants(item).filter(|grant| !grant.is_over(now)).map(|grant| {
        let who = tenant.directory.get(grant.to);
        Holder {
            id: drive.permission_id(who).to_owned(),
            kind: match who.kind {
                PrincipalKind::User => HolderKind::User,
                PrincipalKind::Guest => HolderKind::Guest,
                PrincipalKind::PendingGuest => HolderKind::Invited,
                PrincipalKind::Application => HolderKind::Application,
                _ => HolderKind::Group,
            },
            name: who.display_name.clone(),
            address: who.mail.clone(),
            roles: grant.roles.to_vec(),
            expires: grant.expires.as_ref().map(ToString::to_string),
        }
    });
    let links = drive.links(item).filter(|link| !link.is_over(now)).map(|link| Holder {
        id: link.id.clone(),
        kind: HolderKind::Link,
        name: match &link.scope {
            LinkScope::Anonymous => "Anybody".to_owned(),
            LinkScope::Organization => format!("Everybody at {}", tenant.name),
            LinkScope::Users => {
                let names = link.users.iter().map(|user| &*tenant.directory.get(*user).display_name);
                names.collect::<Vec<_>>().join(", ")
            }
            other => other.to_string(),
        },
        address: link.url.clone(),
        roles: link.roles(),
        expires: link.expires.as_ref().map(ToString::to_string),
    });
    SharedItem {
        drive_id: drive.id.to_string(),
        drive_url: drive.web_url.to_string(),
        id: drive.item(item).id.clone(),
        path,
        is_folder: matches!(drive.item(item).content, Content::Folder(_)),
        holders: grants.chain(links).collect(),
    }
}
