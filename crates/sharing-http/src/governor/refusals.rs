//! `Refusals`: tells the 429 that waiting never clears from the one that it does.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

/// What a request is about, so that the governor can tell who is refused again and again: the item, mostly.
///
/// ```
/// use sharing_http::Subject;
/// use sharing_model::ItemAddress;
///
/// let notes: ItemAddress = "/drive/root:/Notes.txt".parse()?;
/// assert_eq!(Subject::of(&notes), Subject::of(&notes.clone()));
/// # Ok::<(), sharing_model::AddressError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Subject(u64);

impl Subject {
    /// What this stands for.
    ///
    /// ```
    /// use sharing_http::Subject;
    ///
    /// assert_ne!(Subject::of("one item"), Subject::of("another"));
    /// ```
    #[must_use]
    pub fn of(what: &(impl Hash + ?Sized)) -> Self {
        let mut hasher = DefaultHasher::new();
        what.hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// A subject refused so often, while others like it passed each time, is refused for what it is.
pub(super) const NEVER: u32 = 4;
/// How many subjects are remembered. Those that pass are forgotten.
const MOST: usize = 1_024;

/// Who was refused, and whether others passed since.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    by_subject: HashMap<Subject, Refusal>,
    /// How many requests passed: such that share nothing, and such that do. That one kind passes says nothing of the
    /// other, whose limit is another.
    passed: [u64; 2],
}

#[derive(Debug)]
struct Refusal {
    times: u32,
    passed: u64,
}

impl Refusals {
    /// A subject was refused. How many times now, counting only those before which others passed.
    pub(super) fn refused(&mut self, subject: Subject, shares: bool) -> u32 {
        if self.by_subject.len() >= MOST && !self.by_subject.contains_key(&subject) {
            // Where so many are refused it is not for what they are.
            self.by_subject.retain(|_, refusal| refusal.times >= NEVER);
            if self.by_subject.len() >= MOST {
                self.by_subject.clear();
            }
        }
        let passed = self.passed[usize::from(shares)];
        let refusal = self.by_subject.entry(subject).or_insert(Refusal { times: 1, passed });
        if refusal.passed < passed {
            refusal.times = refusal.times.saturating_add(1);
            refusal.passed = passed;
        }
        refusal.times
    }

    /// A request passed.
    pub(super) fn passed(&mut self, subject: impl FnOnce() -> Option<Subject>, shares: bool) {
        self.passed[usize::from(shares)] += 1;
        if !self.by_subject.is_empty()
            && let Some(subject) = subject()
        {
            self.by_subject.remove(&subject);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subjects() -> [Subject; 2] {
        ["huge", "small"].map(Subject::of)
    }

    #[test]
    fn only_a_refusal_after_which_others_passed_counts() {
        let ([huge, small], mut refusals) = (subjects(), Refusals::default());
        assert_eq!([(); 3].map(|()| refusals.refused(huge, true)), [1, 1, 1]);
        refusals.passed(|| Some(small), true);
        assert_eq!([(); 2].map(|()| refusals.refused(huge, true)), [2, 2]);
        refusals.passed(|| None, false);
        assert_eq!(refusals.refused(huge, true), 2, "a read that passes says nothing of what shares");
        refusals.passed(|| None, true);
        assert_eq!(refusals.refused(huge, true), 3);
    }

    #[test]
    fn who_passes_is_as_good_as_new() {
        let ([huge, small], mut refusals) = (subjects(), Refusals::default());
        for _ in 0..3 {
            refusals.refused(huge, false);
            refusals.passed(|| Some(small), false);
        }
        refusals.passed(|| Some(huge), false);
        assert_eq!(refusals.refused(huge, false), 1);
    }

    #[test]
    fn a_service_that_refuses_everything_costs_no_memory() {
        let mut refusals = Refusals::default();
        for n in 0..10 * MOST {
            refusals.refused(Subject::of(&n), true);
        }
        assert!(refusals.by_subject.len() <= MOST);
    }
}
