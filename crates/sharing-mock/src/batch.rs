//! A batch: up to 20 requests, each answered as if it had been asked alone.

use std::collections::{HashMap, HashSet};

use hyper::{
    HeaderMap,
    header::{AUTHORIZATION, HeaderName, HeaderValue},
};
use serde_json::Value;
use sharing_model::{BatchAnswer, BatchMember, BatchRequest, BatchResponse, Circumstances};

use crate::{
    access::refuse,
    answer::Answer,
    fault::Damage,
    head, pipeline,
    refusal::{BATCH_DEPENDENCY, BATCH_NESTED, BATCH_ORDER, Refusal},
    service::Request,
    space::Space,
};

/// Answers every member, in the order of the batch.
pub(crate) fn answer(
    space: &Space,
    request: &Request<'_>,
    version: &str,
    batch: &BatchRequest,
) -> Result<Answer, Refusal> {
    refuse_malformed(batch)?;
    let members = batch.requests.as_deref().unwrap_or_default();
    let mut statuses: HashMap<&str, i64> = HashMap::new();
    let mut response = BatchResponse::default();
    let mut damage = Damage::default();
    for member in members {
        let id = member.id.as_deref().unwrap_or_default();
        let failed = |needed: &String| statuses.get(&**needed).is_none_or(|status| *status >= 400);
        let mut answer = match member.depends_on.iter().flatten().find(|needed| failed(needed)) {
            Some(needed) => {
                refusal(request, Refusal::of(&BATCH_DEPENDENCY, format!("the request {needed} failed")))
            }
            None => ask(space, request, version, member, &mut damage),
        };
        // The connection is the batch's: what comes after is never asked.
        if damage.cut {
            break;
        }
        statuses.insert(id, answer.status.unwrap_or_default());
        answer.id = Some(id.to_owned());
        response.responses.get_or_insert_default().push(answer);
    }
    let damage = (damage != Damage::default()).then(|| Box::new(damage));
    Ok(Answer { damage, ..Answer::ok(response) })
}

/// What makes the whole batch malformed: what the model's rules say, and a member that waits for a later one.
fn refuse_malformed(batch: &BatchRequest) -> Result<(), Refusal> {
    let mut faults = batch.validate(&Circumstances::default());
    // Microsoft's client for Python adds `depends_on` to each member, and the service takes it.
    faults.retain(|fault| fault.rule != "no-such-property" || !fault.property.ends_with(".depends_on"));
    refuse(faults)?;
    let mut before = HashSet::new();
    for member in batch.requests.iter().flatten() {
        // What cannot be read of the order is not passed over: that would be to ask too early.
        if member.additional.contains_key("dependsOn") {
            let id = member.id.as_deref().unwrap_or_default();
            return Err(Refusal::malformed(format!("dependsOn of the request {id}: a list of ids")));
        }
        if let Some(needed) = member.depends_on.iter().flatten().find(|needed| !before.contains(needed)) {
            let id = member.id.as_deref().unwrap_or_default();
            let reason = format!("the request {id} depends on {needed}, which does not come before it");
            return Err(Refusal::of(&BATCH_ORDER, reason));
        }
        before.extend(&member.id);
    }
    Ok(())
}

fn ask(
    space: &Space,
    request: &Request<'_>,
    version: &str,
    member: &BatchMember,
    damage: &mut Damage,
) -> BatchAnswer {
    let url = member.url.as_deref().unwrap_or_default();
    let (path, query) = url.split_once('?').map_or((url, None), |(path, query)| (path, Some(query)));
    // Microsoft's client for Python writes the whole URL.
    let path = path.strip_prefix(request.origin).and_then(|path| path.strip_prefix(version)).unwrap_or(path);
    // The slash at the start may be there or not.
    let path = format!("{version}/{}", path.trim_start_matches('/'));
    let body = member.body.as_ref().map(Value::to_string).unwrap_or_default();
    let asked = Request {
        method: member.method.as_deref().unwrap_or_default(),
        path: &path,
        query,
        headers: &headers(request, member),
        body: body.as_bytes(),
        in_batch: true,
        ..*request
    };
    if path.ends_with("/$batch") {
        return refusal(request, Refusal::of(&BATCH_NESTED, "a batch holds no other batch"));
    }
    let mut answer = pipeline::member(space, &asked);
    if let Some(own) = answer.damage.take() {
        damage.late += own.late;
        damage.cut |= own.cut;
        if let Some(bytes) = own.truncate_after {
            answer.body = answer.body.map(|body| body.chars().take(bytes).collect());
        }
        let mut shape = shape(answer, &asked);
        let headers = own.headers.into_iter();
        let headers = headers.map(|(name, value)| (head::spelt(&name.to_ascii_lowercase()), value.into()));
        shape.headers.get_or_insert_default().extend(headers);
        return shape;
    }
    shape(answer, &asked)
}

/// A member's own headers, and the batch's token.
fn headers(request: &Request<'_>, member: &BatchMember) -> HeaderMap {
    let own = member.headers.iter().flatten().filter_map(|(name, value)| {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        Some((name, HeaderValue::from_str(value.as_str()?).ok()?))
    });
    let mut headers: HeaderMap = own.collect();
    if let Some(token) = request.headers.get(AUTHORIZATION) {
        headers.insert(AUTHORIZATION, token.clone());
    }
    headers
}

fn refusal(request: &Request<'_>, refusal: Refusal) -> BatchAnswer {
    shape(refusal.answer(request), request)
}

fn shape(answer: Answer, request: &Request<'_>) -> BatchAnswer {
    let mut shape = BatchAnswer::default();
    shape.status = Some(answer.status.into());
    shape.headers = Some(head::of_member(&answer, request));
    // What is no JSON is a string of it.
    let body = answer.body.filter(|body| !body.is_empty());
    shape.body = body.map(|body| serde_json::from_str(&body).unwrap_or(Value::String(body)));
    shape
}
