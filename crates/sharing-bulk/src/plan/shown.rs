//! Whether an answer shows what was asked for.

use jiff::Timestamp;
use sharing_model::{DateTime, GranteeKind, InviteRequest, Permission, Role};

use super::{held::Holders, step::Change};

/// Whether the permissions of an answer show all that a change asked for. Of people outside they do not tell: an answer
/// has those, too, whom the service lists only once they accept.
pub(crate) fn shows(change: &Change, answered: &[Permission], now: Timestamp) -> bool {
    match change {
        Change::Invite { request } => shows_all(request, answered, now),
        Change::SetRole { permission, role, expires, .. } => answered.iter().any(|held| {
            held.id.as_deref() == Some(permission.as_str())
                && held.roles.as_deref() == Some(std::slice::from_ref(role))
                && expires.is_none_or(|end| ends(held, end))
        }),
        Change::SetExpiry { permission, expires, .. } => answered
            .iter()
            .any(|held| held.id.as_deref() == Some(permission.as_str()) && ends(held, *expires)),
        // Whoever is gone has no row that could be told wrong.
        Change::Revoke { .. } | Change::TakeOffLink { .. } => true,
    }
}

fn shows_all(request: &InviteRequest, answered: &[Permission], now: Timestamp) -> bool {
    let roles: Vec<&Role> = request.roles.iter().flatten().collect();
    let end = request.expiration_date_time.as_ref().map(DateTime::timestamp);
    let holders = Holders::of(answered, now);
    request.recipients.iter().flatten().all(|recipient| {
        holders.by(recipient).iter().map(|index| &holders.all[*index]).any(|held| {
            let is_inside = held.principal.is_member || held.kind == GranteeKind::Group;
            is_inside
                && !held.is_inherited
                && held.permission.error.is_none()
                && roles.iter().all(|role| held.covers(role))
                && end.is_none_or(|end| ends(held.permission, end))
        })
    })
}

/// The service keeps whole seconds.
fn ends(held: &Permission, end: Timestamp) -> bool {
    held.expires().is_some_and(|held| held.as_second() == end.as_second())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn holder(mail: &str, role: &str) -> Value {
        // `i:0#.f|membership|` and the name, as the service makes ids of it.
        let login = format!("i:0#.f|membership|{mail}");
        json!({ "id": mail, "roles": [role], "grantedToV2": { "siteUser": { "loginName": login, "email": mail } } })
    }

    fn shown(role: &str, expires: Option<&str>, answered: Value) -> bool {
        let mut request = json!({
            "recipients": [{ "email": "Ryan@contoso.com" }, { "email": "priya@contoso.com" }], "roles": [role],
        });
        if let Some(end) = expires {
            request["expirationDateTime"] = end.into();
        }
        let change = Change::Invite { request: serde_json::from_value(request).unwrap() };
        let answered: Vec<Permission> = serde_json::from_value(answered).unwrap();
        shows(&change, &answered, "2026-12-01T00:00:00Z".parse().unwrap())
    }

    #[test]
    fn an_answer_shows_whom_it_names_with_all_that_was_asked_for() {
        let both = || json!([holder("ryan@contoso.com", "write"), holder("priya@contoso.com", "write")]);
        assert!(shown("write", None, both()));
        assert!(shown("read", None, both()), "write includes read");
        assert!(!shown("read", Some("2027-01-01T00:00:00Z"), both()), "without the end");
        assert!(!shown("write", None, json!([holder("ryan@contoso.com", "write")])), "without one of them");
        let mut other = both();
        other[1] = holder("priya@contoso.com", "read");
        assert!(!shown("write", None, other), "with less");
    }

    #[test]
    fn an_answer_leaves_open_who_is_from_outside_not_mailed_or_only_inherits() {
        let with = |change: &dyn Fn(&mut Value)| {
            let mut both = json!([holder("ryan@contoso.com", "write"), holder("priya@contoso.com", "write")]);
            change(&mut both[1]);
            shown("write", None, both)
        };
        assert!(with(&|_| {}));
        let guest = "i:0#.f|membership|priya_contoso.com#ext#@fabrikam.onmicrosoft.com";
        assert!(!with(&|held| held["grantedToV2"]["siteUser"]["loginName"] = guest.into()));
        assert!(!with(&|held| held["grantedToV2"] = json!({ "user": { "email": "priya@contoso.com" } })));
        assert!(!with(&|held| held["error"] = json!({ "code": "notAllowed" })));
        assert!(!with(&|held| held["inheritedFrom"] = json!({ "path": "/drive/root:" })));
    }

    #[test]
    fn an_answer_shows_a_change_by_the_permission_that_was_changed() {
        let change = json!({
            "change": "set-role", "permission": "ryan@contoso.com", "grantee": "Ryan", "from": "write", "role": "read",
            "expires": "2027-01-01T00:00:00Z",
        });
        let change: Change = serde_json::from_value(change).unwrap();
        let shown = |role: &str, end: &str| {
            let mut held = holder("ryan@contoso.com", role);
            held["expirationDateTime"] = end.into();
            let held = serde_json::from_value(held).unwrap();
            shows(&change, &[held], "2026-12-01T00:00:00Z".parse().unwrap())
        };
        assert!(shown("read", "2027-01-01T00:00:00.5Z"));
        assert!(!shown("write", "2027-01-01T00:00:00Z"));
        assert!(!shown("read", "2027-02-01T00:00:00Z"));
    }
}
