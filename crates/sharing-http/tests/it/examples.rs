//! The examples do what they say.

use futures_util::TryStreamExt;
use sharing_http::{Authority, Client, Endpoint};
use sharing_mock::{Application, AuthMode, MockServer};

#[expect(dead_code, reason = "as a program it has a `main`")]
#[path = "../../examples/audit.rs"]
mod audit;
#[expect(dead_code, reason = "as a program it has a `main`")]
#[path = "../../examples/device_code.rs"]
mod device_code;
#[expect(dead_code, reason = "as a program it has a `main`")]
#[path = "../../examples/invite.rs"]
mod invite;

#[tokio::test]
async fn invite_then_audit() {
    let server = MockServer::start().await.unwrap();
    let client = Client::new(Endpoint::new(server.url()).unwrap(), "any token".into()).unwrap();
    let said = invite::invite(&client, "/drive/root:/Notes.txt", "ryan@contoso.com").await.unwrap();
    assert_eq!(said, "invited Ryan Gregg");
    assert_eq!(server.outbox().len(), 1);

    let root = "/drive/root".parse().unwrap();
    let lines: Vec<_> = audit::audit(&client, &root).try_collect().await.unwrap();
    assert!(lines.contains(&"Notes.txt\tRyan Gregg\tread".to_owned()), "{lines:?}");
}

#[tokio::test]
async fn a_person_signs_in_by_a_code() {
    let server = MockServer::builder().auth(AuthMode::Strict).approve_devices_after(0).start().await.unwrap();
    let authority = Authority::at(server.url(), "contoso.com").unwrap();
    let (endpoint, id) = (Endpoint::new(server.url()).unwrap(), Application::console().id);
    let names = device_code::names(endpoint, authority, &id, |_| {}).await.unwrap();
    assert!(names.contains(&"Notes.txt".to_owned()), "{names:?}");
}
