//! The cells of one row, each with its place, whichever format they came in.

use std::borrow::Cow;

use super::{
    column::{COLUMNS, Column},
    fault::Place,
};

#[derive(Debug, Clone)]
pub(super) struct Cell<'a> {
    pub(super) text: Cow<'a, str>,
    /// In CSV the number of the field, in JSON the byte of the row's text: the place is made of it only where something
    /// is wrong.
    pub(super) at: usize,
}

/// One row, not yet understood.
#[derive(Debug)]
pub(super) struct Cells<'a> {
    /// The row's own text, and where it begins.
    raw: &'a [u8],
    start: Place,
    /// The byte of a row's text at which what a cell names begins.
    offset: fn(&[u8], usize) -> usize,
    cells: [Option<Cell<'a>>; COLUMNS],
}

impl<'a> Cells<'a> {
    pub(super) fn new(raw: &'a [u8], start: Place, offset: fn(&[u8], usize) -> usize) -> Self {
        Self { raw, start, offset, cells: [const { None }; COLUMNS] }
    }

    /// Whether the column had none before.
    pub(super) fn put(&mut self, column: Column, cell: Cell<'a>) -> bool {
        self.cells[column as usize].replace(cell).is_none()
    }

    /// The line on which the row begins.
    pub(super) const fn line(&self) -> u64 {
        self.start.line
    }

    /// What the cell says, without spaces around it; empty where there is none.
    pub(super) fn text(&self, column: Column) -> &str {
        self.whole(column).trim()
    }

    /// What the cell says, every character of it.
    pub(super) fn whole(&self, column: Column) -> &str {
        self.cells[column as usize].as_ref().map_or("", |cell| &cell.text)
    }

    /// Where the cell begins; where the row begins if it has none.
    pub(super) fn place(&self, column: Column) -> Place {
        let cell = self.cells[column as usize].as_ref();
        self.place_of(cell.map_or(0, |cell| (self.offset)(self.raw, cell.at)))
    }

    pub(super) fn place_of(&self, offset: usize) -> Place {
        self.start.after(self.raw.get(..offset).unwrap_or(self.raw))
    }
}
