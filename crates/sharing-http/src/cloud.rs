//! `Cloud`: which of Microsoft's clouds a tenant lives in.

use std::{fmt, str::FromStr};

use crate::Endpoint;

/// One of Microsoft's clouds. They share nothing: not the service, not the accounts, not the tokens.
///
/// ```
/// use sharing_http::{Cloud, GraphVersion};
///
/// let cloud: Cloud = "us-gov".parse()?;
/// assert_eq!(cloud.endpoint(GraphVersion::V1).to_string(), "https://graph.microsoft.us/v1.0");
/// assert_eq!(cloud.login_url(), "https://login.microsoftonline.us");
/// # Ok::<(), sharing_http::NoCloud>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cloud {
    /// Everybody else's: `global`.
    #[default]
    Global,
    /// Of the government of the United States: `us-gov`.
    UsGov,
    /// Of its Department of Defense: `us-gov-dod`.
    UsGovDod,
    /// In China, run by 21Vianet: `china`.
    China,
}

/// A version of Microsoft Graph.
///
/// ```
/// use sharing_http::{Cloud, GraphVersion};
///
/// let beta = Cloud::Global.endpoint(GraphVersion::Beta);
/// assert_eq!(beta.to_string(), "https://graph.microsoft.com/beta");
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GraphVersion {
    /// `v1.0`, which stays as it is.
    #[default]
    V1,
    /// `beta`, which does not.
    Beta,
}

/// Name, Graph's URL in both versions, and the login URL of each cloud.
#[rustfmt::skip]
const CLOUDS: &[(Cloud, &str, [&str; 2], &str)] = &[
    (Cloud::Global,   "global",     ["https://graph.microsoft.com/v1.0",               "https://graph.microsoft.com/beta"],               "https://login.microsoftonline.com"),
    (Cloud::UsGov,    "us-gov",     ["https://graph.microsoft.us/v1.0",                "https://graph.microsoft.us/beta"],                "https://login.microsoftonline.us"),
    (Cloud::UsGovDod, "us-gov-dod", ["https://dod-graph.microsoft.us/v1.0",            "https://dod-graph.microsoft.us/beta"],            "https://login.microsoftonline.us"),
    (Cloud::China,    "china",      ["https://microsoftgraph.chinacloudapi.cn/v1.0",   "https://microsoftgraph.chinacloudapi.cn/beta"],   "https://login.chinacloudapi.cn"),
];

impl Cloud {
    /// Every cloud.
    ///
    /// ```
    /// let names: Vec<_> = sharing_http::Cloud::all().map(|cloud| cloud.to_string()).collect();
    /// assert_eq!(names, ["global", "us-gov", "us-gov-dod", "china"]);
    /// ```
    pub fn all() -> impl Iterator<Item = Self> {
        CLOUDS.iter().map(|line| line.0)
    }

    const fn line(self) -> &'static (Self, &'static str, [&'static str; 2], &'static str) {
        // The table's order is the enumeration's; a test holds them together.
        &CLOUDS[self as usize]
    }

    /// Microsoft Graph in this cloud.
    ///
    /// ```
    /// use sharing_http::{Cloud, Endpoint, GraphVersion};
    ///
    /// assert_eq!(Cloud::Global.endpoint(GraphVersion::V1), Endpoint::graph());
    /// ```
    #[must_use]
    #[expect(clippy::missing_panics_doc, clippy::expect_used, reason = "the URLs are constants, and tested")]
    pub fn endpoint(self, version: GraphVersion) -> Endpoint {
        Endpoint::new(self.line().2[version as usize]).expect("a valid URL")
    }

    /// Where this cloud's accounts sign in, without a tenant.
    ///
    /// ```
    /// assert_eq!(sharing_http::Cloud::China.login_url(), "https://login.chinacloudapi.cn");
    /// ```
    #[must_use]
    pub const fn login_url(self) -> &'static str {
        self.line().3
    }

    /// The cloud that an endpoint is Microsoft Graph of.
    ///
    /// ```
    /// use sharing_http::{Cloud, Endpoint};
    ///
    /// assert_eq!(Cloud::of(&Endpoint::graph()), Some(Cloud::Global));
    /// assert_eq!(Cloud::of(&Endpoint::new("http://127.0.0.1:4000")?), None);
    /// # Ok::<(), sharing_http::EndpointError>(())
    /// ```
    #[must_use]
    pub fn of(endpoint: &Endpoint) -> Option<Self> {
        Self::all().find(|cloud| cloud.endpoint(GraphVersion::V1).origin() == endpoint.origin())
    }
}

impl fmt::Display for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.line().1)
    }
}

/// Why a text names no cloud.
///
/// ```
/// use sharing_http::Cloud;
///
/// let error = "germany".parse::<Cloud>().unwrap_err();
/// assert_eq!(error.to_string(), r#"no cloud is called "germany": expected global, us-gov, us-gov-dod or china"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no cloud is called {0:?}: expected global, us-gov, us-gov-dod or china")]
pub struct NoCloud(String);

/// Reads a cloud's name.
///
/// ```
/// assert_eq!("us-gov-dod".parse(), Ok(sharing_http::Cloud::UsGovDod));
/// ```
impl FromStr for Cloud {
    type Err = NoCloud;

    fn from_str(name: &str) -> Result<Self, NoCloud> {
        Self::all().find(|cloud| cloud.line().1 == name).ok_or_else(|| NoCloud(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_the_order_of_the_enumeration_and_its_urls_are_urls() {
        for (index, line) in CLOUDS.iter().enumerate() {
            assert_eq!(line.0 as usize, index);
            assert_eq!(line.0.endpoint(GraphVersion::V1).to_string(), line.2[0]);
            assert_eq!(line.0.endpoint(GraphVersion::Beta).to_string(), line.2[1]);
            assert!(line.0.login_url().parse::<url::Url>().is_ok_and(|url| url.scheme() == "https"));
            assert_eq!(Cloud::of(&line.0.endpoint(GraphVersion::Beta)), Some(line.0));
        }
    }
}
