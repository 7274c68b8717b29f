//! Spaces: what a test owns, so that tests share a process and nothing else.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use jiff::Timestamp;

use crate::{
    clock::Clock,
    fault::{FaultRule, Faults},
    identifier,
    journal::Journal,
    limit::{Limiter, Limits},
    login::{Login, device::Device},
    past::Past,
    scope_report::ScopeUse,
    tenant::Tenant,
    token::AuthMode,
    world::World,
};

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
}

/// A tenant and all that belongs to it.
#[derive(Debug)]
pub(crate) struct Space {
    tenant: Mutex<Tenant>,
    past: Mutex<Past>,
    journal: Mutex<Journal>,
    login: Mutex<Login>,
    faults: Mutex<Faults>,
    limits: Mutex<Limiter>,
    pub(crate) clock: Clock,
    pub(crate) auth: AuthMode,
    /// What was asked with which kind of token.
    pub(crate) scopes: ScopeUse,
    seed: u64,
    /// How many requests came.
    requests: AtomicU64,
}

impl Space {
    pub(crate) fn new(settings: &Settings) -> Self {
        let mut faults = Faults::new(settings.seed);
        faults.replace(settings.faults.clone());
        Self {
            tenant: Mutex::new(settings.world.tenant()),
            past: Mutex::default(),
            journal: Mutex::new(Journal::new(settings.journal)),
            login: Mutex::new(Login::new(settings.seed, settings.approve_devices_after)),
            faults: Mutex::new(faults),
            limits: Mutex::new(Limiter::new(settings.limits.clone())),
            clock: Clock::new(settings.clock),
            auth: settings.auth,
            scopes: ScopeUse::default(),
            seed: settings.seed,
            requests: AtomicU64::new(0),
        }
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
    pub(crate) fn request_id(&self) -> String {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let name = match self.seed {
            0 => format!("request {number}"),
            seed => format!("seed {seed} request {number}"),
        };
        identifier::guid(&name).to_string()
    }
}

/// The spaces of a server, by name, each made when it is first asked for.
#[derive(Debug)]
pub(crate) struct Spaces {
    /// The one of whoever names none.
    pub(crate) default: Arc<Space>,
}

impl Spaces {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self { default: Arc::new(Space::new(settings)) }
    }
}
