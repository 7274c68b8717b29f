//! `Permission`: who may do what with an item, and how they came by it.

use serde_json::{Map, Value};

use crate::{
    DateTime, IdentitySet, ItemReference, Role, ServiceError, SharePointIdentitySet, SharingLink,
    wire::object,
};

/// What one grantee, or whoever holds one link, may do with an item.
///
/// What a permission is shows in its facets, of which any combination is legal: `link`, `invitation` and the four ways
/// in which the service names grantees.
///
/// ```
/// use sharing_model::{Permission, Role};
///
/// let permission: Permission = serde_json::from_str(
///     r#"{ "id": "CCFC7CA3-7A19-4D57-8CEF-149DB9DDFA62", "roles": ["write"],
///          "grantedTo": { "user": { "displayName": "Ryan Gregg" } } }"#,
/// )?;
/// assert_eq!(permission.roles.as_deref(), Some(&[Role::Write][..]));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct Permission {
    /// The id, unique among the permissions of one item. Case-sensitive.
    pub id: Option<String>,
    /// What the grantee may do. One role is the norm.
    pub roles: Option<Vec<Role>>,
    /// Who holds a permission that is no link, in the newer spelling.
    pub granted_to_v2: Option<SharePointIdentitySet>,
    /// Who uses a link that was made for people, in the newer spelling.
    pub granted_to_identities_v2: Option<Vec<SharePointIdentitySet>>,
    /// Who holds a permission that is no link, in the older spelling, which is still sent.
    pub granted_to: Option<IdentitySet>,
    /// Who uses a link that was made for people, in the older spelling, which is still sent.
    pub granted_to_identities: Option<Vec<IdentitySet>>,
    /// Present when the permission came of an invitation. Often left out.
    pub invitation: Option<SharingInvitation>,
    /// Present when the permission is inherited: the ancestor, or an empty object where the service does not name it.
    pub inherited_from: Option<ItemReference>,
    /// Present when the permission is a sharing link.
    pub link: Option<SharingLink>,
    /// An id that addresses the item below `/shares`. A secret.
    pub share_id: Option<String>,
    /// When the permission ends. The service sends `0001-01-01T00:00:00Z`, or nothing, for never.
    pub expiration_date_time: Option<DateTime>,
    /// Whether the link asks for a password.
    pub has_password: Option<bool>,
    /// In an invitation's answer: why this recipient was not notified. The permission is granted all the same.
    pub error: Option<ServiceError>,
    /// All that is not above, as it came.
    #[cfg_attr(feature = "schema", schemars(flatten))]
    pub additional: Map<String, Value>,
}

object!(Permission is "a permission object" {
    id: "id",
    roles: "roles",
    granted_to_v2: "grantedToV2",
    granted_to_identities_v2: "grantedToIdentitiesV2",
    granted_to: "grantedTo",
    granted_to_identities: "grantedToIdentities",
    invitation: "invitation",
    inherited_from: "inheritedFrom",
    link: "link",
    share_id: "shareId",
    expiration_date_time: "expirationDateTime",
    has_password: "hasPassword",
    error: "error",
});

impl Permission {
    /// A name for who holds the permission: the person or group, else the address that was invited, else the kind of
    /// link.
    ///
    /// ```
    /// # use sharing_model::Permission;
    /// let link: Permission = serde_json::from_str(r#"{ "link": { "scope": "anonymous", "type": "view" } }"#)?;
    /// assert_eq!(link.holder(), "anonymous view link");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn holder(&self) -> String {
        let newer = self.granted_to_v2.iter().flat_map(|set| {
            [&set.user, &set.group, &set.site_user, &set.site_group, &set.share_point_group, &set.application]
        });
        let older = self
            .granted_to
            .iter()
            .flat_map(|set| [&set.user, &set.group, &set.site_group, &set.application, &set.device]);
        let invited = self.invitation.as_ref().and_then(|invitation| invitation.email.as_ref());
        newer
            .chain(older)
            .flatten()
            .find_map(|identity| {
                identity.display_name.as_ref().or(identity.email.as_ref()).or(identity.id.as_ref())
            })
            .or(invited)
            .cloned()
            .or_else(|| {
                let link = self.link.as_ref()?;
                let words =
                    [link.scope.as_ref().map(|s| s.as_str()), link.link_type.as_ref().map(|t| t.as_str())];
                Some(words.into_iter().flatten().chain(["link"]).collect::<Vec<_>>().join(" "))
            })
            .unwrap_or_default()
    }
}

/// The facet of a permission that came of an invitation.
///
/// ```
/// use sharing_model::SharingInvitation;
///
/// let facet: SharingInvitation = serde_json::from_str(r#"{ "email": "kim@fabrikam.com", "signInRequired": true }"#)?;
/// assert_eq!(facet.sign_in_required, Some(true));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct SharingInvitation {
    /// The address that was invited.
    pub email: Option<String>,
    /// Whether the recipient must sign in.
    pub sign_in_required: Option<bool>,
    /// Who invited.
    pub invited_by: Option<IdentitySet>,
    /// How the invitation was redeemed: historically `none`, `same` or `other` account.
    pub redeemed_by: Option<String>,
    /// All that is not above, as it came.
    #[cfg_attr(feature = "schema", schemars(flatten))]
    pub additional: Map<String, Value>,
}

object!(SharingInvitation is "a sharingInvitation object" {
    email: "email",
    sign_in_required: "signInRequired",
    invited_by: "invitedBy",
    redeemed_by: "redeemedBy",
});
