//! `List` and `ListItem`: the library of a site and its rows, as far as sharing leads to them.

use serde_json::{Map, Value};

use crate::{DateTime, ItemReference, wire::object};

/// A list of a SharePoint site, as each library is one: the properties that sharing leads to. Others come too.
///
/// Protocol: `GET /shares/{token}/list`.
///
/// ```
/// use sharing_model::List;
///
/// let list: List = serde_json::from_str(r#"{ "id": "7ef259e8", "displayName": "Documents" }"#)?;
/// assert_eq!(list.display_name.as_deref(), Some("Documents"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct List {
    /// The id, unique in its site.
    pub id: Option<String>,
    /// The name in the URL.
    pub name: Option<String>,
    /// The name to show.
    pub display_name: Option<String>,
    /// The URL that shows the list in a browser.
    pub web_url: Option<String>,
    /// When the list was created.
    pub created_date_time: Option<DateTime>,
    /// When the list was last modified.
    pub last_modified_date_time: Option<DateTime>,
    /// The site that has the list.
    pub parent_reference: Option<ItemReference>,
    /// What kind of list it is, as in `{ "template": "documentLibrary" }`.
    pub list: Option<Map<String, Value>>,
    /// All that is not above, as it came.
    #[cfg_attr(feature = "schema", schemars(flatten))]
    pub additional: Map<String, Value>,
}

object!(List is "a list object" {
    id: "id",
    name: "name",
    display_name: "displayName",
    web_url: "webUrl",
    created_date_time: "createdDateTime",
    last_modified_date_time: "lastModifiedDateTime",
    parent_reference: "parentReference",
    list: "list",
});

/// A row of a list, as each item of a library is one: the properties that sharing leads to. Others come too.
///
/// Protocol: `GET /shares/{token}/listItem`.
///
/// ```
/// use sharing_model::ListItem;
///
/// let row: ListItem = serde_json::from_str(r#"{ "id": "17", "contentType": { "name": "Document" } }"#)?;
/// assert_eq!(row.content_type.unwrap()["name"], "Document");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct ListItem {
    /// The row's number in its list.
    pub id: Option<String>,
    /// The version of the row.
    pub e_tag: Option<String>,
    /// The URL that shows the item in a browser.
    pub web_url: Option<String>,
    /// When the row was made.
    pub created_date_time: Option<DateTime>,
    /// When the row was last modified.
    pub last_modified_date_time: Option<DateTime>,
    /// The site that has the list, and the folder that holds the item.
    pub parent_reference: Option<ItemReference>,
    /// What kind of row it is, as in `{ "name": "Document" }`.
    pub content_type: Option<Map<String, Value>>,
    /// The values of the row's columns.
    pub fields: Option<Map<String, Value>>,
    /// All that is not above, as it came.
    #[cfg_attr(feature = "schema", schemars(flatten))]
    pub additional: Map<String, Value>,
}

object!(ListItem is "a listItem object" {
    id: "id",
    e_tag: "eTag",
    web_url: "webUrl",
    created_date_time: "createdDateTime",
    last_modified_date_time: "lastModifiedDateTime",
    parent_reference: "parentReference",
    content_type: "contentType",
    fields: "fields",
});
