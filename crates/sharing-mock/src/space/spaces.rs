//! The spaces of a server: found by name, made when they are asked for, given up when they are too many.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Instant,
};

use lru::LruCache;
use tokio::sync::watch;

use super::{DEFAULT, Settings, Space};

/// The longest name of a space.
const NAME_LIMIT: usize = 64;

/// After so many requests it is seen whether the spaces grew too large.
const WEIGHED_EVERY: usize = 256;

/// The spaces of a server, by name, each made when it is first asked for.
#[derive(Debug)]
pub(crate) struct Spaces {
    settings: Arc<Settings>,
    /// Never given up.
    pub(crate) default: Arc<Space>,
    named: Mutex<LruCache<Arc<str>, Arc<Space>>>,
    /// How often a named space was asked for.
    asked: AtomicUsize,
    /// How many were given up to make room.
    evicted: AtomicU64,
    pub(crate) began: Instant,
    /// Ends when the server stops.
    pub(crate) running: watch::Receiver<()>,
}

impl Spaces {
    pub(crate) fn new(settings: Settings, running: watch::Receiver<()>) -> Self {
        let settings = Arc::new(settings);
        Self {
            default: Arc::new(Space::new(DEFAULT, Arc::clone(&settings))),
            named: Mutex::new(LruCache::unbounded()),
            asked: AtomicUsize::new(0),
            evicted: AtomicU64::new(0),
            began: Instant::now(),
            running,
            settings,
        }
    }

    fn named(&self) -> MutexGuard<'_, LruCache<Arc<str>, Arc<Space>>> {
        self.named.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The space of that name, made where there is none; an error where it is no name.
    pub(crate) fn get(&self, name: &str) -> Result<Arc<Space>, NoSpace> {
        if name == DEFAULT {
            return Ok(Arc::clone(&self.default));
        }
        let weigh = self.asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(WEIGHED_EVERY);
        let mut named = self.named();
        let space = match named.get(name) {
            Some(space) => Arc::clone(space),
            None if !is_name(name) => return Err(NoSpace(name.to_owned())),
            None => {
                let space = Arc::new(Space::new(name, Arc::clone(&self.settings)));
                named.put(Arc::clone(&space.name), Arc::clone(&space));
                space
            }
        };
        if weigh || named.len() > self.settings.spaces.get() {
            self.make_room(&mut named);
        }
        Ok(space)
    }

    /// Gives up those that were not asked for longest, until the others are few and small enough. One that a test or a
    /// request holds stays.
    fn make_room(&self, named: &mut LruCache<Arc<str>, Arc<Space>>) {
        let mut weight: usize = named.iter().map(|(_, space)| space.weight()).sum();
        while named.len() > self.settings.spaces.get() || weight > self.settings.memory {
            let free = named.iter().rev().find(|(_, space)| Arc::strong_count(space) == 1);
            let Some(name) = free.map(|(name, _)| Arc::clone(name)) else { return };
            weight -= named.pop(&name).map_or(0, |space| space.weight());
            self.evicted.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// All there are, the default one first, then by name.
    pub(crate) fn all(&self) -> Vec<Arc<Space>> {
        let mut named: Vec<_> = self.named().iter().map(|(_, space)| Arc::clone(space)).collect();
        named.sort_by(|one, other| one.name.cmp(&other.name));
        named.insert(0, Arc::clone(&self.default));
        named
    }

    /// Gives one up. Whoever holds it keeps it; who names it next gets a new one. False where there is none.
    pub(crate) fn remove(&self, name: &str) -> bool {
        self.named().pop(name).is_some()
    }

    /// How many were given up to make room.
    pub(crate) fn evicted(&self) -> u64 {
        self.evicted.load(Ordering::Relaxed)
    }
}

/// That is no name of a space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NoSpace(pub(crate) String);

impl NoSpace {
    /// What would be one.
    pub(crate) const RIGHT: &'static str = "1 to 64 of the characters A-Z, a-z, 0-9, '.', '_', '-' and '~'";
}

fn is_name(name: &str) -> bool {
    let is_safe = |c: u8| c.is_ascii_alphanumeric() || b"._-~".contains(&c);
    // A path segment of dots alone is taken out on its way.
    (1..=NAME_LIMIT).contains(&name.len()) && name.bytes().all(is_safe) && name.bytes().any(|c| c != b'.')
}

#[cfg(test)]
mod tests {
    use std::{num::NonZeroUsize, time::Duration};

    use jiff::Timestamp;

    use super::*;
    use crate::journal::Record;

    fn spaces(settings: Settings) -> Spaces {
        Spaces::new(settings, watch::channel(()).1)
    }

    #[test]
    fn the_one_that_was_not_asked_for_longest_makes_room() {
        let spaces = spaces(Settings { spaces: NonZeroUsize::new(2).unwrap(), ..Settings::default() });
        let held = spaces.get("held").unwrap();
        for name in ["one", "two", "three"] {
            spaces.get(name).unwrap();
        }
        let names: Vec<_> = spaces.all().iter().map(|space| space.name().to_owned()).collect();
        assert_eq!((names.join(" ").as_str(), spaces.evicted()), ("default held three", 2));
        assert!(Arc::ptr_eq(&held, &spaces.get("held").unwrap()));
        assert!(spaces.remove("held") && !spaces.remove("held") && !spaces.remove(DEFAULT));
    }

    #[test]
    fn what_weighs_too_much_goes_too() {
        let spaces = spaces(Settings { memory: 10_000, ..Settings::default() });
        spaces.get("small").unwrap();
        let record = Record { method: "POST", status: 200, length: 20_000, ..Record::default() };
        spaces.get("large").unwrap().record(&record);
        for _ in 0..WEIGHED_EVERY {
            spaces.get("small").unwrap();
        }
        assert_eq!(spaces.all().len(), 2);
        assert_eq!(spaces.get("large").unwrap().journal().entries().count(), 0);
    }

    #[test]
    fn a_name_is_safe_in_a_path() {
        let spaces = spaces(Settings::default());
        let long = "x".repeat(NAME_LIMIT + 1);
        for name in ["", ".", "..", "a b", "a/b", "a%20b", "ä", &long] {
            assert_eq!(spaces.get(name).unwrap_err(), NoSpace(name.to_owned()));
        }
        assert!(spaces.get("test_module::it".replace("::", "-").as_str()).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_reset_makes_it_as_it_was() {
        let spaces = spaces(Settings { clock: Some(Timestamp::UNIX_EPOCH), ..Settings::default() });
        let space = &spaces.default;
        let first = space.request_id();
        space.clock.advance(Duration::from_secs(1));
        space.record(&Record::default());
        space.reset();
        assert_eq!((space.request_id(), space.clock.now()), (first, Timestamp::UNIX_EPOCH));
        assert_eq!(space.journal().entries().count(), 0);
        assert_eq!(space.weight(), 0);
    }
}
