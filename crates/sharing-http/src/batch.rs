//! `Client::batch`: many actions, twenty in a request, each with a fate of its own.

mod answer;
mod round;

use std::collections::VecDeque;

use reqwest::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sharing_model::{Action, ActionKind, BATCH_LIMIT, Method};
use uuid::Uuid;

use self::round::Member;
use crate::{Client, Error, error::Kind};

/// What the service said yes with to one member of a batch.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sharing_http::{Client, Endpoint};
/// use sharing_model::{Action, DriveItem};
///
/// let server = sharing_mock::MockServer::start().await?;
/// let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
/// let replies = client.batch([Action::get_item("/drive/root:/Notes.txt".parse()?)]).await;
/// let reply = replies.into_iter().next().unwrap()?;
/// assert_eq!(reply.status(), 200);
/// assert_eq!(reply.read::<DriveItem>()?.name.as_deref(), Some("Notes.txt"));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    kind: ActionKind,
    status: u16,
    body: Option<Value>,
    client_request_id: Uuid,
}

impl Reply {
    /// The status: 200, 201, 204, 207.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_http::{Client, Endpoint};
    /// # use sharing_model::Action;
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
    /// let replies = client.batch([Action::list_children("/drive/root".parse()?)]).await;
    /// assert_eq!(replies[0].as_ref().unwrap().status(), 200);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The body as it came.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_http::{Client, Endpoint};
    /// # use sharing_model::Action;
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
    /// let replies = client.batch([Action::list_children("/drive/root".parse()?)]).await;
    /// assert!(replies[0].as_ref().unwrap().body().unwrap()["value"].is_array());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub const fn body(&self) -> Option<&Value> {
        self.body.as_ref()
    }

    /// The body as what the action answers.
    ///
    /// # Errors
    ///
    /// When it is something else.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_http::{Client, Endpoint};
    /// # use sharing_model::Action;
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
    /// use sharing_model::{Collection, DriveItem};
    ///
    /// let replies = client.batch([Action::list_children("/drive/root".parse()?)]).await;
    /// let children: Collection<DriveItem> = replies[0].as_ref().unwrap().read()?;
    /// assert!(!children.value.unwrap().is_empty());
    /// # Ok(()) }
    /// ```
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        T::deserialize(self.body.as_ref().unwrap_or(&Value::Null)).map_err(|error| {
            let status = StatusCode::from_u16(self.status).unwrap_or_default();
            let kind = Kind::Unreadable { status, request_id: None, why: error.to_string() };
            let changes = self.kind.facts().method != Method::Get;
            Error::new(self.kind, Some(self.client_request_id), kind).in_doubt(changes)
        })
    }
}

impl Client {
    /// Asks for many things, twenty in a request. The results come in the order of the actions, each with a fate of its
    /// own: one that fails spoils no other, and each is judged by the table in [`retry`](crate::retry) as if it had been
    /// asked alone. Those that may pass go again in a fresh batch, after the longest delay that any of them needs.
    ///
    /// Protocol: `POST /$batch`. Each member counts as a request of its own under the service's limits.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_http::{Client, Endpoint};
    /// use sharing_model::{Action, ItemAddress};
    ///
    /// let server = sharing_mock::MockServer::start().await?;
    /// let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
    /// let items: Vec<ItemAddress> = vec!["/drive/root:/Notes.txt".parse()?, "/drive/root:/Nothing.txt".parse()?];
    /// let replies = client.batch(items.into_iter().map(Action::list_permissions)).await;
    /// assert_eq!(replies[0].as_ref().unwrap().status(), 200);
    /// assert_eq!(replies[1].as_ref().unwrap_err().code(), Some("itemNotFound"));
    /// # Ok(()) }
    /// ```
    pub async fn batch(&self, actions: impl IntoIterator<Item = Action>) -> Vec<Result<Reply, Error>> {
        let mut waiting: VecDeque<Member> =
            actions.into_iter().enumerate().map(|(index, action)| Member::new(self, index, action)).collect();
        let mut ended = Vec::with_capacity(waiting.len());
        let mut refused = None;
        while !waiting.is_empty() {
            let members: Vec<_> = waiting.drain(..waiting.len().min(BATCH_LIMIT)).collect();
            let round = Box::pin(self.round(members, refused)).await;
            ended.extend(round.ended);
            refused = round.refused;
            // Those that were asked before go first.
            for member in round.again.into_iter().rev() {
                waiting.push_front(member);
            }
            if !round.wait.is_zero() {
                tokio::time::sleep(round.wait).await;
            }
        }
        ended.sort_by_key(|(index, _)| *index);
        ended.into_iter().map(|(_, reply)| reply).collect()
    }
}
