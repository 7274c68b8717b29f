//! `Window`: what was spent of one quota, in bounded memory.

use std::{collections::VecDeque, time::Duration};

use sharing_model::limits::Quota;
use tokio::time::Instant;

/// A window is remembered in at most this many pieces, each of which is let go as a whole.
const PIECES: u32 = 1_000;

/// What was spent of one quota. What a request spends is free again one window after its *answer*: the service charged
/// it at some moment before, so no stretch of time as long as the window, wherever it begins, can hold more charges than
/// the quota allows, whatever the network does.
#[derive(Debug)]
pub(super) struct Window {
    quota: Quota,
    /// Asked and not yet answered.
    in_flight: u64,
    /// The sum of `answered`.
    spent: u64,
    /// Oldest first.
    answered: VecDeque<Piece>,
}

#[derive(Debug)]
struct Piece {
    since: Instant,
    until: Instant,
    amount: u64,
}

impl Window {
    pub(super) const fn new(quota: Quota) -> Self {
        Self { quota, in_flight: 0, spent: 0, answered: VecDeque::new() }
    }

    pub(super) const fn quota(&self) -> Quota {
        self.quota
    }

    /// Takes another amount as the quota's from now on.
    pub(super) const fn set_amount(&mut self, amount: u64) {
        self.quota.amount = amount;
    }

    /// Whether the amount may be spent now. An amount above the whole quota may be where nothing else is.
    pub(super) fn fits(&mut self, amount: u64, now: Instant) -> bool {
        self.let_go(now);
        amount.min(self.quota.amount) <= self.free()
    }

    /// When the amount may be spent, as far as it is known: an answer that is still to come is not.
    pub(super) fn fits_at(&self, amount: u64) -> Option<Instant> {
        let wanted = amount.min(self.quota.amount).saturating_add(self.occupied());
        let mut lacking = wanted.saturating_sub(self.quota.amount);
        let last = self.answered.iter().find(|piece| {
            lacking = lacking.saturating_sub(piece.amount);
            lacking == 0
        });
        last.map(|piece| piece.until)
    }

    /// What is free now and what becomes free when, for an estimate. What is under way counts as answered now.
    pub(super) fn pattern(&mut self, now: Instant) -> (u64, Vec<(Duration, u64)>) {
        self.let_go(now);
        let answered = self.answered.iter().map(|piece| (piece.until - now, piece.amount));
        let under_way = (self.quota.window, self.in_flight);
        (self.free(), answered.chain([under_way]).collect())
    }

    pub(super) const fn take(&mut self, amount: u64) {
        self.in_flight = self.in_flight.saturating_add(amount);
    }

    /// Gives back what was taken and never sent.
    pub(super) const fn give_back(&mut self, amount: u64) {
        self.in_flight = self.in_flight.saturating_sub(amount);
    }

    /// The answer came, or never will.
    pub(super) fn answered(&mut self, amount: u64, now: Instant) {
        self.give_back(amount);
        if amount == 0 {
            return;
        }
        self.let_go(now);
        self.spent = self.spent.saturating_add(amount);
        // The two machines' clocks may run a little differently: one piece more.
        let grain = self.grain();
        let until = now + self.quota.window + grain;
        match self.answered.back_mut() {
            Some(last) if now < last.since + grain => {
                last.amount = last.amount.saturating_add(amount);
                last.until = until;
            }
            _ => self.answered.push_back(Piece { since: now, until, amount }),
        }
    }

    fn grain(&self) -> Duration {
        self.quota.window / PIECES
    }

    const fn occupied(&self) -> u64 {
        self.in_flight.saturating_add(self.spent)
    }

    const fn free(&self) -> u64 {
        self.quota.amount.saturating_sub(self.occupied())
    }

    fn let_go(&mut self, now: Instant) {
        while let Some(oldest) = self.answered.pop_front_if(|oldest| oldest.until <= now) {
            self.spent = self.spent.saturating_sub(oldest.amount);
        }
    }
}
