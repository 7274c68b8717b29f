//! What changes who has access: invitations, links, roles, and taking away. Each grants all or changes nothing.

use std::sync::Arc;

use jiff::Timestamp;
use sharing_model::{
    Circumstances, CreateLinkRequest, DriveKind, DriveRecipient, Fault, GrantRequest, InviteRequest,
    ItemKind, LinkScope, LinkType, Permission, RevokeGrantsRequest, Role, Segment, Severity, TokenKind,
    UpdatePermissionRequest,
};

use crate::{
    directory::{Newcomer, PrincipalIndex, PrincipalKind, Resolved},
    drive::{DriveType, Grant, ItemIndex, Link, ROOT, shared_roles},
    outbox::Posted,
    refusal::{
        ACCOUNT_UPGRADE, EXTERNAL_ID, GRANT_BY_APP, GRANT_LINK, GRANT_ROLES, GRANTEE, GUEST_BY_APP,
        GUESTS_BY_APP, INHERITED, INVITATIONS_OFF, INVITE_EXPIRY, ITEMS_BELOW, LINK_ROLE, PERMISSION_MISSING,
        PERMISSION_SCOPES, REVOKE_LINK, Refusal, SECURE_SHARING, UNRESOLVED,
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

    /// Changes a grantee's role or a link's end.
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
                self.grant(at, Arc::new(grant));
            }
            Held::Link(_) if update.roles.is_some() => {
                return Err(Refusal::of(&LINK_ROLE, "roles: a link keeps the role of its type"));
            }
            Held::Link(link) => {
                let link = Link { expires: update.expiration_date_time.clone(), ..link.clone() };
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
        let to = self.directory.by_id(id, PrincipalKind::Application);
        let to = to.unwrap_or_else(|| {
            self.directory_mut().add(&Newcomer::new(PrincipalKind::Application, id, name, ""))
        });
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

    /// Makes a link, or finds the one of the same type and scope. Says whether it is new.
    pub(crate) fn create_link(
        &mut self,
        at: At,
        request: &CreateLinkRequest,
        now: Timestamp,
    ) -> Result<(Link, bool), Refusal> {
        self.judge(request.validate(&self.circumstances(at, now)))?;
        self.refuse_unpaid(at, request.expiration_date_time.is_some() || request.password.is_some())?;
        self.refuse_locked(at)?;
        self.refuse_scope(at)?;
        let (drive, item) = at;
        let (asked, scope) = self.link_asked_for(request)?;
        // What was asked to block downloads comes back as a view that prevents them.
        let (link_type, prevents_download) = match asked {
            LinkType::BlocksDownload => (LinkType::View, true),
            other => (other, false),
        };
        let users = self.resolve_all(request.recipients.as_deref().unwrap_or_default())?;
        if request.retain_inherited_permissions == Some(false) {
            self.stop_inheriting(at);
        }

        let is_same = |link: &&Link| {
            link.scope == scope && link.link_type == link_type && link.prevents_download == prevents_download
        };
        let own = self.drives[drive].is_unique(item);
        let known = self.drives[drive].links(item).find(is_same).filter(|_| own).cloned();
        let is_new = known.is_none();
        let expires = self.policy.end(&scope, request.expiration_date_time.clone(), now);
        let mut link = known.unwrap_or_else(|| {
            let guid = self.drives[drive].link_guid(&self.directory.seeded, item, 0);
            Link {
                id: guid.to_string(),
                url: self.link_url(at, guid),
                link_type,
                scope,
                prevents_download,
                users: Vec::new(),
                expires,
                password: request.password.clone(),
            }
        });
        link.add_users(&users);
        self.put_link(at, link.clone());
        if request.send_notification == Some(true) {
            let (roles, message) = (shared_roles(&link.roles()), request.message.as_deref().map(Arc::from));
            for to in users {
                self.post(at, to, &roles, message.as_ref());
            }
        }
        Ok((link, is_new))
    }

    /// Lets more people use a link.
    pub(crate) fn grant_link(
        &mut self,
        at: At,
        link: &Link,
        request: &GrantRequest,
        now: Timestamp,
    ) -> Result<Link, Refusal> {
        self.judge(request.validate(&self.circumstances(at, now)))?;
        if self.token == TokenKind::Application {
            return Err(Refusal::of(&GRANT_BY_APP, "the token is an application's own"));
        }
        if request.roles.as_ref() != Some(&link.roles()) {
            return Err(Refusal::of(&GRANT_ROLES, "roles: the link's own"));
        }
        if link.scope != LinkScope::Users {
            return Err(Refusal::of(&GRANT_LINK, "recipients: only a link with the scope users has any"));
        }
        let users = self.resolve_all(request.recipients.as_deref().unwrap_or_default())?;
        let mut link = link.clone();
        link.add_users(&users);
        self.put_link(at, link.clone());
        Ok(link)
    }

    /// Takes people off a link that was made for people.
    pub(crate) fn revoke_grants(
        &mut self,
        at: At,
        id: &Segment,
        request: &RevokeGrantsRequest,
        now: Timestamp,
    ) -> Result<Link, Refusal> {
        match self.held(at, id)? {
            Held::Link(link) => self.revoke_link(at, link.clone(), request, now),
            Held::Grant(_) => Err(Refusal::of(&REVOKE_LINK, "the permission is no link")),
        }
    }

    /// The same for a link that was found otherwise.
    pub(crate) fn revoke_link(
        &mut self,
        at: At,
        mut link: Link,
        request: &RevokeGrantsRequest,
        now: Timestamp,
    ) -> Result<Link, Refusal> {
        if link.scope != LinkScope::Users {
            return Err(Refusal::of(&REVOKE_LINK, "the link's scope is not users"));
        }
        self.refuse_inherited(at)?;
        self.judge(request.validate(&self.circumstances(at, now)))?;
        let leaving = self.resolve_all(request.grantees.as_deref().unwrap_or_default())?;
        link.users.retain(|user| !leaving.contains(user));
        self.put_link(at, link.clone());
        Ok(link)
    }

    /// Whom recipients mean: all of them, or a refusal that names those who cannot be found.
    fn resolve_all(&mut self, recipients: &[DriveRecipient]) -> Result<Vec<PrincipalIndex>, Refusal> {
        let resolved: Vec<_> = recipients.iter().map(|recipient| self.directory.resolve(recipient)).collect();
        let strangers: Vec<_> = recipients
            .iter()
            .zip(&resolved)
            .filter(|(_, resolved)| resolved.is_none())
            .map(|(recipient, _)| recipient.name().unwrap_or_default())
            .collect();
        if !strangers.is_empty() {
            let reason = format!("nobody goes by {}; nothing was granted to anyone", strangers.join(", "));
            return Err(Refusal::of(&UNRESOLVED, reason));
        }
        let resolved: Vec<_> = resolved.into_iter().flatten().collect();
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

    /// Refuses guests whom an application in its own name cannot invite.
    fn refuse_by_app(&self, resolved: &[Resolved]) -> Result<(), Refusal> {
        if self.token != TokenKind::Application {
            return Ok(());
        }
        for who in resolved {
            match who {
                Resolved::Outside(mail) => {
                    let reason =
                        format!("{mail} would be a new guest, whom no application invites in its own name");
                    return Err(Refusal::of(&GUEST_BY_APP, reason));
                }
                Resolved::Known(who) if !self.policy.app_only_guest_invitations => {
                    let who = self.directory.get(*who);
                    if who.kind.is_guest() {
                        let reason =
                            format!("{} is a guest, and the policy lets people alone invite them", who.mail);
                        return Err(Refusal::of(&GUESTS_BY_APP, reason));
                    }
                }
                Resolved::Known(_) => {}
            }
        }
        Ok(())
    }

    /// Refuses, on a personal drive, those who would have to sign in with a work account.
    fn refuse_work_accounts(&self, recipients: &[DriveRecipient]) -> Result<(), Refusal> {
        for recipient in recipients {
            if let Some(Resolved::Known(who)) = self.directory.resolve(recipient)
                && self.directory.get(who).kind == PrincipalKind::User
            {
                let reason =
                    format!("{} has a work account, and requireSignIn is true", self.directory.get(who).mail);
                return Err(Refusal::of(&SECURE_SHARING, reason));
            }
        }
        Ok(())
    }

    /// Refuses what a personal drive's owner would have to pay for.
    fn refuse_unpaid(&self, (drive, _): At, is_premium: bool) -> Result<(), Refusal> {
        let drive = &self.drives[drive];
        if is_premium && drive.kind == DriveType::Personal && !drive.is_premium {
            let reason = "expirationDateTime and password: the drive's owner has no premium account";
            return Err(Refusal::of(&ACCOUNT_UPGRADE, reason));
        }
        Ok(())
    }

    /// Refuses what the model's rules say that the service refuses; of what it lets pass they warn.
    fn judge(&mut self, faults: Vec<Fault>) -> Result<(), Refusal> {
        self.warnings.extend(refuse(faults)?);
        Ok(())
    }

    /// A permission is changed where it was granted, and nowhere below.
    fn refuse_inherited(&self, (drive, item): At) -> Result<(), Refusal> {
        if self.drives[drive].is_unique(item) {
            return Ok(());
        }
        Err(Refusal::of(&INHERITED, "the permission is inherited; change it where it was granted"))
    }

    /// An item that inherits can get a list of its own only as long as there is not too much below it, and not too
    /// many lists in its drive, where that is limited. Waiting helps neither, though the first is answered as if it did.
    fn refuse_scope(&self, (drive, item): At) -> Result<(), Refusal> {
        let drive = &self.drives[drive];
        if drive.is_unique(item) {
            return Ok(());
        }
        let below = drive.items_below(item);
        if let Some(limit) = self.bounds.items_below
            && below > limit
        {
            let reason = format!("{below} items below are more than {limit}: no waiting helps");
            return Err(Refusal::of(&ITEMS_BELOW, reason).with("retry-after", "30"));
        }
        let scopes = drive.unique_scopes() as u64;
        if let Some(limit) = self.bounds.permission_scopes
            && scopes >= limit
        {
            let reason = format!(
                "the drive has {scopes} items with permissions of their own, of {limit}: no more can be"
            );
            return Err(Refusal::of(&PERMISSION_SCOPES, reason));
        }
        Ok(())
    }

    fn circumstances(&self, (drive, item): At, now: Timestamp) -> Circumstances {
        let item_kind = match self.is_folder(drive, item) {
            _ if item == ROOT => ItemKind::Root,
            true => ItemKind::Folder,
            false => ItemKind::File,
        };
        let mut circumstances = Circumstances::default().item(item_kind).token(self.token).now(now);
        if let Some(latest) = self.policy.end(&LinkScope::Anonymous, None, now) {
            circumstances = circumstances.latest_expiry(latest.timestamp());
        }
        circumstances.drive = DriveKind::of(self.drives[drive].drive_type);
        circumstances
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

/// Refuses what the model's rules say that the service refuses, with everything that is wrong as the reason. What it
/// lets pass all the same is told.
pub(crate) fn refuse(faults: Vec<Fault>) -> Result<Vec<String>, Refusal> {
    let refused: Vec<(&Fault, _)> = faults
        .iter()
        .filter(|fault| fault.severity == Severity::Error)
        .filter_map(|fault| Some((fault, fault.answer?)))
        .collect();
    let Some((first, (code, message))) = refused.first() else {
        return Ok(faults.iter().map(|fault| format!("{}: {fault}", fault.rule)).collect());
    };
    let reasons: Vec<_> = refused.iter().map(|(fault, _)| fault.to_string()).collect();
    Err(Refusal::new(400, code, *message, reasons.join("; ")).by(first.rule))
}
