//! Tables, aligned for people or separated by commas for programs.

use std::io;

use anstyle::{Effects, Style};
use comfy_table::{ContentArrangement, Table, presets};

use crate::wrap::hang;

/// Between columns.
const GAP: u16 = 2;

const HEADING: Style = Style::new().effects(Effects::BOLD);

/// A table, as wide as it gets where there is no terminal; or, where the terminal is too narrow for it, each row as lines of
/// their own. No word is ever broken or cut: an id or a URL is there to be copied.
pub(super) fn picture(header: &[impl AsRef<str>], rows: Vec<Vec<String>>, terminal: Option<u16>) -> String {
    let mut whole = table(rows.iter().cloned());
    whole.set_header(header.iter().map(AsRef::as_ref));
    let needed: u16 = whole.column_max_content_widths().iter().map(|width| width + GAP).sum();
    let Some(width) = terminal.filter(|width| needed > width + GAP) else {
        let text = aligned(whole);
        let (first, rest) = text.split_at(text.find('\n').unwrap_or(text.len()));
        return format!("{HEADING}{first}{HEADING:#}{rest}");
    };
    let longest = header.iter().map(|name| name.as_ref().len()).max().unwrap_or(0);
    let indent = longest + usize::from(GAP);
    let records = rows.into_iter().map(|row| {
        let lines = header.iter().zip(row).map(|(name, cell)| {
            let line = format!("{:indent$}{cell}", name.as_ref());
            hang(line.trim_end(), width, indent)
        });
        lines.collect::<Vec<_>>().join("\n")
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

/// The rows with a header, such that no spreadsheet takes a cell for a formula.
pub(super) fn csv(header: &[impl AsRef<str>], rows: Vec<Vec<String>>) -> io::Result<String> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(header.iter().map(AsRef::as_ref)).map_err(io::Error::other)?;
    for row in rows {
        let cells = row.iter().map(|cell| sharing_bulk::guard(cell).into_owned());
        csv.write_record(cells).map_err(io::Error::other)?;
    }
    let text = csv.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
    Ok(String::from_utf8_lossy(&text).trim_end().to_owned())
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
        let seen = |terminal| {
            let picture = picture(&["RECIPIENT", "ROLE", "PERMISSION"], rows().into(), terminal);
            anstream::adapter::strip_str(&picture).to_string()
        };
        assert_eq!(seen(None), seen(Some(67)));
        let shown = [seen(Some(67)), seen(Some(66)), seen(Some(20))].join("\n--\n");
        assert_eq!(shown.matches(id).count(), 6);
        insta::assert_snapshot!(shown);
    }
}
