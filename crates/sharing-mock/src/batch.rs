//! A batch: up to 20 requests, each answered as if it had been asked alone.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use sharing_model::{BatchAnswer, BatchMember, BatchRequest, BatchResponse, Circumstances};

use crate::{
    access::refuse,
    answer::{Answer, Refusal},
    service::{Request, Service, dialect_of},
};

/// Answers every member, in the order of the batch.
pub(crate) fn answer(
    service: &Service,
    request: &Request<'_>,
    version: &str,
    batch: &BatchRequest,
) -> Result<Answer, Refusal> {
    refuse_malformed(batch)?;
    let members = batch.requests.as_deref().unwrap_or_default();
    let mut statuses: HashMap<&str, i64> = HashMap::new();
    let mut response = BatchResponse::default();
    for member in members {
        let id = member.id.as_deref().unwrap_or_default();
        let failed = |needed: &String| statuses.get(&**needed).is_none_or(|status| *status >= 400);
        let mut answer = match member.depends_on.iter().flatten().find(|needed| failed(needed)) {
            Some(needed) => refusal(
                request,
                &Refusal::new(
                    424,
                    "failedDependency",
                    "Failed Dependency",
                    format!("the request {needed} failed"),
                ),
            ),
            None => ask(service, request, version, member),
        };
        statuses.insert(id, answer.status.unwrap_or_default());
        answer.id = Some(id.to_owned());
        response.responses.get_or_insert_default().push(answer);
    }
    Ok(Answer::ok(response))
}

/// What makes the whole batch malformed: what the model's rules say, and a member that waits for a later one.
fn refuse_malformed(batch: &BatchRequest) -> Result<(), Refusal> {
    refuse(batch.validate(&Circumstances::default()))?;
    let mut before = HashSet::new();
    for member in batch.requests.iter().flatten() {
        if let Some(needed) = member.depends_on.iter().flatten().find(|needed| !before.contains(needed)) {
            let id = member.id.as_deref().unwrap_or_default();
            let reason = format!("the request {id} depends on {needed}, which does not come before it");
            return Err(Refusal::malformed(reason));
        }
        before.extend(&member.id);
    }
    Ok(())
}

fn ask(service: &Service, request: &Request<'_>, version: &str, member: &BatchMember) -> BatchAnswer {
    let header = |wanted: &str| {
        let mut headers = member.headers.iter().flatten();
        headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).and_then(|(_, value)| value.as_str())
    };
    let url = member.url.as_deref().unwrap_or_default();
    // The slash at the start may be there or not.
    let path = url.split('?').next().unwrap_or_default().trim_start_matches('/');
    let path = format!("{version}/{path}");
    let body = member.body.as_ref().map(Value::to_string).unwrap_or_default();
    let asked = Request {
        method: member.method.as_deref().unwrap_or_default(),
        path: &path,
        content_type: header("content-type"),
        body: body.as_bytes(),
        ..*request
    };
    if path.ends_with("/$batch") {
        return refusal(request, &Refusal::malformed("a batch holds no other batch"));
    }
    match service.answer(&asked) {
        Ok(answer) => {
            let mut shape = BatchAnswer::default();
            shape.status = Some(answer.status.into());
            shape.headers = Some(headers(&answer.headers));
            shape.body = answer.body.and_then(|body| serde_json::from_str(&body).ok());
            shape
        }
        Err(refused) => refusal(request, &refused),
    }
}

fn refusal(request: &Request<'_>, refusal: &Refusal) -> BatchAnswer {
    let mut shape = BatchAnswer::default();
    shape.status = Some(refusal.status.into());
    let mut shown = headers(&refusal.headers);
    shown.insert("x-mock-reason".to_owned(), refusal.reason.clone().into());
    shape.headers = Some(shown);
    let body = refusal.body(dialect_of(request.path), request.id, request.client_id);
    shape.body = serde_json::to_value(body).ok();
    shape
}

fn headers(headers: &[(&'static str, String)]) -> serde_json::Map<String, Value> {
    headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone().into())).collect()
}
