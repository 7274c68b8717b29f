//! What changes who has access: invitations, links, roles, and taking away. Each grants all or changes nothing.

mod folder;
mod judge;
mod link;
mod place;

use std::sync::Arc;

use jiff::Timestamp;
use sharing_model::{
    DriveRecipient, InviteRequest, Permission, Role, Segment, UpdatePermissionRequest,
    ValidatePermissionRequest,
};

pub(crate) use self::{judge::refuse, place::of_containers};
use crate::{
    directory::{PrincipalIndex, Resolved},
    drive::{DriveType, Grant, ItemIndex, Link, shared_roles},
    outbox::Posted,
    refusal::{
        EXTERNAL_ID, GRANT_END, GRANTEE, INVITATIONS_OFF, INVITE_EXPIRY, LINK_ROLE, PASSWORD_NONE,
        PASSWORD_WRONG, PERMISSION_MISSING, Refusal, UNRESOLVED,
    },
    tenant::Tenant,
};

/// One permission of an item: what a grantee holds, or a link.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Held<'a> {
    Grant(&'a Grant),
    Link(&'a Link),
}

/// Where a request goes: an item of a drive.
pub(crate) type At = (usize, ItemIndex);

/// Whose permissions have an end.
const LINKS_END: &str = "expirationDateTime: on a business drive and in a library links alone have an end";

impl Tenant {
    /// The permission with this id on an item, inherited or not.
    pub(crate) fn held(&self, (drive, item): At, id: &Segment) -> Result<Held<'_>, Refusal> {
        let drive = &self.drives[drive];
        let grantee = self.directory.by_permission_id(id.as_str());
        let grant = grantee.and_then(|grantee| drive.grant_to(item, grantee));
        let grant = grant.filter(|grant| !grant.is_over(self.now)).map(Held::Grant);
        let link = || drive.link(item, id.as_str()).filter(|link| !link.is_over(self.now)).map(Held::Link);
        grant
            .or_else(link)
            .ok_or_else(|| Refusal::of(&PERMISSION_MISSING, "the item has no permission with this id"))
    }

    /// Changes a grantee's role, a link's end, and on a personal drive a grantee's end.
    pub(crate) fn update_permission(
        &mut self,
        at: At,
        id: &Segment,
        update: &UpdatePermissionRequest,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.held(at, id)?;
        self.refuse_inherited(at)?;
        self.refuse_locked(at)?;
        self.judge(update.validate(&self.circumstances(at, now)))?;
        match self.held(at, id)? {
            Held::Grant(grant) => {
                let mut grant = grant.clone();
                if let Some(roles) = &update.roles {
                    grant.roles = shared_roles(roles);
                }
                match &update.expiration_date_time {
                    None => {}
                    Some(end) if self.drives[at.0].kind == DriveType::Personal => {
                        self.refuse_unpaid(at, true)?;
                        grant.expires = Some(end.clone());
                    }
                    Some(_) if update.roles.is_some() => {
                        self.warnings.push(format!("{LINKS_END}; the role alone was changed"));
                    }
                    Some(_) => return Err(Refusal::of(&GRANT_END, LINKS_END)),
                }
                self.grant(at, Arc::new(grant));
            }
            Held::Link(_) if update.roles.is_some() => {
                return Err(Refusal::of(&LINK_ROLE, "roles: a link keeps the role of its type"));
            }
            Held::Link(link) => {
                self.refuse_unpaid(at, true)?;
                let expires = self.policy.end(&link.scope, update.expiration_date_time.clone(), now);
                let link = Link { expires, ..link.clone() };
                self.put_link(at, link);
            }
        }
        Ok(())
    }

    /// Takes a permission away; an owner's stays, which is told, not refused.
    pub(crate) fn delete_permission(
        &mut self,
        at: At,
        id: &Segment,
    ) -> Result<Option<&'static str>, Refusal> {
        let held = self.held(at, id)?;
        self.refuse_inherited(at)?;
        self.refuse_locked(at)?;
        match held {
            Held::Grant(grant) if grant.roles.contains(&Role::Owner) => {
                return Ok(Some("an owner's permission stays, whatever the answer says"));
            }
            Held::Grant(grant) => {
                let from = grant.to;
                self.revoke(at, from);
            }
            Held::Link(link) => {
                let id = link.id.clone();
                self.remove_link(at, &id);
            }
        }
        Ok(None)
    }

    /// Gives an application a role.
    pub(crate) fn create_permission(&mut self, at: At, permission: &Permission) -> Result<Grant, Refusal> {
        self.refuse_container_root(at)?;
        if self.drives[at.0].kind == DriveType::Personal {
            return Err(Refusal::of(&GRANTEE, "a personal drive's items are not given to applications"));
        }
        let application = permission.granted_to_v2.as_ref().and_then(|set| set.application.as_ref());
        let id = application.and_then(|application| application.id.as_deref());
        let Some(id) =
            id.filter(|_| permission.granted_to.is_none() && permission.granted_to_identities.is_none())
        else {
            return Err(Refusal::of(
                &GRANTEE,
                "grantedToV2.application.id: the one grantee that can be given here",
            ));
        };
        let roles = permission.roles.clone().unwrap_or_default();
        if roles.is_empty() {
            return Err(Refusal::of(&GRANTEE, "roles: a role"));
        }
        let name = application.and_then(|application| application.display_name.as_deref()).unwrap_or(id);
        let to = self.application(id, name);
        let grant = Grant::new(to, shared_roles(&roles));
        self.grant(at, Arc::new(grant.clone()));
        Ok(grant)
    }

    pub(crate) fn invite(
        &mut self,
        at: At,
        invitation: &InviteRequest,
        now: Timestamp,
    ) -> Result<Vec<Invited>, Refusal> {
        self.judge(invitation.validate(&self.circumstances(at, now)))?;
        self.refuse_in_container(at, invitation.send_invitation == Some(true))?;
        let is_personal = self.drives[at.0].kind == DriveType::Personal;
        if invitation.expiration_date_time.is_some() && !is_personal {
            let reason = "expirationDateTime: on a business drive and in a library, links alone end";
            return Err(Refusal::of(&INVITE_EXPIRY, reason));
        }
        self.refuse_unpaid(at, invitation.expiration_date_time.is_some() || invitation.password.is_some())?;
        if !self.policy.invitations {
            return Err(Refusal::of(&INVITATIONS_OFF, "the policy takes no invitations"));
        }
        self.refuse_locked(at)?;
        self.refuse_scope(at)?;
        let recipients = invitation.recipients.as_deref().unwrap_or_default();
        if is_personal && invitation.require_sign_in == Some(true) {
            self.refuse_work_accounts(recipients)?;
        }
        let everybody = self.resolve_all(recipients)?;
        if invitation.retain_inherited_permissions == Some(false) {
            self.stop_inheriting(at);
        }
        let roles = shared_roles(invitation.roles.as_deref().unwrap_or_default());
        let mails = invitation.send_invitation == Some(true);
        let message = invitation.message.as_deref().map(Arc::from);
        let mut invited = Vec::with_capacity(everybody.len());
        for to in everybody {
            let grant = Arc::new(Grant {
                sign_in_required: invitation.require_sign_in,
                invited_by: Some(self.me),
                expires: invitation.expiration_date_time.clone(),
                ..Grant::new(to, Arc::clone(&roles))
            });
            self.grant(at, Arc::clone(&grant));
            let unreachable = self.unreachable(to).filter(|_| mails);
            if mails && unreachable.is_none() {
                self.post(at, to, &roles, message.as_ref());
            }
            invited.push(Invited { grant, unreachable });
        }
        Ok(invited)
    }

    /// Shows that whoever asks knows a link's password.
    pub(crate) fn validate_permission(
        &mut self,
        at: At,
        id: &Segment,
        request: &ValidatePermissionRequest,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.judge(request.validate(&self.circumstances(at, now)))?;
        let password = match self.held(at, id)? {
            Held::Link(link) => link.password.as_ref(),
            Held::Grant(_) => None,
        };
        match password {
            None => Err(Refusal::of(&PASSWORD_NONE, "the permission has no password")),
            right if right == request.password.as_ref() => Ok(()),
            Some(_) => Err(Refusal::of(&PASSWORD_WRONG, "password: it is another")),
        }
    }

    /// Whom recipients mean: all of them, or a refusal that names those who cannot be found.
    fn resolve_all(&mut self, recipients: &[DriveRecipient]) -> Result<Vec<PrincipalIndex>, Refusal> {
        let (mut resolved, mut strangers) = (Vec::with_capacity(recipients.len()), Vec::new());
        for recipient in recipients {
            match self.directory.resolve(recipient) {
                Some(who) => resolved.push(who),
                None => strangers.push(recipient.name().unwrap_or_default()),
            }
        }
        if !strangers.is_empty() {
            let reason = format!("nobody goes by {}; nothing was granted to anyone", strangers.join(", "));
            return Err(Refusal::of(&UNRESOLVED, reason));
        }
        self.refuse_by_app(&resolved)?;
        let is_external = |resolved: &Resolved| match resolved {
            Resolved::Known(who) => self.directory.get(*who).kind.is_guest(),
            Resolved::Outside(_) => false,
        };
        let named = recipients.iter().zip(&resolved).find(|(who, it)| who.email.is_none() && is_external(it));
        if let Some((recipient, _)) = named {
            let reason = format!(
                "{} is a guest, whom only a mail address names",
                recipient.name().unwrap_or_default()
            );
            return Err(Refusal::of(&EXTERNAL_ID, reason));
        }
        self.refuse_guests(&resolved)?;
        Ok(resolved.into_iter().map(|resolved| self.admit(resolved)).collect())
    }

    fn post(&mut self, about: At, to: PrincipalIndex, roles: &Arc<[Role]>, message: Option<&Arc<str>>) {
        let (roles, message) = (Arc::clone(roles), message.cloned());
        self.outbox.push(Posted { time: self.now, to, from: self.me, about, roles, message });
    }
}

/// Somebody who was invited: what they hold, and why the mail to them did not arrive.
#[derive(Debug)]
pub(crate) struct Invited {
    pub(crate) grant: Arc<Grant>,
    pub(crate) unreachable: Option<String>,
}
