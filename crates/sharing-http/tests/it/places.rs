//! Sites, containers, shared folders and passwords: client and mock meet on the wire.

use futures_util::TryStreamExt;
use serde_json::{Value, json};
use sharing_http::{Client, Endpoint};
use sharing_mock::{Cut, FaultRule, MockServer, World};
use sharing_model::{
    ActionKind, AddSharedFolderRequest, ContainerPermissionRequest, CreateLinkRequest, DriveAddress,
    ItemAddress, LinkScope, LinkType, Permission, Role, Segment, SiteAddress, SitePermissionRequest,
    ValidatePermissionRequest,
};

fn client(server: &MockServer) -> Client {
    Client::new(Endpoint::new(server.url()).unwrap(), "any".into()).unwrap()
}

fn segment(text: &str) -> Segment {
    Segment::new(text).unwrap()
}

fn site(path: [&str; 2]) -> SiteAddress {
    SiteAddress::by_path(segment("contoso.sharepoint.com"), path.map(segment))
}

#[tokio::test]
async fn an_application_gets_a_role_in_a_site() {
    let server = MockServer::start().await.unwrap();
    let client = client(&server);
    let launch = site(["sites", "launch"]);
    let request =
        SitePermissionRequest::application("89ea5c94-7736-4e25-95ad-3fa95f62b66e", Role::Write).unwrap();
    let made = client.create_site_permission(&launch, &request).await.unwrap();
    let held: Vec<Permission> = client.site_permissions(&launch).elements().try_collect().await.unwrap();
    assert_eq!(held.len(), 2);
    assert_eq!(held[1].id, made.id);
    let read = client.site_permission(&launch, &segment(&made.id.unwrap())).await.unwrap();
    assert_eq!(read.roles.unwrap(), [Role::Write]);
}

#[tokio::test]
async fn a_user_gets_a_role_in_a_container() {
    let server = MockServer::start().await.unwrap();
    let client = client(&server);
    let claims = site(["contentstorage", "CSP_6f0d2b7a-91c4-4e58-a3b6-0c7d5e1f8294"]);
    let drive = client.drive(&DriveAddress::Site(claims)).await.unwrap();
    let container = segment(&drive.id.unwrap());
    let request = ContainerPermissionRequest::user("ryan@contoso.com", Role::from("reader")).unwrap();
    let made = client.create_container_permission(&container, &request).await.unwrap();
    let held: Vec<Permission> =
        client.container_permissions(&container).elements().try_collect().await.unwrap();
    assert_eq!(held.last().unwrap().id, made.id);
    assert_eq!(held.last().unwrap().grantees()[0].name(), Some("Ryan Gregg"));
}

/// Sam's drive, and what asks to add Ryan's folder to it.
async fn shared_folder(rules: impl IntoIterator<Item = FaultRule>) -> (MockServer, AddSharedFolderRequest) {
    let mut world: Value = serde_json::from_str(&World::contoso().to_string()).unwrap();
    world["me"] = "sam@outlook.com".into();
    world["drives"][2]["items"][0]["permissions"] = json!([
        { "to": "ryan@contoso.com", "roles": ["owner"] }, { "to": "sam@outlook.com", "roles": ["read"] },
    ]);
    let world: World = world.to_string().parse().unwrap();
    let server = MockServer::builder().world(world).faults(rules).start().await.unwrap();
    let drafts: ItemAddress = "/users/ryan@contoso.com/drive/root:/Drafts".parse().unwrap();
    let drafts = client(&server).item(&drafts).get().await.unwrap();
    let drive = drafts.parent_reference.unwrap().drive_id.unwrap();
    let request = AddSharedFolderRequest::new(drive, drafts.id.unwrap()).unwrap().named("From Ryan").unwrap();
    (server, request)
}

#[tokio::test]
async fn a_shared_folder_is_added_to_a_personal_drive() {
    let (server, request) = shared_folder([]).await;
    let client = client(&server);
    let root: ItemAddress = "/me/drive/root".parse().unwrap();
    let added = client.item(&root).add_shared_folder(&request).await.unwrap();
    assert_eq!(added.remote_item.unwrap()["id"], json!(request.remote_item.as_ref().unwrap().id));
    let error = client.item(&root).add_shared_folder(&request).await.unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(409), Some("nameAlreadyExists")));
}

/// A second one would be refused because the first is there, and would be told as if nothing had been done.
#[tokio::test]
async fn a_shared_folder_is_not_asked_for_twice_when_the_answer_got_lost() {
    let lost = FaultRule::cut(Cut::AfterChange).on(ActionKind::AddSharedFolder).times(1);
    let (server, request) = shared_folder([lost]).await;
    let client = client(&server);
    let root: ItemAddress = "/me/drive/root".parse().unwrap();
    let error = client.item(&root).add_shared_folder(&request).await.unwrap_err();
    assert!(error.is_in_doubt() && error.attempts() == 1, "{error}");
    let children = client.item(&root).children().await.unwrap().value.unwrap();
    assert_eq!(children.iter().filter(|child| child.name.as_deref() == Some("From Ryan")).count(), 1);
}

#[tokio::test]
async fn a_password_is_validated() {
    let server = MockServer::start().await.unwrap();
    let client = client(&server);
    let notes: ItemAddress = "/me/drive/root:/Notes.txt".parse().unwrap();
    let request = CreateLinkRequest::builder().link_type(LinkType::View).scope(LinkScope::Anonymous);
    let request = request.password("one of ten").build().unwrap();
    let link = client.item(&notes).create_link(&request).await.unwrap();
    let id = segment(&link.id.unwrap());
    let permission = client.item(&notes).permission(&id);
    permission.validate(&ValidatePermissionRequest::new("one of ten").unwrap()).await.unwrap();
    let wrong = ValidatePermissionRequest::new("seven of nine").unwrap();
    assert_eq!(permission.validate(&wrong).await.unwrap_err().status(), Some(403));
}
