//! Pictures of what was asked for: a table for people, JSON for programs.

use std::io::{self, Write};

use clap::ValueEnum;
use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

/// How to print.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table for people.
    #[default]
    Table,
    /// What the service said, as JSON.
    Json,
    /// An object a line.
    Ndjson,
    /// Comma-separated values, with a header.
    Csv,
    /// A page for a browser, of an audit or a run.
    Html,
}

/// Prints data to standard output.
#[derive(Debug)]
pub(crate) struct Output {
    format: Format,
}

impl Output {
    pub(crate) const fn new(format: Format) -> Self {
        Self { format }
    }

    /// Prints a value: as it is, or the rows that are made of it.
    pub(crate) fn print<T: Serialize>(
        &self,
        value: &T,
        header: &[&str],
        rows: impl FnOnce(&T) -> Vec<Vec<String>>,
    ) -> io::Result<()> {
        let text = match self.format {
            Format::Json => serde_json::to_string_pretty(value)?,
            Format::Ndjson => serde_json::to_string(value)?,
            Format::Table => picture(header, rows(value), Table::new().width()),
            Format::Csv => {
                let mut csv = csv::Writer::from_writer(Vec::new());
                csv.write_record(header.iter().map(|name| name.to_lowercase())).map_err(io::Error::other)?;
                for row in rows(value) {
                    let cells = row.iter().map(|cell| sharing_bulk::guard(cell).into_owned());
                    csv.write_record(cells).map_err(io::Error::other)?;
                }
                let text = csv.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
                String::from_utf8_lossy(&text).trim_end().to_owned()
            }
            Format::Html => {
                let why = "a page is made of an audit or a run; of this there is table, json, ndjson and csv";
                return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
            }
        };
        write(&text)
    }

    pub(crate) const fn format(&self) -> Format {
        self.format
    }

    /// Prints a part of a long table: the first, counted from 0, and the following ones with an empty line before them.
    pub(crate) fn section(&self, header: &[&str], rows: Vec<Vec<String>>, part: usize) -> io::Result<()> {
        if part > 0 {
            write("")?;
        }
        write(&picture(header, rows, Table::new().width()))
    }
}

/// Standard output, whose reader may have seen enough: then what is written goes nowhere.
#[derive(Debug)]
pub(crate) struct Stdout {
    is_read: bool,
}

impl Stdout {
    pub(crate) const fn new() -> Self {
        Self { is_read: true }
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_read {
            return Ok(bytes.len());
        }
        match io::stdout().lock().write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_read = false;
                Ok(bytes.len())
            }
            result => result,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match io::stdout().lock().flush() {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }
}

/// Writes lines to standard output.
pub(crate) fn write(text: &str) -> io::Result<()> {
    match writeln!(io::stdout().lock(), "{text}") {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Between columns.
const GAP: u16 = 2;

/// A table, as wide as it gets where there is no terminal; or, where the terminal is too narrow for it, each row as lines of their own. Nothing is ever broken or cut: an
/// id or a URL is there to be copied.
fn picture(header: &[&str], rows: Vec<Vec<String>>, terminal: Option<u16>) -> String {
    let mut whole = table(rows.iter().cloned());
    whole.set_header(header.iter().copied());
    let width: u16 = whole.column_max_content_widths().iter().map(|width| width + GAP).sum();
    if terminal.is_none_or(|terminal| width <= terminal + GAP) {
        return aligned(whole);
    }
    let records = rows.into_iter().map(|row| {
        let lines = header.iter().zip(row).map(|(name, cell)| vec![(*name).to_owned(), cell]);
        aligned(table(lines))
    });
    records.collect::<Vec<_>>().join("\n\n")
}

fn table(rows: impl Iterator<Item = Vec<String>>) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled).add_rows(rows);
    table
}

fn aligned(mut table: Table) -> String {
    for column in table.column_iter_mut() {
        column.set_padding((0, GAP));
    }
    table.trim_fmt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_broken_however_narrow_the_terminal() {
        let id = "aTowIy5mfG1lbWJlcnNoaXB8cnlhbkBjb250b3NvLmNvbQ";
        let rows = || {
            [["Ryan Gregg", "write", id], ["Zoë Ångström", "read", id]]
                .map(|row| row.map(str::to_owned).into())
        };
        let seen = |terminal| picture(&["RECIPIENT", "ROLE", "PERMISSION"], rows().into(), terminal);
        assert_eq!(seen(None), seen(Some(67)));
        let shown = [seen(Some(67)), seen(Some(66)), seen(Some(20))].join("\n--\n");
        assert_eq!(shown.matches(id).count(), 6);
        insta::assert_snapshot!(shown);
    }
}
