//! Text on a terminal, broken between its words where the terminal would break it within them.

use std::borrow::Cow;

use terminal_size::{Width, terminal_size_of};
use textwrap::{Options, WordSeparator, WordSplitter};

/// How wide the terminal is that is written to here, if it is one.
#[cfg(unix)]
pub(crate) fn width(stream: impl std::os::fd::AsFd) -> Option<u16> {
    terminal_size_of(stream).map(|(Width(width), _)| width)
}

/// How wide the terminal is that is written to here, if it is one.
#[cfg(windows)]
pub(crate) fn width(stream: impl std::os::windows::io::AsHandle) -> Option<u16> {
    terminal_size_of(stream).map(|(Width(width), _)| width)
}

/// The same in lines no wider than this; what is left of a line goes on below, further in. A word is never broken, however
/// wide: an id or a URL is there to be copied.
pub(crate) fn wrap(text: &str, width: Option<u16>) -> Cow<'_, str> {
    let Some(width) = width else { return text.into() };
    let lines = text.split('\n').map(|line| {
        let shown = anstream::adapter::strip_str(line).to_string();
        let indent = shown.len() - shown.trim_start_matches(' ').len();
        hang(line, width, indent + 2)
    });
    lines.collect::<Vec<_>>().join("\n").into()
}

/// One line in lines no wider than this, all but the first so far in.
pub(crate) fn hang(line: &str, width: u16, indent: usize) -> String {
    let indent = " ".repeat(indent);
    let options = Options::new(width.into())
        .subsequent_indent(&indent)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(line, options).join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words_and_go_on_further_in() {
        let text = "error: nothing was sent\n  the first of the faults\nnext: https://a.very/long/address that is read\n";
        assert_eq!(wrap(text, None), text);
        assert_eq!(
            wrap(text, Some(16)),
            "error: nothing\n  was sent\n  the first of\n    the faults\nnext:\n  https://a.very/long/address\n  that is read\n"
        );
        assert_eq!(
            wrap("\x1b[35m  ! here it breaks\x1b[0m", Some(10)),
            "\x1b[35m  ! here\n    it\n    breaks\x1b[0m"
        );
    }
}
