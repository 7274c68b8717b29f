//! What a service never says, but a gateway, a captive portal or a thief may.

use std::sync::{Arc, Mutex};

use sharing_http::{Client, Endpoint, Error, retry::RetryPolicy};
use sharing_model::{Collection, DriveRecipient, InviteRequest, ItemAddress, Permission, Role};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

const TOKEN: &str = "a-very-secret-token";

/// A place that gives one answer after the other, whatever it is asked, and then hangs up; keeps what it was asked.
pub(crate) struct Stranger {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Stranger {
    pub(crate) async fn saying(answers: impl FnOnce(&str) -> Vec<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let answers = answers(&url);
        let asked = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&asked);
        tokio::spawn(async move {
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = read_request(&mut stream).await;
                keep.lock().unwrap().push(request);
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self { url, asked }
    }

    /// One that asks once.
    fn client(&self) -> Client {
        client(&self.url)
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn client(url: &str) -> Client {
    let builder = Client::builder().endpoint(Endpoint::new(url).unwrap()).token(TOKEN.into());
    builder.retry(RetryPolicy::never()).build().unwrap()
}

/// All of it: who hangs up on bytes that are still to come resets the connection.
async fn read_request(stream: &mut tokio::net::TcpStream) -> String {
    let (mut request, mut buffer) = (String::new(), [0; 4096]);
    loop {
        let read = stream.read(&mut buffer).await.unwrap();
        request.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
        let Some((head, body)) = request.split_once("\r\n\r\n") else { continue };
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.parse().unwrap());
        if read == 0 || body.len() >= length {
            return request;
        }
    }
}

pub(crate) fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

fn root() -> ItemAddress {
    "/drive/root".parse().unwrap()
}

/// Sends an invitation that mails.
pub(crate) async fn invite(client: &Client) -> Result<Collection<Permission>, Error> {
    let request = InviteRequest::builder()
        .recipient(DriveRecipient::email("ryan@contoso.com"))
        .role(Role::Read)
        .send_invitation(true)
        .build()
        .unwrap();
    client.item(&root()).invite(&request).await
}

#[tokio::test]
async fn a_list_is_followed_over_its_pages() {
    let stranger = Stranger::saying(|url| {
        let next =
            format!(r#"{{ "value": [{{ "id": "1" }}], "@odata.nextLink": "{url}/v1.0/more?$skipToken=2" }}"#);
        vec![answer("200 OK", "", &next), answer("200 OK", "", r#"{ "value": [{ "id": "2" }] }"#)]
    })
    .await;
    let list = stranger.client().item(&root()).permissions().await.unwrap();
    let ids: Vec<_> = list.value.unwrap().into_iter().map(|permission| permission.id.unwrap()).collect();
    assert_eq!(ids, ["1", "2"]);
    assert_eq!(list.next_link, None);

    let asked = stranger.asked();
    assert!(asked[1].starts_with("GET /v1.0/more?$skipToken=2 "), "{}", asked[1]);
    for request in asked {
        let request = request.to_lowercase();
        assert!(request.contains(&format!("authorization: bearer {TOKEN}\r\n")));
        assert!(request.contains("user-agent: nonisv|sharing|sharing-http/"));
        assert!(request.contains("client-request-id: "));
    }
}

#[tokio::test]
async fn a_list_that_goes_on_elsewhere_is_not_followed() {
    let elsewhere = Stranger::saying(|_| vec![answer("200 OK", "", r#"{ "value": [] }"#)]).await;
    let stranger = Stranger::saying(|_| {
        let next = format!(r#"{{ "value": [], "@odata.nextLink": "{}/v1.0/more" }}"#, elsewhere.url);
        vec![answer("200 OK", "", &next)]
    })
    .await;
    let error = stranger.client().item(&root()).permissions().await.unwrap_err();
    assert!(error.to_string().contains(&format!("the list goes on at {}", elsewhere.url)), "{error}");
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Stranger::saying(|_| vec![answer("200 OK", "", r#"{ "value": [] }"#)]).await;
    let stranger = Stranger::saying(|_| {
        vec![answer("302 Found", &format!("location: {}/v1.0/drive/root\r\n", elsewhere.url), "")]
    })
    .await;
    let error = stranger.client().item(&root()).permissions().await.unwrap_err();
    assert_eq!(error.status(), Some(302));
    assert!(elsewhere.asked().is_empty());
}

#[tokio::test]
async fn a_page_without_a_list_is_not_an_empty_list() {
    for body in [
        "{}",
        r#"{ "value": null }"#,
        r#"{ "value": ["not a permission"] }"#,
        "",
        "<html>",
        r#"{ "value": [{"#,
    ] {
        let stranger = Stranger::saying(|_| vec![answer("200 OK", "", body)]).await;
        let error = stranger.client().item(&root()).permissions().await.unwrap_err();
        assert!(error.to_string().contains("cannot be read"), "{error}");
        assert!(!error.is_in_doubt());
    }
}

#[tokio::test]
async fn a_gateways_page_keeps_its_status_and_headers() {
    let headers = "content-type: text/html\r\nretry-after: 2.5\r\nrequest-id: 7d1c\r\n";
    let stranger =
        Stranger::saying(|_| vec![answer("503 Service Unavailable", headers, "<html>busy</html>")]).await;
    let error = invite(&stranger.client()).await.unwrap_err();
    assert_eq!((error.status(), error.code(), error.message()), (Some(503), None, None));
    assert_eq!(error.retry_after(), Some(std::time::Duration::from_millis(2500)));
    assert_eq!(error.request_id(), Some("7d1c"));
    assert!(!error.is_in_doubt());
}

#[tokio::test]
async fn a_lost_answer_to_an_invitation_is_in_doubt_and_not_asked_again() {
    for lost in [
        String::new(),
        "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{ \"value\": [".to_owned(),
        answer("200 OK", "", "<html>"),
        answer("504 Gateway Timeout", "", ""),
    ] {
        let stranger = Stranger::saying(|_| vec![lost, answer("200 OK", "", r#"{ "value": [] }"#)]).await;
        let error = invite(&stranger.client()).await.unwrap_err();
        assert!(error.is_in_doubt(), "{error}");
        assert!(error.client_request_id().is_some());
        assert_eq!(stranger.asked().len(), 1);
    }
}

#[tokio::test]
async fn nobody_there_is_not_in_doubt() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = invite(&client(&url)).await.unwrap_err();
    assert_eq!(error.to_string(), "invite: the service cannot be reached");
    assert!(!error.is_in_doubt());
}

#[tokio::test]
async fn neither_a_token_nor_a_shares_address_shows_in_an_error() {
    let stranger = Stranger::saying(|_| vec![String::new(), answer("401 Unauthorized", "", "")]).await;
    let client = stranger.client();
    let share: ItemAddress = "/shares/u!a-secret-share/driveItem".parse().unwrap();
    for _ in 0..2 {
        let error = client.item(&share).get().await.unwrap_err();
        for shown in
            [error.to_string(), format!("{error:?}"), format!("{:?}", std::error::Error::source(&error))]
        {
            assert!(!shown.contains(TOKEN) && !shown.contains("u!a-secret-share"), "{shown}");
        }
    }
    assert!(!format!("{client:?}").contains(TOKEN));
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let long = "x".repeat(5_000);
    for (said, status) in [
        (
            answer("200 OK", "", &format!("\"{long}\"")),
            "200 OK, but the answer cannot be read: it is longer than",
        ),
        (answer("404 Not Found", "request-id: 7d1c\r\n", &long), "404 Not Found"),
    ] {
        let stranger = Stranger::saying(|_| vec![said]).await;
        let builder = Client::builder().endpoint(Endpoint::new(&stranger.url).unwrap()).token(TOKEN.into());
        let client = builder.retry(RetryPolicy::never()).body_limit(1_000).build().unwrap();
        let error = client.item(&root()).get().await.unwrap_err();
        assert!(error.to_string().starts_with(&format!("get item: {status}")), "{error}");
    }
}

#[tokio::test]
async fn a_refusal_whose_explanation_breaks_off_is_still_one() {
    let headers =
        "SharePoint-CreateSharingLink-Error: Sharing by link is not enabled on the web, site, or tenant.\r\n";
    let cut = format!("HTTP/1.1 403 Forbidden\r\n{headers}content-length: 500\r\n\r\n{{ \"error\": {{");
    let stranger = Stranger::saying(|_| vec![cut]).await;
    let error = stranger.client().item(&root()).get().await.unwrap_err();
    assert_eq!((error.status(), error.code(), error.is_in_doubt()), (Some(403), None, false));
    let why = error.header("SharePoint-CreateSharingLink-Error").unwrap();
    assert!(why.starts_with("Sharing by link is not enabled"));
}

#[tokio::test]
async fn requests_are_signed_as_the_service_asks() {
    let stranger = Stranger::saying(|_| vec![answer("200 OK", "", "{}")]).await;
    let builder = Client::builder().endpoint(Endpoint::new(&stranger.url).unwrap()).token(TOKEN.into());
    let client = builder.application("Contoso", "Onboarding", "1.0").build().unwrap();
    client.item(&root()).get().await.unwrap();
    assert!(stranger.asked()[0].to_lowercase().contains("user-agent: nonisv|contoso|onboarding/1.0\r\n"));
}
