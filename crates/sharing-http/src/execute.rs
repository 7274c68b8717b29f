//! The one loop in which an action is asked until it is done, given up, or in doubt.

use std::time::Duration;

use reqwest::{StatusCode, header::HeaderMap};
use sharing_model::{Action, Method};
use tracing::Instrument;
use url::Url;
use uuid::Uuid;

use crate::{
    Admission, Client, Cost, End, Error, Event, Subject,
    error::Kind,
    exchange::{Prepared, Read},
    observe,
    retry::{Attempt, Decision, Outcome, decide},
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
    pub(crate) fn first(client: &Client) -> Self {
        client.inner().budget.earn();
        Self { attempt: Attempt::first(client.inner().policy), pauses: None }
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
    /// Asks, as often as it takes, and reads the answer. Who has leave for the first attempt brings it along.
    pub(crate) fn execute<T>(
        &self,
        action: &Action,
        url: &Url,
        read: Read<T>,
        leave: Option<Box<Admission>>,
    ) -> impl Future<Output = Result<Said<T>, Error>> {
        let units = action.kind().facts().units_with(url.query().unwrap_or_default());
        let span = observe::span(action, units);
        self.attempts(action, url, units, read, leave).instrument(span)
    }

    #[expect(clippy::manual_async_fn, reason = "an `async fn` would hold the leave twice")]
    fn attempts<T>(
        &self,
        action: &Action,
        url: &Url,
        units: u32,
        read: Read<T>,
        mut leave: Option<Box<Admission>>,
    ) -> impl Future<Output = Result<Said<T>, Error>> {
        async move {
            let inner = self.inner();
            let kind = action.kind();
            let prepared = match Prepared::new(action, url, &inner.endpoint) {
                Ok(prepared) => prepared,
                Err(why) => {
                    leave.into_iter().for_each(|leave| leave.unsent());
                    return Err(Error::new(kind, None, why).after(0));
                }
            };
            let cost = Cost::of(kind).with_units(units.into());
            let mut tries = Tries::first(self);
            let ended = |end, attempt: &Attempt| {
                inner.observer.tell(&Event::Ended { action: kind, end, attempts: attempt.number, units });
            };
            let failed = |why: Kind, id, attempt: &Attempt, in_doubt| {
                ended(if in_doubt { End::InDoubt } else { End::Failed }, attempt);
                Err(Error::new(kind, id, why).in_doubt(in_doubt).after(attempt.number))
            };
            // The token that the service refused, with the refusal.
            let mut refused: Option<Box<(Bearer, Kind, Uuid)>> = None;
            loop {
                let number = tries.attempt.number;
                // What waits is kept elsewhere: most requests need not, and their futures are to be small.
                let leave = leave.take().map(|leave| *leave);
                let admission = match leave.or_else(|| inner.governor.at_once(cost, None)) {
                    Some(admission) => admission,
                    None => Box::pin(inner.governor.queue(cost, None, number > 1)).await,
                };
                // Only now: a token must not grow old while it waits.
                let old = refused.as_ref().map(|refused| &refused.0);
                let bearer = match inner.tokens.at_hand().filter(|_| old.is_none()) {
                    Some(bearer) => Ok(Some(bearer)),
                    None => Box::pin(inner.tokens.other_than(old)).await,
                };
                let bearer = match (bearer, refused.take().map(|refused| *refused)) {
                    (Ok(Some(bearer)), _) => bearer,
                    (none, refused) => {
                        admission.unsent();
                        let (why, id) = match (none, refused) {
                            (Err(error), _) => (Kind::Token(error), None),
                            (Ok(_), Some((_, why, id))) => (why, Some(id)),
                            (Ok(_), None) => (Kind::Setup("its credential gives no token".to_owned()), None),
                        };
                        return failed(why, id, &tries.attempt, tries.attempt.in_doubt);
                    }
                };
                let client_request_id = Uuid::new_v4();
                observe::asking(&inner.observer, kind, number, client_request_id, admission.waited());
                // What an answer holds is gone before anybody waits: the future has no room for it.
                let why = {
                    let answer = prepared.exchange(inner, &bearer, client_request_id).await;
                    let verdict = match &answer {
                        Ok(answer) => {
                            observe::answered(answer);
                            Some(admission.answered_about(&answer.heard(), || action.item().map(Subject::of)))
                        }
                        Err(why) if why.is_unreachable() => {
                            admission.unsent();
                            None
                        }
                        Err(_) => {
                            // It counts as spent from now on, and others may go while this one waits.
                            drop(admission);
                            None
                        }
                    };
                    let judged = answer.and_then(|answer| {
                        let value = prepared.judge(&answer, read)?;
                        Ok((value, answer.headers))
                    });
                    match judged {
                        Ok((value, headers)) => {
                            ended(End::Done, &tries.attempt);
                            return Ok(Said { value, client_request_id, headers });
                        }
                        Err(why) => why.with_verdict(verdict).with_token(kind, &bearer),
                    }
                };
                let Some(outcome) = why.outcome() else {
                    return failed(why, Some(client_request_id), &tries.attempt, tries.attempt.in_doubt);
                };
                match tries.next(self, action, outcome) {
                    Decision::Wait(wait) => {
                        observe::waiting(&inner.observer, kind, number, outcome, wait);
                        tokio::time::sleep(wait).await;
                    }
                    Decision::Renew => refused = Some(Box::new((bearer, why, client_request_id))),
                    Decision::Done => match read(StatusCode::NO_CONTENT, b"") {
                        Ok(value) => {
                            ended(End::Done, &tries.attempt);
                            return Ok(Said { value, client_request_id, headers: HeaderMap::new() });
                        }
                        Err(_) => return failed(why, Some(client_request_id), &tries.attempt, true),
                    },
                    Decision::GiveUp => return failed(why, Some(client_request_id), &tries.attempt, false),
                    Decision::InDoubt => return failed(why, Some(client_request_id), &tries.attempt, true),
                }
            }
        }
    }
}
