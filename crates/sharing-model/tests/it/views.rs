//! What the views make of the fixtures: one picture for all the ways in which the service writes the same.

use std::{fmt::Write as _, fs, path::Path};

use sharing_model::{Collection, ErrorResponse, Grantee, Inheritance, Permission};

use crate::kinds;

fn each(kinds: &[&str], mut see: impl FnMut(&str, &str, &str)) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let index = fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    for entry in kinds::entries(&index).filter(|entry| kinds.contains(&entry.kind)) {
        see(entry.file, entry.kind, &fs::read_to_string(folder.join(entry.file)).unwrap());
    }
}

fn grantee(grantee: &Grantee<'_>) -> String {
    let login = grantee.login_name().map(|name| format!("{:?} {}", name.kind(), name.principal()));
    let parts = [
        grantee.name().map(str::to_owned),
        grantee.email().map(|email| format!("<{email}>")),
        grantee.id().map(|id| format!("id {id}")),
        grantee.site_id().map(|id| format!("site {id}")),
        login,
    ];
    format!("{:?}: {}", grantee.kind(), parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

#[test]
fn permissions() {
    let mut seen = String::new();
    each(&["permission", "permissionCollection", "permissionArray", "sitePermission"], |file, kind, json| {
        let permissions: Vec<Permission> = match kind {
            "permissionCollection" => {
                serde_json::from_str::<Collection<Permission>>(json).unwrap().value.unwrap_or_default()
            }
            "permissionArray" => serde_json::from_str(json).unwrap(),
            _ => vec![serde_json::from_str(json).unwrap()],
        };
        writeln!(seen, "{file}").unwrap();
        for permission in permissions {
            let inherited = match permission.inheritance() {
                Inheritance::Unsaid => "",
                Inheritance::Undisclosed => ", inherited",
                _ => ", inherited from a named ancestor",
            };
            let expires = permission.expires().map_or(String::new(), |at| format!(", until {at}"));
            let kind = permission.kind();
            writeln!(seen, "  {kind:?} held by {:?}{inherited}{expires}", permission.holder()).unwrap();
            for who in permission.grantees() {
                writeln!(seen, "    {}", grantee(&who)).unwrap();
            }
        }
    });
    insta::assert_snapshot!(seen);
}

#[test]
fn errors() {
    let mut seen = String::new();
    each(&["error"], |file, _, json| {
        let error: ErrorResponse = serde_json::from_str(json).unwrap();
        let codes: Vec<_> = error.codes().collect();
        let advice = error.advice(400);
        writeln!(
            seen,
            "{file}: {} => {:?} {:?}: {}",
            codes.join(" / "),
            advice.retry,
            advice.mender,
            advice.why
        )
        .unwrap();
    });
    insta::assert_snapshot!(seen);
}
