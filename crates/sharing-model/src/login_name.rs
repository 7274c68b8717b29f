//! `LoginName`: the claim by which SharePoint knows who holds a permission, and the permission's id that is made of it.

use std::fmt;

use base64::Engine;

use crate::sharing_url::BASE64URL;

/// The claim by which SharePoint knows a person, a group or an application.
///
/// On business drives and in libraries, the id of a permission that its grantee holds directly is the login name in
/// base64url. So the same grantee has the same id on every item, and the id tells the grantee where the service does
/// not. This is seen, not documented: where an id is none, take it as it is.
///
/// ```
/// use sharing_model::{LoginName, LoginNameKind};
///
/// let ryan = LoginName::new("i:0#.f|membership|ryan@contoso.com");
/// assert_eq!(ryan.permission_id(), "aTowIy5mfG1lbWJlcnNoaXB8cnlhbkBjb250b3NvLmNvbQ");
/// assert_eq!(LoginName::from_permission_id(&ryan.permission_id()), Some(ryan.clone()));
/// assert_eq!((ryan.kind(), ryan.principal()), (LoginNameKind::User, "ryan@contoso.com"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LoginName(String);

/// Whose claim a login name is.
///
/// ```
/// use sharing_model::{LoginName, LoginNameKind};
///
/// assert_eq!(LoginName::new("Projects Members").kind(), LoginNameKind::SiteGroup);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LoginNameKind {
    /// A user of the tenant, by user principal name.
    User,
    /// A guest, by the user principal name that the tenant made for them.
    Guest,
    /// The members of a Microsoft 365 group, by the group's object id.
    Group,
    /// The owners of a Microsoft 365 group, by the group's object id.
    GroupOwners,
    /// A security group, by its object id.
    SecurityGroup,
    /// An application, by its id and tenant.
    Application,
    /// A claim of another kind.
    OtherClaim,
    /// The group of a SharePoint site, by its title.
    SiteGroup,
}

impl LoginName {
    /// A login name.
    ///
    /// ```
    /// use sharing_model::LoginName;
    ///
    /// let team = LoginName::new("c:0o.c|federateddirectoryclaimprovider|7b5e1f3a-08d2-4c96-9f47-c61b2a8e0d34");
    /// assert_eq!(team.principal(), "7b5e1f3a-08d2-4c96-9f47-c61b2a8e0d34");
    /// ```
    pub fn new(login_name: impl Into<String>) -> Self {
        Self(login_name.into())
    }

    /// The claim.
    ///
    /// ```
    /// use sharing_model::LoginName;
    ///
    /// let name = LoginName::from_permission_id("aTowIy5mfG1lbWJlcnNoaXB8cnlhbkBjb250b3NvLmNvbQ").unwrap();
    /// assert_eq!(name.as_str(), "i:0#.f|membership|ryan@contoso.com");
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id of a permission that this grantee holds directly.
    ///
    /// ```
    /// use sharing_model::{LoginName, Segment};
    ///
    /// let ryan = LoginName::new("i:0#.f|membership|ryan@contoso.com");
    /// // Unlike the name, the id can stand in an address.
    /// assert!(Segment::new(ryan.as_str()).is_none());
    /// assert!(Segment::new(ryan.permission_id()).is_some());
    /// ```
    #[must_use]
    pub fn permission_id(&self) -> String {
        BASE64URL.encode(&self.0)
    }

    /// The login name that a permission's id is made of, with or without padding. `None` where the id is none, that of
    /// a sharing link for instance.
    ///
    /// ```
    /// use sharing_model::LoginName;
    ///
    /// assert_eq!(LoginName::from_permission_id("CCFC7CA3-7A19-4D57-8CEF-149DB9DDFA62"), None);
    /// ```
    #[must_use]
    pub fn from_permission_id(id: &str) -> Option<Self> {
        let text = String::from_utf8(BASE64URL.decode(id).ok()?).ok()?;
        let is_name = !text.is_empty() && !text.contains(char::is_control) && !is_guid(id);
        is_name.then_some(Self(text))
    }

    /// Whose claim this is.
    ///
    /// ```
    /// use sharing_model::{LoginName, LoginNameKind};
    ///
    /// let kim = LoginName::new("i:0#.f|membership|kim_fabrikam.com#ext#@contoso.onmicrosoft.com");
    /// assert_eq!(kim.kind(), LoginNameKind::Guest);
    /// ```
    #[must_use]
    pub fn kind(&self) -> LoginNameKind {
        let Some((claim, principal)) = self.claim() else { return LoginNameKind::SiteGroup };
        match claim {
            "i:0#.f|membership" if principal.to_ascii_lowercase().contains("#ext#") => LoginNameKind::Guest,
            "i:0#.f|membership" => LoginNameKind::User,
            "c:0o.c|federateddirectoryclaimprovider" if principal.ends_with("_o") => {
                LoginNameKind::GroupOwners
            }
            "c:0o.c|federateddirectoryclaimprovider" => LoginNameKind::Group,
            "c:0t.c|tenant" => LoginNameKind::SecurityGroup,
            "i:0i.t|ms.sp.ext" => LoginNameKind::Application,
            _ => LoginNameKind::OtherClaim,
        }
    }

    /// Who it is: a user principal name, an object id, or the title of a site's group.
    ///
    /// ```
    /// use sharing_model::LoginName;
    ///
    /// let owners = LoginName::new("c:0o.c|federateddirectoryclaimprovider|7b5e1f3a_o");
    /// assert_eq!(owners.principal(), "7b5e1f3a");
    /// assert_eq!(LoginName::new("Projects Members").principal(), "Projects Members");
    /// ```
    #[must_use]
    pub fn principal(&self) -> &str {
        match self.claim() {
            Some((_, principal)) if self.kind() == LoginNameKind::GroupOwners => {
                principal.strip_suffix("_o").unwrap_or(principal)
            }
            Some((_, principal)) => principal,
            None => &self.0,
        }
    }

    /// What stands before and after the last bar. SharePoint Embedded puts an underscore before its claims.
    fn claim(&self) -> Option<(&str, &str)> {
        let text = self.0.strip_prefix('_').unwrap_or(&self.0);
        text.rsplit_once('|').filter(|_| text.starts_with("i:0") || text.starts_with("c:0"))
    }
}

impl fmt::Display for LoginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Whether a text has the form of a GUID.
pub(crate) fn is_guid(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').collect();
    let lengths: Vec<_> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12]
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn claims_are_told_apart() {
        let kinds: Vec<_> = [
            "i:0#.f|membership|ryan@contoso.com",
            "i:0#.f|membership|kim_fabrikam.com#EXT#@contoso.onmicrosoft.com",
            "c:0o.c|federateddirectoryclaimprovider|7b5e1f3a-08d2-4c96-9f47-c61b2a8e0d34",
            "c:0o.c|federateddirectoryclaimprovider|7b5e1f3a-08d2-4c96-9f47-c61b2a8e0d34_o",
            "c:0t.c|tenant|0f4c2d8b-9e7a-4b61-b3c5-1a2e8d7f6059",
            "c:0-.f|rolemanager|s-1-5-21-1",
            "i:0i.t|ms.sp.ext|10@d9ce0fc1-61d8-4a2e-b5d3-18770df0672c",
            "_i:0#.f|membership|ryan@contoso.com",
            "Projects Members",
        ]
        .map(|name| {
            let name = LoginName::new(name);
            format!("{:?} {}", name.kind(), name.principal())
        })
        .into();
        insta::assert_snapshot!(kinds.join("\n"));
    }

    #[test]
    fn ids_that_are_no_login_names_are_told_apart() {
        for id in ["", "1", "1234567890ABC!123", "00000000-0000-0000-0000-000000000000", "AAAA", "_w"] {
            assert_eq!(LoginName::from_permission_id(id), None, "{id}");
        }
        let padded = "aTowaS50fG1zLnNwLmV4dHwxMEBkOWNlMGZjMS02MWQ4LTRhMmUtYjVkMy0xODc3MGRmMDY3MmM=";
        assert_eq!(LoginName::from_permission_id(padded).unwrap().kind(), LoginNameKind::Application);
    }

    proptest! {
        #[test]
        fn name_and_id_are_inverse(name in "[^\\p{Cc}]{1,40}") {
            let name = LoginName::new(name);
            let id = name.permission_id();
            prop_assume!(!is_guid(&id));
            prop_assert_eq!(LoginName::from_permission_id(&id), Some(name));
        }

        #[test]
        fn no_id_panics(id in ".{0,40}") {
            if let Some(name) = LoginName::from_permission_id(&id) {
                let _ = (name.kind(), name.principal());
            }
        }
    }
}
