//! `Principal`: by which names somebody who holds a permission is known, and whether a row means them.

use std::{collections::BTreeSet, fmt};

use sharing_model::{DriveRecipient, Grantee, GranteeKind, LoginName, LoginNameKind, Permission};

/// All names by which somebody who holds a permission is known, in lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Principal {
    /// Mail addresses and user principal names; a guest's is the one that they were invited by.
    pub(crate) mails: BTreeSet<String>,
    /// Ids in the directory.
    pub(crate) ids: BTreeSet<String>,
    /// What comes before the `@` for who is no guest.
    pub(crate) aliases: BTreeSet<String>,
    /// Whether one is a member of the tenant: known by a login name that is no guest's.
    pub(crate) is_member: bool,
}

/// Whether a row means somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meant {
    Yes,
    No,
    /// They have no name of one kind that could be compared.
    Maybe,
}

impl Principal {
    /// Who holds a permission, as its grantees and its id tell: the service lists some for a while without an identity.
    pub(crate) fn all_of(permission: &Permission) -> Vec<(GranteeKind, Self)> {
        let grantees = permission.grantees();
        match &*grantees {
            [] => {
                let login = permission.login_name();
                login.map(|login| (kind(&login), Self::new(None, Some(&login)))).into_iter().collect()
            }
            [holder] => {
                let login = holder.login_name().or_else(|| permission.login_name());
                vec![(holder.kind(), Self::new(Some(holder), login.as_ref()))]
            }
            several => {
                let each = several
                    .iter()
                    .map(|grantee| (grantee.kind(), Self::new(Some(grantee), grantee.login_name().as_ref())));
                each.collect()
            }
        }
    }

    fn new(grantee: Option<&Grantee<'_>>, login: Option<&LoginName>) -> Self {
        let mut principal = Self::default();
        principal.mails.extend(grantee.and_then(Grantee::email).map(str::to_lowercase));
        let id = grantee.and_then(Grantee::id).filter(|id| looks_like_guid(id));
        principal.ids.extend(id.map(str::to_lowercase));
        if let Some(login) = login {
            principal.know(login);
        }
        if !principal.mails.iter().any(|mail| mail.contains("#ext#")) {
            let aliases = principal.mails.iter().filter_map(|mail| mail.split_once('@'));
            principal.aliases = aliases.map(|(alias, _)| alias.to_owned()).collect();
        }
        principal
    }

    fn know(&mut self, login: &LoginName) {
        let name = login.principal().to_lowercase();
        match login.kind() {
            LoginNameKind::User => {
                self.is_member = name.contains('@');
                self.mails.insert(name);
            }
            LoginNameKind::Guest => {
                self.mails.extend(invited_by(&name));
                self.mails.insert(name);
            }
            LoginNameKind::Group | LoginNameKind::SecurityGroup => {
                self.ids.insert(name);
            }
            _ => {}
        }
    }

    /// Whether a recipient is this one.
    pub(crate) fn is(&self, recipient: &DriveRecipient) -> Meant {
        let among = |names: &BTreeSet<String>, name: &str| match names.contains(&name.to_lowercase()) {
            true => Meant::Yes,
            false if names.is_empty() => Meant::Maybe,
            false => Meant::No,
        };
        match recipient {
            DriveRecipient { email: Some(mail), .. } => among(&self.mails, mail),
            DriveRecipient { object_id: Some(id), .. } => among(&self.ids, id),
            DriveRecipient { alias: Some(alias), .. } => match among(&self.aliases, alias) {
                Meant::Yes => Meant::Yes,
                // An alias need not be what stands before the @.
                _ => Meant::Maybe,
            },
            _ => Meant::No,
        }
    }
}

/// What somebody is who is known by a login name alone.
fn kind(login: &LoginName) -> GranteeKind {
    match login.kind() {
        LoginNameKind::User | LoginNameKind::Guest => GranteeKind::User,
        LoginNameKind::Group | LoginNameKind::GroupOwners | LoginNameKind::SecurityGroup => {
            GranteeKind::Group
        }
        LoginNameKind::Application => GranteeKind::Application,
        _ => GranteeKind::SiteGroup,
    }
}

/// The address that a guest was invited by, of `kim_fabrikam.com#ext#@contoso.onmicrosoft.com`.
fn invited_by(name: &str) -> Option<String> {
    let (local, _) = name.split_once("#ext#")?;
    let (alias, domain) = local.rsplit_once('_')?;
    Some(format!("{alias}@{domain}"))
}

fn looks_like_guid(id: &str) -> bool {
    id.len() == 36 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.mails.iter().chain(&self.ids).map(String::as_str).collect();
        f.write_str(&names.join(" "))
    }
}
