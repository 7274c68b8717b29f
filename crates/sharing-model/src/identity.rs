//! `Identity` and the sets of them: who did, or may do, something.

use serde_json::{Map, Value};

use crate::wire::object;

/// One person, group, application or device. An open type: the service adds members as it likes.
///
/// The id is missing for people who have not redeemed their invitation, for site groups and for deleted users.
///
/// ```
/// use sharing_model::Identity;
///
/// let ryan: Identity = serde_json::from_str(r#"{ "displayName": "Ryan Gregg", "tenantId": "contoso" }"#)?;
/// assert_eq!(ryan.display_name.as_deref(), Some("Ryan Gregg"));
/// assert_eq!(ryan.additional["tenantId"], "contoso");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct Identity {
    /// The identity's id: the directory's object id, or, for an identity of a SharePoint site, the number of the
    /// user or group in that site, as a string.
    pub id: Option<String>,
    /// The name to show.
    pub display_name: Option<String>,
    /// The mail address. Undocumented on plain identities, yet sent.
    pub email: Option<String>,
    /// The user principal name. Undocumented, yet sent by the direct endpoints.
    pub user_principal_name: Option<String>,
    /// The claim that a SharePoint site knows the identity by, as in `i:0#.f|membership|ryan@contoso.com`.
    pub login_name: Option<String>,
    /// All that is not above, as it came.
    #[cfg_attr(feature = "schema", schemars(flatten))]
    pub additional: Map<String, Value>,
}

object!(Identity is "an identity object" {
    id: "id",
    display_name: "displayName",
    email: "email",
    user_principal_name: "userPrincipalName",
    login_name: "loginName",
});

/// Who did something, or holds a permission, in the older spelling.
///
/// ```
/// use sharing_model::IdentitySet;
///
/// let set: IdentitySet = serde_json::from_str(r#"{ "user": { "displayName": "Ryan Gregg" }, "device": null }"#)?;
/// assert!(set.user.is_some() && set.device.is_none());
/// assert_eq!(serde_json::to_value(&set)?["device"], serde_json::Value::Null);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct IdentitySet {
    /// The user.
    pub user: Option<Box<Identity>>,
    /// The group, where the service tells it apart from a user.
    pub group: Option<Box<Identity>>,
    /// The application.
    pub application: Option<Box<Identity>>,
    /// The device.
    pub device: Option<Box<Identity>>,
    /// The group of a SharePoint site. Undocumented here, yet sent.
    pub site_group: Option<Box<Identity>>,
    /// All that is not above, as it came.
    #[cfg_attr(feature = "schema", schemars(flatten))]
    pub additional: Map<String, Value>,
}

object!(IdentitySet is "an identitySet object" {
    user: "user",
    group: "group",
    application: "application",
    device: "device",
    site_group: "siteGroup",
});

/// Who holds a permission, in the newer spelling, which also has the identities of a SharePoint site.
///
/// ```
/// use sharing_model::SharePointIdentitySet;
///
/// let set: SharePointIdentitySet = serde_json::from_str(
///     r#"{ "siteUser": { "id": "12", "loginName": "i:0#.f|membership|ryan@contoso.com" } }"#,
/// )?;
/// assert_eq!(set.site_user.unwrap().id.as_deref(), Some("12"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct SharePointIdentitySet {
    /// The user, as the directory knows them.
    pub user: Option<Box<Identity>>,
    /// The group, as the directory knows it.
    pub group: Option<Box<Identity>>,
    /// The application.
    pub application: Option<Box<Identity>>,
    /// The device.
    pub device: Option<Box<Identity>>,
    /// The user, as the SharePoint site knows them.
    pub site_user: Option<Box<Identity>>,
    /// The group of the SharePoint site.
    pub site_group: Option<Box<Identity>>,
    /// The group of a SharePoint Embedded container.
    pub share_point_group: Option<Box<Identity>>,
    /// All that is not above, as it came.
    #[cfg_attr(feature = "schema", schemars(flatten))]
    pub additional: Map<String, Value>,
}

object!(SharePointIdentitySet is "a sharePointIdentitySet object" {
    user: "user",
    group: "group",
    application: "application",
    device: "device",
    site_user: "siteUser",
    site_group: "siteGroup",
    share_point_group: "sharePointGroup",
});

#[cfg(test)]
mod tests {
    /// A list of permissions is held in memory by the page, and most identities of most sets are not there.
    #[test]
    fn who_is_not_there_takes_no_room() {
        assert!(size_of::<super::SharePointIdentitySet>() <= 80);
        assert!(size_of::<crate::Permission>() <= 1_200, "{} bytes", size_of::<crate::Permission>());
    }
}
