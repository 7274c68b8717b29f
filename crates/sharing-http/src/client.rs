//! `Client`: asks an endpoint, with a token.

use std::{fmt, sync::Arc};

use secrecy::SecretString;
use sharing_model::{
    Action, ContainerPermissionRequest, Drive, DriveAddress, ItemAddress, Permission, Segment, Site,
    SiteAddress, SitePermissionRequest,
};

use crate::{
    Call, ClientBuilder, Endpoint, Error, Governor, Item, List, Rendered, Share,
    observe::Observer,
    patience::Patience,
    retry::{Budget, RetryPolicy},
    token_cache::TokenCache,
};

/// Asks one endpoint. Cheap to clone; clones share connections, the token, the [`Governor`] and the
/// budget of retries.
///
/// What may safely be said twice is said again when it fails on the way, as the table in [`retry`](crate::retry) has
/// it; an invitation that may have mailed somebody is not. The token goes to the endpoint's own origin and nowhere
/// else: redirects are not followed, and a list that goes on elsewhere is an error.
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

pub(crate) struct Inner {
    pub(crate) endpoint: Endpoint,
    pub(crate) http: reqwest::Client,
    pub(crate) tokens: TokenCache,
    pub(crate) governor: Governor,
    pub(crate) policy: RetryPolicy,
    pub(crate) budget: Budget,
    pub(crate) observer: Observer,
    /// For a request and its whole answer.
    pub(crate) patience: Patience,
    pub(crate) body_limit: usize,
}

impl Client {
    /// A client for an endpoint with a fixed token, and all else as [`builder`](Self::builder) has it.
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
        Self::builder().endpoint(endpoint).token(token).build()
    }

    /// A client that is told more than an endpoint and a token.
    ///
    /// ```
    /// use sharing_http::{Client, retry::RetryPolicy};
    ///
    /// let client = Client::builder().token("a secret token".into()).retry(RetryPolicy::never()).build()?;
    /// # let _ = client;
    /// # Ok::<(), sharing_http::Error>(())
    /// ```
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    pub(crate) fn of(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
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

    /// What keeps it below the service's limits: how things stand, and how long an amount of work will take.
    ///
    /// ```
    /// use sharing_http::{Client, Cost, Endpoint, Work};
    /// use sharing_model::ActionKind;
    ///
    /// let client = Client::new(Endpoint::graph(), "a secret token".into())?;
    /// let estimate = client.governor().estimate(&Work::of(Cost::of(ActionKind::Invite), 1_000));
    /// println!("A thousand invitations: {estimate}.");
    /// # Ok::<(), sharing_http::Error>(())
    /// ```
    #[must_use]
    pub fn governor(&self) -> &Governor {
        &self.0.governor
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
    /// Protocol: `GET {drive}`.
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
    pub fn drive(&self, address: &DriveAddress) -> Call<Drive> {
        Call::new(self, Action::get_drive(address.clone()))
    }

    /// A site by its URL: the host, and the path below it, such as `sites/projects`; empty for the host's root site.
    /// Its id addresses its drives.
    ///
    /// Protocol: `GET /sites/{host}:/{path}`.
    ///
    /// # Errors
    ///
    /// When the host or a name of the path is none.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_http::{Client, Endpoint};
    ///
    /// let server = sharing_mock::MockServer::start().await?;
    /// let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
    /// let site = client.site_by_path("contoso.sharepoint.com", "/sites/launch")?.await?;
    /// assert_eq!(site.web_url.as_deref(), Some("https://contoso.sharepoint.com/sites/launch"));
    /// assert!(client.site_by_path("contoso.sharepoint.com:443", "").is_err());
    /// # Ok(()) }
    /// ```
    pub fn site_by_path(&self, host: &str, path: &str) -> Result<Call<Site>, Error> {
        let segment = |text: &str| {
            Segment::new(text).ok_or_else(|| Error::setup(format!("{text:?} is no part of a site's URL")))
        };
        let names = path.split('/').filter(|name| !name.is_empty());
        let names = names.map(segment).collect::<Result<Vec<_>, _>>()?;
        Ok(Call::new(self, Action::get_site(SiteAddress::by_path(segment(host)?, names))))
    }

    /// Which applications have access to a site. What each may do is told by its permission alone,
    /// [`site_permission`](Self::site_permission).
    ///
    /// Protocol: `GET /sites/{id}/permissions`. Asked by an application in its own name.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// use futures_util::TryStreamExt;
    /// use sharing_model::{Segment, SiteAddress};
    ///
    /// let site = SiteAddress::by_path(
    ///     Segment::new("contoso.sharepoint.com").unwrap(),
    ///     ["sites", "launch"].map(|name| Segment::new(name).unwrap()),
    /// );
    /// let held: Vec<_> = client.site_permissions(&site).elements().try_collect().await?;
    /// assert_eq!(held[0].grantees()[0].name(), Some("Contoso console"));
    /// # Ok(()) }
    /// ```
    pub fn site_permissions(&self, site: &SiteAddress) -> List<Permission> {
        List::new(self, Action::list_site_permissions(site.clone()))
    }

    /// One permission of a site.
    ///
    /// Protocol: `GET /sites/{id}/permissions/{id}`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// use sharing_model::{Role, Segment, SiteAddress, SitePermissionRequest};
    ///
    /// let root = SiteAddress::Id(Segment::new("root").unwrap());
    /// let request = SitePermissionRequest::application("89ea5c94-7736-4e25-95ad-3fa95f62b66e", Role::Write)?;
    /// let made = client.create_site_permission(&root, &request).await?;
    /// let id = Segment::new(made.id.unwrap()).unwrap();
    /// assert!(client.site_permission(&root, &id).await?.covers(&Role::Write));
    /// # Ok(()) }
    /// ```
    pub fn site_permission(&self, site: &SiteAddress, id: &Segment) -> Call<Permission> {
        Call::new(self, Action::get_site_permission(site.clone(), id.clone()))
    }

    /// Gives an application a role in a site; in the place of the one that it had.
    ///
    /// Protocol: `POST /sites/{id}/permissions`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// use sharing_model::{Role, Segment, SiteAddress, SitePermissionRequest};
    ///
    /// let root = SiteAddress::Id(Segment::new("root").unwrap());
    /// let request = SitePermissionRequest::application("89ea5c94-7736-4e25-95ad-3fa95f62b66e", Role::Read)?;
    /// assert!(client.create_site_permission(&root, &request).await?.id.is_some());
    /// # Ok(()) }
    /// ```
    pub fn create_site_permission(
        &self,
        site: &SiteAddress,
        request: &SitePermissionRequest,
    ) -> Call<Permission> {
        Call::new(self, Action::create_site_permission(site.clone(), request))
    }

    /// Who has access to a container of SharePoint Embedded, and so to all that is in it.
    ///
    /// Protocol: `GET /storage/fileStorage/containers/{id}/permissions`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// use futures_util::TryStreamExt;
    /// use sharing_model::{DriveAddress, Segment, SiteAddress};
    ///
    /// let place = ["contentstorage", "CSP_6f0d2b7a-91c4-4e58-a3b6-0c7d5e1f8294"];
    /// let host = Segment::new("contoso.sharepoint.com").unwrap();
    /// let site = SiteAddress::by_path(host, place.map(|name| Segment::new(name).unwrap()));
    /// let drive = client.drive(&DriveAddress::Site(site)).await?;
    /// let container = Segment::new(drive.id.unwrap()).unwrap();
    /// let held: Vec<_> = client.container_permissions(&container).elements().try_collect().await?;
    /// assert_eq!(held[1].roles.as_ref().unwrap()[0].as_str(), "writer");
    /// # Ok(()) }
    /// ```
    pub fn container_permissions(&self, container: &Segment) -> List<Permission> {
        List::new(self, Action::list_container_permissions(container.clone()))
    }

    /// Gives somebody a role in a container of SharePoint Embedded.
    ///
    /// Protocol: `POST /storage/fileStorage/containers/{id}/permissions`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// use sharing_model::{ContainerPermissionRequest, Role, Segment};
    ///
    /// let request = ContainerPermissionRequest::user("ryan@contoso.com", Role::from("reader"))?;
    /// let nowhere = Segment::new("b!4e").unwrap();
    /// let error = client.create_container_permission(&nowhere, &request).await.unwrap_err();
    /// assert_eq!(error.code(), Some("invalidRequest"));
    /// # Ok(()) }
    /// ```
    pub fn create_container_permission(
        &self,
        container: &Segment,
        request: &ContainerPermissionRequest,
    ) -> Call<Permission> {
        Call::new(self, Action::create_container_permission(container.clone(), request))
    }

    /// The exact request of an action, to look at. Nothing is sent.
    ///
    /// ```
    /// use sharing_http::{Client, Endpoint};
    /// use sharing_model::Action;
    ///
    /// let client = Client::new(Endpoint::graph(), "a secret token".into())?;
    /// let action = Action::list_permissions("/drive/root".parse().unwrap());
    /// assert!(!client.render(&action).to_string().contains("a secret token"));
    /// # Ok::<(), sharing_http::Error>(())
    /// ```
    #[must_use]
    pub fn render(&self, action: &Action) -> Rendered {
        Rendered::new(action, self.endpoint())
    }
}

/// Shows the endpoint; the token is nobody's business.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("endpoint", &self.0.endpoint).finish_non_exhaustive()
    }
}
