//! Undoing a run: what it granted is taken back, what it changed is set back. What was there before stays.

use std::collections::{BTreeSet, HashMap};

use sharing_model::{DriveRecipient, ItemAddress, Permission, Segment};

use super::{Run, RunError, Stop, settle};
use crate::{
    Change, PlannedItem, RunHead, RunId, RunState, Step, StepRecord, journal::JournalError, plan::is_meant,
};

/// How many steps are looked at in one go.
const STEPS: u32 = 500;

impl Run {
    /// Plans the undoing of this run, as a run of its own, which has no rows: its steps take back what this run granted
    /// and set back the roles and ends that it changed, as far as they still are as it left them.
    ///
    /// # Errors
    ///
    /// When the journal fails, or an item cannot be read.
    ///
    /// ```
    /// # async fn example(run: sharing_bulk::Run, journal: sharing_bulk::Journal) -> Result<(), sharing_bulk::RunError> {
    /// let undoing = run.plan_undo(&sharing_bulk::Stop::default()).await?;
    /// for record in journal.steps_after(undoing, 0, None, 100).await? {
    ///     println!("{:?}", record.step.change);
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn plan_undo(&self, stop: &Stop) -> Result<RunId, RunError> {
        let journal = &self.journal;
        let head = RunHead::new(&format!("undo of run {}", self.run), &self.client.endpoint().to_string());
        let head = head.options(&self.plan).map_err(JournalError::from)?;
        let undoing = journal.begin(&head).await?;
        let mut after = 0;
        let mut by_item: HashMap<i64, Vec<StepRecord>> = HashMap::new();
        loop {
            let steps = journal.steps_after(self.run, after, Some("done"), STEPS).await?;
            let Some(last) = steps.last() else { break };
            after = last.number;
            for record in steps {
                by_item.entry(record.item).or_default().push(record);
            }
            if stop.is_asked() {
                return Ok(undoing);
            }
            self.undo_items(undoing, std::mem::take(&mut by_item)).await?;
        }
        journal.advance(undoing, RunState::Planned).await?;
        Ok(undoing)
    }

    async fn undo_items(&self, undoing: RunId, items: HashMap<i64, Vec<StepRecord>>) -> Result<(), RunError> {
        let mut planned = Vec::new();
        let mut items: Vec<_> = items.into_iter().collect();
        items.sort_by_key(|(item, _)| *item);
        for (item, records) in items {
            let Some(address) = records.first().map(|record| record.step.item.clone()) else { continue };
            let permissions = match settle::permissions(&self.client, &address).await {
                Ok(permissions) => permissions,
                // What was granted on it went with it.
                Err(error) if error.status() == Some(404) => continue,
                Err(error) => return Err(RunError::Service(error)),
            };
            let steps = inverses(&address, &records, &permissions);
            let item = self.journal.add_item(undoing, item, &address).await?;
            planned.push(PlannedItem::new(
                item,
                None,
                steps.into_iter().map(|step| (0, step)).collect(),
                vec![],
            ));
        }
        Ok(self.journal.put_plans(undoing, &planned).await?)
    }
}

/// What takes back what was done to an item, of what is still so.
fn inverses(item: &ItemAddress, records: &[StepRecord], permissions: &[Permission]) -> Vec<Step> {
    let mut taken = BTreeSet::new();
    let mut steps = Vec::new();
    for record in records {
        let changes = match &record.step.change {
            Change::Invite { request } => {
                let recipients = request.recipients.as_deref().unwrap_or_default();
                recipients.iter().filter_map(|recipient| revoke(recipient, permissions)).collect()
            }
            Change::SetRole { permission, grantee, from: Some(from), role, .. } => {
                let now = permissions.iter().find(|held| held.id.as_deref() == Some(permission.as_str()));
                let is_ours =
                    now.is_some_and(|held| held.roles.as_deref() == Some(std::slice::from_ref(role)));
                let change = Change::SetRole {
                    permission: permission.clone(),
                    grantee: grantee.clone(),
                    from: Some(role.clone()),
                    role: from.clone(),
                    expires: None,
                };
                Vec::from_iter(is_ours.then_some(change))
            }
            // An end cannot be taken away, and what was revoked may have mailed: a person invites again.
            _ => vec![],
        };
        for change in changes {
            let permission = match &change {
                Change::Revoke { permission, .. } | Change::SetRole { permission, .. } => permission.clone(),
                _ => continue,
            };
            if taken.insert(permission.as_str().to_owned()) {
                steps.push(Step { item: item.clone(), change, rows: vec![] });
            }
        }
    }
    steps
}

/// What takes away the access that a recipient has on the item itself; never an owner's.
fn revoke(recipient: &DriveRecipient, permissions: &[Permission]) -> Option<Change> {
    let held = permissions.iter().find(|held| {
        !held.is_inherited()
            && !held.roles.iter().flatten().any(|role| role.as_str() == "owner")
            && is_meant(held, recipient)
    })?;
    let permission = Segment::new(held.id.as_deref()?)?;
    let role = held.roles.iter().flatten().next().cloned();
    Some(Change::Revoke { permission, grantee: held.holder(), role })
}
