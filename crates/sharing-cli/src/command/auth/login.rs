//! `sharing auth login`

use clap::Args;
use sharing_http::{AccessToken, ClientSecret, DevicePrompt, TokenSource};

use super::status;
use crate::{
    connection::{ConnectionArguments, endpoint},
    credential::{self, Credential, authority, client_id, device, refresh_token_name, secret_name},
    exit::Exit,
    failure::Failure,
    keep,
    output::Output,
    settings::{Configuration, CredentialKind, Settings},
    voice::{say, tell},
};

/// Sign in, and write down in a profile how it was done. What is secret goes into the system's keyring, else into a file
/// that you alone can read.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  As yourself: type a code in a browser, once
    sharing auth login --device-code --tenant contoso.com --client-id CLIENT-ID
  As an application, with its secret or its certificate
    sharing auth login --client-secret --secret-file secret.txt \\
        --tenant contoso.com --client-id CLIENT-ID
    sharing auth login --certificate --certificate-file app.pem \\
        --tenant contoso.com --client-id CLIENT-ID
  As whoever is signed in to the Azure CLI, or as the machine
    sharing auth login --azure-cli
    sharing auth login --managed-identity
  Against a sharing-mock
    sharing auth login --device-code --tenant contoso.com \\
        --client-id c7e20d18-94f5-4b6a-a3cd-6f1b0e8d7a35 \\
        --endpoint http://127.0.0.1:4000 --authority http://127.0.0.1:4000

The profile is the one that --profile names, else the one in use, else default.")]
#[command(group(clap::ArgGroup::new("kind").args(["device_code", "client_secret", "certificate", "azure_cli", "managed_identity"])))]
pub(crate) struct Login {
    /// Type a code in a browser, on any device. The default.
    #[arg(long)]
    device_code: bool,

    /// With an application's secret: --secret-file, - there for standard input, or SHARING_CLIENT_SECRET.
    #[arg(long)]
    client_secret: bool,

    /// With an application's certificate: --certificate-file.
    #[arg(long)]
    certificate: bool,

    /// As whoever is signed in to the Azure CLI.
    #[arg(long)]
    azure_cli: bool,

    /// As the identity of the machine in Azure that this runs on.
    #[arg(long)]
    managed_identity: bool,
}

impl Login {
    pub(super) async fn run(
        self,
        connection: &ConnectionArguments,
        output: &Output,
    ) -> Result<Exit, Failure> {
        let path = connection.settings.file()?;
        let mut configuration = Configuration::read(&path)?;
        let name = connection.settings.profile(&configuration).unwrap_or_else(|| "default".to_owned());
        // A profile that is not there yet is made.
        let mut settings =
            connection.told()?.or(configuration.profiles.get(&name).cloned().unwrap_or_default());
        settings.credential = Some(self.kind(&settings));

        let token = sign_in(&settings).await?;
        let kept = Settings {
            token_file: None,
            // What it holds is kept.
            secret_file: None,
            certificate_file: settings.certificate_file.as_deref().map(credential::whole),
            ..settings.clone()
        };
        configuration.profiles.insert(name.clone(), kept.clone());
        configuration.profile.get_or_insert_with(|| name.clone());
        let is_used = configuration.profile.as_ref() == Some(&name);
        configuration.write(&path)?;
        tell!("signed in; profile {name} in {} says how", path.display());
        if !is_used {
            tell!("next: sharing profile use {name}");
        }
        status::print(&kept, Some(name), &token, output)
    }

    fn kind(&self, settings: &Settings) -> CredentialKind {
        if self.device_code {
            CredentialKind::DeviceCode
        } else if self.client_secret {
            CredentialKind::ClientSecret
        } else if self.certificate {
            CredentialKind::Certificate
        } else if self.azure_cli {
            CredentialKind::AzureCli
        } else if self.managed_identity {
            CredentialKind::ManagedIdentity
        } else {
            // A token that somebody else got needs no sign-in.
            settings
                .credential
                .filter(|kind| *kind != CredentialKind::Token)
                .unwrap_or(CredentialKind::DeviceCode)
        }
    }
}

/// Gets the first token, and keeps what gets the next.
async fn sign_in(settings: &Settings) -> Result<AccessToken, Failure> {
    let endpoint = endpoint(settings)?;
    match settings.credential {
        Some(CredentialKind::DeviceCode) => {
            let name = refresh_token_name(settings)?;
            // It is to be read also by who wants quiet: nothing goes on without it.
            let prompt = |prompt: &DevicePrompt<'_>| say!("{}", prompt.message());
            let device = device(settings, &endpoint, prompt)?;
            let token = device.token().await.map_err(Failure::Token)?;
            match device.refresh_token().await {
                Some(refresh) => {
                    keep::set(&name, &refresh)?;
                }
                None => tell!(
                    "the login service gave no refresh token: the next sign-in is due when this token ends"
                ),
            }
            Ok(token)
        }
        Some(CredentialKind::ClientSecret) => {
            let secret = credential::secret(settings)?.ok_or(Failure::NoSecret)?;
            let application =
                ClientSecret::new(authority(settings, &endpoint)?, client_id(settings)?, secret.clone())?;
            let token = application.token().await.map_err(Failure::Token)?;
            keep::set(&secret_name(settings)?, &secret)?;
            Ok(token)
        }
        _ => Credential::of(settings, &endpoint)?.token().await.map_err(Failure::Token),
    }
}
