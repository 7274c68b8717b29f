//! Identifiers in the forms that the service gives them, made from names, so that each run has the same.

use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD, HEXUPPER};
use uuid::Uuid;

/// The GUID of a thing of the tenant, by its name.
pub(crate) fn guid(name: &str) -> Uuid {
    const CONTOSO: Uuid = Uuid::from_u128(0x6d0f_3a52_1c7b_4e0a_9a55_70c3_2b1e_8d41);
    Uuid::new_v5(&CONTOSO, name.as_bytes())
}

/// The service's name for a request: a number that only looks like chance, the same for the same seed and request.
pub(crate) fn request_id(seed: u64, number: u64) -> Uuid {
    let start = fastrand::Rng::with_seed(seed).u64(..);
    let chance = fastrand::Rng::with_seed(start ^ number).u128(..);
    uuid::Builder::from_random_bytes(chance.to_be_bytes()).into_uuid()
}

/// A drive's id: the site's, the web's and the library's GUIDs.
pub(crate) fn drive_id(site: Uuid, web: Uuid, library: Uuid) -> String {
    let bytes = [site, web, library].map(|guid| guid.to_bytes_le()).concat();
    format!("b!{}", BASE64URL_NOPAD.encode(&bytes))
}

/// The GUID of the library that is a drive, out of its id; none on a personal drive.
pub(crate) fn library(drive: &str) -> Option<Uuid> {
    let bytes = BASE64URL_NOPAD.decode(drive.strip_prefix("b!")?.as_bytes()).ok()?;
    Some(Uuid::from_bytes_le(bytes.get(32..)?.try_into().ok()?))
}

/// An item's id: four bytes that all items of the drive share, and the item's GUID.
pub(crate) fn item_id(drive: &str, item: Uuid) -> String {
    let shared = &guid(drive).into_bytes()[..4];
    format!("01{}", BASE32_NOPAD.encode(&[shared, &item.to_bytes_le()].concat()))
}

/// A personal drive's id: 16 hexadecimal digits.
pub(crate) fn personal_drive_id(guid: Uuid) -> String {
    HEXUPPER.encode(&guid.as_bytes()[..8])
}

/// The id of an item of a personal drive: the drive's, and the item's GUID; a root has the number that each has.
pub(crate) fn personal_item_id(drive: &str, is_root: bool, item: Uuid) -> String {
    if is_root { format!("{drive}!101") } else { format!("{drive}!s{}", item.simple()) }
}

/// The GUID of the item that has this id in a drive, if the text has the form of one.
pub(crate) fn item_guid(drive: &str, id: &str) -> Option<Uuid> {
    if let Some(own) = id.strip_prefix(drive).and_then(|rest| rest.strip_prefix('!')) {
        let number = || own.bytes().all(|byte| byte.is_ascii_digit()).then(|| guid(id));
        return own.strip_prefix('s').and_then(|hex| Uuid::try_parse(hex).ok()).or_else(number);
    }
    let bytes = BASE32_NOPAD.decode(id.strip_prefix("01")?.as_bytes()).ok()?;
    Some(Uuid::from_bytes_le(bytes.get(4..)?.try_into().ok()?))
}

/// Whether a text has the form of an item's id, though no item may have it.
pub(crate) fn is_item_id(text: &str) -> bool {
    let personal = || {
        let (drive, own) = text.split_once('!')?;
        Some(is_cid(drive) && !own.is_empty())
    };
    text.len() == 34
        && text.strip_prefix("01").is_some_and(|rest| BASE32_NOPAD.decode(rest.as_bytes()).is_ok())
        || personal().unwrap_or(false)
}

/// Whether a text has the form of a drive's id, though no drive may have it.
pub(crate) fn is_drive_id(text: &str) -> bool {
    let business = |rest: &str| BASE64URL_NOPAD.decode(rest.as_bytes()).is_ok_and(|bytes| bytes.len() == 48);
    text.strip_prefix("b!").map_or_else(|| is_cid(text), business)
}

/// Whether a text has the form of a personal drive's id.
pub(crate) fn is_cid(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The last part of a link's URL: what it leads to, and the link's own number.
pub(crate) fn link_token(is_folder: bool, item: Uuid, link: Uuid) -> String {
    let kind = if is_folder { 0x12 } else { 0x11 };
    BASE64URL_NOPAD.encode(&[&[kind][..], &item.to_bytes_le(), &[1], link.as_bytes()].concat())
}

/// The id of a permission that its grantee holds directly: the grantee's login name.
pub(crate) fn permission_id(login_name: &str) -> String {
    BASE64URL_NOPAD.encode(login_name.as_bytes())
}

/// The claim by which a personal drive's site knows somebody: the account is that of the mail address itself, whoever's
/// guest it is elsewhere.
pub(crate) fn personal_login_name(mail: &str) -> String {
    format!("i:0#.f|membership|{}", mail.to_lowercase())
}

/// The name of a link to an item of a personal drive, which is its share's id as well.
pub(crate) fn share_id(link: Uuid) -> String {
    format!("s!{}", BASE64URL_NOPAD.encode(link.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_requests_have_one_name() {
        let names: std::collections::HashSet<_> =
            (0..100).flat_map(|seed| (0..100).map(move |number| request_id(seed, number))).collect();
        assert_eq!((names.len(), request_id(1, 2)), (10_000, request_id(1, 2)));
    }

    #[test]
    fn identifiers_have_the_forms_of_the_service() {
        let id = |text: &str| text.parse::<Uuid>().unwrap();
        assert_eq!(
            drive_id(
                id("1b4b6576-906d-4d94-8f49-6d00a9507b50"),
                id("7ef259e8-8eed-4645-920a-8b367bb0d8e0"),
                id("f7f90ed1-a285-40e2-8841-e5460d76a332")
            ),
            "b!dmVLG22QlE2PSW0AqVB7UOhZ8n7tjkVGkgqLNnuw2ODRDvn3haLiQIhB5UYNdqMy"
        );
        let drive = drive_id(guid("a"), guid("b"), guid("c"));
        assert_eq!((library(&drive), library("0123456789ABCDEF")), (Some(guid("c")), None));
        assert!(is_drive_id(&drive) && !is_drive_id("b!abc"));
        assert!(is_item_id(&item_id(&drive, guid("d"))) && !is_item_id("01NQ"));
        let home = personal_drive_id(guid("home"));
        for (id, of) in
            [(item_id(&drive, guid("d")), &drive), (personal_item_id(&home, false, guid("d")), &home)]
        {
            assert_eq!(item_guid(of, &id), Some(guid("d")), "{id}");
            assert!(is_item_id(&id));
        }
        assert_eq!(personal_item_id(&home, true, guid("d")), format!("{home}!101"));
        assert!(is_drive_id(&home) && item_guid(&home, "ABC!12").is_none());
        assert_eq!(personal_login_name("Sam@outlook.com"), "i:0#.f|membership|sam@outlook.com");
        assert!(permission_id("i:0#.f|membership|ryan@contoso.com").starts_with("aTowIy5mfG1lbWJlcnNoaXB8"));
    }
}
