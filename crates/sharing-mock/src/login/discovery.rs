//! What the login service tells about itself before anybody signs in.

use serde_json::{Value, json};

/// The version of the tokens that a document tells about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// Tokens for the sharing service, whose issuer is `https://sts.windows.net/{tenant}/`.
    V1,
    /// Tokens that say who signed in.
    V2,
}

impl Version {
    /// The OpenID configuration of a tenant, `asked` by one of its names.
    pub(crate) fn configuration(self, base: &str, asked: &str, tenant: &str) -> Value {
        let issuer = match self {
            Self::V1 => format!("https://sts.windows.net/{tenant}/"),
            Self::V2 => format!("{base}/{tenant}/v2.0"),
        };
        json!({
            "token_endpoint": format!("{base}/{asked}/oauth2/v2.0/token"),
            "token_endpoint_auth_methods_supported":
                ["client_secret_post", "private_key_jwt", "client_secret_basic"],
            "jwks_uri": format!("{base}/{asked}/discovery/v2.0/keys"),
            "response_modes_supported": ["query", "fragment", "form_post"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "issuer": issuer,
            "request_uri_parameter_supported": false,
            // Libraries insist on it; nobody can sign in there.
            "authorization_endpoint": format!("{base}/{asked}/oauth2/v2.0/authorize"),
            "device_authorization_endpoint": format!("{base}/{asked}/oauth2/v2.0/devicecode"),
            "claims_supported":
                ["sub", "iss", "aud", "exp", "iat", "name", "preferred_username", "oid", "tid", "ver"],
            "tenant_region_scope": "EU",
        })
    }
}

/// The names of this login service, for libraries that ask before they trust one.
pub(crate) fn instances(base: &str) -> Value {
    let host = base.split_once("://").map_or(base, |(_, rest)| rest);
    json!({
        "tenant_discovery_endpoint": format!("{base}/common/v2.0/.well-known/openid-configuration"),
        "api-version": "1.1",
        "metadata": [{ "preferred_network": host, "preferred_cache": host, "aliases": [host] }],
    })
}
