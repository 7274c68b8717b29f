//! Client and mock meet on the wire.

use sharing_http::{Client, Endpoint};
use sharing_mock::MockServer;
use sharing_model::{
    CreateLinkRequest, Dialect, DriveAddress, DriveItem, DriveRecipient, InviteRequest, ItemAddress,
    LinkScope, Permission, RevokeGrantsRequest, Role, Segment, SiteAddress, UpdatePermissionRequest,
};

fn client(server: &MockServer, version: &str) -> Client {
    let endpoint = Endpoint::new(&format!("{}{version}", server.url())).unwrap();
    Client::new(endpoint, "any".into()).unwrap()
}

fn report() -> ItemAddress {
    "/drive/root:/Projects/Quarterly report.docx".parse().unwrap()
}

/// The page's example.
fn request() -> InviteRequest {
    InviteRequest::builder()
        .recipient(DriveRecipient::email("ryan@contoso.com"))
        .role(Role::Write)
        .message("Here's the file that we're collaborating on.")
        .send_invitation(true)
        .build()
        .unwrap()
}

fn forms(item: &DriveItem) -> [ItemAddress; 4] {
    let segment = |text: &Option<String>| Segment::new(text.clone().unwrap()).unwrap();
    let parent = item.parent_reference.clone().unwrap();
    let id = segment(&item.id);
    [
        ItemAddress::item(DriveAddress::Drive(segment(&parent.drive_id)), id.clone()),
        ItemAddress::item(DriveAddress::Default, id.clone()),
        ItemAddress::item(DriveAddress::Site(SiteAddress::Id(segment(&parent.site_id))), id),
        report(),
    ]
}

#[tokio::test]
async fn the_pages_example_on_every_address_form_and_endpoint() {
    for (version, dialect) in [
        ("/v1.0", Dialect::Graph),
        ("/beta", Dialect::Graph),
        ("/_api/v2.0", Dialect::Direct),
        ("/_api/v2.0", Dialect::Server),
    ] {
        let server = MockServer::start().await.unwrap();
        let endpoint = Endpoint::new(&format!("{}{version}", server.url())).unwrap().with_dialect(dialect);
        let client = Client::new(endpoint, "any".into()).unwrap();
        let item = client.item(&report()).get().await.unwrap();
        for address in forms(&item) {
            let granted = client.item(&address).invite(&request()).await.unwrap();
            let [permission] = &granted.value.unwrap()[..] else {
                panic!("one permission for one recipient")
            };
            assert_eq!(permission.holder(), "Ryan Gregg");
            assert_eq!(permission.roles, Some(vec![Role::Write]));
            assert!(permission.id.is_some());
        }
        let mails = server.outbox();
        assert_eq!(mails.len(), 4);
        assert_eq!(mails[0].to, "ryan@contoso.com");
        assert_eq!(mails[0].message, request().message);
    }
}

#[tokio::test]
async fn a_permission_is_listed_read_and_deleted() {
    let server = MockServer::start().await.unwrap();
    let client = client(&server, "");
    let address = report();
    let item = client.item(&address);
    item.invite(&request()).await.unwrap();

    let list = item.permissions().await.unwrap().value.unwrap();
    let holders: Vec<_> = list.iter().map(Permission::holder).collect();
    assert_eq!(holders, ["Nadia Okafor", "Ryan Gregg"]);

    let id = Segment::new(list[1].id.clone().unwrap()).unwrap();
    let mut alone = item.permission(&id).get().await.unwrap();
    // An answer says what it is; an element of a list does not.
    alone.additional.remove("@odata.context");
    assert_eq!(alone, list[1]);
    item.permission(&id).delete().await.unwrap();
    assert_eq!(item.permissions().await.unwrap().value.unwrap(), list[..1]);

    let error = item.permission(&id).delete().await.unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(404), Some("itemNotFound")));
    assert!(!error.is_in_doubt());
}

#[tokio::test]
async fn a_refusal_keeps_all_that_the_service_said() {
    let server = MockServer::start().await.unwrap();
    for version in ["/v1.0", "/_api/v2.0"] {
        let client = client(&server, version);
        let nobody = InviteRequest::builder()
            .recipient(DriveRecipient::alias("nobody"))
            .role(Role::Read)
            .build()
            .unwrap();
        let error = client.item(&report()).invite(&nobody).await.unwrap_err();
        assert_eq!(error.status(), Some(400));
        assert_eq!(error.codes().collect::<Vec<_>>(), ["noResolvedUsers"]);
        assert_eq!(error.message(), Some("One or more users could not be resolved."));
        let inner = error.response().unwrap().error.as_ref().unwrap().inner().unwrap();
        assert_eq!(error.request_id(), inner.request_id.as_deref());
        assert_eq!(error.client_request_id(), inner.client_request_id.as_deref());
        assert_eq!(
            error.to_string(),
            "invite: 400 Bad Request, noResolvedUsers: One or more users could not be resolved."
        );
    }
    assert!(server.outbox().is_empty());
}

#[tokio::test]
async fn a_role_is_changed_and_people_leave_a_link() {
    let server = MockServer::start().await.unwrap();
    let client = client(&server, "");
    let address = report();
    let item = client.item(&address);
    let granted = item.invite(&request()).await.unwrap().value.unwrap();
    let id = Segment::new(granted[0].id.clone().unwrap()).unwrap();
    let changed =
        item.permission(&id).update(&UpdatePermissionRequest::role(Role::Read).unwrap()).await.unwrap();
    assert_eq!(changed.roles, Some(vec![Role::Read]));

    let people = CreateLinkRequest::builder()
        .scope(LinkScope::Users)
        .recipients([DriveRecipient::email("ryan@contoso.com"), DriveRecipient::alias("priya")]);
    let link = item.create_link(&people.build().unwrap()).await.unwrap();
    let id = Segment::new(link.id.clone().unwrap()).unwrap();
    let leaving = RevokeGrantsRequest::new([DriveRecipient::email("ryan@contoso.com")]).unwrap();
    let left = item.permission(&id).revoke_grants(&leaving).await.unwrap();
    let names: Vec<_> = left.grantees().iter().map(|who| who.name().unwrap().to_owned()).collect();
    assert_eq!(names, ["Priya Raman"]);

    let folder = "/drive/root:/Projects".parse().unwrap();
    let children = client.item(&folder).children().await.unwrap().value.unwrap();
    assert!(children.iter().any(|child| child.name.as_deref() == Some("Quarterly report.docx")));
}
