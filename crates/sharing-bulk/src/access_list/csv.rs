//! An access list as CSV: a header, then a row for each item and recipient.

use std::{borrow::Cow, io::Read};

use super::{
    cells::{Cell, Cells},
    column::{Column, NEEDED},
    fault::{AccessListFault, Place},
    tail::Tail,
};
use crate::unguard;

pub(super) struct Csv<R> {
    reader: csv::Reader<Tail<R>>,
    record: csv::ByteRecord,
    columns: Vec<Column>,
    has_header: bool,
    is_done: bool,
}

const UTF16: [&[u8]; 2] = [b"\xFF\xFE", b"\xFE\xFF"];

impl<R: Read> Csv<R> {
    pub(super) fn new(inner: R) -> Self {
        let mut builder = csv::ReaderBuilder::new();
        let reader = builder.has_headers(false).flexible(true).from_reader(Tail::new(inner));
        Self {
            reader,
            record: csv::ByteRecord::new(),
            columns: Vec::new(),
            has_header: false,
            is_done: false,
        }
    }

    /// The next row's cells, or what is wrong with it.
    pub(super) fn advance(&mut self) -> Option<Result<Cells<'_>, Vec<AccessListFault>>> {
        if self.is_done {
            return None;
        }
        if !self.has_header {
            self.has_header = true;
            match self.header() {
                Ok(columns) => self.columns = columns,
                Err(faults) => {
                    self.is_done = true;
                    return Some(Err(faults));
                }
            }
        }
        loop {
            let from = self.reader.position().clone();
            self.reader.get_mut().forget_before(from.byte());
            match self.reader.read_byte_record(&mut self.record) {
                Ok(false) => {
                    self.is_done = true;
                    return None;
                }
                Ok(true) => {}
                Err(error) => {
                    self.is_done = true;
                    return Some(Err(vec![Place { line: from.line(), column: 1 }.fault(reason(&error))]));
                }
            }
            // A spreadsheet writes rows of nothing but commas where there were rows once.
            if self.record.iter().any(|cell| !cell.trim_ascii().is_empty()) {
                return Some(cells(&self.reader, &self.record, &from, &self.columns));
            }
        }
    }

    /// The columns, in the header's order.
    fn header(&mut self) -> Result<Vec<Column>, Vec<AccessListFault>> {
        let needed = || Place::START.fault("a header with the columns item, recipient and role is needed");
        match self.reader.read_byte_record(&mut self.record) {
            Ok(true) => {}
            Ok(false) => return Err(vec![needed()]),
            Err(error) => return Err(vec![Place::START.fault(reason(&error))]),
        }
        let to = self.reader.position().byte();
        let raw = self.reader.get_ref().between(0, to);
        if UTF16.iter().any(|mark| raw.starts_with(mark)) {
            return Err(vec![Place::START.fault("UTF-8 is needed; this is UTF-16: save the list as UTF-8")]);
        }
        let (raw, start) = without_breaks(raw, 1);
        let place = |index| start.after(&raw[..offset(raw, index).min(raw.len())]);
        let names: Vec<Cow<'_, str>> = self.record.iter().map(String::from_utf8_lossy).collect();
        if let [name] = &*names
            && let Some(other) = [';', '\t', '|'].into_iter().find(|other| name.contains(*other))
        {
            let before = name.chars().take_while(|c| c != &other).count() as u64;
            let at = Place { column: start.column + before, ..start };
            return Err(vec![at.fault(format!("columns are separated by commas; found {other:?}"))]);
        }
        let (mut columns, mut faults) = (Vec::new(), Vec::new());
        for (index, name) in names.iter().enumerate() {
            match Column::by_name(name.trim()) {
                Ok(column) if columns.contains(&column) => {
                    faults.push(place(index).fault(format!("the column {} comes twice", column.name())));
                }
                Ok(column) => columns.push(column),
                Err(what) => faults.push(place(index).fault(what)),
            }
        }
        let end = start.after(raw.trim_ascii_end());
        let missing = NEEDED.iter().filter(|needed| !columns.contains(needed));
        faults.extend(missing.map(|column| end.fault(format!("the column {} is missing", column.name()))));
        if faults.is_empty() { Ok(columns) } else { Err(faults) }
    }
}

/// The cells of a record that was read from here on.
fn cells<'a, R: Read>(
    reader: &'a csv::Reader<Tail<R>>,
    record: &'a csv::ByteRecord,
    from: &csv::Position,
    columns: &[Column],
) -> Result<Cells<'a>, Vec<AccessListFault>> {
    let raw = reader.get_ref().between(from.byte(), reader.position().byte());
    let (raw, start) = without_breaks(raw, from.line());
    let mut cells = Cells::new(raw, start, offset);
    if record.len() != columns.len() {
        // The rest of the list is in the cell of a quote that nobody closes.
        let mut quotes = raw.iter().enumerate().rev().filter(|(_, byte)| **byte == b'"');
        if let Some((last, _)) = quotes.next()
            && quotes.count() % 2 == 0
        {
            return Err(vec![cells.place_of(last).fault("the quote here opens a cell, and none closes it")]);
        }
        let end = offset(raw, record.len().min(columns.len()));
        let what = format!("{} fields are needed; found {}", columns.len(), record.len());
        return Err(vec![cells.place_of(end).fault(what)]);
    }
    for (index, (column, text)) in columns.iter().zip(record).enumerate() {
        match std::str::from_utf8(text) {
            Ok(text) => {
                cells.put(*column, Cell { text: Cow::Borrowed(unguard(text)), at: index });
            }
            Err(_) => {
                let what = format!("{}: text in UTF-8 is needed", column.name());
                return Err(vec![cells.place_of(offset(raw, index)).fault(what)]);
            }
        }
    }
    Ok(cells)
}

/// A record without the line breaks before it, and where it begins.
fn without_breaks(raw: &[u8], line: u64) -> (&[u8], Place) {
    let breaks = raw.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let lines = raw[..breaks].iter().filter(|byte| **byte == b'\n').count() as u64;
    (&raw[breaks..], Place { line: line + lines, column: 1 })
}

/// The byte of a record at which a field begins; its end where it has no such field.
pub(super) fn offset(record: &[u8], field: usize) -> usize {
    let (mut fields, mut quoted, mut begins) = (0, false, true);
    for (index, byte) in record.iter().enumerate() {
        if fields == field && begins {
            return index;
        }
        match byte {
            b'"' if begins || quoted => quoted = !quoted,
            // The second of two in a quoted field: the field goes on.
            b'"' if index > 0 && record[index - 1] == b'"' => quoted = true,
            b',' if !quoted => fields += 1,
            b'\r' | b'\n' if !quoted => return index,
            _ => {}
        }
        begins = *byte == b',' && !quoted;
    }
    record.len()
}

fn reason(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Io(error) => error.to_string(),
        _ => error.to_string(),
    }
}
