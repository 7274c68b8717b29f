//! The rules for the item that a request goes to.

use super::{Fault, ItemKind, Severity};
use crate::{Circumstances, InvalidRequest, ItemAddress, ItemKey};

/// The item at an address as a person types it, for a request that is judged with it: all that is wrong with either is
/// said at once.
pub(crate) fn with_item(
    address: &str,
    mut circumstances: Circumstances,
    validate: impl FnOnce(&Circumstances) -> Vec<Fault>,
) -> Result<ItemAddress, InvalidRequest> {
    let item = address.parse::<ItemAddress>();
    let mut faults = match &item {
        Ok(item) => {
            circumstances = known_by_address(item, circumstances);
            check_item(item)
        }
        Err(error) => vec![error.clone().into()],
    };
    faults.extend(validate(&circumstances));
    InvalidRequest::unless(faults)?;
    Ok(item?)
}

/// What an address says about the item, besides what is known otherwise.
fn known_by_address(item: &ItemAddress, circumstances: Circumstances) -> Circumstances {
    match item {
        ItemAddress::InDrive { item: ItemKey::Root, path, .. } if path.is_empty() => {
            circumstances.item(ItemKind::Root)
        }
        _ => circumstances,
    }
}

/// That an item's id is not the number of a list's row, which the service answers with "does not support sharing".
fn check_item(item: &ItemAddress) -> Vec<Fault> {
    match item {
        ItemAddress::InDrive { item: ItemKey::Id(id), .. }
            if id.as_str().bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            vec![Fault {
                property: "item".to_owned(),
                rule: "item-id",
                limit: "a drive item's id; a number is that of a list's row".into(),
                found: id.to_string(),
                severity: Severity::Error,
                source: "onedrive-api-docs#1631",
                answer: None,
            }]
        }
        _ => vec![],
    }
}
