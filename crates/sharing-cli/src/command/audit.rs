//! `sharing audit`: who has access to what.

use std::{
    io::{self, IsTerminal, Write},
    time::{Duration, Instant},
};

use clap::Args;
use futures_util::TryStreamExt;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use sharing_bulk::{Audit as Walk, AuditFilter, AuditProgress, AuditRow, How, ReportFormat, ReportWriter};
use sharing_model::{AddressError, InvalidRequest, ItemAddress};

use crate::{
    connection::ConnectionArguments,
    exit::Exit,
    failure::Failure,
    output::{Format, Output},
    voice::{self, say, tell},
};

/// See who has access to an item, and to all below it, as an access list: change it, then plan and apply it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  All that is shared on a drive, as a list to edit, plan and apply:
    sharing audit /me/drive/root --recursive -o csv > access.csv
  Who is from outside, on a page to look at:
    sharing audit /me/drive/root --recursive --external -o html > outside.html
  Links that end within a month:
    sharing audit /me/drive/root --recursive --links --expiring-within 30d

The columns item, recipient, role and expires are an access list's. `how` says how they came by it: direct and invited rows are what an invitation can say; `sharing plan` leaves the others (inherited, owner, link, other, unread) out.\nExit code 3: something could not be read; each such item is a row that says why.")]
pub(crate) struct Audit {
    /// The item: a drive's root, a folder or a file.
    item: String,

    /// Also all that is below it.
    #[arg(short, long)]
    recursive: bool,

    /// Only people from outside, and links for anybody.
    #[arg(long)]
    external: bool,

    /// A domain of the organization; can be said again. Without it, that of the drive's owner.
    #[arg(long, value_name = "DOMAIN")]
    domain: Vec<String>,

    /// Only links, and people whom they are for.
    #[arg(long)]
    links: bool,

    /// Only what ends within this time, such as 30d, 12h or 2w.
    #[arg(long, value_name = "TIME", value_parser = str::parse::<Within>)]
    expiring_within: Option<Within>,

    /// Only what this one has: a mail address, an object id, or a name as it is shown.
    #[arg(long, value_name = "WHO")]
    grantee: Option<String>,

    /// Only what comes from a folder above.
    #[arg(long, conflicts_with = "direct")]
    inherited: bool,

    /// Only what is the item's own.
    #[arg(long)]
    direct: bool,
}

/// A time from now.
#[derive(Debug, Clone, Copy)]
struct Within(SignedDuration);

impl std::str::FromStr for Within {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let span: Option<Span> = text.trim_start_matches('+').parse().ok();
        let time = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok());
        time.filter(SignedDuration::is_positive).map(Self).ok_or("a time such as 30d, 12h or 2w")
    }
}

/// An item as somebody typed it.
pub(crate) fn item(address: &str) -> Result<ItemAddress, Failure> {
    address.parse().map_err(|error: AddressError| InvalidRequest::from(error).into())
}

impl Audit {
    pub(crate) async fn run(
        self,
        connection: &ConnectionArguments,
        output: &Output,
    ) -> Result<Exit, Failure> {
        let address = item(&self.item)?;
        let title = format!("Who has access to {}", self.item);
        let connection = connection.open().await?;
        let audit = Walk::new(&connection.client, address)
            .recursive(self.recursive)
            .domains(self.domain.iter().cloned())
            .filter(self.filter());
        let progress = audit.progress();
        let subtitle = format!(
            "{} at {:.0}{}",
            connection.client.endpoint(),
            Timestamp::now(),
            if self.recursive { ", with all below" } else { "" }
        );
        let told = Told::new(progress.clone());
        let rows = audit.rows().inspect_ok(|row| told.tell(row));
        print(rows, output, &self.item, [&title, &subtitle]).await?;
        told.done();
        Ok(if progress.unread() > 0 { Exit::Partial } else { Exit::Done })
    }

    fn filter(&self) -> AuditFilter {
        let mut filter = AuditFilter::default();
        if self.external {
            filter = filter.external();
        }
        if self.links {
            filter = filter.links();
        }
        if self.inherited || self.direct {
            filter = filter.inherited(self.inherited);
        }
        if let Some(who) = &self.grantee {
            filter = filter.grantee(who);
        }
        if let Some(Within(time)) = self.expiring_within {
            filter = filter.expires_before(Timestamp::now().checked_add(time).unwrap_or(Timestamp::MAX));
        }
        filter
    }
}

/// Prints rows as they come.
async fn print(
    mut rows: impl futures_util::Stream<Item = Result<AuditRow, sharing_http::Error>> + Unpin,
    output: &Output,
    base: &str,
    [title, subtitle]: [&str; 2],
) -> Result<(), Failure> {
    let format = match output.format() {
        Format::Table => return table(rows, output, base).await,
        Format::Csv => ReportFormat::Csv,
        Format::Json | Format::Yaml => ReportFormat::Json,
        Format::Ndjson => ReportFormat::Ndjson,
        Format::Html => ReportFormat::Html,
    };
    // Nothing is printed where nothing can be asked.
    let mut row = rows.try_next().await?;
    let mut sink = output.sink();
    let mut report = ReportWriter::new(io::BufWriter::new(&mut sink), format, title, subtitle)?;
    while let Some(read) = &row {
        report.row(read)?;
        row = rows.try_next().await?;
    }
    report.finish()?;
    output.close(sink)
}

/// How many rows of a table are kept to see how wide its columns are.
const SECTION: usize = 500;

async fn table(
    mut rows: impl futures_util::Stream<Item = Result<AuditRow, sharing_http::Error>> + Unpin,
    output: &Output,
    base: &str,
) -> Result<(), Failure> {
    let (mut section, mut sections) = (Vec::new(), 0);
    loop {
        let row = rows.try_next().await;
        if let Ok(Some(row)) = &row {
            section.push(cells(row, base));
        }
        let is_last = !matches!(row, Ok(Some(_)));
        let is_empty = section.is_empty() && (sections > 0 || row.is_err());
        if section.len() == SECTION || (is_last && !is_empty) {
            output.section(
                &["ITEM", "WHO", "ROLE", "HOW", "EXPIRES"],
                std::mem::take(&mut section),
                sections,
            )?;
            sections += 1;
        }
        if is_last {
            return row.map(drop).map_err(Into::into);
        }
    }
}

/// An item as seen from the one that was asked for.
fn below(item: &ItemAddress, base: &str) -> String {
    let whole = item.to_string();
    match whole.strip_prefix(base) {
        Some("") => ".".to_owned(),
        Some(rest) if rest.starts_with([':', '/']) => rest.trim_start_matches([':', '/']).to_owned(),
        _ => whole,
    }
}

fn cells(row: &AuditRow, base: &str) -> Vec<String> {
    let known = row.recipient.is_empty() || row.recipient == row.name;
    let who = match row.how {
        // What the service said about it is too long for a table.
        How::Unread => "could not be read".to_owned(),
        _ if known => row.name.clone(),
        _ => format!("{} <{}>", row.name, row.recipient),
    };
    let how = match (row.how, &*row.through, &*row.from) {
        (How::Link, "", _) => "link".to_owned(),
        (How::Link, _, _) if row.kind == "link" => "link".to_owned(),
        (How::Link, through, _) => format!("{through} link"),
        (how, _, "") => how.to_string(),
        (How::Inherited, _, from) => format!("inherited from {from}"),
        (how, _, from) => format!("{how}, from {from}"),
    };
    let outside = if row.external { ", outside" } else { "" };
    let expires = row.expires.map(|at| at.to_string()).unwrap_or_default();
    vec![below(&row.item, base), who, row.role.clone(), format!("{how}{outside}"), expires]
}

/// Tells a person how far an audit is: now and then on a terminal, and at its end.
struct Told {
    progress: AuditProgress,
    last: std::cell::Cell<Instant>,
    is_terminal: bool,
    unread: std::cell::RefCell<Vec<String>>,
}

/// How many items that could not be read are told of; the rows have all of them.
const UNREAD: usize = 20;

impl Told {
    fn new(progress: AuditProgress) -> Self {
        Self {
            progress,
            last: Instant::now().into(),
            is_terminal: io::stderr().is_terminal() && !voice::is_quiet(),
            unread: Vec::new().into(),
        }
    }

    fn tell(&self, row: &AuditRow) {
        if row.how == How::Unread && self.unread.borrow().len() < UNREAD {
            self.unread.borrow_mut().push(format!("{}: {}", row.item, row.error));
        }
        if self.is_terminal && self.last.get().elapsed() > Duration::from_millis(500) {
            self.last.set(Instant::now());
            // On its own line, which the next one overwrites.
            let told = write!(io::stderr(), "\r{}\x1b[K\r", self.line());
            let _ = told;
        }
    }

    fn done(&self) {
        for unread in self.unread.borrow().iter() {
            say!("not read: {unread}");
        }
        tell!("{}", self.line());
    }

    fn line(&self) -> String {
        let (items, read, unread) = (self.progress.items(), self.progress.read(), self.progress.unread());
        let not_read = if unread > 0 { format!(", {unread} could not be read") } else { String::new() };
        let plural = if items == 1 { "item" } else { "items" };
        format!("{items} {plural} seen, the permissions of {read} read{not_read}")
    }
}
