//! What a request of the mock costs on the wire, beside a bare axum handler that returns the same bytes.
//!
//! Both are asked by the same load generator in one run, in turns; each server has a thread of its own. The figures are
//! medians of the rounds. Beside them stands, on Linux, for how long a request kept the server's thread busy, which other
//! programs on the machine disturb less.
//!
//! `list` or `invite` as an argument leaves out the other, and `--quick` most of it; `items=1000`, `rounds=3` and `requests=5000` say how much of it.
//! `memory` asks a mock in a process of its own a million times instead, and tells what memory that process holds then.

#![expect(clippy::print_stdout, reason = "figures are for whoever looks")]
#![expect(clippy::expect_used, reason = "a bench may panic")]

#[path = "../../../xtask/bench/figures.rs"]
mod figures;
#[path = "wire/load.rs"]
mod load;
#[path = "wire/serve.rs"]
mod serve;
#[path = "wire/world.rs"]
mod world;

use std::{env, error::Error};

use figures::Figures;
use load::{Rates, Request};
use serve::Server;

/// How many rounds each server is asked in.
const ROUNDS: usize = 7;
/// How many requests a round has.
const REQUESTS: usize = 20_000;
/// How many connections ask at once.
const CONNECTIONS: usize = 16;

fn main() -> Result<(), Box<dyn Error>> {
    match env::args().nth(1).as_deref() {
        Some("serve") => serve::serve_until_told(),
        Some("memory") => memory(),
        _ => {
            let wanted = Wanted::told(env::args().skip(1))?;
            let mut figures = Figures::of("wire");
            let mut rates: Vec<Vec<(&str, f64)>> = Vec::new();
            for items in &wanted.sizes {
                rates.push(compare(*items, 10, &wanted, &mut figures)?);
            }
            if let ([fewer, more], [few, many]) = (&*rates, &*wanted.sizes) {
                for ((name, fewer), (_, more)) in fewer.iter().zip(more) {
                    figures.add(
                        format!("{name} of the mock with {many} items, beside {few}"),
                        [more, fewer].map(|rate| format!("{rate:.0} requests/s")),
                        (more / fewer, "of it"),
                        ..,
                    );
                }
            }
            figures.write();
            Ok(())
        }
    }
}

/// What is measured.
struct Wanted {
    /// Worlds of so many items.
    sizes: Vec<usize>,
    names: Vec<String>,
    rounds: usize,
    requests: usize,
}

impl Wanted {
    /// What the arguments say, and all where they say nothing.
    fn told(arguments: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        let mut wanted = Self { sizes: Vec::new(), names: Vec::new(), rounds: ROUNDS, requests: REQUESTS };
        if figures::is_quick() {
            (wanted.rounds, wanted.requests) = (3, REQUESTS / 5);
        }
        for argument in arguments {
            match argument.split_once('=') {
                Some(("rounds", count)) => wanted.rounds = count.parse()?,
                Some(("requests", count)) => wanted.requests = count.parse()?,
                Some(("items", count)) => wanted.sizes.push(count.parse()?),
                // Cargo adds the one, and the other is heeded already.
                None if argument == "--bench" || argument == "--quick" => {}
                _ => wanted.names.push(argument),
            }
        }
        if wanted.sizes.is_empty() {
            wanted.sizes = vec![10_000, 100_000];
        }
        Ok(wanted)
    }

    fn has(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|wanted| wanted == name)
    }
}

/// Lists and invites in a world of so many items, each with so many permissions of its own. Returns how many of each the
/// mock answers in a second.
fn compare(
    items: usize,
    grantees: usize,
    wanted: &Wanted,
    figures: &mut Figures,
) -> Result<Vec<(&'static str, f64)>, Box<dyn Error>> {
    println!("{items} items, {} permissions", items * grantees);
    let mock = Server::mock(Some(world::of(items, grantees)))?;
    let mut rates = Vec::new();
    for (name, requests, least) in
        [("list", world::lists(items), 0.8), ("invite", world::invitations(items), 0.6)]
    {
        if !wanted.has(name) {
            continue;
        }
        let answer = load::one(mock.address(), &requests[0])?;
        let bare = Server::bare(&answer)?;
        let (mut of_mock, mut of_bare) = (Vec::new(), Vec::new());
        let busy = [&mock, &bare].map(Server::busy);
        for _ in 0..wanted.rounds {
            of_bare.push(load::run(bare.address(), &requests, wanted.requests, CONNECTIONS)?);
            of_mock.push(load::run(mock.address(), &requests, wanted.requests, CONNECTIONS)?);
        }
        let busy = [(&mock, busy[0]), (&bare, busy[1])].map(|(server, before)| {
            let busy = server.busy()?.checked_sub(before?)?;
            Some(busy / u32::try_from(wanted.rounds * wanted.requests).ok()?)
        });
        let mut shares: Vec<_> =
            of_mock.iter().zip(&of_bare).map(|(mock, bare)| mock.per_second / bare.per_second).collect();
        let share = load::median(&mut shares);
        let [of_mock, of_bare] = [of_mock, of_bare].map(Rates::median);
        println!("  {name:<6}  {} bytes", answer.len());
        println!("    mock   {of_mock}, busy {:?}", busy[0].unwrap_or_default());
        println!("    axum   {of_bare}, busy {:?}", busy[1].unwrap_or_default());
        println!("    share  {share:.2}");
        figures.add(
            format!("{name} of the mock with {items} items, beside an axum handler of the same bytes"),
            [of_mock, of_bare].map(|rates| rates.to_string().trim().to_owned()),
            (share, "of it"),
            least..,
        );
        rates.push((name, of_mock.per_second));
    }
    Ok(rates)
}

/// A million requests of the sample tenant, half of them invitations.
fn memory() -> Result<(), Box<dyn Error>> {
    let server = serve::Child::start()?;
    let before = server.resident()?;
    println!("resident before: {before} kB");
    let requests: Vec<Request> = world::sample();
    let each = if figures::is_quick() { 10_000 } else { 100_000 };
    for round in 1..=10 {
        let rates = load::run(server.address(), &requests, each, CONNECTIONS)?;
        println!("resident after {} requests: {} kB, {rates}", round * each, server.resident()?);
    }
    let after = server.resident()?;
    let mut figures = Figures::of("memory");
    figures.add(
        format!(
            "memory of the mock after {} requests on the sample tenant, beside that at its start",
            10 * each
        ),
        [after, before].map(|kilobytes| format!("{:.1} MB", kilobytes as f64 / 1e3)),
        (after as f64 / 1e3, "MB"),
        ..=64.0,
    );
    figures.write();
    Ok(())
}
