//! What came in: a bounded record, which says what it dropped.

use std::{collections::VecDeque, time::Duration};

use jiff::Timestamp;
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Entry {
    /// Its place among the space's requests, from 1, in the order in which they were answered.
    pub number: u64,
    /// When it came, by the space's clock.
    #[serde(serialize_with = "as_text")]
    pub time: Timestamp,
    /// The method, after `X-HTTP-Method-Override`.
    pub method: Box<str>,
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
#[derive(Debug)]
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
}

impl Journal {
    pub(crate) const fn new(limit: usize) -> Self {
        Self { entries: VecDeque::new(), limit, count: 0 }
    }

    /// Adds a request; the oldest makes room.
    pub(crate) fn record(&mut self, record: &Record<'_>) {
        self.count += 1;
        if self.limit == 0 {
            return;
        }
        if self.entries.len() == self.limit {
            self.entries.pop_front();
        }
        let facts = record.action.map(ActionKind::facts);
        self.entries.push_back(Entry {
            number: self.count,
            time: record.time,
            method: record.method.into(),
            path: record.path.into(),
            query: record.query.map(Into::into),
            action: facts.map(|facts| facts.name),
            status: record.status,
            units: facts.map_or(1, |facts| facts.units),
            rule: record.rule,
            reason: record.reason.map(Into::into),
            microseconds: record.took.as_micros().try_into().unwrap_or(u64::MAX),
            in_batch: record.in_batch,
        });
    }

    /// What is still there, oldest first.
    pub(crate) fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
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
            journal.record(&Record {
                time: Timestamp::UNIX_EPOCH,
                method: "GET",
                path: "/",
                query: None,
                action: None,
                status,
                rule: None,
                reason: None,
                took: Duration::ZERO,
                in_batch: false,
            });
        }
        let kept: Vec<_> = journal.entries().map(|entry| (entry.number, entry.status)).collect();
        assert_eq!((kept, journal.dropped()), (vec![(2, 201), (3, 204)], 1));
    }
}
