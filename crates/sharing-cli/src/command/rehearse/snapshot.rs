//! `Snapshot`: the tenant that an audit saw, as a world file has it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Value, json};
use sharing_bulk::{AuditRow, How, Row};
use sharing_model::{DriveAddress, DriveRecipient, ItemAddress, ItemKey, SiteAddress};

/// What link types a world knows.
const LINK_TYPES: [&str; 4] = ["view", "edit", "embed", "review"];

/// The tenant that an audit saw.
pub(super) struct Snapshot {
    /// The organization's own domains; the first is that of most.
    domains: Vec<String>,
    /// By mail address, in small letters.
    people: BTreeMap<String, Value>,
    groups: BTreeMap<String, Value>,
    /// By the address before the path.
    drives: BTreeMap<DriveAddress, Node>,
    faults: BTreeSet<String>,
}

/// An item.
#[derive(Default)]
struct Node {
    below: BTreeMap<String, Self>,
    id: Option<String>,
    grants: BTreeMap<String, Value>,
    /// By the permission's id.
    links: BTreeMap<String, Value>,
    /// Whether it has permissions of its own, and not only those of the folder above.
    is_own: bool,
}

/// The organization's own mail domains, as an audit tells them.
#[derive(Default)]
pub(super) struct Domains(HashMap<String, usize>);

impl Domains {
    pub(super) fn note(&mut self, row: &AuditRow) {
        if row.external || !["user", "group"].contains(&&*row.kind) {
            return;
        }
        if let Some((_, domain)) = row.recipient.rsplit_once('@') {
            *self.0.entry(domain.to_lowercase()).or_default() += 1;
        }
    }

    /// The one that most people have comes first.
    fn sorted(self) -> Vec<String> {
        let mut domains: Vec<_> = self.0.into_iter().collect();
        domains.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        let mut domains: Vec<_> = domains.into_iter().map(|(domain, _)| domain).collect();
        if domains.is_empty() {
            domains.push("contoso.com".to_owned());
        }
        domains
    }
}

impl Snapshot {
    /// Of an organization with these domains, without anything.
    pub(super) fn of(domains: Domains) -> Self {
        Self {
            domains: domains.sorted(),
            people: BTreeMap::new(),
            groups: BTreeMap::new(),
            drives: BTreeMap::new(),
            faults: BTreeSet::new(),
        }
    }

    /// Takes in what a row says that somebody has.
    pub(super) fn holds(&mut self, row: &AuditRow) {
        let who = (!row.recipient.is_empty()).then(|| self.person(&row.recipient, Some(row)));
        let Some(node) = self.node(&row.item) else { return };
        let end = row.expires.map(|end| end.to_string());
        match (row.how, who) {
            (How::Link, who) => {
                let Some((scope, kind)) = row.through.split_once(' ') else { return };
                if !LINK_TYPES.contains(&kind) || !["anonymous", "organization", "users"].contains(&scope) {
                    return;
                }
                node.is_own |= row.from.is_empty();
                let link = || json!({ "type": kind, "scope": scope, "expires": end, "users": [] });
                let link = node.links.entry(row.permission_id.clone()).or_insert_with(link);
                if let (Some(who), Some(users)) = (who, link["users"].as_array_mut()) {
                    users.push(who.into());
                }
            }
            (How::Direct | How::Invited | How::Owner | How::Inherited, Some(who)) => {
                if !["read", "write", "owner"].contains(&&*row.role) {
                    return;
                }
                node.is_own |= row.from.is_empty() && row.how != How::Inherited;
                let grant = json!({ "to": who, "roles": [row.role], "expires": end });
                // The service may list somebody twice; the more counts.
                let strength = |grant: &Value| {
                    ["read", "write", "owner"].iter().position(|role| grant["roles"][0] == *role)
                };
                let held = node.grants.entry(who).or_insert_with(|| grant.clone());
                if strength(&grant) > strength(held) {
                    *held = grant;
                }
            }
            _ => {}
        }
    }

    /// Takes an item and a person of the organization to exist, since a list names them.
    pub(super) fn wants(&mut self, row: &Row) {
        self.node(&row.item);
        let is_outside = row.recipient.email.as_deref().is_some_and(|mail| !self.is_home(mail));
        if !is_outside {
            self.person(&row.whom(), None);
        }
    }

    fn is_home(&self, mail: &str) -> bool {
        mail.rsplit_once('@')
            .is_some_and(|(_, domain)| self.domains.iter().any(|own| own.eq_ignore_ascii_case(domain)))
    }

    /// The mail address of somebody, who is in the directory from then on.
    fn person(&mut self, recipient: &str, row: Option<&AuditRow>) -> String {
        let who = DriveRecipient::from(recipient);
        let mail = match (&who.email, who.object_id.as_ref().or(who.alias.as_ref())) {
            (Some(mail), _) => mail.clone(),
            (None, name) => format!("{}@{}", name.map_or("", String::as_str), self.domains[0]),
        };
        let key = mail.to_lowercase();
        let known = |id: &str| {
            let mut all = self.people.iter().chain(&self.groups);
            all.find(|(_, one)| one["id"].as_str().is_some_and(|own| own.eq_ignore_ascii_case(id)))
        };
        if let Some((key, _)) = who.object_id.as_deref().and_then(known) {
            return key.clone();
        }
        if self.people.contains_key(&key) || self.groups.contains_key(&key) {
            return key;
        }
        let name = row.map(|row| row.name.clone()).filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| key.split('@').next().unwrap_or_default().to_owned());
        let mut one = json!({ "displayName": name, "mail": key, "id": who.object_id });
        if row.is_some_and(|row| row.kind == "group") {
            one["kind"] = "security".into();
            self.groups.insert(key.clone(), one);
        } else {
            if row.is_some_and(|row| row.external) || !self.is_home(&key) {
                one["userType"] = "guest".into();
                let is_open = row.is_some_and(|row| row.how == How::Invited);
                one["externalUserState"] = if is_open { "pendingAcceptance" } else { "accepted" }.into();
            }
            self.people.insert(key.clone(), one);
        }
        key
    }

    /// The item at an address, made where it is not there yet.
    fn node(&mut self, address: &ItemAddress) -> Option<&mut Node> {
        let ItemAddress::InDrive { drive, item, path } = address else {
            self.faults.insert(format!(
                "{address}: of a rehearsal's items the drive is said, as in /me/drive/root:/Plan.docx: audit them there"
            ));
            return None;
        };
        let drive = match drive {
            DriveAddress::Me => DriveAddress::Default,
            other => other.clone(),
        };
        let mut node = self.drives.entry(drive).or_default();
        if let ItemKey::Id(id) = item {
            // Where it is nobody said: it stands below the root, by its id.
            node = node.below.entry(id.to_string()).or_default();
            node.id = Some(id.to_string());
        }
        for name in path {
            let name = name.as_str();
            // The service takes no two names of a folder that differ in case alone.
            let known = node.below.keys().find(|known| known.to_lowercase() == name.to_lowercase()).cloned();
            node = node.below.entry(known.unwrap_or_else(|| name.to_owned())).or_default();
        }
        Some(node)
    }

    /// Whose drive it is where it is no person's: a group's, at a site.
    fn group_of(&mut self, drive: &DriveAddress, number: usize, me: &str) -> (String, Value) {
        let domain = self.domains[0].clone();
        let host = format!("{}.sharepoint.com", domain.split('.').next().unwrap_or_default());
        let id = match drive {
            DriveAddress::Group(id) => Some(id.as_str()),
            _ => None,
        };
        let known = self.groups.iter().find(|(_, group)| {
            id.is_some_and(|id| group["id"].as_str().is_some_and(|own| own.eq_ignore_ascii_case(id)))
        });
        let owner = known.map_or_else(|| format!("owners-{number}@{domain}"), |(mail, _)| mail.clone());
        let new = json!({ "displayName": owner, "mail": owner, "id": id });
        let group = self.groups.entry(owner.clone()).or_insert(new);
        group["kind"] = "microsoft365".into();
        group["members"] = json!([me]);
        let site = match drive {
            DriveAddress::Site(SiteAddress::Id(site))
            | DriveAddress::SiteDrive { site: SiteAddress::Id(site), .. } => Some(site.as_str()),
            _ => None,
        };
        let url = |host: &str| format!("https://{host}/sites/drive-{number}");
        let site = match site {
            Some("root") => json!({ "url": format!("https://{host}"), "of": owner }),
            Some(id) => {
                json!({ "url": url(id.split(',').next().unwrap_or_default()), "id": id, "of": owner })
            }
            None => json!({ "url": url(&host), "of": owner }),
        };
        (owner, site)
    }

    /// The world, and what is in it, or what there is no place for.
    pub(super) fn finish(mut self) -> Result<(Value, String), Vec<String>> {
        if !self.faults.is_empty() {
            return Err(self.faults.into_iter().collect());
        }
        let domain = self.domains[0].clone();
        let name = domain.split('.').next().unwrap_or_default().to_owned();
        let owner_of = |snapshot: &Self, drive: &Node| {
            let mut owners = drive.grants.iter().filter(|(_, grant)| grant["roles"][0] == "owner");
            owners.find(|(mail, _)| snapshot.people.contains_key(*mail)).map(|(mail, _)| mail.clone())
        };
        let mine = self.drives.get(&DriveAddress::Default).and_then(|drive| owner_of(&self, drive));
        let me = mine.unwrap_or_else(|| self.person(&format!("me@{domain}"), None));
        let (mut sites, mut drives, mut items) = (BTreeMap::new(), Vec::new(), 0);
        for (number, (address, drive)) in std::mem::take(&mut self.drives).into_iter().enumerate() {
            let person = match &address {
                DriveAddress::User(user) => Some(self.person(user.as_str(), None)),
                DriveAddress::Default | DriveAddress::Me => Some(me.clone()),
                DriveAddress::Drive(_) => owner_of(&self, &drive),
                _ => None,
            };
            let (kind, owner, site) = match person {
                Some(owner) => {
                    let place: String =
                        owner.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
                    let url = format!("https://{name}-my.sharepoint.com/personal/{place}");
                    let site = json!({ "url": url, "of": owner });
                    ("business", owner, site)
                }
                None => {
                    let (owner, site) = self.group_of(&address, number, &me);
                    ("documentLibrary", owner, site)
                }
            };
            let url = site["url"].clone();
            sites.insert(url.to_string(), site);
            // Whoever rehearses may share what the list names, as they may where it is applied.
            let mut owners = vec![owner.as_str()];
            if kind == "business" && owner != me {
                owners.push(&me);
            }
            let mut written = drive.written(None, &owners, &mut items);
            let top = json!({
                "type": kind, "id": drive_id(&address), "name": "Documents", "owner": owner, "site": url,
                "items": written["children"].take(), "permissions": written["permissions"].take(),
                "links": written["links"].take(),
            });
            drives.push(top);
        }
        let counts = format!("{items} items and {} people", self.people.len());
        let world = json!({
            "tenant": { "name": name, "domain": domain },
            "me": me,
            "users": self.people.into_values().collect::<Vec<_>>(),
            "groups": self.groups.into_values().collect::<Vec<_>>(),
            "sites": sites.into_values().collect::<Vec<_>>(),
            "drives": drives,
        });
        Ok((world, counts))
    }
}

impl Node {
    /// The item as a world has it. What has permissions of its own has all that it has, and its owners.
    fn written(mut self, name: Option<&str>, owners: &[&str], items: &mut usize) -> Value {
        *items += 1;
        let mut written = json!({});
        if let Some(name) = name {
            written["name"] = name.into();
        }
        if let Some(id) = &self.id {
            written["id"] = id.as_str().into();
        }
        if self.is_own || (name.is_none() && owners.len() > 1) {
            for owner in owners {
                self.grants.insert((*owner).to_owned(), json!({ "to": owner, "roles": ["owner"] }));
            }
            written["permissions"] = self.grants.into_values().collect();
            written["links"] = self.links.into_values().collect();
        }
        // What has nothing below it and an ending is a file.
        if name.is_none_or(|name| !name.contains('.')) || !self.below.is_empty() {
            let below = self.below.into_iter().map(|(name, node)| node.written(Some(&name), owners, items));
            written["children"] = below.collect();
        }
        written
    }
}

/// The id of a drive that is named by it.
fn drive_id(drive: &DriveAddress) -> Option<&str> {
    match drive {
        DriveAddress::Drive(drive) | DriveAddress::SiteDrive { drive, .. } => Some(drive.as_str()),
        _ => None,
    }
}
