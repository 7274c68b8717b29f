//! `Scopes`: the documents' permissions tables as data.

use crate::TokenKind;

/// The scopes of which an action needs one, by kind of token, least privilege first.
///
/// ```
/// use sharing_model::ActionKind;
///
/// let scopes = ActionKind::Invite.facts().scopes;
/// assert!(scopes.application.contains(&"Files.ReadWrite.All"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scopes {
    /// For a work or school account's delegated token.
    pub delegated: &'static [&'static str],
    /// For a personal account's delegated token; empty where the action is not supported.
    pub personal: &'static [&'static str],
    /// For an application's own token.
    pub application: &'static [&'static str],
}

impl Scopes {
    /// The scopes for a kind of token, of a personal account or not; empty where no scope allows the action.
    ///
    /// ```
    /// use sharing_model::{ActionKind, TokenKind};
    ///
    /// let scopes = ActionKind::RevokeGrants.facts().scopes;
    /// assert_eq!(scopes.of(TokenKind::Delegated, false)[0], "Files.ReadWrite");
    /// assert!(scopes.of(TokenKind::Delegated, true).is_empty());
    /// ```
    #[must_use]
    pub const fn of(&self, token: TokenKind, is_personal: bool) -> &'static [&'static str] {
        match (token, is_personal) {
            (TokenKind::Application, _) => self.application,
            (TokenKind::Delegated, true) => self.personal,
            (TokenKind::Delegated, false) => self.delegated,
        }
    }

    /// Graph's name for a scope of the direct endpoints; any other name as it is.
    ///
    /// ```
    /// use sharing_model::Scopes;
    ///
    /// assert_eq!(Scopes::in_graph("MyFiles.Write"), "Files.ReadWrite");
    /// assert_eq!(Scopes::in_graph("Sites.Read.All"), "Sites.Read.All");
    /// ```
    #[must_use]
    pub fn in_graph(scope: &str) -> &str {
        match scope {
            "MyFiles.Read" | "OneDrive.Read" | "onedrive.readonly" => "Files.Read",
            "MyFiles.Write" | "OneDrive.ReadWrite" | "onedrive.readwrite" => "Files.ReadWrite",
            "AllSites.Read" => "Sites.Read.All",
            "AllSites.Write" => "Sites.ReadWrite.All",
            "AllSites.Manage" => "Sites.Manage.All",
            "AllSites.FullControl" => "Sites.FullControl.All",
            scope => scope,
        }
    }
}

/// Reading items and permissions.
pub(crate) const READ: Scopes = Scopes {
    delegated: &[
        "Files.Read",
        "Files.ReadWrite",
        "Files.Read.All",
        "Files.ReadWrite.All",
        "Sites.Read.All",
        "Sites.ReadWrite.All",
    ],
    personal: &["Files.Read", "Files.ReadWrite", "Files.Read.All", "Files.ReadWrite.All"],
    application: &["Files.Read.All", "Files.ReadWrite.All", "Sites.Read.All", "Sites.ReadWrite.All"],
};

/// Changing permissions, and everything below `/shares`.
pub(crate) const WRITE: Scopes = Scopes {
    delegated: &["Files.ReadWrite", "Files.ReadWrite.All", "Sites.ReadWrite.All"],
    personal: &["Files.ReadWrite", "Files.ReadWrite.All"],
    application: &["Files.ReadWrite.All", "Sites.ReadWrite.All"],
};

/// Taking people off a link.
pub(crate) const REVOKE: Scopes = Scopes { personal: &[], ..WRITE };

/// Giving applications a role.
pub(crate) const APPLICATIONS: Scopes = Scopes {
    delegated: &[
        "Files.SelectedOperations.Selected",
        "Lists.SelectedOperations.Selected",
        "ListItems.SelectedOperations.Selected",
        "Sites.Selected",
        "Files.ReadWrite",
        "Files.ReadWrite.All",
        "Sites.ReadWrite.All",
        "Sites.Manage.All",
        "Sites.FullControl.All",
    ],
    personal: &[],
    application: &[
        "Files.SelectedOperations.Selected",
        "Lists.SelectedOperations.Selected",
        "ListItems.SelectedOperations.Selected",
        "Sites.Selected",
        "Files.ReadWrite.All",
        "Sites.ReadWrite.All",
        "Sites.Manage.All",
        "Sites.FullControl.All",
    ],
};

/// Which applications have access to a site.
pub(crate) const SITE: Scopes =
    Scopes { delegated: &[], personal: &[], application: &["Sites.FullControl.All"] };

/// Who has access to a container of SharePoint Embedded.
pub(crate) const CONTAINER: Scopes = Scopes {
    delegated: &["FileStorageContainer.Selected", "FileStorageContainer.Manage.All"],
    personal: &[],
    application: &["FileStorageContainer.Selected"],
};

/// None of its own: each member of a batch needs its own.
pub(crate) const NONE: Scopes = Scopes { delegated: &[], personal: &[], application: &[] };
