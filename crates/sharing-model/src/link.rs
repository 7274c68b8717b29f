//! `SharingLink`: access for whoever holds a URL.

use serde_json::{Map, Value};

use crate::{
    Identity,
    wire::{object, open_enum},
};

open_enum! {
    /// What a sharing link lets its holder do.
    ///
    /// ```
    /// use sharing_model::LinkType;
    ///
    /// assert_eq!(LinkType::from("blocksDownload"), LinkType::BlocksDownload);
    /// assert_eq!(LinkType::from("oneDriveLink").as_str(), "oneDriveLink");
    /// ```
    pub enum LinkType {
        /// Read the item.
        View = "view",
        /// Read and modify the item.
        Edit = "edit",
        /// Show the item inside of a page; personal drives only.
        Embed = "embed",
        /// Read the item in the browser without downloading it; files on business drives and in libraries only.
        BlocksDownload = "blocksDownload",
        /// Add files without seeing what is there; folders on business drives and in libraries only.
        CreateOnly = "createOnly",
        /// Read the item and comment on it; files on business drives and in libraries only.
        Review = "review",
        /// The link in the browser's address bar.
        AddressBar = "addressBar",
        /// The link that the tenant's administrator chose as the default.
        AdminDefault = "adminDefault",
    }
}

open_enum! {
    /// Whom a sharing link lets in.
    ///
    /// ```
    /// use sharing_model::LinkScope;
    ///
    /// assert_eq!(LinkScope::Anonymous.to_string(), "anonymous");
    /// ```
    pub enum LinkScope {
        /// Anyone who holds the URL, without signing in.
        Anonymous = "anonymous",
        /// Anyone who signs in to the same organisation.
        Organization = "organization",
        /// The people whom it was made for.
        Users = "users",
        /// Those who have access anyway: the link grants nothing. Only in answers.
        ExistingAccess = "existingAccess",
    }
}

/// A sharing link: the facet of a permission that is held by whoever has a URL.
///
/// ```
/// use sharing_model::{LinkScope, SharingLink};
///
/// let link: SharingLink = serde_json::from_str(r#"{ "type": "view", "scope": "organization" }"#)?;
/// assert_eq!(link.scope, Some(LinkScope::Organization));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct SharingLink {
    /// What the link lets its holder do.
    #[cfg_attr(feature = "schema", schemars(rename = "type"))]
    pub link_type: Option<LinkType>,
    /// Whom the link lets in.
    pub scope: Option<LinkScope>,
    /// The URL. A secret: missing for callers who could not have created the permission.
    pub web_url: Option<String>,
    /// The markup that embeds the item; `embed` links only.
    pub web_html: Option<String>,
    /// The application that the link belongs to.
    pub application: Option<Identity>,
    /// Whether the holder may read but not download.
    pub prevents_download: Option<bool>,
    /// The page on which a person can change the link.
    pub configurator_url: Option<String>,
    /// All that is not above, as it came.
    #[cfg_attr(feature = "schema", schemars(flatten))]
    pub additional: Map<String, Value>,
}

object!(SharingLink is "a sharingLink object" {
    link_type: "type",
    scope: "scope",
    web_url: "webUrl",
    web_html: "webHtml",
    application: "application",
    prevents_download: "preventsDownload",
    configurator_url: "configuratorUrl",
});
