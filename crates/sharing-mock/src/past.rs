//! What a tenant was before its last changes, for reads that are to see an old state.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use crate::tenant::Tenant;

/// How many changes are remembered. A copy of a tenant shares all that did not change since, so that they cost little.
const REMEMBERED: usize = 64;

/// How old the state is that a read sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stale {
    /// As it was before so many changes.
    Changes(u32),
    /// As it was so many seconds ago.
    Seconds(u32),
}

/// The last changes of a tenant: when each was made, and what the tenant was before.
#[derive(Debug, Default)]
pub(crate) struct Past {
    changes: VecDeque<(Timestamp, Tenant)>,
}

impl Past {
    /// Remembers what a tenant was before a change.
    pub(crate) fn remember(&mut self, when: Timestamp, before: Tenant) {
        if self.changes.len() == REMEMBERED {
            self.changes.pop_front();
        }
        self.changes.push_back((when, before));
    }

    /// The old state: the oldest that is remembered where it is older still, none where nothing changed since.
    pub(crate) fn at(&self, stale: Stale, now: Timestamp) -> Option<Tenant> {
        let index = match stale {
            Stale::Changes(changes) => {
                self.changes.len().saturating_sub(usize::try_from(changes).unwrap_or(usize::MAX))
            }
            Stale::Seconds(seconds) => {
                let then =
                    now.checked_sub(SignedDuration::from_secs(seconds.into())).unwrap_or(Timestamp::MIN);
                self.changes.partition_point(|(when, _)| *when <= then)
            }
        };
        self.changes.get(index).map(|(_, before)| before.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::World;

    /// A past in which the nth change was made at the nth second, when n mails were out.
    fn past(changes: i64) -> Past {
        let mut past = Past::default();
        for change in 1..=changes {
            let mut tenant = World::contoso().tenant();
            tenant.me = change.try_into().unwrap();
            past.remember(Timestamp::from_second(change).unwrap(), tenant);
        }
        past
    }

    #[test]
    fn old_states_are_found_by_count_and_by_time() {
        let past = past(3);
        let now = Timestamp::from_second(10).unwrap();
        let before = |stale| past.at(stale, now).map(|tenant| tenant.me);
        assert_eq!(before(Stale::Changes(1)), Some(3));
        assert_eq!(before(Stale::Changes(3)), Some(1));
        assert_eq!(before(Stale::Changes(9)), Some(1));
        assert_eq!(before(Stale::Seconds(7)), None, "nothing changed in the last 7 seconds");
        assert_eq!(before(Stale::Seconds(8)), Some(3));
        assert_eq!(before(Stale::Seconds(u32::MAX)), Some(1));
        assert!(Past::default().at(Stale::Changes(1), now).is_none());
    }

    #[test]
    fn the_oldest_makes_room() {
        let past = past(100);
        assert_eq!(past.changes.len(), REMEMBERED);
        assert_eq!(past.at(Stale::Changes(100), Timestamp::now()).map(|tenant| tenant.me), Some(37));
    }
}
