//! What a request of the mock costs on the wire, beside a bare axum handler that returns the same bytes.
//!
//! All servers are asked by the same load generator in one run, in turns; each has a thread of its own. The figures are
//! medians of the rounds of several sittings, for each of which all servers are started anew: where a world happens to
//! lie in memory makes it some percent quicker or slower for as long as it lives. Beside them stands, on Linux, for how
//! long a request kept the server's thread busy, which other programs on the machine disturb less.
//!
//! `list` or `invite` as an argument leaves out the other, and `--quick` most of it; `items=1000`, `sittings=2`, `rounds=3`
//! and `requests=5000` say how much of it.
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

use std::{env, error::Error, fmt, time::Duration};

use figures::Figures;
use load::{Rates, Request};
use serve::Server;

/// How often all servers are started anew.
const SITTINGS: usize = 5;
/// How many rounds each server is asked in at a sitting.
const ROUNDS: usize = 15;
/// How many requests a round has.
const REQUESTS: usize = 3_000;
/// How many connections ask at once.
const CONNECTIONS: usize = 16;
/// What share of its rate a mock keeps that holds ten times as many items: all of it, but for what runs scatter by.
const NO_SLOWER: f64 = 0.95;
/// How many permissions of its own each item has.
const GRANTEES: usize = 10;

fn main() -> Result<(), Box<dyn Error>> {
    match env::args().nth(1).as_deref() {
        Some("serve") => serve::serve_until_told(),
        Some("memory") => memory(),
        _ => {
            let wanted = Wanted::told(env::args().skip(1))?;
            let mut figures = Figures::of("wire");
            compare(&wanted, &mut figures)?;
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
    sittings: usize,
    rounds: usize,
    requests: usize,
}

impl Wanted {
    /// What the arguments say, and all where they say nothing.
    fn told(arguments: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        let mut wanted = Self {
            sizes: Vec::new(),
            names: Vec::new(),
            sittings: SITTINGS,
            rounds: ROUNDS,
            requests: REQUESTS,
        };
        if figures::is_quick() {
            (wanted.sittings, wanted.rounds) = (1, 3);
        }
        for argument in arguments {
            match argument.split_once('=') {
                Some(("sittings", count)) => wanted.sittings = count.parse()?,
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
        wanted.sizes.sort_unstable();
        Ok(wanted)
    }

    fn has(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|wanted| wanted == name)
    }
}

/// What is asked for.
struct Kind {
    name: &'static str,
    /// Of a world of so many items.
    requests: fn(usize) -> Vec<Request>,
    /// The least share of the rate of the handler beside it.
    least: f64,
}

const KINDS: [Kind; 2] = [
    Kind { name: "list", requests: world::lists, least: 0.8 },
    Kind { name: "invite", requests: world::invitations, least: 0.6 },
];

/// Lists and invites in worlds of several sizes: in each round the mock of each world is asked, and the handler that
/// returns the same bytes.
fn compare(wanted: &Wanted, figures: &mut Figures) -> Result<(), Box<dyn Error>> {
    let kinds: Vec<Kind> = KINDS.into_iter().filter(|kind| wanted.has(kind.name)).collect();
    let mut told: Vec<Vec<Pair>> =
        kinds.iter().map(|_| wanted.sizes.iter().copied().map(Pair::new).collect()).collect();
    for _ in 0..wanted.sittings {
        let mocks = wanted.sizes.iter().map(|items| Server::mock(Some(world::of(*items, GRANTEES))));
        let mocks = mocks.collect::<Result<Vec<_>, _>>()?;
        for (kind, pairs) in kinds.iter().zip(&mut told) {
            sit(wanted, &mocks, kind.requests, pairs)?;
        }
    }
    for (Kind { name, least, .. }, pairs) in kinds.iter().zip(&told) {
        for pair in pairs {
            pair.tell(name, *least, figures);
        }
        if let [few, many] = &**pairs {
            let share = many.mock.share_of(&few.mock);
            println!("  {name:<6}  {} items beside {}: {share:.2}", many.items, few.items);
            figures.add(
                format!("{name} of the mock with {} items, beside {}", many.items, few.items),
                [many, few].map(|pair| format!("{:.0} requests/s", pair.mock.median().per_second)),
                (share, "of it"),
                NO_SLOWER..,
            );
        }
    }
    Ok(())
}

/// The rounds of one sitting, in which each pair's mock is asked and a handler that returns the same bytes.
fn sit(
    wanted: &Wanted,
    mocks: &[Server],
    requests: fn(usize) -> Vec<Request>,
    pairs: &mut [Pair],
) -> Result<(), Box<dyn Error>> {
    let mut seats = Vec::with_capacity(mocks.len());
    for (pair, mock) in pairs.iter_mut().zip(mocks) {
        let requests = requests(pair.items);
        let answer = load::one(mock.address(), &requests[0])?;
        pair.length = answer.len();
        seats.push((pair, Server::bare(&answer)?, mock, requests));
    }
    for _ in 0..wanted.rounds {
        for (pair, bare, mock, requests) in &mut seats {
            pair.bare.ask(bare, requests, wanted.requests)?;
            pair.mock.ask(mock, requests, wanted.requests)?;
        }
        // Who came last comes first now: what drifts with time meets all alike.
        seats.reverse();
    }
    Ok(())
}

/// What was told of the mock with so many items, and of the handler beside it, asked for the same.
struct Pair {
    items: usize,
    /// The length of an answer.
    length: usize,
    mock: Rounds,
    bare: Rounds,
}

impl Pair {
    fn new(items: usize) -> Self {
        Self { items, length: 0, mock: Rounds::default(), bare: Rounds::default() }
    }

    fn tell(&self, name: &str, least: f64, figures: &mut Figures) {
        let Self { items, length, mock, bare } = self;
        let share = mock.share_of(bare);
        println!("  {name:<6}  {items} items, {} permissions, {length} bytes", items * GRANTEES);
        println!("    mock   {mock}");
        println!("    axum   {bare}");
        println!("    share  {share:.2}");
        figures.add(
            format!("{name} of the mock with {items} items, beside an axum handler of the same bytes"),
            [mock, bare].map(|rounds| rounds.median().to_string().trim().to_owned()),
            (share, "of it"),
            least..,
        );
    }
}

/// What the rounds of one server told.
#[derive(Default)]
struct Rounds {
    rates: Vec<Rates>,
    requests: usize,
    busy: Duration,
}

impl Rounds {
    fn ask(&mut self, server: &Server, requests: &[Request], count: usize) -> Result<(), Box<dyn Error>> {
        let before = server.busy();
        self.rates.push(load::run(server.address(), requests, count, CONNECTIONS)?);
        self.requests += count;
        self.busy += server.busy().zip(before).map_or(Duration::ZERO, |(after, before)| after - before);
        Ok(())
    }

    fn median(&self) -> Rates {
        Rates::median(&self.rates)
    }

    /// The median of how much of the other's rate each round reached.
    fn share_of(&self, other: &Self) -> f64 {
        let both = self.rates.iter().zip(&other.rates);
        load::median(&mut both.map(|(own, other)| own.per_second / other.per_second).collect::<Vec<_>>())
    }
}

impl fmt::Display for Rounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let requests = u32::try_from(self.requests.max(1)).unwrap_or(u32::MAX);
        write!(f, "{}, busy {:?}", self.median(), self.busy / requests)
    }
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
