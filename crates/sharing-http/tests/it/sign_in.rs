//! Every kind of credential against the login service, and what the client makes of its tokens.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    time::Duration,
};

use secrecy::{ExposeSecret, SecretString};
use sharing_http::{
    Authority, Client, ClientCertificate, ClientSecret, DeviceCode, Endpoint, Error, SignInError, TokenError,
    TokenFuture, TokenSource,
};
use sharing_mock::{Application, AuthMode, MockServer};
use sharing_model::{Action, DriveRecipient, InviteRequest, ItemAddress, Role};

const NOTES: &str = "/users/nadia@contoso.com/drive/root:/Notes.txt";

async fn strict() -> MockServer {
    MockServer::builder().auth(AuthMode::Strict).start().await.unwrap()
}

fn contoso(server: &MockServer) -> Authority {
    Authority::at(server.url(), "contoso.com").unwrap().endpoint(&Endpoint::new(server.url()).unwrap())
}

fn client(server: &MockServer, credential: impl TokenSource + 'static) -> Client {
    let endpoint = Endpoint::new(server.url()).unwrap();
    Client::builder().endpoint(endpoint).credential(credential).build().unwrap()
}

fn secret_of(application: &Application) -> SecretString {
    application.secrets[0].expose().into()
}

fn by_secret(server: &MockServer, application: &Application) -> ClientSecret {
    ClientSecret::new(contoso(server), &application.id, secret_of(application)).unwrap()
}

fn pem() -> SecretString {
    format!("{}\n{}", Application::daemon_key(), Application::daemon().certificates[0]).into()
}

fn by_certificate(server: &MockServer) -> ClientCertificate {
    ClientCertificate::new(contoso(server), &Application::daemon().id, &pem()).unwrap()
}

/// A person who types each code at once, or says no.
fn by_device(server: &Arc<MockServer>, approves: bool) -> DeviceCode {
    let at = Arc::clone(server);
    let credential = DeviceCode::new(contoso(server), &Application::console().id, move |prompt| {
        assert!(prompt.message().contains(prompt.user_code()));
        let decided = if approves {
            at.approve_device(prompt.user_code(), Some("ryan@contoso.com"))
        } else {
            at.decline_device(prompt.user_code())
        };
        assert!(decided.is_some());
    });
    credential.unwrap()
}

async fn get(client: &Client, address: &str) -> Result<(), Error> {
    let address: ItemAddress = address.parse().unwrap();
    client.item(&address).get().await.map(drop)
}

/// How often the login service was asked for a token.
fn asked(server: &MockServer) -> usize {
    server.requests().iter().filter(|entry| entry.path.ends_with("/token")).count()
}

fn sign_in(error: &TokenError) -> &SignInError {
    error.sign_in().unwrap()
}

#[tokio::test]
async fn an_application_signs_in_with_its_secret() {
    let server = strict().await;
    get(&client(&server, by_secret(&server, &Application::daemon())), NOTES).await.unwrap();
}

#[tokio::test]
async fn an_application_signs_in_with_its_certificate() {
    let server = strict().await;
    let client = client(&server, by_certificate(&server));
    get(&client, NOTES).await.unwrap();
    // What an application may not ask for in its own name is refused as one.
    let error = get(&client, "/me/drive/root").await.unwrap_err();
    assert_eq!(error.message(), Some("/me request is only valid with delegated authentication flow."));
}

#[tokio::test(start_paused = true)]
async fn a_person_signs_in_with_a_device_code_once() {
    let server = Arc::new(strict().await);
    let prompted = Arc::new(AtomicU32::new(0));
    let (at, count) = (Arc::clone(&server), Arc::clone(&prompted));
    let credential = DeviceCode::new(contoso(&server), &Application::console().id, move |prompt| {
        count.fetch_add(1, SeqCst);
        let (at, code) = (Arc::clone(&at), prompt.user_code().to_owned());
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(32)).await;
            at.approve_device(&code, None).unwrap();
        });
    });
    let credential = Arc::new(credential.unwrap().scopes(["Files.ReadWrite"]));
    assert!(credential.refresh_token().await.is_none());
    let before = tokio::time::Instant::now();
    let client = client(&server, Shared(Arc::clone(&credential)));
    get(&client, "/me/drive/root").await.unwrap();
    // Every five seconds it asks whether the person has typed the code.
    assert_eq!((before.elapsed().as_secs(), asked(&server)), (35, 8));

    // The token expires, and is refreshed without the person.
    let first = credential.refresh_token().await.unwrap();
    tokio::time::advance(Duration::from_secs(4_000)).await;
    get(&client, "/me/drive/root").await.unwrap();
    let second = credential.refresh_token().await.unwrap();
    assert_ne!(first.expose_secret(), second.expose_secret());
    assert_eq!((prompted.load(SeqCst), asked(&server)), (1, 9));

    // So it is in the next program, which was given the refresh token.
    let next = by_device(&server, false).with_refresh_token(second);
    get(&self::client(&server, next), "/me/drive/root").await.unwrap();
    assert_eq!(asked(&server), 10);
}

/// A credential that the test keeps, too.
#[derive(Debug)]
struct Shared<T>(Arc<T>);

impl<T: TokenSource> TokenSource for Shared<T> {
    fn token(&self) -> TokenFuture<'_> {
        self.0.token()
    }
}

#[tokio::test(start_paused = true)]
async fn a_device_code_is_declined_or_expires() {
    let server = Arc::new(strict().await);
    let declined = by_device(&server, false).token().await.unwrap_err();
    assert_eq!(sign_in(&declined).code(), Some("authorization_declined"));
    assert_eq!(sign_in(&declined).next(), Some("sign in anew, and agree"));

    let before = tokio::time::Instant::now();
    let nobody = DeviceCode::new(contoso(&server), &Application::console().id, |_| {}).unwrap();
    let expired = nobody.token().await.unwrap_err();
    assert_eq!(sign_in(&expired).code(), Some("expired_token"));
    assert!(before.elapsed() <= Duration::from_secs(910), "{:?}", before.elapsed());
}

#[tokio::test]
async fn a_sign_in_that_is_over_begins_anew() {
    let server = Arc::new(strict().await);
    let credential = by_device(&server, true).with_refresh_token("no refresh token".into());
    get(&client(&server, credential), "/me/drive/root").await.unwrap();
    let rules: Vec<_> = server.requests().iter().map(|entry| entry.rule).collect();
    assert_eq!(rules, [Some("AADSTS70000"), None, None, None]);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_refreshed_before_it_expires() {
    let server = strict().await;
    let client = client(&server, by_secret(&server, &Application::daemon()));
    get(&client, NOTES).await.unwrap();
    // It is good for 3,599 seconds; five minutes before that there is a new one.
    for (later, tokens) in [(3_298, 1), (2, 2), (3_298, 2), (2, 3)] {
        tokio::time::advance(Duration::from_secs(later)).await;
        get(&client, NOTES).await.unwrap();
        assert_eq!(asked(&server), tokens, "{later}");
    }
    assert!(server.requests().iter().all(|entry| entry.status == 200));
}

#[tokio::test]
async fn many_requests_fetch_one_token() {
    let server = strict().await;
    let client = client(&server, by_secret(&server, &Application::daemon()));
    let requests: Vec<_> = (0..50)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { get(&client, NOTES).await })
        })
        .collect();
    for request in requests {
        request.await.unwrap().unwrap();
    }
    assert_eq!(asked(&server), 1);
}

#[tokio::test]
async fn a_refused_token_is_cured_by_a_fresh_one_once() {
    let server = strict().await;
    let client = client(&server, by_secret(&server, &Application::daemon()));
    get(&client, NOTES).await.unwrap();
    // The service's clock runs ahead: the client cannot know that its token has expired there.
    server.clock().advance(Duration::from_secs(3_600));
    get(&client, NOTES).await.unwrap();
    let statuses: Vec<_> = server.requests().iter().map(|entry| entry.status).collect();
    assert_eq!(statuses, [200, 200, 401, 200, 200]);
}

#[tokio::test]
async fn refusals_keep_what_the_login_service_said() {
    let server = strict().await;
    let daemon = Application::daemon();
    let by = |authority: Authority, id: &str, secret: SecretString| {
        let credential = ClientSecret::new(authority, id, secret).unwrap();
        async move { credential.token().await.unwrap_err() }
    };
    let nowhere = Authority::at(server.url(), "fabrikam.com").unwrap();
    let anybodys = Authority::at(server.url(), "common").unwrap();
    let stranger = Endpoint::new("https://example.com").unwrap();
    let mut shown = String::new();
    for error in [
        by(contoso(&server), &daemon.id, "not the secret".into()).await,
        by(contoso(&server), "nobody", secret_of(&daemon)).await,
        by(contoso(&server), &Application::console().id, secret_of(&daemon)).await,
        by(nowhere, &daemon.id, secret_of(&daemon)).await,
        by(anybodys, &daemon.id, secret_of(&daemon)).await,
        by(contoso(&server).endpoint(&stranger), &daemon.id, secret_of(&daemon)).await,
        ClientCertificate::new(contoso(&server), &Application::auditor().id, &pem())
            .unwrap()
            .token()
            .await
            .unwrap_err(),
    ] {
        let error = sign_in(&error);
        assert_ne!(error.trace_id(), error.correlation_id());
        let trace = error.trace_id().unwrap();
        let said = error.to_string().replace(trace, "<trace>");
        shown.push_str(&format!(
            "{} {:?}\n  {said}\n  {}\n",
            error.status().unwrap(),
            error.numbers(),
            error.next().unwrap_or("-")
        ));
    }
    insta::assert_snapshot!(shown);

    // A call whose token cannot be had says why.
    let credential = ClientSecret::new(contoso(&server), &daemon.id, "not the secret".into()).unwrap();
    let error = get(&client(&server, credential), NOTES).await.unwrap_err();
    assert!(error.to_string().contains("AADSTS7000215"), "{error}");
    assert_eq!(error.status(), None);
}

#[tokio::test]
async fn a_certificate_and_its_key_are_looked_at_before_they_are_used() {
    let server = strict().await;
    let other = include_str!("../../../sharing-mock/src/login/key.pem");
    let certificate = &Application::daemon().certificates[0];
    let mut shown = String::new();
    for pem in [
        String::new(),
        certificate.clone(),
        Application::daemon_key().to_owned(),
        format!("{certificate}{other}"),
        format!("{certificate}{}", Application::daemon_key().replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY")),
        format!("{certificate}-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
    ] {
        let error = ClientCertificate::new(contoso(&server), "an id", &pem.into()).unwrap_err();
        shown.push_str(&format!("{error}\n"));
    }
    insta::assert_snapshot!(shown);
}

/// What a login service in trouble says, and what is made of it.
#[tokio::test(start_paused = true)]
async fn a_login_service_in_trouble_is_asked_again() {
    let html = "HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/html\r\nretry-after: 2\r\n\
                content-length: 11\r\n\r\n<h1>No</h1>";
    let token = r#"{"token_type":"Bearer","expires_in":3599,"access_token":"a token"}"#;
    let yes = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{token}",
        token.len()
    );
    let elsewhere =
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/steal\r\ncontent-length: 0\r\n\r\n";
    let echo = r#"{"error":"invalid_client","error_description":"the secret was: s3cret"}"#;
    let echo = format!("HTTP/1.1 401 Unauthorized\r\ncontent-length: {}\r\n\r\n{echo}", echo.len());
    for (answers, outcome) in [
        (vec![html.to_owned(), String::new(), yes.clone()], "a token"),
        (vec![html.to_owned(); 4], "503 Service Unavailable, but no token and no reason"),
        (vec![elsewhere.to_owned()], "307 Temporary Redirect, but no token and no reason"),
        (vec![echo], "the secret was: [REDACTED]"),
    ] {
        let count = answers.len();
        let (url, asked) = stub(answers).await;
        let authority = Authority::at(&url, "contoso.com").unwrap();
        let credential = ClientSecret::new(authority, "an id", "s3cret".into()).unwrap();
        let shown = match credential.token().await {
            Ok(token) => token.secret().expose_secret().to_owned(),
            Err(error) => format!("{error} {error:?}"),
        };
        assert!(shown.contains(outcome) && !shown.contains("s3cret"), "{shown}");
        assert_eq!(asked.load(SeqCst), u32::try_from(count).unwrap());
    }
}

/// A server that gives each connection the next answer; an empty one hangs up.
async fn stub(answers: Vec<String>) -> (String, Arc<AtomicU32>) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            count.fetch_add(1, SeqCst);
            let mut request = Vec::new();
            while !String::from_utf8_lossy(&request).contains("client_credentials") {
                let mut chunk = [0; 4096];
                let read = stream.read(&mut chunk).await.unwrap();
                request.extend_from_slice(&chunk[..read]);
            }
            let answer = answer.replacen("\r\n", "\r\nconnection: close\r\n", 1);
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (url, asked)
}

/// Nothing that a sign-in emits holds a secret: neither traces, nor errors, nor what is printed for debugging.
#[tokio::test]
async fn no_secret_shows() {
    let server = Arc::new(strict().await);
    let daemon = Application::daemon();
    let emitted = Emitted::default();
    let _traced = tracing::subscriber::set_default(emitted.clone());

    let secret = by_secret(&server, &daemon);
    let certificate = by_certificate(&server);
    let device = by_device(&server, true);
    emitted.show(&(&secret, &certificate, &device, contoso(&server)));
    let mut secrets = vec![secret_of(&daemon).expose_secret().to_owned()];
    for token in [secret.token().await, certificate.token().await, device.token().await] {
        emitted.show(&token);
        secrets.push(token.unwrap().secret().expose_secret().to_owned());
    }
    secrets.push(device.refresh_token().await.unwrap().expose_secret().to_owned());
    secrets.extend(Application::daemon_key().lines().skip(1).take(20).map(str::to_owned));
    emitted.show(&ClientCertificate::new(contoso(&server), "an id", &Application::daemon_key().into()));
    for credential in [secret_of(&daemon), "some~wrong~secret".into()] {
        let wrong = ClientSecret::new(contoso(&server), "nobody", credential).unwrap();
        emitted.show(&wrong.token().await);
        emitted.show(&get(&client(&server, wrong), NOTES).await);
    }
    emitted.show(&device.with_refresh_token("another~wrong~secret".into()).token().await);
    secrets.extend(["some~wrong~secret".to_owned(), "another~wrong~secret".to_owned()]);

    let all = emitted.0.lock().unwrap();
    assert!(all.len() > 2_000, "something was emitted");
    for secret in secrets {
        assert!(!all.contains(&secret), "{secret} shows");
    }
}

/// All that is traced and shown, as text.
#[derive(Debug, Clone, Default)]
struct Emitted(Arc<Mutex<String>>);

impl Emitted {
    fn show(&self, what: &dyn std::fmt::Debug) {
        self.0.lock().unwrap().push_str(&format!("{what:?}\n{what:#?}\n"));
    }
}

impl tracing::Subscriber for Emitted {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        self.show(span);
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::span::Id, values: &tracing::span::Record<'_>) {
        self.show(values);
    }
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        self.show(event);
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

#[tokio::test]
async fn invitations_of_an_application_and_of_a_person_differ_in_their_sender() {
    let server = Arc::new(MockServer::start().await.unwrap());
    let request = InviteRequest::builder()
        .recipient(DriveRecipient::email("priya@contoso.com"))
        .role(Role::Read)
        .send_invitation(true)
        .build()
        .unwrap();
    // Both have access: Ryan by the team, the application by its scopes.
    let notes: ItemAddress = "/sites/root/drive/root:/Welcome.docx".parse().unwrap();
    client(&server, by_device(&server, true)).item(&notes).invite(&request).await.unwrap();
    client(&server, by_secret(&server, &Application::daemon())).item(&notes).invite(&request).await.unwrap();
    let senders: Vec<_> = server.outbox().into_iter().map(|mail| mail.from).collect();
    assert_eq!(senders, ["Ryan Gregg", "Contoso sharing daemon"]);
}

#[tokio::test]
async fn a_403_names_the_missing_scope() {
    let server = strict().await;
    let client = client(&server, by_secret(&server, &Application::auditor()));
    let request = InviteRequest::builder()
        .recipient(DriveRecipient::email("priya@contoso.com"))
        .role(Role::Read)
        .build()
        .unwrap();
    let notes: ItemAddress = NOTES.parse().unwrap();
    client.item(&notes).get().await.unwrap();
    let alone = client.item(&notes).invite(&request).await.unwrap_err();
    let batch =
        client.batch([Action::get_item(notes.clone()), Action::invite(notes.clone(), &request)]).await;
    let in_batch = batch.into_iter().nth(1).unwrap().unwrap_err();
    for error in [alone, in_batch] {
        let missing = error.missing_scopes().unwrap();
        assert_eq!(missing.one_of(), ["Files.ReadWrite.All", "Sites.ReadWrite.All"]);
        assert_eq!(
            error.to_string(),
            "invite: 403 Forbidden, accessDenied: Access denied; the token has Files.Read.All; this needs one of \
             Files.ReadWrite.All, Sites.ReadWrite.All"
        );
    }
    // The mock knows what would have been enough.
    assert_eq!(server.scopes()[0].fewest, ["Files.ReadWrite.All"]);
    assert_eq!(server.scopes()[0].unneeded, ["Files.Read.All"]);
}
