//! `sharing profile`: settings by name, in one file.

use clap::Subcommand;
use serde::Serialize;

use crate::{
    connection::ConnectionArguments,
    exit::Exit,
    failure::Failure,
    output::Output,
    settings::{Configuration, Settings},
    voice::tell,
};

/// Keep settings by name: cloud, tenant, application, sign-in, endpoint, limits.
#[derive(Debug, Subcommand)]
pub(crate) enum Profile {
    /// The profiles that there are.
    #[command(after_help = "Example:\n  sharing profile list")]
    List,
    /// What is set, and who says so: a flag, the environment, or the profile.
    #[command(after_help = "Example:\n  sharing profile show work")]
    Show {
        /// The profile; the one in use, unless given.
        name: Option<String>,
    },
    /// Set what a profile says; it is made where there is none. A name with nothing after = is taken out.
    #[command(
        after_help = "Example:\n  sharing profile set work tenant=contoso.com credential=device-code \\\n    client-id=6b6a1b5e-8d8f-4f0e-9f3e-0c5f6a7b8c9d\n\nNames: credential, tenant, client-id, cloud, endpoint, dialect, authority, scopes, limits, token-file, secret-file, certificate-file. A secret has no place here."
    )]
    Set {
        /// The profile.
        name: String,
        /// What to set.
        #[arg(value_name = "NAME=VALUE", required = true, value_parser = pair)]
        settings: Vec<(String, String)>,
    },
    /// Go by this profile from now on.
    #[command(after_help = "Example:\n  sharing profile use work")]
    Use {
        /// The profile.
        name: String,
    },
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("a setting such as tenant=contoso.com")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

#[derive(Debug, Serialize)]
struct Listed {
    name: String,
    #[serde(rename = "inUse")]
    in_use: bool,
    #[serde(flatten)]
    settings: Settings,
}

#[derive(Debug, Serialize)]
struct Shown {
    setting: &'static str,
    value: String,
    from: String,
}

impl Profile {
    pub(crate) fn run(self, connection: &ConnectionArguments, output: &Output) -> Result<Exit, Failure> {
        let path = connection.settings.file()?;
        let mut configuration = Configuration::read(&path)?;
        let in_use = connection.settings.profile(&configuration);
        match self {
            Self::List => {
                let listed: Vec<_> = configuration
                    .profiles
                    .into_iter()
                    .map(|(name, settings)| Listed { in_use: Some(&name) == in_use.as_ref(), name, settings })
                    .collect();
                output.print(&listed, &["NAME", "IN USE", "CREDENTIAL", "TENANT", "ENDPOINT"], |listed| {
                    listed.iter().map(Listed::cells).collect()
                })?;
            }
            Self::Show { name } => {
                let name = name.or(in_use);
                let profile = match &name {
                    Some(name) => configuration
                        .profiles
                        .get(name)
                        .cloned()
                        .ok_or_else(|| unknown(name, &configuration))?,
                    None => Settings::default(),
                };
                let profile_says = format!("profile {}", name.as_deref().unwrap_or_default());
                let flags = (connection.settings.settings(), "a flag");
                let layers =
                    [flags, (Settings::from_environment()?, "the environment"), (profile, &profile_says)];
                let mut shown: Vec<Shown> = Vec::new();
                for (settings, from) in &layers {
                    for (setting, value) in settings.named() {
                        if shown.iter().all(|there| there.setting != setting) {
                            shown.push(Shown { setting, value, from: (*from).to_owned() });
                        }
                    }
                }
                output.print(&shown, &["SETTING", "VALUE", "FROM"], |shown| {
                    let cells = shown
                        .iter()
                        .map(|shown| [shown.setting, &shown.value, &shown.from].map(str::to_owned));
                    cells.map(Into::into).collect()
                })?;
            }
            Self::Set { name, settings } => {
                let mut profile = configuration.profiles.get(&name).cloned().unwrap_or_default();
                for (name, value) in settings {
                    profile = profile.with(&name, &value).map_err(|why| Failure::Setting { name, why })?;
                }
                configuration.profiles.insert(name.clone(), profile);
                configuration.profile.get_or_insert_with(|| name.clone());
                configuration.write(&path)?;
                tell!("wrote profile {name} into {}", path.display());
            }
            Self::Use { name } => {
                if !configuration.profiles.contains_key(&name) {
                    return Err(unknown(&name, &configuration));
                }
                configuration.profile = Some(name.clone());
                configuration.write(&path)?;
                tell!("from now on it goes by profile {name}");
            }
        }
        Ok(Exit::Done)
    }
}

fn unknown(name: &str, configuration: &Configuration) -> Failure {
    Failure::NoProfile { name: name.to_owned(), known: configuration.profiles.keys().cloned().collect() }
}

impl Listed {
    fn cells(&self) -> Vec<String> {
        let Settings { credential, tenant, cloud, endpoint, .. } = &self.settings;
        vec![
            self.name.clone(),
            if self.in_use { "yes" } else { "" }.to_owned(),
            credential.map(|kind| kind.to_string()).unwrap_or_default(),
            tenant.clone().unwrap_or_default(),
            endpoint.clone().or_else(|| cloud.clone()).unwrap_or_else(|| "global".to_owned()),
        ]
    }
}
