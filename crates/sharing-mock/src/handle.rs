//! What a test holds of a space: everything to look into it and to set it up.

use std::{fmt, sync::Arc};

use crate::{
    clock::Clock,
    fault::{self, FaultRule, FaultState, InvalidFaults},
    journal::Entry,
    limit::{LimitGauge, Limits},
    login::device::Device,
    outbox::Mail,
    scope_report::ScopeReport,
    space::{NoSpace, Space},
    world::World,
};

/// A space of a [`MockServer`](crate::MockServer): a tenant, a clock, faults, limits and a journal of its own. Copies
/// lead to the same space.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let server = sharing_mock::MockServer::start().await?;
/// let (one, other) = (server.space("one")?, server.space("other")?);
/// one.clock().set("2027-03-01T12:00:00Z".parse()?);
/// assert_ne!(one.clock().mode(), other.clock().mode());
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct MockSpace {
    url: String,
    space: Arc<Space>,
}

impl MockSpace {
    pub(crate) const fn new(url: String, space: Arc<Space>) -> Self {
        Self { url, space }
    }

    /// Where it listens, without a version, as in `http://127.0.0.1:40123`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// for version in ["/v1.0", "/beta", "/_api/v2.0"] {
    ///     let root = format!("{}{version}/drive/root", server.url());
    ///     assert_eq!(reqwest::Client::new().get(root).bearer_auth("any").send().await?.status(), 200);
    /// }
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The mails that the service would have sent, oldest first.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// let invitation = serde_json::json!({
    ///     "recipients": [{ "email": "ryan@contoso.com" }, { "email": "kim@fabrikam.com" }],
    ///     "roles": ["read"], "requireSignIn": true, "sendInvitation": true
    /// });
    /// let invite = format!("{}/v1.0/drive/root:/Notes.txt:/invite", server.url());
    /// reqwest::Client::new().post(invite).bearer_auth("any").json(&invitation).send().await?.error_for_status()?;
    /// let to: Vec<_> = server.outbox().into_iter().map(|mail| mail.to).collect();
    /// assert_eq!(to, ["ryan@contoso.com", "kim@fabrikam.com"]);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn outbox(&self) -> Vec<Mail> {
        self.space.tenant().mails().collect()
    }

    /// The latest requests, oldest first, each once it is answered.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// reqwest::get(format!("{}/v1.0/drive/root", server.url())).await?;
    /// let [entry] = &server.requests()[..] else { panic!("one request") };
    /// assert_eq!((&*entry.method, entry.status), ("GET", 401));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn requests(&self) -> Vec<Entry> {
        self.space.journal().entries().cloned().collect()
    }

    /// The clock that everything with a time follows: it can be set, moved and stopped.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// server.clock().set("2027-03-01T12:00:00Z".parse()?);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.space.clock
    }

    /// The devices' codes that are good, oldest first.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// assert!(server.device_codes().is_empty());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn device_codes(&self) -> Vec<Device> {
        self.space.device_codes()
    }

    /// Types a device's code for a person, by principal name or object id; for the sample user, where none is named.
    /// `None` where nothing waits under this code, or nobody has this name.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_mock::{Application, MockServer};
    /// # let server = MockServer::start().await?;
    /// # let url = format!("{}/contoso.com/oauth2/v2.0/devicecode", server.url());
    /// # let asked = format!("client_id={}&scope=Files.Read", Application::console().id);
    /// # reqwest::Client::new().post(url).body(asked).send().await?.error_for_status()?;
    /// // Once the sample tenant's console has asked for a code:
    /// let code = &server.device_codes()[0].user_code;
    /// assert!(server.approve_device(code, Some("nobody@contoso.com")).is_none());
    /// assert!(server.approve_device(code, Some("ryan@contoso.com")).is_some());
    /// # Ok(()) }
    /// ```
    pub fn approve_device(&self, user_code: &str, person: Option<&str>) -> Option<Device> {
        self.space.decide_device(user_code, Some(person))
    }

    /// Says no to a device that waits under a code. `None` where nothing does.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// assert!(server.decline_device("ABCDEFGHJ").is_none());
    /// # Ok(()) }
    /// ```
    pub fn decline_device(&self, user_code: &str) -> Option<Device> {
        self.space.decide_device(user_code, None)
    }

    /// Which scopes the requests so far needed, for each kind of token that came.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// let list = format!("{}/v1.0/drive/root/permissions", server.url());
    /// reqwest::Client::new().get(list).bearer_auth("any").send().await?;
    /// assert_eq!(server.scopes()[0].fewest, ["Files.Read"]);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn scopes(&self) -> Vec<ScopeReport> {
        self.space.scopes.report()
    }

    /// Adds a fault after the others, or in the place of the one with its id. Returns its id.
    ///
    /// # Errors
    ///
    /// When the fault cannot be.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// use sharing_mock::FaultRule;
    ///
    /// let id = server.add_fault(FaultRule::status(500).times(1))?;
    /// assert_eq!(reqwest::get(format!("{}/v1.0/drive", server.url())).await?.status(), 500);
    /// assert_eq!((&*id, server.faults()[0].hits), ("fault-1", 1));
    /// # Ok(()) }
    /// ```
    pub fn add_fault(&self, rule: FaultRule) -> Result<String, InvalidFaults> {
        fault::check_one(&rule)?;
        Ok(self.space.faults().add(rule).to_string())
    }

    /// Takes a fault away by its id. Whether there was one.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use sharing_mock::{FaultRule, MockServer};
    /// let server = MockServer::builder().fault(FaultRule::status(503).named("outage")).start().await?;
    /// assert!(server.remove_fault("outage") && !server.remove_fault("outage"));
    /// # Ok(()) }
    /// ```
    pub fn remove_fault(&self, id: &str) -> bool {
        self.space.faults().remove(id)
    }

    /// The faults, in the order in which they are asked, each with what it did.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// assert!(server.faults().is_empty());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn faults(&self) -> Vec<FaultState> {
        self.space.faults().states()
    }

    /// Sets the limits from now on. What was used stays used.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// use sharing_mock::Limits;
    ///
    /// server.set_limits(Limits { sharing_calls_per_five_minutes: Some(0), ..Limits::default() });
    /// let invite = format!("{}/v1.0/drive/root:/Notes.txt:/invite", server.url());
    /// let answer = reqwest::Client::new().post(invite).bearer_auth("any").send().await?;
    /// assert_eq!((answer.status().as_u16(), &answer.headers()["retry-after"]), (429, &"300".parse()?));
    /// # Ok(()) }
    /// ```
    pub fn set_limits(&self, limits: Limits) {
        self.space.set_limits(limits);
    }

    /// The limits that hold.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// use sharing_mock::{Limits, MockServer};
    ///
    /// assert_eq!(MockServer::start().await?.limits(), Limits::default());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.space.limits().limits().clone()
    }

    /// How much of each limit is used, by whom.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// // There are no limits unless they are set.
    /// assert!(sharing_mock::MockServer::start().await?.gauges().is_empty());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn gauges(&self) -> Vec<LimitGauge> {
        let space = &self.space;
        let now = space.clock.now();
        space.limits().gauges(now)
    }

    /// The state of the tenant as it is now, to look at, to keep or to start another server with.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// use sharing_mock::{MockServer, World};
    ///
    /// let server = MockServer::start().await?;
    /// assert_eq!(server.world().to_string(), World::contoso().to_string());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn world(&self) -> World {
        World::of(self.space.tenant().clone())
    }

    /// A guest accepts the invitation that was sent to a mail address: from then on the guest has an id, and is among
    /// the permissions. Says whether that was still to be done; `false` where nobody was invited by that address.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// let server = sharing_mock::MockServer::start().await?;
    /// assert!(server.accept("lee@fabrikam.com"));
    /// assert!(!server.accept("lee@fabrikam.com") && !server.accept("nobody@fabrikam.com"));
    /// # Ok(()) }
    /// ```
    pub fn accept(&self, mail: &str) -> bool {
        self.space.tenant().accept(mail).unwrap_or_default()
    }

    /// Somebody, by mail address, principal name or id, follows a link: one for the organisation remembers whoever
    /// came, and a guest who was invited by it has accepted. Says whether the link lets them in.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// let server = sharing_mock::MockServer::start().await?;
    /// assert!(!server.follow("https://contoso.sharepoint.com/:f:/s/launch/nothing", "ryan@contoso.com"));
    /// # Ok(()) }
    /// ```
    pub fn follow(&self, url: &str, who: &str) -> bool {
        let mut tenant = self.space.tenant();
        tenant.now = self.space.clock.now();
        tenant.directory.by_any_name(who).is_some_and(|who| tenant.follow(url, who).is_ok())
    }

    /// Makes everything as it was before the first request.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// reqwest::get(format!("{}/v1.0/drive", server.url())).await?;
    /// server.reset();
    /// assert!(server.requests().is_empty());
    /// # Ok(()) }
    /// ```
    pub fn reset(&self) {
        self.space.reset();
    }

    /// Makes the tenant as a world says, with an empty outbox. The clock, the journal, faults and limits stay.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// # let server = sharing_mock::MockServer::start().await?;
    /// let before = server.world();
    /// server.accept("lee@fabrikam.com");
    /// server.set_world(&before);
    /// assert_eq!(server.world().to_string(), before.to_string());
    /// # Ok(()) }
    /// ```
    pub fn set_world(&self, world: &World) {
        self.space.set_world(world);
    }
}

impl fmt::Debug for MockSpace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockSpace").field("url", &self.url).finish_non_exhaustive()
    }
}

/// That is no name of a space.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
/// # let server = sharing_mock::MockServer::start().await?;
/// let error = server.space("a b").unwrap_err();
/// assert!(error.to_string().starts_with(r#""a b" is no name of a space: "#));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidSpaceName {
    name: String,
}

impl From<NoSpace> for InvalidSpaceName {
    fn from(NoSpace(name): NoSpace) -> Self {
        Self { name }
    }
}

impl fmt::Display for InvalidSpaceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no name of a space: it has {}", self.name, NoSpace::RIGHT)
    }
}

impl std::error::Error for InvalidSpaceName {}
