//! Every row of a run, printed as it is read.

use std::io;

use sharing_bulk::{Journal, ReportFormat, ReportWriter, ReportedRow, RunError, RunId};

use crate::{
    exit::Exit,
    failure::Failure,
    output::{Format, Output},
};

/// How many rows are read at once; of a table, so many are kept to see how wide its columns are.
const ROWS: u32 = 500;

pub(super) async fn report(journal: &Journal, run: RunId, output: &Output) -> Result<Exit, Failure> {
    let summary = journal.summary(run).await.map_err(RunError::from)?;
    let format = match output.format() {
        Format::Table => return table(journal, run, output).await,
        Format::Csv => ReportFormat::Csv,
        Format::Json | Format::Yaml => ReportFormat::Json,
        Format::Ndjson => ReportFormat::Ndjson,
        Format::Html => ReportFormat::Html,
    };
    let title = format!("Run {run} of {}", summary.source);
    let subtitle = format!("{}, begun {:.0}", summary.service, summary.made_at);
    let mut sink = output.sink();
    let mut report = ReportWriter::new(io::BufWriter::new(&mut sink), format, &title, &subtitle)?;
    let mut after = 0;
    loop {
        let rows = journal.reported(run, after, ROWS).await.map_err(RunError::from)?;
        let Some(last) = rows.last() else { break };
        after = last.closed.number;
        for row in &rows {
            report.row(row)?;
        }
    }
    report.finish()?;
    output.close(sink)?;
    Ok(Exit::Done)
}

async fn table(journal: &Journal, run: RunId, output: &Output) -> Result<Exit, Failure> {
    let (mut after, mut sections) = (0, 0);
    loop {
        let rows = journal.reported(run, after, ROWS).await.map_err(RunError::from)?;
        // A run without rows is a table without any.
        if rows.is_empty() && sections > 0 {
            return Ok(Exit::Done);
        }
        let header = ["LINE", "ITEM", "RECIPIENT", "ROLE", "WHAT BECAME OF IT", "NEXT"];
        output.section(&header, rows.iter().map(cells).collect(), sections)?;
        let Some(last) = rows.last() else { return Ok(Exit::Done) };
        after = last.closed.number;
        sections += 1;
    }
}

fn cells(reported: &ReportedRow) -> Vec<String> {
    let ReportedRow { row, closed, .. } = reported;
    vec![
        row.line.to_string(),
        row.item.to_string(),
        row.whom(),
        row.options.role.to_string(),
        closed.word.to_string(),
        closed.next.clone().unwrap_or_default(),
    ]
}
