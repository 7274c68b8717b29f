//! Mails that do not arrive: whoever they are for has access all the same, and the answer says so.

use sharing_model::ServiceError;

use crate::{directory::PrincipalIndex, tenant::Tenant};

/// The service's words for a mail that was not sent, by the code of the innermost error.
const NOTICES: &[(&str, &str)] = &[
    ("accountVerificationRequired", "Account verification needed to unblock sending emails."),
    ("hipCheckRequired", "A challenge has to be solved to unblock sending emails."),
    ("exchangeInvalidUser", "The recipient's mailbox does not exist."),
    ("exchangeOutOfMailboxQuota", "The mailbox has no room left."),
    ("exchangeMaxRecipients", "The mail has too many recipients."),
];

/// Where a person can put it right.
const FIX_IT: &str = "https://account.live.com/tou/verify";

impl Tenant {
    /// Why a mail to somebody does not arrive, in the service's code.
    pub(crate) fn unreachable(&self, to: PrincipalIndex) -> Option<String> {
        let who = self.directory.get(to);
        let blocked = who.kind.is_guest() && !self.policy.external_mails;
        who.notification_error.clone().or_else(|| blocked.then(|| "accountVerificationRequired".to_owned()))
    }
}

/// What an entry of an invitation's answer says about its mail.
pub(crate) fn error(code: &str) -> ServiceError {
    let message =
        NOTICES.iter().find(|(known, _)| *known == code).map_or("The mail was not sent.", |(_, text)| text);
    let mut inner = ServiceError::default();
    inner.code = Some(code.to_owned());
    let mut error = ServiceError::default();
    error.code = Some("notAllowed".to_owned());
    error.message = Some(message.to_owned());
    error.localized_message = Some(message.to_owned());
    error.fix_it_url = (code == "accountVerificationRequired").then(|| FIX_IT.to_owned());
    error.inner_error_lowercase = Some(Box::new(inner));
    error
}
