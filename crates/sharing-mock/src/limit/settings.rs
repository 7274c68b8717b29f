//! Which limits hold: none, those of a licence tier, or plain numbers.

use serde::{Deserialize, Deserializer, Serialize};
use sharing_model::limits::{
    ANONYMOUS_LINKS, EXTERNAL_MAILS, ITEMS_BELOW, LicenceTier, PERMISSION_SCOPES, SHARING_CALLS,
    USER_REQUESTS,
};

use crate::fault::{InvalidFaults, read};

/// The limits of a space. The default is none.
///
/// In JSON, a `tier` stands for its documented numbers; a number beside it takes one's place, and `null` takes one away.
///
/// ```
/// use sharing_mock::Limits;
/// use sharing_model::limits::LicenceTier;
///
/// let limits: Limits = serde_json::from_str(r#"{ "tier": "1k", "unitsPerDay": null, "itemsBelow": 3 }"#)?;
/// assert_eq!(limits, Limits { units_per_day: None, items_below: Some(3), ..Limits::tier(LicenceTier::UpTo1k) });
/// assert_eq!(limits.sharing_calls_per_five_minutes, Some(300));
/// assert_eq!(serde_json::from_str::<Limits>("{}")?, Limits::default());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", from = "Said")]
#[expect(clippy::exhaustive_structs, reason = "made by naming what holds beside `..Limits::default()`")]
pub struct Limits {
    /// Resource units that an application may use in a minute.
    pub units_per_minute: Option<u64>,
    /// Resource units that an application may use in 24 hours.
    pub units_per_day: Option<u64>,
    /// Resource units that all applications may use together in 5 minutes.
    pub tenant_units_per_five_minutes: Option<u64>,
    /// Calls that share which an application may make in 5 minutes.
    pub sharing_calls_per_five_minutes: Option<u64>,
    /// Requests in the name of one user in 5 minutes.
    pub user_requests_per_five_minutes: Option<u64>,
    /// Mails to people outside in an hour, for one user and for one site.
    pub external_mails_per_hour: Option<u64>,
    /// Anonymous links made on one site in 5 minutes.
    pub anonymous_links_per_five_minutes: Option<u64>,
    /// Items below an item that is shared for the first time. With more, the answer is a 429 that waiting never clears.
    pub items_below: Option<u64>,
    /// Items of one library that may have permissions of their own.
    pub permission_scopes: Option<u64>,
    /// How a stretch of time is measured.
    pub window: LimitWindow,
    /// Whose answers say how much of `units_per_minute` is left.
    pub rate_limit_headers: RateLimitHeaders,
}

/// How a limit's stretch of time is measured.
///
/// ```
/// # use sharing_mock::LimitWindow;
/// assert_eq!(serde_json::to_value(LimitWindow::Sliding)?, "sliding");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum LimitWindow {
    /// It begins with the first call after the one before is over; when it is over, all is free again.
    #[default]
    Fixed,
    /// It always lies right before now. Refused calls count in it too, so whoever goes on asking is never let in.
    Sliding,
}

/// Whose answers have the headers `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset`, from 80 % of the units of
/// a minute on.
///
/// The service's documents promise them to applications; of other tokens they say nothing.
///
/// ```
/// # use sharing_mock::RateLimitHeaders;
/// assert_eq!(serde_json::to_value(RateLimitHeaders::Applications)?, "applications");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum RateLimitHeaders {
    /// Those to an application's own token.
    #[default]
    Applications,
    /// Those to every token.
    All,
    /// None.
    None,
}

impl Limits {
    /// What SharePoint documents for a tenant with so many licences.
    ///
    /// ```
    /// use sharing_mock::Limits;
    /// use sharing_model::limits::LicenceTier;
    ///
    /// assert_eq!(Limits::tier(LicenceTier::UpTo1k).units_per_minute, Some(1_250));
    /// ```
    #[must_use]
    pub fn tier(tier: LicenceTier) -> Self {
        Self {
            units_per_minute: Some(tier.units_per_minute().amount),
            units_per_day: Some(tier.units_per_day().amount),
            tenant_units_per_five_minutes: Some(tier.tenant_units().amount),
            sharing_calls_per_five_minutes: Some(SHARING_CALLS.amount),
            user_requests_per_five_minutes: Some(USER_REQUESTS.amount),
            external_mails_per_hour: Some(EXTERNAL_MAILS.amount),
            anonymous_links_per_five_minutes: Some(ANONYMOUS_LINKS.amount),
            items_below: Some(ITEMS_BELOW),
            permission_scopes: Some(PERMISSION_SCOPES),
            window: LimitWindow::default(),
            rate_limit_headers: RateLimitHeaders::default(),
        }
    }

    /// Reads them from JSON, as a file and as the control API's body have them.
    ///
    /// # Errors
    ///
    /// What is no limits, with its place.
    ///
    /// ```
    /// use sharing_mock::Limits;
    ///
    /// let error = Limits::from_json(r#"{ "unitsPerMinute": -1 }"#).unwrap_err().to_string();
    /// assert!(error.starts_with("unitsPerMinute: invalid value: integer `-1`, expected u64"), "{error}");
    /// ```
    pub fn from_json(text: &str) -> Result<Self, InvalidFaults> {
        read(text.as_bytes())
    }
}

/// What JSON says of limits.
#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "Limits")]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Said {
    /// The documented numbers for a tenant with so many licences; the other members change them.
    tier: Option<Tier>,
    /// Resource units that an application may use in a minute; `null` for no limit, as with all that follow.
    units_per_minute: Change,
    /// Resource units that an application may use in 24 hours.
    units_per_day: Change,
    /// Resource units that all applications may use together in 5 minutes.
    tenant_units_per_five_minutes: Change,
    /// Calls that share which an application may make in 5 minutes.
    sharing_calls_per_five_minutes: Change,
    /// Requests in the name of one user in 5 minutes.
    user_requests_per_five_minutes: Change,
    /// Mails to people outside in an hour, for one user and for one site.
    external_mails_per_hour: Change,
    /// Anonymous links made on one site in 5 minutes.
    anonymous_links_per_five_minutes: Change,
    /// Items below an item that is shared for the first time. With more, the answer is a 429 that waiting never clears.
    items_below: Change,
    /// Items of one library that may have permissions of their own.
    permission_scopes: Change,
    /// How a stretch of time is measured.
    window: LimitWindow,
    /// Whose answers say how much of `unitsPerMinute` is left.
    rate_limit_headers: RateLimitHeaders,
}

#[derive(Debug, Clone, Copy, Deserialize, schemars::JsonSchema)]
enum Tier {
    #[serde(rename = "1k")]
    UpTo1k,
    #[serde(rename = "5k")]
    UpTo5k,
    #[serde(rename = "15k")]
    UpTo15k,
    #[serde(rename = "50k")]
    UpTo50k,
    #[serde(rename = "more")]
    Above50k,
}

/// A number, `null`, or nothing said.
#[derive(Debug, Default, Clone, Copy)]
struct Change(Option<Option<u64>>);

impl<'de> Deserialize<'de> for Change {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Option::deserialize(from).map(|said| Self(Some(said)))
    }
}

impl From<Said> for Limits {
    fn from(said: Said) -> Self {
        let tier = said.tier.map(|tier| match tier {
            Tier::UpTo1k => LicenceTier::UpTo1k,
            Tier::UpTo5k => LicenceTier::UpTo5k,
            Tier::UpTo15k => LicenceTier::UpTo15k,
            Tier::UpTo50k => LicenceTier::UpTo50k,
            Tier::Above50k => LicenceTier::Above50k,
        });
        let base = tier.map_or_else(Self::default, Self::tier);
        Self {
            units_per_minute: said.units_per_minute.0.unwrap_or(base.units_per_minute),
            units_per_day: said.units_per_day.0.unwrap_or(base.units_per_day),
            tenant_units_per_five_minutes: said
                .tenant_units_per_five_minutes
                .0
                .unwrap_or(base.tenant_units_per_five_minutes),
            sharing_calls_per_five_minutes: said
                .sharing_calls_per_five_minutes
                .0
                .unwrap_or(base.sharing_calls_per_five_minutes),
            user_requests_per_five_minutes: said
                .user_requests_per_five_minutes
                .0
                .unwrap_or(base.user_requests_per_five_minutes),
            external_mails_per_hour: said.external_mails_per_hour.0.unwrap_or(base.external_mails_per_hour),
            anonymous_links_per_five_minutes: said
                .anonymous_links_per_five_minutes
                .0
                .unwrap_or(base.anonymous_links_per_five_minutes),
            items_below: said.items_below.0.unwrap_or(base.items_below),
            permission_scopes: said.permission_scopes.0.unwrap_or(base.permission_scopes),
            window: said.window,
            rate_limit_headers: said.rate_limit_headers,
        }
    }
}

mod schema {
    use std::borrow::Cow;

    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

    use super::{Change, Limits, Said};

    impl JsonSchema for Limits {
        fn schema_name() -> Cow<'static, str> {
            Said::schema_name()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            Said::json_schema(generator)
        }
    }

    impl JsonSchema for Change {
        fn inline_schema() -> bool {
            true
        }

        fn schema_name() -> Cow<'static, str> {
            "Change".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({ "type": ["integer", "null"], "minimum": 0 })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_come_out_as_they_went_in() {
        for limits in [
            Limits::default(),
            Limits { window: LimitWindow::Sliding, ..Limits::tier(LicenceTier::Above50k) },
            Limits {
                units_per_day: None,
                rate_limit_headers: RateLimitHeaders::All,
                ..Limits::tier(LicenceTier::UpTo5k)
            },
        ] {
            let json = serde_json::to_string(&limits).unwrap();
            assert_eq!(Limits::from_json(&json).unwrap(), limits);
        }
    }

    #[test]
    fn every_tier_has_its_name() {
        for tier in LicenceTier::all() {
            assert_eq!(Limits::from_json(&format!("{{\"tier\":\"{tier}\"}}")).unwrap(), Limits::tier(tier));
        }
    }

    #[test]
    fn what_is_no_limit_is_told_with_its_place() {
        for (json, wrong) in [
            (r#"{ "unitsPerMinut": 1 }"#, "unitsPerMinut: unknown field `unitsPerMinut`"),
            (r#"{ "tier": "2k" }"#, "tier: unknown variant `2k`"),
            (r#"{ "window": "rolling" }"#, "window: unknown variant `rolling`"),
        ] {
            let error = Limits::from_json(json).unwrap_err().to_string();
            assert!(error.starts_with(wrong), "{error}");
        }
    }
}
