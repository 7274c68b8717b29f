//! The program `sharing-mock`: the service on loopback until it is told to stop. Also for programs that have it as a verb
//! of their own.

use std::{
    fmt, fs,
    io::{self, Write},
    net::IpAddr,
    path::{Path, PathBuf},
};

use clap::Parser;
use jiff::Timestamp;
use sharing_model::limits::LicenceTier;

use crate::{AuthMode, FaultList, Limits, MockServer, World};

/// What the program can be told. Another program can have it as a verb: it is a clap parser, and a group of arguments.
///
/// ```
/// use clap::Parser;
///
/// assert!(sharing_mock::program::Arguments::try_parse_from(["sharing-mock", "--auth", "strict"]).is_ok());
/// ```
#[derive(Debug, Parser)]
#[command(
    name = "sharing-mock",
    version,
    about = "The sharing service of OneDrive, SharePoint and Microsoft Graph on loopback",
    long_about = "The sharing service of OneDrive, SharePoint and Microsoft Graph on loopback.\n\n\
                  Prints its URL on standard output once it serves. Any bearer token will do, unless --auth strict asks for one \
                  of its own login. What came in, the mails that it would have sent, its clock and more are below /_mock/, of \
                  which /_mock/openapi.json tells. Stops on Ctrl-C and on SIGTERM.",
    after_help = "Example:\n  sharing-mock --port 4000\n  curl -H 'Authorization: Bearer any' \
                  'http://127.0.0.1:4000/v1.0/drive/root:/Projects/Quarterly%20report.docx:/permissions'"
)]
pub struct Arguments {
    /// The port to listen on; 0 for any free one.
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// A file to write the port into, once it serves.
    #[arg(long, value_name = "FILE")]
    port_file: Option<PathBuf>,

    /// The address to listen on instead of 127.0.0.1. Whoever reaches it reads and changes everything.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<IpAddr>,

    /// The tenant to start with instead of the sample one: people, drives, items, permissions and policy as JSON.
    #[arg(long, value_name = "FILE")]
    world: Option<PathBuf>,

    /// Faults that requests are to meet, out of a JSON file; see schemas/v1.0/fault-list.schema.json.
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,

    /// Limits: the documented ones of a tenant with up to 1k, 5k, 15k, 50k or more licences, or those of a JSON file.
    #[arg(long, value_name = "1k|5k|15k|50k|more|FILE")]
    limits: Option<String>,

    /// Which bearer tokens to take: any, or strict for those of its own login alone, each for what its scopes allow.
    #[arg(long, default_value_t, value_name = "any|strict")]
    auth: AuthMode,

    /// Another seed, other ids. The same seed and the same requests give the same answers.
    #[arg(long, default_value_t = 0)]
    seed: u64,

    /// Where the clock starts, as in 2027-03-01T12:00:00Z, instead of the real time.
    #[arg(long, value_name = "TIME")]
    clock: Option<Timestamp>,

    /// Speak TLS, for clients that insist on https, with a certificate made for this run.
    #[arg(long)]
    tls: bool,

    /// Where to write the certificate, which clients must trust.
    #[arg(long, value_name = "FILE", default_value = "sharing-mock.pem", requires = "tls")]
    tls_certificate: PathBuf,
}

/// Why it does not serve, for a person.
///
/// ```
/// # #[tokio::main] async fn main() {
/// use clap::Parser;
///
/// let arguments = sharing_mock::program::Arguments::parse_from(["sharing-mock", "--world", "/nowhere.json"]);
/// assert!(arguments.run().await.unwrap_err().to_string().contains("/nowhere.json"));
/// # }
/// ```
#[derive(Debug)]
pub struct Failure(String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

impl Failure {
    fn of(what: impl fmt::Display, why: impl fmt::Display) -> Self {
        Self(format!("{what}: {why}"))
    }
}

impl Arguments {
    /// Serves until Ctrl-C or SIGTERM; its URL goes to standard output, words for people to standard error.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or is none of its kind, or the port is taken.
    ///
    /// ```
    /// # #[tokio::main] async fn main() {
    /// use clap::Parser;
    ///
    /// let arguments = sharing_mock::program::Arguments::parse_from(["sharing-mock", "--limits", "ever"]);
    /// assert!(arguments.run().await.is_err());
    /// # }
    /// ```
    pub async fn run(&self) -> Result<(), Failure> {
        let arguments = self;
        // Before anybody knows that it serves: whoever does may stop it at once.
        let stopped = stopped().map_err(|error| Failure::of("cannot wait for signals", error))?;
        let mut builder =
            MockServer::builder().port(arguments.port).auth(arguments.auth).seed(arguments.seed);
        if let Some(address) = arguments.listen {
            builder = builder.listen(address);
        }
        if let Some(path) = &arguments.world {
            let world = read(path)?.parse::<World>();
            builder = builder.world(world.map_err(|error| listed(path, "no world file", error.faults()))?);
        }
        if let Some(path) = &arguments.faults {
            let faults = FaultList::from_json(&read(path)?);
            builder = builder.faults(faults.map_err(|error| Failure::of(path.display(), error))?.faults);
        }
        if let Some(limits) = &arguments.limits {
            builder = builder.limits(self::limits(limits)?);
        }
        if let Some(start) = arguments.clock {
            builder = builder.clock(start);
        }
        if arguments.tls {
            builder = builder.tls();
        }
        let server = builder.start().await;
        let server =
            server.map_err(|error| Failure::of(format!("cannot serve on port {}", arguments.port), error))?;

        if let Some(address) = arguments.listen.filter(|address| !address.is_loopback()) {
            eprintln!(
                "sharing-mock: warning: {address} is not loopback: whoever reaches it reads and changes everything"
            );
        }
        if let Some(certificate) = server.certificate() {
            write(&arguments.tls_certificate, certificate)?;
            eprintln!("sharing-mock: trust the certificate in {}", arguments.tls_certificate.display());
        }
        if let Some(path) = &arguments.port_file {
            write(path, server.url().rsplit(':').next().unwrap_or_default())?;
        }
        writeln!(io::stdout().lock(), "{}", server.url())
            .map_err(|error| Failure::of("standard output", error))?;
        stopped.await;
        server.stop().await.map_err(|error| Failure::of("cannot stop", error))
    }
}

/// A preset by its name, or what a file says.
fn limits(text: &str) -> Result<Limits, Failure> {
    if let Ok(tier) = text.parse::<LicenceTier>() {
        return Ok(Limits::tier(tier));
    }
    let path = Path::new(text);
    if !path.exists() {
        let tiers: Vec<_> = LicenceTier::all().map(|tier| tier.to_string()).collect();
        let wrong = format!("{text:?} is neither a file nor one of {}", tiers.join(", "));
        return Err(Failure::of("--limits", wrong));
    }
    Limits::from_json(&read(path)?).map_err(|error| Failure::of(path.display(), error))
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::of(format!("cannot read {}", path.display()), error))
}

/// Writes a file whole or not at all: whoever waits for it never sees half of it.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}", std::process::id()));
    let written =
        fs::write(&beside, format!("{}\n", text.trim_end())).and_then(|()| fs::rename(&beside, path));
    written.map_err(|error| Failure::of(format!("cannot write {}", path.display()), error))
}

/// Everything that is wrong with a file, a line each.
fn listed(path: &Path, what: &str, faults: &[String]) -> Failure {
    Failure(format!("{}: {what}:\n  {}", path.display(), faults.join("\n  ")))
}

/// Listens for the signals that tell it to stop, from now on; what comes back ends when one has come.
#[cfg(unix)]
fn stopped() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stopped() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Where the signal cannot be heard, the program runs until it is killed.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
