//! `Audit`: who has access to what below an item.

mod filter;
mod row;
mod walk;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};
use sharing_http::{Client, Error};
use sharing_model::{Action, BATCH_LIMIT, Collection, DriveAddress, ItemAddress, Permission, Segment};

pub(crate) use self::row::COLUMNS;
use self::walk::Found;
pub use self::{
    filter::AuditFilter,
    row::{AuditRow, How},
};

/// How many batches of reads are under way at once; the client's governor keeps below the service's limits.
const BATCHES_AT_ONCE: usize = 8;

/// Who has access to an item and, if told so, to all that is below it.
///
/// On a whole drive, a delta tells which items are shared, so only those are asked for their permissions; where the
/// service has no delta (below a folder of a business drive or a library), the folders are listed instead. Permissions
/// are read twenty in a request, ahead of the rows that are taken, and nothing is kept but what is under way and the
/// folders' names: memory does not grow with the items.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use futures_util::TryStreamExt;
/// use sharing_bulk::{Audit, AuditFilter};
/// use sharing_http::{Client, Endpoint};
///
/// let server = sharing_mock::MockServer::start().await?;
/// let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
/// let mut rows = Audit::new(&client, "/drive/root".parse()?)
///     .recursive(true)
///     .filter(AuditFilter::default().grantee("ryan@contoso.com"))
///     .rows();
/// while let Some(row) = rows.try_next().await? {
///     println!("{} {}", row.item, row.role);
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is asked until its rows are taken"]
pub struct Audit {
    client: Client,
    item: ItemAddress,
    recursive: bool,
    filter: AuditFilter,
    domains: Vec<String>,
    progress: AuditProgress,
}

/// How far an audit is. Clones look at the same one.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use futures_util::TryStreamExt;
/// # use sharing_http::{Client, Endpoint};
/// # let server = sharing_mock::MockServer::start().await?;
/// # let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
/// let audit = sharing_bulk::Audit::new(&client, "/drive/root:/Notes.txt".parse()?);
/// let progress = audit.progress();
/// let rows: Vec<_> = audit.rows().try_collect().await?;
/// assert_eq!((progress.items(), progress.read(), rows.len()), (1, 1, 1));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Default)]
pub struct AuditProgress(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    items: AtomicU64,
    read: AtomicU64,
    unread: AtomicU64,
}

impl AuditProgress {
    /// How many items were seen.
    ///
    /// ```
    /// assert_eq!(sharing_bulk::AuditProgress::default().items(), 0);
    /// ```
    #[must_use]
    pub fn items(&self) -> u64 {
        self.0.items.load(Ordering::Relaxed)
    }

    /// How many items' permissions were read.
    ///
    /// ```
    /// assert_eq!(sharing_bulk::AuditProgress::default().read(), 0);
    /// ```
    #[must_use]
    pub fn read(&self) -> u64 {
        self.0.read.load(Ordering::Relaxed)
    }

    /// How many items' permissions, or folders' contents, could not be read.
    ///
    /// ```
    /// assert_eq!(sharing_bulk::AuditProgress::default().unread(), 0);
    /// ```
    #[must_use]
    pub fn unread(&self) -> u64 {
        self.0.unread.load(Ordering::Relaxed)
    }

    fn add_items(&self, items: u64) {
        self.0.items.fetch_add(items, Ordering::Relaxed);
    }
}

impl Audit {
    /// An audit of one item.
    ///
    /// ```
    /// use sharing_bulk::Audit;
    /// use sharing_http::{Client, Endpoint};
    ///
    /// let client = Client::new(Endpoint::graph(), "a secret token".into())?;
    /// let audit = Audit::new(&client, "/me/drive/root".parse().unwrap());
    /// # let _ = audit;
    /// # Ok::<(), sharing_http::Error>(())
    /// ```
    pub fn new(client: &Client, item: ItemAddress) -> Self {
        let (filter, domains, progress) = (AuditFilter::default(), Vec::new(), AuditProgress::default());
        Self { client: client.clone(), item, recursive: false, filter, domains, progress }
    }

    /// The same, with all that is below the item.
    ///
    /// ```
    /// # use sharing_http::{Client, Endpoint};
    /// # let client = Client::new(Endpoint::graph(), "a secret token".into())?;
    /// # let root = "/me/drive/root".parse().unwrap();
    /// let audit = sharing_bulk::Audit::new(&client, root).recursive(true);
    /// # let _ = audit;
    /// # Ok::<(), sharing_http::Error>(())
    /// ```
    pub const fn recursive(mut self, recursive: bool) -> Self {
        self.recursive = recursive;
        self
    }

    /// The same, with these rows alone.
    ///
    /// ```
    /// # use sharing_http::{Client, Endpoint};
    /// # let client = Client::new(Endpoint::graph(), "a secret token".into())?;
    /// # let root = "/me/drive/root".parse().unwrap();
    /// let audit = sharing_bulk::Audit::new(&client, root).filter(sharing_bulk::AuditFilter::default().external());
    /// # let _ = audit;
    /// # Ok::<(), sharing_http::Error>(())
    /// ```
    pub fn filter(mut self, filter: AuditFilter) -> Self {
        self.filter = filter;
        self
    }

    /// The organization's own domains. Without any, that of the drive's owner.
    ///
    /// ```
    /// # use sharing_http::{Client, Endpoint};
    /// # let client = Client::new(Endpoint::graph(), "a secret token".into())?;
    /// # let root = "/me/drive/root".parse().unwrap();
    /// let audit = sharing_bulk::Audit::new(&client, root).domains(["contoso.com"]);
    /// # let _ = audit;
    /// # Ok::<(), sharing_http::Error>(())
    /// ```
    pub fn domains<S: Into<String>>(mut self, domains: impl IntoIterator<Item = S>) -> Self {
        self.domains.extend(domains.into_iter().map(Into::into));
        self
    }

    /// How far it is.
    ///
    /// ```
    /// # use sharing_http::{Client, Endpoint};
    /// # let client = Client::new(Endpoint::graph(), "a secret token".into())?;
    /// let audit = sharing_bulk::Audit::new(&client, "/me/drive/root".parse().unwrap());
    /// assert_eq!(audit.progress().items(), 0);
    /// # Ok::<(), sharing_http::Error>(())
    /// ```
    #[must_use]
    pub fn progress(&self) -> AuditProgress {
        self.progress.clone()
    }

    /// The rows, as they are read. An item that the service says no about is a row that says so ([`How::Unread`]); what
    /// concerns everything, such as a token that is refused or a service out of reach, ends the stream with an error.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use futures_util::TryStreamExt;
    /// # use sharing_http::{Client, Endpoint};
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
    /// use sharing_bulk::{Audit, How};
    ///
    /// let notes = "/drive/root:/Notes.txt".parse()?;
    /// let rows: Vec<_> = Audit::new(&client, notes).rows().try_collect().await?;
    /// assert_eq!((rows[0].name.as_str(), rows[0].how), ("Nadia Okafor", How::Owner));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn rows(self) -> BoxStream<'static, Result<AuditRow, Error>> {
        stream::once(Box::pin(self.start())).try_flatten().boxed()
    }

    /// The rows of these items, each item's at once and in this order, read twenty in a request.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use futures_util::TryStreamExt;
    /// # use sharing_http::{Client, Endpoint};
    /// # let server = sharing_mock::MockServer::start().await?;
    /// # let client = Client::new(Endpoint::new(server.url())?, "any token".into())?;
    /// use sharing_bulk::Audit;
    ///
    /// let items = vec!["/drive/root".parse()?, "/drive/root:/Notes.txt".parse()?];
    /// let read: Vec<_> = Audit::of_items(&client, items).try_collect().await?;
    /// assert_eq!(read[1].0.to_string(), "/drive/root:/Notes.txt");
    /// # Ok(()) }
    /// ```
    pub fn of_items(
        client: &Client,
        items: Vec<ItemAddress>,
    ) -> BoxStream<'static, Result<(ItemAddress, Vec<AuditRow>), Error>> {
        let client = client.clone();
        let read = stream::iter(items).chunks(BATCH_LIMIT).map(move |items| {
            let client = client.clone();
            async move {
                let found = items.iter().cloned().map(Found::Shared).collect();
                let mut rows =
                    read(&client, found, &[], &AuditProgress::default()).await?.into_iter().peekable();
                let each = items.into_iter().map(|item| {
                    let own = std::iter::from_fn(|| rows.next_if(|row| row.item == item)).collect();
                    Ok((item, own))
                });
                Ok(stream::iter(each.collect::<Vec<_>>()))
            }
        });
        read.buffered(BATCHES_AT_ONCE).try_flatten().boxed()
    }

    /// Looks at the item itself, and says how to go on from there.
    async fn start(mut self) -> Result<BoxStream<'static, Result<AuditRow, Error>>, Error> {
        let item = self.client.item(&self.item).get().await?;
        if self.domains.is_empty() {
            self.domains = self.home(&item).await.into_iter().collect();
        }
        let found =
            walk::found(&self.client, &self.item, &item, self.recursive, self.progress.clone()).await?;
        let Self { client, filter, domains, progress, .. } = self;
        let domains: Arc<[String]> = domains.into();
        let rows = batches(found)
            .map_ok(move |found| {
                let (client, domains, progress) = (client.clone(), Arc::clone(&domains), progress.clone());
                async move { read(&client, found, &domains, &progress).await }
            })
            .try_buffered(BATCHES_AT_ONCE)
            .map_ok(|rows| stream::iter(rows.into_iter().map(Ok)))
            .try_flatten();
        Ok(rows.try_filter(move |row| std::future::ready(filter.wants(row))).boxed())
    }

    /// The domain of the drive's owner. Whoever may not look at the drive gets no answer, and needs none.
    async fn home(&self, item: &sharing_model::DriveItem) -> Option<String> {
        let drive = item.parent_reference.as_ref()?.drive_id.clone()?;
        let drive = self.client.drive(&DriveAddress::Drive(Segment::new(drive)?)).await.ok()?;
        let owner = drive.owner?;
        let mail = |identity: Option<Box<sharing_model::Identity>>| {
            let identity = *identity?;
            identity.email.or(identity.user_principal_name)
        };
        let mail = mail(owner.user).or_else(|| mail(owner.group))?;
        mail.rsplit_once('@').map(|(_, domain)| domain.to_owned())
    }
}

type Batch = Result<Vec<Found>, Error>;

/// What was found, as many at a time as go in a batch; an error comes after what was found before it.
fn batches(found: BoxStream<'static, Result<Found, Error>>) -> impl futures_util::Stream<Item = Batch> {
    found.chunks(BATCH_LIMIT).flat_map(|chunk| {
        let (mut good, mut bad) = (Vec::with_capacity(chunk.len()), None);
        for found in chunk {
            match found {
                Ok(found) => good.push(found),
                Err(error) => bad = Some(Err(error)),
            }
        }
        stream::iter(std::iter::once(Ok(good)).chain(bad))
    })
}

/// Whether an error is about everything, not about one item.
fn is_about_all(error: &Error) -> bool {
    matches!(error.status(), None | Some(401))
}

/// The rows of some items.
async fn read(
    client: &Client,
    found: Vec<Found>,
    domains: &[String],
    progress: &AuditProgress,
) -> Result<Vec<AuditRow>, Error> {
    let shared = found.iter().filter_map(|found| match found {
        Found::Shared(item) => Some(Action::list_permissions(item.clone())),
        Found::Unlisted(..) => None,
    });
    let mut replies = Box::pin(client.batch(shared)).await.into_iter();
    let mut rows = Vec::new();
    for found in found {
        let (item, error) = match found {
            Found::Unlisted(item, error) => (item, error),
            Found::Shared(item) => {
                let Some(reply) = replies.next() else { break };
                let list = reply.and_then(|reply| reply.read::<Collection<Permission>>());
                let list = match list {
                    Ok(first) => Box::pin(rest(client, &item, first)).await,
                    Err(error) => Err(error),
                };
                match list {
                    Ok(permissions) => {
                        progress.0.read.fetch_add(1, Ordering::Relaxed);
                        let of = |permission| AuditRow::of(&item, permission, domains);
                        rows.extend(permissions.iter().flat_map(of));
                        continue;
                    }
                    Err(error) => (item, error),
                }
            }
        };
        if is_about_all(&error) {
            return Err(error);
        }
        progress.0.unread.fetch_add(1, Ordering::Relaxed);
        rows.push(AuditRow::unread(item, &error));
    }
    Ok(rows)
}

/// All of a list of permissions, from its first page on.
async fn rest(
    client: &Client,
    item: &ItemAddress,
    first: Collection<Permission>,
) -> Result<Vec<Permission>, Error> {
    let mut permissions = first.value.unwrap_or_default();
    if let Some(link) = first.next_link {
        let more = client.item(item).permissions().resume(link).await?;
        permissions.extend(more.value.unwrap_or_default());
    }
    Ok(permissions)
}
