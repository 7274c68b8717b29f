//! What a request of the mock costs on the wire, beside a bare axum handler that returns the same bytes.
//!
//! Both are asked by the same load generator in one run, in turns; each server has a thread of its own. The figures are
//! medians of the rounds. `memory` as an argument asks a mock in a process of its own a million times instead, and tells
//! what memory that process holds then.

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
            for (items, grantees) in [(10_000, 10), (100_000, 10)] {
                compare(items, grantees)?;
            }
            Ok(())
        }
    }
}

/// Lists and invites in a world of so many items, each with so many permissions of its own.
fn compare(items: usize, grantees: usize) -> Result<(), Box<dyn Error>> {
    println!("{items} items, {} permissions", items * grantees);
    let mock = Server::mock(Some(world::of(items, grantees)))?;
    for (name, requests) in [("list", world::lists(items)), ("invite", world::invitations(items))] {
        let answer = load::one(mock.address(), &requests[0])?;
        let bare = Server::bare(&answer)?;
        let (mut of_mock, mut of_bare) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            of_bare.push(load::run(bare.address(), &requests, REQUESTS, CONNECTIONS)?);
            of_mock.push(load::run(mock.address(), &requests, REQUESTS, CONNECTIONS)?);
        }
        let mut shares: Vec<_> =
            of_mock.iter().zip(&of_bare).map(|(mock, bare)| mock.per_second / bare.per_second).collect();
        println!("  {name:<6}  {} bytes", answer.len());
        println!("    mock   {}", Figures::median(of_mock));
        println!("    axum   {}", Figures::median(of_bare));
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
