//! `Tally`: what a plan amounts to.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

/// What a plan, or a part of it, amounts to.
///
/// ```
/// use sharing_bulk::Tally;
///
/// let mut sum = Tally { items: 1, rows: 3, mails: 2, ..Tally::default() };
/// sum += Tally { items: 1, rows: 4, ..Tally::default() };
/// assert_eq!((sum.items, sum.rows, sum.mails), (2, 7, 2));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(clippy::exhaustive_structs, reason = "a sum of numbers, which anybody may start")]
pub struct Tally {
    /// Items.
    pub items: u64,
    /// Items to be read again in the end, because what is answered does not tell whether people outside are there.
    #[serde(default)]
    pub read_again: u64,
    /// Rows.
    pub rows: u64,
    /// Requests that invite.
    pub invitations: u64,
    /// Whom they invite.
    pub recipients: u64,
    /// Permissions that get another role.
    pub role_changes: u64,
    /// Permissions that get another end.
    pub expiry_changes: u64,
    /// Permissions that are taken away.
    pub revocations: u64,
    /// Rows for which there is nothing to do.
    pub nothing: u64,
    /// Rows that are refused.
    pub refused: u64,
    /// Mails.
    pub mails: u64,
    /// Mails to people outside of the tenant, as far as their addresses tell.
    pub external_mails: u64,
    /// People outside of the tenant who are invited, as far as their addresses tell.
    pub externals: u64,
    /// Items whose inheritance breaks.
    pub inheritance_breaks: u64,
    /// Items that have permissions of their own afterwards.
    #[serde(default)]
    pub own_scopes: u64,
    /// Permissions whose holders can do less afterwards, those that are taken away not counted.
    pub lowered: u64,
}

impl Tally {
    /// How many requests change something.
    ///
    /// ```
    /// use sharing_bulk::Tally;
    ///
    /// assert_eq!(Tally { invitations: 2, revocations: 1, ..Tally::default() }.steps(), 3);
    /// ```
    #[must_use]
    pub const fn steps(&self) -> u64 {
        self.invitations + self.role_changes + self.expiry_changes + self.revocations
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.items += other.items;
        self.read_again += other.read_again;
        self.rows += other.rows;
        self.invitations += other.invitations;
        self.recipients += other.recipients;
        self.role_changes += other.role_changes;
        self.expiry_changes += other.expiry_changes;
        self.revocations += other.revocations;
        self.nothing += other.nothing;
        self.refused += other.refused;
        self.mails += other.mails;
        self.external_mails += other.external_mails;
        self.externals += other.externals;
        self.inheritance_breaks += other.inheritance_breaks;
        self.own_scopes += other.own_scopes;
        self.lowered += other.lowered;
    }
}
