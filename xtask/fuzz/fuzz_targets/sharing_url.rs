//! Sharing links and the tokens that stand for them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sharing_model::{ItemAddress, SharingUrl};

fuzz_target!(|text: &str| {
    if let Ok(url) = text.parse::<SharingUrl>() {
        assert_eq!(url.as_str(), text.trim());
        holds(&url);
    }
    for token in [text.to_owned(), format!("u!{text}")] {
        if let Ok(url) = SharingUrl::from_token(&token) {
            holds(&url);
        }
    }
});

fn holds(url: &SharingUrl) {
    assert_eq!(url.as_str().parse().as_ref(), Ok(url));
    assert_eq!(SharingUrl::from_token(url.token().as_str()).as_ref(), Ok(url));
    let address = ItemAddress::from(url.clone());
    assert_eq!(ItemAddress::from_url_path(&address.to_url_path()).as_ref(), Ok(&address));
    assert_eq!(address.to_string().parse(), Ok(address));
    // What follows the host lets in whoever has it.
    let host = url.as_str()["https://".len()..].split(['/', '?', '#']).next().unwrap();
    assert_eq!(format!("{url:?}"), format!("SharingUrl(https://{host}/[REDACTED])"));
}
