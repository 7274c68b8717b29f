//! `Advice`: what an error of the service means, as data.
//!
//! One line of [`CATALOGUE`] is one code: may it be tried again, who can mend it, and how. The client retries by it, the
//! program explains by it.

use crate::ErrorResponse;

/// Who can mend what went wrong.
///
/// ```
/// use sharing_model::{Advice, Mender};
///
/// assert_eq!(Advice::on(403, ["accessDenied", "sharingDisabled"]).mender, Mender::Admin);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mender {
    /// Whoever sent the request.
    Sender,
    /// Whoever owns the item or its site.
    Owner,
    /// The tenant's administrator.
    Admin,
    /// Microsoft.
    Microsoft,
}

/// Whether the same request may succeed later.
///
/// ```
/// use sharing_model::{Advice, Retry};
///
/// assert_eq!(Advice::on(429, ["activityLimitReached"]).retry, Retry::AfterDelay);
/// assert_eq!(Advice::on(400, ["noResolvedUsers"]).retry, Retry::Never);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Retry {
    /// Not as it is.
    Never,
    /// After the delay that the service asks for, or a growing one.
    AfterDelay,
    /// With a new token.
    AfterSignIn,
    /// After reading the item anew.
    AfterReading,
}

/// What an error means: whether to try again, who can mend it, why it came, and what to do next.
///
/// ```
/// use sharing_model::{Advice, Mender};
///
/// let advice = Advice::on(400, ["noResolvedUsers"]);
/// assert_eq!(advice.mender, Mender::Sender);
/// assert!(advice.next.contains("recipient"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Advice {
    /// The code that this is about; empty where the status alone tells.
    pub code: &'static str,
    /// Whether the same request may succeed later.
    pub retry: Retry,
    /// Who can mend it.
    pub mender: Mender,
    /// Why it came, for a person.
    pub why: &'static str,
    /// What to do next, for that person.
    pub next: &'static str,
}

#[rustfmt::skip]
static CATALOGUE: &[Advice] = {
    use {Mender::{Admin, Microsoft, Owner, Sender}, Retry::{AfterDelay, AfterReading, AfterSignIn, Never}};
    &[
        // Inner codes first: they say most.
        advice("secureSharingInvalidRequest", Never, Sender, "some recipients cannot be invited with these sign-in settings", "try requireSignIn the other way, or leave these recipients out"),
        advice("sharingDisabled", Never, Admin, "the tenant or the site does not allow sharing with people outside", "ask the administrator to allow external sharing, or leave guests out"),
        advice("objectNotSupported", Never, Sender, "the thing at this address cannot be shared; often it is a list item's number", "address the item by its drive item id or by its path"),
        advice("throttledRequest", AfterDelay, Sender, "too many requests in too short a time", "wait as long as Retry-After says"),
        advice("quota", AfterDelay, Sender, "too many requests in too short a time", "wait as long as Retry-After says"),
        advice("expiredToken", AfterSignIn, Sender, "the token has expired", "get a new token"),
        advice("resourceLocked", AfterDelay, Owner, "somebody is editing the item or has checked it out", "wait until it is free"),
        advice("lockMismatch", AfterDelay, Owner, "somebody else holds the item's lock", "wait until it is free"),
        advice("lockOwnerMismatch", AfterDelay, Owner, "somebody else holds the item's lock", "wait until it is free"),
        advice("entityTagDoesNotMatch", AfterReading, Sender, "the item has changed since it was read", "read it again and decide anew"),
        advice("accessRestricted", Never, Owner, "access is restricted to the item's owner", "ask the owner"),
        advice("propertyNotUpdateable", Never, Sender, "one of the properties cannot be changed", "leave it out"),
        advice("invalidParameterFormat", Never, Sender, "a parameter has the wrong form", "check the request against its schema"),
        advice("accountVerificationRequired", Never, Sender, "the permission is granted, but the account must be verified before it may send mail", "verify the account at fixItUrl, and tell the recipient yourself"),
        advice("hipCheckRequired", Never, Sender, "the permission is granted, but the account must solve a puzzle before it may send mail", "solve it at fixItUrl, and tell the recipient yourself"),
        advice("exchangeInvalidUser", Never, Admin, "the permission is granted, but the sender has no mailbox", "tell the recipient yourself"),
        advice("exchangeOutOfMailboxQuota", Never, Admin, "the permission is granted, but the sender's mailbox is full", "tell the recipient yourself"),
        advice("exchangeMaxRecipients", Never, Sender, "the permission is granted, but the sender has mailed too many people today", "tell the recipient yourself"),
        advice("provisioningNotAllowed", Never, Admin, "the person has no drive and may not get one", "ask the administrator for a licence"),
        advice("resourceBeingProvisioned", AfterDelay, Microsoft, "the drive is being made", "wait a few minutes"),
        // Outer codes.
        advice("noResolvedUsers", Never, Sender, "a recipient cannot be found or cannot be shared with: a wrong address, a distribution list, an account without a licence; nobody was invited", "check each recipient; invite them one by one to find the one"),
        advice("sharingFailed", Never, Microsoft, "the service does not take invitations on this account any more", "try one invitation in the browser; if that fails too, use links"),
        advice("badArgument", Never, Sender, "the service refuses an argument; a sharing link's role cannot be changed", "delete the link and make a new one"),
        advice("BadRequest", Never, Sender, "the address leads to nothing that the service knows", "check the address and the endpoint's dialect"),
        advice("invalidRequest", Never, Sender, "the request is malformed, or something in it is not allowed here", "check it with validate; for an invitation, check expiry, password and both flags"),
        advice("invalidRange", Never, Sender, "the range of bytes is not there", "ask for another range"),
        advice("itemNotFound", Never, Sender, "nothing has this address, or this token may not see it", "check the address; ids are case-sensitive; a new item may need seconds"),
        advice("nameAlreadyExists", Never, Sender, "there is an item of this name", "choose another name"),
        advice("accessDenied", Never, Owner, "whoever holds the token may not do this to the item", "use a token with the scopes that the action needs, of somebody who may share the item"),
        advice("notAllowed", Never, Admin, "the operation is not allowed: an inherited permission, or a feature that is switched off", "change inherited access where it was granted; else ask the administrator"),
        advice("notSupported", Never, Sender, "the service does not do this, here or at all", "check the method and the kind of drive"),
        advice("resourceModified", AfterReading, Sender, "the item has changed since it was read", "read it again and decide anew"),
        advice("resyncRequired", AfterReading, Sender, "the delta token is too old", "start the delta anew"),
        advice("syncStateNotFound", AfterReading, Sender, "the delta token is too old", "start the delta anew"),
        advice("activityLimitReached", AfterDelay, Sender, "too many requests in too short a time", "wait as long as Retry-After says"),
        advice("TooManyRequests", AfterDelay, Sender, "too many requests in too short a time", "wait as long as Retry-After says"),
        advice("ApplicationThrottled", AfterDelay, Sender, "too many requests in too short a time", "wait as long as Retry-After says"),
        advice("quotaLimitReached", Never, Owner, "the drive is full", "make room"),
        advice("malwareDetected", Never, Owner, "the service found malware in the item", "do not share it"),
        advice("virusSuspicious", Never, Owner, "the service suspects malware in the item", "do not share it"),
        advice("InvalidAuthenticationToken", AfterSignIn, Sender, "the token is missing, malformed or expired", "get a new token"),
        advice("unauthenticated", AfterSignIn, Sender, "the token is missing, malformed or expired", "get a new token"),
        advice("serviceNotAvailable", AfterDelay, Microsoft, "the service is busy or down", "wait as long as Retry-After says"),
        advice("serviceReadOnly", AfterDelay, Microsoft, "the service takes no changes at the moment", "wait"),
        advice("generalException", AfterDelay, Microsoft, "the service failed; for an invitation, often because a recipient outside has no Microsoft account", "try again; then leave recipients outside out"),
        advice("-2147024891, System.UnauthorizedAccessException", Never, Owner, "whoever holds the token may not do this to the item", "use a token of somebody who may share the item"),
    ]
};

const fn advice(
    code: &'static str,
    retry: Retry,
    mender: Mender,
    why: &'static str,
    next: &'static str,
) -> Advice {
    Advice { code, retry, mender, why, next }
}

/// What a status means where no code is known.
const fn by_status(status: u16) -> Advice {
    use {
        Mender::{Microsoft, Owner, Sender},
        Retry::{AfterDelay, AfterReading, AfterSignIn, Never},
    };
    match status {
        301 | 302 | 303 | 307 | 308 => advice(
            "",
            Never,
            Sender,
            "the service leads elsewhere, where no token goes",
            "check the endpoint",
        ),
        401 => {
            advice("", AfterSignIn, Sender, "the token is missing, malformed or expired", "get a new token")
        }
        403 => {
            advice("", Never, Owner, "this is not allowed", "use a token of somebody who may share the item")
        }
        404 => advice("", Never, Sender, "nothing has this address", "check the address"),
        405 | 501 => advice("", Never, Sender, "the service does not do this", "check the method"),
        409 | 412 => {
            advice("", AfterReading, Sender, "the item has changed", "read it again and decide anew")
        }
        410 => advice("", AfterReading, Sender, "what was asked for is gone", "start anew"),
        423 => advice("", AfterDelay, Owner, "the item is locked", "wait until it is free"),
        424 => advice("", Never, Sender, "a request that this one depends on failed", "see that one's error"),
        429 | 509 => advice("", AfterDelay, Sender, "too many requests", "wait as long as Retry-After says"),
        507 => advice("", Never, Owner, "the drive is full", "make room"),
        408 | 500 | 502 | 503 | 504 => {
            advice("", AfterDelay, Microsoft, "the service is busy or failed", "wait, and try again")
        }
        _ => advice("", Never, Sender, "the service refuses the request", "check the request"),
    }
}

impl Advice {
    /// What an answer with this status and these codes, outermost first, means: the innermost code that is known tells,
    /// else the status. A status that asks to wait is waited for whatever the code.
    ///
    /// ```
    /// use sharing_model::{Advice, Retry};
    ///
    /// let inner = Advice::on(400, ["invalidRequest", "secureSharingInvalidRequest"]);
    /// assert_eq!(inner.code, "secureSharingInvalidRequest");
    /// assert_eq!(Advice::on(423, []).retry, Retry::AfterDelay);
    /// ```
    #[must_use]
    pub fn on<'a>(status: u16, codes: impl IntoIterator<Item = &'a str>) -> Self {
        let known = codes.into_iter().filter_map(Self::of_code).last();
        match (status, known) {
            // Outer codes lie here: one kind of drive says accessDenied when it means that it is asked too much.
            (429 | 509 | 423, Some(known)) if known.retry != Retry::AfterDelay => by_status(status),
            (_, Some(known)) => known,
            (_, None) => by_status(status),
        }
    }

    /// What a single code means, outer or inner, if it is known.
    ///
    /// ```
    /// use sharing_model::Advice;
    ///
    /// assert!(Advice::of_code("sharingFailed").is_some());
    /// assert!(Advice::of_code("nonsense").is_none());
    /// ```
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        CATALOGUE.iter().find(|advice| advice.code == code).copied()
    }

    /// Everything in the catalogue.
    ///
    /// ```
    /// assert!(sharing_model::Advice::catalogue().len() > 30);
    /// ```
    #[must_use]
    pub fn catalogue() -> &'static [Self] {
        CATALOGUE
    }
}

impl ErrorResponse {
    /// What this error means, with the status that it came with.
    ///
    /// ```
    /// use sharing_model::{ErrorResponse, Retry};
    ///
    /// let response: ErrorResponse = serde_json::from_str(
    ///     r#"{ "error": { "code": "accessDenied", "innerError": { "code": "throttledRequest" } } }"#,
    /// )?;
    /// assert_eq!(response.advice(429).retry, Retry::AfterDelay);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn advice(&self, status: u16) -> Advice {
        Advice::on(status, self.codes())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_code_is_explained_once() {
        let codes: HashSet<_> = CATALOGUE.iter().map(|advice| advice.code).collect();
        assert_eq!(codes.len(), CATALOGUE.len());
        assert!(CATALOGUE.iter().all(|advice| !advice.why.is_empty() && !advice.next.is_empty()));
    }

    #[test]
    fn the_innermost_known_code_tells() {
        let code = |status, codes: &[&'static str]| Advice::on(status, codes.iter().copied()).code;
        assert_eq!(
            code(400, &["invalidRequest", "secureSharingInvalidRequest"]),
            "secureSharingInvalidRequest"
        );
        assert_eq!(code(403, &["accessDenied", "somethingNew"]), "accessDenied");
        assert_eq!(code(404, &[]), "");
        assert_eq!(code(429, &["accessDenied"]), "");
    }

    #[test]
    fn every_status_has_an_advice() {
        for (status, retry) in [
            (400, Retry::Never),
            (401, Retry::AfterSignIn),
            (409, Retry::AfterReading),
            (412, Retry::AfterReading),
            (423, Retry::AfterDelay),
            (429, Retry::AfterDelay),
            (500, Retry::AfterDelay),
            (501, Retry::Never),
            (503, Retry::AfterDelay),
            (507, Retry::Never),
            (509, Retry::AfterDelay),
        ] {
            assert_eq!(Advice::on(status, []).retry, retry, "{status}");
        }
    }
}
