//! Faults on demand: rules in an order, of which the first that meets a request strikes it.
//!
//! Pure: it says what is to happen, and the way of a request makes it happen. Chance comes from a seed, so that the same
//! requests meet the same faults.

mod build;
mod check;
mod header;
mod preset;
mod rule;
mod strike;

use std::{collections::HashMap, sync::Arc};

use fastrand::Rng;
use percent_encoding::percent_decode_str;
use serde::Serialize;
use sharing_model::ActionKind;
use wildmatch::WildMatch;

pub use self::{
    check::{FaultList, InvalidFaults, fault_list_schema},
    preset::FaultPreset,
    rule::{Cut, FaultBody, FaultEffect, FaultMatch, FaultRule},
};
pub(crate) use self::{
    check::{check, check_one, plain, read},
    header::HEADER,
    strike::{Damage, error},
};

/// How many different headers with `times` or `nth` are counted: enough for any test, and no more memory than that.
const COUNTED: usize = 1_024;

/// What a fault may ask of a request.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a str,
    /// With its version, percent-encoded, without the query.
    pub(crate) path: &'a str,
    pub(crate) action: Option<ActionKind>,
    /// The item that it is about, where there is one; it is looked for only when some rule asks.
    pub(crate) item: &'a dyn Fn() -> Option<AskedItem>,
    pub(crate) header: &'a dyn Fn(&str) -> Option<&'a str>,
    pub(crate) in_batch: bool,
}

/// The item that a request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AskedItem {
    pub(crate) id: String,
    /// In its drive, as in `/Projects/Quarterly report.docx`.
    pub(crate) path: String,
}

/// What happens to a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fault {
    /// The rule's id, or that it came in a header.
    pub(crate) id: Arc<str>,
    pub(crate) then: Arc<FaultEffect>,
    /// Of this and of the rules before it that only made late.
    pub(crate) latency_ms: u64,
}

/// A rule and what it did so far.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sharing_mock::{FaultRule, MockServer};
///
/// let server = MockServer::builder().fault(FaultRule::status(503).nth(2).named("outage")).start().await?;
/// reqwest::get(format!("{}/v1.0/drive", server.url())).await?;
/// let [outage] = &server.faults()[..] else { panic!("one fault") };
/// assert_eq!((outage.rule.id.as_deref(), outage.met, outage.hits), (Some("outage"), 1, 0));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
#[non_exhaustive]
pub struct FaultState {
    /// The rule.
    #[serde(flatten)]
    pub rule: FaultRule,
    /// How many requests it met, struck or not.
    pub met: u64,
    /// How many it struck.
    pub hits: u64,
}

/// The faults of a space.
#[derive(Debug)]
pub(crate) struct Faults {
    seed: u64,
    entries: Vec<Entry>,
    /// How many ids were given.
    named: u64,
    /// What requests asked for by header, with what it did so far, by header and request.
    by_header: HashMap<String, Count>,
}

#[derive(Debug)]
struct Entry {
    rule: FaultRule,
    id: Arc<str>,
    then: Arc<FaultEffect>,
    path: Option<WildMatch>,
    item: Option<WildMatch>,
    headers: Vec<(String, WildMatch)>,
    count: Count,
    chance: Rng,
}

/// What a rule did so far.
#[derive(Debug, Default, Clone, Copy)]
struct Count {
    met: u64,
    hits: u64,
}

impl Count {
    /// Counts one more request, and whether it is one that is struck.
    fn strikes(&mut self, rule: &FaultRule, chance: &mut Rng) -> bool {
        self.met += 1;
        let times = rule.times.unwrap_or(if rule.nth.is_some() { 1 } else { u64::MAX });
        let strikes = self.met >= rule.nth.unwrap_or(1)
            && self.hits < times
            // A random number is at least 0 and less than 1: 0 never strikes, 1 always.
            && rule.probability.is_none_or(|probability| chance.f64() < probability);
        self.hits += u64::from(strikes);
        strikes
    }
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, entries: Vec::new(), named: 0, by_header: HashMap::new() }
    }

    /// Takes these in the place of all that there were. They were checked before.
    pub(crate) fn replace(&mut self, rules: Vec<FaultRule>) {
        self.entries.clear();
        for rule in rules {
            self.add(rule);
        }
    }

    /// Adds a rule after the others, or in the place of the one with its id. Returns its id.
    pub(crate) fn add(&mut self, mut rule: FaultRule) -> Arc<str> {
        let id: Arc<str> = match &rule.id {
            Some(id) => Arc::from(&**id),
            None => loop {
                self.named += 1;
                let id = format!("fault-{}", self.named);
                if self.entries.iter().all(|entry| *entry.id != *id) {
                    break id.into();
                }
            },
        };
        rule.id = Some(id.to_string());
        let entry = Entry {
            path: rule.matching.path.as_deref().map(WildMatch::new),
            // Names in a drive are not case-sensitive; ids are, but no two differ in that alone.
            item: rule.matching.item.as_deref().map(|item| WildMatch::new(&item.to_lowercase())),
            headers: rule
                .matching
                .headers
                .iter()
                .map(|(name, pattern)| (name.clone(), WildMatch::new(pattern)))
                .collect(),
            chance: self.chance(&rule, &id),
            then: Arc::new(rule.then.clone()),
            count: Count::default(),
            id: Arc::clone(&id),
            rule,
        };
        match self.entries.iter_mut().find(|known| known.id == id) {
            Some(known) => *known = entry,
            None => self.entries.push(entry),
        }
        id
    }

    /// Takes a rule away. Whether there was one.
    pub(crate) fn remove(&mut self, id: &str) -> bool {
        let before = self.entries.len();
        self.entries.retain(|entry| &*entry.id != id);
        self.entries.len() < before
    }

    /// Every rule, in order.
    pub(crate) fn states(&self) -> Vec<FaultState> {
        self.entries.iter().map(Entry::state).collect()
    }

    /// One rule.
    pub(crate) fn state(&self, id: &str) -> Option<FaultState> {
        self.entries.iter().find(|entry| *entry.id == *id).map(Entry::state)
    }

    /// What is to happen to a request: what its own header asks for, or what the first rule says that strikes. A rule
    /// that only makes late lets the next ones have their say.
    ///
    /// # Errors
    ///
    /// What is wrong with the header.
    pub(crate) fn decide(&mut self, asked: &Asked<'_>) -> Result<Option<Fault>, InvalidFaults> {
        if let Some(value) = (asked.header)(HEADER) {
            let fault = self.by_header(value, asked)?;
            if fault.is_some() {
                return Ok(fault);
            }
        }
        if self.entries.is_empty() {
            return Ok(None);
        }
        let path = percent_decode_str(asked.path).decode_utf8_lossy();
        let mut item = None;
        let mut late: Option<Fault> = None;
        for entry in &mut self.entries {
            if entry.rule.off
                || !entry.meets(asked, &path, &mut item)
                || !entry.count.strikes(&entry.rule, &mut entry.chance)
            {
                continue;
            }
            let latency_ms =
                late.as_ref().map_or(0, |late| late.latency_ms) + entry.then.latency_ms.map_or(0, u64::from);
            let fault = Fault { id: Arc::clone(&entry.id), then: Arc::clone(&entry.then), latency_ms };
            if !entry.then.only_late() {
                return Ok(Some(fault));
            }
            late = Some(fault);
        }
        Ok(late)
    }

    fn by_header(&mut self, value: &str, asked: &Asked<'_>) -> Result<Option<Fault>, InvalidFaults> {
        let rule = header::parse(value)?;
        let strikes = if rule.times.is_some() || rule.nth.is_some() {
            let key = format!("{} {} {value}", asked.method, asked.path);
            if self.by_header.len() >= COUNTED && !self.by_header.contains_key(&key) {
                self.by_header.clear();
            }
            let mut chance = self.chance(&rule, HEADER);
            self.by_header.entry(key).or_default().strikes(&rule, &mut chance)
        } else {
            true
        };
        let latency_ms = rule.then.latency_ms.map_or(0, u64::from);
        Ok(strikes.then(|| Fault { id: HEADER.into(), then: Arc::new(rule.then), latency_ms }))
    }

    /// Each rule has chance of its own, so that another rule changes nothing for it.
    fn chance(&self, rule: &FaultRule, id: &str) -> Rng {
        let own = crate::identifier::guid(&format!("fault {id}")).as_u64_pair().0;
        Rng::with_seed(rule.seed.unwrap_or(self.seed ^ own))
    }
}

impl Entry {
    fn state(&self) -> FaultState {
        FaultState { rule: self.rule.clone(), met: self.count.met, hits: self.count.hits }
    }

    fn meets(&self, asked: &Asked<'_>, path: &str, item: &mut Option<Option<AskedItem>>) -> bool {
        let matching = &self.rule.matching;
        let among =
            |methods: &[String]| methods.is_empty() || methods.iter().any(|method| method == asked.method);
        among(&matching.methods)
            && (matching.actions.is_empty()
                || asked.action.is_some_and(|action| matching.actions.contains(&action)))
            && matching.in_batch.is_none_or(|in_batch| in_batch == asked.in_batch)
            && self.path.as_ref().is_none_or(|pattern| pattern.matches(path))
            && self
                .headers
                .iter()
                .all(|(name, pattern)| (asked.header)(name).is_some_and(|value| pattern.matches(value)))
            && self.item.as_ref().is_none_or(|pattern| {
                let item = item.get_or_insert_with(asked.item);
                item.as_ref().is_some_and(|item| {
                    pattern.matches(&item.id.to_lowercase()) || pattern.matches(&item.path.to_lowercase())
                })
            })
    }
}

impl FaultEffect {
    /// Whether the answer comes late, and is nothing but that.
    fn only_late(&self) -> bool {
        *self == Self { latency_ms: self.latency_ms, ..Self::default() }
    }
}

#[cfg(test)]
mod tests;
