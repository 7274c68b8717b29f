//! The token endpoint: who asks, whether that is proven, and the token for it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Form, Login, Person, Realm, assertion, key, refused::Refused, requested::Requested};
use crate::{
    application::Application,
    service::Request,
    token::{self, Claims},
};

/// How long a token is good for, in seconds.
const LIFETIME: i64 = 3_599;
/// Tokens are dated back by this many seconds, for clocks that are late.
const DATED_BACK: i64 = 300;
/// How long a refresh token is good for, in seconds.
const REFRESH_LIFETIME: i64 = 90 * 86_400;

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// What a refresh token says. It is signed and not remembered: the service, too, takes an older one of them again.
#[derive(Debug, Serialize, Deserialize)]
struct Refresh {
    refresh_for: String,
    person: Person,
    requested: Requested,
    tenant: String,
    iat: i64,
    number: String,
}

/// How an application has proven itself, as the claim `appidacr` has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    Nothing,
    Secret,
    Certificate,
}

impl Proof {
    const fn claim(self) -> &'static str {
        match self {
            Self::Nothing => "0",
            Self::Secret => "1",
            Self::Certificate => "2",
        }
    }
}

/// A request for a token: which application asks for it, of which tenant, and with what.
#[derive(Clone, Copy)]
struct Asking<'a> {
    form: &'a Form,
    application: &'a Application,
    request: &'a Request<'a>,
    tenant: &'a str,
    realm: &'a Realm<'a>,
}

impl Login {
    pub(super) fn token(
        &mut self,
        request: &Request<'_>,
        tenant: &str,
        realm: &Realm<'_>,
    ) -> Result<Value, Refused> {
        let form = Form::read(request);
        let grant = form.need("grant_type")?;
        let application = realm.application(&form.client_id()?)?;
        let asking = Asking { form: &form, application, request, tenant, realm };
        match grant {
            "client_credentials" => self.of_application(asking),
            // Older libraries leave the URN's beginning out.
            DEVICE_CODE | "device_code" => self.of_device(asking),
            "refresh_token" => self.refreshed(asking),
            other => Err(Refused::grant_type(other)),
        }
    }

    fn of_application(&mut self, asking: Asking<'_>) -> Result<Value, Refused> {
        let Asking { form, application, request, tenant, realm } = asking;
        if realm.is_anybodys(tenant) {
            return Err(Refused::no_tenant());
        }
        let proof = asking.prove()?;
        if proof == Proof::Nothing {
            return Err(Refused::no_proof());
        }
        let audience = Requested::of_application(form.need("scope")?, request, realm)?;
        let principal = super::name_of("service principal", &application.id).to_string();
        let claims = Claims {
            roles: Some(application.roles.clone()),
            idtyp: "app".to_owned(),
            oid: principal,
            ..self.claims(asking, proof, audience, realm.tenant)
        };
        Ok(json!({
            "token_type": "Bearer",
            "expires_in": LIFETIME,
            "ext_expires_in": LIFETIME,
            "access_token": key::sign(&claims),
        }))
    }

    fn of_device(&mut self, asking: Asking<'_>) -> Result<Value, Refused> {
        let Asking { form, application, request, realm, .. } = asking;
        let proof = asking.prove_for_person()?;
        let code = match form.get("device_code") {
            Some(code) => code,
            None => form.need("code").map_err(|_| Refused::missing("device_code"))?,
        };
        let redeemed = self.devices.poll(code, &application.id, &realm.me, request.now)?;
        let asking = Asking { tenant: &redeemed.tenant, ..asking };
        self.of_person(asking, proof, &redeemed.person, redeemed.requested)
    }

    /// The claims that each token has.
    fn claims(&mut self, asking: Asking<'_>, proof: Proof, audience: String, tenant: &str) -> Claims {
        let Asking { application, request, .. } = asking;
        let second = request.now.as_second();
        Claims {
            aud: audience,
            iss: format!("https://sts.windows.net/{tenant}/"),
            iat: second - DATED_BACK,
            nbf: second - DATED_BACK,
            exp: second + LIFETIME,
            app_displayname: application.display_name.clone(),
            appid: application.id.clone(),
            appidacr: proof.claim().to_owned(),
            tid: tenant.to_owned(),
            uti: self.next("token").to_string(),
            ver: "1.0".to_owned(),
            ..Claims::default()
        }
    }

    fn of_person(
        &mut self,
        asking: Asking<'_>,
        proof: Proof,
        person: &Person,
        requested: Requested,
    ) -> Result<Value, Refused> {
        let Asking { application, request, tenant, realm, .. } = asking;
        let tid = realm.tenant_of_person(tenant);
        let claims = Claims {
            scp: Some(requested.scopes.join(" ")),
            idtyp: "user".to_owned(),
            oid: person.id.clone(),
            name: Some(person.display_name.clone()),
            upn: Some(person.user_principal_name.clone()),
            unique_name: Some(person.user_principal_name.clone()),
            ..self.claims(asking, proof, requested.resource.clone(), tid)
        };
        let mut answer = Map::new();
        answer.insert("token_type".to_owned(), "Bearer".into());
        answer.insert("scope".to_owned(), requested.granted().into());
        answer.insert("expires_in".to_owned(), LIFETIME.into());
        answer.insert("ext_expires_in".to_owned(), LIFETIME.into());
        answer.insert("access_token".to_owned(), key::sign(&claims).into());
        if requested.asks_for("openid") {
            let id = json!({
                "aud": application.id,
                "iss": format!("{}/{tid}/v2.0", request.origin),
                "iat": claims.iat,
                "nbf": claims.nbf,
                "exp": claims.exp,
                "name": person.display_name,
                "oid": person.id,
                "preferred_username": person.user_principal_name,
                "sub": super::name_of(&application.id, &person.id).to_string(),
                "tid": tid,
                "uti": claims.uti,
                "ver": "2.0",
            });
            answer.insert("id_token".to_owned(), key::sign(&id).into());
        }
        if requested.asks_for("offline_access") {
            let refresh = Refresh {
                refresh_for: application.id.clone(),
                person: person.clone(),
                requested,
                tenant: tenant.to_owned(),
                iat: request.now.as_second(),
                number: self.next("refresh token").to_string(),
            };
            answer.insert("refresh_token".to_owned(), key::sign(&refresh).into());
        }
        Ok(answer.into())
    }

    fn refreshed(&mut self, asking: Asking<'_>) -> Result<Value, Refused> {
        let Asking { form, application, request, realm, .. } = asking;
        let proof = asking.prove_for_person()?;
        let refresh: Refresh =
            key::verify(form.need("refresh_token")?).ok_or_else(Refused::refresh_malformed)?;
        if refresh.refresh_for != application.id {
            return Err(Refused::refresh_malformed());
        }
        let issued = Timestamp::from_second(refresh.iat).map_err(|_| Refused::refresh_malformed())?;
        if request.now.as_second() >= refresh.iat.saturating_add(REFRESH_LIFETIME) {
            return Err(Refused::refresh_expired(issued));
        }
        // Who has left the tenant since gets no token any more.
        let person = (realm.person)(&refresh.person.id).ok_or_else(|| Refused::user(&refresh.person.id))?;
        let requested = match form.get("scope") {
            None => refresh.requested,
            Some(scope) => {
                let mut asked = Requested::delegated(scope, application, request, realm)?;
                // The next refresh token comes without asking for it again.
                asked.signing_in.extend(refresh.requested.signing_in);
                asked.signing_in.sort_unstable();
                asked.signing_in.dedup();
                asked
            }
        };
        self.of_person(Asking { tenant: &refresh.tenant, ..asking }, proof, &person, requested)
    }
}

impl Asking<'_> {
    /// For a person's token a public application need not prove itself; a confidential one must.
    fn prove_for_person(&self) -> Result<Proof, Refused> {
        let proof = self.prove()?;
        if proof == Proof::Nothing && !self.application.is_public() {
            return Err(Refused::confidential());
        }
        Ok(proof)
    }

    fn prove(&self) -> Result<Proof, Refused> {
        let Asking { form, application, request, .. } = *self;
        if let Some(assertion) = form.get("client_assertion") {
            if application.is_public() {
                return Err(Refused::public());
            }
            if form.need("client_assertion_type")? != assertion::TYPE {
                return Err(Refused::assertion_type());
            }
            assertion::verify(assertion, application, &self.audiences(), request.now)?;
            return Ok(Proof::Certificate);
        }
        let Some(secret) = form.secret() else { return Ok(Proof::Nothing) };
        if application.is_public() {
            return Err(Refused::public());
        }
        if application.secrets.iter().any(|known| known.expose() == secret) {
            return Ok(Proof::Secret);
        }
        Err(Refused::secret(&application.id))
    }

    /// For whom an assertion may be: this endpoint or this tenant, by any of their names.
    fn audiences(&self) -> Vec<String> {
        let hosts = [self.request.origin].into_iter().chain(token::LOGIN_HOSTS);
        let names = [self.tenant, self.realm.tenant];
        hosts
            .flat_map(|host| names.map(|tenant| (host, tenant)))
            .flat_map(|(host, tenant)| {
                ["oauth2/v2.0/token", "v2.0", ""].map(|path| format!("{host}/{tenant}/{path}"))
            })
            .collect()
    }
}
