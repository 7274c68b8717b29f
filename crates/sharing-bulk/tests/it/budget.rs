//! What a list costs.

use crate::ten_thousand;

/// Each item is read once and, as its people want a mail or none, asked for twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_travel_together() {
    let measured = ten_thousand::measure(20, 40).await;
    assert_eq!(measured.planned["ListPermissions"].0, 20);
    assert_eq!(measured.applied["Invite"].0, 40);
    assert!(!measured.again.contains_key("Invite"));
}
