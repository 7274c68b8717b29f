//! Where an action is asked: the one place that spells a URL. `parse.rs` reads it.

use super::{
    Action, Target,
    table::{BATCH, CONTAINERS, PERMISSIONS, Place, SHARED_WITH_ME, Suffix},
};
use crate::{Dialect, address::encode};

impl Action {
    /// The path below the endpoint's base URL, percent-encoded.
    ///
    /// ```
    /// use sharing_model::{Action, CreateLinkRequest, Dialect};
    ///
    /// let action = Action::create_link("/drive/root:/100% final.docx".parse()?, &CreateLinkRequest::default());
    /// assert_eq!(action.path(Dialect::Graph), "/drive/root:/100%25%20final.docx:/createLink");
    /// assert_eq!(action.path(Dialect::DirectPersonal), "/drive/root:/100%25%20final.docx:/action.createLink");
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub fn path(&self, dialect: Dialect) -> String {
        let mut path = match &self.target {
            Target::Drive(drive) => drive.to_url_path(),
            Target::Site(site) if self.kind.facts().place == Place::Site(Suffix::Nothing) => {
                site.to_url_path()
            }
            Target::Site(site) => site.to_url_path_before(),
            Target::SitePermission { site, id } => {
                format!("{}/{PERMISSIONS}/{}", site.to_url_path_before(), encode(id))
            }
            Target::Container(id) => format!("{CONTAINERS}/{}/{PERMISSIONS}", encode(id)),
            Target::SiteOfShare(token) => format!("/shares/{}/site", encode(token)),
            Target::Item(item) => item.to_url_path(),
            Target::Permission { item, id } => format!("{}/{PERMISSIONS}/{}", item.to_url_path(), encode(id)),
            Target::Share(token) => {
                let permission = matches!(self.kind.facts().place, Place::SharePermission(_));
                format!("/shares/{}{}", encode(token), if permission { "/permission" } else { "" })
            }
            Target::Service => String::new(),
        };
        match self.kind.facts().place {
            Place::Item(suffix)
            | Place::Permission(suffix)
            | Place::SharePermission(suffix)
            | Place::Site(suffix) => match suffix {
                Suffix::Nothing => {}
                Suffix::Relation(name) => path.extend(["/", name]),
                Suffix::Action(name) => path.extend(["/", &dialect.action(name)]),
            },
            Place::ShareRelation(name) => path.extend(["/", name]),
            Place::SharedWithMe => path.extend(["/", &dialect.action(SHARED_WITH_ME)]),
            Place::Batch => path.push_str(BATCH),
            Place::Drive | Place::Share | Place::SitePermission | Place::ContainerPermissions => {}
        }
        path
    }
}
