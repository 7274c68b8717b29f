//! `Item`: what can be asked of one item.

use sharing_model::{
    Action, AddSharedFolderRequest, Collection, CreateLinkRequest, DriveItem, InviteRequest, ItemAddress,
    Permission, Segment,
};

use crate::{Call, Client, ItemPermission, List};

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
    pub fn get(self) -> Call<DriveItem> {
        Call::new(self.client, Action::get_item(self.address.clone()))
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
    pub fn children(self) -> List<DriveItem> {
        List::new(self.client, Action::list_children(self.address.clone()))
    }

    /// The items below a folder that changed; at first all of them. The last page's `delta_link` is where to
    /// [resume](List::resume) for what changed since.
    ///
    /// Protocol: `GET {item}/delta`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// let root = "/drive/root".parse()?;
    /// let all = client.item(&root).delta().await?;
    /// assert!(all.delta_link.is_some() && all.value.unwrap().len() > 5);
    /// # Ok(()) }
    /// ```
    pub fn delta(self) -> List<DriveItem> {
        List::new(self.client, Action::list_changes(self.address.clone()))
    }

    /// Makes a sharing link, or finds the one of the same type and scope that this application made before.
    ///
    /// Protocol: `POST {item}/createLink`.
    ///
    /// # Errors
    ///
    /// What the service says; then no link was made. When the request notifies people and an error
    /// [is in doubt](crate::Error::is_in_doubt), look at [`permissions`](Self::permissions) before asking again.
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
    pub fn create_link(self, request: &CreateLinkRequest) -> Call<Permission> {
        Call::new(self.client, Action::create_link(self.address.clone(), request))
    }

    /// Gives recipients a role and, if the request says so, mails them. One permission for each recipient, in their
    /// order; one with an `error` is granted, but its recipient was not mailed.
    ///
    /// Protocol: `POST {item}/invite`.
    ///
    /// # Errors
    ///
    /// What the service says; then nothing was granted. When an error [is in doubt](crate::Error::is_in_doubt), look at
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
    pub fn invite(self, request: &InviteRequest) -> Call<Collection<Permission>> {
        Call::granting(self.client, Action::invite(self.address.clone(), request))
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
    pub fn permissions(self) -> List<Permission> {
        List::new(self.client, Action::list_permissions(self.address.clone()))
    }

    /// Gives an application a role: a permission with `grantedToV2` and `roles` alone.
    ///
    /// Protocol: `POST {item}/permissions`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// # let notes: sharing_model::ItemAddress = "/drive/root:/Notes.txt".parse()?;
    /// let permission = serde_json::from_value(serde_json::json!({
    ///     "roles": ["read"],
    ///     "grantedToV2": { "application": { "id": "89ea5c94-7736-4e25-95ad-3fa95f62b66e" } }
    /// }))?;
    /// let made = client.item(&notes).create_permission(&permission).await?;
    /// assert!(made.id.is_some());
    /// # Ok(()) }
    /// ```
    pub fn create_permission(self, permission: &Permission) -> Call<Permission> {
        Call::new(self.client, Action::create_permission(self.address.clone(), permission))
    }

    /// Adds a folder that somebody else shared to a personal drive, of which this item is the root.
    ///
    /// Protocol: `POST /drive/root/children` with `remoteItem`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let endpoint = sharing_http::Endpoint::new(server.url())?;
    /// # let client = sharing_http::Client::new(endpoint, "any token".into())?;
    /// # let root: sharing_model::ItemAddress = "/drive/root".parse()?;
    /// use sharing_model::AddSharedFolderRequest;
    ///
    /// let request = AddSharedFolderRequest::new("1E2A3B4C5D6E7F80", "1E2A3B4C5D6E7F80!107")?;
    /// // This drive is no personal one.
    /// let error = client.item(&root).add_shared_folder(&request).await.unwrap_err();
    /// assert_eq!(error.code(), Some("invalidRequest"));
    /// # Ok(()) }
    /// ```
    pub fn add_shared_folder(self, request: &AddSharedFolderRequest) -> Call<DriveItem> {
        Call::new(self.client, Action::add_shared_folder(self.address.clone(), request))
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
        ItemPermission::new(self.client, self.address, id)
    }
}
