//! Reading a page of 200 permissions: into their types and, for comparison, into a `serde_json::Value`.
//!
//! The types keep all that a `Value` keeps and must not cost more. The last line says whether they do. `--quick` looks shorter.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a program for developers"
)]

#[path = "../../../xtask/bench/figures.rs"]
mod figures;

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use criterion::{Criterion, Throughput};
use serde_json::Value;
use sharing_model::{Collection, Permission};

use figures::Figures;

const ENTRIES: usize = 200;
const ROUNDS: usize = 2_000;

fn main() {
    let page = page();
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("page of 200 permissions");
    group.throughput(Throughput::Bytes(page.len() as u64));
    group.bench_function("typed", |bencher| bencher.iter(|| typed(&page)));
    group.bench_function("value", |bencher| bencher.iter(|| value(&page)));
    group.finish();
    criterion.final_summary();
    // `cargo test --benches` only tries whether the bench runs.
    if std::env::args().any(|argument| argument == "--bench") {
        compare(&page);
    }
}

fn typed(page: &[u8]) -> Collection<Permission> {
    serde_json::from_slice(page).unwrap()
}

fn value(page: &[u8]) -> Value {
    serde_json::from_slice(page).unwrap()
}

/// Takes turns, so that whatever else the machine does falls on both alike, and compares the medians.
fn compare(page: &[u8]) {
    let mut times = [Vec::new(), Vec::new()];
    let rounds = if figures::is_quick() { ROUNDS / 10 } else { ROUNDS };
    for _ in 0..rounds {
        times[0].push(time(|| typed(page)));
        times[1].push(time(|| value(page)));
    }
    let [typed, value] = times.map(|mut times| {
        times.sort_unstable();
        times[rounds / 2].as_secs_f64() * 1e6
    });
    println!("typed {typed:.0} µs, value {value:.0} µs, ratio {:.2}", typed / value);
    let mut figures = Figures::of("page");
    figures.add(
        "a page of 200 permissions read into types, beside a serde_json::Value",
        [format!("{typed:.0} µs"), format!("{value:.0} µs")],
        (typed / value, "times as long"),
        ..=1.0,
    );
    figures.write();
}

/// Dropping counts: whoever reads a page also lets go of it.
fn time<T>(read: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    drop(black_box(read()));
    start.elapsed()
}

/// A page as Microsoft Graph sends it: in its order of properties, without spaces, mostly people, some links.
fn page() -> Vec<u8> {
    let entries: Vec<_> = (0..ENTRIES).map(entry).collect();
    let page = format!(
        r##"{{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#drives('b%21hdNMZ')/items('01QWBVJM')/permissions","value":[{}]}}"##,
        entries.join(",")
    );
    assert!(typed(page.as_bytes()).misfits().is_empty());
    page.into_bytes()
}

fn entry(n: usize) -> String {
    let role = ["read", "write", "owner", "sp.full control"][n % 4];
    let person = format!(
        r#""displayName":"Person {n} Ångström","email":"person{n}@contoso.com","id":"{n:08x}-6256-4650-9462-f59384ef0907""#
    );
    let site_user = format!(
        r#""displayName":"Person {n} Ångström","email":"person{n}@contoso.com","id":"{n}","loginName":"i:0#.f|membership|person{n}@contoso.com""#
    );
    let newer = format!(
        r##"{{"user":{{"@odata.type":"#microsoft.graph.sharePointIdentity",{person}}},"siteUser":{{{site_user}}}}}"##
    );
    let older = format!(r#"{{"user":{{{person}}}}}"#);
    let link = format!(
        r#""scope":"users","type":"edit","webUrl":"https://contoso.sharepoint.com/:w:/s/launch/Ecc5RN94TjtPmAkQBtSr{n}","preventsDownload":false"#
    );
    let facets = match n % 8 {
        // A link for people, used by two.
        6 => format!(
            r#""hasPassword":false,"grantedToIdentitiesV2":[{newer},{newer}],"grantedToIdentities":[{older},{older}],"link":{{{link}}}"#
        ),
        // Somebody who was invited by mail.
        7 => format!(
            r#""grantedToV2":{newer},"grantedTo":{older},"invitation":{{"email":"person{n}@contoso.com","signInRequired":true,"invitedBy":{older}}}"#
        ),
        // Somebody who has access by a folder above.
        0..3 => format!(r#""grantedToV2":{newer},"grantedTo":{older},"inheritedFrom":{{}}"#),
        _ => format!(r#""grantedToV2":{newer},"grantedTo":{older}"#),
    };
    let end = if n.is_multiple_of(5) { r#","expirationDateTime":"2027-01-15T14:00:00Z""# } else { "" };
    format!(
        r#"{{"@deprecated.GrantedTo":"GrantedTo has been deprecated. Refer to GrantedToV2","id":"aTowIy5mfG1lbWJlcnNoaXB8{n:04}","roles":["{role}"],"shareId":"aTowIy5mfG1lbWJlcnNoaXB8{n:04}"{end},{facets}}}"#
    )
}
