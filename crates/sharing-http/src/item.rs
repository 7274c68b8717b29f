//! `Item`: what can be asked of one item.

use sharing_model::{
    Action, Collection, CreateLinkRequest, DriveItem, InviteRequest, ItemAddress, Permission,
    RevokeGrantsRequest, Segment, UpdatePermissionRequest,
};

use crate::{Client, Error};

/// What can be asked of one item. Comes from [`Client::item`].
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sharing_http::{Client, Endpoint};
/// use sharing_model::ItemAddress;
///
/// let server = sharing_mock::MockServer::start().await?;
/// let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
/// let address: ItemAddress = "/drive/root:/Notes.txt".parse()?;
/// let notes = client.item(&address);
/// assert_eq!(notes.get().await?.name.as_deref(), Some("Notes.txt"));
/// assert_eq!(notes.permissions().await?.value.unwrap()[0].holder(), "Nadia Okafor");
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Item<'a> {
    client: &'a Client,
    address: &'a ItemAddress,
}

impl<'a> Item<'a> {
    pub(crate) const fn new(client: &'a Client, address: &'a ItemAddress) -> Self {
        Self { client, address }
    }

    /// The item itself.
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
    /// let item = client.item(&notes).get().await?;
    /// assert_eq!((item.size, item.is_folder()), (Some(1180), false));
    /// # Ok(()) }
    /// ```
    pub async fn get(self) -> Result<DriveItem, Error> {
        self.client.ask(&Action::get_item(self.address.clone())).await
    }

    /// The items in a folder: all pages of the list as one.
    ///
    /// # Errors
    ///
    /// What the service says, what goes wrong on the way, and a page that leads to another origin.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// let folder = "/drive/root:/Projects".parse()?;
    /// let children = client.item(&folder).children().await?.value.unwrap();
    /// let folders: Vec<_> = children.into_iter().filter(|child| child.is_folder()).map(|child| child.name).collect();
    /// assert_eq!(folders, [Some("Launch".to_owned())]);
    /// # Ok(()) }
    /// ```
    pub async fn children(self) -> Result<Collection<DriveItem>, Error> {
        self.client.list(&Action::list_children(self.address.clone())).await
    }

    /// Makes a sharing link, or finds the one of the same type and scope that this application made before.
    ///
    /// Protocol: `POST {item}/createLink`.
    ///
    /// # Errors
    ///
    /// What the service says; then no link was made. When the request notifies people and an error
    /// [is in doubt](Error::is_in_doubt), look at [`permissions`](Self::permissions) before asking again.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_http::{Client, Endpoint};
    /// use sharing_model::{CreateLinkRequest, ItemAddress, LinkScope, LinkType};
    ///
    /// let server = sharing_mock::MockServer::start().await?;
    /// let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
    /// let notes: ItemAddress = "/me/drive/root:/Notes.txt".parse()?;
    /// let request = CreateLinkRequest::builder().link_type(LinkType::View).scope(LinkScope::Organization).build()?;
    /// let link = client.item(&notes).create_link(&request).await?;
    /// assert_eq!(link.holder(), "organization view link");
    /// # Ok(()) }
    /// ```
    pub async fn create_link(self, request: &CreateLinkRequest) -> Result<Permission, Error> {
        self.client.ask(&Action::create_link(self.address.clone(), request)).await
    }

    /// Gives recipients a role and, if the request says so, mails them. One permission for each recipient, in their
    /// order; one with an `error` is granted, but its recipient was not mailed.
    ///
    /// Protocol: `POST {item}/invite`.
    ///
    /// # Errors
    ///
    /// What the service says; then nothing was granted. When an error [is in doubt](Error::is_in_doubt), look at
    /// [`permissions`](Self::permissions) before asking again.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// # let notes: sharing_model::ItemAddress = "/drive/root:/Notes.txt".parse()?;
    /// use sharing_model::{DriveRecipient, InviteRequest, Role};
    ///
    /// let people = ["ryan@contoso.com", "kim@fabrikam.com"].map(DriveRecipient::email);
    /// let request = InviteRequest::builder().recipients(people).role(Role::Read).build()?;
    /// let granted = client.item(&notes).invite(&request).await?.value.unwrap();
    /// assert_eq!((granted[0].holder(), granted[1].holder()), ("Ryan Gregg".into(), "kim@fabrikam.com".into()));
    /// assert!(server.outbox().is_empty());
    /// # Ok(()) }
    /// ```
    pub async fn invite(self, request: &InviteRequest) -> Result<Collection<Permission>, Error> {
        self.client.ask(&Action::invite(self.address.clone(), request)).await
    }

    /// Who has access to the item: all pages of the list as one.
    ///
    /// Protocol: `GET {item}/permissions`.
    ///
    /// # Errors
    ///
    /// What the service says, what goes wrong on the way, and a page that leads to another origin.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// # let notes: sharing_model::ItemAddress = "/drive/root:/Notes.txt".parse()?;
    /// let list = client.item(&notes).permissions().await?;
    /// let [owner] = &list.value.unwrap()[..] else { panic!("one permission") };
    /// assert!(owner.is_inherited());
    /// assert_eq!(owner.holder(), "Nadia Okafor");
    /// # Ok(()) }
    /// ```
    pub async fn permissions(self) -> Result<Collection<Permission>, Error> {
        self.client.list(&Action::list_permissions(self.address.clone())).await
    }

    /// What can be asked of one permission of the item.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_http::{Client, Endpoint};
    /// use sharing_model::{ItemAddress, Segment};
    ///
    /// let server = sharing_mock::MockServer::start().await?;
    /// let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
    /// let notes: ItemAddress = "/me/drive/root:/Notes.txt".parse()?;
    /// let nobody = Segment::new("bm9ib2R5").unwrap();
    /// let error = client.item(&notes).permission(&nobody).get().await.unwrap_err();
    /// assert_eq!((error.status(), error.code()), (Some(404), Some("itemNotFound")));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub const fn permission(self, id: &'a Segment) -> ItemPermission<'a> {
        ItemPermission { item: self, id }
    }
}

/// What can be asked of one permission of an item. Comes from [`Item::permission`].
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
    item: Item<'a>,
    id: &'a Segment,
}

impl ItemPermission<'_> {
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
    /// assert_eq!(client.item(&notes).permission(&id).get().await?, list[0]);
    /// # Ok(()) }
    /// ```
    pub async fn get(self) -> Result<Permission, Error> {
        self.item.client.ask(&Action::get_permission(self.item.address.clone(), self.id.clone())).await
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
    pub async fn update(self, request: &UpdatePermissionRequest) -> Result<Permission, Error> {
        self.item
            .client
            .ask(&Action::update_permission(self.item.address.clone(), self.id.clone(), request))
            .await
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
    pub async fn revoke_grants(self, request: &RevokeGrantsRequest) -> Result<Permission, Error> {
        self.item
            .client
            .ask(&Action::revoke_grants(self.item.address.clone(), self.id.clone(), request))
            .await
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
    pub async fn delete(self) -> Result<(), Error> {
        self.item.client.tell(&Action::delete_permission(self.item.address.clone(), self.id.clone())).await
    }
}
