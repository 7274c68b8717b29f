//! Every error body that was seen on the wire, as the protocol's facts have them, each with what provokes it.

/// What provokes a body.
#[derive(Clone, Copy)]
pub(crate) enum By {
    /// A row of the tables beside this one, by its name: a documented request, and the state that makes it fail.
    Row(&'static str),
    /// No request is known to provoke it: it can be asked for by this name.
    Name(&'static str),
}

/// A body, and what provokes it.
pub(crate) struct Body {
    pub(crate) when: &'static str,
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) inner: Option<&'static str>,
    pub(crate) message: &'static str,
    /// A header that belongs to it.
    pub(crate) header: Option<(&'static str, &'static str)>,
    pub(crate) by: By,
}

const fn body(
    when: &'static str,
    status: u16,
    code: &'static str,
    inner: Option<&'static str>,
    message: &'static str,
    by: By,
) -> Body {
    Body { when, status, code, inner, message, header: None, by }
}

impl Body {
    const fn with(self, header: (&'static str, &'static str)) -> Self {
        Self { header: Some(header), ..self }
    }
}

const MALFORMED: &str = "The request is malformed or incorrect.";
const LOCKED: &str = "The file is currently checked out or locked for editing by another user.";
const CHANGED: &str = "The resource has changed since the caller last read it; usually an eTag mismatch";
const DEFAULT_LINK: &str = "The default link settings cannot be used to create a sharing link without a scope. Scope must be specified";
const DISABLED: &str = "The feature has been disabled. Please contact your admin to get it enabled.";
const E_TAG: &str = "ETag does not match current item's value";
const APP_ONLY: &str = "Unable to determine the user associated with the provided token. App-only tokens are not supported for this scenario.";
const WAS_VALID: &str =
    "The access token has expired. It's valid from '11/25/2026 3:55:00 PM' and to '11/25/2026 4:59:59 PM'.";

#[rustfmt::skip]
pub(crate) const BODIES: &[Body] = &[
    body("a recipient is unknown", 400, "noResolvedUsers", None, "One or more users could not be resolved.", By::Row("recipient-resolved")),
    body("sharing is being turned off", 400, "sharingFailed", None, "Sharing failed.", By::Row("invitations")),
    body("a recipient needs secure sharing", 400, "invalidRequest", Some("secureSharingInvalidRequest"), "Some users in the request cannot be invited securely.", By::Row("secure-sharing")),
    body("bad JSON", 400, "invalidRequest", None, MALFORMED, By::Row("body-json")),
    body("a bad member", 400, "invalidRequest", None, MALFORMED, By::Row("any: no-such-property")),
    body("an invitation to a business drive ends", 400, "invalidRequest", None, "Invalid request", By::Row("expiry-link-only")),
    body("both flags are false", 400, "invalidRequest", None, "RequireSignIn and SendInvitation cannot both be false", By::Row("invite: flags")),
    body("a parameter that an older farm does not know", 400, "-1, Microsoft.SharePoint.Client.InvalidClientQueryException", None, "The parameter sendNotification does not exist in method invite.", By::Row("no-such-property")),
    body("the same of an end", 400, "-1, Microsoft.SharePoint.Client.InvalidClientQueryException", None, "The parameter expirationDateTime does not exist in method invite.", By::Name("unknownParameter")),
    body("a link's role is changed", 400, "badArgument", None, "One of the provided arguments is not acceptable.", By::Row("link-role")),
    body("a change changes nothing", 400, "invalidRequest", None, "Invalid input: No Information provided to update the specifed permission", By::Row("update permission: update-something")),
    body("a bad drive's id", 400, "invalidRequest", None, "The provided drive id appears to be malformed, or does not represent a valid drive.", By::Row("drive-id")),
    body("an unknown segment", 400, "BadRequest", None, "Resource not found for the segment 'shared'.", By::Row("path-segment")),
    body("an action or a type that is none", 400, "BadRequest", None, "Unsupported segment type. ODataQuery: drive/root:/Notes.txt:/oneDrive.invite", By::Row("action-spelling")),
    body("the default link has no scope", 400, "invalidRequest", None, DEFAULT_LINK, By::Row("default-link")),
    body("an object cannot be shared", 400, "notSupported", Some("objectNotSupported"), "The operation failed because the object does not support sharing.", By::Row("item-id")),
    body("a name has a slash", 400, "invalidRequest", None, "The item name cannot contain a '/'", By::Row("item-name")),
    body("a token that is no JWT", 401, "InvalidAuthenticationToken", None, "IDX14100: JWT is not well formed, there are no dots (.).", By::Row("token-form")),
    body("a token has expired", 401, "InvalidAuthenticationToken", None, "Access token has expired or is not yet valid.", By::Row("token-expired")),
    body("the same, earlier", 401, "InvalidAuthenticationToken", None, "Access token has expired.", By::Name("tokenExpiredEarlier")),
    body("a token that cannot be read", 401, "InvalidAuthenticationToken", None, "CompactToken validation failed with reason code: 80049228.", By::Row("token-signature")),
    body("a token has expired, at a direct endpoint", 401, "unauthenticated", Some("expiredToken"), WAS_VALID, By::Row("token-expired 2")),
    body("there is no token, at a direct endpoint", 401, "unauthenticated", None, "Must be authenticated to use '/drive' syntax", By::Row("token 2")),
    body("no right", 403, "accessDenied", None, "Access denied", By::Row("access")),
    body("an application grants", 403, "accessDenied", None, "Access denied", By::Row("grant-delegated")),
    body("the same in other letters", 403, "accessDenied", None, "Access Denied", By::Name("accessDeniedCapitals")),
    body("an operation is forbidden", 403, "notAllowed", None, "Operation not allowed", By::Row("inherited")),
    body("anonymous links are off", 403, "notAllowed", None, DISABLED, By::Row("anonymous-links"))
        .with(("sharepoint-createsharinglink-error", "Sharing by link is not enabled on the web, site, or tenant.")),
    body("links are off, at a direct endpoint", 403, "accessDenied", None, DISABLED, By::Name("linksDisabled"))
        .with(("sharepoint-createsharinglink-error", "Sharing by link is not enabled on the web, site, or tenant.")),
    body("sharing with people outside is off", 403, "accessDenied", Some("sharingDisabled"), "Access denied", By::Row("external-sharing")),
    body("an application asks for what needs a person", 403, "accessDenied", None, APP_ONLY, By::Name("appOnlyNotSupported")),
    body("an account that has not paid", 403, "notAllowed", None, "Account Upgrade is required for this operation", By::Row("premium")),
    body("an ill-formed item's id", 404, "itemNotFound", None, "Item not found", By::Row("item-id-form")),
    body("an item is missing, or not to be known of", 404, "itemNotFound", None, "The resource could not be found.", By::Row("item-missing 2")),
    body("an item is missing, at the direct endpoint of personal drives", 404, "itemNotFound", None, "Item does not exist", By::Row("item-missing")),
    body("an item was changed meanwhile", 409, "resourceModified", None, CHANGED, By::Name("resourceModified")),
    body("an eTag does not match, at work", 412, "resourceModified", Some("entityTagDoesNotMatch"), E_TAG, By::Row("if-match")),
    body("an eTag does not match, at home", 412, "notAllowed", Some("entityTagDoesNotMatch"), E_TAG, By::Row("if-match 2")),
    body("a file is locked", 423, "accessDenied", Some("resourceLocked"), LOCKED, By::Row("locked")),
    body("a lock is somebody else's", 423, "accessDenied", None, "Lock token does not match existing lock", By::Name("lockMismatch")),
    body("too many requests", 429, "activityLimitReached", Some("throttledRequest"), "The request has been throttled", By::Name("throttled")),
    body("too many requests, as Graph says it of SharePoint", 429, "activityLimitReached", None, "The application or user has been throttled.", By::Name("throttledCaller")),
    body("too many requests of a quota", 429, "activityLimitReached", Some("throttledRequest"), "The request has been throttled", By::Name("throttledQuota")),
    body("too many links of a personal account", 429, "accessDenied", Some("throttledRequest"), "Too Many Requests", By::Name("throttledPersonal"))
        .with(("retry-after", "3360")),
    body("too many requests for Graph's gateway", 429, "TooManyRequests", Some("429"), "Please retry again later.", By::Name("throttledGateway"))
        .with(("retry-after", "2.128")),
    body("a guest has no Microsoft account", 500, "generalException", None, "An unspecified error has occurred.", By::Row("microsoft-account")),
];
