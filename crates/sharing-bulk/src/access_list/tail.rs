//! `Tail`: what was read last, kept to say where in it something is wrong.

use std::io::{self, Read};

/// How long a row may be. Longer than this is a quote that nobody closes.
pub(super) const LONGEST_ROW: usize = 1 << 20;

/// Reads on, and keeps what was read from a mark on.
pub(super) struct Tail<R> {
    inner: R,
    kept: Vec<u8>,
    /// The byte of the whole at which what is kept begins.
    start: u64,
    mark: u64,
}

impl<R> Tail<R> {
    pub(super) const fn new(inner: R) -> Self {
        Self { inner, kept: Vec::new(), start: 0, mark: 0 }
    }

    /// What lies before this byte of the whole is needed no more.
    pub(super) fn forget_before(&mut self, byte: u64) {
        self.mark = byte;
    }

    /// What lies between two bytes of the whole.
    pub(super) fn between(&self, from: u64, to: u64) -> &[u8] {
        let index = |byte: u64| usize::try_from(byte.saturating_sub(self.start)).unwrap_or(usize::MAX);
        self.kept.get(index(from)..index(to).min(self.kept.len())).unwrap_or_default()
    }
}

impl<R: Read> Read for Tail<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let before = usize::try_from(self.mark.saturating_sub(self.start)).unwrap_or(usize::MAX);
        let before = before.min(self.kept.len());
        self.kept.drain(..before);
        self.start += before as u64;
        if self.kept.len() > LONGEST_ROW {
            return Err(io::Error::other("a row of more than 1 MiB: is a quote not closed?"));
        }
        let read = self.inner.read(buffer)?;
        self.kept.extend_from_slice(&buffer[..read]);
        Ok(read)
    }
}
