//! How to provoke each refusal: one row of a table for each rule that the service keeps and for each way in which it
//! says no. The table is asked over the wire; the page `ERRORS.md` is made of it.

mod bodies;
mod row;
mod rules;
mod says;

use std::{collections::BTreeSet, env, fmt::Write as _, fs, path::PathBuf, time::Duration};

use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use sharing_mock::{AuthMode, FaultPreset, Limits, MockServer, RefusalFacts, World, refusals};
use sharing_model::{RuleFacts, limits::LicenceTier};

use self::{
    bodies::{BODIES, Body, By},
    row::{Ask, Row, Who},
};

/// What a row proves.
enum Proof {
    Refusal(&'static RefusalFacts),
    Rule(RuleFacts),
}

impl Row {
    /// The line of the mock's or of the model's table that the row is for. Where a rule says no in several words, the
    /// row's number among them is part of its name: `token 2`.
    fn proof(&self) -> Proof {
        let (name, nth) = match self.proves.rsplit_once(' ') {
            Some((name, nth)) if nth.parse::<usize>().is_ok() => (name, nth.parse().unwrap()),
            _ => (self.proves, 1),
        };
        if let Some((request, rule)) = name.split_once(": ") {
            let facts = sharing_model::rules().find(|facts| facts.request == request && facts.rule == rule);
            return Proof::Rule(facts.unwrap_or_else(|| panic!("there is no rule {name}")));
        }
        let facts = refusals().filter(|facts| facts.rule == name).nth(nth - 1);
        Proof::Refusal(facts.unwrap_or_else(|| panic!("there is no refusal {name} {nth}")))
    }

    async fn server(&self) -> MockServer {
        let mut world: Value = serde_json::from_str(&World::contoso().to_string()).unwrap();
        for (pointer, value) in self.world {
            let value: Value = serde_json::from_str(value).unwrap();
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            world.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}"))[name] = value;
        }
        let world: World = world.to_string().parse().unwrap();
        let mode = if self.strict { AuthMode::Strict } else { AuthMode::Any };
        let clock = "2026-11-25T16:00:00Z".parse().unwrap();
        MockServer::builder().world(world).auth(mode).clock(clock).start().await.unwrap()
    }

    /// The answer to the row's last request, after the answers to those before.
    async fn answer(&self) -> Response {
        let server = self.server().await;
        let http = Client::builder().no_proxy().build().unwrap();
        let token = match self.who {
            Who::Anybody => Some("any".to_owned()),
            Who::Nobody => None,
            Who::Bearer(token) => Some(token.to_owned()),
            Who::Application(id, secret) => Some(application(&http, &server, id, secret, GRAPH).await),
            Who::Elsewhere(id, secret) => Some(application(&http, &server, id, secret, SHAREPOINT).await),
            Who::Late(id, secret) => {
                let token = application(&http, &server, id, secret, GRAPH).await;
                server.clock().advance(Duration::from_secs(7200));
                Some(token)
            }
            Who::Nadia => Some(console(&http).await),
        };
        let mut last = Value::Null;
        for ask in self.before {
            last = send(&http, &server, ask, token.as_deref(), &last).await.json().await.unwrap_or_default();
        }
        send(&http, &server, &self.ask, token.as_deref(), &last).await
    }
}

const GRAPH: &str = "https://graph.microsoft.com/.default";
const SHAREPOINT: &str = "https://contoso.sharepoint.com/.default";

/// An application's own token.
async fn application(http: &Client, server: &MockServer, id: &str, secret: &str, scope: &str) -> String {
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "client_credentials")
        .append_pair("client_id", id)
        .append_pair("client_secret", secret)
        .append_pair("scope", scope)
        .finish();
    let answer = post(http, server, "token", form).await;
    answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// The console's token, got from the login of the sample tenant by a device's code.
async fn console(http: &Client) -> String {
    let clock = "2026-11-25T16:00:00Z".parse().unwrap();
    let server = MockServer::builder().clock(clock).approve_devices_after(0).start().await.unwrap();
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("client_id", "c7e20d18-94f5-4b6a-a3cd-6f1b0e8d7a35");
    let scope = "https://graph.microsoft.com/Files.ReadWrite.All";
    let device = post(http, &server, "devicecode", form.append_pair("scope", scope).finish()).await;
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("client_id", "c7e20d18-94f5-4b6a-a3cd-6f1b0e8d7a35");
    form.append_pair("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
    form.append_pair("device_code", device["device_code"].as_str().unwrap());
    let answer = post(http, &server, "token", form.finish()).await;
    answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// Asks the login service.
async fn post(http: &Client, server: &MockServer, what: &str, form: String) -> Value {
    let url = format!("{}/5b0f7c1e-4a2d-4e63-9c58-0d1f6a3b7e92/oauth2/v2.0/{what}", server.url());
    let request = http.post(url).header("content-type", "application/x-www-form-urlencoded").body(form);
    request.send().await.unwrap().json().await.unwrap()
}

/// Sends a request. `{/link/webUrl}` and the like stand for what the answer before had there; `{u!/link/webUrl}` for the
/// share's token of a URL there.
async fn send(http: &Client, server: &MockServer, ask: &Ask, token: Option<&str>, last: &Value) -> Response {
    let fill = |text: &str| {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{/").or_else(|| rest.split_once("{u!/")) {
            let is_url = text[..text.len() - after.len()].ends_with("{u!/");
            let (pointer, after) = after.split_once('}').unwrap();
            let value = last.pointer(&format!("/{pointer}")).and_then(Value::as_str);
            let value = value.unwrap_or_else(|| panic!("{pointer} in {last}"));
            out.push_str(before);
            match is_url {
                true => out.push_str(value.parse::<sharing_model::SharingUrl>().unwrap().token().as_str()),
                false => out.push_str(value),
            }
            rest = after;
        }
        out + rest
    };
    let method = Method::from_bytes(ask.method.as_bytes()).unwrap();
    let mut request = http.request(method, format!("{}{}", server.url(), fill(ask.path)));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if !ask.body.is_empty() {
        request = request.header("content-type", "application/json").body(fill(&ask.body()));
    }
    for (name, value) in ask.headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

fn header(response: &Response, name: &str) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

/// What stands in the error inside, or nothing.
fn inner(error: &Value) -> Option<&str> {
    ["innerError", "innererror"].iter().find_map(|name| error.get(*name))?.get("code")?.as_str()
}

fn fits(template: &str, message: &str) -> bool {
    let (start, end) = template.split_once("{}").unwrap_or((template, ""));
    message.starts_with(start) && message.ends_with(end)
}

/// Asks, compares, and tells the line of the page.
async fn provoke(row: &Row) -> Result<String, String> {
    let response = row.answer().await;
    let status = response.status().as_u16();
    let (rule, warning) = (header(&response, "x-mock-rule"), header(&response, "x-mock-warning"));
    let reason = header(&response, "x-mock-reason");
    let body: Value = response.json().await.unwrap_or_default();
    let error = &body["error"];
    let (code, message) = (error["code"].as_str().unwrap_or("-"), error["message"].as_str().unwrap_or("-"));
    let said = format!(
        "{status} {code} / {:?}: {message:?} by {rule:?} ({reason}), warning {warning:?}",
        inner(error)
    );
    let wrong = |what: &str| Err(format!("{}: {what}: {said}", row.proves));
    match row.proof() {
        Proof::Refusal(facts) => {
            if (rule.as_str(), status, code, inner(error))
                != (facts.rule, facts.status, facts.code, facts.inner)
            {
                return wrong("it is refused otherwise");
            }
            if !fits(facts.message, message) {
                return wrong("the message is another");
            }
            if reason.is_empty() {
                return wrong("it says no reason");
            }
        }
        Proof::Rule(facts) => match facts.answer {
            _ if warning.split("; ").any(|warning| warning.starts_with(&format!("{}: ", facts.rule))) => {}
            _ if rule != facts.rule => return wrong("another rule decides"),
            Some(answer) if answer != (code, message) && status == 400 && code == "invalidRequest" => {
                return wrong("the words are others");
            }
            _ => {}
        },
    }
    let told =
        if warning.is_empty() || rule == row.rule() { format!("`{code}`") } else { "warned of".to_owned() };
    let told = if status < 300 { "warned of".to_owned() } else { told };
    Ok(format!("| `{}` | {} | {} | {} |", row.rule(), row.shown(), status, told))
}

#[tokio::test]
async fn each_rule_and_each_refusal_is_provoked() {
    let mut faults = Vec::new();
    let mut lines = Vec::new();
    let mut proven = BTreeSet::new();
    for row in says::ROWS.iter().chain(rules::ROWS) {
        match provoke(row).await {
            Ok(line) => lines.push(line),
            Err(fault) => faults.push(fault),
        }
        proven.insert(row.proves.to_owned());
    }
    let mut missing: Vec<String> = sharing_model::rules()
        .map(|facts| format!("{}: {}", facts.request, facts.rule))
        .filter(|name| !proven.contains(name))
        .collect();
    proven.extend(says::ELSEWHERE.iter().map(|(name, _)| (*name).to_owned()));
    let mut seen: Vec<&str> = Vec::new();
    for facts in refusals() {
        seen.push(facts.rule);
        let nth = seen.iter().filter(|rule| **rule == facts.rule).count();
        let name = if nth == 1 { facts.rule.to_owned() } else { format!("{} {nth}", facts.rule) };
        if !proven.contains(&name) {
            missing.push(name);
        }
    }
    assert!(missing.is_empty(), "no row provokes {}", missing.join(", "));
    for (rule, test) in says::ELSEWHERE.iter().chain(says::LIMITS) {
        let (module, name) = test.split_once("::").unwrap();
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it");
        let source = fs::read_to_string(folder.join(format!("{module}.rs"))).unwrap();
        assert!(source.contains(&format!("async fn {name}()")), "no test {test} provokes {rule}");
    }
    let limited: Vec<_> = says::LIMITS.iter().map(|(limit, _)| (*limit).to_owned()).collect();
    assert_eq!(limited, limits().await, "each limit has a test that provokes its refusal");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    insta::assert_snapshot!(lines.join("\n"));
    is_fresh(&page(&lines));
}

/// Each answer that can be asked for by name, whether or not a rule of the mock ever gives it.
#[tokio::test]
async fn each_answer_of_the_catalogue_is_provoked_by_its_name() {
    let server = MockServer::start().await.unwrap();
    let http = Client::builder().no_proxy().build().unwrap();
    for preset in FaultPreset::ALL {
        let name = serde_json::to_value(preset).unwrap();
        let about = preset.about();
        let url = format!("{}/v1.0/drive/root", server.url());
        let request = http.get(url).bearer_auth("any").header("x-mock-fault", name.as_str().unwrap());
        let response = request.send().await.unwrap();
        let status: u16 = about.split(':').next().unwrap().parse().unwrap();
        assert_eq!(response.status().as_u16(), status, "{name}");
    }
}

/// Each body that was seen on the wire, in its exact words, by the request that is known to provoke it, or by its name.
#[tokio::test]
async fn each_body_seen_on_the_wire_is_provoked() {
    let mut wrong = Vec::new();
    for body in BODIES {
        let response = match body.by {
            By::Row(name) => {
                let mut rows = says::ROWS.iter().chain(rules::ROWS);
                rows.find(|row| row.proves == name).unwrap_or_else(|| panic!("no row {name}")).answer().await
            }
            By::Name(name) => by_name(name).await,
        };
        let status = response.status().as_u16();
        let missing = body.header.filter(|(name, value)| header(&response, name) != *value);
        let answer: Value = response.json().await.unwrap_or_default();
        let error = &answer["error"];
        let found = (status, error["code"].as_str(), inner(error), error["message"].as_str());
        // A preset may say more behind what was quoted.
        let is_said = found.3.is_some_and(|message| message == body.message);
        if (found.0, found.1, found.2) != (body.status, Some(body.code), body.inner) || !is_said {
            wrong.push(format!("{}: {found:?}", body.when));
        }
        if let Some((name, value)) = missing {
            wrong.push(format!("{}: no {name}: {value}", body.when));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The answer with a name, to any request.
async fn by_name(name: &str) -> Response {
    let server = MockServer::start().await.unwrap();
    let http = Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/v1.0/drive/root", server.url());
    http.get(url).bearer_auth("any").header("x-mock-fault", name).send().await.unwrap()
}

/// Every limit that can refuse, by name.
async fn limits() -> Vec<String> {
    let limits = Limits::tier(LicenceTier::UpTo1k);
    let server = MockServer::builder().limits(limits).start().await.unwrap();
    server.gauges().iter().map(|gauge| gauge.limit.to_owned()).collect()
}

fn page(lines: &[String]) -> String {
    let mut page = "# How to provoke each refusal\n\nEach line is a request to `sharing-mock` with its sample tenant, what is \
                    answered, and the rule that decides, which the header `x-mock-rule` names; `x-mock-reason` says why. Of \
                    what is answered all the same, the header `x-mock-warning` warns.\n\nThis page is made of the tables \
                    that the tests ask, and each line is a request that `provoke::each_rule_and_each_refusal_is_provoked` makes \
                    over the wire: it fails for a rule or a refusal without a line. `cargo xtask fixtures` writes it.\n\n| rule | request | status | code |\n| --- | --- | --- | --- |\n"
        .to_owned();
    for line in lines {
        writeln!(page, "{line}").unwrap();
    }
    page.push_str(
        "\n## By more than one request\n\nWhat no single answer shows, and the test that provokes it, below \
         `tests/it`.\n\n| rule | test |\n| --- | --- |\n",
    );
    for (rule, test) in says::ELSEWHERE.iter().chain(says::LIMITS) {
        writeln!(page, "| `{rule}` | `{test}` |").unwrap();
    }
    page.push_str(
        "\n## As seen on the wire\n\nEvery error body that is known to have been seen, in its exact words, with the line above or \
         the name below that provokes it. Held by `provoke::each_body_seen_on_the_wire_is_provoked`.\n\n\
         | when | status | code / inner | message | by |\n| --- | --- | --- | --- | --- |\n",
    );
    for Body { when, status, code, inner, message, by, .. } in BODIES {
        let codes = inner.map_or_else(|| format!("`{code}`"), |inner| format!("`{code}` / `{inner}`"));
        let by = match by {
            By::Row(name) => format!("the line of `{name}`"),
            By::Name(name) => format!("the name `{name}`"),
        };
        writeln!(page, "| {when} | {status} | {codes} | `{message}` | {by} |").unwrap();
    }
    page.push_str(
        "\n## By name\n\nEvery answer that the service is known to give can also be asked for by its name, in the header \
         `x-mock-fault` of any request or in a fault rule. Held by \
         `provoke::each_answer_of_the_catalogue_is_provoked_by_its_name`.\n\n| name | answer |\n| --- | --- |\n",
    );
    for preset in FaultPreset::ALL {
        let name = json!(preset);
        writeln!(page, "| `{}` | {} |", name.as_str().unwrap(), preset.about().replace('|', "\\|")).unwrap();
    }
    page
}

/// The page is what it would be if it were written now; written where insta writes.
fn is_fresh(page: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("ERRORS.md");
    if env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(&path, page).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "ERRORS.md is not what the table says: `cargo xtask fixtures` writes it");
}
