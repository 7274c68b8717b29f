//! Bodies of errors. Whatever JSON comes in goes out the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use sharing_model::ErrorResponse;

fuzz_target!(|bytes: &[u8]| {
    let value = serde_json::from_slice::<Value>(bytes).ok().filter(Value::is_object);
    let response = serde_json::from_slice::<ErrorResponse>(bytes).ok();
    assert_eq!(response.as_ref().map(|read| serde_json::to_value(read).unwrap()), value);
    if let Some(response) = response {
        let _ = response.misfits();
        assert!(response.codes().count() <= bytes.len());
    }
});
