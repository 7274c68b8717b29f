//! `AccessListReader`: the rows of an access list, one at a time.

use std::{collections::VecDeque, fmt, io::Read, mem};

use sharing_model::{Circumstances, ItemAddress};

use super::{csv::Csv, fault::AccessListFault, format::Format, json::Json, rules};
use crate::Row;

/// Reads an access list row by row: who should have which access to what. Its memory does not grow with the list.
///
/// Each element is a row or a fault, in the order of the list. Reading goes on after a fault, so that all of them are
/// found; it ends after one that leaves nothing to read on from, such as a header without a needed column.
///
/// Columns, which are properties in NDJSON and JSON:
///
/// | name | says | needed |
/// | --- | --- | --- |
/// | `item` | where the item lives, in any form of address, or a sharing link, or the item's URL in a browser | yes |
/// | `recipient` | `mail:ADDRESS`, `id:OBJECT-ID`, `alias:NAME`, or one of these bare | yes |
/// | `role` | `read` or `write` | yes |
/// | `expires` | when it ends, as in `2027-01-31T00:00:00Z` or `+30d` | |
/// | `notify` | `true` for a mail; else there is none | |
/// | `message` | the text of the mail, at most 2000 characters | |
/// | `sign-in` | `false` for who need not sign in | |
///
/// They come in any order and case, and by the names that other tools give them (`email`, `user`, `path`, `url`,
/// `permission`, `expiration`, …). A column that is not known is a fault.
///
/// What an [`Audit`](crate::Audit) writes is read, too: of its rows those that say what an invitation can say (see
/// [`How`](crate::How)); the others are [left out](Self::left_out), and its columns for people are not looked at. That a
/// row that is left out names an item, [`entry`](Self::entry) tells.
///
/// A `'` that CSV has before what a spreadsheet takes for a formula is not part of a cell; see [`guard`](crate::guard).
///
/// ```
/// use sharing_bulk::{AccessListReader, Format};
///
/// // Columns come in any order, recipients by any name.
/// let text = "Role,Recipient,Item\nread,alias:ryan,\"/drive/root:/Plans, old\"\nread,ryan@,/drive/root:/a\n";
/// let mut list = AccessListReader::new(text.as_bytes(), Format::Csv);
/// let row = list.next().unwrap()?;
/// assert_eq!((row.line, row.recipient.alias.as_deref()), (2, Some("ryan")));
/// assert_eq!(row.item.to_string(), "/drive/root:/Plans, old");
/// let fault = list.next().unwrap().unwrap_err();
/// assert_eq!(fault.to_string(), "3:6: recipient: a mail address such as ryan@contoso.com; found \"ryan@\"");
/// assert!(list.next().is_none());
/// # Ok::<(), sharing_bulk::AccessListFault>(())
/// ```
pub struct AccessListReader<R> {
    source: Source<R>,
    circumstances: Circumstances,
    waiting: VecDeque<AccessListFault>,
    warnings: Vec<AccessListFault>,
    left_out: u64,
}

/// What an access list says in one place.
///
/// ```
/// use sharing_bulk::Entry;
///
/// let row = r#"{ "item": "/drive/root:/a", "recipient": "ryan@contoso.com", "role": "read" }"#;
/// assert!(Entry::from(serde_json::from_str::<sharing_bulk::Row>(row)?).row().is_some());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Entry {
    /// Who should have which access to what.
    Row(Row),
    /// An item that the list is about, though this entry says of nobody that they should have access to it.
    Item(ItemAddress),
}

impl Entry {
    /// The row, where it is one.
    ///
    /// ```
    /// assert!(sharing_bulk::Entry::Item("/drive/root".parse().unwrap()).row().is_none());
    /// ```
    #[must_use]
    pub fn row(self) -> Option<Row> {
        match self {
            Self::Row(row) => Some(row),
            Self::Item(_) => None,
        }
    }
}

impl From<Row> for Entry {
    fn from(row: Row) -> Self {
        Self::Row(row)
    }
}

enum Source<R> {
    Csv(Box<Csv<R>>),
    Json(Box<Json<R>>),
}

impl<R: Read> AccessListReader<R> {
    /// Reads a list of this format.
    ///
    /// ```
    /// use sharing_bulk::{AccessListReader, Format};
    ///
    /// let text = r#"[ { "item": "/drive/root:/a", "recipient": "ryan@contoso.com", "role": "read" } ]"#;
    /// assert_eq!(AccessListReader::new(text.as_bytes(), Format::Json).filter_map(Result::ok).count(), 1);
    /// ```
    pub fn new(inner: R, format: Format) -> Self {
        let source = match format {
            Format::Csv => Source::Csv(Box::new(Csv::new(inner))),
            Format::Ndjson => Source::Json(Box::new(Json::lines(inner))),
            Format::Json => Source::Json(Box::new(Json::array(inner))),
        };
        Self {
            source,
            circumstances: Circumstances::default(),
            waiting: VecDeque::new(),
            warnings: Vec::new(),
            left_out: 0,
        }
    }

    /// What is known of the time, the drives and the token: rules that need it are kept, too.
    ///
    /// ```
    /// use sharing_bulk::{AccessListReader, Format};
    /// use sharing_model::Circumstances;
    ///
    /// let text = "item,recipient,role,expires\n/drive/root:/a,ryan@contoso.com,read,2020-01-01T00:00:00Z\n";
    /// let now = Circumstances::default().now("2026-12-01T00:00:00Z".parse().unwrap());
    /// let list = AccessListReader::new(text.as_bytes(), Format::Csv).under(now);
    /// assert!(list.filter_map(Result::err).any(|fault| fault.what.contains("still to come")));
    /// ```
    #[must_use]
    pub fn under(self, circumstances: Circumstances) -> Self {
        Self { circumstances, ..self }
    }

    /// The next entry: a row, or an item that a row of an audit names which is left out. Of an item that has lost all its
    /// rows but its owner's, a reader who goes on by rows alone hears nothing.
    ///
    /// ```
    /// use sharing_bulk::{AccessListReader, Entry, Format};
    ///
    /// let text = "item,recipient,role,how\n/drive/root:/a,nadia@contoso.com,owner,owner\n";
    /// let mut list = AccessListReader::new(text.as_bytes(), Format::Csv);
    /// assert_eq!(list.entry().unwrap()?, Entry::Item("/drive/root:/a".parse().unwrap()));
    /// assert!(list.entry().is_none());
    /// # Ok::<(), sharing_bulk::AccessListFault>(())
    /// ```
    pub fn entry(&mut self) -> Option<Result<Entry, AccessListFault>> {
        loop {
            if let Some(fault) = self.waiting.pop_front() {
                return Some(Err(fault));
            }
            let cells = match &mut self.source {
                Source::Csv(csv) => csv.advance()?,
                Source::Json(json) => json.advance()?,
            };
            let cells = match cells {
                Ok(cells) => cells,
                Err(faults) => {
                    self.waiting.extend(faults);
                    continue;
                }
            };
            if let Some(how) = rules::left_out(&cells) {
                self.left_out += 1;
                match rules::named(&cells, how) {
                    Some(item) => return Some(Ok(Entry::Item(item))),
                    None => continue,
                }
            }
            match rules::row(&cells, &self.circumstances, &mut self.warnings) {
                Ok(row) => return Some(Ok(Entry::Row(row))),
                Err(faults) => self.waiting.extend(faults),
            }
        }
    }

    /// What is worth a look in what was read since the last call, and stops nothing.
    ///
    /// ```
    /// use sharing_bulk::{AccessListReader, Format};
    /// use sharing_model::{Circumstances, DriveKind};
    ///
    /// let text = "item,recipient,role,expires\n/drive/root:/a,ryan@contoso.com,read,+30d\n";
    /// let business = Circumstances::default().drive(DriveKind::Business);
    /// let mut list = AccessListReader::new(text.as_bytes(), Format::Csv).under(business);
    /// assert!(list.next().unwrap().is_ok());
    /// assert_eq!(list.take_warnings()[0].column, 38);
    /// ```
    pub fn take_warnings(&mut self) -> Vec<AccessListFault> {
        mem::take(&mut self.warnings)
    }

    /// How many rows of an audit were left out so far, since no invitation can say the same.
    ///
    /// ```
    /// use sharing_bulk::{AccessListReader, Format};
    ///
    /// let text = "item,recipient,role,how\n\
    ///     /drive/root:/a,ryan@contoso.com,read,direct\n\
    ///     /drive/root:/a,nadia@contoso.com,owner,owner\n\
    ///     /drive/root:/a,,read,link\n";
    /// let mut list = AccessListReader::new(text.as_bytes(), Format::Csv);
    /// assert!(list.by_ref().all(|row| row.is_ok()));
    /// assert_eq!(list.left_out(), 2);
    /// ```
    pub fn left_out(&self) -> u64 {
        self.left_out
    }
}

impl<R: Read> Iterator for AccessListReader<R> {
    type Item = Result<Row, AccessListFault>;

    fn next(&mut self) -> Option<Self::Item> {
        std::iter::from_fn(|| self.entry()).find_map(|entry| entry.map(Entry::row).transpose())
    }
}

impl<R> fmt::Debug for AccessListReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessListReader").finish_non_exhaustive()
    }
}
