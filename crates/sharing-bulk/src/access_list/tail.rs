//! `Tail`: what was read last, kept to say where in it something is wrong.

use std::{
    collections::VecDeque,
    io::{self, Read},
};

/// How long a row may be. Longer than this is a quote that nobody closes.
pub(super) const LONGEST_ROW: usize = 1 << 20;

/// Reads on behind a byte order mark, and keeps what was read from a mark on.
pub(super) struct Tail<R> {
    inner: R,
    kept: Vec<u8>,
    /// The byte of the whole at which what is kept begins.
    start: u64,
    mark: u64,
    /// The first bytes, once they are known to be no byte order mark.
    first: Option<VecDeque<u8>>,
}

const BYTE_ORDER_MARK: [u8; 3] = *b"\xEF\xBB\xBF";

impl<R> Tail<R> {
    pub(super) const fn new(inner: R) -> Self {
        Self { inner, kept: Vec::new(), start: 0, mark: 0, first: None }
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
        let read = match &mut self.first {
            Some(first) if first.is_empty() => self.inner.read(buffer)?,
            Some(first) => first.read(buffer)?,
            None => {
                let mut first = Vec::with_capacity(BYTE_ORDER_MARK.len());
                self.inner.by_ref().take(BYTE_ORDER_MARK.len() as u64).read_to_end(&mut first)?;
                if first == BYTE_ORDER_MARK {
                    first.clear();
                }
                let first = self.first.insert(first.into());
                if first.is_empty() { self.inner.read(buffer)? } else { first.read(buffer)? }
            }
        };
        self.kept.extend_from_slice(&buffer[..read]);
        Ok(read)
    }
}
