//! Taking access away, as a run of its own.

use sharing_http::Client;
use sharing_model::{DriveRecipient, ItemAddress, RevokeGrantsRequest, Role, Segment};

use super::RunError;
use crate::{
    AuditRow, Change, How, Journal, PlanOptions, PlannedItem, RunHead, RunId, RunState, Step,
    journal::JournalError,
};

impl Step {
    /// The step that takes away what a row of an audit says, as far as it can be taken away there: access that is the
    /// item's own, and somebody's place on a link that is for certain people. Never an owner's access; what is inherited
    /// goes where it was given; a link itself is nobody's alone.
    ///
    /// ```
    /// use sharing_bulk::{AuditRow, Step};
    ///
    /// let item = "/drive/root:/Projects".parse()?;
    /// let held = r#"{ "id": "aTow", "roles": ["read"], "grantedTo": { "user": { "email": "ryan@contoso.com" } } }"#;
    /// let rows = AuditRow::of(&item, &serde_json::from_str(held)?, &[]);
    /// let step = Step::revoking(&rows[0]).unwrap();
    /// assert_eq!(step.action().method().as_str(), "DELETE");
    ///
    /// let owned = held.replace("read", "owner");
    /// let rows = AuditRow::of(&item, &serde_json::from_str(&owned)?, &[]);
    /// assert_eq!(Step::revoking(&rows[0]), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn revoking(row: &AuditRow) -> Option<Self> {
        if !row.from.is_empty() {
            return None;
        }
        let permission = Segment::new(row.permission_id.as_str())?;
        let grantee = if row.recipient.is_empty() { row.name.clone() } else { row.recipient.clone() };
        let change = match row.how {
            How::Direct | How::Invited => {
                let role = Some(Role::from(&*row.role)).filter(|_| !row.role.is_empty());
                Change::Revoke { permission, grantee, role }
            }
            How::Link if row.kind != "link" && !row.recipient.is_empty() => {
                let who = DriveRecipient::from(&*row.recipient);
                let request = RevokeGrantsRequest::new([who]).ok()?;
                Change::TakeOffLink { permission, grantee, request }
            }
            _ => return None,
        };
        Some(Self { item: row.item.clone(), change, rows: Vec::new() })
    }
}

impl Journal {
    /// Writes down steps as a run of its own, which has no rows, ready to [go](crate::Run::go).
    ///
    /// # Errors
    ///
    /// When the database fails.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_bulk::{Journal, RunOptions, Run, Stop};
    /// use sharing_http::{Client, Endpoint};
    ///
    /// let server = sharing_mock::MockServer::start().await?;
    /// let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
    /// let journal = Journal::temporary().await?;
    /// let run = journal.begin_steps(&client, "revoke from ryan@contoso.com", &[]).await?;
    /// let end = Run::open(&client, &journal, run).await?.go(&RunOptions::default(), &Stop::default(), &|_| {}).await?;
    /// assert_eq!((end.reason, end.summary.rows), (None, 0));
    /// # Ok(()) }
    /// ```
    pub async fn begin_steps(
        &self,
        client: &Client,
        source: &str,
        steps: &[Step],
    ) -> Result<RunId, RunError> {
        let options = PlanOptions::new(jiff::Timestamp::now());
        let head = RunHead::new(source, &client.endpoint().to_string());
        let run = self.begin(&head.options(&options).map_err(JournalError::from)?).await?;
        // One item's steps stand together where an audit found them; where they do not, they still go one after the other.
        let mut numbers: std::collections::HashMap<&ItemAddress, usize> = std::collections::HashMap::new();
        let mut items: Vec<(&ItemAddress, Vec<(u64, Step)>)> = Vec::new();
        for step in steps {
            let index = *numbers.entry(&step.item).or_insert_with(|| {
                items.push((&step.item, Vec::new()));
                items.len() - 1
            });
            items[index].1.push((0, step.clone()));
        }
        let mut planned = Vec::with_capacity(items.len());
        for (number, (address, steps)) in (1..).zip(items) {
            let item = self.add_item(run, number, address).await?;
            planned.push(PlannedItem::new(item, None, steps, Vec::new()));
        }
        for planned in planned.chunks(500) {
            self.put_plans(run, planned).await?;
        }
        self.advance(run, RunState::Planned).await?;
        Ok(run)
    }
}
