//! `sharing item`

use crate::{REPORT, Service, assert_seen};

#[test]
fn an_address_is_resolved_shown_and_opened() {
    let service = Service::start();
    assert_seen!(service.sharing(&["item", "resolve", REPORT]));
    assert_seen!(service.sharing(&["item", "resolve", REPORT, "-o", "json"]));
    assert_seen!(service.sharing(&["item", "show", REPORT]));
    assert_seen!(service.sharing(&["item", "children", "me:/"]));
    assert_seen!(service.sharing(&["item", "children", REPORT]));
    assert_seen!(service.sharing(&["item", "show", "me:/Missing"]));
    assert_seen!(service.sharing(&["item", "resolve", "me:/a*b"]));
}
