//! The mails that the service would have sent: a bounded record, which says what it dropped.

use std::{collections::VecDeque, sync::Arc};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use sharing_model::Role;

use crate::{access::At, directory::PrincipalIndex, journal::as_text, tenant::Tenant};

/// At most so many mails are kept.
const LIMIT: usize = 10_000;

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Mail {
    /// When it would have left, by the space's clock.
    #[serde(serialize_with = "as_text")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub time: Timestamp,
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

/// A mail as it is kept: what it says is written for whoever looks.
#[derive(Debug, Clone)]
pub(crate) struct Posted {
    pub(crate) time: Timestamp,
    pub(crate) to: PrincipalIndex,
    pub(crate) from: PrincipalIndex,
    /// The shared item.
    pub(crate) about: At,
    pub(crate) roles: Arc<[Role]>,
    pub(crate) message: Option<Arc<str>>,
}

impl Tenant {
    /// The mails that are still there, oldest first.
    pub(crate) fn mails(&self) -> impl DoubleEndedIterator<Item = Mail> + ExactSizeIterator {
        self.outbox.mails.iter().map(|posted| self.mail(posted))
    }

    /// Those after the first so many that there ever were.
    pub(crate) fn mails_since(&self, count: u64) -> impl Iterator<Item = Mail> {
        self.outbox.since(count).map(|posted| self.mail(posted))
    }

    fn mail(&self, posted: &Posted) -> Mail {
        let (drive, item) = posted.about;
        Mail {
            time: posted.time,
            to: self.directory.get(posted.to).mail.clone(),
            from: self.directory.get(posted.from).display_name.clone(),
            item: self.drives[drive].item(item).name.clone(),
            web_url: self.web_url(drive, item),
            roles: posted.roles.to_vec(),
            message: posted.message.as_deref().map(str::to_owned),
        }
    }
}

/// The latest mails, oldest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outbox {
    mails: VecDeque<Posted>,
    /// How many mails there ever were.
    count: u64,
}

impl Outbox {
    /// Adds a mail; the oldest makes room.
    pub(crate) fn push(&mut self, mail: Posted) {
        if self.mails.len() == LIMIT {
            self.mails.pop_front();
        }
        self.mails.push_back(mail);
        self.count += 1;
    }

    /// Those after the first so many that there ever were.
    pub(crate) fn since(&self, count: u64) -> impl Iterator<Item = &Posted> {
        let fresh = usize::try_from(self.count.saturating_sub(count)).unwrap_or(usize::MAX);
        self.mails.range(self.mails.len().saturating_sub(fresh)..)
    }

    /// Takes back the latest, so that there were only so many ever.
    pub(crate) fn take_back(&mut self, count: u64) {
        while self.count > count && self.mails.pop_back().is_some() {
            self.count -= 1;
        }
    }

    /// Forgets all mails, and that there were any.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// How many there ever were.
    pub(crate) const fn count(&self) -> u64 {
        self.count
    }

    /// How many are gone: made room for later ones.
    pub(crate) fn dropped(&self) -> u64 {
        self.count - self.mails.len() as u64
    }
}
