//! `DeviceCode`: a person who signs in with a code that they type elsewhere.

use std::{fmt, time::Duration};

use oauth2::{
    EmptyExtraDeviceAuthorizationFields as NothingElse, RefreshToken, Scope,
    StandardDeviceAuthorizationResponse, TokenResponse, basic::BasicTokenResponse,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::{sync::Mutex, time::Instant};

use super::{
    authority::Authority,
    login::{Login, patiently, token_of},
    sign_in_error::SignInError,
};
use crate::{AccessToken, TokenFuture, TokenSource};

/// A person who signs in where there is no browser: they type a code elsewhere, once. After that the tokens are
/// refreshed without them.
///
/// The application must be a public client. Nothing is kept on disk: whoever wants to spare the person the next sign-in
/// keeps [`refresh_token`](Self::refresh_token) in a safe place, and gives it [back](Self::with_refresh_token).
///
/// Protocol: `/{tenant}/oauth2/v2.0/devicecode`, then `grant_type=urn:ietf:params:oauth:grant-type:device_code`, later
/// `grant_type=refresh_token`, at `/{tenant}/oauth2/v2.0/token`.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sharing_http::{Authority, Client, DeviceCode, Endpoint};
/// # use sharing_mock::{Application, AuthMode, MockServer};
/// # let server = MockServer::builder().auth(AuthMode::Strict).approve_devices_after(0).start().await?;
/// # let (login, id) = (server.url(), Application::console().id);
///
/// let endpoint = Endpoint::new(server.url())?;
/// let authority = Authority::at(login, "contoso.com")?.endpoint(&endpoint);
/// let credential = DeviceCode::new(authority, &id, |prompt| eprintln!("{}", prompt.message()))?;
/// let client = Client::builder().endpoint(endpoint).credential(credential).build()?;
/// assert!(client.item(&"/me/drive/root".parse()?).get().await?.is_folder());
/// # Ok(()) }
/// ```
pub struct DeviceCode {
    login: Login,
    scopes: Vec<String>,
    prompt: Box<dyn Fn(&DevicePrompt<'_>) + Send + Sync>,
    /// Held while somebody signs in, so that nobody is asked twice.
    refresh: Mutex<Option<SecretString>>,
}

/// What to show to the person who signs in.
///
/// ```
/// use sharing_http::{Authority, Cloud, DeviceCode};
///
/// let authority = Authority::new(Cloud::Global, "contoso.com")?;
/// let credential = DeviceCode::new(authority, "a client id", |prompt| {
///     eprintln!("Open {} and type {}.", prompt.verification_uri(), prompt.user_code());
/// })?;
/// # let _ = credential;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct DevicePrompt<'a> {
    user_code: &'a str,
    verification_uri: &'a str,
    expires_in: Duration,
}

impl DevicePrompt<'_> {
    /// What the person types.
    ///
    /// ```
    /// let show = |prompt: &sharing_http::DevicePrompt<'_>| println!("The code is {}.", prompt.user_code());
    /// # let _ = show;
    /// ```
    #[must_use]
    pub fn user_code(&self) -> &str {
        self.user_code
    }

    /// Where they type it.
    ///
    /// ```
    /// let show = |prompt: &sharing_http::DevicePrompt<'_>| println!("Open {}.", prompt.verification_uri());
    /// # let _ = show;
    /// ```
    #[must_use]
    pub fn verification_uri(&self) -> &str {
        self.verification_uri
    }

    /// How long the code is good for.
    ///
    /// ```
    /// let show = |prompt: &sharing_http::DevicePrompt<'_>| println!("Within {:?}.", prompt.expires_in());
    /// # let _ = show;
    /// ```
    #[must_use]
    pub const fn expires_in(&self) -> Duration {
        self.expires_in
    }

    /// All of it in one sentence.
    ///
    /// ```
    /// let show = |prompt: &sharing_http::DevicePrompt<'_>| eprintln!("{}", prompt.message());
    /// # let _ = show;
    /// ```
    #[must_use]
    pub fn message(&self) -> String {
        let (uri, code, minutes) = (self.verification_uri, self.user_code, self.expires_in.as_secs() / 60);
        format!("To sign in, open {uri} in a browser and enter the code {code} within {minutes} minutes.")
    }
}

impl DeviceCode {
    /// An application, by its client id, and how to show the code. It asks for all that was consented to.
    ///
    /// # Errors
    ///
    /// When the client id is empty, or TLS or proxy settings cannot be used.
    ///
    /// ```
    /// use sharing_http::{Authority, Cloud, DeviceCode};
    ///
    /// let authority = Authority::new(Cloud::Global, "organizations")?;
    /// assert!(DeviceCode::new(authority, "", |_| {}).is_err());
    /// # Ok::<(), sharing_http::AuthorityError>(())
    /// ```
    pub fn new(
        authority: Authority,
        client_id: &str,
        prompt: impl Fn(&DevicePrompt<'_>) + Send + Sync + 'static,
    ) -> Result<Self, SignInError> {
        let scopes = vec![authority.default_scope()];
        Ok(Self {
            login: Login::new(authority, client_id)?,
            scopes,
            prompt: Box::new(prompt),
            refresh: Mutex::new(None),
        })
    }

    /// The same, asking for these scopes alone, such as `Files.ReadWrite`.
    ///
    /// ```
    /// use sharing_http::{Authority, Cloud, DeviceCode};
    ///
    /// let authority = Authority::new(Cloud::Global, "contoso.com")?;
    /// let credential = DeviceCode::new(authority, "a client id", |_| {})?.scopes(["Files.Read"]);
    /// assert!(format!("{credential:?}").contains("https://graph.microsoft.com/Files.Read"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn scopes<S: AsRef<str>>(self, scopes: impl IntoIterator<Item = S>) -> Self {
        let resource = self.login.authority.resource();
        let whole = |scope: &str| match scope.contains('/') {
            true => scope.to_owned(),
            false => format!("{resource}/{scope}"),
        };
        let scopes = scopes.into_iter().map(|scope| whole(scope.as_ref())).collect();
        Self { scopes, ..self }
    }

    /// The same, going on from an earlier sign-in: nobody is asked while its refresh token is good.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_http::{Authority, Cloud, DeviceCode};
    ///
    /// let authority = Authority::new(Cloud::Global, "contoso.com")?;
    /// let credential = DeviceCode::new(authority, "a client id", |_| {})?.with_refresh_token("kept".into());
    /// assert!(credential.refresh_token().await.is_some());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn with_refresh_token(self, token: SecretString) -> Self {
        Self { refresh: Mutex::new(Some(token)), ..self }
    }

    /// What gets the next token without the person; a new one each time that it is used. Nothing before they signed in.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_http::{Authority, DeviceCode, TokenSource};
    /// # use sharing_mock::{Application, MockServer};
    /// # let server = MockServer::builder().approve_devices_after(0).start().await?;
    /// # let authority = Authority::at(server.url(), "contoso.com")?;
    /// let credential = DeviceCode::new(authority, &Application::console().id, |_| {})?;
    /// assert!(credential.refresh_token().await.is_none());
    /// credential.token().await?;
    /// assert!(credential.refresh_token().await.is_some());
    /// # Ok(()) }
    /// ```
    pub async fn refresh_token(&self) -> Option<SecretString> {
        self.refresh.lock().await.clone()
    }

    async fn get(&self) -> Result<AccessToken, SignInError> {
        let mut refresh = self.refresh.lock().await;
        let answer = match &*refresh {
            Some(token) => match patiently(|| self.refreshed(token)).await {
                // The sign-in is over: the password was changed, or nobody used it for months.
                Err(error) if error.code() == Some("invalid_grant") => self.signed_in().await?,
                outcome => outcome?,
            },
            None => self.signed_in().await?,
        };
        if let Some(next) = answer.refresh_token() {
            *refresh = Some(next.secret().as_str().into());
        }
        Ok(token_of(&answer))
    }

    /// The scopes, and the one that makes the login service give a refresh token.
    fn asked(&self) -> impl Iterator<Item = Scope> + '_ {
        let scopes = self.scopes.iter().cloned().chain(["offline_access".to_owned()]);
        scopes.map(Scope::new)
    }

    async fn refreshed(&self, token: &SecretString) -> Result<BasicTokenResponse, SignInError> {
        let token_in = RefreshToken::new(token.expose_secret().to_owned());
        let secrets = [token];
        let wire = self.login.wire(&secrets);
        let request = self.login.oauth.exchange_refresh_token(&token_in).add_scopes(self.asked());
        match request.request_async(&wire).await {
            Ok(answer) => Ok(answer),
            Err(error) => Err(SignInError::of(error, wire.heard())),
        }
    }

    async fn signed_in(&self) -> Result<BasicTokenResponse, SignInError> {
        let device = patiently(|| self.device()).await?;
        (self.prompt)(&DevicePrompt {
            user_code: device.user_code().secret(),
            verification_uri: device.verification_uri().as_str(),
            expires_in: device.expires_in(),
        });
        let code = SecretString::from(device.device_code().secret().as_str());
        let secrets = [&code];
        let wire = self.login.wire(&secrets);
        // The code's life is counted as everything here is: by tokio's time.
        let (began, since) = (chrono::DateTime::UNIX_EPOCH, Instant::now());
        let polling = self
            .login
            .oauth
            .exchange_device_access_token(&device)
            .set_time_fn(move || began + since.elapsed());
        match polling.request_async(&wire, tokio::time::sleep, None).await {
            Ok(answer) => Ok(answer),
            Err(error) => Err(SignInError::of(error, wire.heard())),
        }
    }

    async fn device(&self) -> Result<StandardDeviceAuthorizationResponse, SignInError> {
        let wire = self.login.wire(&[]);
        let request = self.login.oauth.exchange_device_code().add_scopes(self.asked());
        match request.request_async::<_, NothingElse>(&wire).await {
            Ok(answer) => Ok(answer),
            Err(error) => Err(SignInError::of(error, wire.heard())),
        }
    }
}

impl TokenSource for DeviceCode {
    fn token(&self) -> TokenFuture<'_> {
        Box::pin(async { Ok(self.get().await?) })
    }
}

impl fmt::Debug for DeviceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceCode")
            .field("login", &self.login)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}
