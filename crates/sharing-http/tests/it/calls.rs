//! Conditions, query options, pages, tokens and what can be seen: client and mock meet on the wire.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering::SeqCst},
};

use futures_util::TryStreamExt;
use serde_json::json;
use sharing_http::{AccessToken, Client, End, Endpoint, Event, TokenFuture, TokenSource, retry::RetryPolicy};
use sharing_mock::MockServer;
use sharing_model::{
    ActionKind, CreateLinkRequest, DriveRecipient, InviteRequest, ItemAddress, LinkScope, LinkType, Role,
    Segment, SiteAddress, UpdatePermissionRequest,
};

use crate::stranger::{Stranger, answer};

fn client(server: &MockServer) -> Client {
    Client::new(Endpoint::new(server.url()).unwrap(), "any".into()).unwrap()
}

fn report() -> ItemAddress {
    "/drive/root:/Projects/Quarterly report.docx".parse().unwrap()
}

fn invitation() -> InviteRequest {
    let request =
        InviteRequest::builder().recipient(DriveRecipient::email("ryan@contoso.com")).role(Role::Write);
    request.send_invitation(true).build().unwrap()
}

#[tokio::test]
async fn a_change_with_an_old_etag_changes_nothing() {
    let server = MockServer::start().await.unwrap();
    let client = client(&server);
    let address = report();
    let item = client.item(&address);
    let granted = item.invite(&invitation()).await.unwrap().value.unwrap();
    let id = Segment::new(granted[0].id.clone().unwrap()).unwrap();
    let permission = item.permission(&id);
    let weaker = UpdatePermissionRequest::role(Role::Read).unwrap();

    let old = "\"{00000000-0000-0000-0000-000000000000},9\"";
    let error = permission.update(&weaker).if_match(old).await.unwrap_err();
    assert_eq!(error.status(), Some(412));
    assert_eq!(permission.delete().if_match(old).await.unwrap_err().status(), Some(412));
    assert!(permission.get().await.unwrap().covers(&Role::Write));

    let e_tag = item.get().await.unwrap().e_tag.unwrap();
    permission.update(&weaker).if_match(e_tag).await.unwrap();
    let e_tag = item.get().await.unwrap().e_tag.unwrap();
    permission.delete().if_match(e_tag).await.unwrap();
    assert_eq!(permission.get().await.unwrap_err().status(), Some(404));
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let server = MockServer::start().await.unwrap();
    let client = client(&server);
    let address = report();
    let item = client.item(&address);
    let e_tag = item.get().await.unwrap().e_tag.unwrap();
    assert_eq!(item.get().if_none_match(&e_tag).await.unwrap(), None);
    assert_eq!(item.permissions().if_none_match(&e_tag).await.unwrap(), None);
    assert!(item.get().if_none_match("\"another\"").await.unwrap().is_some());
    assert_eq!(
        item.permissions().if_none_match("\"another\"").await.unwrap().unwrap().value.unwrap().len(),
        1
    );
}

#[tokio::test]
async fn options_reach_the_service() {
    let server = MockServer::start().await.unwrap();
    let client = client(&server);
    let address = report();
    let item = client.item(&address);
    let link = CreateLinkRequest::builder().link_type(LinkType::View).scope(LinkScope::Organization);
    item.create_link(&link.build().unwrap()).await.unwrap();
    item.invite(&invitation()).await.unwrap();

    assert_eq!(item.permissions().await.unwrap().value.unwrap().len(), 3);
    let links = item.permissions().filter("link ne null").await.unwrap().value.unwrap();
    assert!(links.len() == 1 && links[0].link.is_some());
    let slim = item.permissions().select(["id"]).await.unwrap().value.unwrap();
    assert!(slim.iter().all(|permission| permission.id.is_some() && permission.roles.is_none()), "{slim:?}");
}

#[tokio::test]
async fn a_list_goes_on_where_it_was_left() {
    let server = MockServer::start().await.unwrap();
    let client = client(&server);
    let root = "/drive/root".parse().unwrap();
    let all = client.item(&root).children().await.unwrap().value.unwrap();
    let mut pages = client.item(&root).children().top(1).pages();
    let first = pages.try_next().await.unwrap().unwrap();
    assert_eq!(first.value.as_ref().unwrap().len(), 1);
    drop(pages);

    let rest = client.item(&root).children().resume(first.next_link.unwrap()).elements();
    let rest: Vec<_> = rest.try_collect().await.unwrap();
    assert_eq!([first.value.unwrap(), rest].concat(), all);
}

#[tokio::test]
async fn a_list_that_leads_to_itself_ends() {
    let stranger = Stranger::saying(|url| {
        let body = json!({ "value": [], "@odata.nextLink": format!("{url}/v1.0/drive/root/children") });
        vec![answer("200 OK", "", &body.to_string())]
    })
    .await;
    let client = Client::new(Endpoint::new(stranger.url()).unwrap(), "any".into()).unwrap();
    let error = client.item(&"/drive/root".parse().unwrap()).children().await.unwrap_err();
    assert!(error.to_string().contains("leads to itself"), "{error}");
}

/// Gives an old token first, and good ones from then on.
#[derive(Debug, Default)]
struct Refreshing(AtomicU32);

impl TokenSource for Refreshing {
    fn token(&self) -> TokenFuture<'_> {
        Box::pin(async {
            let number = self.0.fetch_add(1, SeqCst);
            Ok(AccessToken::new(format!("token-{number}").into()))
        })
    }
}

#[tokio::test]
async fn a_refused_token_is_replaced_once() {
    let refusal = || answer("401 Unauthorized", "", "");
    let stranger = Stranger::saying(|_| {
        vec![refusal(), answer("200 OK", "", r#"{ "value": [] }"#), refusal(), refusal()]
    })
    .await;
    let builder = Client::builder().endpoint(Endpoint::new(stranger.url()).unwrap());
    let client = builder.credential(Refreshing::default()).retry(RetryPolicy::never()).build().unwrap();
    let address = report();
    client.item(&address).invite(&invitation()).await.unwrap();
    let error = client.item(&address).invite(&invitation()).await.unwrap_err();
    assert_eq!((error.status(), error.is_in_doubt()), (Some(401), false));
    let tokens: Vec<_> = stranger.asked().iter().map(|request| request.contains("Bearer token-1")).collect();
    assert_eq!(tokens, [false, true, true, false], "the last one went with token-2");
}

#[tokio::test]
async fn what_happens_is_told() {
    let server = MockServer::start().await.unwrap();
    let told = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&told);
    let client = Client::builder()
        .endpoint(Endpoint::new(server.url()).unwrap())
        .token("any".into())
        .on_event(move |event| keep.lock().unwrap().push(*event))
        .build()
        .unwrap();
    let address = report();
    client.item(&address).invite(&invitation()).await.unwrap();
    client.item(&"/drive/root:/Nothing".parse().unwrap()).get().await.unwrap_err();
    let told = told.lock().unwrap().clone();
    assert!(matches!(told[0], Event::Asking { action: ActionKind::Invite, attempt: 1, .. }));
    assert!(matches!(
        told[1],
        Event::Ended { action: ActionKind::Invite, end: End::Done, attempts: 1, units: 5, .. }
    ));
    assert!(matches!(told[3], Event::Ended { action: ActionKind::GetItem, end: End::Failed, .. }));
}

#[tokio::test]
async fn a_site_is_found_by_its_url_and_its_drive_by_the_site() {
    let server = MockServer::start().await.unwrap();
    let client = client(&server);
    let item = client.item(&report()).get().await.unwrap();
    let site_id = Segment::new(item.parent_reference.unwrap().site_id.unwrap()).unwrap();
    let drive = client.drive(&sharing_model::DriveAddress::Site(SiteAddress::Id(site_id))).await.unwrap();
    assert!(drive.id.is_some());
}
