//! `Client`: asks an endpoint, with a token.

use std::{fmt, sync::Arc, time::Duration};

use reqwest::{
    StatusCode,
    header::{self, HeaderMap, HeaderValue},
    redirect,
};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use sharing_model::{Action, ActionKind, Collection, Drive, DriveAddress, ItemAddress, Segment};
use url::Url;
use uuid::Uuid;

use crate::{
    Endpoint, Error, Item, Share,
    error::{Kind, Refused},
};

/// A connection has this long to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The service itself gives up on slow calls after one to two minutes.
const TIMEOUT: Duration = Duration::from_secs(150);
/// Far above any page of the service.
const BODY_LIMIT: usize = 64 << 20;
/// Decorated as the service asks, so that it may tell our traffic from a stranger's.
const USER_AGENT: &str = concat!("NONISV|Sharing|sharing-http/", env!("CARGO_PKG_VERSION"));

/// Asks one endpoint with one token. Cheap to clone; clones share connections.
///
/// Each question is asked once: what may be said again, and when, is its caller's to decide. The token goes to the
/// endpoint's own origin and nowhere else: redirects are not followed, and a list that goes on elsewhere is an error.
///
/// ```
/// use sharing_http::{Client, Endpoint};
///
/// let client = Client::new(Endpoint::graph(), "a secret token".into())?;
/// assert!(!format!("{client:?}").contains("secret"));
/// # Ok::<(), sharing_http::Error>(())
/// ```
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    endpoint: Endpoint,
    token: SecretString,
    http: reqwest::Client,
}

impl Client {
    /// A client for an endpoint with a fixed token. Proxies are taken from the environment, but never for loopback.
    ///
    /// # Errors
    ///
    /// When the system's TLS certificates or its proxy settings cannot be used.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_http::{Client, Endpoint};
    ///
    /// let server = sharing_mock::MockServer::start().await?;
    /// let token = std::env::var("SHARING_TOKEN").unwrap_or_else(|_| "any token".to_owned());
    /// let client = Client::new(Endpoint::new(server.url())?, token.into())?;
    /// assert_eq!(client.item(&"/drive/root".parse()?).get().await?.name.as_deref(), Some("root"));
    /// # Ok(()) }
    /// ```
    pub fn new(endpoint: Endpoint, token: SecretString) -> Result<Self, Error> {
        let builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .redirect(redirect::Policy::none());
        let builder = if endpoint.is_loopback() { builder.no_proxy() } else { builder };
        let http = builder.build().map_err(Error::setup)?;
        Ok(Self(Arc::new(Inner { endpoint, token, http })))
    }

    /// Where it asks.
    ///
    /// ```
    /// use sharing_http::{Client, Endpoint};
    ///
    /// let client = Client::new(Endpoint::graph(), "a secret token".into())?;
    /// assert_eq!(client.endpoint(), &Endpoint::graph());
    /// # Ok::<(), sharing_http::Error>(())
    /// ```
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.0.endpoint
    }

    /// What can be asked of one item.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_http::{Client, Endpoint};
    /// # use sharing_model::ItemAddress;
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
    /// let projects: ItemAddress = "/drive/root:/Projects".parse()?;
    /// assert!(client.item(&projects).get().await?.is_folder());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub const fn item<'a>(&'a self, address: &'a ItemAddress) -> Item<'a> {
        Item::new(self, address)
    }

    /// What can be asked of what a sharing link leads to, by the share's id or the token of the link's URL.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_http::{Client, Endpoint};
    /// use sharing_model::SharingUrl;
    ///
    /// let server = sharing_mock::MockServer::start().await?;
    /// let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
    /// let link: SharingUrl = "https://contoso.sharepoint.com/:w:/s/projects/nobodys".parse()?;
    /// let error = client.share(&link.token()).get().await.unwrap_err();
    /// assert_eq!(error.code(), Some("itemNotFound"));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub const fn share<'a>(&'a self, token: &'a Segment) -> Share<'a> {
        Share::new(self, token)
    }

    /// A drive.
    ///
    /// # Errors
    ///
    /// What the service says, and what goes wrong on the way.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_http::{Client, Endpoint};
    /// use sharing_model::{DriveAddress, DriveKind};
    ///
    /// let server = sharing_mock::MockServer::start().await?;
    /// let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
    /// assert_eq!(client.drive(&DriveAddress::Me).await?.kind(), Some(DriveKind::Business));
    /// # Ok(()) }
    /// ```
    pub async fn drive(&self, address: &DriveAddress) -> Result<Drive, Error> {
        self.ask(&Action::get_drive(address.clone())).await
    }

    /// Asks, and reads the answer.
    pub(crate) async fn ask<T: DeserializeOwned>(&self, action: &Action) -> Result<T, Error> {
        self.send(action.kind(), self.url(action), action).await?.read()
    }

    /// Asks for something that has no answer but that it is done.
    pub(crate) async fn tell(&self, action: &Action) -> Result<(), Error> {
        self.send(action.kind(), self.url(action), action).await.map(drop)
    }

    /// Asks for a list and for all of its further pages.
    pub(crate) async fn list<T>(&self, action: &Action) -> Result<Collection<T>, Error>
    where
        Collection<T>: DeserializeOwned,
    {
        let mut answer = self.send(action.kind(), self.url(action), action).await?;
        let mut list: Collection<T> = answer.read()?;
        let mut elements = answer.elements(&mut list)?;
        while let Some(link) = list.next_link.take() {
            let url = answer.follow(&link, &self.0.endpoint)?;
            answer = self.send(action.kind(), url, action).await?;
            list = answer.read()?;
            elements.extend(answer.elements(&mut list)?);
        }
        list.value = Some(elements);
        Ok(list)
    }

    fn url(&self, action: &Action) -> Url {
        self.0.endpoint.url(&action.path(self.0.endpoint.dialect()))
    }

    async fn send(&self, kind: ActionKind, url: Url, action: &Action) -> Result<Answer, Error> {
        let client_request_id = Uuid::new_v4().to_string();
        match self.exchange(url, action, &client_request_id).await {
            Ok((status, headers, body)) if status.is_success() => {
                let request_id =
                    headers.get("request-id").and_then(|value| value.to_str().ok()).map(str::to_owned);
                Ok(Answer { kind, client_request_id, status, request_id, body })
            }
            Ok((status, headers, body)) => {
                let refused = Refused::read(status, &headers, &body);
                Err(Error::new(kind, client_request_id, Kind::Refused(Box::new(refused))))
            }
            Err(why) => Err(Error::new(kind, client_request_id, why)),
        }
    }

    async fn exchange(
        &self,
        url: Url,
        action: &Action,
        client_request_id: &str,
    ) -> Result<(StatusCode, HeaderMap, Vec<u8>), Kind> {
        // The URL may hold a share's token, which must not show in an error.
        let transport = |error: reqwest::Error| Kind::Transport(error.without_url());
        let method = reqwest::Method::from_bytes(action.method().as_str().as_bytes())
            .map_err(|error| Kind::Setup(error.to_string()))?;
        let mut token = HeaderValue::try_from(format!("Bearer {}", self.0.token.expose_secret()))
            .map_err(|_| Kind::Setup("the token has characters that no header can have".to_owned()))?;
        token.set_sensitive(true);

        let mut request = self
            .0
            .http
            .request(method, url)
            .header(header::AUTHORIZATION, token)
            .header(header::ACCEPT, "application/json")
            .header("client-request-id", client_request_id);
        if let Some(body) = action.body() {
            request = request.json(body);
        }
        let mut response = request.send().await.map_err(transport)?;
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(transport)? {
            body.extend_from_slice(&chunk);
            if body.len() > BODY_LIMIT {
                let why = format!("it is longer than {BODY_LIMIT} bytes");
                return Err(Kind::Unreadable { status, request_id: None, why });
            }
        }
        Ok((status, headers, body))
    }
}

/// Shows the endpoint; the token is nobody's business.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("endpoint", &self.0.endpoint).finish_non_exhaustive()
    }
}

/// An answer that said yes.
struct Answer {
    kind: ActionKind,
    client_request_id: String,
    status: StatusCode,
    request_id: Option<String>,
    body: Vec<u8>,
}

impl Answer {
    fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| self.unreadable(error.to_string()))
    }

    /// A page without elements would look like an empty list: say so instead.
    fn elements<T>(&self, page: &mut Collection<T>) -> Result<Vec<T>, Error> {
        page.value.take().ok_or_else(|| self.unreadable("it has no list in `value`".to_owned()))
    }

    /// Where the list goes on, if the token may go there.
    fn follow(&self, link: &str, endpoint: &Endpoint) -> Result<Url, Error> {
        let url: Url = link.parse().map_err(|error| self.unreadable(format!("@odata.nextLink: {error}")))?;
        if endpoint.is_origin_of(&url) {
            return Ok(url);
        }
        let kind = Kind::ForeignLink { origin: url.origin().ascii_serialization() };
        Err(Error::new(self.kind, self.client_request_id.clone(), kind))
    }

    fn unreadable(&self, why: String) -> Error {
        let kind = Kind::Unreadable { status: self.status, request_id: self.request_id.clone(), why };
        Error::new(self.kind, self.client_request_id.clone(), kind)
    }
}
