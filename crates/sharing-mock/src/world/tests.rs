use super::*;
use crate::Application;

#[test]
fn the_sample_tenant_is_a_world() {
    let world = include_str!("contoso.json").parse::<World>();
    assert_eq!(world.err(), None);
}

#[test]
fn a_dump_loads_back_to_the_same_state() {
    let dump = World::contoso().to_string();
    let again: World = dump.parse().unwrap();
    assert_eq!(again.to_string(), dump);
    insta::assert_snapshot!(dump);
}

#[test]
fn the_published_applications_are_the_sample_tenants() {
    let applications = World::contoso().tenant(0).applications;
    assert_eq!(*applications, [Application::daemon(), Application::auditor(), Application::console()]);
}

#[test]
fn every_fault_is_told_at_once_with_its_place() {
    let text = r#"{
        "tenant": { "name": "Contoso", "id": "contoso", "domain": "contoso.com", "town": "Lagos" },
        "me": "nobody@contoso.com",
        "colour": "blue",
        "users": [
            { "displayName": "Nadia", "mail": "nadia@contoso.com", "licenced": true, "phone": 1 },
            { "displayName": "Nadia", "mail": "Nadia@Contoso.com" },
            { "displayName": "Ryan" },
            { "displayName": "Priya", "mail": "priya@contoso.com", "siteNumber": "twelve" },
            { "displayName": "Tomas", "mail": "tomas", "externalUserState": "accepted" }
        ],
        "groups": [{ "displayName": "Team", "kind": "team", "mail": "team@contoso.com" },
                   { "displayName": "Lagos", "kind": "distribution", "mail": "lagos@contoso.com", "members": ["kim"] }],
        "sites": [{ "url": "contoso.sharepoint.com", "of": "lagos" },
                  { "url": "https://contoso.sharepoint.com", "id": "a,b", "of": "lagos" },
                  { "url": "https://contoso.sharepoint.com/sites/x", "of": "lagos" }],
        "drives": [{
            "type": "business", "id": "b!short", "name": "Documents", "owner": "nadia@contoso.com",
            "site": "https://contoso.sharepoint.com/sites/y",
            "items": [
                { "name": "a/b" },
                { "name": "Plans", "children": [{ "name": "Plan.docx", "size": "12" }, { "name": "x", "size": -1 }] },
                { "name": "plans", "children": [] },
                { "name": "Notes.txt", "id": "01XYZ", "itemsBelow": 3, "permissions": [
                    { "to": "nadia@contoso.com", "roles": ["owner", "boss"] },
                    { "to": "nadia@contoso.com", "roles": [] },
                    { "to": "kim@fabrikam.com", "roles": ["read"], "expires": "tomorrow" }
                ], "links": [{ "type": "peek", "scope": "existingAccess", "url": "http://x" }] }
            ]
        }]
    }"#;
    let error = text.parse::<World>().unwrap_err();
    insta::assert_snapshot!(error.faults().join("\n"));
}

#[test]
fn what_is_no_object_of_a_world_is_told() {
    let told: Vec<_> =
        ["", "[]", r#"{ "me": 3 }"#, r#"{ "tenant": { "name": "x", "domain": 7 }, "me": "x" }"#]
            .map(|text| text.parse::<World>().unwrap_err().to_string())
            .into();
    insta::assert_snapshot!(told.join("\n"));
}
