//! What makes a request one that the service refuses, as data.
//!
//! One entry of a table is one rule: where a kind of drive makes the difference, its column says so. The builders refuse
//! by these tables, the mock refuses by them, and each fault names its entry.

mod batch;
mod container;
mod facts;
mod folder;
mod grant;
mod invite;
mod item;
mod link;
mod shared;
mod site;
#[cfg(test)]
mod tests;
mod update;
mod validation;

use std::{borrow::Cow, fmt};

use jiff::Timestamp;

use crate::{
    DriveKind, DriveRecipient, Misfit, Role,
    wire::{Spot, Wire},
};

pub use self::facts::{RuleFacts, rules};
pub(crate) use self::{
    batch::BATCH,
    container::CREATE_CONTAINER_PERMISSION,
    folder::ADD_SHARED_FOLDER,
    grant::{GRANT, REVOKE_GRANTS},
    invite::INVITE,
    item::with_item,
    link::CREATE_LINK,
    site::CREATE_SITE_PERMISSION,
    update::UPDATE,
    validation::VALIDATE_PERMISSION,
};

/// The kind of item that is shared.
///
/// ```
/// use sharing_model::{Circumstances, CreateLinkRequest, ItemKind, LinkType};
///
/// let drop_box = CreateLinkRequest::builder().link_type(LinkType::CreateOnly);
/// assert!(drop_box.clone().circumstances(Circumstances::default().item(ItemKind::Folder)).build().is_ok());
/// assert!(drop_box.circumstances(Circumstances::default().item(ItemKind::File)).build().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ItemKind {
    /// A file.
    File,
    /// A folder that is not its drive's root.
    Folder,
    /// The root of a drive.
    Root,
}

/// On whose behalf a token speaks.
///
/// ```
/// use sharing_model::{Circumstances, DriveRecipient, GrantRequest, Role, TokenKind};
///
/// let request = GrantRequest::new([DriveRecipient::alias("ryan")], Role::Read)?;
/// let faults = |token| request.validate(&Circumstances::default().token(token)).len();
/// assert_eq!((faults(TokenKind::Delegated), faults(TokenKind::Application)), (0, 1));
/// # Ok::<(), sharing_model::InvalidRequest>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenKind {
    /// A signed-in person's.
    Delegated,
    /// The application's own.
    Application,
}

/// What is known about where a request goes. What is not known is `None`, and judged with caution.
///
/// ```
/// use sharing_model::{Circumstances, DriveKind, ItemKind};
///
/// let at_home = Circumstances::default().drive(DriveKind::Personal).item(ItemKind::Folder);
/// assert_eq!(at_home.token, None);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Circumstances {
    /// The kind of drive.
    pub drive: Option<DriveKind>,
    /// The kind of item.
    pub item: Option<ItemKind>,
    /// The kind of token.
    pub token: Option<TokenKind>,
    /// The present, which an expiry must not precede.
    pub now: Option<Timestamp>,
    /// The latest end that the tenant's policy lets a link have.
    pub latest_expiry: Option<Timestamp>,
}

impl Circumstances {
    /// The same, on a kind of drive.
    ///
    /// ```
    /// use sharing_model::{Circumstances, CreateLinkRequest, DriveKind, LinkType};
    ///
    /// let library = Circumstances::default().drive(DriveKind::DocumentLibrary);
    /// assert!(CreateLinkRequest::builder().link_type(LinkType::Embed).circumstances(library).build().is_err());
    /// ```
    #[must_use]
    pub const fn drive(self, drive: DriveKind) -> Self {
        Self { drive: Some(drive), ..self }
    }

    /// The same, for a kind of item.
    ///
    /// ```
    /// use sharing_model::{Circumstances, DriveKind, InviteRequest, ItemKind};
    ///
    /// let folder = Circumstances::default().drive(DriveKind::Business).item(ItemKind::Folder);
    /// let request: InviteRequest = serde_json::from_str(r#"{ "requireSignIn": false, "sendInvitation": true }"#)?;
    /// assert!(request.validate(&folder).iter().any(|fault| fault.rule == "folder-sign-in"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub const fn item(self, item: ItemKind) -> Self {
        Self { item: Some(item), ..self }
    }

    /// The same, with a kind of token.
    ///
    /// ```
    /// use sharing_model::{Circumstances, InviteRequest, TokenKind};
    ///
    /// let app_only = Circumstances::default().token(TokenKind::Application);
    /// let request: InviteRequest =
    ///     serde_json::from_str(r#"{ "recipients": [{ "email": "kim@fabrikam.com" }], "roles": ["read"] }"#)?;
    /// assert_eq!(request.validate(&app_only)[0].rule, "recipient-guest");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub const fn token(self, token: TokenKind) -> Self {
        Self { token: Some(token), ..self }
    }

    /// The same, at a moment.
    ///
    /// ```
    /// use sharing_model::{Circumstances, CreateLinkRequest};
    ///
    /// let builder = CreateLinkRequest::builder().expires("2027-01-01T00:00:00Z".parse().unwrap());
    /// let later = Circumstances::default().now("2027-01-02T00:00:00Z".parse().unwrap());
    /// assert_eq!(builder.circumstances(later).build().unwrap_err().faults[0].rule, "expiry-future");
    /// ```
    #[must_use]
    pub const fn now(self, now: Timestamp) -> Self {
        Self { now: Some(now), ..self }
    }

    /// The same, in a tenant whose policy ends links at a moment at the latest.
    ///
    /// ```
    /// use sharing_model::{Circumstances, CreateLinkRequest};
    ///
    /// let soon = Circumstances::default().latest_expiry("2027-01-31T00:00:00Z".parse()?);
    /// let request: CreateLinkRequest = serde_json::from_str(r#"{ "expirationDateTime": "2027-12-31T00:00:00Z" }"#)?;
    /// assert_eq!(request.validate(&soon)[0].rule, "expiry-policy");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn latest_expiry(self, latest: Timestamp) -> Self {
        Self { latest_expiry: Some(latest), ..self }
    }
}

/// What follows when a rule is broken.
///
/// ```
/// use sharing_model::{Circumstances, DriveRecipient, InviteRequest, Role, Severity};
///
/// // A warning does not keep a request from being built.
/// let builder = InviteRequest::builder().recipient(DriveRecipient::alias("ryan"));
/// let request = builder.role(Role::Read).role(Role::Write).build()?;
/// assert_eq!(request.validate(&Circumstances::default())[0].severity, Severity::Warning);
/// # Ok::<(), sharing_model::InvalidRequest>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// The request may go out, but probably does not do what was meant.
    Warning,
    /// The request must not go out.
    Error,
}

/// One way in which a request breaks one rule.
///
/// ```
/// use sharing_model::{DriveRecipient, GrantRequest, Role};
///
/// let error = GrantRequest::new([DriveRecipient::email("ryan@")], Role::Read).unwrap_err();
/// let fault = &error.faults[0];
/// assert_eq!((fault.property.as_str(), fault.rule), ("recipients[0].email", "recipient-email"));
/// assert_eq!(fault.found, r#""ryan@""#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// The property, as in `recipients[2].email`.
    pub property: String,
    /// The rule's name, as in `message-length`.
    pub rule: &'static str,
    /// What would be right.
    pub limit: Cow<'static, str>,
    /// What there is instead.
    pub found: String,
    /// Whether the request may go out all the same.
    pub severity: Severity,
    /// Where the rule is documented.
    pub source: &'static str,
    /// How the service itself answers, where it does: code and message of a 400.
    pub answer: Option<(&'static str, &'static str)>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; found {}", self.property, self.limit, self.found)
    }
}

/// A request that cannot be built, with everything that is wrong with it.
///
/// ```
/// use sharing_model::InviteRequest;
///
/// let error = InviteRequest::builder().build().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "recipients: at least one recipient; found none\nroles: a role: read or write; found none"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidRequest {
    /// Every fault: first what does not fit its type, then what breaks a rule, in the rules' order.
    pub faults: Vec<Fault>,
}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.faults.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            fault.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidRequest {}

impl InvalidRequest {
    /// Nothing, unless one of these faults keeps the request from going out.
    pub(crate) fn unless(mut faults: Vec<Fault>) -> Result<(), Self> {
        faults.retain(|fault| fault.severity == Severity::Error);
        if faults.is_empty() { Ok(()) } else { Err(Self { faults }) }
    }
}

/// How many characters (not bytes) an invitation's message may have.
///
/// ```
/// use sharing_model::{CreateLinkRequest, MESSAGE_LIMIT};
///
/// let builder = CreateLinkRequest::builder();
/// assert!(builder.clone().message("é".repeat(MESSAGE_LIMIT)).build().is_ok());
/// assert!(builder.message("e".repeat(MESSAGE_LIMIT + 1)).build().is_err());
/// ```
pub const MESSAGE_LIMIT: usize = 2000;

/// What a rule makes of a kind of drive.
#[derive(Debug, Clone, Copy)]
enum Verdict {
    Pass,
    Warn,
    Refuse,
}

use Verdict::{Pass, Refuse, Warn};

/// One rule for requests of type `R`.
pub(crate) struct Rule<R> {
    name: &'static str,
    /// What would be right.
    limit: &'static str,
    /// By kind of drive: personal, business, document library, not known.
    on: [Verdict; 4],
    /// The kinds of item that the rule is for; all when empty. A rule for some is silent where the kind is not known.
    items: &'static [ItemKind],
    /// The kind of token that the rule is for; silent where the kind is not known.
    token: Option<TokenKind>,
    source: &'static str,
    /// How the service itself answers, where it does: code and message of a 400.
    answer: Option<(&'static str, &'static str)>,
    broken: fn(&R, &Circumstances) -> Broken,
}

/// The properties that break a rule, and what was found there.
type Broken = Vec<(String, String)>;

const EVERYWHERE: [Verdict; 4] = [Refuse; 4];
const NOT_PERSONAL: [Verdict; 4] = [Warn, Refuse, Refuse, Refuse];
const MALFORMED: Option<(&str, &str)> = Some(("invalidRequest", "The request is malformed or incorrect."));

/// All that is wrong with a request: what was read and did not fit or is not known first, then what breaks a rule, in the
/// rules' order.
pub(crate) fn check<R: Wire>(request: &R, rules: &[Rule<R>], circumstances: &Circumstances) -> Vec<Fault> {
    let (mut misfits, mut unknown) = (Vec::new(), Vec::new());
    request.misfits_into(Spot::Body, &mut misfits);
    request.unknown_into(Spot::Body, &mut unknown);
    let mut faults: Vec<Fault> = misfits.into_iter().map(Fault::from).collect();
    faults.extend(unknown.into_iter().map(no_such_property));
    // Mostly nothing is broken, and nothing is made for it.
    for rule in rules {
        let severity = match rule.on[column(circumstances.drive)] {
            Pass => continue,
            Warn => Severity::Warning,
            Refuse => Severity::Error,
        };
        let is_for_item =
            rule.items.is_empty() || circumstances.item.is_some_and(|item| rule.items.contains(&item));
        let is_for_token = rule.token.is_none() || rule.token == circumstances.token;
        if !is_for_item || !is_for_token {
            continue;
        }
        let broken = (rule.broken)(request, circumstances);
        // Going over nothing costs more than to see that there is nothing, and there are many rules.
        if broken.is_empty() {
            continue;
        }
        for (property, found) in broken {
            faults.push(Fault {
                property,
                rule: rule.name,
                limit: rule.limit.into(),
                found,
                severity,
                source: rule.source,
                answer: rule.answer,
            });
        }
    }
    faults
}

fn no_such_property(property: String) -> Fault {
    let name = property.rsplit('.').next().unwrap_or(&property).to_owned();
    facts::NO_SUCH_PROPERTY.fault(property, name)
}

const fn column(drive: Option<DriveKind>) -> usize {
    match drive {
        Some(DriveKind::Personal) => 0,
        Some(DriveKind::Business) => 1,
        Some(DriveKind::DocumentLibrary) => 2,
        None => 3,
    }
}

impl From<Misfit> for Fault {
    fn from(misfit: Misfit) -> Self {
        // Whoever put a password in another shape still does not want to read it in a log.
        let is_secret = ["password", "challengeToken"].iter().any(|name| misfit.property.ends_with(name));
        let found = if is_secret { "[REDACTED]".to_owned() } else { misfit.value.to_string() };
        Self { limit: misfit.expected, ..facts::SHAPE.fault(misfit.property, found) }
    }
}

fn one(property: &str, found: impl Into<String>) -> Broken {
    vec![(property.to_owned(), found.into())]
}

/// That a list has something in it. One that came in another shape is told apart as a misfit.
fn some<T>(
    property: &str,
    list: Option<&[T]>,
    additional: &serde_json::Map<String, serde_json::Value>,
) -> Broken {
    match list {
        None if additional.get(property).is_none_or(serde_json::Value::is_null) => one(property, "none"),
        Some([]) => one(property, "an empty list"),
        _ => vec![],
    }
}

/// What a list of recipients breaks, below the property `list`.
fn each_recipient(
    list: &str,
    recipients: Option<&[DriveRecipient]>,
    broken: &mut dyn FnMut(&DriveRecipient) -> Option<(&'static str, String)>,
) -> Broken {
    let mut all = Broken::new();
    for (index, recipient) in recipients.into_iter().flatten().enumerate() {
        if let Some((below, found)) = broken(recipient) {
            all.push((format!("{list}[{index}]{below}"), found));
        }
    }
    all
}

/// Roles that an invitation or a grant cannot give, other than `owner` where that has a rule of its own.
fn unknown_roles(roles: Option<&[Role]>, known: &[Role]) -> Broken {
    let roles = roles.into_iter().flatten().enumerate();
    roles
        .filter(|(_, role)| !known.contains(role))
        .map(|(index, role)| (format!("roles[{index}]"), format!("{:?}", role.as_str())))
        .collect()
}
