use serde_json::{Value, json};
use sharing_model::{Collection, Permission};

use super::*;
use crate::{AccessListReader, Format, Row};

fn rows(list: &str) -> Vec<Row> {
    let list = list.lines().fold("recipient,role,expires,notify,item\n".to_owned(), |mut text, line| {
        let commas = ",".repeat(3_usize.saturating_sub(line.matches(',').count()));
        text.push_str(&format!("{line}{commas},/drive/root:/a\n"));
        text
    });
    AccessListReader::new(list.as_bytes(), Format::Csv).map(Result::unwrap).collect()
}

fn permissions(list: Value) -> Vec<Permission> {
    serde_json::from_value::<Collection<Permission>>(json!({ "value": list })).unwrap().value.unwrap()
}

fn options() -> PlanOptions {
    PlanOptions::new("2026-12-01T00:00:00Z".parse().unwrap())
}

fn plan(list: &str, seen: Value, options: &PlanOptions) -> ItemPlan {
    plan_item(&"/drive/root:/a".parse().unwrap(), rows(list), &permissions(seen), options)
}

fn holder(id: &str, role: &str, mail: &str) -> Value {
    json!({ "id": id, "roles": [role], "grantedToV2": { "user": { "email": mail } } })
}

fn inherited(mut permission: Value) -> Value {
    permission["inheritedFrom"] = json!({});
    permission
}

/// What is said of each row, and of each step in short.
fn said(plan: &ItemPlan) -> String {
    let rows = plan.rows.iter().map(|row| format!("{} {}", row.row.line, row.verdict));
    let steps = plan.steps.iter().map(|step| {
        format!(
            "{:?} {} {}",
            step.rows,
            step.action().method().as_str(),
            serde_json::to_string(&step.change).unwrap()
        )
    });
    let warnings = plan.warnings.iter().map(|warning| format!("warning: {warning}"));
    rows.chain(steps).chain(warnings).collect::<Vec<_>>().join("\n")
}

#[test]
fn recipients_are_matched_by_every_name_that_the_service_gives_them() {
    let guest = "i:0#.f|membership|kim_fabrikam.com#ext#@contoso.onmicrosoft.com";
    let seen = json!([
        { "id": "A", "roles": ["read"], "grantedToV2": {
            "user": { "email": "Ryan@Contoso.com", "id": "42F177F1-22C0-4BE3-900D-4507125C5C20" },
            "siteUser": { "id": "11", "loginName": "i:0#.f|membership|ryan@contoso.com" } } },
        { "id": sharing_model::LoginName::new(guest).permission_id(), "roles": ["read"], "grantedToV2": {} },
        { "id": "C", "roles": ["read"], "grantedToV2": { "siteUser": {
            "loginName": "c:0t.c|tenant|c8d0a5e2-7f14-4b39-8e6a-2d9b71f0c453" } } },
        { "id": "D", "roles": ["read"], "invitation": { "email": "lee@fabrikam.com" } },
    ]);
    let list = "RYAN@contoso.com,read\nid:42f177f1-22c0-4be3-900d-4507125c5c20,read\nalias:ryan,read\n\
                kim@fabrikam.com,read\nid:C8D0A5E2-7F14-4B39-8E6A-2D9B71F0C453,read\nlee@fabrikam.com,read";
    let plan = plan(list, seen, &options());
    assert_eq!(plan.steps, []);
    assert_eq!(plan.tally.nothing, 6);
}

#[test]
fn each_recipient_gets_what_the_row_says_and_no_more() {
    let seen = json!([
        holder("R", "read", "raised@contoso.com"),
        holder("W", "write", "lowered@contoso.com"),
        holder("O", "owner", "owner@contoso.com"),
        holder("S", "read", "same@contoso.com"),
        inherited(holder("I", "write", "above@contoso.com")),
        inherited(holder("J", "read", "below@contoso.com")),
        { "id": "L", "roles": ["write"], "link": { "type": "edit", "scope": "users" },
          "grantedToIdentitiesV2": [{ "user": { "email": "link@contoso.com" } }] },
        { "id": "E", "roles": ["read"], "expirationDateTime": "2026-11-30T00:00:00Z",
          "grantedToV2": { "user": { "email": "ended@contoso.com" } } },
    ]);
    let list = "raised@contoso.com,write\nlowered@contoso.com,read\nowner@contoso.com,read\nsame@contoso.com,read\n\
                above@contoso.com,read\nbelow@contoso.com,write\nlink@contoso.com,write\nended@contoso.com,read\n\
                same@contoso.com,read,+30d\nraised@contoso.com,read";
    insta::assert_snapshot!(said(&plan(list, seen, &options())));
}

#[test]
fn duplicates_are_invited_once_and_mailed_if_any_row_says_so() {
    let list = "kim@fabrikam.com,read\nKim@Fabrikam.com,read,,true\nlee@fabrikam.com,read,,true\nryan@contoso.com,read";
    let contoso = inherited(json!({ "id": "O", "roles": ["owner"], "grantedToV2": {
        "user": { "email": "nadia@contoso.com" },
        "siteUser": { "loginName": "i:0#.f|membership|nadia@contoso.com" } } }));
    let plan = plan(list, json!([contoso]), &options());
    insta::assert_snapshot!(format!("{}\n{:#?}", said(&plan), plan.tally));
}

#[test]
fn ends_are_made_the_rows_and_never_prolonged_by_a_time_from_now() {
    let until = |id: &str, mail: &str, end: &str| {
        let mut permission = holder(id, "read", mail);
        permission["expirationDateTime"] = end.into();
        permission
    };
    let seen = json!([
        until("A", "a@contoso.com", "2026-12-20T00:00:00Z"),
        until("B", "b@contoso.com", "2026-12-20T00:00:00Z"),
        until("C", "c@contoso.com", "2027-12-20T00:00:00Z"),
        until("D", "d@contoso.com", "2026-12-20T00:00:00Z"),
        holder("E", "read", "e@contoso.com"),
        until("F", "f@contoso.com", "2026-12-20T00:00:00Z"),
    ]);
    let list = "a@contoso.com,read,+30d\nb@contoso.com,read,2026-12-20T00:00:00Z\nc@contoso.com,read,+30d\n\
                d@contoso.com,read,2027-01-01T00:00:00Z\ne@contoso.com,write,+30d\nf@contoso.com,read";
    insta::assert_snapshot!(said(&plan(list, seen, &options())));
}

#[test]
fn only_what_is_ours_is_pruned_and_only_when_asked() {
    let seen = json!([
        holder("S", "read", "stays@contoso.com"),
        holder("G", "write", "goes@contoso.com"),
        holder("O", "owner", "owner@contoso.com"),
        inherited(holder("I", "write", "above@contoso.com")),
        { "id": "L", "roles": ["write"], "link": { "type": "edit", "scope": "anonymous" } },
        { "id": "A", "roles": ["write"], "grantedToV2": { "application": { "id": "1", "displayName": "Daemon" } } },
        { "id": "T", "roles": ["read"], "grantedToV2": { "siteGroup": { "id": "5", "displayName": "Visitors" } } },
        { "id": "D", "roles": ["read"], "grantedToV2": { "group": {
            "id": "C8D0A5E2-7F14-4B39-8E6A-2D9B71F0C453", "email": "reviewers@contoso.com" } } },
        { "id": "U", "roles": ["read"], "grantedToV2": { "user": { "id": "42F177F1-22C0-4BE3-900D-4507125C5C20" } } },
    ]);
    let list = "stays@contoso.com,read\nnew@contoso.com,read";
    let plans = [Prune::Nobody, Prune::People, Prune::PeopleAndGroups]
        .map(|prune| said(&plan(list, seen.clone(), &options().prune(prune))));
    insta::assert_snapshot!(plans.join("\n--\n"));
}

#[test]
fn what_is_worth_a_look_is_said() {
    let above = json!([inherited(holder("I", "read", "above@contoso.com"))]);
    assert_eq!(plan("new@contoso.com,read", above, &options()).warnings, [Warning::InheritanceBreaks]);
    // Nobody else can write.
    let last = json!([holder("W", "write", "last@contoso.com"), holder("R", "read", "reads@contoso.com")]);
    let lowered = plan("last@contoso.com,read", last.clone(), &options());
    assert!(lowered.warnings.contains(&Warning::LastWriterGoes));
    let replaced = plan("last@contoso.com,read\nnew@contoso.com,write", last, &options());
    assert!(!replaced.warnings.contains(&Warning::LastWriterGoes));
}

#[test]
fn rows_that_want_the_same_go_in_one_request_of_no_more_than_is_said() {
    let list: Vec<_> = (0..120).map(|n| format!("person{n}@contoso.com,read")).collect();
    let plan = plan(&list.join("\n"), json!([]), &options());
    let sizes: Vec<_> = plan.steps.iter().map(|step| (step.change.recipients(), step.rows.len())).collect();
    assert_eq!(sizes, [(50, 50), (50, 50), (20, 20)]);
}

#[test]
fn a_plan_comes_out_as_it_went_in() {
    let seen = json!([
        holder("R", "read", "a@contoso.com"),
        holder("W", "write", "b@contoso.com"),
        holder("X", "read", "x@contoso.com")
    ]);
    let list = "a@contoso.com,write,+30d\nb@contoso.com,read\nc@contoso.com,read,2027-01-01T00:00:00Z,true";
    let plan = plan(list, seen, &options().prune(Prune::People));
    assert_eq!(plan.steps.len(), 4);
    let json = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<ItemPlan>(&json).unwrap(), plan);
}

#[test]
fn of_several_permissions_each_that_gives_too_much_is_changed_and_one_where_none_gives_enough() {
    let seen = json!([
        holder("A1", "write", "a@contoso.com"),
        holder("A2", "write", "a@contoso.com"),
        holder("B1", "read", "b@contoso.com"),
        holder("B2", "read", "b@contoso.com"),
        holder("C1", "read", "c@contoso.com"),
        holder("C2", "write", "c@contoso.com"),
        holder("D1", "write", "d@contoso.com"),
        holder("D2", "owner", "d@contoso.com"),
    ]);
    let list = "a@contoso.com,read\nb@contoso.com,write\nc@contoso.com,write\nd@contoso.com,read";
    insta::assert_snapshot!(said(&plan(list, seen, &options())));
}

/// What the service has after a step, as far as a plan sees it.
fn apply(step: &Step, state: &mut Vec<Value>) {
    let id = |permission: &sharing_model::Segment| json!(permission.as_str());
    match &step.change {
        Change::Invite { request } => {
            for recipient in request.recipients.iter().flatten() {
                let mail = recipient.email.clone().unwrap();
                let mut granted = holder(&format!("new-{}", mail.to_lowercase()), "", &mail);
                granted["roles"] = serde_json::to_value(&request.roles).unwrap();
                if let Some(end) = &request.expiration_date_time {
                    granted["expirationDateTime"] = json!(end);
                }
                state.push(granted);
            }
        }
        Change::SetRole { permission, role, expires, .. } => {
            let found = state.iter_mut().find(|held| held["id"] == id(permission)).unwrap();
            found["roles"] = json!([role]);
            if let Some(end) = expires {
                found["expirationDateTime"] = json!(end.to_string());
            }
        }
        Change::SetExpiry { permission, expires, .. } => {
            let found = state.iter_mut().find(|held| held["id"] == id(permission)).unwrap();
            found["expirationDateTime"] = json!(expires.to_string());
        }
        Change::TakeOffLink { .. } => {}
        Change::Revoke { permission, .. } => state.retain(|held| held["id"] != id(permission)),
    }
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    fn any_state() -> impl Strategy<Value = Vec<Value>> {
        let role = prop_oneof![Just("read"), Just("write"), Just("owner"), Just("SP.Full Control")];
        let end =
            prop_oneof![Just(None), Just(Some("2026-12-20T00:00:00Z")), Just(Some("2026-11-01T00:00:00Z"))];
        proptest::collection::vec((0..8_u8, role, any::<bool>(), end), 0..10).prop_map(|entries| {
            let each = entries.into_iter().enumerate().map(|(index, (person, role, above, end))| {
                let mut permission =
                    holder(&format!("P{index}"), role, &format!("person{person}@contoso.com"));
                if let Some(end) = end {
                    permission["expirationDateTime"] = end.into();
                }
                if above { inherited(permission) } else { permission }
            });
            each.collect()
        })
    }

    fn any_list() -> impl Strategy<Value = String> {
        let role = prop_oneof![Just("read"), Just("write")];
        let end = prop_oneof![Just(""), Just("+30d"), Just("2027-06-01T00:00:00Z")];
        proptest::collection::vec((0..8_u8, role, end, any::<bool>()), 0..12).prop_map(|rows| {
            let each = rows.into_iter().map(|(person, role, end, notify)| {
                format!("Person{person}@contoso.com,{role},{end},{notify}")
            });
            each.collect::<Vec<_>>().join("\n")
        })
    }

    proptest! {
        #[test]
        fn what_is_made_so_needs_nothing_more(state in any_state(), list in any_list(), prune in any::<bool>()) {
            let options = options().prune(if prune { Prune::People } else { Prune::Nobody });
            let first = plan(&list, json!(state), &options);
            // Every row is told of, and every step is for rows that say so.
            prop_assert_eq!(first.rows.len(), rows(&list).len());
            for planned in &first.rows {
                let is_in_steps = first.steps.iter().any(|step| step.rows.contains(&planned.row.line));
                prop_assert_eq!(is_in_steps, planned.verdict == Verdict::Step);
            }
            let mut state = state;
            for step in &first.steps {
                apply(step, &mut state);
            }
            let second = plan(&list, json!(state), &options);
            prop_assert_eq!(second.steps, vec![], "{}", said(&first));
        }

        #[test]
        fn nothing_is_taken_away_unasked(state in any_state(), list in any_list(), prune in any::<bool>()) {
            let options = options().prune(if prune { Prune::People } else { Prune::Nobody });
            for step in plan(&list, json!(state), &options).steps {
                let Change::Revoke { permission, .. } = &step.change else {
                    // Whatever lowers somebody is for a row that says so.
                    prop_assert!(!step.rows.is_empty());
                    continue;
                };
                prop_assert!(prune);
                let held = state.iter().find(|held| held["id"] == permission.as_str()).unwrap();
                prop_assert!(held.get("inheritedFrom").is_none());
                prop_assert!(held["roles"][0] == "read" || held["roles"][0] == "write");
                let mail = held["grantedToV2"]["user"]["email"].as_str().unwrap();
                prop_assert!(!list.to_lowercase().contains(mail));
            }
        }
    }
}
