//! `diff`: what two access lists, or a list and the service, say differently.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

use futures_util::stream::{self, BoxStream, StreamExt};
use jiff::Timestamp;
use serde::Serialize;
use sharing_http::Client;
use sharing_model::ItemAddress;

use crate::{Audit, AuditRow, Entry, Expiry, How, Row, report::ReportRow};

/// What one list says of somebody's access to an item.
///
/// ```
/// use sharing_bulk::{Held, diff};
///
/// assert!(diff(Vec::new(), Vec::new(), "2026-12-01T00:00:00Z".parse()?).is_empty());
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Held {
    /// The role.
    pub role: String,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
}

/// One thing that two lists say differently.
///
/// ```
/// use sharing_bulk::{AccessListReader, Format, diff};
///
/// let read = |text: &str| {
///     AccessListReader::new(text.as_bytes(), Format::Csv).collect::<Result<Vec<_>, _>>()
/// };
/// let a = read("item,recipient,role\n/drive/root:/a,ryan@contoso.com,read\n/drive/root:/a,priya@contoso.com,read\n")?;
/// let b = read("item,recipient,role\n/drive/root:/a,Ryan@contoso.com,write\n")?;
/// let told: Vec<_> = diff(a, b, jiff::Timestamp::UNIX_EPOCH).iter().map(ToString::to_string).collect();
/// assert_eq!(told, [
///     "- /drive/root:/a priya@contoso.com read",
///     "~ /drive/root:/a ryan@contoso.com read -> write",
/// ]);
/// # Ok::<(), sharing_bulk::AccessListFault>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// The item.
    #[serde(with = "crate::text")]
    pub item: ItemAddress,
    /// Who.
    pub recipient: String,
    /// What the first list says; nothing where it does not have them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<Held>,
    /// What the second list says, or the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second: Option<Held>,
    /// Why nobody knows what the service says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Difference {
    /// `removed` where only the first list has them, `added` where only the second one has, `changed`, or `unread`.
    ///
    /// ```
    /// # use sharing_bulk::{AccessListReader, Format, diff};
    /// let text = "item,recipient,role\n/drive/root:/a,ryan@contoso.com,read\n";
    /// let rows = AccessListReader::new(text.as_bytes(), Format::Csv).collect::<Result<Vec<_>, _>>()?;
    /// assert_eq!(diff(Vec::new(), rows, jiff::Timestamp::UNIX_EPOCH)[0].word(), "added");
    /// # Ok::<(), sharing_bulk::AccessListFault>(())
    /// ```
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match (&self.error, &self.first, &self.second) {
            (Some(_), ..) => "unread",
            (_, Some(_), Some(_)) => "changed",
            (_, Some(_), None) => "removed",
            _ => "added",
        }
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.role)?;
        self.expires.map_or(Ok(()), |at| write!(f, " until {at}"))
    }
}

/// As a line of a diff: `-`, `+` or `~`, the item, who, and what.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { item, recipient, first, second, error } = self;
        match (error, first, second) {
            (Some(error), ..) => write!(f, "? {item} {error}"),
            (_, Some(first), Some(second)) => write!(f, "~ {item} {recipient} {first} -> {second}"),
            (_, Some(held), None) => write!(f, "- {item} {recipient} {held}"),
            (_, None, Some(held)) => write!(f, "+ {item} {recipient} {held}"),
            (_, None, None) => write!(f, "  {item} {recipient}"),
        }
    }
}

impl ReportRow for Difference {
    const COLUMNS: &'static [&'static str] =
        &["change", "item", "recipient", "was-role", "was-expires", "role", "expires", "error"];
    const WHO: &'static str = "recipient";
    const STATE: &'static str = "change";
    const SHOWN: &'static [&'static str] = &["change", "item", "recipient", "was-role", "role", "expires"];

    fn cells(&self) -> Vec<String> {
        let role = |held: &Option<Held>| held.as_ref().map_or(String::new(), |held| held.role.clone());
        let end = |held: &Option<Held>| {
            held.as_ref().and_then(|held| held.expires).map_or(String::new(), |at| at.to_string())
        };
        vec![
            self.word().to_owned(),
            self.item.to_string(),
            self.recipient.clone(),
            role(&self.first),
            end(&self.first),
            role(&self.second),
            end(&self.second),
            self.error.clone().unwrap_or_default(),
        ]
    }
}

/// Rows by item and recipient, whose names have no case.
type Table = BTreeMap<(ItemAddress, String), (String, Held)>;

fn table(rows: impl IntoIterator<Item = Row>, now: Timestamp) -> Table {
    let each = rows.into_iter().map(|row| {
        let (who, expires) = (row.whom(), row.options.expires.map(|expires: Expiry| expires.at(now)));
        let held = Held { role: row.options.role.to_string(), expires };
        ((row.item, who.to_lowercase()), (who, held))
    });
    each.collect()
}

/// What two lists say differently, in the order of the items. A time from now, such as `+30d`, counts from `now`; of
/// rows of the same item and recipient in one list the last one counts.
///
/// ```
/// use sharing_bulk::{AccessListReader, Format, diff};
///
/// let text = "item,recipient,role\n/drive/root:/a,ryan@contoso.com,read\n";
/// let rows = AccessListReader::new(text.as_bytes(), Format::Csv).collect::<Result<Vec<_>, _>>()?;
/// assert!(diff(rows.clone(), rows, jiff::Timestamp::UNIX_EPOCH).is_empty());
/// # Ok::<(), sharing_bulk::AccessListFault>(())
/// ```
#[must_use]
pub fn diff(
    first: impl IntoIterator<Item = Row>,
    second: impl IntoIterator<Item = Row>,
    now: Timestamp,
) -> Vec<Difference> {
    let (first, mut second) = (table(first, now), table(second, now));
    let mut differences = Vec::new();
    for ((item, key), (recipient, held)) in first {
        let other = second.remove(&(item.clone(), key)).map(|(_, held)| held);
        if other.as_ref() != Some(&held) {
            differences.push(Difference { item, recipient, first: Some(held), second: other, error: None });
        }
    }
    differences.extend(second.into_iter().map(|((item, _), (recipient, held))| Difference {
        item,
        recipient,
        first: None,
        second: Some(held),
        error: None,
    }));
    differences.sort_by(|one, other| (&one.item, &one.recipient).cmp(&(&other.item, &other.recipient)));
    differences
}

/// What a list and the service say differently of the list's items, item by item. Only what an invitation can say is
/// held against each other: what is inherited, an owner's, or a link's is nobody's difference, unless it gives somebody
/// of the list what they should have.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use futures_util::StreamExt;
/// use sharing_bulk::{AccessListReader, Format, diff_live};
/// use sharing_http::{Client, Endpoint};
///
/// let server = sharing_mock::MockServer::start().await?;
/// let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
/// let text = "item,recipient,role\n/drive/root:/Notes.txt,ryan@contoso.com,read\n";
/// let mut list = AccessListReader::new(text.as_bytes(), Format::Csv);
/// let entries = std::iter::from_fn(|| list.entry()).collect::<Result<Vec<_>, _>>()?;
/// let told: Vec<_> = diff_live(&client, entries, jiff::Timestamp::now()).collect().await;
/// assert_eq!(told[0].as_ref().unwrap().to_string(), "- /drive/root:/Notes.txt ryan@contoso.com read");
/// # Ok(()) }
/// ```
pub fn diff_live(
    client: &Client,
    list: impl IntoIterator<Item = Entry>,
    now: Timestamp,
) -> BoxStream<'static, Result<Difference, sharing_http::Error>> {
    let mut by_item: BTreeMap<ItemAddress, Vec<(String, Held)>> = BTreeMap::new();
    let mut rows = Vec::new();
    for entry in list {
        match entry {
            Entry::Row(row) => rows.push(row),
            Entry::Item(item) => drop(by_item.entry(item).or_default()),
        }
    }
    for ((item, _), held) in table(rows, now) {
        by_item.entry(item).or_default().push(held);
    }
    let items: Vec<_> = by_item.keys().cloned().collect();
    let mut wanted: HashMap<_, _> = by_item.into_iter().collect();
    let live = Audit::of_items(client, items).map(move |read| {
        stream::iter(match read {
            Ok((item, rows)) => {
                let wanted = wanted.remove(&item).unwrap_or_default();
                of_item(&item, wanted, &rows).into_iter().map(Ok).collect()
            }
            Err(error) => vec![Err(error)],
        })
    });
    live.flatten().boxed()
}

fn of_item(item: &ItemAddress, wanted: Vec<(String, Held)>, live: &[AuditRow]) -> Vec<Difference> {
    let told = |recipient: &str, first, second| Difference {
        item: item.clone(),
        recipient: recipient.to_owned(),
        first,
        second,
        error: None,
    };
    if let Some(unread) = live.iter().find(|row| row.how == How::Unread) {
        let error = Some(unread.error.clone());
        return vec![Difference { error, ..told("", None, None) }];
    }
    let held = |row: &AuditRow| Held { role: row.role.clone(), expires: row.expires };
    let mut differences = Vec::new();
    let mut seen = vec![false; live.len()];
    for (recipient, wanted) in wanted {
        let theirs: Vec<_> = (0..live.len()).filter(|index| live[*index].is_of(&recipient)).collect();
        theirs.iter().for_each(|index| seen[*index] = true);
        // Access that is not of the item's own counts only where it is what was wanted.
        let same = theirs.iter().any(|index| held(&live[*index]) == wanted);
        let own = theirs.iter().find(|index| live[**index].how.is_plannable());
        if !same {
            differences.push(told(&recipient, Some(wanted), own.map(|index| held(&live[*index]))));
        }
    }
    let others = live.iter().zip(seen).filter(|(row, seen)| !seen && row.how.is_plannable());
    differences.extend(others.map(|(row, _)| told(&row.recipient, None, Some(held(row)))));
    differences
}
