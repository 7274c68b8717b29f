//! Spaces: what a test owns, so that tests share a process and nothing else.

use std::{
    collections::VecDeque,
    mem,
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Instant,
};

use jiff::Timestamp;
use lru::LruCache;
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use crate::{
    clock::Clock,
    fault::{FaultRule, Faults},
    identifier,
    journal::{Journal, Record},
    limit::{Limiter, Limits},
    login::{Login, device::Device},
    past::Past,
    scope_report::ScopeUse,
    tenant::Tenant,
    token::AuthMode,
    world::World,
};

/// The space of whoever names none.
pub(crate) const DEFAULT: &str = "default";

/// The longest name of a space.
const NAME_LIMIT: usize = 64;

/// After so many requests it is seen whether the spaces grew too large.
const WEIGHED_EVERY: usize = 256;

/// What every space of a server starts with.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// What there is before the first request.
    pub(crate) world: World,
    /// Another seed, other request ids.
    pub(crate) seed: u64,
    /// Where the clock starts; the real time where it is not said.
    pub(crate) clock: Option<Timestamp>,
    /// How many requests the journal holds.
    pub(crate) journal: usize,
    /// Which tokens are taken.
    pub(crate) auth: AuthMode,
    /// After how many questions of a device the sample user has typed its code.
    pub(crate) approve_devices_after: Option<u32>,
    pub(crate) faults: Vec<FaultRule>,
    pub(crate) limits: Limits,
    /// How many named spaces there are at most.
    pub(crate) spaces: NonZeroUsize,
    /// How many bytes the named spaces may hold beyond what they started with.
    pub(crate) memory: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            world: World::contoso(),
            seed: 0,
            clock: None,
            journal: 10_000,
            spaces: NonZeroUsize::new(1024).unwrap_or(NonZeroUsize::MIN),
            memory: 512 << 20,
            auth: AuthMode::Any,
            approve_devices_after: None,
            faults: Vec::new(),
            limits: Limits::default(),
        }
    }
}

/// How many snapshots of a space are kept.
const SNAPSHOTS: usize = 100;

/// The latest snapshots of a space, oldest first, and how many were taken. Each shares what did not change.
type Snapshots = (VecDeque<(u64, Tenant)>, u64);

/// A tenant and all that belongs to it.
#[derive(Debug)]
pub(crate) struct Space {
    name: Arc<str>,
    settings: Arc<Settings>,
    tenant: Mutex<Tenant>,
    past: Mutex<Past>,
    journal: Mutex<Journal>,
    login: Mutex<Login>,
    faults: Mutex<Faults>,
    limits: Mutex<Limiter>,
    snapshots: Mutex<Snapshots>,
    pub(crate) clock: Clock,
    pub(crate) auth: AuthMode,
    /// What was asked with which kind of token.
    pub(crate) scopes: ScopeUse,
    /// How many requests came.
    requests: AtomicU64,
    /// How many bytes were written into the tenant, about.
    written: AtomicUsize,
    /// Told of each request that is answered.
    pub(crate) answered: Notify,
}

impl Space {
    fn new(name: &str, settings: Arc<Settings>) -> Self {
        Self {
            name: name.into(),
            tenant: Mutex::new(settings.world.tenant(settings.seed)),
            past: Mutex::default(),
            journal: Mutex::new(Journal::new(settings.journal)),
            login: Mutex::new(Login::new(settings.seed, settings.approve_devices_after)),
            faults: Mutex::new(faults(&settings)),
            limits: Mutex::new(Limiter::new(settings.limits.clone())),
            snapshots: Mutex::default(),
            clock: Clock::new(settings.clock),
            auth: settings.auth,
            scopes: ScopeUse::default(),
            requests: AtomicU64::new(0),
            written: AtomicUsize::new(0),
            answered: Notify::new(),
            settings,
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// No request leaves the tenant half changed: a poisoned lock guards a whole one.
    pub(crate) fn tenant(&self) -> MutexGuard<'_, Tenant> {
        self.tenant.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the tenant was.
    pub(crate) fn past(&self) -> MutexGuard<'_, Past> {
        self.past.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn limits(&self) -> MutexGuard<'_, Limiter> {
        self.limits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn login(&self) -> MutexGuard<'_, Login> {
        self.login.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The devices whose codes can be typed, oldest first.
    pub(crate) fn device_codes(&self) -> Vec<Device> {
        self.login().devices.waiting(self.clock.now()).into_iter().cloned().collect()
    }

    /// A person types a device's code: the one with this name, or the sample user; `None` declines. Nothing comes back
    /// where nothing waits under the code, or nobody has the name.
    pub(crate) fn decide_device(&self, user_code: &str, approved_by: Option<Option<&str>>) -> Option<Device> {
        let person = match approved_by {
            None => None,
            Some(None) => Some(self.tenant().sample_person()),
            Some(Some(name)) => Some(self.tenant().person(name)?),
        };
        self.login().devices.decide(user_code, person, self.clock.now()).cloned()
    }

    /// Other limits from now on.
    pub(crate) fn set_limits(&self, limits: Limits) {
        self.limits().set(limits);
    }

    /// The service's name for the next request.
    pub(crate) fn request_id(&self) -> Uuid {
        identifier::request_id(self.settings.seed, self.requests.fetch_add(1, Ordering::Relaxed))
    }

    /// Puts a request on record.
    pub(crate) fn record(&self, record: &Record<'_>) {
        self.journal().record(&self.name, record);
        if record.status < 300 && record.method != "GET" {
            // What a change leaves in the tenant is bounded by what was sent for it, and a little more.
            self.written.fetch_add(record.length + 1024, Ordering::Relaxed);
        }
        self.answered.notify_waiters();
    }

    fn snapshots(&self) -> MutexGuard<'_, Snapshots> {
        self.snapshots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers the tenant as it is, by the number that comes back.
    pub(crate) fn take_snapshot(&self) -> u64 {
        let tenant = self.tenant().clone();
        let mut snapshots = self.snapshots();
        let (kept, count) = &mut *snapshots;
        if kept.len() == SNAPSHOTS {
            kept.pop_front();
        }
        *count += 1;
        kept.push_back((*count, tenant));
        *count
    }

    /// Makes the tenant as it was; false where there is no such snapshot.
    pub(crate) fn restore_snapshot(&self, number: u64) -> bool {
        let snapshots = self.snapshots();
        let Some((_, tenant)) = snapshots.0.iter().find(|(taken, _)| *taken == number) else { return false };
        let mut restored = tenant.clone();
        restored.touched.clear();
        drop(snapshots);
        let mut tenant = self.tenant();
        let was = mem::replace(&mut *tenant, restored);
        self.past().replaced(was);
        drop(tenant);
        self.answered.notify_waiters();
        true
    }

    /// About how many bytes it holds beyond what it started with.
    fn weight(&self) -> usize {
        self.journal().bytes() + self.written.load(Ordering::Relaxed)
    }

    /// Makes the tenant another.
    pub(crate) fn set_world(&self, world: &World) {
        *self.tenant() = world.tenant(self.settings.seed);
        *self.past() = Past::default();
        self.answered.notify_waiters();
    }

    /// Makes it as it was before its first request.
    pub(crate) fn reset(&self) {
        *self.tenant() = self.settings.world.tenant(self.settings.seed);
        self.journal().clear();
        *self.snapshots() = Snapshots::default();
        *self.login() = Login::new(self.settings.seed, self.settings.approve_devices_after);
        *self.faults() = faults(&self.settings);
        *self.limits() = Limiter::new(self.settings.limits.clone());
        *self.past() = Past::default();
        self.scopes.clear();
        match self.settings.clock {
            Some(start) => self.clock.start(start),
            None => self.clock.real(),
        }
        self.requests.store(0, Ordering::Relaxed);
        self.written.store(0, Ordering::Relaxed);
        self.answered.notify_waiters();
    }
}

/// The faults that a space starts with.
fn faults(settings: &Settings) -> Faults {
    let mut faults = Faults::new(settings.seed);
    faults.replace(settings.faults.clone());
    faults
}

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
    use std::time::Duration;

    use super::*;

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
