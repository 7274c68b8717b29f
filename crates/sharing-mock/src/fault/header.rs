//! A fault in a request's own header: `x-mock-fault: 429; retry-after=2`.
//!
//! The parts are divided by `;`. A word is a status, a preset, a body or a cut; a name with a value is one of the members
//! of a rule's effect. A value with a `;` in it stands in quotes, in which `\` goes before a quote and before itself.

use std::str::FromStr;

use serde::{Deserialize, de::value::StrDeserializer};

use super::{
    check::{InvalidFaults, check_one},
    rule::{Cut, FaultRule},
};

/// The header's name.
pub(crate) const HEADER: &str = "x-mock-fault";

/// Reads the header's value.
pub(crate) fn parse(value: &str) -> Result<FaultRule, InvalidFaults> {
    let mut rule = FaultRule::default();
    for part in parts(value)? {
        let wrong = |what: String| InvalidFaults::one(format!("{}: {what}", part.name));
        match &part.value {
            None => word(&mut rule, &part.name).map_err(InvalidFaults::one)?,
            Some(value) => member(&mut rule, &part.name, value).map_err(wrong)?,
        }
    }
    check_one(&rule)?;
    Ok(rule)
}

fn word(rule: &mut FaultRule, word: &str) -> Result<(), String> {
    let then = &mut rule.then;
    if let Ok(status) = word.parse() {
        then.status = Some(status);
    } else if let Some(preset) = named(word) {
        then.preset = Some(preset);
    } else if let Some(body) = named(word) {
        then.body = Some(body);
    } else {
        match word {
            "after-change" => then.after_change = true,
            "cut-before-read" => then.cut = Some(Cut::BeforeRead),
            "cut-after-read" => then.cut = Some(Cut::AfterRead),
            "cut-after-change" => then.cut = Some(Cut::AfterChange),
            _ => {
                return Err(format!(
                    "{word:?} is no status, no preset, no body (empty, html, notJson) and none of after-change, \
                     cut-before-read, cut-after-read, cut-after-change"
                ));
            }
        }
    }
    Ok(())
}

fn member(rule: &mut FaultRule, name: &str, value: &str) -> Result<(), String> {
    let then = &mut rule.then;
    match name {
        "times" => rule.times = Some(number(value)?),
        "nth" => rule.nth = Some(number(value)?),
        "code" => then.code = Some(value.to_owned()),
        "inner" => then.inner_codes.get_or_insert_default().push(value.to_owned()),
        "message" => then.message = Some(value.to_owned()),
        "retry-after" => then.retry_after = Some(number(value)?),
        "retry-after-date" => then.retry_after_date = Some(number(value)?),
        "truncate-after" => then.truncate_after = Some(number(value)?),
        "stale-changes" => then.stale_changes = Some(number(value)?),
        "stale-seconds" => then.stale_seconds = Some(number(value)?),
        "redirect" => then.redirect = Some(value.to_owned()),
        "next-link" => then.next_link = Some(value.to_owned()),
        "latency-ms" => then.latency_ms = Some(number(value)?),
        _ => {
            return Err(
                "there are times, nth, code, inner, message, retry-after, retry-after-date, truncate-after, \
                        stale-changes, stale-seconds, redirect, next-link, latency-ms"
                    .to_owned(),
            );
        }
    }
    Ok(())
}

fn number<T: FromStr>(value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("{value:?} is no number for this"))
}

/// The variant that serde calls so.
fn named<'de, T: Deserialize<'de>>(name: &'de str) -> Option<T> {
    let name: StrDeserializer<'de, serde::de::value::Error> =
        serde::de::IntoDeserializer::into_deserializer(name);
    T::deserialize(name).ok()
}

struct Part {
    name: String,
    value: Option<String>,
}

fn parts(value: &str) -> Result<Vec<Part>, InvalidFaults> {
    let mut found = Vec::new();
    let mut chars = value.chars().peekable();
    while chars.peek().is_some() {
        let mut part = Part { name: String::new(), value: None };
        while let Some(c) = chars.next_if(|c| *c != ';' && *c != '=') {
            part.name.push(c);
        }
        if chars.next_if_eq(&'=').is_some() {
            part.value = Some(text(&mut chars)?);
        }
        chars.next_if_eq(&';');
        part.name = part.name.trim().to_owned();
        if !part.name.is_empty() || part.value.is_some() {
            found.push(part);
        }
    }
    Ok(found)
}

/// A value up to the next `;`, in quotes or not.
fn text(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<String, InvalidFaults> {
    while chars.next_if_eq(&' ').is_some() {}
    let mut text = String::new();
    if chars.next_if_eq(&'"').is_none() {
        while let Some(c) = chars.next_if(|c| *c != ';') {
            text.push(c);
        }
        return Ok(text.trim_end().to_owned());
    }
    loop {
        match chars.next() {
            Some('"') => break,
            Some('\\') => text.extend(chars.next()),
            Some(c) => text.push(c),
            None => return Err(InvalidFaults::one(format!("the quote before {text:?} never ends"))),
        }
    }
    while chars.next_if_eq(&' ').is_some() {}
    match chars.peek() {
        None | Some(';') => Ok(text),
        Some(c) => Err(InvalidFaults::one(format!("{c:?} after {text:?}; a `;` divides the parts"))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fault::{FaultBody, FaultPreset};

    #[test]
    fn a_header_says_what_a_rule_says() {
        for (header, rule) in [
            ("429; retry-after=2", FaultRule::status(429).retry_after(2.0)),
            (
                "throttled;retry-after-date=30;times=1",
                FaultRule::preset(FaultPreset::Throttled).retry_after_date(30).times(1),
            ),
            ("504; after-change", FaultRule::status(504).after_change()),
            ("cut-after-change", FaultRule::cut(Cut::AfterChange)),
            (
                " notJson ; truncate-after=7",
                FaultRule {
                    then: super::super::FaultEffect {
                        truncate_after: Some(7),
                        ..FaultRule::body(FaultBody::NotJson).then
                    },
                    ..FaultRule::default()
                },
            ),
            (
                r#"403; code=a; message="one; \"two\""; inner=b; inner=c"#,
                FaultRule::status(403).saying("a", "one; \"two\"").inside(["b", "c"]),
            ),
            ("redirect=http://127.0.0.1:9/a?b=c", FaultRule::redirect("http://127.0.0.1:9/a?b=c")),
        ] {
            assert_eq!(parse(header).unwrap(), rule, "{header}");
        }
    }

    #[test]
    fn what_a_header_cannot_say_is_told() {
        for (header, wrong) in [
            ("", "then: nothing would happen"),
            ("teapot", "\"teapot\" is no status, no preset"),
            ("429; retry=2", "retry: there are times, nth"),
            ("429; retry-after=soon", "retry-after: \"soon\" is no number for this"),
            ("200", "then.status: 200 is no refusal's"),
            ("429; message=\"a", "the quote before \"a\" never ends"),
            ("429; message=\"a\"b", "'b' after \"a\""),
            ("429; times=0", "times: 0 would never strike"),
        ] {
            let error = parse(header).unwrap_err().to_string();
            assert!(error.starts_with(wrong), "{header}: {error}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".*") {
            let _ = parse(&text);
        }

        #[test]
        fn any_message_comes_through_in_quotes(message in "[ -~é]*") {
            let quoted = message.replace('\\', "\\\\").replace('"', "\\\"");
            let rule = parse(&format!("500; message=\"{quoted}\"; code=x")).unwrap();
            prop_assert_eq!(rule.then.message, Some(message));
        }
    }
}
