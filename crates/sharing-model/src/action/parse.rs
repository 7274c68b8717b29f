//! Reading an action out of a request: what a service does with what a client printed.

use std::fmt;

use percent_encoding::percent_decode_str;

use super::{
    Action, Target,
    table::{ACTIONS, BATCH, DELTA, Method, PERMISSIONS, Place, SHARED_WITH_ME, Suffix},
};
use crate::{AddressError, Dialect, DriveAddress, ItemAddress, Segment};

impl Action {
    /// Reads what a request asks: the other direction of [`method`](Self::method) and [`path`](Self::path). Headers and
    /// body are left out.
    ///
    /// Several dialects may be spoken at one place: an action's name is taken in any of them.
    ///
    /// # Errors
    ///
    /// What is no action, as the service would tell it apart.
    ///
    /// ```
    /// use sharing_model::{Action, ActionKind, Dialect};
    ///
    /// let action = Action::parse("POST", "/drive/items/01NQ/oneDrive.invite", &[Dialect::Direct])?;
    /// assert_eq!(action.kind(), ActionKind::Invite);
    /// # Ok::<(), sharing_model::NoAction>(())
    /// ```
    pub fn parse(method: &str, path: &str, dialects: &[Dialect]) -> Result<Self, NoAction> {
        let (target, rest) = Target::split_url_path(path).map_err(NoAction::Address)?;
        let segments = rest.split('/').filter(|segment| !segment.is_empty());
        let mut rest: Vec<&str> = Vec::with_capacity(4);
        segments.for_each(|segment| rest.extend(keyed(segment).into_iter().flatten()));
        let spells = |segment: &str, name| dialects.iter().any(|dialect| dialect.spells(segment, name));
        let follows = |rest: &[&str], suffix| match (rest, suffix) {
            ([], Suffix::Nothing) => true,
            ([segment], Suffix::Relation(name)) => segment.eq_ignore_ascii_case(name),
            ([segment], Suffix::Action(name)) => {
                spells(segment, name) || spells(without_arguments(segment), name)
            }
            _ => false,
        };
        let is_at = |place| match (&target, place) {
            (Target::Drive(_), Place::SharedWithMe) => follows(&rest, Suffix::Action(SHARED_WITH_ME)),
            (Target::Share(_), Place::ShareRelation(name)) => follows(&rest, Suffix::Relation(name)),
            (Target::Drive(_), Place::Drive)
            | (Target::Site(_) | Target::SiteByPath { .. }, Place::Site)
            | (Target::Share(_), Place::Share) => rest.is_empty(),
            (Target::Share(_), Place::Site) => matches!(&*rest, [word] if word.eq_ignore_ascii_case("site")),
            (Target::Item(_), Place::Item(suffix)) => follows(&rest, suffix),
            (Target::Item(_), Place::Permission(suffix)) => match &*rest {
                [first, _, rest @ ..] => first.eq_ignore_ascii_case(PERMISSIONS) && follows(rest, suffix),
                _ => false,
            },
            (Target::Share(_), Place::SharePermission(suffix)) => match &*rest {
                [first, rest @ ..] => first.eq_ignore_ascii_case("permission") && follows(rest, suffix),
                _ => false,
            },
            (Target::Service, Place::Batch) => true,
            _ => false,
        };
        let mut asked = ACTIONS.iter().filter(|facts| facts.method.as_str() == method);
        let Some(facts) = asked.find(|facts| is_at(facts.place)) else {
            let known = ACTIONS.iter().filter(|facts| is_at(facts.place));
            let allowed: Vec<_> = known.map(|facts| facts.method).collect();
            return Err(if allowed.is_empty() {
                // The first segment that leads nowhere.
                let at = match rest.first() {
                    Some(&PERMISSIONS) => 2,
                    Some(&"permission") => 1,
                    _ => 0,
                };
                let segment = rest.get(at).or(rest.last()).copied().unwrap_or_default();
                NoAction::Segment(segment.to_owned())
            } else {
                NoAction::Method { allowed }
            });
        };
        let target = match (facts.place, target, &*rest) {
            (Place::Permission(_), Target::Item(item), [_, id, ..]) => {
                let id = decode(id).ok_or_else(|| NoAction::Segment((*id).to_owned()))?;
                Target::Permission { item, id }
            }
            (Place::Site, Target::Share(token), _) => Target::SiteOfShare(token),
            (_, target, _) => target,
        };
        Ok(Self::of(facts.kind, target))
    }
}

impl Target {
    /// Reads what a URL's path starts with; an item where it can be one.
    fn split_url_path(path: &str) -> Result<(Self, &str), AddressError> {
        if path == BATCH {
            return Ok((Self::Service, ""));
        }
        let error = match ItemAddress::split_url_path(path) {
            Ok((item, rest)) => return Ok((Self::Item(item), rest)),
            Err(error) => error,
        };
        if let Ok(drive) = DriveAddress::from_url_path(path) {
            return Ok((Self::Drive(drive), ""));
        }
        if let Some((drive, function)) = path.trim_end_matches("()").rsplit_once('/')
            && function.to_ascii_lowercase().ends_with("sharedwithme")
            && let Ok(drive @ (DriveAddress::Me | DriveAddress::Default)) = DriveAddress::from_url_path(drive)
        {
            return Ok((Self::Drive(drive), function));
        }
        if let Some(site) = Self::site_by_path(path) {
            return Ok((site, ""));
        }
        // As in an address, the slash at the very start may be forgotten.
        let start = path.strip_prefix('/').unwrap_or(path);
        let (first, after) =
            start.split_once('/').map_or((start, None), |(first, after)| (first, Some(after)));
        let (word, key, rest) = match (keyed(first), after) {
            ([Some(word), Some(key)], _) => (word, Some(key), &start[first.len()..]),
            (_, None) => (first, None, ""),
            (_, Some(after)) => {
                let key = after.split('/').next().unwrap_or_default();
                (first, Some(key), &after[key.len()..])
            }
        };
        match (word, key.and_then(decode)) {
            ("sites", Some(site)) if matches!(rest, "" | "/") => Ok((Self::Site(site), "")),
            ("shares", Some(token)) => Ok((Self::Share(token), rest)),
            _ => Err(error),
        }
    }
}

impl Target {
    /// `/sites/{host}:/{path}`, with or without a colon at its end; also as clients write it that know of ids alone, in
    /// one encoded segment.
    fn site_by_path(url_path: &str) -> Option<Self> {
        let site = url_path.trim_start_matches('/').strip_prefix("sites/")?;
        let as_id = site.trim_end_matches('/');
        let decoded = percent_decode_str(as_id).decode_utf8().ok()?;
        if !as_id.contains('/')
            && let Some((host, path)) = decoded.split_once(":/")
        {
            let names = path.strip_suffix(':').unwrap_or(path).split('/').filter(|name| !name.is_empty());
            return Some(Self::SiteByPath {
                host: Segment::new(host)?,
                path: names.map(Segment::new).collect::<Option<_>>()?,
            });
        }
        let (host, path) = site.split_once(":/")?;
        let names = path.strip_suffix(':').unwrap_or(path).split('/').filter(|name| !name.is_empty());
        Some(Self::SiteByPath { host: decode(host)?, path: names.map(decode).collect::<Option<_>>()? })
    }
}

/// A segment, or the two that OData writes as one: `permissions('aTowIy5m')`.
fn keyed(segment: &str) -> [Option<&str>; 2] {
    let key = ["'", "%27"].into_iter().find_map(|quote| {
        let (word, key) = segment.strip_suffix(')')?.strip_suffix(quote)?.split_once('(')?;
        Some((word, key.strip_prefix(quote)?))
    });
    match key {
        Some((word, key)) if !key.is_empty() => [Some(word), Some(key)],
        _ => [Some(segment), None],
    }
}

/// A function's name, where its arguments stand in the path: `delta(token='aTE09NjM3')`.
fn without_arguments(segment: &str) -> &str {
    match segment.strip_suffix(')').and_then(|start| start.split_once('(')) {
        Some((name, _)) if name.ends_with(DELTA) => name,
        _ => segment,
    }
}

/// A quote is written twice in OData's parentheses; no id has one.
fn decode(segment: &str) -> Option<Segment> {
    Segment::new(percent_decode_str(segment).decode_utf8().ok()?)
}

/// Why a request is no action.
///
/// ```
/// use sharing_model::{Action, Dialect, NoAction};
///
/// let error = Action::parse("PUT", "/drive/root/permissions", &[Dialect::Graph]).unwrap_err();
/// assert_eq!(error.to_string(), "method not allowed; allowed here: GET, POST");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoAction {
    /// Its path starts with nothing that has an address.
    Address(AddressError),
    /// This segment, after an address, names nothing.
    Segment(String),
    /// Its path names something that cannot be asked by this method.
    Method {
        /// The methods by which it can be asked.
        allowed: Vec<Method>,
    },
}

impl fmt::Display for NoAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(error) => error.fmt(f),
            Self::Segment(segment) => write!(f, "no action is called {segment:?}"),
            Self::Method { allowed } => {
                let allowed: Vec<_> = allowed.iter().map(|method| method.as_str()).collect();
                write!(f, "method not allowed; allowed here: {}", allowed.join(", "))
            }
        }
    }
}

impl std::error::Error for NoAction {}
