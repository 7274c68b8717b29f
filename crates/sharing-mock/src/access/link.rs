//! Sharing links: made, given to more people, and taken from some.

use std::sync::Arc;

use jiff::Timestamp;
use sharing_model::{
    CreateLinkRequest, GrantRequest, LinkScope, LinkType, RevokeGrantsRequest, Segment, TokenKind,
};

use super::{At, Held};
use crate::{
    drive::{Link, shared_roles},
    refusal::{GRANT_BY_APP, GRANT_LINK, GRANT_ROLES, REVOKE_LINK, Refusal},
    tenant::Tenant,
};

impl Tenant {
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
}
