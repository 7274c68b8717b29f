//! Settings: from flags, the environment, or a profile in the configuration file; who comes first wins.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};
use directories::ProjectDirs;
use serde::{Deserialize, Serialize};
use sharing_http::{Cloud, Endpoint};

use crate::{connection::DialectName, failure::Failure, file};

/// What to sign in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CredentialKind {
    /// A token that somebody else got: SHARING_TOKEN or --token-file.
    Token,
    /// A person, who types a code in a browser once.
    DeviceCode,
    /// An application, with its secret.
    ClientSecret,
    /// An application, with its certificate.
    Certificate,
    /// Whoever is signed in to the Azure CLI.
    AzureCli,
    /// The identity of the machine in Azure that this runs on.
    ManagedIdentity,
}

/// What can be set, by flag, environment variable or profile. Holds no secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) credential: Option<CredentialKind>,
    pub(crate) tenant: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) cloud: Option<String>,
    pub(crate) endpoint: Option<String>,
    pub(crate) dialect: Option<DialectName>,
    pub(crate) authority: Option<String>,
    pub(crate) scopes: Option<Vec<String>>,
    pub(crate) limits: Option<String>,
    pub(crate) token_file: Option<PathBuf>,
    pub(crate) secret_file: Option<PathBuf>,
    pub(crate) certificate_file: Option<PathBuf>,
}

/// The names of all settings.
const NAMES: &[&str] = &[
    "credential",
    "tenant",
    "client-id",
    "cloud",
    "endpoint",
    "dialect",
    "authority",
    "scopes",
    "limits",
    "token-file",
    "secret-file",
    "certificate-file",
];

impl Settings {
    /// What the environment says: each setting by its name, as in SHARING_CLIENT_ID.
    pub(crate) fn from_environment() -> Result<Self, Failure> {
        let mut settings = Self::default();
        for name in NAMES {
            let variable = format!("SHARING_{}", name.to_uppercase().replace('-', "_"));
            if let Ok(value) = env::var(&variable)
                && !value.is_empty()
            {
                settings =
                    settings.with(name, &value).map_err(|why| Failure::Setting { name: variable, why })?;
            }
        }
        if settings.credential.is_none() && env::var(crate::credential::TOKEN_VARIABLE).is_ok() {
            settings.credential = Some(CredentialKind::Token);
        }
        Ok(settings)
    }

    /// The same with this value; empty for none.
    pub(crate) fn with(&self, name: &str, value: &str) -> Result<Self, String> {
        let wrong = match (name, value) {
            (_, "") => None,
            ("cloud", _) => value.parse::<Cloud>().err().map(|error| error.to_string()),
            ("endpoint", _) => Endpoint::new(value).err().map(|error| error.to_string()),
            _ => None,
        };
        if let Some(wrong) = wrong {
            return Err(wrong);
        }
        let mut table = toml::Table::try_from(self).map_err(|error| error.to_string())?;
        match (name, value) {
            (_, "") => {
                table.remove(name);
            }
            ("scopes", _) => {
                let scopes = value.split([',', ' ']).filter(|scope| !scope.is_empty());
                table.insert(name.to_owned(), scopes.map(toml::Value::from).collect::<Vec<_>>().into());
            }
            _ => {
                table.insert(name.to_owned(), value.into());
            }
        }
        table.try_into().map_err(|error: toml::de::Error| error.message().to_owned())
    }

    /// Each setting that is, by name, as a person writes it.
    pub(crate) fn named(&self) -> Vec<(&'static str, String)> {
        let table = toml::Table::try_from(self).unwrap_or_default();
        let text = |value: &toml::Value| match value {
            toml::Value::String(text) => text.clone(),
            toml::Value::Array(all) => {
                all.iter().filter_map(toml::Value::as_str).collect::<Vec<_>>().join(",")
            }
            other => other.to_string(),
        };
        NAMES.iter().filter_map(|name| Some((*name, text(table.get(*name)?)))).collect()
    }

    /// These, and where they say nothing the others.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            credential: self.credential.or(other.credential),
            tenant: self.tenant.or(other.tenant),
            client_id: self.client_id.or(other.client_id),
            cloud: self.cloud.or(other.cloud),
            endpoint: self.endpoint.or(other.endpoint),
            dialect: self.dialect.or(other.dialect),
            authority: self.authority.or(other.authority),
            scopes: self.scopes.or(other.scopes),
            limits: self.limits.or(other.limits),
            token_file: self.token_file.or(other.token_file),
            secret_file: self.secret_file.or(other.secret_file),
            certificate_file: self.certificate_file.or(other.certificate_file),
        }
    }
}

/// Settings by flag: those that `Connection` has not among its own.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Sign-in")]
pub(crate) struct SettingsArguments {
    /// The configuration file. Without it, the environment variable SHARING_CONFIG says it, else it is in your folder for
    /// configuration.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,

    /// The profile of the configuration file to go by. Without it, SHARING_PROFILE says it, else `sharing profile use` did.
    #[arg(long, global = true, value_name = "NAME")]
    profile: Option<String>,

    /// What to sign in with. Each of these flags stands over an environment variable such as SHARING_CREDENTIAL or
    /// SHARING_CLIENT_ID, and that over the profile.
    #[arg(long, global = true, value_enum, value_name = "KIND")]
    credential: Option<CredentialKind>,

    /// The tenant: its id or one of its domains.
    #[arg(long, global = true, value_name = "TENANT")]
    tenant: Option<String>,

    /// The application's id, as it was registered.
    #[arg(long, global = true, value_name = "ID")]
    client_id: Option<String>,

    /// The cloud that the tenant lives in: global, us-gov, us-gov-dod or china.
    #[arg(long, global = true, value_name = "CLOUD")]
    cloud: Option<String>,

    /// Where to sign in, where it is none of Microsoft's clouds: a sharing-mock's URL, for instance.
    #[arg(long, global = true, value_name = "URL")]
    authority: Option<String>,

    /// The scopes to ask for, such as Files.ReadWrite.All; all that was consented to, unless given.
    #[arg(long, global = true, value_name = "SCOPE,…", value_delimiter = ',')]
    scopes: Vec<String>,

    /// A file that holds the application's secret; - for standard input. SHARING_CLIENT_SECRET may hold it, too.
    #[arg(long, global = true, value_name = "FILE")]
    secret_file: Option<PathBuf>,

    /// A file that holds the application's certificate and its key, in PEM.
    #[arg(long, global = true, value_name = "FILE")]
    certificate_file: Option<PathBuf>,
}

impl SettingsArguments {
    /// Where the configuration is.
    pub(crate) fn file(&self) -> Result<PathBuf, Failure> {
        self.config.clone().map_or_else(configuration_file, Ok)
    }

    /// The profile that is named, if one is.
    pub(crate) fn profile(&self, configuration: &Configuration) -> Option<String> {
        let told = || env::var("SHARING_PROFILE").ok().filter(|name| !name.is_empty());
        self.profile.clone().or_else(told).or_else(|| configuration.profile.clone())
    }

    /// What these flags say.
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            credential: self.credential,
            tenant: self.tenant.clone(),
            client_id: self.client_id.clone(),
            cloud: self.cloud.clone(),
            authority: self.authority.clone(),
            scopes: (!self.scopes.is_empty()).then(|| self.scopes.clone()),
            secret_file: self.secret_file.clone(),
            certificate_file: self.certificate_file.clone(),
            ..Settings::default()
        }
    }
}

/// The configuration file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Configuration {
    /// The profile that is used where nobody names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) profile: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) profiles: BTreeMap<String, Settings>,
}

impl Configuration {
    /// Reads it; a file that is not there says nothing.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(Failure::File { path: path.to_owned(), error }),
        };
        toml::from_str(&text).map_err(|error| Failure::Configuration {
            path: path.to_owned(),
            faults: error.to_string().lines().map(str::to_owned).collect(),
        })
    }

    /// Writes it, whole or not at all.
    pub(crate) fn write(&self, path: &Path) -> Result<(), Failure> {
        let wrong = |error| Failure::File { path: path.to_owned(), error: std::io::Error::other(error) };
        file::replace(path, toml::to_string(self).map_err(wrong)?.as_bytes(), false)
    }
}

/// Where the configuration is, unless somebody says otherwise.
pub(crate) fn configuration_file() -> Result<PathBuf, Failure> {
    match env::var_os("SHARING_CONFIG").filter(|path| !path.is_empty()) {
        Some(path) => Ok(path.into()),
        None => Ok(folders()?.config_dir().join("config.toml")),
    }
}

/// The folders that the system has for programs.
pub(crate) fn folders() -> Result<ProjectDirs, Failure> {
    ProjectDirs::from("", "", "sharing").ok_or(Failure::NoHome)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_a_name_and_is_said_by_it() {
        let mut all = Settings::default();
        for name in NAMES {
            let value = match *name {
                "cloud" => "us-gov",
                "credential" => "device-code",
                "endpoint" | "authority" => "https://contoso.example",
                "dialect" => "graph",
                "scopes" => "Files.Read,Sites.Read.All",
                _ => "contoso",
            };
            all = all.with(name, value).unwrap();
        }
        assert_eq!(all.named().len(), NAMES.len());
        assert_eq!(Settings::default().or(all.clone()), all);
        assert_eq!(all.clone().or(Settings::default()), all);
        let none = NAMES.iter().fold(all, |settings, name| settings.with(name, "").unwrap());
        assert_eq!(none, Settings::default());
        assert!(none.with("tenants", "contoso").unwrap_err().contains("unknown field"));
    }
}
