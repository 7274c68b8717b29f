//! `schemas/openapi.json`: the actions and their bodies as an OpenAPI 3.1 document.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use sharing_model::{
    ActionFacts, ActionKind, AnswerBody, Dialect, Method,
    schema::{components, roots},
};

use crate::{example::Example, schemas};

/// What stands in `{drive}`, with a name for it.
const DRIVES: &[(&str, &str)] = &[
    ("/drive", "DefaultDrive"),
    ("/me/drive", "MyDrive"),
    ("/drives/{drive-id}", "Drive"),
    ("/users/{user-id}/drive", "UserDrive"),
    ("/groups/{group-id}/drive", "GroupDrive"),
    ("/sites/{site-id}/drive", "SiteDrive"),
    ("/sites/{host}:/{site-path}:/drive", "SiteByPathDrive"),
    ("/sites/{site-id}/drives/{drive-id}", "SiteLibrary"),
    ("/sites/{host}:/{site-path}:/drives/{drive-id}", "SiteByPathLibrary"),
];

/// The drives whose items are also shown by path: each drive has these forms, but nobody needs to read them seven times.
const SHOWN_BY_PATH: usize = 3;

/// What stands in `{item}`, with a name for it.
fn items() -> Vec<(String, String)> {
    let by_id =
        DRIVES.iter().map(|(path, name)| (format!("{path}/items/{{item-id}}"), format!("{name}Item")));
    let by_path = DRIVES[..SHOWN_BY_PATH].iter().flat_map(|(path, name)| {
        [
            (format!("{path}/root"), format!("{name}Root")),
            (format!("{path}/root:/{{path}}:"), format!("{name}Path")),
        ]
    });
    let elsewhere = [
        ("/shares/{share-token}/driveItem", "Share"),
        ("/shares/{share-token}/items/{item-id}", "ShareItem"),
        ("/sites/{site-id}/lists/{list-id}/items/{row}/driveItem", "ListItem"),
        ("/sites/{host}:/{site-path}:/lists/{list-id}/items/{row}/driveItem", "ListItemBySitePath"),
    ];
    let elsewhere = elsewhere.map(|(path, name)| (path.to_owned(), name.to_owned()));
    by_id.chain(by_path).chain(elsewhere).collect()
}

/// The variable parts of paths. A name's meaning is the same wherever it stands.
const PATH_PARAMETERS: &[(&str, &str)] = &[
    ("container-id", "The container's id, which is that of its drive. Case-sensitive."),
    ("drive-id", "The drive's id. Case-sensitive."),
    ("group-id", "The group's object id."),
    ("host", "The name of the site's host, as in contoso.sharepoint.com."),
    ("item-id", "The item's id; root for the root of the drive. Case-sensitive."),
    ("list-id", "The list's id or name."),
    (
        "path",
        "The path of the item below the root, percent-encoded name by name. The slashes between names stay as they \
         are, which an OpenAPI path cannot say: a generated client may have to be told.",
    ),
    ("permission-id", "The permission's id, unique among those of the item. Case-sensitive."),
    ("row", "The number of the list's row."),
    ("share-token", "A share's id, or u! and the base64url of a sharing URL without padding."),
    (
        "site-id",
        "The site's id: the host's name and the GUIDs of the site collection and of the web, with commas between.",
    ),
    ("site-path", "The path below the host, as in sites/projects. Its slashes stay as they are."),
    ("user-id", "The user's object id or user principal name."),
];

/// Query options and headers: key, name, place, meaning.
const OTHER_PARAMETERS: &[(&str, &str, &str, &str)] = &[
    ("select", "$select", "query", "The properties to answer with, with commas between."),
    ("expand", "$expand", "query", "The relations to answer with, with commas between."),
    ("top", "$top", "query", "How many elements a page may have."),
    (
        "orderby",
        "$orderby",
        "query",
        "What to sort by, as in: name desc. Business drives and libraries know name and url alone.",
    ),
    ("filter", "$filter", "query", "Which elements to answer with, as in: link ne null."),
    ("if-match", "If-Match", "header", "The item's eTag: nothing is done where the item has another."),
    ("if-none-match", "If-None-Match", "header", "The item's eTag: 304 where the item still has it."),
    (
        "prefer",
        "Prefer",
        "header",
        "redeemSharingLink gives the caller lasting access by the link; redeemSharingLinkIfNecessary gives access for \
         this request.",
    ),
];

/// Every status by which the service says no, with its meaning.
const REFUSALS: &[(u16, &str)] = &[
    (400, "The request is malformed, or breaks one of the rules of sharing."),
    (401, "There is no token, or it is not good any more."),
    (403, "The caller, or the tenant's policy, does not allow it."),
    (404, "There is no such thing, or the caller may not know of it."),
    (405, "The method is not for this path."),
    (406, "The answer is not to be had in the type that was asked for."),
    (409, "It changed in the meantime, or there is one already."),
    (410, "The token of the changes is too old: start again without one."),
    (412, "The item's eTag is another."),
    (413, "The body is too large."),
    (415, "The body is not said to be JSON."),
    (422, "The body cannot be made sense of."),
    (423, "The item is locked or checked out."),
    (429, "Too many requests: wait as long as Retry-After says."),
    (500, "The service failed. Whether it did what was asked is not known."),
    (501, "The service does not do this."),
    (503, "The service is busy: wait as long as Retry-After says."),
    (504, "The service took too long. Whether it did what was asked is not known."),
    (507, "The quota is used up."),
    (509, "The bandwidth is used up."),
];

/// The document.
pub(crate) fn document(examples: &[Example]) -> Result<Value, String> {
    let mut schemas = components("/components/schemas");
    for root in roots() {
        let example = schemas::first(examples, root.name)?;
        schemas[&root.title]["examples"] = json!([example]);
    }
    let mut paths = Map::new();
    for kind in ActionKind::all() {
        let facts = kind.facts();
        for (path, place) in addresses(&facts.template(Dialect::Graph)) {
            let path =
                paths.entry(path.clone()).or_insert_with(|| json!({ "parameters": path_parameters(&path) }));
            path[facts.method.as_str().to_ascii_lowercase()] = operation(facts, &place);
        }
    }
    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Sharing on OneDrive, SharePoint and Microsoft Graph",
            "version": "1.0.0",
            "summary": "Who may do what with a file or a folder.",
            "description": "The sharing protocol as its clients know it. Requests are closed: what is not here may not be \
                            sent. Answers are open: unknown properties and words may come, and null for each property.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [
            { "url": "https://graph.microsoft.com/v1.0", "description": "Microsoft Graph" },
            { "url": "http://127.0.0.1:4000/v1.0", "description": "The service on loopback, sharing-mock" },
        ],
        "security": [{ "bearer": [] }],
        "tags": [
            { "name": "permissions", "description": "Who has access: invite, list, change, take away." },
            { "name": "links", "description": "Sharing links and who may use them." },
            { "name": "items", "description": "The items, drives and sites that are shared." },
            { "name": "batch", "description": "Many requests in one." },
        ],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token of the directory. The scopes that an operation needs are in its description.",
                },
            },
            "parameters": parameters(),
            "headers": headers(),
            "responses": refusals(),
            "schemas": schemas,
        },
    }))
}

/// The paths that a template stands for, each with the name of its place.
fn addresses(template: &str) -> Vec<(String, String)> {
    if let Some(rest) = template.strip_prefix("{item}") {
        items().into_iter().map(|(path, place)| (path + rest, place)).collect()
    } else if let Some(rest) = template.strip_prefix("{drive}") {
        DRIVES.iter().map(|(path, place)| (format!("{path}{rest}"), (*place).to_owned())).collect()
    } else if template == "/sites/{site-id}" {
        vec![
            (template.to_owned(), String::new()),
            ("/sites/{host}:/{site-path}".to_owned(), "SitePath".to_owned()),
            ("/shares/{share-token}/site".to_owned(), "Share".to_owned()),
        ]
    } else if let Some(rest) = template.strip_prefix("/sites/{site-id}") {
        vec![
            (template.to_owned(), String::new()),
            (format!("/sites/{{host}}:/{{site-path}}:{rest}"), "SitePath".to_owned()),
        ]
    } else {
        vec![(template.to_owned(), String::new())]
    }
}

fn path_parameters(path: &str) -> Vec<Value> {
    let names = path.split('{').skip(1).filter_map(|part| part.split_once('}'));
    names.map(|(name, _)| reference("parameters", name)).collect()
}

fn reference(kind: &str, name: &str) -> Value {
    json!({ "$ref": format!("#/components/{kind}/{name}") })
}

fn operation(facts: &ActionFacts, place: &str) -> Value {
    let (tag, summary) = about(facts.kind);
    let mut operation = json!({
        "operationId": format!("{}{}{place}", camel_case(facts.name), if place.is_empty() { "" } else { "Of" }),
        "tags": [tag],
        "summary": summary,
        "description": scopes(facts),
        "x-action": facts.name,
        "responses": responses(facts),
    });
    let parameters = parameters_of(facts.kind);
    if !parameters.is_empty() {
        let references = parameters.iter().map(|name| reference("parameters", name));
        operation["parameters"] = references.collect();
    }
    if let Some((schema, description)) = request_of(facts.kind) {
        operation["requestBody"] = json!({
            "required": true,
            "description": description,
            "content": { "application/json": { "schema": reference("schemas", schema) } },
        });
    }
    operation
}

fn camel_case(name: &str) -> String {
    let words = name.split(' ').enumerate();
    let capital = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    words.map(|(index, word)| if index == 0 { word.to_owned() } else { capital(word) }).collect()
}

/// The tag and the summary of a kind of action.
fn about(kind: ActionKind) -> (&'static str, &'static str) {
    use ActionKind as K;
    match kind {
        K::GetDrive => ("items", "Get a drive"),
        K::GetSite => ("items", "Get a site"),
        K::GetItem => ("items", "Get an item"),
        K::ListChildren => ("items", "List the items in a folder"),
        K::ListChanges => ("items", "List the items below a folder that changed"),
        K::ListPermissions => ("permissions", "List who has access to an item"),
        K::GetPermission => ("permissions", "Get one permission"),
        K::CreatePermission => ("permissions", "Give an application or a container's group a role"),
        K::UpdatePermission => ("permissions", "Change a permission's role or its end"),
        K::DeletePermission => ("permissions", "Take a permission away"),
        K::Invite => ("permissions", "Give recipients a role and, if asked to, mail them"),
        K::CreateLink => ("links", "Make a sharing link, or find the one that there is"),
        K::RevokeGrants => ("links", "Take people off a sharing link"),
        K::GetShare => ("links", "Get what a sharing link leads to"),
        K::GetSharePermission => ("links", "Get the permission that a sharing link gives"),
        K::Grant => ("links", "Let more people use a sharing link"),
        K::RevokeShareGrants => ("links", "Take people off a sharing link, by the share"),
        K::GetShareList => ("links", "Get the list that holds what a sharing link leads to"),
        K::GetShareListItem => ("links", "Get the list's row that a sharing link leads to"),
        K::ListSharedWithMe => ("items", "List what others have shared with the signed-in user"),
        K::AddSharedFolder => ("items", "Add a folder that somebody else shared to a personal drive"),
        K::ValidatePermission => ("links", "Show that one knows a link's password"),
        K::ListSitePermissions => ("permissions", "List which applications have access to a site"),
        K::GetSitePermission => ("permissions", "Get one permission of a site"),
        K::CreateSitePermission => ("permissions", "Give an application a role in a site"),
        K::ListContainerPermissions => ("permissions", "List who has access to a container"),
        K::CreateContainerPermission => ("permissions", "Give a user a role in a container"),
        K::Batch => ("batch", "Up to 20 requests in one"),
        _ => ("items", kind.facts().name),
    }
}

fn scopes(facts: &ActionFacts) -> String {
    let line = |token: &str, scopes: &[&str]| match scopes {
        [] => format!("- {token}: not supported"),
        scopes => format!("- {token}: {}", scopes.join(", ")),
    };
    let scopes = facts.scopes;
    if scopes.delegated.is_empty() && scopes.application.is_empty() {
        return "Each request in it needs a scope of its own.".to_owned();
    }
    let lines = [
        line("delegated, work or school", scopes.delegated),
        line("delegated, personal", scopes.personal),
        line("application", scopes.application),
    ];
    format!("Needs one of these scopes, the least first:\n\n{}", lines.join("\n"))
}

fn parameters_of(kind: ActionKind) -> &'static [&'static str] {
    use ActionKind as K;
    match kind {
        K::GetItem => &["select", "expand", "if-none-match"],
        K::ListChildren => &["select", "orderby", "top"],
        K::ListChanges => &["select", "top"],
        K::ListPermissions => &["select", "filter", "if-none-match"],
        K::ListSharedWithMe => &["select", "top"],
        K::GetDrive
        | K::GetSite
        | K::GetPermission
        | K::GetSharePermission
        | K::ListSitePermissions
        | K::GetSitePermission
        | K::ListContainerPermissions
        | K::GetShareList
        | K::GetShareListItem => &["select"],
        K::UpdatePermission | K::DeletePermission => &["if-match"],
        K::GetShare => &["select", "expand", "prefer"],
        _ => &[],
    }
}

/// The component that a request's body is, with what to know about it.
fn request_of(kind: ActionKind) -> Option<(&'static str, &'static str)> {
    use ActionKind as K;
    Some(match kind {
        K::CreatePermission => (
            "Permission",
            "A permission with grantedToV2 and roles alone. Other ways to name a grantee are refused.",
        ),
        K::UpdatePermission => ("UpdatePermissionRequest", "What changes."),
        K::Invite => ("InviteRequest", "Whom to invite, and how."),
        K::CreateLink => ("CreateLinkRequest", "The link that is wanted."),
        K::RevokeGrants | K::RevokeShareGrants => ("RevokeGrantsRequest", "Who may no longer use the link."),
        K::Grant => ("GrantRequest", "Who may use the link from now on."),
        K::AddSharedFolder => ("AddSharedFolderRequest", "The folder, where it is."),
        K::ValidatePermission => ("ValidatePermissionRequest", "The password."),
        K::CreateSitePermission => ("SitePermissionRequest", "The application, and its role."),
        K::CreateContainerPermission => ("ContainerPermissionRequest", "The user, and the role."),
        K::Batch => ("BatchRequest", "The requests."),
        _ => return None,
    })
}

/// The component that an answer's body is.
fn answer_of(answer: AnswerBody) -> Option<&'static str> {
    Some(match answer {
        AnswerBody::Drive => "Drive",
        AnswerBody::Site => "Site",
        AnswerBody::DriveItem => "DriveItem",
        AnswerBody::DriveItems => "DriveItemCollection",
        AnswerBody::Permission => "Permission",
        AnswerBody::Permissions => "PermissionCollection",
        AnswerBody::SharedDriveItem => "SharedDriveItem",
        AnswerBody::List => "List",
        AnswerBody::ListItem => "ListItem",
        AnswerBody::BatchResponse => "BatchResponse",
        _ => return None,
    })
}

fn responses(facts: &ActionFacts) -> Value {
    let mut responses = Map::new();
    for status in facts.statuses {
        let description = match (facts.kind, status) {
            (_, 201) => "It is made.",
            (_, 204) => "It is done; there is no body.",
            (_, 207) => "Everybody has access. Those whose entry has an error were not notified.",
            (_, 304) => "The item still has the eTag that was asked with; there is no body.",
            (ActionKind::CreateLink, _) => "There is such a link already: this one.",
            _ => "The answer.",
        };
        let mut response = json!({ "description": description });
        if let (Some(answer), 200..300) = (answer_of(facts.answer), *status) {
            response["content"] = json!({ "application/json": { "schema": reference("schemas", answer) } });
        }
        if facts.kind == ActionKind::CreateLink && *status == 201 {
            response["headers"] = json!({ "Location": reference("headers", "Location") });
        }
        responses.insert(status.to_string(), response);
    }
    for status in refusals_of(facts) {
        responses.insert(status.to_string(), reference("responses", &status.to_string()));
    }
    Value::Object(responses)
}

/// The statuses by which the service may refuse a kind of action.
fn refusals_of(facts: &ActionFacts) -> BTreeSet<u16> {
    use ActionKind as K;
    // A body where none belongs is refused too, once it is too large.
    let mut statuses = BTreeSet::from([400, 401, 403, 404, 405, 406, 413, 429, 500, 501, 503, 504, 509]);
    if request_of(facts.kind).is_some() {
        statuses.extend([415, 422]);
    }
    match facts.kind {
        K::UpdatePermission | K::DeletePermission => statuses.extend([409, 412, 423]),
        K::Invite | K::CreateLink => statuses.extend([423, 507]),
        K::ListChanges => statuses.extend([410]),
        K::AddSharedFolder => statuses.extend([409, 507]),
        _ => {}
    }
    if facts.method == Method::Get {
        statuses.remove(&501);
    }
    statuses
}

fn refusals() -> Value {
    let response = |(status, description): &(u16, &str)| {
        let mut response = json!({
            "description": description,
            "content": { "application/json": { "schema": reference("schemas", "ErrorResponse") } },
        });
        match status {
            401 => {
                response["headers"] = json!({ "WWW-Authenticate": reference("headers", "WWW-Authenticate") })
            }
            429 | 503 | 509 => {
                response["headers"] = json!({ "Retry-After": reference("headers", "Retry-After") });
            }
            _ => {}
        }
        (status.to_string(), response)
    };
    Value::Object(REFUSALS.iter().map(response).collect())
}

fn headers() -> Value {
    let header = |description: &str| json!({ "description": description, "schema": { "type": "string" } });
    json!({
        "Location": header("Where the new permission is."),
        "Retry-After": header("How many seconds to wait, or until when. May be missing."),
        "WWW-Authenticate": header("Where to get a token."),
    })
}

fn parameters() -> Value {
    let in_path = PATH_PARAMETERS.iter().map(|(name, description)| {
        let parameter = json!({
            "name": name, "in": "path", "required": true, "description": description,
            "schema": { "type": "string", "minLength": 1 },
        });
        ((*name).to_owned(), parameter)
    });
    let other = OTHER_PARAMETERS.iter().map(|(key, name, place, description)| {
        let schema = match *key {
            "top" => json!({ "type": "integer", "minimum": 1, "maximum": 5000 }),
            _ => json!({ "type": "string" }),
        };
        let parameter = json!({ "name": name, "in": place, "description": description, "schema": schema });
        ((*key).to_owned(), parameter)
    });
    Value::Object(in_path.chain(other).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;

    #[test]
    fn operations_have_names_of_their_own_and_every_reference_leads_somewhere() {
        let document = document(&example::all().unwrap()).unwrap();
        let mut names = BTreeSet::new();
        for path in document["paths"].as_object().unwrap().values() {
            for operation in path.as_object().unwrap().values().filter(|value| value.is_object()) {
                let name = operation["operationId"].as_str().unwrap();
                assert!(names.insert(name.to_owned()), "{name} twice");
            }
        }
        assert!(names.contains("inviteOfMyDriveItem") && names.contains("batch"));
        let text = document.to_string();
        for reference in text.split("\"$ref\":\"#").skip(1) {
            let pointer = reference.split('"').next().unwrap();
            assert!(document.pointer(pointer).is_some(), "{pointer}");
        }
    }

    #[test]
    fn every_kind_of_action_is_described_and_every_address_is_one() {
        for kind in ActionKind::all() {
            let facts = kind.facts();
            assert_ne!(about(kind).1, facts.name, "no summary");
            assert_eq!(answer_of(facts.answer).is_none(), facts.answer == AnswerBody::Nothing);
            let has_body = matches!(facts.method, Method::Post | Method::Patch);
            assert_eq!(request_of(kind).is_some(), has_body, "{kind}: what its body is");
        }
        for (path, _) in items() {
            let path = path.replace(['{', '}'], "");
            let address = sharing_model::ItemAddress::from_url_path(&path).unwrap();
            assert_eq!(address.to_url_path(), path);
        }
    }
}
