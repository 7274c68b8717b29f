//! `SharingLink`: access for whoever holds a URL.

use serde_json::{Map, Value};

use crate::{
    Circumstances, DateTime, DriveRecipient, Fault, Identity, InvalidRequest, ItemAddress, Secret, rule,
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
    pub application: Option<Box<Identity>>,
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

/// Makes a sharing link for an item, or finds the one that there is.
///
/// Without a type and a scope the service makes the link that the organisation chose as its default. A link of the same
/// type and scope that the calling application made before is returned as it is.
///
/// Protocol: `POST {item}/createLink`.
///
/// ```
/// use sharing_model::{CreateLinkRequest, LinkScope, LinkType};
///
/// let request = CreateLinkRequest::builder().link_type(LinkType::View).scope(LinkScope::Organization).build()?;
/// assert_eq!(serde_json::to_string(&request).unwrap(), r#"{"type":"view","scope":"organization"}"#);
/// # Ok::<(), sharing_model::InvalidRequest>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CreateLinkRequest {
    /// What the link lets its holder do.
    pub link_type: Option<LinkType>,
    /// Whom the link lets in.
    pub scope: Option<LinkScope>,
    /// When the link ends. The service silently shortens it to what the tenant allows.
    pub expiration_date_time: Option<DateTime>,
    /// The password that whoever opens the link must give.
    pub password: Option<Secret>,
    /// The people that a link with the scope `users` is for.
    pub recipients: Option<Vec<DriveRecipient>>,
    /// Whether an item that was not shared before keeps the permissions that it inherits. The service keeps them
    /// unless told otherwise.
    pub retain_inherited_permissions: Option<bool>,
    /// Whether recipients get a mail. They do not unless told otherwise.
    pub send_notification: Option<bool>,
    /// Plain text for the mail.
    pub message: Option<String>,
    /// All that is not above, as it came.
    pub additional: Map<String, Value>,
}

object!(CreateLinkRequest is "a createLink request object" {
    link_type: "type",
    scope: "scope",
    expiration_date_time: "expirationDateTime",
    password: "password",
    recipients: "recipients",
    retain_inherited_permissions: "retainInheritedPermissions",
    send_notification: "sendNotification",
    message: "message",
});

impl CreateLinkRequest {
    /// Starts a request for the organisation's default link.
    ///
    /// ```
    /// use sharing_model::CreateLinkRequest;
    ///
    /// let request = CreateLinkRequest::builder().build()?;
    /// assert_eq!(serde_json::to_string(&request).unwrap(), "{}");
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn builder() -> CreateLinkRequestBuilder {
        CreateLinkRequestBuilder { request: Self::default(), circumstances: Circumstances::default() }
    }

    /// All that is wrong with this request under the given circumstances, warnings included.
    ///
    /// ```
    /// use sharing_model::{Circumstances, CreateLinkRequest, DriveKind};
    ///
    /// let request: CreateLinkRequest = serde_json::from_str(r#"{ "type": "embed" }"#)?;
    /// let library = Circumstances::default().drive(DriveKind::DocumentLibrary);
    /// assert_eq!(
    ///     request.validate(&library)[0].to_string(),
    ///     "type: a type other than embed, which personal drives alone have; found embed"
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn validate(&self, circumstances: &Circumstances) -> Vec<Fault> {
        rule::check(self, rule::CREATE_LINK, circumstances)
    }
}

/// Builds a [`CreateLinkRequest`], or says everything that is wrong with it.
///
/// ```
/// use sharing_model::{CreateLinkRequest, LinkScope, LinkType};
///
/// let error = CreateLinkRequest::builder()
///     .link_type(LinkType::from("veiw"))
///     .scope(LinkScope::ExistingAccess)
///     .build()
///     .unwrap_err();
/// assert_eq!(error.faults.len(), 2);
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct CreateLinkRequestBuilder {
    request: CreateLinkRequest,
    circumstances: Circumstances,
}

impl CreateLinkRequestBuilder {
    /// Says what the link lets its holder do.
    ///
    /// ```
    /// # use sharing_model::{CreateLinkRequest, LinkType};
    /// let request = CreateLinkRequest::builder().link_type(LinkType::BlocksDownload).build()?;
    /// assert_eq!(serde_json::to_string(&request).unwrap(), r#"{"type":"blocksDownload"}"#);
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn link_type(mut self, link_type: LinkType) -> Self {
        self.request.link_type = Some(link_type);
        self
    }

    /// Says whom the link lets in.
    ///
    /// ```
    /// # use sharing_model::{CreateLinkRequest, LinkScope};
    /// let request = CreateLinkRequest::builder().scope(LinkScope::Anonymous).build()?;
    /// assert_eq!(request.scope, Some(LinkScope::Anonymous));
    /// // Such a link comes in answers only.
    /// assert!(CreateLinkRequest::builder().scope(LinkScope::ExistingAccess).build().is_err());
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn scope(mut self, scope: LinkScope) -> Self {
        self.request.scope = Some(scope);
        self
    }

    /// Ends the link at a moment, in whole seconds.
    ///
    /// ```
    /// # use sharing_model::CreateLinkRequest;
    /// let request = CreateLinkRequest::builder().expires("2027-01-01T00:00:00.5Z".parse().unwrap()).build()?;
    /// assert_eq!(request.expiration_date_time.unwrap().as_str(), "2027-01-01T00:00:00Z");
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn expires(mut self, at: jiff::Timestamp) -> Self {
        self.request.expiration_date_time = Some(at.into());
        self
    }

    /// Asks for a password.
    ///
    /// ```
    /// # use sharing_model::{CreateLinkRequest, LinkScope};
    /// let request = CreateLinkRequest::builder().scope(LinkScope::Anonymous).password("correct horse").build()?;
    /// assert_eq!(request.password.as_ref().unwrap().expose(), "correct horse");
    /// assert!(!format!("{request:?}").contains("horse"));
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn password(mut self, password: impl Into<Secret>) -> Self {
        self.request.password = Some(password.into());
        self
    }

    /// Adds people that a link with the scope `users` is for.
    ///
    /// ```
    /// # use sharing_model::{CreateLinkRequest, DriveRecipient, LinkScope};
    /// let people = ["ryan@contoso.com", "priya@contoso.com"].map(DriveRecipient::email);
    /// let request = CreateLinkRequest::builder().scope(LinkScope::Users).recipients(people.clone()).build()?;
    /// assert_eq!(request.recipients.unwrap(), people);
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn recipients(mut self, recipients: impl IntoIterator<Item = DriveRecipient>) -> Self {
        self.request.recipients.get_or_insert_default().extend(recipients);
        self
    }

    /// Says whether recipients get a mail.
    ///
    /// ```
    /// # use sharing_model::{Action, CreateLinkRequest};
    /// let request = CreateLinkRequest::builder().send_notification(true).build()?;
    /// assert!(Action::create_link("/drive/items/01NQ".parse()?, &request).mails());
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn send_notification(mut self, send: bool) -> Self {
        self.request.send_notification = Some(send);
        self
    }

    /// Sets the text of the mail.
    ///
    /// ```
    /// # use sharing_model::CreateLinkRequest;
    /// let request = CreateLinkRequest::builder().send_notification(true).message("The plan, as promised.").build()?;
    /// assert_eq!(request.message.as_deref(), Some("The plan, as promised."));
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.request.message = Some(message.into());
        self
    }

    /// Drops the permissions that the item inherits when it is shared for the first time. People lose access by this.
    ///
    /// ```
    /// # use sharing_model::CreateLinkRequest;
    /// let request = CreateLinkRequest::builder().break_inheritance().build()?;
    /// assert_eq!(serde_json::to_string(&request).unwrap(), r#"{"retainInheritedPermissions":false}"#);
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn break_inheritance(mut self) -> Self {
        self.request.retain_inherited_permissions = Some(false);
        self
    }

    /// Says what is known about the drive, the item, the token and the time, so that more can be checked.
    ///
    /// ```
    /// # use sharing_model::{Circumstances, CreateLinkRequest, DriveKind, LinkScope};
    /// let builder = CreateLinkRequest::builder().scope(LinkScope::Organization);
    /// assert!(builder.clone().build().is_ok());
    /// let at_home = Circumstances::default().drive(DriveKind::Personal);
    /// assert_eq!(builder.circumstances(at_home).build().unwrap_err().faults[0].rule, "scope-organization");
    /// ```
    pub fn circumstances(mut self, circumstances: Circumstances) -> Self {
        self.circumstances = circumstances;
        self
    }

    /// The request.
    ///
    /// # Errors
    ///
    /// Every fault, where the service would refuse the request.
    ///
    /// ```
    /// use sharing_model::{CreateLinkRequest, LinkType};
    ///
    /// let error = CreateLinkRequest::builder().link_type(LinkType::from("read")).build().unwrap_err();
    /// assert!(error.to_string().starts_with("type: one of view, edit, embed"));
    /// ```
    pub fn build(self) -> Result<CreateLinkRequest, InvalidRequest> {
        InvalidRequest::unless(self.request.validate(&self.circumstances)).map(|()| self.request)
    }

    /// The request with the item that it is for, whose address is as a person types it: all that is wrong with either
    /// is said at once.
    ///
    /// # Errors
    ///
    /// Every fault of the address (as property `item`) and of the request.
    ///
    /// ```
    /// use sharing_model::{CreateLinkRequest, LinkType};
    ///
    /// let error = CreateLinkRequest::builder().link_type(LinkType::from("veiw")).build_for("/me/messages/1").unwrap_err();
    /// let properties: Vec<_> = error.faults.iter().map(|fault| &*fault.property).collect();
    /// assert_eq!(properties, ["item", "type"]);
    /// ```
    pub fn build_for(self, address: &str) -> Result<(ItemAddress, CreateLinkRequest), InvalidRequest> {
        let Self { request, circumstances } = self;
        rule::with_item(address, circumstances, |circumstances| request.validate(circumstances))
            .map(|item| (item, request))
    }
}
