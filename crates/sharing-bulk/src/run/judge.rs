//! What an error means for a step: a pure decision.

use sharing_http::Error;
use sharing_model::{Advice, Mender, Retry};

use super::stop::Trouble;
use crate::{Change, Outcome, Step, StepEnd, StepRecord, Word, journal::Part};

/// What to do about a step that did not end well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Judged {
    /// The service may have done it: look.
    Doubt,
    /// It was not done, and nothing is wrong with it.
    Again(Trouble),
    /// Nobody was invited, because of some of its recipients: ask in smaller steps.
    Split,
    /// It was not done, and will not be.
    Refused(Word, Option<Trouble>),
}

pub(super) fn judge(record: &StepRecord, error: &Error) -> Judged {
    let why = error.to_string();
    if error.is_in_doubt() {
        return Judged::Doubt;
    }
    if error.token_error().is_some() {
        return Judged::Again(Trouble::NoToken { why });
    }
    let Some(status) = error.status() else { return Judged::Again(Trouble::Unavailable { why }) };
    // A worker that died had sent it, too, and nobody looked since: what is refused now may have been done then.
    let unless_sent = |judged| if record.sent_at.is_some() { Judged::Doubt } else { judged };
    if error.never_clears() {
        return unless_sent(Judged::Refused(Word::Refused, None));
    }
    if error.is_throttled() {
        return Judged::Again(Trouble::Unavailable { why });
    }
    let advice = error.advice();
    if advice.is_some_and(|advice| advice.retry == Retry::AfterSignIn) {
        return Judged::Again(Trouble::NoToken { why });
    }
    if error.missing_scopes().is_some() {
        return Judged::Again(Trouble::Systemic { why, sign_in: true });
    }
    let code = advice.map_or("", |advice| advice.code);
    if is_about_some(record, status, code) {
        return unless_sent(Judged::Split);
    }
    let is_everybodys = matches!(code, "sharingFailed" | "sharingDisabled" | "provisioningNotAllowed");
    let trouble = if is_everybodys {
        Some(Trouble::Systemic { why, sign_in: false })
    } else {
        (status == 403).then_some(Trouble::Denied { why })
    };
    unless_sent(Judged::Refused(word(status, code, advice), trouble))
}

/// Whether the refusal may be about some of the recipients and not about the others.
fn is_about_some(record: &StepRecord, status: u16, code: &str) -> bool {
    let Change::Invite { request } = &record.step.change else { return false };
    if record.step.change.recipients() < 2 {
        return false;
    }
    match code {
        "noResolvedUsers" | "secureSharingInvalidRequest" | "sharingDisabled" => true,
        // An end of access is refused as a whole.
        "invalidRequest" => status == 400 && request.expiration_date_time.is_none(),
        // What an application may not do for guests.
        "accessDenied" => record.outside > 0,
        _ => false,
    }
}

fn word(status: u16, code: &str, advice: Option<Advice>) -> Word {
    match (status, code) {
        (_, "noResolvedUsers" | "itemNotFound" | "objectNotSupported" | "BadRequest") | (404, _) => {
            Word::Unresolved
        }
        (_, "sharingFailed" | "sharingDisabled" | "secureSharingInvalidRequest") => Word::PolicyBlocked,
        (403, _) => Word::PolicyBlocked,
        _ if advice.is_some_and(|advice| advice.mender == Mender::Admin) => Word::PolicyBlocked,
        _ => Word::Refused,
    }
}

/// What stays of a refusal.
pub(super) fn refused(error: &Error, word: Word) -> Outcome {
    let mut outcome = Outcome::new(StepEnd::Refused);
    outcome.request_id = error.request_id().map(str::to_owned);
    outcome.client_request_id = error.client_request_id().map(str::to_owned);
    outcome.word = Some(word);
    let why = error.advice().map(|advice| advice.why).filter(|why| !why.is_empty());
    outcome.why = Some(why.map_or_else(|| error.to_string(), |why| format!("{error}; {why}")));
    outcome.next = error.advice().map(|advice| advice.next.to_owned());
    outcome
}

/// The same invitation as two, each for half of the recipients.
pub(super) fn halves(record: &StepRecord, rows: &[Vec<u64>]) -> Vec<Part> {
    let Change::Invite { request } = &record.step.change else { return Vec::new() };
    let recipients = request.recipients.as_deref().unwrap_or_default();
    let middle = recipients.len().div_ceil(2);
    [0..middle, middle..recipients.len()]
        .into_iter()
        .filter_map(|range| part(record, rows, |index| range.contains(&index)))
        .collect()
}

/// The same invitation for some of the recipients, by their index.
pub(super) fn part(record: &StepRecord, rows: &[Vec<u64>], of: impl Fn(usize) -> bool) -> Option<Part> {
    let Change::Invite { request } = &record.step.change else { return None };
    let recipients = request.recipients.as_deref().unwrap_or_default();
    let chosen: Vec<_> = (0..recipients.len()).filter(|index| of(*index)).collect();
    if chosen.is_empty() {
        return None;
    }
    let mut request = request.clone();
    request.recipients = Some(chosen.iter().map(|index| recipients[*index].clone()).collect());
    let rows = chosen.iter().filter_map(|index| rows.get(*index)).flatten().copied().collect();
    let outside = record.outside.min(chosen.len() as u64);
    let step = Step { item: record.step.item.clone(), change: Change::Invite { request }, rows };
    Some(Part { step, outside, in_doubt: false })
}
