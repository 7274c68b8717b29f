//! What a fault does to an answer.

use std::time::Duration;

use serde_json::Value;
use sharing_model::{Dialect, ErrorResponse, ServiceError};

use super::{
    Fault,
    preset::{FaultPreset, Said},
    rule::{Cut, FaultBody, FaultEffect},
};
use crate::{
    answer::Answer,
    past::Stale,
    service::{Request, dialect_of},
};

/// What becomes of an answer on its way out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Damage {
    pub(crate) late: Duration,
    /// Nothing is sent, and the connection is closed.
    pub(crate) cut: bool,
    /// The connection is closed after so many bytes of the body.
    pub(crate) truncate_after: Option<usize>,
    /// In the place of those of the same name.
    pub(crate) headers: Vec<(String, String)>,
}

/// The rule's name in answers and in the journal.
const RULE: &str = "fault";

impl Fault {
    /// Whether the connection is lost before the body is read.
    pub(crate) fn cuts_before_read(&self) -> bool {
        self.then.cut == Some(Cut::BeforeRead)
    }

    /// Whether it refuses in the service's own shape: with neither a gateway's body nor one that is none.
    #[cfg(all(feature = "validate", debug_assertions))]
    pub(crate) fn says_an_error(&self) -> bool {
        let then = &*self.then;
        let is_gateways = then.preset.is_some_and(|preset| preset.said().body.is_some());
        then.cut.is_none() && then.body.is_none() && then.redirect.is_none() && !is_gateways
    }

    /// How old the state is that it reads.
    pub(crate) fn stale(&self) -> Option<Stale> {
        let changes = self.then.stale_changes.map(Stale::Changes);
        changes.or(self.then.stale_seconds.map(Stale::Seconds))
    }

    /// What the request is answered instead of being done.
    pub(crate) fn instead(&self, request: &Request<'_>) -> Option<Answer> {
        match self.then.cut {
            Some(Cut::AfterChange) => return None,
            Some(_) => return Some(self.cut("nothing was done")),
            None => {}
        }
        if self.then.after_change {
            return None;
        }
        self.answer(request).map(|answer| self.damage(answer, "nothing was done"))
    }

    /// What is done is answered so.
    pub(crate) fn after(&self, done: Answer, request: &Request<'_>) -> Answer {
        if self.then.cut.is_some() {
            return self.cut(&format!("it was done, with status {}, and the answer is lost", done.status));
        }
        if self.then.after_change {
            let what = format!("it was done, with status {}", done.status);
            return self.damage(self.answer(request).unwrap_or(done), &what);
        }
        self.damage(done, "it was done")
    }

    fn reason(&self, what: &str) -> String {
        format!("the fault {} struck: {what}", self.id)
    }

    fn cut(&self, what: &str) -> Answer {
        let mut answer = Answer::no_content().because(self.reason(what));
        answer.status = 0;
        answer.rule = Some(RULE);
        answer.damage = Some(Box::new(Damage { late: self.late(), cut: true, ..Damage::default() }));
        answer
    }

    fn late(&self) -> Duration {
        Duration::from_millis(self.latency_ms)
    }

    /// The refusal or the redirect.
    fn answer(&self, request: &Request<'_>) -> Option<Answer> {
        let then = &*self.then;
        let mut answer = if let Some(url) = &then.redirect {
            let mut answer = Answer::no_content().with("location", url);
            answer.status = then.status.unwrap_or(307);
            answer
        } else {
            let said = then.preset.or_else(|| then.status.map(FaultPreset::of_status))?.said();
            refusal(then, said, request)
        };
        let retry_after = match (then.retry_after, then.retry_after_date) {
            (Some(seconds), _) => Some(seconds.to_string()),
            (None, Some(seconds)) => Some(http_date(request.now, seconds)),
            (None, None) => None,
        };
        if let Some(retry_after) = retry_after {
            answer.headers.retain(|(name, _)| *name != "retry-after");
            answer.headers.push(("retry-after", retry_after));
        }
        Some(answer)
    }

    /// Puts on the answer what is wrong with it.
    fn damage(&self, mut answer: Answer, what: &str) -> Answer {
        let then = &*self.then;
        match then.body {
            Some(FaultBody::Empty) => answer.body = Some(String::new()),
            Some(FaultBody::Html) => {
                let title = format!("{} Bad Gateway", answer.status);
                answer.body = Some(format!(
                    "<!DOCTYPE html>\n<html><head><title>{title}</title></head>\n<body><h1>{title}</h1>\
                     <p>The gateway could not get an answer.</p></body></html>\n"
                ));
                answer.headers.push(("content-type", "text/html; charset=utf-8".to_owned()));
            }
            Some(FaultBody::NotJson) => answer.body = Some("{\"value\": [ this is no JSON".to_owned()),
            None => {}
        }
        if let Some(url) = &then.next_link {
            let list = answer.body.as_deref().and_then(|body| serde_json::from_str::<Value>(body).ok());
            if let Some(Value::Object(mut list)) = list
                && list.get("value").is_some_and(Value::is_array)
            {
                list.insert("@odata.nextLink".to_owned(), url.clone().into());
                answer.body = Some(Value::Object(list).to_string());
            }
        }
        let reason = self.reason(what);
        answer.reason = Some(match answer.reason {
            Some(why) => format!("{reason}; {why}"),
            None => reason,
        });
        answer.rule = answer.rule.or(Some(RULE));
        let mut damage = Damage {
            late: self.late(),
            truncate_after: then.truncate_after.map(|bytes| usize::try_from(bytes).unwrap_or(usize::MAX)),
            ..Damage::default()
        };
        damage.headers.extend(then.headers.iter().map(|(name, value)| (name.clone(), value.clone())));
        // What the answer carried before, in a batch, stays with it.
        if let Some(before) = answer.damage.take() {
            damage.late += before.late;
            damage.cut |= before.cut;
        }
        answer.damage = Some(Box::new(damage));
        answer
    }
}

/// A refusal in the service's shape: what the preset says, changed where the rule says so.
fn refusal(then: &FaultEffect, said: Said, request: &Request<'_>) -> Answer {
    let status = then.status.unwrap_or(said.status);
    let headers = said.headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    let is_changed = then.code.is_some() || then.message.is_some() || then.inner_codes.is_some();
    let mut answer = Answer::no_content();
    answer.status = status;
    answer.headers = headers;
    if let Some(body) = said.body.filter(|_| !is_changed) {
        answer.body = Some(body.to_owned());
        return answer;
    }
    let own: Option<Vec<&str>> =
        then.inner_codes.as_ref().map(|codes| codes.iter().map(|code| &**code).collect());
    let body = error(
        then.code.as_deref().unwrap_or(said.code),
        then.message.as_deref().unwrap_or(said.message),
        own.as_deref().unwrap_or(said.inner_codes),
        said.inner_members,
        request,
    );
    answer.body = serde_json::to_string(&body).ok();
    answer
}

/// The service's envelope. The date and the ids stand in the first error inside, the further codes below it.
pub(crate) fn error(
    code: &str,
    message: &str,
    inner_codes: &[&str],
    inner_members: &[(&str, &str)],
    request: &Request<'_>,
) -> ErrorResponse {
    let put = |outer: &mut ServiceError, inner: Option<ServiceError>| {
        let inner = inner.map(Box::new);
        match dialect_of(request.path) {
            Dialect::Graph => outer.inner_error = inner,
            _ => outer.inner_error_lowercase = inner,
        }
    };
    let below = inner_codes.iter().skip(1).rev().fold(None, |below, code| {
        let mut error = ServiceError::default();
        error.code = Some((*code).to_owned());
        put(&mut error, below);
        Some(error)
    });
    let mut inner = ServiceError::default();
    inner.code = inner_codes.first().map(|code| (*code).to_owned());
    // Without a zone and without a fraction: so the service writes it.
    inner.date = Some(request.now.strftime("%Y-%m-%dT%H:%M:%S").to_string());
    for (name, value) in inner_members {
        match *name {
            "message" => inner.message = Some((*value).to_owned()),
            name => drop(inner.additional.insert(name.to_owned(), (*value).into())),
        }
    }
    inner.request_id = Some(request.id.to_owned());
    inner.client_request_id = Some(request.client_id.to_owned());
    put(&mut inner, below);

    let mut outer = ServiceError::default();
    outer.code = Some(code.to_owned());
    outer.message = Some(message.to_owned());
    put(&mut outer, Some(inner));
    let mut response = ErrorResponse::default();
    response.error = Some(outer);
    response
}

/// A date as HTTP writes it.
fn http_date(now: jiff::Timestamp, seconds: u32) -> String {
    let later = now.checked_add(Duration::from_secs(seconds.into())).unwrap_or(now);
    // A part of a second would make the wait a shorter one.
    let later = match later.subsec_nanosecond() {
        0 => later,
        _ => later.checked_add(Duration::from_secs(1)).unwrap_or(later),
    };
    later.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    use hyper::HeaderMap;
    use serde_json::json;

    use super::*;
    use crate::fault::{FaultRule, Faults};

    fn request<'a>(path: &'a str, headers: &'a HeaderMap) -> Request<'a> {
        Request {
            method: "GET",
            path,
            query: None,
            origin: "http://127.0.0.1:4000",
            headers,
            body: &[],
            id: "00000000-0000-0000-0000-000000000001",
            client_id: "00000000-0000-0000-0000-000000000002",
            now: "2026-11-25T16:00:00.5Z".parse().unwrap(),
            in_batch: false,
            stale: None,
        }
    }

    fn strike(rule: FaultRule, path: &str) -> Answer {
        let headers = HeaderMap::new();
        let request = request(path, &headers);
        let mut faults = Faults::new(0);
        faults.add(rule);
        let asked = super::super::Asked {
            method: "GET",
            path,
            action: None,
            item: &|| None,
            header: &|_| None,
            in_batch: false,
        };
        let fault = faults.decide(&asked).unwrap().unwrap();
        fault.instead(&request).unwrap_or_else(|| fault.after(Answer::ok(json!({ "value": [] })), &request))
    }

    #[test]
    fn every_preset_is_a_body_of_the_service() {
        let mut seen = Vec::new();
        for preset in FaultPreset::ALL {
            let answer = strike(FaultRule::preset(*preset), "/v1.0/drive");
            let body = answer.body.clone().unwrap();
            if let Ok(read) = serde_json::from_str::<sharing_model::ErrorResponse>(&body)
                && read.error.is_some()
            {
                assert_eq!(
                    serde_json::to_value(read).unwrap(),
                    serde_json::from_str::<Value>(&body).unwrap()
                );
            }
            seen.push(format!("{preset:?}: {} {:?}\n{body}", answer.status, answer.headers));
        }
        insta::assert_snapshot!(seen.join("\n"));
    }

    #[test]
    fn a_direct_endpoint_spells_the_inner_error_its_own_way() {
        let answer = strike(FaultRule::preset(FaultPreset::ThrottledQuota), "/_api/v2.0/drive");
        let body: Value = serde_json::from_str(&answer.body.unwrap()).unwrap();
        let inner = &body["error"]["innererror"];
        assert_eq!(
            (&inner["code"], &inner["innererror"]["code"]),
            (&json!("throttledRequest"), &json!("quota"))
        );
        assert_eq!(inner["date"], "2026-11-25T16:00:00");
    }

    #[test]
    fn a_wait_is_seconds_decimals_or_a_date() {
        let wait = |rule| {
            let answer = strike(rule, "/v1.0/drive");
            answer
                .headers
                .into_iter()
                .filter(|(name, _)| *name == "retry-after")
                .map(|(_, value)| value)
                .collect::<Vec<_>>()
        };
        assert_eq!(wait(FaultRule::status(429).retry_after(2.0)), ["2"]);
        assert_eq!(wait(FaultRule::status(429).retry_after(2.128)), ["2.128"]);
        assert_eq!(wait(FaultRule::preset(FaultPreset::ThrottledGateway).retry_after(0.0)), ["0"]);
        assert_eq!(wait(FaultRule::status(503).retry_after_date(30)), ["Wed, 25 Nov 2026 16:00:31 GMT"]);
        assert!(wait(FaultRule::status(429)).is_empty());
    }

    #[test]
    fn parts_of_a_refusal_can_be_changed() {
        let rule = FaultRule::preset(FaultPreset::OlderInterface).saying("a", "b").inside(["c", "d", "e"]);
        let body: Value = serde_json::from_str(&strike(rule, "/v1.0/drive").body.unwrap()).unwrap();
        assert_eq!((&body["error"]["code"], &body["error"]["message"]), (&json!("a"), &json!("b")));
        let inner = &body["error"]["innerError"];
        assert_eq!(inner["code"], "c");
        assert_eq!(inner["innerError"], json!({ "code": "d", "innerError": { "code": "e" } }));
    }

    #[test]
    fn what_was_done_is_said_in_the_reason() {
        let reason = |rule: FaultRule| strike(rule.named("x"), "/v1.0/drive").reason.unwrap();
        assert_eq!(reason(FaultRule::status(500)), "the fault x struck: nothing was done");
        assert_eq!(
            reason(FaultRule::cut(Cut::AfterChange)),
            "the fault x struck: it was done, with status 200, and the answer is lost"
        );
        assert_eq!(
            reason(FaultRule::status(504).after_change()),
            "the fault x struck: it was done, with status 200"
        );
    }

    #[test]
    fn a_list_goes_on_elsewhere() {
        let answer = strike(FaultRule::next_link("http://127.0.0.1:9/more"), "/v1.0/drive");
        assert_eq!(answer.body.unwrap(), r#"{"@odata.nextLink":"http://127.0.0.1:9/more","value":[]}"#);
    }
}
