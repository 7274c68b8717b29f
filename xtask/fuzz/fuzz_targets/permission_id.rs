//! Login names and the ids of permissions that are made of them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sharing_model::LoginName;

fuzz_target!(|text: &str| {
    let name = LoginName::new(text);
    assert!(text.ends_with(name.principal()) || text.ends_with("_o"), "{}", name.principal());
    // An id that could be another thing is not taken for a name; the name that comes back is never another one.
    let back = LoginName::from_permission_id(&name.permission_id());
    assert!(back.is_none_or(|back| back == name));

    if let Some(name) = LoginName::from_permission_id(text) {
        assert_eq!(name.permission_id(), text.trim_end_matches('='));
        assert!(!name.as_str().is_empty());
        let _ = name.kind();
        let _ = name.principal();
    }
});
