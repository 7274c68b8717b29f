//! `ClientSecret`: an application that signs in with a secret.

use oauth2::Scope;
use secrecy::{ExposeSecret, SecretString};

use super::{
    authority::Authority,
    login::{Login, patiently, token_of},
    sign_in_error::SignInError,
};
use crate::{AccessToken, TokenFuture, TokenSource};

/// An application that signs in with a secret, in its own name.
///
/// Protocol: `grant_type=client_credentials` at `/{tenant}/oauth2/v2.0/token`.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sharing_http::{Authority, Client, ClientSecret, Endpoint};
/// # use sharing_mock::{Application, AuthMode, MockServer};
/// # let server = MockServer::builder().auth(AuthMode::Strict).start().await?;
/// # let (login, id) = (server.url(), Application::daemon().id);
/// # let secret = secrecy::SecretString::from(Application::daemon().secrets[0].expose());
///
/// let endpoint = Endpoint::new(server.url())?;
/// let authority = Authority::at(login, "contoso.com")?.endpoint(&endpoint);
/// let client = Client::builder().endpoint(endpoint).credential(ClientSecret::new(authority, &id, secret)?).build()?;
/// assert!(client.item(&"/users/nadia@contoso.com/drive/root".parse()?).get().await?.is_folder());
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct ClientSecret {
    login: Login,
    secret: SecretString,
}

impl ClientSecret {
    /// An application, by its client id, with one of its secrets.
    ///
    /// # Errors
    ///
    /// When the client id is empty, or TLS or proxy settings cannot be used.
    ///
    /// ```
    /// use sharing_http::{Authority, ClientSecret, Cloud};
    ///
    /// let authority = Authority::new(Cloud::Global, "contoso.com")?;
    /// let credential = ClientSecret::new(authority, "3d5a7f52-6c0b-4f7e-9a41-8e2d1b6c9f03", "a secret".into())?;
    /// assert!(!format!("{credential:?}").contains("a secret"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(authority: Authority, client_id: &str, secret: SecretString) -> Result<Self, SignInError> {
        Ok(Self { login: Login::new(authority, client_id)?, secret })
    }

    async fn ask(&self) -> Result<AccessToken, SignInError> {
        let secret = oauth2::ClientSecret::new(self.secret.expose_secret().to_owned());
        let oauth = self.login.oauth.clone().set_client_secret(secret);
        let scope = Scope::new(self.login.authority.default_scope());
        let secrets = [&self.secret];
        let wire = self.login.wire(&secrets);
        match oauth.exchange_client_credentials().add_scope(scope).request_async(&wire).await {
            Ok(answer) => Ok(token_of(&answer)),
            Err(error) => Err(SignInError::of(error, wire.heard())),
        }
    }
}

impl TokenSource for ClientSecret {
    fn token(&self) -> TokenFuture<'_> {
        Box::pin(async { Ok(patiently(|| self.ask()).await?) })
    }
}
