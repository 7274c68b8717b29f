//! `Share`: what can be asked of what a sharing link leads to.

use sharing_model::{
    Action, Collection, DriveItem, GrantRequest, ItemAddress, Permission, RevokeGrantsRequest, Segment,
    SharedDriveItem,
};

use crate::{Call, Client};

/// What can be asked of a share. Comes from [`Client::share`].
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sharing_http::{Client, Endpoint};
/// use sharing_model::{CreateLinkRequest, DriveRecipient, GrantRequest, ItemAddress, LinkScope, LinkType, Role, SharingUrl};
///
/// let server = sharing_mock::MockServer::start().await?;
/// let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
/// let notes: ItemAddress = "/me/drive/root:/Notes.txt".parse()?;
/// let people = CreateLinkRequest::builder().link_type(LinkType::View).scope(LinkScope::Users).build()?;
/// let link = client.item(&notes).create_link(&people).await?.link.unwrap();
///
/// let token = link.web_url.unwrap().parse::<SharingUrl>()?.token();
/// assert_eq!(client.share(&token).get().await?.name.as_deref(), Some("Notes.txt"));
/// let request = GrantRequest::new([DriveRecipient::email("ryan@contoso.com")], Role::Read)?;
/// client.share(&token).grant(&request).await?;
/// assert_eq!(client.share(&token).permission().await?.grantees()[0].name(), Some("Ryan Gregg"));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Share<'a> {
    client: &'a Client,
    token: &'a Segment,
}

impl<'a> Share<'a> {
    pub(crate) const fn new(client: &'a Client, token: &'a Segment) -> Self {
        Self { client, token }
    }

    /// What the link leads to.
    ///
    /// Protocol: `GET /shares/{token}`.
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
    /// use sharing_model::{CreateLinkRequest, LinkScope, SharingUrl};
    ///
    /// let request = CreateLinkRequest::builder().scope(LinkScope::Organization).build()?;
    /// let link = client.item(&notes).create_link(&request).await?.link.unwrap();
    /// let url: SharingUrl = link.web_url.unwrap().parse()?;
    /// let owner = client.share(&url.token()).get().await?.owner.unwrap().user.unwrap();
    /// assert_eq!(owner.display_name.as_deref(), Some("Nadia Okafor"));
    /// # Ok(()) }
    /// ```
    pub fn get(self) -> Call<SharedDriveItem> {
        Call::new(self.client, Action::get_share(self.token.clone()))
    }

    /// The item that the link leads to, with its drive and its id. [`prefer`](Call::prefer) says whether following the
    /// link is to give lasting access.
    ///
    /// Protocol: `GET /shares/{token}/driveItem`, the header `Prefer`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// # let notes: sharing_model::ItemAddress = "/drive/root:/Notes.txt".parse()?;
    /// use sharing_model::{CreateLinkRequest, LinkScope, Prefer, SharingUrl};
    ///
    /// let request = CreateLinkRequest::builder().scope(LinkScope::Organization).build()?;
    /// let link = client.item(&notes).create_link(&request).await?.link.unwrap();
    /// let url: SharingUrl = link.web_url.unwrap().parse()?;
    /// let item = client.share(&url.token()).resolve().prefer(Prefer::RedeemSharingLinkIfNecessary).await?;
    /// assert_eq!(item.id, client.item(&notes).get().await?.id);
    /// # Ok(()) }
    /// ```
    pub fn resolve(self) -> Call<DriveItem> {
        Call::new(self.client, Action::get_item(ItemAddress::Shared { token: self.token.clone() }))
    }

    /// Lets more people use the link. The answer holds the link as it is from now on: its URL may have changed. It does
    /// not say whom the link is for; its [`permission`](Self::permission) does.
    ///
    /// Protocol: `POST /shares/{token}/permission/grant`.
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
    /// use sharing_model::{CreateLinkRequest, DriveRecipient, GrantRequest, LinkScope, LinkType, Role, SharingUrl};
    ///
    /// let request = CreateLinkRequest::builder().link_type(LinkType::View).scope(LinkScope::Users).build()?;
    /// let link = client.item(&notes).create_link(&request).await?.link.unwrap();
    /// let token = link.web_url.unwrap().parse::<SharingUrl>()?.token();
    /// let more = GrantRequest::new([DriveRecipient::alias("ryan"), DriveRecipient::alias("priya")], Role::Read)?;
    /// let granted = client.share(&token).grant(&more).await?.value.unwrap();
    /// let token = granted[0].link.as_ref().unwrap().web_url.as_ref().unwrap().parse::<SharingUrl>()?.token();
    /// assert_eq!(client.share(&token).permission().await?.grantees().len(), 2);
    /// # Ok(()) }
    /// ```
    pub fn grant(self, request: &GrantRequest) -> Call<Collection<Permission>> {
        Call::granting(self.client, Action::grant(self.token.clone(), request))
    }

    /// The permission that the link gives, with whom it is for.
    ///
    /// Protocol: `GET /shares/{token}/permission`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// # let notes: sharing_model::ItemAddress = "/drive/root:/Notes.txt".parse()?;
    /// use sharing_model::{CreateLinkRequest, LinkScope, SharingUrl};
    ///
    /// let request = CreateLinkRequest::builder().scope(LinkScope::Organization).build()?;
    /// let link = client.item(&notes).create_link(&request).await?;
    /// let url: SharingUrl = link.link.unwrap().web_url.unwrap().parse()?;
    /// assert_eq!(client.share(&url.token()).permission().await?.id, link.id);
    /// # Ok(()) }
    /// ```
    pub fn permission(self) -> Call<Permission> {
        Call::new(self.client, Action::get_share_permission(self.token.clone()))
    }

    /// Takes people off the link, if it was made for people.
    ///
    /// Protocol: `POST /shares/{token}/permission/revokeGrants`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// # let notes: sharing_model::ItemAddress = "/drive/root:/Notes.txt".parse()?;
    /// use sharing_model::{CreateLinkRequest, DriveRecipient, LinkScope, RevokeGrantsRequest, SharingUrl};
    ///
    /// let people = ["ryan", "priya"].map(DriveRecipient::alias);
    /// let request = CreateLinkRequest::builder().scope(LinkScope::Users).recipients(people).build()?;
    /// let link = client.item(&notes).create_link(&request).await?.link.unwrap();
    /// let url: SharingUrl = link.web_url.unwrap().parse()?;
    /// let leaving = RevokeGrantsRequest::new([DriveRecipient::alias("ryan")])?;
    /// let left = client.share(&url.token()).revoke_grants(&leaving).await?;
    /// assert_eq!(left.grantees()[0].name(), Some("Priya Raman"));
    /// # Ok(()) }
    /// ```
    pub fn revoke_grants(self, request: &RevokeGrantsRequest) -> Call<Permission> {
        Call::new(self.client, Action::revoke_share_grants(self.token.clone(), request))
    }
}
