//! How long a thousand invitations take where the service limits as SharePoint does for its smallest tenants, and how
//! many requests it refuses: the client beside a plain loop. The time is the service's; the bench itself takes seconds.
//! `--quick` takes one kind of window alone.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a program for developers"
)]

#[path = "../../../xtask/bench/figures.rs"]
mod figures;
#[path = "../tests/it/thousand.rs"]
mod thousand;

use figures::Figures;
use sharing_mock::LimitWindow;
use tokio::runtime::{Builder, Runtime};

fn main() {
    // `cargo test --benches` only tries whether the bench builds and starts.
    if std::env::args().any(|argument| argument == "--bench") {
        let bound = thousand::bound().as_secs_f64();
        println!("documented bound: {bound:.1} s");
        let mut figures = Figures::of("limits");
        let windows = [LimitWindow::Fixed, LimitWindow::Sliding];
        for window in windows.into_iter().take(if figures::is_quick() { 1 } else { 2 }) {
            let client = paused().block_on(thousand::by_the_client(window)).0;
            let plain = paused().block_on(thousand::by_a_plain_loop(window));
            println!("{window:?} windows\n  client:     {client}\n  plain loop: {plain}");
            let [took, of_plain] = [client, plain].map(|run| run.took.as_secs_f64());
            let windows = format!("{window:?}").to_lowercase();
            figures.add(
                format!("1,000 invitations under the smallest tenant's limits, {windows} windows: time beside the bound"),
                [format!("{took:.1} s (a plain loop: {of_plain:.1} s)"), format!("{bound:.1} s")],
                (took / bound, "of the bound"),
                ..=1.03,
            );
            let share = |run: thousand::Run| 100.0 * run.refused as f64 / run.requests as f64;
            figures.add(
                format!("the same: requests answered 429, beside a plain loop, {windows} windows"),
                [client, plain].map(|run| format!("{} of {}", run.refused, run.requests)),
                (share(client), "%"),
                ..=0.1,
            );
        }
        figures.write();
    }
}

fn paused() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}
