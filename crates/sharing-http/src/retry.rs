//! What to do when an answer does not come, or says no: a pure decision.
//!
//! [`decide`] looks at the action, at what came of it, and at how often it was tried. It knows no clock and no socket,
//! so each line of this table can be tested, and is.
//!
//! | what came of it | an action that reads | a change that may be said twice | one that mails, or adds |
//! | --- | --- | --- | --- |
//! | no connection: refused, or it never came about | again | again | again |
//! | HTTP/2 says that the request was not looked at: `REFUSED_STREAM`, or an orderly `GOAWAY` before it | again | again | again |
//! | 429, with or without `Retry-After` | again | again | again |
//! | a 429 that waiting never clears: one item, again and again, while others pass | give up | give up | give up |
//! | 503 with `Retry-After` | again | again | again |
//! | 424: another member of the batch failed, so this one was not tried | again | again | again |
//! | 408, 500, 502, 504, 509, and 503 without `Retry-After` | again | again | **in doubt** |
//! | the connection broke, the answer was cut short or came too late | again | again | **in doubt** |
//! | a yes that cannot be read: HTML, no JSON, half of it | again | again | **in doubt** |
//! | 401 | once more, with a fresh token | once more, with a fresh token | once more, with a fresh token |
//! | 404 to a deletion, after an answer to it got lost | | done | |
//! | 409 or 412 to a change with `If-Match`, after an answer to it got lost | | **in doubt** | |
//! | any other 5xx | give up | **in doubt** | **in doubt** |
//! | anything else: other 4xx, redirects | give up | give up | give up |
//!
//! *Again* means after a pause: the larger of what the service asks for and a delay that grows with each attempt. It
//! ends after a number of attempts, when the service asks for a longer wait than the [`RetryPolicy`] allows, or when
//! all the client's calls together have used up their budget of retries. Then it is **in doubt** for a change of which
//! some answer got lost, and given up otherwise.
//!
//! *In doubt* means that nobody but the service knows. [`Error::is_in_doubt`](crate::Error::is_in_doubt) says so, and the
//! error keeps the `client-request-id`. Look at the item's permissions before asking again.
//!
//! Which change may be said twice, the model's table of actions says ([`Action::may_be_repeated`]). Whether one mails, its
//! request says: an invitation with `sendInvitation`, a link with `sendNotification`. A shared folder is added once, and
//! refused from then on.

mod budget;
#[cfg(test)]
mod tests;

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use sharing_model::{Action, ActionKind, Method};

pub(crate) use self::budget::Budget;

/// What came of one attempt, where it was not a yes.
///
/// ```
/// use std::time::Duration;
/// use sharing_http::retry::Outcome;
///
/// // The service asks for nine seconds.
/// let busy = Outcome::Refused { status: 429, wait: Some(Duration::from_secs(9)) };
/// assert!(!busy.may_be_done());
/// assert!(Outcome::Lost.may_be_done());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// There was no connection, so the service never heard of it; or it said over HTTP/2 that it did not look at it.
    Unreachable,
    /// It was sent, and no answer came, or not all of it, or too late.
    Lost,
    /// The service said yes, and then something that cannot be read.
    Unreadable,
    /// The service said 429 to this item again and again, while others passed: what is asked cannot be done, and waiting
    /// will not change that.
    NeverClears,
    /// The service said no.
    Refused {
        /// The status.
        status: u16,
        /// How long the service wants to be left alone, by `Retry-After` and `RateLimit-Reset`.
        wait: Option<Duration>,
    },
}

impl Outcome {
    /// Whether the service may have done what was asked all the same.
    ///
    /// ```
    /// use sharing_http::retry::Outcome;
    ///
    /// assert!(Outcome::Refused { status: 504, wait: None }.may_be_done());
    /// assert!(!Outcome::Refused { status: 404, wait: None }.may_be_done());
    /// ```
    #[must_use]
    pub const fn may_be_done(self) -> bool {
        match self {
            Self::Unreachable | Self::NeverClears => false,
            Self::Lost | Self::Unreadable => true,
            Self::Refused { status: 503, wait } => wait.is_none(),
            // Not implemented, no such version of HTTP, no room: nothing was done.
            Self::Refused { status: 501 | 505 | 507, .. } => false,
            Self::Refused { status, .. } => status == 408 || status >= 500,
        }
    }

    /// Whether the service will say otherwise when it is asked again, as far as one can tell.
    const fn may_pass(self) -> bool {
        match self {
            Self::Unreachable | Self::Lost | Self::Unreadable => true,
            Self::NeverClears => false,
            Self::Refused { status, .. } => {
                matches!(status, 408 | 424 | 429 | 500 | 502 | 503 | 504 | 509)
            }
        }
    }
}

/// How often something was tried, and how.
///
/// ```
/// use std::time::Duration;
/// use sharing_http::retry::{Attempt, RetryPolicy};
///
/// let attempt = Attempt::first(RetryPolicy::default());
/// assert_eq!(attempt.number, 1);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// Which attempt this was, counted from 1.
    pub number: u32,
    /// How long to wait where the service does not say.
    pub pause: Duration,
    /// Whether it went with a token that was got because an earlier one was refused.
    pub renewed: bool,
    /// Whether an answer to an earlier attempt got lost.
    pub in_doubt: bool,
    /// Whether the client's budget has a retry left.
    pub within_budget: bool,
    /// The limits to keep.
    pub policy: RetryPolicy,
}

impl Attempt {
    /// The first one.
    ///
    /// ```
    /// use sharing_http::retry::{Attempt, RetryPolicy};
    ///
    /// let attempt = Attempt::first(RetryPolicy::default());
    /// assert!(attempt.within_budget && !attempt.in_doubt && !attempt.renewed);
    /// ```
    #[must_use]
    pub const fn first(policy: RetryPolicy) -> Self {
        Self {
            number: 1,
            pause: policy.first_pause,
            renewed: false,
            in_doubt: false,
            within_budget: true,
            policy,
        }
    }
}

/// How long to go on.
///
/// ```
/// use std::time::Duration;
/// use sharing_http::retry::RetryPolicy;
///
/// let patient = RetryPolicy::default().attempts(20).longest_wait(Duration::from_secs(3600));
/// assert_eq!(RetryPolicy::never().attempts, 1);
/// # let _ = patient;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// How often an action is tried at most, the first time included.
    pub attempts: u32,
    /// The longest wait that the service may ask for; the error of one that asks for more says how long.
    pub longest_wait: Duration,
    /// The wait before the second attempt, where the service does not say; it doubles from then on, with some jitter.
    pub first_pause: Duration,
    /// What that wait grows to at most.
    pub longest_pause: Duration,
    /// How many retries all calls of a client may have in hand. Each call gives back a fifth of one.
    pub budget: u32,
}

impl Default for RetryPolicy {
    /// Six attempts with pauses from one second to one minute, waits of up to ten minutes, a hundred retries in hand.
    fn default() -> Self {
        Self {
            attempts: 6,
            longest_wait: Duration::from_secs(600),
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(60),
            budget: 100,
        }
    }
}

impl RetryPolicy {
    /// Each action is tried once; a 401 still gets its fresh token.
    ///
    /// ```
    /// use sharing_http::retry::RetryPolicy;
    ///
    /// assert_eq!(RetryPolicy::never().attempts, 1);
    /// ```
    #[must_use]
    pub fn never() -> Self {
        Self::default().attempts(1)
    }

    /// The same, with this many attempts; at least one.
    ///
    /// ```
    /// use sharing_http::retry::RetryPolicy;
    ///
    /// assert_eq!(RetryPolicy::default().attempts(0).attempts, 1);
    /// ```
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// The same, for a service that may ask for a wait this long.
    ///
    /// ```
    /// use std::time::Duration;
    /// use sharing_http::retry::RetryPolicy;
    ///
    /// // Personal drives are known to ask for an hour.
    /// let policy = RetryPolicy::default().longest_wait(Duration::from_secs(3600));
    /// assert_eq!(policy.longest_wait.as_secs(), 3600);
    /// ```
    #[must_use]
    pub const fn longest_wait(mut self, wait: Duration) -> Self {
        self.longest_wait = wait;
        self
    }

    /// The same, with pauses that grow from one to the other where the service does not say how long to wait.
    ///
    /// ```
    /// use std::time::Duration;
    /// use sharing_http::retry::RetryPolicy;
    ///
    /// let quick = RetryPolicy::default().pauses(Duration::from_millis(50), Duration::from_secs(1));
    /// assert_eq!(quick.first_pause.as_millis(), 50);
    /// ```
    #[must_use]
    pub const fn pauses(mut self, first: Duration, longest: Duration) -> Self {
        self.first_pause = first;
        self.longest_pause = longest;
        self
    }

    /// The same, with this many retries in hand for all calls of a client together.
    ///
    /// ```
    /// use sharing_http::retry::RetryPolicy;
    ///
    /// assert_eq!(RetryPolicy::default().budget(10).budget, 10);
    /// ```
    #[must_use]
    pub const fn budget(mut self, retries: u32) -> Self {
        self.budget = retries;
        self
    }

    /// The pauses, one for each attempt that may follow.
    pub(crate) fn growing(&self) -> impl Iterator<Item = Duration> + Send + use<> {
        ExponentialBuilder::new()
            .with_min_delay(self.first_pause)
            .with_max_delay(self.longest_pause)
            .with_factor(2.0)
            .with_jitter()
            .without_max_times()
            .build()
    }
}

/// What to do next.
///
/// ```
/// use sharing_http::retry::{Attempt, Decision, Outcome, RetryPolicy, decide};
/// use sharing_model::Action;
///
/// let look = Action::get_item("/drive/root".parse()?);
/// let gone = Outcome::Refused { status: 404, wait: None };
/// assert_eq!(decide(&look, gone, &Attempt::first(RetryPolicy::default())), Decision::GiveUp);
/// # Ok::<(), sharing_model::AddressError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// Wait this long, then ask again.
    Wait(Duration),
    /// Ask again at once, with a fresh token.
    Renew,
    /// An earlier attempt did it.
    Done,
    /// Say why it failed. Nothing was done.
    GiveUp,
    /// Say that nobody knows whether it was done.
    InDoubt,
}

/// What to do after an attempt that did not end with a yes. The [table](self) says it all.
///
/// ```
/// use std::time::Duration;
/// use sharing_http::retry::{Attempt, Decision, Outcome, RetryPolicy, decide};
/// use sharing_model::{Action, DriveRecipient, InviteRequest, Role};
///
/// let request = InviteRequest::builder().recipient(DriveRecipient::alias("ryan")).role(Role::Read);
/// let [mails, silent] = [true, false].map(|mail| request.clone().send_invitation(mail).build().unwrap());
/// let [mails, silent] = [mails, silent].map(|request| Action::invite("/drive/root".parse().unwrap(), &request));
///
/// let first = Attempt::first(RetryPolicy::default());
/// assert_eq!(decide(&silent, Outcome::Lost, &first), Decision::Wait(Duration::from_secs(1)));
/// assert_eq!(decide(&mails, Outcome::Lost, &first), Decision::InDoubt);
/// let busy = Outcome::Refused { status: 429, wait: Some(Duration::from_secs(9)) };
/// assert_eq!(decide(&mails, busy, &first), Decision::Wait(Duration::from_secs(9)));
/// ```
#[must_use]
pub fn decide(action: &Action, outcome: Outcome, attempt: &Attempt) -> Decision {
    let changes = action.method() != Method::Get;
    let in_doubt = changes && (attempt.in_doubt || outcome.may_be_done());
    let end = if in_doubt { Decision::InDoubt } else { Decision::GiveUp };
    let may_be_said = !in_doubt || action.may_be_repeated();
    match outcome {
        Outcome::Refused { status: 401, .. } if may_be_said && !attempt.renewed => return Decision::Renew,
        Outcome::Refused { status: 404, .. }
            if attempt.in_doubt && action.kind() == ActionKind::DeletePermission =>
        {
            return Decision::Done;
        }
        // An earlier attempt may be what has changed it.
        Outcome::Refused { status: 409 | 412, .. } if action.is_conditional() => return end,
        // The service has looked at it now, and says why it cannot be.
        Outcome::Refused { status: 400 | 402..=499, .. } if !outcome.may_pass() => return Decision::GiveUp,
        _ => {}
    }
    let goes_on = attempt.number < attempt.policy.attempts && attempt.within_budget;
    let asked = match outcome {
        Outcome::Refused { wait, .. } => wait.unwrap_or_default(),
        _ => Duration::ZERO,
    };
    if may_be_said && goes_on && outcome.may_pass() && asked <= attempt.policy.longest_wait {
        Decision::Wait(asked.max(attempt.pause))
    } else {
        end
    }
}
