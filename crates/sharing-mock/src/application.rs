//! `Application`: what is registered with the tenant, so that it may sign in.

use serde::{Deserialize, Serialize};
use sharing_model::Secret;

/// A program that may sign in to the tenant: who it says it is, how it proves that, and what it was allowed.
///
/// The sample tenant has three: [`daemon`](Self::daemon), [`auditor`](Self::auditor) and [`console`](Self::console).
/// Their secrets and keys are published with this crate, and guard nothing but the mock.
///
/// ```
/// use sharing_mock::Application;
///
/// let console: Application = serde_json::from_str(
///     r#"{ "id": "1f8e6b1c-2f62-4a0e-8f0a-0b7b8d4c9e11", "displayName": "My console", "scopes": ["Files.Read"] }"#,
/// )?;
/// assert!(console.is_public());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Application {
    /// The client id, a GUID.
    pub id: String,
    /// What people call it.
    pub display_name: String,
    /// The secrets that it may prove itself with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<Secret>,
    /// The certificates, in PEM, whose keys it may prove itself with; RSA only, as the service has it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<String>,
    /// What it may do in its own name: the `roles` of its own tokens.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// What it may do for a person who signs in, where it asks for `.default`: the `scp` of such tokens.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
}

impl Application {
    /// Contoso's daemon, which shares in its own name: it has a secret and a certificate.
    ///
    /// ```
    /// use sharing_mock::Application;
    ///
    /// let daemon = Application::daemon();
    /// assert!(!daemon.is_public() && daemon.certificates.len() == 1);
    /// assert_eq!(daemon.roles, ["Files.ReadWrite.All"]);
    /// ```
    #[must_use]
    pub fn daemon() -> Self {
        Self {
            id: "3d5a7f52-6c0b-4f7e-9a41-8e2d1b6c9f03".to_owned(),
            display_name: "Contoso sharing daemon".to_owned(),
            secrets: vec!["daemon~secret~of~the~mock~guards~nothing".into()],
            certificates: vec![include_str!("application/certificate.pem").to_owned()],
            roles: vec!["Files.ReadWrite.All".to_owned()],
            ..Self::default()
        }
    }

    /// The private key of the daemon's certificate, in PEM. It is published: it guards nothing.
    ///
    /// ```
    /// assert!(sharing_mock::Application::daemon_key().starts_with("-----BEGIN PRIVATE KEY-----"));
    /// ```
    #[must_use]
    pub const fn daemon_key() -> &'static str {
        include_str!("application/key.pem")
    }

    /// Contoso's auditor, which may read in its own name and change nothing.
    ///
    /// ```
    /// assert_eq!(sharing_mock::Application::auditor().roles, ["Files.Read.All"]);
    /// ```
    #[must_use]
    pub fn auditor() -> Self {
        Self {
            id: "a1c94e60-7b3d-4d25-b0f6-52e8c7d10b94".to_owned(),
            display_name: "Contoso auditor".to_owned(),
            secrets: vec!["auditor~secret~of~the~mock~guards~nothing".into()],
            roles: vec!["Files.Read.All".to_owned()],
            ..Self::default()
        }
    }

    /// Contoso's console, a public client for people: they sign in with a device code.
    ///
    /// ```
    /// assert!(sharing_mock::Application::console().is_public());
    /// ```
    #[must_use]
    pub fn console() -> Self {
        Self {
            id: "c7e20d18-94f5-4b6a-a3cd-6f1b0e8d7a35".to_owned(),
            display_name: "Contoso console".to_owned(),
            scopes: vec!["Files.ReadWrite.All".to_owned(), "User.Read".to_owned()],
            ..Self::default()
        }
    }

    /// Whether it has nothing to prove itself with.
    ///
    /// ```
    /// assert!(!sharing_mock::Application::auditor().is_public());
    /// ```
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.secrets.is_empty() && self.certificates.is_empty()
    }
}
