//! Signing in, as an application and as a person.

use hyper::HeaderMap;
use jiff::Timestamp;

use super::*;
use crate::token::{AuthMode, Claims, authorize};

const ORIGIN: &str = "http://127.0.0.1:4000";
const TENANT: &str = "5b0f7c1e-4a2d-4e63-9c58-0d1f6a3b7e92";
const GRAPH: &str = "https://graph.microsoft.com/.default";

/// Lets a test ask as of a moment, with a body, in a realm like the sample tenant's.
pub(crate) fn asked_at<T>(second: i64, body: &[u8], ask: impl FnOnce(&Request<'_>, &Realm<'_>) -> T) -> T {
    let nadia = Person {
        id: "9D1B6C0E".to_owned(),
        display_name: "Nadia Okafor".to_owned(),
        user_principal_name: "nadia@contoso.com".to_owned(),
    };
    let realm = Realm {
        tenant: TENANT,
        domains: &["contoso.com", "contoso.onmicrosoft.com"],
        applications: &[Application::daemon(), Application::auditor(), Application::console()],
        person: &|name| (name == nadia.id).then(|| nadia.clone()),
        me: nadia.clone(),
    };
    let request = Request {
        method: "POST",
        path: "",
        query: None,
        origin: ORIGIN,
        headers: &HeaderMap::new(),
        body,
        id: "the request",
        client_id: "the client's name for it",
        now: Timestamp::from_second(1_800_000_000 + second).unwrap(),
        in_batch: false,
        stale: None,
    };
    ask(&request, &realm)
}

pub(crate) fn asked<T>(body: &[u8], ask: impl FnOnce(&Request<'_>, &Realm<'_>) -> T) -> T {
    asked_at(0, body, ask)
}

fn post(login: &mut Login, second: i64, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let answer = asked_at(second, body.as_bytes(), |request, realm| {
        login.answer(request, Place::of(path).unwrap(), realm)
    });
    (answer.status, serde_json::from_str(&answer.body.unwrap()).unwrap())
}

fn token(login: &mut Login, second: i64, form: &[(&str, &str)]) -> (u16, Value) {
    post(login, second, "/contoso.com/oauth2/v2.0/token", form)
}

fn claims(answer: &Value, name: &str) -> Value {
    key::verify(answer[name].as_str().unwrap()).unwrap()
}

fn daemon(secret: &str, change: (&str, &str)) -> Vec<(String, String)> {
    let id = Application::daemon().id;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", id.as_str()),
        ("client_secret", secret),
        ("scope", GRAPH),
    ];
    let changed = |(name, value): (&str, &str)| {
        let value = if name == change.0 { change.1 } else { value };
        (name.to_owned(), value.to_owned())
    };
    form.into_iter().map(changed).filter(|(_, value)| !value.is_empty()).collect()
}

fn ask(login: &mut Login, form: &[(String, String)]) -> (u16, Value) {
    let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    token(login, 0, &form)
}

fn secret() -> String {
    Application::daemon().secrets[0].expose().to_owned()
}

#[test]
fn an_application_gets_a_token_of_its_own() {
    let form = daemon(&secret(), ("", ""));
    let (status, answer) = ask(&mut Login::default(), &form);
    assert_eq!((status, &answer["expires_in"]), (200, &json!(3599)));
    let claims: Claims = serde_json::from_value(claims(&answer, "access_token")).unwrap();
    assert_eq!((claims.aud.as_str(), claims.idtyp.as_str()), ("https://graph.microsoft.com", "app"));
    assert_eq!(claims.roles, Some(Application::daemon().roles));
    assert_eq!((claims.scp, claims.exp), (None, 1_800_003_599));
    assert!(answer.get("refresh_token").is_none());

    // The same seed and the same requests give the same bytes, and no two tokens are the same.
    let mut again = Login::default();
    assert_eq!(ask(&mut again, &form).1, answer);
    assert_ne!(ask(&mut again, &form).1, answer);
}

#[test]
fn refusals_are_the_service_s() {
    let mut shown = String::new();
    for (secret, change) in [
        ("wrong", ("", "")),
        ("", ("", "")),
        (&*secret(), ("grant_type", "")),
        (&*secret(), ("grant_type", "password")),
        (&*secret(), ("client_id", "")),
        (&*secret(), ("client_id", "nobody")),
        (&*secret(), ("client_id", &*Application::console().id)),
        (&*secret(), ("scope", "Files.Read.All")),
        (&*secret(), ("scope", "https://example.com/.default")),
    ] {
        let (status, answer) = ask(&mut Login::default(), &daemon(secret, change));
        let (error, description) = (&answer["error"], &answer["error_description"]);
        shown.push_str(&format!(
            "{status} {}\n  {}\n",
            error.as_str().unwrap(),
            description.as_str().unwrap()
        ));
    }
    let (_, whole) = ask(&mut Login::default(), &daemon("wrong", ("", "")));
    let unknown = post(&mut Login::default(), 0, "/fabrikam.com/oauth2/v2.0/token", &[]).1;
    let anybodys: Vec<_> = daemon(&secret(), ("", ""));
    let anybodys: Vec<_> = anybodys.iter().map(|(name, value)| (&**name, &**value)).collect();
    let anybodys = post(&mut Login::default(), 0, "/common/oauth2/v2.0/token", &anybodys).1;
    for answer in [whole, unknown, anybodys] {
        shown.push_str(&serde_json::to_string_pretty(&answer).unwrap());
        shown.push('\n');
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn a_person_s_token_is_refreshed_as_often_as_needed() {
    let mut login = Login::new(1, Some(0));
    let id = Application::console().id;
    let scope = "Files.ReadWrite offline_access openid";
    let form = [("client_id", id.as_str()), ("scope", scope)];
    let (_, device) = post(&mut login, 0, "/common/oauth2/v2.0/devicecode", &form);
    assert_eq!((&device["interval"], &device["expires_in"]), (&json!(5), &json!(900)));
    let code = device["device_code"].as_str().unwrap();
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    let form = [("grant_type", grant), ("client_id", &*id), ("device_code", code)];
    let (status, first) = token(&mut login, 0, &form);
    assert_eq!((status, &first["scope"]), (200, &json!("Files.ReadWrite offline_access openid")));
    let access = claims(&first, "access_token");
    assert_eq!((&access["scp"], &access["upn"]), (&json!("Files.ReadWrite"), &json!("nadia@contoso.com")));
    assert_eq!(claims(&first, "id_token")["aud"], json!(id));

    let refresh = |login: &mut Login, second, token_before: &Value, scope| {
        let given = token_before["refresh_token"].as_str().unwrap_or("none");
        let mut form = vec![("grant_type", "refresh_token"), ("client_id", &*id), ("refresh_token", given)];
        form.extend(scope);
        token(login, second, &form)
    };
    let (status, second) = refresh(&mut login, 3_000, &first, None);
    assert_eq!(status, 200);
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_eq!(claims(&second, "access_token")["exp"], json!(1_800_006_599));
    // The service takes the older one again, too.
    let fewer = Some(("scope", "Files.Read"));
    assert_eq!(
        refresh(&mut login, 3_001, &first, fewer).1["scope"],
        json!("Files.Read offline_access openid")
    );

    let ninety_days = 90 * 86_400;
    let (status, expired) = refresh(&mut login, ninety_days, &first, None);
    assert_eq!((status, &expired["error_codes"]), (400, &json!([700_082])));
    // An access token refreshes nothing.
    let access = json!({ "refresh_token": first["access_token"] });
    assert_eq!(refresh(&mut login, 0, &access, None).1["error"], json!("invalid_grant"));
}

#[test]
fn a_token_says_who_asks() {
    let access = {
        let (_, answer) = ask(&mut Login::default(), &daemon(&secret(), ("", "")));
        answer["access_token"].as_str().unwrap().to_owned()
    };
    let judge = |token: &str, mode, dialect, second| {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", format!("Bearer {token}").parse().unwrap());
        asked_at(second, b"", |request, _| {
            authorize(&Request { headers: &headers, ..*request }, mode, dialect)
        })
    };
    let message =
        |outcome: Result<crate::token::Caller, crate::refusal::Refusal>| outcome.unwrap_err().reason;
    use sharing_model::{
        ActionKind,
        Dialect::{Direct, Graph},
        TokenKind,
    };

    let caller = judge(&access, AuthMode::Strict, Graph, 0).unwrap();
    assert_eq!((caller.kind, caller.person.as_deref()), (TokenKind::Application, None));
    assert!(caller.permit(ActionKind::Invite).is_ok());
    // Without being strict, too, a token of this login says who asks and when it ends.
    assert_eq!(judge(&access, AuthMode::Any, Direct, 0).unwrap(), caller);
    assert!(message(judge(&access, AuthMode::Any, Graph, 3_599)).contains("until"));
    assert!(judge("any", AuthMode::Any, Graph, 0).unwrap().scopes.is_none());

    assert!(message(judge(&access, AuthMode::Strict, Direct, 0)).contains("not for this service"));
    assert!(message(judge("any", AuthMode::Strict, Graph, 0)).contains("no JWT"));
    assert!(message(judge("ey.a.b", AuthMode::Strict, Graph, 0)).contains("another login"));
    let mut forged = access.into_bytes();
    let middle = forged.len() / 2;
    forged[middle] ^= 1;
    let forged = String::from_utf8(forged).unwrap();
    assert!(message(judge(&forged, AuthMode::Strict, Graph, 0)).contains("changed since"));
}

#[test]
fn what_is_published_is_what_signs() {
    let mut login = Login::default();
    let mut get = |path: &str| {
        asked(b"", |request, realm| {
            let request = Request { method: "GET", path, ..*request };
            let answer = login.answer(&request, Place::of(path)?, realm);
            serde_json::from_str::<Value>(&answer.body?).ok()
        })
    };
    let configuration = get("/contoso.com/v2.0/.well-known/openid-configuration").unwrap();
    let keys = configuration["jwks_uri"].as_str().unwrap().strip_prefix(ORIGIN).unwrap().to_owned();
    assert_eq!(get(&keys).unwrap()["keys"][0]["kid"], json!(key::KEY_ID));
    assert_eq!(configuration["issuer"], json!(format!("{ORIGIN}/{TENANT}/v2.0")));
    let older = get("/contoso.com/.well-known/openid-configuration").unwrap();
    assert_eq!(older["issuer"], json!(format!("https://sts.windows.net/{TENANT}/")));
    assert_eq!(get("/contoso.com/oauth2/v2.0/token").unwrap()["error_codes"], json!([900_561]));
    assert!(get("/common/discovery/instance").unwrap()["metadata"].is_array());
    assert!(get("/v1.0/drive/root").is_none());
}
