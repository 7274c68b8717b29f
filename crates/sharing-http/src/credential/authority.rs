//! `Authority`: where to sign in, and for which service.

use std::fmt;

use reqwest::{Certificate, redirect};
use url::Url;

use crate::{
    Cloud, Endpoint, GraphVersion,
    builder::CONNECT_TIMEOUT,
    endpoint::{has_too_much, is_loopback, is_safe},
};

/// Where to sign in: a login service, a tenant there, and the service that the tokens are for.
///
/// ```
/// use sharing_http::{Authority, Cloud, Endpoint};
///
/// let library = Endpoint::new("https://contoso.sharepoint.com/sites/projects/_api/v2.0")?;
/// let authority = Authority::new(Cloud::Global, "contoso.onmicrosoft.com")?.endpoint(&library);
/// assert_eq!(authority.to_string(), "https://login.microsoftonline.com/contoso.onmicrosoft.com");
/// assert_eq!(authority.resource(), "https://contoso.sharepoint.com");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Authority {
    /// Has no trailing slash, query, fragment or credentials.
    base: Url,
    tenant: String,
    resource: String,
    root_certificates: Vec<u8>,
}

/// Why nobody can sign in there.
///
/// ```
/// use sharing_http::{Authority, AuthorityError};
///
/// let error = Authority::at("http://login.contoso.com", "contoso.com").unwrap_err();
/// assert!(matches!(error, AuthorityError::NotSafe { .. }));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthorityError {
    /// It is no URL.
    #[error(
        "{input:?} is no URL ({why}); a login service has one, such as https://login.microsoftonline.com"
    )]
    NotUrl {
        /// What was given.
        input: String,
        /// What is wrong with it.
        why: url::ParseError,
    },
    /// A secret would go over it in the clear.
    #[error("{url} is neither https nor http on loopback; a secret goes over no other")]
    NotSafe {
        /// The URL.
        url: String,
    },
    /// It has parts that the URL of a login service has not.
    #[error("{url} has a query, a fragment or a user; a login service's URL has none of them")]
    TooMuch {
        /// The URL, without these parts.
        url: String,
    },
    /// The tenant's name is none.
    #[error(
        "{input:?} is no tenant; that is its id or one of its domains, or common, organizations or consumers"
    )]
    NotTenant {
        /// What was given.
        input: String,
    },
}

impl Authority {
    /// A tenant in one of Microsoft's clouds, by its id or by one of its domains. The tokens are for that cloud's Graph,
    /// unless [`endpoint`](Self::endpoint) says otherwise.
    ///
    /// # Errors
    ///
    /// When the tenant's name is none.
    ///
    /// ```
    /// use sharing_http::{Authority, Cloud};
    ///
    /// let authority = Authority::new(Cloud::China, "contoso.partner.onmschina.cn")?;
    /// assert_eq!(authority.resource(), "https://microsoftgraph.chinacloudapi.cn");
    /// assert!(Authority::new(Cloud::Global, "contoso.com/oauth2").is_err());
    /// # Ok::<(), sharing_http::AuthorityError>(())
    /// ```
    pub fn new(cloud: Cloud, tenant: &str) -> Result<Self, AuthorityError> {
        Ok(Self::at(cloud.login_url(), tenant)?.endpoint(&cloud.endpoint(GraphVersion::V1)))
    }

    /// A tenant of any login service that speaks as Microsoft's does, by its URL: HTTPS, except on loopback.
    ///
    /// # Errors
    ///
    /// When it is no URL, neither `https` nor on loopback, or has a query, a fragment or a user, and when the tenant's
    /// name is none.
    ///
    /// ```
    /// use sharing_http::{Authority, Endpoint};
    ///
    /// let endpoint = Endpoint::new("http://127.0.0.1:4000")?;
    /// let authority = Authority::at("http://127.0.0.1:4000", "contoso.com")?.endpoint(&endpoint);
    /// assert_eq!(authority.resource(), "http://127.0.0.1:4000");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn at(base: &str, tenant: &str) -> Result<Self, AuthorityError> {
        let mut base: Url =
            base.parse().map_err(|why| AuthorityError::NotUrl { input: base.to_owned(), why })?;
        if has_too_much(&base) {
            let url = format!("{}{}", base.origin().ascii_serialization(), base.path());
            return Err(AuthorityError::TooMuch { url });
        }
        if !is_safe(&base) {
            return Err(AuthorityError::NotSafe { url: base.into() });
        }
        let path = base.path().trim_end_matches('/').to_owned();
        base.set_path(&path);
        // A tenant is one segment of a path: an id or a domain.
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        if !tenant.contains(|c: char| c.is_ascii_alphanumeric()) || !tenant.chars().all(is_name) {
            return Err(AuthorityError::NotTenant { input: tenant.to_owned() });
        }
        let resource = Endpoint::graph().origin().ascii_serialization();
        Ok(Self { base, tenant: tenant.to_owned(), resource, root_certificates: Vec::new() })
    }

    /// The same, with tokens for this endpoint.
    ///
    /// ```
    /// use sharing_http::{Authority, Cloud, Endpoint};
    ///
    /// let beta = Endpoint::new("https://graph.microsoft.com/beta")?;
    /// let authority = Authority::new(Cloud::Global, "contoso.com")?.endpoint(&beta);
    /// assert_eq!(authority.resource(), "https://graph.microsoft.com");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn endpoint(mut self, endpoint: &Endpoint) -> Self {
        self.resource = endpoint.origin().ascii_serialization();
        self
    }

    /// The same, trusting these certificates, too: one or more in PEM, a proxy's or a test server's.
    ///
    /// ```
    /// use sharing_http::{Authority, ClientSecret, Cloud};
    ///
    /// let authority = Authority::new(Cloud::Global, "contoso.com")?.root_certificates("no PEM");
    /// assert!(ClientSecret::new(authority, "a client id", "a secret".into()).is_err());
    /// # Ok::<(), sharing_http::AuthorityError>(())
    /// ```
    pub fn root_certificates(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.root_certificates.extend_from_slice(pem.as_ref());
        self.root_certificates.push(b'\n');
        self
    }

    /// The service that the tokens are for, as scopes name it.
    ///
    /// ```
    /// use sharing_http::{Authority, Cloud};
    ///
    /// assert_eq!(Authority::new(Cloud::UsGov, "contoso.com")?.resource(), "https://graph.microsoft.us");
    /// # Ok::<(), sharing_http::AuthorityError>(())
    /// ```
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// The scope that stands for all that was consented to.
    pub(super) fn default_scope(&self) -> String {
        format!("{}/.default", self.resource)
    }

    /// The URL of one of the login service's places, such as `token`.
    pub(super) fn place(&self, name: &str) -> Url {
        let mut url = self.base.clone();
        let base = self.base.path().trim_end_matches('/');
        url.set_path(&format!("{base}/{}/oauth2/v2.0/{name}", self.tenant));
        url
    }

    /// What asks there: it follows no redirect, for a secret goes nowhere else.
    pub(super) fn http(&self) -> Result<reqwest::Client, String> {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("sharing-http/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(super::login::TIMEOUT)
            .redirect(redirect::Policy::none());
        if !self.root_certificates.is_empty() {
            let certificates = Certificate::from_pem_bundle(&self.root_certificates)
                .map_err(|error| format!("the root certificates cannot be read: {error}"))?;
            if certificates.is_empty() {
                return Err("the root certificates hold no certificate in PEM".to_owned());
            }
            builder = builder.tls_certs_merge(certificates);
        }
        if is_loopback(&self.base) {
            builder = builder.no_proxy();
        }
        builder.build().map_err(|error| error.to_string())
    }
}

impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.base.as_str().trim_end_matches('/'), self.tenant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_goes_over_https_or_loopback_to_a_tenant() {
        let place = |base, tenant| Authority::at(base, tenant).unwrap().place("token").to_string();
        assert_eq!(
            place("http://localhost:4000/_space/one/", "contoso.com"),
            "http://localhost:4000/_space/one/contoso.com/oauth2/v2.0/token"
        );
        assert_eq!(
            place("https://login.microsoftonline.us", "common"),
            "https://login.microsoftonline.us/common/oauth2/v2.0/token"
        );
        let refusals: Vec<String> = [
            ("http://login.contoso.com", "contoso.com"),
            ("login.microsoftonline.com", "contoso.com"),
            ("https://me:secret@login.microsoftonline.com/?key=secret", "contoso.com"),
            ("https://login.microsoftonline.com", ""),
            ("https://login.microsoftonline.com", ".."),
            ("https://login.microsoftonline.com", "contoso.com/../evil"),
        ]
        .iter()
        .map(|(base, tenant)| Authority::at(base, tenant).unwrap_err().to_string())
        .collect();
        insta::assert_snapshot!(refusals.join("\n"));
    }
}
