//! `UpdatePermissionRequest`: another role, or another end, for a permission that there is.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::{Circumstances, DateTime, Fault, InvalidRequest, Role, rule, wire::object};

/// Changes a permission's role or its end.
///
/// Protocol: `PATCH {item}/permissions/{id}`.
///
/// ```
/// use sharing_model::{Role, UpdatePermissionRequest};
///
/// let request = UpdatePermissionRequest::role(Role::Read)?;
/// assert_eq!(serde_json::to_string(&request).unwrap(), r#"{"roles":["read"]}"#);
/// # Ok::<(), sharing_model::InvalidRequest>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UpdatePermissionRequest {
    /// The new roles. A sharing link's cannot be changed on business drives and in libraries.
    pub roles: Option<Vec<Role>>,
    /// When the permission ends from now on.
    pub expiration_date_time: Option<DateTime>,
    /// All that is not above, as it came.
    pub additional: Map<String, Value>,
}

object!(UpdatePermissionRequest is "a permission update object" {
    roles: "roles",
    expiration_date_time: "expirationDateTime",
});

impl UpdatePermissionRequest {
    /// A request for another role.
    ///
    /// # Errors
    ///
    /// When the role cannot be given.
    ///
    /// ```
    /// use sharing_model::{Role, UpdatePermissionRequest};
    ///
    /// assert_eq!(UpdatePermissionRequest::role(Role::Write)?.roles.unwrap(), [Role::Write]);
    /// assert_eq!(UpdatePermissionRequest::role(Role::Owner).unwrap_err().faults[0].rule, "roles-known");
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn role(role: Role) -> Result<Self, InvalidRequest> {
        Self { roles: Some(vec![role]), ..Self::default() }.checked()
    }

    /// A request for another end, in whole seconds.
    ///
    /// # Errors
    ///
    /// When the moment is the one that the service takes for none.
    ///
    /// ```
    /// use sharing_model::UpdatePermissionRequest;
    ///
    /// let new_year = "2027-01-01T00:00:00Z".parse().unwrap();
    /// assert!(UpdatePermissionRequest::expires(new_year).is_ok());
    /// ```
    pub fn expires(at: Timestamp) -> Result<Self, InvalidRequest> {
        Self { expiration_date_time: Some(at.into()), ..Self::default() }.checked()
    }

    fn checked(self) -> Result<Self, InvalidRequest> {
        InvalidRequest::unless(self.validate(&Circumstances::default())).map(|()| self)
    }

    /// All that is wrong with this request under the given circumstances, warnings included.
    ///
    /// ```
    /// use sharing_model::{Circumstances, UpdatePermissionRequest};
    ///
    /// let request: UpdatePermissionRequest = serde_json::from_str(r#"{ "role": "read" }"#)?;
    /// let rules: Vec<_> = request.validate(&Circumstances::default()).iter().map(|fault| fault.rule).collect();
    /// assert_eq!(rules, ["no-such-property", "update-something"]);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn validate(&self, circumstances: &Circumstances) -> Vec<Fault> {
        rule::check(self, rule::UPDATE, circumstances)
    }
}
