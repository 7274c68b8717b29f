//! `sharing rehearse`: applies a list to a copy of what an audit saw, inside of this process.

mod audited;
mod snapshot;

use std::{
    fs,
    fs::File,
    io::{self, BufReader, Read},
    path::Path,
    time::Duration,
};

use clap::Args;
use sharing_bulk::{AccessListReader, AuditRow, Format};
use sharing_mock::World;

use self::snapshot::{Domains, Snapshot};
use super::apply::Apply;
use crate::{
    clock::MovedClock, connection::ConnectionArguments, exit::Exit, failure::Failure, output::Output,
    voice::tell,
};

/// Apply an access list to a copy of what an audit saw, with faults on the way. Nothing leaves this machine.
#[derive(Debug, Args)]
pub(crate) struct Rehearse {
    #[command(flatten)]
    apply: Apply,
}

/// What the help says below the arguments.
pub(crate) const AFTER: &str = "Example:
  sharing audit /me/drive/root --recursive -o ndjson > audit.ndjson
  sharing rehearse access.csv --world audit.ndjson --faults faults.json

--world is an audit (CSV, NDJSON or JSON) or a world file. Items that only the list names are taken \
to exist, with the access of the folder above, and so are people of the organization's own domains. \
With --limits, the service limits as it does a tenant of so many licences. Time is moved: what would be waited for is told, \
and not waited for.";

impl Rehearse {
    pub(crate) async fn run(
        self,
        connection: &ConnectionArguments,
        output: &Output,
    ) -> Result<Exit, Failure> {
        let path = connection.world().ok_or(Failure::NoSnapshot)?;
        let world = world(path, self.apply.file())?;
        let clock = MovedClock::start();
        let exit = self.apply.run(&connection.rehearsing(world, clock.clone()), output).await?;
        let took = clock.took();
        if took >= Duration::from_secs(1) {
            tell!("rehearsed in {}, by the service's time", in_words(took));
        }
        Ok(exit)
    }
}

/// The tenant that a world file says, or that an audit saw.
fn world(path: &Path, list: &Path) -> Result<World, Failure> {
    let unread = |error| Failure::File { path: path.to_owned(), error };
    let setup = |faults| Failure::setup(path, faults);
    let format = Format::of(path).unwrap_or_default();
    if format == Format::Json && is_object(path).map_err(unread)? {
        let text = fs::read_to_string(path).map_err(unread)?;
        return text.parse::<World>().map_err(|error| setup(error.faults().to_vec()));
    }
    // The world is made with the list's items, before the list is applied.
    if list.as_os_str() == "-" {
        return Err(Failure::StandardInput);
    }
    let read = |take: &mut dyn FnMut(AuditRow)| {
        audited::each(path, format, take).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied => unread(error),
            _ => setup(vec![error.to_string()]),
        })
    };
    // Twice, so that no row is kept: whose domain is the organization's own, they tell together.
    let mut domains = Domains::default();
    read(&mut |row| domains.note(&row))?;
    let mut snapshot = Snapshot::of(domains);
    read(&mut |row| snapshot.holds(&row))?;
    let file = File::open(list).map_err(|error| Failure::File { path: list.to_owned(), error })?;
    // What is wrong with the list is told when it is applied.
    for row in AccessListReader::new(file, Format::of(list).unwrap_or_default()).flatten() {
        snapshot.wants(&row);
    }
    let (world, counts) = snapshot.finish().map_err(setup)?;
    tell!("rehearsed with {counts} of {}", path.display());
    world.to_string().parse::<World>().map_err(|error| setup(error.faults().to_vec()))
}

/// Whether a file of JSON holds an object, as a world file does, and no array of rows.
fn is_object(path: &Path) -> io::Result<bool> {
    let first = BufReader::new(File::open(path)?)
        .bytes()
        .find(|byte| !matches!(byte, Ok(byte) if byte.is_ascii_whitespace()));
    Ok(first.transpose()? == Some(b'{'))
}

/// As in "3 h 20 min 5 s".
fn in_words(time: Duration) -> String {
    let seconds = time.as_secs();
    let parts = [(seconds / 3_600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")];
    let parts = parts.iter().filter(|(amount, _)| *amount > 0);
    parts.map(|(amount, unit)| format!("{amount} {unit}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use futures_util::TryStreamExt;
    use serde_json::{Value, json};
    use sharing_bulk::Audit;
    use sharing_http::{Client, Endpoint};
    use sharing_mock::MockServer;

    use super::*;

    /// What a service of that world says who has access to what, without the ids of links, which it makes.
    async fn audit(world: World, item: &str) -> Vec<Value> {
        let server = MockServer::builder().world(world).start().await.unwrap();
        let client = Client::new(Endpoint::new(server.url()).unwrap(), "any".into()).unwrap();
        let rows = Audit::new(&client, item.parse().unwrap()).recursive(true).rows();
        let rows: Vec<AuditRow> = rows.try_collect().await.unwrap();
        let mut rows: Vec<_> = rows.iter().map(|row| serde_json::to_value(row).unwrap()).collect();
        rows.sort_by_key(Value::to_string);
        rows
    }

    fn without_ids(rows: &[Value]) -> Vec<Value> {
        let mut rows = rows.to_vec();
        for row in &mut rows {
            if row["how"] == "link" {
                row["permission-id"].take();
            }
        }
        rows.sort_by_key(Value::to_string);
        rows
    }

    #[test]
    fn what_an_audit_saw_is_what_there_is() {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let grant = |to: &str, role: &str| json!({ "to": to, "roles": [role] });
        let owner = || grant("nadia@contoso.com", "owner");
        let user = |name: &str, mail: &str| json!({ "displayName": name, "mail": mail });
        let site = "https://contoso-my.sharepoint.com/personal/nadia_contoso_com";
        let first = json!({
            "tenant": { "name": "contoso", "domain": "contoso.com" },
            "me": "nadia@contoso.com",
            "users": [
                user("Nadia Okafor", "nadia@contoso.com"), user("Ryan Gregg", "ryan@contoso.com"),
                { "displayName": "Megan Bowen", "mail": "megan@fabrikam.com", "userType": "guest" },
            ],
            "groups": [{ "displayName": "Reviewers", "kind": "security", "mail": "reviewers@contoso.com" }],
            "sites": [{ "url": site, "of": "nadia@contoso.com" }],
            "drives": [{
                "type": "business", "owner": "nadia@contoso.com", "name": "Documents", "site": site,
                "items": [
                    {
                        "name": "Press",
                        "permissions": [owner(), grant("reviewers@contoso.com", "read"), grant("megan@fabrikam.com", "write")],
                        "links": [
                            { "type": "view", "scope": "anonymous", "expires": "2099-01-01T00:00:00Z" },
                            { "type": "edit", "scope": "users", "users": ["ryan@contoso.com"] },
                        ],
                        "children": [{ "name": "Plan.docx", "permissions": [owner(), grant("ryan@contoso.com", "read")] }],
                    },
                    { "name": "Private.txt" },
                ],
            }],
        });
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("none.csv");
        fs::write(&list, "item,recipient,role\n").unwrap();
        let seen = runtime.block_on(audit(first.to_string().parse().unwrap(), "/drive/root"));
        assert!(seen.len() > 8, "{seen:#?}");
        let path = folder.path().join("audit.json");
        fs::write(&path, Value::from(seen.clone()).to_string()).unwrap();
        let again = runtime.block_on(audit(world(&path, &list).unwrap(), "/drive/root"));
        assert_eq!(without_ids(&again), without_ids(&seen));
    }

    #[test]
    fn items_of_other_drives_have_a_place_and_what_has_none_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let (path, list) = (folder.path().join("audit.ndjson"), folder.path().join("list.csv"));
        let row = |item: &str| json!({ "item": item, "recipient": "ryan@contoso.com", "role": "read", "how": "direct" });
        let write = |items: &[&str]| {
            let lines: Vec<_> = items.iter().map(|item| row(item).to_string()).collect();
            fs::write(&path, lines.join("\n")).unwrap();
        };
        fs::write(&list, "item,recipient,role\n/sites/root/drive/root:/Plans/A.docx,lee@contoso.com,read\n")
            .unwrap();
        let group = "/groups/7b5e1f3a-08d2-4c96-9f47-c61b2a8e0d34/drive";
        let site = "/sites/fabrikam.sharepoint.com,0c6b8f0e-2f5a-4d0e-9a51-4f1f5b0c7d11,5b1d9c3a-7f64-4b0b-8a57-0d2e9f3c6a22";
        let of_group = format!("{group}/root:/D.docx");
        let of_site = format!("{site}/drive/root:/E.docx");
        write(&[
            "/users/ryan@contoso.com/drive/root:/B.docx",
            "/me/drive/root:/C.docx",
            &of_group,
            &of_site,
            "/me/drive/items/01NKDM7HMOJTVYMDOSXFDK2QJDXCDI3WUK:/F/G.docx",
        ]);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let rows = runtime.block_on(async {
            let mut rows = Vec::new();
            let of_site = format!("{site}/drive/root");
            for item in [
                "/sites/root/drive/root:/Plans",
                "/users/ryan@contoso.com/drive/root",
                "/drive/root",
                &of_group,
                &of_site,
                "/drive/items/01NKDM7HMOJTVYMDOSXFDK2QJDXCDI3WUK:/F/G.docx",
            ] {
                rows.extend(audit(world(&path, &list).unwrap(), item).await);
            }
            rows
        });
        let text = Value::from(rows).to_string();
        for name in ["B.docx", "C.docx", "D.docx", "E.docx", "G.docx"] {
            assert!(text.contains(name), "{name}: {text}");
        }
        write(&["https://contoso.sharepoint.com/:w:/g/EcUtF4Nxq2pHsUGfT8OyM0sBa2", "/drives/x/root:/E.docx"]);
        let Err(Failure::Setup { faults, .. }) = world(&path, &list) else { panic!("it has a place") };
        insta::assert_snapshot!(faults.join("\n"));
    }
}
