//! One step: leave to go, the intent, the request, the outcome.

use std::{collections::HashMap, time::Duration};

use sharing_http::{Admission, Answered, Cost, Error, Subject};
use sharing_model::{Advice, Permission, UpdatePermissionRequest};
use tokio::time::Instant;

use super::{
    Run, RunError, RunEvent, RunOptions,
    judge::{self, Judged},
    scribe::Scribe,
    stop::{Brake, Trouble},
};
use crate::{Change, ClosedRow, Outcome, Row, StepEnd, StepRecord, Word, journal::Entry, plan::shows};

/// What came of a step's turn.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// The rank that it was claimed with, where it was asked.
    pub(super) rank: Option<i64>,
    /// Whether the service did something.
    pub(super) passed: bool,
    pub(super) failed_rows: u64,
    pub(super) trouble: Option<Trouble>,
    pub(super) event: Option<RunEvent>,
}

impl Run {
    pub(super) async fn ask(
        &self,
        record: StepRecord,
        options: &RunOptions,
        scribe: &Scribe,
        brake: &Brake,
    ) -> Result<Asked, RunError> {
        let rank = Some(record.rank);
        let kind = record.step.action().kind();
        let cost = Cost::of(kind).with_external_mails(record.outside);
        let leave = tokio::select! {
            biased;
            () = brake.pulled() => None,
            leave = self.client.governor().admit(cost, Some(Subject::of(&record.step.item))) => Some(leave),
        };
        let Some(leave) = leave else {
            // It stays claimed until this worker leaves, and is anybody's then.
            return Ok(Asked { rank, ..Asked::default() });
        };
        let begun = Instant::now();
        if !scribe.intent(record.number).await {
            leave.unsent();
            // The lease had lapsed. Where nobody has taken the step over, it is anybody's again.
            scribe.write(Entry::Unclaimed { step: record.number });
            return Ok(Asked { rank, ..Asked::default() });
        }
        if begun.elapsed() > options.lease / 2 {
            // This process slept, and others may have taken the step for a dead worker's.
            leave.unsent();
            scribe.write(again(&record));
            return Ok(Asked { rank, ..Asked::default() });
        }
        let answered = Box::pin(self.send(&record, leave)).await;
        let item = record.step.item.clone();
        let rows = record.step.rows.len() as u64;
        let error = match answered {
            Ok(answered) => {
                let outcome = self.done(&record, &answered).await?;
                let event = RunEvent::Ended { item, end: StepEnd::Done, rows, word: None, why: None };
                scribe.write(Entry::Answered { step: record.number, outcome });
                return Ok(Asked { rank, passed: true, event: Some(event), ..Asked::default() });
            }
            Err(error) => error,
        };
        let mut asked = Asked { rank, ..Asked::default() };
        match judge::judge(&record, &error) {
            Judged::Doubt => {
                let wait = Duration::ZERO;
                scribe.write(Entry::Doubt { step: record.number, wait, looked: record.looked });
                asked.event = Some(RunEvent::InDoubt { item });
            }
            Judged::Again(trouble) => {
                scribe.write(again(&record));
                asked.trouble = Some(trouble);
                asked.event = Some(RunEvent::Again { item });
            }
            Judged::Split => {
                let mut outcome = judge::refused(&error, Word::Refused);
                outcome.end = StepEnd::Split;
                let parts = judge::halves(&record, &self.rows_by_recipient(&record).await?);
                let (step, item, rank) = (record.number, record.item, record.rank);
                scribe.write(Entry::Split { step, item, rank, outcome, parts });
            }
            Judged::Refused(word, trouble) => {
                let outcome = judge::refused(&error, word);
                let why = outcome.why.clone();
                asked.failed_rows = rows;
                asked.trouble = trouble;
                asked.event =
                    Some(RunEvent::Ended { item, end: StepEnd::Refused, rows, word: Some(word), why });
                scribe.write(Entry::Answered { step: record.number, outcome });
            }
        }
        Ok(asked)
    }

    /// What a yes says: of each recipient, in their order, whether the mail went out.
    async fn done(
        &self,
        record: &StepRecord,
        answered: &Answered<Vec<Permission>>,
    ) -> Result<Outcome, RunError> {
        let mut outcome = Outcome::new(StepEnd::Done);
        outcome.request_id.clone_from(&answered.request_id);
        outcome.client_request_id = Some(answered.client_request_id.clone());
        outcome.word = Some(self.done_word());
        outcome.shown = shows(&record.step.change, &answered.value, self.plan.now);
        if answered.value.iter().all(|permission| permission.error.is_none()) {
            return Ok(outcome);
        }
        for (permission, rows) in answered.value.iter().zip(self.rows_by_recipient(record).await?) {
            let Some(error) = &permission.error else { continue };
            let codes = error.chain().filter_map(|error| error.code.as_deref());
            let advice = codes.filter_map(Advice::of_code).last();
            let why = advice.map_or("they have access, but no mail went out", |advice| advice.why);
            let next = advice.map_or("tell the recipient yourself", |advice| advice.next);
            outcome.rows.extend(rows.into_iter().map(|row| {
                let closed = ClosedRow::new(row, Word::GrantedNotNotified).because(why).next(next);
                closed.request(answered.request_id.clone())
            }));
        }
        Ok(outcome)
    }

    /// The rows of each recipient of an invitation, in the order of the request.
    pub(super) async fn rows_by_recipient(&self, record: &StepRecord) -> Result<Vec<Vec<u64>>, RunError> {
        let recipients = match &record.step.change {
            Change::Invite { request } => request.recipients.as_deref().unwrap_or_default(),
            _ => &[],
        };
        if recipients.len() == record.step.rows.len() {
            return Ok(record.step.rows.iter().map(|row| vec![*row]).collect());
        }
        // Somebody comes in several rows, the first of which names them as the request does.
        let rows = self.journal.rows_of(self.run, record.item).await?;
        let rows: HashMap<u64, &Row> = rows.iter().map(|row| (row.line, row)).collect();
        let mut grouped: Vec<Vec<u64>> = Vec::new();
        for number in &record.step.rows {
            let next = recipients.get(grouped.len());
            match grouped.last_mut() {
                Some(last) if rows.get(number).map(|row| &row.recipient) != next => last.push(*number),
                _ => grouped.push(vec![*number]),
            }
        }
        Ok(grouped)
    }

    /// Sends the request: with what it grants, where it grants.
    async fn send(&self, record: &StepRecord, leave: Admission) -> Result<Answered<Vec<Permission>>, Error> {
        let item = self.client.item(&record.step.item);
        match &record.step.change {
            Change::Invite { request } => {
                let answered = item.invite(request).admitted(leave).await?;
                Ok(answered.map(|list| list.value.unwrap_or_default()))
            }
            Change::SetRole { permission, role, expires, .. } => {
                let mut request = UpdatePermissionRequest::default();
                request.roles = Some(vec![role.clone()]);
                request.expiration_date_time = expires.map(Into::into);
                let answered = item.permission(permission).update(&request).admitted(leave).await?;
                Ok(answered.map(|permission| vec![permission]))
            }
            Change::SetExpiry { permission, expires, .. } => {
                let mut request = UpdatePermissionRequest::default();
                request.expiration_date_time = Some((*expires).into());
                let answered = item.permission(permission).update(&request).admitted(leave).await?;
                Ok(answered.map(|permission| vec![permission]))
            }
            Change::Revoke { permission, .. } => {
                let answered = item.permission(permission).delete().admitted(leave).await?;
                Ok(answered.map(|()| Vec::new()))
            }
            Change::TakeOffLink { permission, request, .. } => {
                let answered = item.permission(permission).revoke_grants(request).admitted(leave).await?;
                Ok(answered.map(|_| Vec::new()))
            }
        }
    }
}

/// Nothing came of this attempt. What came of those before it is as unknown as it was.
const fn again(record: &StepRecord) -> Entry {
    Entry::Again { step: record.number, sent_at: record.sent_at, looked: record.looked }
}
