//! `Concurrency`: how many requests may be under way at once.

/// Begins with few and doubles, as a new connection of TCP does; goes on by one in a round; halves when the service
/// complains. After a pause one request goes first, so that not all that waited come down on the service at once.
#[derive(Debug)]
pub(super) struct Concurrency {
    most: f64,
    /// Up to here it doubles.
    threshold: f64,
    window: f64,
}

const FIRST: f64 = 4.0;

impl Concurrency {
    pub(super) fn new(most: usize) -> Self {
        // No machine has as many requests under way as a float can count.
        let most = most.max(1) as f64;
        Self { most, threshold: most, window: FIRST.min(most) }
    }

    /// How many may be under way.
    pub(super) const fn allowed(&self) -> usize {
        self.window as usize
    }

    /// An answer came, and the service did not complain. Only a limit that is reached has shown that it holds.
    pub(super) fn grow(&mut self, under_way: usize) {
        if under_way >= self.allowed() {
            let step = if self.window < self.threshold { 1.0 } else { self.window.recip() };
            self.window = (self.window + step).min(self.most);
        }
    }

    /// The service complained.
    pub(super) fn shrink(&mut self) {
        self.threshold = (self.window / 2.0).max(1.0);
        self.window = 1.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers one round of requests.
    fn round(concurrency: &mut Concurrency) -> usize {
        for _ in 0..concurrency.allowed() {
            concurrency.grow(usize::MAX);
        }
        concurrency.allowed()
    }

    #[test]
    fn it_doubles_then_adds_then_halves_and_begins_with_one() {
        let mut concurrency = Concurrency::new(20);
        assert_eq!(concurrency.allowed(), 4);
        assert_eq!([(); 3].map(|()| round(&mut concurrency)), [8, 16, 20]);
        concurrency.shrink();
        assert_eq!(concurrency.allowed(), 1);
        assert_eq!([(); 6].map(|()| round(&mut concurrency)), [2, 4, 8, 10, 11, 12]);
    }

    #[test]
    fn a_limit_that_nobody_reaches_does_not_grow() {
        let mut concurrency = Concurrency::new(20);
        concurrency.grow(3);
        assert_eq!(concurrency.allowed(), 4);
    }

    #[test]
    fn one_is_always_allowed() {
        let mut concurrency = Concurrency::new(0);
        concurrency.shrink();
        assert_eq!([concurrency.allowed(), round(&mut concurrency)], [1, 1]);
    }
}
