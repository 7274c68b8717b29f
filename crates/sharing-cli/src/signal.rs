//! Signals: the first lets a run finish what is under way, the second does not. What is no run ends at the first.

use std::{
    io::{self, IsTerminal},
    mem, process,
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use sharing_bulk::Stop;
use tokio::{runtime, sync::Notify};

use crate::{exit::Exit, voice::say};

/// How long the program may take to leave its work. Whoever waits for standard input does not hear that it is to end.
const PATIENCE: Duration = Duration::from_millis(500);

/// What a signal means now.
static MEANING: Mutex<Meaning> = Mutex::new(Meaning { run: None, last_words: String::new() });

/// Told when all is to end at once.
static END: Notify = Notify::const_new();

struct Meaning {
    /// The run that may finish what is under way.
    run: Option<Stop>,
    /// What a person is told when all ends at once: what became of it, and how to go on.
    last_words: String,
}

fn meaning() -> MutexGuard<'static, Meaning> {
    MEANING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Listens from now on to Ctrl-C and SIGTERM, on a thread of its own: the work may be too busy to hear.
pub(crate) fn listen(last_words: &str) -> io::Result<()> {
    last_words.clone_into(&mut meaning().last_words);
    let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
    let mut signals = {
        let _inside = runtime.enter();
        Signals::new()?
    };
    let listening = async move {
        loop {
            signals.next().await;
            let run = meaning().run.clone();
            match run.filter(|stop| !stop.is_asked()) {
                Some(stop) => {
                    say_alone("stopping once what is under way is answered; again, to stop at once");
                    stop.ask();
                }
                None => {
                    END.notify_one();
                    thread::sleep(PATIENCE);
                    say_last_words();
                    process::exit(Exit::Interrupted as i32);
                }
            }
        }
    };
    thread::Builder::new().spawn(move || runtime.block_on(listening)).map(drop)
}

/// From now on a run is under way: the first signal asks it to stop, and the journal knows how far it is.
pub(crate) fn run(stop: &Stop, last_words: String) {
    *meaning() = Meaning { run: Some(stop.clone()), last_words };
}

/// Ends when all is to end at once.
pub(crate) async fn ended() {
    END.notified().await;
}

/// Tells, once, what became of it and how to go on.
pub(crate) fn say_last_words() {
    // Held until they are said: whoever finds none left ends the program.
    let mut meaning = meaning();
    let words = mem::take(&mut meaning.last_words);
    if !words.is_empty() {
        say_alone(&words);
    }
}

/// Says something in the place of a bar that may stand there.
fn say_alone(words: &str) {
    // Held for both: else another thread draws its bar between them, and the words follow it on its line.
    let _alone = io::stderr().lock();
    clear_line();
    say!("{words}");
}

/// Clears the place of the bar, and of the terminal's own ^C.
fn clear_line() {
    if io::stderr().is_terminal() {
        eprint!("\r\x1b[2K");
    }
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            // Where the signal cannot be heard, the program goes on to its end.
            std::future::pending::<()>().await;
        }
    }
}
