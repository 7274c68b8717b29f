//! Nothing secret shows: not in a log, not in an error, not in anything printed for debugging.

use std::{
    error::Error as _,
    io,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use serde_json::json;
use sharing_http::{Client, Endpoint, Error, Event, retry::RetryPolicy};
use sharing_mock::MockServer;
use sharing_model::{
    Action, CreateLinkRequest, DriveRecipient, GrantRequest, InviteRequest, ItemAddress, LinkScope, LinkType,
    Prefer, Role, Secret, SharingUrl,
};
use tracing_subscriber::fmt::MakeWriter;

use crate::stranger::{Stranger, answer};

const TOKEN: &str = "a-token-that-nobody-may-see";
const PASSWORD: &str = "correct-horse-battery";
const LINK: &str = "https://contoso.sharepoint.com/:w:/s/projects/EWteFy4Oz81FnGoJxJWAoLMB";

/// Everything that the process logs.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// What this process logs from now on, down to the last detail, whoever logs it.
fn log() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| {
        let log = Log::default();
        tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
            // Another crate of the workspace may ask for colours, which would part a name from its value.
            .with_ansi(false)
            .with_writer(log.clone())
            .try_init()
            .unwrap();
        log
    })
}

/// An error as anybody might print it, with all of its causes.
fn shown(error: &Error) -> String {
    let mut shown = format!("{error}\n{error:?}\n{error:#?}\n{:?}\n", error.advice());
    let mut cause = error.source();
    while let Some(error) = cause {
        shown.push_str(&format!("{error}\n{error:?}\n"));
        cause = error.source();
    }
    shown
}

fn client(url: &str) -> Client {
    let policy = RetryPolicy::default().pauses(Duration::from_millis(1), Duration::from_millis(1));
    let builder = Client::builder().endpoint(Endpoint::new(url).unwrap()).token(TOKEN.into());
    let builder = builder.retry(policy.attempts(2)).on_event(|event: &Event| {
        tracing::info!(?event, "told");
    });
    assert!(!format!("{builder:?}").contains(TOKEN));
    builder.build().unwrap()
}

#[tokio::test(start_paused = true)]
async fn nothing_secret_shows() {
    let log = log();
    let mut seen = String::new();
    let mut secrets = vec![TOKEN.to_owned(), PASSWORD.to_owned(), LINK.to_owned()];
    secrets.push(LINK.parse::<SharingUrl>().unwrap().token().to_string());

    // Everything that works.
    let server = MockServer::start().await.unwrap();
    let good = client(server.url());
    let notes: ItemAddress = "/drive/root:/Notes.txt".parse().unwrap();
    let request = CreateLinkRequest::builder().link_type(LinkType::View).scope(LinkScope::Users);
    let link = good.item(&notes).create_link(&request.build().unwrap()).await.unwrap();
    let url = link.link.unwrap().web_url.unwrap();
    let token = url.parse::<SharingUrl>().unwrap().token();
    secrets.extend([url, token.to_string()]);
    let grant = GrantRequest::new([DriveRecipient::alias("ryan")], Role::Read).unwrap();
    let share = good.share(&token);
    share.get().await.unwrap();
    share.resolve().prefer(Prefer::RedeemSharingLink).await.unwrap();
    share.grant(&grant).await.unwrap();
    seen.push_str(&format!("{good:?} {:?} {:?}", share.grant(&grant), share.resolve().action()));
    good.batch([share.resolve().action().clone(), Action::list_permissions(notes.clone())]).await;
    good.item(&notes).permissions().await.unwrap();

    // Everything that does not, on every path that holds a secret.
    let bad = LINK.parse::<SharingUrl>().unwrap().token();
    let password = CreateLinkRequest::builder().link_type(LinkType::View).scope(LinkScope::Anonymous);
    let password = password.password(Secret::from(PASSWORD)).build().unwrap();
    let mails = InviteRequest::builder().recipient(DriveRecipient::alias("ryan")).role(Role::Read);
    let mails = mails.send_invitation(true).build().unwrap();
    let refusal = json!({ "error": { "code": "accessDenied", "message": "Access denied" } }).to_string();
    let location = format!("location: https://example.com/{LINK}?token={TOKEN}\r\nset-cookie: {TOKEN}\r\n");
    let foreign = json!({ "value": [], "@odata.nextLink": format!("https://example.com/{LINK}/{TOKEN}") });
    for said in [
        String::new(),
        "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{ \"value\": [".to_owned(),
        "nonsense\r\n\r\n".to_owned(),
        answer("200 OK", "", "<html>"),
        answer("200 OK", "", &foreign.to_string()),
        answer("302 Found", &location, ""),
        answer("401 Unauthorized", &location, &refusal),
        answer("403 Forbidden", &location, &refusal),
        answer("429 Too Many Requests", "retry-after: 0\r\n", ""),
        answer("500 Internal Server Error", &location, &refusal),
    ] {
        let stranger = Stranger::saying(|_| vec![said; 20]).await;
        let client = client(stranger.url());
        let share = client.share(&bad);
        let errors = [
            share.get().await.err(),
            share.resolve().await.err(),
            share.grant(&grant).await.err(),
            client.item(&ItemAddress::Shared { token: bad.clone() }).permissions().await.err(),
            client.item(&notes).create_link(&password).await.err(),
            client.item(&notes).invite(&mails).await.err(),
        ];
        let batched = client
            .batch([share.resolve().action().clone(), Action::create_link(notes.clone(), &password)])
            .await;
        for error in errors.into_iter().chain(batched.into_iter().map(Result::err)).flatten() {
            seen.push_str(&shown(&error));
        }
        let call = client.item(&notes).create_link(&password);
        seen.push_str(&format!("{call:?} {:?} {} {}", call.action(), call.render(), call.render().to_curl()));
    }
    let nobody = client("http://127.0.0.1:9");
    seen.push_str(&shown(&nobody.share(&bad).get().await.unwrap_err()));
    let link = "not a URL, but a-token-that-nobody-may-see";
    seen.push_str(&shown(&nobody.item(&notes).delta().resume(link).await.unwrap_err()));

    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(logged.contains("item=\"/shares/{}/driveItem\"") && logged.contains("asking again"), "{logged}");
    for secret in secrets {
        for (place, text) in [("errors", &seen), ("the log", &logged)] {
            if let Some(at) = text.find(&secret) {
                let context: String = text[..at].chars().rev().take(200).collect();
                panic!("{secret} shows in {place}, after: {}", context.chars().rev().collect::<String>());
            }
        }
    }
}
