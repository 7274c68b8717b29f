//! What ten thousand rows over two hundred items cost: requests and resource units, beside one call for each row; and how
//! long they take under the smallest tenant's limits, on a moved clock. `--quick` takes a tenth of it.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a program for developers")]

#[path = "../tests/it/moved_clock.rs"]
mod moved_clock;
#[path = "../tests/it/ten_thousand.rs"]
mod ten_thousand;
#[path = "../tests/it/world.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod world;

use std::{fs, path::Path};

use serde_json::{Value, json};
use tokio::runtime::Builder;

use self::{
    moved_clock::Moved,
    ten_thousand::{Mailed, Measured},
};

const PEOPLE: usize = 50;

fn main() {
    // `cargo test --benches` only tries whether the bench builds and starts.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let items = if std::env::args().any(|argument| argument == "--quick") { 20 } else { 200 };
    let runtime = Builder::new_multi_thread().enable_all().build().unwrap();
    let same = runtime.block_on(ten_thousand::measure(items, PEOPLE, Mailed::Nobody));
    println!("rows of an item want the same\n{same}");
    let mixed = runtime.block_on(ten_thousand::measure(items, PEOPLE, Mailed::EveryOther));
    println!("every other row mails\n{mixed}");
    let paused = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let moved = paused.block_on(moved_clock::measure(items, PEOPLE));
    println!("{moved}");

    let figures = json!({ "same": of(&same), "mixed": of(&mixed), "underLimits": under_limits(&moved) });
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/bench");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("rows.json"), format!("{figures:#}\n")).unwrap();

    let items = items as u64;
    assert!(
        same.asked("ListPermissions") <= items && same.asked("Invite") <= items,
        "one read, one invitation"
    );
    assert!(moved.took <= moved.bound().mul_f64(1.03) || moved.bound().is_zero(), "{moved}");
}

fn of(measured: &Measured) -> Value {
    let (units, time) = measured.of_one_call_a_row();
    json!({
        "rows": measured.rows,
        "items": measured.items,
        "reads": measured.asked("ListPermissions"),
        "invitations": measured.asked("Invite"),
        "planSeconds": measured.planning.as_secs_f64(),
        "applySeconds": measured.applying.as_secs_f64(),
        "forecast": measured.forecast,
        "oneCallARow": { "invitations": measured.rows, "units": units, "time": time },
    })
}

fn under_limits(moved: &Moved) -> Value {
    json!({
        "rows": moved.rows,
        "reads": moved.reads,
        "invitations": moved.invitations,
        "seconds": moved.took.as_secs_f64(),
        "documentedBoundSeconds": moved.bound().as_secs_f64(),
        "answered429": moved.refused,
    })
}
