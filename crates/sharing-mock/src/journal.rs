//! What came in: a bounded record, which says what it dropped.

use std::{borrow::Cow, collections::VecDeque, sync::Arc, time::Duration};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use sharing_model::ActionKind;

/// One request and what became of it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let server = sharing_mock::MockServer::start().await?;
/// let list = format!("{}/v1.0/drive/root/permissions", server.url());
/// reqwest::Client::new().get(list).bearer_auth("any").send().await?;
/// let [entry] = &server.requests()[..] else { panic!("one request") };
/// assert_eq!((entry.number, &*entry.path, entry.status), (1, "/v1.0/drive/root/permissions", 200));
/// assert_eq!((entry.action, entry.units), (Some("list permissions"), 5));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Entry {
    /// Its place among the space's requests, from 1, in the order in which they were answered.
    pub number: u64,
    /// The space that it came to.
    pub space: Arc<str>,
    /// When it came, by the space's clock.
    #[serde(serialize_with = "as_text")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub time: Timestamp,
    /// The method, after `X-HTTP-Method-Override`.
    pub method: Cow<'static, str>,
    /// The path as it came, without the space's prefix and the query.
    pub path: Box<str>,
    /// What followed the path's question mark.
    pub query: Option<Box<str>>,
    /// The action's name in the model's table, as in `list permissions`; none where it was no action.
    pub action: Option<&'static str>,
    /// The status of the answer; 0 where the connection was cut instead.
    pub status: u16,
    /// What it costs under the service's limits, in resource units.
    pub units: u32,
    /// The rule that decided, by name: the model's, or the mock's own.
    pub rule: Option<&'static str>,
    /// Why it was decided so.
    pub reason: Option<Box<str>>,
    /// How long the answer took, in microseconds of real time.
    pub microseconds: u64,
    /// Whether it came in a batch.
    pub in_batch: bool,
}

/// What is recorded of a request: an entry without its number.
#[derive(Debug, Default)]
pub(crate) struct Record<'a> {
    pub(crate) time: Timestamp,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
    pub(crate) action: Option<ActionKind>,
    pub(crate) status: u16,
    pub(crate) rule: Option<&'static str>,
    pub(crate) reason: Option<&'a str>,
    pub(crate) took: Duration,
    /// How many bytes its body had.
    pub(crate) length: usize,
    pub(crate) in_batch: bool,
}

/// The latest requests of a space.
#[derive(Debug)]
pub(crate) struct Journal {
    entries: VecDeque<Entry>,
    /// At most so many entries.
    limit: usize,
    /// How many requests there ever were.
    count: u64,
    /// How much the entries hold, about.
    bytes: usize,
}

/// At most so many bytes of entries: some paths are long.
const BYTES: usize = 8 << 20;

impl Entry {
    fn bytes(&self) -> usize {
        let texts = [Some(&self.path), self.query.as_ref(), self.reason.as_ref()];
        size_of::<Self>() + texts.into_iter().flatten().map(|text| text.len()).sum::<usize>()
    }
}

/// A method of the protocol, which need not be copied.
fn usual(method: &str) -> Option<&'static str> {
    ["GET", "POST", "PATCH", "DELETE"].into_iter().find(|usual| *usual == method)
}

impl Journal {
    pub(crate) const fn new(limit: usize) -> Self {
        Self { entries: VecDeque::new(), limit, count: 0, bytes: 0 }
    }

    /// Adds a request; the oldest make room.
    pub(crate) fn record(&mut self, space: &Arc<str>, record: &Record<'_>) {
        self.count += 1;
        if self.limit == 0 {
            return;
        }
        while self.entries.len() >= self.limit || self.bytes > BYTES {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.bytes -= oldest.bytes();
        }
        let facts = record.action.map(ActionKind::facts);
        let entry = Entry {
            number: self.count,
            space: Arc::clone(space),
            time: record.time,
            method: usual(record.method).map_or_else(|| record.method.to_owned().into(), Cow::Borrowed),
            path: record.path.into(),
            query: record.query.map(Into::into),
            action: facts.map(|facts| facts.name),
            status: record.status,
            units: facts.map_or(1, |facts| facts.units),
            rule: record.rule,
            reason: record.reason.map(Into::into),
            microseconds: record.took.as_micros().try_into().unwrap_or(u64::MAX),
            in_batch: record.in_batch,
        };
        self.bytes += entry.bytes();
        self.entries.push_back(entry);
    }

    /// Forgets all requests, and that there were any.
    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.limit);
    }

    /// How many requests there ever were.
    pub(crate) const fn count(&self) -> u64 {
        self.count
    }

    /// How much the entries hold, about.
    pub(crate) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// What is still there, oldest first.
    pub(crate) fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> + ExactSizeIterator {
        self.entries.iter()
    }

    /// How many are gone: made room for later ones.
    pub(crate) fn dropped(&self) -> u64 {
        self.count - self.entries.len() as u64
    }
}

pub(crate) fn as_text<S: serde::Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_keeps_the_latest_and_says_what_it_dropped() {
        let mut journal = Journal::new(2);
        for status in [200, 201, 204] {
            journal.record(&"default".into(), &Record { status, path: "/", ..Record::default() });
        }
        let kept: Vec<_> = journal.entries().map(|entry| (entry.number, entry.status)).collect();
        assert_eq!((kept, journal.dropped()), (vec![(2, 201), (3, 204)], 1));
    }
}
