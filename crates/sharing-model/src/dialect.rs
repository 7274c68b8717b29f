//! `Dialect`: how a service spells the same thing.

/// What Graph puts before a name to say whose it is.
const GRAPH: &str = "microsoft.graph.";

/// How a service spells actions, types and errors. An endpoint has a dialect; nobody else asks.
///
/// ```
/// use sharing_model::Dialect;
///
/// assert_eq!(Dialect::Graph.action("invite"), "invite");
/// assert_eq!(Dialect::Direct.action("invite"), "oneDrive.invite");
/// assert_eq!(Dialect::Direct.type_name("driveRecipient"), "oneDrive.driveRecipient");
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// Microsoft Graph, v1.0 and beta: `invite`, `microsoft.graph.permission`, `innerError`.
    #[default]
    Graph,
    /// The direct endpoint of business drives and SharePoint Online, `/_api/v2.0`: `oneDrive.invite`,
    /// `oneDrive.permission`, `innererror`.
    Direct,
    /// The direct endpoint of personal drives: `action.invite`.
    DirectPersonal,
    /// SharePoint Server's `/_api/v2.0`: plain `invite`, `oneDrive.permission`.
    Server,
}

impl Dialect {
    /// The name of an action in this dialect.
    ///
    /// ```
    /// # use sharing_model::Dialect;
    /// assert_eq!(Dialect::DirectPersonal.action("createLink"), "action.createLink");
    /// assert_eq!(Dialect::Server.action("createLink"), "createLink");
    /// ```
    #[must_use]
    pub fn action(self, name: &str) -> String {
        match self {
            Self::Graph | Self::Server => name.to_owned(),
            Self::Direct => format!("oneDrive.{name}"),
            Self::DirectPersonal => format!("action.{name}"),
        }
    }

    /// Whether `segment` is how this dialect may spell an action. Graph also takes the name with its namespace, and both
    /// in any case of letters; the direct endpoints' prefixes are case-sensitive.
    ///
    /// ```
    /// # use sharing_model::Dialect;
    /// assert!(Dialect::Graph.spells("microsoft.graph.invite", "invite"));
    /// assert!(!Dialect::Graph.spells("oneDrive.invite", "invite"));
    /// assert!(Dialect::Graph.spells("createlink", "createLink"));
    /// assert!(!Dialect::Direct.spells("onedrive.invite", "invite"));
    /// ```
    #[must_use]
    pub fn spells(self, segment: &str, name: &str) -> bool {
        match self {
            Self::Graph => {
                let bare = segment.get(..GRAPH.len()).filter(|start| start.eq_ignore_ascii_case(GRAPH));
                bare.map_or(segment, |_| &segment[GRAPH.len()..]).eq_ignore_ascii_case(name)
            }
            _ => segment == self.action(name),
        }
    }

    /// The name of a type in this dialect.
    ///
    /// ```
    /// # use sharing_model::Dialect;
    /// assert_eq!(Dialect::Graph.type_name("permission"), "microsoft.graph.permission");
    /// assert_eq!(Dialect::Server.type_name("permission"), "oneDrive.permission");
    /// ```
    #[must_use]
    pub fn type_name(self, name: &str) -> String {
        match self {
            Self::Graph => [GRAPH, name].concat(),
            Self::Direct | Self::DirectPersonal | Self::Server => ["oneDrive.", name].concat(),
        }
    }
}
