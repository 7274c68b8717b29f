//! `Target`: what an action is asked of.

use crate::{DriveAddress, ItemAddress, Segment};

/// What an action is asked of.
///
/// ```
/// use sharing_model::{Action, Segment, Target};
///
/// let token = Segment::new("s!AkijuZglD51u").unwrap();
/// assert_eq!(Action::get_share(token.clone()).target(), &Target::Share(token));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Target {
    /// A drive.
    Drive(DriveAddress),
    /// A site, by its id.
    Site(Segment),
    /// A site, by its URL.
    SiteByPath {
        /// The host, as in `contoso.sharepoint.com`.
        host: Segment,
        /// The names below it, as in `sites` and `projects`; empty for the host's root site.
        path: Vec<Segment>,
    },
    /// The site that holds what a sharing link leads to, by the share's id or encoded URL.
    SiteOfShare(Segment),
    /// An item.
    Item(ItemAddress),
    /// One permission of an item.
    Permission {
        /// The item.
        item: ItemAddress,
        /// The permission's id.
        id: Segment,
    },
    /// A share, by its id or its encoded sharing URL.
    Share(Segment),
    /// The service as a whole.
    Service,
}

impl Target {
    /// What kind of thing it is, without the ids, names and tokens in its address: for logs.
    ///
    /// ```
    /// use sharing_model::{Action, Segment};
    ///
    /// let action = Action::get_share(Segment::new("s!AkijuZglD51u").unwrap());
    /// assert_eq!(action.target().form(), "/shares/{}");
    /// ```
    #[must_use]
    pub fn form(&self) -> String {
        match self {
            Self::Drive(drive) => drive.form(),
            Self::Site(_) => "/sites/{}".to_owned(),
            Self::SiteByPath { .. } => "/sites/{}:/{}".to_owned(),
            Self::SiteOfShare(_) => "/shares/{}/site".to_owned(),
            Self::Item(item) => item.form(),
            Self::Permission { item, .. } => format!("{}/permissions/{{}}", item.form()),
            Self::Share(_) => "/shares/{}".to_owned(),
            Self::Service => "/".to_owned(),
        }
    }
}
