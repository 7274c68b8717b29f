//! The table, its order, and that printing and reading are inverse.

use super::{table::ACTIONS, *};
use crate::{
    AddSharedFolderRequest, BatchRequest, ContainerPermissionRequest, CreateLinkRequest, Dialect,
    DriveAddress, GrantRequest, InviteRequest, Permission, RevokeGrantsRequest, SiteAddress,
    SitePermissionRequest, UpdatePermissionRequest, ValidatePermissionRequest,
};

#[test]
fn the_table_has_the_order_of_the_enumeration() {
    for (index, facts) in ACTIONS.iter().enumerate() {
        assert_eq!(facts.kind as usize, index);
        assert_eq!(facts.kind.facts(), facts);
    }
}

fn root() -> SiteAddress {
    SiteAddress::Id(Segment::new("root").unwrap())
}

fn every_action() -> Vec<Action> {
    let item: ItemAddress = "/drive/root:/a b/c#1.docx".parse().unwrap();
    let id = Segment::new("aTowIy5m=+ é").unwrap();
    let token = id.clone();
    vec![
        Action::get_drive(DriveAddress::Me),
        Action::get_site(root()),
        Action::get_item(item.clone()),
        Action::list_children(item.clone()),
        Action::list_changes(item.clone()),
        Action::list_permissions(item.clone()),
        Action::get_permission(item.clone(), id.clone()),
        Action::create_permission(item.clone(), &Permission::default()),
        Action::update_permission(item.clone(), id.clone(), &UpdatePermissionRequest::default()),
        Action::delete_permission(item.clone(), id.clone()),
        Action::invite(item.clone(), &InviteRequest::default()),
        Action::create_link(item.clone(), &CreateLinkRequest::default()),
        Action::revoke_grants(item.clone(), id.clone(), &RevokeGrantsRequest::default()),
        Action::get_share(id.clone()),
        Action::get_share_permission(id.clone()),
        Action::grant(id.clone(), &GrantRequest::default()),
        Action::revoke_share_grants(id.clone(), &RevokeGrantsRequest::default()),
        Action::get_share_list(token.clone()),
        Action::get_share_list_item(token),
        Action::list_shared_with_me(),
        Action::add_shared_folder(item.clone(), &AddSharedFolderRequest::default()),
        Action::validate_permission(item, id.clone(), &ValidatePermissionRequest::default()),
        Action::list_site_permissions(root()),
        Action::get_site_permission(root(), id.clone()),
        Action::create_site_permission(root(), &SitePermissionRequest::default()),
        Action::list_container_permissions(id.clone()),
        Action::create_container_permission(id, &ContainerPermissionRequest::default()),
        Action::batch(&BatchRequest::default()),
    ]
}

#[test]
fn every_action_is_read_as_it_is_printed() {
    let mut actions = every_action();
    assert_eq!(actions.len(), ACTIONS.len());
    let name = |text| Segment::new(text).unwrap();
    let by_path = SiteAddress::by_path(name("contoso.sharepoint.com"), [name("sites"), name("a b")]);
    actions.push(Action::get_site(by_path.clone()));
    actions.push(Action::list_site_permissions(by_path.clone()));
    actions.push(Action::get_site_permission(by_path, name("aTow=")));
    for dialect in [Dialect::Graph, Dialect::Direct, Dialect::DirectPersonal, Dialect::Server] {
        for action in &actions {
            let read = Action::parse(action.method().as_str(), &action.path(dialect), &[dialect]).unwrap();
            assert_eq!(read, Action { body: None, ..action.clone() });
            assert_eq!(action.body().is_some(), matches!(action.method(), Method::Post | Method::Patch));
        }
    }
}

#[test]
fn the_table_as_a_person_reads_it() {
    let lines: Vec<_> = ACTIONS
        .iter()
        .map(|facts| {
            format!(
                "{:<17}  {:<6} {:<53} {:?} {:?}, {} units{}, {:?}",
                facts.name,
                facts.method,
                facts.template(Dialect::Direct),
                facts.statuses,
                facts.answer,
                facts.units,
                if facts.sharing { ", sharing" } else { "" },
                facts.repeat
            )
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn what_services_also_write_is_read() {
    for (path, printed) in [
        ("/drives('b!4e')/items('01NQ')/permissions('aTow%3D')", "/drives/b!4e/items/01NQ/permissions/aTow="),
        ("/drives/b%214e/items/01NQ/permissions(%27aTow%27)", "/drives/b!4e/items/01NQ/permissions/aTow"),
        ("/drive/root/Permissions", "/drive/root/permissions"),
        ("/sites/contoso.sharepoint.com%3A%2Fsites%2Flaunch", "/sites/contoso.sharepoint.com:/sites/launch"),
        ("/shares('u!a')/permission", "/shares/u!a/permission"),
        ("/sites('root')", "/sites/root"),
        ("/drive/root/delta(token='aTE09NjM3')", "/drive/root/delta"),
        ("/drive/root:/a:/microsoft.graph.delta()", "/drive/root:/a:/delta"),
        ("/me/drive/microsoft.graph.sharedWithMe()", "/me/drive/sharedWithMe"),
        ("/shares/u!a/site", "/shares/u!a/site"),
        ("/sites/h.example:/", "/sites/h.example"),
        ("/sites/h.example:/sites/a:", "/sites/h.example:/sites/a"),
        ("/sites('root')/permissions('a')", "/sites/root/permissions/a"),
        ("/sites/h.example:/sites/a:/permissions/a", "/sites/h.example:/sites/a:/permissions/a"),
        (
            "/storage/fileStorage/containers('b!4e')/permissions",
            "/storage/fileStorage/containers/b!4e/permissions",
        ),
        ("/sites/h.example:/sites/a%20b:/drive/root", "/sites/h.example:/sites/a%20b:/drive/root"),
    ] {
        let action = Action::parse("GET", path, &[Dialect::Graph]).unwrap();
        assert_eq!(action.path(Dialect::Graph), printed, "{path}");
    }
}

#[test]
fn what_is_no_action_says_why() {
    let why = |method, path| Action::parse(method, path, &[Dialect::Graph]).unwrap_err().to_string();
    assert_eq!(why("GET", "/shares/u!a/lists"), r#"no action is called "lists""#);
    assert_eq!(why("GET", "/drive/items/1/shared"), r#"no action is called "shared""#);
    assert_eq!(why("POST", "/drive/items/1/oneDrive.invite"), r#"no action is called "oneDrive.invite""#);
    assert_eq!(why("GET", "/drive/items/1/permissions/2/3"), r#"no action is called "3""#);
    assert_eq!(why("GET", "/shares/u!a/permission/revoke"), r#"no action is called "revoke""#);
    assert_eq!(why("PUT", "/drive/items/1/invite"), "method not allowed; allowed here: POST");
    assert_eq!(
        why("TRACE", "/drive/items/1/permissions/2"),
        "method not allowed; allowed here: GET, PATCH, DELETE"
    );
    assert!(
        why("GET", "/x/sites/1").contains("expected drive")
            && why("GET", "x/sites/1").contains("expected drive")
    );
    assert!(why("GET", "/me/messages").contains("expected drive"));
    assert!(why("GET", "/sites/1/pages").contains("expected drive, drives or lists"));
}
