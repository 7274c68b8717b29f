//! `List`: a list to ask for, over all of its pages.

use std::{fmt, marker::PhantomData};

use futures_core::stream::BoxStream;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use reqwest::StatusCode;
use serde::de::DeserializeOwned;
use sharing_model::{Action, Collection, Prefer};
use uuid::Uuid;

use crate::{
    Asking, Client, Error, Rendered,
    call::{NO_LIST, changed_json, json},
    error::Kind,
};

/// A list to ask for. Awaited, it is all of its pages as one; or take it [page by page](Self::pages), or [element by
/// element](Self::elements), in bounded memory. Nothing is asked until then.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use futures_util::TryStreamExt;
/// use sharing_http::{Client, Endpoint};
///
/// let server = sharing_mock::MockServer::start().await?;
/// let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
/// let notes = "/drive/root:/Notes.txt".parse()?;
/// let all = client.item(&notes).permissions().await?.value.unwrap();
///
/// let mut permissions = client.item(&notes).permissions().elements();
/// while let Some(permission) = permissions.try_next().await? {
///     assert!(all.contains(&permission));
/// }
/// # Ok(()) }
/// ```
#[must_use = "nothing is asked until it is awaited"]
pub struct List<T> {
    client: Client,
    action: Action,
    /// Where to start, if not at the start.
    from: Option<String>,
    of: PhantomData<fn() -> T>,
}

impl<T> List<T> {
    pub(crate) fn new(client: &Client, action: Action) -> Self {
        Self { client: client.clone(), action, from: None, of: PhantomData }
    }

    /// The same, from this page on: a `next_link` of an earlier page, or a `delta_link` for what changed since.
    /// It must lead to the endpoint's own origin; else nothing is asked.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// let root = "/drive/root".parse()?;
    /// let link = "https://example.com/v1.0/drive/root/delta?token=2";
    /// let error = client.item(&root).delta().resume(link).await.unwrap_err();
    /// assert!(error.to_string().contains("where this endpoint's token must not go"));
    /// # Ok(()) }
    /// ```
    pub fn resume(mut self, link: impl Into<String>) -> Self {
        self.from = Some(link.into());
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
    /// let root = "/drive/root".parse()?;
    /// let list = client.item(&root).permissions().select(["id", "roles"]);
    /// assert!(list.render().url().ends_with("/drive/root/permissions?$select=id,roles"));
    /// # Ok(()) }
    /// ```
    pub fn select<S: Into<String>>(mut self, properties: impl IntoIterator<Item = S>) -> Self {
        self.action = self.action.select(properties);
        self
    }

    /// The same, for the elements that this OData expression holds for. Of permissions, services are known to filter
    /// links: `link ne null`, `link/scope eq 'anonymous'`.
    ///
    /// Protocol: the query option `$filter`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// let root = "/drive/root".parse()?;
    /// let links = client.item(&root).permissions().filter("link ne null");
    /// assert!(links.render().url().ends_with("/permissions?$filter=link%20ne%20null"));
    /// # Ok(()) }
    /// ```
    pub fn filter(mut self, expression: impl Into<String>) -> Self {
        self.action = self.action.filter(expression);
        self
    }

    /// The same, with at most this many elements a page.
    ///
    /// Protocol: the query option `$top`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// let root = "/drive/root".parse()?;
    /// assert!(client.item(&root).children().top(200).render().url().ends_with("/children?$top=200"));
    /// # Ok(()) }
    /// ```
    pub fn top(mut self, elements: u32) -> Self {
        self.action = self.action.top(elements);
        self
    }

    /// The same, with a wish of how the service is to answer.
    ///
    /// Protocol: the header `Prefer`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// use sharing_model::Prefer;
    ///
    /// let root = "/drive/root".parse()?;
    /// let changes = client.item(&root).delta().prefer(Prefer::HierarchicalSharing);
    /// assert_eq!(changes.action().headers(), [("Prefer", "hierarchicalsharing")]);
    /// assert!(changes.await?.delta_link.is_some());
    /// # Ok(()) }
    /// ```
    pub fn prefer(mut self, prefer: Prefer) -> Self {
        self.action = self.action.prefer(prefer);
        self
    }

    /// What is asked, as a value.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// use sharing_model::ActionKind;
    ///
    /// let root = "/drive/root".parse()?;
    /// assert_eq!(client.item(&root).delta().action().kind(), ActionKind::ListChanges);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub const fn action(&self) -> &Action {
        &self.action
    }

    /// The exact request for the first page, to look at. Nothing is sent.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// let root = "/drive/root".parse()?;
    /// assert!(client.item(&root).delta().render().to_string().starts_with("GET http://127.0.0.1:"));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn render(&self) -> Rendered {
        self.client.render(&self.action)
    }

    fn unreadable(&self, said: Uuid, why: &str) -> Error {
        let kind = Kind::Unreadable { status: StatusCode::OK, request_id: None, why: why.to_owned() };
        Error::new(self.action.kind(), Some(said), kind)
    }
}

impl<T> List<T>
where
    T: Send + 'static,
    Collection<T>: DeserializeOwned,
{
    /// The list page by page. Each page knows where the next one is (`next_link`), and the last one of a delta where
    /// later changes are (`delta_link`): keep it, and [resume](Self::resume) there. A page that leads to another origin
    /// ends the stream with an error; nothing is asked there.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// use futures_util::TryStreamExt;
    ///
    /// let root = "/drive/root".parse()?;
    /// let mut pages = client.item(&root).delta().pages();
    /// let mut since = None;
    /// while let Some(page) = pages.try_next().await? {
    ///     since = page.next_link.or(page.delta_link);
    /// }
    /// // Later: what changed since then.
    /// let changes = client.item(&root).delta().resume(since.unwrap()).await?;
    /// assert!(changes.delta_link.is_some());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn pages(self) -> BoxStream<'static, Result<Collection<T>, Error>> {
        stream::try_unfold(Some(self), |list| async move {
            let Some(mut list) = list else { return Ok(None) };
            let page = list.page().await?;
            list.from.clone_from(&page.next_link);
            Ok(Some((page, list.from.is_some().then_some(list))))
        })
        .boxed()
    }

    /// The list element by element, over all pages.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// use futures_util::TryStreamExt;
    ///
    /// let root = "/drive/root".parse()?;
    /// let names: Vec<_> = client.item(&root).children().elements().map_ok(|child| child.name).try_collect().await?;
    /// assert!(names.contains(&Some("Notes.txt".to_owned())));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn elements(self) -> BoxStream<'static, Result<T, Error>> {
        let each = |page: Collection<T>| stream::iter(page.value.unwrap_or_default().into_iter().map(Ok));
        self.pages().map_ok(each).try_flatten().boxed()
    }

    /// All of the list, when the item has another eTag than this one; `None` when it has not.
    ///
    /// Protocol: the header `If-None-Match`, status 304.
    ///
    /// # Errors
    ///
    /// What the service says, and what goes wrong on the way.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// let notes = "/drive/root:/Notes.txt".parse()?;
    /// let changed = client.item(&notes).permissions().if_none_match("\"an old eTag\"").await?;
    /// assert_eq!(changed.unwrap().value.unwrap().len(), 1);
    /// # Ok(()) }
    /// ```
    pub async fn if_none_match(mut self, e_tag: impl Into<String>) -> Result<Option<Collection<T>>, Error> {
        let plain = self.action.clone();
        self.action = self.action.if_none_match(e_tag);
        let said = self.client.execute(&self.action, self.from.as_deref(), changed_json, None).await?;
        // It holds for the item, not for each page.
        self.action = plain;
        let Some(page) = said.value else { return Ok(None) };
        let first = self.checked(page, said.client_request_id)?;
        self.rest(first).await.map(Some)
    }

    async fn page(&self) -> Result<Collection<T>, Error> {
        let said = self.client.execute(&self.action, self.from.as_deref(), json, None).await?;
        self.checked(said.value, said.client_request_id)
    }

    /// A page without elements would look like an empty list, and one that leads to itself has no end.
    fn checked(&self, page: Collection<T>, id: Uuid) -> Result<Collection<T>, Error> {
        if page.value.is_none() {
            return Err(self.unreadable(id, NO_LIST));
        }
        if page.next_link.as_deref().is_some_and(|link| self.leads_here(link)) {
            return Err(self.unreadable(id, "its @odata.nextLink leads to itself"));
        }
        Ok(page)
    }

    fn leads_here(&self, link: &str) -> bool {
        match &self.from {
            None => link == self.client.endpoint().url_of(&self.action),
            Some(from) => link == from,
        }
    }

    /// All pages as one, this first one included.
    async fn rest(mut self, mut whole: Collection<T>) -> Result<Collection<T>, Error> {
        while let Some(link) = whole.next_link.take() {
            self.from = Some(link);
            let mut page = self.page().await?;
            let mut elements = whole.value.unwrap_or_default();
            elements.append(page.value.get_or_insert_default());
            page.value = Some(elements);
            whole = page;
        }
        Ok(whole)
    }
}

impl<T> IntoFuture for List<T>
where
    T: Send + 'static,
    Collection<T>: DeserializeOwned,
{
    type Output = Result<Collection<T>, Error>;
    type IntoFuture = Asking<Collection<T>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let first = self.page().await?;
            // What reads on is kept elsewhere: most lists are one page, and their futures are to be small.
            if first.next_link.is_none() { Ok(first) } else { Box::pin(self.rest(first)).await }
        })
    }
}

impl<T> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List").field("action", &self.action.kind()).finish_non_exhaustive()
    }
}
