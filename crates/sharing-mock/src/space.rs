//! Spaces: what a test owns, so that tests share a process and nothing else.

mod spaces;

use std::{
    collections::VecDeque,
    mem,
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use jiff::Timestamp;
use tokio::sync::Notify;
use uuid::Uuid;

pub(crate) use self::spaces::{NoSpace, Spaces};
use crate::{
    clock::Clock,
    fault::{FaultRule, Faults},
    identifier,
    journal::{Journal, Record},
    limit::{Limiter, Limits},
    login::{Login, device::Device},
    past::{Past, Touched},
    scope_report::ScopeUse,
    tenant::Tenant,
    token::AuthMode,
    world::World,
};

/// The space of whoever names none.
pub(crate) const DEFAULT: &str = "default";

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
        restored.touched = Touched::default();
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
