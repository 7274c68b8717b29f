//! Short forms that people type and that no URL has.

use super::{AddressError, DriveAddress, ItemAddress, ItemKey, Segment, encode};

/// What `me:/path` or `kim@contoso.com:/path` means; nothing where it is not written so.
pub(super) fn in_drive_of(text: &str) -> Result<Option<ItemAddress>, AddressError> {
    let text = text.trim();
    let Some((whose, path)) = text.split_once(':') else { return Ok(None) };
    if !path.is_empty() && !path.starts_with('/') {
        return Ok(None);
    }
    let drive = match whose {
        "me" => DriveAddress::Me,
        name if name.contains('@') && !name.contains('/') => DriveAddress::User(name_in(text, name)?),
        _ => return Ok(None),
    };
    let names = path.trim_end_matches(':').split('/').filter(|name| !name.is_empty());
    let path = names.map(|name| name_in(text, name)).collect::<Result<_, _>>()?;
    Ok(Some(ItemAddress::InDrive { drive, item: ItemKey::Root, path }))
}

/// The URL of what a person writes as a site's URL, `:` and a path below it; nothing where it is not written so. The `:w:`
/// of a sharing link is no such `:`, nor is that before a port.
pub(super) fn below_site(text: &str) -> Result<Option<String>, AddressError> {
    let Some(rest) = text.trim().strip_prefix("https://") else { return Ok(None) };
    let mut end = 0;
    let colon = rest.split('/').find_map(|part| {
        let start = end;
        end = start + part.len() + 1;
        let site =
            part.strip_suffix(':').filter(|site| !site.is_empty() && !site.contains([':', '?', '#']))?;
        Some(start + site.len())
    });
    let Some((site, path)) = colon.and_then(|colon| Some((&rest[..colon], rest.get(colon + 2..)?))) else {
        return Ok(None);
    };
    let mut url = format!("https://{site}");
    for name in path.split('/').filter(|name| !name.is_empty()) {
        url.extend(["/", &encode(&name_in(text, name)?)]);
    }
    Ok(Some(url))
}

/// A name, which stands somewhere in the text.
fn name_in(text: &str, name: &str) -> Result<Segment, AddressError> {
    Segment::new(name).ok_or_else(|| AddressError {
        input: text.to_owned(),
        column: text.find(name).map_or(1, |byte| text[..byte].chars().count() + 1),
        expected: "the name of a person, a library, a folder or a file",
        found: format!("{name:?}"),
    })
}
