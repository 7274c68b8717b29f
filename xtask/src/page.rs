//! `cargo xtask page`: the mock's page and the page of a report, used as a person uses them, in Debian's Chromium.

use std::{
    error::Error,
    fs::{self, File},
    path::Path,
    process::Command,
};

use serde_json::{Value, json};

use crate::{
    install::Place,
    mock::Mock,
    tool::{self, ask, need},
};

pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    need("chromium", &["--version"], &["chromium", "fonts-dejavu-core"])?;
    let files = ["package.json", "package-lock.json", "page.mjs", "report.mjs"];
    let folder = Place::new("page").node("package-lock.json", &files)?;
    let pictures = folder.join("screenshots");
    fs::create_dir_all(&pictures)?;
    report(&folder, &pictures)?;
    let mock = Mock::start(&[])?;
    ask(Command::new("node").arg("page.mjs").arg(&mock.url).arg(&pictures).current_dir(&folder))?;
    eprintln!("page: look at the screenshots in {}", pictures.display());
    Ok(())
}

/// The page of an audit of a tenant with 10,000 rows to show.
fn report(folder: &Path, pictures: &Path) -> Result<(), Box<dyn Error>> {
    let program = tool::built("sharing-cli", "sharing", &[])?;
    let (world, rows) = crowded();
    let (file, page) = (folder.join("world.json"), folder.join("audit.html"));
    fs::write(&file, world.to_string())?;
    let mut sharing = Command::new(program);
    sharing
        .args(["--sandbox", "audit", "/drive/root", "--recursive", "--output", "html", "--world"])
        .arg(file);
    ask(sharing.stdout(File::create(&page)?))?;
    ask(Command::new("node")
        .arg("report.mjs")
        .arg(page)
        .arg(rows.to_string())
        .arg(pictures)
        .current_dir(folder))
}

/// A world in which 500 files are shared with some of 120 people each, and how many rows an audit of it has.
fn crowded() -> (Value, usize) {
    const GIVEN: [&str; 12] =
        ["Ada", "Ben", "Chloe", "Dev", "Emeka", "Femi", "Grace", "Hana", "Ivan", "Jia", "Kofi", "Lina"];
    const FAMILY: [&str; 10] =
        ["Gregg", "Raman", "Lindqvist", "Bowen", "Gu", "Rivera", "Duarte", "Fischer", "Stone", "Ångström"];
    let mails: Vec<_> = (0..120)
        .map(|n| format!("person{n}@{}", if n % 9 == 0 { "fabrikam.com" } else { "contoso.com" }))
        .collect();
    let people = mails.iter().enumerate().map(|(n, mail)| {
        let name = match n {
            // What nobody must run.
            3 => "<img src=x onerror=window.struck=1></script><b>".to_owned(),
            _ => format!("{} {}", GIVEN[n % GIVEN.len()], FAMILY[n / GIVEN.len()]),
        };
        let guest = if n % 9 == 0 { "guest" } else { "member" };
        json!({ "displayName": name, "mail": mail, "userType": guest })
    });
    let nadia = json!({ "displayName": "Nadia Okafor", "mail": "nadia@contoso.com" });
    // The drive's own owner.
    let mut rows = 1;
    let mut file = |number: usize| {
        let held = 12 + number % 15;
        // Steps of a number that shares no divisor with how many there are: nobody comes twice.
        let some = (0..held).map(|n| {
            let role = if (n + number).is_multiple_of(3) { "write" } else { "read" };
            let end = (n + number).is_multiple_of(10).then_some("2099-03-01T00:00:00Z");
            json!({ "to": mails[(number + 7 * n) % mails.len()], "roles": [role], "expires": end })
        });
        let owner = json!({ "to": "nadia@contoso.com", "roles": ["owner"] });
        let permissions: Vec<_> = std::iter::once(owner).chain(some).collect();
        rows += permissions.len();
        let mut links = Vec::new();
        if number.is_multiple_of(4) {
            links.push(json!({ "type": "view", "scope": "anonymous" }));
            links.push(json!({ "type": "edit", "scope": "users", "users": [mails[1]] }));
            rows += 3;
        }
        let kind = ["Report", "Plan", "Budget", "Contract", "Slides"][number % 5];
        json!({ "name": format!("{kind} {number}.docx"), "permissions": permissions, "links": links })
    };
    let folders: Vec<_> = (0..25)
        .map(|folder| {
            let files: Vec<_> = (0..20).map(|n| file(20 * folder + n)).collect();
            json!({ "name": format!("Project {:02}", folder + 1), "children": files })
        })
        .collect();
    let site = "https://contoso-my.sharepoint.com/personal/nadia_contoso_com";
    let world = json!({
        "tenant": { "name": "Contoso", "domain": "contoso.com" },
        "me": "nadia@contoso.com",
        "users": std::iter::once(nadia).chain(people).collect::<Vec<_>>(),
        "sites": [{ "url": site, "of": "nadia@contoso.com" }],
        "drives": [{
            "type": "business", "owner": "nadia@contoso.com", "name": "Documents", "site": site, "items": folders,
        }],
    });
    (world, rows)
}
