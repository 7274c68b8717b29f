//! What is where, and who may do what with it.

use std::sync::Arc;

use sharing_model::{DateTime, LinkScope, LinkType, Role, Segment};

use super::{Loader, Names, World, made};
use crate::{
    drive::{
        Content, Drive, DriveType, Grant, IndexMap, ItemIndex, Link, List, NewDrive, NewItem, ROOT, Remote,
        State, Traces, shared_roles,
    },
    identifier,
    tenant::{Tenant, encode_name, link_url},
    world::{
        file::{self, History},
        part::{Parts, unknown},
    },
};

/// How many characters a path may have, from the drive's root on.
const LONGEST_PATH: usize = 400;

/// A drive as it is filled.
struct Filling<'a> {
    tenant: &'a Tenant,
    drive: Drive,
    ids: Names,
}

/// What a folder and a file have in common.
struct Common<'a> {
    name: &'a str,
    id: Option<&'a str>,
    history: &'a History,
    permissions: Option<&'a Parts<file::Grant>>,
    links: Option<&'a Parts<file::Link>>,
    items_below: Option<u64>,
    locked_by: Option<&'a str>,
}

impl Loader<'_> {
    pub(super) fn drives(&mut self, world: &World, tenant: &mut Tenant) {
        let mut names = Names::default();
        for (place, drive) in world.drives.sound("drives", self.faults) {
            let owner = self.who(&tenant.directory, &drive.owner, &format!("{place}.owner"));
            let site = self.site_of(tenant, drive, &place);
            let url = drive.web_url.clone().unwrap_or_else(|| match site {
                Some(site) => format!("{}/{}", tenant.sites[site].url, encode_name(&drive.name)),
                None => format!("https://onedrive.live.com/?cid={}", identifier::guid(&drive.owner).simple()),
            });
            let id = drive.id.clone().unwrap_or_else(|| match site {
                Some(site) => {
                    let parts = ["site collection", "web", "library"];
                    let [collection, web, list] =
                        parts.map(|part| identifier::guid(&format!("{url} {part}")));
                    let mut own = tenant.sites[site].id.split(',').skip(1).filter_map(|id| id.parse().ok());
                    identifier::drive_id(own.next().unwrap_or(collection), own.next().unwrap_or(web), list)
                }
                None => identifier::personal_drive_id(identifier::guid(&drive.owner.to_lowercase())),
            });
            let is_personal = drive.kind == DriveType::Personal;
            if !identifier::is_drive_id(&id) || identifier::is_cid(&id) != is_personal {
                let form = if is_personal { "16 hexadecimal digits" } else { "b! and 64 characters" };
                self.fault(&format!("{place}.id"), format_args!("{id:?} is no id of such a drive: {form}"));
            }
            self.take(&mut names, &id, format!("{place}.id"));
            self.take(&mut names, &url, format!("{place}.webUrl"));
            let new = NewDrive {
                id,
                kind: drive.kind,
                name: drive.name.clone(),
                web_url: url,
                site,
                owner: owner.unwrap_or_default(),
                is_premium: drive.premium,
            };
            let mut filling = Filling { tenant, drive: Drive::new(new), ids: Names::default() };
            let root = self.item(
                &mut filling,
                None,
                &place,
                Content::empty_folder(),
                &Common {
                    name: "root",
                    id: drive.root_id.as_deref(),
                    history: &drive.history,
                    permissions: drive.permissions.as_ref(),
                    links: drive.links.as_ref(),
                    items_below: None,
                    locked_by: None,
                },
            );
            self.items(&mut filling, root, &drive.items, &format!("{place}.items"), 0);
            let mut drive_made = filling.drive;
            if let Some(made) = drive.links_made {
                drive_made.counts.links_made = drive_made.counts.links_made.max(made);
            }
            drive_made.counts.changes = drive.changes.unwrap_or(0);
            tenant.add_drive(drive_made);
        }
        self.remotes(world, tenant);
    }

    /// Folders of other drives are there, once all drives are.
    fn remotes(&mut self, world: &World, tenant: &Tenant) {
        for (index, drive) in world.drives.iter().enumerate() {
            let items = drive.items.iter().enumerate();
            for (at, remote) in items.filter_map(|(at, item)| Some((at, item.remote.as_ref()?))) {
                let (drive, item) = (remote.drive.clone(), remote.item.clone());
                let found = tenant.remote(&Remote { drive, item });
                if !found.is_some_and(|(drive, item)| tenant.is_folder(drive, item)) {
                    let place = format!("drives[{index}].items[{at}].remote");
                    self.fault(&place, format_args!("{:?} is no folder of {:?}", remote.item, remote.drive));
                }
            }
        }
    }

    /// The site that a drive is in.
    fn site_of(&mut self, tenant: &Tenant, drive: &file::Drive, place: &str) -> Option<usize> {
        let place = format!("{place}.site");
        match (&drive.site, drive.kind) {
            (None, DriveType::Personal) => None,
            (Some(_), DriveType::Personal) => {
                self.fault(&place, "a personal drive is in none");
                None
            }
            (None, _) => {
                self.fault(&place, "it is missing: the URL of the site that the drive is in");
                None
            }
            (Some(url), _) => {
                let site = tenant.site_by_url(url);
                if site.is_none() {
                    self.fault(&place, format_args!("{url:?} is the URL of no site here"));
                }
                site
            }
        }
    }

    fn items(
        &mut self,
        filling: &mut Filling<'_>,
        folder: ItemIndex,
        items: &Parts<file::Item>,
        place: &str,
        path: usize,
    ) {
        for (place, item) in items.sound(place, self.faults) {
            let path = path + 1 + item.name.chars().count();
            if Segment::new(&*item.name).is_none() {
                self.fault(&format!("{place}.name"), format_args!("{:?} is no name of an item", item.name));
                continue;
            }
            if path > LONGEST_PATH {
                self.fault(&place, format_args!("its path has more than {LONGEST_PATH} characters"));
                continue;
            }
            if filling.drive.child(folder, &item.name).is_some() {
                self.fault(&format!("{place}.name"), format_args!("the folder has {:?} already", item.name));
                continue;
            }
            let of_files = [("size", item.size.is_some()), ("mimeType", item.mime_type.is_some())];
            let of_folders =
                [("special", item.special.is_some()), ("itemsBelow", item.items_below.is_some())];
            let foreign = match (item.children.is_some(), item.remote.is_some()) {
                (true, is_remote) => [&of_files[..], &[("remote", is_remote)]].concat(),
                (false, true) => [of_files, of_folders].concat(),
                (false, false) => of_folders.to_vec(),
            };
            for (name, _) in foreign.into_iter().filter(|(_, is_there)| *is_there) {
                let which = match name {
                    "remote" => "an item without children",
                    "size" | "mimeType" => "a file",
                    _ => "a folder",
                };
                self.fault(&format!("{place}.{name}"), format_args!("only {which} has any"));
            }
            if item.size.is_some_and(|size| size < 0) {
                self.fault(&format!("{place}.size"), "at least 0");
            }
            if item.remote.is_some() && (filling.drive.kind != DriveType::Personal || folder != ROOT) {
                self.fault(&format!("{place}.remote"), "only the root of a personal drive has any");
            }
            let content = match (&item.children, &item.remote) {
                (Some(_), _) => Content::empty_folder(),
                (None, Some(remote)) => {
                    unknown(&format!("{place}.remote"), &remote.additional, self.faults);
                    Content::Remote(Remote { drive: remote.drive.clone(), item: remote.item.clone() })
                }
                (None, None) => Content::File {
                    size: item.size.unwrap_or_default(),
                    mime_type: item.mime_type.clone().unwrap_or_else(|| mime_type(&item.name).to_owned()),
                },
            };
            let index = self.item(
                filling,
                Some(folder),
                &place,
                content,
                &Common {
                    name: &item.name,
                    id: item.id.as_deref(),
                    history: &item.history,
                    permissions: item.permissions.as_ref(),
                    links: item.links.as_ref(),
                    items_below: item.items_below,
                    locked_by: item.locked_by.as_deref(),
                },
            );
            if let Some(special) = &item.special {
                if filling.drive.specials().any(|(name, _)| name.eq_ignore_ascii_case(special)) {
                    self.fault(&format!("{place}.special"), format_args!("{special:?} is another's already"));
                }
                filling.drive.make_special(special, index);
            }
            if let Some(children) = &item.children {
                self.items(filling, index, children, &format!("{place}.children"), path);
            }
        }
    }

    /// Adds one item, with whoever may do what with it.
    fn item(
        &mut self,
        filling: &mut Filling<'_>,
        parent: Option<ItemIndex>,
        place: &str,
        content: Content,
        item: &Common<'_>,
    ) -> ItemIndex {
        let (tenant, owner) = (filling.tenant, filling.drive.owner);
        let directory = &tenant.directory;
        let id = item.id.and_then(|id| {
            let place = format!("{place}.{}", if parent.is_none() { "rootId" } else { "id" });
            let guid = identifier::item_guid(&filling.drive.id, id);
            if guid.is_none() {
                self.fault(&place, format_args!("{id:?} is no id of an item of this drive"));
            }
            self.take(&mut filling.ids, id, place);
            guid.map(|guid| (guid, id.to_owned()))
        });
        let history = item.history;
        let mut stamp = |moment: &Option<file::Moment>, otherwise, name| {
            let place = format!("{place}.history.{name}");
            self.stamp(directory, moment.as_ref(), otherwise, owner, &place)
        };
        let created = stamp(&history.created, made(owner), "created");
        let modified = stamp(&history.modified, created, "modified");
        let shared = history.shared.is_some().then(|| stamp(&history.shared, modified, "shared"));
        let locked_by = item.locked_by.and_then(|who| self.who(directory, who, &format!("{place}.lockedBy")));

        let is_unique = parent.is_none() || item.permissions.is_some() || item.links.is_some();
        let own = is_unique.then(|| {
            let grants = match (item.permissions, parent) {
                (Some(permissions), _) => self.grants(tenant, permissions, place),
                (None, None) => {
                    IndexMap::from_iter([(owner, Grant::new(owner, shared_roles(&[Role::Owner])).into())])
                }
                (None, Some(parent)) => {
                    filling.drive.list(parent).map(|list| list.grants.clone()).unwrap_or_default()
                }
            };
            List { grants, links: IndexMap::default() }
        });
        let traces = Traces {
            changed: history.changed.unwrap_or(0),
            version: history.version.unwrap_or(1),
            modified,
            shared,
        };
        let state = State { own, traces, locked_by };
        let index = filling.drive.add(
            parent,
            NewItem { name: item.name, id, content, created, said_below: item.items_below, state },
        );
        if let Some(links) = item.links {
            let links = self.links(filling, index, links, place);
            filling.drive.set_links(index, links);
        }
        index
    }

    /// What grantees may do, each of whom is named once.
    pub(super) fn grants(
        &mut self,
        tenant: &Tenant,
        grants: &Parts<file::Grant>,
        place: &str,
    ) -> IndexMap<usize, Arc<Grant>> {
        let mut held = IndexMap::default();
        for (place, grant) in grants.sound(&format!("{place}.permissions"), self.faults) {
            if grant.roles.is_empty() {
                self.fault(&format!("{place}.roles"), "at least one role");
            }
            for (index, role) in grant.roles.iter().enumerate() {
                let known = !matches!(role, Role::Other(_))
                    || ["manage", "manager", "fullcontrol"].contains(&role.as_str())
                    || role.as_str().get(..3).is_some_and(|start| start.eq_ignore_ascii_case("sp."));
                if !known {
                    let place = format!("{place}.roles[{index}]");
                    let words = "read, write, owner, or sp. and the name of a permission level";
                    self.fault(&place, format_args!("{:?} is no role: {words}", role.as_str()));
                }
            }
            let invited_by = grant.invited_by.as_ref();
            let invited_by =
                invited_by.and_then(|who| self.who(&tenant.directory, who, &format!("{place}.invitedBy")));
            let Some(to) = self.who(&tenant.directory, &grant.to, &format!("{place}.to")) else { continue };
            let grant = Grant {
                to,
                roles: shared_roles(&grant.roles),
                sign_in_required: grant.sign_in_required,
                invited_by,
                expires: grant.expires.map(DateTime::from),
            };
            // Most items are shared alike: what somebody holds is kept once for all of them.
            let alike = self.latest.get(&to).filter(|latest| ***latest == grant).map(Arc::clone);
            let grant = alike.unwrap_or_else(|| Arc::new(grant));
            self.latest.insert(to, Arc::clone(&grant));
            if held.insert(to, grant).is_some() {
                self.fault(&format!("{place}.to"), "has a permission of this item already");
            }
        }
        held
    }

    fn links(
        &mut self,
        filling: &Filling<'_>,
        item: ItemIndex,
        links: &Parts<file::Link>,
        place: &str,
    ) -> Vec<Link> {
        let (tenant, drive) = (filling.tenant, &filling.drive);
        let mut names = Names::default();
        let mut made = Vec::new();
        for (place, link) in links.sound(&format!("{place}.links"), self.faults) {
            if matches!(link.link_type, LinkType::Other(_)) {
                let place = format!("{place}.type");
                self.fault(&place, format_args!("{:?} is no type of a link", link.link_type.as_str()));
            }
            if matches!(link.scope, LinkScope::Other(_) | LinkScope::ExistingAccess) {
                let place = format!("{place}.scope");
                self.fault(&place, format_args!("{:?} is no scope of a link", link.scope.as_str()));
            }
            let guid = drive.link_guid("", item, made.len());
            let id = link.id.clone().unwrap_or_else(|| guid.to_string());
            if Segment::new(&*id).is_none() {
                self.fault(&format!("{place}.id"), format_args!("{id:?} is no id of a link"));
            }
            self.take(&mut names, &id, format!("{place}.id"));
            let site = drive.site.map(|site| &tenant.sites[site]);
            let url = link.url.clone().unwrap_or_else(|| link_url(site, drive.item(item), guid));
            if !url.starts_with("https://") {
                self.fault(&format!("{place}.url"), "a URL that begins with https://");
            }
            let users = link.users.iter().enumerate();
            let users = users
                .filter_map(|(index, who)| {
                    self.who(&tenant.directory, who, &format!("{place}.users[{index}]"))
                })
                .collect();
            made.push(Link {
                id,
                url,
                link_type: link.link_type.clone(),
                scope: link.scope.clone(),
                prevents_download: link.prevents_download,
                users,
                expires: link.expires.map(DateTime::from),
                password: link.password.clone(),
            });
        }
        made
    }
}

/// What a file is, by its name.
fn mime_type(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
    match &*ending {
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "pdf" => "application/pdf",
        "txt" => "text/plain",
        "csv" => "text/csv",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        _ => "application/octet-stream",
    }
}
