//! What an application proves itself with instead of a secret: a statement signed with its certificate's key.

use jiff::Timestamp;
use serde::Deserialize;

use super::{key, refused::Refused};
use crate::application::Application;

pub(crate) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Clocks may differ by this many seconds.
const LEEWAY: i64 = 300;

#[derive(Debug, Deserialize)]
struct Claims {
    #[serde(default)]
    aud: Audience,
    iss: Option<String>,
    sub: Option<String>,
    jti: Option<String>,
    exp: Option<i64>,
    nbf: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Default for Audience {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl Audience {
    fn is_any_of(&self, accepted: &[String]) -> bool {
        match self {
            Self::One(one) => accepted.contains(one),
            Self::Many(many) => many.iter().any(|one| accepted.contains(one)),
        }
    }
}

/// Verifies an assertion: whose key signed it, whom it is about, for whom it is, and when.
///
/// An assertion's `jti` must be there, but may come again: well-known clients send one assertion several times.
pub(crate) fn verify(
    assertion: &str,
    application: &Application,
    audiences: &[String],
    now: Timestamp,
) -> Result<(), Refused> {
    let header = jsonwebtoken::decode_header(assertion)
        .map_err(|error| Refused::assertion_malformed(&format!("the header cannot be read, {error}")))?;
    let thumbprint = header.x5t_s256.as_deref().or(header.x5t.as_deref()).or(header.kid.as_deref());
    let certificate = application
        .certificates
        .iter()
        .find(|certificate| {
            let known = key::thumbprints(certificate);
            known.is_some_and(|known| known.iter().any(|known| Some(known.as_str()) == thumbprint))
        })
        .ok_or_else(|| Refused::assertion_key(thumbprint))?;
    let claims: Claims = key::verify_by(assertion, certificate).ok_or_else(Refused::assertion_signature)?;

    let is_about = |claim: &Option<String>| {
        claim.as_ref().is_some_and(|claim| claim.eq_ignore_ascii_case(&application.id))
    };
    if !is_about(&claims.iss) || !is_about(&claims.sub) {
        return Err(Refused::assertion_issuer());
    }
    if !claims.aud.is_any_of(audiences) {
        return Err(Refused::assertion_audience());
    }
    if claims.jti.is_none_or(|jti| jti.is_empty()) {
        return Err(Refused::assertion_malformed("it has no 'jti'"));
    }
    let until = claims.exp.ok_or_else(|| Refused::assertion_malformed("it has no 'exp'"))?;
    let from = claims.nbf.unwrap_or(i64::MIN);
    let second = now.as_second();
    if second >= until.saturating_add(LEEWAY) || second < from.saturating_sub(LEEWAY) {
        let at = |second| Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
        return Err(Refused::assertion_time(now, at(from), at(until)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{Algorithm, EncodingKey, Header};
    use serde_json::{Value, json};

    use super::*;

    const AUDIENCE: &str = "http://127.0.0.1:1/contoso.com/oauth2/v2.0/token";

    fn now() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }

    fn claims() -> Value {
        let id = Application::daemon().id;
        let now = now().as_second();
        json!({ "aud": AUDIENCE, "iss": id, "sub": id, "jti": "1", "nbf": now, "exp": now + 600 })
    }

    fn thumbprint() -> Option<String> {
        let [_, sha256] = key::thumbprints(&Application::daemon().certificates[0]).unwrap();
        Some(sha256)
    }

    fn judge(x5t_s256: Option<String>, claims: &Value) -> Result<(), Refused> {
        let signing = EncodingKey::from_rsa_pem(Application::daemon_key().as_bytes()).unwrap();
        let header = Header { x5t_s256, ..Header::new(Algorithm::PS256) };
        let assertion = jsonwebtoken::encode(&header, claims, &signing).unwrap();
        verify(&assertion, &Application::daemon(), &[AUDIENCE.to_owned()], now())
    }

    fn with(name: &str, value: Value) -> Value {
        let mut claims = claims();
        claims[name] = value;
        claims
    }

    #[test]
    fn a_proper_assertion_is_proof() {
        judge(thumbprint(), &claims()).unwrap();
        judge(thumbprint(), &with("aud", json!(["elsewhere", AUDIENCE]))).unwrap();
    }

    #[test]
    fn each_claim_counts() {
        let now = now().as_second();
        for (changed, rule) in [
            (with("iss", json!("somebody else")), "AADSTS700021"),
            (with("sub", json!("somebody else")), "AADSTS700021"),
            (with("aud", json!("elsewhere")), "AADSTS700023"),
            (with("jti", json!("")), "AADSTS50027"),
            (with("exp", Value::Null), "AADSTS50027"),
            (with("exp", json!(now - LEEWAY)), "AADSTS700024"),
            (with("nbf", json!(now + LEEWAY + 1)), "AADSTS700024"),
        ] {
            assert_eq!(judge(thumbprint(), &changed).unwrap_err().rule, rule, "{changed}");
        }
    }

    #[test]
    fn the_key_must_be_a_known_one() {
        assert_eq!(judge(None, &claims()).unwrap_err().rule, "AADSTS700027");
        assert_eq!(judge(Some("unknown".to_owned()), &claims()).unwrap_err().rule, "AADSTS700027");

        // Signed with another key than the certificate that it names.
        let [_, sha256] = key::thumbprints(&Application::daemon().certificates[0]).unwrap();
        let signing = EncodingKey::from_rsa_pem(include_bytes!("key.pem")).unwrap();
        let header = Header { x5t_s256: Some(sha256), ..Header::new(Algorithm::RS256) };
        let forged = jsonwebtoken::encode(&header, &claims(), &signing).unwrap();
        let refused = verify(&forged, &Application::daemon(), &[AUDIENCE.to_owned()], now()).unwrap_err();
        assert_eq!(refused, Refused::assertion_signature());

        let refused = verify("no token", &Application::daemon(), &[], now()).unwrap_err();
        assert_eq!(refused.rule, "AADSTS50027");
    }
}
