//! `Scribe`: writes in groups. Whatever is told while one transaction is committed goes in the next.

use tokio::sync::{mpsc, oneshot};

use crate::{
    Journal, JournalError, RunId,
    journal::{Entry, Lease},
};

/// How much goes in one transaction at most.
const GROUP: usize = 1_000;

/// Whom to tell what is to be written.
#[derive(Debug, Clone)]
pub(super) struct Scribe(mpsc::UnboundedSender<Message>);

struct Message {
    entry: Option<Entry>,
    /// Told once it is committed: whether an intent holds.
    written: Option<oneshot::Sender<bool>>,
}

impl Scribe {
    /// Commits an intent. Whether it holds: where not, nothing may leave.
    pub(super) async fn intent(&self, step: i64) -> bool {
        self.say(Some(Entry::Intent { step })).await
    }

    /// Writes what can be lost without harm: whoever resumes finds an intent without an outcome, and looks.
    pub(super) fn write(&self, entry: Entry) {
        // Where nobody writes any more, the run ends with the journal's error.
        drop(self.0.send(Message { entry: Some(entry), written: None }));
    }

    /// Waits until all that was told is committed.
    pub(super) async fn flush(&self) {
        self.say(None).await;
    }

    async fn say(&self, entry: Option<Entry>) -> bool {
        let (written, told) = oneshot::channel();
        self.0.send(Message { entry, written: Some(written) }).is_ok() && told.await.unwrap_or(false)
    }
}

/// A scribe, and its work, which ends when all of its clones are gone.
pub(super) fn open<'a>(
    journal: &'a Journal,
    run: RunId,
    lease: &'a Lease,
) -> (Scribe, impl Future<Output = Result<(), JournalError>> + 'a) {
    let (sender, mut receiver) = mpsc::unbounded_channel::<Message>();
    let writing = async move {
        let mut group = Vec::new();
        while receiver.recv_many(&mut group, GROUP).await > 0 {
            let mut told = Vec::new();
            let mut entries = Vec::with_capacity(group.len());
            for Message { entry, written } in group.drain(..) {
                let step = match &entry {
                    Some(Entry::Intent { step }) => Some(*step),
                    _ => None,
                };
                told.extend(written.map(|written| (step, written)));
                entries.extend(entry);
            }
            let held = journal.write(run, lease, &entries).await?;
            for (step, written) in told {
                // Whoever asked may have gone.
                let _ = written.send(step.is_none_or(|step| held.contains(&step)));
            }
        }
        Ok(())
    };
    (Scribe(sender), writing)
}
