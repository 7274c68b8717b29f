//! What was used of one limit by one caller, in a memory that does not grow.

use super::settings::LimitWindow;

/// A sliding window forgets a slot at a time. A slot counts until its first moment is out of the window: whoever stays
/// below the limit in every stretch of time is never refused, and nobody gets in more than a sixtieth of it too early.
const SLOTS: usize = 60;

/// What was used of one limit by one caller. Times are milliseconds on the space's clock.
#[derive(Debug)]
pub(super) struct Bucket {
    length: i64,
    used: Used,
    /// Before this time the caller was told not to come again.
    told: Option<i64>,
    /// How many calls were refused.
    pub(super) refused: u64,
    /// When the last call came.
    pub(super) touched: i64,
}

#[derive(Debug)]
enum Used {
    /// Since when, and how much.
    Fixed { since: i64, amount: u64 },
    /// Of each slot, whose number is at most `last`.
    Sliding { last: i64, amounts: Box<[u64; SLOTS]> },
}

/// Why a call is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Over {
    /// In how many milliseconds it would pass.
    pub(super) wait: i64,
    /// By how many milliseconds it came before the caller had waited as it was told.
    pub(super) early: Option<i64>,
}

impl Bucket {
    pub(super) fn new(window: LimitWindow, seconds: i64, now: i64) -> Self {
        let used = match window {
            LimitWindow::Fixed => Used::Fixed { since: now, amount: 0 },
            LimitWindow::Sliding => Used::Sliding { last: 0, amounts: Box::new([0; SLOTS]) },
        };
        Self { length: seconds * 1_000, used, told: None, refused: 0, touched: now }
    }

    /// Counts a call, refused or not, and says whether it is.
    pub(super) fn charge(&mut self, cost: u64, max: u64, now: i64) -> Option<Over> {
        self.forget(now);
        let early = self.told.filter(|told| now < *told).map(|told| told - now);
        let fits = self.used(now).saturating_add(cost) <= max;
        self.add(cost, now);
        self.touched = now;
        if fits && early.is_none() {
            self.told = None;
            return None;
        }
        self.refused += 1;
        // Whole seconds, as the caller is told them; and at least as long as it was told before.
        let wait = if fits { 0 } else { self.frees(cost, max, now) }.max(early.unwrap_or(0));
        let wait = (wait.max(1) + 999) / 1_000 * 1_000;
        self.told = Some(now + wait);
        Some(Over { wait, early })
    }

    /// How much of it is used.
    pub(super) fn used(&self, now: i64) -> u64 {
        match &self.used {
            Used::Fixed { since, amount } => {
                if self.is_over(*since, now) {
                    0
                } else {
                    *amount
                }
            }
            Used::Sliding { .. } => self.slots(now).map(|(_, amount)| amount).sum(),
        }
    }

    /// In how many milliseconds more of it is free.
    pub(super) fn resets(&self, now: i64) -> i64 {
        match &self.used {
            Used::Fixed { since, .. } if self.is_over(*since, now) => 0,
            Used::Fixed { since, .. } => since + self.length - now,
            Used::Sliding { .. } => self
                .slots(now)
                .find(|(_, amount)| *amount > 0)
                .map_or(0, |(from, _)| from + self.length - now),
        }
    }

    /// In how many milliseconds so much is free, if nobody asks meanwhile.
    fn frees(&self, cost: u64, max: u64, now: i64) -> i64 {
        if let Used::Fixed { .. } = self.used {
            return self.resets(now);
        }
        let mut left = self.used(now);
        let mut wait = 0;
        for (from, amount) in self.slots(now) {
            if left.saturating_add(cost) <= max {
                break;
            }
            if amount > 0 {
                left -= amount;
                wait = from + self.length - now;
            }
        }
        wait
    }

    fn add(&mut self, cost: u64, now: i64) {
        let slot = self.slot(now);
        match &mut self.used {
            Used::Fixed { amount, .. } => *amount = amount.saturating_add(cost),
            Used::Sliding { amounts, .. } => {
                let amount = &mut amounts[index(slot)];
                *amount = amount.saturating_add(cost);
            }
        }
    }

    /// Lets go of what is out of the window; of all, where the clock was set back.
    fn forget(&mut self, now: i64) {
        let slot = self.slot(now);
        if self.told.is_some_and(|told| told - now > 2 * self.length) || now < self.touched {
            self.told = None;
        }
        match &mut self.used {
            Used::Fixed { since, amount } => {
                if now < *since || now - *since >= self.length {
                    (*since, *amount) = (now, 0);
                }
            }
            Used::Sliding { last, amounts } => {
                if slot < *last || slot - *last >= SLOTS as i64 {
                    **amounts = [0; SLOTS];
                } else {
                    (*last + 1..=slot).for_each(|slot| amounts[index(slot)] = 0);
                }
                *last = slot;
            }
        }
    }

    const fn is_over(&self, since: i64, now: i64) -> bool {
        now < since || now - since >= self.length
    }

    const fn slot(&self, now: i64) -> i64 {
        now.div_euclid(self.slot_length())
    }

    const fn slot_length(&self) -> i64 {
        self.length / SLOTS as i64
    }

    /// The slots of the window, oldest first: when each began, and how much was used in it.
    fn slots(&self, now: i64) -> impl Iterator<Item = (i64, u64)> {
        let newest = self.slot(now);
        let (last, amounts) = match &self.used {
            Used::Sliding { last, amounts } => (*last, Some(amounts)),
            Used::Fixed { .. } => (0, None),
        };
        // As many slots as fit: the one that began a whole window ago is out of it.
        (newest + 1 - SLOTS as i64..=newest).filter_map(move |slot| {
            let amount = if slot > last { 0 } else { amounts?[index(slot)] };
            // What was written before the window that `last` ends is gone.
            (slot > last - SLOTS as i64).then_some((slot * self.slot_length(), amount))
        })
    }
}

const fn index(slot: i64) -> usize {
    slot.rem_euclid(SLOTS as i64) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: i64 = 60;

    #[test]
    fn a_fixed_window_begins_with_a_call_and_ends_as_a_whole() {
        let mut bucket = Bucket::new(LimitWindow::Fixed, MINUTE, 0);
        assert_eq!(bucket.charge(5, 10, 5_000), None);
        assert_eq!(bucket.charge(5, 10, 64_999), None);
        assert_eq!(bucket.charge(5, 10, 66_000), None, "the first window began at 0 and was over at 60 s");
        let mut bucket = Bucket::new(LimitWindow::Fixed, MINUTE, 5_000);
        assert_eq!(bucket.charge(10, 10, 5_000), None);
        assert_eq!(bucket.charge(1, 10, 30_500), Some(Over { wait: 35_000, early: None }));
        assert_eq!((bucket.used(30_500), bucket.resets(30_500)), (11, 34_500));
        // Even one that would fit is refused before the time that was told.
        assert_eq!(bucket.charge(0, 10, 65_400), Some(Over { wait: 1_000, early: Some(100) }));
        assert_eq!(bucket.charge(10, 10, 66_400), None);
    }

    #[test]
    fn a_sliding_window_counts_refused_calls_against_whoever_goes_on_asking() {
        let mut bucket = Bucket::new(LimitWindow::Sliding, MINUTE, 0);
        for second in 0..10 {
            assert_eq!(bucket.charge(1, 10, second * 1_000), None);
        }
        let over = bucket.charge(1, 10, 10_000).unwrap();
        assert_eq!(over, Over { wait: 51_000, early: None }, "the refused one has a place, too");
        for second in 11..600 {
            assert!(bucket.charge(1, 10, second * 1_000).is_some());
        }
        let wait = bucket.charge(1, 10, 600_000).unwrap().wait;
        assert_eq!(bucket.charge(1, 10, 600_000 + wait), None);
        assert_eq!(bucket.refused, 591);
    }

    #[test]
    fn a_clock_that_is_set_back_or_far_ahead_frees_all() {
        for window in [LimitWindow::Fixed, LimitWindow::Sliding] {
            let mut bucket = Bucket::new(window, MINUTE, 100_000);
            assert!(bucket.charge(10, 10, 100_000).is_none() && bucket.charge(1, 10, 100_000).is_some());
            assert_eq!(bucket.charge(10, 10, 1_000), None);
            assert!(bucket.charge(10, 10, 1_000).is_some());
            assert_eq!(bucket.charge(10, 10, 1_000_000_000), None);
            assert_eq!(bucket.used(i64::MAX / 4), 0);
        }
    }

    /// Calls as milliseconds after the one before, with their cost.
    fn calls() -> impl Strategy<Value = Vec<(i64, u64)>> {
        prop::collection::vec((0..20_000_i64, 1..4_u64), 1..200)
    }

    proptest! {
        #[test]
        fn whoever_stays_below_in_every_stretch_of_time_is_never_refused(calls in calls(), sliding: bool) {
            let window = if sliding { LimitWindow::Sliding } else { LimitWindow::Fixed };
            let mut bucket = Bucket::new(window, MINUTE, 0);
            let mut made: Vec<(i64, u64)> = Vec::new();
            let mut now = 0;
            for (gap, cost) in calls {
                now += gap;
                let recent: u64 =
                    made.iter().filter(|(at, _)| now - at < 60_000).map(|(_, cost)| cost).sum();
                if recent + cost <= 10 {
                    prop_assert_eq!(bucket.charge(cost, 10, now), None, "at {}", now);
                    made.push((now, cost));
                }
            }
        }

        #[test]
        fn whoever_waits_as_told_is_let_in(calls in calls(), sliding: bool) {
            let window = if sliding { LimitWindow::Sliding } else { LimitWindow::Fixed };
            let mut bucket = Bucket::new(window, MINUTE, 0);
            let mut now = 0;
            for (gap, cost) in calls {
                now += gap;
                if let Some(over) = bucket.charge(cost, 10, now) {
                    prop_assert!(over.wait > 0 && over.wait <= 61_000);
                    now += over.wait;
                    prop_assert_eq!(bucket.charge(cost, 10, now), None);
                }
            }
        }

        #[test]
        fn no_sliding_window_lets_in_more_than_the_limit_and_a_slot(calls in calls()) {
            let mut bucket = Bucket::new(LimitWindow::Sliding, MINUTE, 0);
            let mut made: Vec<(i64, u64)> = Vec::new();
            let mut now = 0;
            for (gap, cost) in calls {
                now += gap;
                if bucket.charge(cost, 10, now).is_none() {
                    made.push((now, cost));
                    // A slot may free up to its own length too early.
                    let recent: u64 =
                        made.iter().filter(|(at, _)| now - at < 59_000).map(|(_, cost)| cost).sum();
                    prop_assert!(recent <= 10);
                }
            }
        }
    }
}
