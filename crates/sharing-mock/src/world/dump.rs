//! From a tenant to a world file, with all that a load would make up.

use super::{file, load::made, part::Parts};
use crate::{
    application::Application,
    directory::{Directory, Principal, PrincipalIndex, PrincipalKind},
    drive::{Content, Drive, Grant, ItemIndex, Link, List, ROOT, Stamp, Traces},
    tenant::Tenant,
};

/// The tenant as the text of a world file.
pub(super) fn dump(tenant: &Tenant) -> serde_json::Result<String> {
    let text = serde_json::to_string_pretty(&world(tenant))?;
    Ok(text + "\n")
}

fn world(tenant: &Tenant) -> file::World {
    let directory = &tenant.directory;
    let of = |which: fn(&Principal) -> bool| directory.iter().filter(move |who| which(who));
    let users = of(|who| !who.kind.is_group() && who.kind != PrincipalKind::Application);
    let groups = of(|who| who.kind.is_group());
    let applications = of(|who| who.kind == PrincipalKind::Application);
    file::World {
        schema: None,
        tenant: Some(file::Organisation {
            name: tenant.name.to_string(),
            id: Some(directory.tenant_id.to_string()),
            domain: directory.domain.to_string(),
            initial_domain: Some(directory.initial_domain.to_string()),
            additional: <_>::default(),
        }),
        me: Some(name(directory, tenant.sample)),
        policy: tenant.policy.clone(),
        users: users.map(user).collect::<Vec<_>>().into(),
        groups: groups.map(|who| group(directory, who)).collect::<Vec<_>>().into(),
        applications: applications.map(|who| application(tenant, who)).collect::<Vec<_>>().into(),
        sites: tenant
            .sites
            .iter()
            .map(|site| file::Site {
                url: site.url.clone(),
                id: Some(site.id.clone()),
                display_name: Some(site.display_name.clone()),
                of: name(directory, site.of),
                permissions: site
                    .permissions
                    .iter()
                    .map(|it| grant(directory, it))
                    .collect::<Vec<_>>()
                    .into(),
                additional: <_>::default(),
            })
            .collect::<Vec<_>>()
            .into(),
        drives: tenant.drives.iter().map(|drive| self::drive(tenant, drive)).collect::<Vec<_>>().into(),
        additional: <_>::default(),
    }
}

/// By what somebody is referred to.
fn name(directory: &Directory, who: PrincipalIndex) -> String {
    let principal = directory.get(who);
    let is_known = directory.by_any_name(&principal.mail) == Some(who);
    if is_known { principal.mail.clone() } else { principal.id.clone() }
}

fn user(who: &Principal) -> file::User {
    file::User {
        id: Some(who.id.clone()),
        display_name: who.display_name.clone(),
        mail: who.mail.clone(),
        user_principal_name: Some(who.user_principal_name.clone()),
        alias: Some(who.alias.clone()),
        user_type: if who.kind.is_guest() { file::UserType::Guest } else { file::UserType::Member },
        external_user_state: match who.kind {
            PrincipalKind::PendingGuest => Some(file::ExternalUserState::PendingAcceptance),
            PrincipalKind::Guest => Some(file::ExternalUserState::Accepted),
            _ => None,
        },
        licensed: who.licensed,
        microsoft_account: who.microsoft_account,
        notification_error: who.notification_error.clone(),
        site_number: who.site_number.parse().ok(),
        additional: <_>::default(),
    }
}

fn group(directory: &Directory, who: &Principal) -> file::Group {
    file::Group {
        id: Some(who.id.clone()),
        display_name: who.display_name.clone(),
        kind: match who.kind {
            PrincipalKind::SecurityGroup => file::GroupKind::Security,
            PrincipalKind::DistributionList => file::GroupKind::Distribution,
            _ => file::GroupKind::Microsoft365,
        },
        mail: who.mail.clone(),
        alias: Some(who.alias.clone()),
        members: who.members.iter().map(|member| name(directory, *member)).collect(),
        site_number: who.site_number.parse().ok(),
        additional: <_>::default(),
    }
}

fn application(tenant: &Tenant, who: &Principal) -> file::Application {
    let registered = tenant.applications.iter().find(|known| known.id.eq_ignore_ascii_case(&who.id));
    let Application { secrets, certificates, roles, scopes, .. } = registered.cloned().unwrap_or_default();
    file::Application {
        id: who.id.clone(),
        display_name: who.display_name.clone(),
        secrets,
        certificates,
        roles,
        scopes,
        registered: registered.is_some(),
        additional: <_>::default(),
    }
}

fn drive(tenant: &Tenant, drive: &Drive) -> file::Drive {
    let directory = &tenant.directory;
    let root = drive.item(ROOT);
    let state = drive.state(ROOT);
    let (permissions, links) = access(directory, state.own.as_ref());
    let links_there: usize =
        (0..drive.len()).filter_map(|item| drive.state(item).own.as_ref()).map(|own| own.links.len()).sum();
    file::Drive {
        kind: drive.kind,
        id: Some(drive.id.to_string()),
        name: drive.name.to_string(),
        owner: name(directory, drive.owner),
        site: drive.site.map(|site| tenant.sites[site].url.clone()),
        web_url: Some(drive.web_url.to_string()),
        premium: drive.is_premium,
        links_made: Some(drive.counts.links_made).filter(|made| *made != links_there),
        changes: Some(drive.counts.changes).filter(|changes| *changes != 0),
        root_id: Some(root.id.clone()),
        permissions,
        links,
        history: history(directory, drive, root.created, state.traces),
        items: children(directory, drive, ROOT).unwrap_or_default(),
        additional: <_>::default(),
    }
}

fn children(directory: &Directory, drive: &Drive, folder: ItemIndex) -> Option<Parts<file::Item>> {
    let Content::Folder(folder) = &drive.item(folder).content else { return None };
    Some(folder.iter().map(|item| self::item(directory, drive, item)).collect::<Vec<_>>().into())
}

fn item(directory: &Directory, drive: &Drive, index: ItemIndex) -> file::Item {
    let item = drive.item(index);
    let state = drive.state(index);
    let (permissions, links) = access(directory, state.own.as_ref());
    let (size, mime_type) = match &item.content {
        Content::Folder(_) | Content::Remote(_) => (None, None),
        Content::File { size, mime_type } => (Some(*size), Some(mime_type.clone())),
    };
    file::Item {
        name: item.name.clone(),
        id: Some(item.id.clone()),
        size,
        mime_type,
        special: drive.specials().find(|(_, special)| *special == index).map(|(name, _)| name.to_owned()),
        permissions,
        links,
        locked_by: state.locked_by.map(|who| name(directory, who)),
        items_below: item.said_below,
        remote: match &item.content {
            Content::Remote(remote) => Some(file::Remote {
                drive: remote.drive.clone(),
                item: remote.item.clone(),
                additional: <_>::default(),
            }),
            _ => None,
        },
        history: history(directory, drive, item.created, state.traces),
        children: children(directory, drive, index),
        additional: <_>::default(),
    }
}

/// What happened to an item; without what a load takes for granted.
fn history(directory: &Directory, drive: &Drive, created: Stamp, traces: Traces) -> file::History {
    let moment = |stamp: Stamp| file::Moment {
        at: stamp.at,
        by: Some(stamp.by).filter(|by| *by != drive.owner).map(|by| name(directory, by)),
    };
    file::History {
        created: Some(created).filter(|created| *created != made(drive.owner)).map(moment),
        modified: Some(traces.modified).filter(|modified| *modified != created).map(moment),
        shared: traces.shared.map(moment),
        version: Some(traces.version).filter(|version| *version != 1),
        changed: Some(traces.changed).filter(|changed| *changed != 0),
    }
}

fn access(
    directory: &Directory,
    own: Option<&List>,
) -> (Option<Parts<file::Grant>>, Option<Parts<file::Link>>) {
    let Some(own) = own else { return (None, None) };
    let grants: Vec<_> = own.grants.values().map(|it| grant(directory, it)).collect();
    let links: Vec<_> = own.links.values().map(|it| link(directory, it)).collect();
    (Some(grants.into()), Some(links.into()).filter(|links: &Parts<_>| !links.is_empty()))
}

fn grant(directory: &Directory, grant: &Grant) -> file::Grant {
    file::Grant {
        to: name(directory, grant.to),
        roles: grant.roles.to_vec(),
        sign_in_required: grant.sign_in_required,
        invited_by: grant.invited_by.map(|who| name(directory, who)),
        expires: grant.expires.as_ref().map(sharing_model::DateTime::timestamp),
        additional: <_>::default(),
    }
}

fn link(directory: &Directory, link: &Link) -> file::Link {
    file::Link {
        id: Some(link.id.clone()),
        url: Some(link.url.clone()),
        link_type: link.link_type.clone(),
        scope: link.scope.clone(),
        prevents_download: link.prevents_download,
        users: link.users.iter().map(|who| name(directory, *who)).collect(),
        expires: link.expires.as_ref().map(sharing_model::DateTime::timestamp),
        password: link.password.clone(),
        additional: <_>::default(),
    }
}
