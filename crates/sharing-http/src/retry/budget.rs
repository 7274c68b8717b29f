//! The retries that all calls of a client have in hand together.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// What one retry costs, in what one call gives back.
const PRICE: u32 = 5;

/// Bounds the retries of a client to a fifth of its calls and a few in hand, so that a service that is down is not
/// asked many times as much as one that is up.
#[derive(Debug)]
pub(crate) struct Budget {
    left: AtomicU32,
    most: u32,
}

impl Budget {
    pub(crate) const fn new(retries: u32) -> Self {
        let most = retries.saturating_mul(PRICE);
        Self { left: AtomicU32::new(most), most }
    }

    /// A call was made.
    pub(crate) fn earn(&self) {
        // At the top already, nearly always: a look is cheaper than a write.
        if self.left.load(Relaxed) < self.most {
            let _ = self.left.fetch_update(Relaxed, Relaxed, |left| (left < self.most).then_some(left + 1));
        }
    }

    /// Takes a retry, if there is one.
    pub(crate) fn spend(&self) -> bool {
        self.left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(PRICE)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fifth_of_the_calls_and_what_is_in_hand() {
        let budget = Budget::new(3);
        assert_eq!((0..10).filter(|_| budget.spend()).count(), 3);
        for _ in 0..99 {
            budget.earn();
        }
        assert_eq!((0..100).filter(|_| budget.spend()).count(), 3, "no more than that is kept");
        let retries = (0..100).filter(|_| {
            budget.earn();
            budget.spend()
        });
        assert_eq!(retries.count(), 20);
        assert!(!Budget::new(0).spend());
    }
}
