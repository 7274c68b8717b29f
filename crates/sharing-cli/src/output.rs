//! Pictures of what was asked for: a table for people, JSON for programs.

use std::io::{self, Write};

use clap::ValueEnum;
use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets};
use serde::Serialize;

/// How to print.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table for people.
    #[default]
    Table,
    /// What the service said, as JSON.
    Json,
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

    /// Prints a value: as it is, or the rows that are made of it. `whole` is the column that must not be broken.
    pub(crate) fn print<T: Serialize>(
        &self,
        value: &T,
        header: &[&str],
        whole: usize,
        rows: impl FnOnce(&T) -> Vec<Vec<String>>,
    ) -> io::Result<()> {
        let text = match self.format {
            Format::Json => serde_json::to_string_pretty(value)?,
            Format::Table => table(header, whole, rows(value)),
        };
        match writeln!(io::stdout().lock(), "{text}") {
            // Whoever reads has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }
}

fn table(header: &[&str], whole: usize, rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header.iter().copied()).add_rows(rows);
    if let Some(column) = table.column_mut(whole) {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.trim_fmt()
}
