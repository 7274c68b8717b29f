//! Who there is: the people and groups of the tenant, and the guests that become known by being invited.
//!
//! Whoever is looked for is found by an index: by object id, mail address or principal name, alias, or the id that a
//! permission has because of its grantee. A copy shares all that did not change since, so that it costs nothing.

use std::sync::Arc;

use rpds::{HashTrieMapSync, VectorSync};
use sharing_model::{DriveRecipient, Identity, IdentitySet, SharePointIdentitySet};

use crate::{identifier, shape::Written};

/// What a principal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum PrincipalKind {
    User,
    /// Somebody outside of the tenant, who has accepted an invitation.
    Guest,
    /// Somebody outside of the tenant, who has not accepted an invitation yet.
    PendingGuest,
    /// A Microsoft 365 group.
    Group,
    /// A group that exists to give access.
    SecurityGroup,
    /// A group that exists to send mail, which can hold no permission.
    DistributionList,
    Application,
}

impl PrincipalKind {
    pub(crate) const fn is_group(self) -> bool {
        matches!(self, Self::Group | Self::SecurityGroup | Self::DistributionList)
    }

    /// Whether it stands for somebody outside of the tenant.
    pub(crate) const fn is_guest(self) -> bool {
        matches!(self, Self::Guest | Self::PendingGuest)
    }
}

/// Somebody who can hold a permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Principal {
    pub(crate) kind: PrincipalKind,
    /// The directory's object id.
    pub(crate) id: String,
    pub(crate) display_name: String,
    pub(crate) mail: String,
    /// What a user signs in with; a guest's names the directory that invited.
    pub(crate) user_principal_name: String,
    pub(crate) alias: String,
    /// Whether the account may have a drive and be shared with.
    pub(crate) licensed: bool,
    /// The number in the site, as a string; nothing for an application.
    pub(crate) site_number: String,
    /// The claim that SharePoint knows the principal by.
    pub(crate) login_name: String,
    /// The id of whatever permission the principal holds directly.
    pub(crate) permission_id: String,
    /// The same, on a personal drive.
    pub(crate) personal_permission_id: String,
    /// Whether whoever is outside has a Microsoft account to sign in with.
    pub(crate) microsoft_account: bool,
    /// Why mails to this address do not arrive, in the service's word.
    pub(crate) notification_error: Option<String>,
    /// Who is in a group.
    pub(crate) members: Vec<PrincipalIndex>,
    /// What was written of the permissions that the principal holds.
    pub(crate) written: Written,
}

impl Principal {
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
            PrincipalKind::Application => set.application = Some(self.identity().into()),
            _ => set.user = Some(self.identity().into()),
        }
        set
    }

    /// The newer spelling, with the identity that the site knows.
    pub(crate) fn newer(&self) -> SharePointIdentitySet {
        let mut set = SharePointIdentitySet::default();
        if self.kind == PrincipalKind::Application {
            set.application = Some(self.identity().into());
            return set;
        }
        let mut in_site = self.identity();
        in_site.id = Some(self.site_number.clone());
        in_site.login_name = Some(self.login_name.clone());
        set.site_user = Some(in_site.into());
        match self.kind {
            kind if kind.is_group() => set.group = Some(self.identity().into()),
            _ => set.user = Some(self.identity().into()),
        }
        set
    }
}

/// Somebody new to the directory, with what cannot be made of the rest.
#[derive(Debug, Clone)]
pub(crate) struct Newcomer<'a> {
    pub(crate) kind: PrincipalKind,
    pub(crate) id: &'a str,
    pub(crate) display_name: &'a str,
    pub(crate) mail: &'a str,
    /// The mail address, where nothing is said; a guest's is made of it.
    pub(crate) user_principal_name: Option<&'a str>,
    /// What stands before the `@`, where nothing is said.
    pub(crate) alias: Option<&'a str>,
    pub(crate) licensed: bool,
    /// The next free one, where nothing is said.
    pub(crate) site_number: Option<u32>,
    pub(crate) microsoft_account: bool,
    pub(crate) notification_error: Option<&'a str>,
}

impl<'a> Newcomer<'a> {
    /// Somebody of whom no more is said.
    pub(crate) const fn new(kind: PrincipalKind, id: &'a str, display_name: &'a str, mail: &'a str) -> Self {
        Self {
            kind,
            id,
            display_name,
            mail,
            user_principal_name: None,
            alias: None,
            licensed: true,
            site_number: None,
            microsoft_account: true,
            notification_error: None,
        }
    }
}

/// An index into the directory.
pub(crate) type PrincipalIndex = usize;

/// Everybody who can hold a permission.
#[derive(Debug, Clone)]
pub(crate) struct Directory {
    pub(crate) tenant_id: Arc<str>,
    /// The domain of the tenant's own mail addresses.
    pub(crate) domain: Arc<str>,
    /// The domain that the tenant began with, which guests are named after.
    pub(crate) initial_domain: Arc<str>,
    /// What the names begin with that ids of newcomers and of new links are made of.
    pub(crate) seeded: Arc<str>,
    principals: VectorSync<Principal>,
    /// By object id, in lower case.
    by_id: HashTrieMapSync<String, PrincipalIndex>,
    /// By mail address and by principal name, in lower case.
    by_mail: HashTrieMapSync<String, PrincipalIndex>,
    /// By alias, in lower case; guests and applications have none.
    by_alias: HashTrieMapSync<String, PrincipalIndex>,
    by_permission_id: HashTrieMapSync<String, PrincipalIndex>,
    /// The next free number in a site.
    next_number: u32,
}

/// The numbers below belong to the site's own accounts.
const FIRST_NUMBER: u32 = 10;

impl Directory {
    pub(crate) fn new(tenant_id: &str, domain: &str, initial_domain: &str) -> Self {
        Self {
            tenant_id: tenant_id.into(),
            domain: domain.into(),
            initial_domain: initial_domain.into(),
            seeded: "".into(),
            principals: VectorSync::new_sync(),
            by_id: HashTrieMapSync::new_sync(),
            by_mail: HashTrieMapSync::new_sync(),
            by_alias: HashTrieMapSync::new_sync(),
            by_permission_id: HashTrieMapSync::new_sync(),
            next_number: FIRST_NUMBER,
        }
    }

    /// Takes somebody in. Whoever came first keeps a name that both have.
    pub(crate) fn add(&mut self, newcomer: &Newcomer<'_>) -> PrincipalIndex {
        let index = self.principals.len();
        let kind = newcomer.kind;
        let (id, mail) = (newcomer.id.to_lowercase(), newcomer.mail.to_lowercase());
        let user_principal_name = match newcomer.user_principal_name {
            Some(name) => name.to_owned(),
            None if kind.is_guest() => {
                format!("{}#EXT#@{}", newcomer.mail.replace('@', "_"), self.initial_domain)
            }
            None => newcomer.mail.to_owned(),
        };
        let named = user_principal_name.to_lowercase();
        let alias = newcomer.alias.unwrap_or_else(|| newcomer.mail.split('@').next().unwrap_or_default());
        let login_name = match kind {
            PrincipalKind::Group => format!("c:0o.c|federateddirectoryclaimprovider|{id}"),
            PrincipalKind::SecurityGroup | PrincipalKind::DistributionList => format!("c:0t.c|tenant|{id}"),
            PrincipalKind::Application => format!("i:0i.t|ms.sp.ext|{id}@{}", self.tenant_id),
            PrincipalKind::User | PrincipalKind::Guest | PrincipalKind::PendingGuest => {
                format!("i:0#.f|membership|{named}")
            }
        };
        let permission_id = identifier::permission_id(&login_name);

        let note = |map: &mut HashTrieMapSync<String, PrincipalIndex>, name: &str| {
            if !name.is_empty() && !map.contains_key(name) {
                map.insert_mut(name.to_owned(), index);
            }
        };
        note(&mut self.by_id, &id);
        note(&mut self.by_mail, &mail);
        note(&mut self.by_mail, &named);
        if !kind.is_guest() && kind != PrincipalKind::Application {
            note(&mut self.by_alias, &alias.to_lowercase());
        }
        let personal_permission_id = identifier::permission_id(&identifier::personal_login_name(&mail));
        note(&mut self.by_permission_id, &permission_id);
        note(&mut self.by_permission_id, &personal_permission_id);
        let site_number = match kind {
            // No site numbers it: it is known by its id.
            PrincipalKind::Application => String::new(),
            _ => {
                let number = newcomer.site_number.unwrap_or(self.next_number);
                self.next_number = self.next_number.max(number.saturating_add(1));
                number.to_string()
            }
        };
        self.principals.push_back_mut(Principal {
            kind,
            id: newcomer.id.to_owned(),
            display_name: newcomer.display_name.to_owned(),
            mail: newcomer.mail.to_owned(),
            user_principal_name,
            alias: alias.to_owned(),
            licensed: newcomer.licensed,
            site_number,
            login_name,
            permission_id,
            personal_permission_id,
            microsoft_account: newcomer.microsoft_account,
            notification_error: newcomer.notification_error.map(str::to_owned),
            members: Vec::new(),
            written: Written::default(),
        });
        index
    }

    pub(crate) fn get(&self, index: PrincipalIndex) -> &Principal {
        &self.principals[index]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Principal> {
        self.principals.iter()
    }

    /// Says who is in a group.
    pub(crate) fn set_members(&mut self, group: PrincipalIndex, members: Vec<PrincipalIndex>) {
        self.principals[group].members = members;
    }

    /// A guest accepts. Says whether that was still to be done.
    pub(crate) fn accept(&mut self, guest: PrincipalIndex) -> bool {
        let is_pending = self.get(guest).kind == PrincipalKind::PendingGuest;
        if is_pending {
            let guest = &mut self.principals[guest];
            guest.kind = PrincipalKind::Guest;
            guest.written = Written::default();
        }
        is_pending
    }

    /// Whoever is known by a mail address or a principal name.
    pub(crate) fn by_mail(&self, mail: &str) -> Option<PrincipalIndex> {
        self.by_mail.get(&mail.to_lowercase()).copied()
    }

    /// Whoever is known by an object id, a mail address, a principal name or an alias.
    pub(crate) fn by_any_name(&self, name: &str) -> Option<PrincipalIndex> {
        let name = name.to_lowercase();
        [&self.by_id, &self.by_mail, &self.by_alias].into_iter().find_map(|names| names.get(&name).copied())
    }

    /// The principal with this object id or, for a user, this principal name.
    pub(crate) fn by_id(&self, id: &str, kind: PrincipalKind) -> Option<PrincipalIndex> {
        let id = id.to_lowercase();
        let mut found = [self.by_id.get(&id), self.by_mail.get(&id)].into_iter().flatten().copied();
        found.find(|index| self.get(*index).kind == kind)
    }

    /// Whose permissions have this id, wherever they are held directly.
    pub(crate) fn by_permission_id(&self, id: &str) -> Option<PrincipalIndex> {
        self.by_permission_id.get(id).copied()
    }

    /// Whom a recipient means, if that is somebody who can be shared with: one whom the directory knows, or somebody
    /// outside with a mail address. A distribution list and an account without a licence are known, and cannot.
    pub(crate) fn resolve(&self, recipient: &DriveRecipient) -> Option<Resolved> {
        let shareable = |index: &PrincipalIndex| {
            let who = self.get(*index);
            let barred = matches!(who.kind, PrincipalKind::Application | PrincipalKind::DistributionList);
            (!barred && who.licensed).then_some(Resolved::Known(*index))
        };
        let inside = |index: &&PrincipalIndex| self.get(**index).kind != PrincipalKind::PendingGuest;
        if let Some(email) = &recipient.email {
            let domain = email.rsplit_once('@').map(|(_, domain)| domain)?;
            return match self.by_mail.get(&email.to_lowercase()) {
                Some(known) => shareable(known),
                None if domain.contains('.') && !self.is_own(domain) => {
                    Some(Resolved::Outside(email.clone()))
                }
                None => None,
            };
        }
        if let Some(id) = &recipient.object_id {
            return self.by_id.get(&id.to_lowercase()).filter(inside).and_then(shareable);
        }
        self.by_alias.get(&recipient.alias.as_ref()?.to_lowercase()).and_then(shareable)
    }

    /// Whether addresses of a domain are the tenant's own.
    fn is_own(&self, domain: &str) -> bool {
        domain.eq_ignore_ascii_case(&self.domain) || domain.eq_ignore_ascii_case(&self.initial_domain)
    }

    /// Somebody outside, by mail address, who is known as a guest from now on.
    pub(crate) fn admit(&mut self, mail: &str) -> PrincipalIndex {
        let lower = mail.to_lowercase();
        self.by_mail.get(&lower).copied().unwrap_or_else(|| {
            let id = identifier::guid(&format!("{}{lower}", self.seeded)).to_string();
            self.add(&Newcomer::new(PrincipalKind::PendingGuest, &id, mail, mail))
        })
    }
}

/// Whom a recipient means.
#[derive(Debug, Clone)]
pub(crate) enum Resolved {
    Known(PrincipalIndex),
    /// Somebody outside of the tenant, by mail address.
    Outside(String),
}
