//! `SignInError`: why a login service gave no token.

use std::{fmt, time::Duration};

use oauth2::{ErrorResponseType, RequestTokenError, StandardErrorResponse};
use reqwest::StatusCode;
use serde::Deserialize;

use super::login::{Heard, Lost};
use crate::TokenError;

/// Why a login service gave no token: what it said, and the names that its support asks for. Holds no secret.
///
/// A [`TokenError`] has one inside where a built-in credential failed: [`TokenError::sign_in`].
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sharing_http::{Authority, ClientSecret, TokenSource};
/// use sharing_mock::Application;
///
/// let server = sharing_mock::MockServer::start().await?;
/// let contoso = Authority::at(server.url(), "contoso.com")?;
/// let credential = ClientSecret::new(contoso, &Application::daemon().id, "not the secret".into())?;
/// let error = credential.token().await.unwrap_err();
/// let error = error.sign_in().unwrap();
/// assert_eq!((error.code(), error.numbers()), (Some("invalid_client"), &[7000215][..]));
/// assert!(error.next().unwrap().starts_with("take the secret's value"));
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct SignInError(Box<Kind>);

#[derive(Debug)]
enum Kind {
    /// The login service answered, and said no.
    Refused(Refused),
    /// It could not be asked, or its answer did not come.
    Transport(reqwest::Error),
    /// It said something that is no answer.
    Unreadable { status: Option<StatusCode>, wait: Option<Duration> },
    /// What it was to be asked with cannot be used.
    Setup(String),
}

/// What the login service says when it says no.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Refused {
    #[serde(skip)]
    pub(super) status: Option<StatusCode>,
    #[serde(skip)]
    pub(super) wait: Option<Duration>,
    pub(super) error: String,
    #[serde(default)]
    pub(super) error_description: Option<String>,
    #[serde(default)]
    error_codes: Vec<u32>,
    #[serde(default)]
    trace_id: Option<String>,
    #[serde(default)]
    correlation_id: Option<String>,
}

/// What to do about a refusal, by its number, else by its code.
#[rustfmt::skip]
const NEXT: &[(u32, &str, &str)] = &[
    (7_000_215, "", "take the secret's value, which is shown once when it is made, and not its id"),
    (7_000_222, "", "make a new secret: this one has expired"),
    (7_000_216, "", "give the application a secret or a certificate to prove itself with"),
    (7_000_218, "", "allow public client flows for the application, or give it a secret or a certificate"),
    (700_016, "", "check the application's client id, and that it is registered in this tenant"),
    (700_021, "", "check that the certificate belongs to the application with this client id"),
    (700_024, "", "set this machine's clock"),
    (700_025, "", "sign in without a secret: the application is a public one"),
    (700_027, "", "add the certificate to the application, or take the key of one that it has"),
    (700_082, "", "sign in anew: nobody has used this sign-in for months"),
    (90_002, "", "check the tenant's id or domain, and the cloud"),
    (50_059, "", "name the tenant: an application cannot sign in at common"),
    (50_076, "", "sign in anew: the tenant asks for a second factor"),
    (50_173, "", "sign in anew: the password was changed"),
    (65_001, "", "have an administrator consent to what the application asks for"),
    (500_011, "", "check the endpoint: the tenant knows no service of this name"),
    (1_002_012, "", "ask for the resource's .default scope"),
    (53_003, "", "ask the administrator: the tenant's conditional access forbids this sign-in"),
    (0, "expired_token", "sign in anew, and type the code before it expires"),
    (0, "authorization_declined", "sign in anew, and agree"),
    (0, "access_denied", "sign in anew, and agree"),
    (0, "invalid_grant", "sign in anew"),
    (0, "invalid_client", "check the client id and what the application proves itself with"),
    (0, "unauthorized_client", "check the client id and the tenant"),
    (0, "invalid_scope", "check the scopes"),
];

impl SignInError {
    pub(super) fn setup(why: impl Into<String>) -> Self {
        Self(Box::new(Kind::Setup(why.into())))
    }

    /// What came of asking, as the `oauth2` crate tells it and as was heard on the wire, which is more.
    pub(super) fn of<T: ErrorResponseType + AsRef<str> + fmt::Display + 'static>(
        error: RequestTokenError<Lost, StandardErrorResponse<T>>,
        heard: Option<Heard>,
    ) -> Self {
        let (status, wait) = heard.as_ref().map_or((None, None), |heard| (Some(heard.status), heard.wait));
        let kind = match error {
            RequestTokenError::Request(Lost::Transport(error)) => Kind::Transport(error),
            RequestTokenError::Request(Lost::TooLong) => Kind::Unreadable { status, wait },
            RequestTokenError::ServerResponse(told) => {
                let code = told.error().as_ref();
                let heard = heard.and_then(|heard| heard.refused).filter(|heard| heard.error == code);
                // The crate itself says so when a code expires while it waits.
                Kind::Refused(heard.unwrap_or_else(|| Refused {
                    status: None,
                    wait: None,
                    error: code.to_owned(),
                    error_description: told.error_description().cloned(),
                    error_codes: Vec::new(),
                    trace_id: None,
                    correlation_id: None,
                }))
            }
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => Kind::Unreadable { status, wait },
        };
        Self(Box::new(kind))
    }

    fn refused(&self) -> Option<&Refused> {
        match &*self.0 {
            Kind::Refused(refused) => Some(refused),
            _ => None,
        }
    }

    /// The status of the answer, if there was one.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_http::{Authority, ClientSecret, TokenSource};
    /// # let server = sharing_mock::MockServer::start().await?;
    /// let nowhere = Authority::at(server.url(), "fabrikam.com")?;
    /// let error = ClientSecret::new(nowhere, "an id", "a secret".into())?.token().await.unwrap_err();
    /// assert_eq!(error.sign_in().unwrap().status(), Some(400));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        let status = match &*self.0 {
            Kind::Refused(refused) => refused.status,
            Kind::Unreadable { status, .. } => *status,
            Kind::Transport(_) | Kind::Setup(_) => None,
        };
        status.as_ref().map(StatusCode::as_u16)
    }

    /// The code of the OAuth standards, as in `invalid_client`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_http::{Authority, ClientSecret, TokenSource};
    /// # let server = sharing_mock::MockServer::start().await?;
    /// let contoso = Authority::at(server.url(), "contoso.com")?;
    /// let error = ClientSecret::new(contoso, "nobody's id", "a secret".into())?.token().await.unwrap_err();
    /// assert_eq!(error.sign_in().unwrap().code(), Some("unauthorized_client"));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.refused().map(|refused| refused.error.as_str())
    }

    /// The service's numbers for what is wrong: 7000215 stands for `AADSTS7000215`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_http::{Authority, ClientSecret, TokenSource};
    /// # let server = sharing_mock::MockServer::start().await?;
    /// let contoso = Authority::at(server.url(), "contoso.com")?;
    /// let error = ClientSecret::new(contoso, "nobody's id", "a secret".into())?.token().await.unwrap_err();
    /// assert_eq!(error.sign_in().unwrap().numbers(), [700016]);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn numbers(&self) -> &[u32] {
        self.refused().map_or(&[], |refused| refused.error_codes.as_slice())
    }

    /// What the login service said, for a person to read. Not stable.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_http::{Authority, ClientSecret, TokenSource};
    /// # let server = sharing_mock::MockServer::start().await?;
    /// let nowhere = Authority::at(server.url(), "fabrikam.com")?;
    /// let error = ClientSecret::new(nowhere, "an id", "a secret".into())?.token().await.unwrap_err();
    /// let description = error.sign_in().unwrap().description().unwrap();
    /// assert!(description.starts_with("AADSTS90002: Tenant 'fabrikam.com' not found."));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.refused()?.error_description.as_deref()
    }

    /// The login service's name for the request, which its support asks for.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_http::{Authority, ClientSecret, TokenSource};
    /// # let server = sharing_mock::MockServer::start().await?;
    /// let nowhere = Authority::at(server.url(), "fabrikam.com")?;
    /// let error = ClientSecret::new(nowhere, "an id", "a secret".into())?.token().await.unwrap_err();
    /// let error = error.sign_in().unwrap();
    /// assert_ne!(error.trace_id(), error.correlation_id());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.refused()?.trace_id.as_deref()
    }

    /// This client's name for the request, sent with it as `client-request-id`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_http::{Authority, ClientSecret, TokenSource};
    /// # let server = sharing_mock::MockServer::start().await?;
    /// let nowhere = Authority::at(server.url(), "fabrikam.com")?;
    /// let credential = ClientSecret::new(nowhere, "an id", "a secret".into())?;
    /// let [one, other] = [credential.token().await.unwrap_err(), credential.token().await.unwrap_err()];
    /// let id = |error: &sharing_http::TokenError| error.sign_in().unwrap().correlation_id().map(str::to_owned);
    /// assert_ne!(id(&one), id(&other));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn correlation_id(&self) -> Option<&str> {
        self.refused()?.correlation_id.as_deref()
    }

    /// What to do about it, where that is known.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_http::{Authority, ClientSecret, TokenSource};
    /// # let server = sharing_mock::MockServer::start().await?;
    /// let nowhere = Authority::at(server.url(), "fabrikam.com")?;
    /// let error = ClientSecret::new(nowhere, "an id", "a secret".into())?.token().await.unwrap_err();
    /// assert_eq!(error.sign_in().unwrap().next(), Some("check the tenant's id or domain, and the cloud"));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn next(&self) -> Option<&'static str> {
        let refused = self.refused()?;
        let by_number = NEXT.iter().find(|(number, ..)| refused.error_codes.contains(number));
        let by_code = || NEXT.iter().find(|(_, code, _)| *code == refused.error);
        by_number.or_else(by_code).map(|(_, _, next)| *next)
    }

    /// Whether the same may succeed a little later.
    pub(super) fn is_transient(&self) -> bool {
        match &*self.0 {
            Kind::Refused(refused) => {
                refused.error == "temporarily_unavailable" || is_transient(refused.status)
            }
            Kind::Unreadable { status, .. } => is_transient(*status),
            Kind::Transport(error) => !error.is_builder(),
            Kind::Setup(_) => false,
        }
    }

    /// How long the login service wants to be left alone.
    pub(super) fn wait(&self) -> Option<Duration> {
        match &*self.0 {
            Kind::Refused(Refused { wait, .. }) | Kind::Unreadable { wait, .. } => *wait,
            Kind::Transport(_) | Kind::Setup(_) => None,
        }
    }
}

fn is_transient(status: Option<StatusCode>) -> bool {
    status.is_some_and(|status| matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504))
}

impl fmt::Display for SignInError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Refused(refused) => {
                write!(f, "the login service says {}", refused.error)?;
                if let Some(description) = &refused.error_description {
                    // The ids and the time, which it repeats there, come below.
                    let said = description.split("Trace ID:").next().unwrap_or(description).trim_end();
                    write!(f, ": {said}")?;
                }
                if let Some(trace) = &refused.trace_id {
                    write!(f, " (trace id {trace})")?;
                }
                Ok(())
            }
            Kind::Transport(error) if error.is_timeout() => {
                f.write_str("the login service did not answer in time")
            }
            Kind::Transport(error) if error.is_connect() => {
                f.write_str("the login service cannot be reached")
            }
            Kind::Transport(_) => f.write_str("the connection to the login service broke"),
            Kind::Unreadable { status: Some(status), .. } => {
                write!(f, "the login service's answer cannot be read: {status}, but no token and no reason")
            }
            Kind::Unreadable { status: None, .. } => f.write_str("the login service's answer cannot be read"),
            Kind::Setup(why) => write!(f, "nobody can sign in so: {why}"),
        }
    }
}

impl std::error::Error for SignInError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.0 {
            Kind::Transport(error) => Some(error),
            _ => None,
        }
    }
}

impl From<SignInError> for TokenError {
    fn from(error: SignInError) -> Self {
        Self::new(error)
    }
}

impl TokenError {
    /// What the login service said, where a built-in credential failed.
    ///
    /// ```
    /// use sharing_http::TokenError;
    ///
    /// assert!(TokenError::new("the token file is gone").sign_in().is_none());
    /// ```
    #[must_use]
    pub fn sign_in(&self) -> Option<&SignInError> {
        self.inner().downcast_ref()
    }
}
