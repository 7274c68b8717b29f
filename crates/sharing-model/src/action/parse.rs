//! Reading an action out of a request: what a service does with what a client printed.

use std::fmt;

use percent_encoding::percent_decode_str;

use super::{
    Action, Target,
    table::{ACTIONS, BATCH, CONTAINERS, DELTA, Method, PERMISSIONS, Place, SHARED_WITH_ME, Suffix},
};
use crate::{AddressError, Dialect, DriveAddress, ItemAddress, Segment, SiteAddress};

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
            (Target::Drive(_), Place::Drive) | (Target::Share(_), Place::Share) => rest.is_empty(),
            (Target::Site(_), Place::Site(suffix)) => follows(&rest, suffix),
            (Target::Site(_), Place::SitePermission) => {
                matches!(&*rest, [word, _] if word.eq_ignore_ascii_case(PERMISSIONS))
            }
            (Target::Container(_), Place::ContainerPermissions) => {
                follows(&rest, Suffix::Relation(PERMISSIONS))
            }
            (Target::Share(_), Place::Site(Suffix::Nothing)) => follows(&rest, Suffix::Relation("site")),
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
            (Place::SitePermission, Target::Site(site), [_, id]) => {
                let id = decode(id).ok_or_else(|| NoAction::Segment((*id).to_owned()))?;
                Target::SitePermission { site, id }
            }
            (Place::Site(_), Target::Share(token), _) => Target::SiteOfShare(token),
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
        if let Ok((site, rest)) = SiteAddress::split_url_path(path) {
            let first = rest.split('/').nth(1).unwrap_or_default();
            let word = keyed(first)[0].unwrap_or_default();
            if word.is_empty() || word.eq_ignore_ascii_case(PERMISSIONS) {
                return Ok((Self::Site(site), rest));
            }
        }
        // As in an address, the slash at the very start may be forgotten.
        let start = path.strip_prefix('/').unwrap_or(path);
        if let Some((token, rest)) = below(start, "shares") {
            return decode(token).map(|token| (Self::Share(token), rest)).ok_or(error);
        }
        if let Some((id, rest)) = below(start, &CONTAINERS[1..]) {
            return decode(id).map(|id| (Self::Container(id), rest)).ok_or(error);
        }
        Err(error)
    }
}

/// What stands below a word: the next segment, or the key in parentheses, and the rest.
fn below<'a>(path: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    let after = path.get(word.len()..).filter(|_| path[..word.len()].eq_ignore_ascii_case(word))?;
    if let Some(after) = after.strip_prefix('/') {
        return Some(after.split_at(after.find('/').unwrap_or(after.len())));
    }
    let (key, rest) = after.split_at(after.find('/').unwrap_or(after.len()));
    match keyed(key) {
        [Some(""), Some(key)] => Some((key, rest)),
        _ => None,
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
