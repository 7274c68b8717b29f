//! What stands on every answer, in the headers that each version of the service sends beside its body. Clients that
//! compare more than a media type, or take an unknown header for an error, find out here.

use std::cell::RefCell;

use hyper::{
    HeaderMap,
    header::{self, HeaderName, HeaderValue},
};
use jiff::Timestamp;
use serde_json::{Map, Value};
use sharing_model::Dialect;

use crate::{
    answer::Answer,
    service::{self, Request},
    socket::insert,
};

const ODATA_VERSION: HeaderName = HeaderName::from_static("odata-version");
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
pub(crate) const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");
const DIAGNOSTIC: HeaderName = HeaderName::from_static("x-ms-ags-diagnostic");
const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
const SUNSET: HeaderName = HeaderName::from_static("sunset");
const SP_REQUEST_GUID: HeaderName = HeaderName::from_static("sprequestguid");
const HEALTH_SCORE: HeaderName = HeaderName::from_static("x-sharepointhealthscore");
const DURATION: HeaderName = HeaderName::from_static("spclientservicerequestduration");
const SERVER_STATE: HeaderName = HeaderName::from_static("x-sp-serverstate");

/// The page that tells of what is going away, once for each of the two older facets of a permission.
macro_rules! changes {
    ($version:literal) => {
        concat!(
            "<https://developer.microsoft-tst.com/en-us/graph/changes?$filterby=",
            $version,
            ",Removal&from=2021-09-01&to=2021-10-01>;rel=\"deprecation\";type=\"text/html\""
        )
    };
    ($version:literal twice) => {
        concat!(changes!($version), ",", changes!($version))
    };
}

/// The headers of an answer of the service.
pub(crate) fn headers(answer: &Answer, request: &Request<'_>) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(20);
    let dialect = service::known_dialect_of(request.path);
    if answer.body.is_some() {
        let content_type = content_type(answer, request, dialect);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-cache"));
    headers.insert(ODATA_VERSION, HeaderValue::from_static("4.0"));
    headers.insert(header::DATE, date(request.now));
    insert(&mut headers, REQUEST_ID, request.id);
    insert(&mut headers, CLIENT_REQUEST_ID, request.client_id);
    match dialect {
        Some(Dialect::Graph) => graph(&mut headers, answer, request),
        Some(Dialect::Direct) => sharepoint(&mut headers, request),
        _ => {}
    }
    for (name, value) in answer.headers() {
        insert(&mut headers, name, value);
    }
    headers
}

/// The headers of a batch's member: what the part of the service that answered says. What the connection and the request
/// as a whole have is the batch's own.
pub(crate) fn of_member(answer: &Answer, request: &Request<'_>) -> Map<String, Value> {
    let whole = [
        header::DATE,
        header::VARY,
        header::STRICT_TRANSPORT_SECURITY,
        REQUEST_ID,
        CLIENT_REQUEST_ID,
        DIAGNOSTIC,
        SP_REQUEST_GUID,
        HEALTH_SCORE,
        DURATION,
        SERVER_STATE,
    ];
    let headers = headers(answer, request);
    let own = headers.iter().filter(|(name, _)| !whole.contains(name));
    own.map(|(name, value)| {
        (spelt(name.as_str()), String::from_utf8_lossy(value.as_bytes()).into_owned().into())
    })
    .collect()
}

/// A header's name in the JSON of a batch, where clients look for it letter by letter.
pub(crate) fn spelt(name: &str) -> String {
    match name {
        "odata-version" => "OData-Version".to_owned(),
        "www-authenticate" => "WWW-Authenticate".to_owned(),
        "sharepoint-createsharinglink-error" => "SharePoint-CreateSharingLink-Error".to_owned(),
        name if name.starts_with("x-") => name.to_owned(),
        name => {
            let words = name.replace("ratelimit", "rateLimit");
            let words = words.split('-').map(|word| {
                let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
                first.to_ascii_uppercase() + rest
            });
            words.collect::<Vec<_>>().join("-")
        }
    }
}

/// Written in as many ways as the service writes it: only the media type is to be relied upon.
fn content_type(answer: &Answer, request: &Request<'_>, dialect: Option<Dialect>) -> &'static str {
    let is_sharepoint = dialect == Some(Dialect::Direct);
    match answer.status {
        400.. if is_sharepoint => "application/json; charset=utf-8",
        400.. => "application/json",
        _ if is_sharepoint => {
            "application/json; odata.metadata=minimal; odata.streaming=true; IEEE754Compatible=false; charset=utf-8"
        }
        _ if answer.deprecated && request.method == "GET" => {
            "application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8"
        }
        _ => {
            "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
        }
    }
}

fn graph(headers: &mut HeaderMap, answer: &Answer, request: &Request<'_>) {
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    let server = r#"{"ServerInfo":{"DataCenter":"North Europe","Slice":"E","Ring":"4","ScaleUnit":"001","RoleInstance":"DU6PEPF00000001"}}"#;
    headers.insert(DIAGNOSTIC, HeaderValue::from_static(server));
    if answer.deprecated {
        let is_beta = request.path.starts_with("/beta");
        let changes = if is_beta { changes!("beta" twice) } else { changes!("v1.0" twice) };
        headers.insert(header::LINK, HeaderValue::from_static(changes));
        headers.insert(DEPRECATION, HeaderValue::from_static("Fri, 03 Sep 2021 23:59:59 GMT"));
        headers.insert(SUNSET, HeaderValue::from_static("Sun, 01 Oct 2023 23:59:59 GMT"));
    }
}

fn sharepoint(headers: &mut HeaderMap, request: &Request<'_>) {
    insert(headers, SP_REQUEST_GUID, request.id);
    headers.insert(HEALTH_SCORE, HeaderValue::from_static("1"));
    // Milliseconds, which differ from one request to the next and are the same each time that it is repeated.
    let last = request.id.bytes().last().unwrap_or_default();
    headers.insert(DURATION, HeaderValue::from(20 + u16::from(last)));
    headers.insert(SERVER_STATE, HeaderValue::from_static("ReadOnly=0"));
}

/// A moment as headers have it: by the space's clock, so that the same requests get the same answers. It stays the same
/// for a second.
fn date(now: Timestamp) -> HeaderValue {
    thread_local! {
        static LAST: RefCell<(i64, HeaderValue)> =
            const { RefCell::new((0, HeaderValue::from_static("Thu, 01 Jan 1970 00:00:00 GMT"))) };
    }
    LAST.with_borrow_mut(|(second, date)| {
        // The whole second that has begun, before 1970 too.
        let begun = now.as_second() - i64::from(now.subsec_nanosecond() < 0);
        if *second != begun
            && let Ok(fresh) = HeaderValue::try_from(now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
        {
            (*second, *date) = (begun, fresh);
        }
        date.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelt_as_the_service_spells_them() {
        for name in [
            "OData-Version",
            "Content-Type",
            "Retry-After",
            "Location",
            "RateLimit-Remaining",
            "WWW-Authenticate",
            "x-mock-reason",
        ] {
            assert_eq!(spelt(&name.to_ascii_lowercase()), name);
        }
    }
}
