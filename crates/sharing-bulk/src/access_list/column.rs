//! The columns that there are, and what people call them.

/// A column, which is a property in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Item,
    Recipient,
    Role,
    Expires,
    Notify,
    Message,
    SignIn,
    How,
    Name,
    Kind,
    External,
    From,
    Through,
    PermissionId,
    Error,
}

pub(super) const COLUMNS: usize = 15;

/// So many of them say what is wanted. The others stand in an audit: `how` decides whether a row says what an invitation
/// can say, and what the rest say is for people.
const WANTED: usize = 7;

/// Each with its name and the names that other tools and people give it, without case, spaces, `-` and `_`.
const NAMES: [(Column, &str, &[&str]); COLUMNS] = [
    (Column::Item, "item", &["target", "path", "url", "weburl", "link", "address", "file"]),
    (
        Column::Recipient,
        "recipient",
        &["email", "mail", "user", "who", "to", "grantee", "principal", "upn", "userprincipalname"],
    ),
    (Column::Role, "role", &["roles", "permission", "access"]),
    (Column::Expires, "expires", &["expiry", "expiration", "expirationdatetime", "until"]),
    (Column::Notify, "notify", &["sendinvitation", "sendmail"]),
    (Column::Message, "message", &["text", "note"]),
    (Column::SignIn, "sign-in", &["signin", "requiresignin"]),
    (Column::How, "how", &[]),
    (Column::Name, "name", &[]),
    (Column::Kind, "kind", &[]),
    (Column::External, "external", &[]),
    (Column::From, "from", &[]),
    (Column::Through, "through", &[]),
    (Column::PermissionId, "permission-id", &["permissionid"]),
    (Column::Error, "error", &[]),
];

pub(super) const NEEDED: [Column; 3] = [Column::Item, Column::Recipient, Column::Role];

/// How alike, of 1, an unknown name must be to a known one to be taken for a slip.
const ALIKE: f64 = 0.8;

impl Column {
    pub(super) fn name(self) -> &'static str {
        NAMES[self as usize].1
    }

    /// Those that say what is wanted.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        NAMES[..WANTED].iter().map(|line| line.0)
    }

    /// The column that goes by a name, or what to say where none does.
    pub(super) fn by_name(text: &str) -> Result<Self, String> {
        let plain: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '_'))
            .flat_map(char::to_lowercase)
            .collect();
        let each = |columns: usize| {
            NAMES[..columns].iter().flat_map(|(column, name, others)| {
                let own = if *column == Self::SignIn { "signin" } else { name };
                std::iter::once(own).chain(others.iter().copied()).map(move |known| (*column, known))
            })
        };
        if let Some((column, _)) = each(COLUMNS).find(|(_, known)| *known == plain) {
            return Ok(column);
        }
        let alike = each(WANTED)
            .map(|(column, known)| (column, strsim::jaro_winkler(&plain, known)))
            .filter(|(_, alike)| *alike >= ALIKE)
            .max_by(|one, other| one.1.total_cmp(&other.1));
        Err(match alike {
            Some((column, _)) => {
                format!("no column is called {text:?}; the nearest is {}", column.name())
            }
            None => {
                let names: Vec<_> = Self::all().map(Self::name).collect();
                format!("no column is called {text:?}; there are {}", names.join(", "))
            }
        })
    }

    /// The column that a property of the request came from.
    pub(super) fn of_property(property: &str) -> Self {
        match property.split(['[', '.', ',']).next() {
            Some("item") => Self::Item,
            Some("roles") => Self::Role,
            Some("message") => Self::Message,
            Some("requireSignIn") => Self::SignIn,
            Some("expirationDateTime") => Self::Expires,
            _ => Self::Recipient,
        }
    }
}
