//! `Row`: one recipient's access to one item.

use std::{fmt, str::FromStr};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sharing_model::{DriveRecipient, InviteRequest, InviteRequestBuilder, ItemAddress, Role};

/// One row of an access list: one recipient's access to one item.
///
/// As JSON it is one flat object, whose properties have the columns' names; the line is its place, and no part of it.
///
/// ```
/// use sharing_bulk::Row;
///
/// let row: Row = serde_json::from_str(
///     r#"{ "item": "/drive/root:/Projects", "recipient": "ryan@contoso.com", "role": "write" }"#,
/// )?;
/// assert_eq!((row.options.notify, row.options.sign_in), (false, true));
/// assert_eq!(
///     serde_json::to_string(&row)?,
///     r#"{"item":"/drive/root:/Projects","recipient":"ryan@contoso.com","role":"write"}"#
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// The line in the file, counted from 1; 0 where it comes from no file.
    pub line: u64,
    /// The item.
    pub item: ItemAddress,
    /// Who gets access.
    pub recipient: DriveRecipient,
    /// What that is.
    pub options: Options,
}

/// What rows must have in common to go in one request.
///
/// ```
/// use sharing_bulk::Options;
/// use sharing_model::Role;
///
/// let silent = Options::new(Role::Read);
/// assert_eq!((silent.notify, silent.sign_in, silent.message, silent.expires), (false, true, None, None));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Options {
    /// What the recipient may do.
    pub role: Role,
    /// Whether the recipient gets a mail.
    pub notify: bool,
    /// Whether the recipient must sign in.
    pub sign_in: bool,
    /// The text of the mail; at most 2000 characters.
    pub message: Option<String>,
    /// When the access ends. Nothing leaves open when: an end that there is stays.
    pub expires: Option<Expiry>,
}

/// When access ends: at a moment, or so long after the plan is made.
///
/// Written as in `2027-01-31T00:00:00Z`, with a zone, or as in `+30d`: a whole number of weeks (`w`), days (`d`) of 24
/// hours, or hours (`h`).
///
/// ```
/// use sharing_bulk::Expiry;
///
/// let now = "2026-12-01T00:00:00Z".parse().unwrap();
/// let month: Expiry = "+30d".parse()?;
/// assert_eq!(month.at(now), "2026-12-31T00:00:00Z".parse().unwrap());
/// let fixed: Expiry = "2027-01-31T00:00:00+01:00".parse()?;
/// assert_eq!(fixed.to_string(), "2027-01-30T23:00:00Z");
/// assert_eq!(
///     "2027-01-31".parse::<Expiry>().unwrap_err().to_string(),
///     "a moment with its zone, such as 2027-01-31T00:00:00Z, or a time from now, such as +30d"
/// );
/// # Ok::<(), sharing_bulk::NoExpiry>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Expiry {
    /// At this moment.
    At(Timestamp),
    /// So long after the plan is made; whole hours.
    After(SignedDuration),
}

/// What is no [`Expiry`].
///
/// ```
/// assert!("+30 days".parse::<sharing_bulk::Expiry>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a moment with its zone, such as 2027-01-31T00:00:00Z, or a time from now, such as +30d")]
pub struct NoExpiry(());

/// A hundred years: what ends later does not end.
const LONGEST_HOURS: i64 = 100 * 366 * 24;

impl Expiry {
    /// The moment, for a plan that is made at `now`, in whole seconds.
    ///
    /// ```
    /// use sharing_bulk::Expiry;
    ///
    /// let now = "2026-12-01T12:00:00.5Z".parse().unwrap();
    /// assert_eq!("+2h".parse::<Expiry>()?.at(now), "2026-12-01T14:00:00Z".parse().unwrap());
    /// # Ok::<(), sharing_bulk::NoExpiry>(())
    /// ```
    #[must_use]
    pub fn at(self, now: Timestamp) -> Timestamp {
        let at = match self {
            Self::At(at) => at,
            Self::After(time) => now.checked_add(time).unwrap_or(Timestamp::MAX),
        };
        Timestamp::from_second(at.as_second()).unwrap_or(at)
    }
}

impl FromStr for Expiry {
    type Err = NoExpiry;

    fn from_str(text: &str) -> Result<Self, NoExpiry> {
        let Some(time) = text.strip_prefix('+') else {
            return text.parse().map(Self::At).map_err(|_| NoExpiry(()));
        };
        let unit = time.chars().last().ok_or(NoExpiry(()))?;
        let amount = &time[..time.len() - unit.len_utf8()];
        let hours = match unit {
            'w' => 7 * 24,
            'd' => 24,
            'h' => 1,
            _ => return Err(NoExpiry(())),
        };
        if !amount.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NoExpiry(()));
        }
        let hours = amount.parse::<i64>().ok().and_then(|amount| amount.checked_mul(hours));
        match hours {
            Some(hours @ 1..=LONGEST_HOURS) => Ok(Self::After(SignedDuration::from_hours(hours))),
            _ => Err(NoExpiry(())),
        }
    }
}

impl fmt::Display for Expiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(at) => at.fmt(f),
            Self::After(time) => match time.as_hours() {
                hours if hours % 24 == 0 => write!(f, "+{}d", hours / 24),
                hours => write!(f, "+{hours}h"),
            },
        }
    }
}

impl Row {
    /// A row that comes from no file.
    ///
    /// ```
    /// use sharing_bulk::{Options, Row};
    /// use sharing_model::{DriveRecipient, Role};
    ///
    /// let item = "/drive/root:/Projects".parse()?;
    /// let row = Row::new(item, DriveRecipient::email("ryan@contoso.com"), Options::new(Role::Read));
    /// assert_eq!(row.line, 0);
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub const fn new(item: ItemAddress, recipient: DriveRecipient, options: Options) -> Self {
        Self { line: 0, item, recipient, options }
    }

    /// The same row at a line of a file.
    ///
    /// ```
    /// # let json = r#"{ "item": "/drive/root:/Projects", "recipient": "ryan@contoso.com", "role": "write" }"#;
    /// let row: sharing_bulk::Row = serde_json::from_str(json)?;
    /// assert_eq!(row.at(7).line, 7);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn at(self, line: u64) -> Self {
        Self { line, ..self }
    }

    /// How the recipient is written: bare where that reads as the same, else with `mail:`, `id:` or `alias:`.
    ///
    /// ```
    /// use sharing_bulk::{Options, Row};
    /// use sharing_model::{DriveRecipient, Role};
    ///
    /// let whom = |recipient| Row::new("/drive/root".parse().unwrap(), recipient, Options::new(Role::Read)).whom();
    /// assert_eq!(whom(DriveRecipient::email("ryan@contoso.com")), "ryan@contoso.com");
    /// assert_eq!(whom(DriveRecipient::object_id("42F177F1")), "id:42F177F1");
    /// ```
    #[must_use]
    pub fn whom(&self) -> String {
        spell(&self.recipient)
    }
}

impl Options {
    /// A role without a mail, for who signs in, without an end.
    ///
    /// ```
    /// use sharing_bulk::Options;
    /// use sharing_model::Role;
    ///
    /// assert_eq!(Options::new(Role::Write).role, Role::Write);
    /// ```
    #[must_use]
    pub const fn new(role: Role) -> Self {
        Self { role, notify: false, sign_in: true, message: None, expires: None }
    }

    /// An invitation with these options and without a recipient yet, for a plan that is made at `now`.
    ///
    /// ```
    /// use sharing_bulk::Options;
    /// use sharing_model::{DriveRecipient, Role};
    ///
    /// let now = "2026-12-01T00:00:00Z".parse().unwrap();
    /// let request =
    ///     Options::new(Role::Write).invitation(now).recipient(DriveRecipient::email("ryan@contoso.com")).build()?;
    /// assert_eq!(request.send_invitation, Some(false));
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn invitation(&self, now: Timestamp) -> InviteRequestBuilder {
        let mut builder = InviteRequest::builder()
            .role(self.role.clone())
            .send_invitation(self.notify)
            .require_sign_in(self.sign_in);
        if let Some(message) = &self.message {
            builder = builder.message(message);
        }
        if let Some(expires) = self.expires {
            builder = builder.expires(expires.at(now));
        }
        builder
    }
}

/// A recipient as a person types it.
pub(crate) fn spell(recipient: &DriveRecipient) -> String {
    let (prefix, name) = match recipient {
        DriveRecipient { email: Some(name), .. } => ("mail", name),
        DriveRecipient { object_id: Some(name), .. } => ("id", name),
        DriveRecipient { alias: Some(name), .. } => ("alias", name),
        _ => return String::new(),
    };
    if DriveRecipient::from(&**name) == *recipient { name.clone() } else { format!("{prefix}:{name}") }
}

/// A row as JSON has it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Flat {
    item: String,
    recipient: String,
    role: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    notify: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sign_in: Option<bool>,
}

impl From<&Row> for Flat {
    fn from(row: &Row) -> Self {
        let Row { item, options, .. } = row;
        Self {
            item: item.to_string(),
            recipient: row.whom(),
            role: options.role.to_string(),
            expires: options.expires.map(|expires| expires.to_string()),
            notify: options.notify.then_some(true),
            message: options.message.clone(),
            sign_in: (!options.sign_in).then_some(false),
        }
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Flat::from(self).serialize(serializer)
    }
}

/// Trusts what a row of ours says: an access list is read by an [`AccessListReader`](crate::AccessListReader), which
/// knows the rules.
impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Flat::deserialize(deserializer)?.try_into().map_err(D::Error::custom)
    }
}

impl TryFrom<Flat> for Row {
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn try_from(flat: Flat) -> Result<Self, Self::Error> {
        let options = Options {
            role: Role::from(&*flat.role),
            notify: flat.notify.unwrap_or(false),
            sign_in: flat.sign_in.unwrap_or(true),
            message: flat.message,
            expires: flat.expires.map(|text| text.parse()).transpose()?,
        };
        Ok(Self::new(flat.item.parse()?, DriveRecipient::from(&*flat.recipient), options))
    }
}
