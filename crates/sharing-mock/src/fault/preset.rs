//! The service's own refusals by name: what it is known to say, whether or not a rule of the mock ever says it.
//!
//! The texts are those of the protocol's table of exact messages; where a text was never seen, the preset says so.

use serde::{Deserialize, Serialize};

/// What the service says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    /// The codes inside, outermost first.
    pub(crate) inner_codes: &'static [&'static str],
    pub(crate) message: &'static str,
    /// Members of the innermost error besides its code, date and ids.
    pub(crate) inner_members: &'static [(&'static str, &'static str)],
    pub(crate) headers: &'static [(&'static str, &'static str)],
    /// A body that is no error of the usual shape, in place of one.
    pub(crate) body: Option<&'static str>,
}

const fn said(status: u16, code: &'static str, message: &'static str) -> Said {
    Said { status, code, inner_codes: &[], message, inner_members: &[], headers: &[], body: None }
}

impl Said {
    const fn inner(self, inner_codes: &'static [&'static str]) -> Self {
        Self { inner_codes, ..self }
    }

    const fn headers(self, headers: &'static [(&'static str, &'static str)]) -> Self {
        Self { headers, ..self }
    }

    const fn body(self, body: &'static str) -> Self {
        Self { body: Some(body), ..self }
    }
}

/// The challenge that comes with a 401.
const CHALLENGE: &[(&str, &str)] = &[(
    "www-authenticate",
    "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", \
     client_id=\"00000003-0000-0000-c000-000000000000\"",
)];

macro_rules! presets {
    ($($(#[doc = $doc:literal])+ $name:ident = $said:expr;)+) => {
        /// A refusal of the service, by name: status, codes, message and headers as it says them.
        ///
        /// ```
        /// use sharing_mock::{FaultPreset, FaultRule};
        ///
        /// let rule = FaultRule::preset(FaultPreset::Locked);
        /// assert_eq!(serde_json::to_value(rule)?["then"]["preset"], "locked");
        /// # Ok::<(), serde_json::Error>(())
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[derive(schemars::JsonSchema)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        pub enum FaultPreset {
            $($(#[doc = $doc])+ $name,)+
        }

        impl FaultPreset {
            /// Every preset.
            ///
            /// ```
            /// use sharing_mock::FaultPreset;
            ///
            /// assert!(FaultPreset::ALL.contains(&FaultPreset::NoResolvedUsers));
            /// ```
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            pub(crate) const fn said(self) -> Said {
                match self {
                    $(Self::$name => $said,)+
                }
            }

            /// What it is for, in a sentence.
            ///
            /// ```
            /// use sharing_mock::FaultPreset;
            ///
            /// assert_eq!(FaultPreset::NoToken.about(), "401: No token.");
            /// ```
            #[must_use]
            pub fn about(self) -> String {
                let text = match self {
                    $(Self::$name => concat!($($doc,)+),)+
                };
                format!("{}: {}", self.said().status, text.trim())
            }
        }
    };
}

presets! {
    /// A recipient that cannot be resolved, among however many: nobody is invited.
    NoResolvedUsers = said(400, "noResolvedUsers", "One or more users could not be resolved.");
    /// The service is turning invitations off for this account. The text was never seen.
    SharingFailed = said(400, "sharingFailed", "Sharing failed.");
    /// A recipient who cannot be invited with a sign-in, or without one.
    NotInvitedSecurely = said(400, "invalidRequest", "Some users in the request cannot be invited securely.")
        .inner(&["secureSharingInvalidRequest"]);
    /// JSON that cannot be read, or a member that cannot be taken.
    Malformed = said(400, "invalidRequest", "The request is malformed or incorrect.");
    /// The same in fewer words, as `retainInheritedPermissions` and `expirationDateTime` were once answered.
    InvalidRequest = said(400, "invalidRequest", "Invalid request");
    /// A drive's id that has not the form of one.
    MalformedDriveId = said(
        400,
        "invalidRequest",
        "The provided drive id appears to be malformed, or does not represent a valid drive.",
    );
    /// A path that leads nowhere.
    UnknownSegment = said(400, "BadRequest", "Resource not found for the segment 'shared'.");
    /// An action that this kind of thing does not have.
    UnsupportedSegment = said(400, "BadRequest", "Unsupported segment type. ODataQuery: users/me/drive/invite");
    /// The role of a link, which cannot be changed.
    BadArgument = said(400, "badArgument", "One of the provided arguments is not acceptable.");
    /// A change that changes nothing, spelt as the service spells it.
    NothingToUpdate = said(
        400,
        "invalidRequest",
        "Invalid input: No Information provided to update the specifed permission",
    );
    /// The organisation's default link has no scope, and the request names none.
    LinkScopeNeeded = said(
        400,
        "invalidRequest",
        "The default link settings cannot be used to create a sharing link without a scope. Scope must be specified",
    );
    /// An invitation that neither mails nor asks for a sign-in.
    BothFlagsFalse = said(400, "invalidRequest", "RequireSignIn and SendInvitation cannot both be false");
    /// A parameter that an older farm does not know.
    UnknownParameter = said(
        400,
        "-1, Microsoft.SharePoint.Client.InvalidClientQueryException",
        "The parameter expirationDateTime does not exist in method invite.",
    );
    /// Something that cannot be shared, such as a list item's number in the place of an item's id.
    NotShareable = said(400, "notSupported", "The operation failed because the object does not support sharing.")
        .inner(&["objectNotSupported"]);
    /// A new name with a slash.
    NameWithSlash = said(400, "invalidRequest", "The item name cannot contain a '/'");
    /// No token.
    NoToken = said(401, "InvalidAuthenticationToken", "Access token is empty.").headers(CHALLENGE);
    /// A token that is no JWT.
    MalformedToken = said(
        401,
        "InvalidAuthenticationToken",
        "IDX14100: JWT is not well formed, there are no dots (.).\nThe token needs to be in JWS or JWE Compact \
         Serialization Format. (JWS): 'EncodedHeader.EndcodedPayload.EncodedSignature'. (JWE): \
         'EncodedProtectedHeader.EncodedEncryptedKey.EncodedInitializationVector.EncodedCiphertext.EncodedAuthenticationTag'.",
    )
    .headers(CHALLENGE);
    /// A token whose time is over.
    TokenExpired =
        said(401, "InvalidAuthenticationToken", "Access token has expired or is not yet valid.").headers(CHALLENGE);
    /// The same in the words of 2020.
    TokenExpiredEarlier = said(401, "InvalidAuthenticationToken", "Access token has expired.").headers(CHALLENGE);
    /// A personal account's token that cannot be read.
    CompactTokenFailed = said(
        401,
        "InvalidAuthenticationToken",
        "CompactToken validation failed with reason code: 80049228.",
    )
    .headers(CHALLENGE);
    /// A token whose time is over, at a direct endpoint.
    TokenExpiredDirect = said(
        401,
        "unauthenticated",
        "The access token has expired. It's valid from '1/5/2026 8:30:00 AM' and to '1/5/2026 9:30:00 AM'.",
    )
    .inner(&["expiredToken"]);
    /// No token at a personal account's direct endpoint.
    Unauthenticated = said(401, "unauthenticated", "Must be authenticated to use '/drive' syntax");
    /// The caller may not.
    AccessDenied = said(403, "accessDenied", "Access denied");
    /// The same, written otherwise.
    AccessDeniedCapitals = said(403, "accessDenied", "Access Denied");
    /// The same in SharePoint's own words.
    UnauthorizedAccess = said(
        403,
        "-2147024891, System.UnauthorizedAccessException",
        "Access is denied. (Exception from HRESULT: 0x80070005 (E_ACCESSDENIED))",
    );
    /// What nobody may.
    NotAllowed = said(403, "notAllowed", "Operation not allowed");
    /// Anonymous links are off.
    FeatureDisabled = said(
        403,
        "notAllowed",
        "The feature has been disabled. Please contact your admin to get it enabled.",
    );
    /// Links are off, and a header says where.
    LinksDisabled = said(
        403,
        "accessDenied",
        "The feature has been disabled. Please contact your admin to get it enabled.",
    )
    .headers(&[(
        "sharepoint-createsharinglink-error",
        "Sharing by link is not enabled on the web, site, or tenant.",
    )]);
    /// The tenant or the site forbids sharing with people outside. Of the text only the code is known.
    SharingDisabled = said(403, "accessDenied", "Access denied").inner(&["sharingDisabled"]);
    /// An application asks for what needs a person. Status and code were never seen.
    AppOnlyNotSupported = said(
        403,
        "accessDenied",
        "Unable to determine the user associated with the provided token. App-only tokens are not supported for this \
         scenario.",
    );
    /// A personal account that is no premium one asks for an expiry. Status and code were never seen.
    UpgradeRequired = said(403, "accessDenied", "Account Upgrade is required for this operation");
    /// An item's id that has not the form of one.
    ItemNotFound = said(404, "itemNotFound", "Item not found");
    /// Nothing has this address, or the caller may not know of it.
    ResourceNotFound = said(404, "itemNotFound", "The resource could not be found.");
    /// The same at a personal account's direct endpoint.
    ItemDoesNotExist = said(404, "itemNotFound", "Item does not exist");
    /// A 404 with no body at all.
    NotFoundEmpty = said(404, "itemNotFound", "").body("");
    /// A method that this kind of thing does not have. The text was never seen.
    MethodNotAllowed =
        said(405, "notSupported", "The HTTP method is not supported by the requested resource.");
    /// The item was changed meanwhile.
    ResourceModified = said(
        409,
        "resourceModified",
        "The resource has changed since the caller last read it; usually an eTag mismatch",
    );
    /// A delta token that is too old. The text was never seen.
    ResyncRequired = said(410, "resyncRequired", "Resync required. Replace any local items with the server's version.")
        .inner(&["resyncApplyDifferences"]);
    /// `If-Match` does not hold.
    ETagMismatch = said(412, "resourceModified", "ETag does not match current item's value");
    /// `If-Match` does not hold, on a personal drive.
    ETagMismatchPersonal = said(412, "notAllowed", "ETag does not match current item's value");
    /// Somebody has the file open.
    Locked = said(
        423,
        "accessDenied",
        "The file is currently checked out or locked for editing by another user.",
    );
    /// Somebody else's lock.
    LockMismatch = said(423, "accessDenied", "Lock token does not match existing lock");
    /// Too many requests, as SharePoint says it.
    Throttled = said(429, "activityLimitReached", "The request has been throttled").inner(&["throttledRequest"]);
    /// Too many requests, as Graph says it of SharePoint.
    ThrottledCaller = said(429, "activityLimitReached", "The application or user has been throttled.");
    /// Too many requests, with the quota as a third code.
    ThrottledQuota =
        said(429, "activityLimitReached", "The request has been throttled").inner(&["throttledRequest", "quota"]);
    /// Too many links on a personal account: the outer code says something else.
    ThrottledPersonal =
        said(429, "accessDenied", "Too Many Requests").inner(&["throttledRequest"]).headers(&[("retry-after", "3360")]);
    /// Too many requests for Graph's own gateway, with a wait in decimals.
    ThrottledGateway = Said {
        inner_members: &[("message", "Please retry after"), ("status", "429")],
        ..said(429, "TooManyRequests", "Please retry again later.")
            .inner(&["429"])
            .headers(&[("retry-after", "2.128")])
    };
    /// Too many requests of this application. The text was never seen.
    ApplicationThrottled = said(429, "ApplicationThrottled", "The application has been throttled.");
    /// A recipient outside who has no Microsoft account, and other surprises.
    Unspecified = said(500, "generalException", "An unspecified error has occurred.");
    /// An error that the gateway cannot tell apart. Without a message, as it was seen.
    UnknownError = said(500, "UnknownError", "");
    /// What this service does not do. The text was never seen.
    NotSupported = said(501, "notSupported", "The request is not supported.");
    /// The service rests. The text was never seen.
    ServiceNotAvailable = said(
        503,
        "serviceNotAvailable",
        "The service is temporarily unavailable. You may repeat the request after a delay.",
    )
    .headers(&[("retry-after", "120")]);
    /// A 503 with no body at all.
    ServiceNotAvailableEmpty = said(503, "serviceNotAvailable", "").body("");
    /// A call that took too long: it may have been done all the same. The code is a number.
    GatewayTimeout = said(504, "504", "GatewayTimeout")
        .body(r#"{"error":{"code":504,"message":"GatewayTimeout"}}"#);
    /// No room left. The text was never seen.
    QuotaLimitReached = said(507, "quotaLimitReached", "The user has reached their quota limit.");
    /// Too many bytes. The text was never seen.
    BandwidthLimit = said(509, "activityLimitReached", "The bandwidth limit has been exceeded.");
    /// An error of SharePoint's older interface, in its own shape.
    OlderInterface = said(403, "-2147024891", "Access denied.").body(
        r#"{"odata.error":{"code":"-2147024891, System.UnauthorizedAccessException","message":{"lang":"en-US","value":"Access denied. You do not have permission to perform this action or access this resource."}}}"#,
    );
}

impl FaultPreset {
    /// What the service most likely says with a status.
    pub(crate) const fn of_status(status: u16) -> Self {
        match status {
            401 => Self::TokenExpired,
            402 | 403 => Self::AccessDenied,
            404 => Self::ResourceNotFound,
            409 => Self::ResourceModified,
            410 => Self::ResyncRequired,
            412 => Self::ETagMismatch,
            405 => Self::MethodNotAllowed,
            501 => Self::NotSupported,
            423 => Self::Locked,
            429 => Self::Throttled,
            400..=499 => Self::Malformed,
            502..=504 => Self::ServiceNotAvailable,
            507 => Self::QuotaLimitReached,
            509 => Self::BandwidthLimit,
            _ => Self::Unspecified,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_says_what_the_protocol_table_says() {
        let said: Vec<_> = FaultPreset::ALL
            .iter()
            .map(|preset| {
                let said = preset.said();
                let codes =
                    [said.code].iter().chain(said.inner_codes).copied().collect::<Vec<_>>().join(" / ");
                format!("{preset:?}: {} {codes}: {}", said.status, said.message)
            })
            .collect();
        insta::assert_snapshot!(said.join("\n"));
    }

    #[test]
    fn a_status_alone_has_a_body_of_its_own_kind() {
        for status in 400..600 {
            let said = FaultPreset::of_status(status).said();
            assert_eq!(said.status / 100, status / 100, "{status}");
            assert!(said.body.is_none(), "{status}");
        }
    }
}
