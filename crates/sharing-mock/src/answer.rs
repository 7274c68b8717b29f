//! How the service answers one request.

use crate::fault::Damage;

/// How the service answers one request; what every answer has is added on the way out.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Option<String>,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The rule that decided, by name: told in `x-mock-rule` and in the journal.
    pub(crate) rule: Option<&'static str>,
    /// Why it was decided so: told in `x-mock-reason` and in the journal.
    pub(crate) reason: Option<String>,
    /// Whether it writes grantees in the older spelling too, of which Graph says in headers that it goes away.
    pub(crate) deprecated: bool,
    /// What a fault does to it on its way out.
    pub(crate) damage: Option<Box<Damage>>,
}

impl Answer {
    pub(crate) fn ok(body: impl serde::Serialize) -> Self {
        // The protocol's types have string keys and finite numbers: they always are JSON.
        Self { body: serde_json::to_string(&body).ok(), ..Self::empty(200) }
    }

    /// With a body that is JSON already.
    pub(crate) fn written(body: String) -> Self {
        Self { body: Some(body), ..Self::empty(200) }
    }

    pub(crate) const fn no_content() -> Self {
        Self::empty(204)
    }

    /// The item is as the caller knows it.
    pub(crate) const fn not_modified() -> Self {
        Self::empty(304)
    }

    const fn empty(status: u16) -> Self {
        Self {
            status,
            body: None,
            headers: Vec::new(),
            rule: None,
            reason: None,
            deprecated: false,
            damage: None,
        }
    }

    /// The same, with its reason told.
    pub(crate) fn because(self, reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), ..self }
    }

    /// The headers of this answer alone, in which the mock explains itself too.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let own = self.headers.iter().map(|(name, value)| (*name, &**value));
        let rule = self.rule.map(|rule| ("x-mock-rule", rule));
        let reason = self.reason.as_deref().map(|reason| ("x-mock-reason", reason));
        own.chain(rule).chain(reason)
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}
