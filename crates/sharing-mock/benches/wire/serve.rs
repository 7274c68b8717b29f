//! The servers: the mock, and a bare axum handler that returns the same bytes. Each has a thread and a runtime.

use std::{
    error::Error,
    fs, io,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{self, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    http::{HeaderName, header},
};
use sharing_mock::{MockServer, World};
use tokio::{runtime::Builder, sync::oneshot};

/// What Graph says on each answer of permissions.
const CHANGES: &str = "<https://developer.microsoft-tst.com/en-us/graph/changes?$filterby=v1.0,Removal&from=2021-09-01&to=2021-10-01>;rel=\"deprecation\";type=\"text/html\",<https://developer.microsoft-tst.com/en-us/graph/changes?$filterby=v1.0,Removal&from=2021-09-01&to=2021-10-01>;rel=\"deprecation\";type=\"text/html\"";
const SERVER: &str = r#"{"ServerInfo":{"DataCenter":"North Europe","Slice":"E","Ring":"4","ScaleUnit":"001","RoleInstance":"DU6PEPF00000001"}}"#;

/// A server that stops when it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    /// Where Linux tells of the server's thread.
    told_at: Option<PathBuf>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Server {
    /// The mock with a world, or with the sample tenant.
    pub(crate) fn mock(world: Option<World>) -> Result<Self, Box<dyn Error>> {
        Self::start("mock", |tell, stopped| async move {
            let builder = MockServer::builder();
            let builder = match world {
                Some(world) => builder.world(world),
                None => builder,
            };
            let server = builder.start().await.map_err(|error| error.to_string());
            let address = server.as_ref().map_err(String::clone).and_then(|server| address_of(server.url()));
            let _ = tell.send(address);
            let _ = stopped.await;
        })
    }

    /// A handler that reads what comes and returns these bytes, with the headers that an answer of permissions has.
    pub(crate) fn bare(answer: &[u8]) -> Result<Self, Box<dyn Error>> {
        let answer = Bytes::copy_from_slice(answer);
        Self::start("axum", |tell, stopped| async move {
            let headers = [
                (
                    header::CONTENT_TYPE,
                    "application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8",
                ),
                (header::CACHE_CONTROL, "no-store, no-cache"),
                (header::VARY, "Accept-Encoding"),
                (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
                (header::LINK, CHANGES),
                (HeaderName::from_static("deprecation"), "Fri, 03 Sep 2021 23:59:59 GMT"),
                (HeaderName::from_static("sunset"), "Sun, 01 Oct 2023 23:59:59 GMT"),
                (HeaderName::from_static("x-ms-ags-diagnostic"), SERVER),
                (HeaderName::from_static("odata-version"), "4.0"),
                (HeaderName::from_static("request-id"), "1f8e6b1c-2f62-4a0e-8f0a-0b7b8d4c9e11"),
                (HeaderName::from_static("client-request-id"), "1f8e6b1c-2f62-4a0e-8f0a-0b7b8d4c9e11"),
            ];
            let handler = move |_: Bytes| async move { (headers, answer.clone()) };
            let router = Router::new().fallback(handler);
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
            let address = listener.as_ref().map_err(ToString::to_string);
            let address = address.and_then(|it| it.local_addr().map_err(|error| error.to_string()));
            let _ = tell.send(address);
            if let Ok(listener) = listener {
                tokio::select! {
                    _ = async { axum::serve(listener, router).await } => {}
                    _ = stopped => {}
                }
            }
        })
    }

    fn start<F: Future<Output = ()>>(
        name: &str,
        serve: impl FnOnce(mpsc::Sender<Result<SocketAddr, String>>, oneshot::Receiver<()>) -> F + Send + 'static,
    ) -> Result<Self, Box<dyn Error>> {
        let (tell, told) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let (tell_at, told_at) = mpsc::channel();
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            let _ = tell_at.send(fs::read_link("/proc/thread-self").ok());
            if let Ok(runtime) = Builder::new_current_thread().enable_all().build() {
                runtime.block_on(serve(tell, stopped));
            }
        })?;
        let told_at = told_at.recv()?.map(|thread| Path::new("/proc").join(thread).join("schedstat"));
        let address = told.recv()??;
        Ok(Self { address, told_at, stop: Some(stop), thread: Some(thread) })
    }

    /// For how long the server's thread has been at work, where that can be known.
    pub(crate) fn busy(&self) -> Option<Duration> {
        let told = fs::read_to_string(self.told_at.as_ref()?).ok()?;
        Some(Duration::from_nanos(told.split(' ').next()?.parse().ok()?))
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn address_of(url: &str) -> Result<SocketAddr, String> {
    url.trim_start_matches("http://").parse().map_err(|_| format!("{url} is no address"))
}

/// What a process of its own does: serve the sample tenant until its standard input ends.
pub(crate) fn serve_until_told() -> Result<(), Box<dyn Error>> {
    let server = Server::mock(None)?;
    println!("{}", server.address());
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// A mock in a process of its own.
pub(crate) struct Child {
    process: process::Child,
    address: SocketAddr,
}

impl Child {
    pub(crate) fn start() -> Result<Self, Box<dyn Error>> {
        let mut process = process::Command::new(std::env::current_exe()?)
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let out = process.stdout.take().ok_or("no standard output")?;
        BufReader::new(out).read_line(&mut line)?;
        Ok(Self { process, address: line.trim().parse()? })
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// How much memory the process holds, in kB, as Linux tells it.
    pub(crate) fn resident(&self) -> Result<u64, Box<dyn Error>> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
