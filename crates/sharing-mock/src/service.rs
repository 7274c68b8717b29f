//! The service: a request in, an answer out. Knows no socket.

use hyper::HeaderMap;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use sharing_model::{Action, ActionKind, BatchRequest, Dialect, GrantRequest, NoAction, Segment, Target};

use crate::{
    access::Held,
    answer::{Answer, Refusal, Shapes},
    batch,
    space::Space,
};

/// A request as it came from the wire, alone or in a batch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    /// Percent-encoded, without the space's prefix and the query.
    pub(crate) path: &'a str,
    /// What follows the question mark, still encoded.
    pub(crate) query: Option<&'a str>,
    /// What stands before the path, as in `http://127.0.0.1:4000/_space/one`.
    pub(crate) origin: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
    /// The service's name for the request.
    pub(crate) id: &'a str,
    /// The client's.
    pub(crate) client_id: &'a str,
    /// When it came, by the space's clock. All of a request happens at that moment.
    pub(crate) now: Timestamp,
    pub(crate) in_batch: bool,
}

impl<'a> Request<'a> {
    /// A header's text; none where it is no text.
    pub(crate) fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// A version of the service: where it stands, and what is spoken there, its answers' dialect first.
#[derive(Debug)]
pub(crate) struct Version {
    pub(crate) path: &'static str,
    dialects: &'static [Dialect],
}

/// Where a request leads.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) version: &'static Version,
    /// What it asks for, or why that is no action.
    pub(crate) action: Result<Action, NoAction>,
}

impl Route {
    pub(crate) fn kind(&self) -> Option<ActionKind> {
        self.action.as_ref().ok().map(Action::kind)
    }
}

const VERSIONS: &[Version] = &[
    Version { path: "/v1.0", dialects: &[Dialect::Graph] },
    Version { path: "/beta", dialects: &[Dialect::Graph] },
    Version { path: "/_api/v2.0", dialects: &[Dialect::Direct, Dialect::Server] },
];

/// The dialect that a path is answered in.
pub(crate) fn dialect_of(path: &str) -> Dialect {
    version_of(path).map_or(Dialect::Graph, |(version, _)| version.dialects[0])
}

/// The version that a path belongs to, and the path below it.
fn version_of(path: &str) -> Option<(&'static Version, &str)> {
    VERSIONS.iter().find_map(|version| {
        let below = path.strip_prefix(version.path)?;
        (below.is_empty() || below.starts_with('/')).then_some((version, below))
    })
}

/// Finds what a request is about.
pub(crate) fn route(method: &str, path: &str) -> Result<Route, Refusal> {
    let Some((version, below)) = version_of(path) else {
        let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        let versions: Vec<_> = VERSIONS.iter().map(|version| version.path).collect();
        let reason = format!("a path starts with one of {}", versions.join(", "));
        return Err(Refusal::unknown_segment(first, reason));
    };
    Ok(Route { version, action: Action::parse(method, below, version.dialects) })
}

/// Answers a request that may be answered.
pub(crate) fn answer(space: &Space, request: &Request<'_>, route: Route) -> Result<Answer, Refusal> {
    let action = route.action.map_err(no_action)?;
    if action.kind() == ActionKind::Batch {
        let batch: BatchRequest = read_body(request)?;
        return batch::answer(space, request, route.version.path, &batch);
    }
    act(space, request, &action, route.version)
}

/// One action, alone or out of a batch. The tenant is locked for all of it, so nobody sees it half done.
fn act(space: &Space, request: &Request<'_>, action: &Action, version: &Version) -> Result<Answer, Refusal> {
    let mut tenant = space.tenant();
    let dialect = version.dialects[0];
    let base = format!("{}{}", request.origin, version.path);
    let shapes = |tenant| Shapes { tenant, dialect, base: &base };
    let found = Refusal::not_found;
    let origin = request.origin;

    let (at, id) = match action.target() {
        Target::Drive(drive) => {
            let drive = tenant.drive_index(drive).map_err(found)?;
            return Ok(Answer::ok(shapes(&tenant).drive(drive)));
        }
        Target::Site(site) => {
            let site = tenant.site_index(site.as_str()).map_err(found)?;
            return Ok(Answer::ok(shapes(&tenant).site(site)));
        }
        Target::Share(token) => {
            let (at, link) = tenant.share(token).map_err(found)?;
            if action.kind() == ActionKind::GetShare {
                return Ok(Answer::ok(shapes(&tenant).share(at, token.as_str())));
            }
            let Some(link) = link.cloned() else {
                return Err(Refusal::malformed("the share is an item's own URL, not a link"));
            };
            match action.kind() {
                ActionKind::GetSharePermission => return Ok(Answer::ok(shapes(&tenant).link(&link))),
                ActionKind::RevokeShareGrants => {
                    let id = Segment::new(&*link.id).ok_or_else(|| Refusal::malformed("no id"))?;
                    let link = tenant.revoke_grants(at, &id, &read_body(request)?)?;
                    return Ok(Answer::ok(shapes(&tenant).link(&link)).with("location", origin));
                }
                _ => {}
            }
            let link = tenant.grant_link(at, &link, &read_body::<GrantRequest>(request)?)?;
            return Ok(Answer::ok(shapes(&tenant).granted_link(&link)).with("location", origin));
        }
        Target::Item(item) => (tenant.resolve(item).map_err(found)?, None),
        Target::Permission { item, id } => (tenant.resolve(item).map_err(found)?, Some(id)),
        _ => return Err(Refusal::malformed("not an action")),
    };

    match (action.kind(), id) {
        (ActionKind::GetItem, _) => Ok(Answer::ok(shapes(&tenant).item(at.0, at.1))),
        (ActionKind::ListChildren, _) => Ok(Answer::ok(shapes(&tenant).children(at.0, at.1))),
        (ActionKind::ListChanges, _) => {
            Ok(Answer::ok(shapes(&tenant).changes(at.0, at.1, &action.path(dialect))))
        }
        (ActionKind::ListPermissions, _) => Ok(Answer::ok(shapes(&tenant).permissions(at))),
        (ActionKind::GetPermission, Some(id)) => {
            let held = tenant.held(at, id)?;
            Ok(Answer::ok(shapes(&tenant).held(at, held)))
        }
        (ActionKind::CreatePermission, _) => {
            let grant = tenant.create_permission(at, &read_body(request)?)?;
            Ok(Answer::created(shapes(&tenant).held(at, Held::Grant(&grant))))
        }
        (ActionKind::UpdatePermission, Some(id)) => {
            tenant.update_permission(at, id, &read_body(request)?)?;
            let held = tenant.held(at, id)?;
            Ok(Answer::ok(shapes(&tenant).held(at, held)))
        }
        (ActionKind::DeletePermission, Some(id)) => {
            let why_not = tenant.delete_permission(at, id)?;
            Ok(why_not.into_iter().fold(Answer::no_content(), |answer, why| answer.because(why)))
        }
        (ActionKind::Invite, _) => {
            let grants = tenant.invite(at, &read_body(request)?)?;
            Ok(Answer::ok(shapes(&tenant).invited(&grants)).with("location", origin))
        }
        (ActionKind::CreateLink, _) => {
            let (link, is_new) = tenant.create_link(at, &read_body(request)?)?;
            let body = shapes(&tenant).link(&link);
            if !is_new {
                return Ok(Answer::ok(body));
            }
            let made = action.item().cloned().zip(Segment::new(&*link.id));
            let made = made.map(|(item, id)| Action::get_permission(item, id).path(dialect));
            Ok(Answer::created(body).with("location", base + &made.unwrap_or_default()))
        }
        (ActionKind::RevokeGrants, Some(id)) => {
            let link = tenant.revoke_grants(at, id, &read_body(request)?)?;
            Ok(Answer::ok(shapes(&tenant).link(&link)).with("location", origin))
        }
        (kind, _) => Err(Refusal::malformed(format!("{kind} is not asked of this"))),
    }
}

/// Lets in whoever brings a bearer token, whichever it is.
pub(crate) fn authorize(request: &Request<'_>, dialect: Dialect) -> Result<(), Refusal> {
    let token = request
        .header("authorization")
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, token)| scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty());
    token.map(|_| ()).ok_or_else(|| Refusal::unauthenticated(dialect))
}

fn no_action(error: NoAction) -> Refusal {
    let reason = error.to_string();
    match error {
        NoAction::Address(address) => Refusal::unknown_segment(address.found().trim_matches('"'), reason),
        NoAction::Segment(segment) => Refusal::unknown_segment(&segment, reason),
        NoAction::Method { allowed } => {
            let allowed: Vec<_> = allowed.iter().map(|method| method.as_str()).collect();
            not_allowed(&allowed.join(", "))
        }
        _ => Refusal::malformed(reason),
    }
}

pub(crate) fn not_allowed(allowed: &str) -> Refusal {
    let mut refusal = Refusal::new(
        405,
        "notSupported",
        "The HTTP method is not supported by the requested resource.",
        format!("allowed here: {allowed}"),
    );
    refusal.headers.push(("allow", allowed.to_owned()));
    refusal
}

pub(crate) fn read_body<T: DeserializeOwned>(request: &Request<'_>) -> Result<T, Refusal> {
    let media_type =
        request.header("content-type").and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err(Refusal::malformed("Content-Type: a body is application/json"));
    }
    serde_json::from_slice(request.body).map_err(|error| Refusal::malformed(format!("the body: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_a_whole_segment() {
        assert_eq!(version_of("/v1.0/drive/root").map(|(_, path)| path), Some("/drive/root"));
        assert_eq!(version_of("/_api/v2.0").map(|(_, path)| path), Some(""));
        assert!(version_of("/v1.01/drive").is_none());
        assert_eq!(dialect_of("/_api/v2.0/drive"), Dialect::Direct);
    }
}
