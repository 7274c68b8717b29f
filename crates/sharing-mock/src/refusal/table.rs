//! The service's refusals, in its own words: one table.

use super::RefusalFacts;

macro_rules! table {
    ($($name:ident: $rule:literal, $status:literal, $code:literal $(/ $inner:literal)?, $message:literal, $when:literal;)*) => {
        $(pub(crate) const $name: RefusalFacts = RefusalFacts {
            rule: $rule,
            status: $status,
            code: $code,
            inner: table!(@inner $($inner)?),
            message: $message,
            when: $when,
        };)*

        pub(super) static ALL: &[&RefusalFacts] = &[$(&$name),*];
    };
    (@inner) => { None };
    (@inner $inner:literal) => { Some($inner) };
}

#[rustfmt::skip]
table! {
    // The request as a whole.
    // The body's rules are the model's; this is what is wrong before they are asked.
    MALFORMED: "body-json", 400, "invalidRequest", "The request is malformed or incorrect.",
        "a body is no JSON object";
    CONTENT_TYPE: "content-type", 400, "invalidRequest", "The request is malformed or incorrect.",
        "a body's Content-Type is not application/json";
    BODY_TOO_LARGE: "body-size", 413, "invalidRequest", "Request Entity Too Large",
        "a body has more than 4 MiB";
    BODY_ENCODING: "content-encoding", 415, "invalidRequest", "Unsupported Media Type",
        "a body's Content-Encoding is neither gzip nor identity, or the body is not what it says";
    UNKNOWN_PARAMETER: "no-such-property", 400, "-1, Microsoft.SharePoint.Client.InvalidClientQueryException", "The parameter {} does not exist in method invite.",
        "an invitation on a direct endpoint has a property that is not documented";
    UNKNOWN_SEGMENT: "path-segment", 400, "BadRequest", "Resource not found for the segment '{}'.",
        "a path names nothing";
    UNSUPPORTED_SEGMENT: "action-spelling", 400, "BadRequest", "Unsupported segment type. ODataQuery: {}",
        "an action is spelt as another dialect spells it, or a type stands where an action should";
    API_NOT_FOUND: "action-spelling", 400, "invalidRequest", "API not found",
        "a path names nothing on the direct endpoint of personal drives, where actions start with action.";
    METHOD: "method", 405, "notSupported", "The HTTP method is not supported by the requested resource.",
        "a path is asked by a method that it does not have";
    QUERY_OPTION: "query-option", 400, "invalidRequest" / "invalidQueryOption", "Invalid query option '{}'.",
        "a query option is not one that the path has, is spelt with and without $ in one request, or has no such value";
    ORDER_BY: "order-by", 400, "invalidRequest", "The property {} is not supported for OrderBy.",
        "a folder's items are asked for in an order that its drive does not know: business drives and libraries know name and url, personal drives name, size and lastModifiedDateTime";

    // Addresses.
    DRIVE_ID: "drive-id", 400, "invalidRequest", "The provided drive id appears to be malformed, or does not represent a valid drive.",
        "a drive's id has not the form of one";
    ITEM_ID: "item-id-form", 404, "itemNotFound", "Item not found",
        "an item's id has not the form of one";
    MISSING_PERSONAL: "item-missing", 404, "itemNotFound", "Item does not exist",
        "nothing has this address, asked on the direct endpoint of personal drives";
    MISSING: "item-missing", 404, "itemNotFound", "The resource could not be found.",
        "nothing has this address, or nothing that the caller may know of";
    PERMISSION_MISSING: "permission-missing", 404, "itemNotFound", "The resource could not be found.",
        "the item has no permission with this id";
    LIST_ITEM_NUMBER: "item-id", 400, "notSupported" / "objectNotSupported", "The operation failed because the object does not support sharing.",
        "the number of a list's row stands where an item's id should";
    NAME_WITH_SLASH: "item-name", 400, "invalidRequest", "The item name cannot contain a '/'",
        "a name in a path has an encoded slash in it";
    SHARE_TOKEN: "share-token", 400, "invalidRequest", "The request is malformed or incorrect.",
        "a share's token is none";
    SHARE_SITE: "share-site", 400, "invalidRequest", "The site in the encoded share URI is invalid",
        "the sharing URL is on a host that is not the tenant's";

    RESYNC: "delta-token", 410, "resyncRequired" / "resyncApplyDifferences", "Resync required. Replace any local items with the server's version.",
        "a list of changes is asked for since a token that the drive has not given";

    // Who asks.
    TOKEN_MISSING: "token", 401, "InvalidAuthenticationToken", "Access token is empty.",
        "there is no bearer token";
    TOKEN_MISSING_DIRECT: "token", 401, "unauthenticated", "Must be authenticated to use '/drive' syntax",
        "there is no bearer token, asked on a direct endpoint";
    TOKEN_FORM: "token-form", 401, "InvalidAuthenticationToken", "IDX14100: JWT is not well formed, there are no dots (.).",
        "with --auth strict, the token is no JWT";
    TOKEN_STRANGER: "token-signature", 401, "InvalidAuthenticationToken", "CompactToken validation failed with reason code: 80049228.",
        "with --auth strict, the token is of another login; always, a token of this login was changed";
    TOKEN_AUDIENCE: "token-audience", 401, "InvalidAuthenticationToken", "Access token validation failure. Invalid audience.",
        "with --auth strict, the token is for another service";
    TOKEN_EXPIRED: "token-expired", 401, "InvalidAuthenticationToken", "Access token has expired or is not yet valid.",
        "a token of this login has expired, or is not good yet";
    TOKEN_REFUSED_DIRECT: "token-refused", 401, "unauthenticated", "The caller is not authenticated.",
        "with --auth strict, the token is not of this login or for another service, asked on a direct endpoint";
    TOKEN_EXPIRED_DIRECT: "token-expired", 401, "unauthenticated" / "expiredToken", "The access token has expired. It's valid from {}.",
        "a token of this login has expired, or is not good yet, asked on a direct endpoint";
    TOKEN_PERSON: "token-person", 401, "InvalidAuthenticationToken", "Access token validation failure.",
        "the token speaks for somebody who is not in the tenant";
    SCOPE: "scope", 403, "accessDenied", "Access denied",
        "with --auth strict, the token has none of the scopes of which the action needs one";
    APP_ONLY_ME: "app-only-me", 400, "BadRequest", "/me request is only valid with delegated authentication flow.",
        "an application asks in its own name for a drive of its own";

    ACCESS_DENIED: "access", 403, "accessDenied", "Access denied",
        "whoever asks may only read the item, or holds a link that is for others";
    GRANT_BY_APP: "grant-delegated", 403, "accessDenied", "Access denied",
        "an application in its own name lets people use a link";
    GUEST_BY_APP: "recipient-guest", 403, "accessDenied", "Access denied",
        "an application in its own name invites a guest whom the directory does not know";
    GUESTS_BY_APP: "app-only-guests", 500, "generalException", "An unspecified error has occurred.",
        "an application in its own name invites a guest, and the policy lets members of certain groups alone do that";

    // What changes.
    INVITE_EXPIRY: "expiry-link-only", 400, "invalidRequest", "Invalid request",
        "an invitation on a business drive or in a library has an end, which links alone have there";
    ACCOUNT_UPGRADE: "premium", 403, "notAllowed", "Account Upgrade is required for this operation",
        "a permission on a personal drive is to end or to have a password, and its owner has not paid for that";
    SECURE_SHARING: "secure-sharing", 400, "invalidRequest" / "secureSharingInvalidRequest", "Some users in the request cannot be invited securely.",
        "a work account is invited to an item on a personal drive and has to sign in";
    EXTERNAL_ID: "recipient-external-id", 400, "invalidRequest", "The request is malformed or incorrect.",
        "a guest is named by an object id";
    ITEMS_BELOW: "items-below", 429, "activityLimitReached", "The request has been throttled",
        "an item with more than 100,000 items below it is to have permissions of its own; no waiting helps";
    PERMISSION_SCOPES: "permission-scopes", 403, "notAllowed", "Operation not allowed",
        "a drive already has 50,000 items with permissions of their own";
    ETAG_FORM: "if-match-form", 400, "invalidRequest" / "malformedEntityTag", "The request is malformed or incorrect.",
        "If-Match or If-None-Match is no eTag";
    ETAG: "if-match", 412, "resourceModified" / "entityTagDoesNotMatch", "ETag does not match current item's value",
        "If-Match names another eTag than the item's, on a business drive or in a library";
    ETAG_PERSONAL: "if-match", 412, "notAllowed" / "entityTagDoesNotMatch", "ETag does not match current item's value",
        "If-Match names another eTag than the item's, on a personal drive";
    INHERITED: "inherited", 403, "notAllowed", "Operation not allowed",
        "an inherited permission is changed or taken away; that is done where it was granted";
    LINK_ROLE: "link-role", 400, "badArgument", "One of the provided arguments is not acceptable.",
        "a link's role is changed; a link keeps the role of its type";
    GRANT_END: "grant-end", 400, "invalidRequest", "Invalid input: No Information provided to update the specifed permission",
        "what somebody holds on a business drive or in a library is to end, where links alone do, and nothing else is changed";
    UNRESOLVED: "recipient-resolved", 400, "noResolvedUsers", "One or more users could not be resolved.",
        "one recipient cannot be found; then nobody is given anything";
    GRANTEE: "grantee", 400, "invalidRequest", "The request is malformed or incorrect.",
        "a permission is made for another grantee than one application in grantedToV2, without a role, or on a personal drive";
    GRANT_ROLES: "grant-roles", 400, "invalidRequest", "The request is malformed or incorrect.",
        "people are to use a link with other roles than the link's own";
    GRANT_LINK: "grant-link", 400, "invalidRequest", "The request is malformed or incorrect.",
        "people are to use a share that is no link for people";
    REVOKE_LINK: "revoke-link", 400, "invalidRequest", "The request is malformed or incorrect.",
        "people are taken off a permission that is no link for people";

    REMOTE_FOLDER: "remote-folder", 400, "invalidRequest", "The request is malformed or incorrect.",
        "what is to be added to a personal drive is a file, or in that drive itself";
    NAME_TAKEN: "name-taken", 409, "nameAlreadyExists", "The specified item name already exists.",
        "a shared folder is added under a name that the drive's root has already";
    PASSWORD_NONE: "password-none", 400, "invalidRequest", "The request is malformed or incorrect.",
        "the password of a permission is to be judged that has none";
    PASSWORD_WRONG: "password-wrong", 403, "accessDenied", "Access denied",
        "the password is not the link's";
    SITE_BY_PERSON: "site-app-only", 403, "accessDenied", "Access denied",
        "a person asks for a site's permissions, which are for applications in their own name";
    CONTAINER_USER: "container-user", 400, "invalidRequest", "One or more users could not be resolved.",
        "nobody who can sign in has the principal name that is to have a role in a container";
    OWNER_STAYS: "owner-stays", 403, "notAllowed", "Operation not allowed",
        "an owner of a container is to have a lesser role";
    CONTAINER_ROOT: "container-root", 403, "notAllowed", "Operation not allowed",
        "people are invited to the root of a container, or it is given to an application";
    CONTAINER_BY_APP: "container-app-only", 403, "accessDenied", "Access denied",
        "an application in its own name invites to what is in a container";
    CONTAINER_MAIL: "container-mail", 400, "invalidRequest", "The request is malformed or incorrect.",
        "an invitation to what is in a container is to be mailed";

    // What the tenant allows, and what it cannot do.
    INVITATIONS_OFF: "invitations", 400, "sharingFailed", "Sharing failed.",
        "the policy takes no invitations at all, whoever they are for";
    EXTERNAL_SHARING: "external-sharing", 403, "accessDenied" / "sharingDisabled", "Access denied",
        "a guest is invited whom the policy's sharingCapabilities keep out";
    ANONYMOUS_LINKS: "anonymous-links", 403, "notAllowed", "The feature has been disabled. Please contact your admin to get it enabled.",
        "an anonymous link is made, and the policy has none";
    DEFAULT_LINK: "default-link", 400, "invalidRequest", "The default link settings cannot be used to create a sharing link without a scope. Scope must be specified",
        "a link is made without a scope, and the policy's default link has none either";
    NO_MICROSOFT_ACCOUNT: "microsoft-account", 500, "generalException", "An unspecified error has occurred.",
        "a guest is invited who has no Microsoft account to sign in with";
    LOCKED: "locked", 423, "accessDenied" / "resourceLocked", "The file is currently checked out or locked for editing by another user.",
        "somebody else has the file checked out";

    // Batches.
    BATCH_ORDER: "batch-order", 400, "invalidRequest", "The request is malformed or incorrect.",
        "a member of a batch depends on one that does not come before it";
    BATCH_NESTED: "batch-nested", 400, "invalidRequest", "The request is malformed or incorrect.",
        "a batch holds a batch";
    BATCH_DEPENDENCY: "batch-dependency", 424, "failedDependency", "Failed Dependency",
        "a member of a batch depends on one that failed";
}
