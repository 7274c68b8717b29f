//! The service: a request in, an answer out. Knows no socket.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::de::DeserializeOwned;
use sharing_model::{
    Action, ActionKind, Circumstances, Dialect, DriveKind, Fault, InviteRequest, ItemKind, NoAction, Segment,
    Severity, UpdatePermissionRequest,
};

use crate::{
    answer::{Answer, Refusal, Shapes},
    contoso,
    directory::PrincipalIndex,
    drive::{Grant, ItemIndex, ROOT},
    identifier::permission_id,
    tenant::{Mail, Tenant},
};

/// A request as it came from the wire.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    /// Percent-encoded, without the query.
    pub(crate) path: &'a str,
    pub(crate) host: &'a str,
    pub(crate) authorization: Option<&'a str>,
    pub(crate) content_type: Option<&'a str>,
    pub(crate) body: &'a [u8],
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
        let mut tenant = self.tenant();
        let Some(address) = action.item() else { return Err(not_there_yet(action.kind())) };
        let (drive, item) = tenant.resolve(address).map_err(Refusal::not_found)?;
        let base = format!("http://{}{}", request.host, version.path);
        let shapes = |tenant| Shapes { tenant, dialect, base: &base };
        match action.kind() {
            ActionKind::GetItem => Ok(Answer::ok(shapes(&tenant).item(drive, item))),
            ActionKind::ListChildren => Ok(Answer::ok(shapes(&tenant).children(drive, item))),
            ActionKind::ListPermissions => Ok(Answer::ok(shapes(&tenant).permissions(drive, item))),
            ActionKind::GetPermission => {
                let grant = tenant.held(drive, item, action.permission_id())?;
                Ok(Answer::ok(shapes(&tenant).permission(drive, item, grant)))
            }
            ActionKind::UpdatePermission => {
                let update: UpdatePermissionRequest = read_body(request)?;
                tenant.update_permission(drive, item, action.permission_id(), &update)?;
                let grant = tenant.held(drive, item, action.permission_id())?;
                Ok(Answer::ok(shapes(&tenant).permission(drive, item, grant)))
            }
            ActionKind::DeletePermission => tenant.delete_permission(drive, item, action.permission_id()),
            ActionKind::Invite => {
                let invitation: InviteRequest = read_body(request)?;
                let grants = tenant.invite(drive, item, &invitation)?;
                let answer = Answer::ok(shapes(&tenant).invited(&grants));
                Ok(answer.with("location", format!("http://{}", request.host)))
            }
            kind => Err(not_there_yet(kind)),
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

fn not_there_yet(kind: ActionKind) -> Refusal {
    Refusal::new(501, "notSupported", "Operation not supported", format!("this service cannot {kind} yet"))
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

fn read_body<T: DeserializeOwned>(request: &Request<'_>) -> Result<T, Refusal> {
    let media_type =
        request.content_type.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err(Refusal::malformed("Content-Type: a body is application/json"));
    }
    serde_json::from_slice(request.body).map_err(|error| Refusal::malformed(format!("the body: {error}")))
}

/// Properties that the action does not know, annotations aside.
fn unknown(invitation: &InviteRequest) -> Vec<String> {
    let misfits = invitation.misfits();
    let is_unknown = |name: &&String| {
        !name.starts_with('@')
            && !invitation.additional[*name].is_null()
            && !misfits.iter().any(|misfit| misfit.property == **name)
    };
    let mut unknown: Vec<_> = invitation.additional.keys().filter(is_unknown).cloned().collect();
    for (index, recipient) in invitation.recipients.iter().flatten().enumerate() {
        let names = recipient.additional.keys().filter(|name| !name.starts_with('@'));
        unknown.extend(names.map(|name| format!("recipients[{index}].{name}")));
    }
    unknown
}

impl Tenant {
    /// The permission with this id on an item, inherited or not.
    fn held(&self, drive: usize, item: ItemIndex, id: Option<&Segment>) -> Result<&Grant, Refusal> {
        let is_it = |grant: &&Grant| {
            id.is_some_and(|id| id.as_str() == permission_id(&self.directory.get(grant.to).login_name()))
        };
        self.drives[drive].grants(item).iter().find(is_it).ok_or_else(|| {
            Refusal::new(
                404,
                "itemNotFound",
                "The resource could not be found.",
                "the item has no permission with this id",
            )
        })
    }

    /// Changes the role. An end is kept by links alone, and there are none here.
    fn update_permission(
        &mut self,
        drive: usize,
        item: ItemIndex,
        id: Option<&Segment>,
        update: &UpdatePermissionRequest,
    ) -> Result<(), Refusal> {
        let mut grant = self.held(drive, item, id)?.clone();
        self.refuse_inherited(drive, item)?;
        refuse_faults(update.validate(&self.circumstances(drive, item)), Vec::new())?;
        if let Some(roles) = &update.roles {
            grant.roles.clone_from(roles);
            self.drives[drive].grant(item, grant);
        }
        Ok(())
    }

    /// A permission is changed where it was granted, and nowhere below.
    fn refuse_inherited(&self, drive: usize, item: ItemIndex) -> Result<(), Refusal> {
        if self.drives[drive].is_unique(item) {
            return Ok(());
        }
        let reason = "the permission is inherited; change it where it was granted";
        Err(Refusal::new(403, "notAllowed", "Operation not allowed", reason))
    }

    fn circumstances(&self, drive: usize, item: ItemIndex) -> Circumstances {
        let item_kind = match self.is_folder(drive, item) {
            _ if item == ROOT => ItemKind::Root,
            true => ItemKind::Folder,
            false => ItemKind::File,
        };
        let mut circumstances = Circumstances::default().item(item_kind).now(jiff::Timestamp::now());
        circumstances.drive = DriveKind::of(self.drives[drive].drive_type);
        circumstances
    }

    fn delete_permission(
        &mut self,
        drive: usize,
        item: ItemIndex,
        id: Option<&Segment>,
    ) -> Result<Answer, Refusal> {
        let grant = self.held(drive, item, id)?;
        self.refuse_inherited(drive, item)?;
        if grant.roles.contains(&sharing_model::Role::Owner) {
            return Ok(Answer::no_content()
                .with("x-mock-reason", "an owner's permission stays, whatever the answer says"));
        }
        let from = grant.to;
        self.drives[drive].revoke(item, from);
        Ok(Answer::no_content())
    }

    /// Grants and mails, or refuses and changes nothing.
    fn invite(
        &mut self,
        drive: usize,
        item: ItemIndex,
        invitation: &InviteRequest,
    ) -> Result<Vec<Grant>, Refusal> {
        refuse_faults(invitation.validate(&self.circumstances(drive, item)), unknown(invitation))?;

        let recipients = invitation.recipients.as_deref().unwrap_or_default();
        let resolved: Vec<_> = recipients.iter().map(|recipient| self.directory.resolve(recipient)).collect();
        let strangers: Vec<_> = recipients
            .iter()
            .zip(&resolved)
            .filter(|(_, resolved)| resolved.is_none())
            .map(|(recipient, _)| recipient.name().unwrap_or_default())
            .collect();
        if !strangers.is_empty() {
            let reason = format!("nobody goes by {}; nothing was granted to anyone", strangers.join(", "));
            return Err(Refusal::new(
                400,
                "noResolvedUsers",
                "One or more users could not be resolved.",
                reason,
            ));
        }

        let roles = invitation.roles.clone().unwrap_or_default();
        let mut grants = Vec::new();
        for resolved in resolved.into_iter().flatten() {
            let to = self.directory.admit(resolved);
            let grant = Grant { to, roles: roles.clone(), sign_in_required: invitation.require_sign_in };
            self.drives[drive].grant(item, grant.clone());
            if invitation.send_invitation == Some(true) {
                let mail = self.mail(drive, item, to, invitation);
                self.outbox.push(mail);
            }
            grants.push(grant);
        }
        Ok(grants)
    }

    fn mail(&self, drive: usize, item: ItemIndex, to: PrincipalIndex, invitation: &InviteRequest) -> Mail {
        Mail {
            to: self.directory.get(to).mail.clone(),
            from: self.directory.get(self.me).display_name.clone(),
            item: self.drives[drive].item(item).name.clone(),
            web_url: self.web_url(drive, item),
            roles: invitation.roles.clone().unwrap_or_default(),
            message: invitation.message.clone(),
        }
    }
}

/// Refuses what the model's rules say that the service refuses, and what it does not know, with everything that is wrong
/// as the reason.
fn refuse_faults(faults: Vec<Fault>, unknown: Vec<String>) -> Result<(), Refusal> {
    let refused: Vec<(&Fault, _)> = faults
        .iter()
        .filter(|fault| fault.severity == Severity::Error)
        .filter_map(|fault| Some((fault, fault.answer?)))
        .collect();
    let unknown = unknown.into_iter().map(|name| format!("{name}: no such property"));
    let reasons: Vec<_> = refused.iter().map(|(fault, _)| fault.to_string()).chain(unknown).collect();
    if reasons.is_empty() {
        return Ok(());
    }
    let reason = reasons.join("; ");
    Err(match refused.first() {
        Some((_, (code, message))) => Refusal::new(400, code, *message, reason),
        None => Refusal::malformed(reason),
    })
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
