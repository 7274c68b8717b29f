//! `sharing revoke`: takes away what somebody has, below an item.

use std::collections::BTreeSet;

use clap::Args;
use futures_util::TryStreamExt;
use serde::Serialize;
use sharing_bulk::{Audit, AuditFilter, AuditRow, How, Run, Step, Stop};
use sharing_model::DriveRecipient;

use super::{
    apply::{self, RunArguments},
    audit::item,
};
use crate::{
    connection::ConnectionArguments,
    dry_run::DryRun,
    exit::Exit,
    failure::Failure,
    output::Output,
    progress::Progress,
    signal,
    voice::{say, tell},
};

/// Take away what somebody has, on an item and on all below it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  See what somebody who leaves has on a drive; nothing is changed:
    sharing revoke --from ryan@contoso.com --under /me/drive/root
  Take it away:
    sharing revoke --from ryan@contoso.com --under /me/drive/root --yes

An owner's access stays. What is inherited goes where it was given: on the folder that is named. From a link for certain \
people they are taken off, and the link stays; links for the organization or for anybody are not theirs alone. What a \
group gives them stays, too.")]
pub(crate) struct Revoke {
    /// Whose: a mail address, an object id, or a name that only one has.
    #[arg(long, value_name = "WHO")]
    from: String,

    /// The item; all below it is looked at, too.
    #[arg(long, value_name = "ITEM")]
    under: String,

    /// Do it. Without this, it is only shown.
    #[arg(long)]
    yes: bool,

    #[command(flatten)]
    dry_run: DryRun,

    #[command(flatten)]
    run: RunArguments,
}

/// What somebody has, and what becomes of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Planned {
    #[serde(flatten)]
    held: AuditRow,
    what_is_done: String,
}

impl Revoke {
    pub(crate) async fn run(
        self,
        connection: &ConnectionArguments,
        output: &Output,
    ) -> Result<Exit, Failure> {
        let address = item(&self.under)?;
        let progress = Progress::new();
        let open = connection.open_for_run(move |event| progress.client(event)).await?;
        let filter = AuditFilter::default().grantee(&self.from);
        let audit = Audit::new(&open.client, address).recursive(true).filter(filter);
        let rows: Vec<AuditRow> = audit.rows().try_collect().await?;
        let (unread, held): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.how == How::Unread);
        if !is_exact(&self.from) {
            let people = held.iter().map(|row| row.recipient.to_lowercase()).filter(|who| !who.is_empty());
            let people: BTreeSet<_> = people.collect();
            if people.len() > 1 {
                return Err(Failure::Several { who: self.from, people: people.into_iter().collect() });
            }
        }

        let steps: Vec<_> = held.iter().filter_map(Step::revoking).collect();
        if self.dry_run.is_asked() {
            let endpoint = open.client.endpoint();
            steps.iter().try_for_each(|step| self.dry_run.print(&step.action(), endpoint))?;
            return Ok(Exit::Done);
        }
        let planned: Vec<_> = held.into_iter().map(Planned::of).collect();
        output.print(&planned, &["ITEM", "ROLE", "HOW", "WHAT IS DONE"], |planned| {
            planned.iter().map(Planned::cells).collect()
        })?;
        for row in &unread {
            say!("not read: {}: {}", row.item, row.error);
        }
        let left = planned.len() - steps.len();
        tell!("{} to take away, {left} to leave, {} not read", steps.len(), unread.len());
        let whole = if unread.is_empty() { Exit::Done } else { Exit::Partial };
        if steps.is_empty() {
            return Ok(whole);
        }
        if !self.yes {
            tell!("nothing was changed\nnext: the same with --yes");
            return Ok(whole);
        }

        let journal = self.run.journal.open(connection.is_sandbox()).await?;
        let source = format!("revoke from {} under {}", self.from, self.under);
        let id = journal.begin_steps(&open.client, &source, &steps).await?;
        let stop = Stop::default();
        signal::run(&stop, apply::last_words(&self.run.journal, &journal, id));
        let run = Run::open(&open.client, &journal, id).await?;
        let stopped = apply::end(&run, &self.run, &stop).await?.filter(|end| end.reason.is_some());
        let is_all = apply::account(&journal, id).await?;
        Ok(match stopped {
            Some(end) => {
                apply::tell_stopped(&run, &self.run, &end);
                apply::exit(&end)
            }
            None if is_all => whole,
            None => Exit::Partial,
        })
    }
}

/// Whether it names one and no other, whatever else there is.
fn is_exact(who: &str) -> bool {
    let who = DriveRecipient::from(who);
    who.email.is_some() || who.object_id.is_some()
}

impl Planned {
    fn of(held: AuditRow) -> Self {
        let what_is_done = match (Step::revoking(&held).is_some(), held.how) {
            (true, How::Link) => "taken off the link".to_owned(),
            (true, _) => "taken away".to_owned(),
            (false, How::Owner) => "stays: an owner's".to_owned(),
            (false, _) if !held.from.is_empty() => format!("stays here: given on {}", held.from),
            (false, _) => "stays: not theirs alone".to_owned(),
        };
        Self { held, what_is_done }
    }

    fn cells(&self) -> Vec<String> {
        let held = &self.held;
        let how =
            if held.through.is_empty() { held.how.to_string() } else { format!("{} link", held.through) };
        vec![held.item.to_string(), held.role.clone(), how, self.what_is_done.clone()]
    }
}
