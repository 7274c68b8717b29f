//! World files. What is read is written so that it reads as the same world.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sharing_mock::World;

fuzz_target!(|text: &str| {
    match text.parse::<World>() {
        Ok(world) => {
            let written = world.to_string();
            let again: World = written.parse().unwrap_or_else(|error| panic!("{error}: {written}"));
            assert_eq!(again.to_string(), written);
        }
        Err(error) => assert!(!error.faults().is_empty() && !error.faults().iter().any(String::is_empty)),
    }
});
