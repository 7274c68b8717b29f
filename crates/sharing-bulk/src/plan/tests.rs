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
