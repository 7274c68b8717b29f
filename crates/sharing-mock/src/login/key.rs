//! The key that the mock signs its tokens with, and what it publishes of it.
//!
//! The private key stands in the source for everybody to read. That is what makes starting quick and tokens the same
//! on each run, and it secures nothing: no service but this mock takes what it signs.

use std::sync::LazyLock;

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, crypto,
    jwk::{Jwk, JwkSet},
};
use serde::{Serialize, de::DeserializeOwned};

const PRIVATE_KEY: &str = include_str!("key.pem");

/// What a token's header calls the key.
pub(crate) const KEY_ID: &str = "sharing-mock";

struct Keys {
    sign: EncodingKey,
    verify: DecodingKey,
    published: Jwk,
}

/// Read when the first token is signed or seen, so that starting does not wait for it.
static KEYS: LazyLock<Option<Keys>> = LazyLock::new(|| {
    install();
    let sign = EncodingKey::from_rsa_pem(PRIVATE_KEY.as_bytes()).ok()?;
    let mut published = Jwk::from_encoding_key(&sign, Algorithm::RS256).ok()?;
    published.common.key_id = Some(KEY_ID.to_owned());
    let verify = DecodingKey::from_jwk(&published).ok()?;
    Some(Keys { sign, verify, published })
});

/// Names the cryptography, for where a program's other crates make `jsonwebtoken` know two. The first name given stays.
fn install() {
    let _ = crypto::aws_lc::DEFAULT_PROVIDER.install_default();
}

/// Signs claims of the mock's own.
pub(crate) fn sign(claims: &impl Serialize) -> Option<String> {
    let keys = KEYS.as_ref()?;
    let header = Header { kid: Some(KEY_ID.to_owned()), ..Header::new(Algorithm::RS256) };
    jsonwebtoken::encode(&header, claims, &keys.sign).ok()
}

/// What a token of the mock's own says, whenever that was.
pub(crate) fn verify<T: DeserializeOwned>(token: &str) -> Option<T> {
    read(token, &KEYS.as_ref()?.verify)
}

/// Whether a token says that the mock signed it.
pub(crate) fn is_own(token: &str) -> bool {
    token.starts_with("ey")
        && jsonwebtoken::decode_header(token).is_ok_and(|header| header.kid.as_deref() == Some(KEY_ID))
}

/// What a token says that the holder of a certificate's key signed.
pub(crate) fn verify_by<T: DeserializeOwned>(token: &str, certificate: &str) -> Option<T> {
    install();
    read(token, &DecodingKey::from_rsa_pem(certificate.as_bytes()).ok()?)
}

/// The signature alone is judged here: time is the space's, which this crate's users move.
fn read<T: DeserializeOwned>(token: &str, key: &DecodingKey) -> Option<T> {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.algorithms = vec![Algorithm::RS256, Algorithm::PS256];
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    Some(jsonwebtoken::decode(token, key, &validation).ok()?.claims)
}

/// The keys that the mock's tokens can be verified with.
pub(crate) fn published() -> JwkSet {
    JwkSet { keys: KEYS.iter().map(|keys| keys.published.clone()).collect() }
}

/// The names that a header may give a certificate: `x5t` and `x5t#S256`.
pub(crate) fn thumbprints(certificate: &str) -> Option<[String; 2]> {
    use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};

    let der = der(certificate)?;
    Some([&SHA1_FOR_LEGACY_USE_ONLY, &SHA256].map(|kind| BASE64URL_NOPAD.encode(digest(kind, &der).as_ref())))
}

/// The bytes of a certificate in PEM.
fn der(certificate: &str) -> Option<Vec<u8>> {
    let pem = pem::parse_many(certificate).ok()?.into_iter().find(|block| block.tag() == "CERTIFICATE")?;
    Some(pem.into_contents())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::application::Application;

    #[test]
    fn what_the_mock_signs_it_knows_again() {
        let token = sign(&json!({ "aud": "somebody", "exp": 1 })).unwrap();
        assert_eq!(token, sign(&json!({ "aud": "somebody", "exp": 1 })).unwrap());
        assert!(is_own(&token));
        assert_eq!(verify::<Value>(&token).unwrap()["aud"], "somebody");

        let mut forged = token.into_bytes();
        let last = forged.len() - 9;
        forged[last] = if forged[last] == b'A' { b'B' } else { b'A' };
        assert!(verify::<Value>(std::str::from_utf8(&forged).unwrap()).is_none());
        assert!(!is_own("any token") && !is_own("ey.J.no"));
    }

    #[test]
    fn the_published_key_is_public() {
        let keys = serde_json::to_value(published()).unwrap();
        assert_eq!((&keys["keys"][0]["kty"], &keys["keys"][0]["kid"]), (&json!("RSA"), &json!(KEY_ID)));
        assert!(keys["keys"][0].get("d").is_none());
    }

    #[test]
    fn a_certificate_has_two_names() {
        let names = thumbprints(&Application::daemon().certificates[0]).unwrap();
        assert_eq!(names.map(|name| name.len()), [27, 43]);
        assert!(thumbprints("nothing").is_none());
    }
}
