//! `Permission`: who may do what with an item, and how they came by it.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::{
    DateTime, Grantee, IdentitySet, ItemReference, LinkScope, LinkType, LoginName, Role, ServiceError,
    SharePointIdentitySet, SharingLink, wire::object,
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

/// What a permission is, by its facets.
///
/// ```
/// use sharing_model::{Permission, PermissionKind};
///
/// let pending: Permission = serde_json::from_str(r#"{ "invitation": { "email": "kim@fabrikam.com" } }"#)?;
/// assert_eq!(pending.kind(), PermissionKind::Invitation);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PermissionKind {
    /// A sharing link: held by whoever has the URL and is let in by its scope.
    Link,
    /// An invitation that nobody has accepted yet.
    Invitation,
    /// A person, a group or an application holds it.
    Direct,
    /// The service does not say who holds it.
    Unknown,
}

/// What the service says about where a permission comes from.
///
/// ```
/// use sharing_model::{Inheritance, Permission};
///
/// let inherited: Permission = serde_json::from_str(r#"{ "inheritedFrom": {} }"#)?;
/// assert_eq!(inherited.inheritance(), Inheritance::Undisclosed);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Inheritance<'a> {
    /// Nothing: the permission is the item's own, or the service does not tell.
    Unsaid,
    /// It is inherited, from an ancestor that the service does not name.
    Undisclosed,
    /// It is inherited from this ancestor.
    From(&'a ItemReference),
}

impl Permission {
    /// What the permission is. An empty `link`, and one without type and scope beside a grantee, make no link of it:
    /// the service sends such ones with people's own permissions.
    ///
    /// ```
    /// # use sharing_model::{Permission, PermissionKind};
    /// let own: Permission =
    ///     serde_json::from_str(r#"{ "link": {}, "grantedTo": { "user": { "displayName": "Ryan Gregg" } } }"#)?;
    /// assert_eq!(own.kind(), PermissionKind::Direct);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn kind(&self) -> PermissionKind {
        let has_holder = self.granted_to_v2.is_some() || self.granted_to.is_some();
        let is_link = self.link.as_ref().is_some_and(|link| {
            link.link_type.is_some()
                || link.scope.is_some()
                || (!has_holder && *link != SharingLink::default())
        });
        if is_link {
            PermissionKind::Link
        } else if has_holder {
            PermissionKind::Direct
        } else if self.invitation.is_some() {
            PermissionKind::Invitation
        } else {
            PermissionKind::Unknown
        }
    }

    /// When the permission ends; `None` for never, however the service says it.
    ///
    /// ```
    /// # use sharing_model::Permission;
    /// let never: Permission = serde_json::from_str(r#"{ "expirationDateTime": "0001-01-01T00:00:00Z" }"#)?;
    /// assert_eq!(never.expires(), None);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn expires(&self) -> Option<Timestamp> {
        self.expiration_date_time.as_ref().filter(|date| !date.is_none()).map(DateTime::timestamp)
    }

    /// What the service says about where the permission comes from.
    ///
    /// ```
    /// # use sharing_model::{Inheritance, Permission};
    /// let below: Permission = serde_json::from_str(r#"{ "inheritedFrom": { "path": "/drive/root:/Projects" } }"#)?;
    /// let Inheritance::From(ancestor) = below.inheritance() else { panic!("the ancestor is named") };
    /// assert_eq!(ancestor.path.as_deref(), Some("/drive/root:/Projects"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn inheritance(&self) -> Inheritance<'_> {
        match &self.inherited_from {
            None => Inheritance::Unsaid,
            Some(ancestor) if *ancestor == ItemReference::default() => Inheritance::Undisclosed,
            Some(ancestor) => Inheritance::From(ancestor),
        }
    }

    /// Whether the service says that the permission is inherited: such a one is changed where it was granted. Business
    /// drives and libraries do not always say so.
    ///
    /// ```
    /// # use sharing_model::Permission;
    /// let own: Permission = serde_json::from_str(r#"{ "inheritedFrom": null }"#)?;
    /// assert!(!own.is_inherited());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn is_inherited(&self) -> bool {
        self.inheritance() != Inheritance::Unsaid
    }

    /// Whether the permission lets its holder do all that a role allows.
    ///
    /// ```
    /// # use sharing_model::{Permission, Role};
    /// let permission: Permission = serde_json::from_str(r#"{ "roles": ["sp.full control"] }"#)?;
    /// assert!(permission.covers(&Role::Write));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn covers(&self, role: &Role) -> bool {
        self.roles.iter().flatten().any(|held| held.includes(role))
    }

    /// The claim that SharePoint knows the holder by: as the service wrote it, else as the permission's id tells it.
    ///
    /// ```
    /// # use sharing_model::Permission;
    /// let bare: Permission =
    ///     serde_json::from_str(r#"{ "id": "aTowIy5mfG1lbWJlcnNoaXB8cnlhbkBjb250b3NvLmNvbQ", "roles": ["read"] }"#)?;
    /// assert_eq!(bare.login_name().unwrap().principal(), "ryan@contoso.com");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn login_name(&self) -> Option<LoginName> {
        if self.kind() == PermissionKind::Link {
            return None;
        }
        let written = self.grantees().first().and_then(Grantee::login_name);
        written.or_else(|| LoginName::from_permission_id(self.id.as_deref()?))
    }

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
        if let (PermissionKind::Link, Some(link)) = (self.kind(), &self.link) {
            let words =
                [link.scope.as_ref().map(LinkScope::as_str), link.link_type.as_ref().map(LinkType::as_str)];
            return words.into_iter().flatten().chain(["link"]).collect::<Vec<_>>().join(" ");
        }
        let grantees = self.grantees();
        let name = grantees.first().and_then(Grantee::name).map(str::to_owned);
        name.or_else(|| Some(self.login_name()?.principal().to_owned())).unwrap_or_default()
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
