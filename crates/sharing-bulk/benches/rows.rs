//! What ten thousand rows over two hundred items cost: requests and resource units, beside one call for each row.
//! `--quick` takes a tenth of it.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a program for developers")]

#[path = "../tests/it/ten_thousand.rs"]
mod ten_thousand;
#[path = "../tests/it/world.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod world;

use std::{fs, path::Path};

use serde_json::json;

fn main() {
    // `cargo test --benches` only tries whether the bench builds and starts.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let (items, people) =
        if std::env::args().any(|argument| argument == "--quick") { (20, 50) } else { (200, 50) };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let measured = runtime.block_on(ten_thousand::measure(items, people));
    println!("{measured}");
    let sum = |asked: &std::collections::BTreeMap<String, (u64, u64)>, kind: &str| {
        asked.get(kind).copied().unwrap_or_default().0
    };
    let (units, time) = measured.of_one_call_a_row();
    let figures = json!({
        "rows": measured.rows,
        "items": measured.items,
        "reads": sum(&measured.planned, "ListPermissions"),
        "invitations": sum(&measured.applied, "Invite"),
        "planSeconds": measured.planning.as_secs_f64(),
        "applySeconds": measured.applying.as_secs_f64(),
        "forecast": measured.forecast,
        "oneCallARow": { "invitations": measured.rows, "units": units, "time": time },
    });
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/bench");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("rows.json"), format!("{figures:#}\n")).unwrap();
}
