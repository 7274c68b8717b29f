//! What gets tokens, by what the settings say.

use std::{env, fmt, path::Path, sync::Arc};

use clap::ValueEnum;
use secrecy::{ExposeSecret, SecretString};
use sharing_http::{
    AccessToken, Authority, ClientCertificate, ClientSecret, Cloud, DeviceCode, DevicePrompt, Endpoint,
    FixedToken, TokenError, TokenFuture, TokenSource,
};
use tokio::sync::Notify;

use crate::{
    failure::Failure,
    file,
    keep::{self, Kept},
    settings::{CredentialKind, Settings},
};

/// The environment variable that holds the token.
pub(crate) const TOKEN_VARIABLE: &str = "SHARING_TOKEN";

/// The environment variable that holds an application's secret.
pub(crate) const SECRET_VARIABLE: &str = "SHARING_CLIENT_SECRET";

/// Whatever gets tokens.
#[derive(Debug)]
pub(crate) struct Credential(Box<dyn TokenSource>);

impl TokenSource for Credential {
    fn token(&self) -> TokenFuture<'_> {
        self.0.token()
    }
}

impl Credential {
    /// What the settings say, ready to be asked.
    pub(crate) fn of(settings: &Settings, endpoint: &Endpoint) -> Result<Self, Failure> {
        let source: Box<dyn TokenSource> = match settings.credential.unwrap_or(CredentialKind::Token) {
            CredentialKind::Token => Box::new(FixedToken::new(token(settings)?)),
            CredentialKind::DeviceCode => {
                let name = refresh_token_name(settings)?;
                let (token, _) = keep::get(&name)?.ok_or(Failure::NotSignedIn)?;
                Box::new(SignedIn::new(settings, endpoint, token, name)?)
            }
            CredentialKind::ClientSecret => {
                let secret = match secret(settings)? {
                    Some(secret) => secret,
                    None => keep::get(&secret_name(settings)?)?.ok_or(Failure::NoSecret)?.0,
                };
                Box::new(ClientSecret::new(authority(settings, endpoint)?, client_id(settings)?, secret)?)
            }
            CredentialKind::Certificate => {
                let path = settings.certificate_file.as_deref();
                let path = path.ok_or_else(|| missing("certificate-file"))?;
                let pem = file::read_secret(path)?;
                Box::new(ClientCertificate::new(authority(settings, endpoint)?, client_id(settings)?, &pem)?)
            }
            CredentialKind::AzureCli => azure::cli(settings, endpoint)?,
            CredentialKind::ManagedIdentity => azure::managed_identity(settings, endpoint)?,
        };
        Ok(Self(source))
    }
}

/// The token that somebody else got.
fn token(settings: &Settings) -> Result<SecretString, Failure> {
    let text = match &settings.token_file {
        Some(path) => file::read(path)
            .map_err(|failure| Failure::TokenFile { path: path.clone(), why: failure.to_string() })?,
        None => env::var(TOKEN_VARIABLE).unwrap_or_default(),
    };
    match text.trim() {
        "" => Err(match &settings.token_file {
            Some(path) => Failure::TokenFile { path: path.clone(), why: "it is empty".to_owned() },
            None => Failure::NoToken,
        }),
        token => Ok(token.into()),
    }
}

/// An application's secret, where a file or the environment has it.
pub(crate) fn secret(settings: &Settings) -> Result<Option<SecretString>, Failure> {
    match &settings.secret_file {
        Some(path) => file::read_secret(path).map(Some),
        None => Ok(env::var(SECRET_VARIABLE).ok().filter(|secret| !secret.is_empty()).map(Into::into)),
    }
}

/// Where to sign in.
pub(crate) fn authority(settings: &Settings, endpoint: &Endpoint) -> Result<Authority, Failure> {
    // A person may come from any tenant; an application is at home in one.
    let anybody = settings.credential == Some(CredentialKind::DeviceCode);
    let tenant = settings.tenant.as_deref().or(anybody.then_some("organizations"));
    let tenant = tenant.ok_or_else(|| missing("tenant"))?;
    let authority = match &settings.authority {
        Some(url) => Authority::at(url, tenant)?,
        None => Authority::new(cloud(settings)?.or_else(|| Cloud::of(endpoint)).unwrap_or_default(), tenant)?,
    };
    Ok(authority.endpoint(endpoint))
}

/// The cloud that somebody named.
pub(crate) fn cloud(settings: &Settings) -> Result<Option<Cloud>, Failure> {
    let cloud = settings.cloud.as_deref().map(str::parse).transpose();
    cloud.map_err(|error: sharing_http::NoCloud| Failure::Setting {
        name: "cloud".to_owned(),
        why: error.to_string(),
    })
}

pub(crate) fn client_id(settings: &Settings) -> Result<&str, Failure> {
    settings.client_id.as_deref().ok_or_else(|| missing("client-id"))
}

fn missing(name: &'static str) -> Failure {
    Failure::NoSetting(name)
}

/// The name by which somebody's refresh token is kept.
pub(crate) fn refresh_token_name(settings: &Settings) -> Result<String, Failure> {
    kept_name("refresh-token", settings)
}

/// The name by which an application's secret is kept.
pub(crate) fn secret_name(settings: &Settings) -> Result<String, Failure> {
    kept_name("client-secret", settings)
}

fn kept_name(what: &str, settings: &Settings) -> Result<String, Failure> {
    let login = settings.authority.as_deref().or(settings.cloud.as_deref()).unwrap_or("global");
    let tenant = settings.tenant.as_deref().unwrap_or("organizations");
    Ok(format!("{what} {login} {tenant} {}", client_id(settings)?))
}

/// Somebody who signed in by a device code, whose next refresh token is kept, too.
#[derive(Debug)]
pub(crate) struct SignedIn {
    device: DeviceCode,
    name: String,
    /// Told when the login service wants to see the person again.
    is_over: Arc<Notify>,
}

impl SignedIn {
    fn new(
        settings: &Settings,
        endpoint: &Endpoint,
        token: SecretString,
        name: String,
    ) -> Result<Self, Failure> {
        let is_over = Arc::new(Notify::new());
        let over = Arc::clone(&is_over);
        // Nobody may be there to type a code: a script would wait for it in vain.
        let device = device(settings, endpoint, move |_| over.notify_one())?;
        Ok(Self { device: device.with_refresh_token(token), name, is_over })
    }

    async fn get(&self) -> Result<AccessToken, TokenError> {
        let before = self.device.refresh_token().await;
        let token = tokio::select! {
            token = self.device.token() => token?,
            () = self.is_over.notified() => return Err(TokenError::new(
                "the sign-in is over; sign in again with `sharing auth login`",
            )),
        };
        let after = self.device.refresh_token().await;
        if let Some(next) = after
            .filter(|next| Some(next.expose_secret()) != before.as_ref().map(ExposeSecret::expose_secret))
        {
            keep::set(&self.name, &next).map_err(|failure| TokenError::new(failure.to_string()))?;
        }
        Ok(token)
    }
}

impl TokenSource for SignedIn {
    fn token(&self) -> TokenFuture<'_> {
        Box::pin(self.get())
    }
}

/// A person's sign-in by a code that they type elsewhere.
pub(crate) fn device(
    settings: &Settings,
    endpoint: &Endpoint,
    prompt: impl Fn(&DevicePrompt<'_>) + Send + Sync + 'static,
) -> Result<DeviceCode, Failure> {
    let device = DeviceCode::new(authority(settings, endpoint)?, client_id(settings)?, prompt)?;
    Ok(match &settings.scopes {
        Some(scopes) => device.scopes(scopes),
        None => device,
    })
}

/// Where what the settings sign in with is kept.
pub(crate) fn kept(settings: &Settings) -> Result<Option<Kept>, Failure> {
    let name = match settings.credential {
        Some(CredentialKind::DeviceCode) => refresh_token_name(settings)?,
        Some(CredentialKind::ClientSecret) if secret(settings)?.is_none() => secret_name(settings)?,
        _ => return Ok(None),
    };
    Ok(keep::get(&name)?.map(|(_, kept)| kept))
}

/// A file by its whole path, so that it is found from anywhere.
pub(crate) fn whole(path: &Path) -> std::path::PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

impl fmt::Display for CredentialKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As it is typed.
        self.to_possible_value().map_or(Ok(()), |value| f.write_str(value.get_name()))
    }
}

#[cfg(feature = "azure")]
mod azure {
    use azure_identity::{
        AzureCliCredential, AzureCliCredentialOptions, ManagedIdentityCredential,
        ManagedIdentityCredentialOptions, UserAssignedId,
    };
    use sharing_http::{AzureCredential, Endpoint, TokenSource};

    use crate::{failure::Failure, settings::Settings};

    pub(super) fn cli(settings: &Settings, endpoint: &Endpoint) -> Result<Box<dyn TokenSource>, Failure> {
        let options = AzureCliCredentialOptions { tenant_id: settings.tenant.clone(), ..Default::default() };
        let credential = AzureCliCredential::new(Some(options)).map_err(wrong)?;
        Ok(Box::new(AzureCredential::new(credential, endpoint)))
    }

    pub(super) fn managed_identity(
        settings: &Settings,
        endpoint: &Endpoint,
    ) -> Result<Box<dyn TokenSource>, Failure> {
        let user_assigned_id = settings.client_id.clone().map(UserAssignedId::ClientId);
        let options = ManagedIdentityCredentialOptions { user_assigned_id, ..Default::default() };
        let credential = ManagedIdentityCredential::new(Some(options)).map_err(wrong)?;
        Ok(Box::new(AzureCredential::new(credential, endpoint)))
    }

    fn wrong(error: azure_core::Error) -> Failure {
        Failure::SignIn(error.to_string())
    }
}

#[cfg(not(feature = "azure"))]
mod azure {
    use sharing_http::{Endpoint, TokenSource};

    use crate::{failure::Failure, settings::Settings};

    pub(super) fn cli(_: &Settings, _: &Endpoint) -> Result<Box<dyn TokenSource>, Failure> {
        Err(left_out())
    }

    pub(super) fn managed_identity(_: &Settings, _: &Endpoint) -> Result<Box<dyn TokenSource>, Failure> {
        Err(left_out())
    }

    fn left_out() -> Failure {
        Failure::SignIn("this program was built without the feature azure".to_owned())
    }
}
