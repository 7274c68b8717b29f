//! `GrantRequest` and `RevokeGrantsRequest`: people on and off a sharing link.

use serde_json::{Map, Value};

use crate::{Circumstances, DriveRecipient, Fault, InvalidRequest, Role, rule, wire::object};

/// Lets more people use a sharing link.
///
/// Protocol: `POST /shares/{token}/permission/grant`.
///
/// ```
/// use sharing_model::{DriveRecipient, GrantRequest, Role};
///
/// let request = GrantRequest::new([DriveRecipient::email("ryan@contoso.com")], Role::Read)?;
/// assert!(request.recipients.is_some());
/// assert!(GrantRequest::new([], Role::Owner).unwrap_err().faults.len() == 2);
/// # Ok::<(), sharing_model::InvalidRequest>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GrantRequest {
    /// Who may use the link from now on; at least one.
    pub recipients: Option<Vec<DriveRecipient>>,
    /// The link's own role: the service refuses another.
    pub roles: Option<Vec<Role>>,
    /// All that is not above, as it came.
    pub additional: Map<String, Value>,
}

object!(GrantRequest is "a grant request object" {
    recipients: "recipients",
    roles: "roles",
});

impl GrantRequest {
    /// A request for people and the link's own role.
    ///
    /// # Errors
    ///
    /// Every fault, where the service would refuse the request.
    ///
    /// ```
    /// use sharing_model::{DriveRecipient, GrantRequest, Role};
    ///
    /// let request = GrantRequest::new([DriveRecipient::email("ryan@contoso.com")], Role::Write)?;
    /// assert_eq!(
    ///     serde_json::to_string(&request).unwrap(),
    ///     r#"{"recipients":[{"email":"ryan@contoso.com"}],"roles":["write"]}"#
    /// );
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn new(
        recipients: impl IntoIterator<Item = DriveRecipient>,
        role: Role,
    ) -> Result<Self, InvalidRequest> {
        let request = Self {
            recipients: Some(recipients.into_iter().collect()),
            roles: Some(vec![role]),
            additional: Map::new(),
        };
        InvalidRequest::unless(request.validate(&Circumstances::default())).map(|()| request)
    }

    /// All that is wrong with this request under the given circumstances, warnings included.
    ///
    /// ```
    /// use sharing_model::{Circumstances, GrantRequest, TokenKind};
    ///
    /// let request: GrantRequest = serde_json::from_str(r#"{ "recipients": [{ "alias": "ryan" }], "roles": ["read"] }"#)?;
    /// let app_only = Circumstances::default().token(TokenKind::Application);
    /// assert_eq!(request.validate(&app_only)[0].rule, "grant-delegated");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn validate(&self, circumstances: &Circumstances) -> Vec<Fault> {
        rule::check(self, rule::GRANT, circumstances)
    }
}

/// Takes people off a sharing link that was made for people.
///
/// Protocol: `POST {item}/permissions/{id}/revokeGrants`.
///
/// ```
/// use sharing_model::{DriveRecipient, RevokeGrantsRequest};
///
/// let request = RevokeGrantsRequest::new([DriveRecipient::email("ryan@contoso.com")])?;
/// assert_eq!(serde_json::to_string(&request).unwrap(), r#"{"grantees":[{"email":"ryan@contoso.com"}]}"#);
/// # Ok::<(), sharing_model::InvalidRequest>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RevokeGrantsRequest {
    /// Who may no longer use the link; at least one.
    pub grantees: Option<Vec<DriveRecipient>>,
    /// All that is not above, as it came.
    pub additional: Map<String, Value>,
}

object!(RevokeGrantsRequest is "a revokeGrants request object" { grantees: "grantees" });

impl RevokeGrantsRequest {
    /// A request for people.
    ///
    /// # Errors
    ///
    /// Every fault, where the service would refuse the request.
    ///
    /// ```
    /// use sharing_model::RevokeGrantsRequest;
    ///
    /// let error = RevokeGrantsRequest::new([]).unwrap_err();
    /// assert_eq!(error.to_string(), "grantees: at least one recipient; found an empty list");
    /// ```
    pub fn new(grantees: impl IntoIterator<Item = DriveRecipient>) -> Result<Self, InvalidRequest> {
        let request = Self { grantees: Some(grantees.into_iter().collect()), additional: Map::new() };
        InvalidRequest::unless(request.validate(&Circumstances::default())).map(|()| request)
    }

    /// All that is wrong with this request under the given circumstances, warnings included.
    ///
    /// ```
    /// use sharing_model::{Circumstances, DriveKind, RevokeGrantsRequest};
    ///
    /// let request: RevokeGrantsRequest = serde_json::from_str(r#"{ "grantees": [{ "alias": "ryan" }] }"#)?;
    /// let at_home = Circumstances::default().drive(DriveKind::Personal);
    /// assert_eq!(request.validate(&at_home)[0].rule, "revoke-grants-not-personal");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn validate(&self, circumstances: &Circumstances) -> Vec<Fault> {
        rule::check(self, rule::REVOKE_GRANTS, circumstances)
    }
}
