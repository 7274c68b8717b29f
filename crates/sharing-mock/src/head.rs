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
    let look = Look::of(answer, request);
    let mut headers = look.headers();
    headers.insert(header::DATE, date(request.now));
    insert(&mut headers, REQUEST_ID, request.id);
    insert(&mut headers, CLIENT_REQUEST_ID, request.client_id);
    if look.dialect == Some(Dialect::Direct) {
        insert(&mut headers, SP_REQUEST_GUID, request.id);
        // Milliseconds, which differ from one request to the next and are the same each time that it is repeated.
        let last = request.id.bytes().last().unwrap_or_default();
        headers.insert(DURATION, HeaderValue::from(20 + u16::from(last)));
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

/// All that decides which headers an answer has, and what the constant ones say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    dialect: Option<Dialect>,
    is_beta: bool,
    content_type: Option<ContentType>,
    deprecated: bool,
}

/// Written in as many ways as the service writes it: only the media type is to be relied upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ContentType {
    Error,
    Streamed,
    List,
}

impl Look {
    fn of(answer: &Answer, request: &Request<'_>) -> Self {
        let content_type = match answer.status {
            400.. => ContentType::Error,
            _ if answer.deprecated && request.method == "GET" => ContentType::List,
            _ => ContentType::Streamed,
        };
        Self {
            dialect: service::known_dialect_of(request.path),
            is_beta: request.path.starts_with("/beta"),
            content_type: answer.body.as_ref().map(|_| content_type),
            deprecated: answer.deprecated,
        }
    }

    /// A copy of the headers of this look. They are put together once: a copy is many times cheaper. What each answer has
    /// for itself is among them without a value, so that the copy has room for it.
    fn headers(self) -> HeaderMap {
        thread_local! {
            static KNOWN: RefCell<Vec<(Look, HeaderMap)>> = const { RefCell::new(Vec::new()) };
        }
        KNOWN.with_borrow_mut(|known| match known.iter().find(|(look, _)| *look == self) {
            Some((_, headers)) => headers.clone(),
            None => {
                let headers = self.put_together();
                known.push((self, headers.clone()));
                headers
            }
        })
    }

    fn put_together(self) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(20);
        let mut put = |name: HeaderName, value: &'static str| {
            headers.insert(name, HeaderValue::from_static(value));
        };
        if let Some(content_type) = self.content_type {
            put(header::CONTENT_TYPE, content_type.written(self.dialect));
        }
        put(header::CACHE_CONTROL, "no-store, no-cache");
        put(ODATA_VERSION, "4.0");
        for name in [header::DATE, REQUEST_ID, CLIENT_REQUEST_ID] {
            put(name, "");
        }
        match self.dialect {
            Some(Dialect::Graph) => {
                put(header::VARY, "Accept-Encoding");
                put(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
                put(
                    DIAGNOSTIC,
                    r#"{"ServerInfo":{"DataCenter":"North Europe","Slice":"E","Ring":"4","ScaleUnit":"001","RoleInstance":"DU6PEPF00000001"}}"#,
                );
                if self.deprecated {
                    put(
                        header::LINK,
                        if self.is_beta { changes!("beta" twice) } else { changes!("v1.0" twice) },
                    );
                    put(DEPRECATION, "Fri, 03 Sep 2021 23:59:59 GMT");
                    put(SUNSET, "Sun, 01 Oct 2023 23:59:59 GMT");
                }
            }
            Some(Dialect::Direct) => {
                put(SP_REQUEST_GUID, "");
                put(HEALTH_SCORE, "1");
                put(DURATION, "");
                put(SERVER_STATE, "ReadOnly=0");
            }
            _ => {}
        }
        headers
    }
}

impl ContentType {
    fn written(self, dialect: Option<Dialect>) -> &'static str {
        match (self, dialect) {
            (Self::Error, Some(Dialect::Direct)) => "application/json; charset=utf-8",
            (Self::Error, _) => "application/json",
            (_, Some(Dialect::Direct)) => {
                "application/json; odata.metadata=minimal; odata.streaming=true; IEEE754Compatible=false; charset=utf-8"
            }
            (Self::List, _) => {
                "application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8"
            }
            (Self::Streamed, _) => {
                "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
            }
        }
    }
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
