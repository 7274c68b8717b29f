//! Access lists: who should have which access to what, for people or ten thousands of them.
//!
//! This crate knows rows: how they are read, what they ask for together, and what must be done so that it is so. It does
//! not know a terminal.
//!
//! - [`AccessListReader`] and [`AccessListWriter`] read and write lists of any length as CSV, NDJSON or JSON.
//! - [`plan_item`] plans one item: its rows against its permissions as they are. It reads and sends nothing.
//! - [`Journal`] keeps runs where they survive the process: in a file, or in a database that several machines share.
//! - [`Run`] takes a run to its end through crashes, refusals and lost answers, and mails nobody twice.
//!
//! ```
//! use sharing_bulk::{AccessListReader, Format, PlanOptions, plan_item};
//!
//! let list = "item,recipient,role\n\
//!             /drive/root:/Projects,ryan@contoso.com,write\n\
//!             /drive/root:/Projects,priya@contoso.com,write\n";
//! let rows: Vec<_> = AccessListReader::new(list.as_bytes(), Format::Csv).collect::<Result<_, _>>()?;
//! // Nobody has access yet, and rows that want the same go in one request.
//! let options = PlanOptions::new("2026-12-01T00:00:00Z".parse()?);
//! let plan = plan_item(&rows[0].item.clone(), rows, &[], &options);
//! assert_eq!((plan.steps.len(), plan.tally.recipients), (1, 2));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod access_list;
mod audit;
mod diff;
mod forecast;
mod journal;
mod plan;
mod planner;
mod report;
mod row;
mod run;
mod saved_plan;
mod spelling;
mod text;

pub use access_list::{
    AccessListFault, AccessListReader, AccessListWriter, Agreement, Entry, Format, NoFormat,
    access_list_schema,
};
pub use audit::{Audit, AuditFilter, AuditProgress, AuditRow, How};
pub use diff::{Difference, Held, diff, diff_live};
pub use forecast::Forecast;
pub use journal::{
    Claim, ClosedRow, Journal, JournalError, Lease, ListedItem, NoPlace, Outcome, Place, PlannedItem,
    ReportedRow, RunHead, RunId, RunState, RunSummary, StepEnd, StepRecord, StepTally, Word,
};
pub use plan::{
    Because, Change, Fingerprint, ItemPlan, PlanOptions, PlannedRow, Prune, Scopes, Step, Tally, Verdict,
    Warning, plan_item, refuse_item,
};
pub use planner::plans;
pub use report::{ReportFormat, ReportRow, ReportWriter, Totals, guard, unguard};
pub use row::{Expiry, NoExpiry, Options, Row};
pub use run::{
    MaxFailures, NoMaxFailures, PlanEnd, Run, RunEnd, RunError, RunEvent, RunOptions, Stop, StopReason,
};
pub use saved_plan::{PlanHead, PlanSummary, SavedPlan, SavedPlanError, SavedPlanWriter, saved_plan_schema};
pub use spelling::merge_spellings;
