//! `Agreement`: whether the rows of a list agree with one another.

use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::BuildHasher,
};

use sharing_model::Severity;

use super::fault::AccessListFault;
use crate::Row;

/// Tells rows that want different things for one recipient of one item. It needs some fifty bytes a row.
///
/// The same row twice is no fault: the recipient is invited once. Nor is one that only adds a mail.
///
/// ```
/// use sharing_bulk::{AccessListReader, Agreement, Format};
///
/// let list = "item,recipient,role\n/drive/root:/a,ryan@contoso.com,read\n/drive/root:/a,Ryan@contoso.com,write\n";
/// let mut agreement = Agreement::default();
/// let rows = AccessListReader::new(list.as_bytes(), Format::Csv).map(Result::unwrap);
/// let faults: Vec<_> = rows.filter_map(|row| agreement.check(&row)).collect();
/// assert_eq!(
///     faults[0].to_string(),
///     "3:1: line 2 wants something else for Ryan@contoso.com on this item: leave one of them"
/// );
/// ```
#[derive(Debug, Default)]
pub struct Agreement {
    hasher: RandomState,
    /// By item and recipient: what was wanted first, and on which line.
    wanted: HashMap<(u64, u64), (u64, u64)>,
}

impl Agreement {
    /// What is wrong with a row in the light of those before it.
    ///
    /// ```
    /// # use sharing_bulk::{Agreement, Row};
    /// let json = r#"{ "item": "/drive/root:/a", "recipient": "ryan@contoso.com", "role": "read" }"#;
    /// let row: Row = serde_json::from_str(json)?;
    /// let mut agreement = Agreement::default();
    /// assert_eq!((agreement.check(&row), agreement.check(&row)), (None, None));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn check(&mut self, row: &Row) -> Option<AccessListFault> {
        let options = &row.options;
        let item = self.hasher.hash_one(&row.item);
        let recipient = self.hasher.hash_one(row.whom().to_lowercase());
        let wants = self.hasher.hash_one((&options.role, options.sign_in, options.expires));
        let (first, line) = *self.wanted.entry((item, recipient)).or_insert((wants, row.line));
        (first != wants).then(|| AccessListFault {
            line: row.line,
            column: 1,
            what: format!(
                "line {line} wants something else for {} on this item: leave one of them",
                row.whom()
            ),
            severity: Severity::Error,
        })
    }
}
