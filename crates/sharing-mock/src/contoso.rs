//! The sample tenant: Contoso, with a person's drive, a team's library, and people who work together.

use std::sync::Arc;

use crate::{
    application::Application,
    directory::{Directory, Newcomer, PrincipalIndex, PrincipalKind},
    drive::Drive,
    identifier::{drive_id, guid},
    tenant::{Site, Tenant},
};

const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const EXCEL: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const POWERPOINT: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
const PDF: &str = "application/pdf";
const TEXT: &str = "text/plain";

/// The tenant as it is before the first request. The token is Nadia Okafor's.
pub(crate) fn tenant() -> Tenant {
    let mut directory =
        Directory::new("5b0f7c1e-4a2d-4e63-9c58-0d1f6a3b7e92", "contoso.com", "contoso.onmicrosoft.com");
    let mut add = |kind: PrincipalKind, id: &str, display_name: &str, mail: &str| {
        directory.add(&Newcomer {
            kind,
            id,
            display_name,
            mail,
            user_principal_name: None,
            alias: None,
            licensed: true,
        })
    };
    let mut user = |id: &str, name: &str, mail: &str| add(PrincipalKind::User, id, name, mail);
    let nadia = user("9D1B6C0E-52B4-4F0C-8B6E-3A7F1E2D4C58", "Nadia Okafor", "nadia@contoso.com");
    user("42F177F1-22C0-4BE3-900D-4507125C5C20", "Ryan Gregg", "ryan@contoso.com");
    user("E3A90B17-6C5D-4E8F-A1B2-7D6C5B4A3F29", "Priya Raman", "priya@contoso.com");
    user("0F4C2D8B-9E7A-4B61-B3C5-1A2E8D7F6059", "Tomas Lindqvist", "tomas@contoso.com");
    let team = add(
        PrincipalKind::Group,
        "7B5E1F3A-08D2-4C96-9F47-C61B2A8E0D34",
        "Projects team",
        "projects@contoso.com",
    );

    add(
        PrincipalKind::SecurityGroup,
        "C8D0A5E2-7F14-4B39-8E6A-2D9B71F0C453",
        "Reviewers",
        "reviewers@contoso.com",
    );
    add(
        PrincipalKind::DistributionList,
        "1E6F9B84-3A2C-4D57-B0E8-95C47A1D2F36",
        "Everybody in Lagos",
        "lagos@contoso.com",
    );
    add(PrincipalKind::Guest, "A47C3E19-60D8-4F2B-9B15-E8D36C0A7142", "Megan Bowen", "megan@fabrikam.com");

    let mut tenant = Tenant::new(directory, nadia);
    tenant.root_site = 1;
    tenant.applications =
        Arc::new(vec![Application::daemon(), Application::auditor(), Application::console()]);

    let own = add_drive(
        &mut tenant,
        nadia,
        "contoso-my.sharepoint.com",
        "business",
        "https://contoso-my.sharepoint.com/personal/nadia_contoso_com/Documents",
    );
    for (path, size, mime_type) in [
        ("Projects/Quarterly report.docx", 48_213, WORD),
        ("Projects/Budget 2027.xlsx", 91_044, EXCEL),
        ("Projects/Launch/Plan.docx", 23_870, WORD),
        ("Projects/Launch/Slides.pptx", 1_204_551, POWERPOINT),
        ("Notes.txt", 1_180, TEXT),
    ] {
        own.add_file(path, size, mime_type);
    }

    let library = add_drive(
        &mut tenant,
        team,
        "contoso.sharepoint.com",
        "documentLibrary",
        "https://contoso.sharepoint.com/Shared%20Documents",
    );
    for (path, size, mime_type) in [
        ("Projects/Quarterly report.docx", 51_902, WORD),
        ("Projects/Roadmap.pptx", 733_118, POWERPOINT),
        ("Contracts/Fabrikam/Agreement #12.pdf", 220_417, PDF),
        ("Contracts/Fabrikam/Annex 100% final.pdf", 18_333, PDF),
        ("Welcome.docx", 12_009, WORD),
    ] {
        library.add_file(path, size, mime_type);
    }
    tenant
}

/// Adds a site with its default drive, both owned by a principal.
fn add_drive<'tenant>(
    tenant: &'tenant mut Tenant,
    of: PrincipalIndex,
    host: &str,
    drive_type: &'static str,
    web_url: &str,
) -> &'tenant mut Drive {
    let [collection, web, list] =
        ["site collection", "web", "library"].map(|part| guid(&format!("{web_url} {part}")));
    let drive = tenant.drives.len();
    let site = tenant.add_site(Site {
        id: format!("{host},{collection},{web}"),
        collection: collection.to_string(),
        of,
        default_drive: drive,
    });
    tenant.add_drive(Drive::new(drive_id(collection, web, list), drive_type, web_url, site, of));
    &mut tenant.drives[drive]
}
