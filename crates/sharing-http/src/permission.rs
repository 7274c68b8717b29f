//! `ItemPermission`: what can be asked of one permission of an item.

use sharing_model::{
    Action, ItemAddress, Permission, RevokeGrantsRequest, Segment, UpdatePermissionRequest,
    ValidatePermissionRequest,
};

use crate::{Call, Client};

/// What can be asked of one permission of an item. Comes from [`Item::permission`](crate::Item::permission).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let server = sharing_mock::MockServer::start().await?;
/// # let endpoint = sharing_http::Endpoint::new(server.url())?;
/// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
/// # let notes: sharing_model::ItemAddress = "/drive/root:/Notes.txt".parse()?;
/// use sharing_model::{LoginName, Segment};
///
/// // The id of a permission that somebody holds directly is made of their login name.
/// let nadia = LoginName::new("i:0#.f|membership|nadia@contoso.com");
/// let id = Segment::new(nadia.permission_id()).unwrap();
/// let permission = client.item(&notes).permission(&id);
/// assert_eq!(permission.get().await?.holder(), "Nadia Okafor");
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ItemPermission<'a> {
    client: &'a Client,
    item: &'a ItemAddress,
    id: &'a Segment,
}

impl<'a> ItemPermission<'a> {
    pub(crate) const fn new(client: &'a Client, item: &'a ItemAddress, id: &'a Segment) -> Self {
        Self { client, item, id }
    }

    /// The permission.
    ///
    /// Protocol: `GET {item}/permissions/{id}`.
    ///
    /// # Errors
    ///
    /// What the service says, and what goes wrong on the way.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// # let notes: sharing_model::ItemAddress = "/drive/root:/Notes.txt".parse()?;
    /// use sharing_model::Segment;
    ///
    /// let list = client.item(&notes).permissions().await?.value.unwrap();
    /// let id = Segment::new(list[0].id.clone().unwrap()).unwrap();
    /// assert_eq!(client.item(&notes).permission(&id).get().await?.id, list[0].id);
    /// # Ok(()) }
    /// ```
    pub fn get(self) -> Call<Permission> {
        Call::new(self.client, Action::get_permission(self.item.clone(), self.id.clone()))
    }

    /// Changes the permission's role or end. Works only on one that is not inherited; a link keeps the role of its type.
    ///
    /// Protocol: `PATCH {item}/permissions/{id}`.
    ///
    /// # Errors
    ///
    /// What the service says, and what goes wrong on the way.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// # let notes: sharing_model::ItemAddress = "/drive/root:/Notes.txt".parse()?;
    /// use sharing_model::{DriveRecipient, InviteRequest, Role, Segment, UpdatePermissionRequest};
    ///
    /// let request = InviteRequest::builder().recipient(DriveRecipient::alias("ryan")).role(Role::Write).build()?;
    /// let granted = client.item(&notes).invite(&request).await?.value.unwrap();
    /// let id = Segment::new(granted[0].id.clone().unwrap()).unwrap();
    /// let weaker = UpdatePermissionRequest::role(Role::Read)?;
    /// assert!(!client.item(&notes).permission(&id).update(&weaker).await?.covers(&Role::Write));
    /// # Ok(()) }
    /// ```
    pub fn update(self, request: &UpdatePermissionRequest) -> Call<Permission> {
        Call::new(self.client, Action::update_permission(self.item.clone(), self.id.clone(), request))
    }

    /// Takes people off a link that was made for people.
    ///
    /// Protocol: `POST {item}/permissions/{id}/revokeGrants`.
    ///
    /// # Errors
    ///
    /// What the service says, and what goes wrong on the way.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// # let notes: sharing_model::ItemAddress = "/drive/root:/Notes.txt".parse()?;
    /// use sharing_model::{CreateLinkRequest, DriveRecipient, LinkScope, RevokeGrantsRequest, Segment};
    ///
    /// let people = ["ryan", "priya"].map(DriveRecipient::alias);
    /// let request = CreateLinkRequest::builder().scope(LinkScope::Users).recipients(people).build()?;
    /// let link = client.item(&notes).create_link(&request).await?;
    /// let id = Segment::new(link.id.unwrap()).unwrap();
    /// let leaving = RevokeGrantsRequest::new([DriveRecipient::alias("ryan")])?;
    /// let left = client.item(&notes).permission(&id).revoke_grants(&leaving).await?;
    /// assert_eq!(left.grantees()[0].name(), Some("Priya Raman"));
    /// # Ok(()) }
    /// ```
    pub fn revoke_grants(self, request: &RevokeGrantsRequest) -> Call<Permission> {
        Call::new(self.client, Action::revoke_grants(self.item.clone(), self.id.clone(), request))
    }

    /// Shows that one knows the link's password: an error says that it is another.
    ///
    /// Protocol: `POST {item}/permissions/{id}/validatePermission`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// # let notes: sharing_model::ItemAddress = "/drive/root:/Notes.txt".parse()?;
    /// use sharing_model::{CreateLinkRequest, LinkScope, Segment, ValidatePermissionRequest};
    ///
    /// let request = CreateLinkRequest::builder().scope(LinkScope::Anonymous).build()?;
    /// let link = client.item(&notes).create_link(&request).await?;
    /// let id = Segment::new(link.id.unwrap()).unwrap();
    /// let password = ValidatePermissionRequest::new("seven of nine")?;
    /// // This link has none.
    /// let error = client.item(&notes).permission(&id).validate(&password).await.unwrap_err();
    /// assert_eq!(error.code(), Some("invalidRequest"));
    /// # Ok(()) }
    /// ```
    pub fn validate(self, request: &ValidatePermissionRequest) -> Call<()> {
        Call::done(self.client, Action::validate_permission(self.item.clone(), self.id.clone(), request))
    }

    /// Takes the permission away. Works only on one that is not inherited.
    ///
    /// Protocol: `DELETE {item}/permissions/{id}`.
    ///
    /// # Errors
    ///
    /// What the service says, and what goes wrong on the way.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// # let notes: sharing_model::ItemAddress = "/drive/root:/Notes.txt".parse()?;
    /// use sharing_model::{DriveRecipient, InviteRequest, Role, Segment};
    ///
    /// let request = InviteRequest::builder().recipient(DriveRecipient::alias("ryan")).role(Role::Read).build()?;
    /// let granted = client.item(&notes).invite(&request).await?.value.unwrap();
    /// let id = Segment::new(granted[0].id.clone().unwrap()).unwrap();
    /// client.item(&notes).permission(&id).delete().await?;
    /// assert_eq!(client.item(&notes).permissions().await?.value.unwrap().len(), 1);
    /// # Ok(()) }
    /// ```
    pub fn delete(self) -> Call<()> {
        Call::done(self.client, Action::delete_permission(self.item.clone(), self.id.clone()))
    }
}
