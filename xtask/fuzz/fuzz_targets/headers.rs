//! The headers `Retry-After`, `Date` and `RateLimit-*`, a line each. No wait is longer than a day, and what is seconds is
//! told from what is a date.

#![no_main]

use std::time::{Duration, SystemTime};

use libfuzzer_sys::fuzz_target;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use sharing_http::Heard;

const NAMES: [&str; 5] = ["retry-after", "date", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"];
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fuzz_target!(|bytes: &[u8]| {
    let mut headers = HeaderMap::new();
    for (name, value) in NAMES.into_iter().zip(bytes.split(|byte| *byte == b'\n')) {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000);
    let heard = Heard::read(429, &headers, now);
    assert!(heard.wait().is_none_or(|wait| wait <= DAY));
    assert!(heard.retry_after.is_none() || headers.contains_key("retry-after"));
    assert!(heard.rate_limit.is_none() || headers.contains_key("ratelimit-remaining"));

    // Whole seconds are said again as they were heard, by whatever spelling.
    if let Some(wait) = heard.retry_after {
        let seconds = HeaderValue::from(wait.as_secs());
        let said = HeaderMap::from_iter([(HeaderName::from_static("retry-after"), seconds)]);
        let again = Heard::read(429, &said, now).retry_after.unwrap();
        assert_eq!(again.as_secs_f64(), wait.as_secs() as f64);
    }
});
