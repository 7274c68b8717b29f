//! The one loop in which an action is asked until it is done, given up, or in doubt.

use std::time::Duration;

use reqwest::StatusCode;
use sharing_model::{Action, Method};
use tracing::Instrument;
use url::Url;
use uuid::Uuid;

use crate::{
    Client, End, Error, Event,
    error::Kind,
    exchange::{Prepared, Read},
    observe,
    retry::{Attempt, Decision, Outcome, RetryPolicy, decide},
};

/// What the service said, and under which names.
#[derive(Debug)]
pub(crate) struct Said<T> {
    pub(crate) value: T,
    pub(crate) client_request_id: String,
}

/// How often an action was tried, and how it may go on.
pub(crate) struct Tries<P> {
    pub(crate) attempt: Attempt,
    pauses: P,
    changes: bool,
}

impl<P: Iterator<Item = Duration>> Tries<P> {
    /// What to do after an attempt that did not end with a yes. Takes the retry from the client's budget.
    pub(crate) fn next(&mut self, client: &Client, action: &Action, outcome: Outcome) -> Decision {
        let attempt = &mut self.attempt;
        attempt.pause = self.pauses.next().unwrap_or(attempt.policy.longest_pause);
        let mut decision = decide(action, outcome, attempt);
        if matches!(decision, Decision::Wait(_)) && !client.inner().budget.spend() {
            attempt.within_budget = false;
            decision = decide(action, outcome, attempt);
        }
        attempt.in_doubt |= self.changes && outcome.may_be_done();
        match decision {
            Decision::Wait(_) => attempt.number += 1,
            Decision::Renew => attempt.renewed = true,
            _ => {}
        }
        decision
    }
}

/// The first attempt of an action.
pub(crate) fn tries(
    client: &Client,
    policy: RetryPolicy,
    action: &Action,
) -> Tries<impl Iterator<Item = Duration> + Send + use<>> {
    client.inner().budget.earn();
    let changes = action.method() != Method::Get;
    Tries { attempt: Attempt::first(policy), pauses: policy.growing(), changes }
}

impl Client {
    /// Asks, as often as it takes, and reads the answer.
    pub(crate) async fn execute<T>(
        &self,
        action: &Action,
        url: Url,
        read: Read<T>,
    ) -> Result<Said<T>, Error> {
        let units = action.kind().facts().units_with(url.query().unwrap_or_default());
        let span = observe::span(action, units);
        self.attempts(action, url, units, read).instrument(span).await
    }

    async fn attempts<T>(
        &self,
        action: &Action,
        url: Url,
        units: u32,
        read: Read<T>,
    ) -> Result<Said<T>, Error> {
        let inner = self.inner();
        let kind = action.kind();
        let prepared =
            Prepared::new(action, url, &inner.endpoint).map_err(|why| Error::new(kind, None, why))?;
        let mut tries = tries(self, inner.policy, action);
        let ended = |end, attempt: &Attempt| {
            inner.observer.tell(&Event::Ended { action: kind, end, attempts: attempt.number, units });
        };
        let failed = |why, id, attempt: &Attempt, in_doubt| {
            ended(if in_doubt { End::InDoubt } else { End::Failed }, attempt);
            Err(Error::new(kind, id, why).in_doubt(in_doubt).after(attempt.number))
        };
        let mut refused_bearer = None;
        loop {
            let client_request_id = Uuid::new_v4().to_string();
            let bearer = match &refused_bearer {
                None => inner.tokens.get().await.map(Some),
                Some((refused, _)) => inner.tokens.renew(refused).await,
            };
            let bearer = match (bearer, refused_bearer.take()) {
                (Ok(Some(bearer)), _) => bearer,
                // The source has no other token, so the refusal stands.
                (Ok(None), Some((_, (why, id)))) => {
                    return failed(why, id, &tries.attempt, tries.attempt.in_doubt);
                }
                (Ok(None), None) => {
                    let why = Kind::Setup("there is no token".to_owned());
                    return failed(why, None, &tries.attempt, tries.attempt.in_doubt);
                }
                (Err(error), _) => {
                    return failed(Kind::Token(error), None, &tries.attempt, tries.attempt.in_doubt);
                }
            };
            observe::asking(&inner.observer, kind, tries.attempt.number, &client_request_id, Duration::ZERO);
            let answer = prepared.exchange(&inner.http, &bearer, &client_request_id, inner.body_limit).await;
            if let Ok(answer) = &answer {
                observe::answered(answer);
            }
            let why = match answer.and_then(|answer| prepared.judge(&answer, read)) {
                Ok(value) => {
                    ended(End::Done, &tries.attempt);
                    return Ok(Said { value, client_request_id });
                }
                Err(why) => why,
            };
            let Some(outcome) = why.outcome() else {
                return failed(why, Some(client_request_id), &tries.attempt, tries.attempt.in_doubt);
            };
            let number = tries.attempt.number;
            match tries.next(self, action, outcome) {
                Decision::Wait(wait) => {
                    observe::waiting(&inner.observer, kind, number, outcome, wait);
                    tokio::time::sleep(wait).await;
                }
                Decision::Renew => refused_bearer = Some((bearer, (why, Some(client_request_id)))),
                Decision::Done => match read(StatusCode::NO_CONTENT, b"") {
                    Ok(value) => {
                        ended(End::Done, &tries.attempt);
                        return Ok(Said { value, client_request_id });
                    }
                    Err(_) => return failed(why, Some(client_request_id), &tries.attempt, true),
                },
                Decision::GiveUp => return failed(why, Some(client_request_id), &tries.attempt, false),
                Decision::InDoubt => return failed(why, Some(client_request_id), &tries.attempt, true),
            }
        }
    }
}
