//! How a server is to be, before it starts.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::NonZeroUsize,
};

use jiff::Timestamp;

use crate::{AuthMode, FaultRule, Limits, MockServer, World, fault, space::Settings};

/// What a server starts with. Whatever is not said has a default that surprises nobody: no limits, no faults.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sharing_mock::MockServer;
///
/// let server = MockServer::builder().seed(7).clock("2027-03-01T12:00:00Z".parse()?).start().await?;
/// assert!(server.clock().now().to_string().starts_with("2027-03-01T12:00:0"));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing listens until it is started"]
pub struct MockServerBuilder {
    address: SocketAddr,
    #[cfg(feature = "tls")]
    tls: bool,
    settings: Settings,
}

impl MockServerBuilder {
    pub(crate) fn new() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            #[cfg(feature = "tls")]
            tls: false,
            settings: Settings::default(),
        }
    }

    /// The port to listen on; 0, the default, means any free one.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_mock::MockServer;
    ///
    /// let server = MockServer::builder().port(0).start().await?;
    /// let taken = server.url().rsplit(':').next().unwrap().parse()?;
    /// assert!(MockServer::builder().port(taken).start().await.is_err());
    /// # Ok(()) }
    /// ```
    pub const fn port(mut self, port: u16) -> Self {
        self.address.set_port(port);
        self
    }

    /// The address to listen on instead of 127.0.0.1. Whoever reaches it can read and change everything.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// use sharing_mock::MockServer;
    ///
    /// let server = MockServer::builder().listen(std::net::Ipv4Addr::UNSPECIFIED.into()).start().await?;
    /// assert!(server.url().starts_with("http://0.0.0.0:"));
    /// # Ok(()) }
    /// ```
    pub const fn listen(mut self, address: IpAddr) -> Self {
        self.address.set_ip(address);
        self
    }

    /// What each space begins with instead of the sample tenant Contoso.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_mock::{MockServer, World};
    ///
    /// let world: World = World::contoso().to_string().replace("Notes.txt", "Ideas.txt").parse()?;
    /// let server = MockServer::builder().world(world).start().await?;
    /// let ideas = format!("{}/v1.0/drive/root:/Ideas.txt", server.url());
    /// assert_eq!(reqwest::Client::new().get(ideas).bearer_auth("any").send().await?.status(), 200);
    /// # Ok(()) }
    /// ```
    pub fn world(mut self, world: World) -> Self {
        self.settings.world = world;
        self
    }

    /// Speaks TLS, with a key and a certificate made for this server: for clients that insist on https. They must trust
    /// [`MockServer::certificate`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_mock::MockServer;
    ///
    /// let server = MockServer::builder().tls().start().await?;
    /// assert!(server.url().starts_with("https://"));
    /// let certificate = reqwest::Certificate::from_pem(server.certificate().unwrap_or_default().as_bytes())?;
    /// let client = reqwest::Client::builder().tls_certs_only([certificate]).build()?;
    /// assert_eq!(client.get(format!("{}/_mock/health", server.url())).send().await?.status(), 200);
    /// # Ok(()) }
    /// ```
    #[cfg(feature = "tls")]
    pub const fn tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// How many spaces beside the default one there are at most, 1,024 where it is not said. One that nobody asked for
    /// longest makes room.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::num::NonZeroUsize;
    ///
    /// let server = sharing_mock::MockServer::builder().spaces(NonZeroUsize::MIN).start().await?;
    /// for space in ["one", "two"] {
    ///     reqwest::get(format!("{}/_space/{space}/v1.0/drive", server.url())).await?;
    /// }
    /// assert!(server.space("one")?.requests().is_empty(), "it was given up and made anew");
    /// # Ok(()) }
    /// ```
    pub const fn spaces(mut self, spaces: NonZeroUsize) -> Self {
        self.settings.spaces = spaces;
        self
    }

    /// How many bytes the spaces beside the default one may hold, about, beyond what they started with: 512 MiB where
    /// it is not said. One that nobody asked for longest makes room.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// let server = sharing_mock::MockServer::builder().memory(64 << 20).start().await?;
    /// # Ok(()) }
    /// ```
    pub const fn memory(mut self, bytes: usize) -> Self {
        self.settings.memory = bytes;
        self
    }

    /// Another seed gives other ids; the same seed and the same requests give the same answers, byte for byte.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_mock::MockServer;
    ///
    /// let mut ids = Vec::new();
    /// for seed in [1, 1, 2] {
    ///     let server = MockServer::builder().seed(seed).start().await?;
    ///     let answer = reqwest::get(format!("{}/v1.0/drive", server.url())).await?;
    ///     ids.push(answer.headers()["request-id"].clone());
    /// }
    /// assert!(ids[0] == ids[1] && ids[1] != ids[2]);
    /// # Ok(()) }
    /// ```
    pub const fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// Where the clock of each space starts, instead of the real time.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_mock::{ClockMode, MockServer};
    ///
    /// let server = MockServer::builder().clock("2027-03-01T12:00:00Z".parse()?).start().await?;
    /// assert_eq!(server.clock().mode(), ClockMode::Set);
    /// # Ok(()) }
    /// ```
    pub const fn clock(mut self, start: Timestamp) -> Self {
        self.settings.clock = Some(start);
        self
    }

    /// How many requests the journal of each space holds, 10,000 where it is not said. Older ones make room.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_mock::MockServer;
    ///
    /// let server = MockServer::builder().journal(1).start().await?;
    /// for path in ["drive", "drive/root"] {
    ///     reqwest::get(format!("{}/v1.0/{path}", server.url())).await?;
    /// }
    /// let [entry] = &server.requests()[..] else { panic!("one entry") };
    /// assert_eq!((entry.number, &*entry.path), (2, "/v1.0/drive/root"));
    /// # Ok(()) }
    /// ```
    pub const fn journal(mut self, entries: usize) -> Self {
        self.settings.journal = entries;
        self
    }

    /// Which tokens the service takes: any, where it is not said.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_mock::{AuthMode, MockServer};
    ///
    /// let server = MockServer::builder().auth(AuthMode::Strict).start().await?;
    /// let root = format!("{}/v1.0/drive/root", server.url());
    /// assert_eq!(reqwest::Client::new().get(root).bearer_auth("any").send().await?.status(), 401);
    /// # Ok(()) }
    /// ```
    pub const fn auth(mut self, mode: AuthMode) -> Self {
        self.settings.auth = mode;
        self
    }

    /// Lets the sample user type each device's code after this many answers that it is pending; where it is not said,
    /// somebody must.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_mock::{Application, MockServer};
    ///
    /// let server = MockServer::builder().approve_devices_after(0).start().await?;
    /// let login = format!("{}/contoso.com/oauth2/v2.0", server.url());
    /// let (http, id) = (reqwest::Client::new(), Application::console().id);
    /// let asked = http.post(format!("{login}/devicecode")).body(format!("client_id={id}&scope=Files.Read"));
    /// let device: serde_json::Value = asked.send().await?.json().await?;
    /// let code = device["device_code"].as_str().unwrap();
    /// let poll = format!("client_id={id}&grant_type=device_code&device_code={code}");
    /// assert_eq!(http.post(format!("{login}/token")).body(poll).send().await?.status(), 200);
    /// # Ok(()) }
    /// ```
    pub const fn approve_devices_after(mut self, pending: u32) -> Self {
        self.settings.approve_devices_after = Some(pending);
        self
    }

    /// Adds a fault: every space starts with it, after those that were added before.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_mock::{FaultRule, MockServer};
    ///
    /// let server = MockServer::builder().fault(FaultRule::status(429).retry_after(2.0)).start().await?;
    /// let answer = reqwest::get(format!("{}/v1.0/drive", server.url())).await?;
    /// assert_eq!((answer.status().as_u16(), &answer.headers()["retry-after"]), (429, &"2".parse()?));
    /// # Ok(()) }
    /// ```
    pub fn fault(self, rule: FaultRule) -> Self {
        self.faults([rule])
    }

    /// Adds faults, in this order.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_mock::{FaultList, MockServer};
    ///
    /// let list = FaultList::from_json(r#"{ "faults": [ { "then": { "preset": "serviceNotAvailable" } } ] }"#)?;
    /// let server = MockServer::builder().faults(list.faults).start().await?;
    /// assert_eq!(reqwest::get(format!("{}/v1.0/drive", server.url())).await?.status(), 503);
    /// # Ok(()) }
    /// ```
    pub fn faults(mut self, rules: impl IntoIterator<Item = FaultRule>) -> Self {
        self.settings.faults.extend(rules);
        self
    }

    /// Limits what callers may use, in every space.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_mock::{Limits, MockServer};
    /// use sharing_model::limits::LicenceTier;
    ///
    /// let server = MockServer::builder().limits(Limits::tier(LicenceTier::UpTo1k)).start().await?;
    /// assert!(server.gauges().iter().any(|gauge| gauge.limit == "sharingCallsPerFiveMinutes"));
    /// # Ok(()) }
    /// ```
    pub fn limits(mut self, limits: Limits) -> Self {
        self.settings.limits = limits;
        self
    }

    /// Starts it. Returns once it answers.
    ///
    /// # Errors
    ///
    /// When the port cannot be had: it is taken, or this user may not. When a fault cannot be.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// let server = sharing_mock::MockServer::builder().start().await?;
    /// assert!(server.url().starts_with("http://127.0.0.1:"));
    /// # Ok(()) }
    /// ```
    pub async fn start(self) -> io::Result<MockServer> {
        fault::check(&self.settings.faults).map_err(io::Error::other)?;
        #[cfg(feature = "tls")]
        let tls = if self.tls { Some(crate::tls::Tls::new(self.address)?) } else { None };
        #[cfg(not(feature = "tls"))]
        let tls = None;
        MockServer::run(self.address, self.settings, tls).await
    }
}
