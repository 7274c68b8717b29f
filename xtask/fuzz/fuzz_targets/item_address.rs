//! Addresses, as a person types them and as a URL's path has them. What is read is printed, in either spelling, so
//! that it reads as the same address.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sharing_model::{AddressError, DriveAddress, ItemAddress};

fuzz_target!(|text: &str| {
    holds(text, text.parse());
    holds(text, ItemAddress::from_url_path(text));

    match ItemAddress::split_url_path(text) {
        Ok((address, rest)) => {
            assert!(text.ends_with(rest));
            assert!(rest.is_empty() || rest.starts_with('/'), "{address} is followed by {rest:?}");
            let whole = address.to_url_path() + rest;
            assert_eq!(ItemAddress::split_url_path(&whole), Ok((address, rest)), "{whole}");
        }
        Err(error) => tells_the_place(text, &error),
    }
    match DriveAddress::from_url_path(text) {
        Ok(drive) => assert_eq!(DriveAddress::from_url_path(&drive.to_url_path()), Ok(drive)),
        Err(error) => tells_the_place(text, &error),
    }
});

fn holds(text: &str, read: Result<ItemAddress, AddressError>) {
    match read {
        Ok(address) => {
            assert_eq!(address.to_string().parse().as_ref(), Ok(&address));
            assert_eq!(ItemAddress::from_url_path(&address.to_url_path()), Ok(address));
        }
        Err(error) => tells_the_place(text, &error),
    }
}

fn tells_the_place(text: &str, error: &AddressError) {
    assert!((1..=text.chars().count() + 1).contains(&error.column()));
    assert!(!error.to_string().is_empty());
}
