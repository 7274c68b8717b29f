//! `Run`: takes a planned run to its end, through crashes, refusals and lost answers.
//!
//! Steps are claimed in the journal, asked through the client, and written down: the intent before the request leaves,
//! the outcome after the answer. What is in doubt is settled by reading, and asked again only where reading tells that
//! nothing came of it.

mod ask;
mod close;
mod event;
mod judge;
mod options;
mod plan;
mod revoke;
mod scribe;
mod settle;
mod stop;
mod undo;

use std::{collections::VecDeque, time::Duration};

use sharing_http::Client;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, sleep_until},
};

pub(crate) use self::plan::read_all;
use self::{
    ask::Asked,
    scribe::Scribe,
    stop::{Brake, Failures},
};
pub use self::{
    event::RunEvent,
    options::{MaxFailures, NoMaxFailures, RunOptions},
    plan::PlanEnd,
    stop::{RunEnd, Stop, StopReason},
};
use crate::{Journal, JournalError, PlanOptions, RunId, RunState, Word, journal::Lease};

/// How many steps wait for their turn at once: enough to keep the client busy.
const AT_ONCE: usize = 32;
/// Of these, how many may be mails to people outside, which wait for hours.
const OUTSIDE_AT_ONCE: usize = 16;
/// The rank of those.
const OUTSIDE: i64 = 2;
const HIGHEST: i64 = i64::MAX;
/// Steps are claimed by so many: a claim is a transaction.
const CLAIM: usize = 64;
/// How often it looks whether others have ended what they claimed.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// What goes wrong with a run as a whole. What goes wrong with a row stands in the journal.
///
/// ```
/// fn is_the_journals(error: &sharing_bulk::RunError) -> bool {
///     matches!(error, sharing_bulk::RunError::Journal(_))
/// }
/// # let _ = is_the_journals;
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The journal fails. Nothing leaves that is not written down, so the run stops; it can be resumed.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The service cannot be asked who has access.
    #[error("{0}")]
    Service(sharing_http::Error),
    /// Its rows were not read to the end: nothing was sent, and there is nothing to go on with.
    #[error("run {0} has not read its list to the end, and sent nothing: begin anew")]
    Incomplete(RunId),
    /// The journal's run was made for another service.
    #[error("run {run} asks {theirs}, and this client asks {ours}")]
    OtherService {
        /// The run.
        run: RunId,
        /// Whom the run asks.
        theirs: String,
        /// Whom the client asks.
        ours: String,
    },
}

/// A run of a journal, with the client that asks.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sharing_bulk::{Journal, PlanOptions, Run, RunHead, RunOptions, Stop, Word};
/// use sharing_http::{Client, Endpoint};
///
/// // A service on loopback. Against Microsoft Graph, take `Endpoint::graph()` and a real token.
/// let server = sharing_mock::MockServer::start().await?;
/// let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
///
/// let journal = Journal::temporary().await?;
/// let plan = PlanOptions::new(jiff::Timestamp::now());
/// let run = journal.begin(&RunHead::new("by hand", &client.endpoint().to_string()).options(&plan)?).await?;
/// let row = r#"{ "item": "/drive/root:/Notes.txt", "recipient": "ryan@contoso.com", "role": "write", "notify": true }"#;
/// journal.gather(run, &[serde_json::from_str(row)?]).await?;
///
/// let run = Run::open(&client, &journal, run).await?;
/// run.plan(&Stop::default(), &|_| {}).await?;
/// let end = run.go(&RunOptions::default(), &Stop::default(), &|_| {}).await?;
/// assert_eq!(end.summary.count(Word::Granted), 1);
/// assert_eq!(server.outbox()[0].to, "ryan@contoso.com");
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Run {
    client: Client,
    journal: Journal,
    run: RunId,
    plan: PlanOptions,
    /// The run that this one takes back.
    undoes: Option<RunId>,
}

/// Who is told of what happens.
pub(crate) type Tell<'a> = &'a (dyn Fn(&RunEvent) + Sync);

impl Run {
    /// A run whose rows have been gathered.
    ///
    /// # Errors
    ///
    /// When there is no such run, or it asks another service.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_bulk::{Journal, Run};
    /// # use sharing_http::{Client, Endpoint};
    /// # let client = Client::new(Endpoint::graph(), "a token".into())?;
    /// let journal = Journal::temporary().await?;
    /// assert!(Run::open(&client, &journal, "7".parse()?).await.is_err());
    /// # Ok(()) }
    /// ```
    pub async fn open(client: &Client, journal: &Journal, run: RunId) -> Result<Self, RunError> {
        let summary = journal.summary(run).await?;
        let ours = client.endpoint().to_string();
        if summary.service != ours {
            return Err(RunError::OtherService { run, theirs: summary.service, ours });
        }
        let undoes = summary.options.get("undoes").cloned();
        let undoes = undoes.map(serde_json::from_value).transpose().map_err(JournalError::from)?;
        let plan = if summary.options.is_null() {
            PlanOptions::new(summary.made_at)
        } else {
            serde_json::from_value(summary.options).map_err(JournalError::from)?
        };
        Ok(Self { client: client.clone(), journal: journal.clone(), run, plan, undoes })
    }

    /// What is said of a row whose step is done.
    pub(crate) const fn done_word(&self) -> Word {
        if self.undoes.is_some() { Word::TakenBack } else { Word::Granted }
    }

    /// Where it is written down.
    ///
    /// ```
    /// fn is_kept(run: &sharing_bulk::Run) -> bool {
    ///     !run.journal().is_temporary()
    /// }
    /// # let _ = is_kept;
    /// ```
    #[must_use]
    pub const fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Its name in the journal.
    ///
    /// ```
    /// fn name(run: &sharing_bulk::Run) -> String {
    ///     run.id().to_string()
    /// }
    /// # let _ = name;
    /// ```
    #[must_use]
    pub const fn id(&self) -> RunId {
        self.run
    }

    /// Asks what the plan asks for until nothing is left, and says of each row what became of it. Several may do so at
    /// once where they share the journal. It ends early where the options or `stop` say so; then it can go on later.
    ///
    /// Dropped, it leaves the journal as a crash would: what was under way goes in doubt and is settled by the next.
    ///
    /// # Errors
    ///
    /// When the journal fails, or the run is not planned.
    ///
    /// ```
    /// # async fn example(run: sharing_bulk::Run) -> Result<(), sharing_bulk::RunError> {
    /// use sharing_bulk::{RunEvent, RunOptions, Stop};
    ///
    /// let end = run.go(&RunOptions::default(), &Stop::default(), &|event| {
    ///     if let RunEvent::Ended { .. } = event { eprint!(".") }
    /// }).await?;
    /// println!("{:?}", end.summary.words);
    /// # Ok(()) }
    /// ```
    pub async fn go(&self, options: &RunOptions, stop: &Stop, tell: Tell<'_>) -> Result<RunEnd, RunError> {
        match self.journal.summary(self.run).await?.state {
            RunState::Gathering | RunState::Planning => return Err(RunError::Incomplete(self.run)),
            RunState::Ended => {
                return Ok(RunEnd { reason: None, summary: self.journal.summary(self.run).await? });
            }
            RunState::Planned => {}
        }
        // Held until the end: on a file, whoever holds it works alone.
        let lock = self.journal.lock()?;
        let lease = Lease::new(&options.worker, options.lease);
        self.journal.renew(self.run, &lease).await?;
        self.journal.note_stop(self.run, None).await?;
        let (scribe, writing) = scribe::open(&self.journal, self.run, &lease);
        let working = self.work(options, stop, tell, &lease, scribe, lock.is_some());
        let working = Box::pin(async { tokio::try_join!(working, async { Ok(writing.await?) }) });
        let (reason, ()) = tokio::select! {
            ended = working => ended?,
            error = self.stay_alive(&lease) => return Err(error.into()),
        };
        self.journal.leave(self.run, &lease).await?;

        let ended = reason.is_none();
        if ended {
            self.close_for_good(options, &lease, lock.is_some(), tell).await?;
        } else {
            self.close_so_far().await?;
            let why = reason.as_ref().map(ToString::to_string);
            self.journal.note_stop(self.run, why.as_deref()).await?;
        }
        drop(lock);
        Ok(RunEnd { reason, summary: self.journal.summary(self.run).await? })
    }

    /// Renews the lease, whatever the work waits for, until that fails.
    async fn stay_alive(&self, lease: &Lease) -> JournalError {
        loop {
            sleep(lease.time / 4).await;
            if let Err(error) = self.journal.renew(self.run, lease).await {
                return error;
            }
        }
    }

    /// Claims and asks until nothing is left or something stops it.
    async fn work(
        &self,
        options: &RunOptions,
        stop: &Stop,
        tell: Tell<'_>,
        lease: &Lease,
        scribe: Scribe,
        alone: bool,
    ) -> Result<Option<StopReason>, RunError> {
        let tally = self.journal.steps_by_state(self.run).await?;
        tell(&RunEvent::Began { steps: tally.all(), ended: tally.all() - tally.open() });
        let rows = self.journal.summary(self.run).await?.rows;
        let brake = Brake::default();
        let mut failures = Failures::new(options, rows);
        let mut queue = VecDeque::new();
        // Tasks of their own: they hold connections to the journal, which this loop waits for, too. Dropped, they end.
        let mut tasks: JoinSet<Result<Asked, RunError>> = JoinSet::new();
        let mut outside = 0_usize;
        let mut look = Instant::now();
        let mut reason: Option<StopReason> = None;
        let deadline = options.until.map(|until| {
            let left = until.duration_since(jiff::Timestamp::now()).unsigned_abs();
            let is_over = until <= jiff::Timestamp::now();
            Instant::now() + if is_over { Duration::ZERO } else { left }
        });
        loop {
            if reason.is_none() {
                reason = if stop.is_asked() {
                    Some(StopReason::Interrupted)
                } else if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                    Some(StopReason::Deadline)
                } else {
                    failures.reason()
                };
                if reason.is_some() {
                    // Those that have not left yet do not leave any more.
                    brake.pull();
                    queue.clear();
                }
            }
            if look <= Instant::now() {
                let lapsed = self.journal.lapse(self.run, lease, alone).await?;
                if lapsed > 0 {
                    tell(&RunEvent::TookOver { steps: lapsed });
                }
                look = Instant::now() + options.lease / 4;
            }
            if reason.is_none() && tasks.len() < AT_ONCE {
                if queue.is_empty() {
                    for doubt in self.journal.claim_doubts(self.run, lease, AT_ONCE).await? {
                        let (run, options, scribe) = (self.clone(), options.clone(), scribe.clone());
                        tasks.spawn(async move { run.settle(doubt, &options, &scribe).await });
                    }
                    let highest = if outside < OUTSIDE_AT_ONCE { HIGHEST } else { OUTSIDE - 1 };
                    let limit = if outside > 0 { OUTSIDE_AT_ONCE } else { CLAIM };
                    queue.extend(self.journal.claim(self.run, lease, limit, highest).await?);
                }
                while tasks.len() < AT_ONCE
                    && let Some(record) = queue.pop_front()
                {
                    outside += usize::from(record.rank == OUTSIDE);
                    let (run, options) = (self.clone(), options.clone());
                    let (scribe, brake) = (scribe.clone(), brake.clone());
                    tasks.spawn(async move { run.ask(record, &options, &scribe, &brake).await });
                }
            }
            if tasks.is_empty() {
                scribe.flush().await;
                if reason.is_some() {
                    break;
                }
                let tally = self.journal.steps_by_state(self.run).await?;
                if tally.open() == 0 {
                    break;
                }
                if tally.count("waiting") == 0 || outside > 0 {
                    let wait = self.journal.next_doubt(self.run).await?.unwrap_or(LOOK_AGAIN);
                    let wait = wait.clamp(Duration::from_millis(10), LOOK_AGAIN.min(options.lease / 4));
                    tokio::select! {
                        () = sleep(wait) => {}
                        () = stop.asked() => {}
                    }
                }
                continue;
            }
            let until = deadline.filter(|_| reason.is_none());
            let asked = tokio::select! {
                Some(asked) = tasks.join_next() => match asked {
                    Ok(asked) => asked?,
                    Err(error) => match error.try_into_panic() {
                        Ok(panic) => std::panic::resume_unwind(panic),
                        Err(_) => continue,
                    },
                },
                () = stop.asked(), if reason.is_none() => continue,
                () = sleep_until(look) => continue,
                () = sleep_until(until.unwrap_or(look)), if until.is_some() => continue,
            };
            outside -= usize::from(asked.rank == Some(OUTSIDE));
            failures.count(&asked);
            if let Some(event) = asked.event {
                tell(&event);
            }
            if let Some(pause) = failures.pause() {
                tell(&RunEvent::Resting { time: pause });
                tokio::select! {
                    () = sleep(pause) => {}
                    () = stop.asked() => {}
                }
            }
        }
        Ok(reason)
    }
}
