//! `ClientCertificate`: an application that signs in with the key of a certificate.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, crypto};
use oauth2::Scope;
use pem::Pem;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    authority::Authority,
    login::{Login, patiently, token_of},
    sign_in_error::SignInError,
};
use crate::{AccessToken, TokenFuture, TokenSource};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How long an assertion is good for, in seconds: the service advises five to ten minutes.
const LIFETIME: u64 = 600;

/// An application that signs in with the key of a certificate, in its own name. The key stays here: what goes out is a
/// statement signed with it, good for ten minutes.
///
/// Protocol: `grant_type=client_credentials` with `client_assertion` at `/{tenant}/oauth2/v2.0/token`.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sharing_http::{Authority, Client, ClientCertificate, Endpoint};
/// # use sharing_mock::{Application, AuthMode, MockServer};
/// # let server = MockServer::builder().auth(AuthMode::Strict).start().await?;
/// # let (login, id) = (server.url(), Application::daemon().id);
/// # let pem = format!("{}{}", Application::daemon().certificates[0], Application::daemon_key()).into();
///
/// let endpoint = Endpoint::new(server.url())?;
/// let authority = Authority::at(login, "contoso.com")?.endpoint(&endpoint);
/// let credential = ClientCertificate::new(authority, &id, &pem)?;
/// let client = Client::builder().endpoint(endpoint).credential(credential).build()?;
/// assert!(client.item(&"/users/nadia@contoso.com/drive/root".parse()?).get().await?.is_folder());
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct ClientCertificate {
    login: Login,
    /// Shows nothing of itself.
    key: EncodingKey,
    header: Header,
}

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    aud: String,
    iss: String,
    sub: String,
    jti: String,
    nbf: u64,
    iat: u64,
    exp: u64,
}

impl ClientCertificate {
    /// An application, by its client id, with a certificate that it has and the certificate's RSA key: both in PEM, in
    /// one text and in any order. Of several certificates the first counts.
    ///
    /// # Errors
    ///
    /// When the text has no certificate or no key that can be used, when the two do not belong together, when the client
    /// id is empty, or when TLS or proxy settings cannot be used.
    ///
    /// ```
    /// use sharing_http::{Authority, ClientCertificate, Cloud};
    ///
    /// let authority = Authority::new(Cloud::Global, "contoso.com")?;
    /// let error = ClientCertificate::new(authority, "a client id", &"no PEM".into()).unwrap_err();
    /// assert!(error.to_string().contains("no certificate"));
    /// # Ok::<(), sharing_http::AuthorityError>(())
    /// ```
    pub fn new(authority: Authority, client_id: &str, pem: &SecretString) -> Result<Self, SignInError> {
        // Names the cryptography, for where a program's other crates make `jsonwebtoken` know two.
        let _ = crypto::aws_lc::DEFAULT_PROVIDER.install_default();
        let blocks = pem::parse_many(pem.expose_secret())
            .map_err(|_| SignInError::setup("the certificate and its key are no PEM"))?;
        let find = |is_it: &dyn Fn(&str) -> bool| blocks.iter().find(|block| is_it(block.tag()));

        let certificate = find(&|tag| tag == "CERTIFICATE")
            .ok_or_else(|| SignInError::setup("there is no certificate in the PEM"))?;
        let key = match find(&|tag| matches!(tag, "PRIVATE KEY" | "RSA PRIVATE KEY")) {
            Some(key) => key,
            None if find(&|tag| tag == "ENCRYPTED PRIVATE KEY").is_some() => {
                let why =
                    "the certificate's key is encrypted; write it without a password, as by openssl pkey";
                return Err(SignInError::setup(why));
            }
            None => return Err(SignInError::setup("there is no private key in the PEM")),
        };
        let thumbprint = BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, certificate.contents()));
        let header = Header { x5t_s256: Some(thumbprint), ..Header::new(Algorithm::PS256) };
        let key = signing_key(key)?;
        check(&key, &header, certificate)?;
        Ok(Self { login: Login::new(authority, client_id)?, key, header })
    }

    /// The statement that the application makes about itself.
    fn assertion(&self) -> Result<String, SignInError> {
        // Of the machine's clock, which the login service judges by.
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
        let claims = Claims {
            aud: self.login.authority.place("token").into(),
            iss: self.login.client_id.clone(),
            sub: self.login.client_id.clone(),
            jti: Uuid::new_v4().to_string(),
            nbf: now,
            iat: now,
            exp: now.saturating_add(LIFETIME),
        };
        jsonwebtoken::encode(&self.header, &claims, &self.key).map_err(|_| {
            SignInError::setup("the certificate's key signs nothing; RSA keys of 2048 bits or more do")
        })
    }

    async fn ask(&self) -> Result<AccessToken, SignInError> {
        let assertion = SecretString::from(self.assertion()?);
        let scope = Scope::new(self.login.authority.default_scope());
        let secrets = [&assertion];
        let wire = self.login.wire(&secrets);
        let request = self
            .login
            .oauth
            .exchange_client_credentials()
            .add_scope(scope)
            .add_extra_param("client_assertion_type", ASSERTION_TYPE)
            .add_extra_param("client_assertion", assertion.expose_secret());
        match request.request_async(&wire).await {
            Ok(answer) => Ok(token_of(&answer)),
            Err(error) => Err(SignInError::of(error, wire.heard())),
        }
    }
}

fn signing_key(key: &Pem) -> Result<EncodingKey, SignInError> {
    let text = SecretString::from(pem::encode(key));
    EncodingKey::from_rsa_pem(text.expose_secret().as_bytes())
        .map_err(|_| SignInError::setup("the certificate's key is no RSA key; the service takes no other"))
}

/// Whether the key is the certificate's: what one signs, the other verifies.
fn check(key: &EncodingKey, header: &Header, certificate: &Pem) -> Result<(), SignInError> {
    let no = |why| SignInError::setup(why);
    let public = DecodingKey::from_rsa_pem(pem::encode(certificate).as_bytes())
        .map_err(|_| no("the certificate is not one of an RSA key; the service takes no other"))?;
    let signed = jsonwebtoken::encode(header, &serde_json::json!({}), key)
        .map_err(|_| no("the certificate's key signs nothing; RSA keys of 2048 bits or more do"))?;
    let mut signature = Validation::new(Algorithm::PS256);
    signature.required_spec_claims.clear();
    signature.validate_exp = false;
    match jsonwebtoken::decode::<serde_json::Value>(&signed, &public, &signature) {
        Ok(_) => Ok(()),
        Err(_) => Err(no("the private key is not the certificate's")),
    }
}

impl TokenSource for ClientCertificate {
    fn token(&self) -> TokenFuture<'_> {
        Box::pin(async { Ok(patiently(|| self.ask()).await?) })
    }
}
