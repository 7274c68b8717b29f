//! `Call`: something to ask, until it is awaited.

use std::{fmt, pin::Pin};

use reqwest::StatusCode;
use serde::de::DeserializeOwned;
use sharing_model::{Action, Collection, Permission, Prefer};

use crate::{
    Admission, Client, Error, Rendered,
    exchange::{Read, request_id},
};

/// Something to ask the service. Nothing is asked until it is awaited; until then, more can be said.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sharing_http::{Client, Endpoint};
///
/// let server = sharing_mock::MockServer::start().await?;
/// let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
/// let notes = "/drive/root:/Notes.txt".parse()?;
/// let call = client.item(&notes).get();
/// assert_eq!(call.action().method().as_str(), "GET");
/// assert_eq!(call.await?.name.as_deref(), Some("Notes.txt"));
/// # Ok(()) }
/// ```
#[must_use = "nothing is asked until it is awaited"]
pub struct Call<T> {
    client: Client,
    action: Action,
    read: Read<T>,
}

/// An answer, with the names of the request that it answers. Comes from [`Call::admitted`].
///
/// ```
/// fn names<T>(answered: &sharing_http::Answered<T>) -> (Option<&str>, &str) {
///     (answered.request_id.as_deref(), &answered.client_request_id)
/// }
/// # let _ = names::<()>;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answered<T> {
    /// What the service said.
    pub value: T,
    /// The service's name for the request, which its support asks for.
    pub request_id: Option<String>,
    /// This client's name for the request, sent with it as `client-request-id`.
    pub client_request_id: String,
}

impl<T> Answered<T> {
    /// The same answer, with something made of what the service said.
    ///
    /// ```
    /// use sharing_http::Answered;
    /// use sharing_model::DriveItem;
    ///
    /// fn name(answered: Answered<DriveItem>) -> Answered<Option<String>> {
    ///     answered.map(|item| item.name)
    /// }
    /// # let _ = name;
    /// ```
    #[must_use]
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Answered<U> {
        let Self { value, request_id, client_request_id } = self;
        Answered { value: make(value), request_id, client_request_id }
    }
}

/// What awaiting a [`Call`] or a [`List`](crate::List) runs.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sharing_http::{Asking, Client, Endpoint};
/// use sharing_model::DriveItem;
///
/// let server = sharing_mock::MockServer::start().await?;
/// let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
/// // It borrows nothing, so a task can take it along.
/// let asking: Asking<DriveItem> = client.item(&"/drive/root".parse()?).get().into_future();
/// assert!(tokio::spawn(asking).await??.is_folder());
/// # Ok(()) }
/// ```
pub type Asking<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

impl<T: DeserializeOwned> Call<T> {
    /// A call whose answer is JSON.
    pub(crate) fn new(client: &Client, action: Action) -> Self {
        Self { client: client.clone(), action, read: json }
    }

    /// The same, answered only when the item has another eTag than this one; `None` when it has not.
    ///
    /// Protocol: the header `If-None-Match`, status 304.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// let notes = "/drive/root:/Notes.txt".parse()?;
    /// let changed = client.item(&notes).get().if_none_match("\"an old eTag\"").await?;
    /// assert_eq!(changed.unwrap().name.as_deref(), Some("Notes.txt"));
    /// # Ok(()) }
    /// ```
    pub fn if_none_match(self, e_tag: impl Into<String>) -> Call<Option<T>> {
        Call { client: self.client, action: self.action.if_none_match(e_tag), read: changed_json }
    }
}

impl Call<Collection<Permission>> {
    /// A call whose answer is what was granted.
    pub(crate) fn granting(client: &Client, action: Action) -> Self {
        Self { client: client.clone(), action, read: granted }
    }
}

impl Call<()> {
    /// A call whose answer is that it is done.
    pub(crate) fn done(client: &Client, action: Action) -> Self {
        Self { client: client.clone(), action, read: |_, _| Ok(()) }
    }
}

impl<T> Call<T> {
    /// The same, to be done only while the item has this eTag; else the service answers 412 and does nothing.
    ///
    /// Protocol: the header `If-Match`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// let (notes, id) = ("/drive/root:/Notes.txt".parse()?, sharing_model::Segment::new("aTowIy5m").unwrap());
    /// let call = client.item(&notes).permission(&id).delete().if_match("\"{5D76AE8F},1\"");
    /// assert!(call.action().is_conditional());
    /// # Ok(()) }
    /// ```
    pub fn if_match(mut self, e_tag: impl Into<String>) -> Self {
        self.action = self.action.if_match(e_tag);
        self
    }

    /// The same, for these properties alone, by their names on the wire.
    ///
    /// Protocol: the query option `$select`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// let notes = "/drive/root:/Notes.txt".parse()?;
    /// let call = client.item(&notes).get().select(["id", "name"]);
    /// assert!(call.render().url().ends_with("/drive/root:/Notes.txt:?$select=id,name"));
    /// # Ok(()) }
    /// ```
    pub fn select<S: Into<String>>(mut self, properties: impl IntoIterator<Item = S>) -> Self {
        self.action = self.action.select(properties);
        self
    }

    /// The same, and what to do with a share's link.
    ///
    /// Protocol: the header `Prefer`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// use sharing_model::{Prefer, SharingUrl};
    ///
    /// let link: SharingUrl = "https://contoso.sharepoint.com/:w:/s/projects/EWteFy4O".parse()?;
    /// let call = client.share(&link.token()).resolve().prefer(Prefer::RedeemSharingLink);
    /// assert_eq!(call.action().headers(), [("Prefer", "redeemSharingLink")]);
    /// # Ok(()) }
    /// ```
    pub fn prefer(mut self, prefer: Prefer) -> Self {
        self.action = self.action.prefer(prefer);
        self
    }

    /// Asks with leave that was got before, so that nothing is waited for between the leave and the request: for those
    /// who write down what they are about to ask. What has to be asked again waits for its turn as ever.
    ///
    /// # Errors
    ///
    /// As when the call is awaited.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// use sharing_http::{Cost, Subject};
    ///
    /// let notes = "/drive/root:/Notes.txt".parse()?;
    /// let call = client.item(&notes).get();
    /// let leave = client.governor().admit(Cost::of(call.action().kind()), Some(Subject::of(&notes))).await;
    /// println!("about to ask {:?}", call.action());
    /// let answered = call.admitted(leave).await?;
    /// assert_eq!(answered.value.name.as_deref(), Some("Notes.txt"));
    /// assert!(answered.request_id.is_some());
    /// # Ok(()) }
    /// ```
    pub async fn admitted(self, leave: Admission) -> Result<Answered<T>, Error> {
        let said = self.client.execute(&self.action, None, self.read, Some(Box::new(leave))).await?;
        let request_id = request_id(&said.headers).map(str::to_owned);
        Ok(Answered { value: said.value, request_id, client_request_id: said.client_request_id.to_string() })
    }

    /// What is asked, as a value: a batch takes it, too.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// use sharing_model::Action;
    ///
    /// let notes: sharing_model::ItemAddress = "/drive/root:/Notes.txt".parse()?;
    /// assert_eq!(client.item(&notes).get().action(), &Action::get_item(notes));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub const fn action(&self) -> &Action {
        &self.action
    }

    /// The exact request, to look at. Nothing is sent.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// let notes = "/drive/root:/Notes.txt".parse()?;
    /// println!("{}", client.item(&notes).get().render().to_curl());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn render(&self) -> Rendered {
        self.client.render(&self.action)
    }
}

impl<T: Send + 'static> IntoFuture for Call<T> {
    type Output = Result<T, Error>;
    type IntoFuture = Asking<T>;

    fn into_future(self) -> Asking<T> {
        Box::pin(async move { Ok(self.client.execute(&self.action, None, self.read, None).await?.value) })
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The action may hold a password or a share's token.
        f.debug_struct("Call").field("action", &self.action.kind()).finish_non_exhaustive()
    }
}

pub(crate) fn json<T: DeserializeOwned>(_: StatusCode, body: &[u8]) -> Result<T, String> {
    if body.is_empty() {
        return Err("it is empty".to_owned());
    }
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

/// What was granted. Without it, nobody knows whether anything was.
fn granted(status: StatusCode, body: &[u8]) -> Result<Collection<Permission>, String> {
    let granted: Collection<Permission> = json(status, body)?;
    if granted.value.is_some() { Ok(granted) } else { Err(NO_LIST.to_owned()) }
}

/// What a collection lacks that has no elements, not even none.
pub(crate) const NO_LIST: &str = "it has no list in `value`";

pub(crate) fn changed_json<T: DeserializeOwned>(
    status: StatusCode,
    body: &[u8],
) -> Result<Option<T>, String> {
    if status == StatusCode::NOT_MODIFIED { Ok(None) } else { json(status, body).map(Some) }
}
