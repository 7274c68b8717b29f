//! The tenant's policy on sharing: what its administrator allows.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sharing_model::{CreateLinkRequest, DateTime, LinkScope, LinkType};

use crate::{
    access::At,
    directory::Resolved,
    refusal::{ANONYMOUS_LINKS, DEFAULT_LINK, EXTERNAL_SHARING, LOCKED, NO_MICROSOFT_ACCOUNT, Refusal},
    tenant::Tenant,
};

/// Whom the tenant may share with, in the service's four names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum SharingCapabilities {
    /// Nobody outside, and no anonymous links.
    Disabled,
    /// Guests, new ones too, who sign in; no anonymous links.
    ExternalUserSharingOnly,
    /// Guests, and whoever holds an anonymous link.
    #[default]
    ExternalUserAndGuestSharing,
    /// Guests whom the directory knows already; no anonymous links.
    ExistingExternalUserSharingOnly,
}

/// What an administrator allows. What is not said is as a new tenant has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Policy {
    /// Whom the tenant may share with.
    pub(crate) sharing_capabilities: SharingCapabilities,
    /// Whether links may let in whoever holds them.
    pub(crate) anonymous_links: bool,
    /// How many days an anonymous link lasts at most. A later end, or none, is silently shortened.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 36500))]
    pub(crate) longest_link_life_days: Option<u16>,
    /// What a link is when a request names neither its type nor its scope.
    pub(crate) default_link: DefaultLink,
    /// Whether a guest who has not accepted yet is among an item's permissions. The service leaves such a guest out.
    pub(crate) pending_guests_listed: bool,
    /// Whether mails to guests leave. Where not, they are granted what was asked for, and the answer says that the
    /// account must be verified before they are told.
    pub(crate) external_mails: bool,
    /// Whether invitations are taken at all. Where not, each is refused with `sharingFailed`, whoever it is for.
    pub(crate) invitations: bool,
    /// Whether a program in its own name may invite guests whom the directory knows.
    pub(crate) app_only_guest_invitations: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            sharing_capabilities: SharingCapabilities::default(),
            anonymous_links: true,
            longest_link_life_days: None,
            default_link: DefaultLink::default(),
            pending_guests_listed: false,
            external_mails: true,
            invitations: true,
            app_only_guest_invitations: true,
        }
    }
}

/// What a link is when a request says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct DefaultLink {
    /// Its type.
    #[serde(rename = "type")]
    pub(crate) link_type: DefaultLinkType,
    /// Its scope; `none` where the administrator chose nothing that a request could leave out.
    pub(crate) scope: DefaultLinkScope,
}

impl Default for DefaultLink {
    fn default() -> Self {
        Self { link_type: DefaultLinkType::View, scope: DefaultLinkScope::Organization }
    }
}

/// The types that an administrator can choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum DefaultLinkType {
    View,
    Edit,
}

/// The scopes that an administrator can choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum DefaultLinkScope {
    Anonymous,
    Organization,
    Users,
    None,
}

impl DefaultLinkScope {
    pub(crate) const fn scope(self) -> Option<LinkScope> {
        match self {
            Self::Anonymous => Some(LinkScope::Anonymous),
            Self::Organization => Some(LinkScope::Organization),
            Self::Users => Some(LinkScope::Users),
            Self::None => None,
        }
    }
}

impl Policy {
    /// Whether an anonymous link may be made.
    pub(crate) fn allows_anonymous(&self) -> bool {
        self.anonymous_links && self.sharing_capabilities == SharingCapabilities::ExternalUserAndGuestSharing
    }

    /// Whether a guest may be shared with, known to the directory or not.
    pub(crate) const fn allows_guest(&self, is_known: bool) -> bool {
        match self.sharing_capabilities {
            SharingCapabilities::Disabled => false,
            SharingCapabilities::ExistingExternalUserSharingOnly => is_known,
            SharingCapabilities::ExternalUserSharingOnly
            | SharingCapabilities::ExternalUserAndGuestSharing => true,
        }
    }

    /// When a link of this scope ends that was asked to end then, or not at all.
    pub(crate) fn end(&self, scope: &LinkScope, asked: Option<DateTime>, now: Timestamp) -> Option<DateTime> {
        let asked = asked.filter(|end| !end.is_none());
        let Some(days) = self.longest_link_life_days.filter(|_| *scope == LinkScope::Anonymous) else {
            return asked;
        };
        let life = Duration::from_secs(u64::from(days) * 24 * 60 * 60);
        let latest = now.checked_add(life).unwrap_or(Timestamp::MAX);
        asked.filter(|end| end.timestamp() <= latest).or_else(|| Some(latest.into()))
    }
}

impl Tenant {
    /// Refuses whoever the policy keeps out, or the service fails to invite.
    pub(crate) fn refuse_guests(&self, resolved: &[Resolved]) -> Result<(), Refusal> {
        for who in resolved {
            let (mail, is_known) = match who {
                Resolved::Outside(mail) => (mail, false),
                Resolved::Known(index) => {
                    let who = self.directory.get(*index);
                    if !who.kind.is_guest() {
                        continue;
                    }
                    if !who.microsoft_account {
                        let reason = format!("{} has no Microsoft account", who.mail);
                        return Err(Refusal::of(&NO_MICROSOFT_ACCOUNT, reason));
                    }
                    (&who.mail, true)
                }
            };
            if !self.policy.allows_guest(is_known) {
                let capabilities = serde_json::to_string(&self.policy.sharing_capabilities);
                let reason = format!(
                    "{mail} is outside, and sharingCapabilities is {}",
                    capabilities.unwrap_or_default()
                );
                return Err(Refusal::of(&EXTERNAL_SHARING, reason));
            }
        }
        Ok(())
    }

    /// The type and scope of a link, where the request does not say: as the administrator chose.
    pub(crate) fn link_asked_for(
        &self,
        request: &CreateLinkRequest,
    ) -> Result<(LinkType, LinkScope), Refusal> {
        let default = &self.policy.default_link;
        let scope = request.scope.clone().or_else(|| default.scope.scope());
        let scope = scope.ok_or_else(|| {
            Refusal::of(&DEFAULT_LINK, "the request names no scope, and the policy's default link has none")
        })?;
        if scope == LinkScope::Anonymous && !self.policy.allows_anonymous() {
            let refusal = Refusal::of(&ANONYMOUS_LINKS, "the policy has no anonymous links");
            let told = "Sharing by link is not enabled on the web, site, or tenant.";
            return Err(refusal.with("sharepoint-createsharinglink-error", told));
        }
        let default_type = match default.link_type {
            DefaultLinkType::View => LinkType::View,
            DefaultLinkType::Edit => LinkType::Edit,
        };
        Ok((request.link_type.clone().unwrap_or(default_type), scope))
    }

    /// Refuses to change an item that somebody else has checked out.
    pub(crate) fn refuse_locked(&self, (drive, item): At) -> Result<(), Refusal> {
        match self.drives[drive].state(item).locked_by {
            Some(who) if who != self.me => {
                let reason = format!("{} has it checked out", self.directory.get(who).mail);
                Err(Refusal::of(&LOCKED, reason))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_lasts_no_longer_than_the_tenant_lets_it() {
        let now: Timestamp = "2026-11-25T16:00:00Z".parse().unwrap();
        let day = |text: &str| Some(DateTime::from(text.parse::<Timestamp>().unwrap()));
        let policy = Policy { longest_link_life_days: Some(30), ..Policy::default() };
        let latest = day("2026-12-25T16:00:00Z");
        for (asked, end) in [
            (day("2026-12-01T00:00:00Z"), day("2026-12-01T00:00:00Z")),
            (day("2027-12-01T00:00:00Z"), latest.clone()),
            (day("0001-01-01T00:00:00Z"), latest.clone()),
            (None, latest),
        ] {
            assert_eq!(policy.end(&LinkScope::Anonymous, asked, now), end);
        }
        assert_eq!(policy.end(&LinkScope::Users, None, now), None);
        assert_eq!(Policy::default().end(&LinkScope::Anonymous, None, now), None);
    }

    #[test]
    fn what_is_not_said_is_as_a_new_tenant_has_it() {
        assert_eq!(serde_json::from_str::<Policy>("{}").unwrap(), Policy::default());
        let strict: Policy =
            serde_json::from_str(r#"{ "sharingCapabilities": "existingExternalUserSharingOnly" }"#).unwrap();
        assert!(strict.allows_guest(true) && !strict.allows_guest(false) && !strict.allows_anonymous());
    }
}
