//! `ReportWriter`: rows as CSV, NDJSON, JSON or a page, one after the other.

mod page;
mod run;

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use serde::Serialize;

use self::page::Page;
use crate::{AuditRow, audit::COLUMNS};

/// What a report is written as.
///
/// ```
/// use sharing_bulk::ReportFormat;
///
/// assert_eq!(ReportFormat::Csv, ReportFormat::Csv);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReportFormat {
    /// A header, then a line for each row. A cell that a spreadsheet would take for a formula has a `'` before it; see
    /// [`guard`].
    Csv,
    /// An object on a line for each row.
    Ndjson,
    /// One array of objects.
    Json,
    /// One page for a browser, which needs nothing but itself.
    Html,
}

/// What can be a row of a report.
///
/// ```
/// use sharing_bulk::{AuditRow, ReportRow};
///
/// assert_eq!(AuditRow::COLUMNS[..4], ["item", "recipient", "role", "expires"]);
/// ```
pub trait ReportRow: Serialize {
    /// The columns, in the order of the cells.
    const COLUMNS: &'static [&'static str];
    /// The column that says who.
    const WHO: &'static str;
    /// The column whose words are counted: what came of a row, or how somebody has access.
    const STATE: &'static str;
    /// What a page shows in its table; of the rest it tells when a row is opened.
    const SHOWN: &'static [&'static str];

    /// The cells, as text.
    fn cells(&self) -> Vec<String>;
}

impl ReportRow for AuditRow {
    const COLUMNS: &'static [&'static str] = COLUMNS;
    const WHO: &'static str = "name";
    const STATE: &'static str = "how";
    const SHOWN: &'static [&'static str] = &["item", "name", "recipient", "role", "how", "expires"];

    fn cells(&self) -> Vec<String> {
        self.cells()
    }
}

/// How many rows there are, by the words of [`ReportRow::STATE`].
///
/// ```
/// assert_eq!(sharing_bulk::Totals::default().rows, 0);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Totals {
    /// All rows.
    pub rows: u64,
    /// How many there are of each word.
    pub by_state: BTreeMap<String, u64>,
}

/// Writes rows as they come: what was written is not kept.
///
/// ```
/// use sharing_bulk::{AuditRow, ReportFormat, ReportWriter};
///
/// let permission = serde_json::from_str(r#"{ "roles": ["read"], "grantedTo": { "user": { "email": "ryan@contoso.com" } } }"#)?;
/// let mut report = ReportWriter::new(Vec::new(), ReportFormat::Csv, "Audit", "")?;
/// for row in AuditRow::of(&"/drive/root:/Projects".parse().unwrap(), &permission, &[]) {
///     report.row(&row)?;
/// }
/// let (text, totals) = report.finish()?;
/// assert_eq!(totals.rows, 1);
/// assert!(String::from_utf8(text).unwrap().contains("\n/drive/root:/Projects,ryan@contoso.com,read,,direct,"));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct ReportWriter<W: Write, R> {
    writer: W,
    format: ReportFormat,
    page: Page,
    totals: Totals,
    state: usize,
    of: std::marker::PhantomData<fn(&R)>,
}

impl<W: Write, R: ReportRow> ReportWriter<W, R> {
    /// Begins a report. A page shows its title and what is said below it.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    ///
    /// ```
    /// use sharing_bulk::{AuditRow, ReportFormat, ReportWriter};
    ///
    /// let report: ReportWriter<_, AuditRow> = ReportWriter::new(Vec::new(), ReportFormat::Json, "Audit", "")?;
    /// assert_eq!(report.finish()?.0, b"[]\n");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn new(mut writer: W, format: ReportFormat, title: &str, subtitle: &str) -> io::Result<Self> {
        let page = Page::new(title, subtitle);
        match format {
            ReportFormat::Csv => line(&mut writer, R::COLUMNS)?,
            ReportFormat::Html => page.head(&mut writer)?,
            ReportFormat::Json => writer.write_all(b"[")?,
            ReportFormat::Ndjson => {}
        }
        let state = R::COLUMNS.iter().position(|column| *column == R::STATE).unwrap_or_default();
        Ok(Self { writer, format, page, totals: Totals::default(), state, of: std::marker::PhantomData })
    }

    /// Writes a row.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    ///
    /// ```
    /// # use sharing_bulk::{AuditRow, ReportFormat, ReportWriter};
    /// # let permission = serde_json::from_str(r#"{ "roles": ["read"], "grantedTo": { "user": { "email": "ryan@contoso.com" } } }"#)?;
    /// # let rows = AuditRow::of(&"/drive/root:/Projects".parse().unwrap(), &permission, &[]);
    /// let mut report = ReportWriter::new(Vec::new(), ReportFormat::Ndjson, "Audit", "")?;
    /// report.row(&rows[0])?;
    /// assert!(report.finish()?.0.starts_with(br#"{"item":"/drive/root:/Projects","recipient":"ryan@contoso.com""#));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn row(&mut self, row: &R) -> io::Result<()> {
        let cells = row.cells();
        match self.format {
            ReportFormat::Csv => line(&mut self.writer, &cells)?,
            ReportFormat::Html => page::row(&mut self.writer, &cells)?,
            ReportFormat::Ndjson => {
                serde_json::to_writer(&mut self.writer, row)?;
                self.writer.write_all(b"\n")?;
            }
            ReportFormat::Json => {
                self.writer.write_all(if self.totals.rows == 0 { b"\n  " } else { b",\n  " })?;
                serde_json::to_writer(&mut self.writer, row)?;
            }
        }
        self.totals.rows += 1;
        if let Some(state) = cells.into_iter().nth(self.state) {
            *self.totals.by_state.entry(state).or_default() += 1;
        }
        Ok(())
    }

    /// Ends the report.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    ///
    /// ```
    /// # use sharing_bulk::{AuditRow, ReportFormat, ReportWriter};
    /// let report: ReportWriter<_, AuditRow> = ReportWriter::new(Vec::new(), ReportFormat::Html, "Audit of <b>", "")?;
    /// let page = String::from_utf8(report.finish()?.0).unwrap();
    /// assert!(page.contains("<h1>Audit of &#60;b&#62;</h1>") && page.ends_with("</html>\n"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn finish(mut self) -> io::Result<(W, Totals)> {
        match self.format {
            ReportFormat::Html => self.page.foot::<R>(&mut self.writer, &self.totals)?,
            ReportFormat::Json if self.totals.rows > 0 => self.writer.write_all(b"\n]\n")?,
            ReportFormat::Json => self.writer.write_all(b"]\n")?,
            ReportFormat::Csv | ReportFormat::Ndjson => {}
        }
        self.writer.flush()?;
        Ok((self.writer, self.totals))
    }
}

/// A line of CSV.
fn line<T: AsRef<str>>(writer: &mut impl Write, cells: &[T]) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(writer);
    csv.write_record(cells.iter().map(|cell| guard(cell.as_ref())).map(std::borrow::Cow::into_owned))
        .map_err(io::Error::other)?;
    csv.flush()
}

/// What spreadsheets take for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A cell that a spreadsheet shows and does not run: with a `'` before it where it begins as a formula does (`=`, `+`,
/// `-`, `@`, a tab or a return, also after a `'`). [`unguard`] takes it away again.
///
/// ```
/// use sharing_bulk::{guard, unguard};
///
/// assert_eq!(guard("=HYPERLINK(\"https://example.com\")"), "'=HYPERLINK(\"https://example.com\")");
/// assert_eq!(guard("Ryan Gregg"), "Ryan Gregg");
/// assert_eq!(unguard(&guard("'=x")), "'=x");
/// ```
#[must_use]
pub fn guard(cell: &str) -> std::borrow::Cow<'_, str> {
    if cell.trim_start_matches('\'').starts_with(FORMULA) { format!("'{cell}").into() } else { cell.into() }
}

/// The cell as it was before [`guard`].
///
/// ```
/// assert_eq!(sharing_bulk::unguard("'@ryan"), "@ryan");
/// assert_eq!(sharing_bulk::unguard("'tis"), "'tis");
/// ```
#[must_use]
pub fn unguard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.trim_start_matches('\'').starts_with(FORMULA) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_guarded_cell_is_no_formula_and_comes_back(cell in "('{0,2}[=+@\t\r-]?)?\\PC{0,12}") {
            let guarded = guard(&cell);
            prop_assert!(!guarded.starts_with(FORMULA));
            prop_assert_eq!(unguard(&guarded), cell.as_str());
        }

        #[test]
        fn rows_in_are_rows_out(names in prop::collection::vec("\\PC{0,20}", 0..40)) {
            for format in [ReportFormat::Csv, ReportFormat::Ndjson, ReportFormat::Json, ReportFormat::Html] {
                let mut report = ReportWriter::new(Vec::new(), format, "t", "s").unwrap();
                for name in &names {
                    report.row(&row(name)).unwrap();
                }
                let (text, totals) = report.finish().unwrap();
                prop_assert_eq!(totals.rows, names.len() as u64);
                prop_assert_eq!(read(format, &String::from_utf8(text).unwrap()), names.clone());
            }
        }
    }

    fn row(name: &str) -> AuditRow {
        serde_json::from_value(serde_json::json!({
            "item": "/drive/root:/a", "role": "read", "how": "direct", "name": name,
        }))
        .unwrap()
    }

    /// The names in a report, by a reader of the format.
    fn read(format: ReportFormat, text: &str) -> Vec<String> {
        let at = AuditRow::COLUMNS.iter().position(|column| *column == "name").unwrap();
        match format {
            ReportFormat::Csv => {
                let mut reader = csv::Reader::from_reader(text.as_bytes());
                reader.records().map(|record| unguard(&record.unwrap()[at]).to_owned()).collect()
            }
            ReportFormat::Ndjson => {
                let lines = text.lines().map(|line| serde_json::from_str::<AuditRow>(line).unwrap());
                lines.map(|row| row.name).collect()
            }
            ReportFormat::Json => {
                let rows: Vec<AuditRow> = serde_json::from_str(text).unwrap();
                rows.into_iter().map(|row| row.name).collect()
            }
            ReportFormat::Html => {
                let (_, rest) = text.split_once("id=\"rows\">\n").unwrap();
                let (rows, _) = rest.split_once("</script>").unwrap();
                let lines = rows.lines().map(|line| serde_json::from_str::<Vec<String>>(line).unwrap());
                lines.map(|cells| cells[at].clone()).collect()
            }
        }
    }
}
