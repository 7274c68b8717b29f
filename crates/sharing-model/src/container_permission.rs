//! `ContainerPermissionRequest`: somebody's role in a container of SharePoint Embedded.

use serde_json::{Map, Value};

use crate::{
    Circumstances, Fault, Identity, InvalidRequest, Role, SharePointIdentitySet, rule, wire::object,
};

/// Gives somebody a role in a container of SharePoint Embedded, and so in all that is in it.
///
/// Protocol: `POST /storage/fileStorage/containers/{id}/permissions`.
///
/// ```
/// use sharing_model::{ContainerPermissionRequest, Role};
///
/// let request = ContainerPermissionRequest::user("ryan@contoso.com", Role::from("reader"))?;
/// assert!(request.granted_to_v2.is_some());
/// # Ok::<(), sharing_model::InvalidRequest>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ContainerPermissionRequest {
    /// One role, by the containers' own words: `reader`, `writer`, `manager` or `owner`.
    pub roles: Option<Vec<Role>>,
    /// Who: a user by `user.userPrincipalName`.
    pub granted_to_v2: Option<SharePointIdentitySet>,
    /// All that is not above, as it came.
    pub additional: Map<String, Value>,
}

object!(ContainerPermissionRequest is "a container permission object" {
    roles: "roles",
    granted_to_v2: "grantedToV2",
});

impl ContainerPermissionRequest {
    /// A request for a user, by the principal name.
    ///
    /// # Errors
    ///
    /// Every fault, where the service would refuse the request.
    ///
    /// ```
    /// use sharing_model::{ContainerPermissionRequest, Role};
    ///
    /// let request = ContainerPermissionRequest::user("ryan@contoso.com", Role::from("writer"))?;
    /// assert_eq!(
    ///     serde_json::to_string(&request).unwrap(),
    ///     r#"{"roles":["writer"],"grantedToV2":{"user":{"userPrincipalName":"ryan@contoso.com"}}}"#
    /// );
    /// // The words of items are not those of containers.
    /// assert!(ContainerPermissionRequest::user("ryan@contoso.com", Role::Write).is_err());
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn user(name: impl Into<String>, role: Role) -> Result<Self, InvalidRequest> {
        let user = Identity { user_principal_name: Some(name.into()), ..Identity::default() };
        let set = SharePointIdentitySet { user: Some(user.into()), ..SharePointIdentitySet::default() };
        let request = Self { roles: Some(vec![role]), granted_to_v2: Some(set), additional: Map::new() };
        InvalidRequest::unless(request.validate(&Circumstances::default())).map(|()| request)
    }

    /// All that is wrong with this request under the given circumstances, warnings included.
    ///
    /// ```
    /// use sharing_model::{Circumstances, ContainerPermissionRequest};
    ///
    /// let faults = ContainerPermissionRequest::default().validate(&Circumstances::default());
    /// assert_eq!(faults.iter().map(|fault| fault.rule).collect::<Vec<_>>(), ["roles-some", "container-grantee"]);
    /// ```
    #[must_use]
    pub fn validate(&self, circumstances: &Circumstances) -> Vec<Fault> {
        rule::check(self, rule::CREATE_CONTAINER_PERMISSION, circumstances)
    }
}
