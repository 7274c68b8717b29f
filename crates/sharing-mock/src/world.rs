//! World files: what a space begins with, and what it can be written down as.

mod dump;
mod file;
mod load;
mod part;
mod schema;
#[cfg(test)]
mod tests;

use std::{fmt, str::FromStr};

use crate::tenant::Tenant;

/// The state of a tenant, read from a world file: who there is, what is where, and who may do what with it.
///
/// A world file is JSON; its schema is `schemas/v1.0/world.schema.json`. The sample tenant, [`World::contoso`], is one.
///
/// ```
/// use sharing_mock::World;
///
/// let world: World = r#"{
///     "tenant": { "name": "Fabrikam", "domain": "fabrikam.com" },
///     "me": "lee@fabrikam.com",
///     "users": [{ "displayName": "Lee Gu", "mail": "lee@fabrikam.com" }],
///     "sites": [{ "url": "https://fabrikam-my.sharepoint.com/personal/lee_fabrikam_com", "of": "lee@fabrikam.com" }],
///     "drives": [{
///         "type": "business", "owner": "lee@fabrikam.com", "name": "Documents",
///         "site": "https://fabrikam-my.sharepoint.com/personal/lee_fabrikam_com",
///         "items": [{ "name": "Plans", "children": [{ "name": "Launch.docx", "size": 20112 }] }]
///     }]
/// }"#.parse()?;
/// // Whatever was left out has a value now, each id included.
/// assert!(world.to_string().contains(r#""userPrincipalName": "lee@fabrikam.com""#));
/// # Ok::<(), sharing_mock::WorldError>(())
/// ```
#[derive(Debug, Clone)]
pub struct World {
    tenant: Tenant,
}

impl World {
    /// The sample tenant: Contoso, where the token is Nadia Okafor's.
    ///
    /// ```
    /// use sharing_mock::World;
    ///
    /// assert!(World::contoso().to_string().contains("Nadia Okafor"));
    /// ```
    #[must_use]
    pub fn contoso() -> Self {
        let world = include_str!("world/contoso.json").parse();
        // A test holds that it is one.
        world.unwrap_or_else(|error: WorldError| panic!("the sample tenant: {error}"))
    }

    /// The state that a space of this world begins with. What becomes known later has ids made by the seed; what is in
    /// the world has the same ids whatever the seed is.
    pub(crate) fn tenant(&self, seed: u64) -> Tenant {
        let mut tenant = self.tenant.clone();
        tenant.directory_mut().seeded = match seed {
            0 => "".into(),
            seed => format!("seed {seed} ").into(),
        };
        tenant
    }

    pub(crate) const fn of(tenant: Tenant) -> Self {
        Self { tenant }
    }
}

impl FromStr for World {
    type Err = WorldError;

    fn from_str(text: &str) -> Result<Self, WorldError> {
        load::load(text).map(|tenant| Self { tenant }).map_err(|faults| WorldError { faults })
    }
}

/// As a world file: in one canonical form, so that two of them can be compared line by line.
impl fmt::Display for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&dump::dump(&self.tenant).map_err(|_| fmt::Error)?)
    }
}

/// The JSON Schema of world files.
///
/// ```
/// let schema = sharing_mock::world_schema();
/// assert_eq!(schema["title"], "World");
/// ```
#[must_use]
pub fn world_schema() -> serde_json::Value {
    schema::schema()
}

/// Why a text is no world file: everything that is wrong with it, each with its place.
///
/// ```
/// use sharing_mock::World;
///
/// let error = r#"{
///     "tenant": { "name": "Fabrikam", "domain": "fabrikam.com" },
///     "me": "kim@fabrikam.com",
///     "users": [{ "displayName": "Lee Gu", "mail": "lee@fabrikam.com", "licenced": true }]
/// }"#.parse::<World>().unwrap_err();
/// assert_eq!(error.faults(), [
///     "users[0].licenced: there is no such member",
///     r#"me: "kim@fabrikam.com" is the id, mail, principal name or alias of nobody here"#,
/// ]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorldError {
    faults: Vec<String>,
}

impl WorldError {
    /// What is wrong, in the order of the file where it can be, each with its place.
    ///
    /// ```
    /// let error = "[]".parse::<sharing_mock::World>().unwrap_err();
    /// assert_eq!(error.faults().len(), 1);
    /// ```
    #[must_use]
    pub fn faults(&self) -> &[String] {
        &self.faults
    }
}

impl fmt::Display for WorldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no world file: {}", self.faults.join("; "))
    }
}

impl std::error::Error for WorldError {}
