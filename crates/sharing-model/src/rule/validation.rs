//! The rule for showing a password.

use super::{EVERYWHERE, MALFORMED, Rule, one};
use crate::ValidatePermissionRequest;

pub(crate) static VALIDATE_PERMISSION: &[Rule<ValidatePermissionRequest>] = &[Rule {
    name: "password-some",
    limit: "the link's password",
    on: EVERYWHERE,
    items: &[],
    token: None,
    source: "permission: validatePermission, password",
    answer: MALFORMED,
    broken: |request, _| match &request.password {
        Some(password) if password.expose().is_empty() => one("password", "an empty text"),
        None if request.additional.get("password").is_none_or(serde_json::Value::is_null) => {
            one("password", "none")
        }
        _ => vec![],
    },
}];
