//! What a tenant was before its last changes, for reads that are to see an old state.

use std::{collections::VecDeque, mem, sync::Arc};

use jiff::{SignedDuration, Timestamp};

use crate::{
    access::At,
    drive::{Counts, HeldBefore, IndexMap, State},
    tenant::Tenant,
};

/// How many changes are remembered.
const REMEMBERED: usize = 64;

/// How old the state is that a read sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stale {
    /// As it was before so many changes.
    Changes(u32),
    /// As it was so many seconds ago.
    Seconds(u32),
}

/// What was of all that was touched. To put it back, the items come first, and then what was held of items, the latest
/// first: an item that is kept whole needs nothing else, and what was held before is older.
#[derive(Debug, Clone, Default)]
pub(crate) struct Touched {
    pub(crate) states: IndexMap<At, State>,
    /// What was held of items with long lists, which need not be copied for that.
    pub(crate) held: Vec<(At, HeldBefore)>,
}

impl Touched {
    pub(crate) fn is_empty(&self) -> bool {
        self.states.is_empty() && self.held.is_empty()
    }

    /// Keeps what an item was, unless something older is kept.
    pub(crate) fn keep(&mut self, at: At, state: impl FnOnce() -> State) {
        self.states.entry(at).or_insert_with(state);
    }

    /// Keeps what somebody held of an item, unless the item is kept.
    pub(crate) fn keep_held(&mut self, at: At, held: HeldBefore) {
        if !self.states.contains_key(&at) {
            self.held.push((at, held));
        }
    }

    /// What was touched after this.
    fn extend(&mut self, later: Self) {
        // Of an item that was kept whole only later, what was held before that is among what is put back after it.
        for (at, held) in later.held {
            self.keep_held(at, held);
        }
        for (at, state) in later.states {
            self.keep(at, || state);
        }
    }
}

/// What a tenant was before a change: all but the drives, and of those what the change touched. Without copies of them a
/// change need not copy what it changes.
#[derive(Debug)]
pub(crate) struct Before {
    /// Without drives and mails. The change before has the same where it left all of that as it was.
    rest: Arc<Tenant>,
    /// Of each drive.
    counts: Vec<Counts>,
    touched: Touched,
}

impl Before {
    /// The items that the change touched, and as what it found them.
    pub(crate) fn touching(self, touched: Touched) -> Self {
        Self { touched, ..self }
    }
}

impl Tenant {
    /// What it is before a change. Mails are not remembered: nobody reads them in the past.
    pub(crate) fn before(&mut self, past: &Past) -> Before {
        let rest = match past.changes.back() {
            Some(last) if self.is_as_it_was(&last.before.rest) => Arc::clone(&last.before.rest),
            _ => {
                let (drives, outbox) = (mem::take(&mut self.drives), mem::take(&mut self.outbox));
                let rest = Arc::new(self.clone());
                (self.drives, self.outbox) = (drives, outbox);
                rest
            }
        };
        let counts = self.drives.iter().map(|drive| drive.counts).collect();
        Before { rest, counts, touched: Touched::default() }
    }

    /// Goes back to before a change, the latest that there was. The mails stay.
    pub(crate) fn undo(&mut self, before: &Before) {
        self.put_back(before.touched.clone(), &before.counts);
        let now = mem::replace(self, Tenant::clone(&before.rest));
        (self.drives, self.outbox) = (now.drives, now.outbox);
    }
}

/// The last changes of a tenant.
#[derive(Debug, Default)]
pub(crate) struct Past {
    changes: VecDeque<Change>,
}

#[derive(Debug)]
struct Change {
    when: Timestamp,
    before: Before,
    /// The tenant after it, where another took its place before the next change.
    replaced: Option<Box<Tenant>>,
}

impl Past {
    /// Remembers what a tenant was before a change.
    pub(crate) fn remember(&mut self, when: Timestamp, before: Before) {
        if self.changes.len() == REMEMBERED {
            self.changes.pop_front();
        }
        self.changes.push_back(Change { when, before, replaced: None });
    }

    /// Items were touched after the last change by what is none itself, as a redeemed link is.
    pub(crate) fn touched(&mut self, touched: Touched) {
        if let Some(last) = self.changes.back_mut() {
            last.before.touched.extend(touched);
        }
    }

    /// Another tenant takes the place of this one.
    pub(crate) fn replaced(&mut self, mut tenant: Tenant) {
        self.touched(mem::take(&mut tenant.touched));
        if let Some(last) = self.changes.back_mut() {
            last.replaced.get_or_insert_with(|| Box::new(tenant));
        }
    }

    /// The old state of a tenant: the oldest that is remembered where it is older still, none where nothing changed since.
    pub(crate) fn at(&self, stale: Stale, now: Timestamp, tenant: &Tenant) -> Option<Tenant> {
        let first = match stale {
            Stale::Changes(changes) => {
                self.changes.len().saturating_sub(usize::try_from(changes).unwrap_or(usize::MAX))
            }
            Stale::Seconds(seconds) => {
                let then =
                    now.checked_sub(SignedDuration::from_secs(seconds.into())).unwrap_or(Timestamp::MIN);
                self.changes.partition_point(|change| change.when <= then)
            }
        };
        let last = self.changes.len().checked_sub(1).filter(|last| first <= *last)?;
        let replaced = self
            .changes
            .range(first..)
            .position(|change| change.replaced.is_some())
            .map(|place| first + place);
        let last = replaced.unwrap_or(last);
        let mut old = self.changes[last].replaced.as_deref().unwrap_or(tenant).clone();
        for change in self.changes.range(first..=last).rev() {
            old.undo(&change.before);
        }
        Some(old)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use sharing_model::Role;

    use super::*;
    use crate::{
        World,
        drive::{Grant, ROOT, shared_roles},
    };

    /// A tenant and its past, in which the nth change was made at the nth second and gave the root its nth version.
    fn past(changes: i64) -> (Tenant, Past) {
        let (mut tenant, mut past) = (World::contoso().tenant(0), Past::default());
        for change in 1..=changes {
            let before = tenant.before(&past);
            touch(&mut tenant);
            let before = before.touching(mem::take(&mut tenant.touched));
            past.remember(Timestamp::from_second(change).unwrap(), before);
        }
        (tenant, past)
    }

    fn touch(tenant: &mut Tenant) {
        let somebody = tenant.me;
        tenant.revoke((0, ROOT), somebody + 1);
    }

    fn version(tenant: &Tenant) -> u32 {
        tenant.drives[0].version(ROOT)
    }

    #[test]
    fn old_states_are_found_by_count_and_by_time() {
        let (tenant, past) = past(3);
        let (now, latest) = (Timestamp::from_second(10).unwrap(), version(&tenant));
        let ago = |stale| past.at(stale, now, &tenant).map(|old| latest - version(&old));
        assert_eq!(ago(Stale::Changes(1)), Some(1));
        assert_eq!(ago(Stale::Changes(3)), Some(3));
        assert_eq!(ago(Stale::Changes(9)), Some(3));
        assert_eq!(ago(Stale::Seconds(7)), None, "nothing changed in the last 7 seconds");
        assert_eq!(ago(Stale::Seconds(8)), Some(1));
        assert_eq!(ago(Stale::Seconds(u32::MAX)), Some(3));
        assert!(Past::default().at(Stale::Changes(1), now, &tenant).is_none());
    }

    #[test]
    fn an_old_state_is_the_one_that_was() {
        let (mut tenant, mut past) = past(2);
        let was = World::of(tenant.clone()).to_string();
        let before = tenant.before(&past);
        touch(&mut tenant);
        past.remember(Timestamp::UNIX_EPOCH, before.touching(mem::take(&mut tenant.touched)));
        // What is no change of itself is undone with the last one.
        touch(&mut tenant);
        past.touched(mem::take(&mut tenant.touched));
        let old = past.at(Stale::Changes(1), Timestamp::UNIX_EPOCH, &tenant).unwrap();
        assert_eq!(World::of(old).to_string(), was);
        // It stays the one that was when the tenant becomes another.
        past.replaced(tenant);
        let old = past.at(Stale::Changes(1), Timestamp::UNIX_EPOCH, &World::contoso().tenant(0)).unwrap();
        assert_eq!(World::of(old).to_string(), was);
    }

    #[test]
    fn what_somebody_held_is_put_back_however_the_item_was_touched_between() {
        let (mut tenant, mut past) = (World::contoso().tenant(0), Past::default());
        let (at, [one, other]) = ((0, ROOT), [tenant.me + 1, tenant.me + 2]);
        let give = |tenant: &mut Tenant, to, role| {
            tenant.grant(at, Arc::new(Grant::new(to, shared_roles(&[role]))));
        };
        let steps: [&dyn Fn(&mut Tenant); 4] = [
            &|tenant| give(tenant, one, Role::Read),
            // Held, then all of the item, then held again.
            &|tenant| {
                give(tenant, one, Role::Write);
                give(tenant, other, Role::Read);
                tenant.revoke(at, one);
                give(tenant, one, Role::Read);
            },
            &|tenant| tenant.revoke(at, other),
            &|tenant| give(tenant, other, Role::Write),
        ];
        let mut was = Vec::new();
        for step in steps {
            was.push(World::of(tenant.clone()).to_string());
            let before = tenant.before(&past);
            step(&mut tenant);
            past.remember(Timestamp::UNIX_EPOCH, before.touching(mem::take(&mut tenant.touched)));
            // What is no change of itself is undone with the last one.
            give(&mut tenant, one, Role::Write);
            past.touched(mem::take(&mut tenant.touched));
        }
        for (changes, was) in (1..).zip(was.iter().rev()) {
            let old = past.at(Stale::Changes(changes), Timestamp::UNIX_EPOCH, &tenant).unwrap();
            assert_eq!(World::of(old).to_string(), *was, "{changes} changes ago");
        }
    }

    #[test]
    fn the_oldest_makes_room() {
        let (tenant, past) = past(100);
        assert_eq!(past.changes.len(), REMEMBERED);
        let oldest = past.at(Stale::Changes(100), Timestamp::now(), &tenant).unwrap();
        assert_eq!(version(&tenant) - version(&oldest), 64);
    }
}
