//! `sharing rehearse`

use std::fs;

use serde_json::json;

use crate::{assert_seen, audit::world, sharing};

/// What an audit of the tests' drive says, in a file.
fn audited(folder: &tempfile::TempDir, format: &str) -> String {
    let world = world(folder);
    let seen =
        sharing(&["--sandbox", "--world", &world, "audit", "/drive/root", "-r", "-o", format]).output();
    let path = folder.path().join(format!("audit.{format}"));
    fs::write(&path, seen.unwrap().stdout).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_list_is_applied_to_what_an_audit_saw_with_faults_on_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let list = write(
        "access.csv",
        "item,recipient,role,notify\n/drive/root:/Press/=Plan.docx,ryan@contoso.com,read,\n\
         /drive/root:/Press/=Plan.docx,priya@contoso.com,write,true\n/drive/root:/Private.txt,lee@contoso.com,read,true\n\
         /drive/root:/Secret,new@fabrikam.com,read,true\n",
    );
    let faults = json!({ "faults": [
        { "match": { "actions": ["invite"], "item": "/Secret" }, "then": { "preset": "sharingFailed" } },
    ] });
    let faults = write("faults.json", &faults.to_string());
    for format in ["csv", "ndjson", "json"] {
        let audit = audited(&folder, format);
        assert_seen!(sharing(&["rehearse", &list, "--world", &audit]));
        assert_seen!(sharing(&["rehearse", &list, "--world", &audit, "--faults", &faults]));
    }
    assert_seen!(sharing(&["rehearse", &list]));
    assert_seen!(sharing(&[
        "rehearse",
        &list,
        "--world",
        &write("torn.ndjson", "{\"item\":\"/drive/root\"}\n")
    ]));
}

#[test]
fn what_a_run_would_wait_for_is_told_and_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let audit = audited(&folder, "ndjson");
    // The reads take two minutes' resource units, so that the first invitation leaves after one; and there is one more than
    // the sharing calls that the service lets through in five minutes.
    let rows = (0..301).map(|n| format!("/drive/root:/Plans/{n}.docx,ryan@contoso.com,read\n"));
    let list = folder.path().join("many.csv");
    fs::write(&list, format!("item,recipient,role\n{}", rows.collect::<String>())).unwrap();
    let begun = std::time::Instant::now();
    let mut command = sharing(&["rehearse", list.to_str().unwrap(), "--world", &audit, "--limits", "1k"]);
    let seen = crate::seen(&mut command);
    assert!(seen.starts_with("exit code: 0") && seen.contains("\n301   granted\n"), "{seen}");
    assert!(seen.contains("\nrehearsed in 6 min"), "{seen}");
    assert!(begun.elapsed().as_secs() < 120);
}
