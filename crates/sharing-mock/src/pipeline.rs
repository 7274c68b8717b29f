//! The way of one request: what decides about it, in which order, and what is put on record.

use std::time::Instant;

use sharing_model::ActionKind;

use crate::{
    answer::Answer,
    journal::Record,
    login::{Place, Realm},
    refusal::{Refusal, UNKNOWN_SEGMENT},
    service::{self, Request, Route},
    space::Space,
    token::{self, AuthMode},
};

/// A request on its way, from its head to its answer.
#[derive(Debug)]
pub(crate) struct Way<'a> {
    space: &'a Space,
    /// Where it leads; `None` is the login service.
    route: Result<Option<Route>, Refusal>,
    began: Instant,
}

impl<'a> Way<'a> {
    /// Begins with what the head says: method, path and headers. The body is not read yet.
    pub(crate) fn begin(space: &'a Space, head: &Request<'_>) -> Self {
        let began = Instant::now();
        let route = match Place::of(head.path) {
            Some(_) => Ok(None),
            None => service::route(head.method, head.path).map(Some),
        };
        Self { space, route, began }
    }

    /// Answers the request, once its body is read, and puts it on record.
    pub(crate) fn end(self, request: &Request<'_>) -> Answer {
        let Self { space, route, began } = self;
        let action = route.as_ref().ok().and_then(|route| route.as_ref()?.kind());
        let answer = decide(space, request, route).unwrap_or_else(|refusal| refusal.answer(request));
        record(space, request, action, &answer, began);
        answer
    }

    /// Refuses the request before anything decides about it, and puts that on record.
    pub(crate) fn refuse(self, request: &Request<'_>, refusal: Refusal) -> Answer {
        Self { route: Err(refusal), ..self }.end(request)
    }
}

/// Who decides, in the order of the service.
fn decide(
    space: &Space,
    request: &Request<'_>,
    route: Result<Option<Route>, Refusal>,
) -> Result<Answer, Refusal> {
    // The login service asks for no token.
    let Some(route) = route? else { return login(space, request) };
    let caller = token::authorize(request, space.auth, service::dialect_of(request.path))?;
    if let Some(kind) = route.kind() {
        space.scopes.count(&caller, kind);
        if space.auth == AuthMode::Strict {
            caller.permit(kind)?;
        }
    }
    service::answer(space, request, &caller, route)
}

/// Signs somebody in.
fn login(space: &Space, request: &Request<'_>) -> Result<Answer, Refusal> {
    let place = Place::of(request.path)
        .ok_or_else(|| Refusal::of(&UNKNOWN_SEGMENT, "it is no path of the login service"))?;
    let tenant = space.tenant();
    let person = |name: &str| tenant.person(name);
    let realm = Realm {
        tenant: &tenant.directory.tenant_id,
        domains: &[&tenant.directory.domain, &tenant.directory.initial_domain],
        applications: &tenant.applications,
        person: &person,
        me: tenant.sample_person(),
    };
    Ok(space.login().answer(request, place, &realm))
}

/// Answers a member of a batch as if it had been asked alone.
pub(crate) fn member(space: &Space, request: &Request<'_>) -> Answer {
    Way::begin(space, request).end(request)
}

fn record(space: &Space, request: &Request<'_>, action: Option<ActionKind>, answer: &Answer, began: Instant) {
    space.journal().record(&Record {
        time: request.now,
        method: request.method,
        path: request.path,
        query: request.query,
        action,
        status: answer.status,
        rule: answer.rule,
        reason: answer.reason.as_deref(),
        took: began.elapsed(),
        in_batch: request.in_batch,
    });
}
