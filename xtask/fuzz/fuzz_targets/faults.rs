//! Files of faults. What is read is written so that it reads as the same faults.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sharing_mock::FaultList;

fuzz_target!(|text: &str| {
    match FaultList::from_json(text) {
        Ok(list) => {
            let written = serde_json::to_string(&list).unwrap();
            assert_eq!(FaultList::from_json(&written).as_ref(), Ok(&list), "{written}");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
