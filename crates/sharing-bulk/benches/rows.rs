//! What a thousand, ten thousand and a hundred thousand rows cost, fifty for each item: requests and resource units, beside
//! one call for each row; and how long they take under the smallest tenant's limits, on a moved clock. `--quick` leaves out
//! the most.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a program for developers"
)]

#[path = "../../../xtask/bench/figures.rs"]
mod figures;
#[path = "../tests/it/moved_clock.rs"]
mod moved_clock;
#[path = "../tests/it/ten_thousand.rs"]
mod ten_thousand;
#[path = "../tests/it/world.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod world;

use tokio::runtime::Builder;

use self::{
    figures::Figures,
    moved_clock::Moved,
    ten_thousand::{Mailed, Measured},
};

const PEOPLE: usize = 50;
/// Up to so many rows reading first costs no time: it fits into windows that would pass anyway.
const JUDGED: usize = 10_000;

fn main() {
    // `cargo test --benches` only tries whether the bench builds and starts.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let sizes: &[usize] = if figures::is_quick() { &[20, 200] } else { &[20, 200, 2_000] };
    let mut figures = Figures::of("rows");
    for items in sizes.iter().copied() {
        let runtime = Builder::new_multi_thread().enable_all().build().unwrap();
        let same = runtime.block_on(ten_thousand::measure(items, PEOPLE, Mailed::Nobody));
        println!("rows of an item want the same\n{same}");
        beside_one_call_a_row(&mut figures, &same, Mailed::Nobody);
        let mixed = runtime.block_on(ten_thousand::measure(items, PEOPLE, Mailed::EveryOther));
        println!("every other row mails\n{mixed}");
        beside_one_call_a_row(&mut figures, &mixed, Mailed::EveryOther);
        let paused = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        let moved = paused.block_on(moved_clock::measure(items, PEOPLE));
        println!("{moved}");
        beside_the_bound(&mut figures, &moved);
    }
    figures.write();
}

fn beside_one_call_a_row(figures: &mut Figures, measured: &Measured, mailed: Mailed) {
    // One read of each item, and one request for all who are to have the same: half of its people are mailed, or none.
    let (which, most) = match mailed {
        Mailed::Nobody => ("which want the same", 2.0),
        Mailed::EveryOther => ("every other of which mails", 3.0),
    };
    let Measured { rows, items, .. } = measured;
    let [reads, invitations] = ["ListPermissions", "Invite"].map(|kind| measured.asked(kind));
    let (of_rows, time) = measured.of_one_call_a_row();
    let units = measured.units();
    figures.add(
        format!("{rows} rows over {items} items, {which}: requests, units and the smallest tenant's time, beside one call a row"),
        [
            format!("{reads} reads, {invitations} invitations, {units} units, {}", measured.forecast.time),
            format!("{rows} invitations, {of_rows} units, {time}"),
        ],
        (units as f64 / of_rows as f64, "of the units"),
        ..=most / PEOPLE as f64,
    );
}

fn beside_the_bound(figures: &mut Figures, moved: &Moved) {
    let [took, bound] = [moved.took, moved.bound()].map(|time| time.as_secs_f64());
    let what = format!(
        "{} rows under the smallest tenant's limits, {} answered 429: time beside the documented bound",
        moved.rows, moved.refused
    );
    let told = [format!("{took:.1} s"), format!("{bound:.1} s")];
    if moved.bound().is_zero() {
        // So few may leave at once.
        figures.add(what, told, (took, "s"), ..=1.0);
    } else if moved.rows <= JUDGED {
        figures.add(what, told, (took / bound, "of the bound"), ..=1.03);
    } else {
        let what = format!("{what}; all is read before anything is changed, which the bound leaves out");
        figures.add(what, told, (took / bound, "of the bound"), ..);
    }
}
