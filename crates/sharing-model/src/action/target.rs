//! `Target`: what an action is asked of.

use crate::{DriveAddress, ItemAddress, Segment, SiteAddress};

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
    /// A site.
    Site(SiteAddress),
    /// One permission of a site.
    SitePermission {
        /// The site.
        site: SiteAddress,
        /// The permission's id.
        id: Segment,
    },
    /// A container of SharePoint Embedded, by its id.
    Container(Segment),
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
            Self::Site(site) => site.form(),
            Self::SitePermission { site, .. } => format!("{}/permissions/{{}}", site.form()),
            Self::Container(_) => "/storage/fileStorage/containers/{}".to_owned(),
            Self::SiteOfShare(_) => "/shares/{}/site".to_owned(),
            Self::Item(item) => item.form(),
            Self::Permission { item, .. } => format!("{}/permissions/{{}}", item.form()),
            Self::Share(_) => "/shares/{}".to_owned(),
            Self::Service => "/".to_owned(),
        }
    }
}
