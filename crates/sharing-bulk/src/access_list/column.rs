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
}

pub(super) const COLUMNS: usize = 7;

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
];

pub(super) const NEEDED: [Column; 3] = [Column::Item, Column::Recipient, Column::Role];

/// How alike, of 1, an unknown name must be to a known one to be taken for a slip.
const ALIKE: f64 = 0.8;

impl Column {
    pub(super) fn name(self) -> &'static str {
        NAMES[self as usize].1
    }

    pub(super) fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|line| line.0)
    }

    /// The column that goes by a name, or what to say where none does.
    pub(super) fn by_name(text: &str) -> Result<Self, String> {
        let plain: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '_'))
            .flat_map(char::to_lowercase)
            .collect();
        let each = || {
            NAMES.iter().flat_map(|(column, name, others)| {
                let own = if *column == Self::SignIn { "signin" } else { name };
                std::iter::once(own).chain(others.iter().copied()).map(move |known| (*column, known))
            })
        };
        if let Some((column, _)) = each().find(|(_, known)| *known == plain) {
            return Ok(column);
        }
        let alike = each()
            .map(|(column, known)| (column, strsim::jaro_winkler(&plain, known)))
            .filter(|(_, alike)| *alike >= ALIKE)
            .max_by(|one, other| one.1.total_cmp(&other.1));
        Err(match alike {
            Some((column, _)) => {
                format!("no column is called {text:?}; the nearest is {}", column.name())
            }
            None => {
                let names: Vec<_> = NAMES.iter().map(|line| line.1).collect();
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
