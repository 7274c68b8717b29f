//! Permissions in the service's shapes, which differ by what was asked: a list knows more of a grantee than an
//! invitation's answer does.

use serde_json::Value;
use sharing_model::{
    Dialect, ItemReference, Permission, Role, SharePointIdentitySet, SharingInvitation, SharingLink,
    SharingUrl,
};

use super::{
    Shapes,
    written::{Form, Json, Look, json},
};
use crate::{
    access::{At, Held, Invited, of_containers},
    directory::{Principal, PrincipalKind},
    drive::{DriveType, Grant, Link},
    identifier, notice, tenant,
};

/// The documented texts of the facets that Graph marks as deprecated.
const GRANTED_TO: &str = "GrantedTo has been deprecated. Refer to GrantedToV2";
const GRANTED_TO_IDENTITIES: &str = "GrantedToIdentities has been deprecated. Refer to GrantedToIdentitiesV2";

/// Which operation writes a link: each writes others of its members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writes {
    /// Lists and reads: everybody who may use it, however few they are.
    Read,
    /// `createLink`: who may use it, where that is somebody in particular.
    Make,
    /// `grant`: nobody.
    Grant,
    /// `revokeGrants`: who is left, without the ids of the directory.
    Revoke,
}

impl Shapes<'_> {
    /// A permission, whichever it is, as lists and reads have it.
    pub(crate) fn held(&self, (drive, item): At, held: Held<'_>) -> Permission {
        let mut shape = match held {
            Held::Grant(grant) => self.permission((drive, item), grant),
            Held::Link(link) => self.link(link, Writes::Read),
        };
        let holder = self.tenant.drives[drive].holder(item);
        let is_personal = self.tenant.drives[drive].kind == DriveType::Personal;
        if holder != item {
            // Business drives and libraries say that it is inherited, but not from where.
            let from = if is_personal { self.reference((drive, holder)) } else { ItemReference::default() };
            shape.inherited_from = Some(from);
        }
        if let Held::Grant(grant) = held
            && is_personal
            && self.dialect == Dialect::Graph
            && grant.roles.contains(&Role::Owner)
        {
            self.make_personal_owner(&mut shape, (drive, holder), grant);
        }
        shape
    }

    /// An item's permission as it goes to the wire.
    pub(crate) fn held_json(&self, at: At, form: Form, held: Held<'_>) -> Json {
        let write = || json(&self.held(at, held));
        match held {
            Held::Grant(grant) => {
                let who = self.tenant.directory.get(grant.to);
                self.with_written(at.0, (grant, who), form, write, Json::clone)
            }
            Held::Link(_) => write(),
        }
    }

    /// Writes what somebody holds of an item behind other permissions, and a comma behind it.
    pub(crate) fn put_grant(&self, out: &mut String, at: At, form: Form, grant: &Grant, who: &Principal) {
        let write = || json(&self.held(at, Held::Grant(grant)));
        self.with_written(at.0, (grant, who), form, write, |json| out.push_str(json.get()));
        out.push(',');
    }

    /// The same for a link.
    pub(crate) fn put_link(&self, out: &mut String, at: At, link: Held<'_>) {
        out.push_str(json(&self.held(at, link)).get());
        out.push(',');
    }

    /// How an item's permissions are written.
    pub(crate) fn form(&self, (drive, item): At) -> Form {
        if self.tenant.drives[drive].holder(item) == item { Form::Own } else { Form::Inherited }
    }

    /// In sites, what somebody known holds without an end differs by its look alone: it is written once.
    fn with_written<T>(
        &self,
        drive: usize,
        (grant, who): (&Grant, &Principal),
        form: Form,
        write: impl Fn() -> Json,
        give: impl FnOnce(&Json) -> T,
    ) -> T {
        let is_personal = self.tenant.drives[drive].kind == DriveType::Personal;
        if is_personal || who.kind == PrincipalKind::PendingGuest || grant.expires.is_some() {
            return give(&write());
        }
        let (dialect, hides_urls) = (self.dialect, self.hides_urls);
        who.written.with(&Look { dialect, hides_urls, form, roles: &grant.roles }, &write, |written| {
            debug_assert_eq!(written.get(), write().get());
            give(written)
        })
    }

    /// A personal drive's owner, since such drives are stored as the others are: known by the number in the site, and
    /// with a link facet that is no link.
    fn make_personal_owner(&self, shape: &mut Permission, (drive, item): At, grant: &Grant) {
        let who = self.tenant.directory.get(grant.to);
        if let Some(set) = &mut shape.granted_to_v2 {
            set.user = None;
            if let Some(owner) = &mut set.site_user {
                owner.additional.clear();
            }
        }
        if let Some(owner) = shape.granted_to.as_mut().and_then(|set| set.user.as_mut()) {
            owner.id = Some(who.site_number.clone());
        }
        if !self.hides_urls {
            let drive = &self.tenant.drives[drive];
            let mut facet = SharingLink::default();
            facet.web_url = Some(tenant::owner_url(drive, drive.item(item)));
            shape.link = Some(facet);
        }
    }

    /// A link as an operation writes it.
    pub(crate) fn link(&self, link: &Link, by: Writes) -> Permission {
        let mut facet = SharingLink::default();
        facet.link_type = Some(link.link_type.clone());
        facet.scope = Some(link.scope.clone());
        facet.web_url = (!self.hides_urls).then(|| link.url.clone());
        facet.prevents_download = Some(link.prevents_download);

        let mut shape = Permission::default();
        shape.id = Some(link.id.clone());
        shape.roles = Some(link.roles());
        shape.link = Some(facet);
        shape.has_password = Some(link.password.is_some());
        shape.expiration_date_time.clone_from(&link.expires);
        shape.share_id = match link.share_id() {
            _ if self.hides_urls => None,
            Some(id) => Some(id.to_owned()),
            None => link.url.parse::<SharingUrl>().ok().map(|url| url.token().to_string()),
        };
        if self.dialect != Dialect::Graph || matches!(by, Writes::Grant | Writes::Revoke) {
            self.typed(&mut shape);
        }
        if by == Writes::Grant {
            shape.granted_to_identities = Some(Vec::new());
        } else if by != Writes::Make || !link.users.is_empty() {
            self.add_users(&mut shape, link, by);
        }
        shape
    }

    fn add_users(&self, shape: &mut Permission, link: &Link, by: Writes) {
        let users = || link.users.iter().map(|user| self.tenant.directory.get(*user));
        shape.granted_to_identities = Some(users().map(Principal::older).collect());
        if self.dialect != Dialect::Graph {
            return;
        }
        shape.granted_to_identities_v2 = Some(users().map(|user| self.newer(user)).collect());
        let deprecated = GRANTED_TO_IDENTITIES.into();
        shape.additional.insert("@deprecated.GrantedToIdentities".to_owned(), deprecated);
        if link.share_id().is_some() {
            self.leave_addresses(shape);
        }
        if by == Writes::Revoke {
            for user in shape.granted_to_identities.iter_mut().flatten().filter_map(|set| set.user.as_mut()) {
                user.id = None;
            }
            for set in shape.granted_to_identities_v2.iter_mut().flatten() {
                set.user = None;
            }
        }
    }

    /// Whoever may use a link to a personal drive's item is known there by a mail address alone.
    fn leave_addresses(&self, shape: &mut Permission) {
        let older = shape.granted_to_identities.iter_mut().flatten().filter_map(|set| set.user.as_mut());
        let newer = shape.granted_to_identities_v2.iter_mut().flatten().filter_map(|set| {
            set.site_user = None;
            let user = set.user.as_mut()?;
            let name = format!("#{}", self.dialect.type_name("sharePointIdentity"));
            user.additional.insert("@odata.type".to_owned(), name.into());
            Some(user)
        });
        for user in older.chain(newer) {
            user.id = None;
            user.display_name.clone_from(&user.email);
        }
    }

    /// What an application may do with a site.
    pub(crate) fn site_permission(&self, grant: &Grant) -> Permission {
        let who = self.tenant.directory.get(grant.to);
        let mut shape = Permission::default();
        shape.id = Some(who.permission_id.clone());
        shape.roles = Some(grant.roles.to_vec());
        shape.granted_to_identities = Some(vec![who.older()]);
        if self.dialect == Dialect::Graph {
            shape.granted_to_identities_v2 = Some(vec![who.newer()]);
            let deprecated = GRANTED_TO_IDENTITIES.into();
            shape.additional.insert("@deprecated.GrantedToIdentities".to_owned(), deprecated);
        }
        shape
    }

    /// What somebody may do with a container, in the containers' words.
    pub(crate) fn container_permission(&self, grant: &Grant) -> Permission {
        let who = self.tenant.directory.get(grant.to);
        let mut identity = who.identity();
        identity.user_principal_name = (!who.kind.is_group()).then(|| who.user_principal_name.clone());
        let mut set = SharePointIdentitySet::default();
        let of = if who.kind.is_group() { &mut set.group } else { &mut set.user };
        *of = Some(identity.into());
        let mut shape = Permission::default();
        shape.id = Some(who.permission_id.clone());
        shape.roles = Some(grant.roles.iter().map(of_containers).collect());
        shape.granted_to_v2 = Some(set);
        shape
    }

    /// What one grantee holds, in both spellings.
    fn permission(&self, at: At, grant: &Grant) -> Permission {
        let mut shape = self.granted(at, grant);
        if self.dialect == Dialect::Graph {
            shape.additional.insert("@deprecated.GrantedTo".to_owned(), GRANTED_TO.into());
            let who = self.tenant.directory.get(grant.to);
            let mut newer = self.newer(who);
            if let (DriveType::Personal, Some(in_site)) =
                (self.tenant.drives[at.0].kind, &mut newer.site_user)
            {
                in_site.login_name = Some(identifier::personal_login_name(&who.mail));
            }
            shape.granted_to_v2 = Some(newer);
        }
        if !self.hides_urls {
            shape.share_id.clone_from(&shape.id);
        }
        shape
    }

    /// One entry of an invitation's answer, with the older spelling alone.
    pub(crate) fn invited(&self, at: At, invited: &Invited) -> Json {
        let write = || {
            let mut shape = self.granted(at, &invited.grant);
            shape.error = invited.unreachable.as_deref().map(notice::error);
            if self.dialect != Dialect::Graph {
                self.typed(&mut shape);
            }
            json(&shape)
        };
        match invited.unreachable {
            Some(_) => write(),
            None => {
                let who = self.tenant.directory.get(invited.grant.to);
                self.with_written(at.0, (&invited.grant, who), Form::Invited, write, Json::clone)
            }
        }
    }

    fn granted(&self, (drive, _): At, grant: &Grant) -> Permission {
        let who = self.tenant.directory.get(grant.to);
        let mut shape = Permission::default();
        shape.id = Some(self.tenant.drives[drive].permission_id(who).to_owned());
        shape.expiration_date_time.clone_from(&grant.expires);
        shape.roles = Some(grant.roles.to_vec());
        shape.granted_to = Some(who.older());
        if who.kind == PrincipalKind::PendingGuest {
            let inviter = self.tenant.directory.get(grant.invited_by.unwrap_or(self.tenant.me));
            let mut invitation = SharingInvitation::default();
            invitation.email = Some(who.mail.clone());
            invitation.sign_in_required = grant.sign_in_required;
            invitation.invited_by = Some(inviter.older());
            shape.invitation = Some(invitation);
        }
        shape
    }

    /// A grantee in the newer spelling; what the site knows says of itself what it is.
    fn newer(&self, who: &Principal) -> SharePointIdentitySet {
        let mut set = who.newer();
        if let Some(identity) = &mut set.site_user {
            let name = format!("#{}", self.dialect.type_name("sharePointIdentity"));
            identity.additional.insert("@odata.type".to_owned(), name.into());
        }
        set
    }

    fn typed(&self, shape: &mut Permission) {
        let name = format!("#{}", self.dialect.type_name("permission"));
        shape.additional.insert("@odata.type".to_owned(), Value::String(name));
    }
}
