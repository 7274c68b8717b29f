//! The server: what an embedding test holds.

use std::{fmt, io, net::SocketAddr, ops::Deref, sync::Arc};

use tokio::{io::DuplexStream, net::TcpListener, sync::watch, task::JoinHandle};

use crate::{
    builder::MockServerBuilder,
    handle::{InvalidSpaceName, MockSpace},
    socket::{self, Door},
    space::{Settings, Spaces},
    tls::Tls,
};

/// The service on a port of its own on loopback, with the sample tenant Contoso. Dropping it stops it.
///
/// It is its own default space: what [`MockSpace`] has, it has.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
/// use sharing_mock::MockServer;
///
/// let server = MockServer::start().await?;
/// assert!(server.url().starts_with("http://127.0.0.1:"));
/// # Ok(()) }
/// ```
#[must_use = "dropping the server stops it"]
pub struct MockServer {
    /// The default one.
    space: MockSpace,
    spaces: Arc<Spaces>,
    door: Arc<Door>,
    certificate: Option<String>,
    /// Dropped with the server, which tells the task to finish.
    stop: watch::Sender<()>,
    task: JoinHandle<()>,
}

impl MockServer {
    /// Starts on any free port of loopback. Returns once it answers.
    ///
    /// # Errors
    ///
    /// When no port can be had.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// use sharing_mock::MockServer;
    ///
    /// // Each has a port and a tenant of its own.
    /// let (one, other) = (MockServer::start().await?, MockServer::start().await?);
    /// assert_ne!(one.url(), other.url());
    /// # Ok(()) }
    /// ```
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Says how the server is to be before it starts.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// let server = sharing_mock::MockServer::builder().journal(100).start().await?;
    /// # Ok(()) }
    /// ```
    pub fn builder() -> MockServerBuilder {
        MockServerBuilder::new()
    }

    /// Starts on a port of loopback; 0 means any free one.
    ///
    /// # Errors
    ///
    /// When the port cannot be had: it is taken, or this user may not.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_mock::MockServer;
    ///
    /// let server = MockServer::start_on(0).await?;
    /// let taken = server.url().rsplit(':').next().unwrap().parse()?;
    /// assert_eq!(MockServer::start_on(taken).await.unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
    /// # Ok(()) }
    /// ```
    pub async fn start_on(port: u16) -> io::Result<Self> {
        Self::builder().port(port).start().await
    }

    pub(crate) async fn run(address: SocketAddr, settings: Settings, tls: Option<Tls>) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let authority = listener.local_addr()?.to_string();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let (stop, mut running) = watch::channel(());
        let spaces = Arc::new(Spaces::new(settings, running.clone()));
        let stopped = async move {
            // Nothing is ever sent: the error that comes means that the server was dropped or told to stop.
            let _ = running.changed().await;
        };
        let certificate = tls.as_ref().map(|tls| tls.certificate().to_owned());
        let space = MockSpace::new(format!("{scheme}://{authority}"), Arc::clone(&spaces.default));
        let door = Arc::new(Door { spaces: Arc::clone(&spaces), scheme, authority });
        let task = tokio::spawn(socket::serve(listener, Arc::clone(&door), tls, stopped));
        Ok(Self { space, spaces, door, certificate, stop, task })
    }

    /// A space beside the default one, made where there is none: a test that has one shares the process and nothing
    /// else. It stays as long as somebody holds it.
    ///
    /// # Errors
    ///
    /// When the name has not 1 to 64 of the characters `A-Z`, `a-z`, `0-9`, `.`, `_`, `-` and `~`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// let space = server.space("test-1")?;
    /// assert_eq!(space.url(), format!("{}/_space/test-1", server.url()));
    /// reqwest::get(format!("{}/v1.0/drive", space.url())).await?;
    /// assert_eq!((space.requests().len(), server.requests().len()), (1, 0));
    /// assert!(server.space("test/1").is_err());
    /// # Ok(()) }
    /// ```
    pub fn space(&self, name: &str) -> Result<MockSpace, InvalidSpaceName> {
        Ok(MockSpace::new(format!("{}/_space/{name}", self.url()), self.spaces.get(name)?))
    }

    /// A connection without a socket: HTTP/1.1 in the process's own memory, for clients that take any stream, and for tests
    /// that pause tokio's time, which would run on while a socket is waited for. It ends with the server.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// use tokio::io::{AsyncReadExt, AsyncWriteExt};
    ///
    /// # let server = sharing_mock::MockServer::start().await?;
    /// let mut stream = server.connect();
    /// let request = "GET /v1.0/drive HTTP/1.1\r\nhost: mock\r\nauthorization: Bearer any\r\nconnection: close\r\n\r\n";
    /// stream.write_all(request.as_bytes()).await?;
    /// let mut answer = String::new();
    /// stream.read_to_string(&mut answer).await?;
    /// assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains("Nadia Okafor"));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn connect(&self) -> DuplexStream {
        let (client, service) = tokio::io::duplex(64 << 10);
        let (door, mut running) = (Arc::clone(&self.door), self.stop.subscribe());
        tokio::spawn(async move {
            tokio::select! {
                // What breaks a connection concerns its two ends alone.
                _ = socket::connection(service, door) => {}
                _ = running.changed() => {}
            }
        });
        client
    }

    /// The certificate that clients must trust, as PEM, where it speaks TLS.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// assert_eq!(server.certificate(), None);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn certificate(&self) -> Option<&str> {
        self.certificate.as_deref()
    }

    /// Stops listening and returns when the requests in flight are answered.
    ///
    /// # Errors
    ///
    /// When listening had failed before.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// # use sharing_mock::MockServer;
    /// let server = MockServer::start().await?;
    /// let address = server.url().trim_start_matches("http://").to_owned();
    /// server.stop().await?;
    /// assert!(std::net::TcpStream::connect(address).is_err());
    /// # Ok(()) }
    /// ```
    pub async fn stop(self) -> io::Result<()> {
        drop(self.stop);
        self.task.await.map_err(io::Error::other)
    }
}

impl Deref for MockServer {
    type Target = MockSpace;

    fn deref(&self) -> &MockSpace {
        &self.space
    }
}

impl fmt::Debug for MockServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockServer").field("url", &self.url()).finish_non_exhaustive()
    }
}
