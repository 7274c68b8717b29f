//! Who there is: the people and groups of the tenant, and the guests that become known by being invited.

use sharing_model::{DriveRecipient, Identity, IdentitySet, SharePointIdentitySet};

use crate::identifier;

/// The tenant's id.
const TENANT_ID: &str = "5b0f7c1e-4a2d-4e63-9c58-0d1f6a3b7e92";

/// What a principal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PrincipalKind {
    User,
    Group,
    /// Somebody outside of the tenant, who has not accepted an invitation yet.
    PendingGuest,
    Application,
}

/// Somebody who can hold a permission.
#[derive(Debug, Clone)]
pub(crate) struct Principal {
    pub(crate) kind: PrincipalKind,
    /// The directory's object id.
    pub(crate) id: String,
    pub(crate) display_name: String,
    pub(crate) mail: String,
    pub(crate) alias: String,
    /// The number in the site, as a string.
    pub(crate) site_number: String,
}

impl Principal {
    /// The claim that SharePoint knows the principal by.
    pub(crate) fn login_name(&self) -> String {
        match self.kind {
            PrincipalKind::User => format!("i:0#.f|membership|{}", self.mail.to_lowercase()),
            PrincipalKind::Group => {
                format!("c:0o.c|federateddirectoryclaimprovider|{}", self.id.to_lowercase())
            }
            PrincipalKind::Application => {
                format!("i:0i.t|ms.sp.ext|{}@{}", self.id.to_lowercase(), TENANT_ID)
            }
            PrincipalKind::PendingGuest => {
                let name = self.mail.to_lowercase().replace('@', "_");
                format!("i:0#.f|membership|{name}#ext#@contoso.onmicrosoft.com")
            }
        }
    }

    /// The identity as the directory knows it. A guest has no id before accepting.
    pub(crate) fn identity(&self) -> Identity {
        let mut identity = Identity::default();
        identity.display_name = Some(self.display_name.clone());
        identity.email = Some(self.mail.clone()).filter(|mail| !mail.is_empty());
        identity.id = (self.kind != PrincipalKind::PendingGuest).then(|| self.id.clone());
        identity
    }

    /// The older spelling, in which a group stands where a user does.
    pub(crate) fn older(&self) -> IdentitySet {
        let mut set = IdentitySet::default();
        match self.kind {
            PrincipalKind::Application => set.application = Some(self.identity()),
            _ => set.user = Some(self.identity()),
        }
        set
    }

    /// The newer spelling, with the identity that the site knows.
    pub(crate) fn newer(&self) -> SharePointIdentitySet {
        let mut set = SharePointIdentitySet::default();
        if self.kind == PrincipalKind::Application {
            set.application = Some(self.identity());
            return set;
        }
        let mut in_site = self.identity();
        in_site.id = Some(self.site_number.clone());
        in_site.login_name = Some(self.login_name());
        set.site_user = Some(in_site);
        match self.kind {
            PrincipalKind::Group => set.group = Some(self.identity()),
            _ => set.user = Some(self.identity()),
        }
        set
    }
}

/// An index into the directory.
pub(crate) type PrincipalIndex = usize;

/// Everybody who can hold a permission.
#[derive(Debug)]
pub(crate) struct Directory {
    pub(crate) domain: &'static str,
    principals: Vec<Principal>,
}

impl Directory {
    pub(crate) const fn new(domain: &'static str) -> Self {
        Self { domain, principals: Vec::new() }
    }

    pub(crate) fn add(
        &mut self,
        kind: PrincipalKind,
        id: &str,
        display_name: &str,
        mail: &str,
    ) -> PrincipalIndex {
        let index = self.principals.len();
        self.principals.push(Principal {
            kind,
            id: id.to_owned(),
            display_name: display_name.to_owned(),
            mail: mail.to_owned(),
            alias: mail.split('@').next().unwrap_or(mail).to_owned(),
            // The numbers below belong to the site's own accounts.
            site_number: (index + 10).to_string(),
        });
        index
    }

    pub(crate) fn get(&self, index: PrincipalIndex) -> &Principal {
        &self.principals[index]
    }

    fn find(&self, is_it: impl Fn(&Principal) -> bool) -> Option<PrincipalIndex> {
        self.principals.iter().position(is_it)
    }

    /// The principal with this object id or, for a user, this principal name.
    pub(crate) fn by_id(&self, id: &str, kind: PrincipalKind) -> Option<PrincipalIndex> {
        self.find(|who| {
            who.kind == kind && (who.id.eq_ignore_ascii_case(id) || who.mail.eq_ignore_ascii_case(id))
        })
    }

    /// Whom a recipient means, if that is somebody whom the directory knows or somebody outside with a mail address.
    pub(crate) fn resolve(&self, recipient: &DriveRecipient) -> Option<Resolved> {
        let known = |is_it: &dyn Fn(&Principal) -> bool| {
            self.find(|who| who.kind != PrincipalKind::Application && is_it(who)).map(Resolved::Known)
        };
        if let Some(email) = &recipient.email {
            let domain = email.rsplit_once('@').map(|(_, domain)| domain)?;
            return known(&|who| who.mail.eq_ignore_ascii_case(email)).or_else(|| {
                let outside = domain.contains('.') && !domain.eq_ignore_ascii_case(self.domain);
                outside.then(|| Resolved::Outside(email.clone()))
            });
        }
        if let Some(id) = &recipient.object_id {
            return known(&|who| who.kind != PrincipalKind::PendingGuest && who.id.eq_ignore_ascii_case(id));
        }
        let alias = recipient.alias.as_ref()?;
        known(&|who| who.kind != PrincipalKind::PendingGuest && who.alias.eq_ignore_ascii_case(alias))
    }

    /// The principal that a recipient was resolved to; a guest becomes known by this.
    pub(crate) fn admit(&mut self, resolved: Resolved) -> PrincipalIndex {
        match resolved {
            Resolved::Known(index) => index,
            Resolved::Outside(mail) => {
                let known = self.find(|who| who.mail.eq_ignore_ascii_case(&mail));
                known.unwrap_or_else(|| {
                    let id = identifier::guid(&mail.to_lowercase()).to_string();
                    self.add(PrincipalKind::PendingGuest, &id, &mail, &mail)
                })
            }
        }
    }
}

/// Whom a recipient means.
#[derive(Debug, Clone)]
pub(crate) enum Resolved {
    Known(PrincipalIndex),
    /// Somebody outside of the tenant, by mail address.
    Outside(String),
}
