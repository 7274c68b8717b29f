//! What makes a request one that the service refuses, as data.
//!
//! One line of [`INVITE_RULES`] is one rule: where a kind of drive makes the difference, its column says so. The
//! builder refuses by this table, the mock refuses by this table, and each fault names its line.

use std::{borrow::Cow, collections::HashSet, fmt};

use jiff::Timestamp;

use crate::{InviteRequest, Misfit, Role};

/// The kind of drive that holds an item: the service's `driveType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DriveKind {
    /// A consumer's OneDrive: `personal`.
    Personal,
    /// A OneDrive for work or school: `business`.
    Business,
    /// A library of a SharePoint site: `documentLibrary`.
    DocumentLibrary,
}

/// The kind of item that is shared.
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

/// What is known about where a request goes. What is not known is `None`, and judged with caution.
///
/// ```
/// use sharing_model::{Circumstances, DriveKind};
///
/// let mut at_home = Circumstances::default();
/// at_home.drive = Some(DriveKind::Personal);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Circumstances {
    /// The kind of drive.
    pub drive: Option<DriveKind>,
    /// The kind of item.
    pub item: Option<ItemKind>,
    /// The present, which an expiry must not precede.
    pub now: Option<Timestamp>,
}

/// What follows when a rule is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// The request may go out, but probably does not do what was meant.
    Warning,
    /// The request must not go out.
    Error,
}

/// One way in which a request breaks one rule.
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

/// How many characters (not bytes) an invitation's message may have.
pub const MESSAGE_LIMIT: usize = 2000;

/// What a rule makes of a kind of drive.
#[derive(Debug, Clone, Copy)]
enum Verdict {
    Pass,
    Warn,
    Refuse,
}

use Verdict::{Pass, Refuse, Warn};

/// One rule for invitations.
struct Rule {
    name: &'static str,
    limit: &'static str,
    /// By kind of drive: personal, business, document library, not known.
    on: [Verdict; 4],
    /// The kinds of item that the rule is for; all when empty, and also when the kind is not known.
    items: &'static [ItemKind],
    source: &'static str,
    answer: Option<(&'static str, &'static str)>,
    broken: fn(&InviteRequest, &Circumstances) -> Broken,
}

/// The properties that break a rule, and what was found there.
type Broken = Vec<(String, String)>;

const EVERYWHERE: [Verdict; 4] = [Refuse; 4];
const NOT_PERSONAL: [Verdict; 4] = [Warn, Refuse, Refuse, Refuse];
const MALFORMED: Option<(&str, &str)> = Some(("invalidRequest", "The request is malformed or incorrect."));

static INVITE_RULES: &[Rule] = &[
    Rule {
        name: "recipients-some",
        limit: "at least one recipient",
        on: EVERYWHERE,
        items: &[],
        source: "driveItem: invite, recipients",
        answer: MALFORMED,
        broken: |request, _| match request.recipients.as_deref() {
            None if !request.additional.contains_key("recipients") => one("recipients", "none"),
            Some([]) => one("recipients", "an empty list"),
            _ => vec![],
        },
    },
    Rule {
        name: "recipient-named",
        limit: "an email, an alias or an objectId",
        on: EVERYWHERE,
        items: &[],
        source: "driveRecipient",
        answer: MALFORMED,
        broken: |request, _| {
            recipients(request, |recipient| {
                recipient.name().is_none_or(str::is_empty).then(|| (None, "none".into()))
            })
        },
    },
    Rule {
        name: "recipient-one-name",
        limit: "exactly one of email, alias and objectId",
        on: EVERYWHERE,
        items: &[],
        source: "driveRecipient; which one counts is not documented",
        answer: None,
        broken: |request, _| {
            recipients(request, |recipient| {
                let names =
                    [&recipient.email, &recipient.alias, &recipient.object_id].into_iter().flatten().count();
                (names > 1).then(|| (None, format!("{names} of them")))
            })
        },
    },
    Rule {
        name: "recipient-email",
        limit: "a mail address such as ryan@contoso.com",
        on: EVERYWHERE,
        items: &[],
        source: "driveRecipient, email",
        answer: None,
        broken: |request, _| {
            recipients(request, |recipient| {
                let email = recipient
                    .email
                    .as_deref()
                    .filter(|email| !email.is_empty() && !is_mail_address(email))?;
                Some((Some("email"), format!("{email:?}")))
            })
        },
    },
    Rule {
        name: "recipient-twice",
        limit: "each recipient once",
        on: EVERYWHERE,
        items: &[],
        source: "driveItem: invite, recipients",
        answer: None,
        broken: |request, _| {
            let mut seen = HashSet::new();
            recipients(request, |recipient| {
                let name = recipient.name()?.to_lowercase();
                let again = format!("{name} again");
                (!seen.insert(name)).then_some((None, again))
            })
        },
    },
    Rule {
        name: "message-length",
        limit: "at most 2000 characters",
        on: EVERYWHERE,
        items: &[],
        source: "driveItem: invite, message",
        answer: MALFORMED,
        broken: |request, _| {
            let length = request.message.as_deref().map_or(0, |message| message.chars().count());
            if length > MESSAGE_LIMIT { one("message", length.to_string()) } else { vec![] }
        },
    },
    Rule {
        name: "flags",
        limit: "requireSignIn and sendInvitation cannot both be false",
        on: NOT_PERSONAL,
        items: &[],
        source: "driveItem: invite; onedrive-api-docs#627",
        answer: Some(("invalidRequest", "RequireSignIn and SendInvitation cannot both be false")),
        broken: |request, _| match (request.require_sign_in, request.send_invitation) {
            (Some(false), Some(false)) => one("requireSignIn, sendInvitation", "both false"),
            _ => vec![],
        },
    },
    Rule {
        name: "roles-some",
        limit: "a role: read or write",
        on: EVERYWHERE,
        items: &[],
        source: "driveItem: invite, roles",
        answer: MALFORMED,
        broken: |request, _| match request.roles.as_deref() {
            None if !request.additional.contains_key("roles") => one("roles", "none"),
            Some([]) => one("roles", "an empty list"),
            _ => vec![],
        },
    },
    Rule {
        name: "roles-known",
        limit: "read or write; an invitation grants no other role",
        on: EVERYWHERE,
        items: &[],
        source: "driveItem: invite, roles",
        answer: MALFORMED,
        broken: |request, _| {
            let roles = request.roles.iter().flatten().enumerate();
            roles
                .filter(|(_, role)| !matches!(role, Role::Read | Role::Write))
                .map(|(index, role)| (format!("roles[{index}]"), role.to_string()))
                .collect()
        },
    },
    Rule {
        name: "roles-one",
        limit: "one role; write includes read",
        on: [Warn; 4],
        items: &[],
        source: "permission, roles",
        answer: None,
        broken: |request, _| match request.roles.as_deref() {
            Some(roles @ [_, _, ..]) => one("roles", format!("{} roles", roles.len())),
            _ => vec![],
        },
    },
    Rule {
        name: "expiry-future",
        limit: "a moment that is still to come",
        on: EVERYWHERE,
        items: &[],
        source: "driveItem: invite, expirationDateTime",
        answer: MALFORMED,
        broken: |request, circumstances| match (&request.expiration_date_time, circumstances.now) {
            (Some(expiry), Some(now)) if expiry.timestamp() <= now => {
                one("expirationDateTime", expiry.to_string())
            }
            _ => vec![],
        },
    },
    Rule {
        name: "expiry-link-only",
        limit: "none: business drives and libraries document an expiry for links only",
        on: [Pass, Warn, Warn, Pass],
        items: &[],
        source: "driveItem: invite, expirationDateTime",
        answer: None,
        broken: |request, _| match &request.expiration_date_time {
            Some(expiry) => one("expirationDateTime", expiry.to_string()),
            None => vec![],
        },
    },
    Rule {
        name: "password-personal",
        limit: "no password: only personal drives take one",
        on: [Pass, Refuse, Refuse, Warn],
        items: &[],
        source: "driveItem: invite, password",
        answer: MALFORMED,
        broken: |request, _| if request.password.is_some() { one("password", "one") } else { vec![] },
    },
    Rule {
        name: "folder-sign-in",
        limit: "true for a folder of a business drive or a library",
        on: [Pass, Refuse, Refuse, Pass],
        items: &[ItemKind::Folder, ItemKind::Root],
        source: "microsoft-graph-docs#17383",
        answer: MALFORMED,
        broken: |request, circumstances| match (request.require_sign_in, circumstances.item) {
            (Some(false), Some(_)) => one("requireSignIn", "false"),
            _ => vec![],
        },
    },
    Rule {
        name: "keeps-inherited",
        limit: "true; false takes inherited access away when an item is first shared",
        on: [Warn; 4],
        items: &[],
        source: "driveItem: invite, retainInheritedPermissions",
        answer: None,
        broken: |request, _| match request.retain_inherited_permissions {
            Some(false) => one("retainInheritedPermissions", "false"),
            _ => vec![],
        },
    },
];

/// All that is wrong with an invitation: what was read and did not fit first, then the table's rules in its order.
pub(crate) fn check_invite(request: &InviteRequest, circumstances: &Circumstances) -> Vec<Fault> {
    let column = match circumstances.drive {
        Some(DriveKind::Personal) => 0,
        Some(DriveKind::Business) => 1,
        Some(DriveKind::DocumentLibrary) => 2,
        None => 3,
    };
    let broken = INVITE_RULES.iter().flat_map(|rule| {
        let severity = match rule.on[column] {
            Pass => return vec![],
            Warn => Severity::Warning,
            Refuse => Severity::Error,
        };
        let is_for = |kind| rule.items.is_empty() || rule.items.contains(&kind);
        if !circumstances.item.is_none_or(is_for) {
            return vec![];
        }
        let faults = (rule.broken)(request, circumstances).into_iter().map(|(property, found)| Fault {
            property,
            rule: rule.name,
            limit: rule.limit.into(),
            found,
            severity,
            source: rule.source,
            answer: rule.answer,
        });
        faults.collect()
    });
    request.misfits().into_iter().map(Fault::from).chain(broken).collect()
}

impl From<Misfit> for Fault {
    fn from(misfit: Misfit) -> Self {
        Self {
            property: misfit.property,
            rule: "shape",
            limit: misfit.expected,
            found: misfit.value.to_string(),
            severity: Severity::Error,
            source: "the property's documented type",
            answer: MALFORMED,
        }
    }
}

fn one(property: &str, found: impl Into<String>) -> Broken {
    vec![(property.to_owned(), found.into())]
}

/// The recipients for which `broken` finds something, below the property that it names.
fn recipients(
    request: &InviteRequest,
    mut broken: impl FnMut(&crate::DriveRecipient) -> Option<(Option<&'static str>, String)>,
) -> Broken {
    let recipients = request.recipients.iter().flatten().enumerate();
    recipients
        .filter_map(|(index, recipient)| {
            let (below, found) = broken(recipient)?;
            let below = below.map(|name| format!(".{name}")).unwrap_or_default();
            Some((format!("recipients[{index}]{below}"), found))
        })
        .collect()
}

/// Whether the service could take this for a mail address at all. What stands before the `@` is the mail host's affair.
fn is_mail_address(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !domain.is_empty()
            && !domain.starts_with('.')
            && !domain.ends_with('.')
            && !text
                .contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, ',' | ';' | '<' | '>'))
    })
}
