//! What was written once and goes to the wire again: what somebody holds reads the same on every item of a site.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use sharing_model::{Dialect, Role};

/// JSON as it goes to the wire.
pub(crate) type Json = Arc<RawValue>;

pub(super) fn json(shape: &impl Serialize) -> Json {
    // The protocol's types have string keys and finite numbers: they always are JSON.
    to_raw_value(shape).unwrap_or_else(|_| RawValue::NULL.to_owned()).into()
}

/// All that a permission's text depends on beside its grantee.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look<'a> {
    pub(super) dialect: Dialect,
    pub(super) hides_urls: bool,
    pub(super) form: Form,
    pub(super) roles: &'a Arc<[Role]>,
}

/// Where a permission is written: each place tells something else of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Among an item's own.
    Own,
    /// Among those that an item inherits.
    Inherited,
    /// In the answer to an invitation.
    Invited,
}

/// How many looks are kept of one grantee: more are seldom seen.
const LOOKS: usize = 8;

/// What was written of one grantee's permissions. A copy, which may be changed, begins with nothing.
#[derive(Default)]
pub(crate) struct Written(Mutex<Vec<Kept>>);

struct Kept {
    dialect: Dialect,
    hides_urls: bool,
    form: Form,
    roles: Arc<[Role]>,
    json: Json,
}

impl Kept {
    fn looks(&self, look: &Look<'_>) -> bool {
        // The usual roles are shared: seeing that is quicker than reading them.
        (self.dialect, self.hides_urls, self.form) == (look.dialect, look.hides_urls, look.form)
            && (Arc::ptr_eq(&self.roles, look.roles) || self.roles == *look.roles)
    }
}

impl Written {
    /// Gives on what has this look, written where it was not yet.
    pub(super) fn with<T>(
        &self,
        look: &Look<'_>,
        write: impl FnOnce() -> Json,
        give: impl FnOnce(&Json) -> T,
    ) -> T {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.iter().find(|known| known.looks(look)) {
            return give(&known.json);
        }
        if kept.len() == LOOKS {
            kept.remove(0);
        }
        let Look { dialect, hides_urls, form, roles } = *look;
        let fresh = Kept { dialect, hides_urls, form, roles: Arc::clone(roles), json: write() };
        let given = give(&fresh.json);
        kept.push(fresh);
        given
    }
}

impl Clone for Written {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// Two grantees are the same whatever was written of them.
impl PartialEq for Written {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Written {}

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Written")
    }
}
