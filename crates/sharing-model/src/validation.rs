//! `ValidatePermissionRequest`: the password of a link.

use serde_json::{Map, Value};

use crate::{Circumstances, Fault, InvalidRequest, Secret, rule, wire::object};

/// Shows that one knows the password of a link.
///
/// Protocol: `POST {item}/permissions/{id}/validatePermission`.
///
/// ```
/// use sharing_model::ValidatePermissionRequest;
///
/// let request = ValidatePermissionRequest::new("launch2026")?;
/// assert!(!format!("{request:?}").contains("launch2026"));
/// # Ok::<(), sharing_model::InvalidRequest>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ValidatePermissionRequest {
    /// What the service gave with its question for a password, where it asked one.
    pub challenge_token: Option<Secret>,
    /// The password.
    pub password: Option<Secret>,
    /// All that is not above, as it came.
    pub additional: Map<String, Value>,
}

object!(ValidatePermissionRequest is "a validatePermission request object" {
    challenge_token: "challengeToken",
    password: "password",
});

impl ValidatePermissionRequest {
    /// A request with a password.
    ///
    /// # Errors
    ///
    /// When it is empty.
    ///
    /// ```
    /// use sharing_model::ValidatePermissionRequest;
    ///
    /// assert_eq!(ValidatePermissionRequest::new("").unwrap_err().faults[0].rule, "password-some");
    /// ```
    pub fn new(password: impl Into<Secret>) -> Result<Self, InvalidRequest> {
        let request = Self { password: Some(password.into()), ..Self::default() };
        InvalidRequest::unless(request.validate(&Circumstances::default())).map(|()| request)
    }

    /// All that is wrong with this request under the given circumstances, warnings included.
    ///
    /// ```
    /// use sharing_model::{Circumstances, ValidatePermissionRequest};
    ///
    /// let faults = ValidatePermissionRequest::default().validate(&Circumstances::default());
    /// assert_eq!(faults[0].to_string(), "password: the link's password; found none");
    /// ```
    #[must_use]
    pub fn validate(&self, circumstances: &Circumstances) -> Vec<Fault> {
        rule::check(self, rule::VALIDATE_PERMISSION, circumstances)
    }
}
