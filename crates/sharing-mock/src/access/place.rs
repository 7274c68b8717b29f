//! Who may do what with a whole site, or with a container of SharePoint Embedded.

use std::sync::Arc;

use jiff::Timestamp;
use sharing_model::{Circumstances, ContainerPermissionRequest, Role, Segment, SitePermissionRequest};

use crate::{
    directory::{Newcomer, PrincipalIndex, PrincipalKind},
    drive::{Grant, ROOT, shared_roles},
    refusal::{CONTAINER_USER, OWNER_STAYS, PERMISSION_MISSING, Refusal},
    tenant::Tenant,
};

/// The words that containers have for what items call otherwise.
const CONTAINER_ROLES: [(&str, Role); 2] = [("reader", Role::Read), ("writer", Role::Write)];

/// What an item calls a container's role.
fn of_items(role: &Role) -> Role {
    let known = CONTAINER_ROLES.iter().find(|(word, _)| *word == role.as_str());
    known.map_or_else(|| role.clone(), |(_, role)| role.clone())
}

/// What a container calls an item's role.
pub(crate) fn of_containers(role: &Role) -> Role {
    let known = CONTAINER_ROLES.iter().find(|(_, known)| known == role);
    known.map_or_else(|| role.clone(), |(word, _)| Role::from(*word))
}

impl Tenant {
    /// The permission of a site with this id.
    pub(crate) fn site_permission(&self, site: usize, id: &Segment) -> Result<&Grant, Refusal> {
        let who = self.directory.by_permission_id(id.as_str());
        let held = self.sites[site].permissions.iter().find(|grant| Some(grant.to) == who);
        held.map(|grant| &**grant)
            .ok_or_else(|| Refusal::of(&PERMISSION_MISSING, "the site has no permission with this id"))
    }

    /// Gives an application a role in a site.
    pub(crate) fn create_site_permission(
        &mut self,
        site: usize,
        request: &SitePermissionRequest,
        now: Timestamp,
    ) -> Result<Arc<Grant>, Refusal> {
        self.judge(request.validate(&Circumstances::default().token(self.token).now(now)))?;
        let mut sets = request.granted_to_identities.iter().flatten();
        let application = sets.find_map(|set| set.application.as_ref());
        let id = application.and_then(|application| application.id.as_deref()).unwrap_or_default();
        let name = application.and_then(|application| application.display_name.as_deref());
        let to = self.application(id, name.unwrap_or(id));
        let grant = Arc::new(Grant::new(to, shared_roles(request.roles.as_deref().unwrap_or_default())));
        self.grant_site(site, Arc::clone(&grant));
        Ok(grant)
    }

    /// Gives somebody a role in a container, and so in all that is in it.
    pub(crate) fn create_container_permission(
        &mut self,
        container: usize,
        request: &ContainerPermissionRequest,
        now: Timestamp,
    ) -> Result<Arc<Grant>, Refusal> {
        self.judge(request.validate(&self.circumstances((container, ROOT), now)))?;
        let user = request.granted_to_v2.as_ref().and_then(|set| set.user.as_ref());
        let name = user.and_then(|user| user.user_principal_name.as_deref()).unwrap_or_default();
        let can_sign_in = |who: &PrincipalIndex| {
            let who = self.directory.get(*who);
            matches!(who.kind, PrincipalKind::User | PrincipalKind::Guest) && who.licensed
        };
        let to = self.directory.by_mail(name).filter(can_sign_in);
        let to = to.ok_or_else(|| Refusal::of(&CONTAINER_USER, format!("nobody here signs in as {name}")))?;
        let roles: Vec<_> = request.roles.iter().flatten().map(of_items).collect();
        let is_owner = |grant: &Grant| grant.roles.contains(&Role::Owner);
        if self.drives[container].grant_to(ROOT, to).is_some_and(is_owner) && !roles.contains(&Role::Owner) {
            return Err(Refusal::of(&OWNER_STAYS, "an owner of a container gets no lesser role"));
        }
        let grant = Arc::new(Grant::new(to, shared_roles(&roles)));
        self.grant((container, ROOT), Arc::clone(&grant));
        Ok(grant)
    }

    /// An application by its client id; one that was not known is from now on.
    pub(crate) fn application(&mut self, id: &str, name: &str) -> PrincipalIndex {
        let known = self.directory.by_id(id, PrincipalKind::Application);
        known.unwrap_or_else(|| {
            self.directory_mut().add(&Newcomer::new(PrincipalKind::Application, id, name, ""))
        })
    }
}
