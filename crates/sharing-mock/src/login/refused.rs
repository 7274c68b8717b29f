//! What the login endpoint says when it does not hand out a token.

use jiff::Timestamp;
use serde_json::json;

use crate::{answer::Answer, service::Request};

/// A refusal of the login endpoint, by its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    /// The service's number for it, as in `AADSTS7000215`: also its name in headers and in the journal.
    pub(crate) rule: &'static str,
    /// The code of the OAuth standards.
    error: &'static str,
    message: String,
}

impl Refused {
    /// One line of this table is one way to say no.
    fn new(rule: &'static str, error: &'static str, message: impl Into<String>) -> Self {
        Self { rule, error, message: message.into() }
    }

    pub(crate) fn tenant(name: &str) -> Self {
        Self::new(
            "AADSTS90002",
            "invalid_request",
            format!(
                "Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are signing into \
                 the correct cloud. Check with your subscription administrator, this may happen if there are no \
                 active subscriptions for the tenant."
            ),
        )
    }

    pub(crate) fn no_tenant() -> Self {
        let message = "No tenant-identifying information found in either the request or implied by any provided \
                       credentials.";
        Self::new("AADSTS50059", "invalid_request", message)
    }

    pub(crate) fn method(method: &str) -> Self {
        let message = format!("The endpoint only accepts POST requests. Received a {method} request.");
        Self::new("AADSTS900561", "invalid_request", message)
    }

    pub(crate) fn missing(parameter: &str) -> Self {
        let message = format!("The request body must contain the following parameter: '{parameter}'.");
        Self::new("AADSTS900144", "invalid_request", message)
    }

    pub(crate) fn grant_type(given: &str) -> Self {
        let message = format!("The app requested an unsupported grant type '{given}'.");
        Self::new("AADSTS70003", "unsupported_grant_type", message)
    }

    pub(crate) fn application(id: &str, tenant: &str) -> Self {
        Self::new(
            "AADSTS700016",
            "unauthorized_client",
            format!(
                "Application with identifier '{id}' was not found in the directory '{tenant}'. This can happen if the \
                 application has not been installed by the administrator of the tenant or consented to by any user in \
                 the tenant. You may have sent your authentication request to the wrong tenant."
            ),
        )
    }

    pub(crate) fn secret(id: &str) -> Self {
        Self::new(
            "AADSTS7000215",
            "invalid_client",
            format!(
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret \
                 value, not the client secret ID, for a secret added to app '{id}'."
            ),
        )
    }

    pub(crate) fn no_proof() -> Self {
        let message = "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.";
        Self::new("AADSTS7000216", "invalid_client", message)
    }

    pub(crate) fn confidential() -> Self {
        let message =
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
        Self::new("AADSTS7000218", "invalid_client", message)
    }

    pub(crate) fn public() -> Self {
        let message =
            "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.";
        Self::new("AADSTS700025", "invalid_client", message)
    }

    pub(crate) fn assertion_type() -> Self {
        let message = "The 'client_assertion_type' is not supported; the supported one is \
                       'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'.";
        Self::new("AADSTS50027", "invalid_request", message)
    }

    pub(crate) fn assertion_malformed(why: &str) -> Self {
        Self::new("AADSTS50027", "invalid_request", format!("JWT token is invalid or malformed: {why}."))
    }

    pub(crate) fn assertion_key(thumbprint: Option<&str>) -> Self {
        let thumbprint = thumbprint.unwrap_or("none");
        Self::new(
            "AADSTS700027",
            "invalid_client",
            format!(
                "The certificate with identifier used to sign the client assertion is not registered on application. \
                 [Reason - The key was not found., Thumbprint of key used by client: '{thumbprint}']"
            ),
        )
    }

    pub(crate) fn assertion_signature() -> Self {
        let message = "Client assertion failed signature validation. [Reason - The provided signature value did not \
                       match the expected signature value.]";
        Self::new("AADSTS700027", "invalid_client", message)
    }

    pub(crate) fn assertion_issuer() -> Self {
        let message = "Client assertion application identifier doesn't match 'client_id' parameter.";
        Self::new("AADSTS700021", "invalid_client", message)
    }

    pub(crate) fn assertion_audience() -> Self {
        let message = "Client assertion audience claim does not match Realm issuer.";
        Self::new("AADSTS700023", "invalid_client", message)
    }

    pub(crate) fn assertion_time(now: Timestamp, from: Timestamp, until: Timestamp) -> Self {
        Self::new(
            "AADSTS700024",
            "invalid_client",
            format!(
                "Client assertion is not within its valid time range. Current time: {now}, assertion valid from \
                 {from}, expiry time of assertion {until}."
            ),
        )
    }

    pub(crate) fn default_scope(given: &str) -> Self {
        Self::new(
            "AADSTS1002012",
            "invalid_scope",
            format!(
                "The provided value for scope {given} is not valid. Client credential flows must have a scope value \
                 with /.default suffixed to the resource identifier (application ID URI)."
            ),
        )
    }

    pub(crate) fn scope(given: &str, why: &str) -> Self {
        Self::new(
            "AADSTS70011",
            "invalid_scope",
            format!(
                "The provided value for the input parameter 'scope' is not valid. The scope '{given}' is not valid: \
                 {why}."
            ),
        )
    }

    pub(crate) fn resource(name: &str, tenant: &str) -> Self {
        Self::new(
            "AADSTS500011",
            "invalid_resource",
            format!(
                "The resource principal named {name} was not found in the tenant named {tenant}. This can happen if \
                 the application has not been installed by the administrator of the tenant or consented to by any \
                 user in the tenant. You might have sent your authentication request to the wrong tenant."
            ),
        )
    }

    pub(crate) fn pending() -> Self {
        let message = "OAuth 2.0 device flow error. Authorization is pending. Continue polling.";
        Self::new("AADSTS70016", "authorization_pending", message)
    }

    pub(crate) fn slow_down(seconds: i64) -> Self {
        // The service's own number for this is not known.
        let message =
            format!("OAuth 2.0 device flow error. The client polls too often; wait {seconds} seconds.");
        Self::new("AADSTS70016", "slow_down", message)
    }

    pub(crate) fn declined() -> Self {
        let message = "User declined to consent to access the app.";
        Self::new("AADSTS65004", "authorization_declined", message)
    }

    pub(crate) fn device_expired() -> Self {
        let message = "The provided value for the input parameter 'device_code' is not valid. This device code has \
                       expired.";
        Self::new("AADSTS70020", "expired_token", message)
    }

    pub(crate) fn device_unknown() -> Self {
        let message = "The provided value for the input parameter 'device_code' is not valid.";
        Self::new("AADSTS70000", "bad_verification_code", message)
    }

    pub(crate) fn refresh_malformed() -> Self {
        let message = "The provided value for the input parameter 'refresh_token' is not valid.";
        Self::new("AADSTS70000", "invalid_grant", message)
    }

    pub(crate) fn refresh_expired(issued: Timestamp) -> Self {
        let message = format!(
            "The refresh token has expired due to inactivity. The token was issued on {issued} and was inactive for \
             90.00:00:00."
        );
        Self::new("AADSTS700082", "invalid_grant", message)
    }

    pub(crate) fn user(id: &str) -> Self {
        let message = format!("The user account '{id}' does not exist in the tenant.");
        Self::new("AADSTS50034", "invalid_grant", message)
    }

    /// The answer, as the service writes it.
    pub(crate) fn answer(&self, request: &Request<'_>) -> Answer {
        let timestamp = request.now.strftime("%Y-%m-%d %H:%M:%SZ").to_string();
        let number: u32 = self.rule.trim_start_matches("AADSTS").parse().unwrap_or_default();
        let status = if self.error == "invalid_client" { 401 } else { 400 };
        let (trace, correlation) = (request.id, request.client_id);
        let body = json!({
            "error": self.error,
            "error_description": format!(
                "{}: {} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {timestamp}",
                self.rule, self.message
            ),
            "error_codes": [number],
            "timestamp": timestamp,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": format!("https://login.microsoftonline.com/error?code={number}"),
        });
        Answer { status, rule: Some(self.rule), ..Answer::ok(body) }.because(self.message.clone())
    }
}
