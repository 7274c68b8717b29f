//! Query options: which properties, which elements, how many of them.

mod filter;
mod order;

use std::borrow::Cow;

use serde_json::{Map, Value};
use sharing_model::ActionKind;

pub(crate) use self::filter::Filter;
use self::order::Order;
use crate::{
    drive::{Drive, ItemIndex},
    refusal::{QUERY_OPTION, Refusal},
};

/// How many elements a page has where the request does not say.
const PAGE: usize = 200;

/// The query options of one request.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Query {
    /// `$select`: the properties to answer with.
    select: Option<Vec<String>>,
    /// `$expand`: `children`, or a share's relation.
    expand: Vec<String>,
    filter: Option<Filter>,
    /// `$orderby`: what a folder's items are sorted by.
    order: Vec<Order>,
    /// `$top`: how many elements a page may have.
    top: Option<usize>,
    /// `$skiptoken`: how many elements stand on the pages before.
    skip: usize,
    /// `token` of a list of changes.
    pub(crate) token: Option<String>,
    /// The state of the drive as of the first page of a list of changes; in `$skiptoken`.
    pub(crate) until: Option<u64>,
    /// All but `$skiptoken`, as it came, for the link to the next page.
    rest: String,
}

impl Query {
    /// Reads the options that an action has. A name may stand with `$` or without, alike in all of one request; names are
    /// case-sensitive. What has no `$` and is no option is the client's own affair.
    pub(crate) fn read(query: &str, kind: ActionKind) -> Result<Self, Refusal> {
        let mut read = Self::default();
        if query.is_empty() {
            return Ok(read);
        }
        let mut spelt_with_dollar = None;
        let mut rest = form_urlencoded::Serializer::new(String::new());
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let (dollar, option) = match name.strip_prefix('$') {
                Some(option) => (true, option),
                None => (false, &*name),
            };
            if !read.take(option, &value, kind)? {
                if dollar {
                    return Err(refused(
                        &name,
                        format!("{kind} has no such option; names are case-sensitive"),
                    ));
                }
                continue;
            }
            if option != "skiptoken" && option != "skipToken" {
                rest.append_pair(&name, &value);
            }
            // `token` has no other spelling.
            if option != "token" && *spelt_with_dollar.get_or_insert(dollar) != dollar {
                return Err(refused(&name, "options are spelt with $ or without, not both in one request"));
            }
        }
        read.rest = rest.finish();
        Ok(read)
    }

    /// Takes an option, if it is one that the action has.
    fn take(&mut self, option: &str, value: &str, kind: ActionKind) -> Result<bool, Refusal> {
        use ActionKind as K;
        let lists =
            matches!(kind, K::ListChildren | K::ListChanges | K::ListPermissions | K::ListSharedWithMe);
        let is_answered_with_objects =
            !matches!(kind, K::DeletePermission | K::ValidatePermission | K::Batch);
        match option {
            "select" if is_answered_with_objects => {
                let names = list(value);
                if names.is_empty() {
                    return Err(refused(value, "select: the names of properties, with commas between"));
                }
                self.select = Some(names);
            }
            "expand" if matches!(kind, K::GetItem | K::ListChildren | K::GetShare) => {
                let known: &[&str] = match kind {
                    K::GetItem => &["children"],
                    K::GetShare => &["driveItem", "root", "items", "permission"],
                    _ => &[],
                };
                self.expand = list(value);
                let unknown =
                    self.expand.iter().find(|name| !known.contains(&name.split('(').next().unwrap_or(name)));
                if let Some(unknown) = unknown {
                    return Err(refused(unknown, format!("expand: {kind} has {}", names(known))));
                }
            }
            "filter" if kind == K::ListPermissions => {
                let filter =
                    Filter::read(value).map_err(|reason| refused(value, format!("filter: {reason}")))?;
                self.filter = Some(filter);
            }
            "orderby" if kind == K::ListChildren => {
                self.order =
                    Order::read(value).map_err(|reason| refused(value, format!("orderby: {reason}")))?;
            }
            "top" if lists => {
                let top = value.parse().ok().filter(|top| (1..=5000).contains(top));
                self.top = Some(top.ok_or_else(|| refused(value, "top: a number from 1 to 5000"))?);
            }
            "skiptoken" | "skipToken" if lists => {
                let place =
                    decode(value).ok_or_else(|| refused(value, "skiptoken: one out of a next link"))?;
                (self.skip, self.until) = place;
            }
            "token" if kind == K::ListChanges => self.token = Some(value.to_owned()),
            // Known everywhere, and without a meaning here.
            "count" | "format" if lists => {}
            _ => return Ok(false),
        }
        Ok(true)
    }

    pub(crate) fn expands(&self, relation: &str) -> bool {
        self.expand.iter().any(|name| name.split('(').next() == Some(relation))
    }

    /// Whether a property is asked for that is told only then.
    pub(crate) fn selects(&self, property: &str) -> bool {
        self.select.iter().flatten().any(|wanted| wanted == property)
    }

    /// Whether elements are wanted with all that they have.
    pub(crate) const fn is_whole(&self) -> bool {
        self.select.is_none()
    }

    /// Whether a list is wanted whole, in one page, and with all that its elements have.
    pub(crate) const fn is_whole_list(&self) -> bool {
        self.is_whole() && self.filter.is_none() && self.top.is_none() && self.skip == 0
    }

    /// The elements of one page, and the query of the next page's URL where there is one. Lists that have never been
    /// seen in pages come in pages only where `$top` asks for them.
    pub(crate) fn page<T>(
        &self,
        all: impl IntoIterator<Item = T>,
        in_pages: bool,
    ) -> (Vec<T>, Option<String>) {
        self.cut(all, self.top.unwrap_or(if in_pages { PAGE } else { usize::MAX }), None)
    }

    /// The same for a list of changes, whose pages all show the drive as of one moment.
    pub(crate) fn page_until<T>(
        &self,
        all: impl IntoIterator<Item = T>,
        until: u64,
    ) -> (Vec<T>, Option<String>) {
        self.cut(all, self.top.unwrap_or(PAGE), Some(until))
    }

    fn cut<T>(
        &self,
        all: impl IntoIterator<Item = T>,
        size: usize,
        until: Option<u64>,
    ) -> (Vec<T>, Option<String>) {
        // One more than the page has tells that there is a next one.
        let mut page: Vec<T> = all.into_iter().skip(self.skip).take(size.saturating_add(1)).collect();
        let next = (page.len() > size).then(|| {
            let and = if self.rest.is_empty() { "" } else { "&" };
            format!("{}{and}$skiptoken={}", self.rest, encode(self.skip.saturating_add(size), until))
        });
        page.truncate(size);
        (page, next)
    }

    /// Puts a folder's items into the order that is asked for; refused where their drive does not know it.
    pub(crate) fn order(&self, drive: &Drive, items: &mut [ItemIndex]) -> Result<(), Refusal> {
        order::sort(&self.order, drive, items)
    }

    /// The elements that are asked for, where that is not all of them.
    pub(crate) const fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref()
    }

    /// Leaves an object the properties that are asked for, its id and its annotations.
    pub(crate) fn select(&self, object: &mut Map<String, Value>) {
        let Some(names) = &self.select else { return };
        object.retain(|name, _| match name.strip_prefix("@deprecated.") {
            // It speaks of a property, and goes with it.
            Some(of) => names.iter().any(|wanted| wanted.eq_ignore_ascii_case(of)),
            None => name == "id" || name.contains('@') || names.iter().any(|wanted| wanted == name),
        });
    }
}

fn refused(what: &str, reason: impl Into<String>) -> Refusal {
    Refusal::of(&QUERY_OPTION, reason).about(what)
}

fn list(value: &str) -> Vec<String> {
    value.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn names(known: &[&str]) -> Cow<'static, str> {
    if known.is_empty() { "none".into() } else { known.join(", ").into() }
}

/// A next page's place, as a token that nobody should read.
fn encode(skip: usize, until: Option<u64>) -> String {
    let until = until.map_or_else(String::new, |until| format!("&until={until}"));
    data_encoding::BASE64URL_NOPAD.encode(format!("skip={skip}{until}").as_bytes())
}

fn decode(token: &str) -> Option<(usize, Option<u64>)> {
    let bytes = data_encoding::BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
    let place = std::str::from_utf8(&bytes).ok()?.strip_prefix("skip=")?;
    match place.split_once("&until=") {
        Some((skip, until)) => Some((skip.parse().ok()?, Some(until.parse().ok()?))),
        None => Some((place.parse().ok()?, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn list(query: &str) -> Result<Query, Refusal> {
        Query::read(query, ActionKind::ListPermissions)
    }

    #[test]
    fn names_are_spelt_with_a_dollar_or_without_and_not_both() {
        assert!(list("$select=id&$top=5").is_ok() && list("select=id&top=5").is_ok());
        assert_eq!(list("$select=id&top=5").unwrap_err().rule, Some("query-option"));
        assert_eq!(list("$SELECT=id").unwrap_err().rule, Some("query-option"));
        assert!(list("SELECT=id").unwrap().is_whole(), "a client's own");
        assert!(
            list("$expand=children").is_err() && list("$top=0").is_err() && list("$filter=link").is_err()
        );
    }

    #[test]
    fn pages_follow_one_another_to_the_end() {
        let (mut query, mut seen) = ("$top=2".to_owned(), Vec::new());
        loop {
            let (page, next) = list(&query).unwrap().page((0..5).collect::<Vec<_>>(), false);
            seen.push(page);
            let Some(next) = next else { break };
            query = next;
        }
        assert_eq!(seen, [vec![0, 1], vec![2, 3], vec![4]]);
        assert!(list("$skiptoken=no").is_err());
    }

    #[test]
    fn what_is_not_asked_for_is_left_out() {
        let whole = json!({ "id": "1", "roles": [], "link": {}, "grantedTo": {}, "@odata.type": "x",
                            "@deprecated.GrantedTo": "y" });
        let select = |names: &str| {
            let mut object = whole.clone();
            list(names).unwrap().select(object.as_object_mut().unwrap());
            object
        };
        assert_eq!(select("$select=link"), json!({ "id": "1", "link": {}, "@odata.type": "x" }));
        let with_what_speaks_of_it =
            json!({ "id": "1", "grantedTo": {}, "@odata.type": "x", "@deprecated.GrantedTo": "y" });
        assert_eq!(select("$select=grantedTo"), with_what_speaks_of_it);
    }
}
