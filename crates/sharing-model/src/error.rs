//! `ErrorResponse`: how the service says no.

use serde_json::{Map, Value};

use crate::wire::object;

/// The body of an answer that is an error.
///
/// The chain of codes runs from the outermost, which is stable, to the innermost, which says most. Decide by codes and
/// by the status; never by a message.
///
/// ```
/// use sharing_model::ErrorResponse;
///
/// let body = r#"{ "error": { "code": "invalidRequest", "message": "…",
///                            "innererror": { "code": "secureSharingInvalidRequest" } } }"#;
/// let response: ErrorResponse = serde_json::from_str(body)?;
/// assert_eq!(response.codes().collect::<Vec<_>>(), ["invalidRequest", "secureSharingInvalidRequest"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct ErrorResponse {
    /// What went wrong.
    pub error: Option<ServiceError>,
    /// All that is not above, as it came.
    #[cfg_attr(feature = "schema", schemars(flatten))]
    pub additional: Map<String, Value>,
}

object!(ErrorResponse is "an object with an error" { error: "error" });

impl ErrorResponse {
    /// The property of which SharePoint's older interfaces make an error's body, where the others have `error`.
    pub const OLDER: &'static str = "odata.error";

    /// The codes from the outermost to the innermost.
    ///
    /// ```
    /// use sharing_model::ErrorResponse;
    ///
    /// let response: ErrorResponse = serde_json::from_str(
    ///     r#"{ "error": { "code": "accessDenied", "innerError": { "code": "sharingDisabled" } } }"#,
    /// )?;
    /// assert!(response.codes().any(|code| code == "sharingDisabled"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.error.iter().flat_map(ServiceError::codes)
    }

    /// The same, with an error in it where the body is one of SharePoint's older interfaces: those say `odata.error`,
    /// and their message has a language.
    ///
    /// ```
    /// use sharing_model::ErrorResponse;
    ///
    /// let body = r#"{ "odata.error": { "code": "-2147024891, System.UnauthorizedAccessException",
    ///                                  "message": { "lang": "en-US", "value": "Access denied." } } }"#;
    /// let response: ErrorResponse = serde_json::from_str(body)?;
    /// assert_eq!(response.codes().count(), 0);
    /// assert_eq!(response.or_older().error.unwrap().message.as_deref(), Some("Access denied."));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn or_older(mut self) -> Self {
        if self.error.is_none() {
            self.error = self.additional.get(Self::OLDER).map(|said| {
                let text = |value: &Value| value.as_str().map(str::to_owned);
                ServiceError {
                    code: text(&said["code"]),
                    message: text(&said["message"]["value"]),
                    ..ServiceError::default()
                }
            });
        }
        self
    }
}

/// What went wrong, as the service says it: outermost in a body, per recipient inside of an invitation's answer, or
/// nested as the inner error of another.
///
/// The inner error is spelt `innerError` by Graph and `innererror` by the direct endpoints.
///
/// ```
/// use sharing_model::ServiceError;
///
/// let error: ServiceError = serde_json::from_str(r#"{ "code": "itemNotFound", "message": "Item not found" }"#)?;
/// assert_eq!(error.code.as_deref(), Some("itemNotFound"));
/// assert!(error.inner().is_none());
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Each spelling is kept as it came, and [`inner`](Self::inner) reads both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct ServiceError {
    /// What went wrong, for programs.
    pub code: Option<String>,
    /// What went wrong, for the developer. Not stable.
    pub message: Option<String>,
    /// What went wrong, in the language of the person who asked; per recipient only.
    pub localized_message: Option<String>,
    /// Where a person can put it right; per recipient only.
    pub fix_it_url: Option<String>,
    /// What it is about, a property for instance.
    pub target: Option<String>,
    /// More errors beside this one.
    pub details: Option<Vec<ServiceError>>,
    /// A more detailed error, in Graph's spelling.
    pub inner_error: Option<Box<ServiceError>>,
    /// A more detailed error, in the direct endpoints' spelling.
    #[cfg_attr(feature = "schema", schemars(rename = "innererror"))]
    pub inner_error_lowercase: Option<Box<ServiceError>>,
    /// When it happened, in UTC and without a zone; innermost only.
    pub date: Option<String>,
    /// The service's name for the request; innermost only.
    #[cfg_attr(feature = "schema", schemars(rename = "request-id"))]
    pub request_id: Option<String>,
    /// The client's name for the request; innermost only.
    #[cfg_attr(feature = "schema", schemars(rename = "client-request-id"))]
    pub client_request_id: Option<String>,
    /// All that is not above, as it came.
    #[cfg_attr(feature = "schema", schemars(flatten))]
    pub additional: Map<String, Value>,
}

object!(ServiceError is "an error object" {
    code: "code",
    message: "message",
    localized_message: "localizedMessage",
    fix_it_url: "fixItUrl",
    target: "target",
    details: "details",
    inner_error: "innerError",
    inner_error_lowercase: "innererror",
    date: "date",
    request_id: "request-id",
    client_request_id: "client-request-id",
});

impl ServiceError {
    /// The next error inwards, in whichever spelling it came.
    ///
    /// ```
    /// use sharing_model::ServiceError;
    ///
    /// for name in ["innerError", "innererror"] {
    ///     let error: ServiceError = serde_json::from_str(&format!(r#"{{ "{name}": {{ "code": "quota" }} }}"#))?;
    ///     assert_eq!(error.inner().unwrap().code.as_deref(), Some("quota"));
    /// }
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn inner(&self) -> Option<&Self> {
        self.inner_error.as_deref().or(self.inner_error_lowercase.as_deref())
    }

    /// This error and those inside of it, outermost first.
    ///
    /// ```
    /// use sharing_model::ServiceError;
    ///
    /// let error: ServiceError = serde_json::from_str(r#"{ "innerError": { "innererror": { "date": "2026-11-22" } } }"#)?;
    /// assert_eq!(error.chain().last().unwrap().date.as_deref(), Some("2026-11-22"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn chain(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |error| error.inner())
    }

    /// This error's code and those of the errors inside of it, outermost first.
    ///
    /// ```
    /// use sharing_model::ServiceError;
    ///
    /// let error: ServiceError = serde_json::from_str(
    ///     r#"{ "code": "accessDenied", "innerError": { "date": "2026-07-15", "innerError": { "code": "quota" } } }"#,
    /// )?;
    /// assert_eq!(error.codes().collect::<Vec<_>>(), ["accessDenied", "quota"]);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.chain().filter_map(|error| error.code.as_deref())
    }
}
