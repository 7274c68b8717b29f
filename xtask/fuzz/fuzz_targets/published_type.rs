//! Every type that has a schema, picked by the first byte. Whatever JSON object comes in goes out the same.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use sharing_model::{
    ErrorResponse, Permission,
    schema::{Root, roots},
};

static ROOTS: LazyLock<Vec<Root>> = LazyLock::new(roots);

fuzz_target!(|bytes: &[u8]| {
    let Some((first, json)) = bytes.split_first() else { return };
    let root = &ROOTS[usize::from(*first) % ROOTS.len()];
    let value = serde_json::from_slice::<Value>(json).ok().filter(Value::is_object);
    assert_eq!(root.rewrite(json).ok(), value, "{}", root.name);

    // What is asked of those that come from a service: it is answered, whatever came.
    if let Ok(permission) = serde_json::from_slice::<Permission>(json) {
        let _ = permission.misfits();
        let _ = permission.holder();
        assert!(permission.grantees().len() <= json.len());
    }
    if let Ok(response) = serde_json::from_slice::<ErrorResponse>(json) {
        let _ = response.misfits();
        assert!(response.codes().count() <= json.len());
    }
});
