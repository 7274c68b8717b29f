//! How long a thousand invitations take where the service limits as SharePoint does for its smallest tenants, and how
//! many requests it refuses: the client beside a plain loop. The time is the service's; the bench itself takes seconds.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a program for developers")]

#[path = "../tests/it/thousand.rs"]
mod thousand;

use sharing_mock::LimitWindow;
use tokio::runtime::{Builder, Runtime};

fn main() {
    // `cargo test --benches` only tries whether the bench builds and starts.
    if std::env::args().any(|argument| argument == "--bench") {
        println!("documented bound: {:.1} s", thousand::bound().as_secs_f64());
        for window in [LimitWindow::Fixed, LimitWindow::Sliding] {
            println!("{window:?} windows");
            println!("  client:     {}", paused().block_on(thousand::by_the_client(window)).0);
            println!("  plain loop: {}", paused().block_on(thousand::by_a_plain_loop(window)));
        }
    }
}

fn paused() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}
