//! Who there is.

use super::{Loader, Names, World};
use crate::{
    directory::{Directory, Newcomer, PrincipalKind},
    world::file::{ExternalUserState, GroupKind, Organisation, UserType},
};

/// The names that must be one principal's alone.
#[derive(Default)]
struct Taken {
    ids: Names,
    mails: Names,
    aliases: Names,
    numbers: Names,
}

impl Loader<'_> {
    pub(super) fn directory(&mut self, organisation: &Organisation, world: &World) -> Directory {
        let id = self.guid(organisation.id.as_deref(), &organisation.domain, "tenant");
        let initial = organisation.initial_domain.clone().unwrap_or_else(|| {
            let name = organisation.domain.split('.').next().unwrap_or_default();
            format!("{name}.onmicrosoft.com")
        });
        for (name, domain) in [("domain", &organisation.domain), ("initialDomain", &initial)] {
            if !domain.contains('.') || domain.contains(['@', '/', ' ']) {
                self.fault(&format!("tenant.{name}"), format_args!("{domain:?} is no domain"));
            }
        }
        let mut directory = Directory::new(&id, &organisation.domain, &initial);
        let mut taken = Taken::default();

        for (place, user) in world.users.sound("users", self.faults) {
            let id = self.guid(user.id.as_deref(), &user.mail.to_lowercase(), &place);
            let kind = match (user.user_type, user.external_user_state) {
                (UserType::Member, None) => PrincipalKind::User,
                (UserType::Member, Some(_)) => {
                    self.fault(&format!("{place}.externalUserState"), "only a guest has any");
                    PrincipalKind::User
                }
                (UserType::Guest, Some(ExternalUserState::PendingAcceptance)) => PrincipalKind::PendingGuest,
                (UserType::Guest, _) => PrincipalKind::Guest,
            };
            self.add(
                &mut directory,
                &mut taken,
                &place,
                &Newcomer {
                    user_principal_name: user.user_principal_name.as_deref(),
                    alias: user.alias.as_deref(),
                    licensed: user.licensed,
                    site_number: user.site_number,
                    microsoft_account: user.microsoft_account,
                    notification_error: user.notification_error.as_deref(),
                    ..Newcomer::new(kind, &id, &user.display_name, &user.mail)
                },
            );
        }
        let groups = world.groups.sound("groups", self.faults);
        for (place, group) in &groups {
            let id = self.guid(group.id.as_deref(), &group.mail.to_lowercase(), place);
            let kind = match group.kind {
                GroupKind::Microsoft365 => PrincipalKind::Group,
                GroupKind::Security => PrincipalKind::SecurityGroup,
                GroupKind::Distribution => PrincipalKind::DistributionList,
            };
            self.add(
                &mut directory,
                &mut taken,
                place,
                &Newcomer {
                    alias: group.alias.as_deref(),
                    site_number: group.site_number,
                    ..Newcomer::new(kind, &id, &group.display_name, &group.mail)
                },
            );
        }
        for (place, application) in world.applications.sound("applications", self.faults) {
            let id = self.guid(Some(&application.id), "", &place);
            self.add(
                &mut directory,
                &mut taken,
                &place,
                &Newcomer::new(PrincipalKind::Application, &id, &application.display_name, ""),
            );
        }
        for (place, group) in &groups {
            let members = group.members.iter().enumerate();
            let members: Vec<_> = members
                .filter_map(|(index, member)| {
                    self.who(&directory, member, &format!("{place}.members[{index}]"))
                })
                .collect();
            if let Some(group) = directory.by_mail(&group.mail) {
                directory.set_members(group, members);
            }
        }
        directory
    }

    fn add(&mut self, directory: &mut Directory, taken: &mut Taken, place: &str, newcomer: &Newcomer<'_>) {
        let is_program = newcomer.kind == PrincipalKind::Application;
        let address = newcomer.mail.rsplit_once('@');
        if !is_program && address.is_none_or(|(name, domain)| name.is_empty() || !domain.contains('.')) {
            self.fault(&format!("{place}.mail"), format_args!("{:?} is no mail address", newcomer.mail));
        }
        let index = directory.add(newcomer);
        let who = directory.get(index);
        let (id, mail) = (who.id.to_lowercase(), who.mail.to_lowercase());
        let (name, alias) = (who.user_principal_name.to_lowercase(), who.alias.to_lowercase());
        let number = who.site_number.clone();
        self.take(&mut taken.ids, &id, format!("{place}.id"));
        self.take(&mut taken.mails, &mail, format!("{place}.mail"));
        if name != mail {
            self.take(&mut taken.mails, &name, format!("{place}.userPrincipalName"));
        }
        if !newcomer.kind.is_guest() {
            self.take(&mut taken.aliases, &alias, format!("{place}.alias"));
        }
        self.take(&mut taken.numbers, &number, format!("{place}.siteNumber"));
    }
}
