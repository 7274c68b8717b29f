//! Who asks: what a bearer token says, and what its holder may do.

use std::{fmt, str::FromStr};

use hyper::header;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sharing_model::{ActionKind, Dialect, Scopes, TokenKind};

use crate::{
    login::key,
    refusal::{
        Refusal, SCOPE, TOKEN_AUDIENCE, TOKEN_EXPIRED, TOKEN_EXPIRED_DIRECT, TOKEN_FORM,
        TOKEN_REFUSED_DIRECT, TOKEN_STRANGER,
    },
    service::Request,
};

/// The tenant of all personal accounts.
pub(crate) const PERSONAL_TENANT: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// Where each cloud signs in.
pub(crate) const LOGIN_HOSTS: [&str; 3] = [
    "https://login.microsoftonline.com",
    "https://login.microsoftonline.us",
    "https://login.partner.microsoftonline.cn",
];

/// Which tokens the service takes.
///
/// ```
/// use sharing_mock::AuthMode;
///
/// assert_eq!("strict".parse(), Ok(AuthMode::Strict));
/// assert_eq!(AuthMode::default().to_string(), "any");
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthMode {
    /// Any: it then speaks for the sample user, who may do everything. A token of the mock's own login says itself who
    /// asks and when it ends.
    #[default]
    Any,
    /// Those of the mock's own login alone, each for what its scopes allow.
    Strict,
}

impl fmt::Display for AuthMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Any => "any",
            Self::Strict => "strict",
        })
    }
}

impl FromStr for AuthMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "any" => Ok(Self::Any),
            "strict" => Ok(Self::Strict),
            _ => Err(format!("{text:?} is no way to judge tokens; there are any and strict")),
        }
    }
}

/// What a token of the mock's own login says, in the service's words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    pub(crate) aud: String,
    pub(crate) iss: String,
    pub(crate) iat: i64,
    pub(crate) nbf: i64,
    pub(crate) exp: i64,
    pub(crate) app_displayname: String,
    pub(crate) appid: String,
    pub(crate) appidacr: String,
    pub(crate) idtyp: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    pub(crate) oid: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) roles: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) scp: Option<String>,
    pub(crate) tid: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unique_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) upn: Option<String>,
    pub(crate) uti: String,
    pub(crate) ver: String,
}

/// Whoever asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) kind: TokenKind,
    /// The object id of the person that the token speaks for; `None` for the sample user and for an application.
    pub(crate) person: Option<String>,
    /// The client id of the application that got the token, where that is known.
    pub(crate) application: Option<String>,
    /// Whether the token is of a personal account.
    pub(crate) is_personal: bool,
    /// What the token allows; `None` for everything.
    pub(crate) scopes: Option<Vec<String>>,
}

impl Caller {
    /// The sample user, who may do everything.
    const fn sample() -> Self {
        Self { kind: TokenKind::Delegated, person: None, application: None, is_personal: false, scopes: None }
    }

    fn of(claims: Claims) -> Self {
        let is_app = claims.idtyp == "app";
        let scopes = match (claims.roles, claims.scp) {
            (Some(roles), _) if is_app => roles,
            (_, scp) => scp.unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
        };
        Self {
            kind: if is_app { TokenKind::Application } else { TokenKind::Delegated },
            person: (!is_app).then_some(claims.oid),
            application: Some(claims.appid),
            is_personal: claims.tid == PERSONAL_TENANT,
            scopes: Some(scopes),
        }
    }

    /// The scopes of which an action needs one from such a caller.
    pub(crate) fn needs(&self, action: ActionKind) -> &'static [&'static str] {
        action.facts().scopes.of(self.kind, self.is_personal)
    }

    /// Refuses an action that the token's scopes do not allow. Only [`AuthMode::Strict`] asks.
    pub(crate) fn permit(&self, action: ActionKind) -> Result<(), Refusal> {
        let Some(scopes) = &self.scopes else { return Ok(()) };
        let needed = self.needs(action);
        // A batch needs none of its own: its members do.
        if action == ActionKind::Batch || scopes.iter().any(|scope| needed.contains(&Scopes::in_graph(scope)))
        {
            return Ok(());
        }
        let claim = match self.kind {
            TokenKind::Application => "roles",
            _ => "scp",
        };
        let held = if scopes.is_empty() { "nothing".to_owned() } else { scopes.join(", ") };
        let reason = if needed.is_empty() {
            format!("{action} is not supported for such an account")
        } else {
            format!("the token's {claim} has {held}; {action} needs one of {}", needed.join(", "))
        };
        Err(Refusal::of(&SCOPE, reason))
    }
}

/// Reads the `Authorization` header: who asks, if the token is one that is taken here and now.
///
/// # Errors
///
/// The service's 401.
pub(crate) fn authorize(request: &Request<'_>, mode: AuthMode, dialect: Dialect) -> Result<Caller, Refusal> {
    let token = request
        .header(header::AUTHORIZATION)
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .filter(|token| !token.is_empty())
        .ok_or_else(|| Refusal::unauthenticated(dialect))?;
    let is_strict = mode == AuthMode::Strict;
    if !is_strict && !key::is_own(token) {
        return Ok(Caller::sample());
    }
    let refused = |why| Err(refusal(why, dialect));
    if token.bytes().filter(|byte| *byte == b'.').count() != 2 {
        return refused(Why::Malformed);
    }
    if !key::is_own(token) {
        return refused(Why::Stranger);
    }
    let Some(claims) = key::verify::<Claims>(token) else { return refused(Why::Signature) };
    let second = request.now.as_second();
    if second >= claims.exp || second < claims.nbf {
        return refused(Why::Expired { from: claims.nbf, until: claims.exp });
    }
    if is_strict && !audience::is_of(&claims.aud, dialect, audience::host_of(request.origin)) {
        return refused(Why::Audience(claims.aud));
    }
    Ok(Caller::of(claims))
}

/// Why a token is not taken.
enum Why {
    Malformed,
    /// Another login signed it, if any did.
    Stranger,
    Signature,
    Expired {
        from: i64,
        until: i64,
    },
    Audience(String),
}

fn refusal(why: Why, dialect: Dialect) -> Refusal {
    const OWN: &str = "here only those of /{tenant}/oauth2/v2.0/token are taken";
    let is_graph = dialect == Dialect::Graph;
    let of = |facts, reason| Refusal::of(if is_graph { facts } else { &TOKEN_REFUSED_DIRECT }, reason);
    let refusal = match why {
        Why::Malformed => of(&TOKEN_FORM, format!("the token is no JWT; {OWN}")),
        Why::Stranger => of(&TOKEN_STRANGER, format!("the token is of another login; {OWN}")),
        Why::Signature => {
            of(&TOKEN_STRANGER, "the token is no access token of this login, or was changed since".to_owned())
        }
        Why::Audience(audience) => {
            of(&TOKEN_AUDIENCE, format!("the token is for {audience}, not for this service"))
        }
        Why::Expired { from, until } => {
            let at = |second| Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
            let (from, until) = (at(from), at(until));
            let reason = format!("the token is good from {from} until {until}");
            if is_graph {
                Refusal::of(&TOKEN_EXPIRED, reason)
            } else {
                let shown = |at: Timestamp| at.strftime("%-m/%-d/%Y %-I:%M:%S %p").to_string();
                let span = format!("'{}' and to '{}'", shown(from), shown(until));
                Refusal::of(&TOKEN_EXPIRED_DIRECT, reason).about(&span)
            }
        }
    };
    refusal.challenging()
}

/// For whom a token is.
pub(crate) mod audience {
    use sharing_model::Dialect;

    /// Graph, by its usual name.
    pub(crate) const GRAPH: &str = "https://graph.microsoft.com";
    const GRAPH_ID: &str = "00000003-0000-0000-c000-000000000000";
    const SHAREPOINT_ID: &str = "00000003-0000-0ff1-ce00-000000000000";
    const GRAPHS: [&str; 4] = [
        "graph.microsoft.com",
        "graph.microsoft.us",
        "dod-graph.microsoft.us",
        "microsoftgraph.chinacloudapi.cn",
    ];
    const SHAREPOINTS: [&str; 4] =
        [".sharepoint.com", ".sharepoint.us", ".sharepoint-mil.us", ".sharepoint.cn"];

    /// The host of an origin, with its port.
    pub(crate) fn host_of(origin: &str) -> &str {
        let after_scheme = origin.split_once("://").map_or(origin, |(_, rest)| rest);
        after_scheme.split('/').next().unwrap_or_default()
    }

    /// Whether tokens for this resource are handed out: for Graph, for SharePoint, and for the mock itself.
    pub(crate) fn is_known(resource: &str, host: &str) -> bool {
        is_own(resource, host) || is_graph(resource) || is_sharepoint(resource)
    }

    /// Whether a token for this resource is good at an endpoint that speaks a dialect.
    pub(crate) fn is_of(resource: &str, dialect: Dialect, host: &str) -> bool {
        is_own(resource, host)
            || match dialect {
                Dialect::Graph => is_graph(resource),
                _ => is_sharepoint(resource),
            }
    }

    fn is_own(resource: &str, host: &str) -> bool {
        let rest = resource.strip_prefix("http://").or_else(|| resource.strip_prefix("https://"));
        rest.is_some_and(|rest| !host.is_empty() && rest.split('/').next() == Some(host))
    }

    fn is_graph(resource: &str) -> bool {
        let resource = resource.trim_end_matches('/');
        resource.eq_ignore_ascii_case(GRAPH_ID)
            || resource.strip_prefix("https://").is_some_and(|host| GRAPHS.contains(&host))
    }

    fn is_sharepoint(resource: &str) -> bool {
        let resource = resource.trim_end_matches('/');
        resource.eq_ignore_ascii_case(SHAREPOINT_ID)
            || resource.strip_prefix("https://").is_some_and(|host| {
                !host.contains('/') && SHAREPOINTS.iter().any(|domain| host.ends_with(domain))
            })
    }
}
