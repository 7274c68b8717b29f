//! What can be seen of a client at work: a span for each action, and events for whoever draws a progress bar.

use std::{fmt, sync::Arc, time::Duration};

use sharing_model::{Action, ActionKind};
use tracing::{
    Span,
    field::{Empty, display},
    level_filters::LevelFilter,
};
use uuid::Uuid;

use crate::{exchange::Answer, retry::Outcome};

/// Something that happened on the way from an action to its end.
///
/// ```
/// use sharing_http::{Client, Event};
///
/// let builder = Client::builder().on_event(|event| match event {
///     Event::Waiting { action, wait, .. } => eprintln!("{action}: waiting {} s", wait.as_secs_f64().ceil()),
///     Event::Ended { action, .. } => eprintln!("{action}: ended"),
///     _ => {}
/// });
/// # let _ = builder;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A request is about to leave.
    Asking {
        /// What is asked.
        action: ActionKind,
        /// Which attempt this is, counted from 1.
        attempt: u32,
        /// How long it waited for its turn.
        waited: Duration,
    },
    /// It will be asked again.
    Waiting {
        /// What was asked.
        action: ActionKind,
        /// The attempt that did not end well, counted from 1.
        attempt: u32,
        /// The status of the answer, if there was one.
        status: Option<u16>,
        /// How long until it is asked again.
        wait: Duration,
    },
    /// An action came to its end. A page of a list is an action, a member of a batch too.
    Ended {
        /// What was asked.
        action: ActionKind,
        /// How it ended.
        end: End,
        /// How many attempts it took.
        attempts: u32,
        /// What one attempt costs, in SharePoint's resource units.
        units: u32,
    },
}

/// How an action ended.
///
/// ```
/// use sharing_http::{End, Event};
///
/// fn may_have_mailed(event: &Event) -> bool {
///     matches!(event, Event::Ended { end: End::Done | End::InDoubt, .. })
/// }
/// # let _ = may_have_mailed;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// It is done.
    Done,
    /// It is not done, and the error says why.
    Failed,
    /// Nobody but the service knows.
    InDoubt,
}

/// Whom the client tells of events.
#[derive(Clone, Default)]
pub(crate) struct Observer(Option<Arc<Tell>>);

type Tell = dyn Fn(&Event) + Send + Sync;

impl Observer {
    pub(crate) fn new(tell: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(tell)))
    }

    pub(crate) fn tell(&self, event: &Event) {
        if let Some(tell) = &self.0 {
            tell(event);
        }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Observer(told)" } else { "Observer(nobody)" })
    }
}

/// The span of an action. What is not known yet is filled in attempt by attempt.
pub(crate) fn span(action: &Action, units: u32) -> Span {
    let span = tracing::info_span!(
        "ask",
        action = %action.kind(),
        item = Empty,
        attempt = Empty,
        status = Empty,
        request_id = Empty,
        client_request_id = Empty,
        units,
        waited_ms = Empty,
    );
    if !span.is_disabled() {
        // Ids and names are nobody's business, and a share's token is a secret.
        span.record("item", action.target().form());
    }
    span
}

/// Whether anybody listens. To ask for the current span costs more than all else that is done for nobody.
fn is_watched() -> bool {
    LevelFilter::current() != LevelFilter::OFF
}

/// A request is about to leave.
pub(crate) fn asking(observer: &Observer, action: ActionKind, attempt: u32, id: Uuid, waited: Duration) {
    if is_watched() {
        let span = Span::current();
        span.record("attempt", attempt);
        span.record("client_request_id", display(id));
        span.record("waited_ms", milliseconds(waited));
    }
    observer.tell(&Event::Asking { action, attempt, waited });
}

/// An answer came.
pub(crate) fn answered(answer: &Answer) {
    if is_watched() {
        let span = Span::current();
        span.record("status", answer.status.as_u16());
        span.record("request_id", answer.request_id());
        tracing::debug!(status = answer.status.as_u16(), "answered");
    }
}

/// It will be asked again.
pub(crate) fn waiting(
    observer: &Observer,
    action: ActionKind,
    attempt: u32,
    outcome: Outcome,
    wait: Duration,
) {
    tracing::info!(attempt, ?outcome, wait_ms = milliseconds(wait), "asking again");
    let status = match outcome {
        Outcome::Refused { status, .. } => Some(status),
        _ => None,
    };
    observer.tell(&Event::Waiting { action, attempt, status, wait });
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
