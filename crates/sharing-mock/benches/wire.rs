//! What a request of the mock costs on the wire, beside a bare axum handler that returns the same bytes.
//!
//! Both are asked by the same load generator in one run, in turns; each server has a thread of its own. The figures are
//! medians of the rounds. Beside them stands, on Linux, for how long a request kept the server's thread busy, which other
//! programs on the machine disturb less.
//!
//! `list` or `invite` as an argument leaves out the other; `items=1000`, `rounds=3` and `requests=5000` say how much of it.
//! `memory` asks a mock in a process of its own a million times instead, and tells what memory that process holds then.

#![expect(clippy::print_stdout, reason = "figures are for whoever looks")]

#[path = "wire/load.rs"]
mod load;
#[path = "wire/serve.rs"]
mod serve;
#[path = "wire/world.rs"]
mod world;

use std::{env, error::Error};

use load::{Figures, Request};
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
            for items in &wanted.sizes {
                compare(*items, 10, &wanted)?;
            }
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
        for argument in arguments {
            match argument.split_once('=') {
                Some(("rounds", count)) => wanted.rounds = count.parse()?,
                Some(("requests", count)) => wanted.requests = count.parse()?,
                Some(("items", count)) => wanted.sizes.push(count.parse()?),
                // Cargo adds it.
                None if argument == "--bench" => {}
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

/// Lists and invites in a world of so many items, each with so many permissions of its own.
fn compare(items: usize, grantees: usize, wanted: &Wanted) -> Result<(), Box<dyn Error>> {
    println!("{items} items, {} permissions", items * grantees);
    let mock = Server::mock(Some(world::of(items, grantees)))?;
    for (name, requests) in [("list", world::lists(items)), ("invite", world::invitations(items))] {
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
        println!("  {name:<6}  {} bytes", answer.len());
        println!("    mock   {}, busy {:?}", Figures::median(of_mock), busy[0].unwrap_or_default());
        println!("    axum   {}, busy {:?}", Figures::median(of_bare), busy[1].unwrap_or_default());
        println!("    share  {:.2}", load::median(&mut shares));
    }
    Ok(())
}

/// A million requests of the sample tenant, half of them invitations.
fn memory() -> Result<(), Box<dyn Error>> {
    let server = serve::Child::start()?;
    println!("resident before: {} kB", server.resident()?);
    let requests: Vec<Request> = world::sample();
    for round in 1..=10 {
        let figures = load::run(server.address(), &requests, 100_000, CONNECTIONS)?;
        println!("resident after {round}00,000 requests: {} kB, {figures}", server.resident()?);
    }
    Ok(())
}
