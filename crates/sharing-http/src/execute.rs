//! The one loop in which an action is asked until it is done, given up, or in doubt.

use std::{pin::Pin, time::Duration};

use reqwest::{StatusCode, header::HeaderMap};
use sharing_model::{Action, ActionKind, Method};
use tokio::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

use crate::{
    Admission, Client, Cost, End, Error, Event, Subject,
    error::Kind,
    exchange::{self, Prepared, Read},
    observe,
    retry::{Attempt, Decision, Outcome, RetryPolicy, decide},
    token_cache::Bearer,
};

/// What the service said, and under which name it was asked.
#[derive(Debug)]
pub(crate) struct Said<T> {
    pub(crate) value: T,
    pub(crate) client_request_id: Uuid,
    /// What came with it; nothing where no answer had to come.
    pub(crate) headers: HeaderMap,
}

/// How often an action was tried, and how it may go on.
pub(crate) struct Tries {
    pub(crate) attempt: Attempt,
    /// Made when they are needed, which is seldom.
    pauses: Option<Box<dyn Iterator<Item = Duration> + Send>>,
}

impl Tries {
    pub(crate) fn first(policy: RetryPolicy) -> Self {
        Self { attempt: Attempt::first(policy), pauses: None }
    }

    /// What to do after an attempt that did not end with a yes. Takes the retry from the client's budget.
    pub(crate) fn next(&mut self, client: &Client, action: &Action, outcome: Outcome) -> Decision {
        let attempt = &mut self.attempt;
        let policy = attempt.policy;
        let pauses = self.pauses.get_or_insert_with(|| Box::new(policy.growing()));
        attempt.pause = pauses.next().unwrap_or(policy.longest_pause);
        let mut decision = decide(action, outcome, attempt);
        if matches!(decision, Decision::Wait(_)) && !client.inner().budget.spend() {
            attempt.within_budget = false;
            decision = decide(action, outcome, attempt);
        }
        attempt.in_doubt |= action.method() != Method::Get && outcome.may_be_done();
        match decision {
            Decision::Wait(_) => attempt.number += 1,
            Decision::Renew => attempt.renewed = true,
            _ => {}
        }
        decision
    }
}

impl Client {
    /// Asks, as often as it takes, and reads the answer. It is asked at the place of its own, or where a link of the
    /// service's leads. Who has leave for the first attempt brings it along.
    pub(crate) fn execute<'a, T>(
        &'a self,
        action: &'a Action,
        link: Option<&'a str>,
        read: Read<T>,
        leave: Option<Box<Admission>>,
    ) -> impl Future<Output = Result<Said<T>, Error>> {
        let facts = action.kind().facts();
        let units = match link {
            None => facts.units_with(&action.query().unwrap_or_default()),
            Some(link) => facts.units_with(link.split_once('?').map_or("", |(_, query)| query)),
        };
        let span = observe::span(action, units);
        Asked { client: self, action, link, units, read }.ask(leave).instrument(span)
    }
}

/// What is asked, where, what it costs, and how its answer is read.
struct Asked<'a, T> {
    client: &'a Client,
    action: &'a Action,
    link: Option<&'a str>,
    units: u32,
    read: Read<T>,
}

/// How an action begins.
enum Begun<'a, T> {
    Asking(Trying<'a, T>),
    /// For a token, and for leave where there is none.
    Waiting(Option<Box<Admission>>),
}

/// An attempt on its way.
type Trying<'a, T> = Pin<Box<dyn Future<Output = Result<Said<T>, Failed>> + Send + 'a>>;

/// An attempt that did not end with a yes.
struct Failed {
    why: Kind,
    client_request_id: Uuid,
    bearer: Bearer,
}

impl<T> Asked<'_, T> {
    /// Most actions need not wait and are done at the first attempt. What becomes of the others is kept elsewhere, so
    /// that nobody pays for it who need not.
    async fn ask(self, leave: Option<Box<Admission>>) -> Result<Said<T>, Error> {
        let (leave, failed) = match self.begin(leave)? {
            Begun::Asking(attempt) => match attempt.await {
                Ok(said) => return self.done(said, 1),
                Err(failed) => (None, Some(failed)),
            },
            Begun::Waiting(leave) => (leave, None),
        };
        Box::pin(self.go_on(leave, failed)).await
    }

    /// The first attempt, if there is nothing to wait for.
    fn begin(&self, leave: Option<Box<Admission>>) -> Result<Begun<'_, T>, Error> {
        let inner = self.client.inner();
        let prepared = match self.prepare() {
            Ok(prepared) => prepared,
            Err(why) => {
                leave.into_iter().for_each(|leave| leave.unsent());
                return Err(Error::new(self.kind(), None, why).after(0));
            }
        };
        inner.budget.earn();
        let now = Instant::now();
        let leave = leave.map(|leave| *leave).or_else(|| inner.governor.at_once(self.cost(), None, now));
        Ok(match (leave, inner.tokens.at_hand()) {
            (Some(leave), Some(bearer)) => Begun::Asking(self.attempt(1, prepared, leave, bearer, now)),
            (leave, _) => Begun::Waiting(leave.map(Box::new)),
        })
    }

    /// Waits for leave and for a token, and asks; and does so again as long as it is worth it. A first attempt may have
    /// failed already.
    async fn go_on(
        &self,
        mut leave: Option<Box<Admission>>,
        mut failed: Option<Failed>,
    ) -> Result<Said<T>, Error> {
        let inner = self.client.inner();
        let mut tries = Tries::first(inner.policy);
        loop {
            let number = tries.attempt.number;
            // The one whose token the service refused.
            let mut refused = None;
            if let Some(failed) = failed.take() {
                let id = Some(failed.client_request_id);
                let Some(outcome) = failed.why.outcome() else {
                    return self.failed(failed.why, id, number, tries.attempt.in_doubt);
                };
                match tries.next(self.client, self.action, outcome) {
                    Decision::Wait(wait) => {
                        observe::waiting(&inner.observer, self.kind(), number, outcome, wait);
                        // What an answer holds is gone before anybody waits.
                        drop(failed);
                        tokio::time::sleep(wait).await;
                    }
                    Decision::Renew => refused = Some(failed),
                    Decision::Done => match (self.read)(StatusCode::NO_CONTENT, b"") {
                        Ok(value) => {
                            let Failed { client_request_id, .. } = failed;
                            let said = Said { value, client_request_id, headers: HeaderMap::new() };
                            return self.done(said, number);
                        }
                        Err(_) => return self.failed(failed.why, id, number, true),
                    },
                    Decision::GiveUp => return self.failed(failed.why, id, number, false),
                    Decision::InDoubt => return self.failed(failed.why, id, number, true),
                }
            }
            let number = tries.attempt.number;
            let admission = match leave.take() {
                Some(leave) => *leave,
                None => inner.governor.wait(self.cost(), None, number > 1).await,
            };
            // Only now: a token must not grow old while it waits.
            let bearer = inner.tokens.other_than(refused.as_ref().map(|failed| &failed.bearer)).await;
            let bearer = match (bearer, refused) {
                (Ok(Some(bearer)), _) => bearer,
                (none, refused) => {
                    admission.unsent();
                    let (why, id) = match (none, refused) {
                        (Err(error), _) => (Kind::Token(error), None),
                        // There is no other token: what was said to this one stands.
                        (Ok(_), Some(failed)) => (failed.why, Some(failed.client_request_id)),
                        (Ok(_), None) => (Kind::Setup("its credential gives no token".to_owned()), None),
                    };
                    return self.failed(why, id, number, tries.attempt.in_doubt);
                }
            };
            let prepared = match self.prepare() {
                Ok(prepared) => prepared,
                Err(why) => {
                    admission.unsent();
                    return self.failed(why, None, number, tries.attempt.in_doubt);
                }
            };
            match self.attempt(number, prepared, admission, bearer, Instant::now()).await {
                Ok(said) => return self.done(said, number),
                Err(why) => failed = Some(why),
            }
        }
    }

    fn kind(&self) -> ActionKind {
        self.action.kind()
    }

    fn cost(&self) -> Cost {
        Cost::of(self.kind()).with_units(self.units.into())
    }

    fn prepare(&self) -> Result<Prepared, Kind> {
        Prepared::new(self.action, self.link, self.client.endpoint())
    }

    /// Asks once.
    fn attempt(
        &self,
        number: u32,
        prepared: Prepared,
        admission: Admission,
        bearer: Bearer,
        now: Instant,
    ) -> Trying<'_, T> {
        let inner = self.client.inner();
        let client_request_id = exchange::new_name();
        observe::asking(&inner.observer, self.kind(), number, client_request_id, admission.waited());
        let sent = prepared.send(inner, &bearer, client_request_id, now);
        Box::pin(async move {
            let answer = match sent {
                Ok(sent) => sent.answer().await,
                Err(why) => Err(why),
            };
            let answer = match answer {
                Ok(answer) => answer,
                Err(why) => {
                    // What was sent counts as spent from now on, and others may go while this one waits.
                    if why.is_unreachable() {
                        admission.unsent();
                    } else {
                        drop(admission);
                    }
                    return Err(Failed { why, client_request_id, bearer });
                }
            };
            observe::answered(&answer);
            let verdict = admission.answered_about(&answer.heard(), || self.action.item().map(Subject::of));
            match answer.judge(self.read) {
                Ok(value) => Ok(Said { value, client_request_id, headers: answer.headers }),
                Err(why) => {
                    let why = why.with_verdict(Some(verdict)).with_token(self.kind(), &bearer);
                    Err(Failed { why, client_request_id, bearer })
                }
            }
        })
    }

    fn done(&self, said: Said<T>, attempts: u32) -> Result<Said<T>, Error> {
        self.tell(End::Done, attempts);
        Ok(said)
    }

    fn failed(
        &self,
        why: Kind,
        client_request_id: Option<Uuid>,
        attempts: u32,
        in_doubt: bool,
    ) -> Result<Said<T>, Error> {
        self.tell(if in_doubt { End::InDoubt } else { End::Failed }, attempts);
        Err(Error::new(self.kind(), client_request_id, why).in_doubt(in_doubt).after(attempts))
    }

    fn tell(&self, end: End, attempts: u32) {
        let (action, units) = (self.kind(), self.units);
        self.client.inner().observer.tell(&Event::Ended { action, end, attempts, units });
    }
}
