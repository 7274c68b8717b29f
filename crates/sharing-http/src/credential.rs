//! `TokenSource`: where tokens come from.

#[cfg(feature = "sign-in")]
pub(crate) mod authority;
#[cfg(feature = "azure-identity")]
pub(crate) mod azure;
#[cfg(feature = "sign-in")]
pub(crate) mod client_certificate;
#[cfg(feature = "sign-in")]
pub(crate) mod client_secret;
#[cfg(feature = "sign-in")]
pub(crate) mod device_code;
#[cfg(feature = "sign-in")]
mod login;
#[cfg(feature = "sign-in")]
pub(crate) mod sign_in_error;

use std::{fmt, pin::Pin, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

/// Where a client gets its tokens: one small trait, so that anything can be one.
///
/// A source only fetches. The client keeps what it got, asks again before it expires, asks once at a time, and asks for
/// a fresh one when the service refuses the one that it has.
///
/// ```
/// use secrecy::SecretString;
/// use sharing_http::{AccessToken, TokenFuture, TokenSource};
///
/// /// Takes the token that another program keeps fresh.
/// #[derive(Debug)]
/// struct FromFile(std::path::PathBuf);
///
/// impl TokenSource for FromFile {
///     fn token(&self) -> TokenFuture<'_> {
///         Box::pin(async {
///             let text = std::fs::read_to_string(&self.0).map_err(sharing_http::TokenError::new)?;
///             Ok(AccessToken::new(text.trim().into()))
///         })
///     }
/// }
/// ```
pub trait TokenSource: fmt::Debug + Send + Sync {
    /// Gets a token: a fresh one each time, where the source can.
    ///
    /// # Errors
    ///
    /// Why there is none, without any secret.
    fn token(&self) -> TokenFuture<'_>;
}

/// What [`TokenSource::token`] gives.
///
/// ```
/// use sharing_http::{AccessToken, TokenFuture};
///
/// let ready: TokenFuture<'static> = Box::pin(async { Ok(AccessToken::new("a secret token".into())) });
/// # drop(ready);
/// ```
pub type TokenFuture<'a> = Pin<Box<dyn Future<Output = Result<AccessToken, TokenError>> + Send + 'a>>;

/// A token, and how long it is good for.
///
/// ```
/// use std::time::Duration;
/// use sharing_http::AccessToken;
///
/// let token = AccessToken::new("a secret token".into()).expires_in(Duration::from_secs(3599));
/// assert!(!format!("{token:?}").contains("secret token"));
/// ```
#[derive(Debug, Clone)]
pub struct AccessToken {
    secret: SecretString,
    expires: Option<Instant>,
}

impl AccessToken {
    /// A token of which nobody says when it expires.
    ///
    /// ```
    /// use sharing_http::AccessToken;
    ///
    /// assert_eq!(AccessToken::new("a secret token".into()).expires(), None);
    /// ```
    #[must_use]
    pub const fn new(secret: SecretString) -> Self {
        Self { secret, expires: None }
    }

    /// The same token, good for this long from now, as a login endpoint's `expires_in` says.
    ///
    /// ```
    /// use std::time::Duration;
    /// use sharing_http::AccessToken;
    ///
    /// assert!(AccessToken::new("a secret token".into()).expires_in(Duration::from_secs(60)).expires().is_some());
    /// ```
    #[must_use]
    pub fn expires_in(self, time: Duration) -> Self {
        Self { expires: Instant::now().checked_add(time), ..self }
    }

    /// When it expires, if that is known.
    ///
    /// ```
    /// use std::time::Duration;
    /// use sharing_http::AccessToken;
    ///
    /// let (short, long) = (Duration::from_secs(60), Duration::from_secs(3600));
    /// let expires = |time| AccessToken::new("a secret token".into()).expires_in(time).expires();
    /// assert!(expires(short) < expires(long));
    /// ```
    #[must_use]
    pub const fn expires(&self) -> Option<Instant> {
        self.expires
    }

    /// The token itself.
    ///
    /// ```
    /// use secrecy::ExposeSecret;
    /// use sharing_http::AccessToken;
    ///
    /// assert_eq!(AccessToken::new("a secret token".into()).secret().expose_secret(), "a secret token");
    /// ```
    #[must_use]
    pub const fn secret(&self) -> &SecretString {
        &self.secret
    }
}

/// Why there is no token.
///
/// ```
/// use sharing_http::TokenError;
///
/// let error = TokenError::new("nobody is signed in");
/// assert_eq!(error.to_string(), "nobody is signed in");
/// ```
#[derive(Debug)]
pub struct TokenError(Box<dyn std::error::Error + Send + Sync>);

impl TokenError {
    /// From a text, or from whatever went wrong. It will be shown: it must hold no secret.
    ///
    /// ```
    /// use sharing_http::TokenError;
    ///
    /// let error = TokenError::new(std::io::Error::other("the token file is gone"));
    /// assert_eq!(error.to_string(), "the token file is gone");
    /// ```
    #[must_use]
    pub fn new(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(why.into())
    }

    #[cfg(feature = "sign-in")]
    fn inner(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        &*self.0
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for TokenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

/// A token that somebody else got, and that stays the same.
///
/// ```
/// use sharing_http::{FixedToken, TokenSource};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use secrecy::ExposeSecret;
///
/// let source = FixedToken::new("a secret token".into());
/// assert_eq!(source.token().await?.secret().expose_secret(), "a secret token");
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct FixedToken(AccessToken);

impl FixedToken {
    /// This token.
    ///
    /// ```
    /// let source = sharing_http::FixedToken::new("a secret token".into());
    /// assert!(!format!("{source:?}").contains("secret token"));
    /// ```
    #[must_use]
    pub const fn new(token: SecretString) -> Self {
        Self(AccessToken::new(token))
    }
}

impl TokenSource for FixedToken {
    fn token(&self) -> TokenFuture<'_> {
        Box::pin(async { Ok(self.0.clone()) })
    }
}

impl PartialEq for AccessToken {
    fn eq(&self, other: &Self) -> bool {
        self.secret.expose_secret() == other.secret.expose_secret()
    }
}

impl Eq for AccessToken {}
