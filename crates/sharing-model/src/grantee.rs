//! `Grantee`: who holds a permission, however the service wrote it.

use crate::{Identity, IdentitySet, LoginName, Permission, SharePointIdentitySet};

/// What a grantee is.
///
/// ```
/// use sharing_model::{GranteeKind, Permission};
///
/// let permission: Permission = serde_json::from_str(r#"{ "grantedToV2": { "group": { "id": "7b5e" } } }"#)?;
/// assert_eq!(permission.grantees()[0].kind(), GranteeKind::Group);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GranteeKind {
    /// A person. The older spelling writes groups so, too.
    User,
    /// A group of the directory.
    Group,
    /// A group of a SharePoint site.
    SiteGroup,
    /// A group of a SharePoint Embedded container.
    SharePointGroup,
    /// An application.
    Application,
    /// A device.
    Device,
    /// Somebody who was invited and has not accepted: only the mail address is known.
    Invited,
}

/// One person or group that holds a permission or may use a link, with everything that the service wrote about them.
///
/// ```
/// use sharing_model::Permission;
///
/// let permission: Permission = serde_json::from_str(
///     r#"{ "grantedToV2": { "siteUser": { "id": "12", "loginName": "i:0#.f|membership|ryan@contoso.com" } },
///          "grantedTo": { "user": { "displayName": "Ryan Gregg", "email": "ryan@contoso.com" } } }"#,
/// )?;
/// let [ryan] = &permission.grantees()[..] else { panic!("one grantee, written twice") };
/// assert_eq!((ryan.display_name(), ryan.email()), (Some("Ryan Gregg"), Some("ryan@contoso.com")));
/// assert_eq!(ryan.login_name().unwrap().principal(), "ryan@contoso.com");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grantee<'a> {
    kind: GranteeKind,
    /// The newest first.
    forms: Vec<Form<'a>>,
    invited: Option<&'a str>,
}

/// One way in which the service wrote a grantee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Form<'a> {
    kind: GranteeKind,
    identity: &'a Identity,
    /// Whether the id is the number in a site rather than the directory's.
    of_site: bool,
}

impl<'a> Grantee<'a> {
    /// What the grantee is.
    ///
    /// ```
    /// use sharing_model::{GranteeKind, Permission};
    ///
    /// let pending: Permission = serde_json::from_str(r#"{ "invitation": { "email": "kim@fabrikam.com" } }"#)?;
    /// assert_eq!(pending.grantees()[0].kind(), GranteeKind::Invited);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub const fn kind(&self) -> GranteeKind {
        self.kind
    }

    /// The directory's object id. Missing for people who have not accepted, and where only a site knows the grantee.
    ///
    /// ```
    /// use sharing_model::Permission;
    ///
    /// let permission: Permission =
    ///     serde_json::from_str(r#"{ "grantedToV2": { "siteUser": { "id": "12" }, "user": { "id": "42F177F1" } } }"#)?;
    /// assert_eq!(permission.grantees()[0].id(), Some("42F177F1"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn id(&self) -> Option<&'a str> {
        let mut ids =
            self.forms.iter().filter(|form| !form.of_site).filter_map(|form| form.identity.id.as_deref());
        // The older spelling may have the number in the site where the directory's id is expected.
        ids.find(|id| self.site_id() != Some(id))
    }

    /// The number of the user or group in the SharePoint site, as a string.
    ///
    /// ```
    /// use sharing_model::Permission;
    ///
    /// let permission: Permission = serde_json::from_str(r#"{ "grantedToV2": { "siteGroup": { "id": "5" } } }"#)?;
    /// assert_eq!((permission.grantees()[0].site_id(), permission.grantees()[0].id()), (Some("5"), None));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn site_id(&self) -> Option<&'a str> {
        self.forms.iter().filter(|form| form.of_site).find_map(|form| form.identity.id.as_deref())
    }

    /// The name to show.
    ///
    /// ```
    /// use sharing_model::Permission;
    ///
    /// let permission: Permission = serde_json::from_str(
    ///     r#"{ "grantedToV2": { "siteGroup": { "id": "5", "displayName": "Projects Members" } } }"#,
    /// )?;
    /// assert_eq!(permission.grantees()[0].display_name(), Some("Projects Members"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn display_name(&self) -> Option<&'a str> {
        self.first(|identity| identity.display_name.as_deref())
    }

    /// The mail address: the grantee's, else the one that was invited.
    ///
    /// ```
    /// use sharing_model::Permission;
    ///
    /// let permission: Permission = serde_json::from_str(
    ///     r#"{ "grantedTo": { "user": { "displayName": "Kim" } }, "invitation": { "email": "kim@fabrikam.com" } }"#,
    /// )?;
    /// assert_eq!(permission.grantees()[0].email(), Some("kim@fabrikam.com"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn email(&self) -> Option<&'a str> {
        self.first(|identity| identity.email.as_deref()).or(self.invited)
    }

    /// The claim that SharePoint knows the grantee by.
    ///
    /// ```
    /// use sharing_model::{LoginNameKind, Permission};
    ///
    /// let permission: Permission = serde_json::from_str(
    ///     r#"{ "grantedToV2": { "siteUser": { "loginName": "c:0t.c|tenant|0f4c2d8b-9e7a-4b61-b3c5" } } }"#,
    /// )?;
    /// assert_eq!(permission.grantees()[0].login_name().unwrap().kind(), LoginNameKind::SecurityGroup);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn login_name(&self) -> Option<LoginName> {
        self.first(|identity| identity.login_name.as_deref()).map(LoginName::new)
    }

    /// What to call the grantee: the name to show, else the mail address, else an id.
    ///
    /// ```
    /// use sharing_model::Permission;
    ///
    /// let nameless: Permission =
    ///     serde_json::from_str(r#"{ "grantedTo": { "user": { "id": "42F1", "email": "ryan@contoso.com" } } }"#)?;
    /// assert_eq!(nameless.grantees()[0].name(), Some("ryan@contoso.com"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn name(&self) -> Option<&'a str> {
        self.display_name().or(self.email()).or(self.id()).or(self.site_id())
    }

    fn first(&self, of: impl Fn(&'a Identity) -> Option<&'a str>) -> Option<&'a str> {
        self.forms.iter().find_map(|form| of(form.identity))
    }

    /// The grantee that a set of identities is about: a set names one principal, in one or more ways.
    fn of(forms: Vec<Form<'a>>) -> Option<Self> {
        let kind = forms.first()?.kind;
        Some(Self { kind, forms, invited: None })
    }

    /// Whether both are about the same principal, by any name that both have.
    fn is(&self, other: &Self) -> bool {
        let same = |mine: Option<&str>, other: Option<&str>| {
            mine.zip(other).is_some_and(|(mine, other)| mine.eq_ignore_ascii_case(other))
        };
        let shares_id = || {
            let ids = |grantee: &Self| {
                grantee.forms.iter().filter_map(|form| form.identity.id.as_deref()).collect::<Vec<_>>()
            };
            let mine = ids(self);
            ids(other).iter().any(|id| mine.iter().any(|own| own.eq_ignore_ascii_case(id)))
        };
        let is_unnamed = |grantee: &Self| {
            grantee.forms.iter().all(|form| form.identity.id.is_none() && form.identity.email.is_none())
        };
        same(self.email(), other.email())
            || shares_id()
            || ((is_unnamed(self) || is_unnamed(other)) && same(self.display_name(), other.display_name()))
    }
}

/// The ways in which a set writes its principal, leaving out the empty objects that some clients see.
fn forms<'a, const N: usize>(
    identities: [(GranteeKind, bool, &'a Option<Box<Identity>>); N],
) -> Vec<Form<'a>> {
    let empty = Identity::default();
    let written = identities.into_iter().filter_map(|(kind, of_site, identity)| {
        let identity = identity.as_deref().filter(|identity| **identity != empty)?;
        Some(Form { kind, identity, of_site })
    });
    written.collect()
}

fn newer(set: &SharePointIdentitySet) -> Option<Grantee<'_>> {
    use GranteeKind::{Application, Device, Group, SharePointGroup, SiteGroup, User};
    Grantee::of(forms([
        (Group, false, &set.group),
        (User, false, &set.user),
        (SharePointGroup, true, &set.share_point_group),
        (SiteGroup, true, &set.site_group),
        (User, true, &set.site_user),
        (Application, false, &set.application),
        (Device, false, &set.device),
    ]))
}

fn older(set: &IdentitySet) -> Option<Grantee<'_>> {
    use GranteeKind::{Application, Device, Group, SiteGroup, User};
    Grantee::of(forms([
        (Group, false, &set.group),
        (User, false, &set.user),
        (SiteGroup, true, &set.site_group),
        (Application, false, &set.application),
        (Device, false, &set.device),
    ]))
}

impl Permission {
    /// Who holds the permission or may use the link: each person or group once, however often the service wrote them,
    /// the newest form of each first.
    ///
    /// ```
    /// use sharing_model::Permission;
    ///
    /// let link: Permission = serde_json::from_str(
    ///     r#"{ "link": { "scope": "users" },
    ///          "grantedToIdentitiesV2": [ { "user": { "id": "42F1", "displayName": "Ryan Gregg" } } ],
    ///          "grantedToIdentities": [ { "user": { "id": "42f1" } }, { "user": { "id": "E3A9" } } ] }"#,
    /// )?;
    /// let ids: Vec<_> = link.grantees().iter().map(|grantee| grantee.id()).collect();
    /// assert_eq!(ids, [Some("42F1"), Some("E3A9")]);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn grantees(&self) -> Vec<Grantee<'_>> {
        // Both spellings of the single grantee are about the same principal, whatever names they share.
        let mut holder = self.granted_to_v2.as_ref().and_then(newer);
        if let Some(old) = self.granted_to.as_ref().and_then(older) {
            match &mut holder {
                Some(holder) => holder.forms.extend(old.forms),
                None => holder = Some(old),
            }
        }
        if let Some(invited) = self.invitation.as_ref().and_then(|invitation| invitation.email.as_deref()) {
            let unnamed = || Grantee { kind: GranteeKind::Invited, forms: Vec::new(), invited: None };
            holder.get_or_insert_with(unnamed).invited = Some(invited);
        }

        let mut grantees: Vec<_> = holder.into_iter().collect();
        let users = self.granted_to_identities_v2.iter().flatten().filter_map(newer);
        for user in users.chain(self.granted_to_identities.iter().flatten().filter_map(older)) {
            match grantees.iter_mut().find(|known| known.is(&user)) {
                Some(known) => known.forms.extend(user.forms),
                None => grantees.push(user),
            }
        }
        grantees
    }
}
