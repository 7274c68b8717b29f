//! Each member of a world file does something: one row a member, which a request sees.

use std::sync::LazyLock;

use reqwest::Client;
use serde_json::{Value, json};
use sharing_mock::{Limits, MockServer, World};

type Changes = &'static [(&'static str, &'static str)];

/// A member of the file, what it is changed to, and a request that is answered otherwise because of it.
struct Row {
    member: &'static str,
    change: Changes,
    /// What is otherwise in the sample tenant either way.
    base: Changes,
    /// The path and the body of each request; without a body it is a GET. The last answer is looked at.
    asks: &'static [(&'static str, &'static str)],
    /// What the answer has in it because of the member.
    shows: &'static str,
}

const fn row(
    member: &'static str,
    change: Changes,
    asks: &'static [(&'static str, &'static str)],
    shows: &'static str,
) -> Row {
    Row { member, change, base: &[], asks, shows }
}

impl Row {
    const fn in_world(self, base: Changes) -> Self {
        Self { base, ..self }
    }
}

const NOTES: &str = "/v1.0/drive/root:/Notes.txt";
const NOTES_LIST: &str = "/v1.0/drive/root:/Notes.txt:/permissions";
const INVITE: &str = "/v1.0/drive/root:/Notes.txt:/invite";
const LINK: &str = "/v1.0/drive/root:/Notes.txt:/createLink";
const PRESS_LIST: &str = "/v1.0/groups/b93c60e7-5d18-4f2a-8a94-1c7e0f6d3b25/drive/root:/Press:/permissions";
const TRAVEL: &str = "/v1.0/users/ryan@contoso.com/drive/root:/Travel.xlsx";
const RYAN: &str = r#"{ "recipients": [{ "email": "ryan@contoso.com" }], "roles": ["read"], "requireSignIn": true, "sendInvitation": true }"#;
const KIM: &str = r#"{ "recipients": [{ "email": "kim@fabrikam.com" }], "roles": ["read"], "requireSignIn": true, "sendInvitation": true }"#;
const MEGAN: &str = r#"{ "recipients": [{ "email": "megan@fabrikam.com" }], "roles": ["read"] }"#;
const REVIEWERS: &str = r#"{ "recipients": [{ "email": "reviewers@contoso.com" }], "roles": ["read"] }"#;
const ANONYMOUS: &str = r#"{ "type": "view", "scope": "anonymous" }"#;
const TOKEN: &str = "/contoso.com/oauth2/v2.0/token";
const DAEMON: &str = "grant_type=client_credentials&client_id=3d5a7f52-6c0b-4f7e-9a41-8e2d1b6c9f03\
                      &client_secret=daemon~secret~of~the~mock~guards~nothing&scope=https://graph.microsoft.com/.default";
const DEVICE: &str =
    "client_id=c7e20d18-94f5-4b6a-a3cd-6f1b0e8d7a35&scope=https://graph.microsoft.com/.default";
const SAM: Changes = &[("/me", r#""sam@outlook.com""#)];
/// The same, and a folder elsewhere with ids that can be written down.
const TWO: Changes = &[
    SAM[0],
    ("/drives/2/id", r#""b!AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA""#),
    ("/drives/2/items/0/id", r#""01AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA""#),
];
const REMOTE: &str = r#"[{ "name": "Drafts", "remote": {
    "drive": "b!AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "item": "01AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" } }]"#;
const PENDING: Changes = &[("/policy/pendingGuestsListed", "true")];

#[rustfmt::skip]
const ROWS: &[Row] = &[
    row("World.me", &[("/me", r#""ryan@contoso.com""#)], &[("/v1.0/me/drive", "")], "Ryan Gregg"),
    row("Organisation.name", &[("/tenant/name", r#""Contoso Lagos""#)], &[(LINK, r#"{ "type": "view", "scope": "organization" }"#), ("/_mock/permissions?item=notes", "")], "Contoso Lagos"),
    row("Organisation.id", &[("/tenant/id", r#""00000000-0000-4000-8000-000000000001""#)], &[("/v1.0/drive/root:/Notes.txt?$select=sharepointIds", "")], "00000000-0000-4000-8000-000000000001"),
    row("Organisation.domain", &[("/tenant/domain", r#""fabrikam.com""#)], &[(INVITE, KIM)], "noResolvedUsers"),
    row("Organisation.initialDomain", &[("/tenant/initialDomain", r#""lagos.onmicrosoft.com""#)], &[(INVITE, KIM)], "kim@fabrikam.com"),

    row("Policy.sharingCapabilities", &[("/policy/sharingCapabilities", r#""disabled""#)], &[(INVITE, KIM)], "sharingDisabled"),
    row("Policy.anonymousLinks", &[("/policy/anonymousLinks", "false")], &[(LINK, ANONYMOUS)], "notAllowed"),
    row("Policy.longestLinkLifeDays", &[("/policy/longestLinkLifeDays", "30")], &[(LINK, ANONYMOUS)], "2027-03-31T12:00:00Z"),
    row("Policy.defaultLink", &[("/policy/defaultLink", r#"{ "scope": "none" }"#)], &[(LINK, "{}")], "default link settings"),
    row("DefaultLink.type", &[("/policy/defaultLink/type", r#""edit""#)], &[(LINK, "{}")], r#""type":"edit""#),
    row("DefaultLink.scope", &[("/policy/defaultLink/scope", r#""anonymous""#)], &[(LINK, "{}")], r#""scope":"anonymous""#),
    row("Policy.pendingGuestsListed", PENDING, &[(PRESS_LIST, "")], "lee@fabrikam.com"),
    row("Policy.externalMails", &[("/policy/externalMails", "false")], &[(INVITE, KIM)], "accountVerificationRequired"),
    row("Policy.invitations", &[("/policy/invitations", "false")], &[(INVITE, RYAN)], "sharingFailed"),

    row("User.id", &[("/users/1/id", r#""00000000-0000-4000-8000-000000000002""#)], &[(INVITE, RYAN)], "00000000-0000-4000-8000-000000000002"),
    row("User.displayName", &[("/users/1/displayName", r#""Ryan the Second""#)], &[(INVITE, RYAN)], "Ryan the Second"),
    row("User.mail", &[("/users/8/mail", r#""df@contoso.com""#)], &[(INVITE, r#"{ "recipients": [{ "email": "df@contoso.com" }], "roles": ["read"] }"#)], "Dana Fischer"),
    row("User.userPrincipalName", &[("/users/1/userPrincipalName", r#""rg@contoso.com""#)], &[(INVITE, RYAN)], "aTowIy5mfG1lbWJlcnNoaXB8cmdAY29udG9zby5jb20"),
    row("User.alias", &[("/users/1/alias", r#""rg""#)], &[(INVITE, r#"{ "recipients": [{ "alias": "rg" }], "roles": ["read"] }"#)], "Ryan Gregg"),
    row("User.userType", &[("/users/8/userType", r#""guest""#)], &[(INVITE, r#"{ "recipients": [{ "objectId": "F1D73A58-0C94-4E26-B5A8-9E27C6D4013B" }], "roles": ["read"] }"#)], "invalidRequest"),
    row("User.externalUserState", &[("/users/5/externalUserState", r#""accepted""#)], &[(PRESS_LIST, "")], "lee@fabrikam.com"),
    row("User.licensed", &[("/users/1/licensed", "false")], &[(INVITE, RYAN)], "noResolvedUsers"),
    row("User.microsoftAccount", &[("/users/4/microsoftAccount", "false")], &[(INVITE, MEGAN)], "generalException"),
    row("User.notificationError", &[("/users/1/notificationError", r#""hipCheckRequired""#)], &[(INVITE, RYAN)], "hipCheckRequired"),
    row("User.siteNumber", &[("/users/0/siteNumber", "99")], &[(NOTES_LIST, "")], r#""id":"99""#),

    row("Group.id", &[("/groups/1/id", r#""00000000-0000-4000-8000-000000000003""#)], &[(INVITE, REVIEWERS)], "00000000-0000-4000-8000-000000000003"),
    row("Group.displayName", &[("/groups/1/displayName", r#""Readers""#)], &[(INVITE, REVIEWERS)], "Readers"),
    row("Group.kind", &[("/groups/1/kind", r#""distribution""#)], &[(INVITE, REVIEWERS)], "noResolvedUsers"),
    row("Group.mail", &[("/groups/2/mail", r#""all@contoso.com""#)], &[(INVITE, r#"{ "recipients": [{ "email": "all@contoso.com" }], "roles": ["read"] }"#)], "Everybody in Lagos")
        .in_world(&[("/groups/2/kind", r#""security""#)]),
    row("Group.alias", &[("/groups/1/alias", r#""readers""#)], &[(INVITE, r#"{ "recipients": [{ "alias": "readers" }], "roles": ["read"] }"#)], "Reviewers"),
    row("Group.members", &[("/groups/3/members", "[]")], &[(PRESS_LIST, "")], "itemNotFound"),
    row("Group.siteNumber", &[("/groups/1/siteNumber", "98")], &[(PRESS_LIST, "")], r#""id":"98""#),

    row("Application.id", &[("/applications/0/id", r#""00000000-0000-4000-8000-000000000004""#)], &[(TOKEN, DAEMON)], "AADSTS700016"),
    row("Application.displayName", &[("/applications/0/displayName", r#""Another daemon""#)], &[(TOKEN, DAEMON)], "access_token"),
    row("Application.secrets", &[("/applications/0/secrets", r#"["another"]"#)], &[(TOKEN, DAEMON)], "AADSTS7000215"),
    row("Application.roles", &[("/applications/0/roles", r#"["Sites.Read.All"]"#)], &[(TOKEN, DAEMON)], "access_token"),
    row("Application.scopes", &[("/applications/2/scopes", r#"["Sites.Read.All"]"#)], &[("/contoso.com/oauth2/v2.0/devicecode", DEVICE), ("/_mock/device-codes", "")], "Sites.Read.All"),
    row("Application.registered", &[("/applications/0/registered", "false")], &[(TOKEN, DAEMON)], "AADSTS700016"),

    row("Site.url", &[("/sites/3/url", r#""https://contoso.sharepoint.com/sites/liftoff""#), ("/drives/3/site", r#""https://contoso.sharepoint.com/sites/liftoff""#)], &[("/v1.0/sites/contoso.sharepoint.com:/sites/liftoff", "")], "Launch team"),
    row("Site.id", &[("/sites/3/id", r#""contoso.sharepoint.com,00000000-0000-4000-8000-000000000005,00000000-0000-4000-8000-000000000006""#)], &[("/v1.0/sites/contoso.sharepoint.com:/sites/launch", "")], "00000000-0000-4000-8000-000000000005"),
    row("Site.displayName", &[("/sites/3/displayName", r#""Lift-off""#)], &[("/v1.0/sites/contoso.sharepoint.com:/sites/launch", "")], "Lift-off"),
    row("Site.of", &[("/sites/1/of", r#""ryan@contoso.com""#)], &[("/v1.0/sites/root", "")], "personal/nadia_contoso_com"),

    row("Site.permissions", &[("/sites/1/permissions", r#"[{ "to": "a1c94e60-7b3d-4d25-b0f6-52e8c7d10b94", "roles": ["read"] }]"#)], &[("/v1.0/sites/root/permissions", "")], "Contoso auditor"),

    row("Drive.type", &[("/drives/0/type", r#""documentLibrary""#)], &[("/v1.0/drive", "")], "documentLibrary"),
    row("Drive.id", &[("/drives/0/id", r#""b!AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA""#)], &[("/v1.0/drive", "")], "b!AAAAAAAA"),
    row("Drive.name", &[("/drives/0/name", r#""Papers""#)], &[("/v1.0/drive", "")], "Papers"),
    row("Drive.owner", &[("/drives/0/owner", r#""tomas@contoso.com""#)], &[("/v1.0/users/tomas@contoso.com/drive", "")], "Tomas Lindqvist"),
    row("Drive.site", &[("/drives/2/site", r#""https://contoso.sharepoint.com/sites/launch""#)], &[(TRAVEL, "")], "Travel.xlsx"),
    row("Drive.webUrl", &[("/drives/0/webUrl", r#""https://contoso-my.sharepoint.com/personal/nadia_contoso_com/Papers""#)], &[(NOTES, "")], "Papers/Notes.txt"),
    row("Drive.premium", &[("/drives/4/premium", "true")], &[("/v1.0/drive/root:/Budget.xlsx:/createLink", r#"{ "type": "view", "password": "seven of nine" }"#)], r#""hasPassword":true"#)
        .in_world(SAM),
    row("Drive.linksMade", &[("/drives/0/linksMade", "7")], &[(LINK, ANONYMOUS)], "anonymous"),
    row("Drive.changes", &[("/drives/0/changes", "5")], &[("/v1.0/drive/root/delta?token=latest", "")], "Y2hhbmdlcz01"),
    row("Drive.rootId", &[("/drives/0/rootId", r#""01AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA""#)], &[("/v1.0/drive/root", "")], "01AAAAAAAAAAAAAAAA"),
    row("Drive.permissions", &[("/drives/0/permissions", "[]")], &[(NOTES_LIST, "")], r#""value":[]"#),
    row("Drive.links", &[("/drives/0/links", r#"[{ "type": "view", "scope": "organization" }]"#)], &[(NOTES_LIST, "")], "organization"),
    row("Drive.history", &[("/drives/0/history", r#"{ "version": 7 }"#)], &[("/v1.0/drive/root", "")], r#"},7\""#),
    row("Drive.items", &[("/drives/0/items", "[]")], &[("/v1.0/drive/root/children", "")], r#""value":[]"#),

    row("Item.name", &[("/drives/0/items/1/name", r#""Ideas.txt""#)], &[("/v1.0/drive/root:/Ideas.txt", "")], "Ideas.txt"),
    row("Item.id", &[("/drives/0/items/1/id", r#""01AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA""#)], &[(NOTES, "")], "01AAAAAAAAAAAAAAAA"),
    row("Item.size", &[("/drives/0/items/1/size", "4711")], &[(NOTES, "")], r#""size":4711"#),
    row("Item.mimeType", &[("/drives/0/items/1/mimeType", r#""text/markdown""#)], &[(NOTES, "")], "text/markdown"),
    row("Item.special", &[("/drives/0/items/0/special", r#""music""#)], &[("/v1.0/drive/special/music", "")], "Projects"),
    row("Item.permissions", &[("/drives/0/items/1/permissions", r#"[{ "to": "tomas@contoso.com", "roles": ["read"] }]"#)], &[(NOTES_LIST, "")], "Tomas Lindqvist"),
    row("Item.links", &[("/drives/0/items/1/links", r#"[{ "type": "view", "scope": "anonymous" }]"#)], &[(NOTES_LIST, "")], "anonymous"),
    row("Item.lockedBy", &[("/drives/0/items/1/lockedBy", r#""tomas@contoso.com""#)], &[(INVITE, RYAN)], "resourceLocked"),
    row("Item.itemsBelow", &[("/drives/0/items/0/itemsBelow", "120000")], &[("/v1.0/drive/root:/Projects:/invite", RYAN)], "activityLimitReached"),
    row("Item.history", &[("/drives/0/items/1/history", r#"{ "version": 7 }"#)], &[(NOTES, "")], r#"},7\""#),
    row("Item.remote", &[("/drives/4/items", REMOTE)], &[("/v1.0/drive/root/children", "")], "remoteItem").in_world(TWO),
    row("Remote.drive", &[("/drives/4/items", REMOTE)], &[("/v1.0/drive/root/children", "")], "b!AAAAAAAA").in_world(TWO),
    row("Remote.item", &[("/drives/4/items", REMOTE)], &[("/v1.0/drive/root/children", "")], "01AAAAAAAA").in_world(TWO),
    row("Item.children", &[("/drives/0/items/0/children", "[]")], &[("/v1.0/drive/root:/Projects:/children", "")], r#""value":[]"#),

    row("History.created", &[("/drives/0/items/1/history", r#"{ "created": { "at": "2020-02-02T02:02:02Z" } }"#)], &[(NOTES, "")], r#""createdDateTime":"2020-02-02T02:02:02Z""#),
    row("History.modified", &[("/drives/0/items/1/history", r#"{ "modified": { "at": "2020-02-02T02:02:02Z" } }"#)], &[(NOTES, "")], r#""lastModifiedDateTime":"2020-02-02T02:02:02Z""#),
    row("History.shared", &[("/drives/2/items/1/history", r#"{ "shared": { "at": "2020-02-02T02:02:02Z" } }"#)], &[(TRAVEL, "")], r#""sharedDateTime":"2020-02-02T02:02:02Z""#),
    row("History.version", &[("/drives/0/items/1/history", r#"{ "version": 9 }"#)], &[(NOTES, "")], r#"},9\""#),
    row("History.changed", &[("/drives/0/items/1/history", r#"{ "changed": 3 }"#)], &[("/v1.0/drive/root/delta?token=Y2hhbmdlcz0y", "")], "Notes.txt")
        .in_world(&[("/drives/0/changes", "5")]),
    row("Moment.at", &[("/drives/0/items/1/history", r#"{ "created": { "at": "2021-01-01T00:00:00Z" } }"#)], &[(NOTES, "")], "2021-01-01T00:00:00Z"),
    row("Moment.by", &[("/drives/0/items/1/history", r#"{ "created": { "at": "2021-01-01T00:00:00Z", "by": "tomas@contoso.com" } }"#)], &[(NOTES, "")], "Tomas Lindqvist"),

    row("Grant.to", &[("/drives/3/items/2/permissions/1/to", r#""tomas@contoso.com""#)], &[(PRESS_LIST, "")], "Tomas Lindqvist"),
    row("Grant.roles", &[("/drives/3/items/2/permissions/1/roles", r#"["sp.Restricted View"]"#)], &[(PRESS_LIST, "")], "sp.Restricted View"),
    row("Grant.signInRequired", &[("/drives/3/items/2/permissions/3/signInRequired", "false")], &[(PRESS_LIST, "")], r#""signInRequired":false"#).in_world(PENDING),
    row("Grant.invitedBy", &[("/drives/3/items/2/permissions/3/invitedBy", r#""tomas@contoso.com""#)], &[(PRESS_LIST, "")], "Tomas Lindqvist").in_world(PENDING),
    row("Grant.expires", &[("/drives/3/items/2/permissions/2/expires", r#""2027-03-02T00:00:00Z""#)], &[(PRESS_LIST, "")], "2027-03-02T00:00:00Z"),

    row("Link.id", &[("/drives/3/items/2/links/0/id", r#""00000000-0000-4000-8000-000000000007""#)], &[(PRESS_LIST, "")], "00000000-0000-4000-8000-000000000007"),
    row("Link.url", &[("/drives/3/items/2/links/0/url", r#""https://contoso.sharepoint.com/:f:/s/launch/press""#)], &[(PRESS_LIST, "")], "/:f:/s/launch/press"),
    row("Link.type", &[("/drives/3/items/2/links/0/type", r#""createOnly""#)], &[(PRESS_LIST, "")], "createOnly"),
    row("Link.scope", &[("/drives/3/items/2/links/1/scope", r#""organization""#)], &[(PRESS_LIST, "")], "organization"),
    row("Link.preventsDownload", &[("/drives/3/items/2/links/0/preventsDownload", "true")], &[(PRESS_LIST, "")], r#""preventsDownload":true"#),
    row("Link.users", &[("/drives/3/items/2/links/1/users", r#"["tomas@contoso.com"]"#)], &[(PRESS_LIST, "")], "Tomas Lindqvist"),
    row("Link.expires", &[("/drives/3/items/2/links/0/expires", r#""2028-01-01T00:00:00Z""#)], &[(PRESS_LIST, "")], "2028-01-01T00:00:00Z"),
    row("Link.password", &[("/drives/3/items/2/links/0/password", r#""of a link""#), ("/drives/3/items/2/links/2/password", "null")], &[(PRESS_LIST, "")], r#""hasPassword":true"#),
];

/// What no single request shows, and what holds other members: where it is shown.
const ELSEWHERE: &[(&str, &str)] = &[
    ("World.$schema", "for editors alone"),
    ("World.tenant", "the members of Organisation"),
    ("World.policy", "the members of Policy"),
    ("World.users", "the members of User"),
    ("World.groups", "the members of Group"),
    ("World.applications", "the members of Application"),
    ("World.sites", "the members of Site"),
    ("World.drives", "the members of Drive"),
    ("Policy.appOnlyGuestInvitations", "provoke: app-only-guests"),
    ("Application.certificates", "login::assertion::tests, and the client's own sign-in with a certificate"),
];

static CONTOSO: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(&World::contoso().to_string()).unwrap());

async fn answer(changes: &[(&str, &str)], row: &Row) -> String {
    let mut world = CONTOSO.clone();
    for (pointer, value) in changes {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        world.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}"))[name] =
            serde_json::from_str(value).unwrap();
    }
    let world: World = world.to_string().parse().unwrap_or_else(|error| panic!("{}: {error}", row.member));
    let limits = Limits { items_below: Some(100_000), ..Limits::default() };
    let clock = "2027-03-01T12:00:00Z".parse().unwrap();
    let server = MockServer::builder().world(world).limits(limits).clock(clock).start().await.unwrap();
    server.clock().freeze();
    let http = Client::builder().no_proxy().build().unwrap();
    let mut last = String::new();
    for (path, body) in row.asks {
        let url = format!("{}{path}", server.url());
        let request = match *body {
            "" => http.get(url),
            body if body.starts_with('{') => {
                http.post(url).header("content-type", "application/json").body(body)
            }
            body => http.post(url).header("content-type", "application/x-www-form-urlencoded").body(body),
        };
        let response = request.bearer_auth("any").send().await.unwrap();
        last = format!("{} {}", response.status().as_u16(), response.text().await.unwrap());
        last = last.replace(server.url(), "");
    }
    last
}

#[tokio::test]
async fn each_member_does_something() {
    let mut faults = Vec::new();
    for row in ROWS {
        let plain = answer(row.base, row).await;
        let changed = answer(&[row.base, row.change].concat(), row).await;
        if plain == changed || !changed.contains(row.shows) {
            faults.push(format!("{}: {changed}, where it is otherwise {plain}", row.member));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));

    let schema = sharing_mock::world_schema();
    let mut kinds = schema["$defs"].as_object().unwrap().clone();
    kinds.insert("World".to_owned(), json!({ "properties": schema["properties"] }));
    let known = |member: &String| {
        ROWS.iter().any(|row| row.member == member) || ELSEWHERE.iter().any(|(name, _)| name == member)
    };
    let members = kinds.iter().flat_map(|(kind, schema)| {
        let properties = schema["properties"].as_object().into_iter().flatten();
        properties.map(move |(name, _)| format!("{kind}.{name}"))
    });
    let missing: Vec<_> = members.filter(|member| !known(member)).collect();
    assert!(missing.is_empty(), "no row shows what {} does", missing.join(", "));
}
