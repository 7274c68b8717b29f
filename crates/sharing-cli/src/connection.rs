//! Which service to ask, and with which token.

use std::{env, fs, path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};
use secrecy::SecretString;
use sharing_http::{Client, Endpoint, retry::RetryPolicy};
use sharing_mock::MockServer;
use sharing_model::Dialect;

use crate::failure::Failure;

/// The environment variable that holds the token.
pub(crate) const TOKEN_VARIABLE: &str = "SHARING_TOKEN";

/// The environment variable that holds the endpoint's URL. Not clap's `env`: what stands in the environment is no
/// conflict with --sandbox.
const ENDPOINT_VARIABLE: &str = "SHARING_ENDPOINT";

#[derive(Debug, Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct ConnectionArguments {
    /// Run against a service inside of this process, with the sample tenant Contoso. Nothing leaves this machine.
    #[arg(long, global = true, conflicts_with_all = ["endpoint", "dialect", "token_file"])]
    sandbox: bool,

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
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DialectName {
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
        if self.sandbox {
            let server = MockServer::start().await?;
            let client = Client::new(Endpoint::new(server.url())?, "sandbox".into())?;
            return Ok(Connection { client, _sandbox: Some(server) });
        }
        // Somebody sits before the screen: what does not pass within seconds is theirs to try again.
        let policy = RetryPolicy::default().attempts(3).longest_wait(Duration::from_secs(30));
        let builder = Client::builder().endpoint(self.endpoint()?).token(self.token()?).retry(policy);
        Ok(Connection { client: builder.build()?, _sandbox: None })
    }

    /// The service that would be asked.
    pub(crate) fn endpoint(&self) -> Result<Endpoint, Failure> {
        let endpoint = match self.endpoint.clone().or_else(|| env::var(ENDPOINT_VARIABLE).ok()) {
            Some(url) => Endpoint::new(&url)?,
            None => Endpoint::graph(),
        };
        Ok(match self.dialect {
            Some(dialect) => endpoint.with_dialect(dialect.into()),
            None => endpoint,
        })
    }

    fn token(&self) -> Result<SecretString, Failure> {
        let text = match &self.token_file {
            Some(path) => {
                fs::read_to_string(path).map_err(|error| Failure::TokenFile { path: path.clone(), error })?
            }
            None => env::var(TOKEN_VARIABLE).unwrap_or_default(),
        };
        match text.trim() {
            "" => Err(Failure::NoToken),
            token => Ok(token.into()),
        }
    }
}
