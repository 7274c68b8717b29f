//! `SitePermissionRequest`: an application's access to a site.

use serde_json::{Map, Value};

use crate::{Circumstances, Fault, Identity, IdentitySet, InvalidRequest, Role, rule, wire::object};

/// Gives applications a role in a site.
///
/// Protocol: `POST /sites/{id}/permissions`. Asked by an application in its own name.
///
/// ```
/// use sharing_model::{Role, SitePermissionRequest};
///
/// let request = SitePermissionRequest::application("89ea5c94-7736-4e25-95ad-3fa95f62b66e", Role::Write)?;
/// assert_eq!(request.roles.unwrap(), [Role::Write]);
/// # Ok::<(), sharing_model::InvalidRequest>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SitePermissionRequest {
    /// What the applications may do: `read`, `write`, `manage`, `fullcontrol` or `owner`.
    pub roles: Option<Vec<Role>>,
    /// The applications; exactly one here, by `application.id`.
    pub granted_to_identities: Option<Vec<IdentitySet>>,
    /// All that is not above, as it came.
    pub additional: Map<String, Value>,
}

object!(SitePermissionRequest is "a site permission object" {
    roles: "roles",
    granted_to_identities: "grantedToIdentities",
});

impl SitePermissionRequest {
    /// A request for one application, by its client id.
    ///
    /// # Errors
    ///
    /// Every fault, where the service would refuse the request.
    ///
    /// ```
    /// use sharing_model::{Role, SitePermissionRequest};
    ///
    /// let request = SitePermissionRequest::application("89ea5c94", Role::Read)?;
    /// assert_eq!(
    ///     serde_json::to_string(&request).unwrap(),
    ///     r#"{"roles":["read"],"grantedToIdentities":[{"application":{"id":"89ea5c94"}}]}"#
    /// );
    /// assert_eq!(SitePermissionRequest::application("", Role::SpMember).unwrap_err().faults.len(), 2);
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn application(id: impl Into<String>, role: Role) -> Result<Self, InvalidRequest> {
        let application = Identity { id: Some(id.into()), ..Identity::default() };
        let set = IdentitySet { application: Some(application.into()), ..IdentitySet::default() };
        let request =
            Self { roles: Some(vec![role]), granted_to_identities: Some(vec![set]), additional: Map::new() };
        InvalidRequest::unless(request.validate(&Circumstances::default())).map(|()| request)
    }

    /// All that is wrong with this request under the given circumstances, warnings included.
    ///
    /// ```
    /// use sharing_model::{Circumstances, SitePermissionRequest};
    ///
    /// let faults = SitePermissionRequest::default().validate(&Circumstances::default());
    /// assert_eq!(faults.iter().map(|fault| fault.rule).collect::<Vec<_>>(), ["roles-some", "site-grantee"]);
    /// ```
    #[must_use]
    pub fn validate(&self, circumstances: &Circumstances) -> Vec<Fault> {
        rule::check(self, rule::CREATE_SITE_PERMISSION, circumstances)
    }
}
