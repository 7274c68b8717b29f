//! What an answer says about the service's limits: its status and the headers `Retry-After` and `RateLimit-*`.
//!
//! Text in, values out: nothing here knows a socket or a clock. What cannot be read counts as not said.

use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// Longer than any window that the service counts in: nobody is made to wait longer by one header.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// What an answer said about the service's limits.
///
/// ```
/// use std::time::Duration;
/// use sharing_http::Heard;
///
/// let heard = Heard::new(429).retry_after(Duration::from_secs(31));
/// assert!(heard.is_throttled());
/// assert_eq!(heard.wait(), Some(Duration::from_secs(31)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Heard {
    /// The status.
    pub status: u16,
    /// How long the service wants to be left alone, by `Retry-After`: seconds, a decimal, or a date.
    pub retry_after: Option<Duration>,
    /// What is left of the application's minute.
    pub rate_limit: Option<RateLimit>,
}

/// What is left of the application's resource units for this minute, which the service says from 80 % on, on a
/// best-effort basis.
///
/// ```
/// use std::time::Duration;
/// use sharing_http::{Heard, RateLimit};
///
/// let rate_limit = RateLimit::new(1_200, 120, Duration::from_secs(5));
/// assert_eq!(Heard::new(200).rate_limit(rate_limit).rate_limit, Some(rate_limit));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// `RateLimit-Limit`: resource units in a minute, if said.
    pub limit: Option<u64>,
    /// `RateLimit-Remaining`: units left.
    pub remaining: u64,
    /// `RateLimit-Reset`: when there are all of them again.
    pub reset: Duration,
}

impl RateLimit {
    /// So many units a minute, so many left, until all are there again.
    ///
    /// ```
    /// use std::time::Duration;
    /// use sharing_http::RateLimit;
    ///
    /// assert_eq!(RateLimit::new(1_200, 0, Duration::from_secs(31)).remaining, 0);
    /// ```
    #[must_use]
    pub const fn new(limit: u64, remaining: u64, reset: Duration) -> Self {
        Self { limit: Some(limit), remaining, reset }
    }
}

impl Heard {
    /// An answer with this status that says nothing of limits.
    ///
    /// ```
    /// assert_eq!(sharing_http::Heard::new(200).wait(), None);
    /// ```
    #[must_use]
    pub const fn new(status: u16) -> Self {
        Self { status, retry_after: None, rate_limit: None }
    }

    /// The same, with how long the service wants to be left alone.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let heard = sharing_http::Heard::new(503).retry_after(Duration::from_secs(9));
    /// assert_eq!(heard.retry_after, Some(Duration::from_secs(9)));
    /// ```
    #[must_use]
    pub const fn retry_after(self, wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..self }
    }

    /// The same, with what is left of the minute.
    ///
    /// ```
    /// use std::time::Duration;
    /// use sharing_http::{Heard, RateLimit};
    ///
    /// // Where the two differ, the longer holds.
    /// let reset = RateLimit::new(1_200, 0, Duration::from_secs(31));
    /// let heard = Heard::new(429).retry_after(Duration::from_secs(9)).rate_limit(reset);
    /// assert_eq!(heard.wait(), Some(Duration::from_secs(31)));
    /// ```
    #[must_use]
    pub const fn rate_limit(self, rate_limit: RateLimit) -> Self {
        Self { rate_limit: Some(rate_limit), ..self }
    }

    /// Reads an answer's status and headers. A date in `Retry-After` counts from the answer's own `Date`, so that the
    /// two machines' clocks need not agree; without one, from `now`.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use reqwest::header::{HeaderMap, HeaderValue};
    /// use sharing_http::Heard;
    ///
    /// let mut headers = HeaderMap::new();
    /// headers.insert("retry-after", HeaderValue::from_static("2.128"));
    /// let heard = Heard::read(429, &headers, SystemTime::now());
    /// assert_eq!(heard.wait(), Some(Duration::from_millis(2_128)));
    ///
    /// headers.insert("date", HeaderValue::from_static("Tue, 24 Nov 2026 10:00:00 GMT"));
    /// headers.insert("retry-after", HeaderValue::from_static("Tue, 24 Nov 2026 10:02:00 GMT"));
    /// let heard = Heard::read(429, &headers, SystemTime::now());
    /// assert_eq!(heard.wait(), Some(Duration::from_secs(120)));
    /// ```
    #[must_use]
    pub fn read(status: u16, headers: &HeaderMap, now: SystemTime) -> Self {
        Self::read_at(status, headers, || now)
    }

    /// The same, with a clock that is looked at only where it is needed.
    pub(crate) fn read_at(status: u16, headers: &HeaderMap, now: impl FnOnce() -> SystemTime) -> Self {
        let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        // Nearly no answer says anything of limits: what is not there costs a look, no more.
        let retry_after = text(&RETRY_AFTER).and_then(|value| {
            let date = text(&DATE).and_then(date);
            retry_after(value, date.unwrap_or_else(now))
        });
        let rate_limit =
            text(&REMAINING).and_then(|remaining| rate_limit(text(&LIMIT), remaining, text(&RESET)?));
        Self { status, retry_after, rate_limit }
    }

    /// Whether the service asks to be left alone: 429 because of the caller, 503 and 509 because of itself.
    ///
    /// ```
    /// use sharing_http::Heard;
    ///
    /// assert!(Heard::new(503).is_throttled() && !Heard::new(500).is_throttled());
    /// ```
    #[must_use]
    pub const fn is_throttled(&self) -> bool {
        matches!(self.status, 429 | 503 | 509)
    }

    /// How long to leave the service alone, if it says so: the longer of `Retry-After` and, once nothing is left,
    /// `RateLimit-Reset`. A day at most.
    ///
    /// ```
    /// use std::time::Duration;
    /// use sharing_http::{Heard, RateLimit};
    ///
    /// let plenty = RateLimit::new(1_200, 240, Duration::from_secs(31));
    /// assert_eq!(Heard::new(200).rate_limit(plenty).wait(), None);
    /// let nothing = RateLimit::new(1_200, 0, Duration::from_secs(31));
    /// assert_eq!(Heard::new(200).rate_limit(nothing).wait(), Some(Duration::from_secs(31)));
    /// ```
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        let reset = self.rate_limit.filter(|rate_limit| rate_limit.remaining == 0);
        self.retry_after.max(reset.map(|rate_limit| rate_limit.reset)).map(|wait| wait.min(LONGEST_WAIT))
    }
}

/// Reads `Retry-After`: seconds, which the service also writes as a decimal, or a date.
pub(crate) fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    // A date that has passed asks for no more patience.
    seconds(value).or_else(|| Some(date(value)?.duration_since(now).unwrap_or_default()))
}

/// Reads the three headers of the draft that the service follows.
pub(crate) fn rate_limit(limit: Option<&str>, remaining: &str, reset: &str) -> Option<RateLimit> {
    // The limit may be followed by how it is counted: `1200, 1200;w=60`.
    let amount = |text: &str| seconds(text.split([',', ';']).next()?.trim()).map(|amount| amount.as_secs());
    let remaining = amount(remaining)?;
    Some(RateLimit { limit: limit.and_then(amount), remaining, reset: seconds(reset.trim())? })
}

fn date(value: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(value.trim()).ok()
}

/// Digits, perhaps with a point: no sign, no exponent, no infinity.
fn seconds(value: &str) -> Option<Duration> {
    let plain = value.starts_with(|first: char| first.is_ascii_digit())
        && value.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
    plain.then(|| value.parse().ok())?.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;

    #[test]
    fn every_spelling_of_a_wait_is_read() {
        let read = |value| retry_after(value, NOW).map(|wait| wait.as_secs_f64());
        assert_eq!(read("31"), Some(31.0));
        assert_eq!(read(" 2.128 "), Some(2.128));
        assert_eq!(read("0"), Some(0.0));
        assert_eq!(read("7."), Some(7.0));
        assert_eq!(read("Thu, 01 Jan 1970 00:02:00 GMT"), Some(120.0));
        assert_eq!(read("Thursday, 01-Jan-70 00:02:00 GMT"), Some(120.0));
        assert_eq!(read("Thu Jan  1 00:02:00 1970"), Some(120.0));
        let late = NOW + Duration::from_secs(200);
        assert_eq!(retry_after("Thu, 01 Jan 1970 00:02:00 GMT", late), Some(Duration::ZERO));
        for nothing in ["", "-1", "+1", ".5", "1e3", "inf", "NaN", "soon", "1.2.3", "1 2", "١"] {
            assert_eq!(read(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn what_is_left_is_read_with_or_without_a_policy() {
        let plain = RateLimit::new(1_200, 120, Duration::from_secs(5));
        assert_eq!(rate_limit(Some("1200"), "120", "5"), Some(plain));
        assert_eq!(rate_limit(Some("1200, 1200;w=60"), "120", "5"), Some(plain));
        assert_eq!(rate_limit(None, "120", "5"), Some(RateLimit { limit: None, ..plain }));
        assert_eq!(rate_limit(Some("many"), "120", "5"), Some(RateLimit { limit: None, ..plain }));
        assert_eq!(rate_limit(Some("1200"), "few", "5"), None);
        assert_eq!(rate_limit(Some("1200"), "120", ""), None);
    }

    #[test]
    fn no_wait_is_longer_than_a_day() {
        let heard = Heard::new(429).retry_after(Duration::from_secs(u64::MAX));
        assert_eq!(heard.wait(), Some(LONGEST_WAIT));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_left(text in "\\PC*", seconds: u64) {
            let now = NOW + Duration::from_secs(seconds / 4);
            let _ = retry_after(&text, now);
            let _ = rate_limit(Some(&text), &text, &text);
        }

        #[test]
        fn whole_seconds_come_out_as_they_went_in(seconds in 0..1_u64 << 50) {
            prop_assert_eq!(retry_after(&seconds.to_string(), NOW), Some(Duration::from_secs(seconds)));
        }

        #[test]
        fn decimals_come_out_to_the_millisecond(milliseconds in 0..100_000_000_u64) {
            let text = format!("{}.{:03}", milliseconds / 1_000, milliseconds % 1_000);
            let read = retry_after(&text, NOW).unwrap();
            let off = read.abs_diff(Duration::from_millis(milliseconds));
            prop_assert!(off < Duration::from_micros(1), "{read:?}");
        }

        #[test]
        fn a_date_is_as_far_away_as_it_is(now in 0..4_000_000_000_u64, wait in 0..1_000_000_u64) {
            let now = NOW + Duration::from_secs(now);
            let date = httpdate::fmt_http_date(now + Duration::from_secs(wait));
            prop_assert_eq!(retry_after(&date, now), Some(Duration::from_secs(wait)));
        }
    }
}
