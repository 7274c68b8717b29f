//! The page: a head, the rows as data, and what shows them.

use std::io::{self, Write};

use askama::Template;
use serde::Serialize;

use super::{ReportRow, Totals};

/// What comes before the rows.
#[derive(Debug, Template)]
#[template(path = "head.html")]
pub(super) struct Page {
    title: String,
    subtitle: String,
    style: &'static str,
}

/// What comes after them.
#[derive(Template)]
#[template(path = "foot.html")]
struct Foot<'a> {
    rows: u64,
    states: Vec<(&'a str, u64)>,
    /// What the script needs to know of the rows.
    subject: String,
    script: &'static str,
    program: &'static str,
}

#[derive(Serialize)]
struct Subject {
    columns: &'static [&'static str],
    shown: &'static [&'static str],
    who: &'static str,
    state: &'static str,
}

impl Page {
    pub(super) fn new(title: &str, subtitle: &str) -> Self {
        let style = include_str!("../../templates/report.css");
        Self { title: title.to_owned(), subtitle: subtitle.to_owned(), style }
    }

    pub(super) fn head(&self, writer: &mut impl Write) -> io::Result<()> {
        self.write_into(writer)?;
        // A template has no last newline.
        writer.write_all(b"\n")
    }

    pub(super) fn foot<R: ReportRow>(&self, writer: &mut impl Write, totals: &Totals) -> io::Result<()> {
        let subject = Subject { columns: R::COLUMNS, shown: R::SHOWN, who: R::WHO, state: R::STATE };
        let states = totals.by_state.iter().map(|(state, count)| (&**state, *count)).collect();
        let foot = Foot {
            rows: totals.rows,
            states,
            subject: harmless(&serde_json::to_string(&subject)?),
            script: include_str!("../../templates/report.js"),
            program: concat!("sharing ", env!("CARGO_PKG_VERSION")),
        };
        foot.write_into(writer)?;
        writer.write_all(b"\n")
    }
}

/// A row, as a line of data.
pub(super) fn row(writer: &mut impl Write, cells: &[String]) -> io::Result<()> {
    writeln!(writer, "{}", harmless(&serde_json::to_string(cells)?))
}

/// JSON that ends no element: a `<` stands in strings alone, and there it can be spelt otherwise.
fn harmless(json: &str) -> String {
    json.replace('<', "\\u003c")
}
