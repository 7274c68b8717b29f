//! From a world file to a tenant: what must hold between its parts, and a value for whatever was left out.

mod drive;
mod people;

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    file::{self, World},
    part::{Read, read, unknown},
};
use crate::{
    application::Application,
    directory::{Directory, PrincipalIndex, PrincipalKind},
    drive::{Grant, Stamp},
    identifier,
    tenant::{Site, Tenant},
};

/// When everything was made of which nothing is said, by whoever owns its drive.
pub(super) const fn made(owner: PrincipalIndex) -> Stamp {
    Stamp { at: Timestamp::constant(1_767_601_800, 0), by: owner }
}

/// The tenant that a text describes, or all that is wrong with it.
pub(super) fn load(text: &str) -> Result<Tenant, Vec<String>> {
    let value: Value = serde_json::from_str(text).map_err(|error| vec![error.to_string()])?;
    let Read { part: world, faults } = read::<World>(value);
    let mut faults: Vec<_> =
        faults.iter().map(|fault| fault.trim_start_matches([':', '.', ' ']).to_owned()).collect();
    let Some(world) = world else { return Err(faults) };
    for (name, is_there) in [("tenant", world.tenant.is_some()), ("me", world.me.is_some())] {
        // What does not fit was told already.
        if !is_there && !faults.iter().any(|fault| fault.starts_with(name)) {
            faults.push(format!("{name}: it is missing"));
        }
    }
    let mut loader = Loader { faults: &mut faults, latest: HashMap::new() };
    let tenant = loader.world(&world);
    if faults.is_empty() { Ok(tenant) } else { Err(faults) }
}

fn application(known: &file::Application) -> Application {
    Application {
        id: known.id.clone(),
        display_name: known.display_name.clone(),
        secrets: known.secrets.clone(),
        certificates: known.certificates.clone(),
        roles: known.roles.clone(),
        scopes: known.scopes.clone(),
    }
}

/// Collects what is wrong.
struct Loader<'a> {
    faults: &'a mut Vec<String>,
    /// What each grantee was given last.
    latest: HashMap<PrincipalIndex, Arc<Grant>>,
}

/// What has been seen under a name that must be one thing's alone, with its place.
#[derive(Default)]
struct Names(HashMap<String, String>);

impl Loader<'_> {
    fn fault(&mut self, place: &str, what: impl std::fmt::Display) {
        self.faults.push(format!("{place}: {what}"));
    }

    /// Takes a name, or tells who has it already.
    fn take(&mut self, names: &mut Names, name: &str, place: String) {
        if name.is_empty() {
            return;
        }
        match names.0.get(name) {
            Some(first) => self.faults.push(format!("{place}: {name:?} is that of {first} already")),
            None => {
                names.0.insert(name.to_owned(), place);
            }
        }
    }

    /// Whom a reference means.
    fn who(&mut self, directory: &Directory, name: &str, place: &str) -> Option<PrincipalIndex> {
        let found = directory.by_any_name(name);
        if found.is_none() {
            self.fault(
                place,
                format_args!("{name:?} is the id, mail, principal name or alias of nobody here"),
            );
        }
        found
    }

    /// A GUID as it stands, or one made of a name.
    fn guid(&mut self, given: Option<&str>, name: &str, place: &str) -> String {
        let Some(given) = given else { return identifier::guid(name).to_string() };
        if Uuid::try_parse(given).is_err() {
            self.fault(&format!("{place}.id"), format_args!("{given:?} is no GUID"));
        }
        given.to_owned()
    }

    fn world(&mut self, world: &World) -> Tenant {
        unknown("", &world.additional, self.faults);
        // Where it is missing, another stands in for it, so that the rest is judged all the same.
        let nameless = file::Organisation {
            name: String::new(),
            id: None,
            domain: "contoso.com".to_owned(),
            initial_domain: None,
            additional: Map::new(),
        };
        let organisation = world.tenant.as_ref().unwrap_or(&nameless);
        unknown("tenant", &organisation.additional, self.faults);
        let directory = self.directory(organisation, world);
        let me = world.me.as_ref().and_then(|me| self.who(&directory, me, "me")).unwrap_or_default();
        let mut tenant = Tenant::new(&organisation.name, world.policy.clone(), directory, me);
        let registered = world.applications.iter().filter(|known| known.registered);
        tenant.applications = Arc::new(registered.map(application).collect());
        self.sites(world, &mut tenant);
        self.drives(world, &mut tenant);
        tenant
    }

    fn sites(&mut self, world: &World, tenant: &mut Tenant) {
        let mut names = Names::default();
        for (place, site) in world.sites.sound("sites", self.faults) {
            self.take(&mut names, &site.url.to_lowercase(), format!("{place}.url"));
            let of = self.who(&tenant.directory, &site.of, &format!("{place}.of"));
            let host = site.url.strip_prefix("https://").and_then(|rest| rest.split('/').next());
            let Some(host) = host.filter(|host| !host.is_empty() && !site.url.ends_with('/')) else {
                self.fault(
                    &format!("{place}.url"),
                    "a URL as in https://contoso.sharepoint.com/sites/projects",
                );
                continue;
            };
            let [collection, web] =
                ["site collection", "web"].map(|part| identifier::guid(&format!("{} {part}", site.url)));
            let id = site.id.clone().unwrap_or_else(|| format!("{host},{collection},{web}"));
            self.take(&mut names, &id.to_lowercase(), format!("{place}.id"));
            let parts: Vec<_> = id.split(',').collect();
            let [of_host, collection, web] = parts[..] else {
                self.fault(&format!("{place}.id"), "{host},{GUID of the site collection},{GUID of the web}");
                continue;
            };
            if !of_host.eq_ignore_ascii_case(host) {
                self.fault(&format!("{place}.id"), format_args!("begins with the URL's host, {host}"));
            }
            for guid in [collection, web] {
                if Uuid::try_parse(guid).is_err() {
                    self.fault(&format!("{place}.id"), format_args!("{guid:?} is no GUID"));
                }
            }
            let Some(of) = of else { continue };
            let permissions: Vec<_> = self.grants(tenant, &site.permissions, &place).into_values().collect();
            for (index, grant) in permissions.iter().enumerate() {
                if tenant.directory.get(grant.to).kind != PrincipalKind::Application {
                    self.fault(&format!("{place}.permissions[{index}].to"), "an application");
                }
            }
            let whose = tenant.directory.get(of);
            let display_name = site.display_name.clone().unwrap_or_else(|| whose.display_name.clone());
            let first_root = tenant.sites.iter().all(|site| !site.is_root(&tenant.directory));
            let index = tenant.add_site(Site {
                collection: collection.to_owned(),
                id,
                display_name,
                url: site.url.clone(),
                of,
                default_drive: None,
                permissions,
            });
            if first_root && tenant.sites[index].is_root(&tenant.directory) {
                tenant.root_site = index;
            }
        }
    }

    /// A moment, and whose it was.
    fn stamp(
        &mut self,
        directory: &Directory,
        moment: Option<&file::Moment>,
        otherwise: Stamp,
        owner: PrincipalIndex,
        place: &str,
    ) -> Stamp {
        let Some(moment) = moment else { return otherwise };
        let by = moment.by.as_ref().and_then(|by| self.who(directory, by, &format!("{place}.by")));
        Stamp { at: moment.at, by: by.unwrap_or(owner) }
    }
}
