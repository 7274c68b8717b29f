//! `ClientBuilder`: everything that a client can be told.

use std::{borrow::Cow, sync::Arc, time::Duration};

use reqwest::{
    Certificate,
    header::{ACCEPT, HeaderMap, HeaderValue},
    redirect, retry,
};
use secrecy::SecretString;

use crate::{
    Client, Endpoint, Error, Event, FixedToken, Governor, Limits, TokenSource,
    client::Inner,
    exchange::JSON,
    observe::Observer,
    patience::Patience,
    retry::{Budget, RetryPolicy},
    token_cache::TokenCache,
};

/// A connection has this long to come about.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The service itself gives up on slow calls after one to two minutes.
const TIMEOUT: Duration = Duration::from_secs(150);
/// How long an idle connection is kept. A request that meets the close of its connection is lost, and one that mails is
/// then in doubt: so it is given up long before a service or what stands before it gives it up.
const IDLE: Duration = Duration::from_secs(15);
/// Far above any page of the service.
const BODY_LIMIT: usize = 64 << 20;
/// Decorated as the service asks, so that it may tell our traffic from a stranger's.
const USER_AGENT: &str = concat!("NONISV|Sharing|sharing-http/", env!("CARGO_PKG_VERSION"));

/// Everything that a client can be told. Comes from [`Client::builder`].
///
/// ```
/// use std::time::Duration;
/// use sharing_http::{Client, Cloud, GraphVersion, retry::RetryPolicy};
///
/// let client = Client::builder()
///     .endpoint(Cloud::UsGov.endpoint(GraphVersion::V1))
///     .token("a secret token".into())
///     .application("Contoso", "Onboarding", "1.0")
///     .retry(RetryPolicy::default().longest_wait(Duration::from_secs(3600)))
///     .timeout(Duration::from_secs(60))
///     .build()?;
/// # let _ = client;
/// # Ok::<(), sharing_http::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "it is no client until it is built"]
pub struct ClientBuilder {
    endpoint: Endpoint,
    source: Option<Arc<dyn TokenSource>>,
    governor: Option<Governor>,
    policy: RetryPolicy,
    user_agent: Cow<'static, str>,
    root_certificates: Vec<u8>,
    connect_timeout: Duration,
    timeout: Duration,
    body_limit: usize,
    observer: Observer,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            endpoint: Endpoint::graph(),
            source: None,
            governor: None,
            policy: RetryPolicy::default(),
            user_agent: Cow::Borrowed(USER_AGENT),
            root_certificates: Vec::new(),
            connect_timeout: CONNECT_TIMEOUT,
            timeout: TIMEOUT,
            body_limit: BODY_LIMIT,
            observer: Observer::default(),
        }
    }
}

impl ClientBuilder {
    /// Where to ask; Microsoft Graph v1.0 in the global cloud unless told otherwise.
    ///
    /// ```
    /// use sharing_http::{Client, Endpoint};
    ///
    /// let library = Endpoint::new("https://contoso.sharepoint.com/sites/projects/_api/v2.0")?;
    /// let client = Client::builder().endpoint(library.clone()).token("a secret token".into()).build()?;
    /// assert_eq!(client.endpoint(), &library);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn endpoint(mut self, endpoint: Endpoint) -> Self {
        self.endpoint = endpoint;
        self
    }

    /// A token that somebody else got. Never refreshed.
    ///
    /// ```
    /// use sharing_http::Client;
    ///
    /// let builder = Client::builder().token("a secret token".into());
    /// assert!(!format!("{builder:?}").contains("a secret token"));
    /// ```
    pub fn token(self, token: SecretString) -> Self {
        self.credential(FixedToken::new(token))
    }

    /// Where to get tokens from: asked when one is needed, before it expires, and when the service refuses it.
    ///
    /// ```
    /// use sharing_http::{Client, FixedToken};
    ///
    /// let client = Client::builder().credential(FixedToken::new("a secret token".into())).build()?;
    /// # let _ = client;
    /// # Ok::<(), sharing_http::Error>(())
    /// ```
    pub fn credential(mut self, source: impl TokenSource + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// The limits to keep below; those of the smallest tenant unless told otherwise.
    ///
    /// ```
    /// use sharing_http::{Client, Limits};
    /// use sharing_model::limits::LicenceTier;
    ///
    /// let builder = Client::builder().limits(Limits::of(LicenceTier::UpTo50k));
    /// # let _ = builder;
    /// ```
    pub fn limits(self, limits: Limits) -> Self {
        self.governor(Governor::new(limits))
    }

    /// A governor that other clients share: those that ask with the same application in the same tenant spend one budget.
    ///
    /// ```
    /// use sharing_http::{Client, Governor, Limits};
    ///
    /// let governor = Governor::new(Limits::default());
    /// let builder = Client::builder().governor(governor.clone());
    /// # let _ = builder;
    /// ```
    pub fn governor(mut self, governor: Governor) -> Self {
        self.governor = Some(governor);
        self
    }

    /// How long to go on with what may pass.
    ///
    /// ```
    /// use sharing_http::{Client, retry::RetryPolicy};
    ///
    /// let builder = Client::builder().retry(RetryPolicy::never());
    /// # let _ = builder;
    /// ```
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Who asks, for the user agent: the service asks for `NONISV|Company|App/1.0`, and gives undecorated traffic less
    /// room when it is busy.
    ///
    /// ```
    /// use sharing_http::Client;
    ///
    /// let builder = Client::builder().application("Contoso", "Onboarding", "1.0");
    /// # let _ = builder;
    /// ```
    pub fn application(mut self, company: &str, name: &str, version: &str) -> Self {
        self.user_agent = format!("NONISV|{company}|{name}/{version}").into();
        self
    }

    /// Trusts these certificates, too: one or more in PEM, a proxy's or a test server's.
    ///
    /// ```
    /// use sharing_http::Client;
    ///
    /// let error = Client::builder().token("a secret token".into()).root_certificates("no PEM").build().unwrap_err();
    /// assert!(error.to_string().contains("certificate"));
    /// ```
    pub fn root_certificates(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.root_certificates.extend_from_slice(pem.as_ref());
        self.root_certificates.push(b'\n');
        self
    }

    /// How long a connection may take to come about; ten seconds unless told otherwise.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let builder = sharing_http::Client::builder().connect_timeout(Duration::from_secs(3));
    /// # let _ = builder;
    /// ```
    pub fn connect_timeout(mut self, time: Duration) -> Self {
        self.connect_timeout = time;
        self
    }

    /// How long one attempt may take, its answer included; 150 seconds unless told otherwise. The service itself gives
    /// up on slow calls after one to two minutes. It may take a thirtieth longer: attempts that begin together are given
    /// up together.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let builder = sharing_http::Client::builder().timeout(Duration::from_secs(30));
    /// # let _ = builder;
    /// ```
    pub fn timeout(mut self, time: Duration) -> Self {
        self.timeout = time;
        self
    }

    /// How many bytes an answer may have, unpacked; 64 MiB unless told otherwise.
    ///
    /// ```
    /// let builder = sharing_http::Client::builder().body_limit(1 << 20);
    /// # let _ = builder;
    /// ```
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Whom to tell what happens: for a progress bar, for instance. Called on the way; it should return at once.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::sync::{Arc, atomic::{AtomicU32, Ordering::Relaxed}};
    /// use sharing_http::{Client, Endpoint, Event};
    ///
    /// let server = sharing_mock::MockServer::start().await?;
    /// let done = Arc::new(AtomicU32::new(0));
    /// let count = Arc::clone(&done);
    /// let client = Client::builder()
    ///     .endpoint(Endpoint::new(server.url())?)
    ///     .token("any token".into())
    ///     .on_event(move |event| {
    ///         if let Event::Ended { .. } = event {
    ///             count.fetch_add(1, Relaxed);
    ///         }
    ///     })
    ///     .build()?;
    /// client.item(&"/drive/root".parse()?).get().await?;
    /// assert_eq!(done.load(Relaxed), 1);
    /// # Ok(()) }
    /// ```
    pub fn on_event(mut self, tell: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.observer = Observer::new(tell);
        self
    }

    /// The client. TLS is rustls with the system's certificates; proxies are taken from the environment, but never for
    /// loopback; redirects are not followed.
    ///
    /// # Errors
    ///
    /// When there is neither a token nor a credential, or when certificates, user agent or proxy settings cannot be used.
    ///
    /// ```
    /// let error = sharing_http::Client::builder().build().unwrap_err();
    /// assert_eq!(error.to_string(), "the client cannot be set up: it has neither a token nor a credential");
    /// ```
    pub fn build(self) -> Result<Client, Error> {
        let source = self.source.ok_or_else(|| Error::setup("it has neither a token nor a credential"))?;
        let user_agent = match self.user_agent {
            // Each request copies it, and a constant without counting who has it.
            Cow::Borrowed(constant) => Ok(HeaderValue::from_static(constant)),
            Cow::Owned(own) => HeaderValue::try_from(own),
        };
        let user_agent = user_agent
            .map_err(|_| Error::setup("the application's name has characters that no header can have"))?;
        let mut builder = reqwest::Client::builder()
            .user_agent(user_agent)
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(IDLE)
            .default_headers(HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(JSON))]))
            .redirect(redirect::Policy::none())
            // `execute.rs` sends again, and nothing below it: each attempt is counted and has a name of its own.
            .retry(retry::never().max_retries_per_request(0));
        if !self.root_certificates.is_empty() {
            let certificates = Certificate::from_pem_bundle(&self.root_certificates)
                .map_err(|error| Error::setup(format!("the root certificates cannot be read: {error}")))?;
            if certificates.is_empty() {
                return Err(Error::setup("the root certificates hold no certificate in PEM"));
            }
            builder = builder.tls_certs_merge(certificates);
        }
        if self.endpoint.is_loopback() {
            builder = builder.no_proxy();
        }
        if !self.endpoint.is_https() {
            // Reading the system's certificates takes longer than all else here, and nobody would look at them.
            builder = builder.tls_certs_only([]);
        }
        Ok(Client::of(Inner {
            http: builder.build().map_err(Error::setup)?,
            endpoint: self.endpoint,
            tokens: TokenCache::new(source),
            governor: self.governor.unwrap_or_else(|| Governor::new(Limits::default())),
            policy: self.policy,
            budget: Budget::new(self.policy.budget),
            observer: self.observer,
            patience: Patience::new(self.timeout),
            body_limit: self.body_limit,
        }))
    }
}
