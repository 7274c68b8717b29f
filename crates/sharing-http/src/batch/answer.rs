//! A member's answer, read as if it had been asked for alone.

use reqwest::{
    StatusCode,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use serde_json::Value;
use sharing_model::{Action, BatchAnswer};
use uuid::Uuid;

use super::Reply;
use crate::{Heard, error::Kind, exchange::Answer};

/// What the service said to the member at this position, counted from 0, and of its limits.
pub(super) fn of(
    answers: &mut [BatchAnswer],
    position: usize,
    action: &Action,
    client_request_id: Uuid,
) -> (Heard, Result<Reply, Kind>) {
    let id = (position + 1).to_string();
    let Some(said) = answers.iter_mut().find(|answer| answer.id.as_deref() == Some(&*id)) else {
        return (Heard::new(200), Err(unreadable(StatusCode::OK, "the batch holds no answer to it")));
    };
    let status = said.status.and_then(|status| u16::try_from(status).ok());
    let Some(status) = status.and_then(|status| StatusCode::from_u16(status).ok()) else {
        return (Heard::new(200), Err(unreadable(StatusCode::OK, "its answer in the batch has no status")));
    };
    let (says_yes, headers) = (status.is_success(), headers(said));
    let answer = Answer { status, says_yes, headers, body: body(said).into() };
    let heard = answer.heard();
    if let Err(why) = answer.judge(|_, _| Ok(())) {
        return (heard, Err(why));
    }
    let reply = Reply {
        kind: action.kind(),
        status: status.as_u16(),
        body: said.body.take().filter(|body| !body.is_null()),
        client_request_id,
    };
    (heard, Ok(reply))
}

fn unreadable(status: StatusCode, why: &str) -> Kind {
    Kind::Unreadable { status, request_id: None, why: why.to_owned() }
}

/// The headers that can be read: nobody else's are of use.
fn headers(answer: &BatchAnswer) -> HeaderMap {
    let headers = answer.headers.iter().flatten().filter_map(|(name, value)| {
        let text = match value {
            Value::String(text) => text.clone(),
            // Some write a number of seconds as a number.
            other => other.to_string(),
        };
        Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(text).ok()?))
    });
    headers.collect()
}

fn body(answer: &BatchAnswer) -> Vec<u8> {
    answer.body.as_ref().map(|body| body.to_string().into_bytes()).unwrap_or_default()
}
