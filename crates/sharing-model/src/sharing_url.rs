//! `SharingUrl`: a link that somebody pasted, and the token that addresses what it leads to.

use std::{fmt, str::FromStr};

use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use crate::{ItemAddress, Segment};

/// base64url as the service writes it: without padding, though it may have some when it comes in.
pub(crate) const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A sharing link or an item's URL in the browser, as somebody pasted it. A secret where it is a sharing link.
///
/// The service takes it as a token below `/shares`: `u!` and the URL in base64url.
///
/// ```
/// use sharing_model::{ItemAddress, SharingUrl};
///
/// let url: SharingUrl = "https://contoso.sharepoint.com/:w:/s/projects/EWteFy4Oz81F".parse()?;
/// assert_eq!(url.token().as_str(), "u!aHR0cHM6Ly9jb250b3NvLnNoYXJlcG9pbnQuY29tLzp3Oi9zL3Byb2plY3RzL0VXdGVGeTRPejgxRg");
/// assert_eq!(SharingUrl::from_token(url.token().as_str())?, url);
/// assert!(ItemAddress::from(url).to_string().ends_with("/driveItem"));
/// # Ok::<(), sharing_model::SharingUrlError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SharingUrl(String);

impl SharingUrl {
    /// The URL as it came.
    ///
    /// ```
    /// use sharing_model::SharingUrl;
    ///
    /// let pasted: SharingUrl = " https://1drv.ms/w/s!AkijuZglD51u\n".parse()?;
    /// assert_eq!(pasted.as_str(), "https://1drv.ms/w/s!AkijuZglD51u");
    /// # Ok::<(), sharing_model::SharingUrlError>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The token that stands for the URL below `/shares`.
    ///
    /// ```
    /// use sharing_model::{ItemAddress, SharingUrl};
    ///
    /// let url: SharingUrl = "https://1drv.ms/w/s!AkijuZglD51u".parse()?;
    /// assert_eq!(ItemAddress::Shared { token: url.token() }, url.into());
    /// # Ok::<(), sharing_model::SharingUrlError>(())
    /// ```
    #[must_use]
    pub fn token(&self) -> Segment {
        Segment::of_base64url(format!("u!{}", BASE64URL.encode(&self.0)))
    }

    /// The URL that a token stands for.
    ///
    /// # Errors
    ///
    /// When the token stands for none: share ids such as `s!…` do not.
    ///
    /// ```
    /// use sharing_model::SharingUrl;
    ///
    /// let error = SharingUrl::from_token("s!AkijuZglD51udCGEXPqhKWqRgBo").unwrap_err();
    /// assert_eq!(error.to_string(), "a share's token starts with u! and goes on in base64url of a URL");
    /// ```
    pub fn from_token(token: &str) -> Result<Self, SharingUrlError> {
        let encoded = token.strip_prefix("u!").ok_or(SharingUrlError::NotToken)?;
        let bytes = BASE64URL.decode(encoded).map_err(|_| SharingUrlError::NotToken)?;
        String::from_utf8(bytes).map_err(|_| SharingUrlError::NotToken)?.parse()
    }
}

impl FromStr for SharingUrl {
    type Err = SharingUrlError;

    fn from_str(text: &str) -> Result<Self, SharingUrlError> {
        let text = text.trim();
        let rest = text.strip_prefix(HTTPS).ok_or(SharingUrlError::NotHttps)?;
        let host = host(rest);
        let is_clean = |text: &str| !text.contains(|c: char| c.is_control() || c.is_whitespace());
        // A URL in the address bar may hold spaces below its host; a host holds none, and no user's name.
        if host.is_empty() || !is_clean(host) || host.contains('@') {
            return Err(SharingUrlError::NoHost);
        }
        if rest.contains(char::is_control) {
            return Err(SharingUrlError::NoHost);
        }
        Ok(Self(text.to_owned()))
    }
}

const HTTPS: &str = "https://";

/// The host that a URL names first, after `https://`.
fn host(rest: &str) -> &str {
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// What a sharing URL leads to.
impl From<SharingUrl> for ItemAddress {
    fn from(url: SharingUrl) -> Self {
        Self::Shared { token: url.token() }
    }
}

/// Shows the host alone: the rest lets in whoever has it.
impl fmt::Debug for SharingUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.0.strip_prefix(HTTPS).map_or("", host);
        write!(f, "SharingUrl(https://{host}/[REDACTED])")
    }
}

/// Why a text is no sharing URL, or no token of one.
///
/// ```
/// use sharing_model::{SharingUrl, SharingUrlError};
///
/// assert_eq!("1drv.ms/w/s!Ah".parse::<SharingUrl>(), Err(SharingUrlError::NotHttps));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SharingUrlError {
    /// It does not start with `https://`.
    NotHttps,
    /// No host follows, or the text has characters that no URL has.
    NoHost,
    /// It is not `u!` and a URL in base64url.
    NotToken,
}

impl fmt::Display for SharingUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotHttps => "a sharing link starts with https://",
            Self::NoHost => "a sharing link has a host's name after https:// and no control characters",
            Self::NotToken => "a share's token starts with u! and goes on in base64url of a URL",
        })
    }
}

impl std::error::Error for SharingUrlError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_sharing_url_is_refused() {
        use SharingUrlError::{NoHost, NotHttps, NotToken};
        for (text, why) in [
            ("", NotHttps),
            ("http://contoso.sharepoint.com/x", NotHttps),
            ("https://", NoHost),
            ("https:///x", NoHost),
            ("https://con toso/x", NoHost),
            ("https://ryan:secret@contoso.com/x", NoHost),
            ("https://contoso.com/\u{7}", NoHost),
        ] {
            assert_eq!(text.parse::<SharingUrl>(), Err(why), "{text:?}");
        }
        for token in ["", "u!", "u!%%%", "u!aHR0cA", "u!_w", "aHR0cHM6Ly9jb250b3NvLmNvbS94"] {
            let error = SharingUrl::from_token(token).unwrap_err();
            assert!(matches!(error, NotToken | NotHttps), "{token:?}: {error}");
        }
    }

    #[test]
    fn a_sharing_link_does_not_show() {
        for secret in ["/:w:/s/projects/secret", "?share=secret", "#secret"] {
            let url: SharingUrl = format!("https://contoso.sharepoint.com{secret}").parse().unwrap();
            assert_eq!(format!("{url:?}"), "SharingUrl(https://contoso.sharepoint.com/[REDACTED])");
        }
    }

    proptest! {
        #[test]
        fn url_and_token_are_inverse(host in "[a-z]{1,9}(\\.[a-z]{2,5})?", rest in "(/[^\\p{Cc}]{0,20})?") {
            if let Ok(url) = format!("https://{host}{rest}").parse::<SharingUrl>() {
                prop_assert_eq!(SharingUrl::from_token(url.token().as_str()).unwrap(), url.clone());
                let address = ItemAddress::from(url);
                prop_assert_eq!(ItemAddress::from_url_path(&address.to_url_path()).unwrap(), address);
            }
        }

        #[test]
        fn no_token_panics(token in ".{0,30}") {
            let _ = SharingUrl::from_token(&token);
            let _ = SharingUrl::from_token(&format!("u!{token}"));
        }
    }
}
