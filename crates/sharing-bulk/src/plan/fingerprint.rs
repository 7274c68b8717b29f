//! `Fingerprint`: whether an item's permissions are what they were.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sharing_model::{Permission, Role};

use super::principal::Principal;

/// What an item's permissions were when the plan read them, in one word: what the plan goes by, and nothing else.
///
/// ```
/// use sharing_bulk::Fingerprint;
/// use sharing_model::Permission;
///
/// let read: Permission = serde_json::from_str(r#"{ "id": "C", "roles": ["read"] }"#)?;
/// let write: Permission = serde_json::from_str(r#"{ "id": "C", "roles": ["write"] }"#)?;
/// assert_eq!(Fingerprint::of(&[read.clone()]), Fingerprint::of(&[read.clone()]));
/// assert_ne!(Fingerprint::of(&[read]), Fingerprint::of(&[write]));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// That of these permissions, in whatever order.
    ///
    /// ```
    /// assert_eq!(sharing_bulk::Fingerprint::of(&[]).as_str().len(), 32);
    /// ```
    #[must_use]
    pub fn of(permissions: &[Permission]) -> Self {
        let mut lines: Vec<String> = permissions.iter().map(line).collect();
        lines.sort_unstable();
        let digest = Sha256::digest(lines.join("\n"));
        Self(digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect())
    }

    /// The word: 32 hexadecimal digits.
    ///
    /// ```
    /// let nothing = sharing_bulk::Fingerprint::of(&[]);
    /// assert_eq!(nothing.as_str(), "e3b0c44298fc1c149afbf4c8996fb924");
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn line(permission: &Permission) -> String {
    let mut roles: Vec<_> = permission.roles.iter().flatten().map(Role::as_str).collect();
    roles.sort_unstable();
    let names = Principal::all_of(permission).into_iter().map(|(_, principal)| principal.to_string());
    format!(
        "{:?} {:?} {roles:?} {:?} {} {:?}",
        permission.id,
        permission.kind(),
        permission.expires(),
        permission.is_inherited(),
        names.collect::<Vec<_>>(),
    )
    .replace('\n', " ")
}
