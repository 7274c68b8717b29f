//! `sharing diff`

use std::fs;

use crate::{assert_seen, audit::world, sharing};

#[test]
fn two_lists() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let first = write(
        "first.csv",
        "item,recipient,role,expires\n/drive/root:/a,ryan@contoso.com,read,\n/drive/root:/a,priya@contoso.com,read,\n\
         /drive/root:/b,id:42f177f1-22c0-4be3-900d-4507125c5c20,write,2099-01-01T00:00:00Z\n",
    );
    let second = write(
        "second.ndjson",
        "{\"item\":\"/drive/root:/a\",\"recipient\":\"RYAN@contoso.com\",\"role\":\"write\"}\n\
         {\"item\":\"/drive/root:/b\",\"recipient\":\"id:42f177f1-22c0-4be3-900d-4507125c5c20\",\"role\":\"write\",\"expires\":\"2099-02-01T00:00:00Z\"}\n\
         {\"item\":\"/drive/root:/c\",\"recipient\":\"lee@fabrikam.com\",\"role\":\"read\"}\n",
    );
    assert_seen!(sharing(&["diff", &first, &second]));
    assert_seen!(sharing(&["diff", &first, &second, "--exit-code", "-o", "csv"]));
    assert_seen!(sharing(&["diff", &first, &second, "-o", "json"]));
    assert_seen!(sharing(&["diff", &first, &first, "--exit-code"]));
    let faulty = write("faulty.csv", "item,recipient,role\n/drive/root:/a,ryan@,owner\n");
    assert_seen!(sharing(&["diff", &first, &faulty]));
}

#[test]
fn a_list_and_the_service() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(&folder);
    let audited = sharing(&["--sandbox", "--world", &world, "audit", "/drive/root", "-r", "-o", "csv"]);
    let audited = { audited }.output().unwrap().stdout;
    let list = folder.path().join("list.csv");
    fs::write(&list, &audited).unwrap();
    let list = list.to_str().unwrap();
    let diff = |arguments: &[&str]| {
        sharing(&[&["--sandbox", "--world", &world, "diff", list, "live"], arguments].concat())
    };
    // What an audit wrote is what the service says.
    assert_seen!(diff(&["--exit-code"]));

    let changed = String::from_utf8(audited).unwrap();
    let changed = changed
        .replace("ryan@contoso.com,read", "alias:ryan,write")
        .replace("/drive/root:/Secret,priya@contoso.com", "/drive/root:/Secret,lee@fabrikam.com");
    fs::write(list, changed + "/drive/root:/Gone.txt,ryan@contoso.com,read,,,,,,,,,\n").unwrap();
    assert_seen!(diff(&["--exit-code"]));
}
