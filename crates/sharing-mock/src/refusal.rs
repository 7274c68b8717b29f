//! How the service says no: its words as data, and one refusal of one request.

mod table;

use std::borrow::Cow;

use sharing_model::{Dialect, ErrorResponse, ServiceError};

pub(crate) use self::table::*;
use crate::{
    answer::Answer,
    service::{Request, dialect_of},
};

/// One way in which the service says no: one line of the table of all of them.
///
/// ```
/// let inherited = sharing_mock::refusals().find(|facts| facts.rule == "inherited").unwrap();
/// assert_eq!((inherited.status, inherited.code), (403, "notAllowed"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusalFacts {
    /// The rule that refuses, as the header `x-mock-rule` and the journal name it.
    pub rule: &'static str,
    /// The status of the answer.
    pub status: u16,
    /// The outermost code of the body.
    pub code: &'static str,
    /// The code of the error inside of it, where there is one.
    pub inner: Option<&'static str>,
    /// The message; `{}` stands for what the request said.
    pub message: &'static str,
    /// When the service answers so.
    pub when: &'static str,
}

/// Every way in which the mock says no by its own state, without a fault that somebody asked for. What the model's rules
/// refuse, [`sharing_model::rules`], is not among them.
///
/// ```
/// assert!(sharing_mock::refusals().all(|facts| facts.status >= 400 && !facts.when.is_empty()));
/// ```
pub fn refusals() -> impl Iterator<Item = &'static RefusalFacts> {
    ALL.iter().copied()
}

/// A request that the service refuses, in the service's words, and why, in ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    /// The code of the error inside.
    pub(crate) inner: Option<&'static str>,
    pub(crate) message: Cow<'static, str>,
    pub(crate) reason: Box<str>,
    /// The rule that refuses, by name: the model's, or the mock's own.
    pub(crate) rule: Option<&'static str>,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Refusal {
    pub(crate) fn new(
        status: u16,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
        reason: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code,
            inner: None,
            message: message.into(),
            reason: reason.into().into(),
            rule: None,
            headers: Vec::new(),
        }
    }

    /// By a line of the table.
    pub(crate) fn of(facts: &RefusalFacts, reason: impl Into<String>) -> Self {
        Self {
            inner: facts.inner,
            rule: Some(facts.rule),
            ..Self::new(facts.status, facts.code, facts.message, reason)
        }
    }

    /// The same, with what the request said in the message.
    pub(crate) fn about(mut self, what: &str) -> Self {
        self.message = self.message.replace("{}", what).into();
        self
    }

    /// The same, by a rule.
    pub(crate) fn by(self, rule: &'static str) -> Self {
        Self { rule: Some(rule), ..self }
    }

    /// The same, with a header of the service's own.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// A 400 that says no more than that the request is malformed.
    pub(crate) fn malformed(reason: impl Into<String>) -> Self {
        Self::of(&MALFORMED, reason)
    }

    /// No token, or an empty one.
    pub(crate) fn unauthenticated(dialect: Dialect) -> Self {
        let facts = if dialect == Dialect::Graph { &TOKEN_MISSING } else { &TOKEN_MISSING_DIRECT };
        Self::of(facts, "no bearer token in the Authorization header").challenging()
    }

    /// The same, with where to get a token.
    pub(crate) fn challenging(self) -> Self {
        let challenge = "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", \
                         client_id=\"00000003-0000-0000-c000-000000000000\"";
        self.with("www-authenticate", challenge)
    }

    /// The refusal as an answer: the service's body, and in headers which rule refused and why.
    pub(crate) fn answer(self, request: &Request<'_>) -> Answer {
        let body = self.body(request);
        Answer {
            status: self.status,
            headers: self.headers,
            rule: self.rule,
            reason: Some(self.reason.into()),
            ..Answer::ok(body)
        }
    }

    fn body(&self, request: &Request<'_>) -> ErrorResponse {
        let mut inner = ServiceError::default();
        inner.code = self.inner.map(str::to_owned);
        // Without a zone and without a fraction: so the service writes it.
        inner.date = Some(request.now.strftime("%Y-%m-%dT%H:%M:%S").to_string());
        inner.request_id = Some(request.id.to_owned());
        inner.client_request_id = Some(request.client_id.to_owned());

        let mut error = ServiceError::default();
        error.code = Some(self.code.to_owned());
        error.message = Some(self.message.clone().into_owned());
        match dialect_of(request.path) {
            Dialect::Graph => error.inner_error = Some(Box::new(inner)),
            _ => error.inner_error_lowercase = Some(Box::new(inner)),
        }
        let mut response = ErrorResponse::default();
        response.error = Some(error);
        response
    }
}
