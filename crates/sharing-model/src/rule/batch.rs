//! The rules for batches.

use std::collections::HashSet;

use super::{Broken, EVERYWHERE, MALFORMED, Rule, some};
use crate::{BATCH_LIMIT, BatchMember, BatchRequest};

const SOURCE: &str = "JSON batching";

pub(crate) static BATCH: &[Rule<BatchRequest>] = &[
    Rule {
        name: "requests-some",
        limit: "at least one request",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: SOURCE,
        answer: MALFORMED,
        broken: |request, _| some("requests", request.requests.as_deref(), &request.additional),
    },
    Rule {
        name: "requests-limit",
        limit: "at most 20 requests",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: SOURCE,
        answer: MALFORMED,
        broken: |request, _| match request.requests.as_deref() {
            Some(requests) if requests.len() > BATCH_LIMIT => {
                super::one("requests", format!("{} requests", requests.len()))
            }
            _ => vec![],
        },
    },
    Rule {
        name: "request-id",
        limit: "an id that no other request of the batch has",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: SOURCE,
        answer: MALFORMED,
        broken: |request, _| {
            let mut seen = HashSet::new();
            each(request, "id", |member| match member.id.as_deref() {
                None | Some("") => Some("none".to_owned()),
                Some(id) => (!seen.insert(id)).then(|| format!("{id:?} again")),
            })
        },
    },
    Rule {
        name: "request-method",
        limit: "one of GET, POST, PUT, PATCH and DELETE",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: SOURCE,
        answer: MALFORMED,
        broken: |request, _| {
            each(request, "method", |member| match member.method.as_deref() {
                None => Some("none".to_owned()),
                Some(method) => (!BatchRequest::METHODS.contains(&method)).then(|| format!("{method:?}")),
            })
        },
    },
    Rule {
        name: "request-url",
        limit: "a path below the version's root",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: SOURCE,
        answer: MALFORMED,
        broken: |request, _| {
            each(request, "url", |member| {
                member.url.as_deref().is_none_or(str::is_empty).then(|| "none".to_owned())
            })
        },
    },
    Rule {
        name: "request-headers",
        limit: "texts, with a Content-Type where there is a body",
        on: EVERYWHERE,
        items: &[],
        token: None,
        source: SOURCE,
        answer: MALFORMED,
        broken: |request, _| {
            each(request, "headers", |member| match &member.headers {
                None => member.body.is_some().then(|| "a body without headers".to_owned()),
                Some(headers) => headers.values().find(|value| !value.is_string()).map(ToString::to_string),
            })
        },
    },
];

fn each<'a>(
    request: &'a BatchRequest,
    name: &str,
    mut broken: impl FnMut(&'a BatchMember) -> Option<String>,
) -> Broken {
    let members = request.requests.iter().flatten().enumerate();
    members
        .filter_map(|(index, member)| Some((format!("requests[{index}].{name}"), broken(member)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::{BatchRequest, Circumstances};

    #[test]
    fn a_batch_names_each_request_once_and_its_headers_are_texts() {
        let batch: BatchRequest = serde_json::from_str(
            r#"{ "requests": [ { "id": "1", "method": "GET", "url": "/me" },
                               { "id": "1", "method": "TRACE", "url": "", "headers": { "a": 1 } },
                               { "id": "", "method": "POST", "url": "/me", "body": {} } ] }"#,
        )
        .unwrap();
        let faults = batch.validate(&Circumstances::default());
        let shown: Vec<_> =
            faults.iter().map(|fault| format!("{} {}", fault.property, fault.found)).collect();
        assert_eq!(
            shown,
            [
                "requests[1].id \"1\" again",
                "requests[2].id none",
                "requests[1].method \"TRACE\"",
                "requests[1].url none",
                "requests[1].headers 1",
                "requests[2].headers a body without headers",
            ]
        );
    }
}
