//! One batch: asked once, and what came of each member told apart.

use std::{sync::Arc, time::Duration};

use sharing_model::{Action, ActionKind, BatchAnswer, BatchRequest, BatchResponse};
use tracing::Instrument;
use uuid::Uuid;

use super::{Reply, answer};
use crate::{
    Client, Cost, End, Error, Event, Subject,
    call::json,
    error::Kind,
    exchange::{self, Prepared},
    execute::Tries,
    observe,
    retry::Decision,
    token_cache::Bearer,
};

/// An action on its way through the batches.
pub(super) struct Member {
    index: usize,
    action: Action,
    cost: Cost,
    tries: Tries,
    /// Why it goes again, and how it was called.
    why: Option<(Arc<Kind>, Uuid)>,
}

impl Member {
    pub(super) fn new(client: &Client, index: usize, action: Action) -> Self {
        let facts = action.kind().facts();
        let units = facts.units_with(&action.query().unwrap_or_default());
        client.inner().budget.earn();
        let cost = Cost::of(action.kind()).with_units(units.into());
        Self { index, action, cost, tries: Tries::first(client.inner().policy), why: None }
    }
}

/// What came of the members of one batch.
#[derive(Default)]
pub(super) struct Round {
    /// Those that came to their end.
    pub(super) ended: Vec<(usize, Result<Reply, Error>)>,
    /// Those that go again.
    pub(super) again: Vec<Member>,
    /// The longest wait that any of them needs.
    pub(super) wait: Duration,
    /// The token that the service refused.
    pub(super) refused: Option<Bearer>,
}

impl Client {
    pub(super) async fn round(&self, members: Vec<Member>, refused: Option<Bearer>) -> Round {
        let actions: Vec<_> = members.iter().map(|member| member.action.clone()).collect();
        let batch = Action::batch(&BatchRequest::of(&actions, self.endpoint().dialect()));
        let cost: Cost = members.iter().map(|member| member.cost).sum();
        let span = observe::span(&batch, u32::try_from(cost.units).unwrap_or(u32::MAX));
        self.ask_members(&batch, cost, members, refused).instrument(span).await
    }

    async fn ask_members(
        &self,
        batch: &Action,
        cost: Cost,
        members: Vec<Member>,
        refused: Option<Bearer>,
    ) -> Round {
        let inner = self.inner();
        let mut round = Round::default();
        let prepared = match Prepared::new(batch, None, &inner.endpoint) {
            Ok(prepared) => prepared,
            Err(why) => return round.give_up_all(self, members, why),
        };
        let number = members.iter().map(|member| member.tries.attempt.number).max().unwrap_or(1);
        let admission = if number == 1 {
            inner.governor.admit(cost, None).await
        } else {
            inner.governor.admit_again(cost, None).await
        };
        // Only now: a token must not grow old while it waits.
        let bearer = match inner.tokens.other_than(refused.as_ref()).await {
            Ok(Some(bearer)) => bearer,
            Ok(None) => {
                admission.unsent();
                // There is no other token: what was said to this one stands.
                for mut member in members {
                    match member.why.take() {
                        Some((why, id)) => round.give_up(self, &member, why, Some(id)),
                        None => round.again.push(member),
                    }
                }
                return round;
            }
            Err(error) => {
                admission.unsent();
                return round.give_up_all(self, members, Kind::Token(error));
            }
        };
        let id = exchange::new_name();
        observe::asking(&inner.observer, ActionKind::Batch, number, id, admission.waited());
        let answer = prepared.exchange(inner, &bearer, id).await;
        let heard = answer.as_ref().ok().map(|answer| {
            observe::answered(answer);
            answer.heard()
        });
        let answers = match answer.and_then(|answer| answer.judge(json::<BatchResponse>)) {
            Ok(response) => self.all_answers(response, &bearer).await,
            Err(why) => {
                match heard {
                    Some(heard) => {
                        admission.answered(&heard);
                    }
                    None if why.is_unreachable() => admission.unsent(),
                    None => drop(admission),
                }
                // It holds for each of them.
                let why = Arc::new(why);
                for member in members {
                    round.judge(self, member, Err(Arc::clone(&why)), id, &bearer);
                }
                return round;
            }
        };

        let mut answers = answers;
        let told: Vec<_> = members
            .iter()
            .enumerate()
            .map(|(position, member)| answer::of(&mut answers, position, &member.action, id))
            .collect();
        let heard_of = members
            .iter()
            .zip(&told)
            .map(|(member, (heard, _))| (member.cost, member.action.item().map(Subject::of), *heard));
        let verdicts = match heard {
            Some(heard) => admission.batch_answered(&heard, heard_of),
            None => Vec::new(),
        };
        let mut verdicts = verdicts.into_iter();
        for (member, (_, reply)) in members.into_iter().zip(told) {
            let verdict = verdicts.next();
            let kind = member.action.kind();
            let reply = reply.map_err(|why| Arc::new(why.with_verdict(verdict).with_token(kind, &bearer)));
            round.judge(self, member, reply, id, &bearer);
        }
        round
    }

    /// The answers, and those on further pages. A page that cannot be had leaves its members without an answer.
    async fn all_answers(&self, response: BatchResponse, bearer: &Bearer) -> Vec<BatchAnswer> {
        let inner = self.inner();
        let mut answers = response.responses.unwrap_or_default();
        let mut link = response.next_link;
        while let Some(page) = link.take().and_then(|link| Prepared::page(&link, &inner.endpoint).ok()) {
            let Ok(answer) = page.exchange(inner, bearer, exchange::new_name()).await else { break };
            let Ok(more) = answer.judge(json::<BatchResponse>) else { break };
            let Some(more_answers) = more.responses.filter(|answers| !answers.is_empty()) else { break };
            answers.extend(more_answers);
            link = more.next_link;
        }
        answers
    }
}

impl Round {
    /// A member was answered, or not.
    fn judge(
        &mut self,
        client: &Client,
        mut member: Member,
        reply: Result<Reply, Arc<Kind>>,
        id: Uuid,
        bearer: &Bearer,
    ) {
        let why = match reply {
            Ok(reply) => return self.end(client, &member, Ok(reply)),
            Err(why) => why,
        };
        let Some(outcome) = why.outcome() else {
            return self.give_up(client, &member, why, Some(id));
        };
        let number = member.tries.attempt.number;
        match member.tries.next(client, &member.action, outcome) {
            Decision::Wait(wait) => {
                observe::waiting(&client.inner().observer, member.action.kind(), number, outcome, wait);
                self.wait = self.wait.max(wait);
                member.why = Some((why, id));
                self.again.push(member);
            }
            Decision::Renew => {
                self.refused = Some(bearer.clone());
                member.why = Some((why, id));
                self.again.push(member);
            }
            Decision::Done => {
                let kind = member.action.kind();
                let reply = Reply { kind, status: 204, body: None, client_request_id: id };
                self.end(client, &member, Ok(reply));
            }
            decision @ (Decision::GiveUp | Decision::InDoubt) => {
                let error = member.error(why, Some(id)).in_doubt(decision == Decision::InDoubt);
                self.end(client, &member, Err(error));
            }
        }
    }

    fn give_up(&mut self, client: &Client, member: &Member, why: Arc<Kind>, id: Option<Uuid>) {
        let error = member.error(why, id).in_doubt(member.tries.attempt.in_doubt);
        self.end(client, member, Err(error));
    }

    fn give_up_all(mut self, client: &Client, members: Vec<Member>, why: Kind) -> Self {
        let why = Arc::new(why);
        for member in &members {
            self.give_up(client, member, Arc::clone(&why), None);
        }
        self
    }

    fn end(&mut self, client: &Client, member: &Member, reply: Result<Reply, Error>) {
        let end = match &reply {
            Ok(_) => End::Done,
            Err(error) if error.is_in_doubt() => End::InDoubt,
            Err(_) => End::Failed,
        };
        client.inner().observer.tell(&Event::Ended {
            action: member.action.kind(),
            end,
            attempts: member.tries.attempt.number,
            units: u32::try_from(member.cost.units).unwrap_or(u32::MAX),
        });
        self.ended.push((member.index, reply));
    }
}

impl Member {
    fn error(&self, why: Arc<Kind>, id: Option<Uuid>) -> Error {
        Error::new(self.action.kind(), id, why).after(self.tries.attempt.number)
    }
}
