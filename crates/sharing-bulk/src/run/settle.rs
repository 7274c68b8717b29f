//! What is in doubt is settled by reading.
//!
//! A request left, or was about to, and nobody knows what came of it. The item's permissions tell: who has now what the
//! row says got it, for they did not have it when it was planned; mailed or not, they are never mailed again. Who has it
//! not is asked again, once the request cannot be at work any more, and where the service would list them: guests it
//! lists only once they accept, so of them nobody can tell.

use std::{collections::HashSet, time::Duration};

use jiff::Timestamp;
use sharing_http::Client;
use sharing_model::{DriveRecipient, ItemAddress, LoginNameKind, Permission};

use super::{Run, RunError, RunEvent, RunOptions, ask::Asked, judge, scribe::Scribe, stop::Trouble};
use crate::{
    Change, ClosedRow, Outcome, PlanOptions, Row, StepEnd, StepRecord, Verdict, Word, journal::Entry,
    plan::is_meant, plan_item,
};

/// After so many looks of which each said that nothing came of it, the service is not asked any more.
const MOST_LOOKS: i64 = 12;

const LOST: &str = "its answer got lost, and the item's permissions show it";
const TELL_THEM: &str = "if no mail came, tell them yourself: they are not mailed again";

impl Run {
    pub(super) async fn settle(
        &self,
        record: StepRecord,
        options: &RunOptions,
        scribe: &Scribe,
    ) -> Result<Asked, RunError> {
        let (step, item) = (record.number, record.step.item.clone());
        let looked = record.looked + 1;
        let permissions = match permissions(&self.client, &record.step.item).await {
            Ok(permissions) => permissions,
            Err(error) => {
                if error.status() != Some(404) {
                    let wait = options.settle_after.min(Duration::from_secs(5));
                    scribe.write(Entry::Doubt { step, wait, looked: record.looked });
                    let trouble = Trouble::Unavailable { why: error.to_string() };
                    return Ok(Asked { trouble: Some(trouble), ..Asked::default() });
                }
                // The item is gone, and all that was granted on it.
                let outcome = judge::refused(&error, Word::Unresolved);
                scribe.write(Entry::Ended { step, outcome });
                return Ok(Asked { failed_rows: record.step.rows.len() as u64, ..Asked::default() });
            }
        };
        let rows = self.journal.rows_of(self.run, record.item).await?;
        let shown = shown(&record, rows, &permissions, &self.plan);
        let rows_of = |numbers: &HashSet<u64>| numbers.len() as u64;
        let ended = |end, rows, word| {
            Some(RunEvent::Ended { item: item.clone(), end, rows, word: Some(word), why: None })
        };

        let is_done = match &record.step.change {
            Change::Revoke { permission, .. } => {
                permissions.iter().all(|held| held.id.as_deref() != Some(permission.as_str()))
            }
            Change::TakeOffLink { permission, request, .. } => {
                let mut links =
                    permissions.iter().filter(|held| held.id.as_deref() == Some(permission.as_str()));
                links.all(|link| !request.grantees.iter().flatten().any(|who| is_meant(link, who)))
            }
            _ => record.step.rows.iter().all(|row| shown.contains(row)),
        };
        if is_done {
            let mut outcome = Outcome::new(StepEnd::Done);
            outcome.word = Some(self.done_word());
            outcome.shown = true;
            outcome.why = Some(LOST.to_owned());
            outcome.next = record.step.change.mails().then(|| TELL_THEM.to_owned());
            scribe.write(Entry::Ended { step, outcome });
            let event = ended(StepEnd::Done, record.step.rows.len() as u64, self.done_word());
            return Ok(Asked { passed: true, event, ..Asked::default() });
        }
        // The request may still be at work.
        let since = record.sent_at.and_then(|at| Timestamp::from_millisecond(at).ok());
        let since = since.map_or(Duration::MAX, |at| Timestamp::now().duration_since(at).unsigned_abs());
        if since < options.settle_after {
            let wait = options.settle_after - since;
            scribe.write(Entry::Doubt { step, wait, looked: record.looked });
            return Ok(Asked::default());
        }
        if looked >= MOST_LOOKS {
            let mut outcome = Outcome::new(StepEnd::Refused);
            outcome.word = Some(Word::Refused);
            outcome.why = Some("the service failed each time, and nothing came of it".to_owned());
            outcome.next = Some("look at the service's health, then `sharing runs retry`".to_owned());
            scribe.write(Entry::Ended { step, outcome });
            let failed_rows = record.step.rows.len() as u64;
            return Ok(Asked {
                failed_rows,
                event: ended(StepEnd::Refused, failed_rows, Word::Refused),
                ..Asked::default()
            });
        }
        let Change::Invite { request } = &record.step.change else {
            scribe.write(Entry::Again { step, sent_at: None, looked });
            return Ok(Asked { event: Some(RunEvent::Again { item }), ..Asked::default() });
        };

        // Recipient by recipient: got it, did not, or nobody can tell.
        let grouped = self.rows_by_recipient(&record).await?;
        let recipients = request.recipients.as_deref().unwrap_or_default();
        let domains = domains(&permissions, &self.plan);
        let mails = record.step.change.mails();
        let got =
            |index: usize| grouped.get(index).is_some_and(|rows| rows.iter().all(|row| shown.contains(row)));
        // Without a mail, asking twice harms nobody.
        let is_open = |index: usize| !got(index) && (!mails || is_inside(&recipients[index], &domains));
        let open = judge::part(&record, &grouped, is_open);
        let untold = judge::part(&record, &grouped, |index| !got(index) && !is_open(index));
        match (open, untold) {
            (None, Some(untold)) if untold.step.rows.len() == record.step.rows.len() => {
                let rows = record.step.rows.len() as u64;
                scribe.write(Entry::Ended { step, outcome: unsettled() });
                Ok(Asked { event: ended(StepEnd::Unsettled, rows, Word::InDoubt), ..Asked::default() })
            }
            (open, untold) => {
                let mut outcome = Outcome::new(StepEnd::Split);
                outcome.shown = true;
                outcome.rows = shown
                    .iter()
                    .map(|row| ClosedRow::new(*row, Word::Granted).because(LOST).next(TELL_THEM))
                    .collect();
                let untold = untold.map(|part| crate::journal::Part { in_doubt: true, ..part });
                let event =
                    ended(StepEnd::Done, rows_of(&shown), Word::Granted).filter(|_| !shown.is_empty());
                if shown.is_empty() && untold.is_none() {
                    scribe.write(Entry::Again { step, sent_at: None, looked });
                    return Ok(Asked { event: Some(RunEvent::Again { item }), ..Asked::default() });
                }
                let parts = open.into_iter().chain(untold).collect();
                let (item, rank) = (record.item, record.rank);
                scribe.write(Entry::Split { step, item, rank, outcome, parts });
                Ok(Asked { event, ..Asked::default() })
            }
        }
    }
}

fn unsettled() -> Outcome {
    let mut outcome = Outcome::new(StepEnd::Unsettled);
    outcome.word = Some(Word::InDoubt);
    outcome.why = Some(
        "the answer got lost, and the service lists people outside only once they accept: they may have been mailed"
            .to_owned(),
    );
    outcome.next = Some("ask them; if no mail came, `sharing runs retry --in-doubt` mails them".to_owned());
    outcome
}

/// Which rows of a step the permissions show as done.
fn shown(
    record: &StepRecord,
    rows: Vec<Row>,
    permissions: &[Permission],
    options: &PlanOptions,
) -> HashSet<u64> {
    let own: HashSet<u64> = record.step.rows.iter().copied().collect();
    let rows: Vec<_> = rows.into_iter().filter(|row| own.contains(&row.line)).collect();
    let plan = plan_item(&record.step.item, rows, permissions, options);
    let nothing = plan.rows.into_iter().filter(|row| matches!(row.verdict, Verdict::Nothing { .. }));
    nothing.map(|planned| planned.row.line).collect()
}

/// All pages of who has access.
pub(super) async fn permissions(
    client: &Client,
    item: &ItemAddress,
) -> Result<Vec<Permission>, sharing_http::Error> {
    Ok(client.item(item).permissions().await?.value.unwrap_or_default())
}

/// The tenant's own domains: those that were told, and those of its members who have access.
pub(super) fn domains(permissions: &[Permission], options: &PlanOptions) -> HashSet<String> {
    let members =
        permissions.iter().flat_map(Permission::grantees).filter_map(|grantee| grantee.login_name());
    let members = members.chain(permissions.iter().filter_map(Permission::login_name));
    let members = members.filter(|login| login.kind() == LoginNameKind::User);
    let domains = members.filter_map(|login| {
        login.principal().rsplit_once('@').map(|(_, domain)| domain.to_ascii_lowercase())
    });
    domains.chain(options.domains.iter().cloned()).collect()
}

/// Whether somebody is of the tenant, so that the service lists them from the moment on that they have access. Guests go
/// by their mail addresses alone.
pub(super) fn is_inside(recipient: &DriveRecipient, domains: &HashSet<String>) -> bool {
    match &recipient.email {
        Some(mail) => {
            mail.rsplit_once('@').is_some_and(|(_, domain)| domains.contains(&domain.to_ascii_lowercase()))
        }
        None => true,
    }
}
