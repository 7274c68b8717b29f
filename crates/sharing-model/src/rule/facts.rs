//! The rules as others see them: what the documents list, and what a mock proves one by one.

use super::{
    ADD_SHARED_FOLDER, BATCH, CREATE_CONTAINER_PERMISSION, CREATE_LINK, CREATE_SITE_PERMISSION, EVERYWHERE,
    Fault, GRANT, INVITE, ItemKind, MALFORMED, REVOKE_GRANTS, Rule, Severity, TokenKind, UPDATE,
    VALIDATE_PERMISSION, Verdict, column,
};
use crate::DriveKind;

/// What is known about one rule of one request.
///
/// ```
/// use sharing_model::{DriveKind, Severity, rules};
///
/// let flags = rules().find(|facts| facts.rule == "flags").unwrap();
/// assert_eq!((flags.request, flags.limit), ("invite", "requireSignIn and sendInvitation cannot both be false"));
/// assert_eq!(flags.severity(Some(DriveKind::Business)), Some(Severity::Error));
/// assert_eq!(flags.severity(Some(DriveKind::Personal)), Some(Severity::Warning));
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct RuleFacts {
    /// The request that it is about, as in `create link`; `any` where it is about each.
    pub request: &'static str,
    /// The rule's name, as in `message-length`. Another request's rule may have the same.
    pub rule: &'static str,
    /// What would be right.
    pub limit: &'static str,
    /// The kinds of item that the rule is for; all when empty.
    pub items: &'static [ItemKind],
    /// The kind of token that the rule is for, if it is for one.
    pub token: Option<TokenKind>,
    /// Where the rule is documented.
    pub source: &'static str,
    /// How the service itself answers, where it does: code and message of a 400.
    pub answer: Option<(&'static str, &'static str)>,
    on: [Verdict; 4],
}

impl RuleFacts {
    /// What follows on a kind of drive when the rule is broken; nothing where the rule is not for it. `None` is a drive
    /// of which nothing is known.
    ///
    /// ```
    /// use sharing_model::{DriveKind, rules};
    ///
    /// let embed = rules().find(|facts| facts.rule == "type-embed").unwrap();
    /// assert_eq!(embed.severity(Some(DriveKind::Personal)), None);
    /// ```
    #[must_use]
    pub const fn severity(&self, drive: Option<DriveKind>) -> Option<Severity> {
        match self.on[column(drive)] {
            Verdict::Pass => None,
            Verdict::Warn => Some(Severity::Warning),
            Verdict::Refuse => Some(Severity::Error),
        }
    }

    /// This rule, broken by what was found at a property, on whichever drive.
    pub(super) fn fault(&self, property: String, found: String) -> Fault {
        Fault {
            property,
            rule: self.rule,
            limit: self.limit.into(),
            found,
            severity: Severity::Error,
            source: self.source,
            answer: self.answer,
        }
    }

    const fn of<R>(request: &'static str, rule: &Rule<R>) -> Self {
        Self {
            request,
            rule: rule.name,
            limit: rule.limit,
            items: rule.items,
            token: rule.token,
            source: rule.source,
            answer: rule.answer,
            on: rule.on,
        }
    }
}

/// A property's value is of another type.
pub(super) const SHAPE: RuleFacts = RuleFacts {
    request: "any",
    rule: "shape",
    limit: "a value of the property's documented type",
    items: &[],
    token: None,
    source: "the property's documented type",
    answer: MALFORMED,
    on: EVERYWHERE,
};

/// A property has no such name.
pub(super) const NO_SUCH_PROPERTY: RuleFacts = RuleFacts {
    rule: "no-such-property",
    limit: "a documented property, in the documented case of letters",
    source: "msgraph-sdk-dotnet#137",
    ..SHAPE
};

/// Every rule for requests, those for all of them first, then by request, in the order in which they are judged.
///
/// ```
/// let names: Vec<_> = sharing_model::rules().filter(|facts| facts.request == "any").map(|facts| facts.rule).collect();
/// assert_eq!(names, ["shape", "no-such-property"]);
/// ```
pub fn rules() -> impl Iterator<Item = RuleFacts> {
    fn each<R>(request: &'static str, rules: &'static [Rule<R>]) -> impl Iterator<Item = RuleFacts> {
        rules.iter().map(move |rule| RuleFacts::of(request, rule))
    }
    [SHAPE, NO_SUCH_PROPERTY]
        .into_iter()
        .chain(each("invite", INVITE))
        .chain(each("create link", CREATE_LINK))
        .chain(each("update permission", UPDATE))
        .chain(each("grant", GRANT))
        .chain(each("revoke grants", REVOKE_GRANTS))
        .chain(each("add shared folder", ADD_SHARED_FOLDER))
        .chain(each("validate permission", VALIDATE_PERMISSION))
        .chain(each("create site permission", CREATE_SITE_PERMISSION))
        .chain(each("create container permission", CREATE_CONTAINER_PERMISSION))
        .chain(each("batch", BATCH))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_request_has_one_rule_of_a_name() {
        let mut seen = HashSet::new();
        for facts in rules() {
            assert!(seen.insert((facts.request, facts.rule)), "{} {}", facts.request, facts.rule);
        }
    }
}
