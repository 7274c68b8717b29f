//! The load generator: connections that stay, each with one request at a time.

use std::{
    fmt,
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};

/// A request, head and body, as it goes to the wire.
pub(crate) type Request = Vec<u8>;

/// What a round told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rates {
    pub(crate) per_second: f64,
    p50: Duration,
    p99: Duration,
}

impl Rates {
    /// The median of each figure by itself.
    pub(crate) fn median(rounds: &[Self]) -> Self {
        let seconds = |pick: fn(&Self) -> f64| median(&mut rounds.iter().map(pick).collect::<Vec<_>>());
        Self {
            per_second: seconds(|round| round.per_second),
            p50: Duration::from_secs_f64(seconds(|round| round.p50.as_secs_f64())),
            p99: Duration::from_secs_f64(seconds(|round| round.p99.as_secs_f64())),
        }
    }
}

impl fmt::Display for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { per_second, p50, p99 } = self;
        write!(f, "{per_second:>8.0} requests/s, p50 {p50:?}, p99 {p99:?}")
    }
}

/// The one in the middle.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Sends so many of the requests, one after the other on each connection.
pub(crate) fn run(
    address: SocketAddr,
    requests: &[Request],
    count: usize,
    connections: usize,
) -> io::Result<Rates> {
    let began = Instant::now();
    let mut times = thread::scope(|scope| {
        let each = count / connections;
        let threads: Vec<_> = (0..connections)
            .map(|number| {
                let own = requests.iter().cycle().skip(number * requests.len() / connections).take(each);
                scope.spawn(move || {
                    let mut connection = Connection::open(address)?;
                    own.map(|request| connection.ask(request)).collect::<io::Result<Vec<_>>>()
                })
            })
            .collect();
        let mut times = Vec::with_capacity(count);
        for thread in threads {
            times.extend(thread.join().map_err(|_| io::Error::other("a thread of the load"))??);
        }
        Ok::<_, io::Error>(times)
    })?;
    let per_second = times.len() as f64 / began.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    Ok(Rates { per_second, p50: at(0.5), p99: at(0.99) })
}

/// The body of one answer.
pub(crate) fn one(address: SocketAddr, request: &Request) -> io::Result<Vec<u8>> {
    let mut connection = Connection::open(address)?;
    connection.ask(request)?;
    Ok(connection.body.clone())
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    body: Vec<u8>,
}

impl Connection {
    fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; 64 << 10], body: Vec::new() })
    }

    /// Sends a request and reads its answer, which must be a success.
    fn ask(&mut self, request: &[u8]) -> io::Result<Duration> {
        let began = Instant::now();
        self.stream.write_all(request)?;
        let mut filled = 0;
        let (head, length) = loop {
            filled += self.fill(filled)?;
            if let Some(head) = find(&self.buffer[..filled], b"\r\n\r\n") {
                let text = String::from_utf8_lossy(&self.buffer[..head]).to_ascii_lowercase();
                if !text.starts_with("http/1.1 2") {
                    let shown = String::from_utf8_lossy(&self.buffer[..filled]).into_owned();
                    return Err(io::Error::other(shown));
                }
                let length = text.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
                let length = length.and_then(|length| length.trim().parse::<usize>().ok());
                break (head + 4, length.ok_or_else(|| io::Error::other("an answer without its length"))?);
            }
        };
        if self.buffer.len() < head + length {
            self.buffer.resize(head + length, 0);
        }
        while filled < head + length {
            filled += self.fill(filled)?;
        }
        let took = began.elapsed();
        self.body.clear();
        self.body.extend_from_slice(&self.buffer[head..head + length]);
        Ok(took)
    }

    fn fill(&mut self, from: usize) -> io::Result<usize> {
        match self.stream.read(&mut self.buffer[from..])? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            read => Ok(read),
        }
    }
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}
