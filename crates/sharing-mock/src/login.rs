//! Where tokens come from: the login service that stands beside the sharing service.
//!
//! It knows the tenant's applications and people by its [`Realm`] and keeps nothing but the device codes that wait: what
//! it hands out is signed, and so known again.

mod assertion;
pub(crate) mod device;
mod discovery;
mod grant;
pub(crate) mod key;
mod refused;
mod requested;

use std::borrow::Cow;

use data_encoding::BASE64;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use self::{device::Devices, refused::Refused, requested::Requested};
use crate::{answer::Answer, application::Application, identifier, service::Request, token::PERSONAL_TENANT};

/// Somebody who can sign in.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use sharing_mock::{Application, MockServer, Waiting};
/// # let server = MockServer::start().await?;
/// # let url = format!("{}/contoso.com/oauth2/v2.0/devicecode", server.url());
/// # let asked = format!("client_id={}&scope=Files.Read", Application::console().id);
/// # reqwest::Client::new().post(url).body(asked).send().await?.error_for_status()?;
/// // Once the sample tenant's console has asked for a code:
/// let device = server.approve_device(&server.device_codes()[0].user_code, Some("ryan@contoso.com")).unwrap();
/// let Waiting::Approved(person) = device.state else { panic!("approved") };
/// assert_eq!(person.user_principal_name, "ryan@contoso.com");
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Person {
    /// The directory's object id.
    pub id: String,
    /// What people call them.
    pub display_name: String,
    /// What they sign in with, as in `nadia@contoso.com`.
    pub user_principal_name: String,
}

/// What of the tenant the login service knows.
pub(crate) struct Realm<'a> {
    /// The tenant's id.
    pub(crate) tenant: &'a str,
    /// Its domains, the first of which is its name.
    pub(crate) domains: &'a [&'a str],
    pub(crate) applications: &'a [Application],
    /// The person with an object id or a principal name.
    pub(crate) person: &'a dyn Fn(&str) -> Option<Person>,
    /// Who approves where nobody is named.
    pub(crate) me: Person,
}

impl Realm<'_> {
    fn domain(&self) -> &str {
        self.domains.first().copied().unwrap_or(self.tenant)
    }

    fn is_anybodys(&self, tenant: &str) -> bool {
        ["common", "organizations", "consumers", PERSONAL_TENANT]
            .iter()
            .any(|name| tenant.eq_ignore_ascii_case(name))
    }

    fn knows(&self, tenant: &str) -> bool {
        self.is_anybodys(tenant)
            || tenant.eq_ignore_ascii_case(self.tenant)
            || self.domains.iter().any(|domain| tenant.eq_ignore_ascii_case(domain))
    }

    /// The tenant of whoever signs in under a tenant's name.
    fn tenant_of_person(&self, tenant: &str) -> &str {
        let is_personal = ["consumers", PERSONAL_TENANT].iter().any(|name| tenant.eq_ignore_ascii_case(name));
        if is_personal { PERSONAL_TENANT } else { self.tenant }
    }

    fn application(&self, id: &str) -> Result<&Application, Refused> {
        let application = self.applications.iter().find(|known| known.id.eq_ignore_ascii_case(id));
        application.ok_or_else(|| Refused::application(id, self.domain()))
    }
}

/// The parameters of a request, and what its `Authorization` header says beside them.
struct Form {
    parameters: Vec<(String, String)>,
    basic: Option<(String, String)>,
}

impl Form {
    fn read(request: &Request<'_>) -> Self {
        let owned = |text: Cow<'_, str>| text.into_owned();
        let decoded = |text: &str| {
            // The standard has name and secret form-encoded before they are encoded for the header.
            let pair = form_urlencoded::parse(text.as_bytes()).next();
            pair.map_or_else(String::new, |(name, _)| name.into_owned())
        };
        let basic = request
            .header("authorization")
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"))
            .and_then(|(_, value)| BASE64.decode(value.trim().as_bytes()).ok())
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .and_then(|text| text.split_once(':').map(|(name, secret)| (decoded(name), decoded(secret))));
        let parameters =
            form_urlencoded::parse(request.body).map(|(name, value)| (owned(name), owned(value))).collect();
        Self { parameters, basic }
    }

    fn get(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(known, value)| known == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    fn need(&self, name: &str) -> Result<&str, Refused> {
        self.get(name).ok_or_else(|| Refused::missing(name))
    }

    fn client_id(&self) -> Result<String, Refused> {
        let in_header = self.basic.as_ref().map(|(id, _)| id.as_str());
        Ok(in_header.map_or_else(|| self.need("client_id"), Ok)?.to_owned())
    }

    fn secret(&self) -> Option<&str> {
        let in_header = self.basic.as_ref().map(|(_, secret)| secret.as_str());
        in_header.or_else(|| self.get("client_secret"))
    }
}

/// What a path of the login service is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place<'a> {
    Token {
        tenant: &'a str,
    },
    DeviceCode {
        tenant: &'a str,
    },
    Configuration {
        tenant: &'a str,
        version: discovery::Version,
    },
    Keys {
        tenant: &'a str,
    },
    /// Which names the login service has, for libraries that ask before they trust one.
    Instances,
}

impl<'a> Place<'a> {
    /// What a path is for, if it is the login service's.
    pub(crate) fn of(path: &'a str) -> Option<Self> {
        use discovery::Version::{V1, V2};

        // In place: each request to the service is seen to be none of these.
        let (mut segments, mut count) = ([""; 5], 0);
        for segment in path.trim_start_matches('/').splitn(5, '/') {
            segments[count] = segment;
            count += 1;
        }
        Some(match &segments[..count] {
            ["common", "discovery", "instance"] => Self::Instances,
            [tenant, "oauth2", "v2.0", "token"] => Self::Token { tenant },
            [tenant, "oauth2", "v2.0", "devicecode"] => Self::DeviceCode { tenant },
            [tenant, "v2.0", ".well-known", "openid-configuration"] => {
                Self::Configuration { tenant, version: V2 }
            }
            [tenant, ".well-known", "openid-configuration"] => Self::Configuration { tenant, version: V1 },
            [tenant, "discovery", "v2.0", "keys"] | [tenant, "discovery", "keys"] => Self::Keys { tenant },
            _ => return None,
        })
    }
}

/// The login service's state: how many tokens it has handed out, and which codes wait.
#[derive(Debug, Default)]
pub(crate) struct Login {
    /// Distinguishes this space's identifiers from another seed's.
    seed: u64,
    given: u64,
    pub(crate) devices: Devices,
}

impl Login {
    pub(crate) fn new(seed: u64, approve_after: Option<u32>) -> Self {
        Self { seed, given: 0, devices: Devices::new(approve_after) }
    }

    /// A name that this login service gives once.
    fn next(&mut self, what: &str) -> Uuid {
        self.given = self.given.saturating_add(1);
        name_of(what, &format!("{} {}", self.seed, self.given))
    }

    /// Answers a request to a path of the login service.
    pub(crate) fn answer(&mut self, request: &Request<'_>, place: Place<'_>, realm: &Realm<'_>) -> Answer {
        let outcome = match place {
            Place::Token { tenant } => {
                posted(request, tenant, realm).and_then(|()| self.token(request, tenant, realm))
            }
            Place::DeviceCode { tenant } => {
                posted(request, tenant, realm).and_then(|()| self.device_code(request, tenant, realm))
            }
            Place::Configuration { tenant, version } => {
                known(tenant, realm).map(|()| version.configuration(request.origin, tenant, realm.tenant))
            }
            Place::Keys { tenant } => known(tenant, realm).map(|()| json!(key::published())),
            Place::Instances => Ok(discovery::instances(request.origin)),
        };
        let answer = match outcome {
            Ok(body) => Answer::ok(body),
            Err(refused) => refused.answer(request),
        };
        answer
            .with("content-type", "application/json; charset=utf-8")
            .with("x-ms-request-id", request.id)
            .with("pragma", "no-cache")
    }

    fn device_code(
        &mut self,
        request: &Request<'_>,
        tenant: &str,
        realm: &Realm<'_>,
    ) -> Result<Value, Refused> {
        let form = Form::read(request);
        let application = realm.application(&form.client_id()?)?;
        let requested = Requested::delegated(form.need("scope")?, application, request, realm)?;
        let name = self.next("device");
        let (code, device) = self.devices.begin(name, &application.id, requested, tenant, request.now);
        let uri = format!("{}/_mock/#sign-in", request.origin);
        Ok(json!({
            "user_code": device.user_code,
            "device_code": code,
            "verification_uri": uri,
            "expires_in": device::LIFETIME,
            "interval": device::INTERVAL,
            "message": format!(
                "To sign in, use a web browser to open the page {uri} and enter the code {} to authenticate.",
                device.user_code
            ),
        }))
    }
}

fn posted(request: &Request<'_>, tenant: &str, realm: &Realm<'_>) -> Result<(), Refused> {
    if !request.method.eq_ignore_ascii_case("POST") {
        return Err(Refused::method(request.method));
    }
    known(tenant, realm)
}

fn known(tenant: &str, realm: &Realm<'_>) -> Result<(), Refused> {
    if realm.knows(tenant) { Ok(()) } else { Err(Refused::tenant(tenant)) }
}

/// The id of a thing of the login service's, by its name.
fn name_of(what: &str, name: &str) -> Uuid {
    identifier::guid(&format!("{what} {name}"))
}

#[cfg(test)]
pub(crate) mod tests;
