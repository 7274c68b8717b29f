//! What an action may say besides what it asks: on which condition, and which part of the answer it wants.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Action;
use crate::Dialect;

/// How the service is wished to answer.
///
/// Protocol: the header `Prefer` of `GET /shares/{token}/driveItem` and of `GET {item}/delta`.
///
/// ```
/// use sharing_model::Prefer;
///
/// assert_eq!(Prefer::RedeemSharingLink.as_str(), "redeemSharingLink");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Prefer {
    /// Gives whoever asks lasting access to the item.
    RedeemSharingLink,
    /// Gives whoever asks access for this request alone, where they have none.
    RedeemSharingLinkIfNecessary,
    /// Of changes: marks as shared what has sharing of its own, and not what has that of a folder above.
    HierarchicalSharing,
}

impl Prefer {
    /// The header's value.
    ///
    /// ```
    /// use sharing_model::Prefer;
    ///
    /// assert_eq!(Prefer::RedeemSharingLinkIfNecessary.as_str(), "redeemSharingLinkIfNecessary");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RedeemSharingLink => "redeemSharingLink",
            Self::RedeemSharingLinkIfNecessary => "redeemSharingLinkIfNecessary",
            Self::HierarchicalSharing => "hierarchicalsharing",
        }
    }
}

impl fmt::Display for Prefer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// All that an action may say besides what it asks.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Options {
    if_match: Option<String>,
    if_none_match: Option<String>,
    prefer: Option<Prefer>,
    select: Vec<String>,
    filter: Option<String>,
    top: Option<u32>,
}

/// Those of an action that says no more than what it asks, as most do.
static NONE: Options = Options {
    if_match: None,
    if_none_match: None,
    prefer: None,
    select: Vec::new(),
    filter: None,
    top: None,
};

/// What a query's value may hold as it is: what RFC 3986 allows, without what separates one value from the next.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'(')
    .remove(b')')
    .remove(b',')
    .remove(b':')
    .remove(b'/')
    .remove(b'@');

impl Action {
    fn options(&self) -> &Options {
        self.options.as_deref().unwrap_or(&NONE)
    }

    fn options_mut(&mut self) -> &mut Options {
        self.options.get_or_insert_default()
    }

    /// The same, to be done only while the item has this eTag; else the service answers 412 and does nothing.
    ///
    /// ```
    /// use sharing_model::{Action, Segment};
    ///
    /// let id = Segment::new("aTowIy5m").unwrap();
    /// let action = Action::delete_permission("/drive/items/01NQ".parse()?, id).if_match("\"{5D76AE8F},1\"");
    /// assert_eq!(action.headers(), [("If-Match", "\"{5D76AE8F},1\"")]);
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub fn if_match(mut self, e_tag: impl Into<String>) -> Self {
        self.options_mut().if_match = Some(e_tag.into());
        self
    }

    /// The same, to be answered only when the item has another eTag than this; else the service answers 304.
    ///
    /// ```
    /// use sharing_model::Action;
    ///
    /// let action = Action::list_permissions("/drive/items/01NQ".parse()?).if_none_match("\"{5D76AE8F},1\"");
    /// assert_eq!(action.headers(), [("If-None-Match", "\"{5D76AE8F},1\"")]);
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub fn if_none_match(mut self, e_tag: impl Into<String>) -> Self {
        self.options_mut().if_none_match = Some(e_tag.into());
        self
    }

    /// The same, and what to do with a share's link.
    ///
    /// ```
    /// use sharing_model::{Action, Prefer};
    ///
    /// let action = Action::get_item("/shares/u!aHR0/driveItem".parse()?).prefer(Prefer::RedeemSharingLink);
    /// assert_eq!(action.headers(), [("Prefer", "redeemSharingLink")]);
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub fn prefer(mut self, prefer: Prefer) -> Self {
        self.options_mut().prefer = Some(prefer);
        self
    }

    /// The same, for these properties alone, by their names on the wire. Added to those asked for before.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect};
    ///
    /// let action = Action::list_permissions("/drive/items/01NQ".parse()?).select(["id", "roles"]);
    /// assert_eq!(action.path_and_query(Dialect::Graph), "/drive/items/01NQ/permissions?$select=id,roles");
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub fn select<S: Into<String>>(mut self, properties: impl IntoIterator<Item = S>) -> Self {
        // Whoever selects nothing leaves the action the same.
        let mut properties = properties.into_iter().map(Into::into).peekable();
        if properties.peek().is_some() {
            self.options_mut().select.extend(properties);
        }
        self
    }

    /// The same, for the elements of a list that this OData expression holds for. Of permissions, services are known to
    /// filter links: `link ne null`, `link/scope eq 'anonymous'`.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect};
    ///
    /// let action = Action::list_permissions("/drive/items/01NQ".parse()?).filter("link ne null");
    /// assert_eq!(action.path_and_query(Dialect::Graph), "/drive/items/01NQ/permissions?$filter=link%20ne%20null");
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub fn filter(mut self, expression: impl Into<String>) -> Self {
        self.options_mut().filter = Some(expression.into());
        self
    }

    /// The same, with at most this many elements a page.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect};
    ///
    /// let action = Action::list_children("/drive/root".parse()?).top(200).select(["id"]);
    /// assert_eq!(action.path_and_query(Dialect::Graph), "/drive/root/children?$select=id&$top=200");
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub fn top(mut self, elements: u32) -> Self {
        self.options_mut().top = Some(elements);
        self
    }

    /// The headers that belong to it, besides those that every request has.
    ///
    /// ```
    /// use sharing_model::{Action, InviteRequest, ItemAddress};
    ///
    /// let item: ItemAddress = "/drive/items/01NQ".parse()?;
    /// assert!(Action::get_item(item.clone()).headers().is_empty());
    /// let invite = Action::invite(item, &InviteRequest::default());
    /// assert_eq!(invite.headers(), [("Content-Type", "application/json")]);
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub fn headers(&self) -> Vec<(&'static str, &str)> {
        let mut headers = Vec::new();
        if self.body.is_some() {
            headers.push(("Content-Type", "application/json"));
        }
        if let Some(options) = &self.options {
            headers.extend(options.if_match.as_deref().map(|e_tag| ("If-Match", e_tag)));
            headers.extend(options.if_none_match.as_deref().map(|e_tag| ("If-None-Match", e_tag)));
            headers.extend(options.prefer.map(|prefer| ("Prefer", prefer.as_str())));
        }
        headers
    }

    /// Whether it is to be done only while the item is as it was.
    ///
    /// ```
    /// use sharing_model::{Action, DriveAddress};
    ///
    /// let action = Action::get_drive(DriveAddress::Me);
    /// assert!(!action.is_conditional());
    /// assert!(action.if_match("\"1\"").is_conditional());
    /// ```
    #[must_use]
    pub fn is_conditional(&self) -> bool {
        self.options().if_match.is_some()
    }

    /// The path below the endpoint's base URL and what follows its `?`, percent-encoded.
    ///
    /// ```
    /// use sharing_model::{Action, Dialect, DriveAddress};
    ///
    /// let action = Action::get_drive(DriveAddress::Me);
    /// assert_eq!(action.path_and_query(Dialect::Graph), "/me/drive");
    /// assert_eq!(action.select(["id"]).path_and_query(Dialect::Graph), "/me/drive?$select=id");
    /// ```
    #[must_use]
    pub fn path_and_query(&self, dialect: Dialect) -> String {
        let mut out = self.path(dialect);
        if let Some(query) = self.query() {
            out.extend(["?", &query]);
        }
        out
    }

    /// What follows the path and its `?`, percent-encoded, if anything does.
    ///
    /// ```
    /// use sharing_model::{Action, DriveAddress};
    ///
    /// let action = Action::get_drive(DriveAddress::Me);
    /// assert_eq!(action.query(), None);
    /// assert_eq!(action.select(["id", "name"]).query().as_deref(), Some("$select=id,name"));
    /// ```
    #[must_use]
    pub fn query(&self) -> Option<String> {
        let Options { select, filter, top, .. } = &**self.options.as_ref()?;
        let mut out = String::new();
        let mut add = |name, value: &str| {
            out.extend([if out.is_empty() { "$" } else { "&$" }, name, "="]);
            out.extend(utf8_percent_encode(value, VALUE));
        };
        if !select.is_empty() {
            add("select", &select.join(","));
        }
        if let Some(expression) = filter {
            add("filter", expression);
        }
        if let Some(elements) = top {
            add("top", &elements.to_string());
        }
        (!out.is_empty()).then_some(out)
    }
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Action({} of {})", self.kind, self.target.form())
    }
}
