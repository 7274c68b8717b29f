//! `sharing batch`: requests of one's own, twenty at a time.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use sharing_http::{Error, Reply};
use sharing_model::{
    Action, ActionKind, AddSharedFolderRequest, BatchMember, Circumstances, ContainerPermissionRequest,
    CreateLinkRequest, Fault, GrantRequest, InviteRequest, ItemAddress, Permission, RevokeGrantsRequest,
    Segment, Severity, SitePermissionRequest, Target, UpdatePermissionRequest, ValidatePermissionRequest,
};

use crate::{
    connection::ConnectionArguments, dry_run::DryRun, exit::Exit, failure::Failure, file, output::Output,
};

/// Send requests of your own, twenty at a time, each with a fate of its own.
#[derive(Debug, Args)]
#[command(after_help = "Example, where requests.ndjson has a line for each request:
  {\"method\":\"GET\",\"url\":\"/me/drive/root:/Projects:/permissions\"}
  {\"method\":\"POST\",\"url\":\"/drive/root:/A:/createLink\",\"body\":{\"type\":\"view\"}}
  sharing batch requests.ndjson -o ndjson

A request that the service is known to refuse is not sent, and neither are the others. Those that may pass are asked again; \
an invitation that may have mailed somebody is not. Exit code 3: some failed.")]
pub(crate) struct Batch {
    /// The requests, a JSON object in each line with method, url and, where there is one, body; - for standard input.
    file: PathBuf,

    #[command(flatten)]
    dry_run: DryRun,
}

/// What came of a request.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Came {
    line: usize,
    action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    /// It may have been done: the answer got lost.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    in_doubt: bool,
}

impl Batch {
    pub(crate) async fn run(
        self,
        connection: &ConnectionArguments,
        output: &Output,
    ) -> Result<Exit, Failure> {
        let (mut actions, mut faults) = (Vec::new(), Vec::new());
        let dialect = connection.endpoint()?.dialect();
        for (line, text) in (1..).zip(file::read(&self.file)?.lines()) {
            if text.trim().is_empty() {
                continue;
            }
            let place = format!("{}:{line}", self.file.display());
            match serde_json::from_str(text) {
                Ok(member) => match action(&member, dialect) {
                    Ok(action) => actions.push((line, action)),
                    Err(wrong) => faults.extend(wrong.iter().map(|wrong| format!("{place}: {wrong}"))),
                },
                Err(error) if error.is_data() => {
                    faults.push(format!("{place}: {}", file::without_place(&error)))
                }
                Err(error) => {
                    let what = file::without_place(&error);
                    faults.push(format!("{place}:{}: no JSON: {what}", error.column()));
                }
            }
        }
        if !faults.is_empty() {
            return Err(Failure::Requests { path: self.file, faults });
        }
        let shown: Vec<_> = actions.iter().map(|(_, action)| action).collect();
        if let Some(exit) = self.dry_run.show_all(&shown, connection)? {
            return Ok(exit);
        }
        let connection = connection.open().await?;
        let replies = connection.client.batch(actions.iter().map(|(_, action)| action.clone())).await;
        let came: Vec<_> = actions
            .iter()
            .zip(replies)
            .map(|((line, action), reply)| Came::of(*line, action, reply))
            .collect();
        output.print(&came, &["LINE", "ACTION", "STATUS", "ERROR", "NEXT"], |came| {
            came.iter().map(Came::cells).collect()
        })?;
        let all_done = came.iter().all(|came| came.error.is_none());
        Ok(if all_done { Exit::Done } else { Exit::Partial })
    }
}

impl Came {
    fn of(line: usize, action: &Action, reply: Result<Reply, Error>) -> Self {
        let action = action.kind().facts().name;
        match reply {
            Ok(reply) => Self {
                line,
                action,
                status: Some(reply.status()),
                body: reply.body().cloned(),
                error: None,
                next: None,
                request_id: None,
                in_doubt: false,
            },
            Err(error) => Self {
                line,
                action,
                status: error.status(),
                body: None,
                next: error.advice().map(|advice| advice.next),
                request_id: error.request_id().or(error.client_request_id()).map(str::to_owned),
                in_doubt: error.is_in_doubt(),
                error: Some(error.to_string()),
            },
        }
    }

    fn cells(&self) -> Vec<String> {
        let next = if self.in_doubt {
            "look whether it was done before you ask again"
        } else {
            self.next.unwrap_or_default()
        };
        vec![
            self.line.to_string(),
            self.action.to_owned(),
            self.status.map(|status| status.to_string()).unwrap_or_default(),
            self.error.clone().unwrap_or_default(),
            next.to_owned(),
        ]
    }
}

/// What a request asks for, or all that is wrong with it.
fn action(member: &BatchMember, dialect: sharing_model::Dialect) -> Result<Action, Vec<String>> {
    let (method, url) = asked_for(member)?;
    if url.contains("://") {
        return Err(vec![format!(
            "url: the path below the service's version, as in /me/drive/root; found {url}"
        )]);
    }
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    // As people write it, or as a URL has it.
    let path = path.replace(' ', "%20");
    let parsed = Action::parse(&method.to_uppercase(), &path, &[dialect])
        .map_err(|error| vec![format!("{method} {url}: {error}")])?;
    if let (ActionKind::CreateSitePermission, Target::Site(site)) = (parsed.kind(), parsed.target()) {
        let request = valid::<SitePermissionRequest>(member, SitePermissionRequest::validate)?;
        return Ok(Action::create_site_permission(site.clone(), &request));
    }
    let Asked { item, id, share } = Asked::of(parsed.target());
    let asked = match (parsed.kind(), item, id, share) {
        (ActionKind::Invite, Some(item), ..) => {
            Action::invite(item, &valid::<InviteRequest>(member, InviteRequest::validate)?)
        }
        (ActionKind::CreateLink, Some(item), ..) => {
            Action::create_link(item, &valid::<CreateLinkRequest>(member, CreateLinkRequest::validate)?)
        }
        (ActionKind::CreatePermission, Some(item), ..) => {
            Action::create_permission(item, &valid::<Permission>(member, |_, _| Vec::new())?)
        }
        (ActionKind::UpdatePermission, Some(item), Some(id), _) => Action::update_permission(
            item,
            id,
            &valid::<UpdatePermissionRequest>(member, UpdatePermissionRequest::validate)?,
        ),
        (ActionKind::RevokeGrants, Some(item), Some(id), _) => Action::revoke_grants(
            item,
            id,
            &valid::<RevokeGrantsRequest>(member, RevokeGrantsRequest::validate)?,
        ),
        (ActionKind::Grant, _, _, Some(share)) => {
            Action::grant(share, &valid::<GrantRequest>(member, GrantRequest::validate)?)
        }
        (ActionKind::RevokeShareGrants, _, _, Some(share)) => Action::revoke_share_grants(
            share,
            &valid::<RevokeGrantsRequest>(member, RevokeGrantsRequest::validate)?,
        ),
        (ActionKind::AddSharedFolder, Some(item), ..) => Action::add_shared_folder(
            item,
            &valid::<AddSharedFolderRequest>(member, AddSharedFolderRequest::validate)?,
        ),
        (ActionKind::ValidatePermission, Some(item), Some(id), _) => Action::validate_permission(
            item,
            id,
            &valid::<ValidatePermissionRequest>(member, ValidatePermissionRequest::validate)?,
        ),
        (ActionKind::CreateContainerPermission, _, Some(container), _) => {
            Action::create_container_permission(
                container,
                &valid::<ContainerPermissionRequest>(member, ContainerPermissionRequest::validate)?,
            )
        }
        (ActionKind::Batch, ..) => return Err(vec!["a batch has no batch inside".to_owned()]),
        _ if member.body.is_some() => return Err(vec![format!("body: {method} {url} takes none")]),
        _ => parsed,
    };
    match query.split_once('=') {
        None if query.is_empty() => Ok(asked),
        Some(("$select" | "%24select", names)) if !names.contains(['&', '=']) => {
            Ok(asked.select(names.split(',')))
        }
        _ => Err(vec![format!("of the query {query:?} only $select can be asked for")]),
    }
}

/// A request's method and its URL, or all that is wrong with how it is written.
fn asked_for(member: &BatchMember) -> Result<(&str, &str), Vec<String>> {
    let misfits = member.misfits();
    let mut wrong: Vec<_> = misfits.iter().map(ToString::to_string).collect();
    let is_missing = |name: &str| !misfits.iter().any(|misfit| misfit.property == name);
    if member.method.is_none() && is_missing("method") {
        wrong.push("method: it is missing, as in GET".to_owned());
    }
    if member.url.is_none() && is_missing("url") {
        wrong.push("url: it is missing, as in /me/drive/root/permissions".to_owned());
    }
    let unheeded = [("headers", member.headers.is_some()), ("dependsOn", member.depends_on.is_some())];
    let unheeded = unheeded.iter().filter(|(_, is_there)| *is_there).map(|(name, _)| (*name).to_owned());
    wrong.extend(
        member
            .unknown()
            .into_iter()
            .chain(unheeded)
            .map(|name| format!("{name}: a line has method, url and body")),
    );
    match (&member.method, &member.url) {
        (Some(method), Some(url)) if wrong.is_empty() => Ok((method, url)),
        _ => Err(wrong),
    }
}

/// What a request is about.
#[derive(Default)]
struct Asked {
    item: Option<ItemAddress>,
    id: Option<Segment>,
    share: Option<Segment>,
}

impl Asked {
    fn of(target: &Target) -> Self {
        match target {
            Target::Item(item) => Self { item: Some(item.clone()), ..Self::default() },
            Target::Permission { item, id } => {
                Self { item: Some(item.clone()), id: Some(id.clone()), share: None }
            }
            Target::Container(id) => Self { id: Some(id.clone()), ..Self::default() },
            Target::Share(token) => Self { share: Some(token.clone()), ..Self::default() },
            _ => Self::default(),
        }
    }
}

/// A body that the service is not known to refuse.
fn valid<T: DeserializeOwned>(
    member: &BatchMember,
    validate: impl FnOnce(&T, &Circumstances) -> Vec<Fault>,
) -> Result<T, Vec<String>> {
    let body = member.body.clone().unwrap_or_default();
    let request = T::deserialize(body).map_err(|error| vec![format!("body: {error}")])?;
    let faults = validate(&request, &Circumstances::default().now(Timestamp::now()));
    let faults: Vec<_> =
        faults.iter().filter(|fault| fault.severity == Severity::Error).map(ToString::to_string).collect();
    if faults.is_empty() { Ok(request) } else { Err(faults) }
}
