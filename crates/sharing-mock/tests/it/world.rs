//! World files: what is loaded comes out the same, and of a bad one everything that is wrong is told, each with its place.

mod member;

use std::sync::LazyLock;

use jsonschema::Validator;
use proptest::{collection::vec, prelude::*};
use serde_json::{Map, Value, json};
use sharing_mock::World;

static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    jsonschema::options().should_validate_formats(true).build(&sharing_mock::world_schema()).unwrap()
});

/// Names that people give, and that URLs, OData and JSON take for something else.
const NAMES: &[&str] = &[
    "Plan.docx",
    "100% [final] #2.pdf",
    "O'Brien & sons; (old)",
    "äöü 漢字 😀",
    "a+b=c,d",
    "...",
    "con.txt",
    "\"quoted\"",
    "x y",
];

/// Decisions, one after another; where they are used up, the simplest.
struct Choices<'a>(std::slice::Iter<'a, u8>);

impl Choices<'_> {
    fn below(&mut self, limit: usize) -> usize {
        self.0.next().map_or(0, |choice| usize::from(*choice) % limit)
    }

    fn maybe(&mut self) -> bool {
        self.below(2) == 1
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    fn some(&mut self, of: &[String]) -> Vec<String> {
        of.iter().filter(|_| self.maybe()).cloned().collect()
    }
}

/// A member that may be left out.
fn put(object: &mut Value, name: &str, is_there: bool, value: impl Into<Value>) {
    if is_there {
        object[name] = value.into();
    }
}

fn moment(it: &mut Choices<'_>, who: &[String]) -> Value {
    let mut moment = json!({ "at": format!("2026-0{}-11T0{}:30:00Z", 1 + it.below(9), it.below(10)) });
    let by = it.below(who.len());
    put(&mut moment, "by", it.maybe(), who[by].clone());
    moment
}

/// Who may do what with a thing, and what happened to it.
fn access(thing: &mut Value, it: &mut Choices<'_>, who: &[String]) {
    if it.maybe() {
        let grants = it.some(who).into_iter().map(|to| {
            let role = it.of(&["read", "write", "owner", "sp.Full Control"]);
            let mut grant = json!({ "to": to, "roles": [role] });
            put(&mut grant, "signInRequired", it.maybe(), true);
            put(&mut grant, "invitedBy", it.maybe(), who[0].clone());
            put(&mut grant, "expires", it.maybe(), "2027-01-01T00:00:00Z");
            grant
        });
        thing["permissions"] = grants.collect();
    }
    if it.maybe() {
        let links = (0..it.below(3)).map(|_| {
            let mut link = json!({ "type": it.of(&["view", "edit", "review"]),
                                   "scope": it.of(&["anonymous", "organization", "users"]) });
            put(&mut link, "users", it.maybe(), it.some(who));
            put(&mut link, "preventsDownload", it.maybe(), true);
            put(&mut link, "expires", it.maybe(), "2027-06-30T12:00:00Z");
            put(&mut link, "password", it.maybe(), "of a link");
            link
        });
        thing["links"] = links.collect();
    }
    if it.maybe() {
        let mut history = Map::new();
        for name in ["created", "modified", "shared"] {
            if it.maybe() {
                history.insert(name.to_owned(), moment(it, who));
            }
        }
        let mut history = Value::Object(history);
        put(&mut history, "version", it.maybe(), 1 + it.below(9));
        put(&mut history, "changed", it.maybe(), it.below(9));
        thing["history"] = history;
    }
}

fn items(it: &mut Choices<'_>, who: &[String], depth: usize) -> Value {
    let items = (0..it.below(4)).map(|index| {
        let mut item = json!({ "name": format!("{index} {}", it.of(NAMES)) });
        if depth > 0 && it.maybe() {
            item["children"] = items(it, who, depth - 1);
            put(&mut item, "itemsBelow", it.maybe(), 120_000 + it.below(9));
        } else {
            put(&mut item, "size", it.maybe(), 1000 * it.below(200));
            put(&mut item, "mimeType", it.maybe(), "text/plain");
        }
        put(&mut item, "lockedBy", it.maybe(), who[0].clone());
        access(&mut item, it, who);
        item
    });
    items.collect()
}

/// A world, by decisions.
fn world(choices: &[u8]) -> Value {
    let it = &mut Choices(choices.iter());
    let mut users = Vec::new();
    for index in 0..=it.below(4) {
        let mut user = json!({ "displayName": format!("{} {index}", it.of(NAMES)),
                               "mail": format!("user{index}@contoso.com") });
        put(&mut user, "licensed", it.maybe(), it.maybe());
        put(&mut user, "notificationError", it.maybe(), "exchangeInvalidUser");
        put(&mut user, "alias", it.maybe(), format!("alias{index}"));
        put(&mut user, "userPrincipalName", it.maybe(), format!("principal{index}@contoso.com"));
        put(&mut user, "siteNumber", it.maybe(), 100 + index);
        users.push(user);
    }
    for index in 0..it.below(3) {
        let mut guest = json!({ "displayName": "From outside", "mail": format!("guest{index}@fabrikam.com"),
                                "userType": "guest", "microsoftAccount": it.maybe() });
        put(&mut guest, "externalUserState", it.maybe(), it.of(&["pendingAcceptance", "accepted"]));
        users.push(guest);
    }
    let mut who: Vec<String> = users.iter().map(|user| user["mail"].as_str().unwrap().to_owned()).collect();
    let mut groups = Vec::new();
    for index in 0..it.below(4) {
        let mail = format!("group{index}@contoso.com");
        let mut group = json!({ "displayName": it.of(NAMES), "mail": mail,
                                "kind": it.of(&["microsoft365", "security", "distribution"]) });
        put(&mut group, "members", it.maybe(), it.some(&who));
        groups.push(group);
        who.push(mail);
    }
    let mut applications = Vec::new();
    for index in 0..it.below(3) {
        let mut application = json!({ "id": format!("00000000-0000-4000-8000-00000000000{index}"),
                                      "displayName": "A daemon", "registered": it.maybe() });
        put(&mut application, "secrets", it.maybe(), json!(["a secret of nothing"]));
        put(&mut application, "roles", it.maybe(), json!(["Files.Read.All"]));
        put(&mut application, "scopes", it.maybe(), json!(["Files.Read"]));
        who.push(application["id"].as_str().unwrap().to_owned());
        applications.push(application);
    }
    let (mut sites, mut drives) = (Vec::new(), Vec::new());
    for index in 0..it.below(4) {
        let owner = who[it.below(users.len())].clone();
        if it.maybe()
            && !drives.iter().any(|drive: &Value| drive["type"] == "personal" && drive["owner"] == owner)
        {
            let mut drive = json!({ "type": "personal", "owner": owner, "name": "OneDrive", "items": items(it, &who, 3) });
            put(&mut drive, "premium", it.maybe(), true);
            access(&mut drive, it, &who);
            drives.push(drive);
            continue;
        }
        let url = format!("https://contoso.sharepoint.com/sites/{index}");
        let mut site = json!({ "url": url, "of": owner });
        put(&mut site, "displayName", it.maybe(), it.of(NAMES));
        sites.push(site);
        let kind = it.of(&["business", "documentLibrary"]);
        let mut drive = json!({ "type": kind, "owner": owner, "name": "Documents", "site": url });
        drive["items"] = items(it, &who, 3);
        put(&mut drive, "linksMade", it.maybe(), 50);
        put(&mut drive, "changes", it.maybe(), 50);
        access(&mut drive, it, &who);
        drives.push(drive);
    }
    let mut world = json!({ "tenant": { "name": "Contoso", "domain": "contoso.com" }, "me": who[0], "users": users,
                            "groups": groups, "applications": applications, "sites": sites, "drives": drives });
    if it.maybe() {
        world["policy"] = json!({
            "sharingCapabilities": it.of(&["disabled", "externalUserSharingOnly", "existingExternalUserSharingOnly"]),
            "longestLinkLifeDays": 1 + it.below(90), "anonymousLinks": it.maybe(), "externalMails": it.maybe(),
            "defaultLink": { "type": it.of(&["view", "edit"]), "scope": it.of(&["none", "users", "anonymous"]) },
        });
    }
    world
}

fn faults_of_schema(text: &str) -> Vec<String> {
    let value: Value = serde_json::from_str(text).unwrap();
    SCHEMA.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// Something that is wrong with the sample tenant: where, what stands there, and where it is told to be.
const WRONG: &[(&str, &str, &str)] = &[
    ("/tenant/domain", "\"contoso\"", "tenant.domain"),
    ("/tenant/town", "\"Lagos\"", "tenant.town"),
    ("/me", "7", "me"),
    ("/policy", r#"{ "longestLinkLifeDays": "a month" }"#, "policy.longestLinkLifeDays"),
    ("/colour", "\"blue\"", "colour"),
    ("/users/1/licensed", "\"no\"", "users[1].licensed"),
    ("/users/3/siteNumber", "\"twelve\"", "users[3].siteNumber"),
    ("/users/7/phone", "1", "users[7].phone"),
    ("/users/8/mail", "\"dana\"", "users[8].mail"),
    ("/groups/0/members", r#"["nobody"]"#, "groups[0].members[0]"),
    ("/groups/2/kind", "\"team\"", "groups[2].kind"),
    ("/applications/1/id", "\"auditor\"", "applications[1].id"),
    ("/applications/2/registered", "\"yes\"", "applications[2].registered"),
    ("/sites/1/displayName", "1", "sites[1].displayName"),
    ("/drives/0/premium", "2", "drives[0].premium"),
    ("/drives/0/items/0/size", "\"12\"", "drives[0].items[0].size"),
    ("/drives/0/items/0/children/0/name", "\"a/b\"", "drives[0].items[0].children[0].name"),
    ("/drives/1/rootId", "\"01XYZ\"", "drives[1].rootId"),
    ("/drives/1/history", r#"{ "created": { "at": "yesterday" } }"#, "drives[1].history.created.at"),
    (
        "/drives/2/items/1/permissions",
        r#"[{ "to": "kim@nowhere.com", "roles": ["read"] }]"#,
        "drives[2].items[1].permissions[0].to",
    ),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn what_is_loaded_comes_out_the_same(choices in vec(any::<u8>(), 0..400)) {
        let text = world(&choices).to_string();
        prop_assert_eq!(faults_of_schema(&text), Vec::<String>::new());
        let first = text.parse::<World>().map_err(|error| TestCaseError::fail(error.to_string()))?.to_string();
        prop_assert_eq!(faults_of_schema(&first), Vec::<String>::new());
        let again = first.parse::<World>().map_err(|error| TestCaseError::fail(error.to_string()))?.to_string();
        prop_assert_eq!(first, again);
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once(which in vec(any::<bool>(), WRONG.len())) {
        let mut world: Value = serde_json::from_str(&World::contoso().to_string()).unwrap();
        let mut places = Vec::new();
        for (_, (pointer, value, place)) in which.iter().zip(WRONG).filter(|(is_there, _)| **is_there) {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            world.pointer_mut(parent).unwrap()[name] = serde_json::from_str(value).unwrap();
            places.push((*place).to_owned());
        }
        let faults = world.to_string().parse::<World>().err().map(|error| error.faults().to_vec()).unwrap_or_default();
        let mut told: Vec<_> = faults.iter().map(|fault| fault.split(": ").next().unwrap().to_owned()).collect();
        told.sort();
        places.sort();
        prop_assert_eq!(told, places, "{:?}", faults);
    }
}
