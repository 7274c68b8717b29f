//! `AuditFilter`: which rows of an audit are wanted.

use jiff::Timestamp;

use crate::{AuditRow, How};

/// Which rows of an audit are wanted: those that all of what it says holds for. A row that says that something could not
/// be read is always wanted: nobody knows what it hides.
///
/// ```
/// use sharing_bulk::AuditFilter;
///
/// let links_that_end = AuditFilter::default().links().expires_before("2027-01-01T00:00:00Z".parse()?);
/// # let _ = links_that_end;
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use]
pub struct AuditFilter {
    external: bool,
    links: bool,
    inherited: Option<bool>,
    grantee: Option<String>,
    expires_before: Option<Timestamp>,
}

impl AuditFilter {
    /// Only people outside of the organization, and links for anybody.
    ///
    /// ```
    /// # use sharing_bulk::AuditFilter;
    /// assert_ne!(AuditFilter::default().external(), AuditFilter::default());
    /// ```
    pub fn external(mut self) -> Self {
        self.external = true;
        self
    }

    /// Only links, and people whom they are for.
    ///
    /// ```
    /// # use sharing_bulk::AuditFilter;
    /// assert_ne!(AuditFilter::default().links(), AuditFilter::default());
    /// ```
    pub fn links(mut self) -> Self {
        self.links = true;
        self
    }

    /// Only what comes from a folder above (`true`), or only what is the item's own (`false`).
    ///
    /// ```
    /// # use sharing_bulk::AuditFilter;
    /// assert_ne!(AuditFilter::default().inherited(true), AuditFilter::default().inherited(false));
    /// ```
    pub fn inherited(mut self, inherited: bool) -> Self {
        self.inherited = Some(inherited);
        self
    }

    /// Only this one's access; see [`AuditRow::is_of`].
    ///
    /// ```
    /// # use sharing_bulk::AuditFilter;
    /// assert_ne!(AuditFilter::default().grantee("ryan@contoso.com"), AuditFilter::default());
    /// ```
    pub fn grantee(mut self, who: impl Into<String>) -> Self {
        self.grantee = Some(who.into());
        self
    }

    /// Only what ends, and before this time.
    ///
    /// ```
    /// # use sharing_bulk::AuditFilter;
    /// let soon = AuditFilter::default().expires_before(jiff::Timestamp::now());
    /// assert_ne!(soon, AuditFilter::default());
    /// ```
    pub fn expires_before(mut self, at: Timestamp) -> Self {
        self.expires_before = Some(at);
        self
    }

    /// Whether the row is wanted.
    ///
    /// ```
    /// use sharing_bulk::{AuditFilter, AuditRow};
    ///
    /// let permission = serde_json::from_str(r#"{ "roles": ["read"], "grantedTo": { "user": { "email": "ryan@contoso.com" } } }"#)?;
    /// let row = &AuditRow::of(&"/drive/root".parse().unwrap(), &permission, &[])[0];
    /// assert!(AuditFilter::default().wants(row) && !AuditFilter::default().links().wants(row));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn wants(&self, row: &AuditRow) -> bool {
        row.how == How::Unread
            || ((!self.external || row.external)
                && (!self.links || row.how == How::Link)
                && self.inherited.is_none_or(|inherited| inherited != row.from.is_empty())
                && self.grantee.as_deref().is_none_or(|who| row.is_of(who))
                && self.expires_before.is_none_or(|end| row.expires.is_some_and(|at| at < end)))
    }
}
