//! The examples beside the schemas: bodies, and what is to be thought of each.

use std::{error::Error, fs, path::PathBuf};

use serde_json::{Value, from_value};
use sharing_bulk::{AccessListReader, Format, ItemPlan, PlanHead, PlanSummary, SavedPlan};
use sharing_mock::{FaultList, World};
use sharing_model::{
    AddSharedFolderRequest, BatchRequest, BatchResponse, Circumstances, Collection,
    ContainerPermissionRequest, CreateLinkRequest, Drive, DriveItem, DriveRecipient, ErrorResponse, Fault,
    GrantRequest, Identity, IdentitySet, InviteRequest, ItemReference, List, ListItem, Permission,
    RevokeGrantsRequest, Severity, SharePointIdentitySet, SharedDriveItem, SharingInvitation, SharingLink,
    Site, SitePermissionRequest, TokenResponse, UpdatePermissionRequest, ValidatePermissionRequest,
    schema::VERSION,
};

use crate::artifact;

/// A line of the index.
pub(crate) struct Example {
    /// Below the folder of the examples.
    pub(crate) file: String,
    /// The schema's name, as in `invite-request`.
    pub(crate) schema: String,
    /// Why the body breaks the schema, where it does.
    pub(crate) reason: Option<String>,
    pub(crate) body: Value,
}

pub(crate) fn folder() -> PathBuf {
    artifact::root().join("schemas").join(VERSION).join("examples")
}

/// What the index lists.
pub(crate) fn all() -> Result<Vec<Example>, Box<dyn Error>> {
    let folder = folder();
    let index: Vec<Value> = serde_json::from_str(&fs::read_to_string(folder.join("index.json"))?)?;
    let read = |line: &Value| {
        let text = |name: &str| line[name].as_str().map(str::to_owned);
        let file = text("file").ok_or("a line of the index without a file")?;
        let schema = text("schema").ok_or_else(|| format!("{file}: no schema"))?;
        let reason = text("reason");
        if line["valid"].as_bool() != Some(reason.is_none()) {
            return Err(format!("{file}: an invalid example has a reason, a valid one has none").into());
        }
        let body = fs::read_to_string(folder.join(&file)).map_err(|error| format!("{file}: {error}"))?;
        let body = serde_json::from_str(&body).map_err(|error| format!("{file}: {error}"))?;
        Ok(Example { file, schema, reason, body })
    };
    index.iter().map(read).collect()
}

/// What our own types have against a body, by the name of its schema; `None` where no schema has that name.
///
/// A body is good when it reads as its type, comes out as the same JSON and has no misfit. A request must also break no
/// rule that holds whatever the drive, the item and the time, and must hold nothing but properties that we know and
/// annotations: `null` and a misspelt property are left over, and the service ignores or refuses what is left over.
pub(crate) fn objections(schema: &str, body: &Value) -> Option<Vec<String>> {
    macro_rules! answer {
        ($type:ty) => {
            judge::<$type>(body, |it| it.misfits().iter().map(ToString::to_string).collect())
        };
    }
    macro_rules! request {
        ($type:ty, $below:expr) => {
            judge::<$type>(body, |it| {
                let mut found = refusals(it.validate(&Circumstances::default()));
                found.extend(left_over(&it.additional));
                let below: Vec<String> = $below(it);
                found.extend(below);
                found
            })
        };
    }
    let of_recipients = |recipients: &Option<Vec<DriveRecipient>>| {
        recipients.iter().flatten().flat_map(|recipient| left_over(&recipient.additional)).collect()
    };
    Some(match schema {
        "drive-recipient" => judge::<DriveRecipient>(body, |it| {
            let alone =
                RevokeGrantsRequest::new([it.clone()]).err().map_or(vec![], |error| refusals(error.faults));
            alone.into_iter().chain(left_over(&it.additional)).collect()
        }),
        "invite-request" => request!(InviteRequest, |it: &InviteRequest| of_recipients(&it.recipients)),
        "create-link-request" => {
            request!(CreateLinkRequest, |it: &CreateLinkRequest| of_recipients(&it.recipients))
        }
        "grant-request" => request!(GrantRequest, |it: &GrantRequest| of_recipients(&it.recipients)),
        "revoke-grants-request" => {
            request!(RevokeGrantsRequest, |it: &RevokeGrantsRequest| of_recipients(&it.grantees))
        }
        "update-permission-request" => request!(UpdatePermissionRequest, |_| vec![]),
        "add-shared-folder-request" => request!(AddSharedFolderRequest, |it: &AddSharedFolderRequest| {
            let remote = it.remote_item.iter();
            let parent = remote.clone().filter_map(|remote| remote.parent_reference.as_ref());
            let below =
                remote.map(|remote| &remote.additional).chain(parent.map(|parent| &parent.additional));
            below.flat_map(left_over).collect()
        }),
        "validate-permission-request" => request!(ValidatePermissionRequest, |_| vec![]),
        "site-permission-request" => request!(SitePermissionRequest, |it: &SitePermissionRequest| {
            let sets = it.granted_to_identities.iter().flatten();
            let applications = sets.clone().filter_map(|set| set.application.as_ref());
            let below = sets.map(|set| &set.additional).chain(applications.map(|it| &it.additional));
            below.flat_map(left_over).collect()
        }),
        "container-permission-request" => {
            request!(ContainerPermissionRequest, |it: &ContainerPermissionRequest| {
                let set = it.granted_to_v2.iter();
                let user = set.clone().filter_map(|set| set.user.as_ref());
                let below = set.map(|set| &set.additional).chain(user.map(|user| &user.additional));
                below.flat_map(left_over).collect()
            })
        }
        "batch-request" => request!(BatchRequest, |it: &BatchRequest| {
            it.requests.iter().flatten().flat_map(|member| left_over(&member.additional)).collect()
        }),
        "permission" => answer!(Permission),
        "permission-collection" => answer!(Collection<Permission>),
        "sharing-link" => answer!(SharingLink),
        "sharing-invitation" => answer!(SharingInvitation),
        "identity" => answer!(Identity),
        "identity-set" => answer!(IdentitySet),
        "share-point-identity-set" => answer!(SharePointIdentitySet),
        "item-reference" => answer!(ItemReference),
        "drive-item" => answer!(DriveItem),
        "drive-item-collection" => answer!(Collection<DriveItem>),
        "shared-drive-item" => answer!(SharedDriveItem),
        "drive" => answer!(Drive),
        "site" => answer!(Site),
        "list" => answer!(List),
        "list-item" => answer!(ListItem),
        "batch-response" => answer!(BatchResponse),
        "error-response" => answer!(ErrorResponse),
        "token-response" => answer!(TokenResponse),
        "access-list" => {
            let text = body.to_string();
            let rows = AccessListReader::new(text.as_bytes(), Format::Json);
            rows.filter_map(Result::err).map(|fault| fault.to_string()).collect()
        }
        "saved-plan" => of_plan(body),
        "world" => body.to_string().parse::<World>().err().map_or(vec![], |error| error.faults().to_vec()),
        "fault-list" => {
            FaultList::from_json(&body.to_string()).err().map_or(vec![], |error| vec![error.to_string()])
        }
        _ => return None,
    })
}

fn judge<T: serde::de::DeserializeOwned + serde::Serialize>(
    body: &Value,
    found: impl Fn(&T) -> Vec<String>,
) -> Vec<String> {
    match from_value::<T>(body.clone()) {
        Err(error) => vec![error.to_string()],
        Ok(read) => {
            let same = serde_json::to_value(&read).is_ok_and(|again| again == *body);
            let lost = (!same).then(|| "does not come out as it came in".to_owned());
            lost.into_iter().chain(found(&read)).collect()
        }
    }
}

/// What is wrong with a line of a saved plan: its properties tell which line it is.
fn of_plan(body: &Value) -> Vec<String> {
    let has = |name: &str| body.get(name).is_some();
    if has("plan") {
        let opened = SavedPlan::open(body.to_string().as_bytes()).err();
        opened.map(|error| error.to_string()).into_iter().chain(judge::<PlanHead>(body, |_| vec![])).collect()
    } else if has("item") {
        judge::<ItemPlan>(body, |_| vec![])
    } else {
        judge::<PlanSummary>(body, |_| vec![])
    }
}

fn refusals(faults: Vec<Fault>) -> Vec<String> {
    faults.iter().filter(|fault| fault.severity == Severity::Error).map(ToString::to_string).collect()
}

/// What is in a request and not known to it. Annotations may be; a type's name is a text.
fn left_over(additional: &serde_json::Map<String, Value>) -> Vec<String> {
    let may_be = |name: &str, value: &Value| match name {
        "@odata.type" => value.is_string(),
        name => name.starts_with('@'),
    };
    let rest = additional.iter().filter(|(name, value)| !may_be(name, value));
    rest.map(|(name, _)| format!("{name}: nothing that may be sent")).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn our_types_think_of_each_example_what_the_index_says() {
        for example in all().unwrap() {
            let found = objections(&example.schema, &example.body).expect("a schema");
            assert_eq!(found.is_empty(), example.reason.is_none(), "{}: {found:?}", example.file);
        }
    }

    #[test]
    fn the_index_lists_every_file_and_covers_every_schema() {
        let examples = all().unwrap();
        let listed: BTreeSet<_> = examples.iter().map(|example| example.file.clone()).collect();
        assert_eq!(listed.len(), examples.len());
        let mut there = BTreeSet::new();
        for kind in ["valid", "invalid"] {
            for entry in fs::read_dir(folder().join(kind)).unwrap() {
                there.insert(format!("{kind}/{}", entry.unwrap().file_name().to_string_lossy()));
            }
        }
        assert_eq!(there, listed);
        let roots = sharing_model::schema::roots().into_iter().map(|root| root.name);
        for name in roots.chain(["access-list", "saved-plan", "world", "fault-list"]) {
            let of_root = examples.iter().filter(|example| example.schema == name);
            let (valid, invalid): (Vec<_>, Vec<_>) = of_root.partition(|example| example.reason.is_none());
            assert!(valid.len() >= 2 && !invalid.is_empty(), "{name}");
        }
        for example in examples {
            let kind = if example.reason.is_none() { "valid/" } else { "invalid/" };
            assert!(example.file.starts_with(kind), "{}", example.file);
        }
    }
}
