//! `DriveRecipient`: whom an invitation is for.

use serde_json::{Map, Value};

use crate::{login_name::is_guid, wire::object};

/// Whom an invitation, a link or a grant is for: a person or a group, by one of three names.
///
/// One of `email`, `alias` and `objectId` is enough. The service has no documented precedence among several, so
/// builders refuse more than one.
///
/// Protocol: `driveRecipient`, a request type only.
///
/// ```
/// use sharing_model::DriveRecipient;
///
/// let ryan = DriveRecipient::email("ryan@contoso.com");
/// assert_eq!(serde_json::to_string(&ryan)?, r#"{"email":"ryan@contoso.com"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DriveRecipient {
    /// The mail address.
    pub email: Option<String>,
    /// The alias in the tenant's directory. The service often fails to resolve one.
    pub alias: Option<String>,
    /// The directory's object id of a user or of a group.
    pub object_id: Option<String>,
    /// All that is not above, as it came: annotations such as `@odata.type` among them.
    pub additional: Map<String, Value>,
}

object!(DriveRecipient is "a driveRecipient object" {
    email: "email",
    alias: "alias",
    object_id: "objectId",
});

impl DriveRecipient {
    /// A recipient by mail address.
    ///
    /// ```
    /// # use sharing_model::DriveRecipient;
    /// let ryan = DriveRecipient::email("ryan@contoso.com");
    /// assert_eq!((ryan.email.as_deref(), ryan.alias, ryan.object_id), (Some("ryan@contoso.com"), None, None));
    /// ```
    pub fn email(address: impl Into<String>) -> Self {
        Self { email: Some(address.into()), ..Self::default() }
    }

    /// A recipient by alias.
    ///
    /// ```
    /// # use sharing_model::DriveRecipient;
    /// assert_eq!(DriveRecipient::alias("ryan").name(), Some("ryan"));
    /// ```
    pub fn alias(alias: impl Into<String>) -> Self {
        Self { alias: Some(alias.into()), ..Self::default() }
    }

    /// A user or a group by the directory's object id.
    ///
    /// ```
    /// # use sharing_model::DriveRecipient;
    /// let group = DriveRecipient::object_id("6f1d2a9e-64c0-4a57-9d0e-2b8f0c6b7a31");
    /// assert_eq!(group.email, None);
    /// ```
    pub fn object_id(id: impl Into<String>) -> Self {
        Self { object_id: Some(id.into()), ..Self::default() }
    }

    /// The name that this recipient goes by: the mail address, else the object id, else the alias.
    ///
    /// ```
    /// # use sharing_model::DriveRecipient;
    /// let both: DriveRecipient = serde_json::from_str(r#"{ "alias": "ryan", "objectId": "42F177F1" }"#)?;
    /// assert_eq!(both.name(), Some("42F177F1"));
    /// assert_eq!(DriveRecipient::default().name(), None);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.email.as_deref().or(self.object_id.as_deref()).or(self.alias.as_deref())
    }
}

/// Whom a person means: `mail:`, `id:` or `alias:` and a name, or a bare name, which is a mail address where it has an
/// `@`, an object id where it is a GUID, and else an alias.
///
/// ```
/// # use sharing_model::DriveRecipient;
/// assert_eq!(DriveRecipient::from("ryan@contoso.com"), DriveRecipient::email("ryan@contoso.com"));
/// assert_eq!(DriveRecipient::from("alias:ryan"), DriveRecipient::alias("ryan"));
/// let id = "42F177F1-22C0-4BE3-900D-4507125C5C20";
/// assert_eq!(DriveRecipient::from(id), DriveRecipient::object_id(id));
/// ```
impl From<&str> for DriveRecipient {
    fn from(text: &str) -> Self {
        let text = text.trim();
        match text.split_once(':') {
            Some(("mail", name)) => Self::email(name.trim()),
            Some(("id", name)) => Self::object_id(name.trim()),
            Some(("alias", name)) => Self::alias(name.trim()),
            _ if text.contains('@') => Self::email(text),
            _ if is_guid(text) => Self::object_id(text),
            _ => Self::alias(text),
        }
    }
}
