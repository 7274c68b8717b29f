//! Faults in Rust: what happens first, then to which requests and how often.

use std::time::Duration;

use sharing_model::ActionKind;

use super::{
    preset::FaultPreset,
    rule::{Cut, FaultBody, FaultEffect, FaultRule},
};

impl From<FaultEffect> for FaultRule {
    fn from(then: FaultEffect) -> Self {
        Self { then, ..Self::default() }
    }
}

/// What happens, to every request until more is said.
impl FaultRule {
    /// Refuses with a status, and with the body that the service most likely gives it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_mock::{FaultRule, MockServer};
    ///
    /// let server = MockServer::builder().fault(FaultRule::status(503).times(1)).start().await?;
    /// let root = format!("{}/v1.0/drive/root", server.url());
    /// let ask = || reqwest::Client::new().get(&root).bearer_auth("any").send();
    /// assert_eq!((ask().await?.status().as_u16(), ask().await?.status().as_u16()), (503, 200));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn status(status: u16) -> Self {
        FaultEffect { status: Some(status), ..FaultEffect::default() }.into()
    }

    /// Refuses in words of the service that have a name.
    ///
    /// ```
    /// use sharing_mock::{FaultPreset, FaultRule};
    ///
    /// assert_eq!(FaultRule::preset(FaultPreset::Locked).then.preset, Some(FaultPreset::Locked));
    /// ```
    #[must_use]
    pub fn preset(preset: FaultPreset) -> Self {
        FaultEffect { preset: Some(preset), ..FaultEffect::default() }.into()
    }

    /// Loses the connection.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use sharing_mock::{Cut, FaultRule, MockServer};
    ///
    /// let server = MockServer::builder().fault(FaultRule::cut(Cut::AfterChange)).start().await?;
    /// let invitation = serde_json::json!({
    ///     "recipients": [{ "email": "ryan@contoso.com" }], "roles": ["read"],
    ///     "requireSignIn": true, "sendInvitation": true
    /// });
    /// let invite = format!("{}/v1.0/drive/root:/Notes.txt:/invite", server.url());
    /// let answer = reqwest::Client::new().post(invite).bearer_auth("any").json(&invitation).send().await;
    /// // The client does not know, but the mail is out.
    /// assert!(answer.is_err());
    /// assert_eq!(server.outbox().len(), 1);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn cut(cut: Cut) -> Self {
        FaultEffect { cut: Some(cut), ..FaultEffect::default() }.into()
    }

    /// Puts something else in the place of the body.
    ///
    /// ```
    /// use sharing_mock::{FaultBody, FaultRule};
    ///
    /// assert_eq!(FaultRule::body(FaultBody::Html).then.body, Some(FaultBody::Html));
    /// ```
    #[must_use]
    pub fn body(body: FaultBody) -> Self {
        FaultEffect { body: Some(body), ..FaultEffect::default() }.into()
    }

    /// Loses the connection after so many bytes of the body.
    ///
    /// ```
    /// assert_eq!(sharing_mock::FaultRule::truncate(40).then.truncate_after, Some(40));
    /// ```
    #[must_use]
    pub fn truncate(after: u32) -> Self {
        FaultEffect { truncate_after: Some(after), ..FaultEffect::default() }.into()
    }

    /// Answers late, by whole milliseconds.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let rule = sharing_mock::FaultRule::latency(Duration::from_secs(2));
    /// assert_eq!(rule.then.latency_ms, Some(2_000));
    /// ```
    #[must_use]
    pub fn latency(latency: Duration) -> Self {
        Self::default().late(latency)
    }

    /// Lets reads see who had access before so many changes.
    ///
    /// ```
    /// assert_eq!(sharing_mock::FaultRule::stale(1).then.stale_changes, Some(1));
    /// ```
    #[must_use]
    pub fn stale(changes: u32) -> Self {
        FaultEffect { stale_changes: Some(changes), ..FaultEffect::default() }.into()
    }

    /// Lets reads see who had access so many seconds ago.
    ///
    /// ```
    /// assert_eq!(sharing_mock::FaultRule::stale_by(30).then.stale_seconds, Some(30));
    /// ```
    #[must_use]
    pub fn stale_by(seconds: u32) -> Self {
        FaultEffect { stale_seconds: Some(seconds), ..FaultEffect::default() }.into()
    }

    /// Sends the client on to another URL, with status 307.
    ///
    /// ```
    /// let rule = sharing_mock::FaultRule::redirect("http://127.0.0.1:9/elsewhere");
    /// assert_eq!(rule.then.redirect.as_deref(), Some("http://127.0.0.1:9/elsewhere"));
    /// ```
    #[must_use]
    pub fn redirect(url: impl Into<String>) -> Self {
        FaultEffect { redirect: Some(url.into()), ..FaultEffect::default() }.into()
    }

    /// Says of lists that they go on at another URL.
    ///
    /// ```
    /// let rule = sharing_mock::FaultRule::next_link("http://127.0.0.1:9/page2");
    /// assert_eq!(rule.then.next_link.as_deref(), Some("http://127.0.0.1:9/page2"));
    /// ```
    #[must_use]
    pub fn next_link(url: impl Into<String>) -> Self {
        FaultEffect { next_link: Some(url.into()), ..FaultEffect::default() }.into()
    }

    /// With a code and a message of the refusal.
    ///
    /// ```
    /// let rule = sharing_mock::FaultRule::status(403).saying("accessDenied", "Access Denied");
    /// assert_eq!(rule.then.code.as_deref(), Some("accessDenied"));
    /// ```
    #[must_use]
    pub fn saying(mut self, code: impl Into<String>, message: impl Into<String>) -> Self {
        self.then.code = Some(code.into());
        self.then.message = Some(message.into());
        self
    }

    /// With codes inside the refusal, outermost first.
    ///
    /// ```
    /// let rule = sharing_mock::FaultRule::status(403).inside(["sharingDisabled"]);
    /// assert_eq!(rule.then.inner_codes, Some(vec!["sharingDisabled".to_owned()]));
    /// ```
    #[must_use]
    pub fn inside<T: Into<String>>(mut self, codes: impl IntoIterator<Item = T>) -> Self {
        self.then.inner_codes = Some(codes.into_iter().map(Into::into).collect());
        self
    }

    /// With a `Retry-After` in seconds.
    ///
    /// ```
    /// assert_eq!(sharing_mock::FaultRule::status(429).retry_after(2.128).then.retry_after, Some(2.128));
    /// ```
    #[must_use]
    pub const fn retry_after(mut self, seconds: f64) -> Self {
        self.then.retry_after = Some(seconds);
        self
    }

    /// With a `Retry-After` that is a date, so many seconds after the space's now.
    ///
    /// ```
    /// assert_eq!(sharing_mock::FaultRule::status(503).retry_after_date(30).then.retry_after_date, Some(30));
    /// ```
    #[must_use]
    pub const fn retry_after_date(mut self, seconds: u32) -> Self {
        self.then.retry_after_date = Some(seconds);
        self
    }

    /// With one more header, or another value of one.
    ///
    /// ```
    /// let rule = sharing_mock::FaultRule::status(401).header("www-authenticate", "Bearer");
    /// assert_eq!(rule.then.headers["www-authenticate"], "Bearer");
    /// ```
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.then.headers.insert(name.into(), value.into());
        self
    }

    /// So much later.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let rule = sharing_mock::FaultRule::status(504).late(Duration::from_millis(300));
    /// assert_eq!(rule.then.latency_ms, Some(300));
    /// ```
    #[must_use]
    pub fn late(mut self, latency: Duration) -> Self {
        // A rule that is too late for the type is too late for the check, too.
        self.then.latency_ms = Some(u32::try_from(latency.as_millis()).unwrap_or(u32::MAX));
        self
    }

    /// After the request is done all the same.
    ///
    /// ```
    /// assert!(sharing_mock::FaultRule::status(504).after_change().then.after_change);
    /// ```
    #[must_use]
    pub const fn after_change(mut self) -> Self {
        self.then.after_change = true;
        self
    }
}

/// Which requests, and how often.
impl FaultRule {
    /// Only this action, or this too.
    ///
    /// ```
    /// use sharing_model::ActionKind;
    ///
    /// let rule = sharing_mock::FaultRule::status(500).on(ActionKind::Invite).on(ActionKind::CreateLink);
    /// assert_eq!(rule.matching.actions, [ActionKind::Invite, ActionKind::CreateLink]);
    /// ```
    #[must_use]
    pub fn on(mut self, action: ActionKind) -> Self {
        self.matching.actions.push(action);
        self
    }

    /// Only this method, or this too.
    ///
    /// ```
    /// assert_eq!(sharing_mock::FaultRule::status(500).method("PATCH").matching.methods, ["PATCH"]);
    /// ```
    #[must_use]
    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.matching.methods.push(method.into());
        self
    }

    /// Only paths like this: `*` stands for any characters, `?` for one.
    ///
    /// ```
    /// let rule = sharing_mock::FaultRule::status(500).path("/beta/*");
    /// assert_eq!(rule.matching.path.as_deref(), Some("/beta/*"));
    /// ```
    #[must_use]
    pub fn path(mut self, pattern: impl Into<String>) -> Self {
        self.matching.path = Some(pattern.into());
        self
    }

    /// Only this item, by its id or its path in its drive.
    ///
    /// ```
    /// let rule = sharing_mock::FaultRule::status(423).item("/Projects/*.docx");
    /// assert_eq!(rule.matching.item.as_deref(), Some("/Projects/*.docx"));
    /// ```
    #[must_use]
    pub fn item(mut self, item: impl Into<String>) -> Self {
        self.matching.item = Some(item.into());
        self
    }

    /// Only requests with a header like this.
    ///
    /// ```
    /// let rule = sharing_mock::FaultRule::status(500).with("user-agent", "NONISV|*");
    /// assert_eq!(rule.matching.headers["user-agent"], "NONISV|*");
    /// ```
    #[must_use]
    pub fn with(mut self, header: impl Into<String>, pattern: impl Into<String>) -> Self {
        self.matching.headers.insert(header.into(), pattern.into());
        self
    }

    /// Only members of a batch, or none of them.
    ///
    /// ```
    /// assert_eq!(sharing_mock::FaultRule::status(429).in_batch(true).matching.in_batch, Some(true));
    /// ```
    #[must_use]
    pub const fn in_batch(mut self, member: bool) -> Self {
        self.matching.in_batch = Some(member);
        self
    }

    /// Only the nth of them, counted from 1; with [`times`](Self::times), so many from that one on.
    ///
    /// ```
    /// assert_eq!(sharing_mock::FaultRule::status(500).nth(3).nth, Some(3));
    /// ```
    #[must_use]
    pub const fn nth(mut self, nth: u64) -> Self {
        self.nth = Some(nth);
        self
    }

    /// At most so many.
    ///
    /// ```
    /// assert_eq!(sharing_mock::FaultRule::status(500).times(2).times, Some(2));
    /// ```
    #[must_use]
    pub const fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// Each with this probability, from 0 for never to 1 for always.
    ///
    /// ```
    /// assert_eq!(sharing_mock::FaultRule::status(500).probability(0.1).probability, Some(0.1));
    /// ```
    #[must_use]
    pub const fn probability(mut self, probability: f64) -> Self {
        self.probability = Some(probability);
        self
    }

    /// By a name to ask for it by.
    ///
    /// ```
    /// assert_eq!(sharing_mock::FaultRule::status(500).named("outage").id.as_deref(), Some("outage"));
    /// ```
    #[must_use]
    pub fn named(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }
}
