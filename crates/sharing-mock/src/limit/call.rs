//! A request as the limits see it, and what it is answered when it is too much.

use sharing_model::{Action, ActionKind, LinkScope, Permission, TokenKind};

use super::{Charge, Charged, Limiter, OverLimit};
use crate::{
    answer::Answer,
    fault::{FaultPreset, error},
    service::Request,
    tenant::Tenant,
    token::Caller,
};

/// Whoever asks with a token that does not say who got it.
const ANYBODY: &str = "any";

fn application(caller: &Caller) -> &str {
    caller.application.as_deref().unwrap_or(ANYBODY)
}

/// In whose name a token asks; nobody's where an application asks for itself.
fn user(caller: &Caller) -> Option<&str> {
    (caller.kind != TokenKind::Application).then(|| caller.person.as_deref().unwrap_or(ANYBODY))
}

impl Limiter {
    /// Counts a request. What is no action costs as little as any. A batch costs what its members cost.
    pub(crate) fn charge_request(
        &mut self,
        request: &Request<'_>,
        caller: &Caller,
        kind: Option<ActionKind>,
    ) -> Charged {
        if self.is_off() || kind == Some(ActionKind::Batch) {
            return Charged { refused: None, rate: None };
        }
        let facts = kind.map(ActionKind::facts);
        let charge = Charge {
            application: application(caller),
            user: user(caller),
            units: facts.map_or(1, |facts| facts.units_with(&request.options())),
            sharing: facts.is_some_and(|facts| facts.sharing),
        };
        self.charge(&charge, request.now)
    }

    /// Counts what a change did that has a limit of its own: mails to people outside, a new anonymous link. `mails` is how
    /// many there were before.
    pub(crate) fn charge_change(
        &mut self,
        tenant: &Tenant,
        request: &Request<'_>,
        caller: &Caller,
        action: &Action,
        answer: &Answer,
        mails: u64,
    ) -> Option<OverLimit> {
        if self.is_off() {
            return None;
        }
        let item = action.item()?;
        let (drive, _) = tenant.resolve(item).ok()?;
        let drive = &tenant.drives[drive];
        // A personal drive is in no site: it counts for itself.
        let site = drive.site.map_or(&*drive.id, |site| &*tenant.sites[site].id);
        let is_outside = |to| tenant.directory.get(to).kind.is_guest();
        let outside = tenant.outbox.since(mails).filter(|mail| is_outside(mail.to)).count();
        let mailer = user(caller).unwrap_or(application(caller));
        let over = self.charge_mails(mailer, site, outside as u64, request.now);
        if over.is_some() || action.kind() != ActionKind::CreateLink || answer.status != 201 {
            return over;
        }
        let link = serde_json::from_str::<Permission>(answer.body.as_deref()?).ok()?.link?;
        (link.scope == Some(LinkScope::Anonymous)).then(|| self.charge_anonymous_link(site, request.now))?
    }
}

impl OverLimit {
    /// The refusal: the service's body, how long to wait, and in the mock's headers which limit it was.
    pub(crate) fn answer(self, request: &Request<'_>) -> Answer {
        let said = FaultPreset::Throttled.said();
        let body = error(said.code, said.message, said.inner_codes, said.inner_members, request);
        let mut answer = Answer::no_content().with("retry-after", self.retry_after.to_string());
        answer.status = said.status;
        answer.body = serde_json::to_string(&body).ok();
        answer.rule = Some(self.limit);
        answer.because(self.reason)
    }
}

impl Charged {
    /// Puts on an answer how much is left, where it is told.
    pub(crate) fn tell(&self, answer: Answer) -> Answer {
        let Some([limit, remaining, reset]) = self.rate else { return answer };
        answer
            .with("ratelimit-limit", limit.to_string())
            .with("ratelimit-remaining", remaining.to_string())
            .with("ratelimit-reset", reset.to_string())
    }
}
