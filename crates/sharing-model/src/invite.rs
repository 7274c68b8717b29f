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
        rule::check(self, self.misfits(), self.unknown(), rule::INVITE, circumstances)
    }
}

/// Builds an [`InviteRequest`], or says everything that is wrong with it.
#[derive(Debug, Clone)]
#[must_use]
pub struct InviteRequestBuilder {
    request: InviteRequest,
    circumstances: Circumstances,
}

impl InviteRequestBuilder {
    /// Adds a recipient.
    pub fn recipient(self, recipient: DriveRecipient) -> Self {
        self.recipients([recipient])
    }

    /// Adds recipients.
    pub fn recipients(mut self, recipients: impl IntoIterator<Item = DriveRecipient>) -> Self {
        self.request.recipients.get_or_insert_default().extend(recipients);
        self
    }

    /// Adds a role. One is the norm.
    pub fn role(mut self, role: Role) -> Self {
        self.request.roles.get_or_insert_default().push(role);
        self
    }

    /// Sets the text of the mail; at most 2000 characters.
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.request.message = Some(message.into());
        self
    }

    /// Says whether recipients must sign in. They must unless this says otherwise.
    pub fn require_sign_in(mut self, require: bool) -> Self {
        self.request.require_sign_in = Some(require);
        self
    }

    /// Says whether recipients get a mail. They do not unless this says otherwise.
    pub fn send_invitation(mut self, send: bool) -> Self {
        self.request.send_invitation = Some(send);
        self
    }

    /// Ends the permission at a moment, in whole seconds.
    pub fn expires(mut self, at: Timestamp) -> Self {
        self.request.expiration_date_time = Some(at.into());
        self
    }

    /// Asks recipients for a password; personal drives only.
    pub fn password(mut self, password: impl Into<Secret>) -> Self {
        self.request.password = Some(password.into());
        self
    }

    /// Drops the permissions that the item inherits when it is shared for the first time. People lose access by this.
    pub fn break_inheritance(mut self) -> Self {
        self.request.retain_inherited_permissions = Some(false);
        self
    }

    /// Says what is known about the drive, the item and the time, so that more can be checked.
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
    pub fn build_for(mut self, address: &str) -> Result<(ItemAddress, InviteRequest), InvalidRequest> {
        let item = address.parse::<ItemAddress>();
        let mut faults = match &item {
            Ok(item) => {
                self.circumstances = rule::known_by_address(item, self.circumstances);
                rule::check_item(item)
            }
            Err(error) => vec![error.clone().into()],
        };
        faults.extend(self.request.validate(&self.circumstances));
        InvalidRequest::unless(faults)?;
        Ok((item?, self.request))
    }
}
