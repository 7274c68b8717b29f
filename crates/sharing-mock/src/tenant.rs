//! The tenant: its sites, drives and people, and the mails it would have sent.

mod find;
mod link;

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use rpds::HashTrieMapSync;
use sharing_model::{Action, DriveAddress, ItemAddress, Role, Target, TokenKind};

pub(crate) use self::find::NotFound;
use self::link::Leads;
pub(crate) use self::link::{NotFollowed, link_url, owner_url};
use crate::{
    application::Application,
    directory::{Directory, Newcomer, Principal, PrincipalIndex, PrincipalKind, Resolved},
    drive::{Content, Counts, Drive, Grant, ItemIndex, Remote, Stamp},
    identifier,
    login::Person,
    outbox::Outbox,
    past::Touched,
    policy::Policy,
    refusal::{APP_ONLY_ME, Refusal, TOKEN_PERSON},
    token::Caller,
};

/// What is no name's own character in a URL's path.
const IN_PATH: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'?').add(b'`');

/// Where links to personal drives stand.
const PERSONAL_LINKS: &str = "1drv.ms";

#[derive(Debug, Clone)]
pub(crate) struct Site {
    /// `{host},{site collection},{web}`.
    pub(crate) id: String,
    /// The GUID of the site collection, by which items refer to the site.
    pub(crate) collection: String,
    pub(crate) display_name: String,
    /// Where a browser shows it, as in `https://contoso.sharepoint.com/sites/projects`.
    pub(crate) url: String,
    /// Whose site this is: the user whose drive it holds or the group that it belongs to.
    pub(crate) of: PrincipalIndex,
    /// An index into the drives.
    pub(crate) default_drive: Option<usize>,
    /// What applications may do with all of it.
    pub(crate) permissions: Vec<Arc<Grant>>,
}

impl Site {
    pub(crate) fn host(&self) -> &str {
        self.id.split(',').next().unwrap_or_default()
    }

    /// Whether `/sites/root` may mean it: it is no person's, and stands at its host's start.
    pub(crate) fn is_root(&self, directory: &Directory) -> bool {
        self.path().is_empty() && directory.get(self.of).kind != PrincipalKind::User
    }

    /// Where it stands on its host, as in `/sites/projects`; nothing for the first of a host.
    pub(crate) fn path(&self) -> &str {
        let host = self.url.strip_prefix("https://").unwrap_or(&self.url);
        host.find('/').map_or("", |start| &host[start..])
    }
}

/// The tenant. A copy shares all that did not change since.
#[derive(Debug, Clone)]
pub(crate) struct Tenant {
    /// What people call it.
    pub(crate) name: Arc<str>,
    pub(crate) policy: Policy,
    pub(crate) directory: Arc<Directory>,
    pub(crate) sites: Arc<Vec<Site>>,
    pub(crate) drives: Vec<Arc<Drive>>,
    places: Arc<Places>,
    by_link: Arc<HashTrieMapSync<String, Leads>>,
    /// Whoever asks: each request says anew who that is.
    pub(crate) me: PrincipalIndex,
    /// For whom any token speaks that does not say itself who asks.
    pub(crate) sample: PrincipalIndex,
    /// On whose behalf the token speaks.
    pub(crate) token: TokenKind,
    /// What may sign in.
    pub(crate) applications: Arc<Vec<Application>>,
    /// The site that `/sites/root` means.
    pub(crate) root_site: usize,
    /// How much may be shared, where that is limited.
    pub(crate) bounds: Bounds,
    pub(crate) outbox: Outbox,
    /// The moment at which the present request happens.
    pub(crate) now: Timestamp,
    /// What a request is warned of that is answered all the same: rules of the model that refuse nothing.
    pub(crate) warnings: Vec<String>,
    /// What was of the items that were touched since somebody asked for that.
    pub(crate) touched: Touched,
}

/// Limits that no waiting helps with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// Items below an item that is shared for the first time.
    pub(crate) items_below: Option<u64>,
    /// Items of one drive that have permissions of their own.
    pub(crate) permission_scopes: Option<u64>,
}

/// Where sites and drives are found.
#[derive(Debug, Clone, Default)]
struct Places {
    /// Sites by id, by site collection, by host and by `{host}:{path}`, in lower case.
    sites: HashMap<String, usize>,
    /// The first drive of a user or of a group.
    drive_of: HashMap<PrincipalIndex, usize>,
    /// Drives by id.
    drives: HashMap<String, usize>,
    /// Drives by their site, and by their list's id or name in lower case.
    lists: HashMap<(usize, String), usize>,
    /// Drives by the URL that a browser shows the root at.
    drives_by_url: HashMap<String, usize>,
}

/// A name as it stands in a URL's path.
pub(crate) fn encode_name(name: &str) -> String {
    utf8_percent_encode(name, IN_PATH).to_string()
}

impl Tenant {
    /// A tenant of people, without a site.
    pub(crate) fn new(name: &str, policy: Policy, directory: Directory, me: PrincipalIndex) -> Self {
        Self {
            name: name.into(),
            policy,
            directory: Arc::new(directory),
            sites: Arc::default(),
            drives: Vec::new(),
            places: Arc::default(),
            by_link: Arc::new(HashTrieMapSync::new_sync()),
            me,
            sample: me,
            token: TokenKind::Delegated,
            applications: Arc::default(),
            root_site: 0,
            bounds: Bounds::default(),
            outbox: Outbox::default(),
            now: Timestamp::UNIX_EPOCH,
            warnings: Vec::new(),
            touched: Touched::default(),
        }
    }

    /// Whether nothing but drives and mails is other than it was, of what one request leaves to the next.
    pub(crate) fn is_as_it_was(&self, was: &Self) -> bool {
        let Self {
            name,
            policy,
            directory,
            sites,
            drives: _,
            places,
            by_link,
            // Each request says anew who asks.
            me: _,
            sample,
            token: _,
            applications,
            root_site,
            bounds,
            outbox: _,
            // And when, and of what it is warned; what it touched is kept with its change.
            now: _,
            warnings: _,
            touched: _,
        } = self;
        Arc::ptr_eq(name, &was.name)
            && *policy == was.policy
            && Arc::ptr_eq(directory, &was.directory)
            && Arc::ptr_eq(sites, &was.sites)
            && Arc::ptr_eq(places, &was.places)
            && Arc::ptr_eq(by_link, &was.by_link)
            && Arc::ptr_eq(applications, &was.applications)
            && (*sample, *root_site, *bounds) == (was.sample, was.root_site, was.bounds)
    }

    /// Lets a caller ask: what is done from here on is done by whoever the token speaks for.
    pub(crate) fn speak_for(&mut self, caller: &Caller, action: &Action) -> Result<(), Refusal> {
        self.token = caller.kind;
        self.me = match (caller.kind, &caller.person, &caller.application) {
            (TokenKind::Application, _, Some(id)) => {
                if is_about_me(action) {
                    let reason = "an application has no drive of its own: say whose";
                    return Err(Refusal::of(&APP_ONLY_ME, reason));
                }
                self.as_principal(id)
            }
            (_, Some(person), _) => self.directory.by_id(person, PrincipalKind::User).ok_or_else(|| {
                let reason = format!("the token speaks for {person}, who is not in the tenant");
                Refusal::of(&TOKEN_PERSON, reason).challenging()
            })?,
            _ => self.sample,
        };
        Ok(())
    }

    /// The principal that an application acts as.
    fn as_principal(&mut self, id: &str) -> PrincipalIndex {
        if let Some(known) = self.directory.by_id(id, PrincipalKind::Application) {
            return known;
        }
        let registered = self.applications.iter().find(|known| known.id.eq_ignore_ascii_case(id));
        let display_name = registered.map_or_else(|| id.to_owned(), |known| known.display_name.clone());
        self.directory_mut().add(&Newcomer::new(PrincipalKind::Application, id, &display_name, ""))
    }

    /// Somebody who can sign in, by object id, mail address or principal name.
    pub(crate) fn person(&self, name: &str) -> Option<Person> {
        Some(self.as_person(self.directory.by_id(name, PrincipalKind::User)?))
    }

    /// For whom any token speaks that does not say itself who asks.
    pub(crate) fn sample_person(&self) -> Person {
        self.as_person(self.sample)
    }

    fn as_person(&self, index: PrincipalIndex) -> Person {
        let who = self.directory.get(index);
        Person {
            id: who.id.clone(),
            display_name: who.display_name.clone(),
            user_principal_name: who.user_principal_name.clone(),
        }
    }

    /// Adds a site. Whichever came first keeps a name that both have.
    pub(crate) fn add_site(&mut self, site: Site) -> usize {
        let index = self.sites.len();
        let places = Arc::make_mut(&mut self.places);
        let by_path = format!("{}:{}", site.host(), site.path());
        for name in [&*site.id, &*site.collection, site.host(), &*by_path] {
            places.sites.entry(name.to_lowercase()).or_insert(index);
        }
        Arc::make_mut(&mut self.sites).push(site);
        index
    }

    /// Adds a drive with what is in it. The first of a site is the site's, the first of an owner the owner's.
    pub(crate) fn add_drive(&mut self, drive: Drive) -> usize {
        let index = self.drives.len();
        let places = Arc::make_mut(&mut self.places);
        places.drives.insert(drive.id.to_string(), index);
        places.drives_by_url.insert(drive.web_url.to_string(), index);
        places.drive_of.entry(drive.owner).or_insert(index);
        if let Some(site) = drive.site {
            let list = identifier::library(&drive.id).map(|list| list.to_string());
            for name in list.into_iter().chain([drive.name.to_lowercase()]) {
                places.lists.entry((site, name)).or_insert(index);
            }
            Arc::make_mut(&mut self.sites)[site].default_drive.get_or_insert(index);
        }
        self.drives.push(Arc::new(drive));
        for item in 0..self.drives[index].len() {
            if self.drives[index].is_unique(item) {
                self.note_links((index, item));
            }
        }
        index
    }

    /// A drive to change. Copies of the tenant keep theirs.
    fn drive_mut(&mut self, index: usize) -> &mut Drive {
        Arc::make_mut(&mut self.drives[index])
    }

    /// Before an item is shared for the first time: what it inherits is no longer its own, but for its owners, and for
    /// whoever shares it.
    pub(crate) fn stop_inheriting(&mut self, (drive, item): (usize, ItemIndex)) {
        self.keep((drive, item));
        let me = self.me;
        self.drive_mut(drive)
            .stop_inheriting(item, |grant| grant.roles.contains(&Role::Owner) || grant.to == me);
    }

    /// Grants a role. An owner stays one; anybody else has the new role from now on.
    pub(crate) fn grant(&mut self, at: (usize, ItemIndex), grant: Arc<Grant>) {
        let stamp = match self.drives[at.0].held_before(at.1, grant.to) {
            Some(held) => {
                self.touched.keep_held(at, held);
                self.stamp()
            }
            None => self.touch(at),
        };
        self.drive_mut(at.0).grant(at.1, grant, stamp);
    }

    /// Lets a folder of another drive stand in a folder, too.
    pub(crate) fn add_remote(
        &mut self,
        (drive, folder): (usize, ItemIndex),
        name: &str,
        remote: Remote,
    ) -> ItemIndex {
        let stamp = self.stamp();
        self.drive_mut(drive).add_remote(folder, name, remote, stamp)
    }

    /// Gives an application a role in a site, in the place of the one that it had.
    pub(crate) fn grant_site(&mut self, site: usize, grant: Arc<Grant>) {
        let permissions = &mut Arc::make_mut(&mut self.sites)[site].permissions;
        match permissions.iter_mut().find(|held| held.to == grant.to) {
            Some(held) => *held = grant,
            None => permissions.push(grant),
        }
    }

    /// Takes a principal's permission away.
    pub(crate) fn revoke(&mut self, at: (usize, ItemIndex), from: PrincipalIndex) {
        let stamp = self.touch(at);
        self.drive_mut(at.0).revoke(at.1, from, stamp);
    }

    /// Before an item is touched: keeps what it was.
    fn keep(&mut self, at: (usize, ItemIndex)) {
        let drives = &self.drives;
        self.touched.keep(at, || drives[at.0].state(at.1).clone());
    }

    /// Makes items what they were, and drives count as they did.
    pub(crate) fn put_back(&mut self, touched: Touched, counts: &[Counts]) {
        for ((drive, item), state) in touched.states {
            self.drive_mut(drive).put_back(item, state);
        }
        for ((drive, item), held) in touched.held.into_iter().rev() {
            self.drive_mut(drive).put_back_held(item, held);
        }
        for (index, counts) in counts.iter().enumerate() {
            if self.drives[index].counts != *counts {
                self.drive_mut(index).count_back(*counts);
            }
        }
    }

    /// Before an item gets a list of its own: the links that it inherits become its own, too.
    fn touch(&mut self, at: (usize, ItemIndex)) -> Stamp {
        self.keep(at);
        if !self.drives[at.0].is_unique(at.1) {
            self.note_links(at);
        }
        self.stamp()
    }

    const fn stamp(&self) -> Stamp {
        Stamp { at: self.now, by: self.me }
    }

    /// The grants of an item that are in force and that a list shows, each with its grantee: without guests who have not
    /// accepted yet, where the policy says so.
    pub(crate) fn listed_grants(
        &self,
        (drive, item): (usize, ItemIndex),
    ) -> impl Iterator<Item = (&Grant, &Principal)> {
        let known = self.drives[drive].grants(item).map(|grant| (grant, self.directory.get(grant.to)));
        known.filter(|(grant, who)| {
            let is_pending = who.kind == PrincipalKind::PendingGuest;
            !grant.is_over(self.now) && (self.policy.pending_guests_listed || !is_pending)
        })
    }

    /// Somebody accepts what was sent to a mail address: from then on the guest has an id and is listed.
    ///
    /// Says whether that was still to be done; nothing where nobody was invited by that address.
    pub(crate) fn accept(&mut self, mail: &str) -> Option<bool> {
        let guest = self.directory.by_mail(mail)?;
        Some(self.accepts(guest))
    }

    /// Makes an invitation that is pending a redeemed one. Says whether that was still to be done.
    fn accepts(&mut self, guest: PrincipalIndex) -> bool {
        let is_pending = self.directory.get(guest).kind == PrincipalKind::PendingGuest;
        is_pending && self.directory_mut().accept(guest)
    }

    /// Whoever was resolved; invited for the first time, they are in the directory from now on.
    pub(crate) fn admit(&mut self, resolved: Resolved) -> PrincipalIndex {
        match resolved {
            Resolved::Known(who) => who,
            Resolved::Outside(mail) => self.directory_mut().admit(&mail),
        }
    }

    /// The directory to change. Copies of the tenant keep theirs.
    pub(crate) fn directory_mut(&mut self) -> &mut Directory {
        Arc::make_mut(&mut self.directory)
    }

    /// Where a browser shows an item.
    pub(crate) fn web_url(&self, drive: usize, item: ItemIndex) -> String {
        let drive = &self.drives[drive];
        let mut url = drive.web_url.to_string();
        for name in drive.path(item) {
            url.push('/');
            url.extend(utf8_percent_encode(name, IN_PATH));
        }
        url
    }

    pub(crate) fn is_folder(&self, drive: usize, item: ItemIndex) -> bool {
        matches!(self.drives[drive].item(item).content, Content::Folder(_))
    }
}

/// Whether an action names a drive as that of whoever asks.
fn is_about_me(action: &Action) -> bool {
    let drive = match (action.target(), action.item()) {
        (Target::Drive(drive), _) | (_, Some(ItemAddress::InDrive { drive, .. })) => Some(drive),
        _ => None,
    };
    matches!(drive, Some(DriveAddress::Default | DriveAddress::Me))
}
