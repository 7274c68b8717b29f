//! Signals: the first lets what is under way finish, the second does not.

use std::{
    io::{self, IsTerminal},
    process,
};

use sharing_bulk::Stop;

use crate::exit::Exit;

/// Listens from now on. The first Ctrl-C or SIGTERM asks the run to stop; the second ends the process, and the journal
/// knows what was under way.
pub(crate) fn listen(stop: &Stop) -> std::io::Result<()> {
    let stop = stop.clone();
    let mut signals = Signals::new()?;
    tokio::spawn(async move {
        signals.next().await;
        // In the place of the bar, and of the terminal's own ^C.
        let place = if io::stderr().is_terminal() { "\r\x1b[2K" } else { "" };
        eprintln!("{place}stopping once what is under way is answered; again, to stop at once");
        stop.ask();
        signals.next().await;
        process::exit(Exit::Interrupted as i32);
    });
    Ok(())
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
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
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            // Where the signal cannot be heard, the run goes on to its end.
            std::future::pending::<()>().await;
        }
    }
}
