//! What undoes one step, recipient by recipient: a pure function of what was done and of what there is.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use sharing_model::{DriveRecipient, InviteRequest, Permission, Role, Segment};

use crate::{
    Change, ClosedRow, ListedItem, Options, PlanOptions, Row, StepRecord, Word, plan::is_meant, run::settle,
};

/// Rows of a run, and what undoes what was done for them.
pub(super) struct Undone {
    pub(super) rows: Vec<Row>,
    pub(super) what: Result<Change, Left>,
}

/// What stays as it is.
pub(super) struct Left {
    pub(super) word: Word,
    pub(super) why: String,
    pub(super) next: Option<String>,
}

impl Left {
    fn gone(why: &str) -> Self {
        Self { word: Word::Already, why: why.to_owned(), next: None }
    }

    fn cannot(why: impl Into<String>, next: impl Into<String>) -> Self {
        Self {
            word: Word::Refused,
            why: format!("cannot be undone: {}", why.into()),
            next: Some(next.into()),
        }
    }
}

/// Whether a row was given what it says.
pub(super) const fn is_granted(row: &ClosedRow) -> bool {
    matches!(row.word, Word::Granted | Word::GrantedNotNotified)
}

/// The permission that a change changes or takes away.
pub(super) fn permission(change: &Change) -> Option<&str> {
    match change {
        Change::Revoke { permission, .. }
        | Change::SetRole { permission, .. }
        | Change::SetExpiry { permission, .. } => Some(permission.as_str()),
        _ => None,
    }
}

/// What undoes these steps of an item, each with its rows by recipient.
pub(super) fn inverses(
    item: &ListedItem,
    rows: &BTreeMap<u64, Row>,
    steps: &[(&StepRecord, Vec<Vec<u64>>)],
    permissions: &[Permission],
    options: &PlanOptions,
) -> Vec<Undone> {
    let domains = settle::domains(permissions, options);
    let mut undone = Vec::new();
    for (record, grouped) in steps {
        let find = |numbers: &[u64]| numbers.iter().filter_map(|number| rows.get(number).cloned()).collect();
        match &record.step.change {
            Change::Invite { request } => {
                let told = record.outcome.as_ref().map(|outcome| &*outcome.rows).unwrap_or_default();
                let got: HashSet<u64> =
                    told.iter().filter(|row| is_granted(row)).map(|row| row.number).collect();
                let is_done = |numbers: &Vec<u64>| {
                    record.state == "done" || numbers.iter().any(|number| got.contains(number))
                };
                let recipients = request.recipients.as_deref().unwrap_or_default();
                let given = recipients.iter().zip(grouped).filter(|(_, numbers)| is_done(numbers));
                undone.extend(given.map(|(recipient, numbers)| Undone {
                    rows: find(numbers),
                    what: revoke(recipient, permissions, &domains),
                }));
            }
            // Taken away without a row that said so: the holder is the row.
            Change::Revoke { grantee, role, .. } => {
                let what = give_back(grantee, role.as_ref(), permissions);
                undone.push(Undone { rows: vec![row_of(item, grantee, role.as_ref())], what });
            }
            Change::TakeOffLink { grantee, .. } => undone.push(Undone {
                rows: vec![row_of(item, grantee, None)],
                what: Err(Left::cannot("they were taken off a link", "share the link with them again")),
            }),
            Change::SetRole { .. } | Change::SetExpiry { .. } => undone.push(Undone {
                rows: find(&record.step.rows),
                what: set_back(&record.step.change, permissions, options.now),
            }),
        }
    }
    undone
}

fn row_of(item: &ListedItem, grantee: &str, role: Option<&Role>) -> Row {
    let options = Options::new(role.cloned().unwrap_or(Role::Read));
    Row::new(item.address.clone(), DriveRecipient::from(grantee), options)
}

/// Takes away what somebody was given: the permission of the item itself.
fn revoke(
    recipient: &DriveRecipient,
    permissions: &[Permission],
    domains: &HashSet<String>,
) -> Result<Change, Left> {
    let held = own(recipient, permissions).filter(|held| !is_owner(held));
    let Some((held, id)) = held.and_then(|held| Some((held, Segment::new(held.id.as_deref()?)?))) else {
        return Err(if settle::is_inside(recipient, domains) {
            Left::gone("they have no access of the item's own any more")
        } else {
            Left::cannot(
                "the service lists guests once they accept, and what it does not list cannot be taken away",
                "once they accept, `sharing revoke --from WHO --under ITEM` takes it away",
            )
        });
    };
    let role = held.roles.iter().flatten().next().cloned();
    Ok(Change::Revoke { permission: id, grantee: held.holder(), role })
}

/// Gives back what was taken away, without a mail.
fn give_back(grantee: &str, role: Option<&Role>, permissions: &[Permission]) -> Result<Change, Left> {
    let by_hand = |why: &str| Left::cannot(why, "invite them by `sharing invite`");
    let recipient = DriveRecipient::from(grantee);
    if recipient.email.is_none() && recipient.object_id.is_none() {
        return Err(by_hand("the service said no address of whom it was taken from"));
    }
    let Some(role @ (Role::Read | Role::Write)) = role else {
        return Err(by_hand("no invitation gives the role that they had"));
    };
    if own(&recipient, permissions).is_some() {
        return Err(Left::gone("they have access again"));
    }
    let request = InviteRequest::builder().recipient(recipient).role(role.clone());
    let request = request.require_sign_in(true).send_invitation(false).build();
    request.map(|request| Change::Invite { request }).map_err(|invalid| by_hand(&invalid.to_string()))
}

/// Sets back a role or an end, where it still is as the run left it.
fn set_back(change: &Change, permissions: &[Permission], now: Timestamp) -> Result<Change, Left> {
    let id = permission(change);
    let Some(held) = permissions.iter().find(|held| held.id.as_deref() == id) else {
        return Err(Left::gone("the permission is gone"));
    };
    let moved = || Left::cannot("somebody has changed it since", "look at the item");
    let anew = "take it away and invite them anew";
    match change.clone() {
        Change::SetRole { permission, grantee, from, role, expires } => {
            if held.roles.as_deref() != Some(std::slice::from_ref(&role)) {
                return Err(moved());
            }
            if expires.is_some() {
                return Err(Left::cannot("it has an end since, which no request takes away", anew));
            }
            let Some(from) = from else {
                return Err(Left::cannot("nobody knows the role that they had", "look at the item"));
            };
            Ok(Change::SetRole { permission, grantee, from: Some(role), role: from, expires: None })
        }
        Change::SetExpiry { permission, grantee, from, expires } => {
            if held.expires().map(Timestamp::as_second) != Some(expires.as_second()) {
                return Err(moved());
            }
            match from {
                None => Err(Left::cannot("it had no end before, and no request takes one away", anew)),
                Some(from) if from <= now => Err(Left::cannot("the end that it had has passed", anew)),
                Some(from) => {
                    Ok(Change::SetExpiry { permission, grantee, from: Some(expires), expires: from })
                }
            }
        }
        _ => Err(moved()),
    }
}

fn own<'a>(recipient: &DriveRecipient, permissions: &'a [Permission]) -> Option<&'a Permission> {
    permissions.iter().find(|held| !held.is_inherited() && is_meant(held, recipient))
}

fn is_owner(held: &Permission) -> bool {
    held.roles.iter().flatten().any(|role| role.as_str() == "owner")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn set_back_of(change: Value, held: Value) -> Result<Value, String> {
        let change: Change = serde_json::from_value(change).unwrap();
        let held: Permission = serde_json::from_value(held).unwrap();
        let undone = set_back(&change, &[held], "2026-12-01T00:00:00Z".parse().unwrap());
        undone.map(|change| serde_json::to_value(change).unwrap()).map_err(|left| left.why)
    }

    #[test]
    fn an_end_is_set_back_where_it_still_is_the_runs_and_there_was_one_to_come() {
        let change = |from: Value| json!({ "change": "set-expiry", "permission": "P", "grantee": "r", "from": from, "expires": "2027-01-01T00:00:00Z" });
        let held = |end: &str| json!({ "id": "P", "roles": ["read"], "expirationDateTime": end });
        let ours = || held("2027-01-01T00:00:00Z");
        let back = set_back_of(change("2026-12-24T00:00:00Z".into()), ours()).unwrap();
        assert_eq!(back["expires"], "2026-12-24T00:00:00Z");
        let why = set_back_of(change(Value::Null), ours()).unwrap_err();
        assert!(why.contains("no end before"), "{why}");
        let why = set_back_of(change("2026-11-24T00:00:00Z".into()), ours()).unwrap_err();
        assert!(why.contains("has passed"), "{why}");
        let why =
            set_back_of(change("2026-12-24T00:00:00Z".into()), held("2027-02-01T00:00:00Z")).unwrap_err();
        assert!(why.contains("changed it since"), "{why}");
    }

    #[test]
    fn a_role_is_set_back_where_it_still_is_the_runs() {
        let change = |end: Value| json!({ "change": "set-role", "permission": "P", "grantee": "r", "from": "write", "role": "read", "expires": end });
        let held = |role: &str| json!({ "id": "P", "roles": [role] });
        let back = set_back_of(change(Value::Null), held("read")).unwrap();
        assert_eq!((&back["from"], &back["role"]), (&json!("read"), &json!("write")));
        assert!(set_back_of(change(Value::Null), held("write")).unwrap_err().contains("changed it since"));
        let why = set_back_of(change("2027-01-01T00:00:00Z".into()), held("read")).unwrap_err();
        assert!(why.contains("an end since"), "{why}");
    }

    #[test]
    fn what_was_taken_away_is_given_back_where_the_address_is_known() {
        let back = give_back("ryan@contoso.com", Some(&Role::Write), &[]).ok().unwrap();
        assert!(!back.mails() && back.recipients() == 1);
        assert!(give_back("Ryan Gregg", Some(&Role::Write), &[]).is_err());
        assert!(give_back("ryan@contoso.com", None, &[]).is_err());
    }
}
