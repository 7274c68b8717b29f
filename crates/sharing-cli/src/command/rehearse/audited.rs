//! The rows of an audit that a file holds, whatever they say, one after the other.

use std::{
    fmt,
    fs::File,
    io::{self, BufRead, BufReader},
    path::Path,
};

use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use sharing_bulk::{AuditRow, Format, unguard};

use crate::file;

/// Hands over each row of a file; ends with the first fault.
pub(super) fn each(path: &Path, format: Format, take: &mut dyn FnMut(AuditRow)) -> io::Result<()> {
    let file = BufReader::new(File::open(path)?);
    match format {
        Format::Json => {
            let mut json = serde_json::Deserializer::from_reader(file);
            json.deserialize_seq(Rows(take))?;
            json.end()?;
        }
        Format::Ndjson => {
            for (number, line) in (1..).zip(file.lines()) {
                let line = line?;
                if !line.trim().is_empty() {
                    take(serde_json::from_str(&line).map_err(|error| at(number, error))?);
                }
            }
        }
        _ => {
            let mut csv = csv::Reader::from_reader(file);
            let header = csv.headers()?.clone();
            for record in csv.records() {
                let record = record?;
                let line = record.position().map_or(0, csv::Position::line);
                take(of_record(&header, &record).map_err(|error| at(line, error))?);
            }
        }
    }
    Ok(())
}

fn at(line: u64, error: serde_json::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("line {line}: {}", file::without_place(&error)))
}

fn of_record(header: &csv::StringRecord, record: &csv::StringRecord) -> Result<AuditRow, serde_json::Error> {
    let cells = header.iter().zip(record).filter(|(_, cell)| !cell.is_empty());
    let object: serde_json::Map<_, _> = cells
        .map(|(name, cell)| match name {
            "external" => (name.to_owned(), (cell == "true").into()),
            _ => (name.to_owned(), unguard(cell).into()),
        })
        .collect();
    serde_json::from_value(object.into())
}

/// An array, of which nothing is kept.
struct Rows<'a>(&'a mut dyn FnMut(AuditRow));

impl<'de> Visitor<'de> for Rows<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the rows of an audit")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        while let Some(row) = rows.next_element().map_err(A::Error::custom)? {
            (self.0)(row);
        }
        Ok(())
    }
}
