//! The tenant: its sites, drives and people, and the mails it would have sent.

use std::{collections::HashMap, sync::Arc};

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use rpds::HashTrieMapSync;
use serde::Serialize;
use sharing_model::{
    Action, DriveAddress, ItemAddress, ItemKey, Role, Segment, SharingUrl, Target, TokenKind,
};
use uuid::Uuid;

use crate::{
    application::Application,
    directory::{Directory, Newcomer, PrincipalIndex, PrincipalKind},
    drive::{Content, Drive, ItemIndex, Link, ROOT},
    identifier,
    login::Person,
    refusal::{APP_ONLY_ME, Refusal, TOKEN_PERSON},
    token::Caller,
};

/// What is no name's own character in a URL's path.
const IN_PATH: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'?').add(b'`');

/// A mail that the service would have sent.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let server = sharing_mock::MockServer::start().await?;
/// # let invite = format!("{}/v1.0/drive/root:/Notes.txt:/invite", server.url());
/// let invitation = serde_json::json!({
///     "recipients": [{ "email": "ryan@contoso.com" }], "roles": ["read"], "message": "As promised.",
///     "requireSignIn": true, "sendInvitation": true
/// });
/// # reqwest::Client::new().post(invite).bearer_auth("any").json(&invitation).send().await?.error_for_status()?;
/// // Once Nadia's `Notes.txt` was shared so:
/// let [mail] = &server.outbox()[..] else { panic!("one mail") };
/// assert_eq!((mail.from.as_str(), mail.item.as_str()), ("Nadia Okafor", "Notes.txt"));
/// assert_eq!(mail.message.as_deref(), Some("As promised."));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Mail {
    /// The recipient's mail address.
    pub to: String,
    /// The name of whoever shared the item.
    pub from: String,
    /// The shared item's name.
    pub item: String,
    /// Where a browser shows the item.
    pub web_url: String,
    /// What the recipient may do.
    pub roles: Vec<Role>,
    /// The text that the invitation gave.
    pub message: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Site {
    /// `{host},{site collection},{web}`.
    pub(crate) id: String,
    /// The GUID of the site collection, by which items refer to the site.
    pub(crate) collection: String,
    /// Whose site this is: the user whose drive it holds or the group that it belongs to.
    pub(crate) of: PrincipalIndex,
    /// An index into the drives.
    pub(crate) default_drive: usize,
}

/// The tenant. A copy shares all that did not change since.
#[derive(Debug, Clone)]
pub(crate) struct Tenant {
    pub(crate) directory: Directory,
    pub(crate) sites: Arc<Vec<Site>>,
    pub(crate) drives: Vec<Drive>,
    places: Arc<Places>,
    /// The drive and the item that a link was made for and the link's id, by its URL.
    by_link: HashTrieMapSync<String, (usize, ItemIndex, String)>,
    /// Whoever asks: each request says anew who that is.
    pub(crate) me: PrincipalIndex,
    /// For whom any token speaks that does not say itself who asks.
    sample: PrincipalIndex,
    /// On whose behalf the token speaks.
    pub(crate) token: TokenKind,
    /// What may sign in.
    pub(crate) applications: Arc<Vec<Application>>,
    /// The site that `/sites/root` means.
    pub(crate) root_site: usize,
    pub(crate) outbox: Vec<Mail>,
}

/// Where sites and drives are found.
#[derive(Debug, Clone, Default)]
struct Places {
    /// Sites by id, by site collection and by host, in lower case.
    sites: HashMap<String, usize>,
    /// The site of a user or of a group.
    site_of: HashMap<PrincipalIndex, usize>,
    /// Drives by id.
    drives: HashMap<String, usize>,
    /// Drives by the URL that a browser shows the root at.
    drives_by_url: HashMap<String, usize>,
}

/// Why an address leads to no item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotFound {
    /// The drive's id has not the form of one.
    MalformedDrive,
    /// The item's id has not the form of one.
    MalformedItem,
    /// There is no such thing.
    Missing,
}

impl Tenant {
    /// A copy to look back at. The mails stay here: nobody reads them in the past.
    pub(crate) fn copy(&mut self) -> Self {
        let outbox = std::mem::take(&mut self.outbox);
        let copy = self.clone();
        self.outbox = outbox;
        copy
    }

    /// Goes back to a copy and to so many mails.
    pub(crate) fn restore(&mut self, copy: Self, mails: usize) {
        let mut outbox = std::mem::take(&mut self.outbox);
        outbox.truncate(mails);
        *self = Self { outbox, ..copy };
    }

    /// A tenant of people, without a site.
    pub(crate) fn new(directory: Directory, me: PrincipalIndex) -> Self {
        Self {
            directory,
            sites: Arc::default(),
            drives: Vec::new(),
            places: Arc::default(),
            by_link: HashTrieMapSync::new_sync(),
            me,
            sample: me,
            token: TokenKind::Delegated,
            applications: Arc::default(),
            root_site: 0,
            outbox: Vec::new(),
        }
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
        self.directory.add(&Newcomer {
            kind: PrincipalKind::Application,
            id,
            display_name: &display_name,
            mail: "",
            user_principal_name: None,
            alias: None,
            licensed: false,
        })
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
        let host = site.id.split(',').next().unwrap_or_default();
        for name in [&*site.id, &*site.collection, host] {
            places.sites.entry(name.to_lowercase()).or_insert(index);
        }
        places.site_of.entry(site.of).or_insert(index);
        Arc::make_mut(&mut self.sites).push(site);
        index
    }

    pub(crate) fn add_drive(&mut self, drive: Drive) -> usize {
        let index = self.drives.len();
        let places = Arc::make_mut(&mut self.places);
        places.drives.insert(drive.id.clone(), index);
        places.drives_by_url.insert(drive.web_url.clone(), index);
        self.drives.push(drive);
        index
    }

    pub(crate) fn drive_index(&self, address: &DriveAddress) -> Result<usize, NotFound> {
        let of = |who: Option<PrincipalIndex>| {
            let site = who.and_then(|who| self.places.site_of.get(&who));
            site.map(|site| self.sites[*site].default_drive).ok_or(NotFound::Missing)
        };
        let by_id = |id: &str| match self.places.drives.get(id) {
            Some(drive) => Ok(*drive),
            None if identifier::is_drive_id(id) => Err(NotFound::Missing),
            None => Err(NotFound::MalformedDrive),
        };
        match address {
            DriveAddress::Default | DriveAddress::Me => of(Some(self.me)),
            DriveAddress::User(id) => of(self.directory.by_id(id.as_str(), PrincipalKind::User)),
            DriveAddress::Group(id) => of(self.directory.by_id(id.as_str(), PrincipalKind::Group)),
            DriveAddress::Drive(id) => by_id(id.as_str()),
            DriveAddress::Site(id) => Ok(self.sites[self.site_index(id.as_str())?].default_drive),
            DriveAddress::SiteDrive { site, drive } => {
                let site = self.site_index(site.as_str())?;
                let drive = by_id(drive.as_str())?;
                if self.drives[drive].site == site { Ok(drive) } else { Err(NotFound::Missing) }
            }
            _ => Err(NotFound::Missing),
        }
    }

    pub(crate) fn site_index(&self, id: &str) -> Result<usize, NotFound> {
        if id.eq_ignore_ascii_case("root") {
            return Ok(self.root_site);
        }
        self.places.sites.get(&id.to_lowercase()).copied().ok_or(NotFound::Missing)
    }

    /// The drive and the item that an address leads to.
    pub(crate) fn resolve(&self, address: &ItemAddress) -> Result<(usize, ItemIndex), NotFound> {
        if let ItemAddress::Shared { token } = address {
            return self.share(token).map(|(at, _)| at);
        }
        if let ItemAddress::SharedItem { token, id } = address {
            let ((drive, shared), _) = self.share(token)?;
            let item = self.drives[drive].by_id(id.as_str()).ok_or(NotFound::Missing)?;
            // Nobody comes by a link to what does not lie below it.
            return if self.drives[drive].below(shared).contains(&item) {
                Ok((drive, item))
            } else {
                Err(NotFound::Missing)
            };
        }
        let ItemAddress::InDrive { drive, item, path } = address else { return Err(NotFound::Missing) };
        let drive_index = self.drive_index(drive)?;
        let drive = &self.drives[drive_index];
        let start = match item {
            ItemKey::Root => ROOT,
            ItemKey::Id(id) => match drive.by_id(id.as_str()) {
                Some(item) => item,
                None if identifier::is_item_id(id.as_str()) => return Err(NotFound::Missing),
                None => return Err(NotFound::MalformedItem),
            },
            ItemKey::Special(name) => drive.child(ROOT, name.as_str()).ok_or(NotFound::Missing)?,
            _ => return Err(NotFound::Missing),
        };
        let item = path.iter().try_fold(start, |folder, name| drive.child(folder, name.as_str()));
        item.map(|item| (drive_index, item)).ok_or(NotFound::Missing)
    }

    /// The item that a share's token leads to, and the link, where it is one's.
    pub(crate) fn share(&self, token: &Segment) -> Result<((usize, ItemIndex), Option<&Link>), NotFound> {
        let url = SharingUrl::from_token(token.as_str()).map_err(|_| NotFound::Missing)?;
        let url = url.as_str();
        if let Some((drive, item, id)) = self.by_link.get(url)
            && let Some(link) = self.drives[*drive].link(*item, id)
        {
            return Ok(((*drive, *item), Some(link)));
        }
        let at = self.by_web_url(url).ok_or(NotFound::Missing)?;
        Ok((at, None))
    }

    /// The item that a browser shows at a URL.
    fn by_web_url(&self, url: &str) -> Option<(usize, ItemIndex)> {
        // A drive's URL may be the start of another's: the longest decides.
        let starts = url.rmatch_indices('/').map(|(end, _)| end);
        let (end, drive) = std::iter::once(url.len())
            .chain(starts)
            .find_map(|end| Some((end, *self.places.drives_by_url.get(&url[..end])?)))?;
        let mut names = url[end..].split('/').filter(|name| !name.is_empty());
        let item = names.try_fold(ROOT, |folder, name| {
            self.drives[drive].child(folder, &percent_decode_str(name).decode_utf8().ok()?)
        });
        Some((drive, item?))
    }

    /// Whether the tenant has sites on a host.
    pub(crate) fn has_host(&self, host: &str) -> bool {
        self.places.sites.contains_key(&host.to_lowercase())
    }

    /// Adds a link, or puts it in the place of the one with its id.
    pub(crate) fn put_link(&mut self, (drive, item): (usize, ItemIndex), link: Link) {
        let (url, id) = (link.url.clone(), link.id.clone());
        if self.drives[drive].put_link(item, link) {
            self.by_link.insert_mut(url, (drive, item, id));
        }
    }

    /// Takes a link away. An item that had it by inheritance leaves it where it was made.
    pub(crate) fn remove_link(&mut self, (drive, item): (usize, ItemIndex), id: &str) {
        if let Some(link) = self.drives[drive].remove_link(item, id)
            && self.by_link.get(&link.url).is_some_and(|(_, of, _)| *of == item)
        {
            self.by_link.remove_mut(&link.url);
        }
    }

    /// The URL of a new link: where it leads to, for whom, and a number that cannot be guessed on the real service.
    pub(crate) fn link_url(&self, (drive, item): (usize, ItemIndex), link: Uuid) -> String {
        let (drive, item) = (&self.drives[drive], self.drives[drive].item(item));
        let kind = match &item.content {
            Content::Folder(_) => 'f',
            Content::File { .. } => match item.name.rsplit_once('.').map(|(_, ending)| ending) {
                Some("docx") => 'w',
                Some("xlsx") => 'x',
                Some("pptx") => 'p',
                _ => 't',
            },
        };
        let host = drive.web_url.split('/').nth(2).unwrap_or_default();
        let place =
            if drive.drive_type == "business" { "g/personal/nadia_contoso_com" } else { "s/projects" };
        let is_folder = matches!(item.content, Content::Folder(_));
        format!("https://{host}/:{kind}:/{place}/{}", identifier::link_token(is_folder, item.guid, link))
    }

    /// Where a browser shows an item.
    pub(crate) fn web_url(&self, drive: usize, item: ItemIndex) -> String {
        let drive = &self.drives[drive];
        let path: String =
            drive.path(item).iter().map(|name| format!("/{}", utf8_percent_encode(name, IN_PATH))).collect();
        format!("{}{path}", drive.web_url)
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
