//! `BatchRequest` and `BatchResponse`: up to 20 actions in one request.

use serde_json::{Map, Value};

use crate::{Action, Circumstances, Dialect, Fault, rule, wire::object};

/// How many requests the service takes in one batch.
///
/// ```
/// use sharing_model::{Action, BATCH_LIMIT, BatchRequest, Dialect};
///
/// let actions = vec![Action::list_permissions("/drive/items/01NQ".parse()?); 50];
/// let batches = actions.chunks(BATCH_LIMIT).map(|some| BatchRequest::of(some, Dialect::Graph));
/// assert_eq!(batches.count(), 3);
/// # Ok::<(), sharing_model::AddressError>(())
/// ```
pub const BATCH_LIMIT: usize = 20;

/// Up to 20 requests in one.
///
/// Each is judged, charged and answered by itself.
///
/// Protocol: `POST /$batch`.
///
/// ```
/// use sharing_model::{Action, BatchRequest, Dialect};
///
/// let actions = ["/drive/items/1", "/drive/items/2"].map(|item| Action::list_permissions(item.parse().unwrap()));
/// let batch = BatchRequest::of(&actions, Dialect::Graph);
/// assert_eq!(batch.requests.unwrap()[1].url.as_deref(), Some("/drive/items/2/permissions"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BatchRequest {
    /// The requests; at most 20, with ids that differ.
    pub requests: Option<Vec<BatchMember>>,
    /// All that is not above, as it came.
    pub additional: Map<String, Value>,
}

object!(BatchRequest is "a batch request object" { requests: "requests" });

impl BatchRequest {
    /// The methods that a batch takes.
    pub const METHODS: &'static [&'static str] = &["GET", "POST", "PUT", "PATCH", "DELETE"];

    /// A batch of actions; their positions, counted from 1, are their ids. The service takes at most 20.
    ///
    /// ```
    /// use sharing_model::{Action, BatchRequest, Dialect, InviteRequest};
    ///
    /// let invite = Action::invite("/drive/items/01NQ".parse()?, &InviteRequest::default());
    /// let [member] = &BatchRequest::of(&[invite], Dialect::Graph).requests.unwrap()[..] else { panic!("one action") };
    /// assert_eq!((member.id.as_deref(), member.method.as_deref()), (Some("1"), Some("POST")));
    /// assert_eq!(member.headers.as_ref().unwrap()["Content-Type"], "application/json");
    /// # Ok::<(), sharing_model::AddressError>(())
    /// ```
    #[must_use]
    pub fn of(actions: &[Action], dialect: Dialect) -> Self {
        let member = |(index, action): (usize, &Action)| BatchMember {
            id: Some((index + 1).to_string()),
            method: Some(action.method().to_string()),
            url: Some(action.path_and_query(dialect)),
            headers: Some(
                action.headers().into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect(),
            )
            .filter(|headers: &Map<String, Value>| !headers.is_empty()),
            body: action.body().cloned(),
            ..BatchMember::default()
        };
        let requests = actions.iter().enumerate().map(member).collect();
        Self { requests: Some(requests), additional: Map::new() }
    }

    /// All that is wrong with this batch, warnings included. Its members' bodies are judged each by its own type.
    ///
    /// ```
    /// use sharing_model::{BatchRequest, Circumstances};
    ///
    /// let batch: BatchRequest = serde_json::from_str(r#"{ "requests": [{ "id": "1", "method": "GET" }] }"#)?;
    /// assert_eq!(batch.validate(&Circumstances::default())[0].property, "requests[0].url");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn validate(&self, circumstances: &Circumstances) -> Vec<Fault> {
        rule::check(self, rule::BATCH, circumstances)
    }
}

/// One request of a batch.
///
/// ```
/// use sharing_model::BatchMember;
///
/// let member: BatchMember = serde_json::from_str(r#"{ "id": "2", "method": "GET", "url": "/me", "dependsOn": ["1"] }"#)?;
/// assert_eq!(member.depends_on.unwrap(), ["1"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BatchMember {
    /// The name of the request within the batch.
    pub id: Option<String>,
    /// The method.
    pub method: Option<String>,
    /// The path below the version's root.
    pub url: Option<String>,
    /// The headers. A request with a body needs its own `Content-Type`.
    pub headers: Option<Map<String, Value>>,
    /// The body.
    pub body: Option<Value>,
    /// The ids of requests that must succeed before this one is tried.
    pub depends_on: Option<Vec<String>>,
    /// All that is not above, as it came.
    pub additional: Map<String, Value>,
}

object!(BatchMember is "a batch member object" {
    id: "id",
    method: "method",
    url: "url",
    headers: "headers",
    body: "body",
    depends_on: "dependsOn",
});

/// The answers to a batch, in any order.
///
/// ```
/// use sharing_model::BatchResponse;
///
/// let batch: BatchResponse = serde_json::from_str(r#"{ "responses": [{ "id": "1", "status": 204, "body": null }] }"#)?;
/// assert_eq!(batch.responses.unwrap()[0].status, Some(204));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct BatchResponse {
    /// One answer for each request, in any order.
    pub responses: Option<Vec<BatchAnswer>>,
    /// Where more answers are.
    #[cfg_attr(feature = "schema", schemars(rename = "@odata.nextLink"))]
    pub next_link: Option<String>,
    /// All that is not above, as it came.
    #[cfg_attr(feature = "schema", schemars(flatten))]
    pub additional: Map<String, Value>,
}

object!(BatchResponse is "a batch response object" {
    responses: "responses",
    next_link: "@odata.nextLink",
});

/// The answer to one request of a batch.
///
/// ```
/// use sharing_model::BatchAnswer;
///
/// let answer: BatchAnswer = serde_json::from_str(r#"{ "id": "1", "status": 429, "headers": { "Retry-After": "9" } }"#)?;
/// assert_eq!(answer.header("retry-after"), Some("9"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct BatchAnswer {
    /// The id of the request that this answers.
    pub id: Option<String>,
    /// The status.
    pub status: Option<i64>,
    /// The headers, a delay to wait for among them.
    pub headers: Option<Map<String, Value>>,
    /// The body: an answer or an error, as if it had been asked for alone.
    #[cfg_attr(
        feature = "schema",
        schemars(extend("type" = ["object", "array", "string", "number", "boolean", "null"]))
    )]
    pub body: Option<Value>,
    /// All that is not above, as it came.
    #[cfg_attr(feature = "schema", schemars(flatten))]
    pub additional: Map<String, Value>,
}

object!(BatchAnswer is "a batch answer object" {
    id: "id",
    status: "status",
    headers: "headers",
    body: "body",
});

impl BatchAnswer {
    /// A header's value by its name, in any case of letters.
    ///
    /// ```
    /// use sharing_model::BatchAnswer;
    ///
    /// let answer: BatchAnswer = serde_json::from_str(r#"{ "headers": { "location": "/permissions/7" } }"#)?;
    /// assert_eq!(answer.header("Location"), Some("/permissions/7"));
    /// assert_eq!(answer.header("Retry-After"), None);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter().flatten();
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).and_then(|(_, value)| value.as_str())
    }
}
