//! `Collection<T>`: what the service wraps around a list.

use serde_json::{Map, Value};

use crate::wire::object;

/// One page of a list.
///
/// ```
/// use sharing_model::{Collection, Permission};
///
/// let page: Collection<Permission> = serde_json::from_str(r#"{ "value": [ { "id": "1", "roles": ["read"] } ] }"#)?;
/// assert_eq!(page.value.unwrap().len(), 1);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "{T}Collection"))]
#[non_exhaustive]
pub struct Collection<T> {
    /// What the list is of, as OData says it.
    #[cfg_attr(feature = "schema", schemars(rename = "@odata.context"))]
    pub context: Option<String>,
    /// Where the next page is. Missing on the last one.
    #[cfg_attr(feature = "schema", schemars(rename = "@odata.nextLink"))]
    pub next_link: Option<String>,
    /// Where later changes can be asked for, on the last page of a delta.
    #[cfg_attr(feature = "schema", schemars(rename = "@odata.deltaLink"))]
    pub delta_link: Option<String>,
    /// The elements. Missing when the body had no list of them.
    pub value: Option<Vec<T>>,
    /// All that is not above, as it came.
    #[cfg_attr(feature = "schema", schemars(flatten))]
    pub additional: Map<String, Value>,
}

object!(Collection<T> is "a collection object" {
    context: "@odata.context",
    next_link: "@odata.nextLink",
    delta_link: "@odata.deltaLink",
    value: "value",
});

impl<T> Default for Collection<T> {
    fn default() -> Self {
        Self { context: None, next_link: None, delta_link: None, value: None, additional: Map::new() }
    }
}

impl<T> From<Vec<T>> for Collection<T> {
    fn from(value: Vec<T>) -> Self {
        Self { value: Some(value), ..Self::default() }
    }
}
