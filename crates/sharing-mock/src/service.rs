//! The service: a request in, an answer out. Knows no socket.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::de::DeserializeOwned;
use sharing_model::{Action, ActionKind, BatchRequest, Dialect, GrantRequest, NoAction, Segment, Target};

use crate::{
    access::Held,
    answer::{Answer, Refusal, Shapes},
    batch, contoso,
    tenant::{Mail, Tenant},
};

/// A request as it came from the wire.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    /// Percent-encoded, without the query.
    pub(crate) path: &'a str,
    pub(crate) host: &'a str,
    pub(crate) authorization: Option<&'a str>,
    pub(crate) content_type: Option<&'a str>,
    pub(crate) body: &'a [u8],
    /// The service's name for the request.
    pub(crate) id: &'a str,
    /// The client's.
    pub(crate) client_id: &'a str,
}

/// A version of the service: where it stands, and what is spoken there, its answers' dialect first.
struct Version {
    path: &'static str,
    dialects: &'static [Dialect],
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

/// The tenant, and what it answers.
#[derive(Debug)]
pub(crate) struct Service {
    tenant: Mutex<Tenant>,
}

impl Service {
    pub(crate) fn contoso() -> Self {
        Self { tenant: Mutex::new(contoso::tenant()) }
    }

    /// No request leaves the tenant half changed: a poisoned lock guards a whole one.
    fn tenant(&self) -> MutexGuard<'_, Tenant> {
        self.tenant.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn outbox(&self) -> Vec<Mail> {
        self.tenant().outbox.clone()
    }

    pub(crate) fn answer(&self, request: &Request<'_>) -> Result<Answer, Refusal> {
        if let Some(path) = request.path.strip_prefix("/_mock/") {
            return self.control(request.method, path);
        }
        let Some((version, path)) = version_of(request.path) else {
            let first = request.path.trim_start_matches('/').split('/').next().unwrap_or_default();
            let versions: Vec<_> = VERSIONS.iter().map(|version| version.path).collect();
            let reason = format!("a path starts with one of {}", versions.join(", "));
            return Err(Refusal::unknown_segment(first, reason));
        };
        let dialect = version.dialects[0];
        authorize(request.authorization, dialect)?;

        let action = Action::parse(request.method, path, version.dialects).map_err(no_action)?;
        if action.kind() == ActionKind::Batch {
            let batch: BatchRequest = read_body(request)?;
            return batch::answer(self, request, version.path, &batch);
        }
        self.act(request, &action, version)
    }

    /// One action, alone or out of a batch. The tenant is locked for all of it, so nobody sees it half done.
    fn act(&self, request: &Request<'_>, action: &Action, version: &Version) -> Result<Answer, Refusal> {
        let mut tenant = self.tenant();
        let dialect = version.dialects[0];
        let base = format!("http://{}{}", request.host, version.path);
        let shapes = |tenant| Shapes { tenant, dialect, base: &base };
        let found = Refusal::not_found;
        let origin = format!("http://{}", request.host);

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
                Ok(why_not
                    .into_iter()
                    .fold(Answer::no_content(), |answer, why| answer.with("x-mock-reason", why)))
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

    /// What no service has: a look inside.
    fn control(&self, method: &str, path: &str) -> Result<Answer, Refusal> {
        match (method, path) {
            ("GET", "outbox") => Ok(Answer::ok(self.outbox())),
            (_, "outbox") => Err(not_allowed("GET")),
            _ => Err(Refusal::unknown_segment(path, "there is /_mock/outbox")),
        }
    }
}

fn authorize(authorization: Option<&str>, dialect: Dialect) -> Result<(), Refusal> {
    let token = authorization
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

fn not_allowed(allowed: &str) -> Refusal {
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
        request.content_type.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
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
