//! The grammar, and that parsing and printing are inverse.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;

use super::*;

fn plain(text: &str) -> Result<String, String> {
    text.parse::<ItemAddress>().map(|address| address.to_string()).map_err(|error| error.to_string())
}

#[test]
fn every_form_is_read_and_printed() {
    for form in [
        "/drive/items/01NQ",
        "/drive/root",
        "/drive/root:/Projects/Quarterly report.docx",
        "/drive/special/documents:/a",
        "/drives/b!4e/items/01NQ",
        "/drives/b!4e/root:/100% [final] #2 'é' \"x\".docx",
        "/drives/b!4e/items/01NQ:/below/it",
        "/me/drive/items/ABC!123",
        "/users/ryan@contoso.com/drive/root",
        "/groups/6f1d/drive/items/01NQ",
        "/sites/contoso.sharepoint.com,1b4b,7ef2/drive/items/01NQ",
        "/sites/root/drives/b!4e/items/01NQ",
        "/sites/root/lists/docs/items/7/driveItem",
        "/sites/contoso.sharepoint.com:/sites/launch:/drive/root:/Press",
        "/sites/contoso.sharepoint.com:/sites/launch:/drives/b!4e/items/01NQ",
        "/sites/contoso.sharepoint.com:/sites/a b:/lists/docs/items/7/driveItem",
        "/shares/u!aHR0cHM/driveItem",
        "/shares/u!aHR0cHM/items/01NQ",
    ] {
        assert_eq!(plain(form).as_deref(), Ok(form));
        let address: ItemAddress = form.parse().unwrap();
        assert_eq!(ItemAddress::from_url_path(&address.to_url_path()), Ok(address));
    }
}

#[test]
fn what_people_and_services_also_write_is_read() {
    assert_eq!(plain("drive/items/01NQ").unwrap(), "/drive/items/01NQ");
    assert_eq!(plain("/drive/items/root").unwrap(), "/drive/root");
    assert_eq!(plain("/Drive/Root:/Projects/:").unwrap(), "/drive/root:/Projects");
    assert_eq!(plain("/drives('b!4e')/items('01''NQ')").unwrap(), "/drives/b!4e/items/01'NQ");
    assert_eq!(plain("/shares('u!a')/root").unwrap(), "/shares/u!a/driveItem");
    let (row, rest) = ItemAddress::split_url_path("/sites/root/lists/docs/items/7/createLink").unwrap();
    assert_eq!((row.to_string().as_str(), rest), ("/sites/root/lists/docs/items/7/driveItem", "/createLink"));
    let (_, rest) =
        ItemAddress::split_url_path("/sites/root/lists/docs/items/7/driveItem/createLink").unwrap();
    assert_eq!(rest, "/createLink");
    let encoded = ItemAddress::from_url_path("/drives('b%214e')/root:/a%2520b").unwrap();
    assert_eq!(encoded.to_string(), "/drives/b!4e/root:/a%20b");
    assert_eq!(encoded.to_url_path(), "/drives/b!4e/root:/a%2520b:");
}

#[test]
fn what_clients_encode_more_than_they_need_to_is_read() {
    for (path, address) in [
        ("/drives/b%214e/items/01NQ/permissions", "/drives/b!4e/items/01NQ"),
        ("/drives/B%2142/items/B%2142%21s7/permissions", "/drives/B!42/items/B!42!s7"),
        ("/drives(%27b%214e%27)/items(%2701NQ%27)/permissions", "/drives/b!4e/items/01NQ"),
        ("/me/drive/items/root%3A%2FA%20b%2Fc.docx%3A/permissions", "/me/drive/root:/A b/c.docx"),
        ("/drives/b!4e/items/01NQ%3a%2fc.docx/permissions", "/drives/b!4e/items/01NQ:/c.docx"),
        ("/drive/root%3A/A/c%23.docx%3a/permissions", "/drive/root:/A/c#.docx"),
        (
            "/sites/contoso.sharepoint.com%3A%2Fsites%2Fa%20b%3A/drives/b!4e/items/01NQ/permissions",
            "/sites/contoso.sharepoint.com:/sites/a b:/drives/b!4e/items/01NQ",
        ),
        (
            "/users/kim_fabrikam.com%23EXT%23%40contoso.com/drive/root/permissions",
            "/users/kim_fabrikam.com#EXT#@contoso.com/drive/root",
        ),
    ] {
        let (found, rest) =
            ItemAddress::split_url_path(path).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!((found.to_string().as_str(), rest), (address, "/permissions"), "{path}");
    }
    // A name in a path has no slash, however it is spelt.
    for path in ["/drive/root:/A%2Fc.docx", "/drive/items/01%2FNQ", "/drive/items/root%3A%2F%2Fc"] {
        assert!(ItemAddress::from_url_path(path).is_err(), "{path}");
    }
}

#[test]
fn what_is_no_address_is_refused_with_its_place() {
    let refusals: Vec<String> = [
        "",
        "/",
        "/me/messages/1",
        "/drive",
        "/drive/items",
        "/drive/items/",
        "/drive/items/01NQ/permissions",
        "/drive/root:",
        "/drive/root:/",
        "/drive/root:/a//b",
        "/drive/root:/a/../b",
        "/drive/root:/what?.docx",
        "/drives/b!4e/list/1",
        "/sites/root/pages/1",
        "/sites/root/lists/1/rows/1/driveItem",
        "/shares/u!abc",
        "http://contoso.sharepoint.com/x.docx",
        "/drive/root:/é:/x",
    ]
    .iter()
    .map(|text| plain(text).unwrap_err())
    .collect();
    insta::assert_snapshot!(refusals.join("\n"));
}

#[test]
fn an_encoded_dot_segment_or_slash_is_refused() {
    for path in ["/drive/items/%2e%2e", "/drive/root:/a%2fb", "/drive/items/%ff", "/drive/root:/%00"] {
        assert!(ItemAddress::from_url_path(path).is_err(), "{path}");
    }
}

#[test]
fn what_follows_an_address_starts_with_a_slash() {
    for path in ["/drive/root:/a:permissions", "/drive/root:/a::", "/shares/u!a/driveItem:"] {
        let error = ItemAddress::split_url_path(path).unwrap_err();
        assert_eq!(error.expected(), "a slash or the end of the address", "{path}");
    }
}

fn segment() -> impl Strategy<Value = Segment> {
    "[^/\\\\:*?<>|\\p{Cc}]{1,12}".prop_filter_map("legal", Segment::new)
}

fn site() -> impl Strategy<Value = SiteAddress> {
    (segment(), prop::collection::vec(segment(), 0..3))
        .prop_map(|(host, path)| SiteAddress::by_path(host, path))
}

fn address() -> impl Strategy<Value = ItemAddress> {
    let drive = prop_oneof![
        Just(DriveAddress::Default),
        Just(DriveAddress::Me),
        segment().prop_map(DriveAddress::Drive),
        segment().prop_map(DriveAddress::User),
        segment().prop_map(DriveAddress::Group),
        site().prop_map(DriveAddress::Site),
        (site(), segment()).prop_map(|(site, drive)| DriveAddress::SiteDrive { site, drive }),
    ];
    let id = segment().prop_filter("an alias of /root", |id| id.as_str() != "root");
    let item =
        prop_oneof![Just(ItemKey::Root), id.prop_map(ItemKey::Id), segment().prop_map(ItemKey::Special)];
    prop_oneof![
        (drive, item, prop::collection::vec(segment(), 0..4))
            .prop_map(|(drive, item, path)| ItemAddress::InDrive { drive, item, path }),
        segment().prop_map(|token| ItemAddress::Shared { token }),
        (segment(), segment()).prop_map(|(token, id)| ItemAddress::SharedItem { token, id }),
        (site(), segment(), segment()).prop_map(|(site, list, item)| ItemAddress::ListItem {
            site,
            list,
            item
        }),
    ]
}

proptest! {
    #[test]
    fn a_site_is_read_as_it_is_printed(site in site(), rest in "(/[a-z]{1,5}){1,2}") {
        let whole = format!("{}{rest}", site.to_url_path_before());
        prop_assert_eq!(SiteAddress::split_url_path(&whole).unwrap(), (site.clone(), rest.as_str()));
        let alone = site.to_url_path();
        prop_assert_eq!(SiteAddress::split_url_path(&alone).unwrap(), (site, ""));
    }

    #[test]
    fn parse_and_print_are_inverse(address in address(), rest in "(/[a-z]{1,5}){0,2}") {
        prop_assert_eq!(&address.to_string().parse::<ItemAddress>().unwrap(), &address);
        prop_assert_eq!(&ItemAddress::from_url_path(&address.to_url_path()).unwrap(), &address);
        let whole = format!("{}{rest}", address.to_url_path());
        prop_assert_eq!(ItemAddress::split_url_path(&whole).unwrap(), (address, rest.as_str()));
    }

    #[test]
    fn an_address_by_path_may_stand_in_the_place_of_an_id(names in proptest::collection::vec(segment(), 1..4)) {
        let address = ItemAddress::InDrive { drive: DriveAddress::Me, item: ItemKey::Root, path: names };
        let path = address.to_url_path();
        let text = percent_encoding::percent_decode_str(path.strip_prefix("/me/drive/").unwrap()).decode_utf8().unwrap();
        let id = utf8_percent_encode(&text, NON_ALPHANUMERIC);
        prop_assert_eq!(ItemAddress::from_url_path(&format!("/me/drive/items/{id}")), Ok(address));
    }

    #[test]
    fn no_input_panics(text in ".{0,40}") {
        let _ = text.parse::<ItemAddress>();
        let _ = ItemAddress::from_url_path(&text);
    }

    #[test]
    fn nothing_almost_like_an_address_panics(text in "(/|:|drive|root|items|sites|\\('|'\\)|%2|é|x){0,12}") {
        if let Ok(address) = text.parse::<ItemAddress>() {
            prop_assert_eq!(address.to_string().parse::<ItemAddress>().unwrap(), address);
        }
        let _ = ItemAddress::split_url_path(&text);
    }
}

#[test]
fn a_path_below_a_sites_url_is_that_url() {
    let same = |typed: &str, url: &str| {
        assert_eq!(typed.parse::<ItemAddress>().unwrap(), url.parse().unwrap(), "{typed}");
    };
    same(
        "https://contoso.sharepoint.com:/Shared Documents",
        "https://contoso.sharepoint.com/Shared%20Documents",
    );
    same(
        "https://contoso.sharepoint.com/sites/x:/Docs/Zoë.docx",
        "https://contoso.sharepoint.com/sites/x/Docs/Zo%C3%AB.docx",
    );
    // Links and ports have colons of their own.
    for url in [
        "https://contoso.sharepoint.com/:w:/s/x/EaBc",
        "https://localhost:8443/x/a.docx",
        "https://a.b/x?y=z:/c",
    ] {
        assert_eq!(
            url.parse::<ItemAddress>().unwrap(),
            ItemAddress::from(url.parse::<crate::SharingUrl>().unwrap())
        );
    }
    let error = "https://contoso.sharepoint.com/sites/x:/Docs/a*b".parse::<ItemAddress>().unwrap_err();
    assert_eq!((error.column(), error.found()), (46, "\"a*b\""));
}

#[test]
fn a_path_in_somebodys_drive_is_short() {
    for (typed, whole) in [
        ("me:/", "/me/drive/root"),
        ("me:", "/me/drive/root"),
        (" me:/Notes.txt ", "/me/drive/root:/Notes.txt"),
        ("kim@contoso.com:/Plans/Zoë #2.docx", "/users/kim@contoso.com/drive/root:/Plans/Zoë #2.docx"),
        ("lee_fabrikam.com#EXT#@contoso.com:/a:", "/users/lee_fabrikam.com#EXT#@contoso.com/drive/root:/a"),
    ] {
        assert_eq!(typed.parse::<ItemAddress>().unwrap(), whole.parse().unwrap(), "{typed}");
    }
    let error = "me:/Plans/a*b".parse::<ItemAddress>().unwrap_err();
    assert_eq!((error.column(), error.found()), (11, "\"a*b\""));
    for none in ["me", "kim:/Plans", "me:Plans", "mail:kim@contoso.com"] {
        assert!(none.parse::<ItemAddress>().is_err(), "{none}");
    }
}
