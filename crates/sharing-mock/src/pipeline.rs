//! The way of one request: what decides about it, in which order, and what is put on record.

use std::time::Instant;

use sharing_model::ActionKind;

use crate::{
    answer::{Answer, Refusal},
    journal::Record,
    service::{self, Request, Route},
    space::Space,
};

/// A request on its way, from its head to its answer.
#[derive(Debug)]
pub(crate) struct Way<'a> {
    space: &'a Space,
    route: Result<Route, Refusal>,
    began: Instant,
}

impl<'a> Way<'a> {
    /// Begins with what the head says: method, path and headers. The body is not read yet.
    pub(crate) fn begin(space: &'a Space, head: &Request<'_>) -> Self {
        let began = Instant::now();
        Self { space, route: service::route(head.method, head.path), began }
    }

    /// Answers the request, once its body is read, and puts it on record.
    pub(crate) fn end(self, request: &Request<'_>) -> Answer {
        let Self { space, route, began } = self;
        let action = route.as_ref().ok().and_then(Route::kind);
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
fn decide(space: &Space, request: &Request<'_>, route: Result<Route, Refusal>) -> Result<Answer, Refusal> {
    let route = route?;
    service::authorize(request, service::dialect_of(request.path))?;
    service::answer(space, request, route)
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
