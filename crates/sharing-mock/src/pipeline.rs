//! The way of one request: what decides about it, in which order, and what is put on record.

use std::{sync::Arc, time::Instant};

use sharing_model::{Action, ActionKind, Target};

use crate::{
    answer::Answer,
    fault::{self, Asked, AskedItem, Fault, InvalidFaults},
    journal::Record,
    login::{Place, Realm},
    refusal::{Refusal, UNKNOWN_SEGMENT},
    service::{self, Request, Route},
    space::Space,
    token::{self, AuthMode, Caller},
};

/// A request on its way, from its head to its answer.
#[derive(Debug)]
pub(crate) struct Way<'a> {
    space: &'a Space,
    /// Where it leads; `None` is the login service.
    route: Result<Option<Arc<Route>>, Refusal>,
    fault: Option<Fault>,
    began: Instant,
}

impl<'a> Way<'a> {
    /// Begins with what the head says: method, path and headers. The body is not read yet.
    pub(crate) fn begin(space: &'a Space, head: &Request<'_>) -> Self {
        let began = Instant::now();
        let route = match service::route(head.method, head.path) {
            Err(_) if Place::of(head.path).is_some() => Ok(None),
            route => route.map(Some),
        };
        match strike(space, head, route.as_ref().ok().and_then(Option::as_deref)) {
            Ok(fault) => Self { space, route, fault, began },
            Err(wrong) => {
                let route = Err(Refusal::malformed(format!("{}: {wrong}", fault::HEADER)).by("fault"));
                Self { space, route, fault: None, began }
            }
        }
    }

    /// Whether it ends here, without its body.
    pub(crate) fn ends_before_read(&self) -> bool {
        self.fault.as_ref().is_some_and(Fault::cuts_before_read)
    }

    /// Answers the request, once its body is read, and puts it on record.
    pub(crate) fn end(self, request: &Request<'_>) -> Answer {
        let Self { space, route, fault, began } = self;
        let action = route.as_ref().ok().and_then(|route| route.as_ref()?.kind());
        // The login service has answers of its own, which are not in the document of the sharing protocol.
        #[cfg(all(feature = "validate", debug_assertions))]
        let is_login = matches!(route, Ok(None));
        let instead = fault.as_ref().and_then(|fault| fault.instead(request));
        #[cfg(all(feature = "validate", debug_assertions))]
        if let (Some(refusal), Some(fault)) = (&instead, &fault)
            && fault.says_an_error()
        {
            crate::validate::check(request, None, refusal);
        }
        let answer = instead.unwrap_or_else(|| {
            let stale = fault.as_ref().and_then(Fault::stale);
            let request = Request { stale, ..*request };
            let done = decide(space, &request, route).unwrap_or_else(|refusal| refusal.answer(&request));
            #[cfg(all(feature = "validate", debug_assertions))]
            if !is_login {
                crate::validate::check(&request, action, &done);
            }
            match &fault {
                Some(fault) => fault.after(done, &request),
                None => done,
            }
        });
        record(space, request, action, &answer, began);
        answer
    }

    /// Refuses the request before anything decides about it, and puts that on record.
    pub(crate) fn refuse(self, request: &Request<'_>, refusal: Refusal) -> Answer {
        Self { route: Err(refusal), ..self }.end(request)
    }
}

/// The fault that a request meets.
fn strike(space: &Space, head: &Request<'_>, route: Option<&Route>) -> Result<Option<Fault>, InvalidFaults> {
    let action = route.and_then(|route| route.action.as_ref().ok());
    let item = || {
        let tenant = space.tenant();
        let (drive, item) = match action?.target() {
            Target::Share(token) | Target::SiteOfShare(token) => tenant.share(token).ok()?.0,
            _ => tenant.resolve(action?.item()?).ok()?,
        };
        let drive = &tenant.drives[drive];
        Some(AskedItem { id: drive.item(item).id.clone(), path: format!("/{}", drive.path(item).join("/")) })
    };
    space.faults().decide(&Asked {
        method: head.method,
        path: head.path,
        action: action.map(Action::kind),
        item: &item,
        header: &|name| head.header(name),
        in_batch: head.in_batch,
    })
}

/// Who decides, in the order of the service: the token, the limits, what the token allows, what is asked.
fn decide(
    space: &Space,
    request: &Request<'_>,
    route: Result<Option<Arc<Route>>, Refusal>,
) -> Result<Answer, Refusal> {
    // The login service asks for no token.
    let Some(route) = route? else { return login(space, request) };
    let caller = token::authorize(request, space.auth, service::dialect_of(request.path))?;
    let mut charged = space.limits().charge_request(request, &caller, route.kind());
    if let Some(over) = charged.refused.take() {
        return Ok(charged.tell(over.answer(request)));
    }
    let answer = permit(space, &caller, route.kind())
        .and_then(|()| service::answer(space, request, &caller, &route))
        .unwrap_or_else(|refusal| refusal.answer(request));
    Ok(charged.tell(answer))
}

/// Refuses what the token does not allow, where tokens are looked at.
fn permit(space: &Space, caller: &Caller, action: Option<ActionKind>) -> Result<(), Refusal> {
    let Some(kind) = action else { return Ok(()) };
    space.scopes.count(caller, kind);
    match space.auth {
        AuthMode::Strict => caller.permit(kind),
        _ => Ok(()),
    }
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
    space.record(&Record {
        time: request.now,
        method: request.method,
        path: request.path,
        query: request.query,
        action,
        status: answer.status,
        rule: answer.rule,
        reason: answer.reason.as_deref(),
        took: began.elapsed(),
        length: request.body.len(),
        in_batch: request.in_batch,
    });
}
