//! A fault as data: which requests it meets, how often, and what happens to them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sharing_model::ActionKind;

use super::preset::FaultPreset;

/// A fault: the requests that it meets, how often, and what happens to them.
///
/// A rule that says nothing of the requests meets all. In JSON its members have these names in camel case, and a name
/// that there is not is refused.
///
/// ```
/// use sharing_mock::{FaultPreset, FaultRule};
/// use sharing_model::ActionKind;
///
/// let rule = FaultRule::preset(FaultPreset::Throttled).retry_after(2.5).on(ActionKind::Invite).times(2);
/// assert_eq!(
///     serde_json::to_value(&rule)?,
///     serde_json::json!({
///         "match": { "actions": ["invite"] }, "times": 2, "then": { "preset": "throttled", "retryAfter": 2.5 }
///     })
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct FaultRule {
    /// A name to ask for it by: letters, digits, `-`, `_` and `.`. Given one where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", regex(pattern = r"^[A-Za-z0-9._-]{1,64}$"))]
    pub id: Option<String>,
    /// Whether it rests: it then meets nothing and counts nothing.
    #[serde(skip_serializing_if = "is_false")]
    pub off: bool,
    /// The requests that it meets.
    #[serde(rename = "match", skip_serializing_if = "FaultMatch::is_any")]
    pub matching: FaultMatch,
    /// The first of those requests to strike, counted from 1. Only that one, unless `times` says how many.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u64", range(min = 1))]
    pub nth: Option<u64>,
    /// How many to strike at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u64", range(min = 1))]
    pub times: Option<u64>,
    /// How likely each is struck: 0 never, 1 always.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "f64", range(min = 0.0, max = 1.0))]
    pub probability: Option<f64>,
    /// The seed for `probability`; the space's, and the rule's id, where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u64")]
    pub seed: Option<u64>,
    /// What happens.
    pub then: FaultEffect,
}

/// The requests that a fault meets: those of which all that is said here is true.
///
/// In `path`, `item` and the values of `headers`, `*` stands for any characters and `?` for one.
///
/// ```
/// use sharing_mock::FaultMatch;
///
/// let matching: FaultMatch = serde_json::from_str(r#"{ "methods": ["POST"], "path": "/v1.0/*/invite" }"#)?;
/// assert_eq!(matching.path.as_deref(), Some("/v1.0/*/invite"));
/// assert!(serde_json::from_str::<FaultMatch>(r#"{ "method": "POST" }"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct FaultMatch {
    /// Any of these methods, in capitals.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<String>,
    /// The path with its version, without the query and without a space's prefix, percent-decoded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub path: Option<String>,
    /// Any of these actions, by the model's names.
    #[serde(skip_serializing_if = "Vec::is_empty", with = "action_names")]
    #[schemars(schema_with = "action_names::schema")]
    pub actions: Vec<ActionKind>,
    /// The item's id, or its path in its drive, as in `/Projects/Quarterly report.docx`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub item: Option<String>,
    /// Headers that the request has, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// Only members of a batch, or none of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    pub in_batch: Option<bool>,
}

impl FaultMatch {
    fn is_any(&self) -> bool {
        *self == Self::default()
    }
}

/// What happens to a request.
///
/// A refusal (`status`, or a `preset` with what is changed of it), a lost connection (`cut`), a body that is none, an old
/// state, or another address; each may come late. A rule that only makes late lets the next rules have their say.
///
/// ```
/// use sharing_mock::FaultEffect;
///
/// let then: FaultEffect = serde_json::from_str(r#"{ "status": 503, "retryAfterDate": 30, "latencyMs": 200 }"#)?;
/// assert_eq!((then.status, then.latency_ms), (Some(503), Some(200)));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct FaultEffect {
    /// A refusal of the service by name. The next four change parts of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "FaultPreset")]
    pub preset: Option<FaultPreset>,
    /// The status of a refusal, 400 to 599, with the body that the service most likely gives it; of a `redirect`, 300 to
    /// 399.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u16", range(min = 300, max = 599))]
    pub status: Option<u16>,
    /// The refusal's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub code: Option<String>,
    /// The codes inside, outermost first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<String>")]
    pub inner_codes: Option<Vec<String>>,
    /// The refusal's message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub message: Option<String>,
    /// `Retry-After` in seconds, decimals as they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "f64", range(min = 0.0))]
    pub retry_after: Option<f64>,
    /// `Retry-After` as a date, so many seconds after the space's now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    pub retry_after_date: Option<u32>,
    /// Whether the request is done all the same before it is refused or redirected.
    #[serde(skip_serializing_if = "is_false")]
    pub after_change: bool,
    /// The connection is lost, at this point.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Cut")]
    pub cut: Option<Cut>,
    /// The answer keeps its status, but its body is this.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "FaultBody")]
    pub body: Option<FaultBody>,
    /// The connection is lost after so many bytes of the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    pub truncate_after: Option<u32>,
    /// A read sees the state as it was before so many changes of who has access.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", range(min = 1))]
    pub stale_changes: Option<u32>,
    /// A read sees the state as it was so many seconds ago.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", range(min = 1))]
    pub stale_seconds: Option<u32>,
    /// The request is sent on to this URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub redirect: Option<String>,
    /// A list says that its next page is at this URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub next_link: Option<String>,
    /// More headers of the answer, or others of the same name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The answer comes so many milliseconds late, at most ten minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", range(max = 600_000))]
    pub latency_ms: Option<u32>,
}

/// Where the connection is lost. Nothing of an answer is sent.
///
/// ```
/// # use sharing_mock::Cut;
/// assert_eq!(serde_json::to_value(Cut::AfterChange)?, "afterChange");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Cut {
    /// Before the request's body is read. Nothing is done.
    BeforeRead,
    /// When the request is read. Nothing is done.
    AfterRead,
    /// When the request is done: the answer is lost, and the client cannot know.
    AfterChange,
}

/// A body that is none.
///
/// ```
/// # use sharing_mock::FaultBody;
/// assert_eq!(serde_json::to_value(FaultBody::NotJson)?, "notJson");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum FaultBody {
    /// No bytes, though JSON is announced.
    Empty,
    /// A page, as a gateway writes it, and announced as one.
    Html,
    /// Text that is announced as JSON and is none.
    NotJson,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// Actions by the model's names, in JSON.
mod action_names {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use sharing_model::ActionKind;

    pub(super) fn serialize<S: Serializer>(actions: &[ActionKind], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(actions.iter().map(|action| action.facts().name))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<ActionKind>, D::Error> {
        let names = Vec::<String>::deserialize(from)?;
        let kind = |name: String| {
            ActionKind::all().find(|kind| kind.facts().name == name).ok_or_else(|| {
                let known: Vec<_> = ActionKind::all().map(|kind| kind.facts().name).collect();
                D::Error::custom(format_args!("no action is called {name:?}; there are {}", known.join(", ")))
            })
        };
        names.into_iter().map(kind).collect()
    }

    pub(super) fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let names: Vec<_> = ActionKind::all().map(|kind| kind.facts().name).collect();
        schemars::json_schema!({ "type": "array", "items": { "enum": names } })
    }
}
