//! Which service to ask, and with which token.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
use sharing_http::{Client, ClientBuilder, Endpoint, Event, GraphVersion, retry::RetryPolicy};
use sharing_mock::{FaultList, MockServer, MockServerBuilder, World};
use sharing_model::{Dialect, limits::LicenceTier};

use crate::{
    clock::MovedClock,
    credential::{self, Credential},
    failure::Failure,
    file,
    limits::LimitsArgument,
    settings::{Configuration, CredentialKind, Settings, SettingsArguments},
};

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct ConnectionArguments {
    /// Run against a service inside of this process, with the sample tenant Contoso. Nothing leaves this machine.
    #[arg(long, global = true, conflicts_with_all = ["endpoint", "dialect", "token_file"])]
    sandbox: bool,

    /// With --sandbox: the tenant, as a world file of sharing-mock, instead of the sample one.
    #[arg(long, global = true, value_name = "FILE")]
    world: Option<PathBuf>,

    /// With --sandbox: faults that requests are to meet, as a fault file of sharing-mock.
    #[arg(long, global = true, value_name = "FILE")]
    faults: Option<PathBuf>,

    /// How much the service lets through: the documented limits of a tenant with so many licences (1k unless given; in
    /// the sandbox, none). Runs keep to them, plans foretell by them, and the sandbox enforces them, also those of a FILE.
    #[arg(long, global = true, value_name = "1k|5k|15k|50k|more|none|FILE")]
    limits: Option<String>,

    /// The service's base URL: Microsoft Graph, a site's /_api/v2.0, or a sharing-mock. Without it, the environment
    /// variable SHARING_ENDPOINT says it, else it is Microsoft Graph v1.0.
    #[arg(long, global = true, value_name = "URL")]
    endpoint: Option<String>,

    /// How the service spells actions and types; told from the URL unless given.
    #[arg(long, global = true, value_enum)]
    dialect: Option<DialectName>,

    /// A file that holds the token; without it, the environment variable SHARING_TOKEN does.
    #[arg(long, global = true, value_name = "FILE")]
    token_file: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) settings: SettingsArguments,

    /// The sandbox's tenant, where it was made from what an audit saw, and its time.
    #[arg(skip)]
    rehearsed: Option<(World, MovedClock)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DialectName {
    /// Microsoft Graph.
    Graph,
    /// OneDrive for work or school, and SharePoint Online, directly.
    Direct,
    /// A consumer's OneDrive, directly.
    DirectPersonal,
    /// SharePoint Server.
    Server,
}

impl From<DialectName> for Dialect {
    fn from(name: DialectName) -> Self {
        match name {
            DialectName::Graph => Self::Graph,
            DialectName::Direct => Self::Direct,
            DialectName::DirectPersonal => Self::DirectPersonal,
            DialectName::Server => Self::Server,
        }
    }
}

/// A client and, in the sandbox, the service that it asks.
pub(crate) struct Connection {
    pub(crate) client: Client,
    _sandbox: Option<MockServer>,
}

impl ConnectionArguments {
    /// Gets ready to ask. Asks nothing yet.
    pub(crate) async fn open(&self) -> Result<Connection, Failure> {
        // Somebody sits before the screen: what does not pass within seconds is theirs to try again.
        let policy = RetryPolicy::default().attempts(3).longest_wait(Duration::from_secs(30));
        // The sandbox answers at once, or as its faults say.
        let policy = if self.sandbox { RetryPolicy::default() } else { policy };
        self.connect(Client::builder().retry(policy)).await
    }

    /// Gets ready for a run, which waits as long as the service wants, and tells what it waits for.
    pub(crate) async fn open_for_run(
        &self,
        tell: impl Fn(&Event) + Send + Sync + 'static,
    ) -> Result<Connection, Failure> {
        // Among many requests the first pauses may be short: each waits for its turn anyway.
        let pauses = RetryPolicy::default().pauses(Duration::from_millis(250), Duration::from_secs(60));
        let policy = pauses.longest_wait(Duration::from_secs(3_700)).budget(10_000);
        self.connect(Client::builder().on_event(tell).retry(policy)).await
    }

    async fn connect(&self, builder: ClientBuilder) -> Result<Connection, Failure> {
        self.check_sandbox()?;
        let builder = builder.limits(self.limits().of_client());
        if !self.sandbox {
            let settings = self.settings()?;
            let endpoint = endpoint(&settings)?;
            let builder = builder.credential(Credential::of(&settings, &endpoint)?).endpoint(endpoint);
            return Ok(Connection { client: builder.build()?, _sandbox: None });
        }
        let server = self.sandbox()?.start().await?;
        let client = builder.endpoint(Endpoint::new(server.url())?).token("sandbox".into()).build()?;
        if let Some((_, clock)) = &self.rehearsed {
            clock.follow(client.governor());
        }
        Ok(Connection { client, _sandbox: Some(server) })
    }

    /// Not clap's `requires`, which loses sight of a global argument before the verb.
    fn check_sandbox(&self) -> Result<(), Failure> {
        if !self.sandbox && (self.world.is_some() || self.faults.is_some()) {
            return Err(Failure::NoSandbox);
        }
        self.limits().check_file(self.sandbox)
    }

    /// The service inside of this process, as it was wished for.
    pub(crate) fn sandbox(&self) -> Result<MockServerBuilder, Failure> {
        let mut builder = MockServer::builder();
        if let Some((world, _)) = &self.rehearsed {
            builder = builder.world(world.clone());
        } else if let Some(path) = &self.world {
            let world = file::read(path)?.parse::<World>();
            builder = builder.world(world.map_err(|error| Failure::setup(path, error.faults().to_vec()))?);
        }
        if let Some(path) = &self.faults {
            let faults = FaultList::from_json(&file::read(path)?);
            let faults = faults.map_err(|error| Failure::setup_by_line(path, &error))?;
            builder = builder.faults(faults.faults);
        }
        if let Some(limits) = self.limits().of_sandbox()? {
            builder = builder.limits(limits);
        }
        Ok(builder)
    }

    /// The limits that hold where nobody says any: the smallest tenant's, and in the sandbox none.
    fn limits(&self) -> LimitsArgument {
        if self.sandbox && self.limits.is_none() {
            return LimitsArgument::None;
        }
        self.foretold()
    }

    /// The limits that a plan foretells by: of the sandbox, too, what a tenant would make of it. Where settings cannot be
    /// read, something else fails for it.
    pub(crate) fn foretold(&self) -> LimitsArgument {
        let told = self.limits.clone().or_else(|| self.settings().ok()?.limits);
        let told = told.and_then(|text| text.parse().ok());
        told.unwrap_or(LimitsArgument::Tier(LicenceTier::default()))
    }

    /// Whether the service is inside of this process, and ends with it.
    pub(crate) const fn is_sandbox(&self) -> bool {
        self.sandbox
    }

    /// The file that says the sandbox's tenant.
    pub(crate) fn world(&self) -> Option<&Path> {
        self.world.as_deref()
    }

    /// The same in the sandbox, with this tenant and this time.
    pub(crate) fn rehearsing(&self, world: World, clock: MovedClock) -> Self {
        Self { sandbox: true, rehearsed: Some((world, clock)), ..self.clone() }
    }

    /// What the flags, the environment and the profile say.
    pub(crate) fn settings(&self) -> Result<Settings, Failure> {
        Ok(self.told()?.or(self.profile()?.1))
    }

    /// What the flags and the environment say.
    pub(crate) fn told(&self) -> Result<Settings, Failure> {
        let mut flags = self.settings.settings();
        flags.endpoint.clone_from(&self.endpoint);
        flags.dialect = self.dialect;
        if let Some(path) = &self.token_file {
            flags.token_file = Some(path.clone());
            flags.credential = flags.credential.or(Some(CredentialKind::Token));
        }
        Ok(flags.or(Settings::from_environment()?))
    }

    /// The profile in use and its name.
    pub(crate) fn profile(&self) -> Result<(Option<String>, Settings), Failure> {
        let configuration = Configuration::read(&self.settings.file()?)?;
        let Some(name) = self.settings.profile(&configuration) else {
            return Ok((None, Settings::default()));
        };
        match configuration.profiles.get(&name) {
            Some(profile) => Ok((Some(name), profile.clone())),
            None => Err(Failure::NoProfile { name, known: configuration.profiles.into_keys().collect() }),
        }
    }

    /// The service that would be asked.
    pub(crate) fn endpoint(&self) -> Result<Endpoint, Failure> {
        if self.sandbox {
            return Ok(Endpoint::graph());
        }
        endpoint(&self.settings()?)
    }

    /// What gets tokens for it.
    pub(crate) fn credential(&self) -> Result<Credential, Failure> {
        let settings = self.settings()?;
        Credential::of(&settings, &endpoint(&settings)?)
    }
}

/// The service that settings mean.
pub(crate) fn endpoint(settings: &Settings) -> Result<Endpoint, Failure> {
    let endpoint = match (&settings.endpoint, credential::cloud(settings)?) {
        (Some(url), _) => Endpoint::new(url)?,
        (None, Some(cloud)) => cloud.endpoint(GraphVersion::V1),
        (None, None) => Endpoint::graph(),
    };
    Ok(match settings.dialect {
        Some(dialect) => endpoint.with_dialect(dialect.into()),
        None => endpoint,
    })
}
