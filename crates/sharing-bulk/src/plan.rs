//! The plan: what must be done to one item so that everybody has what the list says.
//!
//! It is a pure function of the rows, the item's permissions as they are, and some options: nothing is read or sent here.

mod fingerprint;
mod held;
mod item;
mod options;
mod person;
mod principal;
mod scopes;
mod shown;
mod step;
mod tally;
mod verdict;
mod warning;

#[cfg(test)]
mod tests;

pub use self::{
    fingerprint::Fingerprint,
    item::{ItemPlan, plan_item, refuse_item},
    options::{PlanOptions, Prune},
    scopes::Scopes,
    step::{Change, Step},
    tally::Tally,
    verdict::{Because, PlannedRow, Verdict},
    warning::Warning,
};

/// Whether a permission is held by this recipient, as far as names tell.
pub(crate) use self::shown::shows;

pub(crate) fn is_meant(
    permission: &sharing_model::Permission,
    recipient: &sharing_model::DriveRecipient,
) -> bool {
    let holders = principal::Principal::all_of(permission);
    holders.iter().any(|(_, principal)| principal.is(recipient) == principal::Meant::Yes)
}
