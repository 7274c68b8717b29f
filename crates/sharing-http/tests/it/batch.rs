//! Many actions in batches, each with a fate of its own.

use std::time::Duration;

use serde_json::{Value, json};
use sharing_http::{Client, Endpoint, retry::RetryPolicy};
use sharing_mock::MockServer;
use sharing_model::{Action, DriveItem, DriveRecipient, InviteRequest, ItemAddress, Role};

use crate::stranger::{Stranger, answer};

const TOKEN: &str = "a-very-secret-token";

fn client(url: &str) -> Client {
    let policy = RetryPolicy::default().pauses(Duration::from_secs(1), Duration::from_secs(1));
    let builder = Client::builder().endpoint(Endpoint::new(url).unwrap()).token(TOKEN.into());
    builder.retry(policy).build().unwrap()
}

fn notes() -> ItemAddress {
    "/drive/root:/Notes.txt".parse().unwrap()
}

fn invite(mail: bool) -> Action {
    let request = InviteRequest::builder().recipient(DriveRecipient::alias("ryan")).role(Role::Read);
    Action::invite(notes(), &request.send_invitation(mail).build().unwrap())
}

/// What a batch of these answers says: position, status, headers, body.
fn batch(members: &[(usize, u16, Value, Value)]) -> String {
    let responses: Vec<_> = members
        .iter()
        .map(|(id, status, headers, body)| {
            json!({ "id": id.to_string(), "status": status, "headers": headers, "body": body })
        })
        .collect();
    answer("200 OK", "", &json!({ "responses": responses }).to_string())
}

/// The urls that each batch asked for.
fn urls(asked: &[String]) -> Vec<Vec<String>> {
    let bodies = asked.iter().map(|request| request.split_once("\r\n\r\n").unwrap().1);
    bodies
        .map(|body| {
            let body: Value = serde_json::from_str(body).unwrap();
            let requests = body["requests"].as_array().unwrap().clone();
            requests.iter().map(|request| request["url"].as_str().unwrap().to_owned()).collect()
        })
        .collect()
}

#[tokio::test]
async fn a_batch_is_cut_and_its_replies_keep_their_order() {
    let server = MockServer::start().await.unwrap();
    let client = client(server.url());
    let actions = (0..45).map(|number| {
        let path = if number % 10 == 7 { "/drive/root:/Nothing.txt" } else { "/drive/root:/Notes.txt" };
        Action::get_item(path.parse().unwrap())
    });
    let replies = client.batch(actions).await;
    assert_eq!(replies.len(), 45);
    for (number, reply) in replies.into_iter().enumerate() {
        if number % 10 == 7 {
            let error = reply.unwrap_err();
            assert_eq!((error.status(), error.code()), (Some(404), Some("itemNotFound")));
            assert!(!error.is_in_doubt() && error.request_id().is_some());
        } else {
            assert_eq!(reply.unwrap().read::<DriveItem>().unwrap().name.as_deref(), Some("Notes.txt"));
        }
    }
    assert!(client.batch([]).await.is_empty());
}

#[tokio::test]
async fn an_invitation_in_a_batch_mails_once() {
    let server = MockServer::start().await.unwrap();
    let replies = client(server.url()).batch([invite(true), Action::get_item(notes())]).await;
    assert!(replies.iter().all(Result::is_ok));
    assert_eq!(server.outbox().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn each_member_is_tried_again_by_itself_after_the_largest_delay() {
    let stranger = Stranger::saying(|_| {
        vec![
            batch(&[
                (3, 429, json!({ "Retry-After": "9" }), Value::Null),
                (1, 200, Value::Null, json!({ "name": "first" })),
                (2, 503, json!({ "retry-after": 2 }), Value::Null),
                (4, 424, Value::Null, Value::Null),
            ]),
            batch(&[
                (1, 200, Value::Null, json!({ "name": "second" })),
                (2, 200, Value::Null, json!({ "name": "third" })),
                (3, 200, Value::Null, json!({ "name": "fourth" })),
            ]),
        ]
    })
    .await;
    let actions = [1, 2, 3, 4].map(|id| Action::get_item(format!("/drive/items/{id}").parse().unwrap()));
    let start = tokio::time::Instant::now();
    let replies = client(stranger.url()).batch(actions).await;
    let names: Vec<_> =
        replies.iter().map(|reply| reply.as_ref().unwrap().body().unwrap()["name"].clone()).collect();
    assert_eq!(names, ["first", "second", "third", "fourth"]);
    assert!(start.elapsed() >= Duration::from_secs(9), "{:?}", start.elapsed());
    let asked = urls(&stranger.asked());
    assert_eq!(asked[1], ["/drive/items/2", "/drive/items/3", "/drive/items/4"]);
}

#[tokio::test(start_paused = true)]
async fn a_lost_batch_is_in_doubt_where_it_mails_and_goes_again_where_not() {
    let looks = || Action::get_item(notes());
    for lost in
        [String::new(), answer("504 Gateway Timeout", "", ""), answer("200 OK", "", "<html>"), batch(&[])]
    {
        let stranger = Stranger::saying(|_| {
            let ok = json!({ "name": "Notes.txt", "value": [] });
            vec![lost, batch(&[(1, 200, Value::Null, ok.clone()), (2, 200, Value::Null, ok)])]
        })
        .await;
        let replies = client(stranger.url()).batch([looks(), invite(true), invite(false)]).await;
        assert!(replies[0].is_ok() && replies[2].is_ok(), "{replies:?}");
        let error = replies[1].as_ref().unwrap_err();
        assert!(error.is_in_doubt() && error.client_request_id().is_some(), "{error}");
        let asked = urls(&stranger.asked());
        assert_eq!(asked.iter().map(Vec::len).collect::<Vec<_>>(), [3, 2]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_throttled_batch_goes_again_as_a_whole() {
    let stranger = Stranger::saying(|_| {
        vec![
            answer("429 Too Many Requests", "retry-after: 31\r\n", ""),
            batch(&[(1, 200, Value::Null, json!({ "value": [] }))]),
        ]
    })
    .await;
    let start = tokio::time::Instant::now();
    let replies = client(stranger.url()).batch([invite(true)]).await;
    assert!(replies[0].is_ok(), "{replies:?}");
    assert!(start.elapsed() >= Duration::from_secs(31));
}

#[tokio::test]
async fn more_answers_are_fetched_from_the_same_origin_alone() {
    let page = |link: &str, id: &str| {
        let body = json!({
            "responses": [{ "id": id, "status": 200, "body": { "name": id } }],
            "@odata.nextLink": link,
        });
        answer("200 OK", "", &body.to_string())
    };
    let stranger = Stranger::saying(|url| {
        vec![
            page(&format!("{url}/v1.0/$batch/more"), "2"),
            batch(&[(1, 200, Value::Null, json!({ "name": "1" }))]),
        ]
    })
    .await;
    let replies = client(stranger.url()).batch([Action::get_item(notes()), Action::get_item(notes())]).await;
    assert!(replies.iter().all(Result::is_ok), "{replies:?}");

    let elsewhere = Stranger::saying(|_| vec![batch(&[])]).await;
    let stranger = Stranger::saying(|_| vec![page(elsewhere.url(), "2")]).await;
    let replies = client(stranger.url()).batch([invite(true), invite(true)]).await;
    assert!(replies[0].as_ref().unwrap_err().is_in_doubt());
    assert!(replies[1].is_ok() && elsewhere.asked().is_empty());
}

#[tokio::test]
async fn a_refused_token_is_refused_for_each_member() {
    let refusal =
        json!({ "error": { "code": "InvalidAuthenticationToken", "message": "Access token has expired." } });
    let stranger = Stranger::saying(|_| {
        vec![batch(&[(1, 401, Value::Null, refusal), (2, 200, Value::Null, json!({}))])]
    })
    .await;
    let replies = client(stranger.url()).batch([invite(true), Action::get_item(notes())]).await;
    let error = replies[0].as_ref().unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(401), Some("InvalidAuthenticationToken")));
    assert!(replies[1].is_ok() && !error.is_in_doubt());
}
