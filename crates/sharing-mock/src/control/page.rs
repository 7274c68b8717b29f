//! The page for people: one document, which asks the control API like anybody else.

use hyper::{
    Response,
    header::{self, HeaderValue},
};

use super::{Call, Operation, Reply, Wrong};
use crate::socket::{Body, full};

/// It stands alone: it asks nobody but the mock.
const PAGE: &str = concat!(
    include_str!("page/head.html"),
    "<style>\n",
    include_str!("page/page.css"),
    "</style>\n",
    include_str!("page/body.html"),
    "<script>\n",
    include_str!("page/page.js"),
    "</script>\n</body>\n</html>\n"
);

/// What the browser lets it do: its own style and script, and questions to the mock.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) static OPERATIONS: &[Operation] = &[Operation {
    method: "GET",
    path: "/",
    id: "getPage",
    summary: "A page for people, on which all of this can be seen and done.",
    query: &[],
    body: None,
    reply: Reply {
        status: 200,
        media_type: "text/html",
        schema: Some(|_| schemars::json_schema!({ "type": "string" })),
    },
    handler: page,
}];

fn page(_: &Call<'_>) -> Result<Response<Body>, Wrong> {
    let mut response = Response::new(full(PAGE));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}
