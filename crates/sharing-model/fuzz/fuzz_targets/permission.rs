//! Permissions and pages of them. Whatever JSON comes in goes out the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use sharing_model::{Collection, Permission};

fuzz_target!(|bytes: &[u8]| {
    let value = serde_json::from_slice::<Value>(bytes).ok().filter(Value::is_object);

    let permission = serde_json::from_slice::<Permission>(bytes).ok();
    assert_eq!(permission.as_ref().map(|read| serde_json::to_value(read).unwrap()), value);
    if let Some(permission) = permission {
        let _ = permission.misfits();
        let _ = permission.holder();
    }

    let page = serde_json::from_slice::<Collection<Permission>>(bytes).ok();
    assert_eq!(page.as_ref().map(|read| serde_json::to_value(read).unwrap()), value);
    if let Some(page) = page {
        let _ = page.misfits();
    }
});
