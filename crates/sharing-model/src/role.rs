//! `Role`: what a permission lets its grantee do.

use crate::wire::open_enum;

open_enum! {
    /// What a permission lets its grantee do. An open enumeration: a role that is not documented is kept as it came.
    ///
    /// SharePoint sends any of its permission levels as `sp.` and the level's name, in varying case and with spaces
    /// (`SP.Full Control`), so compare by [`Role::includes`] rather than by equality. An invitation takes only
    /// [`Role::Read`] and [`Role::Write`].
    ///
    /// ```
    /// use sharing_model::Role;
    ///
    /// assert_eq!(Role::from("write"), Role::Write);
    /// assert_eq!(Role::from("SP.Full Control").as_str(), "SP.Full Control");
    /// assert!(Role::from("SP.Full Control").includes(&Role::Write));
    /// assert!(!Role::Read.includes(&Role::Write));
    /// ```
    pub enum Role {
        /// Read the item's metadata and content.
        Read = "read",
        /// Read and modify the item.
        Write = "write",
        /// Owner of the item: full control.
        Owner = "owner",
        /// Member of the SharePoint site that holds the item.
        Member = "member",
        /// Owner, as the direct endpoints and SharePoint Server spell it.
        SpOwner = "sp.owner",
        /// Member, as the direct endpoints and SharePoint Server spell it.
        SpMember = "sp.member",
    }
}

impl Role {
    /// Whether who holds this role may do all that `other` allows.
    ///
    /// A role whose rights are not known includes only itself, in any case of letters.
    ///
    /// ```
    /// use sharing_model::Role;
    ///
    /// assert!(Role::from("SP.Owner").includes(&Role::Member));
    /// assert!(!Role::from("SP.View Only").includes(&Role::Read));
    /// ```
    #[must_use]
    pub fn includes(&self, other: &Self) -> bool {
        match (self.rank(), other.rank()) {
            (Some(mine), Some(asked)) => mine >= asked,
            _ => self.as_str().eq_ignore_ascii_case(other.as_str()),
        }
    }

    /// Roles whose rights contain one another, least first. Levels such as `SP.View Only` stand outside: they allow
    /// less than `read`.
    fn rank(&self) -> Option<u8> {
        let word = self.as_str().to_ascii_lowercase();
        match word.strip_prefix("sp.").unwrap_or(&word) {
            "read" | "reader" => Some(0),
            "write" | "writer" | "member" | "contribute" | "edit" => Some(1),
            "manage" | "manager" => Some(2),
            "owner" | "fullcontrol" | "full control" | "principalowner" => Some(3),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_role_survives_a_round_trip() {
        for word in ["sp.full control", "SP.Limited Access", "reviewer", "Read", ""] {
            let json = serde_json::to_string(word).unwrap();
            let role: Role = serde_json::from_str(&json).unwrap();
            assert_eq!(role, Role::Other(word.to_owned()));
            assert_eq!(serde_json::to_string(&role).unwrap(), json);
        }
    }

    #[test]
    fn roles_include_the_weaker_ones_in_any_case() {
        assert!(Role::Owner.includes(&Role::Write));
        assert!(Role::from("SP.Owner").includes(&Role::SpMember));
        assert!(Role::from("READ").includes(&Role::Read));
        assert!(!Role::Read.includes(&Role::Owner));
        assert!(!Role::from("SP.View Only").includes(&Role::Read));
        assert!(Role::from("SP.View Only").includes(&Role::from("sp.view only")));
    }
}
