//! `sharing diff`: what two access lists, or a list and the service, say differently.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use futures_util::{TryStreamExt, stream};
use jiff::Timestamp;
use sharing_bulk::{
    AccessListReader, Difference, Entry, Format as ListFormat, ReportFormat, ReportWriter, diff, diff_live,
};

use super::list::Faults;
use crate::{
    connection::ConnectionArguments,
    exit::Exit,
    failure::Failure,
    file,
    output::{Format, Output, Stdout},
    voice::tell,
    wrap::{width, wrap},
};

/// See what two access lists, or a list and the service, say differently.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  What has changed between two audits:
    sharing diff october.csv november.csv
  Whether the service is as the list says, for a script:
    sharing diff access.csv live --exit-code

A line that begins with - is in the first alone, with + in the second (or the service) alone, with ~ in both and different; ? could not be read. Against the service, the list's items are looked at, and no others.")]
pub(crate) struct Diff {
    /// The first access list, as CSV, NDJSON or JSON; - for standard input, as CSV.
    first: PathBuf,

    /// The second one, or `live` for the service.
    second: PathBuf,

    /// Exit with 10 where they differ.
    #[arg(long)]
    exit_code: bool,
}

impl Diff {
    pub(crate) async fn run(
        self,
        connection: &ConnectionArguments,
        output: &Output,
    ) -> Result<Exit, Failure> {
        let now = Timestamp::now();
        let first = read(&self.first)?;
        let (mut count, mut unread) = (0_u64, false);
        let mut note = |difference: &Difference| {
            count += 1;
            unread |= difference.error.is_some();
        };
        if self.second == Path::new("live") {
            let open = connection.open().await?;
            let differences = diff_live(&open.client, first, now).inspect_ok(&mut note);
            print(differences, output).await?;
        } else {
            let rows = |entries: Vec<Entry>| entries.into_iter().filter_map(Entry::row);
            let differences = diff(rows(first), rows(read(&self.second)?), now);
            let differences = stream::iter(differences.into_iter().map(Ok)).inspect_ok(&mut note);
            print(differences, output).await?;
        }
        tell!("{count} {}", if count == 1 { "difference" } else { "differences" });
        Ok(match (unread, count) {
            (true, _) => Exit::Partial,
            (false, 1..) if self.exit_code => Exit::Changes,
            _ => Exit::Done,
        })
    }
}

/// A whole list, or all that is wrong with it.
fn read(path: &Path) -> Result<Vec<Entry>, Failure> {
    let mut reader = AccessListReader::new(file::open(path)?, ListFormat::of(path).unwrap_or_default());
    let (mut entries, mut faults) = (Vec::new(), Faults::default());
    while let Some(entry) = reader.entry() {
        entries.extend(faults.sort(entry));
    }
    faults.none(path)?;
    Ok(entries)
}

async fn print(
    mut differences: impl futures_util::Stream<Item = Result<Difference, sharing_http::Error>> + Unpin,
    output: &Output,
) -> Result<(), Failure> {
    let format = match output.format() {
        Format::Table => {
            let width = width(io::stdout());
            let mut out = io::BufWriter::new(Stdout::new());
            while let Some(difference) = differences.try_next().await? {
                writeln!(out, "{}", wrap(&difference.to_string(), width))?;
            }
            return Ok(out.flush()?);
        }
        Format::Csv => ReportFormat::Csv,
        Format::Json | Format::Yaml => ReportFormat::Json,
        Format::Ndjson => ReportFormat::Ndjson,
        Format::Html => ReportFormat::Html,
    };
    let mut sink = output.sink();
    let mut report = ReportWriter::new(io::BufWriter::new(&mut sink), format, "What differs", "")?;
    while let Some(difference) = differences.try_next().await? {
        report.row(&difference)?;
    }
    report.finish()?;
    output.close(sink)
}
