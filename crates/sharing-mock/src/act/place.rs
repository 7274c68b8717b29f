//! What is asked of a whole site or of a container: who may do what with it.

use sharing_model::{ActionKind, Segment, SiteAddress};

use super::Turn;
use crate::{
    answer::Answer,
    drive::ROOT,
    refusal::{ACCESS_DENIED, Refusal, SITE_BY_PERSON},
    right::Right,
    service::read_body,
    shape::{Links, put_key},
    tenant::Tenant,
    token::Caller,
};

impl Turn<'_> {
    /// What is asked of a site's permissions: of one, where an id says which.
    pub(super) fn site_permissions(
        &self,
        tenant: &mut Tenant,
        caller: &Caller,
        (address, id): (&SiteAddress, Option<&Segment>),
    ) -> Result<Answer, Refusal> {
        let site = tenant.site(address).map_err(|why| self.not_found(why))?;
        if caller.person.is_some() {
            return Err(Refusal::of(&SITE_BY_PERSON, "the token speaks for a person"));
        }
        let mut fragment = String::new();
        put_key(&mut fragment, "sites", self.shapes(tenant).site_id(address));
        fragment.push_str("/permissions");
        if self.action.kind() == ActionKind::CreateSitePermission {
            let made = tenant.create_site_permission(site, &read_body(self.request)?, self.request.now)?;
            let shapes = self.shapes(tenant);
            let shape = shapes.site_permission(&made);
            return Ok(Answer { status: 201, ..shapes.entity(&(fragment + "/$entity"), shape, self.query) });
        }
        let shapes = self.shapes(tenant);
        if let Some(id) = id {
            let shape = shapes.site_permission(tenant.site_permission(site, id)?);
            return Ok(shapes.entity(&(fragment + "/$entity"), shape, self.query));
        }
        // A list does not tell what an application may do; one permission alone does.
        let without_roles = |mut shape: sharing_model::Permission| {
            shape.roles = None;
            shape
        };
        let held = tenant.sites[site].permissions.iter().map(|grant| shapes.site_permission(grant));
        Ok(shapes.list(&fragment, held.map(without_roles).collect(), self.query, Links::default()))
    }

    /// What is asked of a container's permissions.
    pub(super) fn container_permissions(&self, tenant: &mut Tenant, id: &Segment) -> Result<Answer, Refusal> {
        let container = tenant.container(id).map_err(|why| self.not_found(why))?;
        let right = tenant.right((container, ROOT));
        tenant.refuse_right(right, self.action.kind())?;
        let mut fragment = "storage/fileStorage/".to_owned();
        put_key(&mut fragment, "containers", id.as_str());
        fragment.push_str("/permissions");
        if self.action.kind() == ActionKind::CreateContainerPermission {
            if right < Right::Own {
                let reason = "only managers and owners of a container say who may use it";
                return Err(Refusal::of(&ACCESS_DENIED, reason));
            }
            let made =
                tenant.create_container_permission(container, &read_body(self.request)?, self.request.now)?;
            let shapes = self.shapes(tenant);
            let shape = shapes.container_permission(&made);
            return Ok(Answer { status: 201, ..shapes.entity(&(fragment + "/$entity"), shape, self.query) });
        }
        let shapes = self.shapes(tenant);
        let held = tenant.listed_grants((container, ROOT));
        let held = held.map(|(grant, _)| shapes.container_permission(grant)).collect();
        Ok(shapes.list(&fragment, held, self.query, Links::default()))
    }
}
