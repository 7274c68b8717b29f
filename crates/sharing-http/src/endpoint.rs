//! `Endpoint`: where a service is, and how it spells things.

use std::fmt;

use sharing_model::{Action, Dialect};
use url::{Host, Url};

/// How long a path may be that is put together without asking for more memory.
const ROOM: usize = 160;

/// Where a service is and how it spells things: a base URL and a dialect.
///
/// The dialect follows from the URL: `/_api/v2.…` is a direct endpoint, `api.onedrive.com` that of personal drives,
/// anything else Graph. [`with_dialect`](Self::with_dialect) says otherwise.
///
/// ```
/// use sharing_http::Endpoint;
/// use sharing_model::Dialect;
///
/// let library = Endpoint::new("https://contoso.sharepoint.com/sites/projects/_api/v2.0")?;
/// assert_eq!(library.dialect(), Dialect::Direct);
/// assert_eq!(Endpoint::new("http://127.0.0.1:4000")?.to_string(), "http://127.0.0.1:4000/v1.0");
/// # Ok::<(), sharing_http::EndpointError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Has no trailing slash, query, fragment or credentials.
    base: Url,
    /// The same with a long path, so that a copy has room for what is asked.
    roomy: Url,
    dialect: Dialect,
}

/// Why a URL is no endpoint.
///
/// ```
/// use sharing_http::{Endpoint, EndpointError};
///
/// let error = Endpoint::new("http://graph.microsoft.com/v1.0").unwrap_err();
/// assert!(matches!(error, EndpointError::NotSafe { .. }));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointError {
    /// It is no URL.
    #[error("{input:?} is no URL ({why}); an endpoint is one, such as https://graph.microsoft.com/v1.0")]
    NotUrl {
        /// What was given.
        input: String,
        /// What is wrong with it.
        why: url::ParseError,
    },
    /// It would send a token in the clear.
    #[error("{url} is neither https nor http on loopback; a token goes over no other")]
    NotSafe {
        /// The URL.
        url: String,
    },
    /// It has parts that an endpoint has not.
    #[error("{url} has a query, a fragment or a user; an endpoint has none of them")]
    TooMuch {
        /// The URL, without these parts.
        url: String,
    },
}

impl Endpoint {
    /// Microsoft Graph v1.0 in the global cloud.
    ///
    /// ```
    /// use sharing_http::Endpoint;
    ///
    /// assert_eq!(Endpoint::graph().to_string(), "https://graph.microsoft.com/v1.0");
    /// ```
    #[must_use]
    #[expect(clippy::missing_panics_doc, clippy::expect_used, reason = "the URL is a constant, and tested")]
    pub fn graph() -> Self {
        Self::new("https://graph.microsoft.com/v1.0").expect("a valid URL")
    }

    /// The endpoint at a base URL. One without a path is taken for Graph and gets `/v1.0`.
    ///
    /// # Errors
    ///
    /// When it is no URL, neither `https` nor on loopback, or has a query, a fragment or a user.
    ///
    /// ```
    /// use sharing_http::Endpoint;
    /// use sharing_model::Dialect;
    ///
    /// assert_eq!(Endpoint::new("https://api.onedrive.com/v1.0/")?.dialect(), Dialect::DirectPersonal);
    /// assert!(Endpoint::new("https://graph.microsoft.com/v1.0?$top=5").is_err());
    /// # Ok::<(), sharing_http::EndpointError>(())
    /// ```
    pub fn new(base: &str) -> Result<Self, EndpointError> {
        let mut base: Url =
            base.parse().map_err(|why| EndpointError::NotUrl { input: base.to_owned(), why })?;
        if has_too_much(&base) {
            let url = format!("{}{}", base.origin().ascii_serialization(), base.path());
            return Err(EndpointError::TooMuch { url });
        }
        if !is_safe(&base) {
            return Err(EndpointError::NotSafe { url: base.into() });
        }
        let path = match base.path().trim_end_matches('/') {
            "" => "/v1.0".to_owned(),
            path => path.to_owned(),
        };
        base.set_path(&path);

        let dialect = if path.contains("/_api/v2.") {
            Dialect::Direct
        } else if base.host_str() == Some("api.onedrive.com") {
            Dialect::DirectPersonal
        } else {
            Dialect::Graph
        };
        let roomy = roomy(&base);
        Ok(Self { base, roomy, dialect })
    }

    /// The same endpoint in another dialect: SharePoint Server's cannot be told from its URL.
    ///
    /// ```
    /// use sharing_http::Endpoint;
    /// use sharing_model::Dialect;
    ///
    /// let farm = Endpoint::new("https://sharepoint.contoso.com/_api/v2.0")?.with_dialect(Dialect::Server);
    /// assert_eq!(farm.dialect().action("invite"), "invite");
    /// # Ok::<(), sharing_http::EndpointError>(())
    /// ```
    #[must_use]
    pub fn with_dialect(self, dialect: Dialect) -> Self {
        Self { dialect, ..self }
    }

    /// How the service spells things.
    ///
    /// ```
    /// use sharing_http::Endpoint;
    /// use sharing_model::Dialect;
    ///
    /// let own = Endpoint::new("https://contoso-my.sharepoint.com/personal/nadia/_api/v2.1")?;
    /// assert_eq!(own.dialect(), Dialect::Direct);
    /// # Ok::<(), sharing_http::EndpointError>(())
    /// ```
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Whether the service is on this machine.
    ///
    /// ```
    /// use sharing_http::Endpoint;
    ///
    /// assert!(Endpoint::new("http://[::1]:4000/beta")?.is_loopback());
    /// assert!(!Endpoint::graph().is_loopback());
    /// # Ok::<(), sharing_http::EndpointError>(())
    /// ```
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.base)
    }

    /// Where an action is asked, in this endpoint's dialect.
    ///
    /// ```
    /// use sharing_http::Endpoint;
    /// use sharing_model::Action;
    ///
    /// let action = Action::list_permissions("/me/drive/root:/a b".parse()?);
    /// let url = "https://graph.microsoft.com/v1.0/me/drive/root:/a%20b:/permissions";
    /// assert_eq!(Endpoint::graph().url_of(&action), url);
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub fn url_of(&self, action: &Action) -> String {
        self.locate(action).into()
    }

    pub(crate) fn locate(&self, action: &Action) -> Url {
        // The host was read when the endpoint was made; what follows it is read anew.
        let mut url = self.roomy.clone();
        url.set_path(&[self.base.path(), &action.path(self.dialect)].concat());
        if let Some(query) = action.query() {
            url.set_query(Some(&query));
        }
        url
    }

    pub(crate) fn is_https(&self) -> bool {
        self.base.scheme() == "https"
    }

    pub(crate) fn origin(&self) -> url::Origin {
        self.base.origin()
    }

    /// Whether a URL leads to this endpoint's own origin: nowhere else may a token go.
    pub(crate) fn is_origin_of(&self, url: &Url) -> bool {
        // What an origin is, compared in place: each request asks.
        url.scheme() == self.base.scheme()
            && url.host() == self.base.host()
            && url.port_or_known_default() == self.base.port_or_known_default()
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("base", &self.base.as_str())
            .field("dialect", &self.dialect)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.base.as_str())
    }
}

/// A URL whose copies have room for a path.
fn roomy(base: &Url) -> Url {
    let mut roomy = base.clone();
    roomy.set_path(&"x".repeat(ROOM));
    roomy
}

/// Whether a URL has parts that a base URL has not.
pub(crate) fn has_too_much(url: &Url) -> bool {
    url.query().is_some()
        || url.fragment().is_some()
        || !url.username().is_empty()
        || url.password().is_some()
}

/// Whether a secret may go there: over https, or no farther than this machine.
pub(crate) fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dialect_follows_from_the_url() {
        let dialect = |url| Endpoint::new(url).unwrap().dialect();
        assert_eq!(Endpoint::graph().dialect(), Dialect::Graph);
        assert_eq!(dialect("https://graph.microsoft.us/beta/"), Dialect::Graph);
        assert_eq!(dialect("https://contoso-my.sharepoint.com/personal/nadia/_api/v2.1"), Dialect::Direct);
        assert_eq!(dialect("https://api.onedrive.com/v1.0"), Dialect::DirectPersonal);
    }

    #[test]
    fn a_token_goes_over_https_or_loopback_only() {
        for url in
            ["http://localhost:1/v1.0", "http://127.8.0.1", "http://[::1]:2/v1.0", "https://example.com/x"]
        {
            assert!(Endpoint::new(url).is_ok(), "{url}");
        }
        let refusals: Vec<String> = [
            "http://graph.microsoft.com/v1.0",
            "http://localhost.example.com/",
            "ftp://127.0.0.1/",
            "graph.microsoft.com",
            "https://name:secret@graph.microsoft.com/v1.0?key=secret#secret",
        ]
        .iter()
        .map(|url| Endpoint::new(url).unwrap_err().to_string())
        .collect();
        insta::assert_snapshot!(refusals.join("\n"));
    }

    #[test]
    fn an_encoded_path_stays_as_it_is() {
        let address = "/drives/b!4e/root:/100% # [1].docx".parse().unwrap();
        assert_eq!(
            Endpoint::graph().url_of(&Action::list_permissions(address)),
            "https://graph.microsoft.com/v1.0/drives/b!4e/root:/100%25%20%23%20%5B1%5D.docx:/permissions"
        );
    }
}
