//! The service: a request in, an answer out. Knows no socket.

use std::{
    borrow::Cow,
    collections::HashMap,
    fmt,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use foldhash::fast::FixedState;
use hyper::{
    HeaderMap,
    header::{self, AsHeaderName},
};
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use sharing_model::{Action, ActionKind, BatchRequest, Dialect, Method, NoAction};

use crate::{
    act,
    answer::Answer,
    batch,
    past::Stale,
    refusal::{
        API_NOT_FOUND, CONTENT_TYPE, METHOD, NAME_WITH_SLASH, Refusal, UNKNOWN_SEGMENT, UNSUPPORTED_SEGMENT,
    },
    space::Space,
    token::Caller,
};

/// A request as it came from the wire, alone or in a batch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    /// Percent-encoded, without the space's prefix and the query.
    pub(crate) path: &'a str,
    /// What follows the question mark, still encoded.
    pub(crate) query: Option<&'a str>,
    /// What stands before the path, as in `http://127.0.0.1:4000/_space/one`.
    pub(crate) origin: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
    /// The service's name for the request.
    pub(crate) id: &'a str,
    /// The client's.
    pub(crate) client_id: &'a str,
    /// When it came, by the space's clock. All of a request happens at that moment.
    pub(crate) now: Timestamp,
    pub(crate) in_batch: bool,
    /// How old the state is that a read sees.
    pub(crate) stale: Option<Stale>,
}

impl<'a> Request<'a> {
    /// A header's text; none where it is no text.
    pub(crate) fn header(&self, name: impl AsHeaderName) -> Option<&'a str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The query, and before it what stands in the path as a function's argument: `delta(token='aTE09NjM3')`.
    pub(crate) fn options(&self) -> Cow<'a, str> {
        let query = self.query.unwrap_or_default();
        let call = self.path.strip_suffix(')').and_then(|path| path.rsplit_once("delta("));
        let Some((name, value)) = call.and_then(|(_, argument)| argument.split_once('=')) else {
            return query.into();
        };
        let value = percent_decode_str(value).decode_utf8_lossy();
        let value = value.strip_prefix('\'').and_then(|value| value.strip_suffix('\'')).unwrap_or(&value);
        let argument = form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
        if query.is_empty() { argument.into() } else { format!("{argument}&{query}").into() }
    }
}

/// A version of the service: where it stands, and what is spoken there, its answers' dialect first.
#[derive(Debug)]
pub(crate) struct Version {
    pub(crate) path: &'static str,
    dialects: &'static [Dialect],
}

impl Version {
    /// What answers are spoken in.
    pub(crate) fn dialect(&self) -> Dialect {
        self.dialects.first().copied().unwrap_or_default()
    }
}

/// Where a request leads.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) version: &'static Version,
    /// What it asks for, or why that is no action.
    pub(crate) action: Result<Action, NoAction>,
}

impl Route {
    pub(crate) fn kind(&self) -> Option<ActionKind> {
        self.action.as_ref().ok().map(Action::kind)
    }

    fn method(&self) -> Option<Method> {
        self.action.as_ref().ok().map(Action::method)
    }
}

const VERSIONS: &[Version] = &[
    Version { path: "/v1.0", dialects: &[Dialect::Graph] },
    Version { path: "/beta", dialects: &[Dialect::Graph] },
    Version { path: "/_api/v2.0", dialects: &[Dialect::Direct, Dialect::Server] },
    Version { path: "/_api/v2.1", dialects: &[Dialect::Direct] },
    // What stands at https://api.onedrive.com/v1.0.
    Version { path: "/api.onedrive.com/v1.0", dialects: &[Dialect::DirectPersonal] },
];

/// The dialect that a path is answered in.
pub(crate) fn dialect_of(path: &str) -> Dialect {
    known_dialect_of(path).unwrap_or_default()
}

/// The dialect of the version that a path belongs to; none where it belongs to none, as the login service's do.
pub(crate) fn known_dialect_of(path: &str) -> Option<Dialect> {
    version_of(path).map(|(version, _)| version.dialect())
}

/// The version that a path belongs to, and the path below it.
fn version_of(path: &str) -> Option<(&'static Version, &str)> {
    VERSIONS.iter().find_map(|version| {
        let below = path.strip_prefix(version.path)?;
        (below.is_empty() || below.starts_with('/')).then_some((version, below))
    })
}

/// How many paths are remembered, and how long one may be for that.
const REMEMBERED: usize = 4_096;
const LONGEST_REMEMBERED: usize = 512;

/// What the latest paths lead to. That depends on nothing else, so that it is found out once for those who come again: to
/// list an item and then to share it, or the other way round.
static ROUTES: LazyLock<Mutex<Routes>> = LazyLock::new(Mutex::default);

/// By path; each has one for each method.
type Routes = HashMap<Box<str>, Vec<Arc<Route>>, FixedState>;

/// Finds what a request is about.
pub(crate) fn route(method: &str, path: &str) -> Result<Arc<Route>, Refusal> {
    let routes = || ROUTES.lock().unwrap_or_else(PoisonError::into_inner);
    let is_of_method = |route: &&Arc<Route>| route.method().is_some_and(|own| own.as_str() == method);
    if let Some(known) = routes().get(path).and_then(|known| known.iter().find(is_of_method)) {
        return Ok(Arc::clone(known));
    }
    let route = Arc::new(read_route(method, path)?);
    if route.action.is_ok() && path.len() <= LONGEST_REMEMBERED {
        let mut routes = routes();
        if routes.len() == REMEMBERED {
            routes.clear();
        }
        routes.entry(path.into()).or_default().push(Arc::clone(&route));
    }
    Ok(route)
}

fn read_route(method: &str, path: &str) -> Result<Route, Refusal> {
    let Some((version, below)) = version_of(path) else {
        let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        let versions: Vec<_> = VERSIONS.iter().map(|version| version.path).collect();
        let reason = format!("a path starts with one of {}", versions.join(", "));
        return Err(Refusal::of(&UNKNOWN_SEGMENT, reason).about(first));
    };
    Ok(Route { version, action: Action::parse(method, below, version.dialects) })
}

/// Answers a request that may be answered.
pub(crate) fn answer(
    space: &Space,
    request: &Request<'_>,
    caller: &Caller,
    route: &Route,
) -> Result<Answer, Refusal> {
    let action = route.action.as_ref().map_err(|error| no_action(error.clone(), request.path))?;
    if action.kind() == ActionKind::Batch {
        let batch: BatchRequest = read_body(request)?;
        return batch::answer(space, request, route.version.path, &batch);
    }
    act::act(space, request, caller, action, route.version)
}

fn no_action(error: NoAction, path: &str) -> Refusal {
    let reason = error.to_string();
    let is_personal = dialect_of(path) == Dialect::DirectPersonal;
    match error {
        NoAction::Address(_) if path.to_ascii_lowercase().contains("%2f") => {
            Refusal::of(&NAME_WITH_SLASH, reason)
        }
        NoAction::Address(_) | NoAction::Segment(_) if is_personal => Refusal::of(&API_NOT_FOUND, reason),
        NoAction::Address(address) => {
            let found = address.found();
            let quoted = found.strip_prefix('"').and_then(|found| found.strip_suffix('"'));
            // What ends too early leads nowhere by its last segment.
            let last = path.rsplit('/').find(|segment| !segment.is_empty()).unwrap_or_default();
            Refusal::of(&UNKNOWN_SEGMENT, reason).about(quoted.unwrap_or(last))
        }
        NoAction::Segment(segment) if is_misspelt(&segment) => {
            let below = version_of(path).map_or(path, |(_, below)| below);
            Refusal::of(&UNSUPPORTED_SEGMENT, reason).about(below.trim_start_matches('/'))
        }
        NoAction::Segment(segment) => Refusal::of(&UNKNOWN_SEGMENT, reason).about(&segment),
        NoAction::Method { allowed } => {
            let allowed: Vec<_> = allowed.iter().map(|method| method.as_str()).collect();
            let allowed = allowed.join(", ");
            Refusal::of(&METHOD, format!("allowed here: {allowed}")).with("allow", allowed)
        }
        _ => Refusal::malformed(reason),
    }
}

/// Whether a segment is a type, or an action with the prefix that another dialect has.
fn is_misspelt(segment: &str) -> bool {
    let prefixes = ["microsoft.graph.", "onedrive.", "action."];
    let segment = segment.to_ascii_lowercase();
    prefixes.iter().any(|prefix| segment.starts_with(prefix))
}

/// The body of a request, which says that it is JSON; unpacked, where it says that it is packed.
pub(crate) fn read_body<T: DeserializeOwned>(request: &Request<'_>) -> Result<T, Refusal> {
    let media_type = request
        .header(header::CONTENT_TYPE)
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err(Refusal::of(&CONTENT_TYPE, "Content-Type: a body is application/json"));
    }
    let wrong = |error: &dyn fmt::Display| Refusal::malformed(format!("the body: {error}"));
    // Whole texts are seen to be UTF-8 quicker than their parts.
    let text = str::from_utf8(request.body).map_err(|error| wrong(&error))?;
    serde_json::from_str(text).map_err(|error| wrong(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_a_whole_segment() {
        assert_eq!(version_of("/v1.0/drive/root").map(|(_, path)| path), Some("/drive/root"));
        assert_eq!(version_of("/_api/v2.0").map(|(_, path)| path), Some(""));
        assert!(version_of("/v1.01/drive").is_none());
        assert_eq!(dialect_of("/_api/v2.0/drive"), Dialect::Direct);
    }
}
