//! `RunEvent`: what happens on the way, for whoever draws a picture of it.

use std::time::Duration;

use sharing_model::ItemAddress;

use crate::{ItemPlan, StepEnd, Word};

/// Something that happened on the way of a run. What the client waits for, its own events tell.
///
/// ```
/// use sharing_bulk::RunEvent;
///
/// fn amount(event: &RunEvent) -> u64 {
///     if let RunEvent::Ended { rows, .. } = event { *rows } else { 0 }
/// }
/// # let _ = amount;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RunEvent {
    /// An item was read and planned.
    Planned {
        /// Its plan.
        plan: Box<ItemPlan>,
    },
    /// The steps begin.
    Began {
        /// How many there are.
        steps: u64,
        /// How many ended in an earlier round.
        ended: u64,
    },
    /// A step ended.
    Ended {
        /// The item.
        item: ItemAddress,
        /// How.
        end: StepEnd,
        /// How many rows it was for.
        rows: u64,
        /// What they are, where the step tells.
        word: Option<Word>,
        /// Why, where it was refused.
        why: Option<String>,
    },
    /// Nobody knows yet what came of a step: it will be looked at.
    InDoubt {
        /// The item.
        item: ItemAddress,
    },
    /// A step is asked again, because nothing came of it.
    Again {
        /// The item.
        item: ItemAddress,
    },
    /// Steps of a worker that died were taken over.
    TookOver {
        /// How many.
        steps: u64,
    },
    /// The service cannot be asked at the moment.
    Resting {
        /// How long until it is asked again.
        time: Duration,
    },
    /// Items are read again, to see what became of their rows.
    Verified {
        /// How many rows.
        rows: u64,
    },
}
