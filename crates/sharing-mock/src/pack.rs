//! Answers packed by gzip, for whoever asks for them so. Nobody else pays for it.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use hyper::{
    HeaderMap,
    body::Bytes,
    header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderValue},
};

/// Below so many bytes, packing makes nothing smaller that matters.
const LEAST: usize = 1024;

/// Packs a body that is long enough where the request takes it packed, and says so among the answer's headers.
pub(crate) fn pack(asked: &HeaderMap, headers: &mut HeaderMap, body: Bytes) -> Bytes {
    if body.len() < LEAST || !takes_gzip(asked) {
        return body;
    }
    let mut packed = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    // What is written into memory does not fail.
    let Ok(packed) = packed.write_all(&body).and_then(|()| packed.finish()) else { return body };
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    packed.into()
}

/// Whether `Accept-Encoding` names gzip, or anything, and does not say that it is the last thing wanted: `gzip;q=0`.
fn takes_gzip(asked: &HeaderMap) -> bool {
    let named = asked.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    named.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = weight.split_once('=').is_some_and(|(_, q)| q.trim().parse::<f32>() == Ok(0.0));
        matches!(name.trim().to_ascii_lowercase().as_str(), "gzip" | "*") && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_asks_for_it_gets_it_packed() {
        for (value, takes) in [
            ("gzip", true),
            ("deflate, GZIP;q=0.5, br", true),
            ("*", true),
            ("gzip;q=0", false),
            ("gzip; q=0.0, br", false),
            ("br", false),
            ("", false),
        ] {
            let asked = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))]);
            assert_eq!(takes_gzip(&asked), takes, "{value}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
