//! Rules that several requests have in common, each written once.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{Broken, EVERYWHERE, MALFORMED, MESSAGE_LIMIT, Rule, Verdict::Warn, each_recipient, one, some};
use crate::{
    CreateLinkRequest, DateTime, GrantRequest, InviteRequest, RevokeGrantsRequest, UpdatePermissionRequest,
};

/// A request that is about people.
pub(super) trait Recipients {
    /// The property that lists them.
    const LIST: &'static str;

    fn recipients(&self) -> Option<&[crate::DriveRecipient]>;

    fn additional(&self) -> &Map<String, Value>;
}

/// A request that may end a permission.
pub(super) trait Expires {
    fn expiry(&self) -> Option<&DateTime>;
}

/// A request that may send a mail and break inheritance.
pub(super) trait Shares {
    fn message(&self) -> Option<&str>;

    fn retains_inherited(&self) -> Option<bool>;
}

macro_rules! recipients {
    ($request:ident: $list:literal in $field:ident) => {
        impl Recipients for $request {
            const LIST: &'static str = $list;

            fn recipients(&self) -> Option<&[crate::DriveRecipient]> {
                self.$field.as_deref()
            }

            fn additional(&self) -> &Map<String, Value> {
                &self.additional
            }
        }
    };
}

recipients!(InviteRequest: "recipients" in recipients);
recipients!(CreateLinkRequest: "recipients" in recipients);
recipients!(GrantRequest: "recipients" in recipients);
recipients!(RevokeGrantsRequest: "grantees" in grantees);

macro_rules! expires {
    ($request:ident) => {
        impl Expires for $request {
            fn expiry(&self) -> Option<&DateTime> {
                self.expiration_date_time.as_ref()
            }
        }
    };
}

expires!(InviteRequest);
expires!(CreateLinkRequest);
expires!(UpdatePermissionRequest);

macro_rules! shares {
    ($request:ident) => {
        impl Shares for $request {
            fn message(&self) -> Option<&str> {
                self.message.as_deref()
            }

            fn retains_inherited(&self) -> Option<bool> {
                self.retain_inherited_permissions
            }
        }
    };
}

shares!(InviteRequest);
shares!(CreateLinkRequest);

/// A request about people names somebody.
pub(super) const fn recipients_some<R: Recipients>() -> Rule<R> {
    Rule {
        name: "recipients-some",
        limit: "at least one recipient",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "driveItem: invite, recipients",
        answer: MALFORMED,
        broken: |request, _| some(R::LIST, request.recipients(), request.additional()),
    }
}

/// A recipient has a name.
pub(super) const fn recipient_named<R: Recipients>() -> Rule<R> {
    Rule {
        name: "recipient-named",
        limit: "an email, an alias or an objectId",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "driveRecipient",
        answer: MALFORMED,
        broken: |request, _| {
            each_recipient(R::LIST, request.recipients(), &mut |recipient| {
                recipient.name().is_none_or(str::is_empty).then(|| ("", "none".to_owned()))
            })
        },
    }
}

/// A recipient has one name.
pub(super) const fn recipient_one_name<R: Recipients>() -> Rule<R> {
    Rule {
        name: "recipient-one-name",
        limit: "exactly one of email, alias and objectId",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "driveRecipient; which one counts is not documented",
        answer: None,
        broken: |request, _| {
            each_recipient(R::LIST, request.recipients(), &mut |recipient| {
                let names =
                    [&recipient.email, &recipient.alias, &recipient.object_id].into_iter().flatten().count();
                (names > 1).then(|| ("", format!("{names} of them")))
            })
        },
    }
}

/// A mail address is one.
pub(super) const fn recipient_email<R: Recipients>() -> Rule<R> {
    Rule {
        name: "recipient-email",
        limit: "a mail address such as ryan@contoso.com",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "driveRecipient, email",
        answer: None,
        broken: |request, _| {
            each_recipient(R::LIST, request.recipients(), &mut |recipient| {
                let email = recipient
                    .email
                    .as_deref()
                    .filter(|email| !email.is_empty() && !is_mail_address(email))?;
                Some((".email", format!("{email:?}")))
            })
        },
    }
}

/// An object id is not the number of a site's user or group.
pub(super) const fn recipient_directory_id<R: Recipients>() -> Rule<R> {
    Rule {
        name: "recipient-directory-id",
        limit: "a directory's object id; the group of a site cannot be invited",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "driveRecipient, objectId",
        answer: None,
        broken: |request, _| {
            each_recipient(R::LIST, request.recipients(), &mut |recipient| {
                let id = recipient.object_id.as_deref().filter(|id| !id.is_empty())?;
                id.bytes().all(|byte| byte.is_ascii_digit()).then(|| (".objectId", id.to_owned()))
            })
        },
    }
}

/// Nobody is named twice.
pub(super) const fn recipient_twice<R: Recipients>() -> Rule<R> {
    Rule {
        name: "recipient-twice",
        limit: "each recipient once",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "driveItem: invite, recipients",
        answer: None,
        broken: |request, _| {
            if matches!(request.recipients(), None | Some([_])) {
                return Broken::new();
            }
            let mut seen = HashSet::new();
            each_recipient(R::LIST, request.recipients(), &mut |recipient| {
                let name = recipient.name().filter(|name| !name.is_empty())?.to_lowercase();
                if seen.contains(&name) {
                    return Some(("", format!("{name} again")));
                }
                seen.insert(name);
                None
            })
        },
    }
}

/// A message fits in the mail.
pub(super) const fn message_length<R: Shares>() -> Rule<R> {
    Rule {
        name: "message-length",
        limit: "at most 2000 characters",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "driveItem: invite, message",
        answer: MALFORMED,
        broken: |request, _| {
            let length = request.message().map_or(0, |message| message.chars().count());
            if length > MESSAGE_LIMIT { one("message", length.to_string()) } else { Broken::new() }
        },
    }
}

/// An end is still to come.
pub(super) const fn expiry_future<R: Expires>() -> Rule<R> {
    Rule {
        name: "expiry-future",
        limit: "a moment that is still to come",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "driveItem: invite, expirationDateTime",
        answer: MALFORMED,
        broken: |request, circumstances| match (request.expiry(), circumstances.now) {
            (Some(expiry), Some(now)) if !expiry.is_none() && expiry.timestamp() <= now => {
                one("expirationDateTime", expiry.to_string())
            }
            _ => Broken::new(),
        },
    }
}

/// An end is within the tenant's policy.
pub(super) const fn expiry_policy<R: Expires>() -> Rule<R> {
    Rule {
        name: "expiry-policy",
        limit: "a moment that the tenant's policy allows; the service silently ends it earlier",
        on: [Warn; 4],
        items: &[],
        token: None,
        source: "driveItem: createLink, expirationDateTime; microsoft-graph-docs#15262",
        answer: None,
        broken: |request, circumstances| match (request.expiry(), circumstances.latest_expiry) {
            (Some(expiry), Some(latest)) if expiry.timestamp() > latest => {
                one("expirationDateTime", expiry.to_string())
            }
            _ => Broken::new(),
        },
    }
}

/// An end is not the moment that the service sends for none.
pub(super) const fn expiry_never<R: Expires>() -> Rule<R> {
    Rule {
        name: "expiry-never",
        limit: "a moment, or nothing for never; the service only sends this one",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: "permission, expirationDateTime",
        answer: MALFORMED,
        broken: |request, _| match request.expiry() {
            Some(expiry) if expiry.is_none() => one("expirationDateTime", expiry.to_string()),
            _ => Broken::new(),
        },
    }
}

/// Nobody loses inherited access by the way.
pub(super) const fn keeps_inherited<R: Shares>() -> Rule<R> {
    Rule {
        name: "keeps-inherited",
        limit: "true; false takes inherited access away when an item is first shared",
        on: [Warn; 4],
        items: &[],
        token: None,
        source: "driveItem: invite, retainInheritedPermissions",
        answer: None,
        broken: |request, _| match request.retains_inherited() {
            Some(false) => one("retainInheritedPermissions", "false"),
            _ => Broken::new(),
        },
    }
}

/// Whether the service could take this for a mail address at all. What stands before the `@` is the mail host's affair.
fn is_mail_address(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !local.contains('@')
            && !domain.is_empty()
            && !domain.starts_with('.')
            && !domain.ends_with('.')
            && !text.contains(|c: char| match c {
                ',' | ';' | '<' | '>' => true,
                // Almost every character is one of these, and nothing more needs to be known of it.
                '!'..='~' => false,
                _ => c.is_whitespace() || c.is_control(),
            })
    })
}
