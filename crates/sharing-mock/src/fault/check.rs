//! What is wrong with a fault, all of it, each with its place.

use std::fmt;

use hyper::{
    Uri,
    header::{HeaderName, HeaderValue},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::rule::{FaultEffect, FaultRule};
use crate::published::published;

/// The longest that an answer is held back, in milliseconds.
const LATENCY: u32 = 600_000;

/// Many faults in one file: those that come first are asked first.
///
/// ```
/// use sharing_mock::FaultList;
///
/// let list = FaultList::from_json(r#"{ "faults": [ { "match": { "path": "/beta/*" }, "then": { "status": 503 } } ] }"#)?;
/// assert_eq!(list.faults.len(), 1);
///
/// let wrong = r#"{ "faults": [ { "times": 0, "then": { "status": 200 } } ] }"#;
/// assert_eq!(
///     FaultList::from_json(wrong).unwrap_err().to_string(),
///     "faults[0].times: 0 would never strike; 1 or more\n\
///      faults[0].then.status: 200 is no refusal's; 400 to 599"
/// );
/// # Ok::<(), sharing_mock::InvalidFaults>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct FaultList {
    /// Where the schema of this file is, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub schema: Option<String>,
    /// The faults.
    pub faults: Vec<FaultRule>,
}

impl FaultList {
    /// Reads and checks a file's text.
    ///
    /// # Errors
    ///
    /// What is not JSON of this shape, with the first place where it is not; or all that cannot be, each with its place.
    ///
    /// ```
    /// let error = sharing_mock::FaultList::from_json(r#"{ "faults": [ { "then": { "stauts": 500 } } ] }"#).unwrap_err();
    /// assert!(error.to_string().starts_with("faults[0].then.stauts: unknown field `stauts`, expected one of `preset`"));
    /// ```
    pub fn from_json(text: &str) -> Result<Self, InvalidFaults> {
        let list: Self = read(text.as_bytes())?;
        check(&list.faults)?;
        Ok(list)
    }
}

/// The JSON Schema of a file of faults: `schemas/v1.0/fault-list.schema.json`.
///
/// It says what a schema can: that a rule does something, and no two things that exclude each other, is checked by
/// [`FaultList::from_json`].
///
/// ```
/// let schema = sharing_mock::fault_list_schema();
/// assert_eq!(schema["properties"]["faults"]["items"]["$ref"], "#/$defs/FaultRule");
/// ```
#[must_use]
pub fn fault_list_schema() -> serde_json::Value {
    use schemars::generate::SchemaSettings;
    use sharing_model::schema::VERSION;

    let settings = SchemaSettings::draft2020_12().with_transform(published());
    let mut schema = settings.for_deserialize().into_generator().into_root_schema_for::<FaultList>();
    let id = format!("https://sharing.example/schemas/{VERSION}/fault-list.schema.json");
    schema.insert("$id".to_owned(), id.into());
    schema.to_value()
}

/// What is wrong with faults: a line for each.
///
/// ```
/// let error = sharing_mock::FaultList::from_json("{}").unwrap_err();
/// assert_eq!(error.to_string(), "missing field `faults` at line 1 column 2");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidFaults(Vec<String>);

impl InvalidFaults {
    pub(crate) fn one(wrong: impl Into<String>) -> Self {
        Self(vec![wrong.into()])
    }

    pub(crate) fn lines(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Display for InvalidFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for InvalidFaults {}

/// Reads JSON, and says where it is not what it should be.
pub(crate) fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, InvalidFaults> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let place = error.path().to_string();
        let what = plain(&error.inner().to_string());
        InvalidFaults::one(if place == "." { what } else { format!("{place}: {what}") })
    })?;
    reader.end().map_err(|error| InvalidFaults::one(error.to_string()))?;
    Ok(value)
}

/// What serde says of a value of another shape, in JSON's words and not in Rust's.
pub(crate) fn plain(what: &str) -> String {
    let Some((found, rest)) =
        what.strip_prefix("invalid type: ").and_then(|what| what.split_once(", expected "))
    else {
        return what.to_owned();
    };
    let (needed, place) = rest
        .split_once(" at line ")
        .map_or((rest, String::new()), |(needed, place)| (needed, format!(" at line {place}")));
    let needed = match needed {
        "a map" => "an object",
        "a sequence" => "an array",
        "a string" => "a text",
        "a boolean" => "true or false",
        "f64" => "a number",
        needed if needed.starts_with("struct ") => "an object",
        "u8" | "u16" | "u32" | "u64" | "usize" | "i64" => "a whole number, 0 or more",
        needed => needed,
    };
    let found = match found {
        "map" => "an object",
        "sequence" => "an array",
        found => found,
    };
    format!("{needed} is needed; found {found}{place}")
}

/// Checks the faults of a list.
pub(crate) fn check(rules: &[FaultRule]) -> Result<(), InvalidFaults> {
    let mut wrong = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        let place = format!("faults[{index}].");
        check_rule(rule, &place, &mut wrong);
        let same = |other: &FaultRule| other.id.is_some() && other.id == rule.id;
        if let Some(first) = rules[..index].iter().position(same) {
            wrong.push(format!("{place}id: faults[{first}] has it already; another, or none"));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(InvalidFaults(wrong)) }
}

/// Checks one fault that stands alone.
pub(crate) fn check_one(rule: &FaultRule) -> Result<(), InvalidFaults> {
    let mut wrong = Vec::new();
    check_rule(rule, "", &mut wrong);
    if wrong.is_empty() { Ok(()) } else { Err(InvalidFaults(wrong)) }
}

fn check_rule(rule: &FaultRule, place: &str, wrong: &mut Vec<String>) {
    let mut say = |member: &str, what: String| wrong.push(format!("{place}{member}: {what}"));
    if let Some(id) = &rule.id
        && (id.is_empty()
            || id.len() > 64
            || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)))
    {
        say("id", format!("{id:?} cannot stand in a URL; 1 to 64 letters, digits, `-`, `_` and `.`"));
    }
    for (name, count) in [("nth", rule.nth), ("times", rule.times)] {
        if count == Some(0) {
            say(name, "0 would never strike; 1 or more".to_owned());
        }
    }
    if let Some(probability) = rule.probability
        && !(0.0..=1.0).contains(&probability)
    {
        say("probability", format!("{probability} is none; 0 to 1"));
    }
    for name in rule.matching.headers.keys() {
        if name.parse::<HeaderName>().is_err() {
            say("match.headers", format!("{name:?} is no header's name"));
        }
    }
    for method in &rule.matching.methods {
        if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_uppercase()) {
            say("match.methods", format!("{method:?} is no method; capitals, as in POST"));
        }
    }
    check_effect(&rule.then, &mut |member, what| say(&format!("then{member}"), what));
}

/// What a rule does must be something, and no two things that exclude each other.
fn check_effect(then: &FaultEffect, say: &mut dyn FnMut(&str, String)) {
    if *then == FaultEffect::default() {
        say("", "nothing would happen; a status, a preset, a cut, a body, a latency, …".to_owned());
    }
    let range = if then.redirect.is_some() { 300..=399 } else { 400..=599 };
    if let Some(status) = then.status
        && !range.contains(&status)
    {
        let whose = if then.redirect.is_some() { "redirect" } else { "refusal" };
        say(".status", format!("{status} is no {whose}'s; {} to {}", range.start(), range.end()));
    }

    let refuses = then.preset.is_some() || (then.status.is_some() && then.redirect.is_none());
    let reads_old = then.stale_changes.is_some() || then.stale_seconds.is_some();
    let fates = [
        (refuses, if then.preset.is_some() { ".preset" } else { ".status" }),
        (then.cut.is_some(), ".cut"),
        (then.redirect.is_some(), ".redirect"),
        (reads_old, if then.stale_changes.is_some() { ".staleChanges" } else { ".staleSeconds" }),
    ];
    let fates: Vec<_> = fates.iter().filter(|(there, _)| *there).map(|(_, member)| *member).collect();
    if let [first, others @ ..] = &*fates {
        for other in others {
            say(other, format!("it is either this or {}", &first[1..]));
        }
    }
    let mut needs = |there: bool, member: &str, met: bool, what: &str| {
        if there && !met {
            say(member, format!("it belongs to {what}"));
        }
    };
    needs(then.code.is_some(), ".code", refuses, "a status or a preset");
    needs(then.inner_codes.is_some(), ".innerCodes", refuses, "a status or a preset");
    needs(then.message.is_some(), ".message", refuses, "a status or a preset");
    let waits = refuses || then.redirect.is_some();
    needs(then.retry_after.is_some(), ".retryAfter", waits, "a status, a preset or a redirect");
    needs(then.retry_after_date.is_some(), ".retryAfterDate", waits, "a status, a preset or a redirect");
    needs(then.after_change, ".afterChange", waits, "a status, a preset or a redirect");
    let answers = then.cut.is_none();
    needs(then.body.is_some(), ".body", answers, "an answer, and a cut sends none");
    needs(then.truncate_after.is_some(), ".truncateAfter", answers, "an answer, and a cut sends none");
    needs(then.next_link.is_some(), ".nextLink", answers && !waits, "a list, and this sends none");
    needs(!then.headers.is_empty(), ".headers", answers, "an answer, and a cut sends none");

    if then.retry_after.is_some() && then.retry_after_date.is_some() {
        say(".retryAfterDate", "it is either this or retryAfter".to_owned());
    }
    if then.stale_changes.is_some() && then.stale_seconds.is_some() {
        say(".staleSeconds", "it is either this or staleChanges".to_owned());
    }
    if let Some(seconds) = then.retry_after
        && !(seconds.is_finite() && seconds >= 0.0)
    {
        say(".retryAfter", format!("{seconds} is no number of seconds; 0 or more"));
    }
    for (member, count) in [(".staleChanges", then.stale_changes), (".staleSeconds", then.stale_seconds)] {
        if count == Some(0) {
            say(member, "0 is not old; 1 or more".to_owned());
        }
    }
    if then.latency_ms.is_some_and(|latency| latency > LATENCY) {
        say(".latencyMs", format!("at most {LATENCY}, ten minutes"));
    }
    for (member, url) in [(".redirect", &then.redirect), (".nextLink", &then.next_link)] {
        if let Some(url) = url
            && !url.parse::<Uri>().is_ok_and(|uri| uri.scheme().is_some() && uri.host().is_some())
        {
            say(member, format!("{url:?} is no URL; as in http://127.0.0.1:9/elsewhere"));
        }
    }
    for (name, value) in &then.headers {
        if name.parse::<HeaderName>().is_err() {
            say(".headers", format!("{name:?} is no header's name"));
        } else if HeaderValue::try_from(value).is_err() {
            say(".headers", format!("{value:?} cannot be the value of a header"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let list = r#"{ "faults": [
            { "id": "a b", "nth": 0, "probability": 1.5, "match": { "methods": ["post"], "headers": { "a b": "*" } },
              "then": { "status": 700, "redirect": "nowhere", "staleChanges": 0, "staleSeconds": 1, "nextLink": "x" } },
            { "id": "x", "then": { "cut": "afterChange", "body": "html", "retryAfter": -1, "latencyMs": 600001 } },
            { "id": "x", "then": {} },
            { "then": { "code": "a", "innerCodes": [], "message": "b", "afterChange": true, "truncateAfter": 1 } },
            { "then": { "status": 429, "retryAfter": 1, "retryAfterDate": 1, "headers": { "é": "a", "b": "\n" } } },
            { "then": { "preset": "locked", "cut": "beforeRead" } }
        ] }"#;
        insta::assert_snapshot!(FaultList::from_json(list).unwrap_err());
    }

    #[test]
    fn what_is_no_fault_is_told_with_its_place() {
        for (list, wrong) in [
            (r#"{ "faults": [], "fault": [] }"#, "fault: unknown field `fault`"),
            (
                r#"{ "faults": [ { "match": { "actions": ["invites"] }, "then": { "status": 500 } } ] }"#,
                "faults[0].match.actions: no action is called \"invites\"; there are get drive,",
            ),
            (
                r#"{ "faults": [ { "then": { "preset": "gone" } } ] }"#,
                "faults[0].then.preset: unknown variant `gone`",
            ),
            (
                r#"{ "faults": [ { "then": { "status": "500" } } ] }"#,
                "faults[0].then.status: a whole number, 0 or more is needed; found string",
            ),
            (r#"{ "faults": [] } x"#, "trailing characters"),
            ("[", "EOF while parsing"),
        ] {
            let error = FaultList::from_json(list).unwrap_err().to_string();
            assert!(error.starts_with(wrong), "{error}");
        }
    }

    #[test]
    fn a_list_comes_out_as_it_went_in() {
        let json = serde_json::json!({ "faults": [
            { "id": "a", "off": true, "nth": 2, "times": 3, "probability": 0.5, "seed": 7,
              "match": { "methods": ["POST"], "path": "/v1.0/*", "actions": ["invite", "create link"],
                         "item": "/Notes.txt", "headers": { "user-agent": "*" }, "inBatch": false },
              "then": { "preset": "throttledGateway", "status": 503, "code": "a", "innerCodes": ["b"], "message": "c",
                        "retryAfter": 2.5, "afterChange": true, "body": "notJson", "truncateAfter": 3,
                        "headers": { "x": "y" }, "latencyMs": 5 } },
            { "then": { "cut": "afterChange" } },
            { "then": { "status": 302, "redirect": "http://127.0.0.1:9/", "retryAfterDate": 4 } },
            { "then": { "staleChanges": 1, "nextLink": "http://127.0.0.1:9/" } },
            { "then": { "staleSeconds": 1 } }
        ] });
        let list = FaultList::from_json(&json.to_string()).unwrap();
        assert_eq!(serde_json::to_value(list).unwrap(), json);
    }
}
