//! Asking a login service: the `oauth2` crate says what, this client's own HTTP carries it.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use backon::{BackoffBuilder, ExponentialBuilder};
use oauth2::{
    AsyncHttpClient, AuthType, ClientId, DeviceAuthorizationUrl, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, TokenResponse, TokenUrl,
    basic::{BasicClient, BasicTokenResponse},
    http,
};
use reqwest::{StatusCode, header};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{
    authority::Authority,
    sign_in_error::{Refused, SignInError},
};
use crate::{AccessToken, exchange::CLIENT_REQUEST_ID};

/// A login service has this long to answer.
pub(super) const TIMEOUT: Duration = Duration::from_secs(30);
/// Far above any answer of a login service.
const BODY_LIMIT: usize = 1 << 20;
/// How often it is asked again when it is down; asking twice does nothing twice.
const RETRIES: usize = 3;

pub(super) type OauthClient =
    BasicClient<EndpointNotSet, EndpointSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// An application at a login service.
pub(super) struct Login {
    pub(super) authority: Authority,
    pub(super) client_id: String,
    pub(super) oauth: OauthClient,
    http: reqwest::Client,
}

impl Login {
    pub(super) fn new(authority: Authority, client_id: &str) -> Result<Self, SignInError> {
        if client_id.trim().is_empty() {
            return Err(SignInError::setup(
                "the client id is empty; it is a GUID that the registration shows",
            ));
        }
        let http = authority.http().map_err(SignInError::setup)?;
        let oauth = BasicClient::new(ClientId::new(client_id.to_owned()))
            // The service takes both ways; in the body, no gateway on the way puts a secret on record.
            .set_auth_type(AuthType::RequestBody)
            .set_token_uri(TokenUrl::from_url(authority.place("token")))
            .set_device_authorization_url(DeviceAuthorizationUrl::from_url(authority.place("devicecode")));
        Ok(Self { authority, client_id: client_id.to_owned(), oauth, http })
    }

    /// What carries one question and hears its answers.
    pub(super) fn wire<'a>(&'a self, secrets: &'a [&'a SecretString]) -> Wire<'a> {
        Wire { http: &self.http, secrets, heard: Mutex::default() }
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("authority", &self.authority)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// The token of an answer.
pub(super) fn token_of(answer: &BasicTokenResponse) -> AccessToken {
    let token = AccessToken::new(answer.access_token().secret().as_str().into());
    match answer.expires_in() {
        Some(time) => token.expires_in(time),
        None => token,
    }
}

/// Asks again while the login service is down, some times.
pub(super) async fn patiently<T, F>(mut ask: impl FnMut() -> F) -> Result<T, SignInError>
where
    F: Future<Output = Result<T, SignInError>>,
{
    let pauses = ExponentialBuilder::new()
        .with_min_delay(Duration::from_millis(500))
        .with_max_times(RETRIES)
        .with_jitter();
    let mut pauses = pauses.build();
    loop {
        let error = match ask().await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let Some(pause) = pauses.next().filter(|_| error.is_transient()) else { return Err(error) };
        // Longer than this nobody waits for a token.
        let wait = error.wait().unwrap_or(pause);
        if wait > TIMEOUT {
            return Err(error);
        }
        tokio::time::sleep(wait.max(pause)).await;
    }
}

/// Carries what the `oauth2` crate asks.
pub(super) struct Wire<'a> {
    http: &'a reqwest::Client,
    /// Blanked out, should the answer repeat them.
    secrets: &'a [&'a SecretString],
    heard: Mutex<Option<Heard>>,
}

/// What the crate does not tell of an answer that says no.
#[derive(Debug)]
pub(super) struct Heard {
    pub(super) status: StatusCode,
    pub(super) wait: Option<Duration>,
    pub(super) refused: Option<Refused>,
}

/// There is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Lost {
    #[error("the login service cannot be asked")]
    Transport(#[source] reqwest::Error),
    #[error("the answer is too long")]
    TooLong,
}

impl Wire<'_> {
    /// The last answer that said no.
    pub(super) fn heard(self) -> Option<Heard> {
        self.heard.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    async fn carry(&self, request: HttpRequest) -> Result<HttpResponse, Lost> {
        let lost = |error: reqwest::Error| Lost::Transport(error.without_url());
        let request = reqwest::Request::try_from(request).map_err(lost)?;
        let request = reqwest::RequestBuilder::from_parts(self.http.clone(), request)
            .header(CLIENT_REQUEST_ID, Uuid::new_v4().to_string());
        let mut response = request.send().await.map_err(lost)?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(lost)? {
            body.extend_from_slice(&chunk);
            if body.len() > BODY_LIMIT {
                return Err(Lost::TooLong);
            }
        }
        let mut answer = http::Response::new(body);
        *answer.status_mut() = response.status();
        if let Some(kind) = response.headers_mut().remove(header::CONTENT_TYPE) {
            answer.headers_mut().insert(header::CONTENT_TYPE, kind);
        }
        self.hear(&answer, response.headers());
        Ok(answer)
    }

    fn hear(&self, answer: &HttpResponse, headers: &header::HeaderMap) {
        let wait =
            headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
        let wait = wait.and_then(|seconds: f64| Duration::try_from_secs_f64(seconds).ok());
        let mut refused: Option<Refused> = serde_json::from_slice(answer.body()).ok();
        if let Some(refused) = &mut refused {
            (refused.status, refused.wait) = (Some(answer.status()), wait);
            if let Some(description) = &mut refused.error_description {
                for secret in self.secrets.iter().filter(|secret| !secret.expose_secret().is_empty()) {
                    *description = description.replace(secret.expose_secret(), "[REDACTED]");
                }
            }
        }
        let heard = Heard { status: answer.status(), wait, refused };
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(heard);
    }
}

impl<'c> AsyncHttpClient<'c> for Wire<'_> {
    type Error = Lost;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Lost>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.carry(request))
    }
}
