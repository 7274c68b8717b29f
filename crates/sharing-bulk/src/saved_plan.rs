//! A saved plan: what was planned, kept to be looked at and made so later.
//!
//! It is NDJSON, so that it streams whatever its length: a head that says what the plan was made of, an [`ItemPlan`] a
//! line, and an end that says what it amounts to. A plan without its end was cut off, and is none.

mod schema;

use std::{
    fmt,
    io::{self, BufRead, Write},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::schema::saved_plan_schema;
use crate::{Forecast, ItemPlan, PlanOptions, Tally};

/// The version of the format.
const VERSION: u32 = 1;

/// What a plan was made of: the first line of a saved plan.
///
/// ```
/// use sharing_bulk::{PlanHead, PlanOptions};
///
/// let options = PlanOptions::new("2026-12-01T00:00:00Z".parse().unwrap());
/// let head = PlanHead::new("access.csv", "https://graph.microsoft.com/v1.0", options);
/// assert_eq!(head.made, "2026-12-01T00:00:00Z".parse().unwrap());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PlanHead {
    /// The version of the format: 1.
    plan: u32,
    /// When it was made.
    pub made: Timestamp,
    /// The access list, as it was named.
    pub source: String,
    /// The service, as a base URL.
    pub service: String,
    /// How it was planned.
    pub options: PlanOptions,
}

impl PlanHead {
    /// What a plan is made of.
    ///
    /// ```
    /// # use sharing_bulk::{PlanHead, PlanOptions};
    /// let options = PlanOptions::new("2026-12-01T00:00:00Z".parse().unwrap());
    /// assert_eq!(PlanHead::new("access.csv", "https://graph.microsoft.com/v1.0", options).source, "access.csv");
    /// ```
    pub fn new(source: impl Into<String>, service: impl Into<String>, options: PlanOptions) -> Self {
        Self { plan: VERSION, made: options.now, source: source.into(), service: service.into(), options }
    }
}

/// What a plan amounts to: the last line of a saved plan.
///
/// ```
/// let end: sharing_bulk::PlanSummary = serde_json::from_str(
///     r#"{"tally":{"items":0,"rows":0,"invitations":0,"recipients":0,"roleChanges":0,"expiryChanges":0,"revocations":0,"nothing":0,"refused":0,"mails":0,"externalMails":0,"externals":0,"inheritanceBreaks":0,"lowered":0},"forecast":{"reads":0,"requests":0,"units":0,"mails":0,"externalMails":0,"seconds":0,"time":"at once"}}"#,
/// )?;
/// assert_eq!(end.tally.steps(), 0);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PlanSummary {
    /// What it amounts to.
    pub tally: Tally,
    /// What it will cost, and how long it will take.
    pub forecast: Forecast,
}

/// Writes a saved plan, line by line.
///
/// ```
/// use sharing_bulk::{Forecast, PlanHead, PlanOptions, SavedPlan, SavedPlanWriter, Tally};
/// use sharing_http::Limits;
///
/// let options = PlanOptions::new("2026-12-01T00:00:00Z".parse()?);
/// let mut plan = SavedPlanWriter::new(Vec::new(), &PlanHead::new("access.csv", "http://127.0.0.1:8000", options))?;
/// let tally = Tally::default();
/// let saved = plan.finish(&tally, &Forecast::of(&tally, Limits::none()))?;
/// assert_eq!(SavedPlan::open(&*saved)?.head().source, "access.csv");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SavedPlanWriter<W> {
    out: W,
}

impl<W: Write> SavedPlanWriter<W> {
    /// Begins a plan.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    ///
    /// ```
    /// # use sharing_bulk::{PlanHead, PlanOptions, SavedPlanWriter};
    /// # let options = PlanOptions::new("2026-12-01T00:00:00Z".parse().unwrap());
    /// let head = PlanHead::new("access.csv", "https://graph.microsoft.com/v1.0", options);
    /// let plan = SavedPlanWriter::new(Vec::new(), &head)?;
    /// # let _ = plan;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn new(out: W, head: &PlanHead) -> io::Result<Self> {
        let mut writer = Self { out };
        writer.line(head)?;
        Ok(writer)
    }

    /// Adds an item.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    ///
    /// ```
    /// # use sharing_bulk::{PlanHead, PlanOptions, SavedPlanWriter, refuse_item};
    /// # let options = PlanOptions::new("2026-12-01T00:00:00Z".parse()?);
    /// # let head = PlanHead::new("access.csv", "https://graph.microsoft.com/v1.0", options);
    /// # let mut plan = SavedPlanWriter::new(Vec::new(), &head)?;
    /// plan.item(&refuse_item(&"/drive/root:/gone".parse()?, vec![], "it is not there"))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn item(&mut self, plan: &ItemPlan) -> io::Result<()> {
        self.line(plan)
    }

    /// Ends the plan, and gives back what it was written to.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    ///
    /// ```
    /// # use sharing_bulk::{Forecast, PlanHead, PlanOptions, SavedPlanWriter, Tally};
    /// # let options = PlanOptions::new("2026-12-01T00:00:00Z".parse().unwrap());
    /// # let head = PlanHead::new("access.csv", "https://graph.microsoft.com/v1.0", options);
    /// # let plan = SavedPlanWriter::new(Vec::new(), &head)?;
    /// let tally = Tally::default();
    /// let forecast = Forecast::of(&tally, sharing_http::Limits::default());
    /// assert!(plan.finish(&tally, &forecast)?.ends_with(b"}\n"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn finish(mut self, tally: &Tally, forecast: &Forecast) -> io::Result<W> {
        self.line(&PlanSummary { tally: *tally, forecast: forecast.clone() })?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn line(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, value)?;
        self.out.write_all(b"\n")
    }
}

impl<W> fmt::Debug for SavedPlanWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SavedPlanWriter").finish_non_exhaustive()
    }
}

/// Why a saved plan cannot be read.
///
/// ```
/// use sharing_bulk::SavedPlan;
///
/// let error = SavedPlan::open(&b"item,recipient,role\n"[..]).unwrap_err();
/// assert!(error.to_string().starts_with("line 1: no saved plan:"));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SavedPlanError {
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A line is not what should stand there.
    #[error("line {line}: no saved plan: {}", without_place(error))]
    Line {
        /// The line, counted from 1.
        line: u64,
        /// What is wrong with it.
        error: serde_json::Error,
    },
    /// It was made by a later version of this program.
    #[error("line 1: a saved plan of version {0}: expected 1")]
    Version(u32),
    /// It has no end.
    #[error("after line {0}: the plan has no end: it was cut off, plan anew")]
    CutOff(u64),
}

/// What is wrong with a line of JSON: which line it is, only the plan knows.
fn without_place(error: &serde_json::Error) -> String {
    let what = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    what.strip_suffix(&place).unwrap_or(&what).to_owned()
}

/// Reads a saved plan, item by item.
///
/// ```
/// use sharing_bulk::{Forecast, PlanHead, PlanOptions, SavedPlan, SavedPlanWriter, Tally, refuse_item};
/// use sharing_http::Limits;
///
/// let options = PlanOptions::new("2026-12-01T00:00:00Z".parse()?);
/// let mut plan = SavedPlanWriter::new(Vec::new(), &PlanHead::new("access.csv", "http://127.0.0.1:8000", options))?;
/// let item = refuse_item(&"/drive/root:/gone".parse()?, vec![], "it is not there");
/// plan.item(&item)?;
/// let saved = plan.finish(&item.tally, &Forecast::of(&item.tally, Limits::none()))?;
///
/// let mut read = SavedPlan::open(&*saved)?;
/// assert_eq!(read.next().transpose()?, Some(item));
/// assert!(read.next().is_none());
/// assert_eq!(read.summary().unwrap().tally.items, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SavedPlan<R> {
    inner: R,
    head: PlanHead,
    summary: Option<PlanSummary>,
    text: String,
    line: u64,
    is_done: bool,
}

impl<R: BufRead> SavedPlan<R> {
    /// Reads the head of a plan.
    ///
    /// # Errors
    ///
    /// When it is no saved plan, or one of another version.
    ///
    /// ```
    /// let later = r#"{ "plan": 2, "made": "2026-12-01T00:00:00Z" }"#;
    /// let error = sharing_bulk::SavedPlan::open(later.as_bytes()).unwrap_err();
    /// assert_eq!(error.to_string(), "line 1: a saved plan of version 2: expected 1");
    /// ```
    pub fn open(mut inner: R) -> Result<Self, SavedPlanError> {
        #[derive(Deserialize)]
        struct Version {
            plan: u32,
        }

        let mut text = String::new();
        inner.read_line(&mut text)?;
        let wrong = |error| SavedPlanError::Line { line: 1, error };
        let Version { plan } = serde_json::from_str(&text).map_err(wrong)?;
        if plan != VERSION {
            return Err(SavedPlanError::Version(plan));
        }
        let head = serde_json::from_str(&text).map_err(wrong)?;
        Ok(Self { inner, head, summary: None, text, line: 1, is_done: false })
    }

    /// What the plan was made of.
    ///
    /// ```
    /// # fn example(plan: &sharing_bulk::SavedPlan<&[u8]>) {
    /// println!("made {} of {}", plan.head().made, plan.head().source);
    /// # }
    /// ```
    #[must_use]
    pub const fn head(&self) -> &PlanHead {
        &self.head
    }

    /// What the plan amounts to; known when all items are read.
    ///
    /// ```
    /// # fn example(plan: &mut sharing_bulk::SavedPlan<&[u8]>) {
    /// for item in plan.by_ref() {
    ///     // …
    /// #   let _ = item;
    /// }
    /// let steps = plan.summary().map(|summary| summary.tally.steps());
    /// # let _ = steps;
    /// # }
    /// ```
    #[must_use]
    pub const fn summary(&self) -> Option<&PlanSummary> {
        self.summary.as_ref()
    }

    fn advance(&mut self) -> Result<Option<ItemPlan>, SavedPlanError> {
        self.text.clear();
        if self.inner.read_line(&mut self.text)? == 0 {
            return Err(SavedPlanError::CutOff(self.line));
        }
        self.line += 1;
        let wrong = |error| SavedPlanError::Line { line: self.line, error };
        // The end is told by its first property, which no item has.
        if self.text.starts_with("{\"tally\"") {
            self.summary = Some(serde_json::from_str(&self.text).map_err(wrong)?);
            return Ok(None);
        }
        serde_json::from_str(&self.text).map(Some).map_err(wrong)
    }
}

impl<R: BufRead> Iterator for SavedPlan<R> {
    type Item = Result<ItemPlan, SavedPlanError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        let next = self.advance().transpose();
        self.is_done = !matches!(next, Some(Ok(_)));
        next
    }
}

impl<R> fmt::Debug for SavedPlan<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SavedPlan").field("head", &self.head).finish_non_exhaustive()
    }
}
