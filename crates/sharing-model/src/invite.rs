//! `InviteRequest`: the body of an invitation.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::{
    Circumstances, DateTime, DriveRecipient, Fault, InvalidRequest, ItemAddress, Role, Secret, rule,
    wire::object,
};

/// Gives recipients a role on an item and, if asked to, mails them.
///
/// Reading one is tolerant: what does not fit is kept and [`validate`](Self::validate) says what is wrong. Building
/// one is strict: a request that the service is known to refuse cannot be built.
///
/// Protocol: `POST {item}/invite`.
///
/// ```
/// use sharing_model::{DriveRecipient, InviteRequest, Role};
///
/// let request = InviteRequest::builder()
///     .recipient(DriveRecipient::email("ryan@contoso.com"))
///     .role(Role::Write)
///     .message("Here's the file that we're collaborating on.")
///     .send_invitation(true)
///     .build()?;
/// assert_eq!(request.require_sign_in, Some(true));
/// # Ok::<(), sharing_model::InvalidRequest>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct InviteRequest {
    /// Whom it is for; at least one.
    pub recipients: Option<Vec<DriveRecipient>>,
    /// Plain text for the mail; at most 2000 characters.
    pub message: Option<String>,
    /// Whether recipients must sign in to open the item.
    pub require_sign_in: Option<bool>,
    /// Whether recipients get a mail; without one they are granted access silently.
    pub send_invitation: Option<bool>,
    /// What recipients may do: `read` or `write`.
    pub roles: Option<Vec<Role>>,
    /// When the permission ends.
    pub expiration_date_time: Option<DateTime>,
    /// The password that recipients must give; personal drives only.
    pub password: Option<Secret>,
    /// Whether an item that was not shared before keeps the permissions that it inherits. The service keeps them
    /// unless told otherwise.
    pub retain_inherited_permissions: Option<bool>,
    /// All that is not above, as it came.
    pub additional: Map<String, Value>,
}

object!(InviteRequest is "an invite request object" {
    recipients: "recipients",
    message: "message",
    require_sign_in: "requireSignIn",
    send_invitation: "sendInvitation",
    roles: "roles",
    expiration_date_time: "expirationDateTime",
    password: "password",
    retain_inherited_permissions: "retainInheritedPermissions",
});

impl InviteRequest {
    /// Starts a request that requires sign-in and mails nobody.
    ///
    /// ```
    /// use sharing_model::{DriveRecipient, InviteRequest, Role};
    ///
    /// let silent = InviteRequest::builder().recipient(DriveRecipient::alias("ryan")).role(Role::Read).build()?;
    /// assert_eq!((silent.require_sign_in, silent.send_invitation), (Some(true), Some(false)));
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn builder() -> InviteRequestBuilder {
        InviteRequestBuilder {
            request: Self { require_sign_in: Some(true), send_invitation: Some(false), ..Self::default() },
            circumstances: Circumstances::default(),
        }
    }

    /// All that is wrong with this request under the given circumstances, warnings included.
    ///
    /// ```
    /// use sharing_model::{Circumstances, InviteRequest};
    ///
    /// let request: InviteRequest = serde_json::from_str(r#"{ "recipients": [], "roles": "read" }"#)?;
    /// let faults = request.validate(&Circumstances::default());
    /// assert_eq!(faults[0].to_string(), r#"roles: an array, each element a string; found "read""#);
    /// assert_eq!(faults[1].to_string(), "recipients: at least one recipient; found an empty list");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn validate(&self, circumstances: &Circumstances) -> Vec<Fault> {
        rule::check(self, rule::INVITE, circumstances)
    }
}

/// Builds an [`InviteRequest`], or says everything that is wrong with it.
///
/// ```
/// use sharing_model::{DriveRecipient, InviteRequest, Role};
///
/// let readers = InviteRequest::builder().role(Role::Read);
/// for name in ["ryan@contoso.com", "priya@contoso.com"] {
///     let request = readers.clone().recipient(DriveRecipient::email(name)).build()?;
///     assert_eq!(request.recipients.unwrap()[0].name(), Some(name));
/// }
/// # Ok::<(), sharing_model::InvalidRequest>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct InviteRequestBuilder {
    request: InviteRequest,
    circumstances: Circumstances,
}

impl InviteRequestBuilder {
    /// Adds a recipient.
    ///
    /// ```
    /// # use sharing_model::{DriveRecipient, InviteRequest, Role};
    /// let [ryan, priya] = ["ryan", "priya"].map(DriveRecipient::alias);
    /// let request = InviteRequest::builder().recipient(ryan).recipient(priya).role(Role::Read).build()?;
    /// assert_eq!(request.recipients.unwrap().len(), 2);
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn recipient(self, recipient: DriveRecipient) -> Self {
        self.recipients([recipient])
    }

    /// Adds recipients.
    ///
    /// ```
    /// # use sharing_model::{DriveRecipient, InviteRequest, Role};
    /// let people = ["ryan@contoso.com", "priya@contoso.com"].map(DriveRecipient::email);
    /// let request = InviteRequest::builder().recipients(people.clone()).role(Role::Read).build()?;
    /// assert_eq!(request.recipients.unwrap(), people);
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn recipients(mut self, recipients: impl IntoIterator<Item = DriveRecipient>) -> Self {
        self.request.recipients.get_or_insert_default().extend(recipients);
        self
    }

    /// Adds a role. One is the norm.
    ///
    /// ```
    /// # use sharing_model::{DriveRecipient, InviteRequest, Role};
    /// let ryan = DriveRecipient::email("ryan@contoso.com");
    /// let request = InviteRequest::builder().recipient(ryan.clone()).role(Role::Write).build()?;
    /// assert_eq!(request.roles.unwrap(), [Role::Write]);
    /// assert!(InviteRequest::builder().recipient(ryan).role(Role::Owner).build().is_err());
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn role(mut self, role: Role) -> Self {
        self.request.roles.get_or_insert_default().push(role);
        self
    }

    /// Sets the text of the mail; at most 2000 characters.
    ///
    /// ```
    /// # use sharing_model::{DriveRecipient, InviteRequest, Role};
    /// let builder = InviteRequest::builder().recipient(DriveRecipient::alias("ryan")).role(Role::Read);
    /// let request = builder.message("Please have a look until Friday.").build()?;
    /// assert_eq!(request.message.as_deref(), Some("Please have a look until Friday."));
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.request.message = Some(message.into());
        self
    }

    /// Says whether recipients must sign in. They must unless this says otherwise.
    ///
    /// ```
    /// # use sharing_model::{DriveRecipient, InviteRequest, Role};
    /// let builder = InviteRequest::builder().recipient(DriveRecipient::email("kim@fabrikam.com")).role(Role::Read);
    /// let open = builder.require_sign_in(false);
    /// // Without signing in, the mail is the only way in.
    /// assert!(open.clone().build().is_err());
    /// assert_eq!(open.send_invitation(true).build()?.require_sign_in, Some(false));
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn require_sign_in(mut self, require: bool) -> Self {
        self.request.require_sign_in = Some(require);
        self
    }

    /// Says whether recipients get a mail. They do not unless this says otherwise.
    ///
    /// ```
    /// # use sharing_model::{Action, DriveRecipient, InviteRequest, Role};
    /// let builder = InviteRequest::builder().recipient(DriveRecipient::alias("ryan")).role(Role::Read);
    /// let request = builder.send_invitation(true).build()?;
    /// assert!(Action::invite("/drive/items/01NQ".parse()?, &request).mails());
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn send_invitation(mut self, send: bool) -> Self {
        self.request.send_invitation = Some(send);
        self
    }

    /// Ends the permission at a moment, in whole seconds.
    ///
    /// ```
    /// # use sharing_model::{DriveRecipient, InviteRequest, Role};
    /// let builder = InviteRequest::builder().recipient(DriveRecipient::alias("ryan")).role(Role::Read);
    /// let request = builder.expires("2027-01-01T00:00:00.5Z".parse().unwrap()).build()?;
    /// assert_eq!(request.expiration_date_time.unwrap().as_str(), "2027-01-01T00:00:00Z");
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn expires(mut self, at: Timestamp) -> Self {
        self.request.expiration_date_time = Some(at.into());
        self
    }

    /// Asks recipients for a password; personal drives only.
    ///
    /// ```
    /// # use sharing_model::{DriveRecipient, InviteRequest, Role};
    /// let builder = InviteRequest::builder().recipient(DriveRecipient::email("kim@fabrikam.com")).role(Role::Read);
    /// let request = builder.password("correct horse").build()?;
    /// assert_eq!(serde_json::to_value(&request).unwrap()["password"], "correct horse");
    /// assert!(!format!("{request:?}").contains("horse"));
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn password(mut self, password: impl Into<Secret>) -> Self {
        self.request.password = Some(password.into());
        self
    }

    /// Drops the permissions that the item inherits when it is shared for the first time. People lose access by this.
    ///
    /// ```
    /// # use sharing_model::{DriveRecipient, InviteRequest, Role};
    /// let builder = InviteRequest::builder().recipient(DriveRecipient::alias("ryan")).role(Role::Read);
    /// assert_eq!(builder.clone().build()?.retain_inherited_permissions, None);
    /// assert_eq!(builder.break_inheritance().build()?.retain_inherited_permissions, Some(false));
    /// # Ok::<(), sharing_model::InvalidRequest>(())
    /// ```
    pub fn break_inheritance(mut self) -> Self {
        self.request.retain_inherited_permissions = Some(false);
        self
    }

    /// Says what is known about the drive, the item and the time, so that more can be checked.
    ///
    /// ```
    /// # use sharing_model::{Circumstances, DriveKind, DriveRecipient, InviteRequest, Role};
    /// let builder = InviteRequest::builder().recipient(DriveRecipient::alias("ryan")).role(Role::Read).password("pw");
    /// assert!(builder.clone().build().is_ok());
    /// let business = Circumstances::default().drive(DriveKind::Business);
    /// assert_eq!(builder.circumstances(business).build().unwrap_err().faults[0].rule, "password-personal");
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
    /// use sharing_model::InviteRequest;
    ///
    /// let error = InviteRequest::builder().message("x".repeat(2001)).build().unwrap_err();
    /// let properties: Vec<_> = error.faults.iter().map(|fault| &*fault.property).collect();
    /// assert_eq!(properties, ["recipients", "message", "roles"]);
    /// ```
    pub fn build(self) -> Result<InviteRequest, InvalidRequest> {
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
    /// use sharing_model::InviteRequest;
    ///
    /// let error = InviteRequest::builder().build_for("/me/messages/1").unwrap_err();
    /// let properties: Vec<_> = error.faults.iter().map(|fault| &*fault.property).collect();
    /// assert_eq!(properties, ["item", "recipients", "roles"]);
    /// ```
    pub fn build_for(self, address: &str) -> Result<(ItemAddress, InviteRequest), InvalidRequest> {
        let Self { request, circumstances } = self;
        rule::with_item(address, circumstances, |circumstances| request.validate(circumstances))
            .map(|item| (item, request))
    }
}
