//! What a person sees while a run is under way, where standard error is a terminal: how far it is, and what it waits for.

use std::{
    fmt,
    io::{self, IsTerminal},
    time::Duration,
};

use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle, TermLike};
use sharing_bulk::RunEvent;
use sharing_http::Event;

use crate::voice;

/// Waits shorter than this are nobody's business.
const WORTH_TELLING: Duration = Duration::from_secs(2);

/// How often a bar is drawn anew, in a second.
const REFRESHES: u8 = 20;

/// A terminal with room at the end of its lines for the ^C that it shows itself: what stood on the next line could not be
/// cleared with the bar.
#[derive(Debug)]
struct Narrow(Term);

impl TermLike for Narrow {
    fn width(&self) -> u16 {
        self.0.size().1.saturating_sub(4)
    }

    fn height(&self) -> u16 {
        self.0.size().0
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_up(n)
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_down(n)
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_right(n)
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.0.move_cursor_left(n)
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.0.write_line(text)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.write_str(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.0.clear_line()
    }

    fn flush(&self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A bar. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    pub(crate) fn new() -> Self {
        let target = if io::stderr().is_terminal() && !voice::is_quiet() {
            ProgressDrawTarget::term_like_with_hz(Box::new(Narrow(Term::stderr())), REFRESHES)
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        bar.set_style(ProgressStyle::default_spinner());
        Self(bar)
    }

    /// The run tells.
    pub(crate) fn run(&self, event: &RunEvent) {
        let bar = &self.0;
        match event {
            RunEvent::Planned { .. } => {
                bar.inc(1);
                bar.set_message(format!("{} items planned", bar.position()));
            }
            RunEvent::Began { steps, ended } => {
                let bar_of = if voice::is_coloured() { "{bar:20.cyan/dim}" } else { "{bar:20}" };
                let template = format!("{bar_of} {{pos}}/{{len}} requests  {{rate}}  {{eta}} left  {{msg}}");
                if let Ok(style) = ProgressStyle::with_template(&template) {
                    let rate = |state: &ProgressState, out: &mut dyn fmt::Write| {
                        // What cannot be written is not shown.
                        let _ = write!(out, "{:.1}/s", state.per_sec());
                    };
                    bar.set_style(style.with_key("rate", rate));
                }
                bar.set_length(*steps);
                bar.set_position(*ended);
                bar.set_message("");
            }
            RunEvent::Ended { .. } => {
                bar.inc(1);
                bar.set_message("");
            }
            RunEvent::InDoubt { item } => bar.set_message(format!("looking what came of {item}")),
            RunEvent::Resting { time } => {
                bar.set_message(format!("the service cannot be asked; again in {} s", seconds(*time)));
            }
            RunEvent::TookOver { steps } => bar.set_message(format!("{steps} requests of a dead worker")),
            RunEvent::Verified { rows } => bar.set_message(format!("{rows} rows read again")),
            _ => {}
        }
    }

    /// The client tells.
    pub(crate) fn client(&self, event: &Event) {
        match event {
            Event::Waiting { wait, status: Some(status), .. } if *wait >= WORTH_TELLING => {
                self.0.set_message(format!("the service said {status}; again in {} s", seconds(*wait)));
            }
            Event::Asking { waited, .. } if *waited >= WORTH_TELLING => {
                self.0.set_message(format!("waited {} s for the service's limits", seconds(*waited)));
            }
            _ => {}
        }
    }

    /// Prints without tearing the picture.
    pub(crate) fn above(&self, print: impl FnOnce()) {
        self.0.suspend(print);
    }

    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}

fn seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}
